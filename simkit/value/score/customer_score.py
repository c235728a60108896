"""The customer value score: a weighted mean of the factors, over those that are known for the customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.errors import ConfigError, one_of_all
from simkit.foundation.text import Text, did_you_mean
from simkit.value.customer_figures import CustomerFigures
from simkit.value.score.factors import FACTORS
from simkit.value.score.score_order import customers_behind, lifted
from simkit.value.score.value_functions import ValueFunction, with_wishes

if TYPE_CHECKING:
    from simkit.intake.settings.customer_settings import FactorFunction

FEW_FACTORS_SHARE = 0.5
"""A customer's score is flagged when less than this share of the weights could be used for it."""


DIGITS = 12
"""Decimals of a score: what lies below is an error of rounding, and would part customers that are alike."""


@dataclass(frozen=True, kw_only=True)
class CustomerScores:
    """Scores and what they are made of."""

    factors: pd.DataFrame
    """Index ``customer_id``; one column ``factor_<name>`` in 0..1 per factor used, with missing values as its rule
    says."""
    score: pd.Series
    """Weighted mean, in 0..1, at least that of each customer behind (`simkit.value.score.score_order`)."""
    raised: int
    """Customers whose weighted mean lay below that of a customer behind them, of whom less is known."""
    known_share: pd.Series
    """Share of the weights behind each customer's score, in 0..1."""
    weights: Mapping[str, float]
    """Weights of the factors used, summing to 1."""
    functions: Mapping[str, ValueFunction]
    """How each factor used is valued."""
    known: Mapping[str, int]
    """For how many customers each factor used is known."""
    missing: Mapping[str, Text]
    """Factors with a weight that could not be used, and what they need."""


