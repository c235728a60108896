"""Open work: the expected remaining content of open cases, which tells hours that were freed from work left lying."""

from __future__ import annotations

import numpy as np
import pandas as pd

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
        cases, tasks = record.cases, record.tasks
        self.record = record
        self.number = cases["case"].to_numpy(np.int64)
        self.arrived_h = cases["arrived_h"].to_numpy(float)
        self.ended_h = np.nan_to_num(cases["ended_h"].to_numpy(float), nan=np.inf)
        self.initial_h = _initial(record)
        self.amounts = order_amounts(record)
        moves = (tasks["case"].to_numpy(float) >= 0) & tasks["left_h"].notna().to_numpy()
        # Tasks stand in the log in order of their end.
        self.moved_h = tasks["end_h"].to_numpy(float)[moves]
        self.moved_case = np.searchsorted(self.number, tasks["case"].to_numpy(np.int64)[moves], sorter=self._order())
        self.moved_left = tasks["left_h"].to_numpy(float)[moves]

    def _order(self) -> Whole:
        self.order = np.argsort(self.number, kind="stable")
        return self.order

    def left(self, at_h: float) -> tuple[Whole, Floats]:
        """Return the positions of the cases open at an office hour, and the remaining content of each, hours."""
        left = self.initial_h.copy()
        until = int(np.searchsorted(self.moved_h, at_h, side="right"))
        left[self.order[self.moved_case[:until]]] = self.moved_left[:until]  # the last assignment stays
        chosen = np.flatnonzero((self.arrived_h <= at_h) & (self.ended_h > at_h))
        return chosen, left[chosen]

    def hours(self, at_h: float) -> float:
        """Return the expected remaining content of all open cases, hours."""
        return float(self.left(at_h)[1].sum())

    def progress_amount(self, at_h: float) -> float:
        """Return the contribution already earned on open orders: that of the whole order × share of content done."""
        chosen, left = self.left(at_h)
        total = self.initial_h[chosen]
        done = np.clip(1 - np.divide(left, total, out=np.ones(len(left)), where=total > 0), 0.0, 1.0)
        return float((self.amounts.contribution_amount[chosen] * done).sum())


def _initial(record: Record) -> Floats:
    """Return the expected content of every case at its arrival, by the rules it follows."""
    ratio = record.inputs.model_inputs.calendar_ratio
    new = _by_kind(compile_rules(record.parameters, ratio))
    old = _by_kind(compile_rules(record.inputs.parameters, ratio))
    cases = record.cases
    if len(cases) == 0:
        return np.zeros(0)
    place = (
        _codes(cases["kind"], KINDS),
        _codes(cases["order_class"], CLASSES),
        _codes(cases["segment"], SEGMENTS),
    )
    return np.where(cases["adopted"].to_numpy(bool), new[place], old[place])


def _codes(words: pd.Series, names: tuple[str, ...]) -> Whole:
    """Return the position of each word among the names."""
    return np.asarray(pd.Categorical(words, categories=list(names)).codes, dtype=np.int64)


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
