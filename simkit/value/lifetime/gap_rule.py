"""The transparent rule for repeat buyers: how long has nothing come, measured in the customer's own intervals?

It needs no fit and stands in where a model of purchases cannot be fitted or predicts worse.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.time_units import WEEKS_PER_YEAR
from simkit.value.lifetime.histories import histories, purchases_between

EDGES = (1.0, 2.0, 3.0)
"""Limits of the classes of gap ÷ own mean interval."""
UNLEARNED = (1.0, 1.0, 0.0, 0.0)
"""Share of the old pace that goes on by class, where nothing could be learned: up to two intervals yes, then no."""
ACTIVE_CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class GapRule:
    """What became of customers by class of their gap.

    Parameters
    ----------
    pace : array of float, shape (..., classes)
        Purchases that came, per purchase that the old pace would have brought.
    alive : array of float, shape (..., classes)
        Share of the customers who bought again, in 0..1.
    yearly : array of float, shape (...)
        Share of the active customers who are still active a year later, in 0..1.
    learned : bool
        Whether this was seen in the client's own history.
    """

    pace: Floats
    alive: Floats
    yearly: Floats
    learned: bool


NOT_LEARNED = GapRule(pace=np.array(UNLEARNED), alive=np.array(UNLEARNED), yearly=np.array(1.0), learned=False)


def own_interval_weeks(history: pd.DataFrame) -> pd.Series:
    """Return each customer's mean interval; with a single purchase, the median of all others, or its own age."""
    own = (history["last_weeks"] / history["repeats"]).where(history["repeats"] > 0)
    common = own.median()
    return own.fillna(common if common > 0 else history["age_weeks"].clip(lower=1.0))


def gap_class(history: pd.DataFrame) -> Floats:
    """Return the class of each customer, 0 for a gap of up to one own interval."""
    gap = history["age_weeks"] - history["last_weeks"]
    return np.searchsorted(EDGES, (gap / own_interval_weeks(history)).to_numpy(dtype=float), side="left").astype(float)


def learned_rule(
    days: pd.DataFrame, cut: pd.Timestamp, end: pd.Timestamp, random: np.random.Generator | None = None, draws: int = 0
) -> GapRule:
    """Learn from the time between two days what follows on a gap.

    Parameters
    ----------
    days : pandas.DataFrame
        Result of `simkit.value.lifetime.histories.purchase_days`.
    cut, end : pandas.Timestamp
        Last day of what is taken as known, and of what is looked at after it.
    random, draws
        Stream and number of bootstrap draws over customers; without draws the arrays have no first axis.
    """
    history = histories(days, cut)
    after = purchases_between(days, cut, end).reindex(history.index).fillna(0.0)["purchases"].to_numpy()
    weeks = (end - cut).days / 7
    at_old_pace = (weeks / own_interval_weeks(history)).to_numpy(dtype=float)
    member = gap_class(history)[:, None] == np.arange(len(EDGES) + 1)
    number = after.size
    weights = np.ones((1, number))
    if random is not None and draws:
        weights = random.multinomial(number, np.full(number, 1 / number), size=draws).astype(float)
    came, expected = weights @ (member * after[:, None]), weights @ (member * at_old_pace[:, None])
    again, there = weights @ (member * (after > 0)[:, None]), weights @ member.astype(float)
    default = np.array(UNLEARNED)
    pace = np.where(expected > 0, came / np.where(expected > 0, expected, 1.0), default)
    alive = np.where(there > 0, again / np.where(there > 0, there, 1.0), default)
    active = there[:, :ACTIVE_CLASSES].sum(axis=1)
    kept = again[:, :ACTIVE_CLASSES].sum(axis=1) / np.maximum(active, 1.0)
    yearly = np.where(active > 0, kept, 1.0) ** (WEEKS_PER_YEAR / weeks)
    if weights.shape[0] == 1 and not draws:
        return GapRule(pace=pace[0], alive=alive[0], yearly=yearly[0], learned=True)
    return GapRule(pace=pace, alive=alive, yearly=yearly, learned=True)


def purchases_by_rule(rule: GapRule, history: pd.DataFrame, weights: Floats) -> Floats:
    """Return the weighted purchases of the coming years.

    Parameters
    ----------
    rule : GapRule
        With or without draws.
    history : pandas.DataFrame
        Histories today.
    weights : array of float, shape (years,)
        Weight of the purchases of each coming year, such as its discount.

    Returns
    -------
    array of float, shape (customers,) or (customers, draws)
        In the first year the old pace times that of the class; each further year what is left of the active.
    """
    a_year = (WEEKS_PER_YEAR / own_interval_weeks(history)).to_numpy(dtype=float)
    years = (np.asarray(rule.yearly)[..., None] ** np.arange(weights.size)) @ weights
    factor = np.asarray(rule.pace)[..., gap_class(history).astype(int)] * years[..., None]
    return np.asarray((a_year * factor).T)
