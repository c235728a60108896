"""How probable it is that an organisation falls short: a year with a loss, or a segment served worse than a limit allows."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pandas as pd

from simkit.foundation.frames import select
from simkit.model.parameters import SEGMENTS
from simkit.study.comparison import LEVEL, PROFIT
from simkit.study.standards import standard

CARE = "care_level"
LOSS = "loss"
SHORTFALL_COLUMNS = ("scenario", "design", "item", "limit", "worlds", "hits", "probability", "low", "high")


def shortfall(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str]) -> pd.DataFrame:
    """Return in which share of the worlds a limit is broken in at least one of the years.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with company profit and care level by year.
    scenarios, designs : sequence of str
        Where to look; the first scenario and the first design are what today's service is measured on.

    Returns
    -------
    DataFrame
        Columns scenario, design, item ("loss", or the segment "A", "B", "C"), limit (profit of a year, or care level),
        worlds, hits, probability, low, high: 95 % interval.

    Notes
    -----
    Limits: a yearly company profit of 0; a care level of ``rule.service_limit_share`` times that of today's organisation,
    its mean over the horizon and the worlds of the first scenario. Interval of a share: exact (Clopper and Pearson 1934,
    *Biometrika* 26). Caveat: the chance of the worlds under the stated assumptions; what nobody has put into them has no
    probability here, and none of twelve worlds still allows for 26 %.
    """
    rows = []
    for item in (LOSS, *SEGMENTS):
        chosen = frame[(frame["measure"] == PROFIT) | (frame["measure"] == CARE)]
        chosen = chosen[(chosen["measure"] == PROFIT) if item == LOSS else (chosen["group"] == item)]
        limit = 0.0 if item == LOSS else standard("rule.service_limit_share") * _today(chosen, scenarios[0], designs[0])
        yearly = chosen[(chosen["year"] > 0) & chosen["design"].isin(designs)]
        keys = ["scenario", "design", "replication"]
        worlds = yearly.assign(under=yearly["value"] < limit).groupby(keys, sort=False)["under"].any().reset_index()
        for scenario, design in itertools.product(scenarios, designs):
            under = select(worlds, scenario=scenario, design=design)["under"]
            if number := len(under):
                hits = int(under.sum())
                interval = exact_interval(hits, number)
                rows.append((scenario, design, item, limit, number, hits, hits / number, *interval))
    return pd.DataFrame(rows, columns=list(SHORTFALL_COLUMNS))


def exact_interval(hits: int, number: int, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of a share after Clopper and Pearson.

    Parameters
    ----------
    hits, number : int
        How many of how many.
    level : float
        Coverage, in 0..1; at least that.
    """
    from scipy.stats import beta

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(beta.ppf(tail, hits, number - hits + 1))
    high = 1.0 if hits == number else float(beta.ppf(1 - tail, hits + 1, number - hits))
    return low, high


def _today(care: pd.DataFrame, scenario: str, design: str) -> float:
    """Mean care level of a segment over the horizon; missing where the segment has no customers, so nothing is under it."""
    chosen = select(care, scenario=scenario, design=design, year=0)
    return float(chosen["value"].mean())
