"""The record: the event log of a run as tables. Every figure is a pure function of it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS

if TYPE_CHECKING:
    from simkit.model.run_state import Case, Person, Task

ACTIVITY_CODE = {name: code for code, name in enumerate(ACTIVITIES)}
BLOCKED: tuple[str, ...] = ("prioritisation", "administration", "development", "service_design")
EXTRAS: tuple[str, ...] = ("", "chase", "extra_contact", "prospecting", "module_building")
EXTRA_CODE = {name: code for code, name in enumerate(EXTRAS)}
TASK_COLUMNS = ("person", "unit", "case", "start_h", "end_h", "clock_h", "content_h", "left_h", "extra")
ENTRY_COLUMNS = ("task", "activity", "share")
WHOLE = ("person", "unit", "case", "extra", "task", "activity", "row", "order_class", "segment", "customer")
OPENED_COLUMNS = ("case", "row", "order_class", "segment", "customer", "adopted", "arrived_h")
CASE_COLUMNS = (
    "case",
    "kind",
    "row",
    "order_class",
    "segment",
    "customer",
    "adopted",
    "arrived_h",
    "ended_h",
    "outcome",
    "late",
)
ORDER_COLUMNS = ("drawn_class", "value_amount")


def _numbers() -> array[float]:
    return array("d")


@dataclass
class Log:
    """What the engine writes while it runs: rows of plain numbers one after the other, so that nothing is kept per row."""

    tasks: array[float] = field(default_factory=_numbers)  # rows of TASK_COLUMNS
    entries: array[float] = field(default_factory=_numbers)  # rows of ENTRY_COLUMNS
    cases: array[float] = field(default_factory=_numbers)  # rows of OPENED_COLUMNS
    kinds: list[str] = field(default_factory=list)  # these four: one value per case
    ended_h: array[float] = field(default_factory=_numbers)
    outcomes: list[str] = field(default_factory=list)
    late: list[bool] = field(default_factory=list)
    churned: list[tuple[int, float]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    booked: int = 0  # tasks so far
    people_moved: int = 0
    accounts_moved: int = 0

    def opened(self, case: Case) -> None:
        """Enter a case."""
        case.log_row = len(self.kinds)
        self.cases.extend(
            (case.number, case.row, case.order_class, case.segment, case.customer, case.adopted, case.arrived_h)
        )
        self.kinds.append(case.kind)
        self.ended_h.append(math.nan)
        self.outcomes.append("open")
        self.late.append(False)

    def closed(self, case: Case, now: float, outcome: str, late: bool) -> None:
        """Enter the end of a case."""
        row = case.log_row
        self.ended_h[row], self.outcomes[row], self.late[row] = now, outcome, late

    def book(self, person: Person, task: Task, end_h: float, clock_h: float, content_h: float, left_h: float) -> None:
        """Enter one task and its activities; an activity's share of the task is its share of the content."""
        case = task.case.number if task.case is not None else -1 if task.customer < 0 else -2 - task.customer
        extra, row, entries = EXTRA_CODE[task.extra], self.booked, task.entries
        self.booked += 1
        self.tasks.extend((person.code, task.unit.number, case, task.start_h, end_h, clock_h, content_h, left_h, extra))
        if len(entries) == 1:
            self.entries.extend((row, ACTIVITY_CODE[entries[0][0]], 1.0))
            return
        total = task.content_h
        for name, hours in entries:
            self.entries.extend((row, ACTIVITY_CODE[name], hours / total if total > 0 else 1 / len(entries)))


@dataclass(frozen=True, kw_only=True)
class PersonDays:
    """One person's days: hours that the contract, presence and bookings have, shape (days,)."""

    person: int
    slot: int
    number: int
    fte: float
    cost_amount: float
    joins_h: float
    leaves_h: float
    reason: str  # why the person leaves: "", "quit", "retired" or "overload"
    contract_h: Floats
    present_h: Floats
    overtime_h: Floats
    blocked_h: Floats  # (days, 4): prioritisation, administration, development, service_design
    speed: Floats
    clock_sum: Floats  # (days + 1,) cumulative hours that tasks can book
    content_sum: Floats  # (days + 1,) cumulative content that they can do


