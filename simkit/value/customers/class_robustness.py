"""How far the classes of one client can be relied on, and how many segments pay for their complexity; computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Floats, Whole
from simkit.foundation.missing import Missing
from simkit.value.score.acceptability import CONCENTRATION, FIRM, class_acceptability, weight_draws
from simkit.value.score.class_stability import Judged, class_changes, leave_one_out, stability_intervals
from simkit.value.score.segments import natural_breaks
from simkit.value.service.response import ELASTICITY

if TYPE_CHECKING:
    from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)

ALIKE, ONE_FACTOR = TEXTS["alike"], TEXTS["one_factor"]
MOST = 8
FLAT_SHARE = 0.05
"""The smallest number of segments within this share of the best net gain is enough (rule of this kit)."""


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """What one more segment costs, and how customers answer effort."""

    hours_per_segment_h: float = 80.0
    """Hours per year to keep a segment: service level, targets, exceptions, reviews (assumption)."""
    hourly_cost_amount: float
    """Cost of one hour."""
    elasticity: float = ELASTICITY.value
    """Relative change of a customer's contribution per relative change of effort, in 0..1; the assumption by default."""


def class_count(worth_amount: pd.Series, years: float, complexity: Complexity, *, most: int = MOST) -> pd.DataFrame:
    """Return gain and cost of treating the customers in one, two, three … segments.

    Parameters
    ----------
    worth_amount : pandas.Series
        Contribution (or revenue) by customer over the period of the data; only positive ones count.
    years : float
        Length of that period.
    most : int
        Largest number of segments looked at.

    Returns
    -------
    pandas.DataFrame
        ``segments, gain_amount, cost_amount, net_amount`` per year, against one segment; ``reached_share``: how much of the
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


DRAWS = 5000


@dataclass(frozen=True, kw_only=True)
class ClassStudy:
    """What turns the classes, and what finer ones would bring.

    Parameters
    ----------
    class_count : pandas.DataFrame or None
        Gain and cost of one to eight segments; None without a cost per hour.
    """

    acceptability: pd.DataFrame | Missing
    """Index ``customer_id``; share of the drawn weights by class, ``segment`` as chosen, and ``firm``: whether the
    chosen class holds in at least 90 % of them. Customers with revenue only; missing with a single factor, and where
    the customers cannot be told apart."""
    stability: pd.DataFrame
    """``factor, weight, low, high`` (`simkit.value.score.class_stability.stability_intervals`)."""
    left_out: pd.DataFrame
    """``factor, weight, tau, changed, changed_revenue_share`` (`simkit.value.score.class_stability.leave_one_out`)."""
    against_revenue: pd.DataFrame | Missing
    """``before, after, customers``: classes by revenue alone, and by value; missing where value is revenue alone."""
    class_count: pd.DataFrame | None
    draws: int
    """Weights drawn."""
    concentration: float | None
    """How far they lie from the chosen ones."""
    complexity: Complexity | None
    """What a segment was taken to cost."""


def firm_counts(acceptability: pd.DataFrame) -> pd.DataFrame:
    """Return by chosen class how many customers are firmly in it: ``segment, customers, firm``."""
    return acceptability.groupby("segment")["firm"].agg(customers="size", firm="sum").reset_index()


def judged(value: CustomerValue) -> Judged:
    """Return the customers with their factors, ready to be ranked with other weights."""
    revenue = value.classed.set_index("customer_id")["revenue_amount"]
    factors = value.factors.reindex(revenue.index)[list(value.weights)]
    return Judged(factors=factors, revenue=revenue, cutoffs=value.rules.cutoffs)


def class_study(
    value: CustomerValue,
    years: float,
    *,
    seed: int = 1,
    draws: int = DRAWS,
    concentration: float | None = CONCENTRATION,
) -> ClassStudy:
    """Return how far the classes can be relied on.

    Parameters
    ----------
    years : float
        Length of the period of the data, for figures per year.
    concentration : float or None
        See `simkit.value.score.acceptability.weight_draws`.
    """
    customers = judged(value)
    drawn = weight_draws(value.weights, seed=seed, draws=draws, concentration=concentration)
    segment = value.classed.set_index("customer_id")["segment"]
    lacking = _lacking(value)
    complexity = None
    if value.hourly_cost_amount is not None:
        complexity = Complexity(hourly_cost_amount=value.hourly_cost_amount)
    worth = value.classed[value.worth_column]
    return ClassStudy(
        acceptability=_acceptability(customers, drawn, segment) if lacking is None else lacking,
        stability=stability_intervals(customers, value.weights),
        left_out=leave_one_out(customers, value.weights),
        against_revenue=value.rank_change
        if isinstance(value.rank_change, Missing)
        else class_changes(customers.cut(customers.revenue), segment),
        class_count=None if complexity is None else class_count(worth, years, complexity),
        draws=draws,
        concentration=concentration,
        complexity=complexity,
    )


def _lacking(value: CustomerValue) -> Missing | None:
    """Return why other weights cannot move a class; None where they can."""
    if value.alike:
        return Missing(reason=ALIKE)
    if len(value.weights) > 1:
        return None
    return Missing(reason=ONE_FACTOR)


def _acceptability(customers: Judged, drawn: pd.DataFrame, segment: pd.Series) -> pd.DataFrame:
    shares = class_acceptability(customers.factors, drawn, customers.revenue, customers.cutoffs)
    shares = shares[customers.revenue.reindex(shares.index) > 0]
    chosen = segment.reindex(shares.index)
    held = shares.to_numpy()[np.arange(len(shares)), shares.columns.get_indexer(pd.Index(chosen))]
    return shares.assign(segment=chosen, firm=held >= FIRM)
