"""Charts of the comparison of organisations.

Each takes the style (language, colours) and a tidy frame with labels in words and returns a figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import MONTHS_SINCE, blank, millions, name_axes, note, panels, wrapped
from simkit.report.charts.charts_curves import cumulated
from simkit.report.charts.charts_rows import forest, label_rows, value_axis
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

PROFIT_CHANGE = TEXTS["profit_change"]


@themed
def differences(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the change of profit a year against today for each design, one panel for each scenario.

    Parameters
    ----------
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


LABEL_ROOM = 0.08  # least distance of two labels above each other, as a share of the axis
LABEL_WIDTH = 0.22  # the same for two numbers beside each other


@themed
def cumulated_gains(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw what each design has gained or lost against today up to each month, with the interval as a band.

    Parameters
    ----------
    frame : DataFrame
        ``label, month, cumulated, cumulated_low, cumulated_high`` in currency.
    """
    figure, axes = canvas(height=3.6)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    ends = {}
    for colour, (label, rows) in zip(style.palette.cycle * 9, frame.groupby("label", sort=False), strict=False):
        ends[str(label)] = (cumulated(axes, rows, colour, scale=1e6, alpha=0.16), colour)
    last = int(frame["month"].max())
    axes.set_xlim(0, last)
    axes.set_xticks(range(0, last + 1, 6))
    name_axes(style, axes, MONTHS_SINCE, millions(style))
    number_axis(axes.yaxis, style, "signed", 1)
    _name_ends(axes, last, ends)
    return figure


def _name_ends(axes: Axes, last: int, ends: dict[str, tuple[float, str]]) -> None:
    """Name the lines at their right ends; names move up so that no two of them meet."""
    low, high = axes.get_ylim()
    gap, place = (high - low) * LABEL_ROOM, -float("inf")
    for label, (value, colour) in sorted(ends.items(), key=lambda end: end[1][0]):
        name = wrapped(label, 22)
        place = max(value, place + gap * (1 + name.count("\n")))
        note(axes, name, (last, place), (6, 0), va="center", color=colour, fontsize=8.5, annotation_clip=False)


@themed
def beside_the_case(style: Style, frame: pd.DataFrame, means: pd.DataFrame, ticks: pd.DataFrame) -> Figure:
    """Draw each replication as a dot, the mean with its interval, and the published case as upright marks.

    Parameters
    ----------
    frame : DataFrame
        ``title, label, value``: one row for each panel, design and replication; shares.
    means : DataFrame
        ``title, label, mean, low, high``: one row for each panel and design.
    ticks : DataFrame
        ``title, value``: the published case.
    """
    titles, designs = list(dict.fromkeys(frame["title"])), list(dict.fromkeys(frame["label"]))
    figure = blank(1.1 + 0.5 * len(designs))
    panels = figure.subplots(1, len(titles), sharey=True, squeeze=False)[0]
    for axes, title in zip(panels, titles, strict=True):
        replications = select(frame, title=title)
        axes.plot(
            replications["value"], replications["label"].map(designs.index) + 0.16, "o", markersize=3, alpha=0.7,
            color=tint(style.palette.primary, 0.55),
        )  # fmt: skip
        for _, mean in rows_of(select(means, title=title)):
            row = designs.index(mean.label) - 0.1
            whisker(axes, mean.low, mean.high, row)
            axes.plot([mean.mean], [row], "o", color=style.palette.primary, markersize=6)
        _published(style, axes, select(ticks, title=title))
        axes.set_title(wrapped(title, 26), fontsize=9.5, color=INK, loc="left", pad=24)
        axes.spines["left"].set_visible(False)
        number_axis(axes.xaxis, style, "share", steps=4)
    label_rows(panels[0], designs, width=24, room=(0.6, 0.5))
    return figure


def _published(style: Style, axes: Axes, ticks: pd.DataFrame) -> None:
    """Mark the published values; the number of one that stands close to the one before is written a line higher."""
    for _, tick in rows_of(ticks):
        axes.axvline(tick.value, color=style.palette.accent, linewidth=1.4)
    axes.margins(x=0.12)
    low, high = axes.get_xlim()
    last, line = -float("inf"), 0
    for value in sorted(ticks["value"]):
        line = 1 - line if value - last < (high - low) * LABEL_WIDTH else 0
        last = value
        note(
            axes,
            style.formats.share(value, 0),
            (value, 1.0),
            (0, 2 + 9 * line),
            xycoords=("data", "axes fraction"),
            ha="center",
            fontsize=8,
            color=style.palette.accent,
        )
