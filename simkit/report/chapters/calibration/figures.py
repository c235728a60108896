"""Charts of the calibration: simulated against measured figures, and what was predicted against what came."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.charts.charts_rows import label_rows, span
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

LARGEST = 3.0  # times the measured figure; what lies beyond is drawn at the edge


@themed
def fit_of_moments(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw each measured figure with its interval as 100 %, and the simulated one beside it.

    Parameters
    ----------
    frame : DataFrame
        ``label, measured, measured_low, measured_high, simulated, simulated_low, simulated_high, fits``, one row per
        moment.
    """
    figure, axes = canvas(height=1.2 + 0.3 * len(frame))
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    for place, row in rows_of(frame):
        unit = row.measured
        _interval(axes, row.measured_low / unit, row.measured_high / unit, place - 0.16, style.palette.primary)
        axes.plot([1.0], [place - 0.16], "s", color=style.palette.primary, markersize=5)
        colour = style.palette.accent if row.fits else INK
        _interval(axes, row.simulated_low / unit, row.simulated_high / unit, place + 0.16, colour)
        axes.plot(
            [min(row.simulated / unit, LARGEST)], [place + 0.16], "o", color=colour, markersize=5,
            markerfacecolor=colour if row.fits else "white",
        )  # fmt: skip
    _rows(style, axes, [str(label) for label in frame["label"]], TEXTS["relative"])
    ends = frame[["measured_low", "measured_high", "simulated_low", "simulated_high", "simulated"]]
    _reach(axes, ends.div(frame["measured"], axis=0))
    no = TEXTS["simulated_does_not_fit"]
    _legend(
        style,
        axes,
        [
            (TEXTS["measured"], "s", style.palette.primary, True),
            (TEXTS["simulated"], "o", style.palette.accent, True),
            (no, "o", INK, False),
        ],
    )
    return figure


@themed
def backtest(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw each prediction with its interval as 100 %, and what came as a dot.

    Parameters
    ----------
    frame : DataFrame
        ``label, observed, predicted, low, high, covered``, one row per figure.
    """
    figure, axes = canvas(height=1.2 + 0.28 * len(frame))
    axes.axvline(1.0, color=MUTED, linewidth=0.8)
    band = tint(style.palette.primary, 0.45)
    for place, row in rows_of(frame):
        low, high = row.low / row.predicted, row.high / row.predicted
        span(axes, low, high, place, color=band, linewidth=7, solid_capstyle="butt")
        colour = style.palette.accent if row.covered else INK
        axes.plot(
            [min(row.observed / row.predicted, LARGEST)], [place], "o", color=colour, markersize=6,
            markerfacecolor=colour if row.covered else "white",
        )  # fmt: skip
    _rows(style, axes, [str(label) for label in frame["label"]], TEXTS["predicted"])
    _reach(axes, frame[["low", "high", "observed"]].div(frame["predicted"], axis=0))
    outside = TEXTS["what_came_outside"]
    entries = [
        (TEXTS["interval"], "_", band, True),
        (TEXTS["came"], "o", style.palette.accent, True),
        (outside, "o", INK, False),
    ]
    _legend(style, axes, entries)
    return figure


def _interval(axes: Axes, low: float, high: float, place: float, colour: str) -> None:
    if not (math.isnan(low) or math.isnan(high)):
        span(axes, max(low, 0.0), min(high, LARGEST), place, color=colour, linewidth=1.2)


def _rows(style: Style, axes: Axes, labels: list[str], unit: Text) -> None:
    label_rows(axes, labels, width=34, room=(0.6, 0.4))
    axes.tick_params(axis="y", labelcolor=INK)
    axes.set_xlabel(style.translate(unit))
    axes.grid(axis="x")
    number_axis(axes.xaxis, style, "share", 0)


def _reach(axes: Axes, ends: pd.DataFrame) -> None:
    """Show all ends, but no more than from 0 to three times the figure."""
    low, high = float(ends.min().min()), float(ends.max().max())
    axes.set_xlim(max(min(low, 0.8) - 0.05, 0.0), min(max(high, 1.2), LARGEST) + 0.05)


def _legend(style: Style, axes: Axes, entries: list[tuple[Text, str, str, bool]]) -> None:
    for text, marker, colour, filled in entries:
        axes.plot(
            [], [], marker=marker, linestyle="", color=colour, markerfacecolor=colour if filled else "white",
            label=style.translate(text), markersize=9 if marker == "_" else 5, markeredgewidth=4 if marker == "_" else 1,
        )  # fmt: skip
    axes.legend(loc="lower left", bbox_to_anchor=(-0.35, 1.0), ncols=3, borderaxespad=0.2, handletextpad=0.3)
