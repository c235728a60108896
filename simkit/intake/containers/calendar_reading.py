"""Reads a calendar (ICS): one row per appointment under the names that the format itself gives them.

Series become single appointments; what is cancelled, declined, private, shown as free or without a time of day does not
count as work and is told. Who takes part is used for one answer only, whether somebody of another organisation does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.text import Text
from simkit.intake.containers import container_texts as texts
from simkit.intake.containers.file_kinds import problem
from simkit.intake.containers.records import Records
from simkit.intake.containers.watched_process import watched_answer
from simkit.intake.findings import Finding

COLUMNS = ("UID", "DTSTART", "DTEND", "SUMMARY", "CATEGORIES", "OUTSIDE", "FILE")
"""Headings under which a calendar's columns are mapped; FILE is the name of the file, by which a person is told."""
_PROCESS = Path(__file__).with_name("calendar_process.py")


def calendar_records(path: Path, source: str, today: dt.date | None = None) -> Records:
    """Return the appointments of one calendar.

    Parameters
    ----------
    path : Path
        Where the file lies.
    source : str
        What it is called; without its end it stands in the column FILE.
    today : date, optional
        Series without an end are read up to the newest day that the calendar names, never beyond this one.

    Raises
    ------
    FindingsError
        It is no calendar, holds no appointment that counts, or takes longer than its size explains.
    """
    day = (today or dt.date.today()).isoformat()
    kind, found = watched_answer(_PROCESS, [str(path), day], size=path.stat().st_size)
    if kind != "read" or "too_many" in found:
        large = kind != "broken"
        what = texts.LARGE_CALENDAR if large else texts.BROKEN_CALENDAR
        raise problem(source, what, texts.LARGE_CALENDAR_REMEDY if large else texts.BROKEN_CALENDAR_REMEDY)
    if not found["entries"]:
        raise problem(source, texts.EMPTY_CALENDAR, texts.EMPTY_CALENDAR_REMEDY)
    findings = _findings(found, source)
    if not found["rows"]:
        raise problem(source, texts.NOTHING_COUNTS.fill(count=found["entries"]), texts.EMPTY_CALENDAR_REMEDY)
    stem = source.partition(".")[0]
    rows = [(*cells, stem) for _, *cells in found["rows"]]
    lines = np.array([row[0] for row in found["rows"]], dtype=np.int64)
    frame = pd.DataFrame(rows, columns=pd.Index(COLUMNS, dtype=object), dtype=object)
    return Records(frame=frame, rows=lines, typed=False, findings=findings)


def _findings(found: Mapping[str, Any], source: str) -> tuple[Finding, ...]:
    told = [
        _finding(source, texts.LEFT_OUT_EVENTS[reason], count, line, texts.LEFT_OUT_REMEDIES[reason])
        for reason, (count, line) in sorted(found["left_out"].items())
    ]
    count, line = found["unreadable"]
    if count:
        told.append(_finding(source, texts.UNREADABLE_EVENTS, count, line, texts.BROKEN_CALENDAR_REMEDY))
    count, last = found["endless"]
    if count:
        day = dt.datetime.fromisoformat(last).date().isoformat()
        told.append(_finding(source, texts.ENDLESS_SERIES.fill(last=day), count, None, texts.ENDLESS_REMEDY))
    return tuple(told)


def _finding(source: str, what: Text, count: int, line: int | None, remedy: Text) -> Finding:
    return Finding(severity="minor", what=what.fill(count=count), file=source, row=line, remedy=remedy, count=count)
