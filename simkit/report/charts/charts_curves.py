"""Charts of curves, bands and steps along an axis."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import decimals, segment_colours, wrapped
from simkit.report.document.style import MUTED, Style, canvas, number_axis, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

DASHED = (0, (4, 3))
"""Line style of what a curve is held against."""
NUMBER = TEXTS["number"]
SEGMENT = TEXTS["segment"]


def band(axes: Axes, at: Any, ends: tuple[Any, Any], colour: str, alpha: float | None = None) -> None:
    """Shade what lies between the lower and the upper end of a curve."""
    low, high = ends
    axes.fill_between(at, low, high, color=colour, alpha=alpha, linewidth=0)


def cumulated(axes: Axes, rows: pd.DataFrame, colour: str, *, scale: float, alpha: float) -> float:
    """Draw a cumulated sum with its band from go-live on, and return where it ends, in units of `scale`.

    Parameters
    ----------
    rows : DataFrame
        ``month, cumulated, cumulated_low, cumulated_high``; before the first month everything is 0.
    scale : float
        What a value is divided by.
    alpha : float
        How dense the band is, in 0..1.
    """
    month = [0, *rows["month"]]
    line, low, high = (curve_from_zero(rows[f"cumulated{end}"] / scale) for end in ("", "_low", "_high"))
    band(axes, month, (low, high), colour, alpha)
    axes.plot(month, line, color=colour)
    return float(line[-1])


def curve_from_zero(values: Sequence[float] | pd.Series) -> list[float]:
    """Return values with a 0 in front."""
    return [0.0, *values]


def segment_histogram(
    style: Style, axes: Axes, frame: pd.DataFrame, column: str, words: Text | str, **bins: Any
) -> None:
    """Draw how a figure is spread over the customers, coloured by segment.

    Parameters
    ----------
    frame : DataFrame
        The column and ``segment``.
    words : Text or str
        What the figure is.
    **bins : Any
        How it is divided, as seaborn's ``histplot`` names it.
    """
    import seaborn as sns

    colours = segment_colours(style, frame)
    sns.histplot(
        frame, x=column, hue="segment", hue_order=list(colours), palette=colours, multiple="stack", alpha=1,
        edgecolor="white", linewidth=0.4, ax=axes, **bins,
    )  # fmt: skip
    number_axis(axes.yaxis, style, "number")
    axes.set(xlabel=style.translate(words), ylabel=style.translate(NUMBER))
    legend = axes.get_legend()
    if legend is not None:
        legend.set_title(style.translate(SEGMENT))


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
    digits = max(digits, decimals(max(map(abs, values)))) if digits else 0
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
