"""Paired comparison of designs: levels, differences to the baseline, simultaneous intervals, chance of being best.

Every design of a replication met the same replication, so differences are taken within a replication (common random
numbers) and only then averaged. All intervals are about the mean over replications *under the stated assumptions*: they tell
how precisely the model was run, not how true it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.foundation.random_streams import stream
from simkit.study.mean_intervals import DRAWS, LEVEL, drawn_means

KEYS = ["scenario", "design", "year", "measure", "group"]
PROFIT = "company_profit_amount"
SALES_PROFIT = "sales_profit_amount"
CONTRIBUTION = "contribution_amount"
RELATIVE_TO = {PROFIT: CONTRIBUTION, SALES_PROFIT: CONTRIBUTION}
"""What a change is a share of where that is not the measure itself: a share of a profit would rest on an assumed fixed cost."""


def half_width(values: Floats, level: float = LEVEL) -> Floats:
    """Return the half-width of the t-interval of the mean of each row.

    Parameters
    ----------
    values : ndarray, shape (rows, replications)
        One row per quantity; independent replications in the columns.
    level : float
        Coverage, in 0..1.

    Returns
    -------
    ndarray, shape (rows,)
        t(1 − (1 − level)/2; n − 1) · s/√n; NaN with fewer than two replications.

    Notes
    -----
    Formula: Law, *Simulation Modeling and Analysis*, section 4.5. Caveat: the coverage is exact for normal values only;
    means over three simulated years of many cases come close, counts of rare events do not.
    """
    from scipy.stats import t

    number = values.shape[1]
    if number < 2:
        return np.full(values.shape[0], np.nan)
    spread: Floats = np.std(values, axis=1, ddof=1)
    quantile = float(t.ppf(0.5 + level / 2, number - 1))
    width: Floats = quantile * spread / np.sqrt(number)
    return width


def mean_and_half_width(values: Floats) -> tuple[float, float]:
    """Return the mean of independent replications, shape (replications,), and :func:`half_width` of its t-interval."""
    return float(values.mean()), float(half_width(values[None, :])[0])


def matrix(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the runs as one row per scenario, design, year, measure and group, one column per replication.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs (:data:`simkit.study.experiment.run_experiment.COLUMNS`); their order is kept.

    Notes
    -----
    A measure that a run does not list (no case of the kind occurred) is 0 for counts, hours and money; means of
    nothing, such as a lead time without orders, stay missing because they are listed as NaN by the measures.
    """
    values = frame.set_index([*KEYS, "replication"])["value"]
    missing = values.isna().unstack("replication", fill_value=False)
    wide = values.unstack("replication").fillna(0.0).mask(missing)
    return wide.reindex(pd.MultiIndex.from_frame(frame[KEYS].drop_duplicates()))


def levels(frame: pd.DataFrame) -> pd.DataFrame:
    """Return mean, median and interval of every measure.

    Parameters
    ----------
    frame : DataFrame
        Tidy runs (:data:`simkit.study.experiment.run_experiment.COLUMNS`).

    Returns
    -------
    DataFrame
        Columns scenario, design, year, measure, group, mean, median, low, high, replications; 95 % t-intervals of the
        mean (see :func:`half_width`).
    """
    wide = matrix(frame)
    values = wide.to_numpy(dtype=float)
    width = half_width(values)
    mean = values.mean(axis=1)
    result = wide.index.to_frame(index=False)
    return result.assign(
        mean=mean, median=np.median(values, axis=1), low=mean - width, high=mean + width, replications=values.shape[1]
    )


