"""Admission and overload in the compiled engine: what becomes of a case at its arrival; twin of `engine.admission`."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    B_CHANNEL,
    C_CHANNEL,
    C_CLASS,
    C_COUNTED,
    C_CUSTOMER,
    C_KIND,
    C_LAST,
    C_LEFT_H,
    C_NEXT_OPEN,
    C_ROW,
    C_RULES,
    C_SEGMENT,
    C_WAITING,
    CARE,
    CONTACT_WORDS,
    DO_VALUE_AMOUNT,
    H_BLOCKED_MODULES_H,
    H_BUILDERS,
    H_CARE_COUNTS,
    H_LIMITED,
    H_LIVE,
    H_MODULES_H,
    H_OPEN_FIRST,
    H_ORDERS,
    H_OVERLOAD,
    H_OVERLOAD_TODAY,
    H_RULES,
    K_PREPARATION_H,
    K_TALK_H,
    K_TRAVEL_H,
    LEAD,
    LEVEL_WORDS,
    NOTHING,
    O_END_H,
    O_EXPECTED_ENTRY_H,
    O_FEASIBILITY_H,
    O_OWN_H,
    O_PARTNER_H,
    O_PARTNERS,
    OPPORTUNITY,
    ORDER,
    ORDER_DRAWS,
    ORDER_WORDS,
    P_UNIT,
    R_ACCEPTED_SHARE,
    R_ADOPTION_HALF_H,
    R_BESPOKE_CAP,
    R_CARE,
    R_CONFIGURED_CAP,
    R_LEAD_QUALIFY_H,
    R_LEVELS,
    R_MINIMUM_ORDER_AMOUNT,
    R_MODULE_H,
    R_MODULE_STEP,
    R_OLD_HABIT_SHARE,
    R_OPEN_DEALS_PER_SELLER,
    R_ORDERS,
    R_SERVICE_HOURS,
    SERVICE,
    T_UNIT,
    U_NAME,
    U_PEOPLE_COUNT,
    V_BESPOKE_ALLOWED,
    WORK_CARE,
    WORK_CONFIRMATION,
    WORK_COORDINATION,
    WORK_ENTRY,
    WORK_FEASIBILITY,
    WORK_LEAD,
    WORK_OPPORTUNITY,
    WORK_SERVICE,
)
from simkit.model.compiled.response_kernel import customer_at
from simkit.model.compiled.work.routes_kernel import routed
from simkit.model.engine.admission import LOG_19
from simkit.model.specification.model_parameters import BESPOKE, CONFIGURED, DROPPED_CUSTOMER, PARTNER, STANDARD


@kernel
def adopts(words: Words, floats: Numbers, draw: float, now: float) -> bool:
    """Tell whether a case follows the new way: an S-curve from 5 % at go-live, half at the parameter's month."""
    if words[H_LIVE] == 0:
        return False
    rules = words[H_RULES]
    half_h, willing = floats[rules + R_ADOPTION_HALF_H], 1 - floats[rules + R_OLD_HABIT_SHARE]
    if half_h == 0:
        return draw < willing
    return draw < willing / (1 + math.exp(-LOG_19 * (now / half_h - 1)))


@kernel
def offered_class(words: Words, floats: Numbers, order_class: int, segment: int, instead: float, sold: bool) -> int:
    """Return the class that the customer gets; −1 where he wants bespoke or nothing and his segment is not offered it."""
    rules = words[H_RULES]
    allowed = floats[rules + R_LEVELS + LEVEL_WORDS * segment + V_BESPOKE_ALLOWED] != 0
    if order_class != BESPOKE or sold or allowed:
        return order_class
    return CONFIGURED if instead < floats[rules + R_ACCEPTED_SHARE] else -1


@kernel
def converted_class(words: Words, floats: Numbers, order_class: int, draw: float) -> int:
    """Return the class of an order after conversion by modules."""
    if words[H_BUILDERS] == 0:
        return order_class
    reached = modules_reached(words, floats)
    if order_class == BESPOKE and draw < floats[words[H_RULES] + R_BESPOKE_CAP] * reached:
        return CONFIGURED
    return (
        STANDARD
        if order_class == CONFIGURED and draw < floats[words[H_RULES] + R_CONFIGURED_CAP] * reached
        else order_class
    )


@kernel
def modules_reached(words: Words, floats: Numbers) -> float:
    """Return what the finished modules convert, as a share of the caps."""
    rules = words[H_RULES]
    modules = int((floats[H_BLOCKED_MODULES_H] + floats[H_MODULES_H]) / floats[rules + R_MODULE_H])
    left: float = (1 - floats[rules + R_MODULE_STEP]) ** float(modules)
    return 1 - left


