"""Reads a workbook in a process of its own: ``python -P workbook_process.py one|all <file> [<sheet>]``, without simkit.

The reader keeps every cell up to the last one that holds anything, and a damaged file can end its process. Here neither
memory nor the end of the process concerns anybody else: :mod:`simkit.intake.containers.workbook_reading` starts, watches and
stops it. What was found goes to the standard output, pickled.
"""

from __future__ import annotations

import pickle
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

Places = list[tuple[int, int]]

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_NUMBER = re.compile(rb"\br=[\"'](\d+)[\"']")
_HIDDEN = re.compile(rb"\bhidden=[\"'](?:1|true)[\"']")
_UNVALUED = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?"
    rb"\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_LAST_CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*\br=[\"']([A-Z]+)(\d+)[\"']")
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>")
_ODS_REPEATED = re.compile(rb"number-rows-repeated=\"(\d+)\"")
_ODS_HIDDEN = re.compile(rb"table:visibility=\"(?:filter|collapse)\"")
_MOST_UNPACKED, _MOST_SWELLING = 400_000_000, 40
_MOST_CELLS, _MOST_EMPTY = 2_000_000, 50
"""A sheet may span so many cells, or so many times those that hold something."""


class Refused(Exception):
    """Why a workbook is not read: a kind, and what belongs to it."""


def read(path: str, sheet: str | None) -> dict[str, Any]:
    """Return the cells of a workbook and what they do not show: hidden rows, merged cells, formulas without a value."""
    from python_calamine import CalamineWorkbook

    parts = _SheetParts(path)
    book = CalamineWorkbook.from_path(path)
    if sheet is not None and sheet not in book.sheet_names:
        raise Refused("no_sheet", list(book.sheet_names))
    found = _opened(book, sheet, parts) if sheet is not None else _only_sheet(book, parts)
    chosen = found.name
    return {
        "sheet": chosen,
        "cells": _dense(found),
        "merged": found.merged_cell_ranges or [],
        "hidden": list(parts.hidden_rows(chosen)),
        "unvalued": parts.formulas_without_value(chosen),
        "date_1904": parts.date_1904,
    }


def read_all(path: str) -> dict[str, list[list[Any]]]:
    """Return the cells of every sheet, by its name."""
    from python_calamine import CalamineWorkbook

    parts = _SheetParts(path)
    book = CalamineWorkbook.from_path(path)
    return {name: _opened(book, name, parts).to_python(skip_empty_area=False) for name in book.sheet_names}


def _only_sheet(book: Any, parts: _SheetParts) -> Any:
    """Return the one sheet that holds anything, or the first of several empty ones."""
    sheets = [_opened(book, name, parts) for name in book.sheet_names]
    filled = [one for one in sheets if one.height > 0]
    if len(filled) > 1:
        raise Refused("which_sheet", [one.name for one in filled])
    if not sheets:
        raise Refused("broken", [])
    return (filled or sheets)[0]


def _opened(book: Any, name: str, parts: _SheetParts) -> Any:
    parts.refuse_far_cells(name)
    return book.get_sheet_by_name(name)


def _dense(sheet: Any) -> list[list[Any]]:
    """Return all cells; a sheet of millions of empty ones is refused, whatever its file said."""
    cells: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    held = len(cells) * max(map(len, cells), default=0)
    if held > _MOST_CELLS and held > _MOST_EMPTY * sum(cell != "" for row in cells for cell in row):
        raise Refused("large", [])
    return cells


