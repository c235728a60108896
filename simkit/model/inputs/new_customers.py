"""New customers: as many as are lost, won from leads that are part of the measured ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Flags, Floats, Whole
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.model_parameters import SEGMENTS

FATES = ("leads.qualified", "opportunities.won", "opportunities.access", "opportunities.deadline")
NODES = 40
CEILING = 1.5  # leads of new customers are drawn at this multiple of their rate, so that referrals can rise
QUALIFIED_REACH, WIN_REACH = (
    1.5,
    1.0,
)  # qualified more often, and logit of winning higher, than any design is expected to get


@dataclass(frozen=True, kw_only=True)
class NewLeads:
    """The leads that bring new customers."""

    needed_per_year: float
    """Leads a year that would win as many customers as are lost (λ ÷ p)."""
    per_year: float
    """Those of them that there are: no more than all leads of a year."""
    ceiling: float
    """Multiple of `per_year` at which they are drawn, so that a fit of `customers.new_per_lost` meets the same leads."""

    @property
    def too_few(self) -> bool:
        """Whether all leads together do not win as many customers as are lost."""
        return self.needed_per_year > self.per_year * (1 + 1e-9)


def new_leads(model_inputs: ModelInputs, parameters: ParameterSet) -> NewLeads:
    """Return the leads of new customers that keep the number of customers where it is.

    λ ÷ p with λ = churn a year × customers × `customers.new_per_lost` and p = share qualified × mean win chance.

    Parameters
    ----------
    parameters : ParameterSet
        The parameter set of client and scenario.

    Examples
    --------
    200 customers, 6 % lost a year: λ = 12 a year. A third of leads is qualified and a third of those won: p = 1/9,
    and 108 leads a year are those of new customers.
    """
    v = parameters.value
    lost = v("reaction.churn_per_year") * len(model_inputs.customers) * v("customers.new_per_lost")
    flags = v("winning.flag_share") * (v("winning.access_logit") + v("winning.deadline_logit"))
    chance = v("leads.qualified_share") / (1 + math.exp(-_base_logit(parameters) - flags))
    needed = lost / chance if chance > 0 else math.inf if lost > 0 else 0.0
    ceiling = CEILING * max(1.0, 1 / max(v("customers.new_per_lost"), 1e-9))
    return NewLeads(needed_per_year=needed, per_year=min(needed, v("leads.per_year")), ceiling=ceiling)


def late_memory(parameters: ParameterSet, segment: Whole, order_rate: Floats, listed: int) -> Floats:
    """Return the late orders that each customer remembers today: his segment's mean, in proportion to his orders.

    Parameters
    ----------
    segment, order_rate : array, shape (n,)
        Segment and orders a year of every customer.
    listed : int
        How many of the first are customers today.
    """
    found = np.zeros(len(segment))
    for code, name in enumerate(SEGMENTS):
        here = segment == code
        mean = float(order_rate[:listed][here[:listed]].mean()) if here[:listed].any() else 0.0
        if mean > 0:
            found[here] = parameters.value(f"reaction.late_before_{name}") * order_rate[here] / mean
    return found


def new_segments(model_inputs: ModelInputs, parameters: ParameterSet) -> Floats:
    """Return the share of each segment among new customers, who are like those lost."""
    hazard = relative_hazard(model_inputs, parameters)
    by_segment = [float(hazard[(model_inputs.customers["segment"] == name).to_numpy()].sum()) for name in SEGMENTS]
    shares: Floats = np.array(by_segment) / max(sum(by_segment), 1e-12)
    return shares


def relative_hazard(model_inputs: ModelInputs, parameters: ParameterSet) -> Floats:
    """Return how much sooner than others each of today's customers is lost: new ones are like those lost.

    1 + late orders remembered × what one adds to churn; who orders more has more late orders. *Example:* of two customers
    with 5 and 20 orders a year, whose segment with 10 on average remembers .8 late orders, at .5 each: 1.2 and 1.8.
    """
    v, frame = parameters.value, model_inputs.customers
    segment: Whole = np.array(frame["segment"].map({name: code for code, name in enumerate(SEGMENTS)}), dtype=np.int64)
    if v("reaction.on") < 0.5:
        return np.ones(len(segment))
    late = late_memory(parameters, segment, frame["order_rate_per_year"].to_numpy(dtype=float), len(segment))
    care = np.array([min(v(f"reaction.care_before_{name}"), 1.0) for name in SEGMENTS])[segment]
    hazard: Floats = 1 + v("reaction.late_churn_share") * late * (1 - v("reaction.forgiveness") * care)
    return hazard


def could_be_won(parameters: ParameterSet, draws: Mapping[str, Floats], quality: Floats) -> Flags:
    """Tell which leads could win a customer in any design; only these get demand of their own, which saves most draws.

    Parameters
    ----------
    draws : mapping of str to array
        Uniform draws of the leads and of the opportunities that they become, by the names of `FATES`.
    quality : array
        Standard-normal quality of the opportunities.
    """
    qualified, won, access, deadline = (draws[name] for name in FATES)
    share = parameters.value("winning.flag_share")
    logit = _logit(parameters, quality, access < share, deadline < share) + WIN_REACH
    reach = QUALIFIED_REACH * parameters.value("leads.qualified_share")
    possible: Flags = (qualified < reach) & (won < 1 / (1 + np.exp(-logit)))
    return possible


def deal_chance(parameters: ParameterSet, quality: Floats, access: Flags, deadline: Flags) -> Floats:
    """Return the chance of deals to be won by a mean seller who answers at once.

    Parameters
    ----------
    quality : array
        Standard normal.
    access, deadline : array of bool
        Whether the deal has what the two flags mean.
    """
    chance: Floats = 1 / (1 + np.exp(-_logit(parameters, quality, access, deadline)))
    return chance


def mean_deal_chance(parameters: ParameterSet) -> float:
    """Return the mean of :func:`deal_chance` over all deals: quality by Gauss-Hermite, each flag at its share."""
    quality, weight = np.polynomial.hermite_e.hermegauss(NODES)
    share, total = parameters.value("winning.flag_share"), 0.0
    for access in (False, True):
        for deadline in (False, True):
            part = (share if access else 1 - share) * (share if deadline else 1 - share)
            flags = (np.full(NODES, access), np.full(NODES, deadline))
            total += part * float((weight * deal_chance(parameters, quality, *flags)).sum() / weight.sum())
    return total


def _logit(parameters: ParameterSet, quality: Floats, access: Flags, deadline: Flags) -> Floats:
    v = parameters.value
    flags = v("winning.access_logit") * access + v("winning.deadline_logit") * deadline
    logit: Floats = _base_logit(parameters) + v("winning.quality_logit") * quality + flags
    return logit


def _base_logit(parameters: ParameterSet) -> float:
    v = parameters.value
    return v("winning.base_logit") + v("winning.preparation_logit") * math.log2(v("winning.preparation_factor"))
