"""What must hold whatever is advised: limits of the change, and floors under which nothing may fall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats
from simkit.intake.settings.goals_settings import Goals
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.search.plan_outcomes import ACCOUNTS, CARE, GROWTH, LAPSED, LATE, PEOPLE, PlanOutcomes


@dataclass(frozen=True, kw_only=True)
class Condition:
    """One thing that must hold, and how a plan stands to it."""

    name: str
    """As client.yaml names it: ``limits.posts``, ``floors.late_points.bespoke``."""
    value: float
    limit: float
    """Value of the plan, and the most it may be; of a floor both are stated so that less is better."""
    error: float = 0.0
    """Standard error of the value; 0 for what is known without a run."""

    @property
    def holds(self) -> bool:
        """Whether it holds at the mean."""
        return not self.value > self.limit + 1e-9

    @property
    def surely_broken(self) -> bool:
        """Whether it is broken by more than one standard error, so that few runs cannot rule a good plan out."""
        return self.value - self.error > self.limit + 1e-9


def known_conditions(space: PlanSpace, plan: Plan, goals: Goals) -> list[Condition]:
    """Return the limits of a plan that are known without a run."""
    limits = goals.limits
    known = {
        "once_amount": (limits.once_amount, space.once_amount),
        "per_year_amount": (limits.per_year_amount, space.per_year_amount),
        "posts": (limits.posts, space.posts),
    }
    return [
        Condition(name=f"limits.{name}", value=value(plan), limit=limit)
        for name, (limit, value) in known.items()
        if limit is not None
    ]


def run_conditions(plan: PlanOutcomes, today: PlanOutcomes, goals: Goals, number: int | None = None) -> list[Condition]:
    """Return the conditions of a plan that its runs tell, beside today's organisation in the same replications.

    Notes
    -----
    Growth of open work counts where it is larger than today's: what today cannot keep up with is no fault of a plan.
    """
    return list(_run_conditions(plan, today, goals, min(len(plan), len(today), number or len(plan))))


def broken_names(plan: PlanOutcomes, today: PlanOutcomes, goals: Goals, known: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what a plan breaks at its mean, the limits known without a run first."""
    return (*known, *(one.name for one in run_conditions(plan, today, goals) if not one.holds))


def _run_conditions(plan: PlanOutcomes, today: PlanOutcomes, goals: Goals, number: int) -> Iterator[Condition]:
    floors, limits = goals.floors, goals.limits
    for name, column, limit in (
        ("people_moved", PEOPLE, limits.people_moved),
        ("accounts_moved", ACCOUNTS, limits.accounts_moved),
    ):
        if limit is not None:
            yield _condition(f"limits.{name}", plan.column(column, number), limit)
    growth, before = plan.column(GROWTH, number), today.column(GROWTH, number)
    limit = max(floors.open_work_growth_share, float(np.mean(before)))
    yield _condition("floors.open_work_growth_share", growth, limit)
    care, cared = plan.column(CARE, number), today.column(CARE, number)
    yield _condition("floors.care_of_a_share", floors.care_of_a_share * cared - care, 0.0)
    for name, column in LATE.items():
        more = plan.column(column, number) - today.column(column, number)
        yield _condition(f"floors.late_points.{name}", more, floors.late_points)
    lapsed = plan.column(LAPSED, number) - today.column(LAPSED, number)
    yield _condition("floors.lapsed_points", lapsed, floors.lapsed_points)


def _condition(name: str, values: Floats, limit: float) -> Condition:
    """Return a condition on a mean; what was never seen, such as late orders of a class without any, holds."""
    seen = values[~np.isnan(values)]
    if not len(seen):
        return Condition(name=name, value=-np.inf, limit=limit)
    error = float(np.std(seen, ddof=1) / np.sqrt(len(seen))) if len(seen) > 1 else np.inf
    return Condition(name=name, value=float(seen.mean()), limit=limit, error=error)
