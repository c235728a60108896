"""Who is at least as good as whom in all that is known: no customer ranks behind one that he is nowhere worse than.

A mean over what is known compares different things once different things are known: who is rated badly by a workshop would
rank behind his equal whom nobody has rated. So a customer's score is at least that of each customer behind him.
"""

from __future__ import annotations

import numpy as np

from simkit.foundation.frames import Floats, Whole

ROUNDED = 1e-9
"""Scores are rounded far below this."""


def customers_behind(
    values: Floats, weights: Floats, score: Floats, *, most: int = 1, margin: float = 0.0
) -> tuple[Whole, Whole]:
    """Return for each customer the best of those behind him of whom less is known.

    Parameters
    ----------
    values : array of float, shape (customers, factors)
        In 0..1, missing where unknown.
    weights : array of float, shape (factors,)
        Above 0.
    score : array of float, shape (customers,)
        Mean of what is known of each customer with these weights.
    most : int
        Customers behind that are returned for each, at most.
    margin : float
        Customers behind are returned whose score is higher, or lower by no more than this; the others change nothing.

    Returns
    -------
    tuple of arrays of int, shape (pairs,)
        Places of the customer ahead and of the one behind, sorted by the former.

    Notes
    -----
    A customer is behind another who is known in every factor in which he is known, and in one more at least, and has
    nowhere the lower value. Where the same is known of both, a weighted mean keeps the order by itself. To be behind is
    transitive, so that one pass is enough. Who is behind scores no more than the one ahead does over the same factors,
    so that only customers between that mean and the score of the one ahead are compared.
    """
    patterns, pattern_of = np.unique(~np.isnan(values), axis=0, return_inverse=True)
    pattern_of = np.asarray(pattern_of).reshape(-1)
    found: dict[int, list[int]] = {}
    for number, pattern in enumerate(patterns):
        lower = np.flatnonzero(pattern_of == number)
        lower = lower[np.argsort(score[lower], kind="stable")]
        more = (patterns >= pattern).all(axis=1) & (patterns != pattern).any(axis=1)
        upper = np.flatnonzero(more[pattern_of])
        if not pattern.any() or not upper.size:
            continue
        ahead, behind = values[np.ix_(upper, pattern)], values[np.ix_(lower, pattern)]
        reached = ahead @ weights[pattern] / weights[pattern].sum()
        first = np.searchsorted(score[lower], score[upper] - margin, side="right")
        last = np.searchsorted(score[lower], reached + ROUNDED, side="right")
        for place in np.flatnonzero(last > first):
            band = slice(first[place], last[place])
            hit = np.flatnonzero((behind[band] <= ahead[place]).all(axis=1))[-most:]
            if hit.size:
                found.setdefault(int(upper[place]), []).extend(lower[band][hit].tolist())
    pairs = [
        (one, other)
        for one in sorted(found)
        for other in sorted(found[one], key=lambda place: score[place], reverse=True)[:most]
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def lifted(scores: Floats, ahead: Whole, behind: Whole) -> Floats:
    """Return the scores with each customer at least at the score of those behind him.

    Parameters
    ----------
    scores : array of float, shape (customers,) or (customers, draws)
        Weighted means.
    ahead, behind : arrays of int
        Result of `customers_behind`.
    """
    if not ahead.size:
        return scores
    result = scores.copy()
    customers, first = np.unique(ahead, return_index=True)
    result[customers] = np.maximum(result[customers], np.maximum.reduceat(scores[behind], first, axis=0))
    return result
