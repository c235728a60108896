"""Charts of today's organisation over the years: measured first, then simulated in every scenario."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_base import blank, wrapped
from simkit.report.document.style import INK, MUTED, Style, number_axis, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

COLUMNS = 3
SHOWN = 6
"""Panels at most; contacts of the other segments stand in the table."""
LEFT_OUT = ("B", "C")


@themed
def years_chart(style: Style, table: pd.DataFrame) -> Figure:
    """Draw each item of today by year: measured years as dots with intervals, one line for each scenario after them.

    Parameters
    ----------
    table : DataFrame
        ``origin, item, group, label, unit, unit_label, year, scenario_label, value, low, high``.
    """
    chosen = table[~table["group"].isin(LEFT_OUT)]
    names = list(dict.fromkeys(chosen[chosen["origin"] == "simulated"]["label"]))[:SHOWN]
    rows = math.ceil(len(names) / COLUMNS)
    figure = blank(0.7 + 2.1 * rows)
    panels = list(figure.subplots(rows, COLUMNS, sharex=True, squeeze=False).ravel())
    scenarios = [name for name in dict.fromkeys(chosen["scenario_label"]) if name]
    colours = dict(zip(scenarios, style.palette.cycle * 9, strict=False))
    for axes, name in zip(panels, names, strict=False):
        _panel(style, axes, chosen[chosen["label"] == name], colours)
    for axes in panels[len(names) :]:
        axes.set_axis_off()
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper left", ncols=min(len(labels), 4), frameon=False, fontsize=8.5)
    figure.supxlabel(style.translate(TEXTS["years_axis"]), fontsize=9, color=MUTED)
    return figure


def _panel(style: Style, axes: Axes, rows: pd.DataFrame, colours: dict[str, str]) -> None:
    money = rows["unit"].iloc[0] == "money"
    scale = 1e6 if money else 1.0
    measured = rows[rows["origin"] == "measured"]
    if len(measured):
        _line(axes, measured, scale, INK, style.translate(TEXTS["measured_line"]), "o")
        axes.axvline(0.5, color=MUTED, linewidth=0.7, linestyle=":")
    for name, colour in colours.items():
        mine = rows[rows["scenario_label"] == name]
        if len(mine):
            _line(axes, mine, scale, colour, name, "o-")
    axes.set_title(wrapped(str(rows["label"].iloc[0]), 30), fontsize=9, color=INK, loc="left")
    top = float(rows[["value", "high"]].max().max()) / scale
    axes.set_ylim(0, top * 1.15 if top > 0 else 1)
    axes.set_ylabel(str(rows["unit_label"].iloc[0]), fontsize=8, color=MUTED)
    number_axis(axes.yaxis, style, "number", 0 if top >= 4 else 1, steps=4)
    years = sorted(rows["year"].astype(int).unique())
    axes.tick_params(labelbottom=True)
    axes.set_xticks(
        years, [f"{year:+d}".replace("-", "−") if year > 0 else str(year).replace("-", "−") for year in years]
    )


def _line(axes: Axes, rows: pd.DataFrame, scale: float, colour: str, label: str, shape: str) -> None:
    rows = rows.sort_values("year")
    at, value = rows["year"].to_numpy(float), rows["value"].to_numpy(float) / scale
    axes.plot(at, value, shape, color=colour, markersize=4.5, linewidth=1.4, label=label)
    low, high = (rows[name].to_numpy(float) / scale for name in ("low", "high"))
    axes.vlines(at, low, high, color=colour, linewidth=1.1)
