"""An opportunity in the compiled engine: the generator `simkit.model.engine.processes.opportunity` as a machine of states."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_ARRIVED_H,
    C_CLASS,
    C_DELAY_H,
    C_LAST,
    C_NOW_H,
    C_ROW,
    C_RULES,
    C_STATE,
    C_TALKS_H,
    C_TURN,
    C_WIN_CHANCE,
    COORDINATING,
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
    END,
    H_OPPORTUNITIES,
    LOST,
    NO_DECISION,
    NOTHING,
    O_FEASIBILITY_H,
    O_OWN_H,
    O_PARTNER_DELAY_H,
    O_REPEAT_CHANCE,
    OPPORTUNITY_DRAWS,
    ORDER_WORDS,
    PREPARING,
    R_ABILITY,
    R_ACCESS,
    R_BASE,
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
    R_NEGOTIATION_H,
    R_NO_DECISION_SHARE,
    R_ORDERS,
    R_PREPARATION_H,
    R_PRESENTATION_H,
    R_QUALITY,
    R_TRAVEL_H,
    REJECTED,
    SELLING,
    TRAVELLING,
    WON,
    WORK,
    WORK_FEASIBILITY,
    WORK_OPPORTUNITY,
)
from simkit.model.compiled.work.people_kernel import effect_of
from simkit.model.compiled.work.steps_kernel import (
    ALL_ANSWERED,
    ASKED,
    BEGUN,
    CALLED,
    FOLLOWING_UP,
    NEGOTIATED,
    NEXT_ROUND,
    entry_of,
    one_step,
    rounds,
    step,
    wait_for,
)
from simkit.model.specification.model_parameters import BESPOKE


@kernel
def next_of_opportunity(words: Words, floats: Numbers, draws: Numbers, case: int, by_partner: bool) -> int:
    """Prepare, clear price and feasibility where bespoke, present, follow up, negotiate; then the customer decides."""
    rules, row = words[case + C_RULES], words[H_OPPORTUNITIES] + OPPORTUNITY_DRAWS * words[case + C_ROW]
    if by_partner:
        floats[case + C_WIN_CHANCE] = _win_chance(words, floats, draws, case, 0.0)
        return END + (WON if draws[row + DQ_WON] < floats[case + C_WIN_CHANCE] else LOST)
    state = words[case + C_STATE]
    if state == 0:
        words[case + C_STATE] = state = BEGUN
        if floats[rules + R_GATED] != 0 and floats[rules + R_GATE_H] > 0:
            spec = rules + R_ORDERS + ORDER_WORDS * words[case + C_CLASS]
            left_h = floats[spec + O_OWN_H] + floats[spec + O_FEASIBILITY_H] - floats[rules + R_GATE_H]
            gate_h, lapse_h = floats[rules + R_GATE_H], floats[rules + R_LAPSE_H]
            return one_step(words, floats, case, WORK_OPPORTUNITY, SELLING, gate_h, left_h, lapse_h)
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
def drawn(draws: Numbers, row: int, table: int, position: int) -> float:
    """Return a draw of one of an opportunity's tables."""
    return draws[int(draws[row + table]) + position]


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
    hours = floats[rules + R_PREPARATION_H] * drawn(draws, row, DQ_STEP_EFFORT, 0)
    entry_of(words, floats, place, PREPARING, hours)
    if words[case + C_CLASS] == BESPOKE and draws[row + DQ_FEASIBILITY] < floats[rules + R_FEASIBILITY_SHARE]:
        words[case + C_STATE], words[case + C_TURN] = NEXT_ROUND, 0
        return WORK
    return _present(words, floats, draws, case, rules, row, 1)


@kernel
def _present(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int, position: int) -> int:
    talks_h = _talks_h(floats, draws, rules, row)
    place = step(words, floats, case, position, WORK_OPPORTUNITY, talks_h, floats[rules + R_LAPSE_H])
    entry_of(words, floats, place, TRAVELLING, floats[rules + R_TRAVEL_H] * drawn(draws, row, DQ_STEP_EFFORT, 1))
    entry_of(words, floats, place, SELLING, floats[rules + R_PRESENTATION_H] * drawn(draws, row, DQ_STEP_EFFORT, 2))
    words[case + C_STATE] = ALL_ANSWERED
    return WORK


@kernel
def _feasibility(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    bespoke, turn = rules + R_ORDERS + ORDER_WORDS * BESPOKE, words[case + C_TURN]
    if words[case + C_STATE] == ASKED:
        words[case + C_STATE], words[case + C_TURN] = NEXT_ROUND, turn + 1
        delay_h = floats[bespoke + O_PARTNER_DELAY_H] * drawn(draws, row, DQ_ROUND_DELAY, turn)
        return wait_for(words, floats, case, delay_h, WORK_FEASIBILITY)
    if turn < rounds(draws[row + DQ_REPEATS], floats[bespoke + O_REPEAT_CHANCE]):
        words[case + C_STATE] = ASKED
        hours = floats[rules + R_FEASIBILITY_H] * drawn(draws, row, DQ_ROUND_EFFORT, turn)
        left_h, lapse_h = _rest_h(floats, draws, rules, row), floats[rules + R_LAPSE_H]
        return one_step(words, floats, case, WORK_FEASIBILITY, COORDINATING, hours, left_h, lapse_h)
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
        hours = floats[rules + R_FOLLOW_UP_H] * drawn(draws, row, DQ_STEP_EFFORT, 4 + turn)
        return one_step(words, floats, case, WORK_OPPORTUNITY, SELLING, hours, floats[case + C_TALKS_H], lapse_h)
    if turn < _follow_ups(floats, draws, rules, row):
        words[case + C_STATE] = CALLED
        pause_h = floats[rules + R_FOLLOW_UP_EVERY_H] * floats[rules + R_DRIFT_DELAY_FACTOR] ** float(missing)
        return wait_for(words, floats, case, pause_h * drawn(draws, row, DQ_FOLLOW_UP_DELAY, turn), -1)
    words[case + C_STATE] = NEGOTIATED
    hours = floats[rules + R_NEGOTIATION_H] * drawn(draws, row, DQ_STEP_EFFORT, 3)
    return one_step(words, floats, case, WORK_OPPORTUNITY, SELLING, hours, 0.0, lapse_h)


@kernel
def _decision(words: Words, floats: Numbers, draws: Numbers, case: int, rules: int, row: int) -> int:
    floats[case + C_WIN_CHANCE] = _win_chance(words, floats, draws, case, floats[case + C_DELAY_H])
    if draws[row + DQ_WON] < floats[case + C_WIN_CHANCE]:
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
