"""How often intervals cover a truth that was made: counts with exact intervals, and whether a promise is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from scipy.stats import binomtest

SEED = 2024
"""Of every simulation of coverage."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """How many of some independent intervals cover the truth."""

    hits: int
    number: int
    wanted: float
    """Least coverage that is promised, in 0..1."""
    nominal: float = 0.95
    """What the interval aims at, in 0..1."""

    FAILS: ClassVar[str] = "PROMISE NOT KEPT"

    @property
    def share(self) -> float:
        """Share that covers."""
        return self.hits / self.number

    @property
    def ends(self) -> tuple[float, float]:
        """Clopper and Pearson's 95 % interval of the coverage (1934, *Biometrika* 26)."""
        found = binomtest(self.hits, self.number).proportion_ci(confidence_level=0.95, method="exact")
        return float(found.low), float(found.high)

    @property
    def kept(self) -> bool:
        """Whether the coverage may be what is promised: the upper end of its interval is not below."""
        return self.ends[1] >= self.wanted

    @property
    def side(self) -> str:
        """Return "narrow" or "wide" where the interval of the coverage leaves out the nominal one, else "right"."""
        low, high = self.ends
        return "narrow" if high < self.nominal else "wide" if low > self.nominal else "right"

    @property
    def words(self) -> str:
        """Coverage with its interval, and on which side of the nominal one it lies."""
        return f"{100 * self.share:5.1f} ({100 * self.ends[0]:.1f} to {100 * self.ends[1]:.1f}) {self.side:<6}"


def share(hits: Sequence[bool]) -> str:
    """Write the share of some cases with Clopper and Pearson's 95 % interval."""
    ends = binomtest(sum(map(bool, hits)), len(hits)).proportion_ci(method="exact")
    return f"{sum(map(bool, hits)) / len(hits):.0%} ({ends.low:.0%} to {ends.high:.0%})"


def line(title: str, found: Sequence[Covered]) -> str:
    """Return some coverages in one line, which says at its end where a promise is not kept."""
    told = f"{title} {'   '.join(one.words for one in found)}"
    return told.rstrip() if all(one.kept for one in found) else f"{told} {Covered.FAILS}"
