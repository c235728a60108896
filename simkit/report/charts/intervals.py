"""Drawer of marks with intervals: a row for each category along a common axis, in one panel or in several side by side."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.report.charts.bars import FEW, LABEL_WIDTH, bar_colour
from simkit.report.charts.charts_base import blank, columns_of_legend, decimals, shade_colour, wrapped
from simkit.report.charts.charts_rows import entries, label_rows, span, value_axis, written_at
from simkit.report.document.chart import Chart, Mark, Panel
from simkit.report.document.style import HAIRLINE, INK, MUTED, Style, canvas, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHAPES: dict[Mark, tuple[str, float]] = {
    "dot": ("o", 7),
    "diamond": ("D", 6.5),
    "square": ("s", 5.5),
    "triangle": ("^", 6.5),
    "circle": ("o", 7),
}
"""Marker and size of each mark; a circle is open."""
APART = 0.3
"""Distance of two intervals in one row."""
NARROW = 24
"""Letters of a label beside several panels."""


@themed
def draw_intervals(style: Style, chart: Chart) -> Figure:
    """Draw the mark and interval of each series in its row, and what they are held against."""
    if chart.panels:
        return _panels(style, chart)
    height = 0.5 if len(chart.order) <= FEW else 0.42 if chart.labelled else 0.34
    figure, axes = canvas(height=1.0 + height * len(chart.order) + 0.15 * _lines_of_legend(chart))
    _rows(style, axes, chart, chart.rows)
    label_rows(axes, chart.order, width=LABEL_WIDTH, room=(0.7, 0.5))
    value_axis(style, axes, wrapped(chart.unit, 70), chart.write, _digits(chart, axes))
    _legend(style, figure, chart)
    return figure


def _panels(style: Style, chart: Chart) -> Figure:
    own_axes = any(panel.unit for panel in chart.panels)
    columns = 2 if own_axes else len(chart.panels)
    lines = math.ceil(len(chart.panels) / columns)
    figure = blank(lines * (1.1 + 0.5 * len(chart.order)))
    all_axes = list(figure.subplots(lines, columns, sharex=not own_axes, sharey=True, squeeze=False).ravel())
    for axes, panel in zip(all_axes, chart.panels, strict=False):
        _panel(style, axes, chart, panel, steps=4)
    for axes in all_axes[len(chart.panels) :]:
        axes.set_axis_off()
    label_rows(all_axes[0], chart.order, width=NARROW, room=(0.7, 0.5))
    if not own_axes:
        figure.supxlabel(chart.unit, fontsize=9, color=MUTED)
    _legend(style, figure, chart)
    return figure


def _panel(style: Style, axes: Axes, chart: Chart, panel: Panel, steps: int) -> None:
    rows = chart.rows
    _rows(style, axes, chart, rows[rows["panel"] == panel.name])
    axes.set_title(wrapped(panel.name, 34 if panel.unit else 26), fontsize=9.5, color=INK, loc="left")
    if panel.unit:
        axes.margins(x=0.16)
        value_axis(style, axes, panel.unit, panel.write, _digits(panel, axes), steps=steps)
    else:
        value_axis(style, axes, "", chart.write.removeprefix("signed_") or "number", _digits(chart, axes), steps=steps)


def _digits(chart: Chart | Panel, axes: Axes) -> int:
    """Return the decimals of the axis: those of shares, or as many as its length asks for."""
    low, high = axes.get_xlim()
    return 0 if "share" in chart.write else min(decimals(max(abs(low), abs(high))), max(chart.digits, 1))


def _rows(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame) -> None:
    """Draw all rows into axes, and make room for them."""
    here = str(rows["panel"].iloc[0]) if len(rows) else ""
    for reference in chart.reference:
        if reference.panel in ("", here):
            _reference(style, axes, reference)
    is_point = pd.Series([chart.marks.get(name) != "range" for name in rows["series"]], index=rows.index, dtype=bool)
    with_interval = rows[rows["low"].notna() & is_point].groupby("category")["series"].nunique()
    apart = bool((with_interval > 1).any())
    for place, category in enumerate(chart.order):
        mine = rows[rows["category"] == category]
        points = mine[is_point[mine.index]]
        if len(points) > 1 and not apart:
            ends = points["value"]
            span(axes, ends.min(), ends.max(), place, color=HAIRLINE, linewidth=4, zorder=0)
        elif not chart.panels and not chart.reference:
            axes.axhline(place, color=HAIRLINE, linewidth=0.6, zorder=0)
        for number, entry in enumerate(entries(mine)):
            shift = (number - (len(mine) - 1) / 2) * APART if apart else 0.0
            _mark(style, axes, chart, entry, place + shift)
        _written(style, axes, chart, mine, place)
    _reach(style, axes, chart, rows)


def _mark(style: Style, axes: Axes, chart: Chart, entry: Any, place: float) -> None:
    colour, mark = bar_colour(style, chart, entry), chart.marks.get(entry.series, "dot")
    low, high = (_within(chart, end) for end in (entry.low, entry.high))
    if mark == "range" and low == high:
        axes.plot([low], [place], "s", color=colour, markersize=7, zorder=1)
        return
    if mark == "range":
        span(axes, low, high, place, color=colour, linewidth=7, solid_capstyle="butt", zorder=1)
        return
    if not math.isnan(low):
        width = 1.3 if len(chart.marks) > 1 else 2
        span(axes, low, high, place, color=colour, linewidth=width, solid_capstyle="butt", zorder=2)
    if math.isnan(entry.value):
        return
    shape, size = SHAPES[mark]
    face = "white" if mark == "circle" else colour
    axes.plot(
        [_within(chart, entry.value)], [place], shape, color=colour, markerfacecolor=face, markersize=size, zorder=3
    )


def _within(chart: Chart, value: float) -> float:
    """Return a value at the edge of the axis where it lies beyond it."""
    low, high = chart.span
    if high is None or math.isnan(value):
        return value
    return min(max(value, low if low is not None else value), high)


def _written(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame, place: float) -> None:
    """Write the values: above a single mark; of several outside of them, or above and below where they lie on a range."""
    shown = [entry for entry in entries(rows) if written_at(style, chart, entry)]
    for entry in (entry for entry in shown if math.isnan(entry.value)):  # words in place of a number
        axes.annotate(
            entry.words, (0.02, place), xycoords=("axes fraction", "data"), va="center", color=MUTED, fontsize=8.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    shown = [entry for entry in shown if not math.isnan(entry.value)]
    on_range = len(shown) < len(rows) or len(shown) == 1
    middle = sum(entry.value for entry in shown) / max(len(shown), 1)
    for number, entry in enumerate(shown):
        right = entry.value > middle or (entry.value == middle and number == 0)
        shift, where = ((0, 7 if number == 0 else -14), "center") if on_range else ((9, 0), "left")
        if not on_range and not right:
            shift, where = (-9, 0), "right"
        axes.annotate(
            written_at(style, chart, entry), (_within(chart, entry.value), place), xytext=shift,
            textcoords="offset points", ha=where, va="baseline" if on_range else "center", fontsize=9,
        )  # fmt: skip


def _reference(style: Style, axes: Axes, reference: Any) -> None:
    colour = shade_colour(style, reference.shade)
    if reference.until is not None:
        axes.axvspan(reference.value, reference.until, color=colour, linewidth=0)
    else:
        axes.axvline(reference.value, color=colour, linewidth=0.8, zorder=1.5)


def _reach(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame) -> None:
    """Begin at the end that the chart names, and leave room on the right."""
    low, high = chart.span
    if low is None:
        if high is not None:
            axes.set_xlim(right=min(axes.get_xlim()[1], high * 1.02))
        return
    ends = rows[["value", "low", "high"]].to_numpy(dtype=float)
    found = pd.Series(ends.ravel())
    room = max(float(found.max()) * (1.14 if chart.labelled else 1.06), 0.1 if "share" in chart.write else 0.0)
    axes.set_xlim(min(low, float(found.min())), room if high is None else min(room, high * 1.02))


def _lines_of_legend(chart: Chart) -> int:
    return math.ceil(len(chart.marks) / columns_of_legend(list(chart.marks)))


def _legend(style: Style, figure: Figure, chart: Chart) -> None:
    from matplotlib.lines import Line2D

    rows, handles = chart.rows, []
    for name, mark in chart.marks.items():
        mine = rows[rows["series"] == name]
        if mine.empty:
            continue
        shades = mine["shade"].unique()
        colour = bar_colour(style, chart, entries(mine)[0]) if len(shades) == 1 else MUTED
        if mark == "range":
            handles.append(Line2D([], [], color=colour, linewidth=7, label=name))
            continue
        shape, size = SHAPES[mark]
        face = "white" if mark == "circle" else colour
        handles.append(
            Line2D([], [], marker=shape, linestyle="", color=colour, markerfacecolor=face, markersize=size, label=name)
        )
    if handles:
        figure.legend(handles=handles, loc="outside upper left", ncols=columns_of_legend(list(chart.marks)))
