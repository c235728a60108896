"""How far the classes of one client can be relied on: everything that the other rooms can say, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.value.acceptability import CONCENTRATION, FIRM, class_acceptability, weight_draws
from simkit.value.firmness import Judged, class_changes, leave_one_out, stability_intervals
from simkit.value.granularity import Complexity, granularity

if TYPE_CHECKING:
    from simkit.value.customer_value import CustomerValue

DRAWS = 5000
PREFIX = "factor_"


@dataclass(frozen=True, kw_only=True)
class ClassStudy:
    """What turns the classes, and what finer ones would bring.

    Parameters
    ----------
    acceptability : pandas.DataFrame
        Index ``customer_id``; share of the drawn weights by class, ``segment`` as chosen, and ``firm``: whether the
        chosen class holds in at least 90 % of them. Customers with revenue only.
    stability : pandas.DataFrame
        ``factor, weight, low, high`` (`simkit.value.firmness.stability_intervals`).
    left_out : pandas.DataFrame
        ``factor, weight, tau, changed, changed_revenue_share`` (`simkit.value.firmness.leave_one_out`).
    against_revenue : pandas.DataFrame
        ``before, after, customers``: classes by revenue alone, and by value.
    granularity : pandas.DataFrame or None
        Gain and cost of one to eight segments; None without a cost per hour.
    draws : int
        Weights drawn.
    concentration : float or None
        How far they lie from the chosen ones.
    complexity : Complexity or None
        What a segment was taken to cost.
    """

    acceptability: pd.DataFrame
    stability: pd.DataFrame
    left_out: pd.DataFrame
    against_revenue: pd.DataFrame
    granularity: pd.DataFrame | None
    draws: int
    concentration: float | None
    complexity: Complexity | None

    def firm_counts(self) -> pd.DataFrame:
        """Return by chosen class how many customers are firmly in it: ``segment, customers, firm``."""
        grouped = self.acceptability.groupby("segment")["firm"]
        return grouped.agg(customers="size", firm="sum").reset_index()


def judged(value: CustomerValue) -> Judged:
    """Return the customers with their factors, ready to be ranked with other weights."""
    table = value.customers.set_index("customer_id")
    factors = table[[f"{PREFIX}{name}" for name in value.weights]].rename(
        columns=lambda name: name.removeprefix(PREFIX)
    )
    return Judged(factors=factors, revenue=table["revenue_amount"], cutoffs=value.rules.cutoffs)


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
    value : CustomerValue
        Customers, factors, weights and classes.
    years : float
        Length of the period of the data, for figures a year.
    seed, draws : int
        Weights drawn.
    concentration : float or None
        See `simkit.value.acceptability.weight_draws`.
    """
    customers = judged(value)
    drawn = weight_draws(value.weights, seed=seed, draws=draws, concentration=concentration)
    segment = value.customers.set_index("customer_id")["segment"]
    shares = class_acceptability(customers.factors, drawn, customers.revenue, customers.cutoffs)
    shares = shares[customers.revenue.reindex(shares.index) > 0]
    chosen = segment.reindex(shares.index)
    held = shares.to_numpy()[np.arange(len(shares)), shares.columns.get_indexer(pd.Index(chosen))]
    complexity = None
    if value.hourly_cost_amount is not None:
        complexity = Complexity(hourly_cost_amount=value.hourly_cost_amount)
    worth = value.customers[value.worth_column]
    return ClassStudy(
        acceptability=shares.assign(segment=chosen, firm=held >= FIRM),
        stability=stability_intervals(customers, value.weights),
        left_out=leave_one_out(customers, value.weights),
        against_revenue=class_changes(customers.cut(customers.revenue), segment),
        granularity=None if complexity is None else granularity(worth, years, complexity),
        draws=draws,
        concentration=concentration,
        complexity=complexity,
    )
