"""Time the experiment: runs per minute, its own cost, a repeat, and 10,000 runs on paper.

Run with ``python benchmarks/study.py [--quick]`` in the project's environment. The client is the demo's, as `simkit run demo`
simulates it. On a shared machine read CPU seconds and ratios; what is said of free processors is computed from them.
"""

from __future__ import annotations

import argparse
import os
import pickle
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from machine import PROJECT, say, say_machine, say_speed

STUDY_RUNS, VARIANTS_PER_PIECE = 10_000, 4
WORKERS = (1, 2, 8, 32, 128, 512)


def main() -> None:
    """Print the tables one after the other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="fewer rounds")
    options.add_argument("--no-cluster", action="store_true", help="leave the Dask cluster out")
    chosen = options.parse_args()
    say_machine()
    say_speed()
    case = demo_case()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        seconds = own_cost(case, folder / "own", rounds=1 if chosen.quick else 3)
        run_bytes = per_minute(case, folder / "minute", replications=1 if chosen.quick else 2)
        costs = {"pool of processes": task_cost(folder / "pool", jobs=2)}
        if not chosen.no_cluster:
            with local_cluster(folder) as address:
                costs["Dask cluster"] = task_cost(folder / "dask", cluster=address)
        on_paper(seconds, costs, run_bytes)
    say_speed("\nthe plain heapq loop once more")


# --- the machine and the case -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Case:
    """The demo client as it is simulated: 4 designs in 3 scenarios."""

    model_inputs: Any
    parameters: Any
    experiment: Any


def demo_case() -> Case:
    """Return the demo client with the default designs and scenarios."""
    from simkit.effort.time_use import time_use
    from simkit.intake.client import load_client
    from simkit.model.specification.designs import default_designs, load_design
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.model.specification.scenarios import load_scenario
    from simkit.study.experiment.experiment_spec import Experiment, Variant
    from simkit.study.measured.client_inputs import client_inputs
    from simkit.study.measured.measured_parameters import measured_parameters
    from simkit.study.plans.study_settings import SCENARIOS
    from simkit.value.customers.customer_value import customer_value

    client = load_client(PROJECT / "client_data" / "demo")
    value = customer_value(client, seed=1)
    parameters = measured_parameters(client, time_use(client, seed=1), value, load_defaults())
    variants = tuple(Variant(label=name, design=load_design(name)) for name in default_designs())
    scenarios = {name: load_scenario(name) for name in SCENARIOS}
    experiment = Experiment(variants=variants, scenarios=scenarios, replications=12, seed=1)
    return Case(model_inputs=client_inputs(client, value), parameters=parameters, experiment=experiment)


class Stopwatch:
    """Wall seconds, CPU seconds of this process, and CPU seconds of it and all that it started, since it was made."""

    def __init__(self) -> None:
        self._wall, self._own, self._all = time.perf_counter(), time.process_time(), _cpu()

    @property
    def wall(self) -> float:
        """Wall seconds."""
        return time.perf_counter() - self._wall

    @property
    def own(self) -> float:
        """CPU seconds of this process."""
        return time.process_time() - self._own

    @property
    def cpu(self) -> float:
        """CPU seconds of this process and of those that it started and that have ended."""
        return _cpu() - self._all


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


# --- what a run costs, and what the experiment adds --------------------------------------------------------------------------


def own_cost(case: Case, folder: Path, *, rounds: int) -> float:
    """Compare the experiment, finished runs kept, with the bare simulation of the same runs; return the CPU seconds of a run."""
    from simkit.study.experiment.experiment_spec import Execution
    from simkit.study.experiment.replicate import play_replication
    from simkit.study.experiment.run_experiment import run_experiment

    runs = len(case.experiment.variants)
    say(
        f"\nthe same runs bare and as an experiment that keeps them, one process, {rounds} replications of {runs} runs in turns"
    )
    scenario = next(iter(case.experiment.scenarios))
    bare_s, experiment_s = [], []
    for number in range(rounds):
        one = replace(
            case.experiment,
            scenarios={scenario: case.experiment.scenarios[scenario]},
            replications=1,
            first_replication=number,
        )

        def bare(one: Any = one, number: int = number) -> None:
            inputs = (one.scenarios[scenario], one.variants, one.seed, number)
            sum(len(frame) for frame in play_replication(case.model_inputs, case.parameters, *inputs))

        def as_experiment(one: Any = one) -> None:
            run_experiment(one, case.model_inputs, case.parameters, execution=Execution(jobs=1, cache=folder))

        ways = [(bare, bare_s), (as_experiment, experiment_s)]
        for play, seconds in ways if number % 2 else ways[::-1]:  # whoever comes second finds a warmer machine
            watch = Stopwatch()
            play()
            seconds.append(watch.own / runs)
    ratios = [experiment / bare for experiment, bare in zip(experiment_s, bare_s, strict=True)]
    say(f"{'bare, drawn inputs, run and measures':<42}{statistics.median(bare_s):8.3f} s CPU per run")
    say(f"{'as an experiment':<42}{statistics.median(experiment_s):8.3f} s CPU per run")
    say(
        f"{'what the experiment adds':<42}{statistics.median(ratios) - 1:8.1%} (from {min(ratios) - 1:.1%} "
        f"to {max(ratios) - 1:.1%}; of the sums {sum(experiment_s) / sum(bare_s) - 1:.1%})"
    )
    return statistics.median(bare_s)


def per_minute(case: Case, folder: Path, *, replications: int) -> float:
    """Time an experiment on one and on two processes; return the bytes that a kept run takes."""
    from simkit.study.experiment.experiment_spec import Execution
    from simkit.study.experiment.run_cache import FILE
    from simkit.study.experiment.run_experiment import run_experiment

    experiment = replace(case.experiment, replications=replications)
    say(
        f"\n{experiment.runs} runs (4 designs × 3 scenarios × {replications} replications), with the start of the processes"
    )
    frames = []
    for jobs in (1, 2):
        watch = Stopwatch()
        found = run_experiment(
            experiment, case.model_inputs, case.parameters, execution=Execution(jobs=jobs, cache=folder / str(jobs))
        )
        frames.append(found.frame)
        free = watch.cpu / jobs
        say(
            f"{jobs} process{'es' if jobs > 1 else ''}{'':<10}{experiment.runs / watch.wall * 60:8.1f} runs a minute as it went, "
            f"{experiment.runs / free * 60:.1f} on free processors ({watch.wall:.1f} s wall, {watch.cpu:.1f} s CPU)"
        )
    say(f"{'results':<20}{'identical' if frames[0].equals(frames[1]) else 'DIFFERENT'}")
    file_bytes = (folder / "1" / FILE).stat().st_size
    say(
        f"{'store':<20}{file_bytes / 1000:8.0f} kB for {experiment.runs} runs, "
        f"{len(frames[0]) / experiment.runs:.0f} values a run"
    )
    return file_bytes / experiment.runs


# --- what a batch costs besides its runs -------------------------------------------------------------------------------


def empty_engine(
    model_inputs: Any, parameters: Any, scenario: Any, variants: tuple[Any, ...], seed: int, replication: int
) -> Iterator[pd.DataFrame]:
    """Play nothing and return as many values as a real run has."""
    number = np.arange(300)
    names = {"year": number % 4, "measure": [f"measure{one % 75}" for one in number], "group": ""}
    for variant in variants:
        values = np.full(300, float(replication) + len(variant.label))
        yield pd.DataFrame({**names, "value": values})


def task_cost(folder: Path, **how: Any) -> dict[str, float]:
    """Return what a batch of four empty runs costs: wall seconds, and CPU seconds of the process that asks."""
    from study import empty_engine as importable  # by its module's name, so that other processes find it

    from simkit.foundation.parameter_set import Provenance
    from simkit.model.inputs.model_inputs import example_inputs
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.model.specification.scenarios import load_scenario
    from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
    from simkit.study.experiment.run_experiment import run_experiment

    design, model_inputs, parameter_set = load_design("baseline"), example_inputs(), load_defaults()
    hours = (0.41, 0.42, 0.43, 0.44)
    variants = tuple(Variant(label=f"variant{one}", design=design, changes={"leads.qualify_h": one}) for one in hours)
    seconds: dict[str, list[float]] = {"wall": [], "own": []}
    sizes = (100, 1100)  # the difference has no start of processes in it
    for pieces in sizes:
        experiment = Experiment(
            variants=variants, scenarios={"today": load_scenario("today")}, replications=pieces, seed=1
        )
        changed = parameter_set.patch({"leads.per_year": float(pieces)}, Provenance(kind="option"))
        watch = Stopwatch()
        run_experiment(experiment, model_inputs, changed, execution=Execution(cache=folder, **how), engine=importable)
        seconds["wall"].append(watch.wall)
        seconds["own"].append(watch.own)
    watch = Stopwatch()
    kept = run_experiment(
        experiment, model_inputs, changed, execution=Execution(cache=folder, **how), engine=importable
    )
    say(f"\n{kept.reused} of {experiment.runs} runs kept from before: {watch.wall:.2f} s wall, {watch.own:.2f} s CPU")
    return {name: (found[1] - found[0]) / (sizes[1] - sizes[0]) for name, found in seconds.items()}


@contextmanager
def local_cluster(folder: Path) -> Iterator[str]:
    """Start a Dask scheduler and two workers on this machine, on the loopback alone."""
    from simkit.foundation.errors import UsageError
    from simkit.study.experiment.dask_cluster import threads_of

    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    paths = os.pathsep.join([str(PROJECT), str(PROJECT / "benchmarks")])
    common = {"env": {**os.environ, "PYTHONPATH": paths}, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    worker = [*dask, "worker", address, *local, "--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
    scheduler = [*dask, "scheduler", *local, "--port", str(port), "--no-show"]
    processes = [subprocess.Popen(command, **common) for command in (scheduler, worker, worker)]  # type: ignore[call-overload]
    try:
        for _ in range(60):
            try:
                if threads_of(address) == 2:
                    break
            except UsageError:
                time.sleep(0.5)
        yield address
    finally:
        for process in processes:
            process.kill()
            process.wait()


def on_paper(seconds: float, costs: dict[str, dict[str, float]], run_bytes: float) -> None:
    """Work out how long 10,000 runs take on n workers: their share of the runs, or what the one who asks can take in."""
    from simkit.study.experiment.experiment_spec import Outcome
    from simkit.study.experiment.replicate import outcome_of

    pieces = STUDY_RUNS / VARIANTS_PER_PIECE
    outcome: Outcome = outcome_of(next(empty_engine(None, None, None, (_Named(),), 1, 1)))
    travels = len(pickle.dumps(outcome)) / 1000
    say(f"\n{STUDY_RUNS} runs of {seconds:.2f} s CPU in {pieces:.0f} batches of {VARIANTS_PER_PIECE}, computed")
    say(f"{'a result travels as':<24}{travels:8.1f} kB, and takes {run_bytes / 1000:.1f} kB in the store")
    for name, cost in costs.items():
        say(
            f"{name:<24}{cost['wall'] * 1000:8.1f} ms wall per batch of empty runs, of them "
            f"{cost['own'] * 1000:.1f} ms CPU of the process that asks"
        )
    say(f"{'workers':<24}" + "".join(f"{number:>10}" for number in WORKERS))
    for name, cost in costs.items():
        piece_s = VARIANTS_PER_PIECE * seconds + 2 * cost["wall"]  # two workers shared the empty batches
        times = [max(pieces * piece_s / number, pieces * cost["own"]) / 60 for number in WORKERS]
        say(f"{f'minutes, {name}':<24}" + "".join(f"{minutes:10.1f}" for minutes in times))


class _Named:
    label = "variant"


if __name__ == "__main__":
    main()
