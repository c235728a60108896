"""Reads a calendar in a process of its own: ``python -P calendar_process.py <file> <last day>``, without simkit.

A rule of a series can be such that the library looks for its first day until the year 9999; here that ends with the process.
What was found goes to the standard output, pickled: names, places and texts of appointments do not, save title and category.
"""

from __future__ import annotations

import datetime as dt
import pickle
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

MOST_ENTRIES, MOST_APPOINTMENTS = 20_000, 200_000
LINE = "X-ENTRY-LINE"
_ENTRY = re.compile(rb"(?i)BEGIN:VEVENT\s*$")
_TIMED_FREQUENCIES = frozenset({"SECONDLY", "MINUTELY"})


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One entry of a calendar, with what is used of it."""

    line: int
    uid: str
    start: Any
    """Date or time; a date is an appointment of whole days."""
    end: Any
    left_out: str
    """Why it does not count: cancelled, all_day, free, private, declined; empty where it does."""
    title: str
    categories: str
    outside: str
    """"yes" where somebody of another organisation takes part, "no" where nobody does, empty where nobody is named."""
    replaces: Any
    """Which appointment of a series it stands for; None for an appointment or series of its own."""
    onwards: bool
    """Whether it also replaces all later ones."""
    event: Any
    """The entry of the library, for the rule of its series."""

    @property
    def series(self) -> bool:
        """Whether it repeats."""
        return "RRULE" in self.event or "RDATE" in self.event


def read(path: str, last_day: dt.date) -> dict[str, Any]:
    """Return the appointments of a calendar up to a day, and what does not count."""
    from icalendar import Calendar

    content = Path(path).read_bytes()
    lines = [number for number, line in enumerate(content.split(b"\n"), start=1) if _ENTRY.match(line)]
    if len(lines) > MOST_ENTRIES:
        return {"too_many": len(lines)}
    calendars = Calendar.from_ical(content, multiple=True)
    events = [(one, calendar) for calendar in calendars for one in calendar.walk("VEVENT")]
    owner = next((str(one["X-WR-CALNAME"]).strip().lower() for one in calendars if "X-WR-CALNAME" in one), "")
    inside = _own_domain([event for event, _ in events], owner)
    entries = [
        _entry(event, calendar, lines[min(number, len(lines) - 1)] if lines else 0, inside, owner)
        for number, (event, calendar) in enumerate(events)
    ]
    readable = [one for one in entries if one is not None]
    last = _end_of_endless(readable, last_day)
    rows, endless = _appointments(readable, last)
    left_out = Counter(one.left_out for one in readable if one.left_out)
    first = {reason: next(one.line for one in readable if one.left_out == reason) for reason in left_out}
    return {
        "rows": rows,
        "left_out": {reason: (count, first[reason]) for reason, count in left_out.items()},
        "unreadable": (
            len(entries) - len(readable),
            next((n for n, e in zip(lines, entries, strict=False) if e is None), 0),
        ),
        "endless": (endless, last.isoformat()),
        "entries": len(entries),
    }


def _entry(event: Any, calendar: Any, line: int, inside: str, owner: str) -> CalendarEntry | None:
    """Return what is used of an entry; None where it has no readable beginning."""
    try:
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start + _length(event)
        replaces = event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None
        onwards = replaces is not None and event["RECURRENCE-ID"].params.get("RANGE", "") == "THISANDFUTURE"
        if type(end) is not type(start) or not isinstance(start, dt.date):
            return None
        _sortable(start), _sortable(end)
        return CalendarEntry(
            line=line,
            uid=str(event.get("UID", f"line {line}")),
            start=start,
            end=end,
            left_out=_reason(event, calendar, start, owner),
            title=str(event.get("SUMMARY", "")),
            categories=_categories(event),
            outside=_outside(event, inside),
            replaces=replaces,
            onwards=onwards,
            event=event,
        )
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
        return None


def _length(event: Any) -> dt.timedelta:
    length: dt.timedelta = event["DURATION"].dt if "DURATION" in event else dt.timedelta()
    return length


def _reason(event: Any, calendar: Any, start: Any, owner: str) -> str:
    """Say why an entry does not count as work; empty where it does."""
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or str(calendar.get("METHOD", "")).upper() == "CANCEL":
        return "cancelled"
    if str(event.get("CLASS", "")).upper() in {"PRIVATE", "CONFIDENTIAL"}:
        return "private"
    if not isinstance(start, dt.datetime):
        return "all_day"
    free = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    if free or str(event.get("TRANSP", "")).upper() == "TRANSPARENT":
        return "free"
    answers = [one.params.get("PARTSTAT", "") for one in _listed(event, "ATTENDEE") if _address(one) == owner]
    return "declined" if "DECLINED" in answers else ""


def _categories(event: Any) -> str:
    found = [one for part in _listed(event, "CATEGORIES") for one in getattr(part, "cats", [part])]
    return ", ".join(dict.fromkeys(str(one).strip() for one in found))


def _listed(event: Any, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _address(person: Any) -> str:
    return str(person).lower().removeprefix("mailto:").strip()


def _domains(event: Any) -> list[str]:
    people = [*_listed(event, "ORGANIZER"), *_listed(event, "ATTENDEE")]
    return [domain for one in people if (domain := _address(one).rpartition("@")[2]) and "@" in _address(one)]


def _own_domain(events: list[Any], owner: str) -> str:
    """Return the domain of the calendar's owner, else the one that most entries name."""
    if "@" in owner:
        return owner.rpartition("@")[2]
    counted = Counter(domain for event in events for domain in set(_domains(event)))
    return max(counted, key=lambda domain: (counted[domain], domain), default="")


