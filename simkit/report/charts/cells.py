"""Drawers of tables of shaded cells, of sums step by step, and of points over two axes."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from simkit.report.charts.bars import bar_colour
from simkit.report.charts.charts_base import decimals, shade_colour, wrapped
from simkit.report.charts.charts_rows import entries, written_at
from simkit.report.document.chart import Chart
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, readable_on, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_ROWS = 4
"""Rows below which the bars of a sum would fill the chart."""
EMPHASIS = "strong"
"""Begins the shade of a cell whose number stands in bold."""


@themed
def draw_heat(style: Style, chart: Chart) -> Figure:
    """Draw a cell for each category and series, the darker the higher its value; what is not known stays white."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    figure, axes = canvas(height=0.9 + 0.55 * len(chart.order))
    highest, columns, rows = chart.span[1] or 1.0, list(chart.marks), chart.rows
    for entry in entries(rows):
        shade, _, strength = str(entry.shade or "primary").partition(":")
        shades = LinearSegmentedColormap.from_list("brand", ["#ffffff", shade_colour(style, shade)])
        known = not math.isnan(entry.value)
        colour = to_hex(shades(entry.value / highest)) if known else "#ffffff"
        place, row = columns.index(entry.series), chart.order.index(entry.category)
        axes.barh([row], [0.97], left=[place - 0.485], height=0.94, color=colour)
        weight = "bold" if strength == EMPHASIS else "normal"
        words = written_at(style, chart, entry) if known else ""
        axes.text(place, row, words, ha="center", va="center", color=readable_on(colour), fontweight=weight)
    _cell_frame(axes, chart, columns)
    return figure


def _cell_frame(axes: Axes, chart: Chart, columns: list[str]) -> None:
    axes.set_xlim(-0.5, len(columns) - 0.5)
    axes.set_ylim(len(chart.order) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(columns)), [wrapped(name, 20) for name in columns], color=INK)
    axes.set_yticks(range(len(chart.order)), [wrapped(name, 28) for name in chart.order], color=INK)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    if chart.axis:
        axes.set_title(chart.axis, fontsize=9, color=MUTED, loc="right", pad=10)


@themed
def draw_waterfall(style: Style, chart: Chart) -> Figure:
    """Draw a sum step by step, each step with its interval; the last row is the total."""
    figure, axes = canvas(height=0.8 + 0.45 * len(chart.order))
    draw_steps(style, axes, chart)
    axes.set_yticks(range(len(chart.order)), [wrapped(str(label), 34) for label in chart.rows["category"]])
    axes.set_xlabel(chart.unit)
    return figure


def draw_steps(style: Style, axes: Axes, chart: Chart) -> None:
    """Draw the bars of a sum into existing axes, from top to bottom; intervals belong to the step, not to the sum."""
    rows = entries(chart.rows)
    values = [float(entry.value) for entry in rows]
    digits = max(chart.digits, decimals(max(map(abs, values)))) if chart.digits else 0
    ends = [*itertools.accumulate(values[:-1]), values[-1]]
    room = (max(*ends, 0.0) - min(*ends, 0.0)) or 1.0
    for place, (end, entry) in enumerate(zip(ends, rows, strict=True)):
        _step(style, axes, place, end, entry, last=place == len(values) - 1)
        edge = max(end - entry.value, end, end - entry.value + entry.high) + room * 0.03
        axes.text(edge, place, style.formats.signed(entry.value, digits), va="center")
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_ylim(max(len(values), FEWEST_ROWS) - 0.4, -0.6)
    axes.margins(x=0.14)
    axes.spines["left"].set_visible(False)
    number_axis(axes.xaxis, style, "number", digits)


def _step(style: Style, axes: Axes, place: int, end: float, entry: Any, *, last: bool) -> None:
    rising = tint(style.palette.primary, 0.4) if entry.value >= 0 else style.palette.accent
    start = end - entry.value
    axes.barh([place], [entry.value], left=[start], color=style.palette.primary if last else rising, height=0.6)
    whisker(axes, start + entry.low, start + entry.high, place)
    if not last:
        axes.plot([end, end], [place + 0.3, place + 0.7], color=MUTED, linewidth=0.7)


@themed
def draw_scatter(style: Style, chart: Chart) -> Figure:
    """Draw a point for each row over the axes of categories, in steps of ten times, and of values."""
    figure, axes = canvas(height=3.6)
    rows = chart.rows
    for name in chart.marks:
        mine = rows[rows["series"] == name]
        colour = bar_colour(style, chart, entries(mine)[0])
        axes.scatter(mine["category"].astype(float), mine["value"], s=26, color=colour, edgecolor="white", linewidth=0.4,
                     label=name)  # fmt: skip
    axes.set_xscale("log")
    number_axis(axes.xaxis, style, chart.axis_write or "number")
    number_axis(axes.yaxis, style, chart.write, chart.digits)
    axes.set(xlabel=chart.axis, ylabel=chart.unit)
    axes.legend(loc="upper left")
    return figure
