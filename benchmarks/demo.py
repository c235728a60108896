"""Time the main job, ``simkit run demo``, and tell where the time goes.

Run with ``python benchmarks/demo.py [--quick]`` in the project's environment. Times on a shared machine drift, so read the
shares and the ratio to the plain loop, which runs in the same minutes on the same machine.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from machine import PROJECT, say, say_machine, say_speed


def main() -> None:
    """Print one table: the whole command, its steps, and the parts of a simulation run."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="4 replications instead of 12")
    options.add_argument("--parts-only", action="store_true", help="leave the whole command out")
    chosen = options.parse_args()
    say_machine()
    say_speed()
    parts()
    if not chosen.parts_only:
        whole_command(["--quick"] if chosen.quick else [])


def cpu_of(call: Callable[[], object], times: int = 3) -> float:
    """Return the median CPU seconds of some calls."""
    seconds = []
    for _ in range(times):
        started = time.process_time()
        call()
        seconds.append(time.process_time() - started)
    return sorted(seconds)[times // 2]


def parts() -> None:
    """Time import, kernel, replication, simulation and measures of the demo client one by one."""
    for name, code in (("import simkit", "import simkit"), ("import the command line", "import simkit.cli.main")):
        say(f"{name:<42}{fresh(code):8.3f} s wall")
    say(f"{'import seaborn and statsmodels':<42}{fresh('import seaborn, statsmodels.api'):8.3f} s wall")
    say(f"{'start and end of a kernel':<42}{kernel():8.3f} s wall")

    from simkit.effort.time_use import time_use
    from simkit.intake.client import load_client
    from simkit.model.engine.engine import simulate
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.model.specification.designs import load_design
    from simkit.model.specification.model_parameters import load_defaults
    from simkit.study.measured.client_inputs import client_inputs
    from simkit.study.measured.measured_parameters import measured_parameters
    from simkit.study.measures.measures import measures
    from simkit.value.customers.customer_value import customer_value

    folder = PROJECT / "client_data" / "demo"
    started = time.process_time()
    client = load_client(folder)
    effort, value = time_use(client), customer_value(client)
    say(f"{'read the demo, time use, customer value':<42}{time.process_time() - started:8.3f} s CPU")
    parameter_set, model_inputs = (
        measured_parameters(client, effort, value, load_defaults()),
        client_inputs(client, value),
    )
    inputs = draw_inputs(model_inputs, parameter_set, seed=1, replication=0)
    years = (inputs.end_h - inputs.start_h) / (
        parameter_set.value("time.day_h") * parameter_set.value("time.days_per_year")
    )
    say(
        f"{'a replication':<42}{cpu_of(lambda: draw_inputs(model_inputs, parameter_set, seed=1, replication=0)):8.3f} s CPU"
    )
    for name in ("baseline", "baseline_value_first", "stretched_t", "hunter_farmer"):
        design = load_design(name)
        record = simulate(inputs, design)
        seconds = cpu_of(lambda design=design: simulate(inputs, design))  # type: ignore[misc]
        tasks = len(record.tasks)
        say(
            f"{'simulate ' + name:<42}{seconds:8.3f} s CPU, {seconds / years:.3f} s a simulated year, "
            f"{seconds / tasks * 1e6:.1f} µs a task ({tasks} tasks)"
        )
    say(f"{'measures of a run':<42}{cpu_of(lambda: measures(record)):8.3f} s CPU")


def fresh(code: str) -> float:
    """Return the median wall seconds of some code in a fresh interpreter, less that of an empty one."""

    def wall(text: str) -> float:
        seconds = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run([sys.executable, "-c", text], check=True, cwd=PROJECT)
            seconds.append(time.perf_counter() - started)
        return sorted(seconds)[2]

    return max(wall(code) - wall("pass"), 0.0)


def kernel() -> float:
    """Return the wall seconds of starting and ending one notebook kernel."""
    from jupyter_client.manager import start_new_kernel

    started = time.perf_counter()
    manager, channels = start_new_kernel()
    channels.stop_channels()
    manager.shutdown_kernel(now=True)
    return time.perf_counter() - started


def whole_command(options: list[str]) -> None:
    """Run the command as a user does and print its own account of the time."""
    target = Path(tempfile.mkdtemp())
    command = [str(Path(sys.executable).with_name("simkit")), "run", "demo", "--output", str(target), *options]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(command, check=True, cwd=PROJECT, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    record = next(target.glob("*/run.json"))
    say(f"simkit run demo {' '.join(options)}: {wall:.1f} s wall, {cpu:.1f} s CPU")
    for step, seconds in json.loads(record.read_text(encoding="utf-8"))["seconds"].items():
        say(f"  {step:<40}{seconds:8.1f} s wall ({seconds / wall:.0%})")
    say(f"  {'start of the command and the rest':<40}{wall - sum_of(record):8.1f} s wall")
    shutil.rmtree(target)


def sum_of(record: Path) -> float:
    """Return the seconds that the record of a run accounts for."""
    return float(sum(json.loads(record.read_text(encoding="utf-8"))["seconds"].values()))


if __name__ == "__main__":
    main()
