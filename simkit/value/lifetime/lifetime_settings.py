"""The horizon and the discount of a lifetime value: both are assumptions, stated in every report."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.foundation.arrays import Floats

LEVEL = 0.95


@dataclass(frozen=True, kw_only=True)
class LifetimeRules:
    """How the future is counted.

    Parameters
    ----------
    horizon_years : int
        Years that count.
    discount_rate : float
        Discount per year, in 0..1; what comes in the n-th year counts ``(1 + rate)^−(n − ½)``.
    """

    horizon_years: int = 3
    discount_rate: float = 0.10

    @property
    def years(self) -> range:
        """Numbers of the years, from 1."""
        return range(1, self.horizon_years + 1)

    @property
    def discounts(self) -> Floats:
        """Weight of each year, as of its middle, shape (years,)."""
        return np.array([(1 + self.discount_rate) ** (0.5 - year) for year in self.years])
