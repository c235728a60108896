"""The files a German client would send: decimal commas, dd.mm.yyyy, cp1252 or a byte order mark, Excel for the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.table_writing import open_workbook, write_cell
from simkit.foundation.table_writing import write_csv as write_rows

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
    write_rows(path, [list(columns), *zip(*columns.values(), strict=True)], ";", encoding)


def write_workbook(path: Path, sheet: str, columns: Mapping[str, Sequence[Any]], widths: Sequence[int]) -> None:
    """Write one sheet with a bold header; text stays text, dates are real Excel dates, None is an empty cell."""
    author = "Muster Maschinenbau GmbH"
    with open_workbook(path, created=CREATED, date_format="dd.mm.yyyy", author=author) as book:
        page = book.add_worksheet(sheet)
        page.write_row(0, 0, list(columns), book.add_format({"bold": True, "bottom": 1}))
        page.freeze_panes(1, 0)
        for place, (values, width) in enumerate(zip(columns.values(), widths, strict=True)):
            page.set_column(place, place, width)
            for row, value in enumerate(values, start=1):
                write_cell(page, row, place, None if value == "" else value)
