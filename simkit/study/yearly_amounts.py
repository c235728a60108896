"""Amounts by the year, and the difference that counts as none: the one scale on which organisations are compared.

A run lists sums over its whole horizon. Whatever is compared, told or held against a threshold is the mean of a year, so
that a gain, the zone that counts as no difference and the client's own accounts can be set side by side.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.study.measures.measures import MEASURES
from simkit.study.paired_comparison import CONTRIBUTION, paired
from simkit.study.thresholds import threshold

SUMMED = ("money", "h", "1")
"""Units of measures that add up over the years; shares, posts and days are means or medians already."""
BY_MONTH = "_by_month_amount"
ONCE = frozenset({"people_moved", "accounts_moved"})
RATIOS = frozenset({"handovers_per_case", "coordination_per_bespoke_order_h"})
STATES = frozenset({"active_customers", "open_work_h"})
"""Measures in such a unit that do not add up all the same: what happens at go-live alone, means per case, and what there is
in a year or at its end."""


def yearly(frame: pd.DataFrame, years: float | None = None) -> pd.DataFrame:
    """Return the runs with what they list for the whole horizon as the mean of a year.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs (:data:`simkit.study.experiment.run_experiment.COLUMNS`) with their single years.
    years : float, optional
        Length of the horizon; by default the last year that the runs list.

    Returns
    -------
    DataFrame
        The same rows; those of year 0 whose measure adds up over the years are divided by the number of years. Single
        years and months stay as they are.
    """
    years = years or max(int(frame["year"].max()), 1)
    named = frame["measure"].astype(str)
    whole = ((frame["year"] == 0) & named.isin(summed_measures())).to_numpy()
    return frame.assign(value=np.where(whole, frame["value"].to_numpy(float) / years, frame["value"].to_numpy(float)))


def summed_measures() -> frozenset[str]:
    """Return the measures whose value for the whole horizon is the sum of its years."""
    names = {name for name, one in MEASURES.items() if one.unit in SUMMED and not name.endswith(BY_MONTH)}
    return frozenset(names) - ONCE - RATIOS - STATES


def contribution_amount(frame: pd.DataFrame, scenario: str, baseline: str) -> float:
    """Return today's mean contribution in a scenario, in the currency and over the time in which the frame has it."""
    return float(paired(frame, scenario, CONTRIBUTION)[baseline].to_numpy(dtype=float).mean())


def zone_of(contribution: float) -> float:
    """Return the difference that counts as none beside a contribution over the same time, in its currency.

    ``rule.indifference_share`` (1 %) of today's contribution: that is measured, while profit rests on an assumed fixed cost
    outside sales.
    """
    return threshold("rule.indifference_share") * abs(contribution)
