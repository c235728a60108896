"""Charts of the comparison of organisations; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.foundation.text import Text
from simkit.report.charts.charts_base import MONTHS_SINCE, decimals, millions
from simkit.report.document.chart import Chart, Reference, from_zero
from simkit.report.document.style import Style

if TYPE_CHECKING:
    pass

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
