"""Charts of the comparison of organisations; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import MONTHS_SINCE, blank, decimals, millions, note, wrapped
from simkit.report.charts.charts_rows import label_rows
from simkit.report.document.chapter_builder import Picture
from simkit.report.document.chart import Chart, Reference, from_zero
from simkit.report.document.style import INK, Style, number_axis, rows_of, themed, tint, whisker

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

PROFIT_CHANGE = TEXTS["profit_change"]
SHADES = {"now": "primary", "design": "soft", "ceiling": "accent", "published": "published"}
"""Colour of each role in the chart of what is reachable."""


def differences(style: Style, frame: pd.DataFrame, reference: tuple[Reference, ...] = ()) -> Chart:
    """Return the change of profit a year against today for each design, one panel for each scenario.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, difference, low, high`` in the client's currency, in order.
    reference : tuple of Reference
        What they are held against beside 0.
    """
    sure = (frame["low"] > 0) | (frame["high"] < 0)
    return Chart.of(
        style, "interval", frame.assign(shade=["primary" if one else "pale" for one in sure]), category="label",
        value="difference", low="low", high="high", panel="scenario_label", shade="shade",
        unit=PROFIT_CHANGE.fill(unit=millions(style)), scale=MILLION, write="signed",
        digits=max(2, decimals(float(frame["difference"].abs().max()) / MILLION)), labelled=True,
        reference=(*reference, Reference(value=0.0)), span=(None, None),
    )  # fmt: skip


def steps(style: Style, frame: pd.DataFrame, unit: Text | str, scale: float = MILLION, digits: int = 2) -> Chart:
    """Return a sum step by step, each with its interval; the last row is the total.

    Parameters
    ----------
    frame : DataFrame
        ``label, difference, low, high``; low and high belong to the step, not to the running sum.
    unit : Text or str
        Unit of the values once they are divided by `scale`.
    """
    return Chart.of(
        style, "waterfall", frame, category="label", value="difference", low="low", high="high", unit=unit, scale=scale,
        write="signed", digits=digits, labelled=True,
    )  # fmt: skip


def ceiling(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the customer-facing share today, what is reachable at most, and published figures.

    Parameters
    ----------
    frame : DataFrame
        ``label, share, low, high, role`` with the role ``now``, ``design``, ``ceiling`` or ``published``.
    """
    return Chart.of(
        style, "bar", frame.assign(shade=[SHADES.get(str(role), "muted") for role in frame["role"]]), category="label",
        value="share", low="low", high="high", shade="shade", unit=TEXTS["of_present"], write="share", labelled=True,
        span=(0.0, max(0.7, float(frame[["share", "high"]].max().max()) * 1.12)),
    )  # fmt: skip


def cumulated_gains(style: Style, frame: pd.DataFrame) -> Chart:
    """Return what each design has gained or lost against today up to each month, with its interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, month, cumulated, cumulated_low, cumulated_high`` in currency.
    """
    return Chart.of(
        style, "line", from_zero(frame), category="month", series="label", value="cumulated", low="cumulated_low",
        high="cumulated_high", unit=millions(style), axis=MONTHS_SINCE, scale=MILLION, write="signed", digits=1,
        reference=(Reference(value=0.0),), span=(None, None),
    )  # fmt: skip


LABEL_WIDTH = 0.22
"""Least distance of two numbers beside each other, as a share of the axis."""


def beside_the_case(style: Style, frame: pd.DataFrame, means: pd.DataFrame, ticks: pd.DataFrame) -> Picture:
    """Return each replication as a dot, the mean with its interval, and the published case as upright marks.

    Parameters
    ----------
    frame : DataFrame
        ``title, label, value``: one row for each panel, design and replication; shares.
    means : DataFrame
        ``title, label, mean, low, high``: one row for each panel and design.
    ticks : DataFrame
        ``title, value``: the published case.
    """
    published = ticks[["title", "value"]].assign(label=style.translate(TEXTS["published_case"]))
    rows = pd.concat([means.rename(columns={"mean": "value"}), published], ignore_index=True)
    chart = Chart.of(
        style, "picture", rows, category="label", value="value", low="low", high="high", panel="title",
        unit=TEXTS["case_unit"], write="share",
    )  # fmt: skip
    return Picture(figure=_case_figure(style, frame, means, ticks), chart=chart)


@themed
def _case_figure(style: Style, frame: pd.DataFrame, means: pd.DataFrame, ticks: pd.DataFrame) -> Figure:
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
