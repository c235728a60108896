"""Tables on slides: native ones, as many rows as fit, in letters that can be read, and cells that are shaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_base import shade_colour
from simkit.report.charts.charts_rows import entries, written_at
from simkit.report.document.blocks import Block
from simkit.report.document.chart import Chart
from simkit.report.document.style import HAIRLINE, INK, readable_on, tint
from simkit.report.document.table_content import written
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.number_formats import NO_BREAK
from simkit.report.outputs.deck.text_fit import LEADING, lines_of, text_width

TEXTS = Catalogue.beside(__file__)

POINT = 12_700
SIZES = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0)
"""Sizes of letters in points, the largest at which all rows fit."""
FEW_COLUMNS, SMALLEST_ROWS = 6, 8.0
"""Columns up to which a long table has the smallest of these sizes, and the size of one with more."""
MARGIN = 7.0
"""Left and right of a cell, in points."""
PADDING = 3.0
"""Above and below the letters of a cell, in points."""
AIRY = 0.8
"""What rows of a short table gain in height, for each point of their letters."""
LONGEST = 44
"""Letters of a cell that decide how wide its column is, at most."""
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"
"""PowerPoint's table style without colours and lines."""
TEXT_WRITERS = ("text",)


@dataclass(frozen=True, kw_only=True)
class SlideTable:
    """A table as it is written: headings and cells as text."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[bool, ...]
    """Columns whose cells stand on the right: numbers."""
    total: bool = False
    shades: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """Colours of cells, by row and column."""


@dataclass(frozen=True, kw_only=True)
class TableFit:
    """How a table fits into its room."""

    points: float
    """Size of its letters."""
    widths: tuple[float, ...]
    """Of its columns, in points."""
    heights: tuple[float, ...]
    """Of the heading and of the rows that fit, in points."""

    @property
    def shown(self) -> int:
        """How many rows fit."""
        return len(self.heights) - 1


def table_of(block: Block) -> SlideTable:
    """Return a table block as text."""
    columns, rows = block.content["columns"], block.content["rows"]
    cells = tuple(
        tuple(written(value, column, block.formats) for value, column in zip(row, columns, strict=True)) for row in rows
    )
    return SlideTable(
        headings=tuple(f"{one['label']} ({one['unit']})" if one["unit"] else str(one["label"]) for one in columns),
        rows=cells,
        right=tuple(one["write"] not in TEXT_WRITERS for one in columns),
        total=bool(block.content.get("total")),
    )


def table_of_cells(look: DeckLook, chart: Chart) -> SlideTable:
    """Return a chart of shaded cells as a table: the darker a cell, the higher its value."""
    columns, highest = list(chart.marks), chart.span[1] or 1.0
    rows = [["" for _ in columns] for _ in chart.order]
    shades = {}
    for entry in entries(chart.rows):
        row, column = chart.order.index(entry.category), columns.index(entry.series)
        rows[row][column] = written_at(look.style, chart, entry).replace("\n", " ")
        shade = shade_colour(look.style, str(entry.shade or "primary").partition(":")[0])
        if entry.value == entry.value:
            shades[row, column + 1] = tint(shade, 1 - min(max(entry.value / highest, 0.0), 1.0))
    return SlideTable(
        headings=(chart.axis.strip() or "", *columns),
        rows=tuple((label, *cells) for label, cells in zip(chart.order, rows, strict=True)),
        right=(False, *(True for _ in columns)),
        shades=shades,
    )


def fit_table(table: SlideTable, width: float, height: float) -> TableFit:
    """Return the largest letters at which all rows fit, else small ones with the rows that do.

    Parameters
    ----------
    width, height : float
        Of the room, in points.
    """
    for points in SIZES:
        widths = _widths(table, points, width)
        heights = _heights(table, points, widths)
        whole = sum(_least(table, points)) <= width or points == SIZES[-1]  # no word is torn
        if whole and sum(heights) <= height:
            air = min((height - sum(heights)) / len(heights), AIRY * points)
            return TableFit(points=points, widths=widths, heights=tuple(one + air for one in heights))
    points = SIZES[-1] if len(table.headings) <= FEW_COLUMNS else SMALLEST_ROWS
    widths = _widths(table, points, width)
    heights = _heights(table, points, widths)
    room, kept = height - points * LEADING - 4, 0
    while kept < len(heights) and sum(heights[: kept + 1]) <= room:
        kept += 1
    return TableFit(points=points, widths=widths, heights=heights[: max(kept, 2)])


def add_table(look: DeckLook, slide: Any, box: tuple[int, int, int, int], table: SlideTable, fit: TableFit) -> Any:
    """Put the rows that fit on a slide, and return the frame of the table."""
    from pptx.util import Emu

    left, top, width, _ = box
    height = round(sum(fit.heights) * POINT)
    frame = slide.shapes.add_table(fit.shown + 1, len(table.headings), left, top, width, height)
    native = frame.table
    properties = native._tbl.tblPr
    properties.set("bandRow", "0")
    for style in properties.findall("{*}tableStyleId"):
        style.text = NO_STYLE
    for column, points in zip(native.columns, fit.widths, strict=True):
        column.width = Emu(round(points * POINT))
    for row, points in zip(native.rows, fit.heights, strict=True):
        row.height = Emu(round(points * POINT))
    last = len(table.rows)
    for number, texts in enumerate((table.headings, *table.rows[: fit.shown])):
        for place, text in enumerate(texts):
            cell = native.cell(number, place)
            bold = number == 0 or (table.total and number == last)
            shade = table.shades.get((number - 1, place), "")
            _fill_cell(look, cell, text, fit.points, bold=bold, right=table.right[place], shade=shade)
            _underline(cell, "accent1" if number == 0 else HAIRLINE, 1.25 if number == 0 else 0.5)
    return frame


def rows_left(block: Block, table: SlideTable, fit: TableFit) -> str:
    """Return the line that says how many rows did not fit; empty where all did."""
    left = len(table.rows) - fit.shown
    return TEXTS["more_rows"].fill(count=left).to(block.formats.language) if left else ""


def _fill_cell(look: DeckLook, cell: Any, text: str, points: float, *, bold: bool, right: bool, shade: str) -> None:
    from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
    from pptx.util import Pt

    cell.margin_left = cell.margin_right = Pt(MARGIN)
    cell.margin_top = cell.margin_bottom = Pt(PADDING)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text or NO_BREAK  # an empty cell would be as high as letters of the usual size
    run.font.size, run.font.bold = Pt(points), bold
    look.paint(run.font.color, readable_on(shade) if shade else INK)
    if shade:
        cell.fill.solid()
        look.paint(cell.fill.fore_color, shade)
    else:
        cell.fill.background()


def _underline(cell: Any, colour: str, points: float) -> None:
    """Draw a line below a cell."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    inner = f'<a:srgbClr val="{colour[1:].upper()}"/>' if colour.startswith("#") else f'<a:schemeClr val="{colour}"/>'
    line = parse_xml(
        f'<a:lnB xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" w="{round(points * POINT)}">'
        f"<a:solidFill>{inner}</a:solidFill></a:lnB>"
    )
    properties = cell._tc.get_or_add_tcPr()
    properties.insert(0, line) if len(properties) and properties[0].tag != qn("a:lnB") else properties.append(line)


