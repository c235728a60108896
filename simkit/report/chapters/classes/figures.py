"""Charts of how firm the classes of customers are; each takes the style (language) and a tidy frame."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.charts.charts_base import NUMBER
from simkit.report.document.chart import Chart, Reference, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


def class_stability(style: Style, frame: pd.DataFrame) -> Chart:
    """Return how many customers of each class are firmly in it.

    Parameters
    ----------
    frame : DataFrame
        ``segment, customers, firm``; one row per class.
    """
    firm, not_firm = style.translate(TEXTS["firm"]), style.translate(TEXTS["open"])
    number = style.formats.number
    table = frame.assign(
        rest=frame["customers"] - frame["firm"],
        shade=[f"segment:{name}" for name in frame["segment"]],
        words=[f"{number(sure)} / {number(n)}" for sure, n in zip(frame["firm"], frame["customers"], strict=True)],
    )
    return Chart.of(
        style, "stacked", side_by_side(table, {firm: ["firm"], not_firm: ["rest"]}), category="segment", series="series",
        value="value", shade="shade", words="words", marks={firm: "bar", not_firm: "hatched"}, unit=NUMBER,
    )  # fmt: skip


def stability(style: Style, frame: pd.DataFrame) -> Chart:
    """Return between which values the weight of each factor can lie while the top class stays about the same.

    Parameters
    ----------
    frame : DataFrame
        ``label, weight, low, high``, all weights in 0..1.
    """
    weight, kept = style.translate(TEXTS["weight"]), style.translate(TEXTS["kept"])
    table = frame.assign(middle=float("nan"))
    rows = side_by_side(table, {weight: ["weight"], kept: ["middle", "low", "high"]})
    shades = {weight: "ink", kept: "range"}
    return Chart.of(
        style, "interval", rows.assign(shade=rows["series"].map(shades)), category="label", series="series", value="value",
        low="low", high="high", shade="shade", marks={weight: "dot", kept: "range"}, unit=TEXTS["weight"], write="share",
        span=(0.0, 1.0),
    )  # fmt: skip


def class_count(style: Style, frame: pd.DataFrame, enough: int) -> Chart:
    """Return what more segments gain, before and after their cost.

    Parameters
    ----------
    frame : DataFrame
        ``segments, gain_amount, net_amount``, money per year.
    enough : int
        Number of segments to mark.
    """
    gain, net = style.translate(TEXTS["gain"]), style.translate(TEXTS["net"])
    best = float(select(frame, segments=enough).iloc[0]["net_amount"])
    rows = side_by_side(frame, {gain: ["gain_amount"], net: ["net_amount"]})
    shades = {gain: "muted", net: "primary"}
    return Chart.of(
        style, "line", rows.assign(shade=rows["series"].map(shades)), category="segments", series="series", value="value",
        shade="shade", marks={gain: "dashed", net: "line"}, axis=TEXTS["segments_axis"],
        unit=TEXTS["per_year"].fill(currency=style.formats.currency_symbol),
        reference=(Reference(at=float(enough), value=best, shade="accent"),),
    )  # fmt: skip
