"""Steps of work and kinds of case of the foreign world, as whole numbers, and what a step takes."""

from __future__ import annotations

import numpy as np

from .draws import Floats, Whole, lognormal, uniform
from .firm import Firm

ORDER, DEAL, REQUEST, CARE, LEAD = range(5)
KINDS = ("order", "deal", "request", "care", "lead")
(
    ENTER, ROUND, CONFIRM, MAKE, PREPARE, FEASIBILITY, PRESENT, FOLLOW, NEGOTIATE, ASK, ANSWER, CONTACT, QUALIFY,
) = range(13)  # fmt: skip
STEPS = 13
FIRST_STEP = np.array([ENTER, PREPARE, ANSWER, CONTACT, QUALIFY])
ASK_H = 0.6
PROSPECT = 1_000_000
"""Added to the number of a lead where the number of a place is asked for: prospects have none yet."""
FROM_DEAL = 1_000_000
"""Added to the number of a deal to give that of the order it became."""


def mean_hours(firm: Firm) -> Floats:
    """Return mean hours by step, class of order and segment, at effort 1; shape (13, 3, 3)."""
    work, table = firm.work, np.zeros((STEPS, 3, 3))
    for step, by_class in ((ENTER, work.entry_h), (ROUND, work.round_h), (CONFIRM, work.confirm_h)):
        table[step] = np.array(by_class)[:, None]
    for step, hours in (
        (PREPARE, work.prepare_h), (FEASIBILITY, work.feasibility_h), (PRESENT, work.present_h), (FOLLOW, work.follow_h),
        (NEGOTIATE, work.negotiate_h), (ASK, ASK_H), (ANSWER, work.request_h), (QUALIFY, work.qualify_h),
    ):  # fmt: skip
        table[step] = hours
    table[CONTACT] = np.array(work.care_h)[None, :]
    return table * firm.effort


def poisson_table(mean: float, most: int = 12) -> Floats:
    """Return the distribution function of a Poisson variable at 0 … most."""
    chances = [np.exp(-mean)]
    for number in range(1, most + 1):
        chances.append(chances[-1] * mean / number)
    return np.cumsum(chances)


def counted(mean: float, seed: int, name: str, *numbers: Whole) -> Whole:
    """Draw Poisson counts by inversion."""
    return np.searchsorted(poisson_table(mean), uniform(seed, name, *numbers)).astype(np.int64)


def effort_of(
    firm: Firm, replication: Whole, kind: Whole, who: Whole, number: Whole, step: Whole, left: Whole
) -> Floats:
    """Draw how much more or less than usual a step takes."""
    return lognormal(firm.work.cv, firm.seed, "hours", replication, kind, who, number, step, left)
