"""Charts of how sure a comparison is; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MILLION
from simkit.report.chapters.organisation.figures import differences
from simkit.report.charts.charts_base import millions
from simkit.report.document.chart import Chart, Panel, Reference
from simkit.report.document.style import Style, rows_of

TEXTS = Catalogue.beside(__file__)

DIRECTIONS = {
    1: TEXTS["directions_1"],
    -1: TEXTS["directions_1_less_better"],
}
SCALES = {"money": (MILLION, 2), "d": (1.0, 1)}
"""Divisor and decimals of the criteria by their unit; others are whole numbers."""


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


def probability_of_best(style: Style, frame: pd.DataFrame) -> Chart:
    """Return, for each scenario, how probable it is that each design earns most; those that may be best stand in bold.

    Parameters
    ----------
    frame : DataFrame
        ``scenario_label, label, probability_best`` in 0..1, ``may_be_best``.
    """
    return Chart.of(
        style, "heat", frame.assign(shade=_strong("primary", frame["may_be_best"])), category="label",
        series="scenario_label", value="probability_best", shade="shade", write="share", labelled=True, span=(0.0, 1.0),
    )  # fmt: skip


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


def dominance(style: Style, frame: pd.DataFrame) -> Chart:
    """Return in which share of the comparisons each design is shown to be at least as good as each other one.

    Parameters
    ----------
    frame : DataFrame
        ``label, other_label, as_good, cells, dominates``; rows are at least as good as columns.
    """
    counts = [style.translate(TEXTS["cells"].fill(n=row.as_good, all=row.cells)) for _, row in rows_of(frame)]
    ends = [f"\n{style.translate(TEXTS['dominates'])}" if flag else "" for flag in frame["dominates"]]
    table = frame.assign(
        part=frame["as_good"] / frame["cells"],
        words=[count + end for count, end in zip(counts, ends, strict=True)],
        shade=_strong("primary", frame["dominates"]),
    )
    order = list(dict.fromkeys(frame["label"]))
    return Chart.of(
        style, "heat", table, category="label", series="other_label", value="part", words="words", shade="shade",
        marks=dict.fromkeys(order, "bar"), axis=TEXTS["as_good_as"], write="share", span=(0.0, 1.0),
    )  # fmt: skip


def criteria(style: Style, frame: pd.DataFrame) -> Chart:
    """Return one panel for each criterion, with the value and interval of every design.

    Parameters
    ----------
    frame : DataFrame
        ``title, unit, direction, label, value, low, high, on_front``; designs that others beat in everything are pale.
    """
    scale = frame["unit"].map(lambda unit: SCALES.get(str(unit), (1.0, 0))[0])
    table = frame.assign(
        **{end: frame[end] / scale for end in ("value", "low", "high")},
        shade=["primary" if flag else "pale" for flag in frame["on_front"]],
    )
    first = frame.drop_duplicates("title")
    return Chart.of(
        style, "interval", table, category="label", value="value", low="low", high="high", panel="title", shade="shade",
        labelled=True, span=(None, None),
        panels=tuple(
            _criterion(style, str(row.title), str(row.unit), int(row.direction)) for _, row in rows_of(first)
        ),
    )  # fmt: skip


def _criterion(style: Style, title: str, unit: str, direction: int) -> Panel:
    units = {"money": millions(style), "d": TEXTS["days"], "h": TEXTS["hours"]}
    words = f"{style.translate(units.get(unit, unit))} · {style.translate(DIRECTIONS[direction])}"
    return Panel(name=title, unit=words, write="number", digits=SCALES.get(unit, (1.0, 0))[1])


def _strong(colour: str, flags: pd.Series) -> list[str]:
    return [f"{colour}:strong" if flag else colour for flag in flags]
