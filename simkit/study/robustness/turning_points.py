"""Thresholds: the elasticity from which a design pays, whether A customers make up for C customers, how wrong sizes may be."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.study.comparison.contributions import SCAN_COLUMNS
from simkit.study.mean_intervals import LEVEL, doubtful, fieller
from simkit.study.paired_comparison import PROFIT, half_width, mean_and_half_width, paired
from simkit.study.robustness.sample_points import RobustnessBench, differences_to

ELASTICITY = "reaction.elasticity"
SEGMENT_MONEY = "segment_contribution_amount"
GAIN_COLUMNS = ("elasticity", "replication", "design", "difference")
CURVE_COLUMNS = ("design", "elasticity", "difference", "low", "high", "replications")
BREAK_EVEN_COLUMNS = (
    "design",
    "elasticity",
    "low",
    "high",
    "replications",
    "lowest",
    "highest",
    "outcome",
)
COMPENSATION_COLUMNS = (
    "scenario", "design", "gain_a", "gain_a_low", "gain_a_high", "gain_b", "gain_b_low", "gain_b_high",
    "gain_c", "gain_c_low", "gain_c_high", "ratio", "ratio_low", "ratio_high", "outcome", "replications",
)  # fmt: skip
FLAT_COLUMNS = ("design", "unit", "change", "share", "low", "high", "within", "surely_beyond")


# --- elasticity ------------------------------------------------------------------------------------------------------


def elasticity_runs(bench: RobustnessBench, values: Sequence[float], *, replications: int) -> pd.DataFrame:
    """Return every design's paired difference to today's organisation at several elasticities.

    Returns
    -------
    DataFrame
        Columns elasticity, replication, design, difference; profit a year.
    """
    points = {f"elasticity {value:g}": {ELASTICITY: value} for value in values}
    gains = differences_to(bench.run(points, replications=replications), bench.baseline)
    at = dict(zip(points, values, strict=True))
    chosen = select(gains, measure=PROFIT)
    return chosen.assign(elasticity=chosen["point"].map(at))[list(GAIN_COLUMNS)]


def elasticity_curve(runs: pd.DataFrame) -> pd.DataFrame:
    """Return mean and paired 95 % t-interval of each design's difference at each elasticity (:data:`CURVE_COLUMNS`)."""
    rows = []
    for (design, value), part in runs.groupby(["design", "elasticity"], sort=False):
        gain = part["difference"].to_numpy(dtype=float)
        mean, width = mean_and_half_width(gain)
        rows.append((design, float(str(value)), mean, mean - width, mean + width, len(gain)))
    return pd.DataFrame(rows, columns=list(CURVE_COLUMNS))


