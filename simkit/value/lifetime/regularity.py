"""How regularly customers buy: the Erlang k of the intervals between their purchases."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

REGULAR_FROM = 1.5
"""Above this k, purchases are too regular for BG/NBD, which then expects too many (measured: 13 to 14 % at k 3 and 6)."""
LARGEST = 12
FEWEST_PAIRS = 20


@dataclass(frozen=True, kw_only=True)
class Regularity:
    """How regular the intervals are."""

    k: float
    """Shape of the intervals: 1 random, above it regular, below it in bursts; missing with too few intervals."""
    pairs: int
    """Pairs of intervals behind it."""

    @property
    def is_regular(self) -> bool:
        """Whether the purchases are too regular for a model of random timing."""
        return self.k > REGULAR_FROM  # a missing k is not

    @property
    def nearest(self) -> int:
        """The whole k to begin the search with, 1 to 12."""
        return 1 if math.isnan(self.k) else int(np.clip(round(self.k), 1, LARGEST))


def regularity_of(days: pd.DataFrame) -> Regularity:
    """Estimate the regularity of purchases over all customers.

    Parameters
    ----------
    days : pandas.DataFrame
        ``customer_id, day``, by customer and day.

    Notes
    -----
    Wheat and Morrison 1990 (Journal of Marketing Research 27(1)): for two intervals of one customer that are gamma with
    shape k, whatever the customer's rate, ``M = first / (first + second)`` has the variance ``1 / (4 (2k + 1))``, so
    ``k = (1 − 4 v) / (8 v)`` by moments. Pairs are disjoint, counted back from the last purchase. k is cut at 12: where
    all intervals are the same, it would be infinite.
    """
    own = days["customer_id"].eq(days["customer_id"].shift())
    gap = days["day"].diff().dt.days.where(own)
    place = days.groupby("customer_id", sort=False).cumcount(ascending=False)  # 0 is the last purchase
    second = gap[(place % 2 == 0)]
    first = gap.shift()[place % 2 == 0]
    both = first.notna() & second.notna()
    share = (first[both] / (first[both] + second[both])).to_numpy(dtype=float)
    if share.size < FEWEST_PAIRS:
        return Regularity(k=float("nan"), pairs=share.size)
    spread = float(((share - 0.5) ** 2).mean())  # the mean of M is ½ by symmetry
    k = (1 - 4 * spread) / (8 * spread) if spread > 0 else float(LARGEST)
    return Regularity(k=float(np.clip(k, 0.0, LARGEST)), pairs=share.size)
