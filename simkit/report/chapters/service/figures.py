"""Charts of service levels, response curves and the best split of the hours.

Each takes style and frame and returns a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_base import name_axes, note, segment_colour
from simkit.report.charts.charts_rows import above, beside, label_rows, mark_key, solid_and_hatched, span
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint, whisker
from simkit.value.service.response import Curve

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

MOST_EFFORT = 2.5
STYLES = ("-", (0, (5, 2)), (0, (1, 1.4)), (0, (6, 1.5, 1, 1.5)))


@themed
def hours_check(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the hours that service levels need beside those that are there, with intervals.

    Parameters
    ----------
    frame : DataFrame
        ``name, needed_h, needed_low_h, needed_high_h, there_h, there_low_h, there_high_h``; one row per segment.
    """
    figure, axes = canvas(height=1.1 + 0.75 * len(frame))
    for place, row in rows_of(frame):
        colour = segment_colour(style, str(row.name))
        axes.barh(place - 0.19, row.needed_h, height=0.34, color=colour)
        axes.barh(place + 0.19, row.there_h, height=0.34, color="white", edgecolor=colour, hatch="////")
        for shift, low, high, value in (
            (-0.19, row.needed_low_h, row.needed_high_h, row.needed_h),
            (0.19, row.there_low_h, row.there_high_h, row.there_h),
        ):
            whisker(axes, low, high, place + shift)
            beside(axes, style.formats.number(value), max(high, value), place + shift, fontsize=9)
    label_rows(axes, [style.translate(TEXTS["segment"].fill(name=name)) for name in frame["name"]])
    axes.set_xlim(0, float(frame[["needed_high_h", "there_high_h"]].to_numpy().max()) * 1.12)
    number_axis(axes.xaxis, style)
    axes.set_xlabel(style.translate(TEXTS["hours"]))
    solid_and_hatched(figure, style.translate(TEXTS["needed"]), style.translate(TEXTS["there"]))
    return figure


@themed
def response_curves(style: Style, curves: Mapping[str, Curve]) -> Figure:
    """Draw sales as an answer to effort, one line per segment (several segments with one curve share a line).

    Parameters
    ----------
    curves : mapping of str to Curve
        By segment.
    """
    figure, axes = canvas(height=3.1)
    effort = np.linspace(0.0, MOST_EFFORT, 300)
    axes.axvline(1, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)))
    for number, (curve, names) in enumerate(_together(curves).items()):
        words = style.translate(TEXTS["segment"].fill(name=", ".join(names)))
        colour = style.palette.cycle[number % len(style.palette.cycle)]  # a pale line would be lost
        axes.plot(effort, curve.sales(effort), color=colour, linestyle=STYLES[number % 4], linewidth=2, label=words)
    axes.plot([1], [1], "o", color=INK, markersize=6, zorder=4)
    note(axes, style.translate(TEXTS["today"]), (1, 1), (6, -12))
    axes.set_xlim(0, MOST_EFFORT)
    axes.set_ylim(bottom=0)
    number_axis(axes.xaxis, style, "share")
    number_axis(axes.yaxis, style, "share", steps=5)
    name_axes(style, axes, TEXTS["effort"], TEXTS["sales"])
    figure.legend(loc="outside upper left", ncols=4, frameon=False)
    return figure


def _together(curves: Mapping[str, Curve]) -> dict[Curve, list[str]]:
    found: dict[Curve, list[str]] = {}
    for name, curve in curves.items():
        found.setdefault(curve, []).append(name)
    return found


@themed
def split(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw hours today and at the best split, and how far they may be off.

    Parameters
    ----------
    frame : DataFrame
        ``segment, hours_h, best_h, low_h, high_h``.
    """
    figure, axes = canvas(height=1.2 + 0.62 * len(frame))
    band = tint(style.palette.primary, 0.72)
    for place, row in rows_of(frame):
        span(axes, row.low_h, row.high_h, place, color=band, linewidth=10, solid_capstyle="butt", zorder=1)
        axes.plot([row.best_h], [place], "D", color=style.palette.primary, markersize=8, zorder=3)
        axes.plot([row.hours_h], [place], "o", markerfacecolor="white", markeredgecolor=INK, markersize=8, zorder=4)
        for value, height in ((row.best_h, 11), (row.hours_h, -17)):
            above(axes, style.formats.number(value), value, place, gap=height, fontsize=9)
    label_rows(axes, [style.translate(TEXTS["segment"].fill(name=name)) for name in frame["segment"]], room=(0.6, 0.4))
    axes.set_xlim(left=0)
    axes.margins(x=0.06)
    number_axis(axes.xaxis, style)
    axes.set_xlabel(style.translate(TEXTS["hours"]))
    from matplotlib.lines import Line2D

    keys = [
        mark_key(style.translate(TEXTS["today"]), "o", markerfacecolor="white", markeredgecolor=INK),
        mark_key(style.translate(TEXTS["best"]), "D", color=style.palette.primary),
        Line2D([], [], color=band, linewidth=8, label=style.translate(TEXTS["flat"])),
    ]
    figure.legend(handles=keys, loc="outside upper left", ncols=3, frameon=False)
    return figure
