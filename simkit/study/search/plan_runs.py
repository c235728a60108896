"""How the search plays plans: in the deciding scenario, with the few measures that the choice needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.intake.settings.goals_settings import Goals
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.specification.scenarios import Scenario
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment, Variant
from simkit.study.experiment.replicate import met
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.plans.plan import Plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.search.plan_outcomes import MEASURED, PlanOutcomes, outcomes_of
from simkit.study.yearly_amounts import yearly

HORIZON = "time.horizon_years"


def play_for_choice(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    variants: tuple[Variant, ...],
    seed: int,
    replication: int,
) -> Iterator[pd.DataFrame]:
    """Draw one replication, let every variant meet it, and yield what the choice of a plan needs, over the whole horizon.

    Parameters
    ----------
    model_inputs, parameters, scenario, variants, seed, replication
        As in :class:`simkit.study.experiment.experiment_spec.Engine`.
    """
    from simkit.model.engine_choice import play
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.study.measures.measures import measures

    inputs = draw_inputs(model_inputs, scenario.on(parameters), seed=seed, replication=replication, today=parameters)
    for variant in variants:
        yield select(measures(play(inputs, met(variant)), MEASURED), year=0)


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
