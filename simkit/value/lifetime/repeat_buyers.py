"""Customers who order, once or again: how far the model of their purchases can be trusted, and what it expects of each.

The model is chosen by rule (`simkit.value.lifetime.model_choice`); the held-out time decides against the gap rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, Singles
from simkit.foundation.random_streams import stream
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR, WEEKS_PER_YEAR
from simkit.value.lifetime.bg_nbd import (
    PurchaseFit,
    Rows,
    alive_share,
    expected_purchases,
    grouped,
    purchase_likelihood,
)
from simkit.value.lifetime.bg_nbd import parameters_at as purchase_parameters
from simkit.value.lifetime.gamma_gamma import SpendFit, Spends, expected_spend, fit_spend, spend_likelihood
from simkit.value.lifetime.gamma_gamma import parameters_at as spend_parameters
from simkit.value.lifetime.histories import (
    NOT_LEARNED,
    GapRule,
    gap_class,
    histories,
    learned_rule,
    purchases_between,
    purchases_by_rule,
)
from simkit.value.lifetime.holdout import HoldOut, compared, held_out_span
from simkit.value.lifetime.kinds import LifetimeRules
from simkit.value.lifetime.maximum_likelihood import refits
from simkit.value.lifetime.model_choice import REASONS, Candidates, candidates, chosen_fit, preferred
from simkit.value.lifetime.regularity import Regularity, regularity_of

FEWEST_SPENDERS = 10
STEP = 1e-3


@dataclass(frozen=True, kw_only=True)
class RepeatBuyers:
    """What is expected of customers who order as they need."""

    table: pd.DataFrame
    """Index ``customer_id``; ``expected_purchases`` (over the horizon), ``alive_share`` (0..1; missing for who bought once
    where the model cannot see them leave), ``expected_spend_amount`` (per purchase), ``revenue_value_amount``
    (discounted)."""
    draws: Singles
    """Discounted revenue in each bootstrap draw."""
    purchase: PurchaseFit | None
    """The model of purchases; None when the gap rule stands in."""
    intervals: pd.DataFrame
    """``parameter, value, low, high`` of purchases and spend, 95 % percentile bootstrap over customers."""
    gap: GapRule | None
    """The gap rule where it is used."""
    spend: SpendFit | None
    """The model of spend; None when the customers' own means stand in."""
    bought_once: int
    """Customers with a single purchase."""
    regularity: Regularity
    reason: Text
    holdout: HoldOut | None
    """How well it met the held-out time; None when the history is too short."""

    @property
    def once(self) -> int:
        """Customers with a single purchase of whom the model does not say whether they are customers still."""
        return int(self.table["alive_share"].isna().sum())

    @property
    def name(self) -> Text:
        """What the method is called."""
        if self.purchase is None:
            return Text(de="Abstandsregel", en="gap rule")
        return Text(de=self.purchase.name, en=self.purchase.name)


