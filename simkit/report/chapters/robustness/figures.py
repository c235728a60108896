"""Charts of what must be true: screening, tornado, regions, thresholds.

Each takes the style (language, colours) and a tidy frame with labels in words.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import decimals, millions, name_axes, note, wrapped
from simkit.report.charts.charts_curves import band
from simkit.report.charts.charts_rows import label_rows, mark_key, value_axis
from simkit.report.document.style import INK, MUTED, Style, canvas, number_axis, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

TEXTS = Catalogue.beside(__file__)

PAYS, PAYS_NOT = (
    TEXTS["pays"],
    TEXTS["pays_not"],
)


@themed
def screening(style: Style, frame: pd.DataFrame, years: str) -> Figure:
    """Draw how far each assumption moves the advantage at all, with intervals, the strongest first.

    Parameters
    ----------
    frame : DataFrame
        ``label, mu_star, low, high, sigma`` in currency; a dot marks σ, the sign of interplay or bends.
    years : str
        Horizon in words.
    """
    figure, axes = canvas(height=0.9 + 0.34 * len(frame))
    for row, entry in rows_of(frame):
        axes.barh([row], [entry.mu_star / 1e6], color=tint(style.palette.primary, 0.35), height=0.6)
        whisker(axes, entry.low / 1e6, entry.high / 1e6, row)
        if not math.isnan(entry.sigma):
            axes.plot([entry.sigma / 1e6], [row], "D", color=style.palette.accent, markersize=4, clip_on=False)
    label_rows(axes, frame["label"], width=46, room=(0.6, 0.4))
    axes.set_xlim(left=0)
    words = TEXTS["effect"].fill(years=years, unit=millions(style))
    value_axis(style, axes, words, "number", decimals(float(frame["high"].max()) / 1e6))
    return figure


@themed
def tornado(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the advantage at both ends of each assumption around the base, and mark where its sign turns.

    Parameters
    ----------
    frame : DataFrame
        ``label, low_words, high_words, low_difference, low_low, low_high, high_difference, high_low, high_high,
        base_difference, turns`` in currency, the widest first.
    """
    figure, axes = canvas(height=1.2 + 0.44 * len(frame))
    base = float(frame["base_difference"].iloc[0]) / 1e6
    shades = {"low": tint(style.palette.primary, 0.55), "high": style.palette.primary}
    for row, entry in rows_of(frame):
        for end, shift in (("low", -0.15), ("high", 0.15)):
            value, low, high = (getattr(entry, f"{end}_{part}") / 1e6 for part in ("difference", "low", "high"))
            axes.barh([row + shift], [value - base], left=[base], color=shades[end], height=0.28)
            whisker(axes, low, high, row + shift)
    axes.axvline(base, color=MUTED, linewidth=0.8)
    axes.axvline(0, color=style.palette.accent, linewidth=1.4)
    left, right = axes.get_xlim()
    room = (right - left) * 0.02
    for row, entry in rows_of(frame):
        for end, shift in (("low", -0.17), ("high", 0.17)):
            reach = max(getattr(entry, f"{end}_high") / 1e6, getattr(entry, f"{end}_difference") / 1e6, base, 0.0)
            words = str(getattr(entry, f"{end}_words"))
            axes.text(reach + room, row + shift, words, va="center", fontsize=7.5, color=MUTED)
        if entry.turns:
            axes.plot([0], [row], "D", color=style.palette.accent, markersize=6, zorder=5, clip_on=False)
    axes.set_xlim(left, right + (right - left) * 0.16)
    label_rows(axes, frame["label"], width=40, room=(0.6, 0.4), fontsize=8.5)
    value_axis(style, axes, TEXTS["lead"].fill(unit=millions(style)), "signed", decimals(max(abs(left), abs(right))))
    _tornado_legend(style, axes, shades, turns=bool(frame["turns"].any()))
    return figure


def _tornado_legend(style: Style, axes: Axes, shades: Mapping[str, str], *, turns: bool) -> None:
    from matplotlib.patches import Patch

    handles: list[Patch | Line2D] = [
        Patch(color=shades["low"], label=style.translate(TEXTS["at_low"])),
        Patch(color=shades["high"], label=style.translate(TEXTS["at_high"])),
    ]
    if turns:
        handles.append(mark_key(style.translate(TEXTS["turns"]), "D", color=style.palette.accent, markersize=6))
    axes.figure.legend(handles=handles, loc="outside upper left", ncols=3)


