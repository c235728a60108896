"""Bump hunting: the box of assumptions in which something holds, and whether chance alone would have made one as good.

Pure statistics on arrays; what is found is put into words elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from simkit.foundation.frames import Flags, Floats
from simkit.foundation.random_streams import stream

STEPS = 12
"""Each input may be cut at these many equal parts of its points."""
FEWEST_POINTS = 8
MOST_SIDES = 3
P_LIMIT = 0.05
SHUFFLES = 99


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a box."""

    column: int
    bound: float
    above: bool
    """Whether the box lies above the bound (else below it)."""
    p_value: float = float("nan")
    """Quasi-p-value: chance of a box at least as dense if the side told nothing."""

    def holds(self, points: Floats) -> Flags:
        """Tell for each point whether it is on this side."""
        values = points[:, self.column]
        inside: Flags = values >= self.bound if self.above else values <= self.bound
        return inside


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box of assumptions."""

    sides: tuple[Side, ...]
    """Its sides; none is the whole space."""
    coverage: float
    """Share of all cases of interest that lie in it, 0..1."""
    density: float
    """Share of the points in it that are of interest, 0..1."""
    points: int
    cases: int
    """Points, and cases of interest, in it."""
    base_share: float
    """Share of all points that are of interest, 0..1."""
    p_value: float = float("nan")
    """Share of shuffled samples in which as good a box is found."""

    @property
    def quality(self) -> float:
        """Harmonic mean of coverage and density."""
        total = self.coverage + self.density
        return 2 * self.coverage * self.density / total if total > 0 else 0.0


def find_box(points: Floats, interest: Flags, *, seed: int, name: str, shuffles: int = SHUFFLES) -> Box | None:
    """Return the box in which the cases of interest lie; None when no box can be told from chance.

    Parameters
    ----------
    points : ndarray, shape (points, inputs)
        Inputs of each point.
    interest : ndarray of bool, shape (points,)
        Whether the point is a case of interest.
    seed, name
        Seed of the study and name of the random stream.
    shuffles : int
        Shuffled samples of the test against chance.

    Returns
    -------
    Box or None

    Notes
    -----
    The aim is that of PRIM (Friedman and Fisher 1999, *Statistics and Computing* 9) as used for scenario discovery
    (Bryant and Lempert 2010, *Technological Forecasting & Social Change* 77): a box with high coverage and density. PRIM
    peels greedily and needs hundreds of points; with some 80 runs of a simulation it follows noise. So all boxes of one
    or two sides are looked at, and the one with the best harmonic mean of coverage and density is taken, with a third
    side where that betters it. A side whose quasi-p-value exceeds 5 % is dropped: the chance of at least as many cases of
    interest among the points in the box, drawn binomially with the density of the box without that side (Bryant and
    Lempert). Because a search favours lucky boxes, the whole procedure is repeated on samples whose outcomes are
    shuffled: only a box better than in 95 % of them is returned. Caveat: sides lie along single inputs; a slanted
    border is known only roughly.
    """
    if len(points) < FEWEST_POINTS or interest.all() or not interest.any():
        return None
    search = _BoxSearch(points, _possible_sides(points))
    found = search.best(interest)
    if not found.sides:
        return None
    as_good, draw = 0, stream(seed, -1, f"robustness.boxes.{name}")
    for _ in range(shuffles):
        as_good += search.best(draw.permutation(interest)).quality >= found.quality
        if (1 + as_good) / (1 + shuffles) > P_LIMIT:
            return None
    return replace(found, p_value=(1 + as_good) / (1 + shuffles))


def _possible_sides(points: Floats) -> list[Side]:
    """Return every side: each input cut between equal parts of its points, in both directions."""
    sides = []
    for column in range(points.shape[1]):
        values = np.unique(points[:, column])
        middles = (values[1:] + values[:-1]) / 2
        chosen = np.unique(np.linspace(0, len(middles) - 1, min(STEPS + 1, len(middles))).round().astype(int))
        sides += [Side(column=column, bound=float(middles[i]), above=above) for i in chosen for above in (True, False)]
    return sides


class _BoxSearch:
    """All boxes of one or two sides at once, with what does not depend on the outcomes computed once."""

    def __init__(self, points: Floats, sides: Sequence[Side]) -> None:
        self.points, self.sides = points, sides
        self.holds = np.column_stack([side.holds(points) for side in sides]).astype(float)
        self.number: Floats = self.holds.T @ self.holds  # points in each pair of sides; on the diagonal: one side alone

    def best(self, interest: Flags) -> Box:
        """Return the best box of up to three sides, without the sides that tell nothing."""
        cases = interest.astype(float)
        hit = self.holds[interest].T @ self.holds[interest]
        pair = int(np.argmax(_quality(self.number, hit, cases.sum())))
        chosen = list(dict.fromkeys(divmod(pair, len(self.sides))))
        while len(chosen) < MOST_SIDES:
            inside = self.holds[:, chosen].prod(axis=1)
            present = float(_quality(inside.sum(), (inside * cases).sum(), cases.sum()))
            further = _quality(inside @ self.holds, (inside * cases) @ self.holds, cases.sum())
            if further.max() <= present:
                break
            chosen.append(int(np.argmax(further)))
        return _without_idle_sides(self.points, interest, [self.sides[place] for place in chosen])


def _quality(number: Floats | float, hit: Floats | float, cases: float) -> Floats:
    """Harmonic mean of coverage and density, 2·hit / (number + cases); boxes of too few points are worth nothing."""
    worth: Floats = np.where(
        np.asarray(number) >= FEWEST_POINTS, 2 * np.asarray(hit) / (np.asarray(number) + cases), 0.0
    )
    return worth


def _without_idle_sides(points: Floats, interest: Flags, sides: Sequence[Side]) -> Box:
    """Drop the side that tells least until every side tells something, and note what each tells."""
    kept = list(sides)
    while kept:
        p_values = [_quasi_p(points, interest, kept, number) for number in range(len(kept))]
        worst = int(np.argmax(p_values))
        if p_values[worst] <= P_LIMIT:
            kept = [replace(side, p_value=p) for side, p in zip(kept, p_values, strict=True)]
            break
        del kept[worst]
    return _measured(points, interest, kept)


def _quasi_p(points: Floats, interest: Flags, sides: Sequence[Side], number: int) -> float:
    from scipy.special import bdtrc

    inside = _inside(points, sides)
    without = _inside(points, [side for place, side in enumerate(sides) if place != number])
    cases, kept = int(interest[inside].sum()), int(inside.sum())
    return float(bdtrc(cases - 1, kept, float(interest[without].mean()))) if cases else 1.0


def _inside(points: Floats, sides: Sequence[Side]) -> Flags:
    inside: Flags = np.ones(len(points), dtype=bool)
    for side in sides:
        inside &= side.holds(points)
    return inside


def _measured(points: Floats, interest: Flags, sides: Sequence[Side]) -> Box:
    inside = _inside(points, sides)
    cases, number = int(interest[inside].sum()), int(inside.sum())
    return Box(
        sides=tuple(sides), coverage=cases / max(int(interest.sum()), 1), density=cases / max(number, 1),
        points=number, cases=cases, base_share=float(interest.mean()),
    )  # fmt: skip
