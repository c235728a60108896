"""How much of the staff's contract hours the activity log covers: below half, shares of time speak for the log only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from simkit.foundation.units import DAYS_PER_YEAR
from simkit.intake.client import ClientData
from simkit.intake.privacy.disclosure import may_show

LATE_DAYS = 3
"""A month that the log enters later, or leaves that much earlier, is no whole month of it."""
SHORT_YEAR = 0.9
"""A log that spans less than this share of a year tells a year's figures by being scaled up, whatever its seasons were."""


@dataclass(frozen=True, kw_only=True)
class LogCoverage:
    """Logged hours against contract hours of everybody employed."""

    people: int
    """Employees, or where there is no list of them, everybody who logged anything."""
    fte: float
    """Their full-time equivalents."""
    first: dt.date
    last: dt.date
    """First and last day of the log."""
    working_days: int
    """Working days from first to last."""
    logged_h: float | None
    contract_h: float | None
    """Hours; None when fewer people than the smallest group stand behind them."""
    share: float | None
    """``logged_h / contract_h``; holidays and sickness are not taken off, so a complete log stays below 1."""
    by_month: pd.DataFrame
    """``month`` (its first day), ``logged_h``, ``contract_h``, ``share``; empty for too few people."""


def coverage(client: ClientData) -> LogCoverage | None:
    """Compare logged with contract hours, over the whole log and by month.

    Returns
    -------
    Coverage or None
        None when there is no activity log, or nobody in it or in the list of employees.

    Notes
    -----
    Formula: contract hours = sum over people of FTE × working days employed × contract hours per week / 5. Hours
    are taken as logged, over-long intervals included.
    """
    if not client.has("activities"):
        return None
    log = client.table("activities")
    staff = _staff(client, log)
    if staff.empty or log.empty:
        return None
    first, last = log["started_at"].min().date(), log["started_at"].max().date()
    months = _by_month(client, log, staff, first, last)
    minimum = client.config.privacy.minimum_group
    shown = may_show(_people(log, len(staff)), minimum)
    logged, contract = float(months["logged_h"].sum()), float(months["contract_h"].sum())
    return LogCoverage(
        people=len(staff),
        fte=float(staff["fte"].sum()),
        first=first,
        last=last,
        working_days=client.calendar.working_days(first, last),
        logged_h=logged if shown else None,
        contract_h=contract if shown else None,
        share=logged / contract if shown and contract > 0 else None,
        by_month=months if may_show(_people_in_thinnest_month(log, len(staff)), minimum) else months.iloc[:0],
    )


def scaled_days(client: ClientData) -> int | None:
    """Return the days from the first to the last entry of a log that is scaled up to a year; None for a longer one, or none."""
    if not client.has("activities") or "started_at" not in client.table("activities"):
        return None
    days = client.table("activities")["started_at"].dropna()
    if days.empty:
        return None
    spanned = (days.max().normalize() - days.min().normalize()).days + 1
    return int(spanned) if spanned < SHORT_YEAR * DAYS_PER_YEAR else None


def while_logged(client: ClientData) -> ClientData:
    """Return the client with its period cut to the months from the first to the last entry of the log.

    What only the log tells of a year, it tells of these months: the others are not months in which nothing was done. The
    tables stay as they are; a client without a dated log, or one that spans the period, is returned as it is.
    """
    days = _days(client)
    if days.empty:
        return client
    begin, end = days.min().to_period("M"), days.max().to_period("M")
    first, last = max(client.first, begin.start_time.date()), min(client.last, end.end_time.date())
    return client if (first, last) == (client.first, client.last) else replace(client, first=first, last=last)


def months_logged(client: ClientData) -> frozenset[pd.Period]:
    """Return the months in which anybody logged anything, without those that the log enters or leaves halfway."""
    days = _days(client)
    return frozenset(days.dt.to_period("M").unique()) - halfway(days)


def halfway(days: pd.Series) -> frozenset[pd.Period]:
    """Return the months that the first and the last of some days enter too late, or leave too early, to be whole."""
    if days.empty:
        return frozenset()
    first, last = days.min(), days.max()
    late, early = first.day > LATE_DAYS, last.day < last.days_in_month - LATE_DAYS
    return frozenset({first.to_period("M")} if late else ()) | frozenset({last.to_period("M")} if early else ())


def _days(client: ClientData) -> pd.Series:
    """Return when the log's entries of the period began."""
    nothing = pd.Series(dtype="datetime64[ns]")
    if not client.has("activities"):
        return nothing
    days = client.table("activities").get("started_at", nothing).dropna()
    end = pd.Timestamp(client.last) + pd.Timedelta(days=1)
    return days[(days >= pd.Timestamp(client.first)) & (days < end)]


def _people(log: pd.DataFrame, staff: int) -> int:
    """Count the people behind the log; one that names nobody stands for all the staff."""
    return int(log["employee_id"].nunique()) if "employee_id" in log.columns else staff


def _people_in_thinnest_month(log: pd.DataFrame, staff: int) -> int:
    """Count the people of the month with the fewest, because the table by month shows that one too."""
    months = log.groupby(log["started_at"].dt.to_period("M"))
    return min(_people(month, staff) for _, month in months)


def _staff(client: ClientData, log: pd.DataFrame) -> pd.DataFrame:
    """Return fte, entry and leaving of everybody; without a list of employees, everybody in the log is full-time."""
    if client.has("employees"):
        employees = client.table("employees")
        fte = employees["fte"].fillna(1.0) if "fte" in employees.columns else 1.0
        dates = {name: employees[name] if name in employees.columns else pd.NaT for name in ("entry_on", "left_on")}
        return pd.DataFrame({"fte": fte, **dates}, index=employees.index)
    people = log["employee_id"].nunique() if "employee_id" in log.columns else 0
    return pd.DataFrame({"fte": 1.0, "entry_on": pd.NaT, "left_on": pd.NaT}, index=range(people))


def _by_month(
    client: ClientData, log: pd.DataFrame, staff: pd.DataFrame, first: dt.date, last: dt.date
) -> pd.DataFrame:
    days = client.calendar.dates(first, last)
    entry = pd.to_datetime(staff["entry_on"]).fillna(pd.Timestamp(first)).to_numpy()
    left = pd.to_datetime(staff["left_on"]).fillna(pd.Timestamp(last)).to_numpy()
    present = (days.to_numpy()[:, None] >= entry) & (days.to_numpy()[:, None] <= left)
    daily_h = present @ staff["fte"].to_numpy(dtype=float) * client.config.contract_hours_per_week / 5
    contract = pd.Series(daily_h, index=days.to_period("M")).groupby(level=0).sum()
    logged = log["hours"].groupby(log["started_at"].dt.to_period("M")).sum()
    months = pd.DataFrame({"logged_h": logged, "contract_h": contract}).fillna(0.0).sort_index()
    share = (months["logged_h"] / months["contract_h"]).where(months["contract_h"] > 0)
    return months.assign(share=share).rename_axis("month").reset_index().assign(month=_starts(months.index))


def _starts(months: pd.Index[Any]) -> pd.DatetimeIndex:
    return pd.PeriodIndex(months).to_timestamp()
