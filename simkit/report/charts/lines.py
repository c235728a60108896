"""Drawers of what runs along an axis: curves with their bands, and areas on top of each other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.report.charts.bars import bar_colour
from simkit.report.charts.charts_base import LETTERS, blank, columns_of_legend, decimals, note, shade_colour, wrapped
from simkit.report.charts.charts_curves import DASHED, band
from simkit.report.charts.charts_rows import entries
from simkit.report.document.chart import Chart, Mark, Panel, Reference
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

LOOKS: dict[Mark, dict[str, Any]] = {
    "line": {},
    "dashed": {"linestyle": DASHED, "linewidth": 1.2},
    "step": {"drawstyle": "steps-mid"},
    "dot_line": {"marker": "o", "markersize": 4.5, "linewidth": 1.4, "zorder": 3},
    "dot": {"marker": "o", "markersize": 5, "linestyle": "", "zorder": 3},
}
"""How matplotlib draws each mark along an axis."""
LABEL_ROOM = 0.08
"""Least distance of two names at the ends of lines, as a share of the axis."""
BESIDE = 0.05
"""Distance of intervals at one place of the axis."""
COLUMNS = 3
MONTH = 12
LONGEST = 10 * MONTH
"""Months up to which an axis has a number for every year."""


@themed
def draw_lines(style: Style, chart: Chart) -> Figure:
    """Draw each series along the axis of categories, its interval as a band, or upright where single points are known."""
    if chart.panels:
        return _panels(style, chart)
    figure, axes = canvas(height=3.4)
    _lines(style, axes, chart, chart.rows)
    _value_axis(style, axes, chart, Panel(name=""))
    _category_axis(style, axes.xaxis, chart, chart.rows)
    axes.set(xlabel=chart.axis, ylabel=wrapped(chart.unit, 40))
    if _named_at_ends(chart):
        _name_ends(style, axes, chart)
    else:
        _legend(figure, axes)
    return figure


@themed
def draw_areas(style: Style, chart: Chart) -> Figure:
    """Draw the series on top of each other over days; together they make the whole."""
    rows = chart.rows.assign(category=lambda frame: pd.to_datetime(frame["category"]))
    figure, axes = canvas(height=2.7)
    wide = rows.pivot_table(index="category", columns="series", values="value", aggfunc="sum").fillna(0.0)
    wide = wide[[name for name in chart.marks if name in wide]]
    colours = [bar_colour(style, chart, entries(rows[rows["series"] == name])[0]) for name in wide]
    axes.stackplot(
        wide.index.to_numpy(), wide.T.to_numpy(), colors=colours, labels=[str(name) for name in wide], linewidth=0
    )
    axes.set(ylim=(0, chart.span[1]), xlim=(wide.index.min(), wide.index.max()), ylabel=chart.unit)
    number_axis(axes.yaxis, style, chart.write)
    _category_axis(style, axes.xaxis, chart, rows)
    _legend(figure, axes)
    return figure


def _panels(style: Style, chart: Chart) -> Figure:
    """Draw the panels below each other where they share their axis of values and are few, else in rows of three."""
    tall = all(not panel.unit for panel in chart.panels) and chart.axis_write == "month"
    columns = 1 if tall else min(COLUMNS, len(chart.panels))
    lines = math.ceil(len(chart.panels) / columns)
    figure = blank(0.9 + (1.35 if tall else 1.9 if any(panel.unit for panel in chart.panels) else 1.5) * lines)
    all_axes = list(figure.subplots(lines, columns, sharex=_one_axis(chart), squeeze=False).ravel())
    rows = chart.rows
    for place, (axes, panel) in enumerate(zip(all_axes, chart.panels, strict=False)):
        mine = rows[rows["panel"] == panel.name]
        axes.set_title(wrapped(panel.name, LETTERS // columns - 6), fontsize=10 if tall else 9, color=INK, loc="left")
        _lines(style, axes, chart, mine)
        axes.set_ylabel(panel.unit, fontsize=8, color=MUTED)
        _value_axis(style, axes, chart, panel)
        _category_axis(style, axes.xaxis, chart, mine, steps=3)
        axes.tick_params(labelbottom=not _one_axis(chart) or place + columns >= len(chart.panels))
    for axes in all_axes[len(chart.panels) :]:
        axes.set_axis_off()
    figure.supxlabel(chart.axis, fontsize=9, color=MUTED)
    figure.supylabel(chart.unit, fontsize=9, color=MUTED)
    if len(chart.marks) > 1:
        _legend(figure, all_axes[0])
    return figure


def _one_axis(chart: Chart) -> bool:
    """Whether all panels run along the same categories."""
    rows = chart.rows
    return rows.groupby("panel")["category"].agg(lambda cells: str(cells.max())).nunique() == 1


def _lines(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame) -> None:
    here, top = str(rows["panel"].iloc[0]), float(rows["value"].max())
    for reference in chart.reference:
        if reference.panel in ("", here):
            _reference(style, axes, reference, top)
    names = list(chart.marks) or [""]
    for name in names:
        mine = rows[rows["series"] == name].sort_values("category", kind="stable")
        if len(mine):
            _series(style, axes, chart, mine, chart.marks.get(name, "line"))


def _series(style: Style, axes: Axes, chart: Chart, rows: pd.DataFrame, mark: Mark) -> None:
    colour = bar_colour(style, chart, entries(rows)[0])
    name, at, values = str(rows["series"].iloc[0]), _places(chart, rows["category"]), rows["value"].to_numpy()
    low, high = (rows[end].to_numpy() for end in ("low", "high"))
    if mark == "dot_line" and chart.interval_known and chart.axis_write != "month":  # intervals beside each other
        at = at + (list(chart.marks).index(name) - (len(chart.marks) - 1) / 2) * BESIDE
    if mark in ("dot", "dot_line") and bool(rows["low"].notna().any()):
        axes.vlines(at, low, high, color=colour, linewidth=1.2)
    elif bool(rows["low"].notna().any()):
        band(axes, at, (low, high), colour, alpha=0.16, step="mid" if mark == "step" else None)
    if bool(rows["value"].isna().all()):  # a range without a middle
        axes.fill_between([], [], [], color=colour, alpha=0.16, label=name)
        return
    axes.plot(at, values, color=colour, label=name or "_", **LOOKS[mark])
    for place, entry in zip(at, entries(rows), strict=True):
        if entry.words:
            note(axes, entry.words, (place, entry.value), (8, -11))


def _places(chart: Chart, categories: pd.Series[Any]) -> Any:
    """Return where categories stand: days as days, numbers as they are, labels one after the other."""
    if chart.axis_write == "month":
        return pd.to_datetime(categories).to_numpy()
    if chart.order:
        return [chart.order.index(str(label)) for label in categories]
    return categories.astype(float).to_numpy()


def _reference(style: Style, axes: Axes, reference: Reference, top: float) -> None:
    """Draw a line, a range or a point that the series are held against."""
    colour = shade_colour(style, reference.shade)
    if reference.value is None:
        axes.axvline(float(str(reference.at)), color=colour, linewidth=0.9, linestyle=":", zorder=0)
        shift, where = ((5, -8), "left") if axes.get_title(loc="left") else ((0, 2), "center")  # below the panel's name
        note(axes, reference.words, (float(str(reference.at)), 1.0), shift, xycoords=("data", "axes fraction"), ha=where,
             fontsize=8, color=colour)  # fmt: skip
    elif reference.at is not None:
        at = float(str(reference.at))
        axes.plot([at], [reference.value], "o", color=colour, markersize=6, zorder=4)
        highest = reference.value >= top  # its words would lie on the curve
        shift, where = ((0, 7), "center") if highest else ((8, -12), "left")
        note(axes, reference.words, (at, reference.value), shift, ha=where)
    elif reference.until is not None:
        axes.axhspan(
            reference.value, reference.until, color=colour, alpha=0.2, linewidth=0, label=reference.words or "_"
        )
    else:
        solid = reference.value == 0
        axes.axhline(reference.value, color=colour, linewidth=0.8, linestyle="-" if solid else DASHED)
        note(
            axes,
            reference.words,
            (0.0, reference.value),
            (2, 3),
            xycoords=("axes fraction", "data"),
            fontsize=8,
            color=colour,
        )


def _value_axis(style: Style, axes: Axes, chart: Chart, panel: Panel) -> None:
    low, high = chart.span
    if low is not None:
        least = min(axes.dataLim.y0, low)
        axes.set_ylim(bottom=least if least < low else low)
    if high is not None:
        axes.set_ylim(top=high)
    elif low is not None:
        axes.set_ylim(top=max(axes.dataLim.y1 * 1.12, 1e-9))
    bottom, top = axes.get_ylim()
    own = panel.write if panel.unit else chart.write
    reach = top - bottom
    few = 0 if reach >= 4 and "signed" not in own else decimals(reach)
    digits = int(reach <= 0.06) if "share" in own else max(chart.digits, few)
    number_axis(axes.yaxis, style, own, digits, steps=4 if chart.panels else 7)


def _category_axis(style: Style, axis: Axis, chart: Chart, rows: pd.DataFrame, steps: int = 7) -> None:
    from matplotlib.dates import AutoDateLocator
    from matplotlib.ticker import FuncFormatter, MultipleLocator

    if chart.axis_write == "month":
        axis.set_major_locator(AutoDateLocator(minticks=4, maxticks=8))  # type: ignore[no-untyped-call]
        axis.set_major_formatter(FuncFormatter(lambda value, _: style.month(pd.Timestamp(value, unit="D"))))
        return
    if chart.order:
        axis.set_ticks(range(len(chart.order)), labels=chart.order)
        return
    known = rows["category"].astype(float)
    if not _single_points(chart) or (float(known.min()), float(known.max())) == (0.0, 1.0):
        axis.axes.set_xlim(float(known.min()), float(known.max()))
    length = float(known.max() - known.min())
    whole = bool((known == known.round()).all())
    number_axis(
        axis,
        style,
        chart.axis_write or "number",
        0 if whole or chart.axis_write == "share" else decimals(length),
        steps,
    )
    if whole and length <= MONTH:
        axis.set_major_locator(MultipleLocator(1))
    elif whole and length % MONTH == 0 and length <= LONGEST:
        axis.set_major_locator(MultipleLocator(MONTH if chart.panels or length > 5 * MONTH else MONTH / 2))


def _single_points(chart: Chart) -> bool:
    return any(mark in ("dot", "dot_line") for mark in chart.marks.values())


def _named_at_ends(chart: Chart) -> bool:
    """Whether lines with bands are told apart by names at their ends instead of a legend."""
    return bool(chart.marks) and chart.interval_known and all(mark == "line" for mark in chart.marks.values())


def _name_ends(style: Style, axes: Axes, chart: Chart) -> None:
    """Name the lines at their right ends; names move up so that no two of them meet."""
    low, high = axes.get_ylim()
    gap, place = (high - low) * LABEL_ROOM, -float("inf")
    rows = chart.rows.assign(category=lambda frame: frame["category"].astype(float)).sort_values("category")
    ends = rows.groupby("series", sort=False).last().sort_values("value")
    for name, end in ends.iterrows():
        colour = style.palette.cycle[list(chart.marks).index(str(name)) % len(style.palette.cycle)]
        label = wrapped(str(name), 22)
        place = max(float(end["value"]), place + gap * (1 + label.count("\n")))
        note(
            axes,
            label,
            (end["category"], place),
            (6, 0),
            va="center",
            color=colour,
            fontsize=8.5,
            annotation_clip=False,
        )


def _legend(figure: Figure, axes: Axes) -> None:
    handles, names = axes.get_legend_handles_labels()
    if len(names) > 1:
        figure.legend(handles, names, loc="outside upper left", ncols=columns_of_legend(names))
