"""Native charts of what runs along an axis: curves with the ends of their intervals, and areas on top of each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from simkit.foundation.formats import Formats
from simkit.report.charts.charts_base import shade_colour
from simkit.report.document.chart import Chart, Reference
from simkit.report.document.style import INK, tint
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.chart_xml import (
    PointLabel,
    add_error_bars,
    hide_in_legend,
    set_month_steps,
    skip_labels,
    write_labels,
)
from simkit.report.outputs.deck.native.native_chart import (
    TEXTS,
    ChartRoom,
    NativeChart,
    dress_axis,
    dress_chart,
    ends,
    known,
    nice_axis,
    paint_bar,
    paint_line,
    paint_marker,
    rows_by_series,
    series_name,
    set_value_axis,
)
from simkit.report.outputs.deck.native.number_formats import number_format
from simkit.report.outputs.deck.native.xy_workbook import SideBySideData

if TYPE_CHECKING:
    from pptx.chart.data import CategoryChartData, XyChartData

WIDTHS = {"line": 2.25, "dashed": 1.75, "step": 1.5, "dot_line": 1.75, "dot": 0.0}
"""Thickness of the line of each mark, in points."""
MOST_LABELS = 12
"""Numbers below a chart, at most."""
MOST_CATEGORIES = 60
"""Numbers along an axis that are categories, at most; more of them make a scatter chart."""
EVEN = 1e-6
MONTH_DAYS = 27
"""Days from one point to the next from which on an axis counts in months."""


@dataclass(frozen=True, kw_only=True)
class DrawnCurve:
    """One series as it is drawn."""

    name: str
    points: tuple[tuple[Any, float | None], ...]
    """Along the axis of categories, and of values."""
    colour: str
    mark: str = "line"
    width: float = 2.25
    dashed: bool = False
    explained: bool = True
    """Whether it stands in the legend."""
    minus: tuple[float, ...] = ()
    plus: tuple[float, ...] = ()
    """Intervals of single points."""
    words: dict[int, str] = field(default_factory=dict)
    """What is written at points, by their places."""


def line_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return each series along the axis of categories; a scatter chart where its steps are not even."""
    curves = [*_curves(look, chart), *_references(look, chart)]
    even = _even_categories(chart)
    data = _category_data(chart, look.style.formats, curves, even) if even else _xy_data(curves)
    low, high = ends(chart)
    told = [one.value for one in chart.reference if one.value is not None]
    low, high = min([low, *told]), max([high, *told])
    if chart.span[0] is not None:
        low = min(low, chart.span[0])

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (low, high))
        _dress_categories(look, drawn, chart, room, even)
        for place, (series, curve) in enumerate(zip(_series_of(drawn), curves, strict=True)):
            _dress_curve(look, series, curve, room, even=bool(even), place=place)
        names = [curve.name for curve in curves if curve.explained]
        dress_chart(drawn, room, names if len(names) > 1 else [])
        hide_in_legend(drawn, [place for place, curve in enumerate(curves) if not curve.explained])

    return NativeChart(kind="LINE_MARKERS" if even else "XY_SCATTER_LINES_NO_MARKERS", data=data, finish=finish)


def area_chart(look: DeckLook, chart: Chart, room: ChartRoom) -> NativeChart:
    """Return the series on top of each other over days."""
    from pptx.chart.data import CategoryChartData

    by_series, days = rows_by_series(chart), sorted({str(cell) for cell in chart.rows["category"]})
    data = CategoryChartData(number_format="General")
    data.categories = [dt.date.fromisoformat(day) for day in days]
    for name, rows in by_series.items():
        values = {row.category: row.value for row in rows}
        data.add_series(series_name(chart, name), [values.get(day) if known(values.get(day)) else 0.0 for day in days])
    tallest = float(chart.rows.groupby("category")["value"].sum().max())

    def finish(drawn: Any) -> None:
        set_value_axis(look, drawn.value_axis, chart, room, (0.0, chart.span[1] or tallest))
        _dress_categories(look, drawn, chart, room, days)
        for series, (name, rows) in zip(drawn.plots[0].series, by_series.items(), strict=True):
            paint_bar(look, series, look.colour(chart, rows[0]), chart.marks.get(name, "bar"))
        dress_chart(drawn, room, list(chart.marks))

    return NativeChart(kind="AREA_STACKED", data=data, finish=finish)


