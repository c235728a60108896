"""The two easier ways to weights: points that are shared out, and swings from worst to best."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

METHODS = ("pairs", "swing", "points")
"""Ways to weights; where somebody used several, the first of these counts as the person's own."""


def shared_out(points: pd.Series, criteria: Sequence[str]) -> pd.Series | None:
    """Return weights from points; None where nobody gave any.

    Parameters
    ----------
    points : pandas.Series
        Points by criterion, none negative; a criterion without an entry got none. Serves direct points (meant to add up
        to 100) as well as swing points (the most important step is 100, the others are put in relation to it).
    criteria : sequence of str
        All criteria.

    Returns
    -------
    pandas.Series or None
        Weight by criterion, summing to 1.

    Notes
    -----
    ``weight = points / sum of points`` (direct rating; swing weights: von Winterfeldt & Edwards 1986, *Decision Analysis
    and Behavioral Research*). Swings look at the range between the worst and the best customer and are therefore
    preferred to points, which tempt to weigh a criterion by its name.
    """
    known = points.reindex(pd.Index(criteria, name="criterion")).fillna(0.0).astype(float)
    total = float(known.sum())
    return (known / total).rename("weight") if total > 0 else None
