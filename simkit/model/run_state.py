"""What a run moves: people with their two curves of capacity, units with their queues, cases, and the tasks between them.

The clock curve counts hours that can be booked (FTE × presence less blocked time, plus overtime); the content curve counts
the work that these hours do (clock × ramp-up × dip of the transition). A task consumes content and books clock.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from simkit.foundation.frames import Flags, Floats, listed
from simkit.foundation.kept import kept_with_first
from simkit.model.inputs.tenures import Tenure
from simkit.model.rules.plain_parameters import Rules
from simkit.model.specification.model_parameters import OWN_STAFF

RankKey = tuple[str, int, int]  # kind, order class, segment
Entries = tuple[tuple[str, float], ...]
QueueKey = tuple[int, float, int]  # rank, creation time, case and step: no two are equal
WAITING, RUNNING, DONE, DROPPED = range(4)
PERSON_STEP = 1000
"""A person's code is the post × this + the number in its succession."""


class WorkStep(NamedTuple):
    """A piece of work for one doer."""

    kind: str
    """Kind of work that the design routes."""
    entries: Entries
    """Activity and hours of content."""
    left_h: float = 0.0
    """Expected content of the case once this work is done."""
    lapse_h: float = math.inf
    """Office hours of waiting after which the case lapses."""


class Wait(NamedTuple):
    """A time in which the case waits and the people are free; `chase` names the work whose doer asks for the answer."""

    delay_h: float
    chase: str = ""


Process = Generator[tuple[WorkStep, ...] | Wait, None, str]  # ends with the outcome of the case


class Task:
    """One block of work in a queue or in somebody's hands."""

    __slots__ = (
        "case",
        "content_h",
        "customer",
        "end_h",
        "entries",
        "extra",
        "key",
        "left_h",
        "person",
        "start_clock_h",
        "start_content_h",
        "start_h",
        "state",
        "unit",
        "works",
    )

    def __init__(
        self,
        key: QueueKey,
        case: Case | None,
        works: tuple[WorkStep, ...],
        entries: list[tuple[str, float]],
        unit: Unit,
    ) -> None:
        self.key = key
        self.case = case
        self.works = works
        self.entries = entries
        self.unit = unit
        self.content_h = 0.0
        for _, hours in entries:
            self.content_h += hours
        self.left_h = works[-1].left_h if works else 0.0
        self.state = WAITING
        self.person: Person | None = None
        self.start_h = 0.0
        self.start_clock_h = 0.0  # the person's curves at the start
        self.start_content_h = 0.0
        self.customer = -1  # of an extra contact
        self.end_h = (
            math.inf
        )  # when it will be done as things stand; an earlier completion on the event loop is outdated
        self.extra = ""


class Queue(list[tuple[QueueKey, Task]]):
    """A heap of tasks; the dropped ones are taken out when they come up."""


@dataclass(eq=False, slots=True)
class Case:
    """One case on its way through the organisation."""

    number: int
    kind: str
    row: int
    order_class: int
    segment: int
    customer: int
    adopted: bool
    clarification: float
    rules: Rules
    arrived_h: float
    now_h: float
    rank_key: RankKey
    log_row: int = 0
    open: bool = True
    steps: int = 0
    process: Process | None = None
    pending: tuple[WorkStep, ...] = ()
    waiting: Task | None = None
    chasing: Task | None = None
    doers: dict[str, Person] = field(default_factory=dict)  # per unit: who looks after the case there
    last: Person | None = None
    handed: bool = False
    clarified: bool = False
    channel: int = OWN_STAFF
    by_phone: bool = False  # a care contact without travel because people are missing
    left_h: float = 0.0  # expected content still to come
    win_chance: float = 0.0  # of an opportunity that has come to the customer's decision

    @property
    def ability(self) -> float:
        """Effectiveness of the person who worked on it last, at the last step of the case."""
        return 0.0 if self.last is None else self.last.effect(self.now_h)


