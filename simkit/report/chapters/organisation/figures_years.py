"""Charts of today's organisation over the years: measured first, then simulated in every scenario."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.report.document.chart import Chart, Mark, Panel, Reference
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)

SHOWN = 6
"""Panels at most; contacts of the other segments stand in the table."""
LEFT_OUT = ("B", "C")
GO_LIVE = 0.5
"""Between the last measured year and the first simulated one."""


def years_chart(style: Style, table: pd.DataFrame) -> Chart:
    """Return each item of today by year: measured years as dots with intervals, one line for each scenario after them.

    Parameters
    ----------
    table : DataFrame
        ``origin, item, group, label, unit, unit_label, year, scenario_label, value, low, high``.
    """
    chosen = table[~table["group"].isin(LEFT_OUT)]
    names = list(dict.fromkeys(chosen[chosen["origin"] == "simulated"]["label"]))[:SHOWN]
    rows = chosen[chosen["label"].isin(names)].sort_values(["label", "year"], kind="stable")
    measured, known = style.translate(TEXTS["measured_line"]), rows["origin"] == "measured"
    scenarios = [name for name in dict.fromkeys(chosen["scenario_label"]) if name]
    shades = {measured: "ink", **{name: f"cycle:{place}" for place, name in enumerate(scenarios)}}
    scale = rows["unit"].map(lambda unit: MILLION if unit == "money" else 1.0)
    series = rows["scenario_label"].mask(known, measured)
    rows = rows.assign(
        **{end: rows[end] / scale for end in ("value", "low", "high")}, series=series, shade=series.map(shades)
    )
    marks: dict[str, Mark] = {**({measured: "dot"} if known.any() else {}), **dict.fromkeys(scenarios, "dot_line")}
    units = rows.drop_duplicates("label").set_index("label")["unit_label"]
    return Chart.of(
        style, "line", rows, category="year", series="series", value="value", low="low", high="high", panel="label",
        shade="shade", marks=marks, axis=TEXTS["years_axis"], axis_write="signed",
        panels=tuple(Panel(name=name, unit=str(units[name]), write="number") for name in names),
        reference=(Reference(at=GO_LIVE),) if known.any() else (),
    )  # fmt: skip
