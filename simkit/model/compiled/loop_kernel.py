"""The loop of the compiled engine: it works the agenda off until something happens that Python decides.

Changes of staff, go-live and what a day brings for all customers or units are rare; they are handled by the engine's own
classes, which see the same memory. Python calls `command`, for the loop and for single steps alike.
"""

from __future__ import annotations

from collections.abc import Callable

from simkit.model.compiled.deadlines_kernel import open_deadlines
from simkit.model.compiled.events_kernel import next_event, schedule
from simkit.model.compiled.findings_kernel import (
    customer_gone,
    deals_lost,
    gather,
    open_left,
    resubmit,
    take_queue,
    waiting_content,
)
from simkit.model.compiled.jit import NumberBlock, Numbers, WordBlock, Words, entry, fingerprint, kernel, pointer
from simkit.model.compiled.layout import (
    A_AT,
    A_CUSTOMER,
    A_KIND,
    A_NUMBER,
    A_ROW,
    ARRIVAL_WORDS,
    B_ACTIVE,
    B_CHANNEL,
    C_OPEN,
    CANCELLED,
    CARE,
    CLOSE_BOOKS,
    CUSTOMER_GONE,
    DAY,
    DAY_WORDS,
    DEALS_LOST,
    DL_REFERRER,
    DL_THIN,
    DO_THIN,
    DQ_THIN,
    DR_THIN,
    E_AT,
    END_DAY,
    FINGERPRINT,
    FINISHED,
    FULL,
    GATHER,
    GO_LIVE,
    H_AGENDA,
    H_AGENDA_COUNT,
    H_ARGUMENT,
    H_ARRIVAL_COUNT,
    H_ARRIVAL_NEXT,
    H_ARRIVALS,
    H_BLOCKED_MODULES_H,
    H_BUILDERS,
    H_DAY_H,
    H_DAYS,
    H_END_H,
    H_FIRST_EXISTING,
    H_FOR_PYTHON,
    H_FULL,
    H_LEADS,
    H_LIVE,
    H_NOW,
    H_OPPORTUNITIES,
    H_ORDERS,
    H_OVERLOAD,
    H_PLACE,
    H_READY_COUNT,
    H_REQUESTS,
    H_SLOT_COUNT,
    H_SLOTS,
    H_START_H,
    LAPSED,
    LEAD,
    LEAD_DRAWS,
    NOT_READY,
    NOTHING,
    OPEN_LEFT,
    OPPORTUNITY,
    OPPORTUNITY_DRAWS,
    ORDER,
    ORDER_DRAWS,
    P_CURVE,
    P_LONG_ABSENT,
    PLAY,
    READY,
    REQUEST_DRAWS,
    RESUBMIT,
    S_HOLDER,
    SCHEDULE,
    SLOT_WORDS,
    STAFF_EVENT,
    SUBMIT,
    T_CASE,
    T_STATE,
    TAKE_QUEUE,
    WAITING_CONTENT,
    Y_BUILDING_H,
)
from simkit.model.compiled.overload_kernel import end_day
from simkit.model.compiled.queues_kernel import is_free, make_ready, may_be_free, not_ready, return_queue, submit
from simkit.model.compiled.response_kernel import customer_at, demand_is_real, lead_is_real
from simkit.model.compiled.work.cases_kernel import (
    advance,
    answer,
    chase,
    close,
    end_early,
    finished,
    open_care,
    open_case,
)
from simkit.model.compiled.work.dispatch_kernel import close_books, complete, settle
from simkit.model.compiled.work.people_kernel import begin_day_of
from simkit.model.engine.event_loop import ANSWER, ARRIVAL, COMPLETION, LAPSE, STAFF, TICK
from simkit.model.inputs.arrivals import STEP_SHIFT
from simkit.model.run_state import DROPPED, WAITING
from simkit.model.specification.model_parameters import OWN_STAFF

