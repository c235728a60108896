"""How the search plays plans: in the deciding scenario, by the engine of the choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from simkit.intake.settings.goals_settings import Goals
from simkit.model.specification.scenarios import Scenario
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment, Variant
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.search.choice_engine import play_for_choice
from simkit.study.search.plan_outcomes import PlanOutcomes, outcomes_of
from simkit.study.yearly_amounts import yearly

HORIZON = "time.horizon_years"


@dataclass(frozen=True, kw_only=True)
class PlanRuns:
    """Plays plans of one client."""

    space: PlanSpace
    scenario: Scenario
    goals: Goals
    seed: int
    execution: Execution = Execution()
    engine: Engine = play_for_choice
    progress: Callable[[int], None] | None = None
    """Told how many runs of the present call are done."""

    def __call__(self, plans: Sequence[Plan], replications: range) -> Mapping[Plan, PlanOutcomes]:
        """Return what plans bring in the replications of these numbers."""
        space, parameters = self.space, self.space.parameters
        experiment = Experiment(
            variants=tuple(Variant(label=plan.name, design=space.design(plan)) for plan in plans),
            scenarios={self.scenario.name: self.scenario},
            replications=len(replications),
            first_replication=replications.start,
            seed=self.seed,
        )
        tell = self.progress
        frame = run_experiment(
            experiment, space.model_inputs, parameters, execution=self.execution, engine=self.engine,
            progress=None if tell is None else lambda done, _: tell(done),
        ).frame  # fmt: skip
        found = outcomes_of(yearly(frame, parameters.value(HORIZON)), self.scenario.name, self.goals)
        return {plan: found[plan.name] for plan in plans}
