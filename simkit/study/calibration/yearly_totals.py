"""What a client's tables say of a year as a whole: revenue, contribution and customers with an order, with 95 % intervals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.study.measured.client_inputs import period_orders
from simkit.study.measured.demand_level import ENOUGH_CASES, Z95, customers_a_year, level
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData


def yearly_totals(client: ClientData) -> Iterator[tuple[str, Estimate, int]]:
    """Yield ``revenue``, ``contribution`` and ``active_customers`` of a year with the cases behind them, as far as known.

    Notes
    -----
    Amounts stand at today's level of orders (:func:`simkit.study.measured.demand_level.level`), whose relative error e
    becomes e √(n Σ v² ÷ (Σ v)²) for a sum of n orders with values v (a compound Poisson sum); the interval is on the log
    scale. Contribution is known of orders that name their cost; it is that share of their value,
    times the revenue. Customers with an order: mean of the whole years that end with the period; standard error
    √(n (1 − n ÷ all)), with the customers of the whole period as all. Less than 20 orders, or, for customers, less than
    twelve months, tell nothing.
    """
    if not client.has("orders"):
        return
    orders = period_orders(client)
    if len(orders) < ENOUGH_CASES:
        return
    today = level(orders["ordered_on"], client)
    revenue = float(orders["value_amount"].sum()) / period_years(client) * today.factor
    if revenue > 0:
        yield "revenue", _summed(orders["value_amount"], revenue, today.error), len(orders)
    if "cost_amount" in orders:
        known = orders[orders["cost_amount"].notna()]
        earned = known["value_amount"] - known["cost_amount"]
        if len(known) >= ENOUGH_CASES and earned.sum() > 0 and known["value_amount"].sum() > 0:
            amount = revenue * float(earned.sum() / known["value_amount"].sum())
            yield "contribution", _summed(earned, amount, today.error), len(known)
    yield from _active(orders, client)


def _summed(amounts: pd.Series, per_year: float, error: float) -> Estimate:
    """Return a sum of amounts that stands for so much a year with its interval; `error` is that of their number."""
    numbers = amounts.to_numpy(dtype=float)
    factor = float(np.exp(Z95 * error * np.sqrt(len(numbers) * (numbers**2).sum()) / abs(numbers.sum())))
    return Estimate(value=per_year, low=per_year / factor, high=per_year * factor)


def _active(orders: pd.DataFrame, client: ClientData) -> Iterator[tuple[str, Estimate, int]]:
    counts = customers_a_year(orders, client)
    if not counts or min(counts) < ENOUGH_CASES:
        return
    mean, everyone = float(np.mean(counts)), orders["customer_id"].nunique()
    half = Z95 * float(np.sqrt(mean * max(1 - mean / everyone, 0.0) / len(counts)))
    half = max(half, 0.5)
    yield "active_customers", Estimate(value=mean, low=mean - half, high=mean + half), round(mean)
