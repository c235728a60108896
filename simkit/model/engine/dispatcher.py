"""The dispatcher: tasks in queues and in people's hands, and the hours that it costs when they change hands.

Who is free picks the best task that still fits; nothing is preempted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from simkit.model.engine.event_loop import COMPLETION, Clock
from simkit.model.event_log.event_log import Log
from simkit.model.run_state import DONE, RUNNING, WAITING, Case, Entries, Person, Queue, QueueKey, Task, Unit

FreeWork = Callable[[Person, float], Task | None]


class Dispatcher:
    """Queues and people at work during one run.

    Parameters
    ----------
    clock : Clock
        The event loop, with who is ready to pick.
    log : Log
        Where finished tasks are booked.
    help_after_h : float
        Office hours after which colleagues take over from a full queue.
    finished : callable
        Called with a finished task, before its person picks again.
    free_work : callable
        Called with a person who finds nothing due and the content hours he has; returns discretionary work or None.
    """

    def __init__(
        self, clock: Clock, log: Log, help_after_h: float, finished: Callable[[Task], None], free_work: FreeWork
    ) -> None:
        self.clock = clock
        self.log = log
        self.help_after_h = help_after_h
        self.finished = finished
        self.free_work = free_work
        self.ready: set[Person] = clock.ready

    # --- queues --------------------------------------------------------------------------------------------------

    def submit(self, task: Task, unit: Unit, person: Person | None) -> None:
        """Put a task into the person's queue or the unit's, and wake the first who may take it."""
        task.unit = unit
        if person is not None:
            heappush(person.queue, (task.key, task))
            if person.task is None and person.at_work:
                self.ready.add(person)
        else:
            heappush(unit.queue, (task.key, task))
            if unit.free:
                self.wake(unit)

    def wake(self, unit: Unit, after: int = -1) -> None:
        """Let the first free person of a unit look, or the next one behind a post that did not take all there is."""
        first: Person | None = None
        for person in tuple(unit.free):
            if person.task is not None or not person.at_work or person.unit is not unit:
                unit.free.discard(person)
            elif person.slot > after and (first is None or person.slot < first.slot):
                first = person
        if first is not None:
            self.ready.add(first)

    def take_queue(self, person: Person) -> list[Task]:
        """Take all waiting tasks out of somebody's queue, in their order."""
        waiting = sorted(entry for entry in person.queue if entry[1].state == WAITING)
        person.queue.clear()
        return [task for _, task in waiting]

    def return_queue(self, person: Person) -> None:
        """Give the tasks of somebody's queue back to his unit."""
        for task in self.take_queue(person):
            self.submit(task, person.unit, None)

    def waiting_h(self, unit: Unit) -> float:
        """Return the content of all tasks that wait in a unit and with its people, hours."""
        tasks = [task for queue in (unit.queue, *(person.queue for person in unit.people)) for _, task in queue]
        return sum(task.content_h for task in tasks if task.state == WAITING)

    # --- picking -------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Let everybody who is free pick, in the order of the posts, until nobody finds anything."""
        ready, now = self.ready, self.clock.now
        while ready:
            picking = sorted(ready, key=_by_slot) if len(ready) > 1 else [*ready]
            ready.clear()
            for person in picking:
                if person.task is None and person.at_work:
                    self.pick(person, now)
                    if person.unit.queue and person.unit.free:
                        self.wake(person.unit, person.slot)

    def pick(self, person: Person, now: float) -> None:
        """Start the best task that can end before the person's next long absence or leaving."""
        if person.hour != now:
            person.look(now)
        room_h, shared = person.room_h, person.unit.queue
        while (found := first_of(person.queue, shared)) is not None:
            queue, task = found
            if effort_of(task, person) <= room_h:
                heappop(queue)
                self.start(person, task, now)
                return
            if queue is shared:  # the head does not fit, but something behind it may, here or among one's own
                behind = best_fitting((*queue, *person.queue), person, room_h)
                if behind is not None:
                    self.start(person, behind, now)
                    return
                break
            heappop(queue)
            self.submit(task, person.unit, None)
            self.ready.discard(person)
        other = self.help_task(person, now, room_h) or self.free_work(person, room_h)
        if other is not None:
            self.start(person, other, now)

    def help_task(self, person: Person, now: float, room_h: float) -> Task | None:
        """Return the best task that has waited too long in a colleague's queue, or in a unit that this one helps out."""
        queues = [colleague.queue for colleague in person.unit.people if colleague is not person]
        best = _best_since(queues, now - self.help_after_h, None, person, room_h)
        for unit in person.unit.helps:
            queues = [unit.queue, *(colleague.queue for colleague in unit.people)]
            best = _best_since(queues, now - unit.helped_after_h, best, person, room_h)
        return best

    # --- at work -------------------------------------------------------------------------------------------------

    def start(self, person: Person, task: Task, now: float) -> None:
        """Begin a task; it pauses overnight and in short absences."""
        task.state = RUNNING
        task.start_h = now
        task.start_clock_h = person.clock_h
        task.start_content_h = person.content_h
        case, unit = task.case, task.unit
        if case is not None:
            if way_in_h := way_in(task, person):
                task.entries.insert(0, ("coordination", way_in_h))
                task.content_h += way_in_h
            case.doers[unit.name] = person
        task.person = person
        person.task = task
        self.run_until(task, person.hour_of(person.content_h + task.content_h))

    def run_until(self, task: Task, end_h: float) -> None:
        """Put the completion on the event loop; an earlier one for the same task no longer counts."""
        task.end_h = end_h
        if end_h < math.inf:
            self.clock.at(end_h, COMPLETION + task.key[2], self.complete, task)

    def rebuild(self, person: Person, reassign_days: int) -> None:
        """Lay out changed curves and move the end of the running task accordingly."""
        now, task = self.clock.now, person.task
        if task is None:
            person.build(reassign_days)
            return
        done_h = person.content_at(now) - task.start_content_h
        booked_h = person.clock_at(now) - task.start_clock_h
        person.build(reassign_days)
        # The same work is left; only the curves from now on are others.
        person.look(now)
        task.start_content_h = person.content_h - done_h
        task.start_clock_h = person.clock_h - booked_h
        self.run_until(task, person.hour_of(task.start_content_h + task.content_h))

    def complete(self, task: Task) -> None:
        """Book the task and let what follows from it happen; then the person is free to pick."""
        now, person = self.clock.now, task.person
        if task.end_h != now or task.state == DONE:
            return  # outdated: the person's curves have changed
        assert person is not None
        task.state = DONE
        person.task = None
        person.unit.free.add(person)
        person.look(now)
        self.log.book(person, task, now, person.clock_h - task.start_clock_h, task.content_h, task.left_h)
        self.ready.add(person)
        self.finished(task)

    def close(self, person: Person, end_h: float) -> None:
        """Book what has been done of a task that the end of the study cuts off."""
        task = person.task
        if task is not None:
            clock_h = person.clock_at(end_h) - task.start_clock_h
            self.log.book(person, task, end_h, clock_h, person.content_at(end_h) - task.start_content_h, math.nan)


