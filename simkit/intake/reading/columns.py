"""Gives each column its type: by its kind in the schema, the answers in client.yaml, and what the whole column proves.

Every distinct text is read once and spread over the rows, so that long logs stay fast. What cannot be read is emptied
and counted; what may be read in two ways stops the run with the line to write in client.yaml.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same
from simkit.intake.findings import Finding, FindingsLog, Severity, severity_of
from simkit.intake.privacy.disclosure import may_quote
from simkit.intake.reading import reading_texts as texts
from simkit.intake.reading.column_cells import ColumnCells, Positions, as_text, column_cells
from simkit.intake.reading.date_orders import orders_of_files, remedy_of_files, what_of_files
from simkit.intake.reading.dates import from_serials, read_dates
from simkit.intake.reading.numbers import read_numbers
from simkit.intake.settings.schemas import KIND_LABELS, SchemaColumn, Table
from simkit.intake.settings.table_settings import TableSpec
from simkit.intake.settings.yaml_lines import quoted

TEXTS = Catalogue.beside(__file__)

LARGEST = 1e99
"""No number of a client is larger; what JSON writes beyond it is a slip, or meant to break something."""
_TRUE = frozenset({"1", "ja", "j", "yes", "y", "true", "wahr", "x", "1.0"})
_FALSE = frozenset({"0", "nein", "n", "no", "false", "falsch", "0.0"})
LEFT_OUT = "\x00left out"
"""Stands for a label that client.yaml maps to nothing on purpose, until its rows are taken out and counted."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """Where a column comes from and what is known about its table."""

    table: Table
    spec: TableSpec
    """The answers in client.yaml."""
    origin: pd.DataFrame
    """``source`` and ``row`` (as Excel counts) of every row."""
    zone: str | None
    today: dt.date
    """Day of loading; two-digit years are read by it."""
    offset: int = 0
    """How many rows of the table stand before these."""
    files: tuple[str, ...] = ()
    """The files of the table as client.yaml writes them."""


def typed_column(
    raw: pd.Series[Any], column: SchemaColumn, header: str, situation: Situation, findings_log: FindingsLog
) -> pd.Series[Any]:
    """Return one column with the type of its kind; problems go to the findings log.

    Parameters
    ----------
    raw : Series
        Cells as read.
    column : SchemaColumn
        Our column.
    header : str
        The client's name of it.
    situation, findings_log : Situation, FindingsLog
        Where it stands, and where problems are noted.
    """
    cells = column_cells(raw, column, header, situation.spec)
    reader = _READERS[column.kind]
    return cells.spread(reader(cells, situation, findings_log))


def note(
    findings_log: FindingsLog,
    severity: Severity,
    what: Text,
    cells: ColumnCells,
    situation: Situation,
    rows: Positions,
    remedy: Text,
) -> None:
    """Add a finding on some rows of a column, with the place of the first one."""
    first = situation.origin.iloc[int(rows[0])]
    if severity == "blocking":
        findings_log.undecided.add((situation.table.name, cells.column.name))
    findings_log.add(
        Finding(
            severity=severity,
            what=what,
            file=str(first["source"]),
            column=cells.header,
            row=int(first["row"]),
            remedy=remedy,
            count=len(rows),
        )
    )


def _read_text(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    shown = [None if gone else as_text(x) for x, gone in zip(cells.distinct, cells.missing, strict=True)]
    ours = {_label(k): v for k, v in situation.spec.values.get(cells.column.name, {}).items()}
    mapped = [shown_ if shown_ is None else ours.get(_label(shown_), shown_) for shown_ in shown]
    return pd.Series([None if x is None else str(x) for x in mapped], dtype="str")


def _read_id(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    values = _read_text(cells, situation, findings_log)
    shortened = values.str.fullmatch(r"\d[.,]\d+[eE]\+\d+").fillna(value=False).to_numpy(dtype=bool)
    if shortened.any():
        rows = cells.rows_with(np.flatnonzero(shortened))
        note(findings_log, "blocking", texts.SHORTENED_ID, cells, situation, rows, texts.SHORTENED_REMEDY)
    return values


def _read_choice(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    labels = [None if gone else as_text(x) for x, gone in zip(cells.distinct, cells.missing, strict=True)]
    given = situation.spec.values.get(cells.column.name, {})
    ours = {_label(choice): choice for choice in cells.column.choices}
    ours |= {_label(k): LEFT_OUT if v is None else str(v) for k, v in given.items()}
    values = [None if label is None else ours.get(_label(label)) for label in labels]
    unknown = [n for n, (label, value) in enumerate(zip(labels, values, strict=True)) if label and value is None]
    if unknown:
        _note_unknown_labels(cells, labels, unknown, situation, findings_log)
    return pd.Series(values, dtype="str")


def _note_unknown_labels(
    cells: ColumnCells,
    labels: Sequence[str | None],
    unknown: Sequence[int],
    situation: Situation,
    findings_log: FindingsLog,
) -> None:
    counts = np.bincount(cells.codes, minlength=len(labels))
    table = situation.table.name
    ranked = sorted(unknown, key=lambda number: -counts[number])
    shown_labels = [n for n in ranked if may_quote(table, cells.column, int(counts[n]))]
    rare = sum(int(counts[n]) for n in ranked) - sum(int(counts[n]) for n in shown_labels)
    words = [same(f"'{labels[n]}' ({counts[n]})") for n in shown_labels[:15]]
    words += [same("…")] if len(shown_labels) > 15 else []
    words += [TEXTS["rare_labels"].fill(count=rare)] if rare else []
    shown = Text(de=", ".join(word.de for word in words), en=", ".join(word.en for word in words))
    path = f"tables.{table}.values.{cells.column.name}"
    lines = ", ".join(f"{quoted(str(labels[n]))}: …" for n in shown_labels[:15]) or '"…": …'
    severity: Severity = "blocking" if cells.column.required else "serious"
    note(
        findings_log,
        severity,
        TEXTS["unknown_labels"].fill(labels=shown, count=len(ranked)),
        cells,
        situation,
        cells.rows_with(unknown),
        texts.UNKNOWN_LABELS_REMEDY.fill(line=f"{path}: {{{lines}}}", choices=", ".join(cells.column.choices)),
    )


def _read_flag(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    given = {_label(k): str(v) for k, v in situation.spec.values.get(cells.column.name, {}).items()}
    words = [_label(given.get(_label(as_text(x)), as_text(x))) for x in cells.distinct]
    unread = [n for n, w in enumerate(words) if w not in _TRUE | _FALSE and not cells.missing[n]]
    _note_unreadable(cells, unread, situation, findings_log)
    return pd.Series([word in _TRUE and not gone for word, gone in zip(words, cells.missing, strict=True)], dtype=bool)


def _read_number(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    is_text = np.array([isinstance(x, str) for x in cells.distinct], dtype=bool) & ~cells.missing
    values = pd.Series(
        [
            np.nan if t or m else _native_number(x)
            for x, t, m in zip(cells.distinct, is_text, cells.missing, strict=True)
        ],
        dtype=float,
    )
    wrong_kind = np.flatnonzero(values.isna() & ~is_text & ~cells.missing)
    positions = np.flatnonzero(is_text)
    mark = situation.spec.decimal_mark(cells.column.name)
    reading = read_numbers(list(cells.distinct[is_text]), mark, clock=cells.column.unit == "h")
    values[is_text] = reading.values
    if len(reading.by_mark) > 1 and mark is None:
        _note_two_marks(cells, {m: positions[list(p)] for m, p in reading.by_mark.items()}, situation, findings_log)
    elif reading.undecided:
        _note_undecided_number(cells, positions[list(reading.undecided)], situation, findings_log)
    else:
        _note_unreadable(cells, [*positions[reading.unreadable], *wrong_kind], situation, findings_log)
    if cells.column.kind == "share":
        return _as_share(values, positions[reading.percent], cells, situation, findings_log)
    return values


def _native_number(content: object) -> float:
    if isinstance(content, dt.timedelta):
        return content.total_seconds() / 3600
    if isinstance(content, dt.time):
        return content.hour + content.minute / 60 + content.second / 3600
    try:
        number = float(content) if isinstance(content, int | float | np.number) else float("nan")
    except OverflowError:
        return float("nan")
    return number if abs(number) < LARGEST else float("nan")


def _as_share(
    values: pd.Series[float], percent: Positions, cells: ColumnCells, situation: Situation, findings_log: FindingsLog
) -> pd.Series[float]:
    """Bring "45" without a sign to 0.45 when the column goes beyond 1; half signed and half not is refused."""
    bare = values.index.difference(pd.Index(percent))
    large = bare[values[bare] > 1]
    if large.empty:
        return values
    if len(percent):
        note(
            findings_log,
            "blocking",
            texts.MIXED_SHARES,
            cells,
            situation,
            cells.rows_with(large.to_numpy()),
            texts.MIXED_SHARES_REMEDY,
        )
        return values
    rows = cells.rows_with(bare[values[bare].notna()].to_numpy())
    note(findings_log, "minor", texts.SHARES_IN_PERCENT, cells, situation, rows, texts.SHARES_REMEDY)
    return values / 100


def _read_date(cells: ColumnCells, situation: Situation, findings_log: FindingsLog) -> pd.Series[Any]:
    is_text = np.array([isinstance(x, str) for x in cells.distinct], dtype=bool) & ~cells.missing
    native = [
        None if t or m else _native_date(x) for x, t, m in zip(cells.distinct, is_text, cells.missing, strict=True)
    ]
    values = pd.to_datetime(pd.Series(native, dtype="datetime64[ns]"))
    wrong_kind = np.flatnonzero(values.isna() & ~is_text & ~cells.missing)
    positions = np.flatnonzero(is_text)
    order = situation.spec.date_order(cells.column.name)
    latest = situation.today.year + (0 if cells.column.past else 30)
    written = cells.distinct[is_text].astype("str")
    reading = read_dates(written, order, zone=situation.zone, latest_year=latest)
    values[is_text] = reading.values.to_numpy()
    if reading.zoned and situation.zone is None:
        note(findings_log, "minor", texts.NO_ZONE, cells, situation, cells.rows_with(positions), texts.ZONE_REMEDY)
    if reading.serial:
        note(findings_log, "minor", texts.SERIALS, cells, situation, cells.rows_with(positions), texts.SERIALS_REMEDY)
    months = [
        *positions[list(reading.months)],
        *(n for n, x in enumerate(cells.distinct) if _month_number(x) is not None),
    ]
    if months:
        _note_months(cells, values, months, situation, findings_log)
    if len(reading.proofs) > 1 and order is None:
        _note_two_orders(cells, {o: positions[list(p)] for o, p in reading.proofs.items()}, situation, findings_log)
    elif reading.undecided:
        _note_undecided_date(cells, positions[list(reading.undecided)], situation, findings_log)
    else:
        _note_unreadable(cells, [*positions[reading.unreadable], *wrong_kind], situation, findings_log)
    return values.dt.normalize() if cells.column.kind == "date" else values


def _native_date(content: object) -> pd.Timestamp | None:
    if isinstance(content, dt.datetime | dt.date):
        return pd.Timestamp(content).tz_localize(None) if 1900 <= content.year < 2200 else None
    if isinstance(content, int | float) and 20_000 <= content < 80_000:
        return pd.Timestamp(from_serials(pd.Series([float(content)])).iloc[0])
    return _month_number(content)


def _month_number(content: object) -> pd.Timestamp | None:
    """Read a month that Excel keeps as the number 202409."""
    if not isinstance(content, int | float) or isinstance(content, bool) or content % 1:
        return None
    year, month = divmod(int(content), 100)
    return pd.Timestamp(year, month, 1) if 1900 <= year < 2200 and 1 <= month <= 12 else None


def _note_months(
    cells: ColumnCells, values: pd.Series[Any], months: Sequence[int], situation: Situation, findings_log: FindingsLog
) -> None:
    """Tell that months stand for their first day, with the period that they span to the day."""
    stamps = values.iloc[list(months)]
    last = stamps.max() + pd.offsets.MonthEnd(3 if _has_quarters(cells, months) else 1)
    remedy = texts.MONTHS_REMEDY.fill(first=f"{stamps.min():%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    rows = cells.rows_with(months)
    what = TEXTS["months"].fill(count=len(rows), shown=_examples(cells, situation.table.name, months))
    note(findings_log, "serious", what, cells, situation, rows, remedy)


def _has_quarters(cells: ColumnCells, months: Sequence[int]) -> bool:
    return any(set("qQ") & set(str(cells.distinct[int(number)])) for number in months)


def _note_unreadable(
    cells: ColumnCells, positions: Sequence[int], situation: Situation, findings_log: FindingsLog
) -> None:
    if not len(positions):
        return
    rows = cells.rows_with(positions)
    words = sorted({as_text(cells.distinct[n]) for n in positions})
    shown = _examples(cells, situation.table.name, positions)
    place = situation.table.name, cells.column.name
    before = findings_log.emptied.get(place, frozenset())
    findings_log.emptied[place] = before | frozenset((rows + situation.offset).tolist())
    rows_go = cells.column.required and not cells.column.rows_without
    sentence = TEXTS["unreadable_rows"] if rows_go else TEXTS["unreadable_cells"]
    what = sentence.fill(count=len(rows), kind=KIND_LABELS[cells.column.kind], shown=shown)
    path = f"tables.{situation.table.name}.missing"
    few = len(words) <= 3 and may_quote(situation.table.name, cells.column)
    remedy = texts.MISSING_REMEDY.fill(line=f"{path}: [{', '.join(map(quoted, words))}]") if few else texts.MEND_REMEDY
    note(findings_log, severity_of(len(rows), cells.filled), what, cells, situation, rows, remedy)


def _note_two_marks(
    cells: ColumnCells, by_mark: dict[Any, Positions], situation: Situation, findings_log: FindingsLog
) -> None:
    examples = {mark: _examples(cells, situation.table.name, positions, 2) for mark, positions in by_mark.items()}
    rows = cells.rows_with(min(by_mark.values(), key=len))
    what = texts.TWO_MARKS.fill(german=examples[","], english=examples["."])
    note(findings_log, "blocking", what, cells, situation, rows, texts.TWO_MARKS_REMEDY)


def _note_undecided_number(
    cells: ColumnCells, positions: Positions, situation: Situation, findings_log: FindingsLog
) -> None:
    path = f"tables.{situation.table.name}.formats.{cells.column.name}"
    remedy = texts.NUMBER_QUESTION.fill(german=f'{path}: "1.234,50"', english=f'{path}: "1,234.50"')
    what = texts.UNDECIDED_NUMBER.fill(shown=_examples(cells, situation.table.name, positions))
    note(findings_log, "blocking", what, cells, situation, cells.rows_with(positions), remedy)


def _note_two_orders(
    cells: ColumnCells, proofs: dict[Any, Positions], situation: Situation, findings_log: FindingsLog
) -> None:
    examples = {order: _examples(cells, situation.table.name, positions, 2) for order, positions in proofs.items()}
    rows = cells.rows_with(min(proofs.values(), key=len))
    apart = orders_of_files(cells, proofs, situation.origin, situation.spec)
    if apart is not None:
        what = what_of_files(apart, examples)
        remedy = remedy_of_files(apart, cells.column.name, situation.spec, situation.files)
        note(findings_log, "blocking", what, cells, situation, rows, remedy)
        return
    what = texts.TWO_ORDERS.fill(day=examples["dmy"], month=examples["mdy"])
    note(findings_log, "blocking", what, cells, situation, rows, texts.TWO_ORDERS_REMEDY)


def _note_undecided_date(
    cells: ColumnCells, positions: Positions, situation: Situation, findings_log: FindingsLog
) -> None:
    path = f"tables.{situation.table.name}.formats.{cells.column.name}"
    remedy = texts.DATE_QUESTION.fill(day=f'{path}: "dd/mm/yyyy"', month=f'{path}: "mm/dd/yyyy"')
    what = texts.UNDECIDED_DATE.fill(shown=_examples(cells, situation.table.name, positions))
    note(findings_log, "blocking", what, cells, situation, cells.rows_with(positions), remedy)


def _examples(cells: ColumnCells, table: str, positions: Sequence[int] | Positions, count: int = 3) -> Text:
    """Show some contents; those of single people stay unsaid."""
    if not may_quote(table, cells.column):
        return texts.NOT_SHOWN
    shown = [as_text(cells.distinct[int(number)])[:40] for number in positions[:count]]
    return same(", ".join(f"'{word}'" for word in shown))


def _label(word: object) -> str:
    return " ".join(as_text(word).split()).casefold()


_READERS: dict[str, Callable[[ColumnCells, Situation, FindingsLog], pd.Series[Any]]] = {
    "text": _read_text,
    "id": _read_id,
    "choice": _read_choice,
    "flag": _read_flag,
    "number": _read_number,
    "money": _read_number,
    "share": _read_number,
    "date": _read_date,
    "datetime": _read_date,
}
