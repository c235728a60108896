"""The one picture of a reorganisation: where time goes before and after, and what that brings.

Two columns in full-time equivalents joined by ribbons, below them what did not get done, and on the right the profit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.foundation.text import Text
from simkit.report.chapters.organisation.figures import steps
from simkit.report.charts.cells import draw_steps
from simkit.report.charts.charts_base import note, wrapped
from simkit.report.document.chapter_builder import Picture
from simkit.report.document.chart import Chart, side_by_side
from simkit.report.document.study_views import BANDS
from simkit.report.document.style import INK, MUTED, Style, readable_on, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

BEFORE, AFTER, WIDTH = 0.0, 1.0, 0.26
VISIBLE_SHARE = 0.005  # a thinner band is not named
LINE_SHARE = 0.06  # height of a line of text as a share of the column


def one_picture(
    style: Style, bands: pd.DataFrame, undone: pd.DataFrame, profit: pd.DataFrame, ticks: pd.DataFrame
) -> Picture:
    """Return the one picture.

    Parameters
    ----------
    bands : DataFrame
        ``band, label, before, after`` in FTE; bands as in :data:`BANDS`.
    undone : DataFrame
        ``label, before, after``: numbers in a year.
    profit : DataFrame
        ``label, difference, low, high`` in currency; the last row is the total.
    ticks : DataFrame
        ``label, value``: what the published case would bring here, in currency; may be empty.
    """
    before, after = style.translate(TEXTS["today"]), style.translate(TEXTS["after"])
    time, left_undone, gain = (style.translate(words) for words in (TEXTS["time"], TEXTS["undone"], _gain_words(style)))
    pairs = {before: ["before"], after: ["after"]}
    parts = [
        side_by_side(bands, pairs).assign(panel=time),
        side_by_side(undone, pairs).assign(panel=left_undone),
        profit.assign(value=profit["difference"] / MILLION, low=profit["low"] / MILLION, high=profit["high"] / MILLION,
                      series=gain, panel=gain),
    ]  # fmt: skip
    shown = ["panel", "label", "series", "value", "low", "high"]
    chart = Chart.of(
        style, "picture", pd.concat([part[shown] for part in parts], ignore_index=True), panel="panel", category="label",
        series="series", value="value", low="low", high="high",
    )  # fmt: skip
    return Picture(figure=_drawn(style, bands, undone, profit, ticks), chart=chart)


def _gain_words(style: Style) -> Text:
    return TEXTS["profit"].fill(symbol=style.formats.currency_symbol)


@themed
def _drawn(
    style: Style, bands: pd.DataFrame, undone: pd.DataFrame, profit: pd.DataFrame, ticks: pd.DataFrame
) -> Figure:
    figure, left, right, below = _panes(style)
    ordered = bands.set_index("band").reindex([band for band in BANDS if band in set(bands["band"])])
    _columns(style, left, ordered)
    _undone_table(style, below, undone)
    draw_steps(style, right, steps(style, profit, "", digits=1 if profit["difference"].abs().max() >= 1e7 else 2))
    right.set_yticks(range(len(profit)), [wrapped(label, 15) for label in profit["label"]], fontsize=8.5)
    right.set_title(
        wrapped(style.translate(_gain_words(style)), 40),
        loc="left",
        fontsize=10,
    )
    _published_ticks(style, right, ticks, len(profit) - 1)
    return figure


def _panes(style: Style) -> tuple[Figure, Axes, Axes, Axes]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.05, 1), height_ratios=(2.6, 1))
    left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[:, 1])
    below = figure.add_subplot(grid[1, 0])
    left.set_title(style.translate(TEXTS["time"]), loc="left", fontsize=10)
    return figure, left, right, below


def _columns(style: Style, axes: Axes, bands: pd.DataFrame) -> None:
    """Stack the bands of both columns and join them by ribbons."""
    bottoms, total = {"before": 0.0, "after": 0.0}, float(bands["before"].sum())
    for band, row in bands.iterrows():
        colour = style.palette.group(str(band))
        heights = {side: float(row[side]) for side in bottoms}
        _ribbon(axes, bottoms, heights, colour)
        for side, place in (("before", BEFORE), ("after", AFTER)):
            axes.bar([place], [heights[side]], bottom=[bottoms[side]], width=WIDTH, color=colour, edgecolor="white")
            if heights[side] > total * LINE_SHARE / 2:
                _band_number(style, axes, place, bottoms[side], heights[side], colour)
            bottoms[side] += heights[side]
    _band_names(axes, bands)
    _frame(style, axes, bottoms)


def _ribbon(axes: Axes, bottoms: dict[str, float], heights: dict[str, float], colour: str) -> None:
    x = np.linspace(BEFORE + WIDTH / 2, AFTER - WIDTH / 2, 40)
    ease = 3 * np.linspace(0, 1, 40) ** 2 - 2 * np.linspace(0, 1, 40) ** 3
    low = bottoms["before"] + (bottoms["after"] - bottoms["before"]) * ease
    tops = {side: bottoms[side] + heights[side] for side in bottoms}
    high = tops["before"] + (tops["after"] - tops["before"]) * ease
    axes.fill_between(x, low, high, color=colour, alpha=0.25, linewidth=0)


def _band_number(style: Style, axes: Axes, place: float, bottom: float, height: float, colour: str) -> None:
    text = style.formats.number(height, 1)
    axes.text(place, bottom + height / 2, text, ha="center", va="center", color=readable_on(colour), fontsize=8.5)


def _band_names(axes: Axes, bands: pd.DataFrame) -> None:
    """Name the bands beside the right column; names of thin bands move up so that no two of them meet."""
    heights = bands["after"].to_numpy(dtype=float)
    tops = heights.cumsum()
    gap, last = float(tops[-1]) * LINE_SHARE, -float("inf")
    for label, top, height in zip(bands["label"], tops, heights, strict=True):
        if height > tops[-1] * VISIBLE_SHARE:
            last = max(float(top - height / 2), last + gap)
            axes.text(AFTER + WIDTH / 2 + 0.05, last, str(label), va="center", fontsize=8.5, color=INK)


def _frame(style: Style, axes: Axes, totals: dict[str, float]) -> None:
    before, after = TEXTS["today"], TEXTS["after"]
    names = [
        f"{style.translate(name)}\n{style.formats.number(total, 1)} {style.translate(TEXTS['fte'])}"
        for name, total in zip((before, after), totals.values(), strict=True)
    ]
    axes.set_xticks([BEFORE, AFTER], names)
    axes.set_xlim(-0.2, 2.0)
    axes.set_ylim(0, max(totals.values()) * 1.04)
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)


def _undone_table(style: Style, axes: Axes, undone: pd.DataFrame) -> None:
    """Write what did not get done under the columns, before and after side by side."""
    axes.set_axis_off()
    axes.set(xlim=(-0.2, 2.0), ylim=(len(undone) + 0.2, -1.4))
    axes.plot([-0.2, 2.0], [-1.3, -1.3], color=MUTED, linewidth=0.8)
    axes.text(-0.2, -0.6, style.translate(TEXTS["undone"]), fontsize=9, color=style.palette.accent, va="center")
    for row, entry in rows_of(undone):
        axes.text(-0.2, row + 0.3, entry.label, fontsize=8.5, va="center")
        change = f"{style.formats.number(entry.before)} → {style.formats.number(entry.after)}"
        axes.text(2.0, row + 0.3, change, fontsize=8.5, va="center", ha="right")


def _published_ticks(style: Style, axes: Axes, ticks: pd.DataFrame, place: int) -> None:
    """Mark what the published case would bring beside the total; it is a comparison, never a target."""
    for _, tick in rows_of(ticks):
        across = tick.value / 1e6
        axes.plot([across, across], [place - 0.42, place + 0.42], color=style.palette.accent, linewidth=1.6)
        note(
            axes,
            tick.label,
            (across, place - 0.42),
            (0, 3),
            ha="center",
            va="bottom",
            fontsize=7.5,
            color=tint(style.palette.accent, 0.1),
        )
