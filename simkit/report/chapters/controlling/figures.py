"""Charts of the controlling of inputs; each takes the style (language) and a tidy frame."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.document.chart import Chart, Panel, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


def course(style: Style, frame: pd.DataFrame, unit: Text) -> Chart:
    """Return actual against plan with its limits, month by month, one panel for each class.

    Parameters
    ----------
    frame : DataFrame
        ``segment, month`` (period), ``actual, planned, low, high, alarm``; months that are not in it leave a gap.
    unit : Text
        What is counted.
    """
    months = pd.period_range(frame["month"].min(), frame["month"].max(), freq="M")
    segments = sorted(frame["segment"].unique())
    names = {segment: style.translate(TEXTS["class"].fill(name=segment)) for segment in segments}
    whole = pd.MultiIndex.from_product([segments, months], names=["segment", "month"])
    table = frame.set_index(["segment", "month"]).reindex(whole).reset_index()
    table = table.assign(
        day=[month.start_time.date().isoformat() for month in table["month"]],
        panel=table["segment"].map(names),
        middle=float("nan"),
        outside=table["actual"].where(table["alarm"].isin(["above", "below"])),
    )
    limits, plan, actual, outside = style.translate_all(
        TEXTS["figures_limits"], TEXTS["plan"], TEXTS["actual"], TEXTS["outside"]
    )
    rows = side_by_side(
        table, {limits: ["middle", "low", "high"], plan: ["planned"], actual: ["actual"], outside: ["outside"]}
    )
    rows = rows[(rows["series"] != outside) | rows["value"].notna()]
    shades = {limits: "muted", plan: "muted", actual: "primary", outside: "accent"}
    return Chart.of(
        style, "line", rows.assign(shade=rows["series"].map(shades)), category="day", series="series", value="value",
        low="low", high="high", panel="panel", shade="shade", unit=unit, axis_write="month", order=(),
        marks={limits: "step", plan: "dashed", actual: "line", outside: "dot"},
        panels=tuple(Panel(name=name) for name in names.values()),
    )  # fmt: skip


def gaps(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the share of hours beside the share of value of each group.

    Parameters
    ----------
    frame : DataFrame
        ``label, hours_share, value_share``, in the order from top to bottom.
    """
    value, hours = style.translate(TEXTS["value_share"]), style.translate(TEXTS["hours_share"])
    return Chart.of(
        style, "interval", side_by_side(frame, {value: ["value_share"], hours: ["hours_share"]}), category="label",
        series="series", value="value", marks={value: "diamond", hours: "dot"}, unit=TEXTS["share"], write="share",
    )  # fmt: skip
