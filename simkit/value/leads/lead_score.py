"""The lead score: how much a lead resembles what was won before, what it may bring, and whether the way is cleared.

Weights work as for customers; each factor is one entry of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import wilson
from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Z_95, Estimate
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, did_you_mean
from simkit.value.leads.lead_filter import NO_CLOSED, closed_leads, with_customer
from simkit.value.score.value_functions import REFERENCE_POINT

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

FIT_COLUMNS = (
    "industry",
    "country",
    "region",
    "order_class",
    "source",
    "product",
    "technology",
    "hiring",
    "contact_role",
)
PRIOR_DEALS = 20.0
"""Closed deals at which a category's own win rate weighs as much as that of all deals."""
FEWEST_CLOSED = 40
VALUED_SHARE = 0.9
"""Least share of the won and of the other closed deals that must state a value for it to count as potential."""
Formula = Callable[[pd.DataFrame, pd.DataFrame], pd.Series]
FEW = Text(
    de="Weniger als {n} abgeschlossene Verkaufschancen mit Datum.",
    en="Fewer than {n} closed opportunities with a date.",
).fill(n=FEWEST_CLOSED)
NOTHING_KNOWN = Text(
    de="Von den abgeschlossenen Verkaufschancen ist kein Merkmal bekannt, das zählt.",
    en="Of the closed opportunities nothing is known that counts.",
)
ALL_WON = Text(
    de="Von den Verkaufschancen der späteren Hälfte sind alle gewonnen; daran lässt sich keine Bewertung prüfen.",
    en="All opportunities of the later half are won; no score can be tested on them.",
)
NONE_WON = Text(
    de="Von den Verkaufschancen der späteren Hälfte ist keine gewonnen; daran lässt sich keine Bewertung prüfen.",
    en="None of the opportunities of the later half is won; no score can be tested on them.",
)


@dataclass(frozen=True, kw_only=True)
class LeadFactor:
    """One factor of the lead score."""

    name: str
    """Key in ``lead_score.weights``."""
    label: Text
    needs: Text
    """What a reader sees, and what the client must give."""
    weight: float
    formula: Formula
    """Leads and past deals to the factor in 0..1, missing where nothing is known."""


@dataclass(frozen=True, kw_only=True)
class LeadScores:
    """Scores of the open leads, and how well the score would have told past wins apart."""

    leads: pd.DataFrame
    """Open deals, best first: ``opportunity_id``, ``factor_<name>``, ``score, known_share``."""
    weights: Mapping[str, float]
    """Weights of the factors used, summing to 1."""
    missing: Mapping[str, Text]
    """Factors without data, and what they need."""
    tested_deals: int
    """Closed deals of the later half, scored by what the earlier half taught."""
    area: Estimate
    """Chance that a won deal among them scores above one that was not (area under the curve; 0.5 is a coin)."""
    curve: pd.DataFrame
    """``volume_share, yield_share, low, high`` by tenths of the tested deals, best scores first."""


def lead_scores(client: ClientData) -> LeadScores | Missing:
    """Score the open leads, or say why that cannot be done.

    Parameters
    ----------
    client : ClientData
        With opportunities.

    Raises
    ------
    ConfigError
        A weight of client.yaml names no factor, or all weights are 0.

    Notes
    -----
    ``score = Σ weight × factor / Σ weight`` over the factors known for the lead. Test: the closed deals in order of
    opening, cut in half; the earlier teach, the later are scored. Interval of the area: Hanley and McNeil (1982,
    Radiology 143). Deals whose authority or deadline was noted only after the end look better than they were.
    """
    weights = _chosen_weights(client.config.lead_score.weights)
    past = closed_leads(client)
    if past.empty:
        return Missing(reason=NO_CLOSED)
    dated = past[past["opened_on"].notna()] if "opened_on" in past else past.iloc[:0]
    if len(dated) < FEWEST_CLOSED:
        return Missing(reason=FEW)
    dated = dated.sort_values("opened_on", kind="stable", ignore_index=True)
    half = len(dated) // 2
    earlier, later = dated.iloc[:half], dated.iloc[half:].reset_index(drop=True)
    tested = _scored(later, earlier, weights)["score"]
    won = later["stage"] == "won"
    if tested.isna().all():
        return Missing(
            reason=NOTHING_KNOWN, remedy=tuple(LEAD_FACTORS[name].needs for name, w in weights.items() if w > 0)
        )
    if won.all() or not won.any():
        return Missing(reason=ALL_WON if won.all() else NONE_WON)
    deals = client.table("opportunities")
    waiting = with_customer(client, select(deals, stage="open"))
    leads = _scored(waiting, past, weights)
    basis = _scored(past, past, weights)
    used = {name: w for name, w in weights.items() if w > 0 and basis[f"factor_{name}"].notna().any()}
    total = sum(used.values())
    return LeadScores(
        leads=leads.sort_values(["score", "opportunity_id"], ascending=[False, True], ignore_index=True),
        weights={name: weight / total for name, weight in used.items()},
        missing={name: LEAD_FACTORS[name].needs for name, w in weights.items() if w > 0 and name not in used},
        tested_deals=len(later),
        area=area_under_curve(tested.fillna(tested.mean()), won),
        curve=_curve(tested.fillna(tested.mean()), won),
    )


