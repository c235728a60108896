"""Charts of how sure a comparison is.

Each takes the style (language, colours) and a tidy frame with labels in words and returns a figure.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.chapters.organisation.figures import PROFIT_CHANGE
from simkit.report.charts.charts_base import millions, panels, wrapped
from simkit.report.charts.charts_rows import above, forest, label_rows, span, value_axis
from simkit.report.document.style import INK, MUTED, Style, canvas, readable_on, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

ZONE_SHADE = "#c6ced6"
DIRECTIONS = {
    1: TEXTS["directions_1"],
    -1: TEXTS["directions_1_less_better"],
}


@themed
def differences_with_zone(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the change of profit a year against today with simultaneous intervals, and the indifference zone.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, difference, low, high, zone`` in the client's currency, in order.
    """
    scenarios = list(dict.fromkeys(frame["scenario_label"]))
    designs = list(dict.fromkeys(frame["label"]))
    figure, all_axes = panels(len(scenarios), height=1.0 + 0.55 * len(designs))
    for axes, scenario in zip(all_axes, scenarios, strict=True):
        rows = select(frame, scenario_label=scenario)
        zone = float(rows["zone"].iloc[0]) / 1e6
        axes.axvspan(-zone, zone, color=ZONE_SHADE, linewidth=0)
        forest(style, axes, rows.set_index("label").reindex(designs))
        axes.set_title(wrapped(scenario, 26), fontsize=9.5, color=INK, loc="left")
    label_rows(all_axes[0], designs, width=24, room=(0.6, 0.5))
    figure.supxlabel(style.translate(PROFIT_CHANGE.fill(unit=millions(style))), fontsize=9, color=MUTED)
    return figure


