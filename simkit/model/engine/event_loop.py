"""The event loop of a run: SimPy's event loop on office hours in one canonical order, and the deadlines that lie ahead.

SimPy breaks ties by creation, so a run would depend on the order of the model's code. Here every event carries its place:
completions, answers of partners, lapses, staff changes, the daily tick, arrivals, chasing; inside a kind by task or case.
When the last event of an instant is done, the people who are free pick their next task, in the order of their posts.
Most orders are delivered before their customer loses patience, most tasks are begun before they lapse; so deadlines that lie
days ahead stay in a deadline queue until the day before they fall due.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappush
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import simpy

if TYPE_CHECKING:
    from simkit.model.inputs.replication_inputs import ReplicationInputs

COMPLETION, ANSWER, LAPSE, STAFF, TICK, ARRIVAL, CHASE = (kind << 54 for kind in range(1, 8))


class ScheduledCall(simpy.Event):
    """A call at an office hour; never waited for, so it succeeds from the start, like SimPy's own Timeout."""

    _ok = True
    _value = None

    def __init__(self, clock: Clock, call: Callable[[Any], None], argument: Any) -> None:
        self.env = clock
        self.callbacks = clock.fire
        self.call = call
        self.argument = argument


class Clock(simpy.Environment):
    """SimPy's environment with absolute times and the canonical order.

    Parameters
    ----------
    start_h : float
        First office hour.

    Attributes
    ----------
    ready : set
        Who may pick a task once the last event of the instant is done.
    """

    now = 0.0

    def __init__(self, start_h: float) -> None:
        super().__init__(initial_time=start_h)
        self.now = start_h  # a plain attribute: reading SimPy's property costs a call
        self._event_loop: list[Any] = self._queue
        self.ready: set[Any] = set()
        self._settle: Callable[[], None] = self.ready.clear
        # SimPy hands this list over as a whole and never changes it, so all scheduled calls can share it.
        self.fire: list[Callable[[Any], None]] = [self._fire]

    def at(self, hour: float, place: int, call: Callable[[Any], None], argument: Any) -> None:
        """Call at an office hour.

        Parameters
        ----------
        hour : float
            When. `Environment.schedule` takes a delay, and now + (hour − now) is not always hour; equal times must be equal.
        place : int
            Kind of event (COMPLETION … CHASE) plus the number of task or case.
        call, argument : callable, object
            What is called, with what.
        """
        heappush(self._event_loop, (hour, place, next(self._eid), ScheduledCall(self, call, argument)))

    def run_until(self, end_h: float, settle: Callable[[], None]) -> None:
        """Work the event loop off up to an office hour; what falls on it is no longer done.

        Parameters
        ----------
        end_h : float
            Last office hour.
        settle : callable
            Called when the last event of an instant is done and somebody is ready.
        """
        self._settle = settle
        self.run(until=end_h)

    def _fire(self, scheduled_call: ScheduledCall) -> None:
        now = self.now = self._now
        scheduled_call.call(scheduled_call.argument)
        if self.ready and self._event_loop[0][0] > now:
            self._settle()


Subject = TypeVar("Subject")


class DeadlineQueue(Generic[Subject]):
    """Deadlines of one kind.

    Parameters
    ----------
    inputs : ReplicationInputs
        For the days from the start of the warm-up to the end.
    clock : Clock
        The event loop.
    day_h : float
        Length of a day, office hours.
    call : callable
        What a deadline calls, with its subject.
    matters : callable
        Tells whether a deadline still matters to its subject.
    """

    def __init__(
        self,
        inputs: ReplicationInputs,
        clock: Clock,
        day_h: float,
        call: Callable[[Subject], None],
        matters: Callable[[Subject], bool],
    ) -> None:
        self.clock, self.call, self.matters = clock, call, matters
        self.start_h, self.end_h, self.day_h = inputs.start_h, inputs.end_h, day_h
        self.days: list[list[tuple[float, int, Subject]]] = [[] for _ in range(inputs.days + 1)]
        self.today = 0

    def post(self, hour: float, place: int, subject: Subject) -> None:
        """Enter a deadline at an office hour, with its place among the events of that instant."""
        if hour >= self.end_h:
            return
        # A day early, so that no rounding lets a deadline at the border of two days come too late.
        day = int((hour - self.start_h) // self.day_h) - 1
        if day > self.today:
            self.days[day].append((hour, place, subject))
        else:
            self.clock.at(hour, place, self.call, subject)

    def open_day(self, day: int) -> None:
        """Put on the event loop what falls due soon and still matters."""
        self.today = day
        for hour, place, subject in self.days[day]:
            if self.matters(subject):
                self.clock.at(hour, place, self.call, subject)
        self.days[day] = []
