"""Purchase histories by customer, read off the sales up to a day, and the plain rule on gaps that needs nothing else.

Several sales on one day are one purchase; credit notes are netted against it and are no purchase themselves. The rule asks how
long nothing has come, measured in the customer's own intervals; it stands in where a model of purchases cannot be fitted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.units import DAYS_PER_WEEK, WEEKS_PER_YEAR

COLUMNS = (
    "repeats", "last_weeks", "age_weeks", "log_intervals", "purchases", "mean_amount", "net_amount", "paid_purchases",
    "gross_amount", "log_amounts",
)  # fmt: skip


def purchase_days(sales: pd.DataFrame) -> pd.DataFrame:
    """Return one row per customer and day with a purchase.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``customer_id, sold_on, value_amount`` (missing where it is not known); rows without a date are left out.

    Returns
    -------
    pandas.DataFrame
        ``customer_id, day, amount, credit_amount``, by customer and day. The amount is missing where a sale of the day
        states no value. A day whose sum is not positive is no purchase; its amount, zero or negative, is carried to the
        customer's purchase before it (the first one if there is none before) as ``credit_amount``. What customers
        without any purchase were credited is dropped.
    """
    dated = sales[sales["sold_on"].notna()]
    amounts = dated.groupby(["customer_id", "sold_on"])["value_amount"]
    days = amounts.sum().mask(amounts.count() < amounts.size()).reset_index()
    days = days.set_axis(["customer_id", "day", "amount"], axis=1)
    bought = ~(days["amount"] <= 0)
    if bought.all():
        return days.assign(credit_amount=0.0)
    number = bought.groupby(days["customer_id"]).cumsum().clip(lower=1)
    credit = days["amount"].where(~bought, 0.0).groupby([days["customer_id"], number]).transform("sum")
    return days.assign(credit_amount=credit)[bought].reset_index(drop=True)


POSTED_SHARE = 0.9
FEWEST_A_MONTH = 5
FEWEST_POSTED_MONTHS = 3
LONGEST_MONTH_DAYS = 31


def posted_monthly(days: pd.DataFrame) -> bool:
    """Say whether the purchases are monthly postings: nine of ten stand on one fixed day of the month.

    Parameters
    ----------
    days : pandas.DataFrame
        Column ``day``, one row per purchase.

    Notes
    -----
    A fixed day is the same day of every month (the last one where the month is shorter, so that the 31st is its end), or the
    working day, Monday to Friday, that follows it or goes before it. Customers who order together at a regular interval, such
    as every 30 days, share a day in each month, but not the same one in all. Months with fewer than five purchases tell
    nothing; three others are needed, and half of the months from the first of them to the last: quarters are not monthly.
    """
    month = days["day"].dt.to_period("M")
    telling = days["day"][month.groupby(month).transform("size") >= FEWEST_A_MONTH]
    dates = telling.to_numpy(dtype="datetime64[D]")
    months, place = np.unique(dates.astype("datetime64[M]"), return_inverse=True)
    if len(months) < FEWEST_POSTED_MONTHS or 2 * len(months) < int((months[-1] - months[0]).astype(int)) + 1:
        return False
    return max(float((fixed[place] == dates).mean()) for fixed in _fixed_days(months)) >= POSTED_SHARE


def _fixed_days(months: np.ndarray) -> Iterator[np.ndarray]:
    """Yield for each way of fixing a day of the month the dates that it has in these months."""
    first = months.astype("datetime64[D]")
    last = (months + 1).astype("datetime64[D]") - 1
    for number in range(LONGEST_MONTH_DAYS):
        fixed = np.minimum(first + number, last)
        yield fixed
        yield np.busday_offset(fixed, 0, roll="forward")
        yield np.busday_offset(fixed, 0, roll="backward")


def histories(days: pd.DataFrame, end: pd.Timestamp) -> pd.DataFrame:
    """Return the purchase history of each customer up to and including a day.

    Parameters
    ----------
    days : pandas.DataFrame
        Result of `purchase_days`.
    end : pandas.Timestamp
        Last day of the history.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; ``repeats`` (purchases after the first), ``last_weeks`` (from the first to the last),
        ``age_weeks`` (from the first to `end`), ``log_intervals`` (sum of the logarithms of the intervals in weeks),
        ``purchases``, ``mean_amount`` (net of credit notes; over the purchases of known amount, missing where there is
        none) and ``net_amount``; of the single purchases, before credit notes, ``paid_purchases`` (those with a positive
        amount), ``gross_amount`` (their sum) and ``log_amounts`` (sum of the logarithms of their amounts). Weeks are days / 7.
    """
    known = days[days["day"] <= end]
    paid = known["amount"].where(known["amount"] > 0)
    gap = known["day"].diff().dt.days.where(known["customer_id"].eq(known["customer_id"].shift()))
    logs = np.log(gap / DAYS_PER_WEEK)
    table = pd.DataFrame(
        {
            "customer_id": known["customer_id"],
            "day": known["day"],
            "valued": known["amount"],
            "net": known["amount"].fillna(0.0) + known["credit_amount"],
            "logs": logs.fillna(0.0),
            "paid": paid,
            "log_paid": np.log(paid),
        }
    ).groupby("customer_id")
    first, last, number = table["day"].min(), table["day"].max(), table.size().astype(float)
    net, valued = table["net"].sum(), table["valued"].count()
    return pd.DataFrame(
        {
            "repeats": number - 1,
            "last_weeks": (last - first).dt.days / DAYS_PER_WEEK,
            "age_weeks": (end - first).dt.days / DAYS_PER_WEEK,
            "log_intervals": table["logs"].sum(),
            "purchases": number,
            "mean_amount": net / valued.where(valued > 0),
            "net_amount": net,
            "paid_purchases": table["paid"].count().astype(float),
            "gross_amount": table["paid"].sum(),
            "log_amounts": table["log_paid"].sum(),
        }
    )


def purchases_between(days: pd.DataFrame, after: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """Return purchases and net amount of each customer after a day, up to and including another.

    Returns
    -------
    pandas.DataFrame
        Index ``customer_id``; ``purchases, amount`` (missing where that of a purchase is not known); only customers who
        bought.
    """
    inside = days[(days["day"] > after) & (days["day"] <= end)]
    net = (inside["amount"] + inside["credit_amount"]).groupby(inside["customer_id"])
    amount = net.sum().where(net.count() == net.size())
    return pd.DataFrame({"purchases": net.size().astype(float), "amount": amount})


EDGES = (1.0, 2.0, 3.0)
"""Limits of the classes of gap ÷ own mean interval."""
UNLEARNED = (1.0, 1.0, 0.0, 0.0)
"""Share of the old pace that goes on by class, where nothing could be learned: up to two intervals yes, then no."""
ACTIVE_CLASSES = 2


@dataclass(frozen=True, kw_only=True)
class GapRule:
    """What became of customers by class of their gap."""

    pace: Floats
    """Purchases that came, per purchase that the old pace would have brought."""
    alive: Floats
    """Share of the customers who bought again, in 0..1."""
    yearly: Floats
    """Share of the active customers who are still active a year later, in 0..1."""


NOT_LEARNED = GapRule(pace=np.array(UNLEARNED), alive=np.array(UNLEARNED), yearly=np.array(1.0))


def own_interval_weeks(history: pd.DataFrame) -> pd.Series:
    """Return each customer's mean interval; with a single purchase, the median of all others, or its own age."""
    own: pd.Series = history["last_weeks"] / history["repeats"]  # missing without repeats: 0 / 0
    return own.fillna(own.median()).fillna(history["age_weeks"].clip(lower=1.0))


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
    weeks = (end - cut).days / DAYS_PER_WEEK
    at_old_pace = (weeks / own_interval_weeks(history)).to_numpy(dtype=float)
    member = gap_class(history)[:, None] == np.arange(len(EDGES) + 1)
    number = after.size
    weights = np.ones((1, number))
    if random is not None and draws:
        weights = random.multinomial(number, np.full(number, 1 / number), size=draws).astype(float)
    came, expected = weights @ (member * after[:, None]), weights @ (member * at_old_pace[:, None])
    again, there = weights @ (member * (after > 0)[:, None]), weights @ member.astype(float)
    default = np.broadcast_to(UNLEARNED, came.shape)
    pace = np.divide(came, expected, out=default.copy(), where=expected > 0)
    alive = np.divide(again, there, out=default.copy(), where=there > 0)
    active = there[:, :ACTIVE_CLASSES].sum(axis=1)
    kept = again[:, :ACTIVE_CLASSES].sum(axis=1) / np.maximum(active, 1.0)
    yearly = np.where(active > 0, kept, 1.0) ** (WEEKS_PER_YEAR / weeks)
    if not draws:
        (pace,), (alive,), (yearly,) = pace, alive, yearly
    return GapRule(pace=pace, alive=alive, yearly=yearly)


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
