"""Plans whose gains are known: a number for every component, and luck that all plans of a replication share in part."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from simkit.foundation.parameter_set import ParameterSet
from simkit.intake.settings.goals_settings import DEFAULT_GOALS, Goals
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace, plan_space
from simkit.study.search.plan_outcomes import ACCOUNTS, CARE, GROWTH, HANDOVERS, LAPSED, LATE, PEOPLE, PlanOutcomes
from simkit.study.search.played_plans import PlayedPlans

CONTRIBUTION = 1_000_000.0


def made_space(designs: Sequence[str] = ("hunter_farmer", "stretched_t"), **options) -> PlanSpace:
    parameters: ParameterSet = load_defaults()
    return plan_space(example_inputs(), parameters, designs=designs, **options)


@dataclass
class MadePlay:
    """Plays plans by a table of effects; `broken` names components with which A customers lose a tenth of their care."""

    space: PlanSpace
    effects: Mapping[str, float]
    noise: float = 0.0
    broken: frozenset[str] = frozenset()
    seed: int = 1
    played: list[tuple[Plan, int]] = field(default_factory=list)

    def __call__(self, plans: Sequence[Plan], replications: range) -> dict[Plan, PlanOutcomes]:
        return {plan: self._of(plan, replications) for plan in plans}

    def _of(self, plan: Plan, replications: range) -> PlanOutcomes:
        self.played += [(plan, number) for number in replications]
        parts = plan.components(self.space.today)
        gain = sum(self.effects.get(part, 0.0) for part in parts)
        digest = int(hashlib.sha256(plan.name.encode()).hexdigest()[:8], 16)
        luck = [
            float(np.random.default_rng([self.seed, number, digest]).normal(0, self.noise)) if self.noise else 0.0
            for number in replications
        ]
        profit = 200_000.0 + gain + np.array(luck)
        table = {
            "aim.contribution_less_cost": profit, "base.contribution_less_cost": CONTRIBUTION, GROWTH: 0.0,
            CARE: 0.9 if parts & self.broken else 1.0, **dict.fromkeys(LATE.values(), 0.1), LAPSED: 0.0,
            PEOPLE: 0.0, ACCOUNTS: 0.0, HANDOVERS: 0.0, "contribution_amount": CONTRIBUTION,
        }  # fmt: skip
        return PlanOutcomes(table=pd.DataFrame(table, index=list(replications)))


def made_played(play: MadePlay, goals: Goals = DEFAULT_GOALS) -> PlayedPlans:
    return PlayedPlans(space=play.space, goals=goals, play=play)
