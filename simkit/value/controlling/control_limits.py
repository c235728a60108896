"""How far a month may lie from its plan by chance, and whether all months together lie off it.

Limits rest on what changes from one month to the next. A steady deviation from the plan and a season that comes back each
year are no such change: they do not widen the limits, and the deviation is told by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats

LEVEL = 0.95
MOVING_RANGE = 1.128
"""Mean range of two normal draws in standard deviations (Montgomery, Introduction to Statistical Quality Control)."""
RANGE_FREEDOM = 0.62
"""Degrees of freedom that one range of two is worth in their mean (Palm and Wheeler 1990)."""
SEASON_CHANGES = 11
"""Changes that must be left over when each month of the year has a level: two years of months."""
POINTS = 400


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How much the figures of a segment vary from month to month."""

    share: pd.Series
    """Standard deviation as a share of the segment's own level, by segment; 0 where nothing was done or planned."""
    freedom: float
    """Degrees of freedom it rests on."""


def month_to_month(actual: pd.DataFrame, planned: pd.DataFrame) -> Noise:
    """Return how much each segment varies around its own level, from month to month.

    Parameters
    ----------
    actual, planned : pandas.DataFrame
        Month (periods, ascending) × segment.

    Notes
    -----
    Chart of individuals on the ratio of actual to plan, so that what the plan follows itself is no variation: mean range
    of neighbouring months / 1.128, divided by the mean ratio, so that a segment at twice its plan is as steady as one at
    half of it. From two years on the mean change into each month of the year is taken off first, and the degrees of
    freedom that this takes.
    """
    ratio = (actual / planned.where(planned > 0)).astype(float)
    change = ratio.diff().iloc[1:]
    season = pd.PeriodIndex(change.index).month
    left = len(change) - season.nunique()
    if left >= SEASON_CHANGES:
        change = (change - change.groupby(season).transform("mean")) * np.sqrt(len(change) / left)
    else:
        left = len(change)
    level = ratio.mean()
    share = change.abs().mean() / MOVING_RANGE / level.where(level > 0)
    return Noise(share=share.fillna(0.0), freedom=RANGE_FREEDOM * left)


def reach_in_errors(months: int, segments: int, freedom: float) -> float:
    """Return how many standard deviations hold all months of all segments together at 95 %.

    Notes
    -----
    Studentised maximum modulus: the largest of ``months`` normal draws over one estimated standard deviation, the same
    for all months of a segment, to the power ``segments``; averaged over the chi-squared distribution of the estimate.
    """
    from scipy.optimize import brentq
    from scipy.stats import chi2, norm

    spread = np.sqrt(chi2.ppf((np.arange(POINTS) + 0.5) / POINTS, freedom) / freedom)
    wanted = float(LEVEL ** (1 / segments))

    def over(reach: float) -> float:
        inside = (2 * norm.cdf(reach * spread) - 1) ** months
        return float(np.mean(inside)) - wanted

    return float(brentq(over, 0.1, 1e6))


def own_share(actual: pd.DataFrame, noise: Noise, entry: pd.Series | float = 1.0) -> pd.Series:
    """Return how much figures vary from month to month beyond chance, as a share of the segment's level, by segment.

    Parameters
    ----------
    actual : pandas.DataFrame
        Month × segment.
    noise : Noise
        How much they vary in all.
    entry : pandas.Series or float
        What one entry stands for, by segment (`size_of_entry`); 1 for counts.

    Notes
    -----
    A sum of independently coming entries has the variance ``level × entry`` by chance (compound Poisson; for counts Poisson).
    """
    level = actual.mean()
    beyond = noise.share**2 - entry / level.where(level > 0)
    return beyond.clip(lower=0.0).fillna(0.0) ** 0.5


def size_of_entry(amounts: pd.Series, segments: pd.Series) -> pd.Series:
    """Return what one entry stands for in the variance of a sum: ``Σ x² / Σ x``, by segment."""
    of = segments.rename("segment")
    total = amounts.groupby(of).sum()
    size: pd.Series = (amounts**2).groupby(of).sum() / total.where(total > 0)
    return size.fillna(0.0)


