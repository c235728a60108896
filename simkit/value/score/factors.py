"""The catalogue of what makes a customer valuable: one entry per factor, with its formula and its value function.

Tables, axes, sheets and the weights of client.yaml are derived from it; to add a factor, add an entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd

from simkit.foundation.text import Text
from simkit.value.customer_figures import CustomerFigures
from simkit.value.score.value_functions import ValueFunction

Formula = Callable[[CustomerFigures], pd.Series]
AMOUNT = ValueFunction(kind="diminishing")
"""Money by amount, nearly in proportion for most and never level for the largest; losses count as zero."""
CHANGE = ValueFunction(kind="linear", low=-1.0, high=1.0)
"""Growth by its size: a rank would make much of a per cent more, where hardly anybody grows."""
RANK = ValueFunction(kind="rank")
RATING = ValueFunction(kind="linear", low=1.0, high=5.0)
SHARE = ValueFunction(kind="linear", low=0.0, high=1.0)


@dataclass(frozen=True, kw_only=True)
class Factor:
    """One factor of customer value."""

    name: str
    """Code; the key in ``score.weights`` and ``score.functions``."""
    label: Text
    unit: Text
    source: Literal["economic", "soft"]
    """From the client's figures, or from ratings."""
    weight: float
    function: ValueFunction
    """Default value function, with the direction (more is better, or less) and the rule for missing values."""
    needs: Text
    """What the client must give."""
    formula: Formula
    """CustomerFigures to the raw value by customer; all missing when it cannot be had."""

    def scaled(self, figures: CustomerFigures) -> pd.Series:
        """Return the factor by customer in 0..1 by its default function, missing where nothing is known."""
        return self.function.of(self.formula(figures))


def _column(name: str) -> Formula:
    def formula(figures: CustomerFigures) -> pd.Series:
        if figures.has(name):
            return figures.customers[name].astype(float)
        return pd.Series(float("nan"), index=figures.customers.index)

    return formula


def _payment(figures: CustomerFigures) -> pd.Series:
    """Return how early a customer pays; where no payment is known at all, the rating of payment behaviour."""
    if figures.has("payment_delay_days"):
        return -_column("payment_delay_days")(figures)
    return _column("rating_payment")(figures)


def _share_of_wallet(figures: CustomerFigures) -> pd.Series:
    """Return the share of its purchases that the customer buys from us; where none is known, the rating put on 0..1."""
    if figures.has("wallet_share"):
        return _column("wallet_share")(figures)
    return (_column("rating_share_of_wallet")(figures) - 1) / 4


def _margin(figures: CustomerFigures) -> pd.Series:
    """Return the margin after cost to serve; where the hours or their cost are not known, the contribution before it."""
    return _column("margin_amount" if figures.has("margin_amount") else "contribution_amount")(figures)


def _loyalty(figures: CustomerFigures) -> pd.Series:
    """Return the rating of loyalty; where there is none at all, the mean of the ranks of tenure and regularity."""
    if figures.has("rating_loyalty"):
        return _column("rating_loyalty")(figures)
    signs = [_column(name)(figures).rank(pct=True) for name in ("tenure_years", "regularity_share")]
    return pd.concat(signs, axis=1).mean(axis=1)


_RATINGS = Text(de="Bewertungen aus dem Workshop (ratings)", en="ratings from the workshop (ratings)")
_POINTS = Text(de="Punkte 1–5", en="points 1–5")
_MONEY = Text(de="Währung", en="currency")
_MONEY_PER_YEAR = Text(de="Währung, im Jahr", en="currency, per year")
_MONEY_IN_PERIOD = Text(de="Währung, im Datenzeitraum", en="currency, in the period of the data")


def _soft(name: str, column: str, de: str, en: str) -> Factor:
    return Factor(
        name=name,
        label=Text(de=de, en=en),
        unit=_POINTS,
        source="soft",
        weight=1.0,
        function=RATING,
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
                unit=_MONEY_IN_PERIOD,
                source="economic",
                weight=3.0,
                function=AMOUNT,
                needs=Text(de="Kosten der Aufträge (cost_amount)", en="cost of the orders (cost_amount)"),
                formula=_margin,
            ),
            Factor(
                name="revenue",
                label=Text(de="Umsatz", en="Revenue"),
                unit=_MONEY_IN_PERIOD,
                source="economic",
                weight=2.0,
                function=AMOUNT,
                needs=Text(de="Aufträge oder Verkaufschancen", en="orders or opportunities"),
                formula=_column("revenue_amount"),
            ),
            Factor(
                name="growth",
                label=Text(de="Umsatzwachstum", en="Revenue growth"),
                unit=Text(de="Index −1 bis 1", en="index −1 to 1"),
                source="economic",
                weight=2.0,
                function=CHANGE,
                needs=Text(de="Verkäufe über mindestens ein Jahr", en="sales over at least a year"),
                formula=_column("growth_index"),
            ),
            Factor(
                name="potential",
                label=Text(de="Potenzial", en="Potential"),
                unit=_MONEY_PER_YEAR,
                source="economic",
                weight=0.0,  # an estimate of the client: it counts when a workshop or client.yaml weighs it
                function=AMOUNT,
                needs=Text(
                    de="Potenzial im Kundenstamm (potential_amount)", en="potential of customers (potential_amount)"
                ),
                formula=_column("potential_amount"),
            ),
            Factor(
                name="share_of_wallet",
                label=Text(de="Lieferanteil", en="Share of wallet"),
                unit=Text(de="Anteil 0–1 seiner Einkäufe", en="share 0–1 of its purchases"),
                source="economic",
                weight=0.0,  # a high share may be a reason to protect or to look elsewhere: somebody has to say which
                function=SHARE,
                needs=Text(
                    de="Lieferanteil (wallet_share) oder Einkaufsvolumen (purchasing_volume_amount) im Kundenstamm, oder "
                    "Bewertungen",
                    en="share of wallet (wallet_share) or purchasing volume (purchasing_volume_amount) of customers, or "
                    "ratings",
                ),
                formula=_share_of_wallet,
            ),
            Factor(
                name="payment",
                label=Text(de="Zahlungsverhalten", en="Payment behaviour"),
                unit=Text(de="Tage vor Fälligkeit oder Punkte", en="days before due or points"),
                source="economic",
                weight=1.0,
                function=RANK,
                needs=Text(de="Zahlungsverzug oder Zahldaten", en="payment delay or dates of payment"),
                formula=_payment,
            ),
            Factor(
                name="loyalty",
                label=Text(de="Treue", en="Loyalty"),
                unit=Text(de="Punkte oder mittlerer Rang", en="points or mean rank"),
                source="soft",
                weight=1.0,
                function=RANK,
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
                source="economic",
                weight=0.0,
                function=AMOUNT,
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
BEFORE_SERVICE = Text(de="Deckungsbeitrag vor Betreuungskosten", en="Contribution before cost to serve")


def factor_label(name: str, *, priced: bool) -> Text:
    """Return what a factor is called; the margin by what it is where the cost of the hours is not known."""
    return BEFORE_SERVICE if name == "margin" and not priced else FACTORS[name].label
