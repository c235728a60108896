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
from simkit.value.score.customer_score import DIGITS
from simkit.value.score.score_order import customers_behind, lifted
from simkit.value.score.segments import SEGMENTS, class_sizes

CONCENTRATION = 60.0
"""How far drawn weights lie from the chosen ones: with 60 a weight of 20 % varies by about 5 points (assumption)."""
FIRM = 0.9
"""From this share of the draws on a class counts as firm, and up to its complement as ruled out."""
BEHIND = 10
"""Customers behind each that are looked at under drawn weights: the best ones by the mean weights."""
MARGIN = 0.1
"""By how much they may score less than the one ahead, so that other weights hardly put them before him."""
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
    with 5,000 draws. Ties go to the larger revenue, then to the smaller id; customers with the same
    score and revenue share a class, as in `segments`.
    """
    buyers = buyers_of(factors, revenue)
    sizes = class_sizes(len(buyers), cutoffs)
    within = np.zeros((len(sizes), len(buyers)))
    amounts = revenue.reindex(buyers.index).to_numpy(dtype=float)
    for scores in drawn_scores(factors, revenue, weights):
        within += [at_the_top(scores, last, amounts).sum(axis=1) for last in sizes]
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


def drawn_scores(factors: pd.DataFrame, revenue: pd.Series, weights: pd.DataFrame) -> Iterator[Floats]:
    """Yield the scores of the customers of `buyers_of` in blocks of draws, shape (customers, draws of the block).

    Notes
    -----
    As `simkit.value.score.customer_score.score_customers` scores them, with one shortcut: of the customers behind
    somebody, the ten that are best by the mean of the drawn weights, and at most 0.1 worse than he is, are looked at in
    every draw.
    """
    buyers = buyers_of(factors, revenue)
    everybody = pd.concat([buyers, factors.loc[~factors.index.isin(buyers.index)]])
    values = everybody[list(weights.columns)].to_numpy(dtype=float)
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    drawn = weights.to_numpy(dtype=float)
    middle = drawn.mean(axis=0)
    counted = known.astype(float) @ middle
    mean = filled @ middle / np.maximum(counted, 1e-12)
    pairs = customers_behind(values, middle, mean, most=BEHIND, margin=MARGIN)
    step = max(1, BLOCK // max(len(values), 1))
    for start in range(0, len(drawn), step):
        block = drawn[start : start + step].T
        scores = filled @ block
        if not known.all():
            scores /= np.maximum(known.astype(float) @ block, 1e-12)
        yield lifted(scores.round(DIGITS), *pairs)[: len(buyers)]


def at_the_top(scores: Floats, last: int, revenue: Floats) -> Flags:
    """Return which customers are among the first `last` of each draw, shape (customers, draws).

    Parameters
    ----------
    scores : array of float, shape (customers, draws)
        Rows in the order of `buyers_of`: of equal scores the upper rows go first.
    last : int
        Places to be had.
    revenue : array of float, shape (customers,)
        Who has the same score and revenue as others cannot be told apart: all of them are in, or none, as their middle
        is; the best are in.
    """
    if last >= len(scores):
        return np.ones(scores.shape, dtype=bool)
    limit = np.partition(scores, len(scores) - last, axis=0)[len(scores) - last]
    above: Flags = scores >= limit
    for draw in np.flatnonzero(above.sum(axis=0) > last):
        tied = np.flatnonzero(scores[:, draw] == limit[draw])
        ahead = int(above[:, draw].sum()) - tied.size
        places = last - ahead
        alike = np.flatnonzero(revenue[tied] == revenue[tied[places]])
        best = ahead + alike[0] == 0
        kept = alike[-1] + 1 if best or alike[0] + alike.size // 2 < places else alike[0]
        above[tied[kept:], draw] = False
    return above
