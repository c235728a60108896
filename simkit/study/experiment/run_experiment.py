"""Running an experiment: its cost is reported before it starts, what is kept is found again, the rest is played on processes.

A replication is drawn once per scenario and replication and then met by every design, so results can be compared in pairs;
the result is one tidy frame whose bytes depend neither on where it was run nor on what had been run before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.errors import Interrupted, UsageError
from simkit.foundation.text import Text
from simkit.model.engine_choice import wait_for_engine
from simkit.study.experiment.experiment_spec import Batch, Engine, Execution, Experiment, ExperimentTask, RunResult
from simkit.study.experiment.process_pool import play_here, play_on_processes
from simkit.study.experiment.replicate import play_replication
from simkit.study.experiment.run_cache import FILE, opened
from simkit.study.experiment.run_register import RunRegister
from simkit.study.thresholds import threshold

if TYPE_CHECKING:
    from simkit.foundation.parameter_set import ParameterSet
    from simkit.model.inputs.model_inputs import ModelInputs

SECONDS_AN_HOUR = 3600.0


def serial_hours(runs: int, seconds_per_run: float | None) -> float:
    """Return the hours that runs take on one process; without a measured time per run with the standard's.

    Parameters
    ----------
    runs : int
        Number of runs.
    seconds_per_run : float or None
        Measured, processor time.
    """
    return runs * (seconds_per_run or threshold("assumption.seconds_per_run")) / SECONDS_AN_HOUR


def too_long(hours: float) -> bool:
    """Tell whether hours are more than a study may take without being asked for."""
    return hours > threshold("rule.confirm_hours")


def too_costly(runs: int, seconds_per_run: float | None, workers: int) -> UsageError:
    """Return the error that tells the cost and how to agree to it."""
    hours = serial_hours(runs, seconds_per_run) / workers
    measured = (
        Text(de="zuletzt gemessen", en="as last measured") if seconds_per_run else Text(de="Vorgabe", en="default")
    )
    what = Text(
        de="Das sind {runs} Läufe, die noch nicht gerechnet sind: etwa {hours} Stunden.",
        en="These are {runs} runs that have not been run yet: about {hours} hours.",
    )
    basis = Text(
        de="{seconds} s je Lauf ({measured}), Prozesse: {workers}",
        en="{seconds} s per run ({measured}), processes: {workers}",
    )
    seconds = _dotted(round(seconds_per_run or threshold("assumption.seconds_per_run"), 1))
    remedy = Text(
        de="Weniger Simulationsläufe, Organisationsvarianten oder Szenarien wählen, ein --cluster angeben, oder mit "
        "--yes einverstanden sein (in einem Notebook Execution(confirmed=True)).",
        en="Choose fewer replications, designs or scenarios, name a --cluster, or agree with --yes (in a notebook "
        "Execution(confirmed=True)).",
    )
    hint = basis.fill(seconds=seconds, measured=measured, workers=workers)
    return UsageError(
        Text(
            de=f"{what.fill(runs=_dotted(runs), hours=_dotted(hours)).de} {hint.de}.",
            en=f"{what.fill(runs=_dotted(runs), hours=_dotted(hours)).en} {hint.en}.",
        ),
        "",
        remedy,
    )


def _dotted(number: float) -> Text:
    """Return a number with its thousands marked, and one decimal where it is small."""
    english = f"{number:,.1f}" if number < 10 and number != round(number) else f"{number:,.0f}"
    german = english.translate(str.maketrans(",.", ".,"))
    return Text(de=german, en=english)


COLUMNS = ("design", "scenario", "replication", "year", "measure", "group", "value")

MOST_PROCESSES = 61 if os.name == "nt" else 512  # what Windows can wait for at once

Progress = Callable[[int, int], None]


@dataclass(frozen=True, kw_only=True)
class Runs:
    """What an experiment gave."""

    experiment: Experiment
    frame: pd.DataFrame
    """Columns design, scenario, replication, year, measure, group, value; sorted by scenario and replication in the
    order of the experiment, then as the measures are listed."""
    reused: int = 0
    """Runs that were found among those kept and not run again."""


def run_experiment(
    experiment: Experiment,
    model_inputs: ModelInputs,
    parameters: ParameterSet,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_replication,
) -> Runs:
    """Run every cell of an experiment that has not been run before.

    Parameters
    ----------
    model_inputs, parameters
        The client and the parameter set, the same for all cells.
    execution : Execution
        Where it runs and where finished runs are kept.
    progress : callable, optional
        Called with (runs done, runs in all) after each batch; the first time with what was kept from before.
    engine : callable
        Plays one replication; must be importable by name, since processes are spawned (as on Windows).

    Returns
    -------
    Runs
        The same bytes for every execution.

    Raises
    ------
    UsageError
        If the runs that are missing take longer than ``rule.confirm_hours`` and nobody has agreed to it, or if no cluster
        answers.
    Interrupted
        If the user stops the run; running batches end after their present run, waiting ones are dropped.
    RunError
        If a process dies, most often for lack of memory; what was finished is kept.
    """
    report = progress or (lambda done, total: None)
    task = ExperimentTask(
        model_inputs=model_inputs,
        parameters=parameters,
        scenarios=experiment.scenarios,
        variants={variant.label: variant for variant in experiment.variants},
        seed=experiment.seed,
        engine=engine,
    )
    try:
        with opened(execution.cache, engine) as cache:
            seconds = cache.seconds_per_run if cache is not None else None
            kept = cache.size if cache is not None else 0
            _check_cost(experiment.runs - kept, seconds, execution)  # before millions of runs are listed
            register = RunRegister(experiment, task, cache)
            batches = register.batches()
            _check_cost(sum(len(batch.variants) for batch in batches), seconds, execution)
            report(register.done, experiment.runs)
            with closing(_played(task, batches, execution)) as played:
                for batch, run_results in played:
                    register.enter(batch, run_results)
                    report(register.done, experiment.runs)
    except KeyboardInterrupt:
        raise _interrupted(execution) from None
    return Runs(experiment=experiment, frame=register.frame(), reused=register.reused)


def _played(
    task: ExperimentTask, batches: Sequence[Batch], execution: Execution
) -> Generator[tuple[Batch, list[RunResult]]]:
    workers = min(_processes(execution), len(batches), MOST_PROCESSES)
    if not batches:
        return
    if not execution.cluster:
        wait_for_engine()
    if execution.cluster:
        from simkit.study.experiment.dask_cluster import play_on_cluster

        yield from play_on_cluster(task, batches, execution.cluster)
    elif workers <= 1:
        yield from play_here(task, batches)
    else:
        yield from play_on_processes(task, batches, workers)


def _processes(execution: Execution) -> int:
    return execution.jobs or os.cpu_count() or 1


def check_cost(runs: int, execution: Execution, *, engine: Engine = play_replication) -> None:
    """Ask before anything is made ready whether so many runs may be run, less those that are kept.

    Parameters
    ----------
    runs : int
        At least so many are to be run.
    execution : Execution
        Where they would run; a cluster has to answer unless as many runs are kept.

    Raises
    ------
    UsageError
        If the runs take longer than ``rule.confirm_hours`` and nobody has agreed to it, or if no cluster answers.
    """
    seconds, kept = None, 0
    if execution.cache is not None and (execution.cache / FILE).is_file():
        with opened(execution.cache, engine) as cache:
            if cache is not None:
                seconds, kept = cache.seconds_per_run, cache.size
    if execution.cluster and runs > kept:
        from simkit.study.experiment.dask_cluster import threads_of

        threads_of(execution.cluster)
    _check_cost(runs - kept, seconds, execution)


def _check_cost(runs: int, seconds_per_run: float | None, execution: Execution) -> None:
    """Raise if runs take too long and nobody has agreed; a cluster is asked for its size only where that matters."""
    hours = serial_hours(runs, seconds_per_run)
    if execution.confirmed or not too_long(hours):
        return
    workers = _processes(execution)
    if execution.cluster:
        from simkit.study.experiment.dask_cluster import threads_of

        workers = threads_of(execution.cluster)
    if too_long(hours / workers):
        raise too_costly(runs, seconds_per_run, workers)


def _interrupted(execution: Execution) -> Interrupted:
    kept = Text(
        de="Einfach neu starten; was fertig war, ist gespeichert.", en="Just start it again; what was finished is kept."
    )
    return Interrupted(
        Text(de="Die Simulation wurde abgebrochen.", en="The simulation was stopped."),
        "",
        kept if execution.cache is not None else Text(de="Einfach neu starten.", en="Just start it again."),
    )
