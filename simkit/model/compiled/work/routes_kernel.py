"""Who does a task in the compiled engine, and its place in the queues: the twin of `Organisation.route` and `Run.rank`."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    B_HOME,
    B_OWNER,
    C_ADOPTED,
    C_CLARIFICATION,
    C_CLARIFIED,
    C_CLASS,
    C_CUSTOMER,
    C_DOERS,
    C_FIRST,
    C_HANDED,
    C_KIND,
    C_LAST,
    C_NUMBER,
    C_PENDING,
    C_RULES,
    C_SEGMENT,
    C_STEP,
    C_STEPS,
    C_WAITING,
    CLASS_COUNT,
    COORDINATING,
    H_FOCUS,
    H_LEAVE,
    H_LIVE,
    H_ROUTES,
    H_SLOTS,
    H_UNIT_FIRST,
    NOTHING,
    ORDER,
    P_HERE,
    P_LONG_ABSENT,
    P_UNIT,
    R_CLARIFICATION_CHANCE,
    R_CLARIFICATION_GIVER_H,
    R_CLARIFICATION_TAKER_H,
    R_GIVER_H,
    R_SPECIALIST_FACTOR,
    R_TAKER_H,
    RANK_WORDS,
    S_HOLDER,
    S_KEEPER,
    S_UNIT,
    SEGMENT_COUNT,
    SLOT_WORDS,
    STEP_WORDS,
    T_CASE,
    T_CREATED_H,
    T_LEFT_H,
    T_NUMBER,
    T_RANK,
    T_UNIT,
    U_NAME,
    U_OLD_RANKS,
    U_OWNERS,
    U_SPECIALIST,
    W_ENTRIES,
    W_ENTRY_COUNT,
    W_KIND,
    W_LAPSE_H,
    W_LEFT_H,
)
from simkit.model.compiled.queues_kernel import submit
from simkit.model.compiled.response_kernel import customer_at
from simkit.model.compiled.work.discretionary_kernel import add_entry, allocate_task
from simkit.model.engine.organisation import PUT_OFF
from simkit.model.inputs.arrivals import STEP_SHIFT


@kernel
def slot_at(words: Words, number: int) -> int:
    """Return where a post stands; nothing for none."""
    return words[H_SLOTS] + SLOT_WORDS * number if number >= 0 else NOTHING


@kernel
def routed(words: Words, case: int, work: int) -> int:
    """Return the unit that the routes name for a kind of work of a case."""
    route = (work * CLASS_COUNT + words[case + C_CLASS]) * SEGMENT_COUNT + words[case + C_SEGMENT]
    return words[words[H_ROUTES] + route]


@kernel
def route(words: Words, case: int, work: int) -> tuple[int, int]:
    """Return who does a task: unit, and the person if it is somebody's own."""
    if words[H_LIVE] != 0 and words[case + C_ADOPTED] == 0:
        return _old_way(words, case)
    unit = routed(words, case, work)
    if words[unit + U_OWNERS] == 0:
        person = words[case + C_DOERS + words[unit + U_NAME]]
    else:
        slot = slot_at(words, words[customer_at(words, words[case + C_CUSTOMER]) + B_OWNER])
        if slot == NOTHING:
            return unit, NOTHING
        person = words[slot + S_HOLDER]
        if person == NOTHING and words[H_LEAVE] != 0 and words[case + C_KIND] != ORDER:
            return unit, words[slot + S_KEEPER]
        if words[slot + S_UNIT] != unit:
            return unit, NOTHING
    if person != NOTHING and words[person + P_LONG_ABSENT] != 0:
        person = NOTHING
    return unit, person


@kernel
def _old_way(words: Words, case: int) -> tuple[int, int]:
    """Return who ends a case that follows old habit: who had it, or the customer's owner of before go-live."""
    person = words[case + C_LAST]
    if person != NOTHING and words[person + P_HERE] == 0:
        person = NOTHING
    slot = slot_at(words, words[customer_at(words, words[case + C_CUSTOMER]) + B_HOME])
    if person == NOTHING and slot != NOTHING:
        person = words[slot + S_HOLDER]
    if person != NOTHING:
        return words[person + P_UNIT], NOTHING if words[person + P_LONG_ABSENT] != 0 else person
    return (words[slot + S_UNIT] if slot != NOTHING else words[H_UNIT_FIRST]), NOTHING


@kernel
def put_off(words: Words, case: int) -> bool:
    """Tell whether a case has to wait behind all others: C customers while people are missing and the policy says so."""
    return words[H_FOCUS] != 0 and words[case + C_SEGMENT] == SEGMENT_COUNT - 1 and words[case + C_KIND] != ORDER


