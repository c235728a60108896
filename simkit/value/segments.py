"""A, B and C customers: the ranking by score cut at fixed shares of the customers, which everybody can explain."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text

SEGMENTS: Mapping[str, Text] = MappingProxyType(
    {
        "A": Text(de="A-Kunden", en="A customers"),
        "B": Text(de="B-Kunden", en="B customers"),
        "C": Text(de="C-Kunden", en="C customers"),
    }
)
CUTOFFS = (0.10, 0.40)
"""Share of the customers down to which the ranking is A, and down to which it is B."""


def segments(customers: pd.DataFrame, cutoffs: tuple[float, float] = CUTOFFS) -> pd.Series:
    """Return the segment of each customer.

    Parameters
    ----------
    customers : pandas.DataFrame
        ``customer_id, score, revenue_amount``.
    cutoffs : tuple of float
        Cumulative shares of customers for A and for A + B, 0 < a < b < 1.

    Returns
    -------
    pandas.Series
        "A", "B" or "C", with the index of `customers`.

    Raises
    ------
    ConfigError
        The cut-offs are not in order.

    Notes
    -----
    n counts the customers with revenue: the first ``round(n × a)`` of them, at least one, are A. Customers without
    revenue in the period are C whatever their ratings say. Ties in score are broken by revenue and then by id, so that
    the list is the same every time.
    """
    first, second = cutoffs
    if not 0 < first < second < 1:
        raise ConfigError(
            Text(de="die Grenzen {cutoffs} sind nicht geordnet", en="the cut-offs {cutoffs} are not in order").fill(
                cutoffs=cutoffs
            ),
            "client.yaml: score.cutoffs",
            Text(de="zwei Anteile wie [0.1, 0.4] angeben", en="give two shares such as [0.1, 0.4]"),
        )
    buyers = customers[customers["revenue_amount"] > 0]
    order = buyers.sort_values(["score", "revenue_amount", "customer_id"], ascending=[False, False, True]).index
    number = len(order)
    last_a = max(1, round(number * first))
    last_b = max(last_a, round(number * second))
    place = np.arange(number)
    names = np.where(place < last_a, "A", np.where(place < last_b, "B", "C"))
    return pd.Series(names, index=order, dtype=object).reindex(customers.index, fill_value="C")