def chosen_weights(overrides: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of every factor: the default, or what client.yaml says under ``score.weights``.

    Raises
    ------
    ConfigError
        A name is no factor, a weight is negative, or all weights are zero; all of it in one list.
    """
    if found := weight_problems(overrides):
        raise one_of_all(found, _PROBLEMS)
    return {name: float(overrides.get(name, factor.weight)) for name, factor in FACTORS.items()}


def chosen_functions(wishes: Mapping[str, FactorFunction]) -> dict[str, ValueFunction]:
    """Return the value function of every factor: the default, with what client.yaml says under ``score.functions``.

    Raises
    ------
    ConfigError
        A name is no factor; all of them in one list.
    """
    if found := function_problems(wishes):
        raise one_of_all(found, _PROBLEMS)
    return {
        name: with_wishes(factor.function, wishes[name]) if name in wishes else factor.function
        for name, factor in FACTORS.items()
    }


def weight_problems(overrides: Mapping[str, float]) -> list[ConfigError]:
    """Return what is wrong with ``score.weights``: names that are no factors, negative weights, nothing but zeros."""
    found = _unknown_factors(overrides, "score.weights")
    found += [
        ConfigError(
            Text(de="negatives Gewicht {weight}.", en="negative weight {weight}.").fill(weight=weight),
            f"client.yaml: score.weights.{name}",
            Text(de="0 schaltet einen Faktor ab", en="0 switches a factor off"),
        )
        for name, weight in overrides.items()
        if weight < 0
    ]
    if not found and not any(overrides.get(name, factor.weight) for name, factor in FACTORS.items()):
        found.append(
            ConfigError(
                Text(de="Alle Gewichte sind 0.", en="All weights are 0."),
                "client.yaml: score.weights",
                Text(de="Mindestens ein Faktor braucht ein Gewicht.", en="At least one factor needs a weight."),
            )
        )
    return found


def function_problems(wishes: Mapping[str, FactorFunction]) -> list[ConfigError]:
    """Return what is wrong with ``score.functions`` beyond its form: names that are no factors."""
    return _unknown_factors(wishes, "score.functions")


def _unknown_factors(names: Iterable[str], place: str) -> list[ConfigError]:
    return [
        ConfigError(
            Text(de="Unbekannter Faktor '{name}'.", en="Unknown factor '{name}'.").fill(name=name),
            f"client.yaml: {place}.{name}",
            did_you_mean(name, FACTORS),
        )
        for name in names
        if name not in FACTORS
    ]


_PROBLEMS = Text(de="Probleme mit der Kundenbewertung", en="Problems with the score of customers")


def score_customers(
    figures: CustomerFigures, weights: Mapping[str, float], functions: Mapping[str, ValueFunction] | None = None
) -> CustomerScores:
    """Score every customer.

    Parameters
    ----------
    weights : mapping of str to float
        Weight of each factor; 0 leaves it out.
    functions : mapping of str to ValueFunction, optional
        Value function of each factor; by default those of the catalogue.

    Notes
    -----
    ``score = sum(weight × factor) / sum(weight)`` over the factors known for that customer, or counted for it by the
    factor's rule for missing values. By default a customer without ratings is thus judged by the figures alone;
    ``known_share`` says how much was known. Nobody ranks behind a customer of whom no more is known and who is nowhere
    better: such a score is raised to that of the other.

    Raises
    ------
    ConfigError
        None of the weighted factors is known for anybody.
    """
    chosen = functions or {name: factor.function for name, factor in FACTORS.items()}
    scaled = {name: chosen[name].of(FACTORS[name].formula(figures)) for name, weight in weights.items() if weight > 0}
    used = {name: values for name, values in scaled.items() if values.notna().any()}
    if not used:
        raise ConfigError(
            Text(de="kein gewichteter Faktor ist bekannt", en="no weighted factor is known"),
            "client.yaml: score.weights",
            Text(de="Einem Faktor mit Daten ein Gewicht geben", en="Give a weight to a factor that has figures"),
        )
    known = pd.DataFrame(used, index=figures.customers.index).notna()
    factors = pd.DataFrame({name: chosen[name].filled(values) for name, values in used.items()}, index=known.index)
    weight = pd.Series({name: weights[name] for name in used})
    mean = weighted_mean(factors, weight)
    score = not_behind(factors, weight, mean)
    return CustomerScores(
        factors=factors.add_prefix("factor_"),
        score=score,
        raised=int((score > mean).sum()),
        known_share=known.mul(weight, axis=1).sum(axis=1) / weight.sum(),
        weights={str(name): float(share) for name, share in (weight / weight.sum()).items()},
        functions={name: chosen[name] for name in used},
        known={name: int(known[name].sum()) for name in used},
        missing={name: FACTORS[name].needs for name in scaled if name not in used},
    )


def weighted_mean(factors: pd.DataFrame, weight: pd.Series) -> pd.Series:
    """Return the weighted mean of the factors known for each customer, 0 where none is; rounded, so that equal figures tie."""
    counted = factors.notna().mul(weight, axis=1).sum(axis=1)
    mean: pd.Series = factors.mul(weight, axis=1).sum(axis=1) / counted
    return mean.fillna(0.0).round(DIGITS)


def not_behind(factors: pd.DataFrame, weight: pd.Series, mean: pd.Series) -> pd.Series:
    """Return weighted means with nobody behind a customer that he is nowhere worse than in what is known of both."""
    scores, weights = mean.to_numpy(dtype=float), weight.reindex(factors.columns).to_numpy(dtype=float)
    pairs = customers_behind(factors.to_numpy(dtype=float), weights, scores)
    return pd.Series(lifted(scores, *pairs), index=mean.index)


def rank_change(customers: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """Compare the ranking by score with one by revenue alone.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``customer_id, revenue_amount, score``.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, revenue_rank, score_rank, change`` (positive: the score lifts the customer), largest moves first;
        customers whose revenue is known.
    float
        Kendall's tau-b of the two rankings, in −1..1; 1 means that the score says nothing beyond revenue.
    """
    from scipy.stats import kendalltau

    customers = customers[customers["revenue_amount"].notna()]
    table = customers[["customer_id"]].assign(
        revenue_rank=customers["revenue_amount"].rank(ascending=False, method="min").astype(int),
        score_rank=customers["score"].rank(ascending=False, method="min").astype(int),
    )
    table["change"] = table["revenue_rank"] - table["score_rank"]
    order = table["change"].abs().sort_values(ascending=False, kind="stable").index
    tau = kendalltau(customers["revenue_amount"], customers["score"]).statistic if len(customers) > 1 else float("nan")
    return table.loc[order].reset_index(drop=True), float(tau)
