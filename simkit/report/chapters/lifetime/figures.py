"""Charts of the lifetime value; each takes the style (language, colours) and a tidy frame and returns a figure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.report.charts.charts_base import name_axes, segment_colour
from simkit.report.charts.charts_curves import segment_histogram
from simkit.report.charts.charts_rows import beside, label_rows, value_axis
from simkit.report.document.style import INK, Style, canvas, number_axis, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

BINS = 20


def largest(values: pd.DataFrame | pd.Series) -> float:
    """Return the largest of ``value_amount, low, high``: the unit of all of them follows its size."""
    amounts = values[["value_amount", "low", "high"]].to_numpy(dtype=float)
    return float(np.nanmax(np.abs(amounts), initial=0.0))


@themed
def value_by_group(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the expected value of groups of customers with intervals.

    Parameters
    ----------
    frame : DataFrame
        ``group, label, value_amount, low, high``, in the client's currency.
    """
    figure, axes = canvas(height=1.0 + 0.5 * len(frame))
    ends = frame[["value_amount", "low", "high"]]
    low, high = min(0.0, float(ends.min().min())), max(0.0, float(ends.max().max()))
    reach = largest(frame)
    write, digits = ("millions", 1 if reach < 2e7 else 0) if reach >= MILLION else ("money", 0)
    for row, entry in rows_of(frame):
        axes.barh(row, entry.value_amount, height=0.6, color=segment_colour(style, entry.group))
        if not math.isnan(entry.low):
            whisker(axes, entry.low, entry.high, row)
        outer = max(entry.value_amount, 0.0 if math.isnan(entry.high) else entry.high, 0.0)
        text = style.formats.amount(entry.value_amount, scale=reach)
        beside(axes, text, outer, row, gap=6)
    label_rows(axes, frame["label"])
    span = (high - low) or 1.0
    axes.set_xlim(low - 0.03 * span, high + 0.2 * span)
    axes.axvline(0, color=INK, linewidth=0.6)
    value_axis(style, axes, "", write, digits, steps=5)
    return figure


@themed
def alive(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw how the probability of still being a customer is spread, coloured by segment.

    Parameters
    ----------
    frame : DataFrame
        ``alive_share`` (0..1), ``segment``.
    """
    figure, axes = canvas(height=2.8)
    segment_histogram(style, axes, frame, "alive_share", TEXTS["alive"], bins=BINS, binrange=(0, 1))
    axes.set_xlim(0, 1)
    number_axis(axes.xaxis, style, "share")
    legend = axes.get_legend()
    if legend is not None:
        legend.set_loc("upper center")
    return figure


@themed
def held_out(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw predicted beside actual purchases of the held-out time, by purchases before.

    Parameters
    ----------
    frame : DataFrame
        ``label, customers, predicted, actual, low, high``: means per customer; the interval is that of the actual mean.
    """
    figure, axes = canvas(height=3.0)
    for place, entry in rows_of(frame):
        axes.bar(place, entry.predicted, width=0.62, color=tint(style.palette.primary, 0.45), label=_once(style, place))
        _actual(style, axes, place, entry)
    labels = [f"{entry.label}\nn = {style.formats.number(entry.customers)}" for _, entry in rows_of(frame)]
    axes.set_xticks(range(len(frame)), labels)
    top = float(frame[["predicted", "actual", "high"]].max().max())
    axes.set_ylim(0, top * 1.08 or 1.0)
    number_axis(axes.yaxis, style, "number", 0 if top > 4 else 1, steps=5)
    name_axes(style, axes, TEXTS["before"], TEXTS["mean"])
    handles, words = axes.get_legend_handles_labels()
    figure.legend(handles[::-1], words[::-1], loc="outside upper left", ncols=2)
    return figure


def _once(style: Style, place: int) -> str:
    return "_" if place else style.translate(TEXTS["predicted"])


def _actual(style: Style, axes: Axes, place: int, entry: object) -> None:
    actual, low, high = (float(getattr(entry, name)) for name in ("actual", "low", "high"))
    if not math.isnan(low):
        axes.plot([place, place], [low, high], color=style.palette.accent, linewidth=1.4)
    label = "_" if place else style.translate(TEXTS["actual"])
    axes.plot([place], [actual], "o", color=style.palette.accent, markersize=7, label=label)
