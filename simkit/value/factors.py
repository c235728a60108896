"""The catalogue of what makes a customer valuable: one entry per factor, with its formula and its scaling to 0..1.

Tables, axes, sheets and the weights of client.yaml are derived from it; to add a factor, add an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from simkit.foundation.text import Text
from simkit.value.facts import Facts

Formula = Callable[[Facts], pd.Series]
REFERENCE_POINT = 0.95
"""Quantile of the positive amounts that counts as full value."""


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One factor of customer value.

    Parameters
    ----------
    name : str
        Code; the key in ``score.weights``.
    label : Text
        What a reader sees.
    unit : Text
        Unit of the raw value.
    direction : {1, -1}
        1 when more is better.
    source : {"economic", "soft"}
        From the client's figures, or from ratings.
    weight : float
        Default weight.
    scaling : {"amount", "percentile", "rating"}
        ``amount``: ``amount / reference`` cut to 0..1, the reference being the 95 % point of the positive amounts;
        ``percentile``: mid-rank among the customers with a value, ``(rank − 0.5) / n``, ties sharing their mean rank;
        ``rating``: ``(rating − 1) / 4``.
    needs : Text
        What the client must give.
    formula : callable
        Facts to the raw value by customer; all missing when it cannot be had.
    """

    name: str
    label: Text
    unit: Text
    direction: Literal[1, -1]
    source: Literal["economic", "soft"]
    weight: float
    scaling: Literal["amount", "percentile", "rating"]
    needs: Text
    formula: Formula

    def scaled(self, facts: Facts) -> pd.Series:
        """Return the factor by customer in 0..1, missing where nothing is known.

        Notes
        -----
        Money is scaled by amount, because twice the margin is worth twice as much; the 95 % point in place of the
        maximum keeps one giant from pressing all others to zero, and losses count as zero. Percentile ranks are robust
        too; their price is that they do not say how far apart two neighbours are.
        """
        raw = self.formula(facts) * self.direction
        if self.scaling == "amount":
            reference = raw[raw > 0].quantile(REFERENCE_POINT)
            return (raw / reference).clip(0.0, 1.0) if reference > 0 else raw.clip(0.0, 0.0)
        if self.scaling == "rating":
            return ((raw - 1) / 4).clip(0.0, 1.0)
        return (raw.rank(method="average") - 0.5) / max(int(raw.notna().sum()), 1)


def _column(name: str) -> Formula:
    def formula(facts: Facts) -> pd.Series:
        if facts.has(name):
            return facts.customers[name].astype(float)
        return pd.Series(float("nan"), index=facts.customers.index)

    return formula


def _payment(facts: Facts) -> pd.Series:
    """Return how early a customer pays; where no payment is known at all, the rating of payment behaviour."""
    if facts.has("payment_delay_days"):
        return -_column("payment_delay_days")(facts)
    return _column("rating_payment")(facts)


def _loyalty(facts: Facts) -> pd.Series:
    """Return the rating of loyalty; where there is none at all, the mean of the ranks of tenure and regularity."""
    if facts.has("rating_loyalty"):
        return _column("rating_loyalty")(facts)
    signs = [_column(name)(facts).rank(pct=True) for name in ("tenure_years", "regularity_share")]
    return pd.concat(signs, axis=1).mean(axis=1)


_RATINGS = Text(de="Bewertungen aus dem Workshop (ratings)", en="ratings from the workshop (ratings)")
_POINTS = Text(de="Punkte 1–5", en="points 1–5")
_MONEY = Text(de="Währung", en="currency")


def _soft(name: str, column: str, de: str, en: str) -> Factor:
    return Factor(
        name=name,
        label=Text(de=de, en=en),
        unit=_POINTS,
        direction=1,
        source="soft",
        weight=1.0,
        scaling="rating",
        needs=_RATINGS,
        formula=_column(column),
    )


FACTORS: Mapping[str, Factor] = MappingProxyType(
    {
        factor.name: factor
        for factor in (
            Factor(
                name="margin",
                label=Text(de="Deckungsbeitrag nach Betreuungskosten", en="Margin after cost to serve"),
                unit=_MONEY,
                direction=1,
                source="economic",
                weight=3.0,
                scaling="amount",
                needs=Text(de="Kosten der Aufträge (cost_amount)", en="cost of the orders (cost_amount)"),
                formula=_column("margin_amount"),
            ),
            Factor(
                name="revenue",
                label=Text(de="Umsatz", en="Revenue"),
                unit=_MONEY,
                direction=1,
                source="economic",
                weight=2.0,
                scaling="amount",
                needs=Text(de="Aufträge oder Verkaufschancen", en="orders or opportunities"),
                formula=_column("revenue_amount"),
            ),
            Factor(
                name="growth",
                label=Text(de="Umsatzwachstum", en="Revenue growth"),
                unit=Text(de="Index −1 bis 1", en="index −1 to 1"),
                direction=1,
                source="economic",
                weight=2.0,
                scaling="percentile",
                needs=Text(de="Verkäufe über mindestens ein Jahr", en="sales over at least a year"),
                formula=_column("growth_index"),
            ),
            Factor(
                name="potential",
                label=Text(de="Potenzial", en="Potential"),
                unit=_MONEY,
                direction=1,
                source="economic",
                weight=0.0,  # an estimate of the client: it counts when a workshop or client.yaml weighs it
                scaling="amount",
                needs=Text(
                    de="Potenzial im Kundenstamm (potential_amount)", en="potential of customers (potential_amount)"
                ),
                formula=_column("potential_amount"),
            ),
            Factor(
                name="payment",
                label=Text(de="Zahlungsverhalten", en="Payment behaviour"),
                unit=Text(de="Tage vor Fälligkeit oder Punkte", en="days before due or points"),
                direction=1,
                source="economic",
                weight=1.0,
                scaling="percentile",
                needs=Text(de="Zahlungsverzug oder Zahldaten", en="payment delay or dates of payment"),
                formula=_payment,
            ),
            Factor(
                name="loyalty",
                label=Text(de="Treue", en="Loyalty"),
                unit=Text(de="Punkte oder mittlerer Rang", en="points or mean rank"),
                direction=1,
                source="soft",
                weight=1.0,
                scaling="percentile",
                needs=Text(
                    de="Bewertungen, Kunde-seit-Datum oder Verkäufe über mindestens ein Jahr",
                    en="ratings, customer-since dates or sales over at least a year",
                ),
                formula=_loyalty,
            ),
            # No weight of its own: it is made of the same revenue and cost as margin and revenue, which would count twice.
            Factor(
                name="lifetime_value",
                label=Text(de="Künftiger Kundenwert", en="Lifetime value"),
                unit=_MONEY,
                direction=1,
                source="economic",
                weight=0.0,
                scaling="amount",
                needs=Text(
                    de="Aufträge oder Verkaufschancen und ein Gewicht in score.weights",
                    en="orders or opportunities and a weight in score.weights",
                ),
                formula=_column("lifetime_value_amount"),
            ),
            _soft("innovation", "rating_innovation", "Innovationskraft", "Innovativeness"),
            _soft("growth_outlook", "rating_growth", "Wachstumsaussicht", "Growth outlook"),
            _soft("referral", "rating_referral", "Weiterempfehlung", "Referral"),
            _soft("co_development", "rating_co_development", "Gemeinsame Entwicklung", "Co-development"),
            _soft("joint_marketing", "rating_joint_marketing", "Gemeinsames Marketing", "Joint marketing"),
            _soft("strategic_fit", "rating_strategic_fit", "Strategische Passung", "Strategic fit"),
        )
    }
)
