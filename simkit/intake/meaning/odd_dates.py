"""Dates that no calendar of the client knows: far from the rest, after the export, all on one day, or half converted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.foundation.text import Text
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, cells, emptied, flags, left_out, line
from simkit.intake.meaning.working_hours import minutes_line
from simkit.intake.period import DATES
from simkit.intake.reading.row_checks import EVENT_DATES
from simkit.intake.reading.staging import Staged

FEW = 0.05
"""Dates far from the rest are at most this share of their column, and at least one."""
LEAST_DATES = 10
"""With fewer dates than these nothing is the rest."""
LONELY = np.timedelta64(730, "D")
"""A date is far away when at least two years, and the span of the rest, lie between."""
BOOKED_AT_ONCE, LEAST_BOOKED = 0.8, 24
"""When this share of at least so many orders is dated on the first or the last day of a month, months are posted."""
MONTH_OF_HOURS = 24.0
"""An entry of more hours than a day has is the posting of a longer time."""
FEWEST_PROOFS = 3
"""So many texts that show an order, and so many dates that were converted, are needed to speak of a half-converted column."""


def stray_dates(material: Material) -> Iterator[Doubt]:
    """Lone dates far from the rest, and closing dates after the export: they never set the period."""
    for name, columns in DATES.items():
        staged = material.table(name)
        for column in columns if staged is not None else ():
            if staged is not None and staged.has(column):
                rows = _astray(staged, column, material.today)
                if rows.any():
                    yield _stray(staged, column, rows)


def _stray(staged: Staged, column: str, rows: Flags) -> Doubt:
    name, header = staged.table.name, staged.headers.get(column, "")
    written = sorted({str(cell).strip() for cell in cells(staged, header)[rows] if isinstance(cell, str)})
    event = EVENT_DATES.get(name) == column
    days = staged.frame[column][rows]
    shown = ", ".join(f"{day:%Y-%m-%d}" for day in sorted(set(days.dt.normalize()))[:3])
    return Doubt(
        table=name,
        rows=rows,
        what=(TEXTS["stray_rows"] if event else TEXTS["stray_cells"]),
        values={"column": staged.table.column(column).label, "shown": shown},
        remedy=TEXTS["stray_remedy"],
        header=header,
        rule=line(name, "missing", written) if 0 < len(written) <= 3 else "",
        meanwhile=_put_aside(staged, column, rows) if event else emptied(rows, column),
    )


def _put_aside(staged: Staged, column: str, rows: Flags) -> Change:
    return left_out(rows, TEXTS["stray_reason"].fill(column=staged.table.column(column).label))


def _astray(staged: Staged, column: str, today: dt.date) -> Flags:
    """Return which dates are lone or lie ahead; where a column can only lie behind, what lies ahead is seen to elsewhere."""
    lone = _lone(staged.frame[column])
    ahead = flags(staged.frame[column] >= pd.Timestamp(today) + pd.Timedelta(days=1))
    return lone & ~ahead if staged.table.column(column).past else lone | ahead


def _lone(dates: pd.Series[Any]) -> Flags:
    """Return which dates are few and far from all others."""
    lone = np.zeros(len(dates), dtype=bool)
    known = dates.dropna().sort_values()
    if len(known) < LEAST_DATES:
        return lone
    days, few = known.to_numpy(), max(1, int(FEW * len(known)))
    limit = max(LONELY, days[-few - 1] - days[few])
    gaps = days[1:] - days[:-1]
    early = np.flatnonzero(gaps[:few] > limit)
    late = np.flatnonzero(gaps[-few:] > limit)
    if len(early):
        lone |= flags(dates <= days[early[-1]])
    if len(late):
        lone |= flags(dates >= days[len(days) - few + late[0]])
    return lone


def monthly_postings(material: Material) -> Iterator[Doubt]:
    """Orders all dated at the turn of a month, and entries of more hours than a day has, are postings and no events."""
    orders = material.table("orders", "ordered_on")
    if orders is not None:
        dates = orders.frame["ordered_on"]
        at_the_turn = dates.dt.is_month_start | dates.dt.is_month_end
        rows = flags(at_the_turn)
        if len(rows) >= LEAST_BOOKED and rows.mean() >= BOOKED_AT_ONCE and dates.nunique() > 1:
            yield _posted(orders, rows, "ordered_on")
    log = material.table("activities", "hours")
    if log is not None and (long := flags(log.frame["hours"] > MONTH_OF_HOURS)).any():
        yield _posted(log, long, "hours")


def _posted(staged: Staged, rows: Flags, column: str) -> Doubt:
    minutes = minutes_line(staged) if column == "hours" else ""
    accept = line(staged.table.name, "accepted", ["monthly_postings"])
    return Doubt(
        table=staged.table.name,
        rows=rows,
        what=TEXTS["posted_orders"] if column == "ordered_on" else TEXTS["posted_hours"],
        remedy=_posted_remedy(column, minutes),
        header=staged.headers.get(column, ""),
        rule=f"{minutes}\n{accept}" if minutes else "",
        blocks=False if column == "ordered_on" else None,
    )


def _posted_remedy(column: str, minutes: str) -> Text:
    if minutes:
        return TEXTS["posted_minutes_remedy"].fill(line=minutes)
    return TEXTS["posted_orders_remedy"] if column == "ordered_on" else TEXTS["posted_hours_remedy"]


def half_converted(material: Material) -> Iterator[Doubt]:
    """Dates of which a spreadsheet swapped day and month where it could: the rest stayed text and proves the order."""
    for name, staged in material.tables.items():
        for column in staged.table.columns:
            if column.kind in {"date", "datetime"} and staged.has(column.name) and column.name in staged.headers:
                rows = _converted(cells(staged, staged.headers[column.name]))
                if rows.any():
                    yield Doubt(
                        table=name,
                        rows=rows,
                        what=TEXTS["half_converted"],
                        remedy=TEXTS["half_converted_remedy"],
                        header=staged.headers[column.name],
                        blocks=True,
                    )


def _converted(column: pd.Series[Any]) -> Flags:
    """Return the converted dates of a column: none after the twelfth, beside texts that all have a thirteenth or later.

    What was converted is a date or, in a CSV saved from the spreadsheet, a text of another form than those that stayed.
    """
    codes, distinct = pd.factorize(column, use_na_sentinel=False)
    known = [_form_and_parts(cell) for cell in distinct]
    forms = np.array([form for form, _ in known], dtype=object)
    late = np.array([max(parts, default=0) > _MONTHS for _, parts in known], dtype=bool)
    for converted in ("date", ".", "/"):
        for stayed in (".", "/"):
            some, proofs = forms == converted, forms == stayed
            enough = converted != stayed and min(some.sum(), proofs.sum()) >= FEWEST_PROOFS
            if enough and late[proofs].all() and not late[some].any():
                mask: Flags = some[codes]
                return mask
    return np.zeros(len(column), dtype=bool)


def _form_and_parts(cell: object) -> tuple[str, tuple[int, ...]]:
    """Return how a date is written, and its day, or the two numbers before the year of which one is the day."""
    if isinstance(cell, dt.datetime | dt.date):
        return "date", (cell.day,)
    found = _WRITTEN.match(cell) if isinstance(cell, str) else None
    return ("." if found[2] == "." else "/", (int(found[1]), int(found[3]))) if found else ("", ())


_MONTHS = 12
_WRITTEN = re.compile(r"\s*(\d{1,2})([./-])(\d{1,2})\2\d{2,4}")
