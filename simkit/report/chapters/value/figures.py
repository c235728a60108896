"""Charts of customer value; each takes the style (language) and a tidy frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chart import Chart, Panel, Reference, side_by_side
from simkit.report.document.style import Style
from simkit.value.score.value_functions import ValueFunction

TEXTS = Catalogue.beside(__file__)

MARKED = (0.1, 0.2, 0.5)
"""Shares of the largest customers that are marked on their curve."""
CURVE_POINTS = 101


def concentration(style: Style, frame: pd.DataFrame) -> Chart:
    """Return how much of the revenue the largest customers bring.

    Parameters
    ----------
    frame : DataFrame
        ``top_share, revenue_share``, both in 0..1, rising.
    """
    curve = frame[["top_share", "revenue_share"]]
    if not len(curve) or curve["top_share"].iloc[0] > 0:
        curve = pd.concat([pd.DataFrame({"top_share": [0.0], "revenue_share": [0.0]}), curve])
    reached, equal = style.translate(TEXTS["revenue_share"]), style.translate(TEXTS["equal"])
    diagonal = pd.DataFrame({"top_share": [0.0, 1.0], "revenue_share": [0.0, 1.0]})
    share = style.formats.share
    marks = []
    for top in MARKED:
        revenue = float(np.interp(top, curve["top_share"], curve["revenue_share"]))
        words = f"{share(top, 0)} → {share(revenue, 0)}"
        marks.append(Reference(at=top, value=revenue, words=words, shade="accent"))
    rows = pd.concat(
        [curve.assign(series=reached, shade="primary"), diagonal.assign(series=equal, shade="muted")], ignore_index=True
    )
    return Chart.of(
        style, "line", rows, category="top_share", series="series", value="revenue_share", shade="shade",
        marks={reached: "line", equal: "dashed"}, reference=tuple(marks), unit=TEXTS["revenue_share"],
        axis=TEXTS["customers"], write="share", axis_write="share", span=(0.0, 1.02),
    )  # fmt: skip


def whale_curve(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the cumulative contribution over the customers, the most profitable first.

    Parameters
    ----------
    frame : DataFrame
        ``rank_share, cumulative_margin_share``.
    """
    peak = frame.iloc[int(frame["cumulative_margin_share"].to_numpy().argmax())]
    at, top = float(peak["rank_share"]), float(peak["cumulative_margin_share"])
    words = f"{style.formats.share(at, 0)} → {style.formats.share(top, 0)}"
    return Chart.of(
        style, "line", frame, category="rank_share", value="cumulative_margin_share", unit=TEXTS["margin_share"],
        axis=TEXTS["ranked"], write="share", axis_write="share", span=(0.0, max(1.15, top * 1.12)),
        reference=(Reference(value=1.0), Reference(at=at, value=top, words=words, shade="accent")),
    )  # fmt: skip


def effort_against_value(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the share of hours beside the share of value for each segment.

    Parameters
    ----------
    frame : DataFrame
        ``label, value_share, hours_share``.
    """
    value, hours = style.translate(TEXTS["value_share"]), style.translate(TEXTS["hours_share"])
    return Chart.of(
        style, "interval", side_by_side(frame, {value: ["value_share"], hours: ["hours_share"]}), category="label",
        series="series", value="value", marks={value: "dot", hours: "diamond"}, unit=TEXTS["of_all"], write="share",
        labelled=True,
    )  # fmt: skip


def value_map(style: Style, frame: pd.DataFrame) -> Chart:
    """Return a point for every customer, without a name, by hours spent and value score.

    Parameters
    ----------
    frame : DataFrame
        ``hours_h, score`` (0..1) and ``segment``; a row without hours is left out.
    """
    shown = frame[frame["hours_h"] > 0].sort_values(["segment", "hours_h", "score"], ignore_index=True)
    names = [style.translate(TEXTS["segment_of"].fill(name=name)) for name in shown["segment"]]
    shown = shown.assign(
        points=shown["score"] * 100, series=names, shade=[f"segment:{name}" for name in shown["segment"]]
    )
    return Chart.of(
        style, "scatter", shown, category="hours_h", series="series", value="points", shade="shade",
        unit=TEXTS["score"], axis=TEXTS["hours"],
    )  # fmt: skip


def counts_by_class(style: Style, frame: pd.DataFrame, column: str, edges: np.ndarray) -> pd.DataFrame:
    """Return how many customers of each segment lie in each class of a figure.

    Parameters
    ----------
    frame : DataFrame
        The column and ``segment``.
    edges : array
        Lower ends of the classes, and the upper end of the last one.

    Returns
    -------
    DataFrame
        ``from`` (lower end), ``series`` (segment in words), ``shade``, ``customers``.
    """
    parts = []
    for segment in sorted(frame["segment"].dropna().unique()):
        counts, _ = np.histogram(frame.loc[frame["segment"] == segment, column].to_numpy(dtype=float), edges)
        name = style.translate(TEXTS["segment_of"].fill(name=segment))
        parts.append(
            pd.DataFrame({"from": edges[:-1], "series": name, "shade": f"segment:{segment}", "customers": counts})
        )
    return pd.concat(parts, ignore_index=True)


def value_functions(style: Style, panels: Sequence[tuple[str, ValueFunction]]) -> Chart:
    """Return value functions side by side, each over the figures in which it changes.

    Parameters
    ----------
    panels : sequence of (str, ValueFunction)
        Name of the factor with its unit, and its function; each has a span.
    """
    parts = []
    for label, function in panels:
        span = function.span()
        assert span is not None
        raw = np.linspace(*span, CURVE_POINTS)
        parts.append(pd.DataFrame({"factor": label, "raw": raw, "worth": function.of(pd.Series(raw))}))
    return Chart.of(
        style, "line", pd.concat(parts, ignore_index=True), category="raw", value="worth",
        panel="factor", unit=TEXTS["value"], digits=1, span=(0.0, 1.06),
        panels=tuple(Panel(name=label) for label, _ in panels),
    )  # fmt: skip


def dimension_shares(style: Style, frame: pd.DataFrame) -> Chart:
    """Return how much each grouping of the customers explains, one row per grouping and a mark per outcome.

    Parameters
    ----------
    frame : DataFrame
        ``label, series, share, low, high``; shares in 0..1.
    """
    names = list(dict.fromkeys(frame["series"]))
    return Chart.of(
        style, "interval", frame, category="label", series="series", value="share", low="low", high="high",
        marks={name: ("dot", "diamond")[place % 2] for place, name in enumerate(names)}, unit=TEXTS["variance_share"],
        write="share", digits=1, span=(-0.02, 1.02),
    )  # fmt: skip
