"""The record: the event log of a run as tables. Every figure is a pure function of it."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.frames import Flags, Floats, Whole
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.arrivals import KINDS
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS

if TYPE_CHECKING:
    from simkit.model.run_state import Case, Person, Task

Scalar = TypeVar("Scalar", bound=np.generic)
ACTIVITY_CODE = {name: code for code, name in enumerate(ACTIVITIES)}
BLOCKED: tuple[str, ...] = ("prioritisation", "administration", "development", "service_design")
EXTRAS: tuple[str, ...] = ("", "chase", "extra_contact", "prospecting", "module_building")
EXTRA_CODE = {name: code for code, name in enumerate(EXTRAS)}
OUTCOMES: tuple[str, ...] = (
    "open", "refused", "dropped", "qualified", "rejected", "no_decision", "won", "lost", "solved", "done", "delivered",
    "cancelled", "lapsed", "lost_customer",
)  # fmt: skip
"""How a case ends."""
OUTCOME_CODE = {name: code for code, name in enumerate(OUTCOMES)}
KIND_CODE = {name: code for code, name in enumerate(KINDS)}
TASK_COLUMNS = ("person", "unit", "case", "start_h", "end_h", "clock_h", "content_h", "left_h", "extra")
ENTRY_COLUMNS = ("task", "activity", "share")
CASE_COLUMNS = ("case", "kind", "row", "order_class", "segment", "customer", "adopted", "arrived_h")


def _numbers() -> array[float]:
    return array("d")


@dataclass
class Log:
    """What the engine writes while it runs: rows of plain numbers one after the other, so that nothing is kept per row."""

    tasks: array[float] = field(default_factory=_numbers)  # rows of TASK_COLUMNS
    entries: array[float] = field(default_factory=_numbers)  # rows of ENTRY_COLUMNS
    cases: array[float] = field(default_factory=_numbers)  # rows of CASE_COLUMNS
    ended_h: array[float] = field(default_factory=_numbers)  # these three: one value per case
    outcomes: array[int] = field(default_factory=lambda: array("b"))
    late: array[int] = field(default_factory=lambda: array("b"))
    win_chance: array[float] = field(default_factory=_numbers)  # one value per case, too
    churned: list[tuple[int, float]] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    booked: int = 0  # tasks so far
    people_moved: int = 0
    accounts_moved: int = 0

    def opened(self, case: Case) -> None:
        """Enter a case."""
        case.log_row = len(self.ended_h)
        kind = KIND_CODE[case.kind]
        self.cases.extend(
            (case.number, kind, case.row, case.order_class, case.segment, case.customer, case.adopted, case.arrived_h)
        )
        self.ended_h.append(math.nan)
        self.outcomes.append(0)
        self.late.append(False)
        self.win_chance.append(0.0)

    def closed(self, case: Case, now: float, outcome: str, late: bool) -> None:
        """Enter the end of a case."""
        row = case.log_row
        self.ended_h[row], self.outcomes[row], self.late[row] = now, OUTCOME_CODE[outcome], late
        self.win_chance[row] = case.win_chance

    def book(self, person: Person, task: Task, end_h: float, clock_h: float, content_h: float, left_h: float) -> None:
        """Enter one task and its activities; an activity's share of the task is its share of the content."""
        case = task.case.log_row if task.case is not None else -1 if task.customer < 0 else -2 - task.customer
        extra, row, entries = EXTRA_CODE[task.extra], self.booked, task.entries
        self.booked += 1
        self.tasks.extend((person.code, task.unit.number, case, task.start_h, end_h, clock_h, content_h, left_h, extra))
        if len(entries) == 1:
            self.entries.extend((row, ACTIVITY_CODE[entries[0][0]], 1.0))
            return
        total = task.content_h
        for name, hours in entries:
            self.entries.extend((row, ACTIVITY_CODE[name], hours / total if total > 0 else 1 / len(entries)))

    def columns(self) -> LoggedColumns:
        """Return what was written, column by column."""
        of_cases: dict[str, npt.NDArray[Any]] = {
            "ended_h": np.array(self.ended_h),
            "outcome": np.array(self.outcomes, dtype=np.int64),
            "late": np.array(self.late, dtype=np.int64),
            "win_chance": np.array(self.win_chance),
        }
        return LoggedColumns(
            tasks=_columns(self.tasks, TASK_COLUMNS),
            entries=_columns(self.entries, ENTRY_COLUMNS),
            cases=_columns(self.cases, CASE_COLUMNS) | of_cases,
        )