@themed
def victory_map(style: Style, frame: pd.DataFrame, axis_words: Sequence[tuple[str, str]], box: pd.DataFrame) -> Figure:
    """Draw who earns most in each point, over the two most telling assumptions, with the region of the rule.

    Parameters
    ----------
    frame : DataFrame
        ``x, y, label``: one row for each point, with the winner's name.
    axis_words : sequence of (str, str)
        Label of each axis, and the method of Formats that writes its numbers.
    box : DataFrame
        ``design, axis`` (x or y), ``above, bound``: the sides of one design's rule that lie along the axes; may be
        empty.
    """
    figure, axes = canvas(height=4.0)
    labels = list(dict.fromkeys(frame["label"]))
    colours = dict(zip(labels, style.palette.cycle * 9, strict=False))
    for (label, colour), marker in zip(colours.items(), "os^Dv<" * 9, strict=False):
        rows = select(frame, label=label)
        name = style.translate(TEXTS["earns_most"].fill(design=label))
        axes.plot(rows["x"], rows["y"], marker, color=colour, markersize=6, alpha=0.85, label=name)
    if len(box):
        _shade_region(style, axes, box, colours.get(str(box["design"].iloc[0]), style.palette.primary))
    for axis, (words, write) in zip((axes.xaxis, axes.yaxis), axis_words, strict=True):
        axis.set_label_text("\n".join([wrapped(words, 60)]))
        low, high = axis.get_view_interval()
        number_axis(axis, style, write, 0 if write == "share" else decimals(high - low), steps=6)
    figure.legend(loc="outside upper left", ncols=2)
    return figure


def _shade_region(style: Style, axes: Axes, box: pd.DataFrame, colour: str) -> None:
    from matplotlib.patches import Rectangle

    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    edges = {"x": [left, right], "y": [bottom, top]}
    for _, side in rows_of(box):
        edges[str(side.axis)][0 if side.above else 1] = float(side.bound)
    (x0, x1), (y0, y1) = edges["x"], edges["y"]
    axes.add_patch(
        Rectangle(
            (x0, y0),
            x1 - x0,
            y1 - y0,
            facecolor=colour,
            alpha=0.12,
            edgecolor=colour,
            linewidth=1.2,
            zorder=0,
            label=style.translate(TEXTS["region"].fill(design=str(box["design"].iloc[0]))),
        )
    )
    axes.set_xlim(left, right)
    axes.set_ylim(bottom, top)


@themed
def elasticity(style: Style, frame: pd.DataFrame, published: Sequence[float]) -> Figure:
    """Draw each design's advantage over today along the elasticity, with the interval as a band.

    Parameters
    ----------
    frame : DataFrame
        ``label, elasticity, difference, low, high`` in currency.
    published : sequence of float
        Published elasticities, as upright marks.
    """
    figure, axes = canvas(height=3.6)
    axes.axhline(0, color=MUTED, linewidth=0.8)
    for colour, (label, rows) in zip(style.palette.cycle, frame.groupby("label", sort=False), strict=False):
        at, mean, low, high = (rows[name] for name in ("elasticity", "difference", "low", "high"))
        band(axes, at, (low / 1e6, high / 1e6), colour, alpha=0.14)
        axes.plot(at, mean / 1e6, "o-", color=colour, markersize=4, label=str(label))
    for value in published:
        axes.axvline(value, color=MUTED, linewidth=0.9, linestyle=":")
        words = f"{style.translate(TEXTS['published'])} {style.formats.number(value, 2)}"
        note(
            axes, words, (value, 1.0), (0, 2), xycoords=("data", "axes fraction"), ha="center", fontsize=8, color=MUTED
        )
    axes.set_xlabel(style.translate(TEXTS["elasticity"]))
    axes.set_ylabel(wrapped(style.translate(TEXTS["lead"].fill(unit=millions(style))), 36))
    number_axis(axes.xaxis, style, "number", 1)
    number_axis(axes.yaxis, style, "signed", 1)
    figure.legend(loc="outside lower left", ncols=2)
    return figure


