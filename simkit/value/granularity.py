"""How many segments pay for their complexity: what finer classes bring against what each of them costs a year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats, Whole
from simkit.value.segments import natural_breaks

MOST = 8
FLAT_SHARE = 0.05
"""The smallest number of segments within this share of the best net gain is enough (rule of this kit)."""


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """What one more segment costs, and how customers answer effort.

    Parameters
    ----------
    hours_per_segment_h : float
        Hours a year to keep a segment: service level, targets, exceptions, reviews (assumption).
    hourly_cost_amount : float
        Cost of one hour.
    elasticity : float
        Relative change of a customer's contribution per relative change of effort, in 0..1 (0.25: between 0.34 for
        personal selling [P, second-hand] and 0.10 implied by the published case).
    """

    hours_per_segment_h: float = 80.0
    hourly_cost_amount: float
    elasticity: float = 0.25


def granularity(worth_amount: pd.Series, years: float, complexity: Complexity, *, most: int = MOST) -> pd.DataFrame:
    """Return gain and cost of treating the customers in one, two, three … segments.

    Parameters
    ----------
    worth_amount : pandas.Series
        Contribution (or revenue) by customer over the period of the data; only positive ones count.
    years : float
        Length of that period.
    complexity : Complexity
        What a segment costs.
    most : int
        Largest number of segments looked at.

    Returns
    -------
    pandas.DataFrame
        ``segments, gain_amount, cost_amount, net_amount`` a year, against one segment; ``reached_share``: how much of the
        gain of treating everybody individually is reached.

    Notes
    -----
    A customer of worth w answers effort x with w·x^ε. All customers of a segment get the same effort, and the best split
    of a given total between segments of mean worth m_g gives x_g ∝ m_g^(1/(1−ε)). With the total held, everything in one
    segment yields Σw·x̄^ε. The loss of a common effort is, to second order, the variance of the square root of the best
    efforts, so the segments are the natural breaks of that root. The gain is the difference, scaled so that today's
    effort gives today's worth. It is the gain of a *best* split; a segmentation that nobody acts upon gains nothing, so
    read it as an upper limit.
    """
    worth = np.sort(worth_amount[worth_amount > 0].to_numpy(dtype=float))[::-1] / years
    different = len(np.unique(worth))
    one = _yield(worth, np.zeros(len(worth), dtype=int), complexity.elasticity)
    best = _yield(worth, np.arange(len(worth)), complexity.elasticity)
    spread = worth ** (1 / (2 * (1 - complexity.elasticity)))
    rows = []
    for number in range(1, min(most, different) + 1):
        groups = np.zeros(len(worth), dtype=int)
        if number > 1:
            breaks, _ = natural_breaks(pd.Series(spread), number)
            groups = (spread[:, None] < np.array(breaks)[None, :]).sum(axis=1)
        gain = (_yield(worth, groups, complexity.elasticity) / one - 1) * worth.sum()
        cost = (number - 1) * complexity.hours_per_segment_h * complexity.hourly_cost_amount
        reached = gain / ((best / one - 1) * worth.sum()) if best > one * (1 + 1e-12) else float("nan")
        rows.append((number, gain, cost, gain - cost, reached))
    return pd.DataFrame(rows, columns=["segments", "gain_amount", "cost_amount", "net_amount", "reached_share"])


def enough_segments(found: pd.DataFrame) -> pd.Series:
    """Return the row of the smallest number of segments whose net gain is about the best: the top of the curve is flat."""
    best = float(found["net_amount"].max())
    return found[found["net_amount"] >= best - FLAT_SHARE * abs(best)].iloc[0]


def _yield(worth: Floats, groups: Whole, elasticity: float) -> float:
    """Return the answer of all customers to a total effort of one hour each, best split between groups."""
    count = np.bincount(groups).astype(float)
    total = np.bincount(groups, weights=worth)
    count, total = count[count > 0], total[count > 0]
    effort = (total / count) ** (1 / (1 - elasticity))
    effort *= count.sum() / (effort * count).sum()
    return float((total * effort**elasticity).sum())
