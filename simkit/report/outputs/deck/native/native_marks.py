"""Native charts of marks with intervals in rows, and of points over two axes: scatter charts, whose rows are heights."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from simkit.report.charts.charts_base import shade_colour
from simkit.report.charts.charts_rows import written_at
from simkit.report.document.chart import Chart, Reference
from simkit.report.document.style import INK
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.chart_xml import (
    PointLabel,
    hide_in_legend,
    make_logarithmic,
    write_labels,
)
from simkit.report.outputs.deck.native.native_bars import bar_chart
from simkit.report.outputs.deck.native.native_chart import (
    TEXTS,
    ChartRoom,
    NativeChart,
    dress_axis,
    dress_chart,
    ends,
    known,
    make_room,
    paint_line,
    paint_marker,
    rows_by_series,
    series_name,
    set_value_axis,
)
from simkit.report.outputs.deck.native.number_formats import number_format
from simkit.report.outputs.deck.native.xy_workbook import SideBySideData, drop_gaps
from simkit.report.outputs.deck.text_fit import broken

BEFORE_AXIS = 14.0
"""Room between the labels of rows and the axis, in points."""
USUAL, LARGE = 9, 12
"""Size of marks, and of those that lie on a range, which some programs draw over them."""
APART = 0.24
"""Distance of two marks in one row, in rows."""
RANGE_POINTS, INTERVAL_POINTS = 8.0, 1.75
"""Thickness of a range, and of the interval of a mark."""


@dataclass(frozen=True, kw_only=True)
class MarkedRow:
    """A mark at its height."""

    row: Any
    height: float


def interval_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return marks with their intervals: bars from zero where this is the same, else points in rows."""
    if reads_as_bars(chart):
        return bar_chart(look, chart, room)
    return marks_chart(look, chart, room)


def reads_as_bars(chart: Chart) -> bool:
    """Return whether values begin at zero and are held against nothing, so that a bar says what a mark does."""
    plain = "range" not in chart.marks.values() and not chart.reference and chart.span[0] is not None
    values = chart.rows["value"]
    return plain and bool(values.notna().all()) and float(values.min()) >= 0


def marks_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return a row for each category, with marks and ranges along a common axis."""
    words = {key: text.to(look.style.formats.language) for key, text in TEXTS.group("words").items()}
    count, by_series = len(chart.order), _with_heights(chart)
    low, high = _reach(chart)
    data, drawn_as = SideBySideData(), []
    for name, marked in sorted(
        by_series.items(), key=lambda item: chart.marks.get(item[0]) != "range"
    ):  # marks lie on ranges
        label, is_range = series_name(chart, name), chart.marks.get(name) == "range"
        spans = [(one.row.low, _within(chart, one.row.high), one.height) for one in marked if known(one.row.low)]
        if spans:
            data.add_segments(label if is_range else f"{label}: {words['intervals']}", spans)
            drawn_as.append((name, "range" if is_range else "interval"))
        if not is_range:
            series = data.add_series(label)
            for one in marked:
                series.add_data_point(_within(chart, one.row.value), one.height)
            drawn_as.append((name, "point"))
    lines = [(one, value) for one in chart.reference for value in (one.value, one.until) if value is not None]
    for reference, value in lines:
        series = data.add_series(reference.words or words["zone" if reference.until is not None else "reference"])
        for height in (-0.5, count - 0.5):
            series.add_data_point(value, height)
    labels = data.add_series(words["rows"])
    for place in range(count):
        labels.add_data_point(low, count - 1 - place)

    def finish(drawn: Any) -> None:
        drop_gaps(drawn)
        found = list(drawn.plots[0].series)
        start, _ = set_value_axis(look, drawn.category_axis, chart, room, (low, high))
        _hide_heights(drawn.value_axis, count)
        for series, (name, part) in zip(found, drawn_as, strict=False):
            _dress_marks(look, chart, series, name, [one.row for one in by_series[name]], part, room)
        for series, (one, _value) in zip(found[len(drawn_as) :], lines, strict=False):
            _dress_reference(look, series, one)
        dress_chart(drawn, room, list(chart.marks))
        unnamed = [place for place, (_, part) in enumerate(drawn_as) if part == "interval"]
        hide_in_legend(drawn, [*unnamed, *range(len(drawn_as), len(found))])
        wide = room.width * 0.975 - make_room(drawn, chart, room)
        _write_rows(found[-1], chart, start, room, wide - BEFORE_AXIS)

    return NativeChart(kind="XY_SCATTER", data=data, finish=finish)


def scatter_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return a point for each row over two axes, the first one in steps of ten times."""
    by_series = rows_by_series(chart)
    data = SideBySideData()
    across = [float(row.category) for rows in by_series.values() for row in rows]
    for name, rows in by_series.items():
        series = data.add_series(series_name(chart, name))
        for row in rows:
            series.add_data_point(float(row.category), row.value)

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (0.0, ends(chart)[1]))
        dress_axis(
            drawn.category_axis, room, number_format(look.style.formats, chart.axis_write or "number"), chart.axis
        )
        if min(across) > 0:
            low, high = (
                10.0 ** fit(math.log10(end)) for fit, end in ((math.floor, min(across)), (math.ceil, max(across)))
            )
            make_logarithmic(drawn.category_axis, low, high)
        drawn.category_axis.has_major_gridlines = False
        for series, (name, rows) in zip(drawn.plots[0].series, by_series.items(), strict=True):
            paint_line(look, series, INK, 0)
            paint_marker(look, series, look.colour(chart, rows[0]), chart.marks.get(name, "dot"), 7)
        dress_chart(drawn, room, list(chart.marks))

    return NativeChart(kind="XY_SCATTER", data=data, finish=finish)


