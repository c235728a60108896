"""People at work in the compiled engine: the twin of `simkit.model.engine.dispatcher`."""

from __future__ import annotations

import math

from simkit.model.compiled.events_kernel import schedule
from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_DOERS,
    C_LOG_ROW,
    C_RULES,
    COORDINATING,
    H_FULL,
    H_HELP_AFTER_H,
    H_LOG_ENTRIES,
    H_LOG_ENTRY_COUNT,
    H_LOG_ENTRY_SIZE,
    H_LOG_TASK_COUNT,
    H_LOG_TASK_SIZE,
    H_LOG_TASKS,
    H_READY,
    H_READY_COUNT,
    H_SLOT_COUNT,
    H_SLOTS,
    LOG_ENTRIES,
    LOG_TASKS,
    NOTHING,
    P_CLOCK_H,
    P_CODE,
    P_CONTENT_H,
    P_HOUR,
    P_QUEUE,
    P_ROOM_H,
    P_SLOT,
    P_TASK,
    P_UNIT,
    Q_COUNT,
    Q_LEAST_H,
    R_TAKER_H,
    S_HOLDER,
    S_READY,
    SLOT_WORDS,
    T_CASE,
    T_CONTENT_H,
    T_CREATED_H,
    T_CUSTOMER,
    T_END_H,
    T_ENTRIES,
    T_ENTRY_COUNT,
    T_EXTRA,
    T_LEFT_H,
    T_NUMBER,
    T_PERSON,
    T_START_CLOCK_H,
    T_START_CONTENT_H,
    T_START_H,
    T_STATE,
    T_UNIT,
    U_HELPED_AFTER_H,
    U_HELPS,
    U_HELPS_COUNT,
    U_NAME,
    U_NUMBER,
    U_PEOPLE,
    U_PEOPLE_COUNT,
    U_QUEUE,
    U_QUEUE_COUNT,
)
from simkit.model.compiled.queues_kernel import (
    before,
    head,
    is_free,
    make_ready,
    may_be_free,
    not_ready,
    pop,
    submit,
    wake,
)
from simkit.model.compiled.work.discretionary_kernel import discretionary_task
from simkit.model.compiled.work.people_kernel import hour_of, look
from simkit.model.engine.event_loop import COMPLETION
from simkit.model.run_state import DONE, RUNNING, WAITING


@kernel
def settle(words: Words, floats: Numbers, draws: Numbers, now: float) -> None:
    """Let everybody who is free pick, in the order of the posts, until nobody finds anything."""
    picking = words[H_READY] + words[H_SLOT_COUNT]
    while words[H_READY_COUNT] > 0:
        count = _take_ready(words, picking)
        for position in range(count):
            person = words[picking + position]
            if is_free(words, person):
                pick(words, floats, draws, person, now)
                unit = words[person + P_UNIT]
                if words[unit + U_QUEUE_COUNT] > 0:
                    wake(words, unit, words[person + P_SLOT])


@kernel
def _take_ready(words: Words, picking: int) -> int:
    """Put who is ready into the order of the posts, from a place on, and let nobody be ready any more."""
    ready, count = words[H_READY], words[H_READY_COUNT]
    for position in range(count):
        slot, here = words[ready + position], position
        while here > 0 and words[picking + here - 1] > slot:
            words[picking + here] = words[picking + here - 1]
            here -= 1
        words[picking + here] = slot
    for position in range(count):
        slot = words[H_SLOTS] + SLOT_WORDS * words[picking + position]
        words[picking + position], words[slot + S_READY] = words[slot + S_READY], NOTHING
    words[H_READY_COUNT] = 0
    return count


