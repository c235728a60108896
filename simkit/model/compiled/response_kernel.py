"""How customers react in the compiled engine: the twin of `simkit.model.engine.customer_response.Reactions`.

What acts on all customers at once, churn above all, stays there and works on the same memory.
"""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    B_ACTIVE,
    B_CARE,
    B_CARE_AT,
    B_CHANNEL,
    B_HAZARD,
    B_KNOWN_H,
    B_LATE,
    B_LATE_AT,
    B_LOSS,
    B_LOSS_AT,
    B_ORDER_RATE,
    B_SEGMENT,
    B_WEIGHT,
    CUSTOMER_WORDS,
    G_C,
    G_CARE_BEFORE,
    G_CEILING,
    G_D,
    G_DECAY,
    G_HI,
    G_LATE_BEFORE,
    G_LEVEL,
    G_LO,
    G_STEP,
    H_CEILING,
    H_CHANNEL_DECAY,
    H_CONTACT_EFFECT,
    H_CUSTOMER_COUNT,
    H_CUSTOMERS,
    H_DROPPED_LOSS,
    H_FORGIVENESS,
    H_GROWTH,
    H_LATE_DECAY,
    H_LATE_RATE,
    H_LEAD_CEILING,
    H_LEAD_INFLOW,
    H_LEVEL,
    H_MOVED_LOSS,
    H_OFFER_FIT,
    H_ORDER_SUMS,
    H_ORDERS_TODAY,
    H_PRICE,
    H_PRICE_TOLERANCE,
    H_REACTION_ON,
    H_SEGMENTS,
    H_SUMMED,
    H_YEAR_H,
    SEGMENT_WORDS,
)
from simkit.model.specification.model_parameters import PARTNER


@kernel
def customer_at(words: Words, number: int) -> int:
    """Return where a customer stands."""
    return words[H_CUSTOMERS] + CUSTOMER_WORDS * number


@kernel
def segment_of(words: Words, customer: int) -> int:
    """Return where the reaction of the customer's segment stands."""
    return words[H_SEGMENTS] + SEGMENT_WORDS * words[customer + B_SEGMENT]


@kernel
def care_level(words: Words, floats: Numbers, customer: int, now: float) -> float:
    """Return the smoothed share of needed care that the customer has received."""
    segment = segment_of(words, customer)
    if floats[segment + G_STEP] == 0:
        return floats[segment + G_CARE_BEFORE]
    return floats[customer + B_CARE] * math.exp(-floats[segment + G_DECAY] * (now - floats[customer + B_CARE_AT]))


@kernel
def contacted(words: Words, floats: Numbers, customer: int, now: float, weight: float, effect: float) -> None:
    """Book a contact."""
    weight *= max(0.0, 1 + floats[H_CONTACT_EFFECT] * effect)
    step = floats[segment_of(words, customer) + G_STEP]
    floats[customer + B_CARE] = care_level(words, floats, customer, now) + step * weight
    floats[customer + B_CARE_AT] = now


@kernel
def won(words: Words, floats: Numbers, customer: int, now: float) -> bool:
    """Make somebody a customer whom a lead has won; False where he is one, or was, or cannot be."""
    known_h = floats[customer + B_KNOWN_H]
    if words[customer + B_ACTIVE] != 0 or floats[customer + B_HAZARD] != 0 or math.isinf(known_h):
        return False
    words[customer + B_ACTIVE], words[H_SUMMED] = 1, 0
    floats[customer + B_CARE] = floats[segment_of(words, customer) + G_CARE_BEFORE]
    floats[customer + B_CARE_AT] = now
    floats[customer + B_LATE] = 0.0
    return True


@kernel
def delivered_late(words: Words, floats: Numbers, customer: int, now: float) -> None:
    """Remember a late order; before go-live today's level is remembered as it is."""
    if now < 0 and floats[segment_of(words, customer) + G_LATE_BEFORE] != 0:
        return
    floats[customer + B_LATE] = _late(floats, customer, now) + 1.0
    floats[customer + B_LATE_AT] = now


@kernel
def demand_is_real(words: Words, floats: Numbers, customer: int, now: float, draw: float, inflow: float) -> bool:
    """Tell whether a customer's potential order, deal or request, drawn at the ceiling rate, comes at today's rate."""
    if words[customer + B_ACTIVE] == 0:
        return False
    level = floats[H_LEVEL]
    if floats[H_GROWTH] != 0 and now > 0:
        level = floats[H_LEVEL] * math.exp(floats[H_GROWTH] * now)
    return draw * floats[H_CEILING] < level * inflow * order_factor(words, floats, customer, now)