def _chosen_weights(overrides: Mapping[str, float]) -> dict[str, float]:
    for name in overrides:
        if name not in LEAD_FACTORS:
            raise ConfigError(
                Text(de="Unbekannter Faktor '{name}'.", en="Unknown factor '{name}'.").fill(name=name),
                f"client.yaml: lead_score.weights.{name}",
                did_you_mean(name, LEAD_FACTORS),
            )
    weights = {name: float(overrides.get(name, factor.weight)) for name, factor in LEAD_FACTORS.items()}
    if sum(weights.values()) == 0:
        raise ConfigError(
            Text(de="Alle Gewichte sind 0.", en="All weights are 0."),
            "client.yaml: lead_score.weights",
            Text(de="Mindestens ein Faktor braucht ein Gewicht", en="At least one factor needs a weight"),
        )
    return weights


def _scored(leads: pd.DataFrame, past: pd.DataFrame, weights: Mapping[str, float]) -> pd.DataFrame:
    factors = pd.DataFrame({name: LEAD_FACTORS[name].formula(leads, past) for name in weights}, index=leads.index)
    weight = pd.Series(weights)
    known = factors.notna().mul(weight, axis=1).sum(axis=1)
    score = factors.mul(weight, axis=1).sum(axis=1) / known.where(known > 0)
    table = factors.add_prefix("factor_").assign(score=score, known_share=known / weight.sum())
    return leads[["opportunity_id"]].join(table)


def area_under_curve(score: pd.Series, won: pd.Series) -> Estimate:
    """Return the chance that a won deal scores above another, ties counting half, with its interval."""
    ranks = score.rank()
    wins, others = int(won.sum()), int((~won).sum())
    area = (float(ranks[won].sum()) - wins * (wins + 1) / 2) / (wins * others)
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = (area * (1 - area) + (wins - 1) * (one - area**2) + (others - 1) * (two - area**2)) / (wins * others)
    reach = Z_95 * float(np.sqrt(max(variance, 0.0)))
    return Estimate(value=area, low=max(0.0, area - reach), high=min(1.0, area + reach))


def _curve(score: pd.Series, won: pd.Series) -> pd.DataFrame:
    """Return which share of the wins lies in the best tenth, two tenths and so on."""
    order = won.loc[score.sort_values(ascending=False, kind="stable").index].to_numpy()
    rows = []
    for tenth in range(1, 11):
        count = round(len(order) * tenth / 10)
        rate = wilson(int(order[:count].sum()), int(order.sum()))
        assert rate is not None
        rows.append((count / len(order), rate.value, rate.low, rate.high))
    return pd.DataFrame(rows, columns=["volume_share", "yield_share", "low", "high"])


def _fit(leads: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
    """Return the mean win rate of the categories a lead belongs to, each drawn towards the rate of all deals.

    Scaled so that half stands for the rate of all: ``rate / (rate + all)``, in 0..1.
    """
    won = (past["stage"] == "won").astype(float)
    overall = float(won.mean())
    rates = []
    for column in FIT_COLUMNS:
        if column in leads and column in past and past[column].nunique() > 1:
            seen = won.groupby(past[column].astype(object)).agg(["sum", "size"])
            rate = (seen["sum"] + PRIOR_DEALS * overall) / (seen["size"] + PRIOR_DEALS)
            rates.append(leads[column].astype(object).map(rate).astype(float))
    if not rates or overall == 0:
        return pd.Series(float("nan"), index=leads.index)
    mean = pd.concat(rates, axis=1).mean(axis=1)
    return mean / (mean + overall)


def _potential(leads: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
    """Return the potential of the lead's customer, or the lead's value, against the 95 % point of the past.

    The value counts only where the deals that were not won keep theirs: a system that sets it to nothing at the end
    would let the score know the outcome.
    """
    for column in ("potential_amount", "value_amount"):
        if column not in past or (column == "value_amount" and _value_tells_the_end(past)):
            continue
        reference = past.loc[past[column] > 0, column].quantile(REFERENCE_POINT)
        if column in leads and leads[column].notna().any() and reference > 0:
            return (leads[column] / reference).clip(0.0, 1.0)
    return pd.Series(float("nan"), index=leads.index)


def _value_tells_the_end(past: pd.DataFrame) -> bool:
    valued = (past["value_amount"] > 0).groupby(past["stage"] == "won").mean()
    return bool((valued < VALUED_SHARE).any())


def _answer(name: str) -> Formula:
    def formula(leads: pd.DataFrame, past: pd.DataFrame) -> pd.Series:
        if name not in leads:
            return pd.Series(float("nan"), index=leads.index)
        return leads[name].astype(object).map({"yes": 1.0, "no": 0.0}).astype(float)

    return formula


LEAD_FACTORS: Mapping[str, LeadFactor] = MappingProxyType(
    {
        factor.name: factor
        for factor in (
            LeadFactor(
                name="fit",
                label=Text(de="Passung zu früheren Gewinnen", en="Fit to past wins"),
                needs=Text(
                    de="Branche, Herkunft oder Produkt der Vorgänge", en="industry, source or product of the deals"
                ),
                weight=2.0,
                formula=_fit,
            ),
            LeadFactor(
                name="potential",
                label=Text(de="Potenzial", en="Potential"),
                needs=Text(
                    de="Potenzial des Kunden oder Wert der Chance", en="potential of the customer or value of the deal"
                ),
                weight=1.0,
                formula=_potential,
            ),
            LeadFactor(
                name="authority",
                label=Text(de="Zugang zum Entscheider", en="Access to the decision maker"),
                needs=Text(de="Spalte authority_access der Chancen", en="column authority_access of the opportunities"),
                weight=2.0,
                formula=_answer("authority_access"),
            ),
            LeadFactor(
                name="deadline",
                label=Text(de="Qualifizierter Termin", en="Qualified deadline"),
                needs=Text(
                    de="Spalte deadline_qualified der Chancen", en="column deadline_qualified of the opportunities"
                ),
                weight=2.0,
                formula=_answer("deadline_qualified"),
            ),
        )
    }
)
