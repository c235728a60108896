"""Money month by month after go-live: what a design has gained or lost against today so far, and when it breaks even.

Everything is a paired difference to the baseline within a replication, as in the comparison of whole years.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.study.paired_comparison import half_width

PROFIT_BY_MONTH = "company_profit_by_month_amount"
MONTH_COLUMNS = (
    "scenario", "design", "month", "difference", "low", "high", "cumulated", "cumulated_low", "cumulated_high",
)  # fmt: skip
BREAK_EVEN_COLUMNS = ("scenario", "design", "months", "month", "earliest", "latest")


def by_month(frame: pd.DataFrame, scenario: str, design: str) -> Floats:
    """Return the company profit of a design by replication and month, shape (replications, months)."""
    chosen = select(frame, scenario=scenario, design=design, measure=PROFIT_BY_MONTH)
    numbered = chosen.assign(month=chosen["group"].astype(int))
    return numbered.pivot(index="replication", columns="month", values="value").to_numpy(dtype=float)


def gains_by_month(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str]) -> pd.DataFrame:
    """Return what each design gains against the first one in each month, and in all months so far.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with the measure ``company_profit_by_month_amount``, months as groups 01, 02, …
    scenarios, designs : sequence of str
        Where to look; the first design is the baseline.

    Returns
    -------
    DataFrame
        Columns scenario, design, month, difference, low, high, cumulated, cumulated_low, cumulated_high; amounts, with
        paired 95 % t-intervals.

    Notes
    -----
    Sums over months are taken within a replication and only then averaged, so the interval of a sum knows how the months of
    one replication hang together. Caveat: each month's interval stands for itself; the band as a whole holds less often.
    """
    parts = []
    for scenario in scenarios:
        base = by_month(frame, scenario, designs[0])
        for design in designs[1:]:
            gain = (by_month(frame, scenario, design) - base).T
            so_far = gain.cumsum(axis=0)
            parts.append(_rows(gain, so_far).assign(scenario=scenario, design=design))
    if not parts:
        return pd.DataFrame(columns=list(MONTH_COLUMNS))
    return pd.concat(parts, ignore_index=True)[list(MONTH_COLUMNS)]


def _rows(gain: Floats, so_far: Floats) -> pd.DataFrame:
    mean, total = gain.mean(axis=1), so_far.mean(axis=1)
    width, total_width = half_width(gain), half_width(so_far)
    return pd.DataFrame(
        {
            "month": np.arange(1, len(mean) + 1),
            "difference": mean, "low": mean - width, "high": mean + width,
            "cumulated": total, "cumulated_low": total - total_width, "cumulated_high": total + total_width,
        }
    )  # fmt: skip


def break_even_months(gains: pd.DataFrame) -> pd.DataFrame:
    """Return when each design has earned back what it cost.

    Parameters
    ----------
    gains : DataFrame
        From :func:`gains_by_month`.

    Returns
    -------
    DataFrame
        Columns scenario, design, months (shown in all), month, earliest, latest; missing where it does not happen within
        the months shown.

    Notes
    -----
    The break-even month is the first from which the cumulated mean difference to the baseline stays above 0 until the
    end. `earliest` and `latest` are the same for the upper and the lower bound of its 95 % interval, so a missing
    `latest` says that breaking even is not certain, a missing `earliest` that it is ruled out.
    """
    rows = [
        (scenario, design, len(mine), *(_from_when(mine[name]) for name in ("cumulated", "cumulated_high", "cumulated_low")))
        for (scenario, design), mine in gains.groupby(["scenario", "design"], sort=False)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(BREAK_EVEN_COLUMNS))


def _from_when(so_far: pd.Series) -> float:
    """Return the first month from which a sum stays above 0; NaN when it ends at or below, or has no interval."""
    below = np.flatnonzero(~(so_far.to_numpy(dtype=float) > 0))
    first = int(below[-1]) + 2 if len(below) else 1
    return float(first) if first <= len(so_far) else math.nan
