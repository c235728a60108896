"""Charts of customer value; each takes the style (language, colours) and a tidy frame and returns a figure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import blank, name_axes, note, segment_colours, wrapped
from simkit.report.charts.charts_curves import DASHED, SEGMENT, segment_histogram
from simkit.report.charts.charts_rows import label_rows, span, two_marks, value_axis
from simkit.report.document.style import HAIRLINE, MUTED, Style, canvas, number_axis, rows_of, themed
from simkit.value.score.value_functions import ValueFunction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)


@themed
def concentration(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw how much of the revenue the largest customers bring.

    Parameters
    ----------
    frame : DataFrame
        ``top_share, revenue_share``, both in 0..1, rising.
    """
    import seaborn as sns

    figure, axes = canvas(width=5.6, height=3.6)
    curve = pd.concat(
        [pd.DataFrame({"top_share": [0.0], "revenue_share": [0.0]}), frame[["top_share", "revenue_share"]]]
    )
    sns.lineplot(curve, x="top_share", y="revenue_share", color=style.palette.primary, errorbar=None, ax=axes)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=0.8, linestyle=DASHED)
    axes.text(0.62, 0.57, style.translate(TEXTS["equal"]), color=MUTED, fontsize=8.5)
    for top in (0.1, 0.2, 0.5):
        share = float(np.interp(top, curve["top_share"], curve["revenue_share"]))
        axes.plot([top], [share], "o", color=style.palette.accent, markersize=6)
        text = f"{style.formats.share(top, 0)} → {style.formats.share(share, 0)}"
        note(axes, text, (top, share), (8, -11))
    _unit_square(style, axes)
    name_axes(style, axes, TEXTS["customers"], TEXTS["revenue_share"])
    return figure


