"""Deadlines that lie days ahead in the compiled engine: the twin of `simkit.model.engine.event_loop.DeadlineQueue`.

Each day has a chain of the orders whose customers lose patience then, and one of the tasks that lapse; the links stand in
cases and tasks.
"""

from __future__ import annotations

from simkit.model.compiled.events_kernel import schedule
from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    C_NEXT_PATIENCE,
    C_NUMBER,
    C_OPEN,
    C_PATIENT_UNTIL_H,
    H_DAY_H,
    H_END_H,
    H_LAPSES,
    H_PATIENCE,
    H_START_H,
    H_TODAY,
    NOTHING,
    T_LAPSE_H,
    T_NEXT_LAPSE,
    T_NUMBER,
    T_STATE,
)
from simkit.model.engine.event_loop import LAPSE
from simkit.model.inputs.arrivals import STEP_SHIFT
from simkit.model.run_state import WAITING


@kernel
def _day_of(words: Words, floats: Numbers, hour: float) -> int:
    """Return the day before the one of an office hour; 0 where the deadline is so near that the agenda takes it."""
    day = int((hour - floats[H_START_H]) // floats[H_DAY_H]) - 1
    return day if day > words[H_TODAY] else 0


@kernel
def post_patience(words: Words, floats: Numbers, case: int, hour: float) -> None:
    """Let the customer of an order lose patience at an office hour."""
    if hour >= floats[H_END_H]:
        return
    day = _day_of(words, floats, hour)
    if day == 0:
        schedule(words, floats, hour, LAPSE + (words[case + C_NUMBER] << STEP_SHIFT), case)
        return
    first = words[H_PATIENCE] + day
    floats[case + C_PATIENT_UNTIL_H], words[case + C_NEXT_PATIENCE] = hour, words[first]
    words[first] = case


@kernel
def post_lapse(words: Words, floats: Numbers, task: int, hour: float) -> None:
    """Let a task lapse at an office hour if it still waits then."""
    if hour >= floats[H_END_H]:
        return
    day = _day_of(words, floats, hour)
    if day == 0:
        schedule(words, floats, hour, LAPSE + words[task + T_NUMBER], task)
        return
    first = words[H_LAPSES] + day
    floats[task + T_LAPSE_H], words[task + T_NEXT_LAPSE] = hour, words[first]
    words[first] = task


@kernel
def open_deadlines(words: Words, floats: Numbers, day: int) -> None:
    """Put on the agenda what falls due soon and still matters."""
    words[H_TODAY] = day
    case = words[words[H_PATIENCE] + day]
    while case != NOTHING:
        if words[case + C_OPEN] != 0:
            place = LAPSE + (words[case + C_NUMBER] << STEP_SHIFT)
            schedule(words, floats, floats[case + C_PATIENT_UNTIL_H], place, case)
        case = words[case + C_NEXT_PATIENCE]
    task = words[words[H_LAPSES] + day]
    while task != NOTHING:
        if words[task + T_STATE] == WAITING:
            schedule(words, floats, floats[task + T_LAPSE_H], LAPSE + words[task + T_NUMBER], task)
        task = words[task + T_NEXT_LAPSE]