KIND_SHIFT = 54
(COMPLETIONS, ANSWERS, LAPSES, STAFF_CHANGES, TICKS, ARRIVALS) = (
    place >> KIND_SHIFT for place in (COMPLETION, ANSWER, LAPSE, STAFF, TICK, ARRIVAL)
)


@kernel
def _done(words: Words, floats: Numbers, draws: Numbers, asked: int, one: int, other: int, number: float) -> int:
    if asked == PLAY:
        return _play(words, floats, draws)
    if asked == SCHEDULE:
        schedule(words, floats, number, one, other)
    elif asked == SUBMIT:
        submit(words, floats, one, other, int(number))
    elif asked == RESUBMIT:
        resubmit(words, floats)
    elif asked == CUSTOMER_GONE:
        customer_gone(words, floats, draws, one)
    elif asked == DEALS_LOST:
        deals_lost(words, floats, draws, one, number)
    elif asked == READY:
        make_ready(words, one)
    elif asked == NOT_READY:
        not_ready(words, one)
    elif asked == END_DAY:
        end_day(words, floats, one)
    elif asked == CLOSE_BOOKS:
        close_books(words, floats, floats[H_END_H])
    elif asked == GATHER:
        gather(words, floats, one)
    elif asked == TAKE_QUEUE:
        return take_queue(words, floats, one)
    elif asked == WAITING_CONTENT:
        return waiting_content(words, floats, one)
    elif asked == OPEN_LEFT:
        return open_left(words, floats, one)
    return 0


@kernel
def _play(words: Words, floats: Numbers, draws: Numbers) -> int:
    end_h, agenda = floats[H_END_H], words[H_AGENDA]
    while True:
        over = words[H_AGENDA_COUNT] == 0 or floats[agenda + E_AT] >= end_h
        if words[H_READY_COUNT] > 0 and (over or floats[agenda + E_AT] > floats[H_NOW]):
            settle(words, floats, draws, floats[H_NOW])
            if words[H_FULL] != 0:
                return FULL
            continue
        if over:
            return FINISHED
        next_event(words, floats)
        kind = words[H_PLACE] >> KIND_SHIFT
        if kind == STAFF_CHANGES:
            return STAFF_EVENT
        if kind == TICKS:
            if words[H_PLACE] != TICK:
                return GO_LIVE
            if _tick(words, floats):
                return DAY
        else:
            _happen(words, floats, draws, kind)
        if words[H_FULL] != 0:
            return FULL


@kernel
def _happen(words: Words, floats: Numbers, draws: Numbers, kind: int) -> None:
    """Let an event of cases and tasks have its effect."""
    now, argument = floats[H_NOW], words[H_ARGUMENT]
    if kind == COMPLETIONS:
        if complete(words, floats, argument, now):
            finished(words, floats, draws, argument, now)
    elif kind == ANSWERS:
        answer(words, floats, draws, argument, now)
    elif kind == ARRIVALS:
        _arrive(words, floats, draws, argument, now)
    elif kind != LAPSES:
        chase(words, floats, argument, now)
    elif words[H_PLACE] & ((1 << STEP_SHIFT) - 1) == 0:  # of a case: the customer has lost patience
        if words[argument + C_OPEN] != 0:
            end_early(words, floats, draws, argument, CANCELLED, now)
    elif words[argument + T_STATE] == WAITING:
        words[argument + T_STATE] = DROPPED
        close(words, floats, draws, words[argument + T_CASE], LAPSED, now)


@kernel
def _arrive(words: Words, floats: Numbers, draws: Numbers, position: int, now: float) -> None:
    """Open a case if it is real today, and announce the next."""
    arrival = words[H_ARRIVALS] + ARRIVAL_WORDS * position
    words[H_ARRIVAL_NEXT] = position + 1
    if position + 1 < words[H_ARRIVAL_COUNT]:
        following = arrival + ARRIVAL_WORDS
        schedule(words, floats, floats[following + A_AT], ARRIVAL + words[following + A_NUMBER], position + 1)
    kind, row, number = words[arrival + A_KIND], words[arrival + A_ROW], words[arrival + A_CUSTOMER]
    customer, case = customer_at(words, number), NOTHING
    if kind == CARE:
        elsewhere = words[H_LIVE] != 0 and words[customer + B_CHANNEL] != OWN_STAFF
        if words[customer + B_ACTIVE] != 0 and not elsewhere:
            case = open_care(words, floats, draws, number, row, now)
    elif _is_real(words, floats, draws, kind, row, customer, now):
        case = open_case(words, floats, draws, kind, row, NOTHING, now)
    advance(words, floats, draws, case, now)


