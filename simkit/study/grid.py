"""The experiment grid: designs × scenarios × replications, declared as one frozen object and run on processes.

A world is drawn once per scenario and replication and then met by every design, so results can be compared in pairs;
the result is one tidy frame whose bytes do not depend on the number of processes.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pandas as pd

from simkit.foundation.collector import collector_paused
from simkit.foundation.errors import Interrupted, RunError, UsageError
from simkit.foundation.text import Text, did_you_mean

if TYPE_CHECKING:
    from simkit.foundation.parameters import Parameters
    from simkit.model.designs import Design
    from simkit.model.facts import Facts
    from simkit.model.scenarios import Scenario

COLUMNS = ("design", "scenario", "replication", "year", "measure", "group", "value")

Progress = Callable[[int, int], None]


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

    Raises
    ------
    UsageError
        If the grid is empty, a label stands twice, or an arm names a scenario that is not in the grid.
    """

    arms: tuple[Arm, ...]
    scenarios: Mapping[str, Scenario]
    replications: int
    seed: int

    def __post_init__(self) -> None:
        labels = [arm.label for arm in self.arms]
        if not labels or not self.scenarios:
            raise UsageError(Text(de="Das Versuchsgitter ist leer.", en="The experiment grid is empty."))
        if doubled := sorted({label for label in labels if labels.count(label) > 1}):
            raise UsageError(Text(de="Zwei Entwürfe tragen einen Namen.", en="Two designs share one name."), doubled[0])
        if self.replications < 1 or self.seed < 0:
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

    def chunks(self) -> tuple[tuple[str, int], ...]:
        """Return the pieces of work (scenario, replication): one world each, met by all arms of its scenario."""
        return tuple(
            (name, number) for name in self.scenarios if self.arms_of(name) for number in range(self.replications)
        )

    @property
    def runs(self) -> int:
        """Number of simulation runs."""
        return sum(len(self.arms_of(name)) for name, _ in self.chunks())


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
    """

    grid: Grid
    frame: pd.DataFrame


class Engine(Protocol):
    """What plays one world: (facts, parameters, scenario, arms, seed, replication) → one frame of measures per arm."""

    def __call__(
        self,
        facts: Facts,
        parameters: Parameters,
        scenario: Scenario,
        arms: tuple[Arm, ...],
        seed: int,
        replication: int,
    ) -> Iterator[pd.DataFrame]:
        """Yield the frame [year, measure, group, value] of each arm, in their order."""
        ...


def play_world(
    facts: Facts, parameters: Parameters, scenario: Scenario, arms: tuple[Arm, ...], seed: int, replication: int
) -> Iterator[pd.DataFrame]:
    """Draw one world and let every arm meet it; the engine of every real study.

    Yields
    ------
    DataFrame
        Columns year, measure, group, value, one frame per arm.
    """
    from simkit.model.engine import simulate
    from simkit.model.world import draw_world
    from simkit.study.measures import measures

    happening = scenario.on(parameters)
    world = draw_world(facts, happening, seed=seed, replication=replication)
    for arm in arms:
        design = replace(arm.design, overlay={**arm.design.overlay, **arm.changes})
        yield measures(simulate(world, design))


def run_grid(
    grid: Grid,
    facts: Facts,
    parameters: Parameters,
    *,
    execution: Execution = Execution(),
    progress: Progress | None = None,
    engine: Engine = play_world,
) -> Runs:
    """Run every cell of a grid.

    Parameters
    ----------
    grid : Grid
        What to run.
    facts, parameters
        The client and the parameter tree, the same for all cells.
    execution : Execution
        Where it runs and where finished runs are kept.
    progress : callable, optional
        Called with (runs done, runs in all) after each world; the first time with 0.
    engine : callable
        Plays one world; must be importable by name, since processes are spawned (as on Windows).

    Returns
    -------
    Runs
        The same bytes for every number of jobs.

    Raises
    ------
    Interrupted
        If the user stops the run; running worlds end after their present run, waiting ones are dropped.
    RunError
        If a process dies, most often for lack of memory.
    """
    task = _Task(grid=grid, facts=facts, parameters=parameters, engine=engine)
    workers = min(execution.jobs or os.cpu_count() or 1, len(grid.chunks()))
    report = progress or (lambda done, total: None)
    report(0, grid.runs)
    try:
        frames = _run_here(task, report) if workers <= 1 else _run_on_processes(task, workers, report)
    except KeyboardInterrupt:
        raise Interrupted(
            Text(de="Die Simulation wurde abgebrochen.", en="The simulation was stopped."),
            "",
            Text(de="Einfach neu starten.", en="Just start it again."),
        ) from None
    return Runs(grid=grid, frame=pd.concat([frames[chunk] for chunk in grid.chunks()], ignore_index=True))


@dataclass(frozen=True, kw_only=True)
class _Task:
    """All that a process needs to know, handed over once."""

    grid: Grid
    facts: Facts
    parameters: Parameters
    engine: Engine


Chunk = tuple[str, int]


def _run_here(task: _Task, report: Progress) -> dict[Chunk, pd.DataFrame]:
    frames: dict[Chunk, pd.DataFrame] = {}
    done = 0
    for chunk in task.grid.chunks():
        frames[chunk] = _play_chunk(task, chunk)
        done += len(task.grid.arms_of(chunk[0]))
        report(done, task.grid.runs)
    return frames


def _run_on_processes(task: _Task, workers: int, report: Progress) -> dict[Chunk, pd.DataFrame]:
    """Spawn, never fork: a fork of a process with threads, such as a notebook's kernel, may hang."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_process, initargs=(task, stop))
    try:
        # Scenarios with more arms first, so that no long piece is left over at the end.
        order = sorted(task.grid.chunks(), key=lambda chunk: -len(task.grid.arms_of(chunk[0])))
        return _collect({pool.submit(_play_on_process, chunk): chunk for chunk in order}, task.grid, report)
    except BrokenProcessPool as broken:
        raise _process_died() from broken
    finally:
        stop.set()  # only of interest when something went wrong; otherwise all work is done
        pool.shutdown(wait=True, cancel_futures=True)


