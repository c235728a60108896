"""Charts of rows: one label each, from top to bottom, with bars, intervals or marks along a common axis of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.charts.charts_base import wrapped
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style, number_axis, rows_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D


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


def mark_key(words: str, marker: str, **style: Any) -> Line2D:
    """Return the entry of a legend for a mark without a line."""
    from matplotlib.lines import Line2D

    return Line2D([], [], marker=marker, linestyle="", label=words, **style)


def entries(rows: pd.DataFrame) -> list[Any]:
    """Return the rows of a chart, each with its cells as attributes."""
    return [entry for _, entry in rows_of(rows)]


def written_at(style: Style, chart: Chart, entry: Any) -> str:
    """Return what stands at the value of a row: its words, else its number where the chart has them written, else nothing."""
    if entry.words:
        return str(entry.words)
    if not chart.labelled or math.isnan(entry.value):
        return ""
    own = next((panel for panel in chart.panels if panel.name == entry.panel and panel.unit), chart)
    return str(getattr(style.formats, own.write)(entry.value, own.digits))


def axis_digits(chart: Chart) -> int:
    """Return the decimals of the numbers below the rows; shares stand there as whole percent."""
    return 0 if "share" in chart.write else chart.digits
