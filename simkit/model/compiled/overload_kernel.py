"""The trailing window of overload in the compiled engine: the twin of `simkit.model.engine.overload.Overload.end_day`.

Once a week the engine's own `Overload` reads the window and decides who has had enough.
"""

from __future__ import annotations

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    DAY_WORDS,
    H_DAY_H,
    H_OVERLOAD_DAYS,
    H_OVERLOAD_PAST,
    H_OVERLOAD_TODAY,
    H_OVERLOAD_WINDOW,
    H_UNIT_NAMES,
    H_UNITS_NOW,
    H_UNITS_NOW_COUNT,
    P_CURVE,
    U_NAME,
    U_PEOPLE,
    U_PEOPLE_COUNT,
    Y_SPEED,
)


@kernel
def end_day(words: Words, floats: Numbers, day: int) -> None:
    """Close a day: what arrived, and what the people on board could have done; it takes the place of the oldest."""
    names, today = words[H_UNIT_NAMES], words[H_OVERLOAD_TODAY]
    arrived = words[H_OVERLOAD_PAST] + 2 * names * (words[H_OVERLOAD_DAYS] % words[H_OVERLOAD_WINDOW])
    capacity = arrived + names
    for name in range(names):
        floats[arrived + name], floats[capacity + name], floats[today + name] = floats[today + name], 0.0, 0.0
    for position in range(words[H_UNITS_NOW_COUNT]):
        unit, able_h = words[words[H_UNITS_NOW] + position], 0.0
        for place in range(words[unit + U_PEOPLE_COUNT]):
            curve = words[words[words[unit + U_PEOPLE] + place] + P_CURVE]
            able_h += floats[curve + DAY_WORDS * day + Y_SPEED] * floats[H_DAY_H]
        floats[capacity + words[unit + U_NAME]] = able_h
    words[H_OVERLOAD_DAYS] += 1
