"""A study that searches: today at rest, the search, and the short list confirmed on fresh replications, as results of a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from simkit.foundation.parameter_set import ParameterSet
from simkit.study.calibration.stationary_today import REPLICATIONS, is_stationary, sizes_of, stationary_today
from simkit.study.experiment.experiment_spec import Execution, Variant
from simkit.study.experiment.run_experiment import Progress
from simkit.study.joint_draws.joint_study import draw_runs
from simkit.study.measured.measured_demand import patched
from simkit.study.plans.agreed_plan import AgreedPlan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.plan_space import PlanSpace
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import Results
from simkit.study.search.best_plan import find_short_list
from simkit.study.search.confirmation import run_confirmation


@dataclass(frozen=True, kw_only=True)
class SearchOrder:
    """What is to be searched."""

    settings: StudySettings
    space: PlanSpace
    agreed: AgreedPlan
    folder: Path | None = None
    """The client's folder."""


@dataclass
class RunCount:
    """The runs of several experiments that follow each other as one count."""

    progress: Progress | None
    expected: int
    """Runs in all, as far as known."""
    before: int = 0

    def tell(self, done: int) -> None:
        """Tell how many runs of the present experiment are done."""
        if self.progress is not None:
            self.expected = max(self.expected, self.before + done)
            self.progress(self.before + done, self.expected)

    def ended(self, runs: int) -> None:
        """Count an experiment as done."""
        self.before += runs
        self.expected = max(self.expected, self.before)


def searched(
    order: SearchOrder, *, execution: Execution = Execution(), progress: Progress | None = None
) -> tuple[Results, Callable[[int], None]]:
    """Search, and confirm what was found.

    Returns
    -------
    Results
        The confirmation on fresh replications, with what the search has played.
    callable
        To be told the runs of the joint draws that follow.
    """
    settings, space = order.settings, order.space
    count = RunCount(progress=progress, expected=settings.budget_runs)
    space = replace(space, parameters=_at_rest(order, execution, count), _built={})
    found = find_short_list(space, settings, folder=order.folder, execution=execution, progress=count.tell)
    count.ended(found.runs)
    plan = make_plan(
        settings, space.model_inputs, space.parameters, order.folder, order.agreed, short_list=found.short_list
    )
    draws = draw_runs(plan, space.parameters, settings.joint_draws)
    spare = settings.budget_runs - count.before - plan.experiment.runs - draws
    runs = run_confirmation(
        plan, space.model_inputs, space.parameters, settings.goals, spare_runs=max(spare, 0),
        execution=execution, progress=lambda done, _: count.tell(done),
    )  # fmt: skip
    count.ended(runs.experiment.runs)
    results = Results(
        frame=runs.frame, plan=replace(plan, experiment=runs.experiment), model_inputs=space.model_inputs,
        parameters=space.parameters, goals=settings.goals, searched=found.frame,
    )  # fmt: skip
    return results, count.tell


def _at_rest(order: SearchOrder, execution: Execution, count: RunCount) -> ParameterSet:
    """Return the parameters with which today's organisation stays where it is, where no fit has found them."""
    settings, space = order.settings, order.space
    if is_stationary(space.parameters):
        return space.parameters
    replications = min(REPLICATIONS, settings.replications)
    today = Variant(label=space.today.name, design=space.design(space.today))
    found = stationary_today(
        space.model_inputs, space.parameters, seed=settings.seed, today=today, replications=replications,
        execution=execution, progress=lambda done, _: count.tell(done),
    )  # fmt: skip
    count.ended(sum(sizes_of(replications)))
    return patched(space.parameters, found.override)
