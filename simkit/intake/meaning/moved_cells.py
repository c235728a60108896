"""Rows whose cells stand a column too far left: the last one is empty, and a cost that no other order has stands for the cost."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, flags
from simkit.intake.reading.file_reading import RawTable
from simkit.intake.rules.ruled_files import words

MOSTLY_FILLED = 0.9
"""The last column of a file says something where at least so many of its rows fill it."""
FAR_BELOW = 0.2
"""A cost is another kind of number when its share of the value is below so much of the lowest share among the other rows."""
LEAST_ROWS = 20
"""With fewer rows than these nothing is usual."""


def moved_left(material: Material) -> Iterator[Doubt]:
    """Orders that lack their last cell and whose cost is far too low lost a cell, and all behind it moved one to the left."""
    staged = material.table("orders", "value_amount", "cost_amount")
    if staged is None or len(staged.frame) < LEAST_ROWS:
        return
    short = np.concatenate([_without_last(raw) for raw in staged.raws])[staged.frame.index.to_numpy()]
    value, cost = staged.frame["value_amount"], staged.frame["cost_amount"]
    share = (cost / value).where((value > 0) & cost.notna())
    usual = share[~short & flags(share > 0)]
    rows = short & flags((share > 0) & (share < FAR_BELOW * usual.min())) if len(usual) else short & False
    if rows.any():
        yield Doubt(
            table="orders",
            rows=rows,
            what=TEXTS["moved_left"],
            remedy=TEXTS["moved_left_remedy"],
            header=staged.headers.get("cost_amount", ""),
        )


def _without_last(raw: RawTable) -> Flags:
    """Return the rows of a file that lack the cell of its last column; none where many do."""
    empty = np.column_stack([(words(raw.frame.iloc[:, place]) == "").to_numpy() for place in range(raw.frame.shape[1])])
    usual = empty[:, -1].mean() <= 1 - MOSTLY_FILLED if len(empty) else False
    rows: Flags = empty[:, -1] & usual
    return rows
