"""Computes columns by the eight operations that client.yaml may name, and puts compound keys together.

An operation is looked up in a closed list; nothing that stands in client.yaml is ever run. Its operands are read by the
same readers as every other column, so that decimal marks, dates and unreadable cells are told in the same way.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import same
from simkit.intake.findings import Finding, FindingsLog, severity_of
from simkit.intake.reading.columns import Situation, typed_column
from simkit.intake.reading.numbers import spoken_hours
from simkit.intake.rules.ruled_files import joined_words, word, words
from simkit.intake.settings.operations import UNITS, Operand, Operation
from simkit.intake.settings.rule_settings import FILE_PART
from simkit.intake.settings.schemas import Kind, SchemaColumn

TEXTS = Catalogue.beside(__file__)

Cells = Callable[[str], "pd.Series[Any]"]
"""The cells of one column of the client, over all rows."""
_BETWEEN_PARTS = "/"
_CLOCK = re.compile(r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?(?:\s*uhr)?", re.IGNORECASE)
_BARE_CLOCK = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?")
_BARE_HOUR = re.compile(r"(\d{1,2})()()\s*([ap]\.?m\.?)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Computation:
    """What is needed to compute the columns of a table."""

    cells: Cells
    situation: Situation
    findings_log: FindingsLog
    target: SchemaColumn
    """Our column that is filled; problems of its operands are problems of it."""

    def value(self, one: Operand, kind: Kind) -> pd.Series[Any]:
        """Return an operand as numbers or times."""
        if isinstance(one, Operation):
            return _OPERATIONS[one.name](self, one, kind)
        if isinstance(one, str):
            return self.read(one, kind)
        return pd.Series(one, index=range(len(self.situation.origin)), dtype=float)

    def read(self, heading: str, kind: Kind, cells: pd.Series[Any] | None = None) -> pd.Series[Any]:
        """Return a column of the client with the type of a kind; what goes wrong goes wrong for the target, too."""
        unit = "h" if self.target.unit == "h" and kind == "number" else ""
        column = SchemaColumn(
            name=heading, label=same(heading), kind=kind, unit=unit, required=self.target.required,
            rows_without=self.target.rows_without,
        )  # fmt: skip
        raw = self.cells(heading) if cells is None else cells
        values = typed_column(raw, column, heading, self.situation, self.findings_log)
        self._pass_on(heading)
        return values

    def note(self, heading: str, rows: np.ndarray[Any, Any], what: Any, shown: str) -> None:
        """Tell cells that an operation cannot use."""
        first = self.situation.origin.iloc[int(rows[0])]
        place = self.situation.table.name, self.target.name
        before = self.findings_log.emptied.get(place, frozenset())
        self.findings_log.emptied[place] = before | frozenset((rows + self.situation.offset).tolist())
        self.findings_log.add(
            Finding(
                severity=severity_of(len(rows), len(self.situation.origin)),
                what=what.fill(count=len(rows), column=self.target.label, shown=f"'{shown[:40]}'"),
                file=str(first["source"]),
                column=heading,
                row=int(first["row"]),
                remedy=TEXTS["computed_remedy"],
                count=len(rows),
            )
        )

    def _pass_on(self, heading: str) -> None:
        table, log = self.situation.table.name, self.findings_log
        if (table, heading) in log.undecided:
            log.undecided.add((table, self.target.name))
        gone = log.emptied.get((table, heading), frozenset())
        log.emptied[table, self.target.name] = log.emptied.get((table, self.target.name), frozenset()) | gone


def computed_column(
    written: Operation, target: SchemaColumn, cells: Cells, situation: Situation, findings_log: FindingsLog
) -> pd.Series[Any]:
    """Return the cells that an operation makes, one per row, to be typed like any other column.

    Parameters
    ----------
    written : Operation
        The operation of client.yaml.
    target : SchemaColumn
        Our column.
    cells : callable
        Returns the cells of one column of the client.
    situation, findings_log : Situation, FindingsLog
        Where the rows come from, and where problems are noted.
    """
    computation = Computation(cells=cells, situation=situation, findings_log=findings_log, target=target)
    kind: Kind = "text" if written.name == "first_known" else "number"
    return _OPERATIONS[written.name](computation, written, kind).astype(object)


def _product(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    return _folded(computation, written, np.multiply)


def _sum(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    return _folded(computation, written, np.add)


def _difference(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    return _folded(computation, written, np.subtract)


def _folded(computation: Computation, written: Operation, join: np.ufunc) -> pd.Series[Any]:
    """Join operands from the first to the last; a row that lacks one has no value."""
    first, *others = (computation.value(one, "number").astype(float) for one in written.operands)
    for other in others:
        first = pd.Series(join(first.to_numpy(), other.to_numpy()), dtype=float)
    return first


def _ratio(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    """Divide; where the divisor is 0, there is no value, which is told."""
    above, below = (computation.value(one, "number").astype(float) for one in written.operands)
    nought = np.flatnonzero(((below == 0) & above.notna()).to_numpy(dtype=bool))
    if len(nought):
        heading = next(iter(sorted(written.headings)))
        computation.note(heading, nought, TEXTS["divided_by_zero"], "0")
    return pd.Series(above / below.where(below != 0), dtype=float)


def _part_of_date(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    """Return year, quarter, month, day, weekday (Monday is 1) or hour."""
    stamps = computation.value(written.operands[0], "datetime")
    if written.detail == "weekday":
        return pd.Series(stamps.dt.day_of_week + 1, dtype=float)
    return pd.Series(getattr(stamps.dt, written.detail), dtype=float)


def _first_known(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    """Return the first operand that is filled; as cells where they are not yet to be numbers or times."""
    if kind != "text":
        first, *others = (computation.value(one, kind) for one in written.operands)
    else:
        first, *others = (_filled_cells(computation, one) for one in written.operands)
    for other in others:
        first = first.where(first.notna(), other)
    return first


def _filled_cells(computation: Computation, one: Operand) -> pd.Series[Any]:
    if not isinstance(one, str):
        return computation.value(one, "number").astype(object)
    cells = computation.cells(one).reset_index(drop=True)
    missing = {"", *(word(gone) for gone in computation.situation.spec.missing)}
    return cells.astype(object).where(~words(cells).isin(missing), None)


def _date_and_time(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    """Join a day and a time of day; a row without one of them has no value."""
    day, time = written.operands
    days: pd.Series[Any] = computation.value(day, "datetime").dt.normalize()
    if isinstance(time, str):
        return days.add(_times(computation, time))
    return days.add(pd.Series(pd.to_timedelta(computation.value(time, "number"), unit="h")))


def _times(computation: Computation, heading: str) -> pd.Series[Any]:
    raw = computation.cells(heading).reset_index(drop=True)
    codes, distinct = pd.factorize(raw, use_na_sentinel=False)
    read = pd.Series([_time_of_day(one) for one in distinct], dtype="timedelta64[ns]")
    filled = np.array([word(one) != "" for one in distinct], dtype=bool)
    wrong = np.flatnonzero(read.isna().to_numpy(dtype=bool) & filled)
    if len(wrong):
        computation.note(
            heading, np.flatnonzero(np.isin(codes, wrong)), TEXTS["no_time"], word(distinct[int(wrong[0])])
        )
    return read.take(codes).reset_index(drop=True)


def _time_of_day(content: object) -> dt.timedelta | None:
    """Read a time of day as people, SAP and Excel write it."""
    if isinstance(content, dt.datetime | dt.time):
        return dt.timedelta(hours=content.hour, minutes=content.minute, seconds=content.second)
    if isinstance(content, dt.timedelta):
        return content if dt.timedelta(0) <= content < dt.timedelta(days=1) else None
    if isinstance(content, int | float):
        return dt.timedelta(seconds=round(content * 86_400)) if 0 <= content < 1 else None
    text = word(content)
    match = next((m for p in (_CLOCK, _BARE_CLOCK, _BARE_HOUR) if (m := p.fullmatch(text))), None)
    return None if match is None else _clock(match)


def _clock(match: re.Match[str]) -> dt.timedelta | None:
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = (match.groups()[3] or "").lower().replace(".", "") if len(match.groups()) > 3 else ""
    if hour > (12 if half else 23) or minute > 59 or second > 59:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return dt.timedelta(hours=hour, minutes=minute, seconds=second)


_UNIT_WORDS: Mapping[str, re.Pattern[str]] = {
    "minutes": re.compile(r"(?i)(?<=[\d.,])\s*(?:m|min\.?|mins|minuten?|minutes?|')$"),
    "seconds": re.compile(r"(?i)(?<=[\d.,])\s*(?:s|sek\.?|sec\.?|sekunden?|seconds?)$"),
    "milliseconds": re.compile(r"(?i)(?<=[\d.,])\s*(?:ms|msec)$"),
    "per_cent": re.compile(r"(?<=[\d.,])\s*(?:%|(?i:prozent|per ?cent|pct\.?))$"),
    "thousands": re.compile(r"(?i)(?<=[\d.,])\s*(?:k|t|tsd\.?|t€|teur|k€|keur)$"),
}
"""What may stand behind a number without changing it, for the unit is stated."""


def _unit(computation: Computation, written: Operation, kind: Kind) -> pd.Series[Any]:
    (one,) = written.operands
    if not isinstance(one, str):
        return computation.value(one, "number") * UNITS[written.detail]
    cells = computation.cells(one).reset_index(drop=True)
    if written.detail == "1h 30m":
        spoken = cells.map(lambda cell: spoken_hours(cell) if isinstance(cell, str) else np.nan)
        cells = cells.astype(object).where(spoken.isna(), spoken)
        return replace(computation, target=replace(computation.target, unit="h")).read(one, "number", cells)
    bare = cells.map(lambda cell: _UNIT_WORDS[written.detail].sub("", cell.strip()) if isinstance(cell, str) else cell)
    plain = replace(computation, target=replace(computation.target, unit=""))
    return plain.read(one, "number", bare) * UNITS[written.detail]


_OPERATIONS: Mapping[str, Callable[[Computation, Operation, Kind], pd.Series[Any]]] = {
    "product": _product,
    "sum": _sum,
    "difference": _difference,
    "ratio": _ratio,
    "part_of_date": _part_of_date,
    "first_known": _first_known,
    "date_and_time": _date_and_time,
    "unit": _unit,
}


def compound_key(
    parts: Sequence[str | Operation],
    target: SchemaColumn,
    cells: Cells,
    situation: Situation,
    findings_log: FindingsLog,
) -> pd.Series[Any]:
    """Return an identifier of several parts, such as 2024/A001 or Anna/Muster; a row that lacks a part has none.

    Parameters
    ----------
    parts : sequence of str or Operation
        Columns of the client, ``file`` for the name of the file, or operations.
    target : SchemaColumn
        Our column.
    cells, situation, findings_log
        As for :func:`computed_column`.
    """
    columns = [_key_words(part, target, cells, situation, findings_log) for part in parts]
    return joined_words(columns, _BETWEEN_PARTS).astype(object)


def _key_words(
    part: str | Operation, target: SchemaColumn, cells: Cells, situation: Situation, findings_log: FindingsLog
) -> pd.Series[str]:
    if isinstance(part, Operation):
        return words(computed_column(part, target, cells, situation, findings_log))
    if part == FILE_PART:
        try:
            return words(cells(part))
        except KeyError:
            return situation.origin["source"].reset_index(drop=True).astype(object)
    return words(cells(part))