@kernel
def refuses(words: Words, floats: Numbers, draws: Numbers, case: int) -> bool:
    """Tell whether a case is not taken on: a dropped customer's, a small order, one open deal too many."""
    kind, rules = words[case + C_KIND], words[case + C_RULES]
    if kind == ORDER:
        row = words[H_ORDERS] + ORDER_DRAWS * words[case + C_ROW]
        return draws[row + DO_VALUE_AMOUNT] < floats[rules + R_MINIMUM_ORDER_AMOUNT]
    customer = customer_at(words, words[case + C_CUSTOMER])
    if words[H_LIVE] != 0 and words[customer + B_CHANNEL] == DROPPED_CUSTOMER:
        return True
    if not _counts(words, case) or words[case + C_CHANNEL] == PARTNER:
        return False
    unit, count = routed(words, case, kind), 0
    deal = words[H_OPEN_FIRST]
    while deal != NOTHING:
        if deal != case and _counts(words, deal) and routed(words, deal, words[deal + C_KIND]) == unit:
            count += 1
        deal = words[deal + C_NEXT_OPEN]
    return count >= floats[rules + R_OPEN_DEALS_PER_SELLER] * words[unit + U_PEOPLE_COUNT]


@kernel
def _counts(words: Words, case: int) -> bool:
    """Tell whether a case counts as an open deal where their number is limited."""
    return words[H_LIMITED] != 0 and (words[case + C_KIND] == LEAD or words[case + C_KIND] == OPPORTUNITY)


@kernel
def count_load(words: Words, floats: Numbers, case: int) -> None:
    """Count the expected content of a whole case for the units that will do it (`Overload.opened`)."""
    if words[H_OVERLOAD] == 0 or (words[case + C_KIND] == CARE and words[H_CARE_COUNTS] == 0):
        return
    words[case + C_COUNTED] = 1
    works, hours, count = _expected(words, floats, case)
    names = (
        words[routed(words, case, works[0]) + U_NAME],
        words[routed(words, case, works[1]) + U_NAME],
        words[routed(words, case, works[2]) + U_NAME],
    )
    for one in range(count):
        seen, total = False, 0.0
        for other in range(count):
            if names[other] == names[one]:
                seen = seen or other < one
                total += hours[other]
        if not seen:
            floats[words[H_OVERLOAD_TODAY] + names[one]] += total
            floats[case + C_LEFT_H] += total


@kernel
def _expected(words: Words, floats: Numbers, case: int) -> tuple[tuple[int, int, int], tuple[float, float, float], int]:
    """Return the kinds of work of a whole case, their expected hours, and how many they are."""
    rules, kind = words[case + C_RULES], words[case + C_KIND]
    spec = rules + R_ORDERS + ORDER_WORDS * words[case + C_CLASS]
    if kind == ORDER:
        partners_h = floats[spec + O_PARTNERS] * floats[spec + O_PARTNER_H]
        works = (WORK_ENTRY, WORK_COORDINATION, WORK_CONFIRMATION)
        return works, (floats[spec + O_EXPECTED_ENTRY_H], partners_h, floats[spec + O_END_H]), 3
    if kind == OPPORTUNITY:
        works = (WORK_OPPORTUNITY, WORK_FEASIBILITY, WORK_FEASIBILITY)
        count = 2 if words[case + C_CLASS] == BESPOKE else 1
        return works, (floats[spec + O_OWN_H], floats[spec + O_FEASIBILITY_H], 0.0), count
    if kind == LEAD:
        return (WORK_LEAD, WORK_LEAD, WORK_LEAD), (floats[rules + R_LEAD_QUALIFY_H], 0.0, 0.0), 1
    if kind == SERVICE:
        return (WORK_SERVICE, WORK_SERVICE, WORK_SERVICE), (floats[rules + R_SERVICE_HOURS], 0.0, 0.0), 1
    contact = rules + R_CARE + CONTACT_WORDS * words[case + C_SEGMENT]
    hours = floats[contact + K_PREPARATION_H] + floats[contact + K_TRAVEL_H] + floats[contact + K_TALK_H]
    return (WORK_CARE, WORK_CARE, WORK_CARE), (hours, 0.0, 0.0), 1


@kernel
def doing(words: Words, case: int) -> int:
    """Return the name of the unit that has the case now: where its task waits, or who had it last."""
    if words[case + C_WAITING] != NOTHING:
        return words[words[words[case + C_WAITING] + T_UNIT] + U_NAME]
    if words[case + C_LAST] != NOTHING:
        return words[words[words[case + C_LAST] + P_UNIT] + U_NAME]
    kind = words[case + C_KIND]
    works = (WORK_LEAD, WORK_OPPORTUNITY, WORK_ENTRY, WORK_SERVICE, WORK_CARE)
    return words[routed(words, case, works[kind]) + U_NAME]