class LoggedColumns(NamedTuple):
    """A log column by column, as either engine gives it; words are positions in their lists."""

    tasks: dict[str, npt.NDArray[Any]]
    """TASK_COLUMNS."""
    entries: dict[str, npt.NDArray[Any]]
    """ENTRY_COLUMNS."""
    cases: dict[str, npt.NDArray[Any]]
    """CASE_COLUMNS, ``ended_h``, ``outcome``, ``late`` and ``win_chance``."""


@dataclass(frozen=True, kw_only=True)
class TaskColumns:
    """The tasks of a log, one value per block of work, in order of their end."""

    person: Whole
    """Post × 1000 + number in the succession."""
    unit: Whole
    case: Whole
    """Row of the case; −1 for discretionary work, −2 − customer for an extra contact."""
    start_h: Floats
    end_h: Floats
    """Office hours since go-live."""
    clock_h: Floats
    """Hours booked."""
    content_h: Floats
    """Content done."""
    left_h: Floats
    """Expected content of the case after it; NaN where it does not move the case."""
    extra: Whole
    """Position in EXTRAS."""

    def __len__(self) -> int:
        """Return the number of tasks."""
        return len(self.person)

    def of_case(self, values: npt.NDArray[Scalar], otherwise: object) -> npt.NDArray[Scalar]:
        """Return for each task what its case has among the values of all cases; `otherwise` where it belongs to none."""
        found: npt.NDArray[Scalar] = np.append(values, np.array(otherwise, dtype=values.dtype))[
            np.maximum(self.case, -1)
        ]
        return found


@dataclass(frozen=True, kw_only=True)
class EntryColumns:
    """The time entries of a log; those of a task stand together, in the order of the tasks."""

    task: Whole
    """Row of the tasks."""
    activity: Whole
    """Position in ACTIVITIES."""
    share: Floats
    """Of the task, 0..1."""


