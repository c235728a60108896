"""Charts of the time diagnostic.

Each takes the style (language, colours) and a tidy frame with labels already in words and returns a figure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_rows import label_rows, span, two_marks, value_axis
from simkit.report.document.style import (
    HAIRLINE,
    INK,
    MUTED,
    Style,
    canvas,
    number_axis,
    rows_of,
    themed,
    tint,
    whisker,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)


@themed
def hours_by_activity(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the share of each activity as a bar with its interval, coloured by group.

    Parameters
    ----------
    frame : DataFrame
        ``label, group, group_label, share, low, high``, in the order from top to bottom.
    """
    import seaborn as sns

    figure, axes = canvas(height=1.1 + 0.32 * len(frame))
    groups = dict(zip(frame["group"], frame["group_label"], strict=True))
    colours = {label: style.palette.group(group) for group, label in groups.items()}
    sns.barplot(
        frame,
        x="share",
        y="label",
        hue="group_label",
        palette=colours,
        dodge=False,
        saturation=1,
        width=0.68,
        errorbar=None,
        ax=axes,
    )
    for row, (share, low, high) in rows_of(frame[["share", "low", "high"]]):
        whisker(axes, low, high, row)
        axes.text(max(share, high) + 0.006, row, style.formats.share(share), va="center", color=INK)
    number_axis(axes.xaxis, style, "share")
    axes.set(xlabel=style.translate(TEXTS["share"]), ylabel="", xlim=(0, frame["high"].max() * 1.16))
    handles, names = axes.get_legend_handles_labels()
    if (legend := axes.get_legend()) is not None:
        legend.remove()
    figure.legend(handles, names, loc="outside upper left", ncols=len(names))
    axes.spines["left"].set_visible(False)
    return figure


@themed
def benchmarks(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the client's share beside what was published, each line by its own definition.

    Parameters
    ----------
    frame : DataFrame
        ``label, client_share, low, high, published_low, published_high, target``.
    """
    figure, axes = canvas(height=1.0 + 0.4 * len(frame))
    for row, entry in rows_of(frame):
        axes.axhline(row, color=HAIRLINE, linewidth=0.6, zorder=0)
        _published(axes, row, entry, tint(style.palette.accent if entry.target else MUTED, 0.3))
        span(axes, entry.low, entry.high, row, color=style.palette.primary, linewidth=1.4, zorder=2)
        axes.plot([entry.client_share], [row], "o", color=style.palette.primary, markersize=7, zorder=3)
    label_rows(axes, frame["label"], room=None)
    axes.set_xlim(0, min(1.0, max(0.65, frame[["high", "published_high"]].max().max() * 1.05)))
    value_axis(style, axes, TEXTS["share"], "share")
    _benchmark_legend(style, figure, with_target=bool(frame["target"].any()))
    return figure


def _published(axes: Axes, row: int, entry: Any, colour: str) -> None:
    """Draw a published range as a band and a single published number as a mark."""
    ends = [entry.published_low, entry.published_high]
    if ends[0] == ends[1]:
        axes.plot(ends[:1], [row], "s", color=colour, markersize=7, zorder=1)
    else:
        span(axes, ends[0], ends[1], row, color=colour, linewidth=7, solid_capstyle="butt", zorder=1)


def _benchmark_legend(style: Style, figure: Figure, *, with_target: bool) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="o", color=style.palette.primary, label=style.translate(TEXTS["client"])),
        Line2D([], [], color=tint(MUTED, 0.3), linewidth=6, label=style.translate(TEXTS["published"])),
    ]
    if with_target:
        handles.append(
            Line2D([], [], color=tint(style.palette.accent, 0.3), linewidth=6, label=style.translate(TEXTS["target"]))
        )
    figure.legend(handles=handles, loc="outside upper left", ncols=len(handles))


@themed
def weekly_course(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the share of each group of activities week by week, stacked.

    Parameters
    ----------
    frame : DataFrame
        ``week`` (date), ``group``, ``group_label``, ``share``.
    """
    figure, axes = canvas(height=2.7)
    labels = dict(zip(frame["group"], frame["group_label"], strict=True))
    wide = frame.pivot_table(index="week", columns="group", values="share", aggfunc="sum").fillna(0.0)
    wide = wide[[group for group in labels if group in wide]]
    colours = [style.palette.group(str(group)) for group in wide]
    axes.stackplot(
        wide.index.to_numpy(), wide.T.to_numpy(), colors=colours, labels=[labels[g] for g in wide], linewidth=0
    )
    axes.set(ylim=(0, 1), xlim=(wide.index.min(), wide.index.max()), ylabel=style.translate(TEXTS["share"]))
    number_axis(axes.yaxis, style, "share")
    _date_axis(axes.xaxis, style)
    handles, names = axes.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside upper left", ncols=5)
    return figure


@themed
def perception(style: Style, frame: pd.DataFrame) -> Figure:
    """Draw the staff's own estimate beside the log, activity by activity.

    Parameters
    ----------
    frame : DataFrame
        ``label, log_share, estimate_share, low, high``.
    """
    logged, stated = TEXTS["logged"], TEXTS["estimated_with_spread"]
    figure, axes = canvas(height=1.0 + 0.28 * len(frame))
    for row, entry in rows_of(frame):
        span(axes, entry.log_share, entry.estimate_share, row, color=HAIRLINE, linewidth=3, zorder=0)
        span(axes, entry.low, entry.high, row, color=style.palette.accent, linewidth=1, zorder=1)
    two_marks(
        style,
        axes,
        (frame["log_share"], "o", 7, style.translate(logged)),
        (frame["estimate_share"], "D", 6, style.translate(stated)),
    )
    label_rows(axes, frame["label"], room=None)
    axes.set_xlim(left=0)
    value_axis(style, axes, TEXTS["share"], "share")
    figure.legend(*axes.get_legend_handles_labels(), loc="outside upper left", ncols=2)
    return figure


def _date_axis(axis: object, style: Style) -> None:
    from matplotlib.axis import Axis
    from matplotlib.dates import AutoDateLocator
    from matplotlib.ticker import FuncFormatter

    assert isinstance(axis, Axis)
    axis.set_major_locator(AutoDateLocator(minticks=4, maxticks=8))  # type: ignore[no-untyped-call]
    axis.set_major_formatter(FuncFormatter(lambda value, _position: style.month(pd.Timestamp(value, unit="D"))))
