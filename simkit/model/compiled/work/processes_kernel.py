"""The cases' processes in the compiled engine: each generator of `simkit.model.engine.processes` as a machine of states.

`next_step` says what a case does next: WORK, whose one or two steps then stand in the case; WAIT, whose length stands there;
or END plus the outcome. A case's state says where its generator stands; between two states it runs on without a stop.
"""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_BY_PHONE,
    C_CHANNEL,
    C_CUSTOMER,
    C_KIND,
    C_ROW,
    C_RULES,
    C_SEGMENT,
    C_STATE,
    CARE,
    CARING,
    CONTACT_WORDS,
    CONTACTED,
    COORDINATING,
    DL_EFFORT,
    DL_QUALIFIED,
    DR_COORDINATED,
    DR_COORDINATION_EFFORT,
    DR_DELAY,
    DR_EFFORT,
    DROPPED_LEAD,
    END,
    H_CARE_CONTACTS,
    H_CARE_EFFORT,
    H_LEADS,
    H_REQUESTS,
    K_LAPSE_H,
    LEAD,
    LEAD_DRAWS,
    LEVEL_WORDS,
    ORDER,
    PREPARING,
    QUALIFIED,
    R_CARE,
    R_LEAD_LAPSE_H,
    R_LEAD_QUALIFIED_SHARE,
    R_LEAD_QUALIFY_H,
    R_LEVELS,
    R_PHONE,
    R_SERVICE_ANSWER_H,
    R_SERVICE_COORDINATION_H,
    R_SERVICE_COORDINATION_SHARE,
    R_SERVICE_DELAY_H,
    REQUEST_DRAWS,
    SELLING,
    SERVICE,
    SERVING,
    SOLVED,
    TRAVELLING,
    V_SERVICE_LAPSE_H,
    WORK,
    WORK_CARE,
    WORK_LEAD,
    WORK_SERVICE,
)
from simkit.model.compiled.work.opportunities_kernel import next_of_opportunity
from simkit.model.compiled.work.orders_kernel import next_of_order
from simkit.model.compiled.work.steps_kernel import ASKED, BEGUN, CONFIRMED, entry_of, one_step, step, wait_for
from simkit.model.specification.model_parameters import PARTNER


@kernel
def next_step(words: Words, floats: Numbers, draws: Numbers, case: int) -> int:
    """Let the process of a case go on to its next work, wait or end."""
    kind = words[case + C_KIND]
    if kind == ORDER:
        return next_of_order(words, floats, draws, case)
    if kind == CARE:
        return _care(words, floats, draws, case)
    by_partner = words[case + C_CHANNEL] == PARTNER
    if kind == SERVICE:
        return END + SOLVED if by_partner else _service(words, floats, draws, case)
    if kind == LEAD:
        return _lead(words, floats, draws, case, by_partner)
    return next_of_opportunity(words, floats, draws, case, by_partner)


@kernel
def _lead(words: Words, floats: Numbers, draws: Numbers, case: int, by_partner: bool) -> int:
    rules, row = words[case + C_RULES], words[H_LEADS] + LEAD_DRAWS * words[case + C_ROW]
    if words[case + C_STATE] == 0 and not by_partner:
        words[case + C_STATE] = BEGUN
        hours = floats[rules + R_LEAD_QUALIFY_H] * draws[row + DL_EFFORT]
        return one_step(words, floats, case, WORK_LEAD, SELLING, hours, 0.0, floats[rules + R_LEAD_LAPSE_H])
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
        return wait_for(words, floats, case, floats[rules + R_SERVICE_DELAY_H] * draws[row + DR_DELAY], WORK_SERVICE)
    lapse_h, answer_h = math.inf, floats[rules + R_SERVICE_ANSWER_H]
    if state == 0:
        lapse_h = floats[rules + R_LEVELS + LEVEL_WORDS * words[case + C_SEGMENT] + V_SERVICE_LAPSE_H]
        if draws[row + DR_COORDINATED] < floats[rules + R_SERVICE_COORDINATION_SHARE]:
            words[case + C_STATE] = BEGUN
            hours = floats[rules + R_SERVICE_COORDINATION_H] * draws[row + DR_COORDINATION_EFFORT]
            return one_step(words, floats, case, WORK_SERVICE, COORDINATING, hours, answer_h, lapse_h)
    words[case + C_STATE] = CONFIRMED
    return one_step(words, floats, case, WORK_SERVICE, SERVING, answer_h * draws[row + DR_EFFORT], 0.0, lapse_h)
