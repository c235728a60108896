"""Queues of the compiled engine: heaps of tasks in persons and units, and who is woken; twin of the dispatcher's queues.

The heap moves as Python's heapq does.
"""

from __future__ import annotations

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    H_FULL,
    H_QUEUE_END,
    H_QUEUE_NEXT,
    H_READY,
    H_READY_COUNT,
    H_SLOT_COUNT,
    H_SLOTS,
    NOTHING,
    P_AT_WORK,
    P_QUEUE,
    P_SLOT,
    P_TASK,
    P_UNIT,
    Q_COUNT,
    Q_LEAST_H,
    Q_SIZE,
    QUEUES,
    S_HOLDER,
    S_READY,
    SLOT_WORDS,
    SLOTS_IN_WORD,
    T_CONTENT_H,
    T_CREATED_H,
    T_NUMBER,
    T_RANK,
    T_STATE,
    T_UNIT,
    U_FREE,
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
    count = words[queue + Q_COUNT]
    if count >= words[queue + Q_SIZE]:
        size = max(2 * words[queue + Q_SIZE], SMALLEST_QUEUE)
        place = words[H_QUEUE_NEXT]
        if place + size > words[H_QUEUE_END]:
            words[H_FULL] = QUEUES
            return
        words[H_QUEUE_NEXT] = place + size
        for position in range(count):
            words[place + position] = words[words[queue] + position]
        words[queue], words[queue + Q_SIZE] = place, size
    if count == 0 or floats[task + T_CONTENT_H] < floats[queue + Q_LEAST_H]:
        floats[queue + Q_LEAST_H] = floats[task + T_CONTENT_H]
    words[queue + Q_COUNT] = count + 1
    words[words[queue] + count] = task
    _sift_down(words, floats, words[queue], 0, count)


@kernel
def pop(words: Words, floats: Numbers, queue: int) -> None:
    """Take the first task out of a queue."""
    place, count = words[queue], words[queue + Q_COUNT] - 1
    words[queue + Q_COUNT] = count
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
    while words[queue + Q_COUNT] > 0:
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
    first = after + 1
    bits = -1 << first % SLOTS_IN_WORD  # of the posts behind
    for part in range(first // SLOTS_IN_WORD, words[H_SLOT_COUNT] // SLOTS_IN_WORD + 1):
        place = words[unit + U_FREE] + part
        bits &= words[place]
        while bits != 0:
            bit = _lowest(bits)
            slot = words[H_SLOTS] + SLOT_WORDS * (part * SLOTS_IN_WORD + bit)
            person = words[slot + S_HOLDER]
            if person != NOTHING and words[person + P_UNIT] == unit and is_free(words, person):
                make_ready(words, person)
                return
            words[place] &= ~(1 << bit)
            bits &= ~(1 << bit)
        bits = -1


@kernel
def _lowest(bits: int) -> int:
    """Return the number of the lowest bit that is set."""
    number = 0
    for step in (16, 8, 4, 2, 1):
        if bits & ((1 << step) - 1) == 0:
            bits, number = bits >> step, number + step
    return number


@kernel
def may_be_free(words: Words, person: int) -> None:
    """Note that a person of a unit may be free; whoever wakes one asks him."""
    place = words[words[person + P_UNIT] + U_FREE] + words[person + P_SLOT] // SLOTS_IN_WORD
    words[place] |= 1 << words[person + P_SLOT] % SLOTS_IN_WORD


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
