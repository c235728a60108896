"""Charts of steps: a sum that is built up from its parts, each with its interval."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.charts.charts_base import wrapped
from simkit.report.document.style import MUTED, Style, canvas, number_axis, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FEWEST_ROWS = 4


@themed
def waterfall(style: Style, frame: pd.DataFrame, unit: Text | str, scale: float = 1e6, digits: int = 1) -> Figure:
    """Draw a sum step by step, each with its interval; the last row is the total.

    Parameters
    ----------
    frame : DataFrame
        ``label, difference, low, high``; low and high belong to the step, not to the running sum.
    unit : Text or str
        Unit of the axis.
    scale : float
        What a value is divided by.
    """
    figure, axes = canvas(height=0.8 + 0.45 * len(frame))
    draw_steps(style, axes, frame, scale, digits)
    axes.set_yticks(range(len(frame)), [wrapped(label, 34) for label in frame["label"]])
    axes.set_xlabel(style.translate(unit))
    return figure


def draw_steps(style: Style, axes: Axes, frame: pd.DataFrame, scale: float, digits: int) -> None:
    """Draw the bars of a waterfall into existing axes, from top to bottom."""
    values = (frame["difference"] / scale).tolist()
    ends = [*itertools.accumulate(values[:-1]), values[-1]]
    room = (max(*ends, 0.0) - min(*ends, 0.0)) or 1.0
    for place, (end, value) in enumerate(zip(ends, values, strict=True)):
        last = place == len(values) - 1
        start = end - value
        colour = style.palette.primary if last else _sign_colour(style, value)
        axes.barh([place], [value], left=[start], color=colour, height=0.6)
        low, high = (start + float(frame[side].iloc[place]) / scale for side in ("low", "high"))
        whisker(axes, low, high, place)
        edge = max(start, end, high) + room * 0.03
        axes.text(edge, place, style.formats.signed(value, digits), va="center")
        if not last:
            axes.plot([end, end], [place + 0.3, place + 0.7], color=MUTED, linewidth=0.7)
    _waterfall_frame(style, axes, len(values), digits)


def _waterfall_frame(style: Style, axes: Axes, count: int, digits: int) -> None:
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_ylim(max(count, FEWEST_ROWS) - 0.4, -0.6)  # a single bar must not fill the chart
    axes.margins(x=0.14)
    axes.spines["left"].set_visible(False)
    number_axis(axes.xaxis, style, "number", digits)


def _sign_colour(style: Style, value: float) -> str:
    return tint(style.palette.primary, 0.4) if value >= 0 else style.palette.accent
