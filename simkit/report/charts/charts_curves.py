"""Charts of curves: a line with a band around it, and how values are spread over the customers of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import segment_colours
from simkit.report.document.style import Style, number_axis

if TYPE_CHECKING:
    from matplotlib.axes import Axes

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
