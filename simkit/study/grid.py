"""The experiment grid: designs × scenarios × replications, declared as one frozen object and run on processes.

A world is drawn once per scenario and replication and then met by every design, so results can be compared in pairs;
the result is one tidy frame whose bytes depend neither on where it was run nor on what had been run before.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.errors import Interrupted, UsageError
from simkit.foundation.text import Text, did_you_mean
from simkit.study.cost import serial_hours, too_costly, too_long
from simkit.study.ledger import Ledger
from simkit.study.playing import Engine, Outcome, Piece, Task, play_world
from simkit.study.processes import play_here, play_on_processes
from simkit.study.run_cache import FILE, opened

if TYPE_CHECKING:
    from simkit.foundation.parameters import Parameters
    from simkit.model.designs import Design
    from simkit.model.facts import Facts
    from simkit.model.scenarios import Scenario

__all__ = [
    "COLUMNS", "Arm", "Engine", "Execution", "Grid", "Progress", "Runs", "check_cost", "play_world", "run_grid",
]  # fmt: skip

COLUMNS = ("design", "scenario", "replication", "year", "measure", "group", "value")

MOST_PROCESSES = 61 if os.name == "nt" else 512  # what Windows can wait for at once

Progress = Callable[[int, int], None]
Cell = tuple[str, str, int]  # label of the arm, name of the scenario, replication


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One column of the grid: a design, with leaves changed where the experiment asks for it.

    Parameters
    ----------
    label : str
        Name in the results; unique in the grid.
    design : Design
        The organisation.
    changes : mapping of str to float
        Leaves of the parameter tree changed for this arm alone, path: value. The world is drawn without them, so an
        arm can change how demand is met but never which demand is met.
    scenarios : tuple of str
        Scenarios in which the arm runs; empty for all.
    """

    label: str
    design: Design
    changes: Mapping[str, float] = field(default_factory=dict)
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grid:
    """What is to be run.

    Parameters
    ----------
    arms : tuple of Arm
        The designs and their variants, in the order of the results.
    scenarios : mapping of str to Scenario
        Name in the results: scenario.
    replications : int
        Worlds per scenario, at least 1.
    seed : int
        Seed of the study, at least 0.
    first_replication : int
        Number of the first world, for a grid that adds worlds to another.
    measures : tuple of str
        Measures kept in the results; empty for all. Thousands of runs of all measures fill the memory.

    Raises
    ------
    UsageError
        If the grid is empty, a label stands twice, or an arm names a scenario that is not in the grid.
    """

    arms: tuple[Arm, ...]
    scenarios: Mapping[str, Scenario]
    replications: int
    seed: int
    first_replication: int = 0
    measures: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        labels = [arm.label for arm in self.arms]
        if not labels or not self.scenarios:
            raise UsageError(Text(de="Das Versuchsgitter ist leer.", en="The experiment grid is empty."))
        if doubled := sorted({label for label in labels if labels.count(label) > 1}):
            raise UsageError(Text(de="Zwei Entwürfe tragen einen Namen.", en="Two designs share one name."), doubled[0])
        if self.replications < 1 or self.seed < 0 or self.first_replication < 0:
            raise UsageError(
                Text(
                    de="Mindestens eine Wiederholung und ein Startwert ab 0 sind nötig.",
                    en="At least one replication and a seed from 0 are needed.",
                ),
                f"replications={self.replications}, seed={self.seed}",
            )
        for wanted in (name for arm in self.arms for name in arm.scenarios):
            if wanted not in self.scenarios:
                raise UsageError(
                    Text(de="Unbekanntes Szenario.", en="Unknown scenario."),
                    wanted,
                    did_you_mean(wanted, self.scenarios),
                )

    def arms_of(self, scenario: str) -> tuple[Arm, ...]:
        """Return the arms that run in one scenario, in the order of the grid."""
        return tuple(arm for arm in self.arms if not arm.scenarios or scenario in arm.scenarios)

    @property
    def worlds(self) -> range:
        """Numbers of the replications."""
        return range(self.first_replication, self.first_replication + self.replications)

    def cells(self) -> Iterator[Cell]:
        """Yield every run (label of the arm, scenario, replication) in the order of the results."""
        for name in self.scenarios:
            arms = self.arms_of(name)
            yield from ((arm.label, name, number) for number in self.worlds for arm in arms)

    @property
    def runs(self) -> int:
        """Number of simulation runs."""
        return self.replications * sum(len(self.arms_of(name)) for name in self.scenarios)


