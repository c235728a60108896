"""New customers: as many as are lost, won from leads that are part of the measured ones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Flags, Floats
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.model_inputs import ModelInputs

FATES = ("leads.qualified", "opportunities.won", "opportunities.access", "opportunities.deadline")
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
    v = parameters.value
    share = v("winning.flag_share")
    logit = _base_logit(parameters) + WIN_REACH + v("winning.quality_logit") * quality
    logit = logit + v("winning.access_logit") * (access < share) + v("winning.deadline_logit") * (deadline < share)
    reach = QUALIFIED_REACH * v("leads.qualified_share")
    possible: Flags = (qualified < reach) & (won < 1 / (1 + np.exp(-logit)))
    return possible


def _base_logit(parameters: ParameterSet) -> float:
    v = parameters.value
    return v("winning.base_logit") + v("winning.preparation_logit") * math.log2(v("winning.preparation_factor"))
