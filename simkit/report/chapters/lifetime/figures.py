"""Charts of the lifetime value; each takes the style (language) and a tidy frame."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.report.chapters.value.figures import counts_by_class
from simkit.report.charts.charts_base import NUMBER, millions
from simkit.report.document.chart import Chart, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)

BINS = 20


def largest(values: pd.DataFrame | pd.Series) -> float:
    """Return the largest of ``value_amount, low, high``: the unit of all of them follows its size."""
    amounts = values[["value_amount", "low", "high"]].to_numpy(dtype=float)
    return float(np.nanmax(np.abs(amounts), initial=0.0))


def value_by_group(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the expected value of groups of customers with intervals.

    Parameters
    ----------
    frame : DataFrame
        ``group, label, value_amount, low, high``, in the client's currency.
    """
    reach = largest(frame)
    large = reach >= MILLION
    table = frame.assign(
        shade=[f"segment:{name}" for name in frame["group"]],
        words=[style.formats.amount(value, scale=reach) for value in frame["value_amount"]],
    )
    return Chart.of(
        style, "bar", table, category="label", value="value_amount", low="low", high="high", shade="shade", words="words",
        unit=millions(style) if large else style.formats.currency_symbol, scale=MILLION if large else 1.0,
        digits=1 if large and reach < 2e7 else 0,
    )  # fmt: skip


def alive(style: Style, frame: pd.DataFrame) -> Chart:
    """Return how many customers of each segment are still customers with which probability.

    Parameters
    ----------
    frame : DataFrame
        ``alive_share`` (0..1), ``segment``.
    """
    counts = counts_by_class(style, frame, "alive_share", np.linspace(0.0, 1.0, BINS + 1))
    return Chart.of(
        style, "histogram", counts, category="from", series="series", value="customers", shade="shade", unit=NUMBER,
        axis=TEXTS["alive"], axis_write="share",
    )  # fmt: skip


def held_out(style: Style, frame: pd.DataFrame) -> Chart:
    """Return predicted beside actual purchases of the held-out time, by purchases before.

    Parameters
    ----------
    frame : DataFrame
        ``label, customers, predicted, actual, low, high``: means per customer; the interval is that of the actual mean.
    """
    predicted, actual = style.translate(TEXTS["predicted"]), style.translate(TEXTS["actual"])
    number = style.formats.number
    labels = [
        f"{label} (n\u00a0=\u00a0{number(n)})" for label, n in zip(frame["label"], frame["customers"], strict=True)
    ]
    top = float(frame[["predicted", "actual", "high"]].max().max())
    rows = side_by_side(frame.assign(label=labels), {predicted: ["predicted"], actual: ["actual", "low", "high"]})
    shades = {predicted: "primary", actual: "accent"}
    return Chart.of(
        style, "column", rows.assign(shade=rows["series"].map(shades)), category="label", series="series", value="value",
        low="low", high="high", shade="shade", marks={actual: "dot", predicted: "pale"}, unit=TEXTS["mean"],
        axis=TEXTS["before"], digits=0 if top > 4 else 1,
    )  # fmt: skip