@themed
def hiring_lag(style: Style, frame: pd.DataFrame, limit: float) -> Figure:
    """Draw what capacity is left along the time to fill a vacancy, one line for each load.

    Parameters
    ----------
    frame : DataFrame
        ``load, fill_days, capacity_share``.
    limit : float
        Share of capacity below which the organisation empties.
    """
    figure, axes = canvas(height=3.4)
    shades = (
        tint(style.palette.primary, 0.6),
        tint(style.palette.primary, 0.3),
        style.palette.primary,
        style.palette.accent,
    )
    loads = list(frame.groupby("load"))
    for colour, (load, rows) in zip(
        shades[-len(loads) :] if len(loads) <= len(shades) else shades * 9, loads, strict=False
    ):
        ordered = rows.sort_values("fill_days")
        name = style.translate(TEXTS["load"].fill(load=style.formats.share(float(str(load)), 0)))
        axes.plot(ordered["fill_days"], ordered["capacity_share"], "o-", color=colour, markersize=4, label=name)
    axes.axhline(limit, color=style.palette.accent, linewidth=1, linestyle="--")
    note(
        axes,
        style.translate(TEXTS["empties"]),
        (float(frame["fill_days"].min()), limit),
        (0, -11),
        fontsize=8,
        color=style.palette.accent,
    )
    axes.set_ylim(0, max(1.05, float(frame["capacity_share"].max()) * 1.05))
    axes.set_xlabel(style.translate(TEXTS["fill"]))
    axes.set_ylabel(wrapped(style.translate(TEXTS["capacity"]), 30))
    number_axis(axes.xaxis, style)
    number_axis(axes.yaxis, style, "share")
    figure.legend(loc="outside upper left", ncols=4)
    return figure


@themed
def break_even_line(style: Style, terms: Mapping[str, float], interval: tuple[float, float]) -> Figure:
    """Draw the border between effort and idle time at which service design pays, and where the client stands.

    Parameters
    ----------
    terms : mapping of str to float
        ``speed``, ``clarification``, ``hand_over``, ``idle`` of the client, as shares of an order's hours.
    interval : (float, float)
        95 % interval of the idle share.
    """
    figure, axes = canvas(height=3.6)
    here = terms["speed"], terms["idle"]
    left, right = min(0.5, here[0] - 0.1), max(1.2, here[0] + 0.1)
    top = max(0.6, interval[1] + 0.1, here[1] + 0.1)
    border = [1 - terms["hand_over"] - speed * (1 + terms["clarification"]) for speed in (left, right)]
    axes.fill_between(
        [left, right], [min(0.0, one) for one in border], border, color=style.palette.primary, alpha=0.12, linewidth=0
    )
    axes.plot([left, right], border, color=style.palette.primary)
    axes.plot([here[0], here[0]], list(interval), color=INK, linewidth=1)
    axes.plot([here[0]], [here[1]], "o", color=style.palette.accent, markersize=7, clip_on=False, zorder=5)
    note(
        axes,
        style.translate(TEXTS["here"]),
        here,
        (9, 6),
        ha="left",
        color=style.palette.accent,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )
    axes.set_xlim(left, right)
    axes.set_ylim(0, top)
    axes.annotate(style.translate(PAYS), (0.03, 0.05), xycoords="axes fraction", color=style.palette.primary)
    axes.annotate(style.translate(PAYS_NOT), (0.97, 0.92), xycoords="axes fraction", ha="right", color=MUTED)
    name_axes(style, axes, TEXTS["speed"], TEXTS["idle"])
    number_axis(axes.xaxis, style, "number", 1)
    number_axis(axes.yaxis, style, "share")
    return figure


@themed
def flat_maximum(style: Style, frame: pd.DataFrame, tolerance: float) -> Figure:
    """Draw what a wrong size of a unit costs, as a share of profit, beside the band that counts as no difference.

    Parameters
    ----------
    frame : DataFrame
        ``label, change, share, low, high``; shares of profit.
    tolerance : float
        Half-width of the band.
    """
    figure, axes = canvas(height=3.6)
    band = style.translate(TEXTS["band"].fill(share=style.formats.share(tolerance, 0)))
    axes.axhspan(-tolerance, tolerance, color=MUTED, alpha=0.2, linewidth=0, label=band)
    labels = list(dict.fromkeys(frame["label"]))
    for place, (colour, label) in enumerate(zip(style.palette.cycle * 9, labels, strict=False)):
        rows = select(frame, label=label)
        at = rows["change"] + 0.06 * (place - (len(labels) - 1) / 2)
        axes.vlines(at, rows["low"], rows["high"], color=colour, linewidth=1)
        axes.plot(at, rows["share"], "o-", color=colour, markersize=5, label=wrapped(str(label), 40))
    axes.axhline(0, color=MUTED, linewidth=0.8)
    changes = sorted(set(frame["change"]))
    number_axis(axes.yaxis, style, "signed_share", 1)
    axes.set_xticks(changes, [style.formats.signed(change) for change in changes])
    name_axes(style, axes, TEXTS["heads"], TEXTS["of_profit"])
    figure.legend(loc="outside upper left", ncols=2)
    return figure