def break_even_elasticity(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the elasticity at which each design earns as much as today's organisation.

    Parameters
    ----------
    runs : DataFrame
        As :func:`elasticity_runs` returns it.

    Returns
    -------
    DataFrame
        One row per design (:data:`BREAK_EVEN_COLUMNS`); `outcome` is "from" (it pays above the break-even), "up to" (it
        pays below), "always" or "never" (no break-even between the lowest and the highest elasticity), "equal" (no
        difference at any of them), or "several". An end of the interval is missing where it lies outside the elasticities.

    Notes
    -----
    Break-even: where the mean difference over the replications, joined by straight lines between the elasticities, crosses 0.
    Interval: the elasticities around it at which the paired 95 % t-interval of the difference holds 0, along the same lines
    in every replication (Fieller 1954, *J. R. Statist. Soc. B* 16), exact for normal differences.
    """
    rows = []
    for design, part in runs.groupby("design", sort=False):
        table = part.pivot(index="replication", columns="elasticity", values="difference").sort_index(axis=1)
        at, gains = table.columns.to_numpy(dtype=float), table.to_numpy(dtype=float)
        zeros = _zeros(at, gains.mean(axis=0))
        found = zeros[0] if len(zeros) == 1 else math.nan
        low, high = _reach(at, gains, found)
        outcome = _outcome(gains.mean(axis=0), len(zeros))
        rows.append((design, found, low, high, len(gains), at[0], at[-1], outcome))
    return pd.DataFrame(rows, columns=list(BREAK_EVEN_COLUMNS))


def _zeros(at: Floats, curve: Floats) -> list[float]:
    """Return where a line through points crosses 0."""
    places = np.flatnonzero(np.sign(curve[:-1]) * np.sign(curve[1:]) < 0)
    crossings = [float(at[i] - curve[i] * (at[i + 1] - at[i]) / (curve[i + 1] - curve[i])) for i in places]
    touching = [float(value) for value in at[curve == 0]]
    return sorted({*crossings, *touching})


def _reach(at: Floats, gains: Floats, zero: float) -> tuple[float, float]:
    """Return where around a zero the t-interval of a line through means leaves 0 out; NaN where it does so nowhere.

    A line between two points is the mean of first + λ (second − first); its interval holds 0 where a parabola of λ is
    not above 0, so it begins and ends at roots.
    """
    if len(gains) < 2 or math.isnan(zero):
        return math.nan, math.nan
    ends = []
    for place in range(len(at) - 1):
        first, second = gains[:, place], gains[:, place] - gains[:, place + 1]
        rest, middle, square = doubtful(first, second, LEVEL)
        roots = np.roots([square, -2 * middle, rest])
        inside = [float(root.real) for root in roots if abs(root.imag) < 1e-6 and -1e-9 <= root.real <= 1 + 1e-9]
        ends += [float(at[place] + one * (at[place + 1] - at[place])) for one in inside]
    below, above = [one for one in ends if one <= zero + 1e-9], [one for one in ends if one >= zero - 1e-9]
    return min(max(below, default=math.nan), zero), max(min(above, default=math.nan), zero)


def _outcome(curve: Floats, zeros: int) -> str:
    if not curve.any():
        return "equal"
    if zeros > 1:
        return "several"
    if zeros == 0:
        return "always" if curve[0] > 0 else "never"
    return "from" if curve[-1] > curve[0] else "up to"


# --- compensation ----------------------------------------------------------------------------------------------------


def compensation(frame: pd.DataFrame, scenarios: Sequence[str], designs: Sequence[str], baseline: str) -> pd.DataFrame:
    """Return whether what a design wins with A customers makes up for what it loses with C customers.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs with the measure ``segment_contribution_amount``.
    scenarios, designs : sequence of str
        Which to look at.

    Returns
    -------
    DataFrame
        One row per scenario and design (:data:`COMPENSATION_COLUMNS`): the change of contribution with each segment
        a year with paired 95 % t-intervals, and the ratio gain(A)/loss(C) with Fieller's 95 % interval
        (:func:`simkit.study.mean_intervals.fieller`). Above 1 the gain makes up for the loss. `outcome`: "ratio"; "no
        loss" (C customers do not bring less, so there is nothing to make up for); "unsure" (the interval of the loss
        with C holds 0, so the ratio has no interval).

    Notes
    -----
    What B customers bring stands alongside and is no part of the ratio.
    """
    rows = []
    for scenario in scenarios:
        tables = {name: paired(frame, scenario, SEGMENT_MONEY, group=name) for name in "ABC"}
        for design in designs:
            gains = np.array([tables[name][design] - tables[name][baseline] for name in "ABC"], dtype=float)
            mean, width = gains.mean(axis=1), half_width(gains)
            ends = [number for m, w in zip(mean, width, strict=True) for number in (m, m - w, m + w)]
            rows.append((scenario, design, *ends, *_ratio(gains[0], -gains[2]), gains.shape[1]))
    return pd.DataFrame(rows, columns=list(COMPENSATION_COLUMNS))


def _ratio(gain: Floats, loss: Floats) -> tuple[float, float, float, str]:
    ratio, low, high = fieller(gain, loss)
    if math.isnan(ratio):
        return ratio, low, high, "no loss"
    return ratio, low, high, "unsure" if math.isnan(low) else "ratio"


# --- sizes -----------------------------------------------------------------------------------------------------------


def flat_maximum(scanned: pd.DataFrame, contributions: pd.Series, tolerance: float) -> pd.DataFrame:
    """Return how much profit a wrong size of a unit costs, as a share of contribution, and whether that counts.

    Parameters
    ----------
    scanned : DataFrame
        The study's frame ``scan``: heads moved to or from a unit.
    contributions : Series
        Mean contribution a year of each design as it is sized, by label.
    tolerance : float
        Change that counts as none, as a share of contribution.

    Returns
    -------
    DataFrame
        One row per design and change of heads, the size itself among them (:data:`FLAT_COLUMNS`); `within` when the mean
        change is no larger than the tolerance, `surely_beyond` when the whole 95 % interval lies outside of it. Designs
        whose contribution is not above 0 are left out.
    """
    assert set(SCAN_COLUMNS) <= set(scanned.columns)
    rows: list[tuple[object, ...]] = []
    chosen = select(scanned, measure=PROFIT)
    for (design, unit), part in chosen.groupby(["design", "unit"], sort=False):
        level = float(contributions[str(design)])
        if level <= 0:
            continue
        for _, row in part.iterrows():
            share, low, high = (float(row[name]) / level for name in ("difference", "low", "high"))
            beyond = low > tolerance or high < -tolerance
            rows.append((design, unit, int(row["change"]), share, low, high, abs(share) <= tolerance, beyond))
        rows.append((design, unit, 0, 0.0, 0.0, 0.0, True, False))
    table = pd.DataFrame(rows, columns=list(FLAT_COLUMNS))
    return table.sort_values(["design", "unit", "change"], kind="stable", ignore_index=True)
