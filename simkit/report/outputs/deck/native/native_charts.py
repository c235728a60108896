"""The one list of kinds of chart that PowerPoint draws, and how one of them is put on a slide."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simkit.report.document.chart import Chart, ChartKind
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.native_bars import (
    bar_chart,
    column_chart,
    histogram_chart,
    stacked_chart,
    waterfall_chart,
)
from simkit.report.outputs.deck.native.native_chart import ChartRoom, NativeChart
from simkit.report.outputs.deck.native.native_lines import area_chart, line_chart
from simkit.report.outputs.deck.native.native_marks import interval_chart, scatter_chart

NATIVE: Mapping[ChartKind, Callable[[DeckLook, Chart, ChartRoom], NativeChart]] = {
    "bar": bar_chart,
    "stacked": stacked_chart,
    "column": column_chart,
    "histogram": histogram_chart,
    "interval": interval_chart,
    "line": line_chart,
    "area": area_chart,
    "waterfall": waterfall_chart,
    "scatter": scatter_chart,
}
"""Cells become a table, and what only its own picture shows stays that picture."""


def native_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return a chart of one of the kinds in :data:`NATIVE`, without panels."""
    return NATIVE[chart.kind](look, chart, room)


def panel_charts(chart: Chart) -> dict[str, Chart]:
    """Return each panel of a chart as a chart of its own, with its unit; without panels the chart itself."""
    if not chart.panels:
        return {"": chart}
    found = {}
    rows = [str(cell) for cell in chart.columns[chart.panel]]
    for panel in chart.panels:
        mine = [place for place, name in enumerate(rows) if name == panel.name]
        columns = {
            name: tuple(cells[place] for place in mine) for name, cells in chart.columns.items() if name != chart.panel
        }
        named = set(columns[chart.series]) if chart.series else set()
        categories = set(columns[chart.category])
        changes: dict[str, Any] = {
            "columns": columns,
            "panel": "",
            "panels": (),
            "order": tuple(label for label in chart.order if label in categories),
            "marks": {name: mark for name, mark in chart.marks.items() if name in named},
            "reference": tuple(one for one in chart.reference if one.panel in ("", panel.name)),
        }
        if panel.unit:
            changes |= {"unit": panel.unit, "write": panel.write, "digits": panel.digits}
        found[panel.name] = chart.model_copy(update=changes)
    return found


def add_native(slide: Any, box: tuple[int, int, int, int], native: NativeChart, alt: str) -> Any:
    """Put a chart on a slide, and return its frame.

    Parameters
    ----------
    box : tuple of int
        Left, top, width and height, in PowerPoint's units.
    alt : str
        What it shows, for those who cannot see it.
    """
    from pptx.enum.chart import XL_CHART_TYPE

    frame = slide.shapes.add_chart(getattr(XL_CHART_TYPE, native.kind), *box, native.data)
    native.finish(frame.chart)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt)
    return frame
