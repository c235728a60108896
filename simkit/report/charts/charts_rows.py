"""Charts of rows: one label each, from top to bottom, with bars, intervals or marks along a common axis of numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import decimals, wrapped
from simkit.report.document.style import HAIRLINE, MUTED, Style, canvas, number_axis, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

TEXTS = Catalogue.beside(__file__)

CUMULATIVE = TEXTS["cumulative"]


def label_rows(
    axes: Axes,
    labels: Iterable[object],
    *,
    width: int | None = None,
    room: tuple[float, float] | None = (0.5, 0.5),
    **style: Any,
) -> None:
    """Label the rows, the first one on top.

    Parameters
    ----------
    axes : Axes
        With one row at each whole number from 0.
    labels : iterable
        Label of each row.
    width : int, optional
        About how many letters a line of a label has; without it labels are not broken.
    room : (float, float), optional
        Room above the first and below the last row, in rows; None means what the rows take.
    **style : Any
        For the labels, as matplotlib names it.
    """
    names = [str(label) if width is None else wrapped(str(label), width) for label in labels]
    axes.set_yticks(range(len(names)), names, **style)
    if room is None:
        axes.invert_yaxis()
    else:
        axes.set_ylim(len(names) - room[1], -room[0])


def value_axis(
    style: Style, axes: Axes, words: Text | str = "", write: str = "number", digits: int = 0, steps: int = 7
) -> None:
    """Write the numbers below the rows with their unit, and no line beside the labels."""
    number_axis(axes.xaxis, style, write, digits, steps)
    if words:
        axes.set_xlabel(style.translate(words))
    axes.spines["left"].set_visible(False)


def span(axes: Axes, low: float, high: float, row: float, **style: Any) -> None:
    """Draw a line along a row, such as an interval."""
    axes.plot([low, high], [row, row], **style)


def beside(axes: Axes, words: str, end: float, row: float, gap: int = 5, **style: Any) -> None:
    """Write a value to the right of the end of its bar; the gap in points."""
    axes.annotate(words, (end, row), xytext=(gap, 0), textcoords="offset points", va="center", **style)


def above(axes: Axes, words: str, mark: float, row: float, gap: int = 7, **style: Any) -> None:
    """Write a value above its mark; the gap in points."""
    axes.annotate(words, (mark, row), xytext=(0, gap), textcoords="offset points", ha="center", **style)


Marks = tuple[pd.Series, str, float, str]
"""Values row by row, matplotlib's marker and its size, and the words of the legend."""


def two_marks(style: Style, axes: Axes, first: Marks, second: Marks) -> None:
    """Draw two marks in each row, in the two colours of the palette."""
    for (values, marker, size, words), colour in ((first, style.palette.primary), (second, style.palette.accent)):
        axes.plot(values, range(len(values)), marker, color=colour, markersize=size, label=words)


def mark_key(words: str, marker: str, **style: Any) -> Line2D:
    """Return the entry of a legend for a mark without a line."""
    from matplotlib.lines import Line2D

    return Line2D([], [], marker=marker, linestyle="", label=words, **style)


def solid_and_hatched(figure: Figure, solid: str, hatched: str) -> None:
    """Explain full and hatched bars above the chart."""
    from matplotlib.patches import Patch

    keys = [
        Patch(facecolor=MUTED, label=solid),
        Patch(facecolor="white", edgecolor=MUTED, hatch="////", label=hatched),
    ]
    figure.legend(handles=keys, loc="outside upper left", ncols=2, frameon=False)


def forest(style: Style, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw differences with their intervals into existing axes; pale where the interval includes 0."""
    axes.axvline(0, color=MUTED, linewidth=0.8)
    digits = max(2, decimals(float(rows["difference"].abs().max()) / 1e6))
    for row, entry in rows_of(rows):
        sure = entry.low > 0 or entry.high < 0
        colour = style.palette.primary if sure else tint(style.palette.primary, 0.5)
        span(axes, entry.low / 1e6, entry.high / 1e6, row, color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot([entry.difference / 1e6], [row], "o", color=colour, markersize=7)
        above(axes, style.formats.signed(entry.difference / 1e6, digits), entry.difference / 1e6, row)
    reach = float(rows[["low", "high"]].abs().max().max()) / 1e6
    value_axis(style, axes, "", "number", max(1, decimals(reach)) if reach < 0.5 else 1, steps=4)


@themed
def shares(style: Style, frame: pd.DataFrame, xlabel: Text | str) -> Figure:
    """Draw one share with its interval for each row, such as a role or a quarter.

    Parameters
    ----------
    frame : DataFrame
        ``label, share, low, high``.
    """
    figure, axes = canvas(height=0.9 + 0.42 * len(frame))
    for row, entry in rows_of(frame):
        axes.axhline(row, color=HAIRLINE, linewidth=0.6, zorder=0)
        span(axes, entry.low, entry.high, row, color=style.palette.primary, linewidth=2)
        axes.plot([entry.share], [row], "o", color=style.palette.primary, markersize=8)
        axes.text(entry.share, row - 0.18, style.formats.share(entry.share), ha="center", va="bottom")
    label_rows(axes, frame["label"], room=(0.7, 0.5))
    axes.set_xlim(0, min(1.0, float(frame["high"].max()) * 1.2))
    value_axis(style, axes, xlabel, "share")
    return figure


@themed
def pareto(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw reasons by how often they are given, with the running sum written beside.

    Parameters
    ----------
    frame : DataFrame
        ``label, deals, cumulative_share``, most frequent first.
    """
    figure, axes = canvas(height=0.9 + 0.4 * len(frame))
    for place, row in rows_of(frame):
        axes.barh(place, row.deals, color=style.palette.primary, height=0.62)
        so_far = style.formats.share(row.cumulative_share, 0)
        beside(axes, f"{style.formats.number(row.deals)}  ({style.translate(CUMULATIVE)}: {so_far})", row.deals, place)
    label_rows(axes, frame["label"], width=30)
    axes.set_xlim(0, float(frame["deals"].max()) * 1.5)
    number_axis(axes.xaxis, style)
    axes.set_xlabel(style.translate(TEXTS["deals"]))
    return figure
