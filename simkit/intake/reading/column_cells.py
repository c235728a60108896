"""The cells of one column as they were read, every distinct content once, and what is written around a cell's text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.intake.settings.schemas import SchemaColumn
from simkit.intake.settings.table_settings import TableSpec

EXCEL_ERRORS = (
    "#N/A",
    "#NV",
    "#REF!",
    "#BEZUG!",
    "#VALUE!",
    "#WERT!",
    "#DIV/0!",
    "#NAME?",
    "#NUM!",
    "#ZAHL!",
    "#NULL!",
)
Positions = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, kw_only=True)
class ColumnCells:
    """The cells of one column, with every distinct content once."""

    distinct: pd.Series[Any]
    """Distinct contents; text is stripped."""
    codes: Positions
    """Position in `distinct` of every row."""
    missing: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """Which distinct contents mean nothing."""
    column: SchemaColumn
    header: str
    """Our column and the client's name of it."""

    def spread(self, values: pd.Series[Any]) -> pd.Series[Any]:
        """Return one value per row from one value per distinct content."""
        return values.take(self.codes).reset_index(drop=True)

    def rows_with(self, positions: Sequence[int] | np.ndarray[Any, Any]) -> Positions:
        """Return the rows whose content is one of the given distinct ones."""
        return np.flatnonzero(np.isin(self.codes, np.asarray(positions, dtype=np.int64)))

    @property
    def filled(self) -> int:
        """Number of rows that hold something."""
        return int((~self.missing[self.codes]).sum())


def column_cells(raw: pd.Series[Any], column: SchemaColumn, header: str, spec: TableSpec) -> ColumnCells:
    """Return the cells of one column, with those that mean nothing marked: empty ones, errors of Excel, the client's words."""
    codes, distinct = pd.factorize(raw, use_na_sentinel=False)
    contents = pd.Series([plain_text(x) if isinstance(x, str) else x for x in distinct], dtype=object)
    nothing = {"", *EXCEL_ERRORS, *(str(word).strip() for word in spec.missing)}
    missing = np.array([x is None or x != x or (isinstance(x, str) and x in nothing) for x in contents], dtype=bool)
    return ColumnCells(distinct=contents, codes=codes.astype(np.int64), missing=missing, column=column, header=header)


def plain_text(content: str) -> str:
    """Return a cell's text without outer blanks, and without the formula that keeps its zeros in Excel: ="00123"."""
    text = content.strip()
    if len(text) > 3 and text[0] == "=" and text[1] in "\"'" and text[-1] == text[1]:
        return text[2:-1].strip()
    return text


def as_text(content: object) -> str:
    """Write a cell as text; Excel's 123.0 is the number 123."""
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, float):
        return str(int(content)) if content.is_integer() else repr(content)
    return str(content)
