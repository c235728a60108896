"""What a case does next in the compiled engine: steps of work and waits, and the states between them."""

from __future__ import annotations

import math

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_CHASE,
    C_FIRST,
    C_PENDING,
    C_STEP,
    C_WAIT_H,
    STEP_WORDS,
    W_ENTRIES,
    W_ENTRY_COUNT,
    W_KIND,
    W_LAPSE_H,
    W_LEFT_H,
    WAIT,
    WORK,
)
from simkit.model.specification.model_parameters import ROUND_CAP

BEGUN, NEXT_ROUND, ASKED, ALL_ANSWERED, FOLLOWING_UP, CALLED, NEGOTIATED, CONFIRMED, REPEATED, PRODUCING = range(1, 11)
"""Where a case stands in its process; 0 before the first step."""


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
def one_step(
    words: Words, floats: Numbers, case: int, kind: int, activity: int, hours: float, left_h: float, lapse_h: float
) -> int:
    """Let the next work of a case be one step with one activity."""
    entry_of(words, floats, step(words, floats, case, 0, kind, left_h, lapse_h), activity, hours)
    return WORK


@kernel
def wait_for(words: Words, floats: Numbers, case: int, delay_h: float, chase: int) -> int:
    """Let a case wait; `chase` is the work whose doer asks for the answer, −1 for none."""
    floats[case + C_WAIT_H], words[case + C_CHASE] = delay_h, chase
    return WAIT


@kernel
def rounds(draw: float, repeat_chance: float) -> int:
    """Return how many rounds one uniform draw means: geometric, monotone in the chance, capped."""
    if repeat_chance <= 0 or draw <= 0:
        return 1 if repeat_chance <= 0 else ROUND_CAP + 1
    return 1 + min(ROUND_CAP, int(math.log(draw) / math.log(repeat_chance)))
