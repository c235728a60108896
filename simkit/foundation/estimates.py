"""A number with its interval: the form in which every uncertain figure is passed on."""

from __future__ import annotations

from dataclasses import dataclass

Z_95 = 1.959963984540054
"""Half-width in standard errors of a two-sided normal interval at 95 %."""
FEWEST_TOLD = 5
"""Cases from which on a title speaks of a share of them; of fewer it says nothing general."""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A point estimate with an interval."""

    value: float
    """Point estimate, in the unit of the quantity it stands for."""
    low: float
    high: float
    """Ends of the interval, same unit."""
    level: float = 0.95
    """Coverage the interval aims at, in 0..1."""
