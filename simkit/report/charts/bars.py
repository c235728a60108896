"""Drawers of bars: from left to right with a row for each category, upright as columns, and counts by class."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.report.charts.charts_base import columns_of_legend, shade_colour, wrapped
from simkit.report.charts.charts_rows import axis_digits, beside, entries, label_rows, value_axis, written_at
from simkit.report.document.chart import Chart, Mark
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS: tuple[Mark, ...] = ("bar", "hatched", "pale")
"""Marks that are bars; the others stand on the row as points."""
SHAPES: dict[Mark, str] = {"dot": "o", "diamond": "D", "square": "s", "circle": "o"}
FEW = 6
"""Categories up to which the rows are wide."""
LABEL_WIDTH = 40
LETTER = 0.017
"""Room for one letter beside a bar, as a share of the longest bar."""


@themed
def draw_bars(style: Style, chart: Chart) -> Figure:
    """Draw a bar for each category and series, with its interval and what is written beside it."""
    rows, places = chart.rows, {label: place for place, label in enumerate(chart.order)}
    beside_each_other = max(_bars_of(chart, rows).groupby("category").size(), default=1)
    height = 0.75 if beside_each_other > 1 else 0.5 if len(places) <= FEW else 0.34
    figure, axes = canvas(height=1.0 + height * len(places) + 0.12 * bool(chart.marks))
    for category, place in places.items():
        _bar_row(style, axes, chart, rows[rows["category"] == category], place)
    label_rows(axes, places, width=LABEL_WIDTH)
    _reach(style, axes, chart, rows)
    bar_legend(style, figure, chart, rows)
    return figure


@themed
def draw_stacked(style: Style, chart: Chart) -> Figure:
    """Draw the series of each category behind each other along one bar, with what is written at its end."""
    rows = chart.rows
    figure, axes = canvas(height=0.9 + 0.55 * len(chart.order))
    for place, category in enumerate(chart.order):
        end = 0.0
        mine = rows[rows["category"] == category]
        for entry in entries(mine):
            _bar(axes, place, entry.value, end, 0.62, chart.marks[entry.series], bar_colour(style, chart, entry))
            end += entry.value
        beside(axes, str(mine["words"].iloc[0]), end, place)
    label_rows(axes, chart.order)
    axes.set_xlim(0, float(rows.groupby("category")["value"].sum().max()) * 1.14)
    value_axis(style, axes, chart.unit, chart.write, axis_digits(chart))
    axes.spines["left"].set_visible(True)
    bar_legend(style, figure, chart, rows)
    return figure


@themed
def draw_columns(style: Style, chart: Chart) -> Figure:
    """Draw upright bars, and the series that are marks as points with their intervals."""
    rows = chart.rows
    figure, axes = canvas(height=3.0)
    for place, category in enumerate(chart.order):
        for entry in entries(rows[rows["category"] == category]):
            mark = chart.marks[entry.series]
            colour = bar_colour(style, chart, entry)
            if mark in BARS:
                axes.bar(place, entry.value, width=0.62, color=tint(colour, 0.45) if mark == "pale" else colour)
                continue
            axes.plot([place, place], [entry.low, entry.high], color=colour, linewidth=1.4)
            axes.plot([place], [entry.value], SHAPES[mark], color=colour, markersize=7)
    axes.set_xticks(range(len(chart.order)), [wrapped(label, 10) for label in chart.order])
    top = float(rows[["value", "high"]].max().max())
    axes.set_ylim(0, top * 1.08 or 1.0)
    number_axis(axes.yaxis, style, chart.write, chart.digits, steps=5)
    axes.set(xlabel=chart.axis, ylabel=chart.unit)
    bar_legend(style, figure, chart, rows)
    return figure


@themed
def draw_histogram(style: Style, chart: Chart) -> Figure:
    """Draw counts by class, the series on top of each other; a category is the lower end of its class."""
    import seaborn as sns

    rows = chart.rows.assign(category=lambda frame: frame["category"].astype(float))
    lower = sorted(rows["category"].unique())
    width = lower[1] - lower[0] if len(lower) > 1 else 1.0
    figure, axes = canvas(height=2.8)
    names = list(chart.marks)
    colours = {name: bar_colour(style, chart, entries(rows[rows["series"] == name])[0]) for name in names}
    sns.histplot(
        rows.assign(middle=rows["category"] + width / 2), x="middle", weights="value", hue="series", hue_order=names,
        bins=[*lower, lower[-1] + width], multiple="stack", palette=colours, alpha=1, edgecolor="white", linewidth=0.4,
        legend=False, ax=axes,
    )  # fmt: skip
    number_axis(axes.xaxis, style, chart.axis_write or "number")
    number_axis(axes.yaxis, style, chart.write, chart.digits)
    axes.set(xlabel=chart.axis, ylabel=chart.unit)
    if chart.axis_write == "share":
        axes.set_xlim(0, 1)
    bar_legend(style, figure, chart, rows)
    return figure


def bar_colour(style: Style, chart: Chart, entry: Any) -> str:
    """Return the colour of a row: the one it names, else that of its series."""
    if entry.shade:
        return shade_colour(style, entry.shade)
    place = list(chart.marks).index(entry.series) if entry.series in chart.marks else 0
    return style.palette.cycle[place % len(style.palette.cycle)]


def bar_legend(style: Style, figure: Figure, chart: Chart, rows: pd.DataFrame) -> None:
    """Explain the series above the chart, in their colours where these mean the series, else in grey."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    if not chart.marks:
        return
    handles: list[Any] = []
    for name, mark in chart.marks.items():
        mine = rows[rows["series"] == name]
        shades = mine["shade"].unique()
        colour = bar_colour(style, chart, entries(mine)[0]) if len(shades) == 1 else MUTED
        if mark == "hatched":
            handles.append(Patch(facecolor="white", edgecolor=colour, hatch="////", label=name))
        elif mark in BARS:
            handles.append(Patch(facecolor=tint(colour, 0.45) if mark == "pale" else colour, label=name))
        else:
            handles.append(Line2D([], [], marker=SHAPES[mark], linestyle="", color=colour, label=name))
    figure.legend(handles=handles, loc="outside upper left", ncols=columns_of_legend(list(chart.marks)))