def count_limits(planned: pd.DataFrame, own: pd.Series, freedom: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the limits of counts around their plan, at 95 % for all months and segments together.

    Parameters
    ----------
    planned : pandas.DataFrame
        Month × segment.
    own : pandas.Series
        Result of `own_share`, by segment.
    freedom : float
        Degrees of freedom behind it.

    Notes
    -----
    Poisson quantiles (Bonferroni) where a segment varies no more than that, else as `hour_limits` with entries of 1.
    Without a plan (0) the lower and upper limits are 0.
    """
    from scipy.stats import poisson

    tail = (1 - LEVEL) / 2 / max(planned.size, 1)
    low, high = hour_limits(planned, own, freedom, pd.Series(1.0, index=own.index))
    varied = np.broadcast_to(own.reindex(planned.columns).to_numpy() > 0, planned.shape)
    low_count, high_count = (
        pd.DataFrame(points, planned.index, planned.columns)
        for points in (poisson.ppf(tail, planned), poisson.isf(tail, planned))
    )
    return low.where(varied, low_count), high.where(varied, high_count)


def hour_limits(
    planned: pd.DataFrame, own: pd.Series, freedom: float, entry: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the limits of hours around their plan, at 95 % for all months and segments together.

    Parameters
    ----------
    planned, own, freedom
        As in `count_limits`.
    entry : pandas.Series
        Result of `size_of_entry`, by segment.

    Notes
    -----
    The variance by chance, ``plan × entry``, which the plan gives, and that of the segment's own variation,
    ``(share × plan)²``, each with its own reach, since only the latter is estimated. A plan of 0 gives limits of 0.
    """
    known, estimated = (reach_in_errors(*planned.shape, degrees) for degrees in (1e6, freedom))
    share, size = own.reindex(planned.columns), entry.reindex(planned.columns).fillna(0.0)
    reach = (known**2 * planned * size + (estimated * planned * share) ** 2) ** 0.5
    return (planned - reach).clip(lower=0.0), planned + reach


def steady_deviation(actual: pd.DataFrame, planned: pd.DataFrame) -> pd.DataFrame:
    """Return how much was done of all that was planned, by segment.

    Returns
    -------
    pandas.DataFrame
        ``segment, ratio, low, high``: sum of actual over sum of plan, with intervals that hold for all segments together
        at 95 %; missing for a segment without a plan.

    Notes
    -----
    Ratio of sums over months, its error by Newey and West with ``floor(4 (n/100)^(2/9))`` lags or as for independent
    months where that is wider, t with n − 1 degrees of freedom, Bonferroni over the segments.
    """
    from scipy.stats import t as student

    months, segments = planned.shape
    reach = float(student.isf((1 - LEVEL) / 2 / segments, months - 1))
    rows = []
    for name in planned.columns:
        plan, done = planned[name].to_numpy(dtype=float), actual[name].to_numpy(dtype=float)
        if not plan.sum() > 0:
            rows.append((name, float("nan"), float("nan"), float("nan")))
            continue
        ratio = float(done.sum() / plan.sum())
        error = reach * _error_of_sum(done - ratio * plan) / float(plan.sum())
        rows.append((name, ratio, max(ratio - error, 0.0), ratio + error))
    return pd.DataFrame(rows, columns=["segment", "ratio", "low", "high"])


def _error_of_sum(rest: Floats) -> float:
    """Return the standard error of a sum of months that may hang together."""
    months = rest.size
    alone = variance = float(rest @ rest)
    lags = int(4 * (months / 100) ** (2 / 9))
    for lag in range(1, lags + 1):
        variance += 2 * (1 - lag / (lags + 1)) * float(rest[lag:] @ rest[:-lag])
    return float(np.sqrt(max(variance, alone) * months / (months - 1)))
