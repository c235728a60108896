"""An order in the compiled engine: the generator `simkit.model.engine.processes.order` as a machine of states."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    ADMINISTRATING,
    C_CHANNEL,
    C_CLASS,
    C_PARTNER,
    C_ROW,
    C_RULES,
    C_STATE,
    C_TURN,
    COORDINATING,
    DELIVERED,
    DO_EFFORT_CONFIRMATION,
    DO_EFFORT_CONFIRMATION_2,
    DO_EFFORT_COORDINATION,
    DO_EFFORT_ENTRY,
    DO_PRODUCTION,
    DO_REPEATS,
    DO_REWORK,
    DO_ROUND_DELAY,
    DO_ROUND_EFFORT,
    END,
    H_ORDERS,
    O_CONFIRMATION_H,
    O_COORDINATION_H,
    O_END_H,
    O_ENTRY_H,
    O_EXPECTED_ENTRY_H,
    O_PARTNER_DELAY_H,
    O_PARTNER_H,
    O_PARTNERS,
    O_PRODUCTION_H,
    O_PRODUCTION_SIGMA,
    O_REPEAT_CHANCE,
    O_REWORK_CHANCE,
    O_TOTAL_H,
    O_WAITING_H,
    ORDER_DRAWS,
    ORDER_WORDS,
    R_ORDERS,
    R_PARTNER_ENTRY_SHARE,
    ROUNDS,
    SERVING,
    WORK,
    WORK_CONFIRMATION,
    WORK_COORDINATION,
    WORK_ENTRY,
)
from simkit.model.compiled.work.steps_kernel import (
    ASKED,
    CONFIRMED,
    NEXT_ROUND,
    PRODUCING,
    REPEATED,
    entry_of,
    rounds,
    step,
    wait_for,
)
from simkit.model.specification.model_parameters import PARTNER


@kernel
def next_of_order(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    """Enter the order, coordinate it with every partner, confirm it, sometimes do it over; production delivers it."""
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
        return wait_for(words, floats, case, delay_h, WORK_COORDINATION)
    if state == NEXT_ROUND:
        repeats = draws[int(draws[row + DO_REPEATS]) + words[case + C_PARTNER]]
        if words[case + C_TURN] >= rounds(repeats, floats[spec + O_REPEAT_CHANCE]):
            words[case + C_PARTNER], words[case + C_TURN] = words[case + C_PARTNER] + 1, 0
        if words[case + C_PARTNER] < floats[spec + O_PARTNERS]:
            return _ask(words, floats, draws, case, spec, row, 0)
        return _confirm(words, floats, draws, case, spec, row, 0)
    if state == CONFIRMED and draws[row + DO_REWORK] < floats[spec + O_REWORK_CHANCE]:
        return _rework(words, floats, draws, case, spec, row)
    if state != PRODUCING and floats[spec + O_PRODUCTION_H] > 0:
        words[case + C_STATE] = PRODUCING
        sigma = floats[spec + O_PRODUCTION_SIGMA]
        factor = math.exp(sigma * draws[row + DO_PRODUCTION] - sigma * sigma / 2)
        return wait_for(words, floats, case, floats[spec + O_PRODUCTION_H] * factor, -1)
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