def _outside(event: Any, inside: str) -> str:
    domains = _domains(event)
    return "" if not domains else "yes" if any(one != inside for one in domains) else "no"


def _appointments(entries: list[CalendarEntry], last: dt.datetime) -> tuple[list[tuple[Any, ...]], int]:
    """Return one row per appointment, series in single ones up to the last moment, and the number of endless series."""
    replaced: dict[str, dict[dt.datetime, CalendarEntry]] = defaultdict(dict)
    for one in entries:
        if one.replaces is not None and isinstance(one.start, dt.datetime):
            replaced[one.uid][_sortable(one.replaces)] = one
    rows: list[tuple[Any, ...]] = []
    endless = 0
    masters = {one.uid for one in entries if one.replaces is None and one.series}
    for one in entries:
        if one.replaces is not None and one.uid in masters:
            continue  # it counts where its series does
        if one.left_out:
            continue
        if not one.series or one.replaces is not None:
            rows.append(_row(one))
        else:
            endless += _is_endless(one)
            rows += [_row(part) for part in _of_series(one, replaced[one.uid], last)]
        if len(rows) > MOST_APPOINTMENTS:
            raise OverflowError
    return rows, endless


def _of_series(
    series: CalendarEntry, replaced: dict[dt.datetime, CalendarEntry], last: dt.datetime
) -> Iterator[CalendarEntry]:
    """Yield the appointments of a series: without the days that are taken out, with those that were moved."""
    length = series.end - series.start
    excluded = {_sortable(one) for one in _moments(series, "EXDATE")}
    changes = sorted(moment for moment, one in replaced.items() if one.onwards)
    starts = sorted({_sortable(one): one for one in [*_by_rule(series, last), *_moments(series, "RDATE")]}.items())
    for moment, start in starts:
        if moment in excluded or moment.replace(hour=0, minute=0, second=0) in excluded:
            continue
        if moment in replaced:
            if not replaced[moment].left_out:
                yield replaced[moment]
            continue
        since = next((one for one in reversed(changes) if one <= moment), None)
        if since is None:
            yield replace(series, start=start, end=start + length)
        elif not replaced[since].left_out:
            later = replaced[since]
            moved = start + (_sortable(later.start) - since)
            yield replace(later, start=moved, end=moved + (later.end - later.start))


def _by_rule(series: CalendarEntry, last: dt.datetime) -> Iterator[Any]:
    from dateutil.rrule import rrulestr

    if "RRULE" not in series.event:
        yield series.start
        return
    for rule in _listed(series.event, "RRULE"):
        parts = dict(rule)
        if parts.get("FREQ", [""])[0] in _TIMED_FREQUENCIES:
            raise OverflowError
        until = parts.pop("UNTIL", [None])[0]
        endless = until is None and "COUNT" not in parts
        stop = last if endless else dt.datetime.max if until is None else _end_of(until, series.start)
        written = ";".join(f"{name}={','.join(map(str, values))}" for name, values in parts.items())
        for count, start in enumerate(rrulestr(written, dtstart=series.start), start=1):
            if _sortable(start) > stop:
                break
            if count > MOST_APPOINTMENTS:
                raise OverflowError
            yield start


def _moments(series: CalendarEntry, name: str) -> Iterator[Any]:
    """Yield the single days of a series; a bare date stands for its midnight, a time without a zone for that of the series."""
    zone = getattr(series.start, "tzinfo", None)
    for part in _listed(series.event, name):
        for one in getattr(part, "dts", []):
            moment = one.dt[0] if isinstance(one.dt, tuple) else one.dt
            if not isinstance(moment, dt.datetime):
                moment = dt.datetime.combine(moment, dt.time())
            yield moment if moment.tzinfo or zone is None else moment.replace(tzinfo=zone)


def _is_endless(series: CalendarEntry) -> bool:
    return any("UNTIL" not in rule and "COUNT" not in rule for rule in _listed(series.event, "RRULE"))


def _end_of_endless(entries: list[CalendarEntry], last_day: dt.date) -> dt.datetime:
    """Return the last moment that the calendar itself proves: the newest stamp or start in it, up to a day."""
    known = [_sortable(one.start) for one in entries if not _is_endless(one)]
    for one in entries:
        for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED"):
            stamp = getattr(one.event.get(name), "dt", None)
            if isinstance(stamp, dt.date):
                known.append(_sortable(stamp))
    limit = dt.datetime.combine(last_day, dt.time.max)
    return min(max(known, default=limit), limit).replace(hour=23, minute=59, second=59)


def _end_of(until: Any, start: Any) -> dt.datetime:
    if not isinstance(until, dt.datetime):
        return dt.datetime.combine(until, dt.time.max)
    return _sortable(until if until.tzinfo else until.replace(tzinfo=getattr(start, "tzinfo", None)))


def _sortable(moment: Any) -> dt.datetime:
    """Return a moment as comparable world time; one without a zone as it stands."""
    if not isinstance(moment, dt.datetime):
        return dt.datetime.combine(moment, dt.time())
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _row(one: CalendarEntry) -> tuple[Any, ...]:
    start, end = (moment.isoformat(sep=" ", timespec="seconds") for moment in (one.start, one.end))
    return one.line, one.uid, start, end, one.title, one.categories, one.outside


def _answer(path: str, last_day: str) -> tuple[str, Any]:
    try:
        return "read", read(path, dt.date.fromisoformat(last_day))
    except ImportError:
        return "missing", []
    except (MemoryError, OverflowError):
        return "large", []
    except Exception:  # noqa: BLE001 - a library that stumbles over a damaged file raises whatever it meets
        return "broken", []


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_answer(*sys.argv[1:3]), protocol=5))
