"""Charts of what must be true: screening, tornado, regions, thresholds.

Each takes the style (language, colours) and a tidy frame with labels in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import decimals, millions, name_axes, note, wrapped
from simkit.report.charts.charts_rows import label_rows, mark_key, value_axis
from simkit.report.document.chapter_builder import Picture
from simkit.report.document.chart import Chart, Reference, side_by_side
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


def screening(style: Style, frame: pd.DataFrame, years: str) -> Chart:
    """Return how far each assumption moves the advantage at all, with intervals, the strongest first.

    Parameters
    ----------
    frame : DataFrame
        ``label, mu_star, low, high, sigma`` in currency; σ is the sign of interplay or bends.
    years : str
        Horizon in words.
    """
    moved, bends = style.translate(TEXTS["moved"]), style.translate(TEXTS["bends"])
    rows = side_by_side(frame, {moved: ["mu_star", "low", "high"], bends: ["sigma"]})
    rows = rows[rows["value"].notna()]
    return Chart.of(
        style, "bar", rows.assign(shade=rows["series"].map({moved: "soft", bends: "accent"})), category="label",
        series="series", value="value", low="low", high="high", shade="shade", marks={moved: "bar", bends: "diamond"},
        unit=TEXTS["effect"].fill(years=years, unit=millions(style)), scale=MILLION,
        digits=decimals(float(frame["high"].max()) / MILLION),
    )  # fmt: skip


def tornado(style: Style, frame: pd.DataFrame) -> Picture:
    """Return the advantage at both ends of each assumption around the base, with where its sign turns marked.

    Parameters
    ----------
    frame : DataFrame
        ``label, low_words, high_words, low_difference, low_low, low_high, high_difference, high_low, high_high,
        base_difference, turns`` in currency, the widest first.
    """
    ends = {
        style.translate(words): [f"{end}_{part}" for part in ("difference", "low", "high")]
        for end, words in (("low", TEXTS["at_low"]), ("high", TEXTS["at_high"]))
    }
    chart = Chart.of(
        style, "picture", side_by_side(frame, ends), category="label", series="series", value="value", low="low",
        high="high", unit=TEXTS["lead"].fill(unit=millions(style)), scale=MILLION, write="signed", digits=2,
        reference=(Reference(value=float(frame["base_difference"].iloc[0]) / MILLION), Reference(value=0.0)),
    )  # fmt: skip
    return Picture(figure=_tornado_figure(style, frame), chart=chart)


@themed
def _tornado_figure(style: Style, frame: pd.DataFrame) -> Figure:
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


def victory_map(style: Style, frame: pd.DataFrame, axis_words: Sequence[tuple[str, str]], box: pd.DataFrame) -> Picture:
    """Return who earns most in each point, over the two most telling assumptions, with the region of the rule.

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
    (across, across_write), (upright, upright_write) = axis_words
    chart = Chart.of(
        style, "picture", frame, category="x", value="y", series="label", axis=across, axis_write=across_write,
        unit=upright, write=upright_write, span=(None, None),
    )  # fmt: skip
    return Picture(figure=_victory_figure(style, frame, axis_words, box), chart=chart)


@themed
def _victory_figure(
    style: Style, frame: pd.DataFrame, axis_words: Sequence[tuple[str, str]], box: pd.DataFrame
) -> Figure:
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


def elasticity(style: Style, frame: pd.DataFrame, published: Sequence[float]) -> Chart:
    """Return each design's advantage over today along the elasticity, with its interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, elasticity, difference, low, high`` in currency.
    published : sequence of float
        Published elasticities, as upright marks.
    """
    said = style.translate(TEXTS["published"])
    marks = [Reference(at=value, words=f"{said} {style.formats.number(value, 2)}") for value in published]
    return Chart.of(
        style, "line", frame, category="elasticity", series="label", value="difference", low="low", high="high",
        unit=TEXTS["lead"].fill(unit=millions(style)), axis=TEXTS["elasticity"], scale=MILLION, write="signed", digits=1,
        reference=(Reference(value=0.0), *marks), span=(None, None),
    )  # fmt: skip