@kernel
def rank(words: Words, case: int, unit: int) -> int:
    """Return the case's place in a unit's queues; who follows old habit ranks as before."""
    old = words[H_LIVE] != 0 and words[case + C_ADOPTED] == 0
    ranks = unit + (U_OLD_RANKS if old else U_OLD_RANKS + RANK_WORDS)
    key = (words[case + C_KIND] * CLASS_COUNT + words[case + C_CLASS]) * SEGMENT_COUNT + words[case + C_SEGMENT]
    return words[ranks + key] + (PUT_OFF if put_off(words, case) else 0)


@kernel
def new_task(words: Words, floats: Numbers, case: int, unit: int, now: float) -> int:
    """Return a task without entries, with its place in the queues: rank, creation time, case and step."""
    words[case + C_STEPS] += 1
    task = allocate_task(words, floats)
    words[task + T_RANK], floats[task + T_CREATED_H] = rank(words, case, unit), now
    words[task + T_NUMBER] = (words[case + C_NUMBER] << STEP_SHIFT) + words[case + C_STEPS]
    words[task + T_CASE], words[task + T_UNIT] = case, unit
    return task


@kernel
def _needs_clarification(words: Words, floats: Numbers, case: int) -> bool:
    chance = floats[words[case + C_RULES] + R_CLARIFICATION_CHANCE]
    return words[case + C_CLARIFIED] == 0 and floats[case + C_CLARIFICATION] < chance


@kernel
def _giving_h(words: Words, floats: Numbers, case: int) -> float:
    """Return the giver's hours of a hand-over; the first of a case may need a clarification."""
    rules = words[case + C_RULES]
    if _needs_clarification(words, floats, case):
        return floats[rules + R_GIVER_H] + floats[rules + R_CLARIFICATION_GIVER_H]
    return floats[rules + R_GIVER_H]


@kernel
def _taking_h(words: Words, floats: Numbers, case: int) -> float:
    """Return the taker's hours of a hand-over, and note that the case is clarified from then on."""
    rules = words[case + C_RULES]
    hours = floats[rules + R_TAKER_H]
    if _needs_clarification(words, floats, case):
        hours += floats[rules + R_CLARIFICATION_TAKER_H]
    words[case + C_CLARIFIED] = 1
    return hours


@kernel
def enqueue(words: Words, floats: Numbers, case: int, now: float) -> tuple[int, float]:
    """Make one block of the pending work that one doer does without a wait, with the hand-overs around it.

    Returns the task and the office hours of waiting after which the case lapses.
    """
    rules, giver = words[case + C_RULES], words[case + C_LAST]
    first = case + C_STEP + STEP_WORDS * words[case + C_FIRST]
    unit, person = route(words, case, words[first + W_KIND])
    taking_h = 0.0
    if giver != NOTHING and words[giver + P_UNIT] != unit:
        if words[case + C_HANDED] == 0 and words[giver + P_HERE] != 0 and floats[rules + R_GIVER_H] > 0:
            return _hand_over(words, floats, case, giver, now), math.inf
        taking_h = _taking_h(words, floats, case)
    words[case + C_HANDED] = 0
    task = new_task(words, floats, case, unit, now)
    if taking_h > 0:
        add_entry(words, floats, task, COORDINATING, taking_h)
    step = first
    while True:
        _add_step(words, floats, task, step, unit, rules)
        words[case + C_FIRST] += 1
        words[case + C_PENDING] -= 1
        if words[case + C_PENDING] == 0:
            break
        following = step + STEP_WORDS
        next_unit, next_person = route(words, case, words[following + W_KIND])
        if next_unit != unit or next_person != person:
            if next_unit != unit and floats[rules + R_GIVER_H] > 0:
                add_entry(words, floats, task, COORDINATING, _giving_h(words, floats, case))
                words[case + C_HANDED] = 1
            break
        step = following
    floats[task + T_LEFT_H] = floats[step + W_LEFT_H]
    words[case + C_WAITING] = task
    submit(words, floats, task, unit, person)
    return task, floats[first + W_LAPSE_H]


@kernel
def _add_step(words: Words, floats: Numbers, task: int, step: int, unit: int, rules: int) -> None:
    for position in range(words[step + W_ENTRY_COUNT]):
        activity, hours = words[step + W_ENTRIES + 2 * position], floats[step + W_ENTRIES + 2 * position + 1]
        if activity == COORDINATING and words[unit + U_SPECIALIST] != 0:
            hours *= floats[rules + R_SPECIALIST_FACTOR]
        add_entry(words, floats, task, activity, hours)


@kernel
def _hand_over(words: Words, floats: Numbers, case: int, giver: int, now: float) -> int:
    """Let who had the case last brief whoever comes next; the case waits for it."""
    words[case + C_HANDED] = 1
    hours, unit = _giving_h(words, floats, case), words[giver + P_UNIT]
    task = new_task(words, floats, case, unit, now)
    add_entry(words, floats, task, COORDINATING, hours)
    floats[task + T_LEFT_H] = math.nan
    words[case + C_WAITING] = task
    submit(words, floats, task, unit, NOTHING if words[giver + P_LONG_ABSENT] != 0 else giver)
    return task
