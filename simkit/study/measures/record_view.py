"""A record as the measures see it: split into years and months, with what several measures share computed once."""

from __future__ import annotations

import math
from functools import cached_property

import numpy as np

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Flags, Floats, Whole
from simkit.foundation.units import MONTHS_PER_YEAR
from simkit.model.event_log.event_log import KIND_CODE, OUTCOME_CODE, OUTCOMES, Record
from simkit.model.event_log.time_accounts import Accounts, EntryHours, accounts, hours_of_entries, window_of
from simkit.model.event_log.work_in_progress import OpenWork
from simkit.model.inputs.arrivals import KINDS
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.measures.profit_and_loss import ProfitAndLoss


class RecordView:
    """A record with what several measures share, computed once.

    Parameters
    ----------
    record : Record
        The log; years count from go-live.
    """

    def __init__(self, record: Record) -> None:
        self.record, self.cases = record, record.case_columns
        self.years = max(1, round(record.end_h / record.year_h))
        # Years and months end on a day border, also where they have no whole number of working days; the last ends
        # with the run. The border of a year is that of its last month to the bit.
        self.edges = [*(self._border(year, 0) for year in range(self.years)), record.end_h]
        self.value = record.parameters.value

    def _border(self, year: int, month: int) -> float:
        days = self.record.year_h / self.record.day_h
        return round(year * days + month * days / MONTHS_PER_YEAR) * self.record.day_h

    @cached_property
    def entries(self) -> EntryHours:
        """Hours of time entries by year."""
        return hours_of_entries(self.record, self.edges)

    @cached_property
    def account(self) -> Accounts:
        """Time accounts by person and year."""
        return accounts(self.record, self.edges, self.entries)

    @cached_property
    def year_ended(self) -> Whole:
        """(cases,) year in which each case ended, 0 being the first; −1 for one that did not end after go-live."""
        return self.year_of(self.cases.ended_h)

    @cached_property
    def ended(self) -> Whole:
        """Number of cases that ended, shape (kinds, outcomes, order classes, segments, years)."""
        cases, chosen = self.cases, self.year_ended >= 0
        shape = (len(KINDS), len(OUTCOMES), len(CLASSES), len(SEGMENTS), self.years)
        keys = (cases.kind, cases.outcome, cases.order_class, cases.segment, self.year_ended)
        place = np.ravel_multi_index(tuple(key[chosen] for key in keys), shape)
        return np.bincount(place, minlength=math.prod(shape)).reshape(shape)

    def is_ended(self, kind: str, outcome: str) -> Flags:
        """Tell of every case whether it is of a kind and ended after go-live with an outcome."""
        cases = self.cases
        found: Flags = (cases.kind == KIND_CODE[kind]) & (cases.outcome == OUTCOME_CODE[outcome])
        return found & (self.year_ended >= 0)

    @cached_property
    def open_work(self) -> OpenWork:
        """What is left to do in open cases."""
        return OpenWork(self.record)

    @cached_property
    def open_h(self) -> Floats:
        """Expected remaining content of open cases at the borders of the years, hours."""
        return self.open_work.hours(self.edges)

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

    def hours(self, activity: str) -> Floats:
        """Return the hours of an activity by year."""
        found: Floats = self.account.activities[:, :, ACTIVITIES.index(activity)].sum(axis=0)
        return found

    def per_year(self, year: Whole) -> Floats:
        """Return how many there are by year, of those with one."""
        return np.bincount(year[year >= 0], minlength=self.years).astype(float)

    def year_of(self, at_h: Floats) -> Whole:
        """Return the year of each office hour, 0 being the first; −1 for one that does not fall after go-live."""
        return window_of(at_h, self.edges)
