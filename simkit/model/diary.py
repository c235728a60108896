"""The diary: deadlines that lie days ahead and mostly turn out void, kept off the agenda until the day before they fall due.

Most orders are delivered before their customer loses patience, most tasks are begun before they lapse; the agenda stays short.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from simkit.model.clock import Clock
    from simkit.model.world import World

Subject = TypeVar("Subject")


class Diary(Generic[Subject]):
    """Deadlines of one kind.

    Parameters
    ----------
    world : World
        For the days from the start of the warm-up to the end.
    clock : Clock
        The agenda.
    day_h : float
        Length of a day, office hours.
    call : callable
        What a deadline calls, with its subject.
    matters : callable
        Tells whether a deadline still matters to its subject.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        day_h: float,
        call: Callable[[Subject], None],
        matters: Callable[[Subject], bool],
    ) -> None:
        self.clock, self.call, self.matters = clock, call, matters
        self.start_h, self.end_h, self.day_h = world.start_h, world.end_h, day_h
        self.days: list[list[tuple[float, int, Subject]]] = [[] for _ in range(world.days + 1)]
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
        """Put on the agenda what falls due soon and still matters."""
        self.today = day
        for hour, place, subject in self.days[day]:
            if self.matters(subject):
                self.clock.at(hour, place, self.call, subject)
        self.days[day] = []