@kernel
def lead_is_real(
    words: Words, floats: Numbers, customer: int, referrer: float, now: float, draw: float, new: bool
) -> bool:
    """Tell whether a lead comes: a customer's as his orders do, a new one's by itself or as its referrer's orders do."""
    inflow = floats[H_LEAD_INFLOW] if now >= 0 else 1.0
    if not new:
        return demand_is_real(words, floats, customer, now, draw, inflow)
    factor = floats[H_LEVEL] * math.exp(floats[H_GROWTH] * max(now, 0.0)) * inflow
    if referrer >= 0:
        factor *= _referral(words, floats, referrer, now)
    return draw * floats[H_LEAD_CEILING] < factor


@kernel
def _referral(words: Words, floats: Numbers, place: float, now: float) -> float:
    """Return how many recommend relative to today: all customers of now, each as the one at this place of their orders."""
    if words[H_SUMMED] == 0:
        _sum_orders(words, floats)
    sums, last = words[H_ORDER_SUMS], words[H_CUSTOMER_COUNT] - 1
    orders = floats[sums + last]
    if orders <= 0:
        return 0.0
    wanted, low, high = place * orders, 0, last
    while low < high:
        middle = (low + high) // 2
        if floats[sums + middle] > wanted:
            high = middle
        else:
            low = middle + 1
    return orders / floats[H_ORDERS_TODAY] * order_factor(words, floats, customer_at(words, low), now)


@kernel
def _sum_orders(words: Words, floats: Numbers) -> None:
    """Add up the orders of all who are customers now, each with those before him; good until one comes or goes."""
    orders = 0.0
    for number in range(words[H_CUSTOMER_COUNT]):
        customer = customer_at(words, number)
        orders += floats[customer + B_ORDER_RATE] * words[customer + B_ACTIVE]
        floats[words[H_ORDER_SUMS] + number] = orders
    words[H_SUMMED] = 1


@kernel
def order_factor(words: Words, floats: Numbers, customer: int, now: float) -> float:
    """Return the order rate relative to the customer's own rate."""
    if words[H_REACTION_ON] == 0:
        return 1.0
    care, factor = care_level(words, floats, customer, now), 1.0
    if floats[customer + B_LATE] != 0:
        patient = 1 - floats[H_FORGIVENESS] * min(care, 1.0)
        factor = (1 - floats[H_LATE_RATE]) ** (_late(floats, customer, now) * patient)
    if floats[customer + B_LOSS] != 0:
        factor *= 1 - _loss(floats, customer, now)
    segment = segment_of(words, customer)
    if now < 0:
        return factor * curve(floats, segment, care)
    if floats[H_PRICE] != 0:
        factor *= math.exp(floats[H_PRICE] * (1 - floats[H_PRICE_TOLERANCE] * min(care, 1.0)))
    channel = words[customer + B_CHANNEL]
    if channel != 0:  # who moved or was dropped follows a curve of his own
        loss = floats[H_MOVED_LOSS] if channel == PARTNER else floats[H_DROPPED_LOSS]
        return factor * (1 - loss * -math.expm1(-floats[H_CHANNEL_DECAY] * now))
    return factor * floats[H_OFFER_FIT] * curve(floats, segment, care)


@kernel
def curve(floats: Numbers, segment: int, care: float) -> float:
    """Return the order rate relative to today at a care level (`Adbudg`)."""
    power: float = care ** floats[segment + G_C]
    low = floats[segment + G_LO]
    rate = floats[segment + G_LEVEL] * (low + (floats[segment + G_HI] - low) * power / (floats[segment + G_D] + power))
    return min(rate, floats[segment + G_CEILING])


@kernel
def worth_of_contact(words: Words, floats: Numbers, customer: int, care: float, weight: float) -> float:
    """Return the yearly business that one more contact would add at a care level, relative to the other customers."""
    segment = segment_of(words, customer)
    gain = curve(floats, segment, care + floats[segment + G_STEP] * weight) - curve(floats, segment, care)
    return floats[customer + B_WEIGHT] * gain


@kernel
def _late(floats: Numbers, customer: int, now: float) -> float:
    late = floats[customer + B_LATE]
    if late == 0:
        return 0.0
    return late * math.exp(-floats[H_LATE_DECAY] * max(now - floats[customer + B_LATE_AT], 0.0))


@kernel
def _loss(floats: Numbers, customer: int, now: float) -> float:
    loss = floats[customer + B_LOSS]
    if loss == 0:
        return 0.0
    return loss * max(0.0, 1 - (now - floats[customer + B_LOSS_AT]) / floats[H_YEAR_H])
