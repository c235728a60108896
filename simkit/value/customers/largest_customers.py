"""Why a customer that is among the largest by contribution is not in the top class."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

import pandas as pd

from simkit.value.customers.customer_value import cutoffs_of
from simkit.value.customers.effort_value import worth
from simkit.value.score.segments import SEGMENTS, class_sizes

if TYPE_CHECKING:
    from simkit.value.customers.customer_value import CustomerValue

LARGEST = 10
REASONS = 2
"""Factors that are named, at most."""
JUST_BEHIND = 0.1
"""Up to so many places of the top class, and at least one, behind it a customer counts as just behind."""


def largest_outside_top(value: CustomerValue) -> pd.DataFrame:
    """Return the customers among the ten largest by contribution that are not in the top class, largest first.

    Contribution is before sales hours; without costs it is revenue. Customers that bring nothing are not among them. Who
    brings as much as the tenth is among them, too.

    Returns
    -------
    pandas.DataFrame
        One row per customer, and one for all who have the same score and revenue: ``customer_id`` (of the first)``, names``
        (tuple; the number where there is none)``, place`` (by contribution, 1 is the largest; who brings as much shares
        it)``, segment, rank`` (by customer value, among the customers with revenue; ties by revenue, the first place of who
        is alike)``, alike`` (customers of this score and revenue)``, middle`` (the place that stands for all of
        them)``, top_places`` (down to which place the top class reaches)``, just_behind`` (whether the rank is within a
        tenth of these places behind them)``, lacking``: names of the factors in which the customer stays behind the mean of
        the top class most, by what they take from its score, two at most. Empty where customers cannot be told apart at
        all.

    Notes
    -----
    A factor takes ``weight × (mean of the top class − own value)`` away, over the factors known of both. For customers who
    are alike that is no reason: they share the class of their middle place (`simkit.value.score.segments.segments`).
    """
    columns = ["place", "segment", "rank", "alike", "middle", "top_places", "just_behind", "lacking"]
    amount = worth(value.customers)[0]
    place = amount[amount > 0].rank(ascending=False, method="min")
    top = value.customers["segment"] == next(iter(SEGMENTS))
    outside = [row for row in place[place <= LARGEST].sort_values(kind="stable").index if not top[row]]
    if value.alike:
        return pd.DataFrame(columns=["customer_id", "names", *columns])
    customers = value.customers.loc[outside].assign(place=place[outside].astype(int)).join(_ranks(value.customers))
    places = max(_top_places(value), int(top.sum()))
    last = places + max(1, round(JUST_BEHIND * places))
    customers = customers.assign(
        top_places=places, just_behind=customers["rank"] <= last, lacking=_lacking(value, outside)
    )
    names = customers["name"] if "name" in customers else customers["customer_id"]
    named = customers.assign(names=names.where(names.notna(), customers["customer_id"]))
    groups = named.groupby("rank", sort=False)
    found = groups.agg(
        {"customer_id": "first", "names": tuple, **{name: "first" for name in columns if name != "rank"}}
    )
    return found.reset_index()[["customer_id", "names", *columns]]


def _ranks(customers: pd.DataFrame) -> pd.DataFrame:
    """Return ``rank, alike, middle`` of the customers with revenue, who stand best first, as they were ranked for the classes."""
    buyers = customers.loc[customers["revenue_amount"] > 0, ["score", "revenue_amount"]]
    groups = buyers.assign(rank=range(1, len(buyers) + 1)).groupby(["score", "revenue_amount"])["rank"]
    found = pd.DataFrame({"rank": groups.transform("min"), "alike": groups.transform("size")})
    return found.assign(middle=found["rank"] + found["alike"] // 2)


def _top_places(value: CustomerValue) -> int:
    """Return down to which place of the ranking the top class reaches."""
    score, revenue = value.customers["score"], value.customers["revenue_amount"]
    return class_sizes(int((revenue > 0).sum()), cutoffs_of(value.rules, score, revenue))[0]


def _lacking(value: CustomerValue, rows: list[Hashable]) -> pd.Series:
    """Return the factors that take most from the score of each customer against the mean of the top class."""
    top = value.customers["segment"] == next(iter(SEGMENTS))
    factors = value.customers[[f"factor_{name}" for name in value.weights]].set_axis(list(value.weights), axis=1)
    behind = (factors.loc[top].mean() - factors.loc[rows]) * pd.Series(dict(value.weights))
    worst = [tuple(map(str, taken[taken > 0].nlargest(REASONS).index)) for _, taken in behind.iterrows()]
    return pd.Series(worst, index=behind.index, dtype=object)
