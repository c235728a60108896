"""What would turn a customer's class: other weights, another department's weights, one criterion less.

Every question is answered by ranking and cutting the same factors again; nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.value.score.acceptability import at_the_top, buyers_of, drawn_scores
from simkit.value.score.customer_score import not_behind, weighted_mean
from simkit.value.score.segments import CUTOFFS, class_sizes, segments

KEPT_SHARE = 0.9
"""The top class counts as the same while this share of its customers stay in it (rule of this kit)."""
STEPS = 100


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The customers with their factors, ready to be ranked with any weights."""

    factors: pd.DataFrame
    """Index ``customer_id``; factors in 0..1, missing where unknown."""
    revenue: pd.Series
    """Revenue by customer; breaks ties, and without it a customer is in the last class."""
    cutoffs: tuple[float, ...] = CUTOFFS
    """Cumulative shares of customers at which the ranking is cut."""

    def scores(self, weights: Mapping[str, float]) -> pd.Series:
        """Return the score of each customer, in 0..1, as `simkit.value.score.customer_score.score_customers` does."""
        weight = pd.Series({str(name): float(weights.get(str(name), 0.0)) for name in self.factors}, dtype=float)
        used = self.factors.loc[:, weight.to_numpy() > 0]
        weight = weight[weight > 0]
        return not_behind(used, weight, weighted_mean(used, weight))

    def classes(self, weights: Mapping[str, float]) -> pd.Series:
        """Return the class of each customer under these weights."""
        return self.cut(self.scores(weights))

    def cut(self, scores: pd.Series) -> pd.Series:
        """Return the class of each customer for given scores."""
        table = pd.DataFrame({"score": scores, "revenue_amount": self.revenue.reindex(scores.index)})
        found = segments(table.rename_axis("customer_id").reset_index(), self.cutoffs)
        return pd.Series(found.to_numpy(), index=scores.index)


def stability_intervals(
    judged: Judged, weights: Mapping[str, float], *, kept_share: float = KEPT_SHARE
) -> pd.DataFrame:
    """Return between which values the weight of each factor can lie while the top class stays about the same.

    Parameters
    ----------
    weights : mapping of str to float
        The chosen weights.
    kept_share : float
        Share of today's top class that has to stay in it.

    Returns
    -------
    pandas.DataFrame
        ``factor, weight, low, high``, all as shares of all weights; low 0 and high 1 mean that no weight of this factor
        alone turns the top class.

    Notes
    -----
    One weight moves, all others keep their proportions (Triantaphyllou and Sánchez 1997, *Decision Sciences* 28); the
    interval is the stretch around the chosen weight, found in steps of one point. Two weights that move at once may turn
    more: see `simkit.value.score.acceptability`.
    """
    total = sum(weight for name, weight in weights.items() if name in judged.factors)
    today = {name: weight / total for name, weight in weights.items() if weight > 0 and name in judged.factors}
    buyers = buyers_of(judged.factors, judged.revenue)
    size = class_sizes(len(buyers), judged.cutoffs)[0]
    top = next(_tops(judged, pd.DataFrame([today]), size))[:, 0]
    rows = []
    for name, chosen in today.items():
        moved = pd.DataFrame([_moved(today, name, step / STEPS) for step in range(STEPS + 1)])
        kept = np.concatenate([found[top].sum(axis=0) for found in _tops(judged, moved, size)])
        low, high = _stretch(list(kept / max(int(top.sum()), 1) >= kept_share), chosen)
        rows.append((name, chosen, low, high))
    return pd.DataFrame(rows, columns=["factor", "weight", "low", "high"])


def _moved(weights: Mapping[str, float], name: str, value: float) -> dict[str, float]:
    """Return weights of sum 1 with one of them set and the others in their old proportions."""
    others = 1 - weights[name]
    if others <= 0:
        return dict(weights)
    return {other: value if other == name else weight * (1 - value) / others for other, weight in weights.items()}


def _tops(judged: Judged, weights: pd.DataFrame, size: int) -> Iterator[Flags]:
    """Yield who is in the top class under each row of weights, in blocks of rows, shape (customers, rows)."""
    amounts = judged.revenue.reindex(buyers_of(judged.factors, judged.revenue).index).to_numpy(dtype=float)
    for scores in drawn_scores(judged.factors, judged.revenue, weights):
        yield at_the_top(scores, size, amounts)


def _stretch(held: list[bool], chosen: float) -> tuple[float, float]:
    """Return the ends of the unbroken stretch of steps around a value."""
    below = np.flatnonzero([not good for good in held[: int(chosen * STEPS) + 1]])
    above = np.flatnonzero([not good for good in held[int(np.ceil(chosen * STEPS)) :]])
    low = (below[-1] + 1) / STEPS if len(below) else 0.0
    high = (int(np.ceil(chosen * STEPS)) + above[0] - 1) / STEPS if len(above) else 1.0
    return min(low, chosen), max(high, chosen)


def leave_one_out(judged: Judged, weights: Mapping[str, float]) -> pd.DataFrame:
    """Return what each criterion does to the ranking: what changes when it is left out.

    Returns
    -------
    pandas.DataFrame
        ``factor, weight, tau, changed, changed_revenue_share``, most changes first: Kendall's tau-b with the full
        ranking, customers that change class, and their share of revenue.
    """
    from scipy.stats import kendalltau

    used = {name: weight for name, weight in weights.items() if weight > 0 and name in judged.factors}
    scores, classes = judged.scores(used), judged.classes(used)
    revenue = judged.revenue.clip(lower=0.0)
    rows = []
    for name in used:
        rest = {other: weight for other, weight in used.items() if other != name}
        if not rest:
            continue
        without = judged.scores(rest)
        moved = judged.cut(without) != classes
        share = float(revenue[moved.to_numpy()].sum() / revenue.sum()) if revenue.sum() > 0 else float("nan")
        tau = float(kendalltau(scores, without).statistic)
        rows.append((name, used[name] / sum(used.values()), tau, int(moved.sum()), share))
    found = pd.DataFrame(rows, columns=["factor", "weight", "tau", "changed", "changed_revenue_share"])
    return found.sort_values(["changed", "weight"], ascending=False, kind="stable", ignore_index=True)


def class_changes(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Return who changes class between two ways to judge, such as two departments' weights, or revenue and value.

    Parameters
    ----------
    before, after : pandas.Series
        Class of each customer, with the same index.

    Returns
    -------
    pandas.DataFrame
        ``before, after, customers``, one row per pair of classes that occurs, unchanged ones too.
    """
    table = pd.DataFrame({"before": before.to_numpy(), "after": after.reindex(before.index).to_numpy()})
    return table.groupby(["before", "after"], as_index=False).size().rename(columns={"size": "customers"})
