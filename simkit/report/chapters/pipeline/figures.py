"""Charts of the pipeline; each takes the style (language) and a tidy frame with labels in words."""

from __future__ import annotations

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


def shares(style: Style, frame: pd.DataFrame, unit: Text | str) -> Chart:
    """Return one share with its interval for each row, such as a kind of meeting or a quarter.

    Parameters
    ----------
    frame : DataFrame
        ``label, share, low, high``.
    unit : Text or str
        What it is a share of.
    """
    return Chart.of(
        style, "interval", frame, category="label", value="share", low="low", high="high", unit=unit, write="share",
        digits=1, labelled=True, span=(0.0, 1.0),
    )  # fmt: skip


def reasons(style: Style, frame: pd.DataFrame) -> Chart:
    """Return reasons by how often they are given, with the running sum written beside.

    Parameters
    ----------
    frame : DataFrame
        ``label, deals, cumulative_share``, most frequent first.
    """
    write, sums = style.formats, style.translate(TEXTS["cumulative"])
    words = [
        f"{write.number(deals)}  ({sums}: {write.share(share, 0)})"
        for deals, share in zip(frame["deals"], frame["cumulative_share"], strict=True)
    ]
    return Chart.of(
        style, "bar", frame.assign(words=words), category="label", value="deals", words="words", unit=TEXTS["slipped"]
    )


def yield_curve(style: Style, score: pd.DataFrame, rules: pd.DataFrame) -> Chart:
    """Return which share of the wins is reached with which share of the deals.

    Parameters
    ----------
    score : DataFrame
        ``volume_share, yield_share, low, high`` by score; may be empty.
    rules : DataFrame
        ``conditions, volume_share, yield_share, low, high`` of the filter; may be empty.
    """
    words = TEXTS.group("yield")
    chance, curve, filtered = style.translate_all(words["chance"], words["curve"], words["filtered"])
    columns = ["volume_share", "yield_share", "low", "high", "series", "words", "shade"]
    blind = pd.DataFrame([(end, end, None, None, chance, "", "muted") for end in (0.0, 1.0)], columns=columns)
    start = pd.DataFrame([(0.0, 0.0, 0.0, 0.0, curve, "", "primary")], columns=columns)
    inner = rules[rules["conditions"] > 0] if len(rules) else rules
    numbers = [style.formats.number(number) for number in inner["conditions"]]
    parts = [
        blind,
        *([start, score.assign(series=curve, words="", shade="primary")] if len(score) else []),
        *([inner.assign(series=filtered, words=numbers, shade="accent")] if len(inner) else []),
    ]
    rows = pd.concat([part[columns].astype(object) for part in parts], ignore_index=True)
    marks = {chance: "dashed", curve: "line", filtered: "dot"}
    return Chart.of(
        style, "line", rows, category="volume_share", series="series", value="yield_share", low="low", high="high",
        words="words", shade="shade", unit=words["reached"], axis=words["worked"],
        write="share", axis_write="share", span=(0.0, 1.02),
        marks={name: mark for name, mark in marks.items() if name in set(rows["series"])},
    )  # fmt: skip