def repeat_buyers(
    days: pd.DataFrame, end: pd.Timestamp, rules: LifetimeRules, *, seed: int = 1, draws: int = 200
) -> RepeatBuyers:
    """Choose and fit a model of the purchases of customers who order and say what it expects.

    Parameters
    ----------
    days : pandas.DataFrame
        Result of `simkit.value.lifetime.histories.purchase_days`, at least one row.
    end : pandas.Timestamp
        Last day of the history.
    seed, draws : int
        Bootstrap over customers; 0 draws leave intervals and the hold-out's intervals out.
    """
    history = histories(days, end)
    regularity = regularity_of(days)
    now = candidates(history, regularity)
    cut = held_out_span(days, end)
    if cut is None:
        fit, reason = chosen_fit(now, regularity)
        return _valued(history, fit, rules, days, cut, end, seed=seed, draws=draws, known=(regularity, reason, None))
    before, span = histories(days, cut), (cut, end)
    regular_then = regularity_of(days[days["day"] <= cut])
    earlier = candidates(before, regular_then)
    preference = None
    if isinstance(now, Candidates) and isinstance(earlier, Candidates):
        preference = preferred(earlier, before, days, span, seed=seed)
    fit, reason = chosen_fit(now, regularity, preference)
    then, why_not = chosen_fit(earlier, regular_then, preference)
    amount = _spend_amounts(spend_of(before)[0], before)
    holdout = _held_out_gap(days, before, amount, span, seed=seed, draws=draws)
    if fit is not None and then is None:
        reason = REASONS["untested"].fill(model=fit.name, reason=why_not)
        fit = None
    elif fit is not None and then is not None:
        test = _held_out_model(days, before, amount, span, then, seed=seed, draws=draws)
        if holdout.purchases.beats(test.purchases):
            reason = REASONS["holdout"].fill(model=fit.name)
            fit = None
        else:
            holdout = test
    return _valued(history, fit, rules, days, cut, end, seed=seed, draws=draws, known=(regularity, reason, holdout))


# --- the held-out time ------------------------------------------------------------------------------------------------


def _held_out_model(
    days: pd.DataFrame,
    history: pd.DataFrame,
    amount: Floats,
    span: tuple[pd.Timestamp, pd.Timestamp],
    then: PurchaseFit,
    *,
    seed: int,
    draws: int,
) -> HoldOut:
    """Hold what a model fitted to the time before the cut alone expects against what came."""
    cut, end = span
    rows = grouped(history)
    weeks = (end - cut).days / 7
    expected = expected_purchases(then, rows, weeks)
    spread = drawn(
        then, rows, lambda place: expected_purchases(then, rows, weeks, place), expected, seed=seed, draws=draws
    )
    known = (expected[rows.row_of], spread[rows.row_of])
    return _against_actual(history, days, span, known, amount, seed=seed)


def _held_out_gap(
    days: pd.DataFrame,
    history: pd.DataFrame,
    amount: Floats,
    span: tuple[pd.Timestamp, pd.Timestamp],
    *,
    seed: int,
    draws: int,
) -> HoldOut:
    """Learn the gap rule from as long a time before the cut, where there is one, and hold it against what came."""
    cut, end = span
    earlier = cut - (end - cut)
    rule = learned_rule(days, earlier, cut) if (days["day"] <= earlier).any() else NOT_LEARNED
    expected = purchases_by_rule(rule, history, np.array([(end - cut).days / DAYS_PER_YEAR]))
    known = (expected, np.repeat(expected[:, None], draws, axis=1))
    return _against_actual(history, days, span, known, amount, seed=seed)


def _against_actual(
    history: pd.DataFrame,
    days: pd.DataFrame,
    span: tuple[pd.Timestamp, pd.Timestamp],
    known: tuple[Floats, Floats],
    amount: Floats,
    *,
    seed: int,
) -> HoldOut:
    found = purchases_between(days, *span).reindex(history.index)
    comparable = (found["amount"].notna() | found["purchases"].isna()).to_numpy(dtype=float)
    came, amount = found.fillna(0.0), amount * comparable  # what somebody spent and did not say is held against nothing
    expected, spread = known
    return compared(
        span=span,
        classes=history["repeats"].to_numpy(dtype=float),
        purchases=(expected, spread, came["purchases"].to_numpy(dtype=float)),
        amounts=(expected * amount, spread * amount[:, None], came["amount"].to_numpy(dtype=float)),
        seed=seed,
    )


# --- what is expected -------------------------------------------------------------------------------------------------


