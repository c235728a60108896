"""Charts of how sure a comparison is; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.report.chapters.organisation.figures import differences
from simkit.report.charts.charts_base import millions
from simkit.report.document.chart import Chart, Reference
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


def differences_with_zone(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the change of profit a year against today with simultaneous intervals, and the indifference zone.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, difference, low, high, zone`` in the client's currency, in order.
    """
    zones = frame.groupby("scenario_label", sort=False)["zone"].first() / MILLION
    ranges = [
        Reference(value=-float(zone), until=float(zone), panel=str(name), shade="zone") for name, zone in zones.items()
    ]
    return differences(style, frame, tuple(ranges))


def regret(style: Style, frame: pd.DataFrame) -> Chart:
    """Return what each design gives away against the best of each scenario, and its largest regret in the last column.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, regret, low, high`` in currency.
    """
    digits = 1 if float(frame["high"].max()) >= 1e7 else 2
    written = [
        [style.formats.number(value / MILLION, digits) for value in frame[name]] for name in ("regret", "low", "high")
    ]
    words = [f"{middle}\n({low} … {high})" for middle, low, high in zip(*written, strict=True)]
    last = frame["scenario_label"] == list(dict.fromkeys(frame["scenario_label"]))[-1]
    return Chart.of(
        style, "heat", frame.assign(words=words, shade=_strong("accent", last)), category="label",
        series="scenario_label", value="regret", low="low", high="high", words="words", shade="shade",
        unit=millions(style), scale=MILLION, digits=digits, span=(0.0, max(float(frame["regret"].max()), 1.0) / MILLION),
    )  # fmt: skip


def _strong(colour: str, flags: pd.Series) -> list[str]:
    return [f"{colour}:strong" if flag else colour for flag in flags]