@themed
def whale_curve(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the cumulative contribution over the customers, the most profitable first.

    Parameters
    ----------
    frame : DataFrame
        ``rank_share, cumulative_margin_share``.
    """
    import seaborn as sns

    figure, axes = canvas(width=5.6, height=3.4)
    sns.lineplot(
        frame, x="rank_share", y="cumulative_margin_share", color=style.palette.primary, errorbar=None, ax=axes
    )
    axes.axhline(1.0, color=MUTED, linewidth=0.8, linestyle=DASHED)
    peak = frame.iloc[int(frame["cumulative_margin_share"].to_numpy().argmax())]
    axes.plot([peak["rank_share"]], [peak["cumulative_margin_share"]], "o", color=style.palette.accent, markersize=6)
    note(
        axes,
        f"{style.formats.share(peak['rank_share'], 0)} → {style.formats.share(peak['cumulative_margin_share'], 0)}",
        (peak["rank_share"], peak["cumulative_margin_share"]),
        (0, 7),
        ha="center",
    )
    axes.set(xlim=(0, 1), ylim=(0, max(1.15, float(peak["cumulative_margin_share"]) * 1.12)))
    number_axis(axes.xaxis, style, "share")
    number_axis(axes.yaxis, style, "share")
    name_axes(style, axes, TEXTS["ranked"], TEXTS["margin_share"])
    return figure


@themed
def effort_against_value(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the share of hours beside the share of value for each segment.

    Parameters
    ----------
    frame : DataFrame
        ``label, value_share, hours_share``.
    """
    figure, axes = canvas(height=1.1 + 0.55 * len(frame))
    for row, entry in rows_of(frame):
        span(axes, entry.value_share, entry.hours_share, row, color=HAIRLINE, linewidth=4, zorder=0)
        _pair_labels(style, axes, row, entry.value_share, entry.hours_share)
    two_marks(
        style,
        axes,
        (frame["value_share"], "o", 9, style.translate(TEXTS["value_share"])),
        (frame["hours_share"], "D", 8, style.translate(TEXTS["hours_share"])),
    )
    label_rows(axes, frame["label"])
    axes.set_xlim(0, max(0.1, float(frame[["value_share", "hours_share"]].max().max())) * 1.18)
    value_axis(style, axes, write="share")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def _pair_labels(style: Style, axes: Axes, row: int, value: float, hours: float) -> None:
    """Write both shares outside of their marks, so that the two texts never meet."""
    for share, other in ((value, hours), (hours, value)):
        right = share > other or (share == other and share == hours)
        note(
            axes,
            style.formats.share(share, 0),
            (share, row),
            (9 if right else -9, 0),
            ha="left" if right else "right",
            va="center",
        )


@themed
def value_map(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw every customer by hours spent and value score.

    Parameters
    ----------
    frame : DataFrame
        ``hours_h, score`` (0..1) and ``segment``; a row without hours is left out.
    """
    import seaborn as sns

    figure, axes = canvas(height=3.6)
    shown = frame[frame["hours_h"] > 0].assign(points=lambda rows: rows["score"] * 100)
    colours = segment_colours(style, shown)
    sns.scatterplot(
        shown, x="hours_h", y="points", hue="segment", hue_order=list(colours), palette=colours, s=26, linewidth=0.4,
        ax=axes,
    )  # fmt: skip
    axes.set_xscale("log")
    number_axis(axes.xaxis, style, "number")
    number_axis(axes.yaxis, style, "number")
    name_axes(style, axes, TEXTS["hours"], TEXTS["score"])
    axes.legend(title=style.translate(SEGMENT), loc="upper left")
    return figure


@themed
def score_distribution(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw how the value score is spread over the customers, coloured by segment.

    Parameters
    ----------
    frame : DataFrame
        ``score`` (0..1), ``segment``.
    """
    figure, axes = canvas(height=2.8)
    segment_histogram(style, axes, frame.assign(points=frame["score"] * 100), "points", TEXTS["score"], bins=24)
    number_axis(axes.xaxis, style, "number")
    return figure


def _unit_square(style: Style, axes: Axes) -> None:
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    number_axis(axes.xaxis, style, "share")
    number_axis(axes.yaxis, style, "share")


COLUMNS = 3
LINE = 28


@themed
def value_functions(style: Style, panels: Sequence[tuple[str, ValueFunction]]) -> Figure:
    """Draw value functions side by side, each over the figures in which it changes.

    Parameters
    ----------
    panels : sequence of (str, ValueFunction)
        Name of the factor with its unit, and its function; each has a span.
    """
    rows = ceil(len(panels) / COLUMNS)
    figure = blank(0.4 + 2.3 * rows)
    for place, (label, function) in enumerate(panels):
        axes = figure.add_subplot(rows, COLUMNS, place + 1)
        _panel(style, axes, label, function)
        if place % COLUMNS == 0:
            axes.set_ylabel(style.translate(TEXTS["value"]))
    return figure


def _panel(style: Style, axes: Axes, label: str, function: ValueFunction) -> None:
    span = function.span()
    assert span is not None
    raw = np.linspace(*span, 401)
    value = function.of(pd.Series(raw))
    for height in (0.0, 0.5, 1.0):
        axes.axhline(height, color=HAIRLINE, linewidth=0.6, zorder=0)
    if function.kind == "threshold":
        axes.step(raw, value, where="mid", color=style.palette.primary)
    else:
        axes.plot(raw, value, color=style.palette.primary)
    axes.set(xlim=span, ylim=(-0.06, 1.08))
    width = span[1] - span[0]
    number_axis(axes.xaxis, style, "number", digits=0 if width >= 4 else 1 if width >= 0.4 else 2, steps=3)
    number_axis(axes.yaxis, style, "number", digits=1, steps=3)
    axes.set_xlabel(wrapped(label, LINE))


@themed
def dimension_shares(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw how much each grouping of the customers explains, one line per grouping and a mark per outcome.

    Parameters
    ----------
    frame : DataFrame
        ``label, series, share, low, high``; shares in 0..1.
    """
    labels, series = list(dict.fromkeys(frame["label"])), list(dict.fromkeys(frame["series"]))
    figure, axes = canvas(height=1.1 + 0.45 * len(labels))
    for place in range(len(labels)):
        axes.axhline(place, color=HAIRLINE, linewidth=0.6, zorder=0)
    for number, name in enumerate(series):
        rows = select(frame, series=name)
        colour, mark = style.palette.cycle[number], "oD"[number % 2]
        places = [labels.index(label) + (number - (len(series) - 1) / 2) * 0.3 for label in rows["label"]]
        axes.hlines(places, rows["low"], rows["high"], color=colour, linewidth=2)
        axes.plot(rows["share"], places, mark, color=colour, markersize=7, label=name)
    label_rows(axes, labels, room=(0.6, 0.4))
    axes.set_xlim(-0.02, 1.02)
    value_axis(style, axes, TEXTS["variance_share"], "share")
    if len(series) > 1:
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=len(series))
    return figure
