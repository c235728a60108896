"""Cases on their way in the compiled engine: the twin of the case methods of `simkit.model.engine.engine.Run`."""

from __future__ import annotations

import math

from simkit.model.compiled.deadlines_kernel import post_lapse, post_patience
from simkit.model.compiled.events_kernel import schedule
from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    B_ACTIVE,
    B_CHANNEL,
    B_CONTACTS,
    B_SEGMENT,
    C_ADOPTED,
    C_ANSWERED_H,
    C_ARRIVED_H,
    C_BEFORE,
    C_BY_PHONE,
    C_CHANNEL,
    C_CHASE,
    C_CHASING,
    C_CLARIFICATION,
    C_CLASS,
    C_CUSTOMER,
    C_ENDED_H,
    C_IS_LATE,
    C_KIND,
    C_LAST,
    C_LEFT_H,
    C_LOG_ROW,
    C_NEXT_OPEN,
    C_NOW_H,
    C_NUMBER,
    C_OPEN,
    C_OUTCOME,
    C_PENDING,
    C_PREVIOUS_OPEN,
    C_ROW,
    C_RULES,
    C_SEGMENT,
    C_WAIT_H,
    C_WAITING,
    CARE,
    CASES,
    CHASE,
    CONTACT_WORDS,
    CONTACTED,
    COORDINATING,
    DELIVERED,
    DL_ADOPTION,
    DL_CLARIFICATION,
    DL_CUSTOMER,
    DO_ADOPTION,
    DO_CLARIFICATION,
    DO_CLASS,
    DO_CONVERT,
    DO_CUSTOMER,
    DO_INSTEAD,
    DO_PATIENCE,
    DQ_ADOPTION,
    DQ_CLARIFICATION,
    DQ_CLASS,
    DQ_CUSTOMER,
    DQ_INSTEAD,
    DQ_ORDER,
    DR_ADOPTION,
    DR_CLARIFICATION,
    DR_CUSTOMER,
    END,
    EXTRA_CONTACT,
    H_CARE_ADOPTION,
    H_CARE_CONTACTS,
    H_CASE_COUNT,
    H_CASE_END,
    H_CASE_NEXT,
    H_CASE_WORDS,
    H_FULL,
    H_LAST_CASES,
    H_LEAD_COUNT,
    H_LEAD_CREDIT,
    H_LEADS,
    H_LIVE,
    H_MODULES_H,
    H_NEXT_PROSPECT,
    H_OPEN_FIRST,
    H_OPEN_LAST,
    H_OPPORTUNITIES,
    H_ORDERS,
    H_REQUESTS,
    H_RULES,
    H_RULES_TODAY,
    H_WON,
    H_WON_COUNT,
    K_WEIGHT,
    LEAD,
    LEAD_DRAWS,
    MODULE_BUILDING,
    NOTHING,
    O_PATIENCE_H,
    O_PROMISED_H,
    OPPORTUNITY,
    OPPORTUNITY_DRAWS,
    ORDER,
    ORDER_DRAWS,
    ORDER_WORDS,
    PROSPECTING,
    QUALIFIED,
    R_CARE,
    R_EFFORT_H,
    R_EVERY_H,
    R_EXTRA_LEADS_PER_H,
    R_FIRST_AFTER_H,
    R_ORDERS,
    R_PHONE,
    R_SPECIALIST_FACTOR,
    REFUSED,
    REQUEST_DRAWS,
    T_CASE,
    T_CONTENT_H,
    T_CUSTOMER,
    T_EXTRA,
    T_LEFT_H,
    T_PERSON,
    T_STATE,
    U_SPECIALIST,
    WAIT,
    WON,
)
from simkit.model.compiled.queues_kernel import submit
from simkit.model.compiled.response_kernel import contacted, customer_at, delivered_late, won
from simkit.model.compiled.work.admission_kernel import adopts, converted_class, count_load, offered_class, refuses
from simkit.model.compiled.work.discretionary_kernel import add_entry, rules_now
from simkit.model.compiled.work.opportunities_kernel import ability_of
from simkit.model.compiled.work.people_kernel import effect_of
from simkit.model.compiled.work.processes_kernel import next_step
from simkit.model.compiled.work.routes_kernel import enqueue, new_task, put_off, route
from simkit.model.engine.event_loop import ANSWER
from simkit.model.engine.event_loop import CHASE as CHASE_EVENT
from simkit.model.inputs.arrivals import CONTACT_SHIFT, NUMBER_SHIFT
from simkit.model.run_state import DONE, DROPPED, WAITING
from simkit.model.specification.model_parameters import BESPOKE, STANDARD


