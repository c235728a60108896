"""What to do with each customer: a short catalogue of actions, and rules of which the first that fits counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from simkit.foundation.text import Text
from simkit.value.customers.effort_value import OVER, UNDER

FAST_GROWTH = 0.8
"""Growth factor (percentile rank) from which a customer counts as fast growing."""
LATE_DAYS = 30.0
"""Mean payment delay, in days, from which terms are reviewed."""


@dataclass(frozen=True, kw_only=True)
class Action:
    """One proposed action."""

    name: str
    label: Text
    rule: Text


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        action.name: action
        for action in (
            Action(
                name="clarify",
                label=Text(de="Klären", en="Clarify"),
                rule=Text(
                    de="kein Umsatz im Zeitraum: zurückgewinnen oder aus der Betreuung nehmen",
                    en="no revenue in the period: win back, or take out of care",
                ),
            ),
            Action(
                name="review_terms",
                label=Text(de="Konditionen prüfen", en="Review terms"),
                rule=Text(
                    de="Auftragskosten liegen über dem Umsatz, oder B/C-Kunde zahlt im Mittel mehr als 30 Tage zu spät",
                    en="orders cost more than they bring, or a B/C customer pays more than 30 days late on average",
                ),
            ),
            Action(
                name="serve_cheaper",
                label=Text(de="Günstiger betreuen", en="Serve more cheaply"),
                rule=Text(
                    de="B/C-Kunde, den erst die Betreuungsstunden zum Verlust machen oder der weit mehr Stunden "
                    "bekommt, als seinem Wertanteil entspricht (Index über 1,5)",
                    en="B/C customer that only the hours of service turn into a loss, or that gets far more hours than "
                    "its share of value (index above 1.5)",
                ),
            ),
            Action(
                name="invest",
                label=Text(de="Ausbauen", en="Invest"),
                rule=Text(
                    de="A-Kunde bekommt weit weniger Stunden, als seinem Wertanteil entspricht (Index unter 0,67)",
                    en="A customer gets far fewer hours than its share of value (index below 0.67)",
                ),
            ),
            Action(
                name="protect",
                label=Text(de="Sichern", en="Protect"),
                rule=Text(de="übrige A-Kunden", en="other A customers"),
            ),
            Action(
                name="develop",
                label=Text(de="Entwickeln", en="Develop"),
                rule=Text(
                    de="B-Kunde, der zu den 20 % mit dem stärksten Wachstum gehört oder zu wenig Stunden bekommt",
                    en="B customer among the 20% with the strongest growth, or with too few hours",
                ),
            ),
            Action(
                name="keep",
                label=Text(de="Halten", en="Keep"),
                rule=Text(de="alle übrigen", en="all others"),
            ),
        )
    }
)


def proposed_actions(customers: pd.DataFrame) -> pd.Series:
    """Return the code of the proposed action for each customer.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``segment, service_index`` and, where known, ``contribution_amount, margin_amount, payment_delay_days,
        factor_growth, revenue_amount``.

    Notes
    -----
    The rules are tried in the order of `ACTIONS`; what is not known triggers nothing. They propose, people decide: the
    figures do not know the history of a customer.
    """
    unknown = pd.Series(float("nan"), index=customers.index)
    contribution = customers.get("contribution_amount", unknown)
    margin = customers.get("margin_amount", unknown)
    late = customers.get("payment_delay_days", unknown) > LATE_DAYS
    growing = customers.get("factor_growth", unknown) >= FAST_GROWTH
    index = customers["service_index"]
    top = customers["segment"] == "A"
    middle = customers["segment"] == "B"
    tests = {
        "clarify": customers["revenue_amount"] <= 0,
        "review_terms": (contribution < 0) | (late & ~top),
        "serve_cheaper": ((margin < 0) & (contribution >= 0) & ~top) | ((index > OVER) & ~top),
        "invest": top & (index < UNDER),
        "protect": top,
        "develop": middle & (growing | (index < UNDER)),
    }
    codes = np.select([test.to_numpy(dtype=bool) for test in tests.values()], list(tests), default="keep")
    return pd.Series(codes, index=customers.index)
