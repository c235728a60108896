"""Today's care level by segment: the fixed point x0 through which the customers' response curves are laid.

Measured in runs of today's organisation with all reactions off, so that a run of today's organisation with reactions on
starts where it stays.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simkit.foundation.frames import select
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.study import bilingual_texts as texts
from simkit.study.experiment.experiment_spec import Engine, Execution, Experiment
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_experiment import Progress, run_experiment
from simkit.study.measured.measured_demand import patched

if TYPE_CHECKING:
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.study.plans.experiment_plan import Plan

MEASURE = "care_level"
REPLICATIONS = 4


def with_care_level(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    plan: Plan,
    *,
    replications: int = REPLICATIONS,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_replication,
) -> ParameterSet:
    """Return the parameter set with today's care level in it.

    Parameters
    ----------
    model inputs, parameters
        The client and its parameter set.
    plan : Plan
        For today's organisation, the main scenario and the seed.
    replications : int
        Replications.
    execution, progress, engine
        As in :func:`simkit.study.experiment.run_experiment.run_experiment`.

    Returns
    -------
    ParameterSet
        With ``reaction.care_before_*`` set to the mean of the measure ``care_level`` over the replications: contacts received,
        the extra ones of free hours included, over contacts needed, in the three years from go-live.

    Notes
    -----
    The response is smoothed over time, this mean is not; in a steady state both are the same.
    """
    today = replace(plan.experiment.variants[0], changes={"reaction.on": 0.0}, scenarios=())
    scenario = {plan.main_scenario: plan.experiment.scenarios[plan.main_scenario]}
    experiment = Experiment(variants=(today,), scenarios=scenario, replications=replications, seed=plan.experiment.seed)
    frame = run_experiment(
        experiment, model_inputs, parameters, execution=execution, progress=progress, engine=engine
    ).frame
    care = select(frame, measure=MEASURE, year=0).dropna(subset=["value"])
    source = Provenance(kind="simulated", source=texts.TODAY.en, source_de=texts.TODAY.de)
    override = {}
    for segment, value in care.groupby("group")["value"].mean().items():
        override[f"reaction.care_before_{segment}"] = (float(value), source)
    return patched(parameters, override)
