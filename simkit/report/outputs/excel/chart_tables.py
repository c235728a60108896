"""The data of a chart as a table that a native chart is drawn from: categories below each other, series beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from simkit.report.charts.charts_base import decimals, shade_colour
from simkit.report.document.chart import Chart, Mark, Panel
from simkit.report.document.style import Style
from simkit.report.outputs.excel.exhibit_book import clean
from simkit.report.outputs.excel.number_patterns import CellNumber, pattern_of

ROLES_OF_VALUES = ("value", "low", "high")
WITH_ERROR_BARS = frozenset({"bar", "interval", "column", "line"})
ROUND: frozenset[str] = frozenset({"dot", "diamond", "circle", "square", "triangle", "dot_line"})
"""Marks that stand for a single value: their interval is an error bar, where that of a line is a band."""


@dataclass(frozen=True, kw_only=True)
class Distance:
    """How far one cell of a row is above another, which Excel computes."""

    value: float
    upper: int
    lower: int
    """Columns of the two cells."""
    pattern: str


SheetCell = CellNumber | Distance | dt.date | str | None


@dataclass(frozen=True, kw_only=True)
class DrawnSeries:
    """One series: where its columns stand in the table, and how it is drawn."""

    name: str
    mark: Mark | None
    colours: tuple[str, ...]
    """Colour of each row."""
    first: int
    last: int
    """Its rows in the table."""
    value: int | None
    low: int | None = None
    high: int | None = None
    plus: int | None = None
    minus: int | None = None
    """Its columns in the table, the last two those of its error bars; None where it has none."""
    labels: str = ""
    """Format of the numbers beside its bars in a sum step by step; empty for the base, which nobody sees."""

    @property
    def colour(self) -> str:
        """The colour that the series is drawn in."""
        return self.colours[0]


@dataclass(frozen=True, kw_only=True)
class ChartTable:
    """The numbers of a chart, or of one of its panels."""

    panel: Panel | None
    unit: str
    headings: tuple[str, ...]
    rows: tuple[tuple[SheetCell, ...], ...]
    series: tuple[DrawnSeries, ...]
    axis_pattern: str
    """Format of the axis of values."""

    def numbers(self, series: DrawnSeries, column: int | None) -> list[float | None]:
        """Return the numbers of a series in a column of the table."""
        cells = [None if column is None else row[column] for row in self.rows[series.first : series.last + 1]]
        return [cell.value if isinstance(cell, CellNumber | Distance) else None for cell in cells]

    @property
    def numeric(self) -> bool:
        """Whether the categories are numbers."""
        return any(isinstance(row[0], CellNumber) for row in self.rows)

    @property
    def dated(self) -> bool:
        """Whether the categories are days."""
        return any(isinstance(row[0], dt.date) for row in self.rows)


def chart_tables(chart: Chart, style: Style, words: dict[str, str]) -> list[ChartTable]:
    """Return the tables of a chart, one for each panel."""
    rows = chart.rows
    panels: Sequence[Panel | None] = chart.panels or (None,)
    return [
        _table(chart, panel, rows if panel is None else rows[rows["panel"] == panel.name], style, words)
        for panel in panels
    ]


def _table(chart: Chart, panel: Panel | None, rows: pd.DataFrame, style: Style, words: dict[str, str]) -> ChartTable:
    own = panel is not None and bool(panel.unit)
    write, digits = (panel.write, panel.digits) if own and panel is not None else (chart.write, chart.digits)
    reach = float(rows[["value", "low", "high"]].abs().max().max() or 0.0)
    axis_digits = max(digits, 0 if write.endswith("share") else decimals(reach) if reach else 0)
    whole = all(float(number).is_integer() for number in rows["value"].dropna())
    cell_digits = axis_digits if axis_digits or (whole and not chart.interval_known) else 1
    patterns = {
        "value": pattern_of(write, cell_digits, style.formats),
        "category": pattern_of(chart.axis_write or "number", 0 if chart.axis_write != "share" else 1, style.formats),
    }
    wide = chart.kind != "scatter" and not rows.duplicated(["category", "series"]).any()
    in_line = chart.kind in ("bar", "interval") and bool(chart.marks) and not rows.duplicated(["category"]).any()
    make = _in_line if in_line else _wide if wide else _long
    headings, cells, series = make(chart, rows, style, words, patterns)
    series = [_with_error_bars(chart, one, headings, cells, words) for one in series]
    return ChartTable(
        panel=panel, unit=panel.unit if own and panel is not None else chart.unit, headings=tuple(headings),
        rows=tuple(map(tuple, cells)), series=tuple(series), axis_pattern=pattern_of(write, axis_digits, style.formats),
    )  # fmt: skip


def _wide(
    chart: Chart, rows: pd.DataFrame, style: Style, words: dict[str, str], patterns: dict[str, str]
) -> tuple[list[str], list[list[Any]], list[DrawnSeries]]:
    """Return the table with one row for each category, and one to three columns for each series."""
    categories = _categories(chart, rows)
    cells: list[list[Any]] = [[_category(chart, one, patterns["category"])] for one in categories]
    headings, series = [chart.axis or words["category"]], []
    for name in _names(chart, rows):
        mine = rows[rows["series"] == name] if name else rows
        if mine.empty:
            continue
        by_category = mine.set_index("category")
        places = {}
        for role in ROLES_OF_VALUES:
            known = by_category[role].dropna()
            places[role] = _add(headings, cells, _heading(chart, name, role, words), [
                _number(known.get(one), patterns["value"]) for one in categories
            ])  # fmt: skip
        colours = tuple(_colours(chart, style, name, [by_category["shade"].get(one, "") for one in categories]))
        mark = chart.marks.get(name) if name else None
        series.append(
            DrawnSeries(
                name=name,
                mark=mark,
                colours=colours,
                first=0,
                last=len(cells) - 1,
                value=places["value"],
                low=places["low"],
                high=places["high"],
            )
        )
    return headings, cells, series


def _long(
    chart: Chart, rows: pd.DataFrame, style: Style, words: dict[str, str], patterns: dict[str, str]
) -> tuple[list[str], list[list[Any]], list[DrawnSeries]]:
    """Return the table with one row for each value, series after series."""
    headings = [chart.axis or words["category"], _heading(chart, "", "value", words), words["series"]]
    cells: list[list[Any]] = []
    series = []
    for name in _names(chart, rows):
        mine = rows[rows["series"] == name] if name else rows
        first = len(cells)
        for category, value in zip(mine["category"], mine["value"], strict=True):
            cells.append([_category(chart, category, patterns["category"]), _number(value, patterns["value"]), name])
        colours = tuple(_colours(chart, style, name, mine["shade"].tolist()))
        mark = chart.marks.get(name) if name else None
        series.append(DrawnSeries(name=name, mark=mark, colours=colours, first=first, last=len(cells) - 1, value=1))
    return headings, cells, series


def _in_line(
    chart: Chart, rows: pd.DataFrame, style: Style, words: dict[str, str], patterns: dict[str, str]
) -> tuple[list[str], list[list[Any]], list[DrawnSeries]]:
    """Return the table of categories that each belong to one series: the colours alone tell the series apart."""
    by_category = rows.set_index("category")
    categories = _categories(chart, rows)
    headings = [chart.axis or words["category"]]
    cells: list[list[Any]] = [[_category(chart, one, patterns["category"])] for one in categories]
    places = {}
    for role in ROLES_OF_VALUES:
        known = by_category[role].dropna()
        places[role] = _add(headings, cells, _heading(chart, "", role, words), [
            _number(known.get(one), patterns["value"]) for one in categories
        ])  # fmt: skip
    headings.append(words["series"])
    names = [str(by_category["series"].get(one)) for one in categories]
    for row, name in zip(cells, names, strict=True):
        row.append(name)
    colours = tuple(
        next(_colours(chart, style, name, [str(by_category["shade"].get(one, ""))]))
        for name, one in zip(names, categories, strict=True)
    )
    return (
        headings,
        cells,
        [
            DrawnSeries(
                name="",
                mark="bar",
                colours=colours,
                first=0,
                last=len(cells) - 1,
                value=places["value"],
                low=places["low"],
                high=places["high"],
            )
        ],
    )


def _with_error_bars(
    chart: Chart, one: DrawnSeries, headings: list[str], cells: list[list[Any]], words: dict[str, str]
) -> DrawnSeries:
    """Return a series with the columns of its error bars, which are added to the table where the chart draws them."""
    base = one.low if one.value is None else one.value
    curve = chart.kind == "line" and one.mark not in ROUND
    if one.low is None or one.high is None or base is None or curve or chart.kind not in WITH_ERROR_BARS:
        return one
    found = {}
    for name, word, upper, lower in (("plus", "bar_up", one.high, base), ("minus", "bar_down", base, one.low)):
        distances = [distance(row, upper, lower) for row in cells]
        if upper != lower:
            found[name] = _add(headings, cells, ", ".join(filter(None, (one.name, words[word]))), distances)
    return replace(one, plus=found.get("plus"), minus=found.get("minus"))


def distance(row: Sequence[Any], upper: int, lower: int) -> Distance | None:
    """Return how far one cell of a row is above another; None where one of them is empty."""
    high, low = row[upper], row[lower]
    if not isinstance(high, CellNumber) or not isinstance(low, CellNumber):
        return None
    plain = high.pattern.split(";")[0].lstrip("+")  # a length has no sign
    return Distance(value=clean(max(high.value - low.value, 0.0)), upper=upper, lower=lower, pattern=plain)


def _add(headings: list[str], cells: list[list[Any]], heading: str, column: Sequence[Any]) -> int | None:
    """Add a column to a table and return its place; None for one without any value, which is left out."""
    if all(one is None for one in column):
        return None
    headings.append(heading)
    for row, one in zip(cells, column, strict=True):
        row.append(one)
    return len(headings) - 1


def _heading(chart: Chart, name: str, role: str, words: dict[str, str]) -> str:
    label = name or chart.unit or words["value"]
    return label if role == "value" else f"{label}, {words[role]}"


def _names(chart: Chart, rows: pd.DataFrame) -> list[str]:
    """Return the series as they first appear: a stored notebook keeps the order of rows, and not that of mappings."""
    return list(dict.fromkeys(rows["series"])) if chart.marks else [""]


def _categories(chart: Chart, rows: pd.DataFrame) -> list[Any]:
    """Return the categories in the order of display: labels as the chart says, numbers and days from small to large."""
    there = list(dict.fromkeys(rows["category"]))
    if all(isinstance(one, str) for one in there) and chart.axis_write != "month":
        return [*(one for one in chart.order if one in there), *(one for one in there if one not in chart.order)]
    return sorted(there)


def _category(chart: Chart, value: Any, pattern: str) -> CellNumber | dt.date | str:
    if chart.axis_write == "month":
        return dt.date.fromisoformat(str(value)[:10])
    return value if isinstance(value, str) else CellNumber(value=float(value), pattern=pattern)


def _number(value: Any, pattern: str) -> CellNumber | None:
    return None if value is None or value != value else CellNumber(value=clean(float(value)), pattern=pattern)


def _colours(chart: Chart, style: Style, name: str, shades: Sequence[str]) -> Iterator[str]:
    """Yield the colour of each row: the one it names, else that of its series."""
    place = _names(chart, chart.rows).index(name) if name in chart.marks else 0
    usual = next((shade_colour(style, shade) for shade in shades if shade), "")
    for shade in shades:
        yield shade_colour(style, shade) if shade else usual or style.palette.cycle[place % len(style.palette.cycle)]