@dataclass(frozen=True, kw_only=True)
class Execution:
    """How a grid is run; nothing of it moves a result.

    Parameters
    ----------
    jobs : int, optional
        Processes of this machine; by default as many as it has cores. 1 runs in the calling process.
    cluster : str
        Address of a Dask scheduler (``tcp://host:8786``) whose workers run the grid; empty for this machine.
    cache : Path, optional
        Folder in which finished runs are kept and found again; None keeps none.
    confirmed : bool
        Whether the user has agreed to a grid whose cost is above the standard ``rule.confirm_hours``.
    """

    jobs: int | None = None
    cluster: str = ""
    cache: Path | None = None
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Runs:
    """What a grid gave.

    Parameters
    ----------
    grid : Grid
        What was run.
    frame : DataFrame
        Columns design, scenario, replication, year, measure, group, value; sorted by scenario and replication in the
        order of the grid, then as the measures are listed.
    reused : int
        Runs that were found among those kept and not run again.
    """

    grid: Grid
    frame: pd.DataFrame
    reused: int = 0


def run_grid(
    grid: Grid,
    facts: Facts,
    parameters: Parameters,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_world,
) -> Runs:
    """Run every cell of a grid that has not been run before.

    Parameters
    ----------
    grid : Grid
        What to run.
    facts, parameters
        The client and the parameter tree, the same for all cells.
    execution : Execution
        Where it runs and where finished runs are kept.
    progress : callable, optional
        Called with (runs done, runs in all) after each piece; the first time with what was kept from before.
    engine : callable
        Plays one world; must be importable by name, since processes are spawned (as on Windows).

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
        If the user stops the run; running pieces end after their present run, waiting ones are dropped.
    RunError
        If a process dies, most often for lack of memory; what was finished is kept.
    """
    report = progress or (lambda done, total: None)
    task = Task(
        facts=facts,
        parameters=parameters,
        scenarios=grid.scenarios,
        arms={arm.label: arm for arm in grid.arms},
        seed=grid.seed,
        engine=engine,
    )
    try:
        with opened(execution.cache, engine) as cache:
            seconds = cache.seconds_per_run if cache is not None else None
            kept = cache.size if cache is not None else 0
            _check_cost(grid.runs - kept, seconds, execution)  # before millions of runs are listed
            ledger = Ledger(grid, task, cache)
            pieces = ledger.pieces()
            _check_cost(sum(len(piece.arms) for piece in pieces), seconds, execution)
            report(ledger.done, grid.runs)
            with closing(_played(task, pieces, execution)) as played:
                for piece, outcomes in played:
                    ledger.enter(piece, outcomes)
                    report(ledger.done, grid.runs)
    except KeyboardInterrupt:
        raise _interrupted(execution) from None
    return Runs(grid=grid, frame=ledger.frame(), reused=ledger.reused)


def _played(task: Task, pieces: Sequence[Piece], execution: Execution) -> Generator[tuple[Piece, list[Outcome]]]:
    workers = min(_processes(execution), len(pieces), MOST_PROCESSES)
    if not pieces:
        return
    if execution.cluster:
        from simkit.study.cluster import play_on_cluster

        yield from play_on_cluster(task, pieces, execution.cluster)
    elif workers <= 1:
        yield from play_here(task, pieces)
    else:
        yield from play_on_processes(task, pieces, workers)


def _processes(execution: Execution) -> int:
    return execution.jobs or os.cpu_count() or 1


def check_cost(runs: int, execution: Execution, *, engine: Engine = play_world) -> None:
    """Ask before anything is made ready whether so many runs may be run, less those that are kept.

    Parameters
    ----------
    runs : int
        At least so many are to be run.
    execution : Execution
        Where they would run; a cluster has to answer unless as many runs are kept.
    engine : callable
        Plays one world.

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
        from simkit.study.cluster import threads_of

        threads_of(execution.cluster)
    _check_cost(runs - kept, seconds, execution)


def _check_cost(runs: int, seconds_per_run: float | None, execution: Execution) -> None:
    """Raise if runs take too long and nobody has agreed; a cluster is asked for its size only where that matters."""
    hours = serial_hours(runs, seconds_per_run)
    if execution.confirmed or not too_long(hours):
        return
    workers = _processes(execution)
    if execution.cluster:
        from simkit.study.cluster import threads_of

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
