"""Invoices that were cancelled and written anew: one purchase each, on the day of the first invoice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import pandas as pd

CANCELLED_WITHIN_DAYS = 31
REWRITTEN_WITHIN_DAYS = 7
"""Longest time from an invoice to its cancellation, and from there to the new invoice (rule of this kit)."""


def without_rewritten(sales: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the sales with each rewritten invoice as one purchase, and how many there were.

    Parameters
    ----------
    sales : pandas.DataFrame
        ``customer_id, sold_on, value_amount``, further columns as they are.

    Returns
    -------
    pandas.DataFrame
        Without the cancelled invoices and their cancellations; the new invoice stands on the day of the first.
    int
        Invoices that were rewritten.

    Notes
    -----
    A negative row cancels the customer's last invoice of the same amount up to 31 days before; if the customer's next
    invoice follows within 7 days, it takes the place of the first. A credit note that no invoice follows, or of another
    amount, stays what it is. The sum changes by nothing.
    """
    credits = sales[(sales["value_amount"] < 0) & sales["sold_on"].notna()]
    if credits.empty:
        return sales, 0
    dated = sales[sales["customer_id"].isin(credits["customer_id"]) & sales["sold_on"].notna()]
    ordered = dated.assign(credit=dated["value_amount"] >= 0).sort_values(["sold_on", "credit"], kind="stable")
    dropped: list[object] = []
    moved: dict[object, pd.Timestamp] = {}
    for _, rows in ordered.groupby("customer_id", sort=False):
        gone, first_days = _rewritten(rows)
        dropped += gone
        moved |= first_days
    if not dropped:
        return sales, 0
    kept = sales.drop(index=pd.Index(dropped)).copy()
    kept.loc[list(moved), "sold_on"] = list(moved.values())
    return kept, len(dropped) // 2


def _rewritten(rows: pd.DataFrame) -> tuple[list[object], dict[object, pd.Timestamp]]:
    """Return the rows of one customer that go, and the day of those that take the place of another; oldest rows first."""
    written = dict(zip(rows.index, rows["sold_on"], strict=True))
    amounts = dict(zip(rows.index, rows["value_amount"].round(2), strict=True))
    invoices = [row for row, amount in amounts.items() if amount > 0]
    by_day = [written[row] for row in invoices]
    gone: set[object] = set()
    new: dict[object, pd.Timestamp] = {}
    for credit in (row for row, amount in amounts.items() if amount < 0):
        day = written[credit]
        earliest = bisect_left(by_day, day - pd.Timedelta(days=CANCELLED_WITHIN_DAYS))
        latest = bisect_right(by_day, day + pd.Timedelta(days=REWRITTEN_WITHIN_DAYS))
        near = [row for row in invoices[earliest:latest] if row not in gone]
        alike = [row for row in near if amounts[row] == -amounts[credit] and written[row] <= day]
        before = [row for row in alike if written[row] < day]
        if not alike:
            continue
        cancelled = before[-1] if before else alike[0]
        replacing = [row for row in near if written[row] >= day and row != cancelled and row not in new]
        if replacing:
            new[replacing[0]] = new.pop(cancelled, written[cancelled])
            gone |= {credit, cancelled}
    return list(gone), new
