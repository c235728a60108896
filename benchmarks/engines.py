"""The compiled engine against the reference: event loop by design, whole replications, size, load, memory, one what-if question.

Both engines take turns in one process, so read the ratios; times on a shared machine drift. Run with
``python benchmarks/engines.py [--quick]`` in the project's environment.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from engine import level_of, scaled_inputs, yardstick
from machine import say, say_machine

from simkit.foundation.gc_pause import gc_paused
from simkit.model.compiled.compile import load
from simkit.model.compiled.compiled_engine import CompiledRun
from simkit.model.engine.engine import Run
from simkit.model.engine_choice import choose_engine
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.designs import design_names, load_design, todays_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Batch, Execution, Experiment, ExperimentTask, Variant
from simkit.study.experiment.process_pool import processes_kept
from simkit.study.experiment.replicate import play_batch, play_replication
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.search.choice_engine import play_for_choice

UNIT = 2e6  # heap events per CPU second of the machine of the aims
COMPARED = ("baseline", "hunter_farmer", "pods", "stretched_t")


def main() -> None:
    """Print the tables one after the other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one year instead of three, fewer rounds, no 200 people")
    quick = options.parse_args().quick
    say_machine()
    load()
    years, rounds = (1.0, 2) if quick else (3.0, 5)
    event_loops(years, rounds)
    replications(rounds)
    sizes_and_loads(rounds, largest=3 if quick else 10)
    what_if()
    memory(60 if quick else 1000)


def event_loops(years: float, rounds: int) -> None:
    """Compare from the first event to the last, set-up and reading of the log apart."""
    say(f"\nevent loop, 20 people, {years:g} years; CPU, medians of {rounds} rounds in turn")
    inputs = scaled_inputs(years=years)
    for name in design_names():
        design, found = load_design(name), []
        arguments = (inputs, design, inputs.parameters, todays_design())
        loop_of(CompiledRun(*arguments, factors={}))()  # its memory is the process's from then on, as in a study
        for _ in range(rounds):
            reference = of_cpu(loop_of(Run(*arguments)))
            found.append((reference, of_cpu(loop_of(CompiledRun(*arguments, factors={})))))
            gc.collect()
        ratio = statistics.median(one / other for one, other in found)
        slow, quick = (statistics.median(side) for side in zip(*found, strict=True))
        say(f"{name:<24} reference {slow:6.3f} s, compiled {quick:6.4f} s, ratio {ratio:5.1f}")


def loop_of(run: Any) -> Callable[[], Any]:
    """Return what plays a run that is set up."""

    def played() -> Any:
        with gc_paused():
            return run.record()

    return played


def replications(rounds: int) -> None:
    """Compare whole replications: drawn, met by four designs, read into all measures."""
    say(f"\na replication drawn, {len(COMPARED)} designs, all measures; CPU a run, medians of {rounds} rounds in turn")
    task = ExperimentTask(
        model_inputs=example_inputs(customers=600, posts=20, orders_per_year=6000), parameters=load_defaults(),
        variants={name: Variant(label=name, design=load_design(name)) for name in COMPARED},
        scenarios={"today": load_scenario("today")}, seed=1, engine=play_replication,
    )  # fmt: skip
    found = []
    for number in range(rounds):
        batch = Batch(scenario="today", replication=number, variants=COMPARED)
        sides, results = [], []
        for engine in ("reference", "compiled"):
            choose_engine(engine)
            sides.append(of_cpu(lambda batch=batch, results=results: results.append(play_batch(task, batch))))
        assert [one.numbers for one in results[0]] == [one.numbers for one in results[1]]
        found.append(sides)
    slow, quick = (statistics.median(side) / len(COMPARED) for side in zip(*found, strict=True))
    ratio = statistics.median(one / other for one, other in found)
    say(f"reference {slow:.3f} s, compiled {quick:.3f} s, ratio {ratio:.1f}; results identical")


def sizes_and_loads(rounds: int, *, largest: int) -> None:
    """Show the time a task, whole call: it should rise neither with people nor with queues."""
    say(f"\ncompiled engine, one year, µs of CPU a task; best of {rounds}")
    cases = {f"{20 * times} people": scaled_inputs(times, 1.0) for times in (1, largest)}
    cases |= {f"load {percent} %": scaled_inputs(years=1.0, level=level_of(percent / 100)) for percent in (85, 142)}
    for name, inputs in cases.items():
        best, tasks = float("inf"), 0
        for _ in range(rounds):
            run = CompiledRun(inputs, load_design("baseline"), inputs.parameters, todays_design(), factors={})
            records: list[Any] = []
            best = min(best, of_cpu(lambda run=run, records=records: records.append(loop_of(run)())))
            tasks = len(records[0].task_columns.person)
        say(f"{name:<12} {best / tasks * 1e6:6.2f} µs a task ({tasks:,} tasks)")


def what_if() -> None:
    """Time one plan in 12 replications on warm processes, as many as there are cores, as a question in the room is answered."""
    choose_engine("compiled")
    client = example_inputs(customers=600, posts=20, orders_per_year=6000)
    walls, shared = [], []
    with processes_kept():
        for seed in range(6):
            experiment = Experiment(
                variants=(Variant(label="plan", design=load_design("stretched_t")),),
                scenarios={"today": load_scenario("today")}, replications=12, seed=seed,
            )  # fmt: skip
            events, cpu, started = yardstick(1), cpu_of_all(), time.perf_counter()
            run_experiment(experiment, client, load_defaults(), execution=Execution(), engine=play_for_choice)
            walls.append((time.perf_counter() - started) * events / UNIT)
            shared.append((cpu_of_all() - cpu) / psutil.cpu_count() * events / UNIT)
    wall, cpu = (statistics.median(side[1:]) for side in (walls, shared))  # the first has warmed the processes
    say("\none plan, 12 replications, warm processes on all cores, at 2 million heap events a CPU s")
    say(f"wall {wall:.2f} s; CPU of all processes over the number of cores {cpu:.2f} s")


def memory(runs: int) -> None:
    """Show the memory of two workers over so many runs each, from a program of its own, whose imports workers share."""
    subprocess.run([sys.executable, str(Path(__file__).with_name("worker_memory.py")), str(runs)], check=True)


def cpu_of_all() -> float:
    """Return the CPU seconds of this process and those that it has started."""
    me = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (me, *me.children(recursive=True)))


def of_cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