@kernel
def pick(words: Words, floats: Numbers, draws: Numbers, person: int, now: float) -> None:
    """Start the best task that can end before the person's next long absence or leaving."""
    if floats[person + P_HOUR] != now:
        look(words, floats, person, now)
    room_h, unit = floats[person + P_ROOM_H], words[person + P_UNIT]
    while True:
        task = head(words, floats, person + P_QUEUE)
        shared = head(words, floats, unit + U_QUEUE)
        if task == NOTHING and shared == NOTHING:
            break
        own = task != NOTHING and (shared == NOTHING or before(words, floats, task, shared))
        if not own:
            task = shared
        if effort_of(words, floats, task, person) <= room_h:
            pop(words, floats, (person + P_QUEUE) if own else (unit + U_QUEUE))
            start(words, floats, person, task, now)
            return
        if not own:  # the head does not fit, but something behind it may, here or among one's own
            behind = _best_fitting(words, floats, unit + U_QUEUE, NOTHING, person, room_h)
            behind = _best_fitting(words, floats, person + P_QUEUE, behind, person, room_h)
            if behind != NOTHING:
                start(words, floats, person, behind, now)
                return
            break
        pop(words, floats, person + P_QUEUE)
        submit(words, floats, task, unit, NOTHING)
        not_ready(words, person)
    other = _help_task(words, floats, person, now, room_h)
    if other == NOTHING:
        other = discretionary_task(words, floats, draws, person, room_h, now)
    if other != NOTHING:
        start(words, floats, person, other, now)


@kernel
def _help_task(words: Words, floats: Numbers, person: int, now: float, room_h: float) -> int:
    """Return the best task that has waited too long in a colleague's queue, or in a unit that this one helps out."""
    unit, best = words[person + P_UNIT], NOTHING
    by = now - floats[H_HELP_AFTER_H]
    for position in range(words[unit + U_PEOPLE_COUNT]):
        colleague = words[words[unit + U_PEOPLE] + position]
        if colleague != person:
            best = _better(words, floats, colleague + P_QUEUE, by, best, person, room_h)
    for place in range(words[unit + U_HELPS_COUNT]):
        helped = words[words[unit + U_HELPS] + place]
        by = now - floats[helped + U_HELPED_AFTER_H]
        best = _better(words, floats, helped + U_QUEUE, by, best, person, room_h)
        for position in range(words[helped + U_PEOPLE_COUNT]):
            colleague = words[words[helped + U_PEOPLE] + position]
            best = _better(words, floats, colleague + P_QUEUE, by, best, person, room_h)
    return best


@kernel
def _better(words: Words, floats: Numbers, queue: int, by: float, best: int, person: int, room_h: float) -> int:
    task = head(words, floats, queue)
    if task == NOTHING or floats[task + T_CREATED_H] > by:
        return best
    if best != NOTHING and not before(words, floats, task, best):
        return best
    return task if effort_of(words, floats, task, person) <= room_h else best


@kernel
def _best_fitting(words: Words, floats: Numbers, queue: int, best: int, person: int, room_h: float) -> int:
    """Return the best task of a queue that this person can end before the next limit, or the one that is best so far."""
    if floats[queue + Q_LEAST_H] > room_h:
        return best
    least_h = math.inf
    for position in range(words[queue + Q_COUNT]):
        task = words[words[queue] + position]
        if words[task + T_STATE] != WAITING:
            continue
        content_h = floats[task + T_CONTENT_H]
        least_h = min(least_h, content_h)
        if content_h > room_h:
            continue
        if (best == NOTHING or before(words, floats, task, best)) and effort_of(words, floats, task, person) <= room_h:
            best = task
    floats[queue + Q_LEAST_H] = least_h
    return best


@kernel
def _way_in(words: Words, floats: Numbers, task: int, person: int) -> float:
    """Return the taker's hours where a case changes the person inside a unit."""
    case = words[task + T_CASE]
    if case == NOTHING:
        return 0.0
    doer = words[case + C_DOERS + words[words[task + T_UNIT] + U_NAME]]
    if doer in (NOTHING, person):
        return 0.0
    return floats[words[case + C_RULES] + R_TAKER_H]


@kernel
def effort_of(words: Words, floats: Numbers, task: int, person: int) -> float:
    """Return the content of a task for this person: who takes over a colleague's case has to find his way in."""
    return floats[task + T_CONTENT_H] + _way_in(words, floats, task, person)


