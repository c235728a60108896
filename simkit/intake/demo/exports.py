"""The files a German client would send: decimal commas, dd.mm.yyyy, cp1252 or a byte order mark, Excel for the rest."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

#: Written into workbooks instead of the present time, so that the same content gives the same bytes.
CREATED = dt.datetime(2026, 7, 6, 8, 0, 0)


def german_number(value: float, digits: int = 2) -> str:
    """Write ``1.234,50``; a missing value is empty."""
    if np.isnan(value):
        return ""
    return f"{value:,.{digits}f}".translate(str.maketrans(",.", ".,"))


def german_date(value: pd.Timestamp | None) -> str:
    """Write ``31.12.2025``; a missing date is empty."""
    return "" if value is None or pd.isna(value) else value.strftime("%d.%m.%Y")


def write_csv(path: Path, columns: Mapping[str, Sequence[str]], encoding: str) -> None:
    """Write columns of text with semicolons and Windows line ends, as a German Excel would.

    Raises
    ------
    UnicodeEncodeError
        If a character does not exist in the encoding.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    path.write_bytes(text.getvalue().encode(encoding))


def write_workbook(path: Path, sheet: str, columns: Mapping[str, Sequence[Any]], widths: Sequence[int]) -> None:
    """Write one sheet with a bold header; text stays text, dates are real Excel dates, None is an empty cell."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"})
    book.set_properties({"created": CREATED, "author": "Muster Maschinenbau GmbH"})
    page = book.add_worksheet(sheet)
    page.write_row(0, 0, list(columns), book.add_format({"bold": True, "bottom": 1}))
    page.freeze_panes(1, 0)
    for place, (values, width) in enumerate(zip(columns.values(), widths, strict=True)):
        page.set_column(place, place, width)
        for row, value in enumerate(values, start=1):
            _write_cell(page, row, place, value)
    book.close()


def _write_cell(page: Any, row: int, place: int, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, place, value)
    elif isinstance(value, dt.date):
        page.write_datetime(row, place, value)
    else:
        page.write_number(row, place, value)
