"""Numbers that start again: the same order number for two different orders."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.findings import FindingsLog
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, flags, line
from simkit.intake.reading.staging import Staged

ANOTHER_ORDER = 0.8
"""Numbers start again when this share of what repeats a number is another order."""
APART = pd.Timedelta(days=30)
"""An order so long after the first of its number, or of another customer, is another one."""


def restarted_numbers(material: Material) -> Iterator[Doubt]:
    """Order numbers that start again in the next file or the next year stand for different orders."""
    orders = material.table("orders", "order_id", "ordered_on", "customer_id")
    if orders is None:
        return
    frame = orders.frame
    repeated = flags(frame["order_id"].duplicated() & frame["order_id"].notna())
    again = repeated & ~flags(frame.duplicated()) if repeated.any() else repeated
    if not again.any():
        return
    first = frame.groupby("order_id", sort=False)[["ordered_on", "customer_id"]].transform("first")
    other = flags((frame["ordered_on"] - first["ordered_on"]).abs() > APART) & again
    found = _apart(orders, other)
    if found is None or other.sum() < ANOTHER_ORDER * again.sum():
        return
    apart, parts = found
    yield Doubt(
        table="orders",
        rows=again,
        what=TEXTS["restarted_numbers"],
        remedy=TEXTS["restarted_numbers_remedy"],
        header=orders.headers.get("order_id", ""),
        rule=line("orders", "key", parts),
        blocks=True,
        meanwhile=_undecided,
        accepted=numbered_apart(apart),
    )


def _apart(orders: Staged, other: Flags) -> tuple[pd.Series[str], list[object]] | None:
    """Return what tells equal numbers apart, the file or the year of the order, with the parts of the key that it makes."""
    frame, number, dated = orders.frame, orders.headers.get("order_id", ""), orders.headers.get("ordered_on", "")
    source = orders.origin["source"].reindex(frame.index).astype("str")
    year = frame["ordered_on"].dt.year.astype("Int64").astype("str")
    for mark, part in ((source, "file"), (year, {"part_of_date": "year", "of": dated})):
        of_first = mark.groupby(frame["order_id"], sort=False).transform("first")
        if flags(mark != of_first)[other].all():
            return mark, [part, number]
    return None


def numbered_apart(mark: pd.Series[str]) -> Change:
    """Return the change that puts a mark behind each key that stands for several rows, so that all of them count."""

    def number(staged: Staged, findings_log: FindingsLog) -> Staged:
        numbers = staged.frame[staged.table.key]
        several = mark.groupby(numbers, sort=False).transform("nunique") > 1
        return staged.with_column(staged.table.key, numbers.mask(several, numbers + " (" + mark + ")"))

    return number


def _undecided(orders: Staged, findings_log: FindingsLog) -> Staged:
    """Keep the rows until it is told; that numbers are repeated follows from it and is not told again."""
    findings_log.undecided.add(("orders", "order_id"))
    return orders
