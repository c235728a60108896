"""Native charts of Excel, drawn from the cells of a sheet so that who changes a number sees it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from xlsxwriter.utility import quote_sheetname, xl_range_abs

from simkit.report.document.chart import Chart
from simkit.report.document.style import HAIRLINE, INK, MUTED, readable_on, tint
from simkit.report.outputs.excel.chart_tables import ROUND, ChartTable, DrawnSeries
from simkit.report.outputs.excel.exhibit_book import ExhibitBook
from simkit.report.outputs.excel.number_patterns import month_pattern

Drawn = tuple[Any, list[int]]
"""A chart, and which of its series the legend leaves out."""
SMALL = {"name": "Arial", "size": 9, "color": MUTED}
MARKERS = {"dot": "circle", "dot_line": "circle", "diamond": "diamond", "circle": "circle", "square": "square",
           "triangle": "triangle"}  # fmt: skip
MOST_LABELLED = 24
"""Values of a chart that are written at their marks; more would cover each other."""


def native_chart(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int], title: str) -> Any:
    """Return the native chart of a table; None where Excel has none of that kind.

    Parameters
    ----------
    top : tuple of str and int
        Name of the sheet, and the first row of the table below its headings.
    title : str
        What stands above the chart.
    """
    draw = _KINDS.get(chart.kind)
    if draw is None or not table.series or not table.rows:
        return None
    drawn, unnamed = draw(book, chart, table, top)
    drawn.set_title({"name": _plain(title), "name_font": {"name": "Arial", "size": 11, "color": INK}, "overlay": False})
    many = sum(bool(one.name) for one in table.series) > 1 and chart.kind != "waterfall"
    hidden = {"delete_series": unnamed} if unnamed else {}
    drawn.set_legend({"position": "bottom", "font": SMALL, **hidden} if many else {"none": True})
    drawn.set_chartarea({"border": {"color": HAIRLINE}})
    return drawn


def _plain(text: str) -> str:
    """Return a text that xlsxwriter takes for a text; one that begins like a formula would be an address of cells."""
    return f"\u200b{text}" if text.startswith("=") else text


def _bars(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    """Bars from left to right, clustered, with the interval as error bar; a range is a thick error bar without a bar."""
    drawn = book.book.add_chart({"type": "bar"})
    alone = _one_a_row(table)
    for one in table.series:
        drawn.add_series(
            {
                **_cells(table, one, top, one.value if one.value is not None else one.low),
                **_filled(one),
                "y_error_bars": _error_bars(table, one, top),
                "data_labels": _labels(chart, table, one),
                "gap": 40 if alone else 60,
                "overlap": 100 if alone else 0,
            }
        )
    _axes_of_rows(chart, table, drawn)
    return drawn, []


def _stacked(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    drawn = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for one in table.series:
        drawn.add_series({**_cells(table, one, top, one.value), **_filled(one), "gap": 50})
    _axes_of_rows(chart, table, drawn)
    return drawn, []


def _columns(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    """Columns upright, or on top of each other where they count cases by class."""
    counts = chart.kind == "histogram"
    drawn = book.book.add_chart({"type": "column", "subtype": "stacked"} if counts else {"type": "column"})
    for one in table.series:
        drawn.add_series(
            {
                **_cells(table, one, top, one.value),
                **_filled(one),
                "y_error_bars": _error_bars(table, one, top),
                "gap": 10 if counts else 60,
            }
        )
    drawn.set_x_axis({**_axis(chart.axis), **_category_format(chart, table)})
    drawn.set_y_axis(_value_axis(chart, table))
    return drawn, []


def _areas(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    drawn = book.book.add_chart({"type": "area", "subtype": "stacked"})
    for one in table.series:
        drawn.add_series(
            {**_cells(table, one, top, one.value), "fill": {"color": one.colour}, "border": {"none": True}}
        )
    drawn.set_x_axis(_along(book, chart, table))
    drawn.set_y_axis(_value_axis(chart, table))
    return drawn, []


def _lines(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    """Curves with bands; over numbers as points that are joined, so that their distances are right."""
    drawn = book.book.add_chart({"type": "scatter", "subtype": "straight"} if table.numeric else {"type": "line"})
    unnamed = []
    count = 0
    for one in table.series:
        band = one.low is not None and one.mark not in ROUND
        if one.value is not None:
            spread = {} if band or one.low is None else {"y_error_bars": _error_bars(table, one, top)}
            drawn.add_series({**_cells(table, one, top, one.value), **_curve(one), **spread})
            count += 1
        for place, end in enumerate((one.low, one.high) if band else ()):
            named = one.value is None and place == 0
            drawn.add_series({**_cells(table, one, top, end), **_thin(one)})
            unnamed += [] if named else [count]
            count += 1
    drawn.show_blanks_as("span")
    drawn.set_x_axis(_along(book, chart, table))
    drawn.set_y_axis(_value_axis(chart, table))
    return drawn, unnamed


def _points(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    drawn = book.book.add_chart({"type": "scatter"})
    for one in table.series:
        drawn.add_series({**_cells(table, one, top, one.value), "marker": _marker(one, size=6)})
    log = {"log_base": 10} if all((value or 0) > 0 for value in _first_column(table)) else {}
    drawn.set_x_axis({**_along(book, chart, table), **log})
    drawn.set_y_axis(_value_axis(chart, table))
    return drawn, []


def _steps(book: ExhibitBook, chart: Chart, table: ChartTable, top: tuple[str, int]) -> Drawn:
    """A sum step by step: bars on an invisible base; a step through zero has a part on either side."""
    drawn = book.book.add_chart({"type": "bar", "subtype": "stacked"})
    for one in table.series:
        fill = {"color": one.colour} if one.labels else {"none": True}
        ink = {"font": {**SMALL, "color": readable_on(one.colour)}, "position": "center"}
        labels = {"data_labels": {"value": True, "num_format": one.labels, **ink}} if one.labels else {}
        look = {"fill": fill, "border": {"none": True}, "y_error_bars": _error_bars(table, one, top), "gap": 50}
        drawn.add_series({**_cells(table, one, top, one.value), **look, **labels})
    _axes_of_rows(chart, table, drawn)
    drawn.set_x_axis({**_value_axis(chart, table), "label_position": "next_to", "max": _reach_of_steps(table)})
    return drawn, []


def _reach_of_steps(table: ChartTable) -> float:
    """Return where the axis of a sum step by step ends: behind the longest interval, on which Excel does not count."""
    tops = [0.0] * len(table.rows)
    bars = [0.0] * len(table.rows)
    for one in table.series:
        numbers, plus = table.numbers(one, one.value), table.numbers(one, one.plus)
        tops = [top + max(number or 0.0, 0.0) for top, number in zip(tops, numbers, strict=True)]
        bars = [max(bar, more or 0.0) for bar, more in zip(bars, plus, strict=True)]
    reach = max(top + bar for top, bar in zip(tops, bars, strict=True))
    step = 10.0 ** math.floor(math.log10(reach)) / 4 if reach > 0 else 1.0
    return max(math.ceil(reach / step), 1) * step


def _axes_of_rows(chart: Chart, table: ChartTable, drawn: Any) -> None:
    """Set the axes of bars from left to right: the first category on top, the values below."""
    down = {"reverse": True, "crossing": "max", "major_tick_mark": "none", "label_position": "low"}
    drawn.set_y_axis({**_axis(chart.axis), **down, **_category_format(chart, table)})
    drawn.set_x_axis({**_value_axis(chart, table), "label_position": "next_to"})


def _cells(table: ChartTable, one: DrawnSeries, top: tuple[str, int], column: int | None) -> dict[str, Any]:
    """Return where a series has its name, categories and values."""
    sheet, row = top
    first, last = row + one.first, row + one.last
    name: Any = _plain(one.name) if one.name else ""
    if one.name and table.headings[column or 0] == one.name:
        name = [sheet, row - 1, column]
    return {
        **({"name": name} if name else {}),
        "categories": [sheet, first, 0, last, 0],
        "values": [sheet, first, column, last, column],
    }


def _filled(one: DrawnSeries) -> dict[str, Any]:
    """Return how the bars of a series are filled."""
    if one.value is None:
        return {"fill": {"none": True}, "border": {"none": True}}
    if one.mark == "hatched":
        pattern = {"pattern": "wide_upward_diagonal", "fg_color": one.colour, "bg_color": "#ffffff"}
        return {"pattern": pattern, "border": {"color": one.colour}}
    pale = 0.5 if one.mark == "pale" else 0.0
    look: dict[str, Any] = {"fill": {"color": tint(one.colour, pale)}, "border": {"none": True}}
    if len(set(one.colours)) > 1:
        look["points"] = [{"fill": {"color": tint(colour, pale)}} for colour in one.colours]
    return look


def _curve(one: DrawnSeries) -> dict[str, Any]:
    if one.mark in ROUND and one.mark != "dot_line":
        return {"line": {"none": True}, "marker": _marker(one)}
    line: dict[str, Any] = {"color": one.colour, "width": 2.0}
    if one.mark == "dashed":
        line["dash_type"] = "dash"
    return {"line": line, "marker": _marker(one) if one.mark == "dot_line" else {"type": "none"}}


def _thin(one: DrawnSeries) -> dict[str, Any]:
    line = {"color": tint(one.colour, 0.35), "width": 0.75, "dash_type": "round_dot"}
    return {"line": line, "marker": {"type": "none"}}


def _marker(one: DrawnSeries, size: int = 7) -> dict[str, Any]:
    hollow = one.mark == "circle"
    fill = {"color": "#ffffff" if hollow else one.colour}
    return {
        "type": MARKERS.get(one.mark or "dot", "circle"),
        "size": size,
        "fill": fill,
        "border": {"color": one.colour},
    }


def _error_bars(table: ChartTable, one: DrawnSeries, top: tuple[str, int]) -> dict[str, Any] | None:
    """Return the interval of a series as error bars of its own; a range reaches from its lower to its upper end."""
    sheet, row = top
    found: dict[str, Any] = {}
    for name, column in (("plus", one.plus), ("minus", one.minus)):
        if column is not None:
            cells = xl_range_abs(row + one.first, column, row + one.last, column)
            found |= {f"{name}_values": f"={quote_sheetname(sheet)}!{cells}",
                      f"{name}_data": [number or 0.0 for number in table.numbers(one, column)]}  # fmt: skip
    if not found:
        return None
    wide = {"line": {"color": tint(one.colour, 0.2), "width": 7.0}, "end_style": 0}
    usual = {"line": {"color": INK, "width": 1.0}}
    sides = {"direction": "plus"} if one.minus is None else {}
    zero = {f"{name}_values": [0.0] for name in ("plus", "minus") if f"{name}_values" not in found}
    return {"type": "custom", **zero, **found, **sides, **(wide if one.value is None else usual)}


def _labels(chart: Chart, table: ChartTable, one: DrawnSeries) -> dict[str, Any] | None:
    """Return the values at their marks, where the chart of the report shows them and there is room."""
    if not chart.labelled or one.value is None or len(table.rows) * len(table.series) > MOST_LABELLED:
        return None
    return (
        {"value": True, "num_format": table.axis_pattern, "font": SMALL, "position": "outside_end"}
        if (one.low is None)
        else None
    )


def _axis(name: str) -> dict[str, Any]:
    return {
        "name": _plain(name), "name_font": {**SMALL, "bold": False}, "num_font": SMALL, "line": {"color": HAIRLINE},
        "major_gridlines": {"visible": False},
    }  # fmt: skip


def _value_axis(chart: Chart, table: ChartTable) -> dict[str, Any]:
    low, high = chart.span
    values = [number for one in table.series for column in (one.value, one.low, one.high)
              for number in table.numbers(one, column) if number is not None]  # fmt: skip
    limits = {"min": low} if low is not None and values and min(values) >= low else {}
    limits |= {"max": high} if high is not None and values and max(values) <= high else {}
    return {
        **_axis(table.unit), **limits, "num_format": table.axis_pattern,
        "major_gridlines": {"visible": True, "line": {"color": HAIRLINE, "width": 0.5}}, "label_position": "low",
    }  # fmt: skip


def _along(book: ExhibitBook, chart: Chart, table: ChartTable) -> dict[str, Any]:
    """Return the axis of categories of a curve."""
    axis = {**_axis(chart.axis), "label_position": "low"}
    if table.dated:
        steps = {
            "major_unit": max(len(table.rows) // 8, 1) if len(table.rows) <= 60 else 3,
            "major_unit_type": "months",
        }
        return axis | {"date_axis": True, "num_format": month_pattern(book.formats), **steps}
    numbers = [number for number in _first_column(table) if number is not None]
    limits = {"min": min(numbers), "max": max(numbers)} if numbers and chart.kind == "line" else {}
    return axis | limits | _category_format(chart, table)


def _category_format(chart: Chart, table: ChartTable) -> dict[str, Any]:
    first = next((row[0] for row in table.rows), None)
    pattern = getattr(first, "pattern", "")
    return {"num_format": pattern.replace(".0", "") if chart.axis_write == "share" else pattern} if pattern else {}


def _first_column(table: ChartTable) -> list[float | None]:
    return [getattr(row[0], "value", None) for row in table.rows]


def _one_a_row(table: ChartTable) -> bool:
    """Whether no category has a bar in more than one series, so that all stand in line."""
    values = [table.numbers(one, one.value if one.value is not None else one.low) for one in table.series]
    return all(sum(number is not None for number in row) <= 1 for row in zip(*values, strict=True))


_KINDS: Mapping[str, Callable[[ExhibitBook, Chart, ChartTable, tuple[str, int]], Drawn]] = {
    "bar": _bars,
    "interval": _bars,
    "stacked": _stacked,
    "column": _columns,
    "histogram": _columns,
    "area": _areas,
    "line": _lines,
    "scatter": _points,
    "waterfall": _steps,
}
