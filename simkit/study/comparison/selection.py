"""Selection with an indifference zone: which designs may be the best, which are good enough, which cannot be told from it.

Where nothing tells designs apart, the simpler change goes first: the one that moves fewest people, and today's before all.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.study.mean_intervals import LEVEL

SIMPLICITY = ("people_moved", "accounts_moved", "handovers_per_case")
"""Measures that tell the simpler of two changes, the first that differs."""
SELECTION_COLUMNS = (
    "design", "mean", "gap", "low", "high", "may_be_best", "good_enough", "told_apart", "zone_amount", "family",
)  # fmt: skip


def selection(table: pd.DataFrame, zone_amount: float) -> pd.DataFrame:
    """Compare every design with the best of the others.

    Parameters
    ----------
    table : DataFrame
        One measure, replication × design (:func:`simkit.study.paired_comparison.paired`), more is better; two designs at least.
    zone_amount : float
        Difference that counts as none, in the unit of the measure, at least 0.

    Returns
    -------
    DataFrame
        Columns design, mean, gap (mean less the best mean of the others), low, high (95 % interval of that difference,
        for all designs at once), may_be_best, good_enough, told_apart, zone_amount, family; in the order of the table.

    Notes
    -----
    Multiple comparison with the best in its constrained form (Hsu 1984, *Ann. Statist.* 12; Hsu 1996, *Multiple
    Comparisons*, chapter 4), with paired differences, because common random numbers make the designs dependent (Nelson &
    Matejcik 1995, *Management Science* 41). With k designs, w(i,j) = t(1 − 0.05/(k − 1); n − 1) · s(i,j)/√n from the
    paired differences of i and j:

    - high(i) = max(0, min over j of [mean(i) − mean(j) + w(i,j)]); the designs whose minimum is not below 0 are a set that
      contains the best with at least 95 % (`may_be_best`);
    - low(i) = min(0, min over j ≠ i of that set of [mean(i) − mean(j) − w(i,j)]), and 0 when i alone is in the set;
      a design with low ≥ −zone is, with the same 95 %, the best or within the zone of it (`good_enough`: the "good
      selection" of ranking and selection).

    `told_apart` is true of a design that the leader beats both beyond chance and by more than the zone; the leader itself
    is always told apart from nothing, hence false. Caveat: Bonferroni makes the set larger than need be; with one
    replication nothing is known and every design may be the best.
    """
    values = table.to_numpy(dtype=float).T
    mean = values.mean(axis=1)
    gap, width = mean[:, None] - mean[None, :], _one_sided_widths(values)
    highest = _without_self(gap + width, math.inf).min(axis=1)
    possible = np.isnan(width).any(axis=1) | (highest >= 0)  # 0 itself: equals without any spread
    others = np.where(possible[None, :], gap - width, math.inf)
    low = np.minimum(0.0, _without_self(others, math.inf).min(axis=1))
    leader = int(mean.argmax())
    apart = (gap[leader] - width[leader] > 0) & (gap[leader] > zone_amount)
    return pd.DataFrame(
        {
            "design": list(table.columns), "mean": mean, "gap": _without_self(gap, math.inf).min(axis=1), "low": low,
            "high": np.maximum(0.0, highest), "may_be_best": possible, "good_enough": low >= -zone_amount,
            "told_apart": apart, "zone_amount": zone_amount, "family": len(mean) - 1,
        }
    )[list(SELECTION_COLUMNS)]  # fmt: skip


def _one_sided_widths(values: Floats) -> Floats:
    """Half-widths of one-sided paired intervals that hold for the k − 1 comparisons of any one design, shape (k, k)."""
    from scipy.stats import t

    designs, number = values.shape
    if number < 2:
        return np.full((designs, designs), np.nan)
    quantile = float(t.ppf(1 - (1 - LEVEL) / max(designs - 1, 1), number - 1))
    spread = np.std(values[:, None, :] - values[None, :, :], axis=2, ddof=1)
    result: Floats = quantile * spread / np.sqrt(number)
    return result


def _without_self(pairs: Floats, neutral: float) -> Floats:
    """Put a neutral value where a design would meet itself."""
    result = pairs.copy()
    np.fill_diagonal(result, neutral)
    return result


def equals_of(chosen: pd.DataFrame, best: str, also: str = "") -> tuple[str, ...]:
    """Return the designs that cannot be told from the leader, in the order of the selection.

    Parameters
    ----------
    chosen : DataFrame
        Result of :func:`selection`.
    best : str
        The leader, which is no equal of itself.
    also : str
        A design that another test could not tell from the leader; empty for none.
    """
    rows = chosen[(~chosen["told_apart"] | (chosen["design"] == also)) & (chosen["design"] != best)]
    return tuple(str(name) for name in rows["design"])


def simplest(designs: Sequence[str], baseline: str, moved: Mapping[str, tuple[float, ...]]) -> str:
    """Return the design whose change is the simplest.

    Parameters
    ----------
    designs : sequence of str
        Designs that cannot be told apart, the better ones first, at least one.
    baseline : str
        Today's organisation, which needs no change at all.
    moved : mapping of str to tuple of float
        By design, means over the replications: people moved, accounts moved, hand-overs per case
        (:data:`SIMPLICITY`); what is missing moves nothing.

    Returns
    -------
    str
        Today's where it is among them, else that which moves fewest people, among equals fewest accounts, then that with
        the fewest hand-overs per case, else that which stands first, hence the better one.
    """
    order = {name: place for place, name in enumerate(designs)}
    nothing = (0.0,) * len(SIMPLICITY)
    return min(designs, key=lambda name: (name != baseline, moved.get(name, nothing), order[name]))
