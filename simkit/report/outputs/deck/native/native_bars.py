"""Native charts of bars: from left to right, stacked, upright, counts by class, and sums step by step."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from simkit.report.charts.bars import BARS
from simkit.report.charts.charts_rows import entries, written_at
from simkit.report.document.chart import Chart
from simkit.report.document.style import INK, readable_on, tint
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.chart_xml import PointLabel, add_error_bars, marks_over_columns, write_labels
from simkit.report.outputs.deck.native.native_chart import (
    TEXTS,
    ChartRoom,
    NativeChart,
    dress_axis,
    dress_chart,
    ends,
    known,
    make_room,
    paint_bar,
    paint_line,
    paint_marker,
    rows_by_series,
    series_name,
    set_value_axis,
)
from simkit.report.outputs.deck.native.number_formats import NO_BREAK, number_format, padded_format
from simkit.report.outputs.deck.text_fit import text_width

if TYPE_CHECKING:
    from pptx.chart.data import CategoryChartData

SPACE = 0.24
"""Width of a space for each point of its letters."""
SMALL_SEGMENT = 0.06
"""Share of the longest bar below which a part of it is too short for its number."""


def bar_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return bars from left to right, with their intervals, and their values beside these."""
    by_series = rows_by_series(chart)
    data = _category_data(chart, by_series)
    together = max((sum(row.category == label for row in _all(by_series)) for label in chart.order), default=1)
    low, high = ends(chart)
    low, high = min(low, 0.0), max(high, 0.0)
    longest = max(
        (text_width(written_at(look.style, chart, row), room.letters) for row in _all(by_series)), default=0.0
    )

    def finish(drawn: Any) -> None:
        reach = set_value_axis(look, drawn.value_axis, chart, room, (low, high))
        _rows_from_top(drawn, room)
        dress_chart(drawn, room, list(chart.marks))
        scale = make_room(drawn, chart, room, longest and longest + 6) / ((reach[1] - reach[0]) or 1.0)
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 55, 100 if together <= 1 else -5
        for series, (name, rows) in zip(plot.series, by_series.items(), strict=True):
            _paint_rows(look, chart, series, rows, chart.marks.get(name, "bar"))
            _add_intervals(series, chart, rows)
            _label_bars(look, chart, series, rows, room, scale)

    return NativeChart(kind="BAR_CLUSTERED", data=data, finish=finish)


def stacked_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return bars whose series lie behind each other, with the value of each part that is long enough."""
    by_series = rows_by_series(chart)
    data = _category_data(chart, by_series)
    longest = float(chart.rows.groupby("category")["value"].sum().max())

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (0.0, longest))
        _rows_from_top(drawn, room)
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 60, 100
        code = number_format(look.style.formats, chart.write, chart.digits)
        for series, (name, rows) in zip(plot.series, by_series.items(), strict=True):
            mark = chart.marks.get(name, "bar")
            _paint_rows(look, chart, series, rows, mark)
            labels = {
                chart.order.index(row.category): PointLabel(
                    code=code, position="ctr", points=room.letters,
                    colour=readable_on(look.colour(chart, row)),
                )
                for row in rows
                if row.value >= SMALL_SEGMENT * longest and mark != "hatched"
            }  # fmt: skip
            write_labels(series._element, labels)
        dress_chart(drawn, room, list(chart.marks))
        make_room(drawn, chart, room)

    return NativeChart(kind="BAR_STACKED", data=data, finish=finish)


def column_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return upright bars, and the series that are marks as points over them with their intervals."""
    by_series = rows_by_series(chart)
    data = _category_data(chart, by_series)
    points = [place for place, name in enumerate(by_series) if chart.marks.get(name, "bar") not in BARS]
    low, high = ends(chart)

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (min(low, 0.0), high))
        dress_axis(drawn.category_axis, room, title=chart.axis)
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 60, 0
        found = list(zip(plot.series, by_series.items(), strict=True))
        for place, (series, (name, rows)) in enumerate(found):
            if place not in points:
                _paint_rows(look, chart, series, rows, chart.marks.get(name, "bar"))
            _add_intervals(series, chart, rows)
        if points:
            marks_over_columns(drawn, points)
            for series, place in zip(drawn.plots[1].series, points, strict=True):
                name, rows = found[place][1]
                paint_line(look, series, INK, 0)
                paint_marker(look, series, look.colour(chart, rows[0]), chart.marks[name])
        dress_chart(drawn, room, list(chart.marks))

    return NativeChart(kind="COLUMN_CLUSTERED", data=data, finish=finish)


