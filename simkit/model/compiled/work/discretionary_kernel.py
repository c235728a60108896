"""What a freed hour does in the compiled engine: the twin of `simkit.model.engine.discretionary_work`."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    B_ACTIVE,
    B_CHANNEL,
    B_CONTACTS,
    B_SEGMENT,
    BUILDING,
    CARING,
    CONTACT_WORDS,
    DAY_WORDS,
    EXTRA_CONTACT,
    H_DISCRETIONARY,
    H_DISCRETIONARY_COUNT,
    H_EXTRA_CONTACTS,
    H_EXTRA_EFFORT,
    H_EXTRA_NUMBER,
    H_FULL,
    H_LEAD_COUNT,
    H_LIVE,
    H_NEXT_PROSPECT,
    H_ROUTES,
    H_RULES,
    H_RULES_TODAY,
    H_SLOTS,
    H_TASK_END,
    H_TASK_NEXT,
    K_WEIGHT,
    KIND_COUNT,
    MODULE_BUILDING,
    NOTHING,
    P_CURVE,
    P_SLOT,
    P_TODAY,
    P_UNIT,
    PREPARING,
    PROSPECTING,
    R_CARE,
    R_EXTRA_BLOCK_H,
    R_EXTRA_STOP,
    R_TAKE_UP,
    S_ACCOUNT_COUNT,
    S_ACCOUNTS,
    SEGMENT_COUNT,
    SELLING,
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
    T_RANK,
    T_STATE,
    T_UNIT,
    TASK_SIZE,
    TASKS,
    TRAVELLING,
    U_BUILDS,
    Y_TAKE_UP,
)
from simkit.model.compiled.response_kernel import care_level, customer_at, worth_of_contact
from simkit.model.engine.discretionary_work import LAST_RANK
from simkit.model.inputs.arrivals import NUMBER_SHIFT, STEP_SHIFT
from simkit.model.run_state import WAITING
from simkit.model.specification.model_parameters import OWN_STAFF


@kernel
def allocate_task(words: Words, floats: Numbers) -> int:
    """Return the place of a new task without entries; when there is none, the last one, and the run ends."""
    task = words[H_TASK_NEXT]
    if task + TASK_SIZE > words[H_TASK_END]:
        words[H_FULL] = TASKS
        task -= TASK_SIZE
    words[H_TASK_NEXT] = task + TASK_SIZE
    words[task + T_CASE], words[task + T_STATE], words[task + T_PERSON] = NOTHING, WAITING, NOTHING
    words[task + T_CUSTOMER], words[task + T_EXTRA], words[task + T_ENTRY_COUNT] = -1, 0, 0
    floats[task + T_CONTENT_H], floats[task + T_LEFT_H], floats[task + T_END_H] = 0.0, 0.0, math.inf
    return task


@kernel
def add_entry(words: Words, floats: Numbers, task: int, activity: int, hours: float) -> None:
    """Add an activity to a task."""
    entry = task + T_ENTRIES + 2 * words[task + T_ENTRY_COUNT]
    words[task + T_ENTRY_COUNT] += 1
    words[entry], floats[entry + 1] = activity, hours
    floats[task + T_CONTENT_H] += hours


@kernel
def rules_now(words: Words) -> int:
    """Return the rules of the phase."""
    return words[H_RULES] if words[H_LIVE] != 0 else words[H_RULES_TODAY]


@kernel
def discretionary_task(words: Words, floats: Numbers, draws: Numbers, person: int, room_h: float, now: float) -> int:
    """Return the first work of the list that there is and that fits; nothing on a day on which idle hours stay idle."""
    if not _takes_up(words, floats, person):
        return NOTHING
    block_h = floats[rules_now(words) + R_EXTRA_BLOCK_H]
    for position in range(words[H_DISCRETIONARY_COUNT]):
        extra, task = words[words[H_DISCRETIONARY] + position], NOTHING
        if extra == 0:
            return NOTHING
        if extra == EXTRA_CONTACT:
            task = _contact(words, floats, draws, person, now)
        elif extra == PROSPECTING and _prospects(words, person):
            task = _new(words, floats, person, extra, now)
            add_entry(words, floats, task, SELLING, block_h)
        elif extra == MODULE_BUILDING and words[words[person + P_UNIT] + U_BUILDS] != 0:
            task = _new(words, floats, person, extra, now)
            add_entry(words, floats, task, BUILDING, block_h)
        if task != NOTHING:
            if 0 < floats[task + T_CONTENT_H] <= room_h:
                return task
            words[H_TASK_NEXT] = task  # not done, so its place is free again
    return NOTHING


@kernel
def _takes_up(words: Words, floats: Numbers, person: int) -> bool:
    """Tell by the draw of person and day whether idle hours become discretionary work today."""
    share = floats[rules_now(words) + R_TAKE_UP]
    if share <= 0 or share >= 1:
        return share >= 1
    row = words[person + P_CURVE] + DAY_WORDS * words[person + P_TODAY]
    return floats[row + Y_TAKE_UP] < share


@kernel
def _prospects(words: Words, person: int) -> bool:
    unit, sells = words[person + P_UNIT], False
    for segment in range(SEGMENT_COUNT):
        sells = sells or words[words[H_ROUTES] + segment] == unit
    return sells and words[H_NEXT_PROSPECT] < words[H_LEAD_COUNT]


@kernel
def _contact(words: Words, floats: Numbers, draws: Numbers, person: int, now: float) -> int:
    """Return a contact with the own customer where it is worth most, up to the parameter's care level."""
    rules, best, worth = rules_now(words), -1, 0.0
    slot = words[H_SLOTS] + SLOT_WORDS * words[person + P_SLOT]
    for position in range(words[slot + S_ACCOUNT_COUNT]):
        number = words[words[slot + S_ACCOUNTS] + position]
        customer = customer_at(words, number)
        if words[customer + B_ACTIVE] == 0 or (words[H_LIVE] != 0 and words[customer + B_CHANNEL] != OWN_STAFF):
            continue
        care = care_level(words, floats, customer, now)
        if care < floats[rules + R_EXTRA_STOP]:
            weight = floats[rules + R_CARE + CONTACT_WORDS * words[customer + B_SEGMENT] + K_WEIGHT]
            gain = worth_of_contact(words, floats, customer, care, weight)
            if gain > worth:
                best, worth = number, gain
    if best < 0:
        return NOTHING
    customer = customer_at(words, best)
    if words[customer + B_CONTACTS] >= words[H_EXTRA_CONTACTS]:
        return NOTHING
    task = _new(words, floats, person, EXTRA_CONTACT, now)
    contact = rules + R_CARE + CONTACT_WORDS * words[customer + B_SEGMENT]
    effort = words[H_EXTRA_EFFORT] + 3 * (best * words[H_EXTRA_CONTACTS] + words[customer + B_CONTACTS])
    activities = (PREPARING, TRAVELLING, CARING)
    for part in range(3):
        hours = floats[contact + part] * draws[effort + part]
        if hours > 0:
            add_entry(words, floats, task, activities[part], hours)
    words[task + T_CUSTOMER] = best
    return task


@kernel
def _new(words: Words, floats: Numbers, person: int, extra: int, now: float) -> int:
    words[H_EXTRA_NUMBER] += 1
    number = (KIND_COUNT << NUMBER_SHIFT) + words[H_EXTRA_NUMBER]
    task = allocate_task(words, floats)
    words[task + T_RANK], floats[task + T_CREATED_H], words[task + T_NUMBER] = LAST_RANK, now, number << STEP_SHIFT
    words[task + T_UNIT], words[task + T_EXTRA] = words[person + P_UNIT], extra
    return task
