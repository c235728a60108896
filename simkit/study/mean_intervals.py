"""Intervals of what follows from several means over the same replications: the largest of them, ratios, the worth of knowing.

The largest of several means is picked, so a bootstrap picks again in every sample: with few replications or near ties
its percentiles miss the truth far too often. These intervals rest on t-intervals of paired differences alone, hold for any
number of replications from two on as far as differences are about normal, and cover at least what they promise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from simkit.foundation.frames import Floats

LEVEL = 0.95
DRAWS = 10_000


def mean_of(values: Floats) -> Floats:
    """Return the mean over the last axis without missing values; NaN where nothing is left."""
    known = ~np.isnan(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        result: Floats = np.where(known, values, 0.0).sum(axis=-1) / known.sum(axis=-1)
    return result


def drawn_means(values: Floats, random: np.random.Generator, draws: int = DRAWS) -> Floats:
    """Return draws of the true means, given what the replications showed.

    Parameters
    ----------
    values : ndarray, shape (…, replications)
        Paired by the last axis; missing values are left out.
    random : Generator
        A stream of its own.

    Returns
    -------
    ndarray, shape (draws, …)
        Multivariate t around the means with n − 1 degrees of freedom and the covariance S/n; NaN for what has fewer
        than two values. Equal rows have equal draws.

    Notes
    -----
    The distribution of the mean given normal values and no knowledge before them (Gelman et al., *Bayesian Data
    Analysis*, section 3.2; fiducial in Fisher's sense): the share of draws in which one of two designs is better is one
    less the one-sided p-value of the paired t-test. A draw is m + Σ zᵢ (xᵢ − m) / √(n (n − 1)) / √(χ²/(n − 1)), so that no
    covariance matrix has to be factored. A bootstrap has a spread that is too small by √((n − 1)/n) and no t.
    """
    number = (~np.isnan(values)).sum(axis=-1)
    enough = number >= 2
    mean = mean_of(values)
    result = np.full((draws, *mean.shape), np.nan)
    if not enough.any():
        return result
    degrees = int(number[enough].min()) - 1
    centred = np.where(np.isnan(values), 0.0, values - mean[..., None])
    scale = np.where(enough, 1 / np.sqrt(np.maximum(number * (number - 1), 1)), np.nan)
    normal = random.standard_normal((values.shape[-1], draws))
    weights = normal / np.sqrt(random.chisquare(degrees, draws) / degrees)
    shape = (draws, *(1,) * mean.ndim)
    result[:] = 0.0
    for place, weight in enumerate(weights):  # one by one: equal rows then differ by nothing, not even by rounding
        result += weight.reshape(shape) * centred[..., place]
    result *= scale
    result += mean
    return result


def largest_interval(values: Floats, *, comparisons: int, level: float = LEVEL) -> tuple[float, float]:
    """Return an interval of the largest of several means.

    Parameters
    ----------
    values : ndarray, shape (means, replications)
        Paired by replication; missing values are left out. A row without spread is known.
    comparisons : int
        Rows that are not known for certain.
    level : float
        Coverage of the interval, in 0..1, at least.

    Returns
    -------
    tuple of float
        Low and high; NaN when a row has fewer than two values.

    Notes
    -----
    High: the largest upper end, each at 1 − α/2 alone, for the true largest one's end is among them. Low: the largest
    lower end, each at 1 − α/(2 · comparisons), for none of them may exceed the truth (Bonferroni; the idea of Hsu's
    comparison with the best, 1984, *Ann. Statist.* 12). With one row it is the t-interval. Conservative where rows are nearly
    equal.
    """
    mean, error, degrees = _moments(values)
    low = mean - _quantile((1 - level) / 2 / max(comparisons, 1), degrees) * error
    high = mean + _quantile((1 - level) / 2, degrees) * error
    return float(low.max()), float(high.max())


def knowing(means: Floats, weights: Sequence[float]) -> Floats:
    """Return what it is worth to know the case before choosing: the mean of each case's best less the best mean.

    Parameters
    ----------
    means : ndarray, shape (…, cases, designs)
        What a design brings in a case.
    weights : sequence of float
        Probability of each case.
    """
    chance = np.array(weights)
    result: Floats = means.max(axis=-1) @ chance - np.einsum("...sd,s->...d", means, chance).max(axis=-1)
    return result


def knowing_interval(values: Floats, weights: Sequence[float], *, level: float = LEVEL) -> tuple[float, float]:
    """Return an interval of the worth of knowing the case (:func:`knowing`).

    Parameters
    ----------
    values : ndarray, shape (cases, designs, replications)
        Paired by replication.
    weights : sequence of float
        Probability of each case.
    level : float
        Coverage, in 0..1, at least.

    Notes
    -----
    The worth is the least, over designs j, of the mean over cases of max over i of (μᵢ − μⱼ). Each difference is replaced by
    an end of its paired t-interval: the upper one at 1 − α/(2k), since the standard errors of a mean add up to no more
    than their mean; the lower one at 1 − α/(2 · cases · k(k − 1)), all together (Bonferroni). The lower end is 0 unless
    some case's best is surely another.
    """
    cases, designs, _ = values.shape
    chance, error_share = np.array(weights), (1 - level) / 2
    lows, highs = [], []
    for design in range(designs):
        mean, error, degrees = _moments(values - values[:, design : design + 1])
        low = mean - _quantile(error_share / max(cases * designs * (designs - 1), 1), degrees) * error
        high = mean + _quantile(error_share / designs, degrees) * error
        lows.append(float(low.max(axis=1) @ chance))
        highs.append(float(high.max(axis=1) @ chance))
    return min(lows), min(highs)


def _moments(values: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, standard error of the mean and degrees of freedom over the last axis, missing values left out."""
    known = ~np.isnan(values)
    number = known.sum(axis=-1).astype(float)
    mean = mean_of(values)
    squares = np.where(known, values - mean[..., None], 0.0) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(squares.sum(axis=-1) / (number - 1) / number)
    return mean, np.where(number >= 2, error, np.nan), number - 1


def _quantile(error: float, degrees: Floats) -> Floats:
    from scipy.special import stdtrit

    return np.asarray(stdtrit(np.maximum(degrees, 1.0), 1 - error), dtype=float)


def fieller(gain: Floats, cost: Floats, level: float = LEVEL) -> tuple[float, float, float]:
    """Return the ratio of two paired means with Fieller's interval.

    Parameters
    ----------
    gain, cost : ndarray, shape (replications,)
        Numerator and denominator by replication.
    level : float
        Coverage, in 0..1.

    Returns
    -------
    tuple of float
        Ratio, low, high. All missing where the mean cost is not above 0; low and high missing where the cost's own
        interval reaches down to 0, since the ratio is not bounded then.

    Notes
    -----
    All ρ with (ḡ − ρ·c̄)² ≤ t² · s²(g − ρ·c)/n (Fieller 1954, *J. R. Statist. Soc. B* 16): exact for jointly normal g and
    c. Without spread in the cost it is the t-interval of the gain divided by the cost.
    """
    mean_gain, mean_cost = float(np.mean(gain)), float(np.mean(cost))
    if mean_cost <= 0:
        return math.nan, math.nan, math.nan
    ratio = mean_gain / mean_cost
    if len(gain) < 2:
        return ratio, math.nan, math.nan
    rest, middle, square = doubtful(gain, cost, level)
    if square <= 0:
        return ratio, math.nan, math.nan
    root = math.sqrt(max(middle**2 - square * rest, 0.0))
    return ratio, (middle - root) / square, (middle + root) / square


def doubtful(first: Floats, second: Floats, level: float = LEVEL) -> tuple[float, float, float]:
    """Return c, b and a of the parabola c − 2bρ + aρ², not above 0 where the mean of first − ρ · second may be 0.

    Parameters
    ----------
    first, second : ndarray, shape (replications,)
        Paired; at least two replications.
    level : float
        Of the two-sided t-interval that holds 0 there, in 0..1.
    """
    number, means = len(first), (float(np.mean(first)), float(np.mean(second)))
    quantile = float(_quantile((1 - level) / 2, np.array(number - 1.0)))
    spread = np.cov(first, second, ddof=1) / number * quantile**2
    return (
        means[0] ** 2 - float(spread[0, 0]),
        means[0] * means[1] - float(spread[0, 1]),
        means[1] ** 2 - float(spread[1, 1]),
    )
