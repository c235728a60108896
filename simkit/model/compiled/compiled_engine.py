"""The compiled engine: plays a run on plain arrays, with the same event log as `simkit.model.engine.engine`, bit by bit.

The kernel (`loop_kernel`) works the agenda off; it returns at the rare instants at which staff, units or all customers change,
and the engine's own `Organisation`, `Personnel`, `Reactions` and `Overload` act on the same memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from simkit.foundation.gc_pause import gc_paused
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.compiled import layout as at
from simkit.model.compiled.memory import Memory, RegionFullError
from simkit.model.compiled.organisation_memory import OrganisationMemory
from simkit.model.compiled.stand_ins import CompiledDispatcher, MemoryClock, ask
from simkit.model.engine.customer_response import Note
from simkit.model.engine.engine import CHURN_EVERY_DAYS, Run
from simkit.model.engine.event_loop import ARRIVAL, TICK
from simkit.model.event_log.event_log import ENTRY_COLUMNS, PARTS, TASK_COLUMNS, LoggedColumns, Record
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.run_state import Person
from simkit.model.specification.designs import Design, todays_design

LARGEST = 64
"""How many times as large as usual a region may become before the run is given up."""
_enough: dict[int, int] = {}
"""How many times as large as usual regions of this process have had to be: the next run of a study is much like the last."""


def simulate_compiled(
    inputs: ReplicationInputs,
    design: Design,
    *,
    parameters: ParameterSet | None = None,
    today: Design | None = None,
    note: Note | None = None,
) -> Record:
    """Run one design through one replication; parameters and event log are those of `simkit.model.engine.engine.simulate`."""
    arguments = (inputs, design, parameters or inputs.parameters, today or todays_design())
    while True:
        try:
            with gc_paused():
                return CompiledRun(*arguments, factors=_enough, note=note).record()
        except RegionFullError as full:
            larger = 2 * _enough.get(full.region, 1)
            if larger > LARGEST:
                raise
            _enough[full.region] = larger


def covers(design: Design, parameters: ParameterSet, today: Design | None = None) -> bool:
    """Tell whether the compiled engine plays a design under a parameter set: it has every rule of the engine."""
    return bool(design.units) and (today is None or bool(today.units))


class CompiledRun:
    """One run; see `simulate_compiled`.

    Parameters
    ----------
    factors : dict of int to int
        Which regions of the memory have been too small, and how many times as large they are now.
    """

    def __init__(
        self,
        inputs: ReplicationInputs,
        design: Design,
        parameters: ParameterSet,
        today: Design,
        *,
        factors: dict[int, int],
        note: Note | None = None,
    ) -> None:
        self.note = note
        self.clock = MemoryClock(inputs.start_h)
        event_loop: Callable[[float], Any] = lambda _: self.clock  # noqa: E731
        self.run = run = Run(inputs, design, parameters, today, event_loop)
        self.memory = memory = Memory(run, factors)
        self.words, self.floats = memory.words, memory.floats
        self._ask = partial(ask, memory)
        self.organisation = OrganisationMemory(memory)
        self.clock.memory = memory
        self.dispatcher = CompiledDispatcher(self.clock, memory, self.organisation)
        run.personnel.dispatcher = self.dispatcher
        run.personnel.deals_lost = self._deals_lost
        run.overload.open_h = self._open_h  # type: ignore[method-assign, assignment]
        run.overload.past = self._past  # type: ignore[method-assign]

    def record(self) -> Record:
        """Run from the start of the warm-up to the end and return the log."""
        run, clock, inputs = self.run, self.clock, self.run.inputs
        run.personnel.announce()
        self.organisation.push()
        self._ask(at.SCHEDULE, TICK, 0, inputs.start_h)
        self._ask(at.SCHEDULE, TICK + 1, 0, 0.0)
        if len(run.arrivals.at):
            self._ask(at.SCHEDULE, ARRIVAL + int(run.arrivals.number[0]), 0, float(run.arrivals.at[0]))
        handlers = {at.STAFF_EVENT: self._staff_event, at.GO_LIVE: self._go_live, at.DAY: self._day}
        while (why := self._ask(at.PLAY)) != at.FINISHED:
            clock.now = float(self.floats[at.H_NOW])
            handlers[why]()
        self._ask(at.CLOSE_BOOKS)
        logged = self._logged()
        self.memory.give_back()
        assignments = run.organisation.assignments
        record = Record.from_run(inputs, run.design, run.parameters, run.log, logged, assignments, run.channels)
        clock.calls.clear()
        vars(run).clear()  # what is large, the log, goes at once: its parts know each other, and nobody sweeps so soon
        return record

    # --- what Python decides ---------------------------------------------------------------------------------------

    def _staff_event(self) -> None:
        """Let somebody leave or take up a post."""
        self.organisation.pull()
        call, person = self.clock.calls[int(self.words[at.H_ARGUMENT])]
        call(person)
        if person in self.organisation.people:
            self.organisation.put_curves(person)
        self.organisation.push()

    def _go_live(self) -> None:
        """Let the design take over: people, customers and queues; open cases finish on the old routes."""
        organisation = self.run.organisation
        self.organisation.pull()
        for unit in organisation.all_units():
            self._ask(at.GATHER, self.organisation.unit(unit) + at.U_QUEUE)
        for person in organisation.everybody():
            self._ask(at.GATHER, self.organisation.person(person) + at.P_QUEUE)
        self.run.personnel.go_live()
        self.run.overload.renamed()
        self.words[at.H_OVERLOAD_DAYS] = 0
        self._overload()[:] = 0.0
        self.organisation.push()
        self._ask(at.RESUBMIT)

    def _day(self) -> None:
        """Let a day bring what concerns all: new sizes of units, churn, overload, overtime."""
        run, now, day = self.run, self.clock.now, int(self.words[at.H_ARGUMENT])
        if run.admission.builders and now > 0 and now in run.year_starts:
            self._resize()
        if day and day % CHURN_EVERY_DAYS == 0:
            self._churn(CHURN_EVERY_DAYS * run.rules.day_h)
        if run.overload.on and day:
            self._ask(at.END_DAY, day - 1)
        if run.rules.overtime_share:
            run.personnel.decide_overtime(day)
        if self.note is not None and now >= 0 and day % CHURN_EVERY_DAYS == 0:
            self.note(run.reactions, now)

    def _resize(self) -> None:
        run = self.run
        self.organisation.pull()
        run.admission.blocked_modules_h = float(self.floats[at.H_BLOCKED_MODULES_H])
        run.discretionary_work.modules_h = float(self.floats[at.H_MODULES_H])
        run.personnel.resize(run.admission.converted())
        self.organisation.push()

    def _churn(self, elapsed_h: float) -> None:
        run, now = self.run, self.clock.now
        for customer in run.reactions.churned(now, elapsed_h):
            run.log.churned.append((customer, now))
            self.words[at.H_SUMMED] = 0
            self.organisation.pull_won()
            run.organisation.customer_lost(customer)
            self._ask(at.CUSTOMER_GONE, customer)
        if run.overload.on:
            units, routes = run.organisation.units.values(), run.organisation.routes
            for person in run.overload.driven_away(units, routes, elapsed_h):
                self.dispatcher.hand_task(person)
                run.personnel.drive_away(person)

    def _open_h(self, unit: str, _: object) -> float:
        count = self._ask(at.OPEN_LEFT, self.memory.names[unit])
        open_h: float = sum(self.dispatcher.found(self.floats, count))
        return open_h

    def _past(self, unit: str) -> tuple[int, float, float]:
        """Return what the window tells of a unit, as `Overload.past` does."""
        window, days = self.run.overload.window_days, int(self.words[at.H_OVERLOAD_DAYS])
        begin, names = self.words[at.H_OVERLOAD_PAST], len(self.memory.names)
        rows = self.floats[begin : begin + 2 * names * window].reshape(window, 2, names)[:, :, self.memory.names[unit]]
        first, count = days % window if days > window else 0, min(days, window)
        arrived, capacity = np.roll(rows, -first, axis=0)[:count].T.tolist()
        return count, sum(arrived), sum(capacity)

    def _overload(self) -> np.ndarray:
        begin = self.words[at.H_OVERLOAD_TODAY]
        return self.floats[begin : begin + len(self.memory.names)]

    def _deals_lost(self, person: Person, planned: float) -> None:
        """Let a share of the open deals of who leaves go with him (`OpenCases.leave`, `Reactions.deal_lost`)."""
        reactions = self.run.reactions
        if reactions.on:
            self._ask(at.DEALS_LOST, self.organisation.person(person), 0, reactions.business_lost(planned))

    # --- the log ---------------------------------------------------------------------------------------------------

    def _logged(self) -> LoggedColumns:
        """Return the columns of what the kernel has logged; the next run has the memory."""
        words, floats = self.words, self.floats
        return LoggedColumns(
            tasks=self._columns(TASK_COLUMNS, at.H_LOG_TASKS, at.H_LOG_TASK_SIZE, at.H_LOG_TASK_COUNT),
            entries=self._columns(ENTRY_COLUMNS, at.H_LOG_ENTRIES, at.H_LOG_ENTRY_SIZE, at.H_LOG_ENTRY_COUNT),
            cases=case_columns(words, floats),
        )

    def _columns(self, names: Sequence[str], begin: int, size: int, count: int) -> dict[str, np.ndarray]:
        first, next_column, rows = self.words[[begin, size, count]].tolist()
        places = range(first, first + len(names) * next_column, next_column)
        return {
            name: (self.floats if name in PARTS else self.words)[place : place + rows].copy()
            for name, place in zip(names, places, strict=True)
        }


def case_columns(words: np.ndarray, floats: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of the cases in the memory of a run."""
    first, end, size = words[[at.H_CASE_FIRST, at.H_CASE_NEXT, at.H_CASE_WORDS]].tolist()
    whole, parts = words[first:end].reshape(-1, size), floats[first:end].reshape(-1, size)
    numbers = {
        "case": at.C_NUMBER, "kind": at.C_KIND, "row": at.C_ROW, "order_class": at.C_CLASS, "segment": at.C_SEGMENT,
        "customer": at.C_CUSTOMER, "adopted": at.C_ADOPTED, "outcome": at.C_OUTCOME, "late": at.C_IS_LATE,
    }  # fmt: skip
    hours = {"arrived_h": at.C_ARRIVED_H, "ended_h": at.C_ENDED_H, "win_chance": at.C_WIN_CHANCE}
    columns = dict(zip(numbers, np.ascontiguousarray(whole[:, list(numbers.values())].T), strict=True))
    return columns | dict(zip(hours, np.ascontiguousarray(parts[:, list(hours.values())].T), strict=True))