@themed
def probability_of_best(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw, for each scenario, how probable it is that each design earns most; those that may be best stand in bold.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, probability_best`` in 0..1, ``may_be_best``.
    """
    values = _wide(frame, "probability_best", "scenario_label")
    bold = _wide(frame.assign(bold=frame["may_be_best"].astype(float)), "bold", "scenario_label")
    words = values.map(lambda value: style.formats.share(value, 0))
    return _heat(style, values, words, style.palette.primary, highest=1.0, bold=bold > 0)


@themed
def regret(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw what each design gives away against the best of each scenario, and its largest regret in the last column.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, regret, low, high`` in currency.
    """
    largest = float(frame["regret"].max())
    digits = 1 if float(frame["high"].max()) >= 1e7 else 2
    written = [
        [style.formats.number(value / 1e6, digits) for value in frame[name]] for name in ("regret", "low", "high")
    ]
    cells = [f"{middle}\n({low} … {high})" for middle, low, high in zip(*written, strict=True)]
    values, words = (_wide(frame.assign(cell=cells), name, "scenario_label") for name in ("regret", "cell"))
    last = pd.DataFrame(False, index=values.index, columns=values.columns)
    last[values.columns[-1]] = True
    return _heat(style, values, words, style.palette.accent, highest=max(largest, 1.0), bold=last)


@themed
def dominance(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw in how many comparisons each design is shown to be at least as good as each other one.

    Parameters
    ----------
    frame : DataFrame
        ``label, other_label, as_good, cells, dominates``; rows are at least as good as columns.
    """
    counts = [style.translate(TEXTS["cells"].fill(n=row.as_good, all=row.cells)) for _, row in rows_of(frame)]
    ends = [f"\n{style.translate(TEXTS['dominates'])}" if flag else "" for flag in frame["dominates"]]
    told = frame.assign(
        part=frame["as_good"] / frame["cells"],
        cell=[count + end for count, end in zip(counts, ends, strict=True)],
        sure=frame["dominates"].astype(float),
    )
    order = list(dict.fromkeys(frame["label"]))
    shares, words, sure = (
        _wide(told, name, "other_label").reindex(index=order, columns=order) for name in ("part", "cell", "sure")
    )
    figure = _heat(style, shares, words, style.palette.primary, highest=1.0, bold=sure > 0)
    figure.axes[0].set_title(style.translate(TEXTS["as_good_as"]), fontsize=9, color=MUTED, loc="right", pad=10)
    return figure


@themed
def criteria(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw one panel for each criterion, with the value and interval of every design.

    Parameters
    ----------
    frame : DataFrame
        ``title, unit, direction, label, value, low, high, on_front``; designs that others beat in everything are pale.
    """
    titles = list(dict.fromkeys(frame["title"]))
    designs = list(dict.fromkeys(frame["label"]))
    rows = math.ceil(len(titles) / 2)
    figure, all_axes = panels(2, height=rows * (1.15 + 0.42 * len(designs)), rows=rows, sharex=False)
    for axes, title in zip(all_axes, titles, strict=False):
        _criterion(style, axes, select(frame, title=title))
    for axes in all_axes[len(titles) :]:
        axes.set_axis_off()
    label_rows(all_axes[0], designs, width=24, room=(0.7, 0.4))
    return figure


def _criterion(style: Style, axes: Axes, rows: pd.DataFrame) -> None:
    unit, direction = str(rows["unit"].iloc[0]), int(rows["direction"].iloc[0])
    scale, digits = (1e6, 2) if unit == "money" else (1.0, 1 if unit == "d" else 0)
    for place, entry in rows_of(rows):
        colour = style.palette.primary if entry.on_front else tint(style.palette.primary, 0.55)
        span(axes, entry.low / scale, entry.high / scale, place, color=colour, linewidth=2.2)
        axes.plot([entry.value / scale], [place], "o", color=colour, markersize=7)
        above(axes, style.formats.number(entry.value / scale, digits), entry.value / scale, place)
    units = {"money": millions(style), "d": TEXTS["days"], "h": TEXTS["hours"]}
    axes.set_title(wrapped(str(rows["title"].iloc[0]), 34), fontsize=9.5, color=INK, loc="left")
    axes.margins(x=0.16)
    words = f"{style.translate(units.get(unit, unit))} · {style.translate(DIRECTIONS[direction])}"
    value_axis(style, axes, words, "number", 1 if unit == "money" else 0, steps=4)


def _wide(frame: pd.DataFrame, value: str, columns: str) -> pd.DataFrame:
    wide = frame.pivot(index="label", columns=columns, values=value)
    return wide.reindex(index=list(dict.fromkeys(frame["label"])), columns=list(dict.fromkeys(frame[columns])))


def _heat(
    style: Style,
    values: pd.DataFrame,
    words: pd.DataFrame,
    colour: str,
    *,
    highest: float,
    bold: pd.DataFrame | None = None,
) -> Figure:
    """Draw a table whose cells are the darker, the higher the value; missing cells stay white."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    figure, axes = canvas(height=0.9 + 0.55 * len(values))
    shades = LinearSegmentedColormap.from_list("brand", ["#ffffff", colour])
    for row, place in np.ndindex(*values.shape):
        share = float(values.to_numpy(dtype=float)[row, place]) / highest
        shade = "#ffffff" if math.isnan(share) else to_hex(shades(share))
        axes.barh([row], [0.97], left=[place - 0.485], height=0.94, color=shade)
        weight = "bold" if bold is not None and bool(bold.to_numpy()[row, place]) else "normal"
        text = "" if math.isnan(share) else str(words.to_numpy()[row, place])
        axes.text(place, row, text, ha="center", va="center", color=readable_on(shade), fontweight=weight)
    axes.set_xlim(-0.5, len(values.columns) - 0.5)
    axes.set_ylim(len(values) - 0.5, -0.5)
    axes.xaxis.tick_top()
    axes.set_xticks(range(len(values.columns)), [wrapped(str(name), 20) for name in values.columns], color=INK)
    axes.set_yticks(range(len(values)), [wrapped(str(name), 28) for name in values.index], color=INK)
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure
