"""The cases' processes in the compiled engine: each generator of `simkit.model.engine.processes` as a machine of states.

`next_step` says what a case does next: WORK, whose one or two steps then stand in the case; WAIT, whose length stands there;
or END plus the outcome. A case's state says where its generator stands; between two states it runs on without a stop.
"""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    ADMINISTRATING,
    C_ARRIVED_H,
    C_BY_PHONE,
    C_CHANNEL,
    C_CHASE,
    C_CLASS,
    C_CUSTOMER,
    C_DELAY_H,
    C_FIRST,
    C_KIND,
    C_LAST,
    C_NOW_H,
    C_PARTNER,
    C_PENDING,
    C_ROW,
    C_RULES,
    C_SEGMENT,
    C_STATE,
    C_STEP,
    C_TALKS_H,
    C_TURN,
    C_WAIT_H,
    CARE,
    CARING,
    CONTACT_WORDS,
    CONTACTED,
    COORDINATING,
    DELIVERED,
    DL_EFFORT,
    DL_QUALIFIED,
    DO_EFFORT_CONFIRMATION,
    DO_EFFORT_CONFIRMATION_2,
    DO_EFFORT_COORDINATION,
    DO_EFFORT_ENTRY,
    DO_REPEATS,
    DO_REWORK,
    DO_ROUND_DELAY,
    DO_ROUND_EFFORT,
    DQ_ACCESS,
    DQ_ASSESSED,
    DQ_DEADLINE,
    DQ_FEASIBILITY,
    DQ_FOLLOW_UP_DELAY,
    DQ_QUALITY,
    DQ_REPEATS,
    DQ_ROUND_DELAY,
    DQ_ROUND_EFFORT,
    DQ_STEP_EFFORT,
    DQ_UNDECIDED,
    DQ_WON,
    DR_COORDINATED,
    DR_COORDINATION_EFFORT,
    DR_DELAY,
    DR_EFFORT,
    DROPPED_LEAD,
    END,
    H_CARE_CONTACTS,
    H_CARE_EFFORT,
    H_LEADS,
    H_OPPORTUNITIES,
    H_ORDERS,
    H_REQUESTS,
    K_LAPSE_H,
    LEAD,
    LEAD_DRAWS,
    LEVEL_WORDS,
    LOST,
    NO_DECISION,
    NOTHING,
    O_CONFIRMATION_H,
    O_COORDINATION_H,
    O_END_H,
    O_ENTRY_H,
    O_EXPECTED_ENTRY_H,
    O_FEASIBILITY_H,
    O_OWN_H,
    O_PARTNER_DELAY_H,
    O_PARTNER_H,
    O_PARTNERS,
    O_REPEAT_CHANCE,
    O_REWORK_CHANCE,
    O_TOTAL_H,
    O_WAITING_H,
    OPPORTUNITY_DRAWS,
    ORDER,
    ORDER_DRAWS,
    ORDER_WORDS,
    PREPARING,
    QUALIFIED,
    R_ABILITY,
    R_ACCESS,
    R_BASE,
    R_CARE,
    R_CLEAN_UP_H,
    R_DEADLINE,
    R_DELAY_PER_H,
    R_DRIFT_DELAY_FACTOR,
    R_DRIFT_FOLLOW_UPS,
    R_DRIFT_NO_DECISION,
    R_FEASIBILITY_H,
    R_FEASIBILITY_SHARE,
    R_FLAG_SHARE,
    R_FOLLOW_UP_EVERY_H,
    R_FOLLOW_UP_H,
    R_FOLLOW_UPS,
    R_GATE_ACCURACY,
    R_GATE_H,
    R_GATE_QUALITY,
    R_GATED,
    R_LAPSE_H,
    R_LEAD_LAPSE_H,
    R_LEAD_QUALIFIED_SHARE,
    R_LEAD_QUALIFY_H,
    R_LEVELS,
    R_NEGOTIATION_H,
    R_NO_DECISION_SHARE,
    R_ORDERS,
    R_PARTNER_ENTRY_SHARE,
    R_PHONE,
    R_PREPARATION_H,
    R_PRESENTATION_H,
    R_QUALITY,
    R_SERVICE_ANSWER_H,
    R_SERVICE_COORDINATION_H,
    R_SERVICE_COORDINATION_SHARE,
    R_SERVICE_DELAY_H,
    R_TRAVEL_H,
    REJECTED,
    REQUEST_DRAWS,
    ROUNDS,
    SELLING,
    SERVICE,
    SERVING,
    SOLVED,
    STEP_WORDS,
    TRAVELLING,
    V_SERVICE_LAPSE_H,
    W_ENTRIES,
    W_ENTRY_COUNT,
    W_KIND,
    W_LAPSE_H,
    W_LEFT_H,
    WAIT,
    WON,
    WORK,
    WORK_CARE,
    WORK_CONFIRMATION,
    WORK_COORDINATION,
    WORK_ENTRY,
    WORK_FEASIBILITY,
    WORK_LEAD,
    WORK_OPPORTUNITY,
    WORK_SERVICE,
)
from simkit.model.compiled.people_kernel import effect_of
from simkit.model.specification.model_parameters import BESPOKE, PARTNER, ROUND_CAP

BEGUN, NEXT_ROUND, ASKED, ALL_ANSWERED, FOLLOWING_UP, CALLED, NEGOTIATED, CONFIRMED, REPEATED = range(1, 10)


@kernel
def next_step(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    """Let the process of a case go on to its next work, wait or end."""
    kind = words[case + C_KIND]
    if kind == ORDER:
        return _order(words, floats, draws, case)
    if kind == CARE:
        return _care(words, floats, draws, case)
    by_partner = words[case + C_CHANNEL] == PARTNER
    if kind == SERVICE:
        return END + SOLVED if by_partner else _service(words, floats, draws, case)
    if kind == LEAD:
        return _lead(words, floats, draws, case, by_partner)
    return _opportunity(words, floats, draws, case, by_partner)


@kernel
def step(words: Words, floats: Numbers, case: int, position: int, kind: int, left_h: float, lapse_h: float) -> int:
    """Begin the first (0) or second (1) step of a case's next work; returns where it stands."""
    place = case + C_STEP + STEP_WORDS * position
    words[place + W_KIND], words[place + W_ENTRY_COUNT] = kind, 0
    floats[place + W_LEFT_H], floats[place + W_LAPSE_H] = left_h, lapse_h
    words[case + C_FIRST], words[case + C_PENDING] = 0, position + 1
    return place


@kernel
def entry_of(words: Words, floats: Numbers, place: int, activity: int, hours: float) -> None:
    """Add an activity to a step."""
    entry = place + W_ENTRIES + 2 * words[place + W_ENTRY_COUNT]
    words[entry], floats[entry + 1] = activity, hours
    words[place + W_ENTRY_COUNT] += 1


@kernel
def _one(
    words: Words, floats: Numbers, case: int, kind: int, activity: int, hours: float, left_h: float, lapse_h: float
) -> int:
    entry_of(words, floats, step(words, floats, case, 0, kind, left_h, lapse_h), activity, hours)
    return WORK


@kernel
def _wait(words: Words, floats: Numbers, case: int, delay_h: float, chase: int) -> int:
    floats[case + C_WAIT_H], words[case + C_CHASE] = delay_h, chase
    return WAIT


@kernel
def rounds(draw: float, repeat_chance: float) -> int:
    """Return how many rounds one uniform draw means: geometric, monotone in the chance, capped."""
    if repeat_chance <= 0 or draw <= 0:
        return 1 if repeat_chance <= 0 else ROUND_CAP + 1
    return 1 + min(ROUND_CAP, int(math.log(draw) / math.log(repeat_chance)))


@kernel
def _lead(words: Words, floats: Numbers, draws: Numbers, case: int, by_partner: bool) -> int:
    rules, row = words[case + C_RULES], words[H_LEADS] + LEAD_DRAWS * words[case + C_ROW]
    if words[case + C_STATE] == 0 and not by_partner:
        words[case + C_STATE] = BEGUN
        hours = floats[rules + R_LEAD_QUALIFY_H] * draws[row + DL_EFFORT]
        return _one(words, floats, case, WORK_LEAD, SELLING, hours, 0.0, floats[rules + R_LEAD_LAPSE_H])
    return END + (QUALIFIED if draws[row + DL_QUALIFIED] < floats[rules + R_LEAD_QUALIFIED_SHARE] else DROPPED_LEAD)


@kernel
def _care(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    if words[case + C_STATE] != 0:
        return END + CONTACTED
    words[case + C_STATE] = BEGUN
    contact = words[case + C_RULES] + (R_PHONE if words[case + C_BY_PHONE] != 0 else R_CARE)
    contact += CONTACT_WORDS * words[case + C_SEGMENT]
    number = words[case + C_CUSTOMER] * words[H_CARE_CONTACTS] + words[case + C_ROW]
    effort = words[H_CARE_EFFORT] + 3 * number
    place = step(words, floats, case, 0, WORK_CARE, 0.0, floats[contact + K_LAPSE_H])
    activities = (PREPARING, TRAVELLING, CARING)
    for part in range(3):
        hours = floats[contact + part] * draws[effort + part]
        if hours > 0:
            entry_of(words, floats, place, activities[part], hours)
    return WORK


@kernel
def _service(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    rules, row = words[case + C_RULES], words[H_REQUESTS] + REQUEST_DRAWS * words[case + C_ROW]
    state = words[case + C_STATE]
    if state == CONFIRMED:
        return END + SOLVED
    if state == BEGUN:
        words[case + C_STATE] = ASKED
        return _wait(words, floats, case, floats[rules + R_SERVICE_DELAY_H] * draws[row + DR_DELAY], WORK_SERVICE)
    lapse_h, answer_h = math.inf, floats[rules + R_SERVICE_ANSWER_H]
    if state == 0:
        lapse_h = floats[rules + R_LEVELS + LEVEL_WORDS * words[case + C_SEGMENT] + V_SERVICE_LAPSE_H]
        if draws[row + DR_COORDINATED] < floats[rules + R_SERVICE_COORDINATION_SHARE]:
            words[case + C_STATE] = BEGUN
            hours = floats[rules + R_SERVICE_COORDINATION_H] * draws[row + DR_COORDINATION_EFFORT]
            return _one(words, floats, case, WORK_SERVICE, COORDINATING, hours, answer_h, lapse_h)
    words[case + C_STATE] = CONFIRMED
    return _one(words, floats, case, WORK_SERVICE, SERVING, answer_h * draws[row + DR_EFFORT], 0.0, lapse_h)


# --- opportunities ---------------------------------------------------------------------------------------------------


@kernel
def _opportunity(words: Words, floats: Numbers, draws: Numbers, case: int, by_partner: bool) -> int:
    rules, row = words[case + C_RULES], words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * words[case + C_ROW]
    if by_partner:
        return END + (WON if draws[row + DQ_WON] < _win_chance(words, floats, draws, case, 0.0) else LOST)
    state = words[case + C_STATE]
    if state == 0:
        words[case + C_STATE] = state = BEGUN
        if floats[rules + R_GATED] != 0 and floats[rules + R_GATE_H] > 0:
            spec = rules + R_ORDERS + ORDER_WORDS * words[case + C_CLASS]
            left_h = floats[spec + O_OWN_H] + floats[spec + O_FEASIBILITY_H] - floats[rules + R_GATE_H]
            gate_h, lapse_h = floats[rules + R_GATE_H], floats[rules + R_LAPSE_H]
            return _one(words, floats, case, WORK_OPPORTUNITY, SELLING, gate_h, left_h, lapse_h)
    if state == BEGUN:
        if floats[rules + R_GATED] != 0:
            accuracy = floats[rules + R_GATE_ACCURACY]
            seen = accuracy * draws[row + DQ_QUALITY] + math.sqrt(1 - accuracy * accuracy) * draws[row + DQ_ASSESSED]
            if seen < floats[rules + R_GATE_QUALITY]:
                return END + REJECTED
        return _prepare(words, floats, draws, case, rules, row)
    if state in (NEXT_ROUND, ASKED):
        return _feasibility(words, floats, draws, case, rules, row)
    return _talks(words, floats, draws, case, rules, row)


@kernel
def _missing(floats: Numbers, draws: Numbers, rules: int, row: int) -> int:
    """Return how many of access and deadline are missing."""
    share = floats[rules + R_FLAG_SHARE]
    return (1 if draws[row + DQ_ACCESS] >= share else 0) + (1 if draws[row + DQ_DEADLINE] >= share else 0)


@kernel
def _follow_ups(floats: Numbers, draws: Numbers, rules: int, row: int) -> int:
    missing = _missing(floats, draws, rules, row)
    return int(floats[rules + R_FOLLOW_UPS]) + missing * int(floats[rules + R_DRIFT_FOLLOW_UPS])


@kernel
def _talks_h(floats: Numbers, draws: Numbers, rules: int, row: int) -> float:
    follow_ups = _follow_ups(floats, draws, rules, row)
    return follow_ups * floats[rules + R_FOLLOW_UP_H] + floats[rules + R_NEGOTIATION_H]


@kernel
def _rest_h(floats: Numbers, draws: Numbers, rules: int, row: int) -> float:
    talks_h = _talks_h(floats, draws, rules, row)
    return floats[rules + R_TRAVEL_H] + floats[rules + R_PRESENTATION_H] + talks_h


@kernel
def _prepare(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    spec = rules + R_ORDERS + ORDER_WORDS * words[case + C_CLASS]
    left_h = _rest_h(floats, draws, rules, row) + floats[spec + O_FEASIBILITY_H]
    place = step(words, floats, case, 0, WORK_OPPORTUNITY, left_h, floats[rules + R_LAPSE_H])
    hours = floats[rules + R_PREPARATION_H] * draws[row + DQ_STEP_EFFORT]
    entry_of(words, floats, place, PREPARING, hours)
    if words[case + C_CLASS] == BESPOKE and draws[row + DQ_FEASIBILITY] < floats[rules + R_FEASIBILITY_SHARE]:
        words[case + C_STATE], words[case + C_TURN] = NEXT_ROUND, 0
        return WORK
    return _present(words, floats, draws, case, rules, row, 1)


@kernel
def _present(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int, position: int) -> int:
    talks_h = _talks_h(floats, draws, rules, row)
    place = step(words, floats, case, position, WORK_OPPORTUNITY, talks_h, floats[rules + R_LAPSE_H])
    entry_of(words, floats, place, TRAVELLING, floats[rules + R_TRAVEL_H] * draws[row + DQ_STEP_EFFORT + 1])
    entry_of(words, floats, place, SELLING, floats[rules + R_PRESENTATION_H] * draws[row + DQ_STEP_EFFORT + 2])
    words[case + C_STATE] = ALL_ANSWERED
    return WORK


@kernel
def _feasibility(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    bespoke, turn = rules + R_ORDERS + ORDER_WORDS * BESPOKE, words[case + C_TURN]
    if words[case + C_STATE] == ASKED:
        words[case + C_STATE], words[case + C_TURN] = NEXT_ROUND, turn + 1
        delay_h = floats[bespoke + O_PARTNER_DELAY_H] * draws[row + DQ_ROUND_DELAY + turn]
        return _wait(words, floats, case, delay_h, WORK_FEASIBILITY)
    if turn < rounds(draws[row + DQ_REPEATS], floats[bespoke + O_REPEAT_CHANCE]):
        words[case + C_STATE] = ASKED
        hours = floats[rules + R_FEASIBILITY_H] * draws[row + DQ_ROUND_EFFORT + turn]
        left_h, lapse_h = _rest_h(floats, draws, rules, row), floats[rules + R_LAPSE_H]
        return _one(words, floats, case, WORK_FEASIBILITY, COORDINATING, hours, left_h, lapse_h)
    return _present(words, floats, draws, case, rules, row, 0)


@kernel
def _talks(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    state, lapse_h = words[case + C_STATE], floats[rules + R_LAPSE_H]
    missing = _missing(floats, draws, rules, row)
    if state == NEGOTIATED:
        return _decision(words, floats, draws, case, rules, row)
    if state == ALL_ANSWERED:
        floats[case + C_DELAY_H] = floats[case + C_NOW_H] - floats[case + C_ARRIVED_H]
        floats[case + C_TALKS_H] = _talks_h(floats, draws, rules, row)
        words[case + C_TURN], state = 0, FOLLOWING_UP
    turn = words[case + C_TURN]
    if state == CALLED:
        if missing > 0 and floats[case + C_NOW_H] - floats[case + C_ARRIVED_H] > floats[rules + R_CLEAN_UP_H]:
            return END + NO_DECISION
        floats[case + C_TALKS_H] -= floats[rules + R_FOLLOW_UP_H]
        words[case + C_STATE], words[case + C_TURN] = FOLLOWING_UP, turn + 1
        hours = floats[rules + R_FOLLOW_UP_H] * draws[row + DQ_STEP_EFFORT + 4 + turn]
        return _one(words, floats, case, WORK_OPPORTUNITY, SELLING, hours, floats[case + C_TALKS_H], lapse_h)
    if turn < _follow_ups(floats, draws, rules, row):
        words[case + C_STATE] = CALLED
        pause_h = floats[rules + R_FOLLOW_UP_EVERY_H] * floats[rules + R_DRIFT_DELAY_FACTOR] ** float(missing)
        return _wait(words, floats, case, pause_h * draws[row + DQ_FOLLOW_UP_DELAY + turn], -1)
    words[case + C_STATE] = NEGOTIATED
    hours = floats[rules + R_NEGOTIATION_H] * draws[row + DQ_STEP_EFFORT + 3]
    return _one(words, floats, case, WORK_OPPORTUNITY, SELLING, hours, 0.0, lapse_h)


@kernel
def _decision(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    if draws[row + DQ_WON] < _win_chance(words, floats, draws, case, floats[case + C_DELAY_H]):
        return END + WON
    missing = _missing(floats, draws, rules, row)
    undecided = floats[rules + R_NO_DECISION_SHARE] + missing * floats[rules + R_DRIFT_NO_DECISION]
    return END + (NO_DECISION if draws[row + DQ_UNDECIDED] < undecided else LOST)


@kernel
def ability_of(words: Words, floats: Numbers, case: int) -> float:
    """Return the effectiveness of the person who worked on it last, at the last step of the case."""
    last = words[case + C_LAST]
    return 0.0 if last == NOTHING else effect_of(words, floats, last, floats[case + C_NOW_H])


@kernel
def _win_chance(words: Words, floats: Numbers, draws: Numbers, case: int, delay_h: float) -> float:
    """Return the logistic win chance of this opportunity (model rule: quality, access, deadline, delay, ability)."""
    rules, row = words[case + C_RULES], words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * words[case + C_ROW]
    share = floats[rules + R_FLAG_SHARE]
    logit = (
        floats[rules + R_BASE]
        + floats[rules + R_QUALITY] * draws[row + DQ_QUALITY]
        + floats[rules + R_ACCESS] * (1.0 if draws[row + DQ_ACCESS] < share else 0.0)
        + floats[rules + R_DEADLINE] * (1.0 if draws[row + DQ_DEADLINE] < share else 0.0)
        + floats[rules + R_DELAY_PER_H] * delay_h
        + floats[rules + R_ABILITY] * ability_of(words, floats, case)
    )
    return 1 / (1 + math.exp(-logit))


# --- orders ----------------------------------------------------------------------------------------------------------


@kernel
def _order(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    rules, row = words[case + C_RULES], words[H_ORDERS] + ORDER_DRAWS * words[case + C_ROW]
    spec, state = rules + R_ORDERS + ORDER_WORDS * words[case + C_CLASS], words[case + C_STATE]
    if state == 0:
        own_share = 1.0
        if words[case + C_CHANNEL] == PARTNER:
            own_share = 1 - floats[rules + R_PARTNER_ENTRY_SHARE]
        hours = floats[spec + O_ENTRY_H] * own_share * draws[row + DO_EFFORT_ENTRY]
        place = step(
            words, floats, case, 0, WORK_ENTRY, floats[spec + O_TOTAL_H] - floats[spec + O_EXPECTED_ENTRY_H], math.inf
        )
        entry_of(words, floats, place, ADMINISTRATING, hours)
        words[case + C_PARTNER], words[case + C_TURN] = 0, 0
        if floats[spec + O_PARTNERS] == 0:
            return _confirm(words, floats, draws, case, spec, row, 1)
        return _ask(words, floats, draws, case, spec, row, 1)
    if state == ASKED:
        partner, turn = words[case + C_PARTNER], words[case + C_TURN]
        delay_h = floats[spec + O_PARTNER_DELAY_H] * draws[int(draws[row + DO_ROUND_DELAY]) + ROUNDS * partner + turn]
        words[case + C_STATE], words[case + C_TURN] = NEXT_ROUND, turn + 1
        return _wait(words, floats, case, delay_h, WORK_COORDINATION)
    if state == NEXT_ROUND:
        repeats = draws[int(draws[row + DO_REPEATS]) + words[case + C_PARTNER]]
        if words[case + C_TURN] >= rounds(repeats, floats[spec + O_REPEAT_CHANCE]):
            words[case + C_PARTNER], words[case + C_TURN] = words[case + C_PARTNER] + 1, 0
        if words[case + C_PARTNER] < floats[spec + O_PARTNERS]:
            return _ask(words, floats, draws, case, spec, row, 0)
        return _confirm(words, floats, draws, case, spec, row, 0)
    if state == CONFIRMED and draws[row + DO_REWORK] < floats[spec + O_REWORK_CHANCE]:
        return _rework(words, floats, draws, case, spec, row)
    return END + DELIVERED


@kernel
def _ask(words: Words, floats: Numbers, draws: Numbers, case: int, spec: int, row: int, position: int) -> int:
    """Coordinate with the partner whose turn it is."""
    partner, turn = words[case + C_PARTNER], words[case + C_TURN]
    others = int(floats[spec + O_PARTNERS]) - partner - 1
    left_h = floats[spec + O_WAITING_H] + others * floats[spec + O_PARTNER_H] + floats[spec + O_END_H]
    hours = floats[spec + O_COORDINATION_H] * draws[int(draws[row + DO_ROUND_EFFORT]) + ROUNDS * partner + turn]
    place = step(words, floats, case, position, WORK_COORDINATION, left_h, math.inf)
    entry_of(words, floats, place, COORDINATING, hours)
    words[case + C_STATE] = ASKED
    return WORK


@kernel
def _confirm(words: Words, floats: Numbers, draws: Numbers, case: int, spec: int, row: int, position: int) -> int:
    left_h = floats[spec + O_END_H] - floats[spec + O_CONFIRMATION_H]
    place = step(words, floats, case, position, WORK_CONFIRMATION, left_h, math.inf)
    entry_of(words, floats, place, SERVING, floats[spec + O_CONFIRMATION_H] * draws[row + DO_EFFORT_CONFIRMATION])
    words[case + C_STATE] = CONFIRMED
    return WORK


@kernel
def _rework(words: Words, floats: Numbers, draws: Numbers, case: int, spec: int, row: int) -> int:
    confirmation_h = floats[spec + O_CONFIRMATION_H]
    place = step(words, floats, case, 0, WORK_COORDINATION, confirmation_h, math.inf)
    hours = floats[spec + O_COORDINATION_H] * draws[row + DO_EFFORT_COORDINATION]
    entry_of(words, floats, place, COORDINATING, hours)
    place = step(words, floats, case, 1, WORK_CONFIRMATION, 0.0, math.inf)
    entry_of(words, floats, place, SERVING, confirmation_h * draws[row + DO_EFFORT_CONFIRMATION_2])
    words[case + C_STATE] = REPEATED
    return WORK
