"""The plans played so far, all in the same replications as today's organisation, and how they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simkit.foundation.frames import Floats
from simkit.intake.settings.goals_settings import Goals
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.search.conditions import run_conditions
from simkit.study.search.plan_outcomes import PlanOutcomes, Yardstick, yardstick

Play = Callable[[Sequence[Plan], range], Mapping[Plan, PlanOutcomes]]
"""Plays plans in the replications of these numbers."""

SMALL = 1e-6
"""Of the effects' scale: what keeps components that were never told apart at no effect."""


@dataclass(kw_only=True)
class PlayedPlans:
    """Everything that the search has seen."""

    space: PlanSpace
    goals: Goals
    play: Play
    outcomes: dict[Plan, PlanOutcomes] = field(default_factory=dict)
    runs: int = 0
    _digests: dict[Plan, str] = field(default_factory=dict)

    @property
    def today(self) -> PlanOutcomes:
        """The runs of today's organisation."""
        return self.outcomes[self.space.today]

    @property
    def yardstick(self) -> Yardstick:
        """How gains are measured."""
        return yardstick(self.goals, self.today)

    def until(self, plans: Sequence[Plan], replications: int) -> None:
        """Play plans, and today's organisation, until each has met so many replications."""
        wanted: dict[int, list[Plan]] = {}
        for plan in dict.fromkeys((self.space.today, *plans)):
            begun = len(self.outcomes[plan]) if plan in self.outcomes else 0
            if begun < replications:
                wanted.setdefault(begun, []).append(plan)
        for begun, group in sorted(wanted.items()):
            ordered = sorted(group, key=self.digest)
            for plan, more in self.play(ordered, range(begun, replications)).items():
                before = self.outcomes.get(plan)
                self.outcomes[plan] = more if before is None else before.followed_by(more)
            self.runs += len(group) * (replications - begun)

    def digest(self, plan: Plan) -> str:
        """Return the hash by which ties are broken, so that no order of candidates counts."""
        if plan not in self._digests:
            self._digests[plan] = self.space.digest(plan)
        return self._digests[plan]

    def gain(self, plan: Plan) -> float:
        """Return the mean gain of a plan over today's organisation."""
        return float(self.yardstick.gains(self.outcomes[plan], self.today).mean())

    def breaks(self, plan: Plan) -> bool:
        """Tell whether a plan breaks something that must hold by more than chance."""
        return any(one.surely_broken for one in run_conditions(self.outcomes[plan], self.today, self.goals))

    def ranked(self, plans: Sequence[Plan] | None = None) -> list[Plan]:
        """Return plans, by default all but today's, the best first; those that break what must hold come last."""
        chosen = [plan for plan in self.outcomes if plan != self.space.today] if plans is None else list(plans)
        standing = {plan: (self.breaks(plan), -self.gain(plan), self.digest(plan)) for plan in chosen}
        return sorted(chosen, key=standing.__getitem__)

    def expected_change(self, effects: Mapping[str, float], before: Plan, after: Plan) -> float:
        """Return what the main effects (:meth:`effects`) say that a plan gains over another one."""
        old, new = (plan.components(self.space.today) for plan in (before, after))
        return sum(effects.get(one, 0.0) for one in new - old) - sum(effects.get(one, 0.0) for one in old - new)

    def effects(self) -> dict[str, float]:
        """Return the main effect of every component on the gain, by least squares over all plans played.

        Notes
        -----
        Each plan counts with the number of its replications. A component that was never apart from others shares their effect
        evenly (a ridge of a millionth); one that was never played has none.
        """
        today, plans = self.space.today, [plan for plan in self.outcomes if plan != self.space.today]
        names = sorted({name for plan in plans for name in plan.components(today)})
        if not names:
            return {}
        place = {name: number for number, name in enumerate(names)}
        columns: Floats = np.zeros((len(plans), len(names)))
        for row, plan in enumerate(plans):
            columns[row, [place[name] for name in plan.components(today)]] = 1.0
        weights = np.sqrt([len(self.outcomes[plan]) for plan in plans])
        gains = np.array([self.gain(plan) for plan in plans])
        left, right = columns * weights[:, None], gains * weights
        square = left.T @ left + SMALL * np.eye(len(names))
        return dict(zip(names, np.linalg.solve(square, left.T @ right).tolist(), strict=True))