@kernel
def start(words: Words, floats: Numbers, person: int, task: int, now: float) -> None:
    """Begin a task; it pauses overnight and in short absences."""
    words[task + T_STATE] = RUNNING
    floats[task + T_START_H] = now
    floats[task + T_START_CLOCK_H] = floats[person + P_CLOCK_H]
    floats[task + T_START_CONTENT_H] = floats[person + P_CONTENT_H]
    case = words[task + T_CASE]
    if case != NOTHING:
        way_in_h = _way_in(words, floats, task, person)
        if way_in_h != 0:
            for word in range(task + T_ENTRIES + 2 * words[task + T_ENTRY_COUNT] - 1, task + T_ENTRIES - 1, -1):
                words[word + 2] = words[word]
            words[task + T_ENTRIES], floats[task + T_ENTRIES + 1] = COORDINATING, way_in_h
            words[task + T_ENTRY_COUNT] += 1
            floats[task + T_CONTENT_H] += way_in_h
        words[case + C_DOERS + words[words[task + T_UNIT] + U_NAME]] = person
    words[task + T_PERSON], words[person + P_TASK] = person, task
    end_h = hour_of(words, floats, person, floats[person + P_CONTENT_H] + floats[task + T_CONTENT_H])
    floats[task + T_END_H] = end_h
    if end_h < math.inf:
        schedule(words, floats, end_h, COMPLETION + words[task + T_NUMBER], task)


@kernel
def book(
    words: Words, floats: Numbers, task: int, end_h: float, clock_h: float, content_h: float, left_h: float
) -> None:
    """Enter one task and its activities into the log."""
    row, next_column, case = words[H_LOG_TASK_COUNT], words[H_LOG_TASK_SIZE], words[task + T_CASE]
    if row >= next_column:
        words[H_FULL] = LOG_TASKS
        return
    words[H_LOG_TASK_COUNT] = row + 1
    logged = words[H_LOG_TASKS] + row
    words[logged] = words[words[task + T_PERSON] + P_CODE]
    words[logged + next_column] = words[words[task + T_UNIT] + U_NUMBER]
    if case != NOTHING:
        words[logged + 2 * next_column] = words[case + C_LOG_ROW]
    else:
        words[logged + 2 * next_column] = -1 if words[task + T_CUSTOMER] < 0 else -2 - words[task + T_CUSTOMER]
    floats[logged + 3 * next_column], floats[logged + 4 * next_column] = floats[task + T_START_H], end_h
    floats[logged + 5 * next_column], floats[logged + 6 * next_column] = clock_h, content_h
    floats[logged + 7 * next_column], words[logged + 8 * next_column] = left_h, words[task + T_EXTRA]
    _book_entries(words, floats, task, row)


@kernel
def _book_entries(words: Words, floats: Numbers, task: int, row: int) -> None:
    count, total = words[task + T_ENTRY_COUNT], floats[task + T_CONTENT_H]
    next_column = words[H_LOG_ENTRY_SIZE]
    if words[H_LOG_ENTRY_COUNT] + count > next_column:
        words[H_FULL] = LOG_ENTRIES
        return
    for entry in range(count):
        logged = words[H_LOG_ENTRIES] + words[H_LOG_ENTRY_COUNT]
        words[H_LOG_ENTRY_COUNT] += 1
        words[logged], words[logged + next_column] = row, words[task + T_ENTRIES + 2 * entry]
        hours = floats[task + T_ENTRIES + 2 * entry + 1]
        floats[logged + 2 * next_column] = 1.0 if count == 1 else hours / total if total > 0 else 1 / count


@kernel
def complete(words: Words, floats: Numbers, task: int, now: float) -> bool:
    """Book the task and free its person; False where its end has moved since."""
    if floats[task + T_END_H] != now or words[task + T_STATE] == DONE:
        return False
    person = words[task + T_PERSON]
    words[task + T_STATE], words[person + P_TASK] = DONE, NOTHING
    look(words, floats, person, now)
    clock_h = floats[person + P_CLOCK_H] - floats[task + T_START_CLOCK_H]
    book(words, floats, task, now, clock_h, floats[task + T_CONTENT_H], floats[task + T_LEFT_H])
    may_be_free(words, person)
    make_ready(words, person)
    return True


@kernel
def close_books(words: Words, floats: Numbers, end_h: float) -> None:
    """Book what has been done of the tasks that the end of the study cuts off."""
    for position in range(words[H_SLOT_COUNT]):
        person = words[words[H_SLOTS] + SLOT_WORDS * position + S_HOLDER]
        task = words[person + P_TASK] if person != NOTHING else NOTHING
        if task != NOTHING:
            look(words, floats, person, end_h)
            clock_h = floats[person + P_CLOCK_H] - floats[task + T_START_CLOCK_H]
            content_h = floats[person + P_CONTENT_H] - floats[task + T_START_CONTENT_H]
            book(words, floats, task, end_h, clock_h, content_h, math.nan)