def differences(frame: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """Return every design's paired difference to the baseline, absolute and relative.

    Parameters
    ----------
    baseline : str
        The design the others are compared with.

    Returns
    -------
    DataFrame
        Columns scenario, design, year, measure, group, baseline, mean, difference, low, high, relative, relative_low,
        relative_high, replications; differences in the measure's unit, relative ones as a share of the baseline's mean;
        those of a profit as a share of the baseline's contribution (:data:`RELATIVE_TO`).

    Notes
    -----
    Difference d = y(design) − y(baseline) within a replication, with the paired t-interval of its mean. Relative
    difference R = mean(d)/mean(b), with the interval of a ratio of paired means: s²(d − R·b)/(n·mean(b)²) (Cochran,
    *Sampling Techniques*, section 6.4). Caveat: the ratio's interval is a large-sample one; R is missing where the
    baseline's mean is not above 0, since a percentage of a loss means nothing.
    """
    wide = matrix(frame)
    others = wide[wide.index.get_level_values("design") != baseline]
    named = others.index.to_frame(index=False)
    partner = named.assign(design=baseline)
    base = wide.reindex(pd.MultiIndex.from_frame(partner), fill_value=0.0).to_numpy(dtype=float)
    values = others.to_numpy(dtype=float)
    gain = values - base
    mean, level = gain.mean(axis=1), base.mean(axis=1)
    width = half_width(gain)
    whole = partner.assign(measure=partner["measure"].astype(str).replace(RELATIVE_TO))
    scale = wide.reindex(pd.MultiIndex.from_frame(whole), fill_value=np.nan).to_numpy(dtype=float)
    scale_mean = scale.mean(axis=1)
    base_mean = np.where(scale_mean > 0, scale_mean, np.nan)
    relative = mean / base_mean
    ratio_width = half_width(gain - relative[:, None] * scale) / base_mean
    return named.assign(
        baseline=level, mean=values.mean(axis=1), difference=mean, low=mean - width, high=mean + width,
        relative=relative, relative_low=relative - ratio_width, relative_high=relative + ratio_width,
        replications=values.shape[1],
    )  # fmt: skip


def paired(frame: pd.DataFrame, scenario: str, measure: str, *, year: int = 0, group: str = "") -> pd.DataFrame:
    """Return one measure as a table replication × design, designs in the order in which they stand in the runs."""
    chosen = select(frame, measure=measure)  # few rows; the other conditions need not look at all
    chosen = select(chosen, scenario=scenario, year=year, group=group)
    table = chosen.pivot(index="replication", columns="design", values="value")
    return table[list(dict.fromkeys(chosen["design"]))]


def simultaneous(table: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return the differences of all other designs to a reference, with intervals that hold together.

    Parameters
    ----------
    table : DataFrame
        One measure, replication × design (:func:`paired`).
    reference : str
        The design the others are compared with.

    Returns
    -------
    DataFrame
        Columns reference, design, difference, low, high, p_value, p_holm, family.

    Notes
    -----
    Family: the k comparisons of one measure in one scenario. Intervals: Bonferroni, each at 1 − 0.05/k, so that all
    hold at once with at least 95 %. `p_holm`: Holm's step-down p-values (Holm 1979, *Scand. J. Statist.* 6), which are
    never larger than Bonferroni's. Caveat: conservative, since the differences share the reference and are correlated.
    """
    others = [name for name in table.columns if name != reference]
    family = len(others)
    gain = table[others].to_numpy(dtype=float).T - table[reference].to_numpy(dtype=float)[None, :]
    mean = gain.mean(axis=1)
    width = half_width(gain, 1 - (1 - LEVEL) / max(family, 1))
    p_value = _p_values(gain)
    return pd.DataFrame(
        {
            "reference": reference, "design": others, "difference": mean, "low": mean - width, "high": mean + width,
            "p_value": p_value, "p_holm": holm(p_value), "family": family,
        }
    )  # fmt: skip


def _p_values(gain: Floats) -> Floats:
    """Two-sided paired t-test of a mean of 0; a difference without any spread is certain, no difference is none."""
    from scipy.stats import t

    number = gain.shape[1]
    mean = gain.mean(axis=1)
    if number < 2:
        return np.full(len(mean), np.nan)
    error = np.std(gain, axis=1, ddof=1) / np.sqrt(number)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = np.where(mean == 0, 0.0, np.abs(mean) / error)
    result: Floats = 2 * t.sf(statistic, number - 1)
    return result


def holm(p_values: Floats) -> Floats:
    """Return Holm's adjusted p-values.

    Parameters
    ----------
    p_values : ndarray, shape (k,)
        Unadjusted p-values, in 0..1; NaN stays NaN in all places (the family cannot be ordered then).

    Returns
    -------
    ndarray, shape (k,)
        max over the smaller ones of (k − rank)·p, at most 1.

    Notes
    -----
    To the bit what ``statsmodels.stats.multitest.multipletests`` gives, which collects garbage in the whole process at
    every call: a fifth of a second where a study is in memory.
    """
    if not len(p_values) or np.isnan(p_values).any():
        return np.full(len(p_values), np.nan)
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(p_values[order] * np.arange(len(p_values), 0, -1)), 1.0)
    return adjusted


def probability_best(table: pd.DataFrame, *, seed: int, name: str, draws: int = DRAWS) -> pd.DataFrame:
    """Return how likely each design is to have the highest mean.

    Parameters
    ----------
    table : DataFrame
        One measure, replication × design, more is better.
    name : str
        Name of the random stream, such as the scenario.

    Returns
    -------
    DataFrame
        Columns design, rank (1 is best), mean, probability_best, replications_won; in the order of the table.

    Notes
    -----
    Share of the draws of the true means (:func:`simkit.study.mean_intervals.drawn_means`) in which a design's is the
    highest; equal ones share. Of two designs it is 1 − p of the one-sided paired t-test; missing under two replications.
    Caveat: it tells the uncertainty of the replications alone, not of the assumptions.
    """
    values = table.to_numpy(dtype=float)
    number = values.shape[0]
    drawn = drawn_means(values.T, stream(seed, -1, f"study.best.{name}"), draws)
    means = values.mean(axis=0)
    return pd.DataFrame(
        {
            "design": list(table.columns),
            "rank": (-pd.Series(means)).rank(method="first").astype(int).to_numpy(),
            "mean": means,
            "probability_best": share_of_wins(drawn),
            "replications_won": share_of_wins(values) * number,
        }
    )


def share_of_wins(rows: Floats) -> Floats:
    """Return the share of rows in which each column is the highest; ties share. Missing where a value is."""
    if np.isnan(rows).any():
        return np.full(rows.shape[1], np.nan)
    best = rows == rows.max(axis=1, keepdims=True)
    result: Floats = (best / best.sum(axis=1, keepdims=True)).mean(axis=0)
    return result
