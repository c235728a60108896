"""The workbook under way: its styles in the client's colours, and what all sheets have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import Formats
from simkit.report.document.blocks import Block
from simkit.report.document.style import HAIRLINE, INK, MUTED, Style, readable_on, tint
from simkit.report.outputs.excel.number_patterns import CellNumber
from simkit.report.outputs.report_content import ReportContent

TEXTS = Catalogue.beside(__file__)
LINE = 15.0
"""Height of a line of text, in points."""
TITLE_LINE = 20.0
WIDEST = 60
"""Letters of the widest column; longer texts are broken."""
NARROWEST = 9
TITLE_LETTERS = 96
"""Letters that a title has room for at least, beyond the columns of a narrow table if need be."""
EMPTY_COLUMN = 8.43
"""Letters of a column whose width nobody has set."""
A4 = 9
FOOTER = 60
"""Letters of a name in the footer, which Excel limits as a whole."""
HIGHEST = 400.0
"""Height of a row that Excel still takes, in points."""


class ExhibitBook:
    """A workbook that is being written.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        Open for writing.
    content : ReportContent
        The report.
    """

    def __init__(self, book: Any, content: ReportContent) -> None:
        self.book, self.content = book, content
        self._styles: dict[tuple[tuple[str, Any], ...], Any] = {}

    @property
    def style(self) -> Style:
        """Language, formats and colours of the report."""
        return self.content.imprint.style

    @property
    def formats(self) -> Formats:
        """How the report writes numbers."""
        return self.style.formats

    @cached_property
    def words(self) -> dict[str, str]:
        """The words on the sheets in the language of the report."""
        return {name: self.style.translate(text) for name, text in TEXTS.group("words").items()}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """What the kinds of exhibits are called."""
        return {name: self.style.translate(text) for name, text in TEXTS.group("kinds").items()}

    @cached_property
    def documents(self) -> dict[str, str]:
        """What the documents are called."""
        return {name: self.style.translate(text) for name, text in TEXTS.group("documents").items()}

    def number_of(self, block: Block) -> str:
        """Return the number of an exhibit, which its sheet is called after."""
        return self.content.numbers[block.chapter, block.name]

    def format(self, **properties: Any) -> Any:
        """Return the format of a cell; one that was asked for before is used again."""
        key = tuple(sorted(properties.items()))
        if key not in self._styles:
            usual = {"font_name": "Arial", "font_size": 10, "font_color": INK, "valign": "top"}
            self._styles[key] = self.book.add_format({**usual, **properties})
        return self._styles[key]

    def heading_format(self, *, right: bool = False) -> Any:
        """Return the format of a heading of columns."""
        primary = self.style.palette.primary
        return self.format(
            bold=True, bg_color=primary, font_color=readable_on(primary), text_wrap=True, valign="vcenter",
            align="right" if right else "left", **({} if right else {"indent": 1}),
        )  # fmt: skip

    def body_format(self, pattern: str = "", *, summed: bool = False, wrap: bool = False) -> Any:
        """Return the format of a cell of a table; a sum that Excel computes is set off."""
        extra: dict[str, Any] = {"num_format": pattern} if pattern else {}
        extra |= {"text_wrap": True, "align": "left", "indent": 1} if wrap else {}
        extra |= {"bold": True, "bg_color": tint(self.style.palette.primary, 0.9)} if summed else {}
        return self.format(bottom=1, bottom_color=HAIRLINE, **extra)

    def sheet(self, name: str) -> Any:
        """Return a new sheet of the report."""
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        imprint = self.content.imprint
        mark = self.style.translate(imprint.confidentiality) if imprint.confidentiality else self.words["confidential"]
        shown = (f"{imprint.name[:FOOTER]} · {self.content.run}", mark[:FOOTER])
        left, centre = (text.replace("&", "&&") for text in shown)
        sheet.set_footer(f"&L&8{left}&C&8{centre}&R&8{self.words['page']} &P / &N")
        return sheet

    def exhibit_sheet(self, block: Block, columns: list[float], room: list[float] | None = None) -> tuple[Any, int]:
        """Return the sheet of an exhibit with its columns, title and unit, and the first free row.

        Parameters
        ----------
        columns : list of float
            Widths of the columns, in letters.
        room : list of float, optional
            Widths of the columns that title and unit stand across; by default all.
        """
        widths = columns if room is None else room
        number = self.number_of(block)
        sheet = self.sheet(number)
        for place, width in enumerate(columns):
            sheet.set_column(place, place, width)
        sheet.write_url(0, 0, f"internal:'{self.words['contents']}'!A1", self._link(), self.words["back"])
        title = f"{self.words['exhibit']} {number}  ·  {block.title}"
        style = self.format(bold=True, font_size=14, font_color=self.style.palette.primary, text_wrap=True)
        self.across(sheet, 1, title, style, widths, line=TITLE_LINE, share=0.72)
        if block.unit:
            self.across(sheet, 2, block.unit, self.format(font_color=MUTED, text_wrap=True), widths)
        return sheet, 4

    def foot(self, sheet: Any, row: int, block: Block, widths: list[float], *extra: str) -> int:
        """Write source and note below an exhibit and return the last row that was written."""
        style = self.format(font_color=MUTED, font_size=9, text_wrap=True)
        lines = [f"{self.words[name]}: {said}" for name in ("source", "note") if (said := getattr(block, name))]
        for line in (*lines, *extra):
            self.across(sheet, row, line, style, widths)
            row += 1
        return row - 1

    def across(
        self,
        sheet: Any,
        row: int,
        text: str,
        style: Any,
        widths: list[float],
        *,
        line: float = LINE,
        share: float = 1.0,
    ) -> None:
        """Write a text over the width of the sheet, as high as it needs to be.

        Parameters
        ----------
        share : float
            Letters of this size that stand where one of the usual size does.
        """
        last = last_column(widths)
        room = sum(widths[: last + 1]) + EMPTY_COLUMN * max(last + 1 - len(widths), 0)
        lines = max(math.ceil(len(text) * 1.08 / (room * share)), 1)
        if last:
            sheet.merge_range(row, 0, row, last, "", style)
        sheet.write_string(row, 0, text, style)
        sheet.set_row(row, min(line * lines + 2, HIGHEST))

    def number(self, sheet: Any, row: int, column: int, cell: CellNumber, *, summed: bool = False) -> None:
        """Write a number with its format."""
        sheet.write_number(row, column, clean(cell.value), self.body_format(cell.pattern, summed=summed))

    def _link(self) -> Any:
        return self.format(font_color=self.style.palette.accent, underline=1, font_size=9)


def last_column(widths: list[float]) -> int:
    """Return the last column of a sheet's text: that of the table, or further where the table is narrow."""
    missing = TITLE_LETTERS - sum(widths)
    return len(widths) - 1 + max(math.ceil(missing / EMPTY_COLUMN), 0)


def clean(value: float) -> float:
    """Return a number without the noise of computing beyond twelve digits, and without a minus zero."""
    rounded = float(f"{value:.12g}")
    return 0.0 if abs(rounded) < 1e-9 else rounded


def width_of(texts: list[str], heading: str, *, most: int = WIDEST) -> float:
    """Return the width of a column: that of its longest text, within limits; a long heading is broken."""
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    words = max(map(len, heading.split() or [""]))
    return float(min(max(longest, words, min(len(heading), 16), NARROWEST - 2) + 3, most))


def row_height(texts: Sequence[str], widths: Sequence[float]) -> float:
    """Return the height of a row whose texts are broken, as many lines as the longest takes."""
    rooms = [max(width - 2, 1) for width in widths]
    lines = [math.ceil(len(text) * 1.1 / room) for text, room in zip(texts, rooms, strict=True) if len(text) > room]
    return min(LINE * max(lines, default=1), HIGHEST)


def heading_height(headings: list[str], widths: list[float]) -> float:
    """Return the height of a row of headings, as many lines as the longest takes."""
    lines = max(
        (math.ceil(len(text) * 1.2 / max(width - 1, 1)) for text, width in zip(headings, widths, strict=True)),
        default=1,
    )
    return LINE * lines + 4
