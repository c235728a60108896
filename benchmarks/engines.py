"""The compiled engine against the reference: event loop by design, whole replications, size, load, memory, one what-if question.

Both engines take turns in one process, so read the ratios; times on a shared machine drift. Run with
``python benchmarks/engines.py [--quick]`` in the project's environment.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable
from typing import Any

import psutil
from engine import level_of, scaled_inputs, yardstick
from machine import say, say_machine

from simkit.foundation.gc_pause import gc_paused
from simkit.model.compiled.compile import load
from simkit.model.compiled.compiled_engine import CompiledRun, simulate_compiled
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
        for _ in range(rounds):
            arguments = (inputs, design, inputs.parameters, todays_design())
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
    walls = []
    with processes_kept():
        for seed in range(6):
            experiment = Experiment(
                variants=(Variant(label="plan", design=load_design("stretched_t")),),
                scenarios={"today": load_scenario("today")}, replications=12, seed=seed,
            )  # fmt: skip
            events, started = yardstick(1), time.perf_counter()
            run_experiment(experiment, client, load_defaults(), execution=Execution())
            walls.append((time.perf_counter() - started) * events / UNIT)
    median = statistics.median(walls[1:])  # the first has warmed the processes
    say(f"\none plan, 12 replications, warm, all cores: {median:.2f} s at 2 million heap events a CPU s")


def memory(runs: int) -> None:
    """Show the resident memory of one process over many runs."""
    process, inputs, seen = psutil.Process(), None, []
    for number in range(runs):
        if number % 4 == 0:
            inputs = scaled_inputs(replication=number)
        assert inputs is not None
        simulate_compiled(inputs, load_design(COMPARED[number % 4]))
        seen.append(process.memory_info().rss / 2**20)
    half = len(seen) // 2
    say(f"\nmemory over {runs} runs: {statistics.mean(seen[10:half]):.0f} MB in the first half, ")
    say(f"{statistics.mean(seen[half:]):.0f} MB in the second, at most {max(seen):.0f} MB")


def of_cpu(work: Callable[[], Any]) -> float:
    """Return the CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