@kernel
def open_case(words: Words, floats: Numbers, draws: Numbers, kind: int, row: int, parent: int, now: float) -> int:
    """Open a case of a row of the drawn inputs; the caller advances it, unless it is refused (then: nothing)."""
    if kind == ORDER:
        drawn = words[H_ORDERS] + ORDER_DRAWS * row
        customer, order_class = int(draws[drawn + DO_CUSTOMER]), int(draws[drawn + DO_CLASS])
        adoption, clarification = draws[drawn + DO_ADOPTION], draws[drawn + DO_CLARIFICATION]
    elif kind == OPPORTUNITY:
        drawn = words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * row
        customer, order_class = int(draws[drawn + DQ_CUSTOMER]), int(draws[drawn + DQ_CLASS])
        adoption, clarification = draws[drawn + DQ_ADOPTION], draws[drawn + DQ_CLARIFICATION]
    elif kind == LEAD:
        drawn = words[H_LEADS] + LEAD_DRAWS * row
        customer, order_class = int(draws[drawn + DL_CUSTOMER]), 0
        adoption, clarification = draws[drawn + DL_ADOPTION], draws[drawn + DL_CLARIFICATION]
    else:
        drawn = words[H_REQUESTS] + REQUEST_DRAWS * row
        customer, order_class = int(draws[drawn + DR_CUSTOMER]), 0
        adoption, clarification = draws[drawn + DR_ADOPTION], draws[drawn + DR_CLARIFICATION]
    if parent != NOTHING and words[parent + C_KIND] != LEAD:
        order_class = words[parent + C_CLASS]
    adopted = adopts(words, floats, adoption, now)
    if adopted and kind == ORDER:
        order_class = converted_class(words, floats, order_class, draws[drawn + DO_CONVERT])
        segment = words[customer_at(words, customer) + B_SEGMENT]
        order_class = offered_class(words, floats, order_class, segment, draws[drawn + DO_INSTEAD], parent != NOTHING)
    elif adopted and kind == OPPORTUNITY:
        segment = words[customer_at(words, customer) + B_SEGMENT]
        order_class = offered_class(words, floats, order_class, segment, draws[drawn + DQ_INSTEAD], False)
    refused = order_class < 0
    number = (kind << NUMBER_SHIFT) + row
    order_class = BESPOKE if refused else order_class
    case = _new_case(words, floats, number, kind, row, order_class, customer, adopted, clarification, now)
    if parent != NOTHING:
        words[case + C_LAST] = words[parent + C_LAST]
    if refused or (parent == NOTHING and refuses(words, floats, draws, case)):
        _closed(words, floats, case, REFUSED, now)
        return NOTHING
    count_load(words, floats, case)
    if kind == ORDER:
        spec = words[case + C_RULES] + R_ORDERS + ORDER_WORDS * order_class
        at = now + floats[spec + O_PATIENCE_H] * draws[drawn + DO_PATIENCE]
        post_patience(words, floats, case, at)
    return case


@kernel
def open_care(words: Words, floats: Numbers, draws: Numbers, customer: int, contact: int, now: float) -> int:
    """Open a planned contact; the caller advances it."""
    adopted = adopts(words, floats, draws[words[H_CARE_ADOPTION] + customer * words[H_CARE_CONTACTS] + contact], now)
    number = (CARE << NUMBER_SHIFT) + (customer << CONTACT_SHIFT) + contact
    case = _new_case(words, floats, number, CARE, contact, STANDARD, customer, adopted, 1.0, now)
    words[case + C_BY_PHONE] = 1 if put_off(words, case) else 0
    count_load(words, floats, case)
    return case


