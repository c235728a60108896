"""Reads workbooks of every kind in a process of its own that is watched, and says why one cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.foundation.text import Text, did_you_mean
from simkit.intake.containers import container_texts as texts
from simkit.intake.containers.watched_process import watched_answer
from simkit.intake.findings import Finding, FindingsError

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
Grid = list[list[Any]]

_PROCESS = Path(__file__).with_name("workbook_process.py")


@dataclass(frozen=True, kw_only=True)
class MergedCells:
    """A block of cells that a spreadsheet shows as one; rows and columns count from 1."""

    first_row: int
    last_row: int
    column: int
    """The leftmost column, which holds the value."""


@dataclass(frozen=True, kw_only=True)
class SheetMarks:
    """What a sheet holds beside the contents of its cells; rows and columns count from 1."""

    hidden: frozenset[int] = frozenset()
    """Rows that are hidden, by a filter or by hand."""
    merged: tuple[MergedCells, ...] = ()
    unvalued: tuple[tuple[int, int], ...] = ()
    """Row and column of formulas whose value was never stored."""
    date_1904: bool = False
    """Whether day 0 is 1 January 1904, as older Macs wrote."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """All cells of one sheet, from its first row on."""

    name: str
    cells: pd.DataFrame
    marks: SheetMarks


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, judged by its name."""
    return path.suffix.lower() in SUFFIXES


def read_workbook(path: Path, sheet: str | None, source: str) -> Sheet:
    """Return one sheet of a workbook.

    Parameters
    ----------
    sheet : str or None
        Name of the sheet; None is enough where only one sheet holds anything.
    source : str
        What the file is called in messages.

    Raises
    ------
    FindingsError
        The workbook cannot be opened, needs more time or memory than its size explains, has no such sheet, or several that
        may be meant.
    """
    found: dict[str, Any] = _answered(path, source, "one", sheet)
    merged = (
        MergedCells(first_row=first[0] + 1, last_row=last[0] + 1, column=first[1] + 1)
        for first, last in found["merged"]
        if last[0] > first[0]
    )
    marks = SheetMarks(
        hidden=frozenset(found["hidden"]),
        merged=tuple(merged),
        unvalued=tuple(found["unvalued"]),
        date_1904=found["date_1904"],
    )
    return Sheet(name=found["sheet"], cells=pd.DataFrame(found["cells"], dtype=object), marks=marks)


def read_grids(path: Path) -> dict[str, Grid]:
    """Return all sheets of a workbook, hidden ones too, as lists of rows of cells.

    Raises
    ------
    FindingsError
        As :func:`read_workbook`.
    """
    grids: dict[str, Grid] = _answered(path, path.name, "all")
    return grids


def _answered(path: Path, source: str, mode: str, sheet: str | None = None) -> Any:
    words = [mode, str(path), *([sheet] if sheet is not None else [])]
    kind, content = watched_answer(_PROCESS, words, size=path.stat().st_size)
    if kind == "read":
        return content
    what, remedy = _refusal(kind, content, sheet)
    raise FindingsError([Finding(severity="blocking", what=what, file=source, remedy=remedy)])


def _refusal(kind: str, content: list[str], sheet: str | None) -> tuple[Text, Text]:
    if kind == "which_sheet":
        shown = ", ".join(f"'{name}'" for name in content)
        return texts.WHICH_SHEET.fill(sheets=shown), texts.WHICH_SHEET_REMEDY.fill(sheet=content[0])
    if kind == "no_sheet":
        return texts.NO_SHEET.fill(sheet=sheet), did_you_mean(str(sheet), content)
    if kind == "far_cell":
        cell, name = content
        return texts.FAR_CELL.fill(cell=cell, sheet=name), texts.FAR_CELL_REMEDY
    if kind == "password":
        return texts.LOCKED_WORKBOOK, texts.LOCKED_REMEDY
    if kind == "large":
        return texts.LARGE_WORKBOOK, texts.LARGE_WORKBOOK_REMEDY
    return texts.BROKEN_WORKBOOK, texts.BROKEN_REMEDY
