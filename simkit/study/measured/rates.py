"""Rates counted on a client: how often cases arrive and how they end, each with a 95 % interval and its number of cases.

What a table counts itself has the interval of its counts; what only the log shows is scaled up by the share of the work
that was written down, and that share's own uncertainty is part of the interval.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.effort.pipeline_figures import CLOSED
from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.foundation.units import DAYS_PER_YEAR
from simkit.intake.checks.log_coverage import months_logged, while_logged
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study import bilingual_texts as texts
from simkit.study.measured.client_inputs import period_orders, simulated_segment, staff, stated_churn
from simkit.study.measured.demand_level import ENOUGH_CASES, YEAR_MONTHS, Z95, Level, level, presence, whole_months
from simkit.value.customer_figures import period_years

if TYPE_CHECKING:
    from simkit.intake.client import ClientData
    from simkit.value.customers.customer_value import CustomerValue

ENOUGH_PEOPLE = 5
LEAST_CAPTURED = 0.3  # a log that holds the entry of fewer orders was not kept for orders
WON, NO_DECISION = "won", "no_decision"


@dataclass(frozen=True, kw_only=True)
class Rate:
    """One counted rate."""

    name: str
    """``orders``, ``class_share``, ``opportunities`` (opened), ``deals`` (closed), ``win_rate``,
    ``no_decision_share``, ``late_share``, ``contacts`` or ``requests``."""
    group: str
    """Order class or segment; empty for all."""
    estimate: Estimate
    """A year ("1/a"), or a share."""
    unit: str
    """``1/a`` or ``share``."""
    cases: int
    source: Text


@dataclass(frozen=True, kw_only=True)
class LoggedShare:
    """How much of the work was written down, in the months from the first to the last entry of the log."""

    share: float
    """Logged share of all entries, in (0..1]."""
    spread: float
    """Coefficient of variation between people of the hours logged per contract hour."""
    people: float
    """Effective number of people behind `share`."""
    counted: bool
    """True when it was counted on orders known from another table, false when it is logged over worked hours."""
    last_year: float = 1.0
    """Logged share of the last twelve whole months relative to `share`."""

    def interval(self) -> Estimate:
        """Return the share with its 95 % interval: normal on the log scale, at most 1."""
        factor = float(np.exp(Z95 * self.spread / np.sqrt(max(self.people, 1.0))))
        return Estimate(value=self.share, low=self.share / factor, high=min(self.share * factor, 1.0))

    def relative_error(self, people: float) -> float:
        """Return the relative standard error of a scaled-up count whose entries come from a number of people."""
        return self.spread * float(np.sqrt(1 / max(self.people, 1.0) + 1 / max(people, 1.0)))


def measured_rates(client: ClientData, value: CustomerValue, worked_h: float | None = None) -> tuple[Rate, ...]:
    """Return every rate that the client's tables can tell.

    Parameters
    ----------
    client, value
        The client, and the segments of its customers.
    worked_h : float, optional
        Worked hours of a year, for a log that names no orders; without it the log tells no rate then.

    Notes
    -----
    Counts stand at today's level (:func:`simkit.study.measured.demand_level.level`); their error is quasi-
    Poisson, variance = dispersion × count, the dispersion from monthly counts (Pearson's chi-square over
    its degrees of freedom, at least 1; McCullagh & Nelder 1989, section 6.2). Shares: Wilson's interval. Contacts:
    clustered by customer; log-based rates add the error of the coverage (:class:`LoggedShare`) by the delta method.
    Kinds with fewer than 20 cases, or with fewer people behind them than the client's minimum group, are left out.
    """
    found = [*_order_rates(client), *_deal_rates(client)]
    coverage = log_coverage(client, worked_h)
    return (*found, *(_log_rates(client, value, coverage) if coverage is not None else ()))


def counted_per_year(number: int, years: float, now: Level, extra: float = 0.0) -> Estimate:
    """Return a count as a rate a year at today's level; `extra` is a relative standard error to be added.

    Notes
    -----
    On the log scale, so that the interval never reaches below 0; se(log) = √(error of the level² + extra²).
    """
    rate = number / years * now.factor
    factor = float(np.exp(Z95 * np.hypot(now.error, extra)))
    return Estimate(value=rate, low=rate / factor, high=rate * factor)


def _now_logged(entries: pd.DataFrame, client: ClientData, coverage: LoggedShare) -> Level:
    """Return today's level of what entries of the log stand for, relative to the mean of the months with a log.

    Months without a log are not months of nothing: `LoggedShare.share` and the years of the log speak of the same months.
    Where entries name no day, the level is the mean.
    """
    if "started_at" not in entries or entries["started_at"].isna().any():
        return Level(factor=1.0, error=float(1 / np.sqrt(len(entries))), weight=0.0)
    return level(entries["started_at"], client, coverage.last_year, months_logged(client))


def share_of(number: int, total: int) -> Estimate:
    """Return a share with Wilson's 95 % interval (Brown, Cai & DasGupta 2001, Statistical Science 16)."""
    share, z = number / total, Z95
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * float(np.sqrt(share * (1 - share) / total + z * z / (4 * total * total)))
    return Estimate(value=share, low=max(centre - half, 0.0), high=min(centre + half, 1.0))