def _best_since(
    queues: Iterable[Queue], before: float, best: Task | None, person: Person, room_h: float
) -> Task | None:
    """Return the best task created until then that fits, or the one that is best so far."""
    for queue in queues:
        if not queue or (found := first_of(queue, queue)) is None:
            continue
        task = found[1]
        if task.key[1] <= before and (best is None or task.key < best.key) and effort_of(task, person) <= room_h:
            best = task
    return best


def best_fitting(entries: Iterable[tuple[QueueKey, Task]], person: Person, room_h: float) -> Task | None:
    """Return the best of queued tasks that this person can end in the time before the next limit."""
    best: tuple[QueueKey, Task] | None = None
    for entry in entries:
        task = entry[1]
        # The cheap questions first: queues are long in large units, and few of their tasks are asked the last one.
        if task.content_h <= room_h and task.state == WAITING and (best is None or entry < best):
            best = entry if effort_of(task, person) <= room_h else best
    return None if best is None else best[1]


def _by_slot(person: Person) -> int:
    return person.slot


def way_in(task: Task, person: Person) -> float:
    """Return the taker's hours where a case changes the person inside a unit."""
    case = task.case
    if case is None or (doer := case.doers.get(task.unit.name)) is None or doer is person:
        return 0.0
    return case.rules.taker_h


def effort_of(task: Task, person: Person) -> float:
    """Return the content of a task for this person: who takes over a colleague's case has to find his way in."""
    return task.content_h + way_in(task, person)


def first_of(first: Queue, second: Queue) -> tuple[Queue, Task] | None:
    """Return the better of the heads of two queues, after taking out what is no longer waiting."""
    while first and first[0][1].state != WAITING:
        heappop(first)
    while second and second[0][1].state != WAITING:
        heappop(second)
    if not first:
        return (second, second[0][1]) if second else None
    if not second or first[0][0] <= second[0][0]:
        return first, first[0][1]
    return second, second[0][1]


def giving_h(case: Case) -> float:
    """Return the giver's hours of a hand-over; the first of a case may need a clarification."""
    if not case.clarified and case.clarification < case.rules.clarification_chance:
        return case.rules.giver_h + case.rules.clarification_giver_h
    return case.rules.giver_h


def taking(case: Case) -> list[tuple[str, float]]:
    """Return the taker's entry of a hand-over, and note that the case is clarified from then on."""
    hours = case.rules.taker_h
    if not case.clarified and case.clarification < case.rules.clarification_chance:
        hours += case.rules.clarification_taker_h
    case.clarified = True
    return [("coordination", hours)] if hours > 0 else []


def with_factor(entries: Entries, factor: float) -> Entries:
    """Return entries with the coordination of a specialist."""
    return tuple((name, hours * factor if name == "coordination" else hours) for name, hours in entries)


def coordination_factor(unit: Unit, case: Case) -> float:
    """Return the effort of coordination in a unit relative to a generalist."""
    return case.rules.specialist_factor if unit.specialist else 1.0
