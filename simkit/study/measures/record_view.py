"""A record as the measures see it: split into years and months, with what several measures share computed once."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, select
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours, time_account
from simkit.model.event_log.work_in_progress import OpenWork
from simkit.study.measures.profit_and_loss import ProfitAndLoss


class RecordView:
    """A record with what several measures share, computed once.

    Parameters
    ----------
    record : Record
        The log; years count from go-live.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.years = max(1, round(record.end_h / record.year_h))
        # Years and months end on a day border, also where they have no whole number of working days; the last ends
        # with the run. The border of a year is that of its last month to the bit.
        self.edges = [*(self._border(year, 0) for year in range(self.years)), record.end_h]
        self.value = record.parameters.value

    def _border(self, year: int, month: int) -> float:
        days = self.record.year_h / self.record.day_h
        return round(year * days + month * days / MONTHS_PER_YEAR) * self.record.day_h

    @cached_property
    def entries(self) -> pd.DataFrame:
        """Time entries by year."""
        return entry_hours(self.record, self.edges)

    @cached_property
    def account(self) -> pd.DataFrame:
        """Time accounts by person and year."""
        return time_account(self.record, self.edges, self.entries)

    @cached_property
    def ended(self) -> pd.DataFrame:
        """Cases that ended after go-live, with their ``year`` (0 is the first)."""
        ended = self.with_year(self.record.cases, "ended_h")
        # Many measures compare these words; as categories they compare small numbers.
        return ended.astype(dict.fromkeys(("kind", "outcome", "order_class", "segment"), "category"))

    @cached_property
    def delivered(self) -> pd.DataFrame:
        """Orders delivered after go-live."""
        ended = self.ended
        return select(ended, kind="order", outcome="delivered")

    @cached_property
    def open_work(self) -> OpenWork:
        """What is left to do in open cases."""
        return OpenWork(self.record)

    @cached_property
    def open_h(self) -> Floats:
        """Expected remaining content of open cases at the borders of the years, hours."""
        return np.array([self.open_work.hours(edge) for edge in self.edges])

    @cached_property
    def money(self) -> ProfitAndLoss:
        """Money by year."""
        return ProfitAndLoss(self.record, self.edges, self.open_work)

    @cached_property
    def money_by_month(self) -> ProfitAndLoss:
        """Money by month after go-live, twelve to a year; of a run that is cut short, those that there are."""
        borders = [self._border(year, month) for year in range(self.years) for month in range(MONTHS_PER_YEAR)]
        inside = [border for border in borders if border < self.record.end_h]
        return ProfitAndLoss(self.record, [*dict.fromkeys(inside), self.record.end_h], self.open_work)

    def hours(self, name: str) -> Floats:
        """Return the hours of one column of the accounts by year."""
        return self._account_by_year[name].to_numpy(float)

    @cached_property
    def _account_by_year(self) -> pd.DataFrame:
        return self.account.groupby("window").sum().reindex(range(self.years), fill_value=0.0)

    def per_year(self, frame: pd.DataFrame, column: str | None = None) -> Floats:
        """Return the number of rows, or the sum of a column, by year."""
        weights = None if column is None else frame[column].to_numpy(float)
        counted = np.bincount(frame["year"].to_numpy(int), weights=weights, minlength=self.years)
        return counted.astype(float)

    def with_year(self, frame: pd.DataFrame, column: str) -> pd.DataFrame:
        """Return the rows whose time falls after go-live, with their ``year`` (0 is the first)."""
        at = frame[column].to_numpy(float)
        inside = (at >= 0) & (at < self.record.end_h)
        chosen = frame[inside]
        return chosen.assign(year=np.searchsorted(self.edges, at[inside], side="right") - 1)