# --- what the tables count themselves --------------------------------------------------------------------------------


def _order_rates(client: ClientData) -> Iterator[Rate]:
    if not client.has("orders"):
        return
    orders, years = period_orders(client), period_years(client)
    if len(orders) < ENOUGH_CASES:
        return
    rate = counted_per_year(len(orders), years, level(orders["ordered_on"], client))
    yield Rate(name="orders", group="", estimate=rate, unit="1/a", cases=len(orders), source=texts.ORDERS)
    known = orders["order_class"].dropna()
    if len(known) >= ENOUGH_CASES:
        for name in CLASSES:
            share = share_of(int((known == name).sum()), len(known))
            yield Rate(
                name="class_share", group=name, estimate=share, unit="share", cases=len(known), source=texts.ORDERS
            )
    yield from _late_shares(orders)


def _late_shares(orders: pd.DataFrame) -> Iterator[Rate]:
    """Delivered orders that came after the promised day, by class."""
    if not {"promised_on", "delivered_on"} <= set(orders):
        return
    delivered = orders[orders["delivered_on"].notna() & orders["promised_on"].notna()]
    late = delivered["delivered_on"] > delivered["promised_on"]
    for name in CLASSES:
        mine = late[delivered["order_class"] == name]
        if len(mine) >= ENOUGH_CASES:
            share = share_of(int(mine.sum()), len(mine))
            yield Rate(
                name="late_share", group=name, estimate=share, unit="share", cases=len(mine), source=texts.ORDERS
            )


def _deal_rates(client: ClientData) -> Iterator[Rate]:
    if not client.has("opportunities"):
        return
    deals = client.table("opportunities")
    if not enough_people(deals, client):
        return
    first, last = pd.Timestamp(client.first), pd.Timestamp(client.last)
    if "opened_on" in deals:
        new = deals.loc[deals["opened_on"].between(first, last), "opened_on"]
        if len(new) >= ENOUGH_CASES:
            rate = counted_per_year(len(new), period_years(client), level(new, client))
            yield Rate(
                name="opportunities", group="", estimate=rate, unit="1/a", cases=len(new), source=texts.OPPORTUNITIES
            )
    closed = deals[deals["stage"].isin(CLOSED)]
    if len(closed) < ENOUGH_CASES:
        return
    ended = closed["closed_on"] if "closed_on" in closed else pd.Series(dtype="datetime64[ns]")
    ended = ended[ended.between(first, last)]
    if len(ended) >= ENOUGH_CASES:
        rate = counted_per_year(len(ended), period_years(client), level(ended, client))
        yield Rate(name="deals", group="", estimate=rate, unit="1/a", cases=len(ended), source=texts.OPPORTUNITIES)
    won = share_of(int((closed["stage"] == WON).sum()), len(closed))
    yield Rate(name="win_rate", group="", estimate=won, unit="share", cases=len(closed), source=texts.OPPORTUNITIES)
    unwon = closed[closed["stage"] != WON]
    if len(unwon) >= ENOUGH_CASES and (unwon["stage"] == NO_DECISION).any():
        share = share_of(int((unwon["stage"] == NO_DECISION).sum()), len(unwon))
        yield Rate(
            name="no_decision_share", group="", estimate=share, unit="share", cases=len(unwon),
            source=texts.OPPORTUNITIES,
        )  # fmt: skip


# --- what only the log shows -----------------------------------------------------------------------------------------


