"""What serving each customer takes: hours of the sales staff from the log, and what such an hour costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.effort.hours import LoggedHours, logged_hours
from simkit.effort.log_time import coverage_share
from simkit.foundation.formats import both_ways
from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.intake.privacy.disclosure import effective_people
from simkit.value.suppression import people_behind, too_few_logged

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

SHORT_LOG = 0.9
"""A log that spans less than this share of the period stands for all of it and is scaled up for costs."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """Hours and their price."""

    hours: pd.Series | None
    """Hours by customer, all activities that the log books on a customer; None without such a log, or when fewer
    people than the minimum group logged them."""
    people: pd.DataFrame | None
    """``customer_id, employee_id, hours_h``, one row per customer and person with hours; None when the log names no people."""
    hourly_cost_amount: float | None
    """Cost of one hour; None when unknown."""
    scale: float
    """Hours of the whole period per logged hour, at least 1."""
    assumptions: tuple[Assumption, ...]


def service_of(client: ClientData, *, hourly_cost_amount: float | None, cap_h: float) -> Service:
    """Return the hours spent on each customer, with their price.

    Notes
    -----
    Totals by customer over all people; never by customer and person. Hours that are booked on no customer (meetings,
    administration) are not spread over customers.
    """
    if not client.has("activities"):
        return Service(hours=None, people=None, hourly_cost_amount=hourly_cost_amount, scale=1.0, assumptions=())
    log = logged_hours(client, cap_h=cap_h)
    rows = _customer_hours(client, log)
    price, assumptions = _price(client, log, hourly_cost_amount)
    if rows.empty:
        return Service(hours=None, people=None, hourly_cost_amount=price, scale=1.0, assumptions=())
    people, minimum = _people(rows), client.config.privacy.minimum_group
    if people is not None and (number := people_behind(people, people["customer_id"])) < minimum:
        note = too_few_logged(number, minimum)
        return Service(hours=None, people=None, hourly_cost_amount=None, scale=1.0, assumptions=(note,))
    scale = _scale(client, rows)
    hours = rows.groupby(rows["customer_id"].astype(str))["hours_h"].sum()
    return Service(
        hours=hours,
        people=people,
        hourly_cost_amount=price,
        scale=scale,
        assumptions=(*_scale_assumption(scale), *assumptions),
    )


def _price(client: ClientData, log: LoggedHours, given: float | None) -> tuple[float | None, tuple[Assumption, ...]]:
    """Return the cost of one logged hour: as given, else the contract hour's cost divided by the log's coverage.

    Notes
    -----
    Staff is paid for every contract hour, but only a part is logged (absences, forgotten entries). If the log is a fair
    sample of the work, each logged hour carries ``1 / coverage`` contract hours.
    """
    contract = hourly_cost(client)
    if given is not None or contract is None:
        return given, ()
    coverage = coverage_share(client, log) or 1.0
    assumption = Assumption(
        topic=Text(de="Kosten einer Vertriebsstunde", en="Cost of an hour of sales staff"),
        value=Text(
            de="{price} {currency} je erfasster Stunde: Personalkosten je Vertragsstunde, geteilt durch den Anteil der "
            "Vertragsstunden, den die Erfassenden notieren ({percent} %)",
            en="{price} {currency} per logged hour: staff cost per contract hour, divided by the share of contract "
            "hours that those who keep the log write down ({percent}%)",
        ).fill(price=both_ways(contract / coverage, 0), currency=client.config.currency, percent=round(coverage * 100)),
        reason=Text(
            de="nicht erfasste Zeit wird wie die erfasste auf die Kunden verteilt",
            en="time that was not logged is spread over customers like the time that was",
        ),
    )
    return contract / coverage, (assumption,)


def hourly_cost(client: ClientData) -> float | None:
    """Return the mean cost of one contract hour: ``sum(yearly cost) / (sum(FTE) × contract hours per year)``.

    None when fewer people than the minimum group have a cost, or one has nearly all of it, so that nobody's salary shows.
    """
    if not client.has("employees") or "cost_amount" not in client.table("employees"):
        return None
    staff = client.table("employees")
    staff = staff[staff["cost_amount"].notna()]
    pay = staff.groupby("employee_id")["cost_amount"].sum()
    if effective_people(pay) < client.config.privacy.minimum_group:
        return None
    fte = staff["fte"].fillna(1.0) if "fte" in staff else pd.Series(1.0, index=staff.index)
    year_h = client.config.contract_hours_per_week / 5 * client.calendar.working_days_per_year
    return float(staff["cost_amount"].sum() / (fte.sum() * year_h)) if fte.sum() > 0 else None


def _customer_hours(client: ClientData, log: LoggedHours) -> pd.DataFrame:
    """Return the log's rows within the period that are booked on a customer."""
    rows = log.rows
    start = rows["started_at"]
    end = pd.Timestamp(client.last) + pd.Timedelta(days=1)
    inside = start.isna() | ((start >= pd.Timestamp(client.first)) & (start < end))
    return rows[inside & rows["customer_id"].notna()]


def _people(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Return who logged time on which customer; None when the log names nobody."""
    named = rows[rows["employee_id"].notna() & (rows["hours_h"] > 0)]
    if rows["employee_id"].isna().all():
        return None
    keys = [named["customer_id"].astype(str), named["employee_id"].astype(str)]
    return named["hours_h"].groupby(keys).sum().reset_index()


def _scale(client: ClientData, rows: pd.DataFrame) -> float:
    start = rows["started_at"].dropna()
    if start.empty:
        return 1.0
    logged_days = (start.max().normalize() - start.min().normalize()).days + 1
    period_days = (client.last - client.first).days + 1
    return period_days / logged_days if logged_days < SHORT_LOG * period_days else 1.0


def _scale_assumption(scale: float) -> tuple[Assumption, ...]:
    if scale <= 1:
        return ()
    return (
        Assumption(
            topic=Text(de="Stunden je Kunde", en="Hours by customer"),
            value=Text(
                de="die Erfassung steht für den ganzen Zeitraum (Faktor {scale})",
                en="the log stands for the whole period (factor {scale})",
            ).fill(scale=both_ways(scale, 1)),
            reason=Text(de="die Erfassung ist kürzer als der Zeitraum", en="the log is shorter than the period"),
        ),
    )