@kernel
def _new_case(
    words: Words,
    floats: Numbers,
    number: int,
    kind: int,
    row: int,
    order_class: int,
    customer: int,
    adopted: bool,
    clarification: float,
    now: float,
) -> int:
    """Enter a case into the log."""
    case, size = words[H_CASE_NEXT], words[H_CASE_WORDS]
    if case + size > words[H_CASE_END]:
        words[H_FULL] = CASES
        case -= size
    words[H_CASE_NEXT] = case + size
    for word in range(case, case + size):
        words[word] = 0  # which is 0.0 as well
    words[case + C_NUMBER], words[case + C_KIND], words[case + C_ROW] = number, kind, row
    words[case + C_CLASS], words[case + C_CUSTOMER], words[case + C_ADOPTED] = order_class, customer, adopted
    place = customer_at(words, customer)
    words[case + C_SEGMENT] = words[place + B_SEGMENT]
    words[case + C_CHANNEL] = words[place + B_CHANNEL] if words[H_LIVE] != 0 else 0
    words[case + C_RULES] = words[H_RULES] if adopted else words[H_RULES_TODAY]
    floats[case + C_ARRIVED_H], floats[case + C_NOW_H], floats[case + C_ENDED_H] = now, now, math.nan
    floats[case + C_CLARIFICATION], words[case + C_OPEN] = clarification, 1
    words[case + C_LOG_ROW] = words[H_CASE_COUNT]
    words[H_CASE_COUNT] += 1
    latest = words[H_LAST_CASES] + customer
    words[case + C_BEFORE], words[latest] = words[latest], case
    last = words[H_OPEN_LAST]
    words[case + C_PREVIOUS_OPEN] = last
    if last != NOTHING:
        words[last + C_NEXT_OPEN] = case
    else:
        words[H_OPEN_FIRST] = case
    words[H_OPEN_LAST] = case
    return case


@kernel
def advance(words: Words, floats: Numbers, draws: Numbers, case: int, now: float) -> None:
    """Let a case take its next step, and the case that follows from it, if it ends."""
    while case != NOTHING and words[case + C_OPEN] != 0:
        if words[case + C_PENDING] == 0:
            floats[case + C_NOW_H] = now
            code = next_step(words, floats, draws, case)
            if code >= END:
                case = close(words, floats, draws, case, code - END, now)
                continue
            if code == WAIT:
                _wait(words, floats, case, now)
                return
        task, lapse_h = enqueue(words, floats, case, now)
        if lapse_h < math.inf:
            post_lapse(words, floats, task, now + lapse_h)
        return


@kernel
def _wait(words: Words, floats: Numbers, case: int, now: float) -> None:
    """Let the case wait for an answer, and its doer ask for it when it is overdue."""
    rules, delay_h, number = words[case + C_RULES], floats[case + C_WAIT_H], words[case + C_NUMBER]
    schedule(words, floats, now + delay_h, ANSWER + number, case)
    first_h = floats[rules + R_FIRST_AFTER_H]
    if words[case + C_CHASE] >= 0 and delay_h > first_h and floats[rules + R_EFFORT_H] > 0:
        floats[case + C_ANSWERED_H] = now + delay_h
        schedule(words, floats, now + first_h, CHASE_EVENT + number, case)


@kernel
def answer(words: Words, floats: Numbers, draws: Numbers, case: int, now: float) -> None:
    """Take up a case again; a chasing task that waits has become pointless."""
    _drop(words, words[case + C_CHASING])
    words[case + C_CHASING] = NOTHING
    advance(words, floats, draws, case, now)


@kernel
def chase(words: Words, floats: Numbers, case: int, now: float) -> None:
    """Let the doer ask, and come back while no answer is there; asking does not speed it up."""
    rules, answered_h, task = words[case + C_RULES], floats[case + C_ANSWERED_H], words[case + C_CHASING]
    if words[case + C_OPEN] == 0 or now >= answered_h:
        return
    if task == NOTHING or words[task + T_STATE] == DONE or words[task + T_STATE] == DROPPED:
        unit, person = route(words, case, words[case + C_CHASE])
        task = new_task(words, floats, case, unit, now)
        factor = floats[rules + R_SPECIALIST_FACTOR] if words[unit + U_SPECIALIST] != 0 else 1.0
        add_entry(words, floats, task, COORDINATING, floats[rules + R_EFFORT_H] * factor)
        floats[task + T_LEFT_H], words[task + T_EXTRA] = math.nan, CHASE
        words[case + C_CHASING] = task
        submit(words, floats, task, unit, person)
    if now + floats[rules + R_EVERY_H] < answered_h:
        schedule(words, floats, now + floats[rules + R_EVERY_H], CHASE_EVENT + words[case + C_NUMBER], case)


