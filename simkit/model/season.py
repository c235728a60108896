"""Seasons: how demand is spread over the four quarters of a year, counted from go-live.

A year with equal quarters leaves every drawn time where it is, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from simkit.foundation.arrays import Floats
from simkit.foundation.parameters import Parameters

QUARTERS = 4
SEASONS = tuple(f"demand.season_{quarter}" for quarter in range(1, QUARTERS + 1))


@dataclass(frozen=True, kw_only=True)
class Season:
    """Demand by quarter relative to the mean of the year.

    Parameters
    ----------
    levels : tuple of float
        Demand in the first to the fourth quarter after go-live; only their ratios count.
    start_h, end_h, year_h : float
        First and last office hour of the run, and the hours of a year.
    """

    levels: tuple[float, ...]
    start_h: float
    end_h: float
    year_h: float

    @classmethod
    def of(cls, parameters: Parameters, start_h: float, end_h: float, year_h: float) -> Season:
        """Return the seasons of a tree for a run."""
        return cls(
            levels=tuple(parameters.value(path) for path in SEASONS), start_h=start_h, end_h=end_h, year_h=year_h
        )

    @property
    def even(self) -> bool:
        """Whether all quarters are alike."""
        return len(set(self.levels)) == 1 or sum(self.levels) <= 0

    @property
    def factor(self) -> float:
        """Demand of the run's span relative to one with equal quarters: a span need not hold whole years."""
        if self.even:
            return 1.0
        _, cumulated = self._curve()
        return float(cumulated[-1] / (self.end_h - self.start_h))

    def placed(self, at: Floats) -> Floats:
        """Return uniform times of the run, each moved so that the quarters get their share; their order stays."""
        if self.even:
            return at
        edges, cumulated = self._curve()
        part = (at - self.start_h) / (self.end_h - self.start_h)
        moved: Floats = np.interp(part * cumulated[-1], cumulated, edges)
        return moved

    def _curve(self) -> tuple[Floats, Floats]:
        """Borders of the quarters within the run, and the demand cumulated up to them."""
        quarter_h = self.year_h / QUARTERS
        first, last = int(np.floor(self.start_h / quarter_h)), int(np.ceil(self.end_h / quarter_h))
        borders = np.arange(first, last + 1) * quarter_h
        edges = np.unique(np.clip(borders, self.start_h, self.end_h))
        middle = (edges[1:] + edges[:-1]) / 2
        level = np.array(self.levels) * QUARTERS / sum(self.levels)
        height = level[np.floor(middle / quarter_h).astype(int) % QUARTERS]
        return edges, np.concatenate([[0.0], np.cumsum(height * np.diff(edges))])