@dataclass(eq=False)
class Unit:
    """A unit at work: its people in the order of their posts, and its common queue."""

    name: str
    number: int
    owners: bool
    specialist: bool
    builds: bool
    ranks: Mapping[RankKey, int]  # who is served first here
    old_ranks: Mapping[RankKey, int]  # the same for cases that follow old habit
    helped_after_h: float = math.inf  # waiting time after which its fallback takes work over
    helps: list[Unit] = field(default_factory=list)  # units whose fallback this one is
    people: list[Person] = field(default_factory=list)
    free: set[Person] = field(default_factory=set)  # all who could begin a task, and some who no longer can
    queue: Queue = field(default_factory=Queue)


class Person:
    """One person in one post, with the day-by-day curves.

    Parameters
    ----------
    start_h, day_h : float
        Start of the warm-up and length of a day, office hours.
    """

    def __init__(self, tenure: Tenure, start_h: float, day_h: float) -> None:
        self.tenure = tenure
        self.slot = tenure.slot
        self.code = tenure.slot * PERSON_STEP + tenure.number  # tells posts and successors apart in the log
        self.start_h = start_h
        self.day_h = day_h
        self.unit: Unit
        self.hour = math.nan  # where the next four were read off the curves
        self.today = 0
        self.clock_h = 0.0
        self.content_h = 0.0
        self.room_h = 0.0  # content before the next limit
        self.queue = Queue()
        self.task: Task | None = None
        self.here = False  # holds the post
        self.at_work = False  # can begin a task today
        self.long_absent = False  # his work goes to the unit
        days = len(tenure.absent)
        self.present = _presence(tenure, start_h, day_h).copy()  # hours present per day
        self.blocked_h: Floats = np.zeros((days, 4))  # prioritisation, administration, development, service_design
        self.overtime_h: Floats = np.zeros(days)
        self.speed: Floats = np.ones(days)
        self.clock_rate: Floats = np.zeros(0)  # clock hours per office hour, per day
        self.content_rate: Floats = np.zeros(0)  # content hours per office hour, per day
        self.clock_curve: Floats = np.zeros(0)  # clock hours before each day and after the last
        self.content_curve: Floats = np.zeros(0)
        self.limits: list[float] = []  # no task may run across these: long absences and leaving
        self.limit_content: list[float] = []  # content curve there
        self.next_limit = 0
        self.away: Flags = np.zeros(0, dtype=np.bool_)
        self.overload = 0.0  # what overload has done to the person so far; leaves when it reaches the endurance
        self.driven_away = False
        self.effect_today = 0.0  # effectiveness until go-live, standard deviations
        self.effects: list[float] = [0.0]  # by month after it
        self.month_h = math.inf

    def build(self, reassign_days: int) -> None:
        """Lay out curves and limits after presence, blocked time or speed have changed."""
        clock_h = np.maximum(self.present - self.blocked_h.sum(axis=1), 0.0) + self.overtime_h
        content_h = clock_h * self.speed
        self.clock_rate, self.content_rate = clock_h / self.day_h, content_h / self.day_h
        self.clock_curve, self.content_curve = _running_sum(clock_h), _running_sum(content_h)
        for name in ("rates", "speeds", "clock_sum", "content_sum"):
            vars(self).pop(name, None)
        limits, self.away = _limits(self.tenure, self.start_h, self.day_h, reassign_days)
        self.limits = [*limits, math.inf]
        self.limit_content = [*(self.content_at(limit) for limit in self.limits[:-1]), math.inf]
        self.next_limit = 0
        self.hour = math.nan

    @cached_property
    def rates(self) -> list[float]:
        """Clock hours per office hour, per day."""
        return listed(self.clock_rate)

    @cached_property
    def speeds(self) -> list[float]:
        """Content hours per office hour, per day."""
        return listed(self.content_rate)

    @cached_property
    def clock_sum(self) -> list[float]:
        """Clock hours before each day and after the last."""
        return listed(self.clock_curve)

    @cached_property
    def content_sum(self) -> list[float]:
        """Content hours before each day and after the last."""
        return listed(self.content_curve)

    def day(self, hour: float) -> int:
        """Return the number of the working day."""
        return int((hour - self.start_h) // self.day_h)

    def look(self, now: float) -> None:
        """Read both curves, and the content before the next limit, at an office hour; time only moves forward."""
        since_h = now - self.start_h
        day = int(since_h // self.day_h)
        self.hour, self.today = now, day
        if day < len(self.rates):
            into_h = since_h - day * self.day_h
            self.clock_h = self.clock_sum[day] + self.rates[day] * into_h
            self.content_h = self.content_sum[day] + self.speeds[day] * into_h
        else:
            self.clock_h, self.content_h = self.clock_sum[-1], self.content_sum[-1]
        while self.limits[self.next_limit] <= now:
            self.next_limit += 1
        self.room_h = self.limit_content[self.next_limit] - self.content_h

    def clock_at(self, hour: float) -> float:
        """Return the clock hours up to an office hour."""
        since_h = hour - self.start_h
        day = int(since_h // self.day_h)
        if day >= len(self.rates):
            return self.clock_sum[-1]
        return self.clock_sum[day] + self.rates[day] * (since_h - day * self.day_h)

    def content_at(self, hour: float) -> float:
        """Return the content hours up to an office hour."""
        since_h = hour - self.start_h
        day = int(since_h // self.day_h)
        if day >= len(self.content_rate):
            return float(self.content_curve[-1])
        return float(self.content_curve[day]) + float(self.content_rate[day]) * (since_h - day * self.day_h)

    def hour_of(self, content_h: float) -> float:
        """Return the office hour, from the last `look` on, at which the content curve reaches a value; infinity if not."""
        sums, last = self.content_sum, self.today
        if last + 1 >= len(sums) or sums[last + 1] < content_h:  # not today
            last = bisect_left(sums, content_h, last + 1) - 1
            if last + 1 >= len(sums):
                return math.inf
        speed = self.speeds[last]
        if speed <= 0:  # nothing is left to do
            return self.hour
        return max(self.hour, self.start_h + last * self.day_h + (content_h - sums[last]) / speed)

    def effect(self, now: float) -> float:
        """Return the person's effectiveness (ability, motivation, opportunity), standard deviations from today's mean."""
        if now < 0:
            return self.effect_today
        return self.effects[min(int(now / self.month_h), len(self.effects) - 1)]

    def resign(self, leaves_h: float) -> None:
        """Move the leaving date forward; the curves have to be built anew."""
        self.tenure = replace(self.tenure, leaves_h=leaves_h, retires=False)
        self.driven_away = True
        staying = self.start_h + np.arange(len(self.present)) * self.day_h < leaves_h
        self.present *= staying
        self.overtime_h *= staying
        self.blocked_h *= staying[:, None]

    def begin_day(self, day: int) -> None:
        """Note what the day means: is the person at work, is he in a long absence?"""
        self.at_work = self.here and bool(self.content_rate[day] > 0)
        self.long_absent = not self.here or bool(self.away[day])


@kept_with_first
def _presence(tenure: Tenure, start_h: float, day_h: float) -> Floats:
    days = len(tenure.absent)
    opening = start_h + np.arange(days) * day_h
    employed = (opening >= tenure.joins_h) & (opening < tenure.leaves_h)
    return np.where(employed & ~tenure.absent, tenure.fte * day_h, 0.0)


def _running_sum(per_day: Floats) -> Floats:
    sums = np.zeros(len(per_day) + 1)
    np.cumsum(per_day, out=sums[1:])
    return sums


@kept_with_first
def _limits(tenure: Tenure, start_h: float, day_h: float, reassign_days: int) -> tuple[list[float], Flags]:
    """Return the starts of absences longer than `reassign_days` with the leaving date, and the days inside them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], tenure.absent.astype(np.int8), [0]])))
    begins, ends = edges[::2], edges[1::2]
    long = (ends - begins) > reassign_days
    away = np.zeros(len(tenure.absent), dtype=np.bool_)
    for begin, end in zip(begins[long].tolist(), ends[long].tolist(), strict=True):
        away[begin:end] = True
    limits = (start_h + begins[long] * day_h).tolist()
    if not math.isinf(tenure.leaves_h):
        limits = sorted([*limits, tenure.leaves_h])
    return limits, away