def _collect(futures: Mapping[Future[pd.DataFrame], Chunk], grid: Grid, report: Progress) -> dict[Chunk, pd.DataFrame]:
    frames: dict[Chunk, pd.DataFrame] = {}
    done = 0
    for future in as_completed(futures):
        chunk = futures[future]
        frames[chunk] = future.result()
        done += len(grid.arms_of(chunk[0]))
        report(done, grid.runs)
    return frames


def _process_died() -> RunError:
    return RunError(
        Text(
            de="Ein Rechenprozess wurde von außen beendet, meist aus Mangel an Arbeitsspeicher.",
            en="A worker process was ended from outside, most often for lack of memory.",
        ),
        "",
        Text(
            de="Mit weniger Prozessen wiederholen, etwa --jobs 1; in einem eigenen Skript den Aufruf unter "
            "„if __name__ == '__main__':“ stellen.",
            en="Repeat with fewer processes, such as --jobs 1; in a script of your own put the call under "
            "\"if __name__ == '__main__':\".",
        ),
    )


class _Stopped(Exception):
    """Raised in a process when the study is over before its work is."""


_process: dict[str, Any] = {}


def _start_process(task: _Task, stop: Any) -> None:
    """Remember the task; leave Ctrl-C to the parent, which then sets `stop`."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    _process.update(task=task, stop=stop)


def _end_with(parent: Any) -> None:
    """End this process as soon as its parent is gone, however it went; nobody would take the results."""
    parent.join()
    os._exit(1)  # not sys.exit, which would end this thread alone


def _play_on_process(chunk: Chunk) -> pd.DataFrame:
    return _play_chunk(_process["task"], chunk, _process["stop"].is_set)


def _play_chunk(task: _Task, chunk: Chunk, stopped: Callable[[], bool] = lambda: False) -> pd.DataFrame:
    """Play one world and label its results."""
    name, replication = chunk
    grid = task.grid
    arms = grid.arms_of(name)
    frames: list[pd.DataFrame] = []
    with collector_paused():
        played = task.engine(task.facts, task.parameters, grid.scenarios[name], arms, grid.seed, replication)
        for arm, frame in zip(arms, played, strict=True):
            if stopped():
                raise _Stopped
            frames.append(frame.assign(design=arm.label, scenario=name, replication=replication)[list(COLUMNS)])
            gc.collect()  # what the run left behind; cheap, since all older objects are frozen
    return pd.concat(frames, ignore_index=True)
