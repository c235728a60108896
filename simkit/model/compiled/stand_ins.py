"""What the engine's own classes meet in a compiled run in place of clock and dispatcher: the memory behind both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from simkit.model.compiled import layout as at
from simkit.model.compiled.loop_kernel import command
from simkit.model.compiled.memory import Memory, RegionFullError
from simkit.model.compiled.organisation_memory import OrganisationMemory
from simkit.model.engine.dispatcher import Dispatcher
from simkit.model.engine.event_loop import COMPLETION
from simkit.model.inputs.arrivals import KINDS
from simkit.model.run_state import Person, Unit


class MemoryClock:
    """The time of a compiled run, and the calls that Python has put on its agenda."""

    def __init__(self, start_h: float) -> None:
        self.now = start_h
        self.ready: set[Any] = set()
        self.memory: Memory | None = None
        self.calls: list[tuple[Callable[[Any], None], Any]] = []

    def at(self, hour: float, place: int, call: Callable[[Any], None], argument: Any) -> None:
        """Call at an office hour."""
        assert self.memory is not None
        ask(self.memory, at.SCHEDULE, place, len(self.calls), hour)
        self.calls.append((call, argument))


def ask(memory: Memory, asked: int, one: int = 0, other: int = 0, number: float = 0.0) -> int:
    """Have the kernel do something."""
    answer = command(memory.words, memory.floats, memory.draws, asked, one, other, number)
    if memory.words[at.H_FULL]:
        raise RegionFullError(int(memory.words[at.H_FULL]))
    return answer


class TaskInMemory:
    """A task as the engine's own classes see it."""

    def __init__(self, memory: Memory, place: int) -> None:
        self.memory, self.place = memory, place

    @property
    def case(self) -> CaseInMemory | None:
        """The case."""
        case = int(self.memory.words[self.place + at.T_CASE])
        return CaseInMemory(KINDS[self.memory.words[case + at.C_KIND]]) if case else None

    @property
    def content_h(self) -> float:
        """Content, hours."""
        return float(self.memory.floats[self.place + at.T_CONTENT_H])

    @property
    def start_content_h(self) -> float:
        """The person's content curve at the start."""
        return float(self.memory.floats[self.place + at.T_START_CONTENT_H])

    @start_content_h.setter
    def start_content_h(self, value: float) -> None:
        self.memory.floats[self.place + at.T_START_CONTENT_H] = value

    @property
    def start_clock_h(self) -> float:
        """The person's clock curve at the start."""
        return float(self.memory.floats[self.place + at.T_START_CLOCK_H])

    @start_clock_h.setter
    def start_clock_h(self, value: float) -> None:
        self.memory.floats[self.place + at.T_START_CLOCK_H] = value


class CaseInMemory:
    """A case as the organisation asks for it when somebody leaves: by its kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind


class ReadyInMemory:
    """Who may pick a task once the last event of the instant is done."""

    def __init__(self, people: OrganisationMemory) -> None:
        self.people = people

    def add(self, person: Person) -> None:
        """Let a person look."""
        ask(self.people.memory, at.READY, self.people.person(person))

    def discard(self, person: Person) -> None:
        """Let him no longer look."""
        ask(self.people.memory, at.NOT_READY, self.people.person(person))


class CompiledDispatcher(Dispatcher):
    """The dispatcher for staff changes in a compiled run: queues and tasks stand in the memory."""

    def __init__(self, clock: MemoryClock, memory: Memory, people: OrganisationMemory) -> None:
        self.clock: Any = clock
        self.memory, self.people = memory, people
        self.ready: Any = ReadyInMemory(people)

    def submit(self, task: Any, unit: Unit, person: Person | None) -> None:
        """Put a task into the person's queue or the unit's, and wake the first who may take it."""
        ask(self.memory, at.SUBMIT, task.place, self.people.unit(unit), float(self.people.person(person)))

    def take_queue(self, person: Person) -> list[Any]:
        """Take all waiting tasks out of somebody's queue, in their order, once the memory knows what has changed."""
        self.people.push()
        count = ask(self.memory, at.TAKE_QUEUE, self.people.person(person))
        return [TaskInMemory(self.memory, place) for place in self.found(self.memory.words, count)]

    def waiting_h(self, unit: Unit) -> float:
        """Return the content of all tasks that wait in a unit and with its people, hours."""
        count = ask(self.memory, at.WAITING_CONTENT, self.people.unit(unit))
        waiting_h: float = sum(self.found(self.memory.floats, count))
        return waiting_h

    def found(self, memory: np.ndarray, count: int) -> list[Any]:
        """Return what the kernel has found."""
        begin = self.memory.words[at.H_FOUND]
        values: list[Any] = memory[begin : begin + count].tolist()
        return values

    def hand_task(self, person: Person) -> None:
        """Let a person know his task."""
        place = int(self.memory.words[self.people.person(person) + at.P_TASK])
        task: Any = TaskInMemory(self.memory, place) if place else None
        person.task = task

    def rebuild(self, person: Person, reassign_days: int) -> None:
        """Lay out changed curves and move the end of the running task accordingly."""
        self.hand_task(person)
        super().rebuild(person, reassign_days)
        person.task = None
        self.people.put_curves(person)

    def run_until(self, task: Any, end_h: float) -> None:
        """Put the completion on the agenda; an earlier one for the same task no longer counts."""
        memory = self.memory
        memory.floats[task.place + at.T_END_H] = end_h
        if end_h < np.inf:
            ask(memory, at.SCHEDULE, COMPLETION + int(memory.words[task.place + at.T_NUMBER]), task.place, end_h)
