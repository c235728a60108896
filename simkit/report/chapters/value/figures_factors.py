"""Charts of value functions, and of what groupings of customers explain; each returns a figure."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import blank, wrapped
from simkit.report.charts.charts_rows import label_rows, value_axis
from simkit.report.document.style import HAIRLINE, Style, canvas, number_axis, themed
from simkit.value.score.value_functions import ValueFunction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

COLUMNS = 3
LINE = 28


@themed
def value_functions(style: Style, panels: Sequence[tuple[str, ValueFunction]]) -> Figure:
    """Draw value functions side by side, each over the figures in which it changes.

    Parameters
    ----------
    style : Style
        Language and colours.
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
    style : Style
        Language and colours.
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
