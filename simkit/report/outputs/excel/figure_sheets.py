"""A figure of the report as a sheet: a native chart where Excel has one, else the picture, and the numbers below."""

from __future__ import annotations

import base64
import datetime as dt
import io
import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from xlsxwriter.utility import xl_rowcol_to_cell

from simkit.report.document.blocks import Block
from simkit.report.document.chart import Chart
from simkit.report.document.style import tint
from simkit.report.outputs.excel.chart_tables import ChartTable, Distance, DrawnSeries, chart_tables, distance
from simkit.report.outputs.excel.excel_charts import native_chart
from simkit.report.outputs.excel.exhibit_book import EMPTY_COLUMN, ExhibitBook, heading_height, row_height, width_of
from simkit.report.outputs.excel.number_patterns import CellNumber

ROW_PX = 20
"""Height of a row in pixels."""
WHOLE, HALF = 900, 470
"""Width of a chart that stands alone, and of one of several panels, in pixels."""
COLUMN_PX, HALF_GAP = 7, 30
"""Pixels of a letter in the width of a column, and half of what stays free beside a chart."""
INCH_MM = 25.4
MOST_PRINTED = 45
"""Rows of numbers that are printed below a chart; more are there to be worked with."""
CATEGORY, NUMBERS = 44, 16
"""Widest column of labels and of numbers."""


def write_figure_sheet(book: ExhibitBook, block: Block) -> None:
    """Write a figure block as a sheet of its own."""
    chart = Chart.model_validate(block.content["chart"])
    tables = chart_tables(chart, book.style, book.words)
    if chart.kind == "waterfall":
        tables = [with_steps(table, book) for table in tables]
    widths = _widths(tables)
    room = _room(widths)
    sheet, top = book.exhibit_sheet(block, widths, room)
    sheet.fit_to_pages(1, 1)
    shapes = [_size(chart, table, alone=len(tables) == 1) for table in tables]
    below = top + (_picture_rows(block) if _pictured(chart, tables) else _rows_for(shapes, len(tables)))
    foot = book.foot(sheet, below, block, room)
    places = _places_of_tables(tables, foot + 2)
    for table, row in zip(tables, places, strict=True):
        _write_table(book, sheet, chart, table, row, widths)
    if _pictured(chart, tables):
        _insert_picture(sheet, block, top)
    elif chart.kind != "heat":
        _insert_charts(book, sheet, block, chart, list(zip(tables, places, shapes, strict=True)), top)
    last = places[-1] + len(tables[-1].rows)
    whole = (
        last - foot <= MOST_PRINTED and len(widths) <= len(room) + 1
    )  # a broader table would make the chart too small
    sheet.print_area(0, 0, last if whole else foot, max(len(room), len(widths) if whole else 0) - 1)


def _room(widths: list[float]) -> list[float]:
    """Return the widths of the columns that the charts stand on."""
    found: list[float] = []
    while sum(COLUMN_PX * width + 5 for width in found) < WHOLE + 2 * HALF_GAP:
        found.append(widths[len(found)] if len(found) < len(widths) else EMPTY_COLUMN)
    return found


def with_steps(table: ChartTable, book: ExhibitBook) -> ChartTable:
    """Return the table of a waterfall with the columns that its bars are stacked from; the last row is the total.

    A step through zero has a part on either side; bars on the same side of zero stand on the invisible base.
    """
    (one,) = table.series
    values = [value or 0.0 for value in table.numbers(one, one.value)]
    pattern = next((cell.pattern for row in table.rows for cell in row[1:] if isinstance(cell, CellNumber)), "")
    ends = [*itertools.accumulate(values[:-1]), values[-1]]
    kinds = ["up" if value >= 0 else "down" for value in values[:-1]] + ["total"]
    primary, accent = book.style.palette.primary, book.style.palette.accent
    colours = {"base": "#ffffff", "up": tint(primary, 0.4), "down": accent, "total": primary}
    plain = table.axis_pattern.split(";")[0].lstrip("+")
    labels = {
        "base": "",
        "up": f"+{plain};+{plain}",
        "down": f"-{plain};-{plain}",
        "total": f"+{plain};-{plain};{plain}",
    }
    headings, rows, series = list(table.headings), [list(row) for row in table.rows], []
    for name, side in itertools.product(colours, (0, 1)):
        steps = zip(values, ends, kinds, strict=True)
        numbers = [_part(end - value, end, name, kind)[side] for value, end, kind in steps]
        if not any(numbers) and (name, side) != ("base", 0):
            continue
        label = book.words[name] if side == 0 else f"{book.words[name]}, {book.words['below']}"
        cells = [CellNumber(value=number, pattern=pattern) if number else None for number in numbers]
        drawn = DrawnSeries(
            name=label, mark="bar", labels=labels[name], colours=(colours[name],) * len(rows), first=0,
            last=len(rows) - 1, value=_append(headings, rows, label, cells),
        )  # fmt: skip
        ending = [side == 0 and kind == ("down" if name == "base" else name) and name != "down" for kind in kinds]
        series.append(_with_intervals(drawn, one, ending, headings, rows, book))
    return replace(table, headings=tuple(headings), rows=tuple(map(tuple, rows)), series=tuple(series))