def log_coverage(client: ClientData, worked_h: float | None = None) -> LoggedShare | None:
    """Return how much of the work the log holds; None without a log, or when nothing tells it.

    Notes
    -----
    Every order that was delivered has been entered once. The share of such orders whose entry stands in the log is the
    share of entries that were written down; people differ, so its error is that between people, not between orders.
    Where the log names no orders, logged over worked hours stands in, which rest on the assumed load. Both speak of the
    months of the log alone (:func:`simkit.intake.checks.log_coverage.while_logged`), however long the period is.
    """
    if not client.has("activities"):
        return None
    log, client = client.table("activities"), while_logged(client)
    spread, people = _spread_of_logging(client, log)
    if {"case_id", "activity"} <= set(log) and client.has("orders"):
        orders = surely_entered(period_orders(client))
        entered = set(select(log, activity="administration")["case_id"].dropna())
        captured = orders["order_id"].isin(entered)
        if len(orders) >= ENOUGH_CASES and captured.mean() >= LEAST_CAPTURED:
            doers = log.loc[(log["activity"] == "administration") & log["case_id"].isin(orders["order_id"])]
            share, last = float(captured.mean()), _last_year(captured, orders["ordered_on"], client)
            return LoggedShare(share=share, spread=spread, people=effective(doers), counted=True, last_year=last)
    hours = float(log["hours"].clip(lower=0).sum()) if "hours" in log else 0.0
    if worked_h is None or hours <= 0:
        return None
    share = min(hours / (worked_h * period_years(client)), 1.0)
    last = _last_year_hours(log, client)
    return LoggedShare(share=share, spread=spread, people=people, counted=False, last_year=last)


def surely_entered(orders: pd.DataFrame) -> pd.DataFrame:
    """Return the orders that somebody must have entered: those delivered, or all where too few deliveries are known."""
    if "delivered_on" not in orders or orders["delivered_on"].notna().sum() < ENOUGH_CASES:
        return orders
    return orders[orders["delivered_on"].notna()]


def _last_year(captured: pd.Series, days: pd.Series, client: ClientData) -> float:
    """Return the captured share of the last twelve logged months' orders relative to that of all logged months.

    1 with fewer than 20 captured.
    """
    months, _, _ = whole_months(days, client, months_logged(client))
    month = days.dt.to_period("M")
    recent, logged = captured[month.isin(months[-YEAR_MONTHS:])], captured[month.isin(months)]
    return float(recent.mean() / logged.mean()) if recent.sum() >= ENOUGH_CASES else 1.0


def _last_year_hours(log: pd.DataFrame, client: ClientData) -> float:
    """Return the hours logged per working day of the last twelve logged months relative to those of all logged months.

    Where the share of what was written down is logged over worked hours, this is that share's course; 1 with fewer than 20
    entries.
    """
    if "started_at" not in log:
        return 1.0
    days = log["started_at"].dropna()
    months, worked, counts = whole_months(days, client, months_logged(client))
    if counts[-YEAR_MONTHS:].sum() < ENOUGH_CASES:
        return 1.0
    month = log["started_at"].dt.to_period("M")
    hours = log["hours"].clip(lower=0).groupby(month).sum().reindex(months).to_numpy(dtype=float)
    recent, whole = slice(-YEAR_MONTHS, None), slice(None)
    rates = [float(hours[part].sum() / worked[part].sum()) for part in (recent, whole)]
    return rates[0] / rates[1] if min(rates) > 0 else 1.0


def enough_people(rows: pd.DataFrame, client: ClientData) -> bool:
    """Whether as many people as the client's minimum group stand behind some rows, as far as they name anybody."""
    if "employee_id" not in rows or rows["employee_id"].isna().all():
        return True
    return int(rows["employee_id"].nunique()) >= client.config.privacy.minimum_group


def effective(rows: pd.DataFrame) -> float:
    """Return the effective number of people behind some entries: (Σ n)² / Σ n² (Kish 1965)."""
    if "employee_id" not in rows or rows["employee_id"].isna().all():
        return 1.0
    counts = rows["employee_id"].value_counts().to_numpy(dtype=float)
    return float(counts.sum() ** 2 / (counts**2).sum())


def _spread_of_logging(client: ClientData, log: pd.DataFrame) -> tuple[float, float]:
    """Coefficient of variation between people of logged hours per contract hour, and the number of people."""
    if "employee_id" not in log or "hours" not in log:
        return 0.15, 1.0
    hours = log.groupby("employee_id")["hours"].sum()
    people = staff(client)
    if len(people) and "fte" in people:
        fte = people.set_index("employee_id")["fte"].fillna(1.0)
        hours = (hours / fte.reindex(hours.index)).dropna()
    if len(hours) < ENOUGH_PEOPLE or hours.mean() <= 0:
        return 0.15, float(max(len(hours), 1))
    return float(hours.std(ddof=1) / hours.mean()), float(len(hours))


