"""The joint draws of one comparison, from what is known of the client to the frames that are saved with the study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from simkit.effort.taxonomy import LABELS
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet
from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import CLASSES
from simkit.study.experiment.experiment_spec import Engine, Execution
from simkit.study.experiment.run_experiment import Progress
from simkit.study.joint_draws.drawn_parameters import EFFECT_OF, HOURS_OF, TEXTS, DrawnSet, drawn_set
from simkit.study.joint_draws.drawn_sets import sampled
from simkit.study.joint_draws.drawn_today import REPLICATIONS, ROUNDS, reacts, with_today_at_rest
from simkit.study.joint_draws.joint_runs import CONTRIBUTION, DELIVERED, ORDERS, play_draw, run_draws
from simkit.study.joint_draws.joint_summary import RightChoice, YearToday, summarised
from simkit.study.measured.measured_parameters import MEASURED_KINDS
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.result_tables import Results
from simkit.study.robustness.sample_points import RobustnessBench
from simkit.study.search.confirmation import confirmation


def draw_runs(plan: ExperimentPlan, parameters: ParameterSet, count: int) -> int:
    """Return how many runs so many draws take, those that bring today to rest among them."""
    rounds = ROUNDS if reacts(plan.experiment.scenarios[plan.main_scenario].on(parameters)) else 0
    return count * REPLICATIONS * (len(plan.main) + rounds)


def with_joint_draws(
    results: Results,
    count: int,
    *,
    folder: Path | None = None,
    execution: Execution = Execution(),
    progress: Callable[[int], None] | None = None,
    engine: Engine = play_draw,
) -> Results:
    """Return the results of a comparison with those of its joint draws.

    Parameters
    ----------
    count : int
        Number of draws; 0 for none.
    folder : Path, optional
        The client's folder, whose own levers count too.
    execution : Execution
        How they are run; it moves no result.
    progress : callable, optional
        Told the number of runs done.
    engine : callable
        Plays one replication of one draw; importable by name.

    Returns
    -------
    Results
        With the frames ``joint_gains``, ``joint_today``, ``joint_summary``, ``joint_drivers``, ``joint_parameters`` and
        ``joint_values``; those have no rows without draws.
    """
    plan = results.plan
    if count < 1:
        return results
    scenario = plan.experiment.scenarios[plan.main_scenario]
    bench = RobustnessBench(
        model_inputs=results.model_inputs,
        parameters=scenario.on(results.parameters),
        designs={label: plan.design(label) for label in plan.main},
        seed=plan.experiment.seed,
        execution=execution,
        progress=progress,
        engine=engine,
    )
    chosen = drawn_set(bench.parameters, bench.designs, fixed=scenario.override, folder=folder)
    draws = with_today_at_rest(bench, sampled(chosen, count, bench.seed))
    by_year = run_draws(bench, draws)
    frames = summarised(by_year, draws.scores, plan.baseline, year_today(results), _labels(chosen), _choice(results))
    return replace(results, joint={**frames, "joint_parameters": chosen.frame(), "joint_values": draws.frame()})


def _choice(results: Results) -> RightChoice:
    """Return what counts, and that no plan is a choice which breaks something that must hold."""
    found = confirmation(results.main_runs, results.plan, results.goals)
    return RightChoice(never=frozenset(one.name for one in found.standings if one.broken), goals=results.goals)


def year_today(results: Results) -> YearToday:
    """Return a mean year of today's organisation in the comparison, whose model has been fitted to what was measured."""
    plan = results.plan
    years = results.parameters.value("time.horizon_years")
    runs = select(results.frame, design=plan.baseline, scenario=plan.main_scenario, year=0)
    sums = {
        name: float(select(runs, measure=name).groupby("replication")["value"].sum().mean()) / years
        for name in (DELIVERED, CONTRIBUTION)
    }
    held = (ORDERS, CONTRIBUTION) if _margins_measured(results.parameters) else (ORDERS,)
    return YearToday(orders=sums[DELIVERED], contribution_amount=sums[CONTRIBUTION], held=held)


def _margins_measured(parameters: ParameterSet) -> bool:
    kinds = [parameters[f"orders.{name}.contribution_share"].provenance.kind for name in CLASSES]
    return any(kind in MEASURED_KINDS for kind in kinds)


def _labels(chosen: DrawnSet) -> dict[str, Text]:
    """Return what people call each dimension."""
    promised = {f"{EFFECT_OF}{one.name}": TEXTS["effect_of"].fill(lever=one.title) for one in chosen.promises}
    return promised | {
        one.together: TEXTS["hours_of"].fill(activity=LABELS[one.together.removeprefix(HOURS_OF)])
        if one.together.startswith(HOURS_OF)
        else one.parameter.label
        for one in chosen.drawn
    }


def followed_by(progress: Progress | None, runs: int) -> tuple[Progress | None, Callable[[int], None] | None]:
    """Return the progress of an experiment of any length, and of so many runs after it, as one count."""
    if progress is None:
        return None, None
    done_before = [0]

    def first(done: int, total: int) -> None:
        done_before[0] = done
        progress(done, total + runs)

    def second(done: int) -> None:
        progress(done_before[0] + done, done_before[0] + runs)

    return first, second
