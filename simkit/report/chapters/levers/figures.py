"""Charts of the levers: net gain beside the return per unit of money, and the net gain month by month."""

from __future__ import annotations

import math

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_base import MONTHS_SINCE, thousands
from simkit.report.document.chart import Chart, Panel, Reference, from_zero
from simkit.report.document.style import Style, rows_of

TEXTS = Catalogue.beside(__file__)

THOUSAND = 1e3


def net_gain_and_return(style: Style, frame: pd.DataFrame) -> Chart:
    """Return for each lever its net gain and its return per unit of money, each with its interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, evidence_words, net, net_low, net_high`` in currency, ``per_euro, per_euro_low, per_euro_high``, in order.
    """
    symbol = style.formats.currency_symbol
    net, back = style.translate(TEXTS["net"]), style.translate(TEXTS["return"].fill(symbol=symbol))
    rows = []
    for _, entry in rows_of(frame):
        label = f"{entry.label} [{entry.evidence_words}]"
        gain = [value / THOUSAND for value in (entry.net, entry.net_low, entry.net_high)]
        rows.append((net, label, *gain, _shade(gain, 0.0), ""))
        free = math.isnan(entry.per_euro_low)
        ratio = [float("nan")] * 3 if free else [entry.per_euro, entry.per_euro_low, entry.per_euro_high]
        rows.append((back, label, *ratio, _shade(ratio, 1.0), style.translate(TEXTS["no_cost"]) if free else ""))
    table = pd.DataFrame(rows, columns=["panel", "label", "value", "low", "high", "shade", "words"])
    per_unit = style.translate(TEXTS["per_unit"].fill(symbol=symbol))
    return Chart.of(
        style, "interval", table, panel="panel", category="label", value="value", low="low", high="high", shade="shade",
        words="words", labelled=True, span=(None, None),
        panels=(
            Panel(name=net, unit=style.translate(thousands(style)), write="signed"),
            Panel(name=back, unit=per_unit, write="number", digits=2),
        ),
        reference=(Reference(value=0.0, panel=net), Reference(value=1.0, panel=back)),
    )  # fmt: skip


def _shade(values: list[float], border: float) -> str:
    """Return the colour of a mean with its interval; pale where the interval includes the border between gain and loss."""
    _, low, high = values
    return "accent" if high < border else "primary" if low > border else "pale"


def payback(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the cumulated net gain of each lever by month with its interval, in a panel with a scale of its own.

    Parameters
    ----------
    frame : DataFrame
        ``label, month, cumulated, cumulated_low, cumulated_high`` in currency.
    """
    pays = frame.groupby("label")["cumulated"].last() > 0
    rows = from_zero(frame)
    rows = rows.assign(shade=["primary" if pays[label] else "accent" for label in rows["label"]])
    return Chart.of(
        style, "line", rows, category="month", value="cumulated", low="cumulated_low", high="cumulated_high",
        panel="label", shade="shade", unit=thousands(style), axis=MONTHS_SINCE, scale=THOUSAND, write="signed",
        reference=(Reference(value=0.0),), span=(None, None),
    )  # fmt: skip