def _log_rates(client: ClientData, value: CustomerValue, coverage: LoggedShare) -> Iterator[Rate]:
    free = _without_case(client)
    if free is None:
        return
    contacts, answers = (select(free, activity=activity) for activity in ("care", "service"))
    counts = customer_contacts(contacts, value, client)
    log = while_logged(client)
    if enough_people(contacts, client):
        yield from _contact_rates(contacts, counts, coverage, log)
    if len(answers) >= ENOUGH_CASES and enough_people(answers, client):
        extra = coverage.relative_error(effective(answers))
        now = _now_logged(answers, log, coverage)
        rate = counted_per_year(len(answers), period_years(log) * coverage.share, now, extra)
        yield Rate(name="requests", group="", estimate=rate, unit="1/a", cases=len(answers), source=texts.REQUESTS)


def _without_case(client: ClientData) -> pd.DataFrame | None:
    """Return the log's entries that name a customer but no order and no opportunity; None where it names no customers."""
    log = client.table("activities")
    if "activity" not in log or "customer_id" not in log:
        return None
    named = set()
    for table, column in (("orders", "order_id"), ("opportunities", "opportunity_id")):
        named |= set(client.table(table)[column].dropna()) if client.has(table) else set()
    free = log[~log["case_id"].isin(named)] if "case_id" in log else log
    return free[free["customer_id"].notna() & (free["hours"] > 0)] if "hours" in free else free


def contact_counts(client: ClientData, value: CustomerValue) -> pd.DataFrame | None:
    """Return the logged contacts of each buying customer, as :func:`customer_contacts` does; None if not told."""
    free = _without_case(client) if client.has("activities") else None
    if free is None or not enough_people(care := select(free, activity="care"), client):
        return None
    return customer_contacts(care, value, client)


def customer_contacts(care: pd.DataFrame, value: CustomerValue, client: ClientData) -> pd.DataFrame:
    """Return the contacts of each buying customer among some entries, 0 where there are none.

    Returns
    -------
    DataFrame
        Columns customer_id, segment, contacts, and years: how long he was a customer within the time of the log
        (:func:`simkit.study.measured.demand_level.presence`), all of it where there are no orders.
    """
    customers = value.customers.assign(segment=simulated_segment(value.customers["segment"]))
    if "orders" in customers:
        customers = customers[customers["orders"] > 0]
    number = care.groupby("customer_id").size().reindex(customers["customer_id"], fill_value=0)
    found = customers[["customer_id", "segment"]].assign(contacts=number.to_numpy(dtype=float))
    log = while_logged(client)
    if not client.has("orders"):
        return found.assign(years=period_years(log))
    begin = (log.first - client.first).days
    stay = presence(period_orders(client), client, stated_churn(client)) - begin
    stay = stay.clip(0.0, (log.last - log.first).days + 1).reindex(found["customer_id"])
    years = ((stay["left_day"] - stay["came_day"]) / DAYS_PER_YEAR).fillna(period_years(log))
    return found.assign(years=years.to_numpy(dtype=float))


def _contact_rates(
    care: pd.DataFrame, counts: pd.DataFrame, coverage: LoggedShare, client: ClientData
) -> Iterator[Rate]:
    """Contacts per customer and year of being one, by segment, clustered by customer (ratio of sums, Taylor).

    Over the whole period, a year's contacts would be those of more customers than there ever were at a time.
    """
    for name in SEGMENTS:
        mine = select(counts, segment=name)
        entries = care[care["customer_id"].isin(mine["customer_id"])]
        if len(entries) < ENOUGH_CASES or len(mine) < 2:
            continue
        each = mine["contacts"].to_numpy(dtype=float)
        years = mine["years"].to_numpy(dtype=float)
        beside = each - years * each.sum() / years.sum()
        relative = float(beside.std(ddof=1) / np.sqrt(len(each)) / each.mean())
        extra = float(np.hypot(relative, coverage.relative_error(effective(entries))))
        factor = float(np.exp(Z95 * extra))
        now = _now_logged(entries, client, coverage)
        rate = float(each.sum() / years.sum()) / coverage.share * now.factor
        estimate = Estimate(value=rate, low=rate / factor, high=rate * factor)
        yield Rate(
            name="contacts", group=name, estimate=estimate, unit="1/a", cases=len(entries), source=texts.CONTACTS
        )