def _widths(table: SlideTable, points: float, width: float) -> tuple[float, ...]:
    """Return the widths of the columns: as much as their cells need, in proportion where that is more than there is."""
    needed, least = [], _least(table, points)
    for place, heading in enumerate(table.headings):
        cells = [row[place] for row in table.rows]
        longest = max((text_width(cell[:LONGEST], points) for cell in cells), default=0.0)
        needed.append(
            max(
                longest + 2 * MARGIN + 4, min(text_width(heading, points, bold=True) / 2, 90) + 2 * MARGIN, least[place]
            )
        )
    if sum(needed) <= width:
        rest = (width - sum(needed)) / len(needed)
        return tuple(one + rest for one in needed)
    spare = max(width - sum(least), 0.0)
    over = [one - low for one, low in zip(needed, least, strict=True)]
    scale = min(1.0, width / sum(least))
    return tuple(low * scale + spare * more / (sum(over) or 1.0) for low, more in zip(least, over, strict=True))


def _least(table: SlideTable, points: float) -> list[float]:
    """Return how wide the columns are at least, so that no word is torn."""
    return [
        max(text_width(word, points, bold=True) for row in (table.headings, *table.rows) for word in row[place].split(" "))
        + 2 * MARGIN + 2
        for place in range(len(table.headings))
    ]  # fmt: skip


def _heights(table: SlideTable, points: float, widths: Sequence[float]) -> tuple[float, ...]:
    return tuple(
        max(lines_of(cell, points, width - 2 * MARGIN, bold=bold) for cell, width in zip(row, widths, strict=True))
        * points * LEADING + 2 * PADDING
        for bold, row in ((True, table.headings), *((False, row) for row in table.rows))
    )  # fmt: skip