@kernel
def close(words: Words, floats: Numbers, draws: Numbers, case: int, outcome: int, now: float) -> int:
    """End a case; returns the case that follows from it, which has to advance, or nothing."""
    late = _closed(words, floats, case, outcome, now)
    number = words[case + C_CUSTOMER]
    customer = customer_at(words, number)
    if outcome == DELIVERED and late:
        delivered_late(words, floats, customer, now)
    elif outcome == QUALIFIED:
        return open_case(words, floats, draws, OPPORTUNITY, words[case + C_ROW], case, now)
    elif outcome == WON:
        if won(words, floats, customer, now):
            words[words[H_WON] + words[H_WON_COUNT]] = number
            words[H_WON_COUNT] += 1
        row = words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * words[case + C_ROW]
        return open_case(words, floats, draws, ORDER, int(draws[row + DQ_ORDER]), case, now)
    elif outcome == CONTACTED:
        contact = words[case + C_RULES] + (R_PHONE if words[case + C_BY_PHONE] != 0 else R_CARE)
        weight = floats[contact + CONTACT_WORDS * words[case + C_SEGMENT] + K_WEIGHT]
        contacted(words, floats, customer, now, weight, ability_of(words, floats, case))
    return NOTHING


@kernel
def _closed(words: Words, floats: Numbers, case: int, outcome: int, now: float) -> bool:
    """Enter the end of a case; tells whether an order is late."""
    words[case + C_OPEN] = 0
    before, after = words[case + C_PREVIOUS_OPEN], words[case + C_NEXT_OPEN]
    words[(before + C_NEXT_OPEN) if before != NOTHING else H_OPEN_FIRST] = after
    words[(after + C_PREVIOUS_OPEN) if after != NOTHING else H_OPEN_LAST] = before
    spec = words[case + C_RULES] + R_ORDERS + ORDER_WORDS * words[case + C_CLASS]
    late = words[case + C_KIND] == ORDER and now > floats[case + C_ARRIVED_H] + floats[spec + O_PROMISED_H]
    floats[case + C_ENDED_H], words[case + C_OUTCOME], words[case + C_IS_LATE] = now, outcome, late
    return late


@kernel
def end_early(words: Words, floats: Numbers, draws: Numbers, case: int, outcome: int, now: float) -> None:
    """End a case before its time: nothing that waits is done any more."""
    _drop(words, words[case + C_WAITING])
    _drop(words, words[case + C_CHASING])
    close(words, floats, draws, case, outcome, now)


@kernel
def _drop(words: Words, task: int) -> None:
    if task != NOTHING and words[task + T_STATE] == WAITING:
        words[task + T_STATE] = DROPPED


@kernel
def finished(words: Words, floats: Numbers, draws: Numbers, task: int, now: float) -> None:
    """Let a finished task move its case on, or have the effect of discretionary work."""
    case, person = words[task + T_CASE], words[task + T_PERSON]
    if case == NOTHING:
        _finished_discretionary(words, floats, draws, task, person, now)
    elif words[task + T_EXTRA] != CHASE:
        words[case + C_LAST] = person
        if not math.isnan(floats[task + T_LEFT_H]):  # not a hand-over, which leaves the rest as it is
            floats[case + C_LEFT_H] = floats[task + T_LEFT_H]
        words[case + C_WAITING] = NOTHING
        advance(words, floats, draws, case, now)


@kernel
def _finished_discretionary(words: Words, floats: Numbers, draws: Numbers, task: int, person: int, now: float) -> None:
    extra, rules = words[task + T_EXTRA], rules_now(words)
    if extra == EXTRA_CONTACT:
        customer = customer_at(words, words[task + T_CUSTOMER])
        words[customer + B_CONTACTS] += 1
        weight = floats[rules + R_CARE + CONTACT_WORDS * words[customer + B_SEGMENT] + K_WEIGHT]
        contacted(words, floats, customer, now, weight, effect_of(words, floats, person, now))
    elif extra == MODULE_BUILDING:
        floats[H_MODULES_H] += floats[task + T_CONTENT_H]
    elif extra == PROSPECTING:
        floats[H_LEAD_CREDIT] += floats[task + T_CONTENT_H] * floats[rules + R_EXTRA_LEADS_PER_H]
        while floats[H_LEAD_CREDIT] >= 1 and words[H_NEXT_PROSPECT] < words[H_LEAD_COUNT]:
            row = words[H_NEXT_PROSPECT]
            words[H_NEXT_PROSPECT] += 1
            customer = customer_at(words, int(draws[words[H_LEADS] + LEAD_DRAWS * row + DL_CUSTOMER]))
            if words[customer + B_ACTIVE] != 0:  # else somebody else is asked
                floats[H_LEAD_CREDIT] -= 1
                advance(words, floats, draws, open_case(words, floats, draws, LEAD, row, NOTHING, now), now)