@kernel
def _is_real(words: Words, floats: Numbers, draws: Numbers, kind: int, row: int, customer: int, now: float) -> bool:
    if kind == LEAD:
        lead = words[H_LEADS] + LEAD_DRAWS * row
        new, referrer, thin = row < words[H_FIRST_EXISTING], draws[lead + DL_REFERRER], draws[lead + DL_THIN]
        return lead_is_real(words, floats, customer, referrer, now, thin, new)
    if kind == OPPORTUNITY:
        thin = draws[words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * row + DQ_THIN]
    elif kind == ORDER:
        thin = draws[words[H_ORDERS] + ORDER_DRAWS * row + DO_THIN]
    else:
        thin = draws[words[H_REQUESTS] + REQUEST_DRAWS * row + DR_THIN]
    return demand_is_real(words, floats, customer, now, thin, 1.0)


@kernel
def _tick(words: Words, floats: Numbers) -> bool:
    """Begin a working day; tells whether it holds more, which is for Python to decide."""
    now, day = floats[H_NOW], words[H_ARGUMENT]
    for position in range(words[H_SLOT_COUNT]):
        person = words[words[H_SLOTS] + SLOT_WORDS * position + S_HOLDER]
        if person == NOTHING:
            continue
        was_absent = words[person + P_LONG_ABSENT] != 0
        begin_day_of(words, floats, person, day)
        if words[person + P_LONG_ABSENT] != 0 and not was_absent:
            return_queue(words, floats, person)
        if is_free(words, person):
            may_be_free(words, person)
            make_ready(words, person)
    open_deadlines(words, floats, day)
    if words[H_BUILDERS] != 0 and now > 0:
        for position in range(words[H_SLOT_COUNT]):
            person = words[words[H_SLOTS] + SLOT_WORDS * position + S_HOLDER]
            if person != NOTHING:
                yesterday = words[person + P_CURVE] + DAY_WORDS * (day - 1)
                floats[H_BLOCKED_MODULES_H] += floats[yesterday + Y_BUILDING_H]
    if day + 1 < words[H_DAYS]:
        schedule(words, floats, floats[H_START_H] + (day + 1) * floats[H_DAY_H], TICK, day + 1)
    if words[words[H_FOR_PYTHON] + day] != 0:
        return True
    if words[H_OVERLOAD] != 0 and day > 0:
        end_day(words, floats, day - 1)
    return False


Command = Callable[[WordBlock, NumberBlock, NumberBlock, int, int, int, float], int]


def _command_of(sources: int) -> Command:
    """Return what Python calls, enclosing the fingerprint of the sources."""

    @entry
    def command(
        words: WordBlock, floats: NumberBlock, draws: NumberBlock, asked: int, one: int, other: int, number: float
    ) -> int:
        """Do what Python asks for; see the codes in `simkit.model.compiled.layout`.

        Parameters
        ----------
        words, floats, draws : arrays
            The memory of the run as whole numbers and as floats, and the draws of the replication.
        asked : int
            PLAY … CLOSE_BOOKS.
        one, other, number : int, int, float
            What it is about.

        Returns
        -------
        int
            Why the loop has stopped (PLAY), or how many values stand in the place for findings.
        """
        if asked == FINGERPRINT:
            return sources
        done: int = _done(pointer(words), pointer(floats), pointer(draws), asked, one, other, number)
        return done

    return command


command = _command_of(fingerprint())
