"""Queues of the compiled engine: heaps of tasks in persons and units, and who is woken; twin of the dispatcher's queues.

A queue is three words: where its tasks stand, how many there are, how many fit. The heap moves as Python's heapq does.
"""

from __future__ import annotations

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    H_FULL,
    H_QUEUE_END,
    H_QUEUE_NEXT,
    H_READY,
    H_READY_COUNT,
    H_SLOTS,
    NOTHING,
    P_AT_WORK,
    P_QUEUE,
    P_SLOT,
    P_TASK,
    P_UNIT,
    QUEUES,
    S_READY,
    SLOT_WORDS,
    T_CREATED_H,
    T_NUMBER,
    T_RANK,
    T_STATE,
    T_UNIT,
    U_PEOPLE,
    U_PEOPLE_COUNT,
    U_QUEUE,
)
from simkit.model.run_state import WAITING

SMALLEST_QUEUE = 16


@kernel
def before(words: Words, floats: Numbers, one: int, other: int) -> bool:
    """Tell whether a task stands before another in every queue: by rank, creation, case and step."""
    if words[one + T_RANK] != words[other + T_RANK]:
        return words[one + T_RANK] < words[other + T_RANK]
    if floats[one + T_CREATED_H] != floats[other + T_CREATED_H]:
        return floats[one + T_CREATED_H] < floats[other + T_CREATED_H]
    return words[one + T_NUMBER] < words[other + T_NUMBER]


@kernel
def push(words: Words, floats: Numbers, queue: int, task: int) -> None:
    """Put a task into a queue; a full queue moves to a place twice as large."""
    count = words[queue + 1]
    if count >= words[queue + 2]:
        size = max(2 * words[queue + 2], SMALLEST_QUEUE)
        place = words[H_QUEUE_NEXT]
        if place + size > words[H_QUEUE_END]:
            words[H_FULL] = QUEUES
            return
        words[H_QUEUE_NEXT] = place + size
        for position in range(count):
            words[place + position] = words[words[queue] + position]
        words[queue], words[queue + 2] = place, size
    words[queue + 1] = count + 1
    words[words[queue] + count] = task
    _sift_down(words, floats, words[queue], 0, count)


@kernel
def pop(words: Words, floats: Numbers, queue: int) -> None:
    """Take the first task out of a queue."""
    place, count = words[queue], words[queue + 1] - 1
    words[queue + 1] = count
    if count == 0:
        return
    task, here = words[place + count], 0
    below = 1
    while below < count:
        if below + 1 < count and not before(words, floats, words[place + below], words[place + below + 1]):
            below += 1
        words[place + here] = words[place + below]
        here = below
        below = 2 * here + 1
    words[place + here] = task
    _sift_down(words, floats, place, 0, here)


@kernel
def _sift_down(words: Words, floats: Numbers, place: int, start: int, here: int) -> None:
    task = words[place + here]
    while here > start:
        above = (here - 1) >> 1
        if not before(words, floats, task, words[place + above]):
            break
        words[place + here] = words[place + above]
        here = above
    words[place + here] = task


@kernel
def head(words: Words, floats: Numbers, queue: int) -> int:
    """Return the first task that waits, after taking out what no longer does."""
    while words[queue + 1] > 0:
        task = words[words[queue]]
        if words[task + T_STATE] == WAITING:
            return task
        pop(words, floats, queue)
    return NOTHING


@kernel
def make_ready(words: Words, person: int) -> None:
    """Let a person look for a task when the instant ends."""
    slot = words[H_SLOTS] + SLOT_WORDS * words[person + P_SLOT]
    if words[slot + S_READY] == NOTHING:
        words[words[H_READY] + words[H_READY_COUNT]] = words[person + P_SLOT]
        words[H_READY_COUNT] += 1
    words[slot + S_READY] = person


@kernel
def not_ready(words: Words, person: int) -> None:
    """Let a person no longer look."""
    slot = words[H_SLOTS] + SLOT_WORDS * words[person + P_SLOT]
    if words[slot + S_READY] != person:
        return
    words[slot + S_READY] = NOTHING
    words[H_READY_COUNT] -= 1
    last = words[H_READY] + words[H_READY_COUNT]
    place = last
    while words[place] != words[person + P_SLOT]:
        place -= 1
    words[place] = words[last]


@kernel
def is_free(words: Words, person: int) -> bool:
    """Tell whether a person could begin a task."""
    return words[person + P_TASK] == NOTHING and words[person + P_AT_WORK] != 0


@kernel
def wake(words: Words, unit: int, after: int) -> None:
    """Let the first free person of a unit look, or the next one behind a post that did not take all there is."""
    people = words[unit + U_PEOPLE]
    for position in range(words[unit + U_PEOPLE_COUNT]):
        person = words[people + position]
        if words[person + P_SLOT] > after and is_free(words, person):
            make_ready(words, person)
            return


@kernel
def submit(words: Words, floats: Numbers, task: int, unit: int, person: int) -> None:
    """Put a task into the person's queue or the unit's, and wake the first who may take it."""
    words[task + T_UNIT] = unit
    if person != NOTHING:
        push(words, floats, person + P_QUEUE, task)
        if is_free(words, person):
            make_ready(words, person)
    else:
        push(words, floats, unit + U_QUEUE, task)
        wake(words, unit, -1)


@kernel
def return_queue(words: Words, floats: Numbers, person: int) -> None:
    """Give the waiting tasks of somebody's queue back to his unit, in their order."""
    queue, unit = person + P_QUEUE, words[person + P_UNIT]
    while True:
        task = head(words, floats, queue)
        if task == NOTHING:
            break
        pop(words, floats, queue)
        submit(words, floats, task, unit, NOTHING)
