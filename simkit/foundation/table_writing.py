"""How tables leave the kit as CSV and as Excel workbooks: dialects, formats, and no cell that runs as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from simkit.foundation.formats import WITHOUT_SHARP_S
from simkit.foundation.text import Language, Text

Kind = Literal["text", "money", "number", "ratio", "share", "index", "days", "hours", "date"]
DECIMALS: dict[Kind, int] = {"money": 2, "ratio": 2, "index": 1, "days": 1, "hours": 1, "share": 3}
LINE_HEIGHT = 15
"""Height of a line of text in a sheet, in points."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PLAIN_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*(e[+-]?\d+)?(\s?%)?", re.IGNORECASE)
"""Begins like a formula but is none: a spreadsheet would show the number and run nothing."""


@dataclass(frozen=True, kw_only=True)
class ListColumn:
    """One column of a list that leaves the kit."""

    name: str
    label: Text
    kind: Kind
    """How Excel shows it."""
    width: int


def harmless(entry: Any) -> Any:
    """Return a text that no spreadsheet runs as a formula; anything else as it is."""
    return f"'{entry}" if isinstance(entry, str) and runs_as_formula(entry) else entry


def runs_as_formula(entry: str) -> bool:
    """Say whether a spreadsheet that opens a CSV would run the text as a formula; a signed number is none."""
    return entry.startswith(FORMULA_STARTS) and not PLAIN_NUMBER.fullmatch(entry)


def as_written(entry: Any) -> Any:
    """Return what a text was before :func:`harmless`, for a program that reads its own CSV back."""
    return entry[1:] if isinstance(entry, str) and entry.startswith("'") and runs_as_formula(entry[1:]) else entry


# --- CSV --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How a CSV is written so that the reader's spreadsheet and CRM take it: delimiter, decimal mark, pattern of dates."""

    delimiter: str
    decimal: str
    date: str


def dialect_of(language: Language, country: str = "") -> Dialect:
    """Return the CSV of a language: German with semicolon and comma (in Switzerland and Liechtenstein a point)."""
    if language == "en":
        return Dialect(delimiter=",", decimal=".", date="%Y-%m-%d")
    return Dialect(delimiter=";", decimal="." if country in WITHOUT_SHARP_S else ",", date="%d.%m.%Y")


def csv_text(rows: Iterable[Sequence[object]], *, delimiter: str = ",", line_end: str = "\n") -> str:
    """Return rows as CSV, quoted where need be, without a cell that a spreadsheet would run as a formula.

    Every CSV passes here or through :func:`write_frame`, so that no text of a client or of a participant does harm.
    """
    out = io.StringIO(newline="")
    safe = ([harmless(cell) for cell in row] for row in rows)
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(safe)
    return out.getvalue()


def write_csv(path: Path, rows: Iterable[Sequence[object]], delimiter: str, encoding: str = "utf-8-sig") -> Path:
    """Write rows of text as a CSV for spreadsheets and return its path.

    Parameters
    ----------
    rows : iterable of sequences
        The headings first; numbers are text already, in the reader's way.
    delimiter : str
        As in `dialect_of`.
    encoding : str
        By default UTF-8 with a byte order mark, by which Excel knows it; lines end as Windows ends them.

    Raises
    ------
    UnicodeEncodeError
        If a character does not exist in the encoding.
    """
    path.write_bytes(csv_text(rows, delimiter=delimiter, line_end="\r\n").encode(encoding))
    return path


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as CSV for programs: commas, points, UTF-8, numbers that read back as they were.

    Texts that a spreadsheet would run are made harmless here too; :func:`as_written` gives them back.
    """
    texts = frame.select_dtypes(include=["object", "str"]).columns
    safe = frame.assign(**{name: frame[name].map(harmless, na_action="ignore") for name in texts})
    safe.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")


# --- Excel ------------------------------------------------------------------------------------------------------------


def open_workbook(path: Path, *, created: dt.datetime, date_format: str | None = None, **properties: str) -> Any:
    """Return a new workbook in which text stays text; to be used in a ``with`` statement, which writes it.

    Parameters
    ----------
    created : datetime
        Stands in the file instead of the present time, so that the same content gives the same bytes.
    date_format : str, optional
        Excel's pattern of dates in cells without a format of their own.
    **properties : str
        Further properties of the document, such as ``title``.
    """
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": date_format}
    book = xlsxwriter.Workbook(str(path), options)
    book.set_properties({**properties, "created": created})
    return book


def excel_formats(book: Any, currency: str, language: Language) -> dict[str, Any]:
    """Return Excel's formats by kind; Excel itself puts in the reader's separators."""
    patterns = {
        "text": "@",
        "money": f'#,##0 "{currency}"',
        "number": "#,##0",
        "ratio": "0.00",
        "index": "0",
        "share": "0.0%",
        "days": "0.0",
        "hours": "#,##0.0",
        "date": "dd.mm.yyyy" if language == "de" else "yyyy-mm-dd",
    }
    made = {kind: book.add_format({"num_format": pattern}) for kind, pattern in patterns.items()}
    made["text"].set_indent(1)
    made["date"].set_align("left")
    made["heading"] = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    made["bold"] = book.add_format({"bold": True})
    made["wrap"] = book.add_format({"text_wrap": True, "valign": "top"})
    return made


def write_table(
    sheet: Any, table: pd.DataFrame, columns: Sequence[ListColumn], formats: dict[str, Any], language: Language
) -> None:
    """Write headings and rows, with a filter and the first two columns frozen."""
    for place, column in enumerate(columns):
        sheet.set_column(place, place, _width(column, table), formats[column.kind])
        sheet.write_string(0, place, column.label.to(language), formats["heading"])
        for row, entry in enumerate(table[column.name], start=1):
            write_cell(sheet, row, place, entry, formats[column.kind])
    lines = max((len(column.label.to(language)) // max(column.width - 2, 1) + 1 for column in columns), default=1)
    sheet.set_row(0, LINE_HEIGHT * lines)
    sheet.freeze_panes(1, min(2, len(columns) - 1))
    sheet.autofilter(0, 0, max(len(table), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _width(column: ListColumn, table: pd.DataFrame) -> int:
    """Return the width of a column: a customer's number is never cut off."""
    longest = max(map(len, table["customer_id"].astype(str)), default=0) if column.name == "customer_id" else 0
    return max(column.width, min(longest + 4, 60))


def write_cell(sheet: Any, row: int, place: int, entry: Any, style: Any = None) -> None:
    """Write one cell; a missing value stays empty rather than becoming a zero."""
    if entry is None or entry != entry or entry is pd.NA:
        sheet.write_blank(row, place, None, style)
    elif isinstance(entry, str):
        sheet.write_string(row, place, entry, style)
    elif isinstance(entry, dt.date):
        sheet.write_datetime(row, place, entry, style)
    else:
        sheet.write_number(row, place, float(entry), style)


def write_lines(sheet: Any, lines: Sequence[tuple[str, str]], formats: dict[str, Any]) -> None:
    """Write pairs of text below each other; a pair with an empty right side is a heading."""
    sheet.set_column(0, 0, 38)
    sheet.set_column(1, 1, 90, formats["wrap"])
    for row, (left, right) in enumerate(lines):
        sheet.set_row(row, LINE_HEIGHT * (len(right) // 80 + 1))
        sheet.write_string(row, 0, left, formats["wrap"] if right else formats["bold"])
        sheet.write_string(row, 1, right)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
