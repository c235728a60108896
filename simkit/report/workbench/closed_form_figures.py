"""Charts of the small models and of the leaving spiral.

Each takes the style (language, colours) and a tidy frame and returns a figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import name_axes, note, wrapped
from simkit.report.document.chapter_builder import Picture
from simkit.report.document.chart import Chart, Reference, side_by_side
from simkit.report.document.style import (
    INK,
    MUTED,
    Style,
    canvas,
    number_axis,
    readable_on,
    rows_of,
    themed,
    tint,
    whisker,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

CHEAPER = TEXTS.group("cheaper")
BETTER_AXIS = (
    TEXTS["better_axis_targeting_as_today"],
    TEXTS["better_axis_better_targeted"],
)
FASTER_AXIS = (TEXTS["faster_axis_speed_as_today"], TEXTS["faster_axis_faster"])


def congestion_curve(style: Style, frame: pd.DataFrame, limit: int | None) -> Chart:
    """Return wins and cycle time along the number of open deals, one panel each.

    Parameters
    ----------
    frame : DataFrame
        ``open_deals, wins_per_year, cycle_days``, rising, all finite.
    limit : int or None
        Open deals with most wins, one of the rows; None where there is no best.
    """
    wins, cycle = style.translate(TEXTS["wins"]), style.translate(TEXTS["cycle"])
    rows = side_by_side(frame, {wins: ["wins_per_year"], cycle: ["cycle_days"]})
    rows = rows.assign(shade=rows["series"].map({wins: "primary", cycle: "accent"}))
    reference: list[Reference] = []
    if limit is not None:
        best, number = select(frame, open_deals=limit).iloc[0], style.formats.number
        words = style.translate(TEXTS["limit"].fill(n=number(best["open_deals"])))
        for panel, column, digits in ((wins, "wins_per_year", 1), (cycle, "cycle_days", 0)):
            at, value = float(best["open_deals"]), float(best[column])
            reference += [
                Reference(at=at, words=words, panel=panel),
                Reference(at=at, value=value, words=number(value, digits), shade="ink", panel=panel),
            ]
    return Chart.of(
        style, "line", rows, category="open_deals", value="value", panel="series", shade="shade",
        axis=TEXTS["open_deals"], reference=tuple(reference),
    )  # fmt: skip


def rule_outcomes(style: Style, frame: pd.DataFrame) -> Chart:
    """Return how many deals are won under each rule, with open deals and cycle time in words.

    Parameters
    ----------
    frame : DataFrame
        ``label, wins_per_year, open_deals, cycle_days``; open deals are infinite where the list grows for ever.
    """
    words = [
        style.translate(TEXTS["grows"] if entry.open_deals == float("inf") else _in_order(style, entry))
        for _, entry in rows_of(frame)
    ]
    return Chart.of(
        style, "bar", frame.assign(words=words), category="label", value="wins_per_year", words="words",
        unit=TEXTS["wins"],
    )  # fmt: skip


def _in_order(style: Style, entry: Any) -> Text:
    write = style.formats.number
    return TEXTS["in_order"].fill(
        wins=write(entry.wins_per_year, 1), open=write(entry.open_deals), days=write(entry.cycle_days)
    )


def case_or_process(style: Style, frame: pd.DataFrame, border: pd.DataFrame, point: tuple[float, float]) -> Picture:
    """Return which way costs fewer hours on the map of variants and cost of an exception.

    Parameters
    ----------
    frame : DataFrame
        ``variant_share, exception_h, saved_h``: hours that case handling saves, on a full grid.
    border : DataFrame
        ``variant_share, exception_h``: where both cost the same; may be empty.
    point : tuple of float
        Share of variants and hours of an exception that are set.
    """
    here = pd.DataFrame([point], columns=["variant_share", "exception_h"])
    parts = [border.assign(series=style.translate(TEXTS["border"])), here.assign(series=style.translate(TEXTS["set"]))]
    chart = Chart.of(
        style, "picture", pd.concat([part for part in parts if len(part)], ignore_index=True), category="variant_share",
        series="series", value="exception_h", unit=TEXTS["exception"], axis=TEXTS["variants"], axis_write="share",
    )  # fmt: skip
    return Picture(figure=_ways_figure(style, frame, border, point), chart=chart)


@themed
def _ways_figure(style: Style, frame: pd.DataFrame, border: pd.DataFrame, point: tuple[float, float]) -> Figure:
    import numpy as np

    figure, axes = canvas(height=3.9)
    wide = frame.pivot_table(index="exception_h", columns="variant_share", values="saved_h")
    colours = [tint(style.palette.accent, 0.6), tint(style.palette.primary, 0.6)]
    axes.contourf(wide.columns, wide.index, wide.to_numpy(), levels=[-np.inf, 0, np.inf], colors=colours)
    axes.plot(border["variant_share"], border["exception_h"], color=INK, linewidth=1.4)
    axes.plot(*point, "o", color=INK, markersize=7, markeredgecolor="white", clip_on=False, zorder=3)
    hours = style.formats.number(point[1], int(point[1] % 1 != 0))
    words = TEXTS["set_at"].fill(share=style.formats.share(point[0], 0), hours=hours)
    left = point[0] > float(wide.columns.max()) * 0.75
    note(axes, style.translate(words), point, (-8 if left else 8, 5), ha="right" if left else "left")
    axes.set(xlim=(wide.columns.min(), wide.columns.max()), ylim=(wide.index.min(), wide.index.max()))
    number_axis(axes.xaxis, style, "share")
    number_axis(axes.yaxis, style, "number")
    name_axes(style, axes, TEXTS["variants"], TEXTS["exception"])
    _map_legend(style, figure, colours)
    return figure


def _map_legend(style: Style, figure: Figure, colours: list[str]) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles = [
        Patch(color=colours[1], label=style.translate(CHEAPER["case"])),
        Patch(color=colours[0], label=style.translate(CHEAPER["process"])),
        Line2D([], [], color=INK, linewidth=1.4, label=style.translate(TEXTS["border"])),
        Line2D([], [], color=INK, marker="o", linestyle="", label=style.translate(TEXTS["set"])),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2)


def speeding_up(style: Style, frame: pd.DataFrame, speed_limit: float, marked: float) -> Picture:
    """Return what each round of speeding up has brought and what all further rounds can still bring.

    Parameters
    ----------
    frame : DataFrame
        ``rounds, value, still_possible``: value relative to today (1), and what is left of it up to the limit.
    speed_limit : float
        Natural limit of speed relative to today.
    marked : float
        Rounds that the lever stands for; drawn darker.
    """
    reached, still = style.translate(TEXTS["reached"]), style.translate(TEXTS["still"])
    rows = side_by_side(frame.assign(gain=frame["value"] - 1), {reached: ["gain"], still: ["still_possible"]})
    chart = Chart.of(
        style, "picture", rows, category="rounds", series="series", value="value", unit=TEXTS["gain"],
        axis=TEXTS["rounds"], write="signed_share", digits=1,
    )  # fmt: skip
    return Picture(figure=_speed_figure(style, frame, speed_limit, marked), chart=chart)


@themed
def _speed_figure(style: Style, frame: pd.DataFrame, speed_limit: float, marked: float) -> Figure:
    figure, axes = canvas(height=3.4)
    gains = frame["value"] - 1
    limit = float((gains + frame["still_possible"]).iloc[0])
    room = limit or 1.0
    for row, entry in rows_of(frame.assign(gain=gains)):
        colour = style.palette.primary if entry.rounds == marked else tint(style.palette.primary, 0.35)
        axes.bar([row], [entry.gain], color=colour, width=0.7)
        axes.bar([row], [entry.still_possible], bottom=[entry.gain], color="#eceff2", width=0.7)
        if entry.gain > room * 0.12:
            text = style.formats.signed_share(entry.gain)
            axes.text(row, entry.gain - room * 0.02, text, ha="center", va="top", color=readable_on(colour), fontsize=8)
        if entry.still_possible > room * 0.12:
            text = style.formats.share(entry.still_possible)
            axes.text(row, limit - room * 0.02, text, ha="center", va="top", color=MUTED, fontsize=8)
    axes.axhline(limit, color=style.palette.accent, linewidth=1.2)
    words = TEXTS["natural_limit"].fill(
        speed=style.formats.number(speed_limit, 2), gain=style.formats.signed_share(limit)
    )
    note(axes, style.translate(words), (-0.4, limit), (0, 3), color=style.palette.accent)
    axes.set_xticks(range(len(frame)), [style.formats.number(value, int(value % 1 != 0)) for value in frame["rounds"]])
    axes.set_ylim(0, room * 1.12)
    name_axes(style, axes, TEXTS["rounds"], TEXTS["gain"])
    number_axis(axes.yaxis, style, "signed_share")
    _speed_legend(style, figure)
    return figure


def _speed_legend(style: Style, figure: Figure) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(color=tint(style.palette.primary, 0.35), label=style.translate(TEXTS["reached"])),
        Patch(color="#eceff2", label=style.translate(TEXTS["still"])),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=2)


def faster_or_better(style: Style, cells: pd.DataFrame, effects: pd.DataFrame) -> Picture:
    """Return the four combinations of faster and better, and beside them the effects with their plausible range.

    Parameters
    ----------
    cells : DataFrame
        ``efficiency, effectiveness`` (bool), ``value`` relative to today (1); four rows.
    effects : DataFrame
        ``label, value, low, high`` in shares of today's value.
    """
    four = cells.assign(
        label=[style.translate(FASTER_AXIS[int(flag)]) for flag in cells["efficiency"]],
        series=[style.translate(BETTER_AXIS[int(flag)]) for flag in cells["effectiveness"]],
        value=cells["value"] - 1, low=float("nan"), high=float("nan"),
    )  # fmt: skip
    columns = ["label", "series", "value", "low", "high"]
    alone = effects.assign(series=style.translate(TEXTS["gain"]))
    chart = Chart.of(
        style, "picture", pd.concat([four[columns], alone[columns]], ignore_index=True), category="label", series="series",
        value="value", low="low", high="high", unit=TEXTS["gain"], write="signed_share", digits=1,
    )  # fmt: skip
    return Picture(figure=_levers_figure(style, cells, effects), chart=chart)


@themed
def _levers_figure(style: Style, cells: pd.DataFrame, effects: pd.DataFrame) -> Figure:
    figure, (left, right) = _two_panels((7.2, 2.9), rows=1, columns=2, width_ratios=(1.0, 1.15))
    _four_cells(style, left, cells)
    room = float(effects["high"].max() - effects["low"].min())
    for row, entry in rows_of(effects):
        whisker(right, entry.low, entry.high, row)
        right.plot([entry.value], [row], "o", color=style.palette.primary, markersize=7)
        right.text(entry.high + room * 0.03, row, style.formats.signed_share(entry.value), va="center")
    right.axvline(0, color=MUTED, linewidth=0.8)
    right.set_yticks(range(len(effects)), [wrapped(label, 16) for label in effects["label"]])
    right.set_ylim(len(effects) - 0.5, -0.5)
    right.set_xlim(float(effects["low"].min()) - room * 0.05, float(effects["high"].max()) + room * 0.25)
    right.spines["left"].set_visible(False)
    number_axis(right.xaxis, style, "signed_share", steps=4)
    right.set_xlabel(style.translate(TEXTS["gain"]))
    return figure


def _four_cells(style: Style, axes: Axes, cells: pd.DataFrame) -> None:
    best = float(cells["value"].max()) - 1 or 1.0
    for _, entry in rows_of(cells):
        column, row, gain = int(entry.effectiveness), int(entry.efficiency), entry.value - 1
        colour = tint(style.palette.primary, 0.85 - 0.7 * max(gain, 0.0) / best)
        axes.add_patch(_tile(column, row, colour))
        today = not (entry.efficiency or entry.effectiveness)
        text = style.translate(TEXTS["today"]) if today else style.formats.signed_share(gain)
        axes.text(column, row, text, ha="center", va="center", color=readable_on(colour), fontsize=11)
    axes.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5))
    axes.set_xticks((0, 1), [wrapped(style.translate(words), 12) for words in BETTER_AXIS])
    axes.set_yticks((0, 1), [wrapped(style.translate(words), 10) for words in FASTER_AXIS])
    axes.spines[:].set_visible(False)


def spiral_table(style: Style, frame: pd.DataFrame, lags: pd.DataFrame, limit: float) -> Picture:
    """Return the capacity left in the last year for each load and time to fill, with the critical time for each load.

    Parameters
    ----------
    frame : DataFrame
        ``load, fill_days, capacity_share, runaway_share, runs_away``; one row for each cell.
    lags : DataFrame
        ``load, longest_days, first_runaway_days``.
    limit : float
        Share of capacity under which the house counts as emptied.
    """
    rows = frame.assign(
        load=[style.formats.share(value, 0) for value in frame["load"]],
        days=[style.formats.number(value) for value in frame["fill_days"]],
    )
    chart = Chart.of(
        style, "picture", rows, category="load", series="days", value="capacity_share", axis=TEXTS["load"],
        unit=TEXTS["capacity_left"], write="share",
    )  # fmt: skip
    return Picture(figure=_spiral_figure(style, frame, lags, limit), chart=chart)


@themed
def _spiral_figure(style: Style, frame: pd.DataFrame, lags: pd.DataFrame, limit: float) -> Figure:
    loads, days = sorted(frame["load"].unique()), sorted(frame["fill_days"].unique())
    figure, axes = canvas(height=1.6 + 0.62 * len(loads))
    for _, entry in rows_of(frame):
        _spiral_cell(style, axes, entry, (days.index(entry.fill_days), loads.index(entry.load)), limit)
    right = len(days) - 0.3
    for _, entry in rows_of(lags):
        axes.text(right, loads.index(entry.load), _lag_words(style, entry), va="center", fontsize=9)
    axes.text(right, len(loads) - 0.42, style.translate(TEXTS["longest"]), va="bottom", color=MUTED, fontsize=8.5)
    axes.set(xlim=(-0.5, len(days) + 0.75), ylim=(-0.5, len(loads) - 0.1))
    axes.set_xticks(range(len(days)), [style.formats.number(value) for value in days])
    axes.set_yticks(range(len(loads)), [style.formats.share(value, 0) for value in loads])
    axes.set_xlabel(style.translate(TEXTS["fill_days"]), loc="left")
    axes.set_ylabel(wrapped(style.translate(TEXTS["load"]), 24))
    axes.spines[:].set_visible(False)
    _spiral_legend(style, figure, limit)
    return figure


def _spiral_cell(style: Style, axes: Axes, entry: Any, place: tuple[int, int], limit: float) -> None:
    colour = _capacity_colour(style, entry.capacity_share, limit)
    axes.add_patch(_tile(*place, colour))
    if entry.runs_away:
        axes.add_patch(_frame(*place))
    lines = [style.formats.share(entry.capacity_share, 0)]
    if entry.runaway_share > 0:
        lines.append(style.translate(TEXTS["away_in"].fill(share=style.formats.share(entry.runaway_share, 0))))
    ink = readable_on(colour)
    axes.text(place[0], place[1] + 0.14 * (len(lines) - 1), lines[0], ha="center", va="center", color=ink)
    for words in lines[1:]:
        axes.text(place[0], place[1] - 0.2, words, ha="center", va="center", color=ink, fontsize=7)


def _capacity_colour(style: Style, share: float, limit: float) -> str:
    """Return a shade of the main colour above the limit, of the accent under it; the farther from it the stronger."""
    if share >= limit:
        return tint(style.palette.primary, 0.85 - 0.6 * min((share - limit) / (1 - limit), 1.0))
    return tint(style.palette.accent, 0.6 - 0.6 * min((limit - share) / limit, 1.0))


def _lag_words(style: Style, entry: Any) -> str:
    write = style.formats.number
    if math.isnan(entry.first_runaway_days):  # no time to fill ran away
        return style.translate(TEXTS["at_least"].fill(n=write(entry.longest_days)))
    if entry.longest_days == 0:
        return style.translate(TEXTS["none"].fill(n=write(entry.first_runaway_days)))
    return style.translate(TEXTS["days"].fill(n=write(entry.longest_days)))


def _spiral_legend(style: Style, figure: Figure, limit: float) -> None:
    from matplotlib.patches import Patch

    share = style.formats.share(limit, 0)
    handles = [
        Patch(color=tint(style.palette.primary, 0.4), label=style.translate(TEXTS["over_limit"].fill(limit=share))),
        Patch(color=tint(style.palette.accent, 0.3), label=style.translate(TEXTS["under_limit"].fill(limit=share))),
        Patch(facecolor="white", edgecolor=INK, linewidth=1.6, label=style.translate(TEXTS["runs_away"])),
    ]
    figure.legend(handles=handles, loc="outside upper left", ncols=3)


def _tile(column: int, row: int, colour: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, edgecolor="none")


def _frame(column: int, row: int) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.46, row - 0.44), 0.92, 0.88, facecolor="none", edgecolor=INK, linewidth=1.6)


def _two_panels(
    size: tuple[float, float],
    *,
    rows: int,
    columns: int,
    sharex: bool = False,
    width_ratios: tuple[float, ...] = (1.0,),
) -> tuple[Figure, tuple[Axes, Axes]]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, layout="constrained")
    FigureCanvasAgg(figure)
    first, second = figure.subplots(rows, columns, sharex=sharex, width_ratios=width_ratios, squeeze=False).ravel()
    return figure, (first, second)
