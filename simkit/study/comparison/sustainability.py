"""May a result be believed: does work pile up, how strongly do customers react, what was left undone, how likely is a shortfall.

A design that merely leaves work lying frees hours for a while; these checks stand alongside every headline figure.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.mean_intervals import LEVEL
from simkit.study.paired_comparison import PROFIT, half_width, mean_and_half_width, paired
from simkit.study.thresholds import threshold

SUSTAINABILITY_COLUMNS = (
    "scenario", "design", "open_work_growth_share", "low", "high", "last_year_share", "sustainable",
)  # fmt: skip
ELASTICITY_COLUMNS = ("item", "value", "low", "high", "limit_low", "limit_high", "inside")
UNDONE = (
    "lapsed_care", "lapsed_requests", "lapsed_leads", "lapsed_opportunities", "late_orders", "cancelled_orders",
    "refused_orders", "refused_deals", "rejected_opportunities", "open_work_change_h",
)  # fmt: skip
BY_RULE = ("refused_orders", "refused_deals", "rejected_opportunities")
"""What is left undone only where a design or a lever says so; shown where it happens."""
BANDS: dict[str, tuple[str, ...]] = {
    "customer": ("selling", "care", "service"),
    "tied": ("preparation", "travel"),
    "coordination": ("coordination",),
    "fixed": ("prioritisation", "administration", "development"),
    "building": ("service_design",),
    "idle": ("idle",),
}


def sustainability(frame: pd.DataFrame) -> pd.DataFrame:
    """Return by how much open work grows, for every design and scenario, and whether that can last.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with ``open_work_change_h`` and ``hours_h``.

    Returns
    -------
    DataFrame
        Columns scenario, design, open_work_growth_share, low, high, last_year_share, sustainable.

    Notes
    -----
    Growth = change of the expected remaining content of open cases / present hours, over the whole horizon, so it is
    the mean share of capacity by which open work grows in a year; 95 % t-interval over replications. A design is not
    sustainable when this, or the same ratio in the last year, is above the standard ``rule.open_work_growth_share``.
    Caveat: the point estimate decides; one year may jump by a single large case.
    """
    whole, last = _growth(frame, 0), _growth(frame, int(frame["year"].max()))
    values = whole.to_numpy(dtype=float)
    mean, width = values.mean(axis=1), half_width(values)
    final = last.reindex(whole.index).mean(axis=1).to_numpy(dtype=float)
    limit = threshold("rule.open_work_growth_share")
    result = whole.index.to_frame(index=False).assign(
        open_work_growth_share=mean, low=mean - width, high=mean + width, last_year_share=final,
        sustainable=~((mean > limit) | (final > limit)),
    )  # fmt: skip
    return result[list(SUSTAINABILITY_COLUMNS)]


def _growth(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Ratio of open-work change to present hours: one row per (scenario, design), one column per replication."""
    chosen = select(frame, year=year)
    keys = ["scenario", "design", "replication"]
    change = select(chosen, measure="open_work_change_h").groupby(keys, sort=False)["value"].sum()
    present = select(chosen, measure="hours_h").groupby(keys, sort=False)["value"].sum()
    ratio = (change.reindex(present.index, fill_value=0.0) / present).unstack("replication")
    return ratio.reindex(pd.MultiIndex.from_frame(chosen[keys[:2]].drop_duplicates()))


def elasticity(frame: pd.DataFrame, scenario: str, baseline: str, probe: str) -> pd.DataFrame:
    """Return the total implied elasticity of revenue to care received.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs of the baseline and of the probe, in which more care is received in every segment; both without
        extra contacts, which would otherwise level the difference out.
    scenario, baseline, probe : str
        Where to look.

    Returns
    -------
    DataFrame
        One row: item, value, low, high, limit_low, limit_high, inside.

    Notes
    -----
    ln(revenue of the probe / revenue of the baseline) / ln(1 + step) within each replication, then the mean with a 95 %
    t-interval. It adds up every channel by which customers react (order rate, churn, lateness), so a value outside the
    limits says that they count the same thing twice or that nothing reacts. Caveat: over three years only a part of a
    slow reaction is seen.
    """
    revenue = paired(frame, scenario, "revenue_amount")
    step = np.log1p(threshold("rule.care_step_share"))
    values: Floats = np.log(revenue[probe].to_numpy(dtype=float) / revenue[baseline].to_numpy(dtype=float)) / step
    mean, width = mean_and_half_width(values)
    low, high = threshold("elasticity.low"), threshold("elasticity.high")
    inside = bool(low <= round(mean, 2) <= high)  # judged as it is read: a published 0.1 has no third digit
    row = ("total", mean, mean - width, mean + width, low, high, inside)
    return pd.DataFrame([row], columns=list(ELASTICITY_COLUMNS))


