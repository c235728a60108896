"""How often the interval of a share of time over people covers the true share, in made teams of few people."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from made_coverage import SEED, Covered, line

from simkit.effort.people_sample import share_over_people
from simkit.foundation.random_streams import stream

SIZES = (5, 6, 7, 8, 10, 12, 20, 40)
TEAMS = 2000


@dataclass(frozen=True, kw_only=True)
class People:
    """People who differ in the share of their hours that goes to an activity, and in their hours."""

    title: str
    share: float
    """Mean share, in 0..1, independent of hours: the share of the hours of all such people."""
    alike: float
    """Parameters of the beta distribution of the shares, in sum; the larger, the more alike."""
    hours: float
    """Standard deviation of the logarithm of the hours."""
    promised: tuple[float, float] | None = None
    """Least coverage of 5 to 7 people, and of 8 and more; None where only shown."""


KINDS = (
    People(
        title="30 % on average, hours by ± 30 %",
        share=0.3, alike=15, hours=0.3, promised=(0.91, 0.93),
    ),
    People(
        title="30 % on average, hours by ± 60 %",
        share=0.3, alike=15, hours=0.6, promised=(0.91, 0.93),
    ),
    People(title="10 % on average, hours by ± 30 %", share=0.1, alike=15, hours=0.3, promised=(0.91, 0.93)),
    People(title="5 % on average, many near 0, hours by ± 40 %", share=0.05, alike=10, hours=0.4),
)  # fmt: skip


def teams(kind: People, people: int, number: int) -> tuple[Covered, float]:
    """Return how many teams' intervals hold the true share, and their mean width."""
    draw = stream(SEED, people, f"coverage.people.{kind.title}")
    shares = draw.beta(kind.share * kind.alike, (1 - kind.share) * kind.alike, (number, people))
    hours = 1000 * np.exp(draw.normal(0, kind.hours, (number, people)))
    found = [share_over_people(part, whole) for part, whole in zip(shares * hours, hours, strict=True)]
    hits = sum(one.low <= kind.share <= one.high for one in found)
    wanted = 0.0 if kind.promised is None else kind.promised[people >= 8]
    return Covered(hits=hits, number=number, wanted=wanted), float(np.mean([one.high - one.low for one in found]))


def lines(number: int = TEAMS) -> list[str]:
    """Return the coverage by kind of people and size of team."""
    told = [f"share of hours pooled over people: coverage of 95 % intervals, %, {number} teams each (seed {SEED})"]
    for kind in KINDS:
        asked = (
            "only shown"
            if kind.promised is None
            else "wanted {:.0%} up to 7 people, {:.0%} from 8".format(*kind.promised)
        )
        told.append(f"  share of a person {kind.title} ({asked})")
        for people in SIZES:
            covered, width = teams(kind, people, number)
            told.append(line(f"    {people:2d} people, mean width {100 * width:4.1f} points:", [covered]))
    return told
