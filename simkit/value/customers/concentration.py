"""How much of the business hangs on few customers: top shares, Lorenz curve, Gini, and the whale curve of profit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simkit.foundation.estimates import Estimate
from simkit.foundation.frames import Floats
from simkit.foundation.random_streams import stream

BLOCK = 4_000_000
"""Counts drawn at a time; keeps the memory under about 100 MB."""


def drawn_counts(random: np.random.Generator, customers: int, draws: int) -> Iterator[Floats]:
    """Yield how often each customer is drawn, in blocks of draws, shape (draws of the block, customers).

    Parameters
    ----------
    random : numpy.random.Generator
        Source of chance; the counts are the same however the draws are cut into blocks.
    customers : int
        Customers, each drawn with the same chance; a draw has as many as there are.

    Notes
    -----
    A bootstrap draw is a multinomial vector (Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 6).
    """
    chance = np.full(customers, 1 / customers) if customers else np.zeros(0)
    step = max(1, BLOCK // max(customers, 1))
    for start in range(0, draws, step):
        yield random.multinomial(customers, chance, size=min(step, draws - start)).astype(float)


TOP_SHARES = (0.10, 0.20, 0.50)
PUBLISHED = {0.10: 0.547, 0.20: 0.702, 0.50: 0.848}
"""Share of sales of the top 10, 20 and 50 % of customers of German machine builders (VDMA sales benchmark) [O]."""
PUBLISHED_SOURCE = "VDMA, businessservices.vdma.org (25476032)"
LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class Concentration:
    """Concentration of revenue over the customers that buy."""

    customers: int
    top: pd.DataFrame
    """``top_share, customers, revenue_share, low, high``."""
    lorenz: pd.DataFrame
    """``rank_share, revenue_share``, largest customers first, from (0, 0) to (1, 1)."""
    gini: Estimate
    """Gini coefficient, 0 (all alike) to 1."""


@dataclass(frozen=True, kw_only=True)
class Whale:
    """The whale curve: customers ranked by profit, their profits added up."""

    curve: pd.DataFrame
    """``rank_share, cumulative_amount, cumulative_margin_share``; the share is missing when all customers together
    lose money."""
    peak_rank_share: float
    """Share of customers that make a profit together with the peak of the curve."""
    peak_margin_share: float
    """Height of the peak as a multiple of the total profit."""
    below_zero: int
    below_zero_share: float
    """The same as a share of the customers on the curve."""
    loss_amount: float
    """What they lose together, as a positive amount."""
    total_amount: float
    """Profit of all customers."""


def concentration(revenue: pd.Series, *, seed: int = 1, draws: int = 1000) -> Concentration:
    """Measure the concentration of revenue.

    Parameters
    ----------
    revenue : pandas.Series
        Revenue by customer; customers without revenue are left out.
    seed, draws : int
        Bootstrap over customers.

    Notes
    -----
    The top 20 % are whole customers, rounded down (126 of 632), at least one.
    ``G = sum((2i − n − 1) x_i) / (n sum(x))`` with x ascending. Intervals: percentile bootstrap over customers; with
    few giants they are too narrow, as the sample may lack a giant.
    """
    values = np.sort(revenue[revenue > 0].to_numpy(dtype=float))[::-1]
    random = stream(seed, -1, "value.concentration")
    drawn = np.array(
        [top_shares(values, weight) for counts in drawn_counts(random, values.size, draws) for weight in counts]
    )
    exact = top_shares(values, np.ones(values.size))
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    top = pd.DataFrame(
        {
            "top_share": TOP_SHARES,
            "customers": top_counts(values.size),
            "revenue_share": exact[:-1],
            "low": np.minimum(low[:-1], exact[:-1]),
            "high": np.maximum(high[:-1], exact[:-1]),
        }
    )
    gini = Estimate(
        value=float(exact[-1]), low=min(float(low[-1]), float(exact[-1])), high=max(float(high[-1]), float(exact[-1]))
    )
    return Concentration(customers=values.size, top=top, lorenz=_lorenz(values), gini=gini)


def top_counts(customers: int) -> list[int]:
    """Return how many customers the top 10, 20 and 50 % are: rounded down, at least one."""
    return [max(1, int(share * customers + 1e-9)) for share in TOP_SHARES]


def top_shares(values: Floats, weights: Floats) -> Floats:
    """Return the revenue shares of the top customers, and the Gini coefficient as the last number.

    Parameters
    ----------
    values : array of float, shape (customers,)
        Revenue, descending, all positive.
    weights : array of float, shape (customers,)
        How often each customer counts (1 each; in a bootstrap draw 0, 1, 2 …).
    """
    rank = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()])
    share = np.concatenate([[0.0], np.cumsum(weights * values) / (weights * values).sum()])
    area = float(((share[1:] + share[:-1]) / 2 * np.diff(rank)).sum())
    places = np.array(top_counts(values.size)) / values.size
    return np.array([*np.interp(places, rank, share), 2 * area - 1])


def _lorenz(values: Floats) -> pd.DataFrame:
    rank = np.arange(values.size + 1) / max(values.size, 1)
    share = np.concatenate([[0.0], np.cumsum(values) / values.sum()]) if values.size else np.zeros(1)
    return pd.DataFrame({"rank_share": rank, "revenue_share": share})


def whale(margin: pd.Series) -> Whale:
    """Return the whale curve.

    Parameters
    ----------
    margin : pandas.Series
        Profit by customer after cost to serve; missing values are left out.

    Notes
    -----
    Customers descend by profit; the curve rises to a peak above 100 % and falls back to it where customers lose money
    (Kaplan and Narayanan). It is a picture of the past: dropping a customer does not save costs that stay.
    """
    values = np.sort(margin.dropna().to_numpy(dtype=float))[::-1]
    amount = np.concatenate([[0.0], np.cumsum(values)])
    total = float(amount[-1])
    peak = int(np.argmax(amount))
    share = amount / total if total > 0 else np.full(amount.size, np.nan)
    losing = values[values < 0]
    number = max(values.size, 1)
    return Whale(
        curve=pd.DataFrame(
            {
                "rank_share": np.arange(amount.size) / number,
                "cumulative_amount": amount,
                "cumulative_margin_share": share,
            }
        ),
        peak_rank_share=peak / number,
        peak_margin_share=float(share[peak]),
        below_zero=int(losing.size),
        below_zero_share=losing.size / number,
        loss_amount=float(-losing.sum()),
        total_amount=total,
    )