def histogram_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return counts by class as columns without gaps, the series on top of each other."""
    from pptx.chart.data import CategoryChartData

    rows, by_series = chart.rows, rows_by_series(chart)
    lower = sorted({float(cell) for cell in rows["category"]})
    width = lower[1] - lower[0] if len(lower) > 1 else 1.0
    data = CategoryChartData(number_format="General")
    data.categories = [look.style.formats.interval(one, one + width, chart.axis_write or "number", 0) for one in lower]
    for name, mine in by_series.items():
        counts = {float(row.category): row.value for row in mine}
        data.add_series(series_name(chart, name), [counts.get(one) for one in lower])
    tallest = float(rows.groupby("category")["value"].sum().max())

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (0.0, tallest))
        dress_axis(drawn.category_axis, room, title=chart.axis)
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 6, 100
        for series, (name, mine) in zip(plot.series, by_series.items(), strict=True):
            paint_bar(look, series, look.colour(chart, mine[0]), chart.marks.get(name, "bar"))
        dress_chart(drawn, room, list(chart.marks))

    return NativeChart(kind="COLUMN_STACKED", data=data, finish=finish)


def waterfall_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return a sum step by step: columns on an invisible base, on the right side of zero also where a step crosses it."""
    from pptx.chart.data import CategoryChartData

    rows, words = (
        entries(chart.rows),
        {name: text.to(look.style.formats.language) for name, text in TEXTS.group("words").items()},
    )
    values = [float(row.value) for row in rows]
    after = [*itertools.accumulate(values[:-1]), values[-1]]
    before = [end - value for end, value in zip(after, values, strict=True)]
    parts = [step_parts(start, end) for start, end in zip(before, after, strict=True)]
    tops = [
        max(start, end, start + (row.high if known(row.high) else 0.0))
        for start, end, row in zip(before, after, rows, strict=True)
    ]
    data = CategoryChartData(number_format="General")
    data.categories = [str(row.category) for row in rows]
    for name, cells in zip(("start", "above", "below"), zip(*parts, strict=True), strict=True):
        data.add_series(words[name], cells)
    data.add_series(words["end"], after)
    data.add_series(words["label"], tops)
    lowest = min(
        [0.0, *before, *after, *(start + row.low for start, row in zip(before, rows, strict=True) if known(row.low))]
    )

    def finish(drawn: Any) -> None:
        room_above = (max(tops) - lowest) * 0.12
        set_value_axis(look, drawn.value_axis, chart, room, (lowest, max(tops) + room_above))
        dress_axis(drawn.category_axis, room)
        plot = drawn.plots[0]
        plot.gap_width, plot.overlap = 45, 100
        base, above, below, level, label = list(plot.series)
        base.format.fill.background()
        for series in (above, below):
            for place, value in enumerate(values):
                paint_bar(look, series.points[place], step_colour(look, value, last=place == len(values) - 1), "bar")
        _step_intervals(level, rows)
        signed = [look.style.formats.signed(value, chart.digits) for value in values]
        write_labels(
            label._element,
            {place: PointLabel(text=text, position="t", points=room.letters + 1) for place, text in enumerate(signed)},
        )
        marks_over_columns(drawn, (3, 4))
        for series in drawn.plots[1].series:
            paint_line(look, series, INK, 0)
            paint_marker(look, series, INK, "")
        dress_chart(drawn, room, [])

    return NativeChart(kind="COLUMN_STACKED", data=data, finish=finish)


