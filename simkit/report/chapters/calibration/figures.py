"""Charts of the calibration: simulated against measured figures, and what was predicted against what came."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chart import Chart, Reference, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)

LARGEST = 3.0
"""Times the measured figure; what lies beyond is drawn at the edge."""


def backtest(style: Style, frame: pd.DataFrame) -> Chart:
    """Return each prediction with its interval as 100 %, and what came beside it.

    Parameters
    ----------
    frame : DataFrame
        ``label, observed, predicted, low, high, covered``, one row per figure.
    """
    came, interval, off = style.translate_all(TEXTS["came"], TEXTS["interval"], TEXTS["what_came_outside"])
    relative = (
        frame[["observed", "low", "high"]].astype(float).div(frame["predicted"], axis=0).assign(middle=float("nan"))
    )
    rows = side_by_side(
        frame[["label", "covered"]].join(relative), {interval: ["middle", "low", "high"], came: ["observed"]}
    )
    misses = (rows["series"] == came) & ~rows["covered"].astype(bool)
    rows = rows.assign(series=rows["series"].mask(misses, off))
    shades = {interval: "range", came: "accent", off: "ink"}
    return Chart.of(
        style, "interval", rows.assign(shade=rows["series"].map(shades)), category="label", series="series",
        value="value", low="low", high="high", shade="shade", marks={interval: "range", came: "dot", off: "circle"},
        unit=TEXTS["predicted"], write="share", reference=(Reference(value=1.0),), span=(None, LARGEST),
    )  # fmt: skip
