"""Hours and posts whose unit or clock is in doubt."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.intake.findings import FindingsLog
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, cells, flags, hours_of, line, unmapped
from simkit.intake.reading.staging import Staged
from simkit.intake.vocabulary.word_lists import folded

MOSTLY = 0.5
"""When more than this share of the entries lasts 0 hours, the hours are not what they seem."""
NOTICED = 0.01
"""Below this share, entries of 0 hours are not worth a word."""
PER_CENT, WEEK_H = 100.0, (20.0, 60.0)
"""The largest post in per cent; between which hours a week the largest post of a staff list lies."""
DAY_H = 24.0
STEP_MIN, LONG_WORK_H, LONGEST_WORK_H = 5, 8.0, 16.0
"""Minutes are mostly written in such steps; hours that few pieces of work, and that none, take."""
MANY_LONG = 0.25
"""When so many entries last longer, their hours are minutes."""
_SAYS_HOURS = re.compile(r"\b(?:h|std|stunden?|hours?|hrs?)\b")
_CLOCK = re.compile(r"(?i).*(?:time|zeit|uhr|beginn|ende|start|end|von|bis).*")


def fte_units(material: Material) -> Iterator[Doubt]:
    """Posts over 1 are per cent or weekly hours."""
    staff = material.table("employees", "fte")
    if staff is None:
        return
    fte = staff.frame["fte"]
    rows = flags(fte > 1)
    largest = float(fte.max())
    if rows.sum() <= MOSTLY * fte.notna().sum() or largest > PER_CENT:
        return
    weekly = WEEK_H[0] <= largest <= WEEK_H[1]
    full = material.config.contract_hours_per_week if weekly else PER_CENT
    if not weekly and largest < WEEK_H[1]:
        return
    yield Doubt(
        table="employees",
        rows=rows,
        what=(TEXTS["fte_weekly"] if weekly else TEXTS["fte_per_cent"]),
        values={"full": f"{full:g}"},
        remedy=TEXTS["fte_remedy"],
        header=staff.headers.get("fte", ""),
        amounts=fte / full * material.config.contract_hours_per_week,
        blocks=True,
        meanwhile=_divided("fte", full),
        accepted=_divided("fte", full),
    )


def _divided(column: str, whole: float) -> Change:
    def divide(staged: Staged, findings_log: FindingsLog) -> Staged:
        return staged.with_column(column, staged.frame[column] / whole)

    return divide


def no_time_of_day(material: Material) -> Iterator[Doubt]:
    """Entries from midnight to midnight: the time of day stands in other columns, and the hours are not known."""
    log = material.table("activities", "started_at", "ended_at")
    if log is None or log.has("hours"):
        return
    start, end = log.frame["started_at"], log.frame["ended_at"]
    known = start.notna() & end.notna()
    rows = flags(known & (start == start.dt.normalize()) & (end == end.dt.normalize()))
    if not rows.any() or rows.sum() < known.sum():
        return
    clocks = [header for header in unmapped(log) if _CLOCK.fullmatch(header) and _is_clock(cells(log, header))]
    yield Doubt(
        table="activities",
        rows=rows,
        what=TEXTS["no_time_of_day"],
        remedy=TEXTS["join_times_remedy"] if len(clocks) >= 2 else TEXTS["no_time_of_day_remedy"],
        header=log.headers.get("started_at", ""),
        rule=_joined_times(log, *clocks[:2]) if len(clocks) >= 2 else "",
        blocks=True,
    )


def _joined_times(log: Staged, start: str, end: str) -> str:
    """Return the line that puts day and time of day together; the columns of the day may stay mapped."""
    times = {"started_at": start, "ended_at": end}
    joined = {ours: {"date_and_time": [log.headers.get(ours, ""), clock]} for ours, clock in times.items()}
    return line("activities", "compute", joined)


def _is_clock(column: pd.Series) -> bool:
    sample = [cell for cell in column.iloc[:200].unique() if cell not in ("", None)]
    clocks = [isinstance(cell, dt.time) or re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?.*", str(cell)) for cell in sample]
    return bool(sample) and all(clocks)


def zero_hours(material: Material) -> Iterator[Doubt]:
    """Entries of 0 hours: some are slips, more than half of them mean that the hours stand elsewhere."""
    log = material.table("activities")
    hours = hours_of(log) if log is not None else None
    if log is None or hours is None:
        return
    rows = flags(hours == 0)
    share = float(rows.mean())
    if share <= NOTICED:
        return
    clockless = not log.has("hours") and flags(log.frame["started_at"] == log.frame["started_at"].dt.normalize()).all()
    if clockless:
        return  # told as entries without a time of day
    yield Doubt(
        table="activities",
        rows=rows,
        what=TEXTS["zero_hours"],
        remedy=TEXTS["zero_hours_remedy"],
        header=log.headers.get("hours", log.headers.get("ended_at", "")),
        blocks=share > MOSTLY,
    )


def minutes_as_hours(material: Material) -> Iterator[Doubt]:
    """Whole numbers of which many are longer than work lasts, and all are a clock's steps, are minutes rather than hours."""
    log = material.table("activities", "hours")
    rule = minutes_line(log) if log is not None else ""
    if log is None or not rule:
        return
    hours = log.frame["hours"]
    stepped = bool((hours.dropna() % STEP_MIN == 0).all()) and not _SAYS_HOURS.search(folded(log.headers["hours"]))
    rows = flags(hours > (LONG_WORK_H if stepped else LONGEST_WORK_H))
    if rows.sum() < MANY_LONG * hours.notna().sum() or hours.median() > DAY_H:
        return  # more than a day on the middle is told as postings of a longer time
    yield Doubt(
        table="activities",
        rows=rows,
        what=TEXTS["minutes_as_hours"],
        values={"hours": f"{LONG_WORK_H if stepped else LONGEST_WORK_H:g}"},
        remedy=TEXTS["minutes_remedy"].fill(line=rule),
        header=log.headers["hours"],
        rule=rule,
        blocks=True,
    )


