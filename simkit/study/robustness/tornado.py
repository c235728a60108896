"""Paired tornado: what the advantage of the best design becomes when one assumption after the other is at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.arrays import Floats
from simkit.foundation.frames import select
from simkit.study.comparison import PROFIT, half_width
from simkit.study.robustness.leaves import TestedLeaf
from simkit.study.robustness.points import Bench

BASE = "base"
TORNADO_COLUMNS = (
    "rank", "leaf", "label_de", "label_en", "unit", "best", "against", "measure",
    "low_value", "base_value", "high_value",
    "low_difference", "low_low", "low_high", "base_difference", "base_low", "base_high",
    "high_difference", "high_low", "high_high", "swing", "turns", "turns_surely", "worlds",
)  # fmt: skip


def tornado_runs(bench: Bench, leaves: Sequence[TestedLeaf], *, worlds: int) -> pd.DataFrame:
    """Run the base and both ends of each leaf, all others at the study's value, in the same worlds.

    Returns
    -------
    DataFrame
        Columns point ("base", "<leaf>=low", "<leaf>=high"), replication, design, measure, value.
    """
    points: dict[str, Mapping[str, float]] = {BASE: {}}
    for leaf in leaves:
        points |= {f"{leaf.path}=low": {leaf.path: leaf.low}, f"{leaf.path}=high": {leaf.path: leaf.high}}
    return bench.run(points, worlds=worlds)


def tornado(frame: pd.DataFrame, leaves: Sequence[TestedLeaf], best: str) -> pd.DataFrame:
    """Return the best design's difference to every other one with each leaf at its low and its high end.

    Parameters
    ----------
    frame : DataFrame
        As :func:`tornado_runs` returns it.
    leaves : sequence of TestedLeaf
        The leaves that were moved.
    best : str
        Label of the design whose advantage is looked at.

    Returns
    -------
    DataFrame
        One row per leaf and design that the best is compared with (:data:`TORNADO_COLUMNS`), the widest swing first.

    Notes
    -----
    Each end: mean over worlds of y(best) − y(other) in the same world, with a paired 95 % t-interval. `turns`: at one
    end the difference has another sign than at the base; `turns_surely`: and the interval of that end does not hold 0.
    Caveats: one leaf at a time shows no interplay (see the regions of victory), and with few worlds the intervals are
    wide; they hold one at a time.
    """
    parts = [
        _against(frame, leaves, best, str(other), measure=PROFIT)
        for other in dict.fromkeys(frame["design"])
        if leaves and other != best
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(TORNADO_COLUMNS))


def _against(frame: pd.DataFrame, leaves: Sequence[TestedLeaf], best: str, other: str, *, measure: str) -> pd.DataFrame:
    chosen = select(frame, measure=measure)
    wide = chosen.pivot(index=["point", "replication"], columns="design", values="value")
    gain = (wide[best] - wide[other]).unstack("replication")
    ends = {str(point): _interval(row) for point, row in zip(gain.index, gain.to_numpy(dtype=float), strict=True)}
    rows = [_row(leaf, ends) for leaf in leaves]
    table = pd.DataFrame(rows).assign(best=best, against=other, measure=measure, worlds=gain.shape[1])
    table = table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)
    return table.assign(rank=range(1, len(table) + 1))[list(TORNADO_COLUMNS)]


def _interval(values: Floats) -> tuple[float, float, float]:
    mean, width = float(values.mean()), float(half_width(values[None, :])[0])
    return mean, mean - width, mean + width


def _row(leaf: TestedLeaf, ends: Mapping[str, tuple[float, float, float]]) -> dict[str, object]:
    base, low, high = ends[BASE], ends[f"{leaf.path}=low"], ends[f"{leaf.path}=high"]
    turned = [end for end in (low, high) if np.sign(end[0]) != np.sign(base[0])]
    return {
        "leaf": leaf.path, "label_de": leaf.leaf.label.de, "label_en": leaf.leaf.label.en, "unit": leaf.leaf.unit,
        "low_value": leaf.low, "base_value": leaf.value, "high_value": leaf.high,
        "low_difference": low[0], "low_low": low[1], "low_high": low[2],
        "base_difference": base[0], "base_low": base[1], "base_high": base[2],
        "high_difference": high[0], "high_low": high[1], "high_high": high[2],
        "swing": max(low[0], high[0], base[0]) - min(low[0], high[0], base[0]),
        "turns": bool(turned), "turns_surely": any(end[1] > 0 or end[2] < 0 for end in turned),
    }  # fmt: skip
