"""Who is at least as good as whom in all that is known: no customer ranks behind one that he is nowhere worse than.

A mean over what is known compares different things once different things are known: who is rated badly by a workshop would
rank behind his equal whom nobody has rated. So a customer's score is at least that of each customer behind him.
"""

from __future__ import annotations

import numpy as np

from simkit.foundation.frames import Floats, Whole

BLOCK = 4_000_000
"""Pairs of customers looked at a time; keeps the memory under about 100 MB."""


def customers_behind(values: Floats, score: Floats, most: int = 1) -> tuple[Whole, Whole]:
    """Return for each customer the best of those behind him of whom less is known.

    Parameters
    ----------
    values : array of float, shape (customers, factors)
        In 0..1, missing where unknown.
    score : array of float, shape (customers,)
        Weighted mean of what is known; says who are the best.
    most : int
        Customers behind that are returned for each, at most.

    Returns
    -------
    tuple of arrays of int, shape (pairs,)
        Places of the customer ahead and of the one behind, sorted by the former.

    Notes
    -----
    A customer is behind another who is known in every factor in which he is known, and in one more at least, and has
    nowhere the lower value. Where the same is known of both, a weighted mean keeps the order by itself. To be behind is
    transitive, so that one pass is enough.
    """
    patterns, pattern_of = np.unique(~np.isnan(values), axis=0, return_inverse=True)
    pattern_of = np.asarray(pattern_of).reshape(-1)
    ahead, behind = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for number, pattern in enumerate(patterns):
        fewer = (patterns <= pattern).all(axis=1) & (patterns != pattern).any(axis=1)
        lower = np.flatnonzero(fewer[pattern_of])
        upper = np.flatnonzero(pattern_of == number)
        if not lower.size:
            continue
        step = max(1, BLOCK // lower.size)
        for start in range(0, upper.size, step):
            rows = upper[start : start + step]
            nowhere_lower = np.ones((rows.size, lower.size), dtype=bool)
            for column in np.flatnonzero(pattern):  # a comparison with what is unknown is false
                nowhere_lower &= ~(values[rows, column][:, None] < values[lower, column][None, :])
            scores = np.where(nowhere_lower, score[lower][None, :], -np.inf)
            best = np.argsort(-scores, axis=1, kind="stable")[:, :most]
            found = np.isfinite(np.take_along_axis(scores, best, axis=1))
            ahead.append(np.repeat(rows, found.sum(axis=1)))
            behind.append(lower[best[found]])
    all_ahead, all_behind = np.concatenate(ahead), np.concatenate(behind)
    order = np.argsort(all_ahead, kind="stable")
    return all_ahead[order], all_behind[order]


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