def step_parts(start: float, end: float) -> tuple[float, float, float]:
    """Return the invisible base of a step, and its parts above and below zero; a step that crosses zero has no base."""
    high, low = max(start, end), min(start, end)
    base = low if low > 0 else high if high < 0 else 0.0
    return base, max(high, 0.0) - max(low, 0.0), min(low, 0.0) - min(high, 0.0)


def step_colour(look: DeckLook, value: float, *, last: bool) -> str:
    """Return the colour of a step: what adds, what takes away, and the total."""
    palette = look.style.palette
    if last:
        return palette.primary
    return tint(palette.primary, 0.4) if value >= 0 else palette.accent


def _step_intervals(series: Any, rows: list[Any]) -> None:
    """Give each step the interval of the step, at the level that it leads to."""
    minus = [row.value - row.low if known(row.low) else 0.0 for row in rows]
    plus = [row.high - row.value if known(row.high) else 0.0 for row in rows]
    if any(minus) or any(plus):
        add_error_bars(series._element, minus, plus)


def _category_data(chart: Chart, by_series: dict[str, list[Any]]) -> CategoryChartData:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format="General")
    data.categories = list(chart.order)
    for name, rows in by_series.items():
        values = {row.category: row.value if known(row.value) else None for row in rows}
        data.add_series(series_name(chart, name), [values.get(label) for label in chart.order])
    return data


def _all(by_series: dict[str, list[Any]]) -> list[Any]:
    return [row for rows in by_series.values() for row in rows]


def _rows_from_top(drawn: Any, room: ChartRoom) -> None:
    """Let the first category stand on top, and the numbers below the last one."""
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION

    dress_axis(drawn.category_axis, room)
    drawn.category_axis.tick_labels.offset = 20
    drawn.category_axis.reverse_order = True
    drawn.category_axis.crosses = XL_AXIS_CROSSES.MAXIMUM
    drawn.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.HIGH  # which is below, as the rows begin on top


def _paint_rows(look: DeckLook, chart: Chart, series: Any, rows: list[Any], mark: str) -> None:
    """Paint a series in the colour of its first row, and the rows that have another one."""
    usual = look.colour(chart, rows[0]) if rows else look.style.palette.primary
    series.invert_if_negative = False
    paint_bar(look, series, usual, mark)
    for row in rows:
        colour = look.colour(chart, row)
        if colour != usual:
            paint_bar(look, series.points[chart.order.index(row.category)], colour, mark)


def _add_intervals(series: Any, chart: Chart, rows: list[Any]) -> None:
    found = {chart.order.index(row.category): row for row in rows if known(row.low) and known(row.value)}
    if not found:
        return
    minus = [found[place].value - found[place].low if place in found else 0.0 for place in range(len(chart.order))]
    plus = [found[place].high - found[place].value if place in found else 0.0 for place in range(len(chart.order))]
    add_error_bars(series._element, minus, plus)


def _label_bars(look: DeckLook, chart: Chart, series: Any, rows: list[Any], room: ChartRoom, scale: float) -> None:
    """Write the values beside the ends of their intervals: as numbers that follow the data, where they are no words.

    Parameters
    ----------
    scale : float
        Points for each unit of the values.
    """
    labels = {}
    code = number_format(look.style.formats, chart.write, chart.digits)
    for row in rows:
        if not written_at(look.style, chart, row) or not known(row.value):
            continue
        negative = row.value < 0
        end = row.low if negative else row.high
        spaces = round(abs(end - row.value) * scale / (SPACE * room.letters)) + 1 if known(end) else 0
        text = f"{NO_BREAK * spaces}{row.words}" if row.words else ""
        labels[chart.order.index(row.category)] = PointLabel(
            text=text, code="" if text else padded_format(code, spaces, negative=negative), points=room.letters
        )
    if labels:
        write_labels(series._element, labels)
