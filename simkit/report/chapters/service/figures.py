"""Charts of service levels, response curves and the best split of the hours; each takes the style and a tidy frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chart import Chart, Reference, side_by_side
from simkit.report.document.style import Style
from simkit.value.service.response import Curve

TEXTS = Catalogue.beside(__file__)

MOST_EFFORT = 2.5
CURVE_POINTS = 101


def hours_check(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the hours that service levels need beside those that are there, with intervals.

    Parameters
    ----------
    frame : DataFrame
        ``name, needed_h, needed_low_h, needed_high_h, there_h, there_low_h, there_high_h``; one row per segment.
    """
    needed, there = style.translate(TEXTS["needed"]), style.translate(TEXTS["there"])
    rows = side_by_side(
        _by_segment(style, frame, "name"),
        {needed: ["needed_h", "needed_low_h", "needed_high_h"], there: ["there_h", "there_low_h", "there_high_h"]},
    )
    return Chart.of(
        style, "bar", rows, category="label", series="series", value="value", low="low", high="high", shade="shade",
        marks={needed: "bar", there: "hatched"}, unit=TEXTS["hours"], labelled=True,
    )  # fmt: skip


def response_curves(style: Style, curves: Mapping[str, Curve]) -> Chart:
    """Return sales as an answer to effort, one line per segment (several segments with one curve share a line).

    Parameters
    ----------
    curves : mapping of str to Curve
        By segment.
    """
    effort = np.linspace(0.0, MOST_EFFORT, CURVE_POINTS)
    parts = [
        pd.DataFrame(
            {
                "effort": effort,
                "sales": curve.sales(effort),
                "series": style.translate(TEXTS["segment"].fill(name=", ".join(names))),
            }
        )
        for curve, names in _together(curves).items()
    ]
    today = Reference(at=1.0, value=1.0, words=style.translate(TEXTS["today"]), shade="ink")
    return Chart.of(
        style, "line", pd.concat(parts, ignore_index=True), category="effort", series="series", value="sales",
        unit=TEXTS["sales"], axis=TEXTS["effort"], write="share", axis_write="share", reference=(Reference(at=1.0), today),
    )  # fmt: skip


def _together(curves: Mapping[str, Curve]) -> dict[Curve, list[str]]:
    found: dict[Curve, list[str]] = {}
    for name, curve in curves.items():
        found.setdefault(curve, []).append(name)
    return found


def split(style: Style, frame: pd.DataFrame) -> Chart:
    """Return hours today and at the best split, and how far they may be off.

    Parameters
    ----------
    frame : DataFrame
        ``segment, hours_h, best_h, low_h, high_h``.
    """
    best, today, flat = style.translate_all(TEXTS["best"], TEXTS["today"], TEXTS["flat"])
    table = _by_segment(style, frame, "segment").assign(middle=float("nan"))
    rows = side_by_side(table, {best: ["best_h"], today: ["hours_h"], flat: ["middle", "low_h", "high_h"]})
    shades = {best: "primary", today: "ink", flat: "range"}
    return Chart.of(
        style, "interval", rows.assign(shade=rows["series"].map(shades)), category="label", series="series",
        value="value", low="low", high="high", shade="shade", marks={today: "circle", best: "diamond", flat: "range"},
        unit=TEXTS["hours"], labelled=True,
    )  # fmt: skip


def _by_segment(style: Style, frame: pd.DataFrame, column: str) -> pd.DataFrame:
    return frame.assign(
        label=[style.translate(TEXTS["segment"].fill(name=name)) for name in frame[column]],
        shade=[f"segment:{name}" for name in frame[column]],
    )