def minutes_line(log: Staged) -> str:
    """Return the line that reads the hours of a log as minutes; empty where they cannot be minutes or are computed already."""
    header = log.headers.get("hours", "")
    hours = log.frame["hours"].dropna()
    computed = any("hours" in part.compute for part in log.spec.parts)
    if not header or computed or not len(hours) or not (hours % 1 == 0).all():
        return ""
    return line("activities", "compute", {"hours": {"unit": "minutes", "of": header}})


def clock_change(material: Material) -> Iterator[Doubt]:
    """Spans over the change of clocks are an hour too long or too short."""
    log = material.table("activities", "started_at", "ended_at")
    if log is None or material.zone is None or log.has("hours"):
        return
    start, end = log.frame["started_at"], log.frame["ended_at"]
    days = start.dropna()
    rows = np.zeros(len(start), dtype=bool)
    for change in _changes(material.zone, int(days.min().year), int(days.max().year)) if len(days) else ():
        rows |= flags((start < change) & (end > change) & (end - start < pd.Timedelta(hours=DAY_H)))
    if rows.any():
        yield Doubt(
            table="activities",
            rows=rows,
            what=TEXTS["clock_change"],
            remedy=TEXTS["clock_change_remedy"],
            header=log.headers.get("ended_at", ""),
            blocks=False,
        )


def _changes(zone: str, first: int, last: int) -> list[pd.Timestamp]:
    """Return when the clocks of a zone are changed, in local time, from one year to another."""
    place = zoneinfo.ZoneInfo(zone)
    hours = pd.date_range(f"{first}-01-01", f"{last + 1}-01-01", freq="D")
    offsets = [place.utcoffset(day.to_pydatetime()) for day in hours]
    changed = [hours[n] for n in range(len(hours) - 1) if offsets[n] != offsets[n + 1]]
    return [day + pd.Timedelta(hours=2) for day in changed]
