"""Who picks what, when it is done, and what is booked: people and tasks made by hand."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simkit.model.engine.dispatcher import (
    Dispatcher,
    best_fitting,
    coordination_factor,
    effort_of,
    first_of,
    giving_h,
    taking,
    way_in,
    with_factor,
)
from simkit.model.engine.event_loop import ARRIVAL, Clock
from simkit.model.event_log.event_log import ENTRY_COLUMNS, TASK_COLUMNS, Log
from simkit.model.inputs.tenures import Tenure
from simkit.model.run_state import DONE, DROPPED, RUNNING, Case, Person, Queue, Task, Unit

DAYS, DAY_H = 10, 8.0
HELP_AFTER_H = 16.0


class Office:
    """A dispatcher with its clock and log, and what it has called."""

    def __init__(self) -> None:
        self.clock, self.log = Clock(0.0), Log()
        self.done: list[Task] = []
        self.asked: list[tuple[int, float]] = []
        self.spare: Task | None = None
        self.dispatcher = Dispatcher(self.clock, self.log, HELP_AFTER_H, self.done.append, self.free_work)

    def free_work(self, person: Person, room_h: float) -> Task | None:
        self.asked.append((person.slot, room_h))
        return self.spare

    def settle_at(self, now: float, *ready: Person) -> None:
        self.clock.now = now
        self.dispatcher.ready.update(ready)
        self.dispatcher.settle()

    def run(self, until_h: float, *submitted: tuple[float, Task, Unit, Person | None]) -> None:
        for number, (hour, *what) in enumerate(submitted):
            self.clock.at(hour, ARRIVAL + number, lambda what: self.dispatcher.submit(*what), what)
        self.clock.run_until(until_h, self.dispatcher.settle)

    @property
    def ready(self) -> list[int]:
        return sorted(person.slot for person in self.dispatcher.ready)

    @property
    def booked(self) -> list[dict[str, float]]:
        rows = np.array(self.log.tasks).reshape(-1, len(TASK_COLUMNS))
        return [dict(zip(TASK_COLUMNS, row.tolist(), strict=True)) for row in rows]


@pytest.fixture
def office() -> Office:
    return Office()


def unit(name: str = "sales", **more: Any) -> Unit:
    values = {"number": 0, "owners": True, "specialist": False, "builds": False, "ranks": {}, "old_ranks": {}}
    return Unit(name=name, **{**values, **more})


def person(
    slot: int,
    place: Unit,
    *,
    speed: float = 1.0,
    fte: float = 1.0,
    away: tuple[int, ...] = (),
    leaves_h: float = math.inf,
) -> Person:
    """Somebody at work from hour 0 on; absences of more than two days and the leaving are limits."""
    absent = np.isin(np.arange(DAYS), away)
    tenure = Tenure(
        slot=slot,
        number=0,
        fte=fte,
        cost_amount=1.0,
        joins_h=-math.inf,
        leaves_h=leaves_h,
        retires=False,
        ability=0.0,
        endurance=1.0,
        absent=absent,
    )
    one = Person(tenure, 0.0, DAY_H)
    one.speed *= speed
    one.build(2)
    one.unit, one.here, one.at_work = place, True, True
    place.people.append(one)
    place.free.add(one)
    return one


def case(**more: Any) -> Case:
    rules = SimpleNamespace(
        giver_h=0.25,
        taker_h=0.5,
        clarification_chance=0.1,
        clarification_giver_h=0.75,
        clarification_taker_h=1.0,
        specialist_factor=0.8,
    )
    values = {"clarification": 0.5, "rules": rules, "arrived_h": 0.0, "now_h": 0.0}
    numbers = {"number": 1, "row": 0, "order_class": 0, "segment": 0, "customer": 0}
    return Case(kind="order", adopted=True, rank_key=("order", 0, 0), **{**numbers, **values, **more})


def task(number: int, hours: float = 2.0, *, rank: int = 0, created_h: float = 0.0, of: Case | None = None) -> Task:
    return Task((rank, created_h, number), of, (), [("selling", hours)], unit())


def queue(*tasks: Task) -> Queue:
    found = Queue((one.key, one) for one in tasks)
    found.sort()
    return found


# --- queues ----------------------------------------------------------------------------------------------------------


def test_a_task_for_somebody_wakes_him_only_when_he_is_free_and_at_work(office: Office) -> None:
    place = unit()
    free, busy, away = (person(slot, place) for slot in range(3))
    busy.task, away.at_work = task(9), False

    for number, one in enumerate((free, busy, away)):
        office.dispatcher.submit(task(number), place, one)

    assert office.ready == [0]
    assert [len(one.queue) for one in (free, busy, away)] == [1, 1, 1] and not place.queue


def test_a_task_for_a_unit_wakes_the_first_of_its_posts_who_is_free(office: Office) -> None:
    place, other = unit(), unit("service")
    people = [person(slot, place) for slot in (5, 0, 3, 4, 1, 2)]
    by_slot = {one.slot: one for one in people}
    by_slot[0].task, by_slot[1].at_work, by_slot[2].unit = task(9), False, other

    office.dispatcher.submit(one := task(1), place, None)

    assert office.ready == [3]
    assert [entry[1] for entry in place.queue] == [one] and one.unit is place
    assert sorted(person.slot for person in place.free) == [3, 4, 5]


def test_the_first_post_of_all_is_woken_and_the_next_one_behind_a_post_is_not_the_same(office: Office) -> None:
    place = unit()
    for slot in (2, 1, 0):
        person(slot, place)

    office.dispatcher.wake(place)
    assert office.ready == [0]
    office.dispatcher.ready.clear()
    office.dispatcher.wake(place, 1)
    assert office.ready == [2]
    office.dispatcher.ready.clear()
    office.dispatcher.wake(place, 2)
    assert office.ready == []


def test_a_queue_is_given_back_to_the_unit_in_its_order_without_what_was_dropped(office: Office) -> None:
    place = unit()
    one = person(0, place)
    low, high, dropped = task(1, rank=2), task(2, rank=1), task(3)
    for each in (low, high, dropped):
        office.dispatcher.submit(each, place, one)
    dropped.state = DROPPED

    assert office.dispatcher.take_queue(one) == [high, low]
    assert not one.queue

    for each in (low, high, dropped):
        office.dispatcher.submit(each, place, one)
    office.dispatcher.return_queue(one)
    assert sorted(place.queue) == [(high.key, high), (low.key, low)] and not one.queue


def test_the_better_head_of_two_queues_comes_first_and_what_no_longer_waits_is_taken_out() -> None:
    first, second, gone, lost = task(1), task(2, rank=1), task(3, rank=-1), task(4, rank=-2)
    gone.state, lost.state = RUNNING, DROPPED
    left, right = queue(first, gone, task(5, rank=8)), queue(second, lost, task(6, rank=9))

    assert first_of(left, right) == (left, first)
    assert first_of(right, left) == (left, first)
    assert len(left) == len(right) == 2
    assert first_of(queue(), right) == (right, second)
    assert first_of(right, queue()) == (right, second)
    assert first_of(queue(), queue(gone)) is None


# --- picking ---------------------------------------------------------------------------------------------------------


def test_two_who_are_free_pick_in_the_order_of_their_posts(office: Office) -> None:
    place = unit()
    ready = {person(0, place), person(0, place)}
    for slot, one in zip((1, 0), ready, strict=True):  # against the order in which the set gives them
        one.slot = slot
    best, next_best = task(1, rank=1), task(2, rank=2)
    place.queue = queue(best, next_best)

    office.settle_at(0.0, *ready)

    assert {one.slot: one.task for one in ready} == {0: best, 1: next_best}


def test_who_has_begun_something_or_has_gone_does_not_pick(office: Office) -> None:
    place = unit()
    busy, away = person(0, place), person(1, place)
    busy.task, away.at_work = (begun := task(9)), False
    place.queue = queue(task(1))

    office.settle_at(0.0, busy, away)

    assert (busy.task, away.task) == (begun, None)
    assert len(place.queue) == 1


def test_whoever_leaves_something_in_the_queue_wakes_the_next_post(office: Office) -> None:
    place = unit()
    people = [person(slot, place) for slot in range(4)]
    place.queue = queue(task(1), task(2), task(3))

    office.settle_at(0.0, people[0])

    assert [one.task.key[2] if one.task else 0 for one in people] == [1, 2, 3, 0]
    assert office.asked == []


def test_nobody_else_is_asked_when_there_is_nothing_to_do(office: Office) -> None:
    place = unit()
    first, _ = person(0, place, leaves_h=24.0), person(1, place)

    office.settle_at(4.0, first)

    assert office.asked == [(0, 20.0)]


def test_his_own_task_comes_before_the_units_only_when_it_is_better(office: Office) -> None:
    place = unit()
    one, other = person(0, place), person(1, place)
    place.queue = queue(shared := task(3, rank=1))
    one.queue, other.queue = queue(better := task(1)), queue(task(2, rank=2))

    office.settle_at(0.0, one, other)

    assert (one.task, other.task) == (better, shared)


@pytest.mark.parametrize(("hours", "begun"), [(16.0, True), (16.01, False)])
def test_a_task_must_end_before_the_next_long_absence(office: Office, hours: float, begun: bool) -> None:
    place = unit()
    one = person(0, place, away=(2, 3, 4))
    place.queue = queue(task(1, hours))

    office.settle_at(0.0, one)

    assert (one.task is not None) is begun


def test_what_fits_behind_a_head_that_does_not_is_picked(office: Office) -> None:
    place = unit()
    one = person(0, place, leaves_h=4.0)
    place.queue = queue(task(1, 5.0), task(2, 4.0, rank=1), task(3, 1.0, rank=2))

    office.settle_at(0.0, one)

    assert one.task is not None and one.task.key[2] == 2
    assert len(place.queue) == 3, "a task that runs is taken out when it comes up"


def test_where_nothing_of_the_unit_fits_the_best_own_task_that_does_is_picked(office: Office) -> None:
    place = unit()
    one = person(0, place, leaves_h=4.0)
    place.queue = queue(task(1, 5.0), task(2, 6.0, rank=3))
    one.queue = queue(task(3, 5.0, rank=1), task(4, 3.0, rank=2), task(5, 1.0, rank=4))

    office.settle_at(0.0, one)

    assert one.task is not None and one.task.key[2] == 4


def test_an_own_task_before_what_fits_of_the_unit_is_picked_first(office: Office) -> None:
    place = unit()
    one = person(0, place, leaves_h=4.0)
    place.queue = queue(task(1, 5.0), task(2, 3.0, rank=2))
    one.queue = queue(task(3, 3.0, rank=1))

    office.settle_at(0.0, one)

    assert one.task is not None and one.task.key[2] == 3


def test_an_own_task_that_no_longer_fits_goes_to_the_unit_where_the_next_one_takes_it(office: Office) -> None:
    place = unit()
    leaver, stayer = person(0, place, leaves_h=4.0), person(1, place)
    leaver.queue = queue(long := task(1, 5.0))

    office.settle_at(0.0, leaver)

    assert (leaver.task, stayer.task) == (None, long)
    assert not leaver.queue and long.unit is place


def test_an_own_task_that_just_fits_stays_with_who_has_it(office: Office) -> None:
    place = unit()
    leaver, _ = person(0, place, leaves_h=4.0), person(1, place)
    leaver.queue = queue(own := task(1, 4.0))

    office.settle_at(0.0, leaver)

    assert leaver.task is own
    assert not place.queue and office.asked == []


def test_who_has_only_what_does_not_fit_asks_for_free_work_once(office: Office) -> None:
    place = unit()
    leaver = person(0, place, leaves_h=4.0)
    leaver.queue, office.spare = queue(task(1, 5.0)), task(2, 1.0)

    office.settle_at(0.0, leaver)

    assert leaver.task is office.spare
    assert office.asked == [(0, 4.0)]


@pytest.mark.parametrize(("now", "helped"), [(18.0, True), (17.9, False)])
def test_colleagues_help_once_a_task_has_waited_long_enough(office: Office, now: float, helped: bool) -> None:
    place = unit()
    busy, free = person(0, place), person(1, place)
    busy.task, busy.queue, office.spare = task(8), queue(waiting := task(100, created_h=2.0)), task(9)

    office.settle_at(now, free)

    assert free.task is (waiting if helped else office.spare)
    assert len(office.asked) == (0 if helped else 1)


@pytest.mark.parametrize(("now", "helped"), [(26.0, True), (25.9, False)])
@pytest.mark.parametrize("in_hands", [False, True])
def test_a_fallback_helps_out_after_the_time_of_the_unit(
    office: Office, now: float, helped: bool, in_hands: bool
) -> None:
    place, other = unit(), unit("service", helped_after_h=24.0)
    free, absent = person(0, place), person(1, other)
    place.helps.append(other)
    waiting = queue(task(7, created_h=2.0))
    if in_hands:
        absent.queue = waiting
    else:
        other.queue = waiting

    found = office.dispatcher.help_task(free, now, 100.0)

    assert (found is not None) is helped


def test_of_all_that_waits_too_long_the_best_that_fits_is_helped_with(office: Office) -> None:
    place, other = unit(), unit("service", helped_after_h=4.0)
    colleague, one, third = person(0, place), person(1, place), person(2, place)
    place.helps.append(other)
    colleague.queue, third.queue = queue(task(1, rank=3)), queue(second := task(2, rank=2))
    other.queue = queue(best := task(3, 8.0, rank=1))

    assert office.dispatcher.help_task(one, 40.0, 8.0) is best
    assert office.dispatcher.help_task(one, 40.0, 7.9) is second
    best.state = RUNNING
    assert office.dispatcher.help_task(one, 40.0, 8.0) is second
    other.queue = queue(task(4, rank=4))
    assert office.dispatcher.help_task(one, 40.0, 8.0) is second
    assert office.dispatcher.help_task(one, 40.0, 1.0) is None


def test_the_best_fitting_task_waits_and_leaves_time_for_finding_his_way_in() -> None:
    place = unit()
    one, before = person(0, place), person(1, place)
    known = case(doers={"sales": before})
    running = task(1, 1.0, rank=0)
    running.state = RUNNING
    tasks = queue(running, task(2, 3.0, rank=1, of=known), task(3, 3.0, rank=2), task(4, 1.0, rank=3))

    def chosen(room_h: float) -> int | None:
        found = best_fitting(tasks, one, room_h)
        return None if found is None else found.key[2]

    assert [chosen(room_h) for room_h in (0.9, 1.0, 2.9, 3.0, 3.4, 3.5, 9.0)] == [None, 4, 4, 3, 3, 2, 2]
    assert best_fitting(Queue(reversed(tasks)), one, 9.0) is tasks[1][1]


# --- at work ---------------------------------------------------------------------------------------------------------


def test_a_finished_task_is_booked_and_its_person_picks_again(office: Office) -> None:
    place = unit(number=7)
    one = person(3, place, speed=0.5, fte=0.5)
    first, second = task(1, 1.0), task(2, 0.5)
    first.left_h = 6.0

    office.run(30.0, (2.0, first, place, None), (3.0, second, place, None))

    assert [(row["start_h"], row["end_h"], row["clock_h"], row["content_h"]) for row in office.booked] == [
        (2.0, 6.0, 2.0, 1.0),
        (6.0, 8.0, 1.0, 0.5),
    ]
    assert {(row["person"], row["unit"], row["case"]) for row in office.booked} == {(3000.0, 7.0, -1.0)}
    assert [row["left_h"] for row in office.booked] == [6.0, 0.0]
    assert office.done == [first, second] and first.state == second.state == DONE
    assert one.task is None and place.free == {one}


def test_a_task_pauses_overnight_and_in_a_short_absence(office: Office) -> None:
    place = unit()
    one = person(0, place, away=(1,))
    one.blocked_h[:, 1] = 2.0 * (one.present > 0)
    one.build(2)

    office.run(40.0, (4.0, task(1, 6.0), place, None))

    assert [row["end_h"] for row in office.booked] == [pytest.approx(16.0 + 4.0)]
    assert office.booked[0]["clock_h"] == pytest.approx(6.0)


def test_tasks_that_end_together_are_finished_in_the_order_of_their_cases(office: Office) -> None:
    place = unit()
    people = [person(0, place), person(1, place)]
    tasks = [task(7), task(3)]
    for one, each in zip(people, tasks, strict=True):
        one.look(0.0)
        office.dispatcher.start(one, each, 0.0)

    office.run(10.0)

    assert [each.key[2] for each in office.done] == [3, 7]


def test_a_task_that_can_never_be_done_is_not_on_the_event_loop(office: Office) -> None:
    one = person(0, unit())
    one.look(0.0)

    office.dispatcher.start(one, endless := task(1, 8.0 * DAYS + 1), 0.0)

    assert endless.end_h == math.inf and endless.state == RUNNING
    assert office.clock._event_loop == []


def test_who_takes_over_a_colleagues_case_finds_his_way_in_first(office: Office) -> None:
    place = unit()
    first, second = person(0, place), person(1, place)
    known = case()
    tasks = [task(number, of=known) for number in (1, 2, 3)]
    for each in tasks:
        each.unit, each.entries = place, [("selling", 1.5), ("travel", 0.5)]

    for one, each, now in zip((first, first, second), tasks, (0.0, 2.0, 4.0), strict=True):
        one.look(now)
        office.dispatcher.start(one, each, now)

    assert [each.entries for each in tasks[:2]] == [[("selling", 1.5), ("travel", 0.5)]] * 2
    assert tasks[2].entries == [("coordination", 0.5), ("selling", 1.5), ("travel", 0.5)]
    assert [each.end_h for each in tasks] == [2.0, 4.0, 6.5]
    assert tasks[2].content_h == 2.5 and known.doers == {"sales": second}


def test_the_way_in_costs_only_who_takes_a_case_from_somebody_else_in_the_unit() -> None:
    place = unit()
    one, other = person(0, place), person(1, place)
    elsewhere = case(doers={"service": other})

    assert way_in(task(1), one) == 0.0
    assert way_in(task(1, of=case()), one) == 0.0
    assert way_in(task(1, of=elsewhere), one) == 0.0
    assert way_in(task(1, of=case(doers={"sales": one})), one) == 0.0
    assert way_in(task(1, of=case(doers={"sales": other})), one) == 0.5
    assert effort_of(task(1, 2.0, of=case(doers={"sales": other})), one) == 2.5


def change_speed(office: Office, one: Person, hour: float, speed: float) -> None:
    def change(_: object) -> None:
        one.speed[:] = speed
        office.dispatcher.rebuild(one, 2)

    office.clock.at(hour, 0, change, None)


def test_the_work_left_takes_longer_when_a_person_has_become_slower(office: Office) -> None:
    place = unit()
    one = person(0, place)
    change_speed(office, one, 6.0, 0.5)

    office.run(40.0, (2.0, task(1, 8.0), place, None))

    assert [(row["start_h"], row["end_h"], row["clock_h"], row["content_h"]) for row in office.booked] == [
        (2.0, 14.0, 12.0, 8.0)
    ]


def test_curves_laid_out_anew_as_they_were_finish_a_task_once(office: Office) -> None:
    place = unit()
    one = person(0, place)
    change_speed(office, one, 3.0, 1.0)

    office.run(40.0, (2.0, task(1, 8.0), place, None))

    assert [row["end_h"] for row in office.booked] == [10.0]
    assert len(office.done) == 1


def test_curves_of_somebody_without_a_task_are_laid_out_anew(office: Office) -> None:
    one = person(0, unit())
    one.speed[:] = 0.25

    office.dispatcher.rebuild(one, 2)

    assert one.content_at(8.0) == 2.0


def test_the_end_of_the_study_books_what_has_been_done_of_a_task(office: Office) -> None:
    place = unit()
    one = person(0, place, speed=0.5)
    office.run(5.0, (2.0, task(1, 8.0), place, None))

    office.dispatcher.close(one, 5.0)
    office.dispatcher.close(person(1, place), 5.0)

    (row,) = office.booked
    assert (row["start_h"], row["end_h"], row["clock_h"], row["content_h"]) == (2.0, 5.0, 3.0, 1.5)
    assert math.isnan(row["left_h"])
    assert len(office.log.entries) == len(ENTRY_COLUMNS)


# --- hand-overs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("draw", "clarified", "giver_h", "taker_h"),
    [(0.05, False, 1.0, 1.5), (0.05, True, 0.25, 0.5), (0.1, False, 0.25, 0.5), (0.5, False, 0.25, 0.5)],
)
def test_the_first_hand_over_of_a_case_may_need_a_clarification(
    draw: float, clarified: bool, giver_h: float, taker_h: float
) -> None:
    one = case(clarification=draw, clarified=clarified)

    assert giving_h(one) == giver_h
    assert taking(one) == [("coordination", taker_h)]
    assert one.clarified
    assert taking(one) == [("coordination", 0.5)]


def test_a_hand_over_that_takes_nothing_leaves_no_entry() -> None:
    one = case()
    one.rules.taker_h = 0.0  # type: ignore[misc]

    assert taking(one) == []


def test_a_specialists_coordination_takes_another_effort_and_nothing_else_does() -> None:
    entries = (("coordination", 2.0), ("selling", 3.0))

    assert with_factor(entries, 0.8) == (("coordination", 1.6), ("selling", 3.0))
    assert coordination_factor(unit(specialist=True), case()) == 0.8
    assert coordination_factor(unit(), case()) == 1.0
