"""Charts of the levers: net gain beside the return per unit of money, and the net gain month by month."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import MONTHS_SINCE, blank, thousands, wrapped
from simkit.report.charts.charts_curves import cumulated
from simkit.report.charts.charts_rows import above, label_rows, span
from simkit.report.document.style import INK, MUTED, Style, number_axis, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

COLUMNS = 3
FINE = 6.0  # an axis shorter than this needs decimals


@themed
def net_gain_and_return(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw for each lever its net gain and its return per unit of money, each with its interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, evidence_words, net, net_low, net_high`` in currency, ``per_euro, per_euro_low, per_euro_high``, in order.
    """
    figure = blank(1.1 + 0.46 * len(frame))
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.15, 1])
    symbol = style.formats.currency_symbol
    for row, entry in rows_of(frame):
        _interval(style, left, row, [entry.net / 1e3, entry.net_low / 1e3, entry.net_high / 1e3], 0.0, "signed", 0)
        if math.isnan(entry.per_euro_low):
            right.annotate(
                style.translate(TEXTS["no_cost"]),
                (0.02, row),
                xycoords=("axes fraction", "data"),
                va="center",
                color=MUTED,
                fontsize=8.5,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
            )
        else:
            _interval(style, right, row, [entry.per_euro, entry.per_euro_low, entry.per_euro_high], 1.0, "number", 2)
    for axes, title, unit, border in (
        (left, style.translate(TEXTS["net"]), style.translate(thousands(style)), 0.0),
        (
            right,
            style.translate(TEXTS["return"].fill(symbol=symbol)),
            style.translate(TEXTS["per_unit"].fill(symbol=symbol)),
            1.0,
        ),
    ):
        axes.axvline(border, color=MUTED, linewidth=0.8, zorder=0)
        axes.set_title(title, fontsize=9.5, color=INK, loc="left")
        axes.set_xlabel(unit)
        axes.spines["left"].set_visible(False)
        axes.margins(x=0.12)
        low, high = axes.get_xlim()
        number_axis(axes.xaxis, style, "number", 1 if high - low < FINE else 0, steps=5)
    names = [f"{wrapped(entry.label, 28)} [{entry.evidence_words}]" for _, entry in rows_of(frame)]
    label_rows(left, names, room=(0.7, 0.5))
    return figure


def _interval(style: Style, axes: Axes, row: int, values: list[float], border: float, write: str, digits: int) -> None:
    """Draw a mean with its interval; pale where the interval includes the border between gain and loss."""
    mean, low, high = values
    sure = low > border or high < border
    colour = (
        style.palette.accent if high < border else style.palette.primary if sure else tint(style.palette.primary, 0.5)
    )
    span(axes, low, high, row, color=colour, linewidth=2.2, solid_capstyle="butt")
    axes.plot([mean], [row], "o", color=colour, markersize=6)
    above(axes, getattr(style.formats, write)(mean, digits), mean, row, gap=6, fontsize=8.5)


@themed
def payback(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the cumulated net gain of each lever by month in a small panel with a scale of its own; the band is the interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, month, cumulated, cumulated_low, cumulated_high`` in currency.
    """
    labels = list(dict.fromkeys(frame["label"]))
    lines = math.ceil(len(labels) / COLUMNS)
    figure = blank(0.5 + 1.45 * lines)
    panels = figure.subplots(lines, COLUMNS, sharex=True, squeeze=False)
    last = int(frame["month"].max())
    for axes, label in zip(panels.flat, labels, strict=False):
        _path(style, axes, select(frame, label=label))
        axes.set_title(wrapped(label, 26), fontsize=8.5, color=INK, loc="left")
        axes.set_xlim(0, last)
        axes.set_xticks(range(0, last + 1, 12))
        axes.margins(x=0)
        number_axis(axes.yaxis, style, "signed", 0, steps=4)
    for axes in panels.flat[len(labels) :]:
        axes.set_visible(False)
    for column in range(COLUMNS):  # the lowest panel that is shown in each column has the months
        shown = [axes for axes in panels[:, column] if axes.get_visible()]
        if shown:
            shown[-1].tick_params(labelbottom=True)
    figure.supxlabel(style.translate(MONTHS_SINCE), fontsize=9, color=MUTED)
    figure.supylabel(style.translate(thousands(style)), fontsize=9, color=MUTED)
    return figure


def _path(style: Style, axes: Axes, rows: pd.DataFrame) -> None:
    colour = style.palette.primary if rows["cumulated"].iloc[-1] / 1e3 > 0 else style.palette.accent
    axes.axhline(0, color=MUTED, linewidth=0.8)
    cumulated(axes, rows, colour, scale=1e3, alpha=0.18)
