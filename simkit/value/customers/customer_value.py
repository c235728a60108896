"""The customer value diagnostic in one result: score, segments, concentration, whale curve, effort, actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import pandas as pd

from simkit.effort.hours import CAP_H
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.formats import both_ways
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, same
from simkit.intake.findings import Assumption
from simkit.intake.workshop.value_criteria import library
from simkit.value.customer_figures import CustomerFigures, customer_figures
from simkit.value.customer_revenue import MissingCost, lacks_cost, turnover_of
from simkit.value.customers.actions import proposed_actions
from simkit.value.customers.concentration import Concentration, Whale, concentration, whale
from simkit.value.customers.effort_value import effort_by, service_index, worth
from simkit.value.lifetime.lifetime_value import COLUMNS as LIFETIME_COLUMNS
from simkit.value.lifetime.lifetime_value import LifetimeValue, lifetime_value
from simkit.value.score.customer_score import (
    FEW_FACTORS_SHARE,
    CustomerScores,
    chosen_functions,
    rank_change,
    score_customers,
)
from simkit.value.score.factors import FACTORS, factor_label
from simkit.value.score.segments import CUTOFFS, natural_breaks, segments
from simkit.value.score.value_functions import ValueFunction
from simkit.value.suppression import (
    LOSSES_WITHHELD,
    losses_may_show,
    safe_groups,
    some_withheld,
    withheld_customers,
    without_hours,
)
from simkit.value.weighting.weights_in_use import ChosenWeights, weights_of

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.intake.settings.customer_settings import ScoreSettings


TEXTS = Catalogue.beside(__file__)

ALIKE, ONLY_REVENUE = TEXTS["alike"], TEXTS["only_revenue"]
CLASSES, NOT_A_MATTER_OF_RULE = TEXTS["classes"], TEXTS["alike_reason"]


@dataclass(frozen=True, kw_only=True)
class ValueRules:
    """How customers are judged."""

    missing_cost: MissingCost = "mean_rate"
    """What an order without a cost is taken to cost: the client's mean share of cost in revenue, or nothing."""
    hourly_cost_amount: float | None = None
    """Cost of one hour of sales staff; None takes it from the employees' yearly cost."""
    cutoffs: tuple[float, ...] = CUTOFFS
    """Cumulative shares of customers that are A, and A + B (and, for four classes, A + B + C)."""
    natural_classes: int = 0
    """Cut the ranking where the scores of the customers with revenue break by themselves, into so many classes; 0
    keeps the cut-offs."""
    cap_h: float = CAP_H
    """Longest believed interval of the activity log, in hours."""


@dataclass(frozen=True, kw_only=True)
class CustomerValue:
    """Who is valuable, and who gets the effort."""

    customers: pd.DataFrame
    """One row per customer, best first: ``customer_id``, describing columns of the list of customers,
    ``revenue_amount, orders``, where known ``contribution_amount, service_cost_amount, margin_amount, hours_h,
    growth_index, payment_delay_days, tenure_years, regularity_share, rating_<factor>``, then ``factor_<name>`` in
    0..1, ``score, known_share, few_factors, segment, service_index, action, hours_withheld``. Hours and what gives
    them by subtraction are missing where ``hours_withheld``: too few people stand behind them. Revenue, contribution and
    segment are missing where no sale of the customer states a value; such customers stand last."""
    factors: pd.DataFrame = field(repr=False)
    """Index ``customer_id``; the factors used in 0..1, with what is withheld in `customers`; for reckoning, not for show."""
    source: Literal["orders", "opportunities"]
    weights: Mapping[str, float]
    """Weights of the factors used, summing to 1."""
    weights_from: ChosenWeights
    factors_used: tuple[str, ...]
    factors_missing: Mapping[str, Text]
    """Weighted factors that could not be used, and what they need."""
    factors_known: Mapping[str, int]
    """For how many customers each factor used is known."""
    functions: Mapping[str, ValueFunction]
    """How each factor used is valued."""
    losing_without_missing_cost: int | None
    """Customers at a loss if orders without a cost had cost nothing; None where every order has one, or without a
    whale curve."""
    concentration: Concentration
    """Top shares (`.top`), Lorenz curve, Gini."""
    whale: Whale | None
    """None without costs, or when too few people stand behind the losses."""
    effort: pd.DataFrame
    """By segment, see `simkit.value.customers.effort_value.effort_by`; without hours when too few people stand behind
    one."""
    worth_column: str
    """What ``value_share`` rests on: ``contribution_amount`` or ``revenue_amount``."""
    raised: int
    """Customers whose score was raised to that of somebody behind them of whom less is known."""
    rank_change: pd.DataFrame | Missing
    """``customer_id, revenue_rank, score_rank, change``; missing where the score is revenue and nothing else."""
    rank_tau: float
    """Kendall's tau-b between score and revenue."""
    hourly_cost_amount: float | None
    """Cost of one logged hour of sales staff in the cost to serve; None when no cost to serve is known."""
    rules: ValueRules
    assumptions: tuple[Assumption, ...]

    @property
    def classed(self) -> pd.DataFrame:
        """The customers whose class is known: those who bought nothing, or whose sales state a value."""
        found: pd.DataFrame = self.customers[self.customers["segment"].notna()]
        return found

    def factor_label(self, name: str) -> Text:
        """Return what a factor is called here."""
        return factor_label(name, priced=self.hourly_cost_amount is not None)

    @property
    def alike(self) -> bool:
        """Whether no two customers with revenue differ in score or revenue, so that classes would be drawn by lot."""
        return are_alike(self.customers)