def _with_heights(chart: Chart) -> dict[str, list[MarkedRow]]:
    """Return the rows of each series with their heights; marks of one row lie beside each other where they have intervals."""
    by_series, count = rows_by_series(chart), len(chart.order)
    points = [name for name in by_series if chart.marks.get(name) != "range"]
    apart = len(points) > 1 and chart.interval_known and len(points) == len(by_series)
    found = {}
    for name, rows in by_series.items():
        shift = (points.index(name) - (len(points) - 1) / 2) * APART if apart and name in points else 0.0
        found[name] = [
            MarkedRow(row=row, height=count - 1 - chart.order.index(row.category) - shift)
            for row in rows
            if known(row.low if chart.marks.get(name) == "range" else row.value)
        ]
    return {name: marked for name, marked in found.items() if marked}


def _within(chart: Chart, value: float) -> float:
    """Return a value at the end of the axis where it lies beyond it."""
    return float(value if chart.span[1] is None else min(value, chart.span[1]))


def _reach(chart: Chart) -> tuple[float, float]:
    low, high = ends(chart)
    told = [value for one in chart.reference for value in (one.value, one.until) if value is not None]
    low, high = min([low, *told]), max([high, *told])
    if chart.span[0] is not None:
        low = min(low, chart.span[0])
    if chart.span[1] is not None:
        high = min(high, chart.span[1])
    return low, high + (high - low) * (0.06 if chart.labelled else 0.0)


def _hide_heights(axis: Any, count: int) -> None:
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = -0.5, count - 0.5, 1
    axis.has_major_gridlines = False
    axis.visible = False


def _dress_marks(
    look: DeckLook, chart: Chart, series: Any, name: str, rows: list[Any], part: str, room: ChartRoom
) -> None:
    """Draw the marks of a series, or the lines of its ranges or intervals."""
    mark, colour = chart.marks.get(name, "dot"), look.colour(chart, rows[0])
    if part != "point":
        paint_marker(look, series, colour, "")
        paint_line(look, series, colour, RANGE_POINTS if part == "range" else INTERVAL_POINTS)
        return
    paint_line(look, series, colour, 0)
    size = LARGE if "range" in chart.marks.values() else USUAL
    paint_marker(look, series, colour, mark, size)
    for place, row in enumerate(rows):
        if (own := look.colour(chart, row)) != colour:
            paint_marker(look, series.points[place], own, mark, size)
    labels = {
        place: PointLabel(text=text, position="t", points=room.letters - 1)
        for place, row in enumerate(rows)
        if (text := written_at(look.style, chart, row))
    }
    if labels:
        write_labels(series._element, _apart(labels, name, chart))


def _apart(labels: dict[int, PointLabel], name: str, chart: Chart) -> dict[int, PointLabel]:
    """Write the values of a first series above, and those of a second below its marks, where they lie on one line."""
    points = [one for one in chart.marks if chart.marks[one] != "range"]
    below = len(points) > 1 and name == points[1]
    return {
        place: PointLabel(**{**vars(label), "position": "b"}) if below else label for place, label in labels.items()
    }


def _dress_reference(look: DeckLook, series: Any, reference: Reference) -> None:
    paint_marker(look, series, INK, "")
    paint_line(look, series, shade_colour(look.style, reference.shade), 1.25, dashed=reference.until is not None)


def _write_rows(series: Any, chart: Chart, start: float, room: ChartRoom, wide: float) -> None:
    """Write the labels of the rows to the left of the axis, at the points of a series that is not drawn."""
    from pptx.enum.chart import XL_MARKER_STYLE

    series.format.line.fill.background()
    series.marker.style = XL_MARKER_STYLE.NONE
    for value in series._element.iterfind(".//{*}xVal//{*}v"):
        value.text = repr(float(start))
    points = room.letters - 1
    labels = {
        place: PointLabel(text=broken(str(label), points, wide), position="l", points=points)
        for place, label in enumerate(chart.order)
    }
    write_labels(series._element, labels)
