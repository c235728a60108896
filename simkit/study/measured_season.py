"""Seasons measured on a client's orders: demand by quarter, counted from the end of the period, where they are plain.

Less than two years, or quarters that differ no more than chance and growth make them, tell no season.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.text import Text
from simkit.model.season import QUARTERS, SEASONS
from simkit.study import origins as say
from simkit.study.client_facts import period_orders
from simkit.study.measured_demand import Overlay, measured, wording_of
from simkit.study.rates import ENOUGH_CASES, Z95, whole_months

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

ENOUGH_MONTHS = 24
SIGNIFICANT = 0.05
SOURCE = Text(de="Aufträge je Monat", en="orders by month")


@dataclass(frozen=True, kw_only=True)
class SeasonTest:
    """How much orders differ between quarters.

    Parameters
    ----------
    levels, errors : tuple of float
        Demand by quarter relative to the year's mean, and the standard errors of their logarithms.
    p_value : float
        Chance of differences as large as these when there is no season.
    """

    levels: tuple[float, ...]
    errors: tuple[float, ...]
    p_value: float


def season_test(client: ClientData) -> SeasonTest | None:
    """Return how much orders differ between the quarters after the period's end; None where the history is too short.

    Notes
    -----
    Quasi-Poisson regression (statsmodels; scale from Pearson's chi-square) of the orders of each whole month on the
    quarter and a linear trend, with the month's working days as exposure; F test of the quarters. At least 24 months and
    20 orders in each quarter are needed. Caveat: with two years a trend that bends looks like a season.
    """
    import statsmodels.api as sm

    if not client.has("orders"):
        return None
    orders = period_orders(client)
    months, worked, counts = whole_months(orders["ordered_on"], client)
    if len(months) < ENOUGH_MONTHS:
        return None
    quarter = ((np.array([m.month for m in months]) - (client.last.month + 1)) % 12) // 3
    if min(counts[quarter == q].sum() for q in range(QUARTERS)) < ENOUGH_CASES:
        return None
    contrast = np.array([(quarter == q).astype(float) - (quarter == QUARTERS - 1) for q in range(QUARTERS - 1)]).T
    trend = np.linspace(-1, 1, len(months))
    design = pd.DataFrame(np.column_stack([np.ones(len(months)), trend, contrast]))
    model = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(worked))
    fit = model.fit(scale="X2")
    deviations = np.vstack([np.eye(QUARTERS - 1), -np.ones(QUARTERS - 1)])
    effects = deviations @ fit.params.to_numpy()[2:]
    errors = np.sqrt(np.diag(deviations @ fit.cov_params().to_numpy()[2:, 2:] @ deviations.T))
    p_value = float(fit.f_test(np.eye(len(design.columns))[2:]).pvalue)
    levels = np.exp(effects) / np.exp(effects).mean()
    return SeasonTest(levels=tuple(levels.tolist()), errors=tuple(errors.tolist()), p_value=p_value)


def season_overlay(client: ClientData) -> Overlay:
    """Return demand by quarter where the quarters differ at the 5 % level, else nothing."""
    found = season_test(client)
    if found is None or found.p_value >= SIGNIFICANT:
        return {}
    source = say.counted(SOURCE, len(period_orders(client)), wording_of(client))
    return {
        path: measured(level, source, Z95 * error * level)
        for path, level, error in zip(SEASONS, found.levels, found.errors, strict=True)
    }
