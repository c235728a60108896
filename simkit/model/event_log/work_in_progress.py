"""Open work: the expected remaining content of open cases, which tells hours that were freed from work left lying."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simkit.foundation.frames import Floats, Whole
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.order_amounts import order_amounts
from simkit.model.inputs.arrivals import KINDS
from simkit.model.rules.plain_parameters import Rules, compile_rules
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS


class OpenWork:
    """The open cases of a record at any office hour, with what is left to do.

    A case counts with what its last finished work left to do, or, before any work, with the expected content of its
    kind and class; not only what happens to be queued.
    """

    def __init__(self, record: Record) -> None:
        cases, tasks = record.case_columns, record.task_columns
        self.arrived_h = cases.arrived_h
        self.ended_h = np.nan_to_num(cases.ended_h, nan=np.inf)
        self.initial_h = _initial(record)
        self.amounts = order_amounts(record)
        moves = (tasks.case >= 0) & ~np.isnan(tasks.left_h)
        # Tasks stand in the log in order of their end.
        self.moved_h, self.moved_row, self.moved_left = tasks.end_h[moves], tasks.case[moves], tasks.left_h[moves]

    def left(self, at_h: float) -> tuple[Whole, Floats]:
        """Return the positions of the cases open at an office hour, and the remaining content of each, hours."""
        return next(self._left([at_h]))

    def _left(self, edges: Sequence[float]) -> Iterator[tuple[Whole, Floats]]:
        """Yield what `left` returns at every border; the borders ascend."""
        left, done = self.initial_h.copy(), 0
        for at_h in edges:
            until = int(np.searchsorted(self.moved_h, at_h, side="right"))
            left[self.moved_row[done:until]] = self.moved_left[done:until]  # the last assignment stays
            done = until
            chosen = np.flatnonzero((self.arrived_h <= at_h) & (self.ended_h > at_h))
            yield chosen, left[chosen]

    def hours(self, edges: Sequence[float]) -> Floats:
        """Return the expected remaining content of all open cases at ascending office hours, hours."""
        return np.array([left.sum() for _, left in self._left(edges)])

    def progress_amount(self, edges: Sequence[float]) -> Floats:
        """Return the contribution earned on open orders at ascending office hours: of the whole order × share of content done."""
        found = []
        for chosen, left in self._left(edges):
            total = self.initial_h[chosen]
            done = np.clip(1 - np.divide(left, total, out=np.ones(len(left)), where=total > 0), 0.0, 1.0)
            found.append(float((self.amounts.contribution_amount[chosen] * done).sum()))
        return np.array(found)


def _initial(record: Record) -> Floats:
    """Return the expected content of every case at its arrival, by the rules it follows."""
    ratio, cases = record.inputs.model_inputs.calendar_ratio, record.case_columns
    new = _by_kind(compile_rules(record.parameters, ratio))
    old = _by_kind(compile_rules(record.inputs.parameters, ratio))
    place = (cases.kind, cases.order_class, cases.segment)
    return np.where(cases.adopted, new[place], old[place])


def _by_kind(rules: Rules) -> Floats:
    """Return the expected content of a case, hours, by kind, order class and segment."""
    hours = np.zeros((len(KINDS), len(CLASSES), len(SEGMENTS)))
    for order_class in range(len(CLASSES)):
        for segment, care in enumerate(rules.care):
            of_kind = {
                "lead": rules.lead_qualify_h,
                "service": rules.service_hours,
                "care": care.preparation_h + care.travel_h + care.talk_h,
                "opportunity": sum(rules.opportunity_hours[order_class]),
                "order": rules.order_hours[order_class].total_h(rules.orders[order_class].partners),
            }
            hours[:, order_class, segment] = [of_kind[kind] for kind in KINDS]
    return hours
