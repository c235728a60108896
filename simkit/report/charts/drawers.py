"""The one list of drawers: each kind of chart with the function that draws it from its data alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from simkit.report.charts.bars import draw_bars, draw_columns, draw_histogram, draw_stacked
from simkit.report.charts.cells import draw_heat, draw_scatter, draw_waterfall
from simkit.report.charts.intervals import draw_intervals
from simkit.report.charts.lines import draw_areas, draw_lines
from simkit.report.document.chart import Chart, ChartKind
from simkit.report.document.style import Style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DRAWERS: Mapping[ChartKind, Callable[[Style, Chart], Figure]] = {
    "bar": draw_bars,
    "stacked": draw_stacked,
    "column": draw_columns,
    "histogram": draw_histogram,
    "interval": draw_intervals,
    "line": draw_lines,
    "area": draw_areas,
    "waterfall": draw_waterfall,
    "heat": draw_heat,
    "scatter": draw_scatter,
}
"""A kind is added by one line here; ``picture`` has none, as whoever makes such a chart draws it."""


def draw_chart(style: Style, chart: Chart) -> Figure:
    """Return the picture of a chart."""
    return DRAWERS[chart.kind](style, chart)