def _curves(look: DeckLook, chart: Chart) -> Iterator[DrawnCurve]:
    """Yield the series, and the ends of their intervals as thin lines where these follow each other closely."""
    words = {key: text.to(look.style.formats.language) for key, text in TEXTS.group("words").items()}
    for name, found in rows_by_series(chart).items():
        rows = sorted(found, key=lambda row: _place(chart, row.category))
        if not rows:
            continue
        mark, colour = chart.marks.get(name, "line"), look.colour(chart, rows[0])
        label, single = series_name(chart, name), mark in ("dot", "dot_line")
        banded = any(known(row.low) for row in rows)
        without_middle = not any(known(row.value) for row in rows)
        if not without_middle:
            yield DrawnCurve(
                name=label, points=_points(rows, "value"), colour=colour, mark=mark, width=WIDTHS.get(mark, 2.25),
                dashed=mark == "dashed", explained=bool(name),
                minus=_reach(rows, "low") if banded and single else (), plus=_reach(rows, "high") if banded and single else (),
                words={place: str(row.words) for place, row in enumerate(rows) if row.words},
            )  # fmt: skip
        if banded and not single:
            for end, word in (("low", words["from"]), ("high", words["to"])):
                yield DrawnCurve(
                    name=f"{label}: {word}", points=_points(rows, end), colour=tint(colour, 0.45), width=1.0,
                    dashed=without_middle, explained=False,
                )  # fmt: skip


def _references(look: DeckLook, chart: Chart) -> Iterator[DrawnCurve]:
    """Yield what the series are held against: points with their words, and lines across."""
    words = {key: text.to(look.style.formats.language) for key, text in TEXTS.group("words").items()}
    for one in chart.reference:
        colour, name = shade_colour(look.style, one.shade), one.words or words["reference"]
        if one.value is not None and one.at is not None:
            points = ((_place(chart, one.at), one.value),)
            said = {0: one.words} if one.words else {}
            yield DrawnCurve(name=name, points=points, colour=colour, mark="dot", width=0, explained=False, words=said)
        elif one.value:  # the line at zero is that of the axis
            yield from (
                _across(chart, one, value, colour, name) for value in (one.value, one.until) if value is not None
            )


def _across(chart: Chart, reference: Reference, value: float, colour: str, name: str) -> DrawnCurve:
    places = sorted({_place(chart, cell) for cell in chart.rows["category"]})
    points = tuple((place, value) for place in places)
    said = {0: reference.words} if reference.words and value == reference.value else {}
    return DrawnCurve(name=name, points=points, colour=colour, width=1.0, dashed=True, explained=False, words=said)


def _place(chart: Chart, category: Any) -> Any:
    """Return a category as it is put in order: a day, a label's place, or a number."""
    if chart.axis_write == "month":
        return str(category)
    return chart.order.index(str(category)) if chart.order else float(category)


def _points(rows: Sequence[Any], role: str) -> tuple[tuple[Any, float | None], ...]:
    return tuple((row.category, value if known(value := getattr(row, role)) else None) for row in rows)


def _reach(rows: Sequence[Any], end: str) -> tuple[float, ...]:
    return tuple(
        abs(getattr(row, end) - row.value) if known(getattr(row, end)) and known(row.value) else 0.0 for row in rows
    )


def _even_categories(chart: Chart) -> list[Any]:
    """Return the categories of a chart whose steps are even, or that are labels or days; none where they are not."""
    if chart.order:
        return list(chart.order)
    if chart.axis_write == "month":
        return sorted({str(cell) for cell in chart.rows["category"]})
    numbers = sorted({float(cell) for cell in chart.rows["category"]})
    if len(numbers) < 2:
        return numbers
    if len(numbers) > MOST_CATEGORIES:
        return []
    step = numbers[1] - numbers[0]
    even = all(abs(after - before - step) <= EVEN * abs(step) for before, after in pairwise(numbers))
    at = [float(one.at) for one in chart.reference if one.at is not None and one.value is not None]
    return numbers if even and all(any(abs(one - number) <= EVEN for number in numbers) for one in at) else []


