"""The tables of demand: customers, every potential case with the random draws that it carries, and the seasons of its times.

A year with equal quarters leaves every drawn time where it is, to the bit.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from simkit.foundation.frames import Floats, Whole
from simkit.foundation.parameter_set import ParameterSet

Integers = Whole
Draws: TypeAlias = "array[float]"
Codes: TypeAlias = "array[int]"
"""Columns that the engine reads one value at a time: a quarter of a list's memory, and plain numbers when read."""


def draws_of(values: Floats) -> Draws:
    """Return draws as a column of plain numbers."""
    return _column("d", np.ascontiguousarray(values, dtype=np.float64))


def codes_of(values: Integers) -> Codes:
    """Return whole numbers as a column of plain numbers."""
    return _column("q", np.ascontiguousarray(values, dtype=np.int64))


def _column(code: str, values: NDArray[Any]) -> array[Any]:
    """Return a copy of an array as a column; made of its bytes by way of another copy it would take many times as long."""
    found: array[Any] = array(code)
    found.frombytes(values.view(np.uint8).data)
    return found


@dataclass(frozen=True, kw_only=True)
class Customers:
    """Customers and possible customers; n rows: the client's, then those whom a lead could win, then those it cannot."""

    segment: list[int]
    order_rate: Floats  # (n,) orders per year
    value_factor: Floats  # (n,)
    dormant: list[bool]  # no customer before a lead has won him
    known_h: (
        Floats  # (n,) office hour from which he can have demand: minus infinity, that of his lead, or never (infinity)
    )
    churn_threshold: Floats  # (n,) exponential with mean 1
    channel: Floats  # (n,) 0..1: moved to a partner, or dropped, when below the shares of the design
    care_phase: Floats  # (n,) 0..1
    care_effort: Floats  # (reachable, contacts, 3) mean 1: preparation, travel, talk
    care_adoption: Floats  # (reachable, contacts) 0..1
    extra_effort: Floats  # (reachable, extra contacts, 3) mean 1

    @property
    def reachable(self) -> int:
        """How many of the first rows can ever be customers."""
        return len(self.care_effort)


@dataclass(frozen=True, kw_only=True)
class Arrivals:
    """What every kind of case has; m rows. Children have the arrival time infinity: their parent brings them.

    Where there are customers behind them, all but leads of new ones are drawn at the ceiling of a customer's reaction.
    """

    at: Floats  # (m,) office hours since go-live
    customer: Codes
    order_class: Codes
    thin: Draws  # real when below rate now / ceiling rate
    adoption: Draws  # follows the new way when below the adoption reached
    clarification: Draws  # a hand-over needs a clarification when below the chance


@dataclass(frozen=True, kw_only=True)
class Orders(Arrivals):
    """Potential orders; the draws of rounds are kept per class, since classes have different numbers of partners."""

    value_amount: Draws
    convert: Draws  # converted by modules when below the level reached
    instead: Draws  # takes a configured product where bespoke ones are not offered when below the share
    patience: Draws
    rework: Draws
    production: Draws  # standard normal
    step_effort: Floats  # (m, 4) mean 1: entry, confirmation, coordination and confirmation of rework
    row_in_class: Codes
    repeats: tuple[Floats, ...]  # per class (k, partners) uniform
    round_effort: tuple[Floats, ...]  # per class (k, partners, rounds) mean 1
    round_delay: tuple[Floats, ...]  # per class (k, partners, rounds) mean 1


@dataclass(frozen=True, kw_only=True)
class Opportunities(Arrivals):
    """Potential opportunities, those of leads first; each carries the order that it becomes when won."""

    quality: Draws  # standard normal
    assessed: Draws  # standard normal: what the qualification sees besides quality
    instead: Draws
    access: Draws
    deadline: Draws
    won: Draws
    left: Draws  # lost with the person who leaves when below the share
    undecided: Draws
    feasibility: Draws
    repeats: Draws
    step_effort: Floats  # (m, 4 + follow-ups) mean 1: preparation, travel, presentation, negotiation, follow-ups
    round_effort: Floats  # (m, rounds) mean 1
    round_delay: Floats  # (m, rounds) mean 1
    follow_up_delay: Floats  # (m, follow-ups) mean 1
    order: Codes  # row of the order


@dataclass(frozen=True, kw_only=True)
class Leads(Arrivals):
    """Potential leads; each carries the opportunity of its own row when qualified.

    The first rows are those of new customers, then those of existing ones; the last wait for prospecting.
    """

    effort: Draws
    qualified: Draws
    referrer: Draws  # who recommends a new one: 0..1 of all orders of those who are customers then; -1: nobody
    first_existing: int  # from this row on: of existing customers
    first_prospect: int  # from this row on: found only by prospecting


@dataclass(frozen=True, kw_only=True)
class Requests(Arrivals):
    """Potential service requests."""

    effort: Draws
    coordinated: Draws
    coordination_effort: Draws
    delay: Draws


QUARTERS = 4
SEASONS = tuple(f"demand.season_{quarter}" for quarter in range(1, QUARTERS + 1))


@dataclass(frozen=True, kw_only=True)
class Season:
    """Demand by quarter relative to the mean of the year."""

    levels: tuple[float, ...]
    """Demand in the first to the fourth quarter after go-live; only their ratios count."""
    start_h: float
    end_h: float
    year_h: float
    """First and last office hour of the run, and the hours of a year."""

    @classmethod
    def of(cls, parameters: ParameterSet, start_h: float, end_h: float, year_h: float) -> Season:
        """Return the seasons of a parameter set for a run."""
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


Fill = Callable[[np.random.Generator, Floats], object]
_fill: list[Fill] = []


def draw_normals_with(fill: Fill) -> None:
    """Let the standard normals of large tables come from a function that gives numpy's own, to the bit, in less time."""
    _fill[:] = [fill]


def _standard_normals(draw: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    if not _fill:
        return draw.standard_normal(shape)
    values: Floats = np.empty(shape)
    _fill[0](draw, values.reshape(-1))
    return values


def lognormal_draws(draw: np.random.Generator, cv: float, shape: tuple[int, ...]) -> Floats:
    """Draw lognormal draws with mean 1.

    Parameters
    ----------
    cv : float
        Coefficient of variation; 0 gives ones. sigma² = ln(1 + cv²), mu = −sigma²/2.
    shape : tuple of int
        Shape of the result.
    """
    if cv == 0:
        return np.ones(shape)
    variance = math.log1p(cv * cv)
    found = _standard_normals(draw, shape)
    found *= math.sqrt(variance)
    found -= variance / 2
    return np.exp(found, out=found)  # in place: fresh memory costs as much as the draws
