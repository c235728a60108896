"""What is kept of the foreign world: sums of many worlds for the truth, and every event of one for its exports."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import steps
from .draws import Floats, Whole


@dataclass(kw_only=True)
class Tally:
    """What is counted of each world from go-live on; arrays begin with the world."""

    contribution: Floats
    """By year."""
    hours: Floats
    """By step, class of order and segment."""
    available_h: Floats
    expired: Whole
    """Cases that nobody got round to, by kind."""
    orders: Whole
    late: Whole
    """Delivered orders, and late ones of them, by class."""
    by_segment: Floats
    contacts: Floats
    """Contribution of delivered orders, and contacts held, by segment."""
    lost: Whole
    won: Whole
    """Customers."""


def new_tally(worlds: int, years: int) -> Tally:
    """Return a tally of nothing."""
    return Tally(
        contribution=np.zeros((worlds, years)), hours=np.zeros((worlds, steps.STEPS, 3, 3)),
        available_h=np.zeros(worlds), expired=np.zeros((worlds, 5), np.int64), orders=np.zeros((worlds, 3), np.int64),
        late=np.zeros((worlds, 3), np.int64), by_segment=np.zeros((worlds, 3)), contacts=np.zeros((worlds, 3)),
        lost=np.zeros(worlds, np.int64), won=np.zeros(worlds, np.int64),
    )  # fmt: skip


@dataclass(kw_only=True)
class Diary:
    """Everything that happens in one world, for its exports; each list holds one array or tuple per event."""

    work: list[tuple[Any, ...]] = field(default_factory=list)
    """Day, post, step, kind, place, generation, number, order class, hours of each step done."""
    orders: list[tuple[Any, ...]] = field(default_factory=list)
    """Place, generation, number, born, promise, delivered, class, value, margin, owner."""
    deals: list[tuple[Any, ...]] = field(default_factory=list)
    """Place, generation, number, born, closed, stage, class, value, owner."""
    arrivals: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Place, generation, day, number of the deal."""