def _category_data(
    chart: Chart, formats: Formats, curves: Sequence[DrawnCurve], categories: Sequence[Any]
) -> CategoryChartData:
    from pptx.chart.data import CategoryChartData

    data = CategoryChartData(number_format="General")
    months = chart.axis_write == "month"
    data.categories = [dt.date.fromisoformat(one) if months else one for one in categories]
    if not months and not chart.order:
        data.categories.number_format = _number_code(chart, formats, categories)
    keys = [_place(chart, one) for one in categories]
    for curve in curves:
        values = {
            _place(chart, at) if curve.explained or isinstance(at, str) else at: value for at, value in curve.points
        }
        data.add_series(curve.name, [values.get(key) for key in keys])
    return data


def _xy_data(curves: Sequence[DrawnCurve]) -> XyChartData:
    data = SideBySideData()
    for curve in curves:
        series = data.add_series(curve.name)
        for at, value in curve.points:
            if value is not None:
                series.add_data_point(float(at), value)
    return data


def _series_of(drawn: Any) -> list[Any]:
    return [series for plot in drawn.plots for series in plot.series]


def _dress_curve(look: DeckLook, series: Any, curve: DrawnCurve, room: ChartRoom, *, even: bool, place: int) -> None:
    series.smooth = False
    paint_line(look, series, curve.colour, curve.width, dashed=curve.dashed)
    paint_marker(look, series, curve.colour, curve.mark if curve.mark in ("dot", "dot_line") else "", 7)
    if any(curve.plus) or any(curve.minus):
        minus, plus = _at_places(series, curve, even=even)
        add_error_bars(series._element, minus, plus, direction="" if even else "y", colour=curve.colour)
    if curve.words:
        labels = {
            at: PointLabel(text=text, position="t", points=room.letters - 1, colour=INK)
            for at, text in curve.words.items()
        }
        write_labels(series._element, labels)


def _at_places(series: Any, curve: DrawnCurve, *, even: bool) -> tuple[list[float], list[float]]:
    """Return the intervals at the points of a series, of which those without a value have none."""
    if not even:
        return list(curve.minus), list(curve.plus)
    minus, plus = iter(curve.minus), iter(curve.plus)
    values = list(series.values)
    return (
        [next(minus, 0.0) if value is not None else 0.0 for value in values],
        [next(plus, 0.0) if value is not None else 0.0 for value in values],
    )


def _dress_categories(look: DeckLook, drawn: Any, chart: Chart, room: ChartRoom, categories: Sequence[Any]) -> None:
    """Write months, labels or numbers along the axis, no more than can be read."""
    axis, formats = drawn.category_axis, look.style.formats
    if chart.axis_write == "month":
        days = [dt.date.fromisoformat(str(one)) for one in categories]
        length, apart = (days[-1] - days[0]).days / 30, min((b - a).days for a, b in pairwise(days))
        dress_axis(axis, room, number_format(formats, "month"), chart.axis)
        steps = next(step for step in (1, 2, 3, 6, 12, 24, 60) if length / step <= MOST_LABELS * room.width / 900 + 1)
        set_month_steps(axis, steps, days=apart < MONTH_DAYS)
        return
    dress_axis(axis, room, "" if chart.order else _number_code(chart, formats, categories), chart.axis)
    if categories:
        limit = MOST_LABELS if room.width > 400 else 7
        count = len(categories) - 1
        skip = next((step for step in range(1, count + 1) if count % step == 0 and count / step <= limit), 1)
        skip_labels(axis, skip)
        return
    axis.has_major_gridlines = False
    places = [float(cell) for cell in chart.rows["category"]]
    _, high, step = nice_axis(min(places), max(places))
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = min(0.0, min(places)), min(high, max(places)), step


def _number_code(chart: Chart, formats: Formats, categories: Sequence[Any]) -> str:
    """Return the format of numbers along the axis of categories."""
    written = chart.axis_write or "number"
    whole = all(float(one) == round(float(one)) for one in categories)
    return number_format(formats, written, int(not whole and "share" not in written))
