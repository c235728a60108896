"""Invoices that were cancelled: no purchase, and one purchase on the day of the first invoice where they were written anew."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import pandas as pd

CANCELLED_WITHIN_DAYS = 31
REWRITTEN_WITHIN_DAYS = 7
REWRITTEN_BEFORE_DAYS = 3
"""Longest time from an invoice to its cancellation, from there to the new invoice, and from a new invoice that is written first
to the cancellation (rule of this kit)."""
MONEY = ("value_amount", "cost_amount")


def without_rewritten(sales: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Return the sales without cancelled invoices, how many of these were written anew, and how many were not.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``customer_id, sold_on, value_amount``, further columns as they are.

    Returns
    -------
    pandas.DataFrame
        Without the cancelled invoices and their cancellations; a new invoice stands on the day of the first.
    int
        Cancelled invoices that were written anew.
    int
        Cancelled invoices that were not: what was taken back as a whole is no purchase.

    Notes
    -----
    A negative row cancels the customer's last invoice of the same amount up to 31 days before. The customer's next invoice
    within 7 days, or else the last one of the 3 days before, takes the place of the first; several of one day that add up to
    the amount cancelled are one. A credit note of another amount stays what it is. The sum changes by nothing.
    """
    credits = sales[(sales["value_amount"] < 0) & sales["sold_on"].notna()]
    if credits.empty:
        return sales, 0, 0
    dated = sales[sales["customer_id"].isin(credits["customer_id"]) & sales["sold_on"].notna()]
    ordered = dated.assign(credit=dated["value_amount"] >= 0).sort_values(["sold_on", "credit"], kind="stable")
    found = _Cancelled()
    for _, rows in ordered.groupby("customer_id", sort=False):
        _look_through(rows, found)
    if not found.gone:
        return sales, 0, 0
    kept = sales.copy()
    for first, parts in found.parts.items():
        for name in (name for name in MONEY if name in kept):
            kept.loc[first, name] = kept.loc[[first, *parts], name].sum(skipna=False)
    kept = kept.drop(index=pd.Index([*found.gone, *(row for parts in found.parts.values() for row in parts)]))
    kept.loc[list(found.new), "sold_on"] = list(found.new.values())
    return kept, found.rewritten, len(found.gone) // 2 - found.rewritten


@dataclass
class _Cancelled:
    """What was cancelled, by the rows of the sales."""

    gone: set[object] = field(default_factory=set)
    """Cancelled invoices and their cancellations."""
    new: dict[object, pd.Timestamp] = field(default_factory=dict)
    """Day of the first invoice, by the invoice that takes its place."""
    parts: dict[object, list[object]] = field(default_factory=dict)
    """Further invoices of the same day that are parts of one that takes a place."""
    rewritten: int = 0


def _look_through(rows: pd.DataFrame, found: _Cancelled) -> None:
    """Add what was cancelled among the sales of one customer, oldest first."""
    written = dict(zip(rows.index, rows["sold_on"], strict=True))
    amounts = dict(zip(rows.index, rows["value_amount"].round(2), strict=True))
    invoices = [row for row, amount in amounts.items() if amount > 0]
    by_day = [written[row] for row in invoices]
    for credit in (row for row, amount in amounts.items() if amount < 0):
        day = written[credit]
        earliest = bisect_left(by_day, day - pd.Timedelta(days=CANCELLED_WITHIN_DAYS))
        latest = bisect_right(by_day, day + pd.Timedelta(days=REWRITTEN_WITHIN_DAYS))
        near = [row for row in invoices[earliest:latest] if row not in found.gone]
        alike = [row for row in near if amounts[row] == -amounts[credit] and written[row] <= day]
        before = [row for row in alike if written[row] < day]
        if not alike:
            continue
        cancelled = before[-1] if before else alike[0]
        found.gone |= {credit, cancelled}
        first = found.new.pop(cancelled, written[cancelled])
        taken = {cancelled, *found.new, *(row for parts in found.parts.values() for row in parts)}
        free = [row for row in near if row not in taken and written[row] >= written[cancelled]]
        later = [row for row in free if written[row] >= day]
        sooner = [row for row in free if day - pd.Timedelta(days=REWRITTEN_BEFORE_DAYS) <= written[row] < day]
        if later or sooner:
            replacing = later[0] if later else sooner[-1]
            found.new[replacing] = first
            found.rewritten += 1
            same_day = [row for row in free if written[row] == written[replacing] and row != replacing]
            if round(sum(amounts[row] for row in [replacing, *same_day]), 2) == -amounts[credit]:
                found.parts[replacing] = same_day
