"""Why a customer that is among the largest by contribution is not in the top class."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.value.customers.effort_value import worth
from simkit.value.score.segments import SEGMENTS

if TYPE_CHECKING:
    from simkit.value.customers.customer_value import CustomerValue

LARGEST = 10
REASONS = 2
"""Factors that are named, at most."""
JUST_BEHIND = 0.1
"""Up to so many places of the top class, and at least one, behind it a customer counts as just behind."""


def largest_outside_top(value: CustomerValue) -> pd.DataFrame:
    """Return the customers among the ten largest by contribution that are not in the top class, largest first.

    Contribution is before sales hours; without costs it is revenue. Customers that bring nothing are not among them.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, name`` (the number where there is none)``, place`` (by contribution, 1 is the largest)``,
        segment, rank`` (by customer value, among the customers with revenue; ties by revenue)``, top_places`` (customers in
        the top class)``, just_behind`` (whether the rank is within a tenth of these places behind them)``, lacking``: names of
        the factors in which the customer stays behind the mean of the top class most, by what they take from its
        score, two at most. Empty where customers cannot be told apart at all.

    Notes
    -----
    A factor takes ``weight × (mean of the top class − own value)`` away, over the factors known of both.
    """
    amount = worth(value.customers)[0]
    largest = amount[amount > 0].nlargest(LARGEST, keep="first").index
    top = value.customers["segment"] == next(iter(SEGMENTS))
    columns = ["customer_id", "name", "place", "segment", "rank", "top_places", "just_behind", "lacking"]
    if value.alike:
        return pd.DataFrame(columns=columns)
    factors = value.customers[[f"factor_{name}" for name in value.weights]]
    behind = (factors.loc[top].mean() - factors) * pd.Series(
        {f"factor_{name}": weight for name, weight in value.weights.items()}
    )
    names = value.customers["name"] if "name" in value.customers else value.customers["customer_id"]
    buyers = value.customers.index[
        value.customers["revenue_amount"] > 0
    ]  # best first, as they were ranked for the classes
    rank = pd.Series(range(1, len(buyers) + 1), index=buyers)
    places = int(top.sum())
    last = places + max(1, round(JUST_BEHIND * places))
    rows = []
    for place, row in enumerate(largest, start=1):
        if top[row]:
            continue
        taken = behind.loc[row].dropna()
        worst = taken[taken > 0].nlargest(REASONS).index
        lacking = tuple(str(name).removeprefix("factor_") for name in worst)
        customer = value.customers.at[row, "customer_id"]
        name = names[row] if isinstance(names[row], str) else customer
        own = int(rank[row])
        rows.append((customer, name, place, value.customers.at[row, "segment"], own, places, own <= last, lacking))
    return pd.DataFrame(rows, columns=columns)