def _valued(
    history: pd.DataFrame,
    fit: PurchaseFit | None,
    rules: LifetimeRules,
    days: pd.DataFrame,
    cut: pd.Timestamp | None,
    end: pd.Timestamp,
    *,
    seed: int,
    draws: int,
    known: tuple[Regularity, Text, HoldOut | None],
) -> RepeatBuyers:
    regularity, reason, holdout = known
    spend, spend_refits = spend_of(history, seed=seed, draws=draws)
    amount = _spend_amounts(spend, history)
    if fit is not None:
        purchases, discounted, alive, spread, places = _by_model(fit, history, rules, seed=seed, draws=draws)
        gap = None
    else:
        gap = learned_rule(days, cut, end) if cut is not None else NOT_LEARNED
        purchases = purchases_by_rule(gap, history, np.ones(rules.horizon_years))
        discounted = purchases_by_rule(gap, history, rules.discounts)
        alive = np.asarray(gap.alive)[gap_class(history).astype(int)]
        spread, places = np.repeat(discounted[:, None], draws, axis=1), np.empty((0, 4))
        if cut is not None and draws:
            random = stream(seed, -1, "value.lifetime.gap")
            spread = purchases_by_rule(learned_rule(days, cut, end, random, draws), history, rules.discounts)
    amounts = np.repeat(amount[:, None], draws, axis=1)
    for number, place in enumerate(spend_refits):
        amounts[:, number] = _spend_amounts(spend, history, place)
    table = pd.DataFrame(
        {
            "expected_purchases": purchases,
            "alive_share": np.clip(alive, 0.0, 1.0),
            "expected_spend_amount": amount,
            "revenue_value_amount": discounted * amount,
        },
        index=history.index,
    )
    return RepeatBuyers(
        table=table,
        draws=(spread * amounts).astype(np.float32),
        purchase=fit,
        intervals=_intervals(fit, places, spend, spend_refits),
        gap=gap,
        spend=spend,
        bought_once=int((history["repeats"] == 0).sum()),
        regularity=regularity,
        reason=reason,
        holdout=holdout,
    )


