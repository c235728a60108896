"""Charts of the controlling of inputs and of the pipeline audit.

Each takes the style (language, colours) and a tidy frame and returns a figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import blank, note
from simkit.report.charts.charts_curves import DASHED, band, curve_from_zero
from simkit.report.charts.charts_rows import label_rows, span, two_marks
from simkit.report.document.style import HAIRLINE, INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)


@themed
def course(style: Style, frame: pd.DataFrame, unit: Text) -> Figure:
    """Draw actual against plan with its limits, month by month, one panel for each class.

    Parameters
    ----------
    frame : DataFrame
        ``segment, month`` (period), ``actual, planned, low, high, alarm``; months that are not in it leave a gap.
    unit : Text
        What is counted.
    """
    from matplotlib.ticker import FuncFormatter

    names = sorted(frame["segment"].unique())
    months = list(pd.period_range(frame["month"].min(), frame["month"].max(), freq="M"))
    figure = blank(0.9 + 1.35 * len(names))
    panels = figure.subplots(len(names), 1, sharex=True, squeeze=False)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        rows = select(frame, segment=name).set_index("month").reindex(months)
        places = list(range(len(months)))
        axes.fill_between(
            places,
            rows["low"],
            rows["high"],
            color=tint(MUTED, 0.8),
            linewidth=0,
            step="mid",
            label=style.translate(TEXTS["figures_limits"]),
        )
        axes.plot(
            places, rows["planned"], color=MUTED, linewidth=1.2, linestyle=DASHED, label=style.translate(TEXTS["plan"])
        )
        axes.plot(
            places, rows["actual"], color=style.palette.primary, linewidth=1.6, label=style.translate(TEXTS["actual"])
        )
        out = [place for place, alarm in zip(places, rows["alarm"], strict=True) if alarm in ("above", "below")]
        axes.plot(
            out,
            rows["actual"].iloc[out],
            "o",
            color=style.palette.accent,
            markersize=4.5,
            label=style.translate(TEXTS["outside"]),
        )
        axes.set_ylim(bottom=0)
        axes.set_title(
            style.translate(TEXTS["class"].fill(name=name)), loc="left", color=INK, fontsize=10, fontweight="bold"
        )
        number_axis(axes.yaxis, style, steps=3)
    every = max(1, -(-len(months) // 6))
    panels[-1].set_xticks(range(0, len(months), every))
    panels[-1].xaxis.set_major_formatter(
        FuncFormatter(lambda place, _: style.month(months[round(place)].start_time) if 0 <= place < len(months) else "")
    )
    figure.supylabel(style.translate(unit), fontsize=9, color=MUTED)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper left", ncols=4)
    return figure


@themed
def gaps(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the share of hours beside the share of value of each group.

    Parameters
    ----------
    frame : DataFrame
        ``label, hours_share, value_share``, in the order from top to bottom.
    """
    figure, axes = canvas(height=1.1 + 0.34 * len(frame))
    for place, row in rows_of(frame):
        span(axes, row.value_share, row.hours_share, place, color=HAIRLINE, linewidth=4, zorder=1)
    two_marks(
        style,
        axes,
        (frame["value_share"], "D", 6, style.translate(TEXTS["value_share"])),
        (frame["hours_share"], "o", 7, style.translate(TEXTS["hours_share"])),
    )
    label_rows(axes, frame["label"], width=28)
    axes.set_xlim(0, float(frame[["hours_share", "value_share"]].max().max()) * 1.12)
    number_axis(axes.xaxis, style, "share")
    axes.set_xlabel(style.translate(TEXTS["share"]))
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


@themed
def yield_curve(style: Style, score: pd.DataFrame, rules: pd.DataFrame) -> Figure:
    """Draw which share of the wins is reached with which share of the deals.

    Parameters
    ----------
    score : DataFrame
        ``volume_share, yield_share, low, high`` by score; empty draws none.
    rules : DataFrame
        ``conditions, volume_share, yield_share, low, high`` of the filter; empty draws none.
    """
    figure, axes = canvas(height=3.6)
    axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=DASHED, label=style.translate(TEXTS["chance"]))
    if len(score):
        volume, line, low, high = (
            curve_from_zero(score[name]) for name in ("volume_share", "yield_share", "low", "high")
        )
        band(axes, volume, (low, high), tint(style.palette.primary, 0.75))
        axes.plot(volume, line, color=style.palette.primary, label=style.translate(TEXTS["curve"]))
    inner = rules[rules["conditions"] > 0] if len(rules) else rules
    if len(inner):
        reach = [inner["yield_share"] - inner["low"], inner["high"] - inner["yield_share"]]
        axes.errorbar(
            inner["volume_share"],
            inner["yield_share"],
            yerr=reach,
            fmt="o",
            color=style.palette.accent,
            markersize=6,
            label=style.translate(TEXTS["filtered"]),
        )
        for _, row in rows_of(inner):
            note(axes, style.formats.number(row.conditions), (row.volume_share, row.yield_share), (8, -10))
    axes.set(
        xlim=(0, 1), ylim=(0, 1.02), xlabel=style.translate(TEXTS["worked"]), ylabel=style.translate(TEXTS["reached"])
    )
    number_axis(axes.xaxis, style, "share")
    number_axis(axes.yaxis, style, "share")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=3)
    return figure