DEFAULT_RULES = ValueRules()


def are_alike(customers: pd.DataFrame) -> bool:
    """Say whether there are several customers with revenue and no two of them differ in ``score, revenue_amount``."""
    buyers = customers.loc[customers["revenue_amount"] > 0, ["score", "revenue_amount"]]
    return len(buyers) > 1 and len(buyers.drop_duplicates()) == 1


def customer_value(
    client: ClientData, rules: ValueRules = DEFAULT_RULES, *, seed: int = 1, draws: int = 1000
) -> CustomerValue:
    """Score and segment the customers, and hold effort against value.

    Parameters
    ----------
    client : ClientData
        With orders, or opportunities that name customers.
    seed, draws : int
        Bootstrap over customers.

    Raises
    ------
    DataError
        When nothing is known about sales by customer.
    ConfigError
        When ``score.weights`` names no factor or weighs nothing that is known.
    """
    rules = rules_of(client, rules)
    figures = customer_figures(
        client,
        missing_cost=rules.missing_cost,
        hourly_cost_amount=rules.hourly_cost_amount,
        cap_h=rules.cap_h,
        lifetime=_lifetime(client),
    )
    chosen = weights_of(client)
    score = score_customers(figures, chosen.weights, chosen_functions(client.config.score.functions))
    rules = replace(rules, cutoffs=cutoffs_of(rules, score.score, figures.customers["revenue_amount"]))
    customers = _customer_table(figures, score, rules.cutoffs)
    alike = (Assumption(topic=CLASSES, value=ALIKE, reason=NOT_A_MATTER_OF_RULE),) if are_alike(customers) else ()
    changes, tau = rank_change(customers)
    minimum = client.config.privacy.minimum_group
    hidden = withheld_customers(customers, figures.people, minimum, [client.config.controlling.group_by])
    shows_losses = losses_may_show(customers, figures.people, minimum)
    withheld = (*some_withheld(int(hidden.sum()), minimum), *(() if shows_losses else (LOSSES_WITHHELD,)))
    return CustomerValue(
        customers=without_hours(customers, hidden).assign(hours_withheld=hidden),
        factors=score.factors.rename(columns=lambda name: name.removeprefix("factor_")),
        source=figures.source,
        weights=score.weights,
        weights_from=chosen,
        factors_used=tuple(score.weights),
        factors_missing=score.missing,
        factors_known=score.known,
        functions=score.functions,
        losing_without_missing_cost=_losing_at_no_cost(client, customers, rules) if shows_losses else None,
        concentration=concentration(customers["revenue_amount"], seed=seed, draws=draws),
        whale=_whale(customers) if shows_losses else None,
        effort=_effort(figures, customers, customers["segment"], minimum, seed=seed, draws=draws),
        worth_column=worth(customers)[1],
        raised=score.raised,
        rank_change=Missing(reason=ONLY_REVENUE) if set(score.weights) == {"revenue"} else changes,
        rank_tau=tau,
        hourly_cost_amount=figures.hourly_cost_amount,
        rules=rules,
        assumptions=(
            *figures.assumptions,
            *withheld,
            *alike,
            *_score_assumptions(score, chosen, client.config.score, priced=figures.hourly_cost_amount is not None),
        ),
    )


def with_lifetime(value: CustomerValue, lifetime: LifetimeValue | None) -> CustomerValue:
    """Return the customers' value with the lifetime columns beside it, and what they take for granted."""
    if lifetime is None:
        return value
    found = lifetime.customers[list(LIFETIME_COLUMNS)].reindex(value.customers["customer_id"]).reset_index(drop=True)
    customers = value.customers.drop(columns=[name for name in LIFETIME_COLUMNS if name in value.customers])
    joined = customers.assign(**{name: found[name].to_numpy() for name in LIFETIME_COLUMNS})
    assumptions = tuple(dict.fromkeys((*value.assumptions, *lifetime.assumptions)))
    return replace(value, customers=joined, assumptions=assumptions)


def _lifetime(client: ClientData) -> pd.Series | None:
    """Return the lifetime value by customer, where the client gives it a weight in the score; it takes seconds to compute."""
    if not client.config.score.weights.get("lifetime_value", 0.0) > 0:
        return None
    return lifetime_value(client, draws=0).customers["lifetime_value_amount"]


def rules_of(client: ClientData, rules: ValueRules) -> ValueRules:
    """Return the rules with what client.yaml says about the classes.

    Raises
    ------
    ConfigError
        When it gives cut-offs and asks for natural classes too.
    """
    chosen = client.config.score
    if chosen.cutoffs and chosen.natural_classes:
        raise ConfigError(
            Text(de="Grenzen und natürliche Klassen zugleich", en="cut-offs and natural classes at the same time"),
            "client.yaml: score",
            Text(de="cutoffs oder natural_classes streichen", en="take out cutoffs or natural_classes"),
        )
    if chosen.natural_classes == 1:
        raise ConfigError(
            Text(de="eine einzige Klasse teilt nichts ein", en="a single class divides nothing"),
            "client.yaml: score.natural_classes",
            Text(de="2, 3 oder 4 Klassen, oder 0 für feste Anteile", en="2, 3 or 4 classes, or 0 for fixed shares"),
        )
    cutoffs = tuple(chosen.cutoffs) or rules.cutoffs
    return replace(rules, cutoffs=cutoffs, natural_classes=chosen.natural_classes or rules.natural_classes)


def cutoffs_of(rules: ValueRules, score: pd.Series, revenue: pd.Series) -> tuple[float, ...]:
    """Return at which shares of the customers with revenue the ranking is cut."""
    if not rules.natural_classes:
        return rules.cutoffs
    buyers = score[revenue > 0]
    breaks, _ = natural_breaks(buyers, rules.natural_classes)
    return tuple(float((buyers >= lowest).mean()) for lowest in breaks)


def _customer_table(figures: CustomerFigures, score: CustomerScores, cutoffs: tuple[float, ...]) -> pd.DataFrame:
    table = figures.customers.join(score.factors).assign(score=score.score, known_share=score.known_share)
    table = table.assign(few_factors=table["known_share"] < FEW_FACTORS_SHARE).reset_index()
    table = table.assign(segment=segments(table, cutoffs), service_index=service_index(table))
    table = table.assign(action=proposed_actions(table))
    order = ["unknown", "score", "revenue_amount", "customer_id"]
    table = table.assign(unknown=table["revenue_amount"].isna())
    return table.sort_values(order, ascending=[True, False, False, True], ignore_index=True).drop(columns="unknown")


def _effort(
    figures: CustomerFigures, customers: pd.DataFrame, groups: pd.Series, minimum: int, *, seed: int, draws: int
) -> pd.DataFrame:
    known = groups.notna()
    table = effort_by(customers[known], groups[known], str(groups.name), seed=seed, draws=draws)
    return safe_groups(table, customers, groups, figures.people, minimum)


