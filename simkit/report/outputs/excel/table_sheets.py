"""A table of the report as a sheet: numbers as numbers, an interval as value and ends, sums that Excel computes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from simkit.foundation.formats import MISSING, Formats
from simkit.report.document.blocks import Block
from simkit.report.document.table_content import heading_of, written
from simkit.report.outputs.excel.exhibit_book import (
    ExhibitBook,
    clean,
    heading_height,
    last_column,
    row_height,
    width_of,
)
from simkit.report.outputs.excel.number_patterns import CellNumber, alone, first_number, pattern_of, told

BUSINESS_CASE = ("plan", "business_case")
"""The exhibit whose last two rows are the sum of those above and this sum over the years."""
Cell = CellNumber | dt.date | str | None


@dataclass(frozen=True, kw_only=True)
class SheetColumn:
    """One column of a sheet; a column of the report with intervals becomes several."""

    heading: str
    cells: tuple[Cell, ...]
    shown: tuple[str, ...]
    """The cells as the report writes them, for the width."""
    pattern: str = ""
    """Format of dates."""

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers."""
        return any(isinstance(cell, CellNumber) for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """A sum that Excel computes."""

    parts: tuple[tuple[int, int], ...]
    """Places of the summands, counted within the table."""
    chain: bool = False
    """Whether the summands are a range of rows in one column."""


def write_table_sheet(book: ExhibitBook, block: Block) -> None:
    """Write a table block as a sheet of its own."""
    columns = sheet_columns(block, book.words)
    widths = [width_of(list(column.shown), column.heading) for column in columns]
    sheet, top = book.exhibit_sheet(block, widths)
    rows = len(block.content["rows"])
    sheet.set_row(top, heading_height([column.heading for column in columns], widths))
    formulas = sums_of(block, columns)
    for place, column in enumerate(columns):
        sheet.write_string(top, place, column.heading, book.heading_format(right=column.numeric))
        for row, cell in enumerate(column.cells):
            where = top + 1 + row, place
            _write_cell(book, sheet, where, cell, formulas.get((row, place)), top + 1, column.pattern)
    for row in range(rows):
        texts = [cell if isinstance(cell := column.cells[row], str) else "" for column in columns]
        sheet.set_row(top + 1 + row, row_height(texts, widths))
    total = int(bool(block.content["total"]) or any(row == rows - 1 for row, _ in formulas))
    if rows - total > 1:
        sheet.autofilter(top, 0, top + rows - total, len(columns) - 1)
    sheet.freeze_panes(top + 1, 1 if len(columns) > 2 else 0)
    sheet.repeat_rows(top)
    extra = (book.words["computed"],) if formulas else ()
    end = book.foot(sheet, top + rows + 2, block, widths, *extra)
    sheet.print_area(0, 0, max(end, top + rows), last_column(widths))


def sheet_columns(block: Block, words: dict[str, str]) -> list[SheetColumn]:
    """Return what the columns of a table become in a sheet."""
    return [
        made for place in range(len(block.content["columns"])) for made in _split(block, place, words, block.formats)
    ]


def sums_of(block: Block, columns: Sequence[SheetColumn]) -> dict[tuple[int, int], Formula]:
    """Return the cells that Excel computes, by row and column of the table; only where the numbers really are these sums."""
    rows = len(block.content["rows"])
    numeric = [place for place, column in enumerate(columns) if column.numeric]
    values = [[_value(column.cells[row]) for row in range(rows)] for column in columns]
    if (block.chapter, block.name) == BUSINESS_CASE and rows > 2:
        sums = {(rows - 2, place): Formula(parts=((0, place), (rows - 3, place)), chain=True) for place in numeric}
        for before, place in zip((None, *numeric), numeric, strict=False):
            parts = ((rows - 2, place),) if before is None else ((rows - 1, before), (rows - 2, place))
            sums[rows - 1, place] = Formula(parts=parts)
        return sums if all(_adds_up(values, where, one) for where, one in sums.items()) else {}
    if not block.content["total"] or rows < 3:
        return {}
    found = {(rows - 1, place): Formula(parts=((0, place), (rows - 2, place)), chain=True) for place in numeric}
    return {where: one for where, one in found.items() if _adds_up(values, where, one)}


def _adds_up(values: list[list[float | None]], where: tuple[int, int], formula: Formula) -> bool:
    (row, place), parts = where, formula.parts
    chosen = (
        values[place][parts[0][0] : parts[-1][0] + 1] if formula.chain else [values[column][at] for at, column in parts]
    )
    total = values[place][row]
    if total is None or any(part is None for part in chosen):
        return False
    summands = [part for part in chosen if part is not None]
    return abs(sum(summands) - total) <= 1e-6 * max(map(abs, (*summands, total, 1.0)))


def _value(cell: Cell) -> float | None:
    return cell.value if isinstance(cell, CellNumber) else None


def _write_cell(
    book: ExhibitBook, sheet: Any, where: tuple[int, int], cell: Cell, formula: Formula | None, first: int, pattern: str
) -> None:
    """Write one cell; a text is never taken for a formula or an address."""
    if isinstance(cell, CellNumber) and formula is not None:
        names = [xl_rowcol_to_cell(first + row, column) for row, column in formula.parts]
        words = f"=SUM({names[0]}:{names[-1]})" if formula.chain else "=" + "+".join(names)
        sheet.write_formula(*where, words, book.body_format(cell.pattern, summed=True), clean(cell.value))
    elif isinstance(cell, CellNumber):
        book.number(sheet, *where, cell)
    elif isinstance(cell, dt.date):
        sheet.write_datetime(*where, dt.datetime(cell.year, cell.month, cell.day), book.body_format(pattern))
    elif cell:
        sheet.write_string(*where, cell, book.body_format(wrap=True))
    else:
        sheet.write_blank(*where, None, book.body_format())


def _split(block: Block, place: int, words: dict[str, str], formats: Formats) -> list[SheetColumn]:
    """Return what one column becomes: itself, or value and ends of its interval, and the wording where it says more."""
    column, cells = block.content["columns"][place], [row[place] for row in block.content["rows"]]
    heading = heading_of(column)
    numbers = block.content.get("numbers", {}).get(column["name"])
    if numbers is None:
        shown = tuple(written(cell, column, formats) for cell in cells)
        pattern = pattern_of(column["write"], int(column["digits"]), formats)
        made = tuple(_plain_cell(cell, column, pattern, formats) for cell in cells)
        return [SheetColumn(heading=heading, cells=made, shown=shown, pattern=pattern)]
    parts = [
        [None] * 3 if known is None else told(str(cell), known, formats)
        for cell, known in zip(cells, numbers, strict=True)
    ]
    found = []
    for name, values in zip(("value", "low", "high"), zip(*parts, strict=True), strict=True):
        if any(value is not None for value in values):
            label = heading if name == "value" else f"{heading} {words[name]}"
            shown = tuple(_shown(value, formats) for value in values)
            found.append(SheetColumn(heading=label, cells=tuple(values), shown=shown))
    spoken = [
        None if _says_no_more(str(cell), known, formats) else str(cell)
        for cell, known in zip(cells, numbers, strict=True)
    ]
    if any(spoken):
        label = f"{heading} ({words['wording']})"
        found.append(SheetColumn(heading=label, cells=tuple(spoken), shown=tuple(text or "" for text in spoken)))
    return found


def _plain_cell(cell: Any, column: dict[str, Any], pattern: str, formats: Formats) -> Cell:
    """Return a cell that is no interval as Excel holds it."""
    if cell is None or cell != cell or (isinstance(cell, str) and cell in (MISSING, "")):
        return None
    if column["write"] == "date":
        return dt.date.fromisoformat(str(cell)[:10])
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, int | float):
        return CellNumber(value=float(cell), pattern=pattern)
    return (alone(cell, formats) or str(cell)) if column["write"] == "figure" else str(cell)


def _says_no_more(text: str, known: Sequence[float | None] | None, formats: Formats) -> bool:
    """Whether a text says nothing that its numbers do not say."""
    if known is None:
        return text in (MISSING, "")
    rest, count = text, 0
    while (found := first_number(rest, formats)) is not None:
        rest, count = found.after, count + 1
    return count <= sum(number is not None for number in known) and ";" not in text


def _shown(cell: CellNumber | None, formats: Formats) -> str:
    """Return about what Excel shows of a number."""
    if cell is None:
        return ""
    one = cell.pattern.split(";")[0]
    digits = len(one.partition(".")[2]) - len(one.partition(".")[2].lstrip("0"))
    scaled = cell.value * (100 if "%" in one else 1) / (1e6 if ",," in one else 1)
    unit = "".join(one.split('"')[1::2])
    return formats.number(scaled, digits) + unit + " "