@dataclass(frozen=True, kw_only=True)
class CaseColumns:
    """The cases of a log, one value per case, in order of their arrival; words as positions in their lists."""

    case: Whole
    kind: Whole
    """Position in KINDS."""
    row: Whole
    order_class: Whole
    """Position in CLASSES: what the customer got."""
    segment: Whole
    """Position in SEGMENTS."""
    customer: Whole
    adopted: Flags
    arrived_h: Floats
    ended_h: Floats
    """NaN while the case is open."""
    outcome: Whole
    """Position in OUTCOMES."""
    late: Flags
    drawn_class: Whole
    """Of orders what the customer asked for, of other cases their class."""
    value_amount: Floats
    """Of orders at what was asked for, else 0."""

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self.case)


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
    task_columns: TaskColumns
    entry_columns: EntryColumns
    case_columns: CaseColumns
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
    win_chances: Floats
    """(cases,) chance with which an opportunity came to the customer's decision; 0 where it did not, and for other cases."""
    parameters: ParameterSet
    inputs: ReplicationInputs

    @cached_property
    def contract_sums(self) -> Floats:
        """(people, days + 1) contract hours of each person up to each day."""
        return running_sums(np.array([person.contract_h for person in self.people]))

    @cached_property
    def overtime_sums(self) -> Floats:
        """(people, days + 1) overtime hours of each person up to each day."""
        return running_sums(np.array([person.overtime_h for person in self.people]))

    def between(self, sums: Floats, edges: Sequence[float]) -> Floats:
        """Return what running sums by day, shape (people, days + 1, …), come to in each window, shape (people, windows, …)."""
        days = [round((edge - self.start_h) / self.day_h) for edge in edges]
        found: Floats = np.diff(sums[:, np.clip(days, 0, sums.shape[1] - 1)], axis=1)
        return found

    @cached_property
    def tasks(self) -> pd.DataFrame:
        """The tasks as a table: the columns of :class:`TaskColumns`, with the number of the case in place of its row."""
        tasks = self.task_columns
        number = np.where(tasks.case >= 0, tasks.of_case(self.case_columns.case, -1), tasks.case)
        return pd.DataFrame(vars(tasks) | {"case": number})

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The time entries as a table: the columns of :class:`EntryColumns`."""
        return pd.DataFrame(vars(self.entry_columns))

    @cached_property
    def cases(self) -> pd.DataFrame:
        """The cases as a table with words: the columns of :class:`CaseColumns`."""
        columns = dict(vars(self.case_columns))
        return pd.DataFrame(columns | {name: np.array(words)[columns[name]] for name, words in WORDS.items()})

    @classmethod
    def from_run(
        cls,
        inputs: ReplicationInputs,
        design: Design,
        parameters: ParameterSet,
        log: Log,
        logged: LoggedColumns,
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
            task_columns=TaskColumns(**logged.tasks),
            entry_columns=EntryColumns(**logged.entries),
            case_columns=_case_columns(logged.cases, inputs),
            people=_people_days(sorted(log.people, key=lambda one: one.code), inputs, day_h),
            assignments=pd.DataFrame(assignments, columns=["slot", "number", "unit", "from_h"]),
            churned=pd.DataFrame(log.churned, columns=["customer", "at_h"]),
            people_moved=log.people_moved,
            accounts_moved=log.accounts_moved,
            channels=tuple(channels),
            win_chances=logged.cases["win_chance"],
            parameters=parameters,
            inputs=inputs,
        )


def running_sums(per_day: Floats) -> Floats:
    """Return what there was before each day and after the last: (people, days, …) to (people, days + 1, …)."""
    return np.concatenate([np.zeros_like(per_day[:, :1]), np.cumsum(per_day, axis=1)], axis=1)


WORDS = {"kind": KINDS, "order_class": CLASSES, "segment": SEGMENTS, "outcome": OUTCOMES, "drawn_class": CLASSES}


def _columns(rows: array[float], names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of logged rows, whole numbers as such; floats hold them exactly up to 2^53."""
    table = np.frombuffer(rows).reshape(-1, len(names))
    return {
        name: np.ascontiguousarray(column) if name in PARTS else column.astype(np.int64)
        for name, column in zip(names, table.T, strict=True)
    }


PARTS = frozenset({"start_h", "end_h", "clock_h", "content_h", "left_h", "share", "arrived_h"})
"""Columns that are not whole numbers."""


def _case_columns(logged: dict[str, npt.NDArray[Any]], inputs: ReplicationInputs) -> CaseColumns:
    columns = {name: column for name, column in logged.items() if name != "win_chance"}
    value = np.array(inputs.orders.value_amount) if inputs.orders.value_amount else np.zeros(1)
    drawn = np.array(inputs.orders.order_class) if inputs.orders.order_class else np.zeros(1, dtype=np.int64)
    is_order = columns["kind"] == KIND_CODE["order"]
    order_row = np.where(is_order, columns["row"], 0)
    columns |= {
        "adopted": columns["adopted"].astype(bool),
        "late": columns["late"].astype(bool),
        "drawn_class": np.where(is_order, drawn[order_row], columns["order_class"]),
        "value_amount": np.where(is_order, value[order_row], 0.0),
    }
    return CaseColumns(**columns)


def _reason(person: Person, inputs: ReplicationInputs) -> str:
    tenure = person.tenure
    if tenure.leaves_h >= inputs.end_h:
        return ""
    return "overload" if person.driven_away else "retired" if tenure.retires else "quit"


def _people_days(people: Sequence[Person], inputs: ReplicationInputs, day_h: float) -> tuple[PersonDays, ...]:
    opening = inputs.start_h + day_h * np.arange(inputs.days, dtype=np.float64)
    return tuple(_person_days(person, inputs, opening) for person in people)


def _person_days(person: Person, inputs: ReplicationInputs, opening: Floats) -> PersonDays:
    tenure = person.tenure
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
        clock_sum=person.clock_curve,
        content_sum=person.content_curve,
    )