def _with_intervals(
    drawn: DrawnSeries,
    whole: DrawnSeries,
    ending: list[bool],
    headings: list[str],
    rows: list[list[Any]],
    book: ExhibitBook,
) -> DrawnSeries:
    """Return bars with the intervals of the steps that end on them: those up on their own bar, those down on the base."""
    if whole.value is None or whole.low is None or whole.high is None:
        return drawn
    ends = (("plus", "bar_up", whole.high, whole.value), ("minus", "bar_down", whole.value, whole.low))
    found = {}
    for name, word, upper, lower in ends:
        cells = [distance(row, upper, lower) if here else None for row, here in zip(rows, ending, strict=True)]
        if any(cell is not None for cell in cells):
            found[name] = _append(headings, rows, f"{drawn.name}, {book.words[word]}", cells)
    return replace(drawn, plus=found.get("plus"), minus=found.get("minus"))


def _part(start: float, end: float, name: str, kind: str) -> tuple[float, float]:
    """Return what a step adds to a stack of bars above and below zero."""
    low, high = min(start, end), max(start, end)
    base = low if low > 0 else min(high, 0.0)
    if name == "base":
        return max(base, 0.0), min(base, 0.0)
    return (max(high, 0.0) - max(base, 0.0), min(low, 0.0) - min(base, 0.0)) if name == kind else (0.0, 0.0)


def _append(headings: list[str], rows: list[list[Any]], heading: str, cells: Sequence[Any]) -> int:
    """Add a column to a table and return its place."""
    headings.append(heading)
    for row, cell in zip(rows, cells, strict=True):
        row.append(cell)
    return len(headings) - 1


def _pictured(chart: Chart, tables: list[ChartTable]) -> bool:
    return chart.kind == "picture" or not any(table.rows for table in tables)


def _insert_charts(
    book: ExhibitBook,
    sheet: Any,
    block: Block,
    chart: Chart,
    placed: list[tuple[ChartTable, int, tuple[int, int]]],
    top: int,
) -> None:
    """Insert a chart for each table: one alone, or panels two in a row."""
    name = book.number_of(block)
    for place, (table, row, (width, height)) in enumerate(placed):
        title = table.panel.name if table.panel is not None else str(block.content.get("short_title") or block.title)
        drawn = native_chart(book, chart, table, (name, row + 1), title)
        if drawn is None:
            continue
        drawn.set_size({"width": width, "height": height})
        across, down = (place % 2, place // 2) if len(placed) > 1 else (0, 0)
        options = {
            "x_offset": 4 + across * (width + 12),
            "description": str(block.content["alt"]),
            "object_position": 3,
        }
        sheet.insert_chart(top + down * (height // ROW_PX + 1), 0, drawn, options)


def _insert_picture(sheet: Any, block: Block, top: int) -> None:
    """Insert the picture of the report at its size."""
    data = base64.b64decode(block.content["png"])
    from PIL import Image

    with Image.open(io.BytesIO(data)) as picture:
        pixels = picture.width
        dots = float(picture.info.get("dpi", (96.0, 96.0))[0])
    wanted = float(block.content["width_mm"]) / INCH_MM * 96
    scale = wanted / (pixels * 96 / dots)
    options = {
        "image_data": io.BytesIO(data), "x_scale": scale, "y_scale": scale, "description": str(block.content["alt"]),
        "object_position": 3,
    }  # fmt: skip
    sheet.insert_image(top, 0, f"{block.name}.png", options)


def _picture_rows(block: Block) -> int:
    return math.ceil(float(block.content["height_mm"]) / INCH_MM * 96 / ROW_PX) + 2


def _size(chart: Chart, table: ChartTable, *, alone: bool) -> tuple[int, int]:
    """Return width and height of a chart in pixels: as high as its bars need."""
    if chart.kind == "heat":
        return (0, 0)
    height = 400 if alone else 300
    if chart.kind in ("bar", "interval", "stacked", "waterfall"):
        lines = len(table.rows) * (len(table.series) if chart.kind in ("bar", "interval") else 1)
        height = min(max(height - 60, 150 + 22 * lines), 760)
    return (WHOLE if alone else HALF, height // ROW_PX * ROW_PX)


def _rows_for(shapes: list[tuple[int, int]], count: int) -> int:
    """Return how many rows the charts cover."""
    if not shapes or not shapes[0][1]:
        return 0
    lines = math.ceil(count / 2) if count > 1 else 1
    return lines * (max(height for _, height in shapes) // ROW_PX + 1) + 1


def _places_of_tables(tables: list[ChartTable], first: int) -> list[int]:
    """Return the row of the headings of each table; one of several has the name of its panel above it."""
    places, row = [], first
    for table in tables:
        row += 1 if table.panel is not None else 0
        places.append(row)
        row += len(table.rows) + 2
    return places


def _widths(tables: list[ChartTable]) -> list[float]:
    """Return the widths of the columns that all tables of the sheet fit in."""
    count = max(len(table.headings) for table in tables)
    widths = []
    for place in range(count):
        own = [table for table in tables if place < len(table.headings)]
        texts = [str(row[place]) for table in own for row in table.rows if isinstance(row[place], str)]
        widest = max(width_of(texts, table.headings[place], most=NUMBERS if place else CATEGORY) for table in own)
        widths.append(max(widest, 12.0))
    return widths


def _write_table(book: ExhibitBook, sheet: Any, chart: Chart, table: ChartTable, row: int, widths: list[float]) -> None:
    """Write the numbers of a chart, with their unit in the headings."""
    if table.panel is not None:
        words = (
            f"{table.panel.name} ({table.unit})" if table.unit and table.unit != table.panel.name else table.panel.name
        )
        sheet.write_string(row - 1, 0, words, book.format(bold=True, font_color=book.style.palette.primary))
    for place, heading in enumerate(table.headings):
        numbers = any(isinstance(cells[place], CellNumber | Distance) for cells in table.rows)
        sheet.write_string(row, place, heading, book.heading_format(right=numbers))
    sheet.set_row(row, heading_height(list(table.headings), widths[: len(table.headings)]))
    for line, cells in enumerate(table.rows, start=row + 1):
        texts = [cell if isinstance(cell, str) else "" for cell in cells]
        sheet.set_row(line, row_height(texts, widths[: len(texts)]))
        for place, cell in enumerate(cells):
            if isinstance(cell, CellNumber):
                book.number(sheet, line, place, cell)
            elif isinstance(cell, Distance):
                names = (xl_rowcol_to_cell(line, column) for column in (cell.upper, cell.lower))
                words = f"=MAX({'-'.join(names)},0)"
                sheet.write_formula(line, place, words, book.body_format(cell.pattern), cell.value)
            elif isinstance(cell, dt.date):
                day = dt.datetime(cell.year, cell.month, cell.day)
                sheet.write_datetime(line, place, day, book.body_format(_day_pattern(book)))
            elif cell:
                sheet.write_string(line, place, cell, book.body_format(wrap=True))
            else:
                sheet.write_blank(line, place, None, book.body_format())
    if chart.kind == "heat" and table.rows:
        scale = {"type": "2_color_scale", "min_color": "#ffffff", "max_color": tint(book.style.palette.accent, 0.3)}
        for one in table.series:
            if one.value is not None:
                sheet.conditional_format(
                    row + 1, one.value, row + len(table.rows), one.value, {**scale, **_limits(chart)}
                )
    if table.panel is None and len(table.rows) > 1:
        sheet.autofilter(row, 0, row + len(table.rows), len(table.headings) - 1)


def _limits(chart: Chart) -> dict[str, Any]:
    """Return the ends of the scale of shades: the same for all columns, so that they can be compared."""
    low, high = chart.span
    return {"min_type": "num", "min_value": low or 0.0, **({"max_type": "num", "max_value": high} if high else {})}


def _day_pattern(book: ExhibitBook) -> str:
    return "dd.mm.yyyy" if book.formats.language == "de" else "d mmm yyyy"
