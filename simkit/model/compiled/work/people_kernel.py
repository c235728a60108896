"""People's curves in the compiled engine: the twin of `simkit.model.run_state.Person`."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    DAY_WORDS,
    H_DAY_H,
    H_DAYS,
    H_MONTH_H,
    H_START_H,
    P_AT_WORK,
    P_CLOCK_H,
    P_CONTENT_H,
    P_CURVE,
    P_EFFECT_COUNT,
    P_EFFECT_TODAY,
    P_EFFECTS,
    P_HERE,
    P_HOUR,
    P_LIMIT_CONTENT,
    P_LIMITS,
    P_LONG_ABSENT,
    P_NEXT_LIMIT,
    P_ROOM_H,
    P_TODAY,
    Y_AWAY,
    Y_CLOCK_SUM,
    Y_CONTENT_SUM,
    Y_RATE,
    Y_SPEED,
)


@kernel
def look(words: Words, floats: Numbers, person: int, now: float) -> None:
    """Read both curves, and the content before the next limit, at an office hour."""
    day_h, days = floats[H_DAY_H], words[H_DAYS]
    since_h = now - floats[H_START_H]
    day = int(since_h // day_h)
    floats[person + P_HOUR], words[person + P_TODAY] = now, day
    if day < days:
        into_h = since_h - day * day_h
        row = words[person + P_CURVE] + DAY_WORDS * day
        floats[person + P_CLOCK_H] = floats[row + Y_CLOCK_SUM] + floats[row + Y_RATE] * into_h
        floats[person + P_CONTENT_H] = floats[row + Y_CONTENT_SUM] + floats[row + Y_SPEED] * into_h
    else:
        row = words[person + P_CURVE] + DAY_WORDS * days
        floats[person + P_CLOCK_H], floats[person + P_CONTENT_H] = (
            floats[row + Y_CLOCK_SUM],
            floats[row + Y_CONTENT_SUM],
        )
    limit = words[person + P_NEXT_LIMIT]
    while floats[words[person + P_LIMITS] + limit] <= now:
        limit += 1
    words[person + P_NEXT_LIMIT] = limit
    floats[person + P_ROOM_H] = floats[words[person + P_LIMIT_CONTENT] + limit] - floats[person + P_CONTENT_H]


@kernel
def hour_of(words: Words, floats: Numbers, person: int, content_h: float) -> float:
    """Return the office hour, from the last look on, at which the content curve reaches a value; infinity if not."""
    last, days = words[person + P_TODAY], words[H_DAYS]
    sums = words[person + P_CURVE] + Y_CONTENT_SUM
    if last + 1 > days or floats[sums + DAY_WORDS * (last + 1)] < content_h:  # not today
        low, high = last + 1, days + 1
        while low < high:
            middle = (low + high) // 2
            if floats[sums + DAY_WORDS * middle] < content_h:
                low = middle + 1
            else:
                high = middle
        last = low - 1
        if last + 1 > days:
            return math.inf
    row = words[person + P_CURVE] + DAY_WORDS * last
    speed = floats[row + Y_SPEED]
    if speed <= 0:  # nothing is left to do
        return floats[person + P_HOUR]
    day_h = floats[H_DAY_H]
    at = floats[H_START_H] + last * day_h + (content_h - floats[row + Y_CONTENT_SUM]) / speed
    return max(floats[person + P_HOUR], at)


@kernel
def effect_of(words: Words, floats: Numbers, person: int, now: float) -> float:
    """Return the person's effectiveness, standard deviations from today's mean."""
    if now < 0:
        return floats[person + P_EFFECT_TODAY]
    month = min(int(now / floats[H_MONTH_H]), words[person + P_EFFECT_COUNT] - 1)
    return floats[words[person + P_EFFECTS] + month]


@kernel
def begin_day_of(words: Words, floats: Numbers, person: int, day: int) -> None:
    """Note what the day means: is the person at work, is he in a long absence?"""
    row = words[person + P_CURVE] + DAY_WORDS * day
    here = words[person + P_HERE] != 0
    words[person + P_AT_WORK] = 1 if here and floats[row + Y_SPEED] > 0 else 0
    words[person + P_LONG_ABSENT] = 1 if not here or words[row + Y_AWAY] != 0 else 0
