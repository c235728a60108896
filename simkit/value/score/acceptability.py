"""How firm a customer's class is when nobody is sure of the weights: stochastic multicriteria acceptability analysis.

Weights are drawn, every draw ranks and cuts the customers anew, and the share of draws in which a customer is A is how
far one can rely on that letter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags, Floats
from simkit.foundation.random_streams import stream
from simkit.value.score.segments import SEGMENTS, class_sizes

CONCENTRATION = 60.0
"""How far drawn weights lie from the chosen ones: with 60 a weight of 20 % varies by about 5 points (assumption)."""
FIRM = 0.9
"""From this share of the draws on a class counts as firm, and up to its complement as ruled out."""
BLOCK = 4_000_000
"""Scores computed at a time; keeps the memory under about 100 MB however many customers there are."""


def weight_draws(
    weights: Mapping[str, float], *, seed: int, draws: int = 5000, concentration: float | None = CONCENTRATION
) -> pd.DataFrame:
    """Return random weights.

    Parameters
    ----------
    weights : mapping of str to float
        The chosen weights; those above 0 are drawn.
    seed, draws : int
        Stream and number of draws.
    concentration : float or None
        Dirichlet distribution with mean `weights`: the standard deviation of a weight w is
        sqrt(w (1 − w) / (concentration + 1)). None: uniform over all weights there are, as if nothing were known.

    Returns
    -------
    pandas.DataFrame, shape (draws, factors)
        Rows sum to 1.

    Notes
    -----
    Uniform weights: Lahdelma, Hokkanen and Salminen (1998), *European Journal of Operational Research* 106.
    """
    chosen = pd.Series({name: weight for name, weight in weights.items() if weight > 0}, dtype=float)
    alpha = np.ones(len(chosen)) if concentration is None else concentration * (chosen / chosen.sum()).to_numpy()
    drawn = stream(seed, -1, "value.weights").dirichlet(alpha, size=draws)
    return pd.DataFrame(drawn, columns=list(chosen.index))


def class_acceptability(
    factors: pd.DataFrame, weights: pd.DataFrame, revenue: pd.Series, cutoffs: tuple[float, ...]
) -> pd.DataFrame:
    """Return how often each customer falls into each class.

    Parameters
    ----------
    factors : pandas.DataFrame, shape (customers, factors)
        In 0..1, missing where unknown; columns as those of `weights`.
    weights : pandas.DataFrame, shape (draws, factors)
        Drawn weights (`weight_draws`).
    revenue : pandas.Series
        Revenue by customer; those without are in the last class in every draw, as in `segments`.
    cutoffs : tuple of float
        Cumulative shares of customers at which the ranking is cut.

    Returns
    -------
    pandas.DataFrame
        Index of `factors`, one column per class, rows summing to 1.

    Notes
    -----
    Class acceptability index of SMAA (Lahdelma and Salminen 2001, *Operations Research* 49; doi
    10.1016/j.ejor.2005.12.037 for a survey). Sampling error of a share p: sqrt(p (1 − p) / draws), at most 0.7 points
    with 5,000 draws. Ties go to the larger revenue, then to the smaller id.
    """
    buyers = buyers_of(factors, revenue)
    sizes = class_sizes(len(buyers), cutoffs)
    within = np.zeros((len(sizes), len(buyers)))
    for scores in drawn_scores(buyers, weights):
        within += [at_the_top(scores, last).sum(axis=1) for last in sizes]
    shares = np.diff(within / len(weights), axis=0, prepend=0.0, append=1.0)
    names = list(SEGMENTS)[: len(sizes) + 1]
    found = pd.DataFrame(shares.T, index=buyers.index, columns=names).reindex(factors.index, fill_value=0.0)
    found.loc[~found.index.isin(buyers.index), names[-1]] = 1.0
    return found


def buyers_of(factors: pd.DataFrame, revenue: pd.Series) -> pd.DataFrame:
    """Return the factors of the customers with revenue, those first who win a tie."""
    order = pd.DataFrame({"revenue": revenue.reindex(factors.index), "customer": factors.index.astype(str)})
    order.index = factors.index
    bought = order[order["revenue"] > 0].sort_values(["revenue", "customer"], ascending=[False, True])
    return factors.loc[bought.index]


def drawn_scores(buyers: pd.DataFrame, weights: pd.DataFrame) -> Iterator[Floats]:
    """Yield the scores of all customers in blocks of draws, shape (customers, draws of the block)."""
    values = buyers[list(weights.columns)].to_numpy(dtype=float)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    drawn = weights.to_numpy(dtype=float)
    step = max(1, BLOCK // max(len(values), 1))
    for start in range(0, len(drawn), step):
        block = drawn[start : start + step].T
        scores = filled @ block
        if not known.all():
            scores /= np.maximum(known.astype(float) @ block, 1e-12)
        yield scores


def at_the_top(scores: Floats, last: int) -> Flags:
    """Return which customers are among the first `last` of each draw; of equal scores the upper rows go first."""
    if last >= len(scores):
        return np.ones(scores.shape, dtype=bool)
    limit = np.partition(scores, len(scores) - last, axis=0)[len(scores) - last]
    above: Flags = scores >= limit
    for draw in np.flatnonzero(above.sum(axis=0) > last):
        tied = np.flatnonzero(scores[:, draw] == limit[draw])
        spare = int(above[:, draw].sum()) - last
        above[tied[len(tied) - spare :], draw] = False
    return above
