"""Charts of the comparison of organisations; each takes a tidy frame with labels in words and returns a figure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import MILLIONS as MILLIONS
from simkit.report.charts.charts_base import millions, panels, wrapped
from simkit.report.charts.charts_rows import forest, label_rows, value_axis
from simkit.report.charts.charts_steps import waterfall as waterfall
from simkit.report.document.style import INK, MUTED, Style, canvas, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

PROFIT_CHANGE = TEXTS["profit_change"]


@themed
def differences(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the change of three-year profit against today for each design, one panel for each scenario.

    Parameters
    ----------
    style : Style
        Language and colours.
    frame : DataFrame
        ``scenario_label, label, difference, low, high`` in the client's currency, in order.
    """
    scenarios = list(dict.fromkeys(frame["scenario_label"]))
    designs = list(dict.fromkeys(frame["label"]))
    figure, all_axes = panels(len(scenarios), height=1.0 + 0.5 * len(designs))
    for axes, scenario in zip(all_axes, scenarios, strict=True):
        forest(style, axes, select(frame, scenario_label=scenario).set_index("label").reindex(designs))
        axes.set_title(wrapped(scenario, 26), fontsize=9.5, color=INK, loc="left")
    label_rows(all_axes[0], designs, width=24, room=(0.6, 0.5))
    figure.supxlabel(style.translate(PROFIT_CHANGE.fill(unit=millions(style))), fontsize=9, color=MUTED)
    return figure


@themed
def ceiling(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the customer-facing share today, what is reachable at most, and published figures as bars.

    Parameters
    ----------
    style : Style
        Language and colours.
    frame : DataFrame
        ``label, share, low, high, role`` with the role ``now``, ``design``, ``ceiling`` or ``published``.
    """
    figure, axes = canvas(height=0.9 + 0.42 * len(frame))
    shades = {
        "now": style.palette.primary,
        "design": tint(style.palette.primary, 0.4),
        "ceiling": style.palette.accent,
        "published": "#c4cad1",
    }
    for row, entry in rows_of(frame):
        axes.barh([row], [entry.share], color=shades.get(str(entry.role), MUTED), height=0.6)
        if not (math.isnan(entry.low) or math.isnan(entry.high)):
            whisker(axes, entry.low, entry.high, row)
        edge = max(value for value in (entry.share, entry.high) if not math.isnan(value))
        axes.text(edge + 0.01, row, style.formats.share(entry.share, 0), va="center")
    label_rows(axes, frame["label"], width=44, room=None)
    axes.set_xlim(0, max(0.7, float(frame[["share", "high"]].max().max()) * 1.12))
    value_axis(style, axes, TEXTS["of_present"], "share")
    return figure