def _bars_of(chart: Chart, rows: pd.DataFrame) -> pd.DataFrame:
    return rows[[chart.marks.get(name, "bar") in BARS for name in rows["series"]]]


def _bar_row(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame, place: int) -> None:
    """Draw the bars of one category around its place, and its marks on it."""
    bars = _bars_of(chart, rows)
    shifts = [(number - (len(bars) - 1) / 2) * 0.38 for number in range(len(bars))]
    for shift, entry in zip(shifts, entries(bars), strict=True):
        mark = chart.marks.get(entry.series, "bar")
        thickness = 0.34 if len(bars) > 1 else 0.64
        _bar(axes, place + shift, entry.value, 0.0, thickness, mark, bar_colour(style, chart, entry))
        if not math.isnan(entry.low):
            whisker(axes, entry.low, entry.high, place + shift)
        end = max(value for value in (entry.value, entry.high, 0.0) if not math.isnan(value))
        words = written_at(style, chart, entry)
        if words:
            beside(axes, words, end, place + shift, gap=6, color=INK, fontsize=9 if len(bars) > 1 else None)
    for entry in entries(rows.drop(bars.index)):
        colour = bar_colour(style, chart, entry)
        axes.plot(
            [entry.value], [place], SHAPES[chart.marks[entry.series]], color=colour, markersize=4.5, clip_on=False
        )


def _bar(axes: Axes, place: float, value: float, start: float, thickness: float, mark: Mark, colour: str) -> None:
    look: dict[str, Any] = {"color": tint(colour, 0.35) if mark == "pale" else colour}
    if mark == "hatched":
        look = {"color": "white", "edgecolor": colour, "hatch": "////"}
    axes.barh(place, value, left=start, height=thickness, **look)


def _reach(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame) -> None:
    """Show 0, all bars and intervals, and what is written beside them."""
    ends = rows[["value", "low", "high"]].to_numpy(dtype=float)
    low, high = (float(limit) for limit in (pd.Series(ends.ravel()).min(), pd.Series(ends.ravel()).max()))
    low, high = min(low, 0.0), max(high, 0.0)
    longest = max((len(written_at(style, chart, entry)) for entry in entries(rows)), default=0)
    room = (high - low) or 1.0
    right = chart.span[1] if chart.span[1] is not None else high + room * (0.04 + LETTER * longest)
    axes.set_xlim(low - (0.03 * room if low < 0 else 0.0), max(right, high))
    if low < 0:
        axes.axvline(0, color=INK, linewidth=0.6)
    value_axis(style, axes, chart.unit, chart.write, axis_digits(chart))
