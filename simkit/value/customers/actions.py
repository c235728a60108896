"""What to do with each customer: a short catalogue of actions, and rules of which the first that fits counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.value.customers.effort_value import OVER, UNDER

TEXTS = Catalogue.beside(__file__)

FAST_GROWTH = 0.8
"""Mid-rank of growth among the customers, in 0..1, from which a customer counts as fast growing."""
LATE_DAYS = 30.0
"""Mean payment delay, in days, from which terms are reviewed."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One proposed action."""

    name: str
    label: Text
    rule: Text


_RULES = TEXTS.group("action_rules")
ACTIONS: Mapping[str, Action] = MappingProxyType(
    {name: Action(name=name, label=label, rule=_RULES[name]) for name, label in TEXTS.group("actions").items()}
)
AS_BEFORE = frozenset({"find_value", "protect", "keep"})
"""Actions that leave how a customer is served as it is."""


def proposed_actions(customers: pd.DataFrame) -> pd.Series:
    """Return the code of the proposed action for each customer.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``segment, service_index`` and, where known, ``contribution_amount, margin_amount, payment_delay_days,
        growth_index, revenue_amount``.

    Notes
    -----
    The rules are tried in the order of `ACTIONS`; what is not known triggers nothing. They propose, people decide: the
    figures do not know the history of a customer.
    """
    unknown = pd.Series(float("nan"), index=customers.index)
    contribution = customers.get("contribution_amount", unknown)
    margin = customers.get("margin_amount", unknown)
    late = customers.get("payment_delay_days", unknown) > LATE_DAYS
    growth = customers.get("growth_index", unknown)
    growing = (growth.rank(method="average") - 0.5) / max(int(growth.notna().sum()), 1) >= FAST_GROWTH
    index = customers["service_index"]
    top = customers["segment"] == "A"
    middle = customers["segment"] == "B"
    tests = {
        "find_value": customers["revenue_amount"].isna(),
        "clarify": customers["revenue_amount"] <= 0,
        "review_terms": (contribution < 0) | (late & ~top),
        "serve_cheaper": ((margin < 0) & (contribution >= 0) & ~top) | ((index > OVER) & ~top),
        "invest": top & (index < UNDER),
        "protect": top,
        "develop": middle & (growing | (index < UNDER)),
    }
    codes = np.select([test.to_numpy(dtype=bool) for test in tests.values()], list(tests), default="keep")
    return pd.Series(codes, index=customers.index)
