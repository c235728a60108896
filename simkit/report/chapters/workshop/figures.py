"""Charts of a workshop; each takes the style (language) and a tidy frame about groups of people."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chart import Chart, Mark, side_by_side
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)

MARKS: tuple[Mark, ...] = ("dot", "diamond", "square", "triangle", "circle")


def criteria_weights(style: Style, frame: pd.DataFrame) -> Chart:
    """Return the weight of each criterion with its interval over participants.

    Parameters
    ----------
    frame : DataFrame
        ``label, weight, low, high`` (shares), in the order of display.
    """
    return Chart.of(
        style, "bar", frame.assign(shade="soft"), category="label", value="weight", low="low", high="high", shade="shade",
        unit=TEXTS["weight"], write="share", labelled=True,
    )  # fmt: skip


def weights_side_by_side(style: Style, frame: pd.DataFrame, columns: Mapping[str, str]) -> Chart:
    """Return the weights of several groups or ways beside each other.

    Parameters
    ----------
    frame : DataFrame
        ``label`` and the columns to be shown (shares), in the order of display.
    columns : mapping of str to str
        Columns to be shown with their labels.
    """
    rows = side_by_side(frame, {label: [name] for name, label in columns.items()})
    marks = {label: MARKS[place % len(MARKS)] for place, label in enumerate(columns.values())}
    return Chart.of(
        style, "interval", rows, category="label", series="series", value="value", marks=marks, unit=TEXTS["weight"],
        write="share",
    )  # fmt: skip
