"""Drawing customers with replacement, however many there are: counts instead of copies, and never all draws at once."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from simkit.foundation.frames import Floats

BLOCK = 4_000_000
"""Counts drawn at a time; keeps the memory under about 100 MB."""


def drawn_counts(random: np.random.Generator, customers: int, draws: int) -> Iterator[Floats]:
    """Yield how often each customer is drawn, in blocks of draws, shape (draws of the block, customers).

    Parameters
    ----------
    random : numpy.random.Generator
        Source of chance; the counts are the same however the draws are cut into blocks.
    customers : int
        Customers, each drawn with the same chance; a draw has as many as there are.

    Notes
    -----
    A bootstrap draw is a multinomial vector (Efron and Tibshirani 1993, *An Introduction to the Bootstrap*, chapter 6).
    """
    chance = np.full(customers, 1 / customers) if customers else np.zeros(0)
    step = max(1, BLOCK // max(customers, 1))
    for start in range(0, draws, step):
        yield random.multinomial(customers, chance, size=min(step, draws - start)).astype(float)