def _by_model(
    fit: PurchaseFit, history: pd.DataFrame, rules: LifetimeRules, *, seed: int, draws: int
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    rows = grouped(history)

    def discounted(place: Floats) -> Floats:
        by_end = [expected_purchases(fit, rows, WEEKS_PER_YEAR * year, place) for year in rules.years]
        return np.diff(np.array(by_end), axis=0, prepend=0.0).T @ rules.discounts

    middle = discounted(fit.maximum.place)
    purchases = expected_purchases(fit, rows, WEEKS_PER_YEAR * rules.horizon_years)
    places = refit_places(fit, rows, seed=seed, draws=draws)
    spread = _moved(discounted, middle, fit.maximum.place, places)
    of = rows.row_of
    seen = fit.modified | (
        rows.repeats > 0
    )  # BG has nobody leave before a repeat, so that it says 1 of who bought once
    alive = np.where(seen, alive_share(fit, rows), np.nan)
    return purchases[of], middle[of], alive[of], spread[of], places


def refit_places(fit: PurchaseFit, rows: Rows, *, seed: int, draws: int) -> Floats:
    """Return the places of refits to resampled customers, shape (draws, 4)."""
    model = purchase_likelihood(rows, fit.regularity, modified=fit.modified)
    return refits(model, rows.counts, fit.maximum, stream(seed, -1, "value.lifetime.purchases"), draws)


def drawn(
    fit: PurchaseFit, rows: Rows, figure: Callable[[Floats], Floats], middle: Floats, *, seed: int, draws: int
) -> Floats:
    """Return a figure of each row under the refits, shape (rows, draws)."""
    places = refit_places(fit, rows, seed=seed, draws=draws)
    return _moved(figure, middle, fit.maximum.place, places)


def _moved(figure: Callable[[Floats], Floats], middle: Floats, place: Floats, places: Floats) -> Floats:
    """Return a positive figure at each of the places, by its slopes in logarithms around the fit (delta method)."""
    if not len(places):
        return np.empty((middle.size, 0))
    slopes = []
    for number in range(place.size):
        move = np.zeros(place.size)
        move[number] = STEP
        up, down = np.asarray(figure(place + move)), np.asarray(figure(place - move))
        slopes.append((np.log(np.maximum(up, 1e-300)) - np.log(np.maximum(down, 1e-300))) / (2 * STEP))
    return np.asarray(middle[:, None] * np.exp(np.clip(np.array(slopes).T @ (places - place).T, -20.0, 20.0)))


def spend_of(history: pd.DataFrame, *, seed: int = 1, draws: int = 0) -> tuple[SpendFit | None, Floats]:
    """Return the model of spend with its refits; None where too few customers paid for anything, or all paid the same.

    Notes
    -----
    Fitted to the amounts before credit notes: what remains of a purchase that was taken back but for a few cents would
    count as one of a few cents. What credit notes take off stands in `_spend_amounts`.
    """
    known = history[history["paid_purchases"] > 0]
    spends = Spends(
        purchases=known["paid_purchases"].to_numpy(dtype=float),
        total=known["gross_amount"].to_numpy(dtype=float),
        logs=known["log_amounts"].to_numpy(dtype=float),
    )
    if len(known) < FEWEST_SPENDERS or not spends.differ:
        return None, np.empty((0, 3))
    fit = fit_spend(spends)
    if not fit.maximum.converged:
        return None, np.empty((0, 3))
    model = spend_likelihood(spends.in_units(fit.scale_amount))
    places = refits(model, np.ones(len(known)), fit.maximum, stream(seed, -1, "value.lifetime.spend"), draws)
    return fit, places


def _spend_amounts(fit: SpendFit | None, history: pd.DataFrame, place: Floats | None = None) -> Floats:
    """Return the expected spend by customer; 0 where credit notes took back all there was, the mean of all where no
    amount of the customer is known.

    Notes
    -----
    The expected amount before credit notes, times the share of the customer's amounts that credit notes and purchases
    of nothing have left so far: his net mean over the mean of what he paid for.
    """
    means = history["mean_amount"].to_numpy(dtype=float)
    if fit is None:
        return _with_mean_of_others(np.maximum(means, 0.0))
    purchases = history["paid_purchases"].to_numpy(dtype=float)
    known = purchases > 0
    paid = np.where(known, history["gross_amount"].to_numpy(dtype=float) / np.maximum(purchases, 1.0), 1.0)
    kept = np.where(known | np.isnan(means), np.maximum(means, 0.0) / paid, 0.0)
    return _with_mean_of_others(kept * expected_spend(fit, np.maximum(purchases, 1.0), paid, place))


def _with_mean_of_others(amounts: Floats) -> Floats:
    """Return the amounts with the mean of the known ones in place of those that are missing."""
    unknown = np.isnan(amounts)
    return np.where(unknown, amounts[~unknown].mean(), amounts) if unknown.any() and not unknown.all() else amounts


def _intervals(fit: PurchaseFit | None, places: Floats, spend: SpendFit | None, spend_refits: Floats) -> pd.DataFrame:
    tables = []
    if fit is not None:
        ends = purchase_parameters(places) if len(places) else np.full((1, 4), np.nan)
        tables.append(_interval_rows(("r", "alpha", "a", "b"), (fit.r, fit.alpha, fit.a, fit.b), ends))
    if spend is not None:
        ends = spend_parameters(spend_refits) if len(spend_refits) else np.full((1, 3), np.nan)
        unit = np.array([1.0, 1.0, spend.scale_amount])
        tables.append(
            _interval_rows(("p", "q", "gamma"), np.array([spend.p, spend.q, spend.gamma]) * unit, ends * unit)
        )
    columns = ["parameter", "value", "low", "high"]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)


def _interval_rows(names: Sequence[str], values: Sequence[float] | Floats, refitted: Floats) -> pd.DataFrame:
    low, high = np.quantile(refitted, [0.025, 0.975], axis=0)
    return pd.DataFrame({"parameter": names, "value": values, "low": low, "high": high})
