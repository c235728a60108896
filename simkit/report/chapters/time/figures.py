"""Charts of the time diagnostic; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chart import Chart, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


def hours_by_activity(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the share of each activity with its interval, coloured by group.

    Parameters
    ----------
    frame : DataFrame
        ``label, group, group_label, share, low, high``, in the order from top to bottom.
    """
    return Chart.of(
        style, "bar", _shaded(frame), category="label", series="group_label", value="share", low="low", high="high",
        shade="shade", unit=TEXTS["share"], write="share", digits=1, labelled=True,
    )  # fmt: skip


def shares_by_role(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the customer-facing share of each role with its interval.

    Parameters
    ----------
    frame : DataFrame
        ``label, share, low, high, people``.
    """
    return Chart.of(
        style, "interval", frame, category="label", value="share", low="low", high="high", people="people",
        unit=TEXTS["share"], write="share", digits=1, labelled=True,
    )  # fmt: skip


def weekly_course(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the share of each group of activities week by week.

    Parameters
    ----------
    frame : DataFrame
        ``week`` (date), ``group``, ``group_label``, ``share``, ``people``.
    """
    return Chart.of(
        style, "area", _shaded(frame), category="week", series="group_label", value="share", shade="shade",
        people="people", unit=TEXTS["share"], write="share", axis_write="month", order=(), span=(0.0, 1.0),
    )  # fmt: skip


def perception(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the staff's own estimate beside the log, activity by activity.

    Parameters
    ----------
    frame : DataFrame
        ``label, log_share, estimate_share, low, high``.
    """
    logged, stated = style.translate(TEXTS["logged"]), style.translate(TEXTS["estimated_with_spread"])
    rows = side_by_side(frame, {logged: ["log_share"], stated: ["estimate_share", "low", "high"]})
    return Chart.of(
        style, "interval", rows, category="label", series="series", value="value", low="low", high="high",
        marks={logged: "dot", stated: "diamond"}, unit=TEXTS["share"], write="share", digits=1,
    )  # fmt: skip


def _shaded(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(shade=[f"group:{group}" for group in frame["group"]])
