"""The runs of a search that is given minutes: the time of a run is measured first, and the runs that follow are what is kept."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from simkit.intake.settings.run_settings import FEWEST_RUNS, RunSettings, search_minutes
from simkit.study.calibration.client_parameters import own_parameters
from simkit.study.experiment.experiment_spec import Variant
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.plans.study_settings import BASELINE, study_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from simkit.effort.time_use import TimeUse
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.intake.client import ClientData
    from simkit.model.inputs.model_inputs import ModelInputs
    from simkit.model.specification.scenarios import Scenario
    from simkit.value.customers.customer_value import CustomerValue

TIMED = 5
"""Runs that are timed, after one that is not, in which the engine is made ready."""
ROUND = 100
"""Runs are a multiple of it, so that they can be said and typed."""


def with_runs(client: ClientData, settings: RunSettings, time_use: TimeUse | None, value: CustomerValue) -> RunSettings:
    """Return the settings with runs in place of the minutes that a search is given; without minutes they stay as they are.

    Parameters
    ----------
    settings : RunSettings
        The settings of the run; where they say nothing of the search, client.yaml may give it minutes.
    """
    asked = settings.search or (None if settings.depth == "quick" else client.config.study.search)
    minutes = search_minutes(asked)
    if minutes is None:
        return settings
    inputs, parameters = client_inputs(client, value), own_parameters(client, time_use, value)
    seconds = seconds_per_run(inputs, parameters, _main_scenario(client, settings), seed=settings.seed)
    runs = runs_in(minutes, seconds, settings.jobs or os.cpu_count() or 1)
    return settings.model_copy(update={"search": str(runs)})


def _main_scenario(client: ClientData, settings: RunSettings) -> Scenario:
    from simkit.model.specification.scenarios import load_scenario

    return load_scenario(study_settings(settings, client.config.study, client.config.goals).scenarios[0], client.folder)


def runs_in(minutes: float, seconds_per_run: float, processes: int) -> int:
    """Return the runs that fit into minutes, rounded down; at least those of the shallowest search."""
    return max(FEWEST_RUNS, int(60 * minutes * processes / seconds_per_run) // ROUND * ROUND)


def seconds_per_run(
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    scenario: Scenario,
    *,
    seed: int,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """Return how long one run of today's organisation takes on this machine: the median of a few, on one process.

    Parameters
    ----------
    clock : callable
        Tells the time in seconds.
    """
    from statistics import median

    from simkit.model.specification.designs import load_design
    from simkit.study.search.choice_engine import play_for_choice

    today = (Variant(label=BASELINE, design=load_design(BASELINE)),)
    taken = []
    for replication in range(1 + TIMED):
        begun = clock()
        list(play_for_choice(model_inputs, parameters, scenario, today, seed, replication))
        taken.append(clock() - begun)
    return median(taken[1:])
