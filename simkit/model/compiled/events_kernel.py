"""The agenda of the compiled engine: a heap of events in the canonical order of `simkit.model.engine.event_loop`."""

from __future__ import annotations

from simkit.model.compiled.jit import Numbers, Words, kernel
from simkit.model.compiled.layout import (
    AGENDA,
    E_ARGUMENT,
    E_AT,
    E_PLACE,
    EVENT_WORDS,
    H_AGENDA,
    H_AGENDA_COUNT,
    H_AGENDA_SIZE,
    H_ARGUMENT,
    H_FULL,
    H_NOW,
    H_PLACE,
)


@kernel
def schedule(words: Words, floats: Numbers, at: float, place: int, argument: int) -> None:
    """Put an event on the agenda; its place decides among those of one instant."""
    count, base = words[H_AGENDA_COUNT], words[H_AGENDA]
    if count >= words[H_AGENDA_SIZE]:
        words[H_FULL] = AGENDA
        return
    words[H_AGENDA_COUNT] = count + 1
    here = count
    while here > 0:
        above = (here - 1) >> 1
        other = base + EVENT_WORDS * above
        if floats[other + E_AT] < at or (floats[other + E_AT] == at and words[other + E_PLACE] <= place):
            break
        _move(words, floats, other, base + EVENT_WORDS * here)
        here = above
    _put(words, floats, base + EVENT_WORDS * here, at, place, argument)


@kernel
def next_event(words: Words, floats: Numbers) -> None:
    """Take the first event off the agenda into the header."""
    base, count = words[H_AGENDA], words[H_AGENDA_COUNT] - 1
    words[H_AGENDA_COUNT] = count
    floats[H_NOW], words[H_PLACE], words[H_ARGUMENT] = (
        floats[base + E_AT],
        words[base + E_PLACE],
        words[base + E_ARGUMENT],
    )
    last = base + EVENT_WORDS * count
    at, place, argument = floats[last + E_AT], words[last + E_PLACE], words[last + E_ARGUMENT]
    here = 0
    while True:
        below = 2 * here + 1
        if below >= count:
            break
        child = base + EVENT_WORDS * below
        if below + 1 < count:
            other = child + EVENT_WORDS
            if floats[other + E_AT] < floats[child + E_AT] or (
                floats[other + E_AT] == floats[child + E_AT] and words[other + E_PLACE] < words[child + E_PLACE]
            ):
                below, child = below + 1, other
        if at < floats[child + E_AT] or (at == floats[child + E_AT] and place <= words[child + E_PLACE]):
            break
        _move(words, floats, child, base + EVENT_WORDS * here)
        here = below
    _put(words, floats, base + EVENT_WORDS * here, at, place, argument)


@kernel
def _move(words: Words, floats: Numbers, source: int, target: int) -> None:
    floats[target + E_AT] = floats[source + E_AT]
    words[target + E_PLACE] = words[source + E_PLACE]
    words[target + E_ARGUMENT] = words[source + E_ARGUMENT]


@kernel
def _put(words: Words, floats: Numbers, event: int, at: float, place: int, argument: int) -> None:
    floats[event + E_AT], words[event + E_PLACE], words[event + E_ARGUMENT] = at, place, argument
