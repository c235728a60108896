"""Reads one sheet of an Excel or OpenDocument workbook; numbers and dates stay what Excel knows them to be."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from simkit.foundation.text import Text, did_you_mean
from simkit.intake import reading_texts as texts
from simkit.intake.findings import Finding, FindingsError

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, judged by its name."""
    return path.suffix.lower() in SUFFIXES


def read_workbook(path: Path, sheet: str | None) -> tuple[pd.DataFrame, str]:
    """Return all cells of a sheet from its first row on, and the name of the sheet.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str or None
        Name of the sheet; None is enough where only one sheet holds anything.

    Raises
    ------
    FindingsError
        The workbook cannot be opened, has no such sheet, or several that may be meant.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise _problem(path, texts.BROKEN_WORKBOOK, texts.BROKEN_REMEDY) from error
    names: list[str] = book.sheet_names
    chosen = sheet if sheet is not None else _only_sheet(path, names, book)
    if chosen not in names:
        raise _problem(path, texts.NO_SHEET.fill(sheet=chosen), did_you_mean(chosen, names))
    rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    return pd.DataFrame(rows, dtype=object), chosen


def _only_sheet(path: Path, names: list[str], book: object) -> str:
    filled = [name for name in names if book.get_sheet_by_name(name).height > 0]  # type: ignore[attr-defined]
    if len(filled) > 1:
        shown = ", ".join(f"'{name}'" for name in filled)
        raise _problem(path, texts.WHICH_SHEET.fill(sheets=shown), texts.WHICH_SHEET_REMEDY.fill(sheet=filled[0]))
    return (filled or names)[0]


def _problem(path: Path, what: Text, remedy: Text) -> FindingsError:
    return FindingsError([Finding(severity="blocking", what=what, file=path.name, remedy=remedy)])
