"""How much sellers differ in winning: one spread over all of them, never a figure of one, with chance taken out.

Designs that let the best win new business gain by it, so that the advice on them hangs on this number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats, select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.study import bilingual_texts as texts
from simkit.study.measured.measured_demand import Override, bilingual_numbers_of, estimated
from simkit.study.measured.rates import WON

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

PATH = "winning.ability_logit"
ENOUGH_SELLERS, ENOUGH_DEALS = 5, 10
"""Sellers, and closed deals of each; others say too little."""
SPREADS = np.linspace(0.0, 2.5, 126)
SPREAD = Text(
    de="Streuung der Abschlussquoten von {n} Personen, Zufall herausgerechnet",
    en="spread of the win rates of {n} people, chance removed",
)
LOGIT_OF_PROBIT = 16 * np.sqrt(3) / (15 * np.pi)


def sellers_override(client: ClientData, parameters: ParameterSet) -> Override:
    """Return how much a standard deviation of ability adds to the log odds of winning.

    Parameters
    ----------
    client : ClientData
        With closed opportunities that name who sold.
    parameters : ParameterSet
        The assumed spread, and what else moves a win chance.

    Notes
    -----
    Wins of n sellers are binomial with log odds μ + τ z, z standard normal (21-point Gauss–Hermite); μ has a flat prior, τ a
    half-normal one with the assumed spread as its mean. Value: posterior mean of τ; interval: its 2.5 % and 97.5 % points.
    Deals of one seller differ by more than him, which draws rates together: τ is stretched by √(1 + c² σ²), with σ² the
    variance of those other log odds and c = 16√3 / 15π (Zeger, Liang & Albert 1988, Biometrics 44). Fewer than five sellers,
    or than the client's minimum group, with ten closed deals each tell nothing.
    """
    table = _closed_by_seller(client)
    if table is None or len(table) < max(ENOUGH_SELLERS, client.config.privacy.minimum_group):
        return {}
    assumed = parameters[PATH]
    if not assumed.value > 0:
        return {}
    stretch = _stretch(parameters)
    found = spread_of(
        table["won"].to_numpy(dtype=float), table["closed"].to_numpy(dtype=float), assumed.value / stretch
    )
    interval = Estimate(value=found.value * stretch, low=found.low * stretch, high=found.high * stretch)
    numbers = bilingual_numbers_of(client)
    source = texts.joined(
        texts.counted(texts.OPPORTUNITIES, int(table["closed"].sum()), numbers),
        SPREAD.fill(n=numbers.number(len(table))),
    )
    return {PATH: estimated(interval, source, "partly")}


def spread_of(won: Floats, closed: Floats, expected: float) -> Estimate:
    """Return the standard deviation of log odds between sellers, with its 95 % interval.

    Parameters
    ----------
    won, closed : array, shape (sellers,)
        Deals of each.
    expected : float
        Mean of the half-normal prior, over 0.
    """
    from scipy.special import log_expit, logsumexp

    nodes, weights = np.polynomial.hermite_e.hermegauss(21)
    mean = (won.sum() + 0.5) / (closed.sum() + 1.0)
    centre = float(np.log(mean / (1 - mean)))
    middles = centre + np.linspace(-2.5, 2.5, 61)
    odds = middles[:, None, None] + SPREADS[None, :, None] * nodes
    sure, not_sure = log_expit(odds), log_expit(-odds)
    total = np.zeros(odds.shape[:2])
    for wins, deals in zip(won, closed, strict=True):
        total += logsumexp(wins * sure + (deals - wins) * not_sure, b=weights, axis=2)
    prior = -(SPREADS**2) / (np.pi * expected**2)  # a half-normal of that mean
    weight = np.exp(logsumexp(total, axis=0) + prior - np.max(logsumexp(total, axis=0) + prior))
    weight /= weight.sum()
    below = np.cumsum(weight) - weight / 2
    low, high = np.interp([0.025, 0.975], below, SPREADS).tolist()
    return Estimate(value=float(weight @ SPREADS), low=low, high=high)


def _closed_by_seller(client: ClientData) -> pd.DataFrame | None:
    """Return won and closed deals of everybody with enough of them; None where no deal names who sold it."""
    if not client.has("opportunities"):
        return None
    deals = client.table("opportunities")
    if "employee_id" not in deals or deals["employee_id"].isna().all():
        return None
    ended = deals[deals["stage"].isin(CLOSED)]
    won = ended["stage"].eq(WON).groupby(ended["employee_id"])
    table = pd.DataFrame({"won": won.sum(), "closed": won.size()})
    return select(table.assign(enough=table["closed"] >= ENOUGH_DEALS), enough=True)


def _stretch(parameters: ParameterSet) -> float:
    """Return by how much log odds between sellers shrink because their deals differ in quality and in the two flags."""
    v = parameters.value
    share = v("winning.flag_share")
    flags = share * (1 - share) * (v("winning.access_logit") ** 2 + v("winning.deadline_logit") ** 2)
    return float(np.sqrt(1 + LOGIT_OF_PROBIT**2 * (v("winning.quality_logit") ** 2 + flags)))
