"""The confirmation: the short list on fresh replications, which the search has never seen, until the answer is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.foundation.parameter_set import ParameterSet
from simkit.intake.settings.goals_settings import Goals
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.study.advice.verdict import Standing, settled
from simkit.study.experiment.experiment_spec import Engine, Execution
from simkit.study.experiment.precision import Precision
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_experiment import Progress, Runs, run_experiment
from simkit.study.plans.experiment_plan import ExperimentPlan
from simkit.study.search.conditions import broken_names
from simkit.study.search.plan_outcomes import ACCOUNTS, HANDOVERS, PEOPLE, PlanOutcomes, outcomes_of, yardstick
from simkit.study.yearly_amounts import yearly

LOOKS = 3
LOOK_ERROR = 0.05 / LOOKS
"""Each look may err so often, so that all together do in 5 % of the studies at most."""
EFFORT_DIGITS = {PEOPLE: 0, ACCOUNTS: 0, HANDOVERS: 2}
"""Decimals in which the effort of two plans has to differ before one counts as simpler."""


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """How the plans of the short list stand on fresh replications."""

    standings: tuple[Standing, ...]
    """All but today's organisation, in the order of the list."""
    beaten_by: Mapping[tuple[str, str], float]
    """By names (better, worse): lower end of the interval of the difference of their gains."""
    zone: float
    """Gain that counts as none."""
    scale: float
    """What gains are shares of: today's yearly contribution, where money counts."""


def run_confirmation(
    plan: ExperimentPlan,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    goals: Goals,
    *,
    spare_runs: int = 0,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_replication,
) -> Runs:
    """Run the short list, and twice as many replications again where the answer is not settled and runs are left.

    Parameters
    ----------
    spare_runs : int
        Runs that may be spent beyond those of the experiment.

    Notes
    -----
    Where a precision is asked for (``plan.precision``), replications double also while a gain is known worse than that and its
    budget of replications is not used up.
    """
    how: dict[str, Any] = {"execution": execution, "engine": engine}
    runs = run_experiment(plan.experiment, model_inputs, parameters, progress=progress, **how)
    for _ in range(LOOKS - 1):
        more = replace(
            runs.experiment, first_replication=plan.experiment.first_replication + runs.experiment.replications
        )
        found = confirmation(yearly(runs.frame), replace(plan, experiment=runs.experiment), goals)
        wide = _too_wide(found, plan.precision, runs.experiment.replications + more.replications)
        if more.runs > spare_runs or (settled(found.standings, found.zone) and not wide):
            break
        spare_runs -= more.runs
        runs = _together(runs, run_experiment(more, model_inputs, parameters, progress=progress, **how))
    return runs


def _too_wide(found: Confirmation, wanted: Precision | None, replications: int) -> bool:
    """Tell whether a gain is known worse than was asked for, and so many replications may be run to know it better."""
    if wanted is None or replications > wanted.budget:
        return False
    return any((one.high - one.low) / 2 > wanted.share * found.scale for one in found.standings)


def _together(first: Runs, second: Runs) -> Runs:
    """Return two parts of one experiment as a whole, in its order."""
    frame = pd.concat([first.frame, second.frame], ignore_index=True)
    places = {name: place for place, name in enumerate(first.experiment.scenarios)}
    order = np.argsort(frame["scenario"].map(places).to_numpy(), kind="stable")
    number = first.experiment.replications + second.experiment.replications
    return Runs(
        experiment=replace(first.experiment, replications=number),
        frame=frame.iloc[order].reset_index(drop=True),
        reused=first.reused + second.reused,
    )


def confirmation(
    frame: pd.DataFrame, plan: ExperimentPlan, goals: Goals, joint_summary: pd.DataFrame | None = None
) -> Confirmation:
    """Return how the plans of the short list stand.

    Parameters
    ----------
    frame : DataFrame
        Yearly runs of the whole short list; other variants do not count.
    joint_summary : DataFrame, optional
        Result of the joint draws (:mod:`simkit.study.joint_draws.joint_summary`); without it no reliability is known.

    Notes
    -----
    Intervals: mean ± t(1 − α ÷ k; n − 1) · s ÷ √n of the paired gain, k plans besides today's organisation, α = .05 ÷ 3, since
    the confirmation may look three times (Bonferroni over looks and plans).
    """
    listed = frame[frame["design"].isin(plan.main)]
    by_scenario = {name: outcomes_of(listed, name, goals) for name in plan.experiment.scenarios}
    reliability: dict[str, float] = (
        {} if joint_summary is None else dict(zip(joint_summary["design"], joint_summary["reliability"], strict=True))
    )
    return compared(
        by_scenario, plan.baseline, goals, reliability=reliability, components=plan.components, known=plan.priced
    )


def compared(
    by_scenario: Mapping[str, Mapping[str, PlanOutcomes]],
    baseline: str,
    goals: Goals,
    *,
    reliability: Mapping[str, float] | None = None,
    components: Mapping[str, frozenset[str]] | None = None,
    known: Mapping[str, Iterable[str]] | None = None,
) -> Confirmation:
    """Return how plans stand to today's organisation; see :func:`confirmation`.

    Parameters
    ----------
    by_scenario : mapping of str to mapping of str to PlanOutcomes
        Runs by scenario and plan, the deciding scenario first.
    baseline : str
        Name of today's organisation.
    reliability, components : mapping, optional
        Share of the joint draws in which each plan is right, and its changes of today's organisation.
    known : mapping, optional
        Limits that a plan breaks and that are known without a run.
    """
    here, *elsewhere = by_scenario.values()
    today, names = here[baseline], [name for name in here if name != baseline]
    measured = yardstick(goals, today)
    standings = []
    for name in names:
        mean, width = gain_interval(measured.gains(here[name], today), len(names))
        highs = [sum(gain_interval(measured.gains(one[name], one[baseline]), len(names))) for one in elsewhere]
        standings.append(
            Standing(
                name=name, mean=mean, low=mean - width, high=mean + width, worst_high=min(highs, default=np.inf),
                broken=broken_names(here[name], today, goals, (known or {}).get(name, ())),
                reliability=(reliability or {}).get(name, np.nan), effort=_effort(here[name]),
                components=(components or {}).get(name, frozenset()),
            )
        )  # fmt: skip
    beaten = {
        (better, worse): float(np.subtract(*gain_interval(measured.gains(here[better], here[worse]), len(names))))
        for better in names
        for worse in names
        if better != worse
    }
    return Confirmation(standings=tuple(standings), beaten_by=beaten, zone=measured.zone, scale=measured.scale)


def gain_interval(gains: Floats, plans: int) -> tuple[float, float]:
    """Return mean and half-width of a gain that hold for so many plans and every look; no width is known of one replication."""
    from scipy.stats import t

    number = len(gains)
    if number < 2:
        return float(gains.mean()), np.inf
    quantile = float(t.ppf(1 - LOOK_ERROR / max(plans, 1), number - 1))
    return float(gains.mean()), quantile * float(np.std(gains, ddof=1)) / float(np.sqrt(number))


def _effort(outcomes: PlanOutcomes) -> tuple[float, ...]:
    means = outcomes.means()
    return tuple(round(float(np.nan_to_num(means[name])), digits) for name, digits in EFFORT_DIGITS.items())
