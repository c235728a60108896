"""The client's activity log as clean hours: one row per entry that counts, and what was left out and why.

A start that nobody ended looks like a very long interval; it is left out and counted, never silently trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.text import Text

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

CAP_H = 8.0
"""Longest interval, in hours, that is believed."""

REASONS: dict[str, Text] = {
    "no_duration": Text(de="ohne Dauer", en="without a duration"),
    "too_long": Text(de="zu langes Intervall (vergessenes Ende)", en="interval too long (forgotten end)"),
    "no_person": Text(
        de="ohne Person (zählt in der Summe, nicht im Intervall und nicht je Rolle)",
        en="without a person (counts in the total, not in the interval nor by role)",
    ),
}


@dataclass(frozen=True, kw_only=True)
class LoggedHours:
    """The entries of the log that count."""

    rows: pd.DataFrame
    """``employee_id, customer_id, case_id`` (missing where the log has none), ``activity``, ``hours_h``,
    ``started_at``, ``channel``."""
    dropped: pd.DataFrame
    """``reason, label`` (`Text`), ``rows, hours_h, left_out``; ``left_out`` is False for entries that still count in
    the total."""
    cap_h: float
    """Longest believed interval, in hours."""


def logged_hours(client: ClientData, *, cap_h: float = CAP_H) -> LoggedHours:
    """Return the hours of the activity log.

    Parameters
    ----------
    client : ClientData
        A client with the table ``activities``.
    cap_h : float
        Intervals longer than this, in hours, are left out as forgotten ends. An entry that has only a day, neither a
        time of day nor an end, is a sum for that day and is believed.

    Returns
    -------
    LoggedHours
        What counts, and what was left out.

    Raises
    ------
    DataError
        When the client has no activities.
    """
    log = client.table("activities")
    stated = _column(log, "hours", float("nan")).astype(float)
    interval = _interval_h(log)
    hours = stated.fillna(interval)
    empty = hours.isna() | _column(log, "activity", None).isna()
    too_long = ~_is_total(log) & (hours > cap_h)
    person = _column(log, "employee_id", None)
    rows = pd.DataFrame(
        {
            "employee_id": person,
            "customer_id": _column(log, "customer_id", None),
            "case_id": _column(log, "case_id", None),
            "activity": log["activity"],
            "hours_h": hours,
            "started_at": _column(log, "started_at", pd.NaT),
            "channel": _column(log, "channel", None),
        }
    )
    counts = ~empty & ~too_long
    groups = {"no_duration": (empty, True), "too_long": (too_long, True), "no_person": (counts & person.isna(), False)}
    dropped = [_count(reason, hours, chosen, left_out) for reason, (chosen, left_out) in groups.items()]
    return LoggedHours(
        rows=rows[counts].reset_index(drop=True),
        dropped=pd.DataFrame(dropped),
        cap_h=cap_h,
    )


def _column(frame: pd.DataFrame, name: str, missing: object) -> pd.Series:
    """Return a column, or one of missing values where the client's log has none."""
    return frame[name] if name in frame else pd.Series([missing] * len(frame), index=frame.index)


def _is_total(log: pd.DataFrame) -> pd.Series:
    """Say which entries are sums for a day or longer: they have no end, and their start no time of day."""
    start = _column(log, "started_at", pd.NaT).astype("datetime64[ns]")
    return _column(log, "ended_at", pd.NaT).isna() & (start.isna() | (start == start.dt.normalize()))


def _interval_h(log: pd.DataFrame) -> pd.Series:
    if "ended_at" not in log or "started_at" not in log:
        return pd.Series(float("nan"), index=log.index)
    return (log["ended_at"] - log["started_at"]).dt.total_seconds() / 3600


def _count(reason: str, hours: pd.Series, chosen: pd.Series, left_out: bool) -> dict[str, object]:
    return {
        "reason": reason,
        "label": REASONS[reason],
        "rows": int(chosen.sum()),
        "hours_h": float(hours[chosen].sum()),
        "left_out": left_out,
    }
