"""Standard normal draws by a compiled loop: the bits of numpy's own in a third of the time."""

from __future__ import annotations

import numpy as np

from simkit.foundation.random_streams import stream
from simkit.model.compiled.jit import NumberBlock, entry

TRIED = 20_000
"""Draws that are compared with numpy's before any is taken: some five of them come from the distribution's tails."""


@entry
def fill(generator: np.random.Generator, values: NumberBlock) -> None:
    """Fill an array, (n,), with a generator's next standard normal draws."""
    for place in range(len(values)):
        values[place] = generator.standard_normal()


def gives_the_same_bits() -> bool:
    """Tell whether this compiler's draws are numpy's to the bit: its logarithm, which tails need, might not be."""
    values = np.empty(TRIED)
    mine, numpys = stream(1, -1, "tried"), stream(1, -1, "tried")
    fill(mine, values)
    return values.tobytes() == numpys.standard_normal(TRIED).tobytes()
