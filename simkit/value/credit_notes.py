"""Credit notes: no sale of their own, but less of the one before."""

from __future__ import annotations

import pandas as pd

AMOUNTS = ("value_amount", "cost_amount")


def netted(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the sales without credit notes, each of which reduces the customer's sale before it.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``customer_id, sold_on, value_amount``, perhaps ``cost_amount``; further columns as they are.

    Returns
    -------
    pandas.DataFrame
        The rows whose value is not negative, in their order, with value and cost less what was credited; as many sales as
        were made, with the sum that was kept. A credit note before any sale reduces the first one; a customer's who has
        none is left out, since what it takes back was sold before. A credit note without a cost takes no cost back.
    """
    is_credit = sales["value_amount"] < 0
    if not is_credit.any():
        return sales
    ordered = sales.assign(is_credit=is_credit).sort_values(["sold_on", "is_credit"], kind="stable")
    number = (~ordered["is_credit"]).groupby(ordered["customer_id"]).cumsum().clip(lower=1)
    kept = sales[~is_credit]
    for name in (name for name in AMOUNTS if name in sales):
        credit = ordered[name].where(ordered["is_credit"], 0.0).fillna(0.0)
        less = credit.groupby([ordered["customer_id"], number]).transform("sum").reindex(kept.index)
        kept = kept.assign(**{name: kept[name] + less})
    return kept
