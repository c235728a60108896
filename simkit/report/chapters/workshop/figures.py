"""Charts of a workshop.

Each takes the style (language, colours) and a tidy frame about groups of people and returns a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_rows import beside, label_rows, span, value_axis
from simkit.report.document.style import HAIRLINE, Style, canvas, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

LONG_LABEL = 22
MARKS = ("o", "D", "s", "^", "v", "P", "X", "<", ">", "h")


@themed
def criteria_weights(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the weight of each criterion with its interval over participants.

    Parameters
    ----------
    frame : DataFrame
        ``label, weight, low, high`` (shares), in the order of display.
    """
    figure, axes = canvas(height=0.9 + 0.34 * len(frame))
    axes.barh(range(len(frame)), frame["weight"], color=tint(style.palette.primary, 0.35), height=0.62)
    for row, entry in rows_of(frame):
        whisker(axes, entry.low, entry.high, row)
        beside(axes, style.formats.share(entry.weight, 0), max(entry.high, entry.weight), row, gap=6)
    _criteria_axis(style, axes, frame, float(frame["high"].max()))
    return figure


@themed
def weights_side_by_side(style: Style, frame: pd.DataFrame, columns: Mapping[str, str]) -> Figure:
    """Draw the weights of several groups or ways beside each other, one mark each.

    Parameters
    ----------
    frame : DataFrame
        ``label`` and the columns to be drawn (shares), in the order of display.
    columns : mapping of str to str
        Columns to be drawn with their labels.
    """
    wide = max(len(label) for label in columns.values()) > LONG_LABEL
    across = 2 if wide else min(len(columns), 4)
    figure, axes = canvas(height=0.9 + 0.34 * len(frame) + 0.25 * -(-len(columns) // across))
    values = frame[list(columns)]
    for row in range(len(frame)):
        span(axes, values.iloc[row].min(), values.iloc[row].max(), row, color=HAIRLINE, linewidth=4, zorder=0)
    colours = style.palette.cycle
    for place, (name, label) in enumerate(columns.items()):
        axes.plot(
            frame[name],
            range(len(frame)),
            MARKS[place % len(MARKS)],
            color=colours[place % len(colours)],
            markersize=8 - min(place, 3),
            label=label,
        )
    _criteria_axis(style, axes, frame, float(values.max().max()))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=across)
    return figure


def _criteria_axis(style: Style, axes: Axes, frame: pd.DataFrame, largest: float) -> None:
    label_rows(axes, frame["label"])
    axes.set_xlim(0, max(0.1, largest) * 1.14)
    value_axis(style, axes, TEXTS["weight"], "share")