def undone(levels: pd.DataFrame) -> pd.DataFrame:
    """Return what did not get done in a year: lapses, late, cancelled and refused orders, and open work."""
    chosen = levels[(levels["year"] == 0) & levels["measure"].isin(UNDONE)]
    happens = set(chosen.loc[chosen["mean"] > 0, "measure"])
    chosen = chosen[chosen["measure"].isin(happens) | ~chosen["measure"].isin(BY_RULE)]
    columns = ["scenario", "design", "item", "group", "mean", "low", "high"]
    return _ordered(chosen.rename(columns={"measure": "item"})[columns], "item", UNDONE)


def _ordered(frame: pd.DataFrame, column: str, names: Iterable[str]) -> pd.DataFrame:
    """Sort by scenario and design as they first appear, then by the place of the column's value in a list."""
    places = {
        "scenario": list(frame["scenario"].unique()),
        "design": list(frame["design"].unique()),
        column: list(names),
    }
    keys = {name: frame[name].map({value: n for n, value in enumerate(known)}) for name, known in places.items()}
    order = pd.DataFrame(keys).sort_values(list(keys), kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def picture(frame: pd.DataFrame, hours_per_fte: float) -> pd.DataFrame:
    """Return the columns of the one picture: people by what their present hours go to.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with ``hours_h``.
    hours_per_fte : float
        Present hours of one full-time person in a year.

    Returns
    -------
    DataFrame
        Columns scenario, design, band, fte, low, high; bands as in :data:`BANDS`, 95 % t-intervals.
    """
    hours = select(frame, measure="hours_h", year=0)
    band_of = {activity: band for band, activities in BANDS.items() for activity in activities}
    keys = ["scenario", "design", "band", "replication"]
    people = hours.assign(band=hours["group"].map(band_of)).groupby(keys, sort=False)["value"].sum() / hours_per_fte
    wide = people.unstack("replication").fillna(0.0)
    values = wide.to_numpy(dtype=float)
    mean, width = values.mean(axis=1), half_width(values)
    result = wide.index.to_frame(index=False).assign(fte=mean, low=mean - width, high=mean + width)
    known = hours[["scenario", "design"]].drop_duplicates().reset_index(drop=True)
    return _ordered(known.merge(result, how="left", on=["scenario", "design"]), "band", BANDS)


CARE = "care_level"
LOSS = "loss"
SHORTFALL_COLUMNS = ("scenario", "design", "item", "limit", "replications", "hits", "probability", "low", "high")


def shortfall(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str]) -> pd.DataFrame:
    """Return in which share of the replications a limit is broken in at least one of the years.

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
        replications, hits, probability, low, high: 95 % interval.

    Notes
    -----
    Limits: a yearly company profit of 0; a care level of ``rule.service_limit_share`` times that of today's organisation,
    its mean over the horizon and the replications of the first scenario. Interval of a share: exact (Clopper and Pearson 1934,
    *Biometrika* 26). Caveat: the chance of the replications under the stated assumptions; what nobody has put into them has no
    probability here, and none of twelve replications still allows for 26 %.
    """
    rows = []
    for item in (LOSS, *SEGMENTS):
        chosen = frame[(frame["measure"] == PROFIT) | (frame["measure"] == CARE)]
        chosen = chosen[(chosen["measure"] == PROFIT) if item == LOSS else (chosen["group"] == item)]
        limit = (
            0.0 if item == LOSS else threshold("rule.service_limit_share") * _today(chosen, scenarios[0], designs[0])
        )
        yearly = chosen[(chosen["year"] > 0) & chosen["design"].isin(designs)]
        keys = ["scenario", "design", "replication"]
        replications = (
            yearly.assign(under=yearly["value"] < limit).groupby(keys, sort=False)["under"].any().reset_index()
        )
        for scenario, design in itertools.product(scenarios, designs):
            under = select(replications, scenario=scenario, design=design)["under"]
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
