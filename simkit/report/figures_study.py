"""Charts of the comparison of organisations; each takes a tidy frame with labels in words and returns a figure."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.theme import INK, MUTED, Look, canvas, number_axis, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MILLIONS = Text(de="Mio. {symbol}", en="million {symbol}")
FEWEST_ROWS = 4
PROFIT_CHANGE = Text(
    de="Veränderung des Gewinns über drei Jahre gegenüber heute, {unit}",
    en="Change of profit over three years against today, {unit}",
)
OF_PRESENT = Text(de="Anteil der Anwesenheitszeit", en="Share of time present")


@themed
def differences(look: Look, frame: pd.DataFrame) -> Figure:
    """Draw the change of three-year profit against today for each design, one panel for each scenario.

    Parameters
    ----------
    look : Look
        Language and colours.
    frame : DataFrame
        ``scenario_label, label, difference, low, high`` in the client's currency, in order.
    """
    scenarios = list(dict.fromkeys(frame["scenario_label"]))
    designs = list(dict.fromkeys(frame["label"]))
    figure, all_axes = panels(len(scenarios), height=1.0 + 0.5 * len(designs))
    for axes, scenario in zip(all_axes, scenarios, strict=True):
        forest(look, axes, select(frame, scenario_label=scenario).set_index("label").reindex(designs))
        axes.set_title(wrapped(scenario, 26), fontsize=9.5, color=INK, loc="left")
    all_axes[0].set_yticks(range(len(designs)), [wrapped(name, 24) for name in designs])
    all_axes[0].set_ylim(len(designs) - 0.5, -0.6)
    figure.supxlabel(look.say(PROFIT_CHANGE.fill(unit=_unit(look))), fontsize=9, color=MUTED)
    return figure


def forest(look: Look, axes: Axes, rows: pd.DataFrame) -> None:
    """Draw differences with their intervals into existing axes; pale where the interval includes 0."""
    axes.axvline(0, color=MUTED, linewidth=0.8)
    for row, entry in rows_of(rows):
        sure = entry.low > 0 or entry.high < 0
        colour = look.palette.primary if sure else tint(look.palette.primary, 0.5)
        axes.plot([entry.low / 1e6, entry.high / 1e6], [row, row], color=colour, linewidth=2.2, solid_capstyle="butt")
        axes.plot([entry.difference / 1e6], [row], "o", color=colour, markersize=7)
        text = look.formats.signed(entry.difference / 1e6, 2)
        axes.annotate(text, (entry.difference / 1e6, row), xytext=(0, 7), textcoords="offset points", ha="center")
    axes.spines["left"].set_visible(False)
    number_axis(axes.xaxis, look, "number", 1, steps=4)


@themed
def waterfall(look: Look, frame: pd.DataFrame, unit: Text | str, scale: float = 1e6, digits: int = 1) -> Figure:
    """Draw a sum step by step, each with its interval; the last row is the total.

    Parameters
    ----------
    look : Look
        Language and colours.
    frame : DataFrame
        ``label, difference, low, high``; low and high belong to the step, not to the running sum.
    unit : Text or str
        Unit of the axis.
    scale : float
        What a value is divided by.
    digits : int
        Decimals of the written values.
    """
    figure, axes = canvas(height=0.8 + 0.45 * len(frame))
    draw_steps(look, axes, frame, scale, digits)
    axes.set_yticks(range(len(frame)), [wrapped(label, 34) for label in frame["label"]])
    axes.set_xlabel(look.say(unit))
    return figure


def draw_steps(look: Look, axes: Axes, frame: pd.DataFrame, scale: float, digits: int) -> None:
    """Draw the bars of a waterfall into existing axes, from top to bottom."""
    values = (frame["difference"] / scale).tolist()
    ends = [*itertools.accumulate(values[:-1]), values[-1]]
    room = (max(*ends, 0.0) - min(*ends, 0.0)) or 1.0
    for place, (end, value) in enumerate(zip(ends, values, strict=True)):
        last = place == len(values) - 1
        start = end - value
        colour = look.palette.primary if last else _sign_colour(look, value)
        axes.barh([place], [value], left=[start], color=colour, height=0.6)
        low, high = (start + float(frame[side].iloc[place]) / scale for side in ("low", "high"))
        whisker(axes, low, high, place)
        edge = max(start, end, high) + room * 0.03
        axes.text(edge, place, look.formats.signed(value, digits), va="center")
        if not last:
            axes.plot([end, end], [place + 0.3, place + 0.7], color=MUTED, linewidth=0.7)
    _waterfall_frame(look, axes, len(values), digits)


def _waterfall_frame(look: Look, axes: Axes, count: int, digits: int) -> None:
    axes.axvline(0, color=MUTED, linewidth=0.8)
    axes.set_ylim(max(count, FEWEST_ROWS) - 0.4, -0.6)  # a single bar must not fill the chart
    axes.margins(x=0.14)
    axes.spines["left"].set_visible(False)
    number_axis(axes.xaxis, look, "number", digits)


def _sign_colour(look: Look, value: float) -> str:
    return tint(look.palette.primary, 0.4) if value >= 0 else look.palette.accent


@themed
def ceiling(look: Look, frame: pd.DataFrame) -> Figure:
    """Draw the customer-facing share today, what is reachable at most, and published figures as bars.

    Parameters
    ----------
    look : Look
        Language and colours.
    frame : DataFrame
        ``label, share, low, high, role`` with the role ``now``, ``design``, ``ceiling`` or ``published``.
    """
    figure, axes = canvas(height=0.9 + 0.42 * len(frame))
    shades = {
        "now": look.palette.primary,
        "design": tint(look.palette.primary, 0.4),
        "ceiling": look.palette.accent,
        "published": "#c4cad1",
    }
    for row, entry in rows_of(frame):
        axes.barh([row], [entry.share], color=shades.get(str(entry.role), MUTED), height=0.6)
        if not (math.isnan(entry.low) or math.isnan(entry.high)):
            whisker(axes, entry.low, entry.high, row)
        edge = max(value for value in (entry.share, entry.high) if not math.isnan(value))
        axes.text(edge + 0.01, row, look.formats.share(entry.share, 0), va="center")
    axes.set_yticks(range(len(frame)), [wrapped(label, 44) for label in frame["label"]])
    axes.invert_yaxis()
    axes.set_xlim(0, max(0.7, float(frame[["share", "high"]].max().max()) * 1.12))
    number_axis(axes.xaxis, look, "share")
    axes.set_xlabel(look.say(OF_PRESENT))
    axes.spines["left"].set_visible(False)
    return figure


def panels(columns: int, height: float, *, rows: int = 1, sharex: bool = True) -> tuple[Figure, list[Any]]:
    """Return a figure of axes side by side that share their rows, row by row from the top."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.2, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, list(figure.subplots(rows, columns, sharex=sharex, sharey=True, squeeze=False).ravel())


def wrapped(text: str, width: int) -> str:
    """Break a label into lines of about `width` letters."""
    import textwrap

    return "\n".join(textwrap.wrap(text, width, break_long_words=False)) or text


def _unit(look: Look) -> Text:
    return MILLIONS.fill(symbol=look.formats.currency_symbol)