class _SheetParts:
    """What the XML of a workbook tells beside its cells; nothing of it for the older binary formats."""

    def __init__(self, path: str) -> None:
        self._parts: dict[str, str] = {}
        self._last = ("", b"")
        self.date_1904 = False
        self._archive = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        if self._archive is None:
            return
        unpacked = sum(one.file_size for one in self._archive.infolist())
        if unpacked > max(_MOST_UNPACKED, _MOST_SWELLING * Path(path).stat().st_size):
            raise Refused("large", [])
        names = set(self._archive.namelist())
        self._ods = "content.xml" in names
        if "xl/workbook.xml" in names:
            self._find_sheets(self._archive)

    def _find_sheets(self, archive: zipfile.ZipFile) -> None:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        targets = {one.get("Id"): str(one.get("Target")) for one in relations}
        for element in book.iter():
            if element.tag.endswith("}sheet"):
                target = targets.get(element.get(_RELATION), "")
                self._parts[str(element.get("name"))] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
            elif element.tag.endswith("}workbookPr"):
                self.date_1904 = element.get("date1904") in {"1", "true"}

    def _content(self, sheet: str) -> bytes:
        if self._last[0] != sheet:
            part = self._parts.get(sheet)
            there = self._archive is not None and part is not None and part in self._archive.namelist()
            self._last = (sheet, self._archive.read(part) if there else b"")  # type: ignore[union-attr, arg-type]
        return self._last[1]

    def refuse_far_cells(self, sheet: str) -> None:
        """Refuse a sheet in which a few cells far away make the reader keep millions of empty ones."""
        content = self._content(sheet)
        filled = content.count(b"<v") + content.count(b":v>") // 2 + content.count(b"is>") // 2
        rows, columns, far = 0, 0, b""
        for row in content.split(b"</row>") if b"</row>" in content else content.split(b":row>"):
            end = max(row.rfind(b"v>"), row.rfind(b"is>"))
            start = row.rfind(b"<c ", 0, end) if end >= 0 else -1
            start = start if start >= 0 or end < 0 else row.rfind(b":c ", 0, end) - 8
            last = _LAST_CELL.search(row, max(start, 0)) if end >= 0 else None
            if last is None:
                continue
            first = _LAST_CELL.search(row) or last
            for letters, digits in (first.groups(), last.groups()):
                column, number = _column(letters), int(digits[:9])
                if column > 16_384 or number > 1_048_576:
                    raise Refused("broken", [])
                if column > columns or number > rows:
                    far = letters + digits
                rows, columns = max(rows, number), max(columns, column)
        if rows * columns > max(_MOST_CELLS, _MOST_EMPTY * filled):
            raise Refused("far_cell", [far.decode(), sheet])

    def hidden_rows(self, sheet: str) -> Iterator[int]:
        """Yield the numbers, from 1, of rows that are hidden."""
        if self._archive is not None and self._ods:
            yield from self._hidden_in_ods(sheet)
        content = self._content(sheet)
        if b"hidden" not in content:
            return
        for row in _ROW.finditer(content):
            number = _NUMBER.search(row[1])
            if number is not None and _HIDDEN.search(row[1]):
                yield int(number[1])

    def _hidden_in_ods(self, sheet: str) -> Iterator[int]:
        assert self._archive is not None
        content = self._archive.read("content.xml")
        for table in content.split(b"<table:table ")[1:]:
            name = re.search(rb"table:name=\"([^\"]*)\"", table)
            if name is None or name[1] != sheet.encode():
                continue
            number = 0
            for row in _ODS_ROW.finditer(table):
                repeated = _ODS_REPEATED.search(row[1])
                count = int(repeated[1]) if repeated else 1
                if _ODS_HIDDEN.search(row[1]) and count < 100_000:  # the empty rest of a sheet is one row, repeated
                    yield from range(number + 1, number + count + 1)
                number += count

    def formulas_without_value(self, sheet: str) -> Places:
        """Return row and column, from 1, of formulas whose value was never stored."""
        content = self._content(sheet)
        if not re.search(rb"<(?:\w+:)?f\b", content):
            return []
        found = (_REFERENCE.search(cell[1]) for cell in _UNVALUED.finditer(content))
        return [(int(one[2]), _column(one[1])) for one in found if one is not None]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + letter - 64
    return number


def _answer(mode: str, path: str, sheet: str | None) -> tuple[str, Any]:
    try:
        return "read", read_all(path) if mode == "all" else read(path, sheet)
    except Refused as refused:
        return str(refused.args[0]), refused.args[1]
    except MemoryError:
        return "large", []
    except BaseException as error:  # noqa: BLE001 - a panic of the reader is no Exception
        return ("password" if type(error).__name__ == "PasswordError" else "broken"), []


if __name__ == "__main__":
    answer = _answer(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
    sys.stdout.buffer.write(pickle.dumps(answer, protocol=5))