def hiring_lag(style: Style, frame: pd.DataFrame, limit: float) -> Chart:
    """Return what capacity is left along the time to fill a vacancy, one line for each load.

    Parameters
    ----------
    frame : DataFrame
        ``load, fill_days, capacity_share``.
    limit : float
        Share of capacity below which the organisation empties.
    """
    ordered = frame.sort_values(["load", "fill_days"], ignore_index=True)
    names = {load: style.translate(TEXTS["load"].fill(load=style.formats.share(load, 0))) for load in ordered["load"]}
    shades = ("range", "soft", "primary", "accent")
    colours = dict(zip(names, shades[-len(names) :], strict=True)) if len(names) <= len(shades) else {}
    rows = ordered.assign(series=ordered["load"].map(names), shade=[colours.get(load, "") for load in ordered["load"]])
    return Chart.of(
        style, "line", rows, category="fill_days", series="series", value="capacity_share", shade="shade",
        marks=dict.fromkeys(names.values(), "dot_line"), unit=TEXTS["capacity"], axis=TEXTS["fill"], write="share",
        reference=(Reference(value=limit, words=style.translate(TEXTS["empties"]), shade="accent"),),
    )  # fmt: skip


def break_even_line(style: Style, terms: Mapping[str, float], interval: tuple[float, float]) -> Picture:
    """Return the border between effort and idle time at which service design pays, and where the client stands.

    Parameters
    ----------
    terms : mapping of str to float
        ``speed``, ``clarification``, ``hand_over``, ``idle`` of the client, as shares of an order's hours.
    interval : (float, float)
        95 % interval of the idle share.
    """
    here = terms["speed"], terms["idle"]
    ends = min(0.5, here[0] - 0.1), max(1.2, here[0] + 0.1)
    border = [1 - terms["hand_over"] - speed * (1 + terms["clarification"]) for speed in ends]
    names = style.translate(TEXTS["border"]), style.translate(TEXTS["here"])
    rows = [(speed, idle, None, None, names[0]) for speed, idle in zip(ends, border, strict=True)]
    table = pd.DataFrame([*rows, (*here, *interval, names[1])], columns=["speed", "idle", "low", "high", "series"])
    chart = Chart.of(
        style, "picture", table, category="speed", series="series", value="idle", low="low", high="high",
        unit=TEXTS["idle"], axis=TEXTS["speed"], write="share", axis_write="number",
    )  # fmt: skip
    return Picture(figure=_border_figure(style, here, interval, ends, border), chart=chart)


@themed
def _border_figure(
    style: Style,
    here: tuple[float, float],
    interval: tuple[float, float],
    ends: tuple[float, float],
    border: Sequence[float],
) -> Figure:
    figure, axes = canvas(height=3.6)
    left, right = ends
    top = max(0.6, interval[1] + 0.1, here[1] + 0.1)
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


def flat_maximum(style: Style, frame: pd.DataFrame, tolerance: float) -> Chart:
    """Return what a wrong size of a unit costs, as a share of profit, beside the band that counts as no difference.

    Parameters
    ----------
    frame : DataFrame
        ``label, change, share, low, high``; shares of profit.
    tolerance : float
        Half-width of the band.
    """
    words = style.translate(TEXTS["band"].fill(share=style.formats.share(tolerance, 0)))
    labels = list(dict.fromkeys(frame["label"]))
    return Chart.of(
        style, "line", frame, category="change", series="label", value="share", low="low", high="high",
        marks=dict.fromkeys(labels, "dot_line"), unit=TEXTS["of_profit"], axis=TEXTS["heads"], write="signed_share",
        digits=1, axis_write="signed", span=(None, None),
        reference=(Reference(value=-tolerance, until=tolerance, words=words), Reference(value=0.0)),
    )  # fmt: skip
