"""Charts of how firm the classes of customers are.

Each takes the style (language, colours) and a tidy frame and returns a figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import segment_colour
from simkit.report.charts.charts_curves import DASHED, NUMBER
from simkit.report.charts.charts_rows import beside, label_rows, solid_and_hatched, span
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)


@themed
def class_stability(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw how many customers of each class are firmly in it.

    Parameters
    ----------
    frame : DataFrame
        ``segment, customers, firm``; one row per class.
    """
    figure, axes = canvas(height=0.9 + 0.55 * len(frame))
    for place, row in rows_of(frame):
        colour = segment_colour(style, str(row.segment))
        axes.barh(place, row.firm, color=colour, height=0.62)
        axes.barh(
            place, row.customers - row.firm, left=row.firm, color="white", edgecolor=colour, hatch="////", height=0.62
        )
        words = f"{style.formats.number(row.firm)} / {style.formats.number(row.customers)}"
        beside(axes, words, row.customers, place)
    label_rows(axes, frame["segment"])
    axes.set_xlim(0, float(frame["customers"].max()) * 1.14)
    number_axis(axes.xaxis, style)
    axes.set_xlabel(style.translate(NUMBER))
    solid_and_hatched(figure, style.translate(TEXTS["firm"]), style.translate(TEXTS["open"]))
    return figure


@themed
def stability(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw between which values the weight of each factor can lie while the top class stays about the same.

    Parameters
    ----------
    frame : DataFrame
        ``label, weight, low, high``, all weights in 0..1.
    """
    figure, axes = canvas(height=0.8 + 0.42 * len(frame))
    for place, row in rows_of(frame):
        shade = tint(style.palette.primary, 0.55)
        span(axes, row.low, row.high, place, color=shade, linewidth=7, solid_capstyle="butt")
        axes.plot([row.weight], [place], "o", color=INK, markersize=6)
    label_rows(axes, frame["label"], width=26)
    axes.set_xlim(0, 1)
    number_axis(axes.xaxis, style, "share")
    axes.set_xlabel(style.translate(TEXTS["weight"]))
    return figure


@themed
def class_count(style: Style, frame: pd.DataFrame, enough: int) -> Figure:
    """Draw what more segments gain, before and after their cost.

    Parameters
    ----------
    frame : DataFrame
        ``segments, gain_amount, net_amount``, money per year.
    enough : int
        Number of segments to mark.
    """
    figure, axes = canvas(height=2.9)
    best = select(frame, segments=enough).iloc[0]
    axes.plot(
        frame["segments"],
        frame["gain_amount"],
        color=MUTED,
        linewidth=1.4,
        linestyle=DASHED,
        label=style.translate(TEXTS["gain"]),
    )
    axes.plot(
        frame["segments"],
        frame["net_amount"],
        color=style.palette.primary,
        linewidth=2.2,
        label=style.translate(TEXTS["net"]),
    )
    axes.plot([best["segments"]], [best["net_amount"]], "o", color=style.palette.accent, markersize=8, zorder=3)
    axes.set_xticks(list(frame["segments"]))
    axes.set_xlabel(style.translate(TEXTS["segments_axis"]))
    number_axis(axes.yaxis, style, steps=5)
    axes.set_ylabel(style.translate(TEXTS["per_year"].fill(currency=style.formats.currency_symbol)))
    axes.set_ylim(bottom=min(0.0, float(frame["net_amount"].min()) * 1.05))
    figure.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure
