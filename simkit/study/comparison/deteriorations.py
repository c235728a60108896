"""What gets worse: the largest computed deteriorations of a design against today, whatever they are.

No list by hand says what may be told as a risk; every measure that has a better and a worse direction is looked at.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.frames import select
from simkit.study.measures.measures import MEASURES

COLUMNS = ("measure", "group", "baseline", "mean", "difference", "low", "high", "worse_by")
LOOKED_AT = frozenset({"1", "d", "share"})
"""Units of what can be told as a risk: cases, days and shares. Money is told as the gain itself, hours as customer hours."""
OF_SEGMENTS = "segment_contribution_amount"
"""The one money that is no part of the gain told elsewhere: a gain may be paid for by one segment of customers."""
MATERIAL_SHARE = 0.1  # what gets worse by a tenth is worth a word
LARGEST = 5


def deteriorations(differences: pd.DataFrame, scenario: str, design: str, *, largest: int = LARGEST) -> pd.DataFrame:
    """Return what a design makes worse beyond chance and by a tenth or more, the largest share of today's first.

    Parameters
    ----------
    differences : DataFrame
        Result of :func:`simkit.study.paired_comparison.differences` on yearly runs.
    scenario, design : str
        Where to look.
    largest : int
        How many are returned at most.

    Returns
    -------
    DataFrame
        Columns measure, group, baseline, mean, difference, low, high (as the measure counts, so a loss of orders is
        negative), worse_by: the deterioration as a share of today's value, infinite where that is 0.
    """
    rows = select(differences, scenario=scenario, design=design, year=0)
    direction = rows["measure"].astype(str).map(_directions()).fillna(0).to_numpy(float)
    worse = np.where(direction < 0, rows["low"], -rows["high"])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = -direction * rows["difference"].to_numpy(float) / rows["baseline"].to_numpy(float)
    found = rows.assign(worse_by=share)[(direction != 0) & (worse > 0) & (share >= MATERIAL_SHARE)]
    chosen = found.sort_values("worse_by", ascending=False, kind="stable").head(largest)
    result: pd.DataFrame = chosen[list(COLUMNS)].reset_index(drop=True)
    return result


def _directions() -> dict[str, int]:
    """Return which way each measure that may be told gets better."""
    return {name: one.direction for name, one in MEASURES.items() if one.unit in LOOKED_AT or name == OF_SEGMENTS}