def _whale(customers: pd.DataFrame) -> Whale | None:
    """Return the whale curve over the customers that bought or were served; the others neither earn nor cost."""
    if "contribution_amount" not in customers:
        return None
    touched = (customers["revenue_amount"] != 0) | (customers["contribution_amount"] != 0)
    if "hours_h" in customers:
        touched |= customers["hours_h"] > 0
    return whale(customers.loc[touched, "margin_amount" if "margin_amount" in customers else "contribution_amount"])


def _losing_at_no_cost(client: ClientData, customers: pd.DataFrame, rules: ValueRules) -> int | None:
    """Return how many customers would be at a loss if orders without a cost had cost nothing."""
    if "contribution_amount" not in customers or rules.missing_cost == "zero" or not lacks_cost(client):
        return None
    at_no_cost = turnover_of(client, "zero").customers["contribution_amount"]
    saved = customers["customer_id"].map(at_no_cost).fillna(0.0) - customers["contribution_amount"]
    earned = [name for name in ("contribution_amount", "margin_amount") if name in customers]
    changed = _whale(customers.assign(**{name: customers[name] + saved for name in earned}))
    return None if changed is None else changed.below_zero


def _score_assumptions(
    score: CustomerScores, chosen: ChosenWeights, said: ScoreSettings, *, priced: bool
) -> tuple[Assumption, ...]:
    found = []
    assumed = [name for name in score.weights if name not in said.weights] if chosen.origin != "workshop" else []
    if idle := [factor_label(name, priced=priced) for name in said.functions if name not in score.weights]:
        found.append(_idle_functions(idle))
    if chosen.without_factor:
        found.append(_without_factor(chosen))
    if assumed:
        found.append(
            Assumption(
                topic=Text(de="Gewichte des Kundenwerts", en="Weights of customer value"),
                value=_weights_text(assumed, priced=priced),
                reason=Text(
                    de="nicht in client.yaml (score.weights) festgelegt; ein Workshop sollte sie bestimmen",
                    en="not set in client.yaml (score.weights); a workshop should decide them",
                ),
            )
        )
    few = int((score.known_share < FEW_FACTORS_SHARE).sum())
    if few:
        found.append(
            Assumption(
                topic=Text(de="Fehlende Faktoren", en="Missing factors"),
                value=Text(
                    de="{count} Kunden werden nach weniger als der Hälfte der Gewichte beurteilt",
                    en="{count} customers are judged by less than half of the weights",
                ).fill(count=few),
                reason=Text(
                    de="die übrigen Faktoren sind für sie nicht bekannt", en="the other factors are not known for them"
                ),
            )
        )
    return tuple(found)


def _idle_functions(labels: list[Text]) -> Assumption:
    return Assumption(
        topic=Text(de="Wertfunktionen ohne Wirkung", en="Value functions without effect"),
        value=Text(de=", ".join(label.de for label in labels), en=", ".join(label.en for label in labels)),
        reason=Text(
            de="in client.yaml (score.functions) gesetzt, aber der Faktor hat kein Gewicht oder keine Angaben",
            en="set in client.yaml (score.functions), but the factor has no weight or no figures",
        ),
    )


def _without_factor(chosen: ChosenWeights) -> Assumption:
    known = library()
    labels = [known[name].label if name in known else same(name) for name in chosen.without_factor]
    share = round(100 * sum(chosen.without_factor.values()))
    return Assumption(
        topic=Text(de="Kriterien des Workshops ohne Faktor", en="Criteria of the workshop without a factor"),
        value=Text(
            de="{names} ({share} % des Gewichts) gehen nicht in den Kundenwert ein",
            en="{names} ({share}% of the weight) do not enter customer value",
        ).fill(
            names=Text(de=", ".join(label.de for label in labels), en=", ".join(label.en for label in labels)),
            share=share,
        ),
        reason=Text(de="kein Faktor misst sie", en="no factor measures them"),
    )


def _weights_text(names: list[str], *, priced: bool) -> Text:
    """Return the default weights as "margin 3, revenue 2" in both languages."""
    told = [(factor_label(name, priced=priced), both_ways(FACTORS[name].weight)) for name in names]
    return Text(
        de=", ".join(f"{label.de} {weight.de}" for label, weight in told),
        en=", ".join(f"{label.en} {weight.en}" for label, weight in told),
    )
