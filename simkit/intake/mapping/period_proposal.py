"""Proposes the period: the time of the orders, where other tables reach beyond it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from simkit.intake.mapping.column_contents import LATEST_YEAR, Contents
from simkit.intake.mapping.proposals import TableProposal
from simkit.intake.reading.dates import read_dates

FEWEST_DAYS, SHORTEST = 100, 180
"""Orders on fewer different days, or over a shorter time in days, say nothing of a period."""
ODD = 0.002
"""So small a share of days at both ends may be slips."""
BEYOND = 31
"""Another table has to reach beyond the orders by more than so many days."""
_OTHERS = (("opportunities", "opened_on"), ("activities", "started_at"))


def proposed_period(
    proposals: Sequence[TableProposal], contents: Mapping[str, Mapping[str, Contents]]
) -> tuple[dt.date, dt.date] | None:
    """Return the first and last day of the months that the orders cover; None where the tables need no such line.

    Parameters
    ----------
    contents : mapping
        File → heading → what it holds.
    """
    orders = pd.concat([pd.Series([], dtype="datetime64[ns]"), *_days(proposals, contents, "orders", "ordered_on")])
    if len(orders) < FEWEST_DAYS or (orders.max() - orders.min()).days < SHORTEST:
        return None
    ordered = sorted(pd.Timestamp(day) for day in orders)
    odd = int(ODD * len(ordered))
    first, last = ordered[odd], ordered[len(ordered) - 1 - odd]
    others = [days for table, ours in _OTHERS for days in _days(proposals, contents, table, ours)]
    beyond = any(
        (first - days.min()).days > BEYOND or (days.max() - last).days > BEYOND for days in others if len(days)
    )
    if not beyond:
        return None
    end = last + pd.offsets.MonthEnd(0)
    return first.replace(day=1).date(), end.date()


def _days(
    proposals: Sequence[TableProposal], contents: Mapping[str, Mapping[str, Contents]], table: str, ours: str
) -> Iterator[pd.Series[pd.Timestamp]]:
    for one in proposals:
        column = one.of(ours) if one.table == table and one.holds else None
        if column is not None and column.rule is None:
            words = pd.Series(contents[one.source.label][column.heading].words, dtype="str")
            yield read_dates(words, latest_year=LATEST_YEAR).values.dropna()
