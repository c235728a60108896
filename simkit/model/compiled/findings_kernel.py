"""What Python asks of the compiled engine when staff, units or customers change: queues taken, cases ended, hours found."""

from __future__ import annotations

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_BEFORE,
    C_COUNTED,
    C_KIND,
    C_LAST,
    C_LEFT_H,
    C_NEXT_OPEN,
    C_OPEN,
    C_ROW,
    DQ_LEFT,
    FOUND,
    H_FOUND,
    H_FOUND_SIZE,
    H_FULL,
    H_LAST_CASES,
    H_NOW,
    H_OPEN_FIRST,
    H_OPPORTUNITIES,
    H_SLOT_COUNT,
    H_SLOTS,
    H_SPARE_QUEUE,
    LOST,
    LOST_CUSTOMER,
    NOTHING,
    OPPORTUNITY,
    OPPORTUNITY_DRAWS,
    ORDER,
    P_QUEUE,
    P_TASK,
    Q_COUNT,
    S_HOLDER,
    SLOT_WORDS,
    T_CASE,
    T_CONTENT_H,
    T_RANK,
    T_STATE,
    U_PEOPLE,
    U_PEOPLE_COUNT,
    U_QUEUE,
)
from simkit.model.compiled.queues_kernel import head, make_ready, pop, push, submit
from simkit.model.compiled.work.admission_kernel import doing
from simkit.model.compiled.work.cases_kernel import end_early
from simkit.model.compiled.work.routes_kernel import rank, route
from simkit.model.run_state import WAITING


@kernel
def take_queue(words: Words, floats: Numbers, person: int) -> int:
    """Take the waiting tasks out of somebody's queue, in their order."""
    count = 0
    while True:
        task = head(words, floats, person + P_QUEUE)
        if task == NOTHING:
            break
        pop(words, floats, person + P_QUEUE)
        count = _find(words, count, task)
    return count


@kernel
def _find(words: Words, count: int, found: int) -> int:
    if count >= words[H_FOUND_SIZE]:
        words[H_FULL] = FOUND
        return count
    words[words[H_FOUND] + count] = found
    return count + 1


@kernel
def gather(words: Words, floats: Numbers, queue: int) -> None:
    """Empty a queue; what waits in it goes to the spare queue."""
    for position in range(words[queue + Q_COUNT]):
        task = words[words[queue] + position]
        if words[task + T_STATE] == WAITING:
            push(words, floats, words[H_SPARE_QUEUE], task)
    words[queue + Q_COUNT] = 0


@kernel
def resubmit(words: Words, floats: Numbers) -> None:
    """Put what stands in the spare queue into the queues of the design, and let everybody who is free look."""
    while True:
        task = head(words, floats, words[H_SPARE_QUEUE])
        if task == NOTHING:
            break
        pop(words, floats, words[H_SPARE_QUEUE])
        case = words[task + T_CASE]
        unit, person = route(words, case, 0)  # open cases follow old habit, whatever the work
        words[task + T_RANK] = rank(words, case, unit)
        submit(words, floats, task, unit, person)
    for position in range(words[H_SLOT_COUNT]):
        person = words[words[H_SLOTS] + SLOT_WORDS * position + S_HOLDER]
        if person != NOTHING and words[person + P_TASK] == NOTHING:
            make_ready(words, person)


@kernel
def customer_gone(words: Words, floats: Numbers, draws: Numbers, customer: int) -> None:
    """End the deals, requests and contacts of a lost customer, in the order in which they were opened."""
    count, case = 0, words[words[H_LAST_CASES] + customer]
    while case != NOTHING:
        if words[case + C_OPEN] != 0 and words[case + C_KIND] != ORDER:
            count = _find(words, count, case)
        case = words[case + C_BEFORE]
    for place in range(count - 1, -1, -1):
        end_early(words, floats, draws, words[words[H_FOUND] + place], LOST_CUSTOMER, floats[H_NOW])


@kernel
def deals_lost(words: Words, floats: Numbers, draws: Numbers, whose: int, share: float) -> None:
    """End the share of the open deals of who leaves that go with him."""
    case = words[H_OPEN_FIRST]
    while case != NOTHING:
        following = words[case + C_NEXT_OPEN]
        if words[case + C_LAST] == whose and words[case + C_KIND] == OPPORTUNITY:
            row = words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * words[case + C_ROW]
            if draws[row + DQ_LEFT] < share:
                end_early(words, floats, draws, case, LOST, floats[H_NOW])
        case = following


@kernel
def waiting_content(words: Words, floats: Numbers, unit: int) -> int:
    """Find the content of all tasks that wait in a unit and with its people, in the order of the queues."""
    count = _add_waiting(words, floats, unit + U_QUEUE, 0)
    for position in range(words[unit + U_PEOPLE_COUNT]):
        count = _add_waiting(words, floats, words[words[unit + U_PEOPLE] + position] + P_QUEUE, count)
    return count


@kernel
def _add_waiting(words: Words, floats: Numbers, queue: int, count: int) -> int:
    for position in range(words[queue + Q_COUNT]):
        task = words[words[queue] + position]
        if words[task + T_STATE] == WAITING:
            count = _find(words, count, words[task + T_CONTENT_H])
    return count


@kernel
def open_left(words: Words, floats: Numbers, name: int) -> int:
    """Find the content still to come of the open cases that a unit has, in the order of their arrival."""
    count, case = 0, words[H_OPEN_FIRST]
    while case != NOTHING:
        if words[case + C_COUNTED] != 0 and doing(words, case) == name:
            count = _find(words, count, words[case + C_LEFT_H])
        case = words[case + C_NEXT_OPEN]
    return count