@dataclass(frozen=True, kw_only=True)
class Record:
    """What happened in one run."""

    design: str
    replication: int
    """Number of the replication."""
    start_h: float
    end_h: float
    day_h: float
    year_h: float
    tasks: pd.DataFrame
    """One row per block of work, in order of their end: ``person`` (post × 1000 + number in the succession),
    ``unit``, ``case`` (−1 for discretionary work, −2 − customer for an extra contact), ``start_h``, ``end_h`` (office
    hours since go-live), ``clock_h`` booked, ``content_h`` done, ``left_h`` expected content of the case after it
    (NaN where it does not move the case), ``extra``."""
    entries: pd.DataFrame
    """``task`` (row of `tasks`), ``activity`` (position in ACTIVITIES), ``share`` of the task."""
    cases: pd.DataFrame
    """One row per case with kind, class, segment, customer, times, ``outcome`` and ``late``; of orders the
    ``drawn_class`` that the customer asked for (that of other cases is their class) and the ``value_amount`` of that."""
    people: tuple[PersonDays, ...]
    """Everybody who held a post."""
    assignments: pd.DataFrame
    churned: pd.DataFrame
    """``customer``, ``at_h``."""
    people_moved: int
    accounts_moved: int
    """People who do other kinds of work or serve other segments from go-live on, and active customers whose contact
    person changes then."""
    channels: tuple[int, ...]
    """Who serves each customer from go-live on: 0 our own staff, 1 a partner, 2 nobody."""
    parameters: ParameterSet
    inputs: ReplicationInputs

    @classmethod
    def from_run(
        cls,
        inputs: ReplicationInputs,
        design: Design,
        parameters: ParameterSet,
        log: Log,
        assignments: list[tuple[int, int, str, float]],
        channels: Sequence[int],
    ) -> Record:
        """Lay out the log of a run as tables."""
        day_h = parameters.value("time.day_h")
        return cls(
            design=design.name,
            replication=inputs.replication,
            start_h=inputs.start_h,
            end_h=inputs.end_h,
            day_h=day_h,
            year_h=day_h * parameters.value("time.days_per_year"),
            tasks=pd.DataFrame(_columns(log.tasks, TASK_COLUMNS)),
            entries=pd.DataFrame(_columns(log.entries, ENTRY_COLUMNS)),
            cases=_case_frame(log, inputs),
            people=tuple(_person_days(person, inputs) for person in sorted(log.people, key=lambda one: one.code)),
            assignments=pd.DataFrame(assignments, columns=["slot", "number", "unit", "from_h"]),
            churned=pd.DataFrame(log.churned, columns=["customer", "at_h"]),
            people_moved=log.people_moved,
            accounts_moved=log.accounts_moved,
            channels=tuple(channels),
            parameters=parameters,
            inputs=inputs,
        )


def _columns(rows: array[float], names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of logged rows, whole numbers as such; floats hold them exactly up to 2^53."""
    table = np.array(rows).reshape(-1, len(names))
    return {
        name: column.astype(np.int64) if name in WHOLE and len(column) else column
        for name, column in zip(names, table.T, strict=True)
    }


def _case_frame(log: Log, inputs: ReplicationInputs) -> pd.DataFrame:
    if not log.kinds:
        return pd.DataFrame({name: np.zeros(0) for name in (*CASE_COLUMNS, *ORDER_COLUMNS)})
    columns = _columns(log.cases, OPENED_COLUMNS)
    kind, row = np.array(log.kinds), columns["row"]
    value = np.array(inputs.orders.value_amount) if inputs.orders.value_amount else np.zeros(1)
    drawn = np.array(inputs.orders.order_class) if inputs.orders.order_class else np.zeros(1, dtype=np.int64)
    is_order = kind == "order"
    order_row = np.where(is_order, row, 0)
    columns |= {
        "drawn_class": np.array(CLASSES)[np.where(is_order, drawn[order_row], columns["order_class"])],
        "kind": kind,
        "segment": np.array(SEGMENTS)[columns["segment"]],
        "order_class": np.array(CLASSES)[columns["order_class"]],
        "adopted": columns["adopted"].astype(bool),
        "ended_h": np.array(log.ended_h),
        "outcome": np.array(log.outcomes),
        "late": np.array(log.late),
        "value_amount": np.where(is_order, value[order_row], 0.0),
    }
    return pd.DataFrame({name: columns[name] for name in (*CASE_COLUMNS, *ORDER_COLUMNS)})


def _reason(person: Person, inputs: ReplicationInputs) -> str:
    tenure = person.tenure
    if tenure.leaves_h >= inputs.end_h:
        return ""
    return "overload" if person.driven_away else "retired" if tenure.retires else "quit"


def _person_days(person: Person, inputs: ReplicationInputs) -> PersonDays:
    tenure = person.tenure
    opening = inputs.start_h + np.arange(len(tenure.absent)) * person.day_h
    employed = (opening >= tenure.joins_h) & (opening < tenure.leaves_h)
    return PersonDays(
        person=person.code,
        slot=tenure.slot,
        number=tenure.number,
        fte=tenure.fte,
        cost_amount=tenure.cost_amount,
        joins_h=tenure.joins_h,
        leaves_h=tenure.leaves_h,
        reason=_reason(person, inputs),
        contract_h=np.where(employed, tenure.fte * person.day_h, 0.0),
        present_h=person.present,
        overtime_h=person.overtime_h,
        blocked_h=person.blocked_h,
        speed=person.speed,
        clock_sum=np.array(person.clock_sum),
        content_sum=np.array(person.content_sum),
    )
