"""Time the engine on invented clients: against a plain heap, as it grows, and under overload.

Run with ``python benchmarks/engine.py [--quick]`` in the project's environment. Times on a shared machine drift, so read the
ratios and what is said per heap event of the same minutes, not the seconds.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import heapq
import json
import math
import pickle
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from machine import PROJECT, say, say_machine

CUSTOMERS, POSTS, ORDERS = (
    600,
    20,
    6000,
)  # the organisation of the aims; leads and requests are the parameters' defaults
WARM_UP = 0.5
REFERENCE_EVENTS = 2.5e6  # heap events per CPU second of the machine on which the aims were set
GROWING = ("leads.per_year", "opportunities.per_year", "service.requests_per_year", "extra.leads_ceiling_per_year")


def main() -> None:
    """Print the tables one after the other."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="one year instead of three, fewer pairs, no 200 people")
    options.add_argument("--child", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        say(json.dumps(child(**json.loads(chosen.child))))
        return
    quick = chosen.quick
    say_machine()
    events = yardstick()
    say(f"plain heap loop of an M/M/20 queue: {events / 1e6:.2f} million events per CPU second")
    against_a_plain_heap(1.0 if quick else 3.0, pairs=3 if quick else 5)
    loads(1.0, rounds=1 if quick else 3)
    growth(quick)
    replications(4 if quick else 12, 1.0 if quick else 3.0)
    say(f"the plain heap loop once more: {yardstick() / 1e6:.2f} million events per CPU second")


# --- the machine ------------------------------------------------------------------------------------------------------


def yardstick(rounds: int = 3) -> float:
    """Return the events per CPU second of a queue with 20 servers on a plain heap, best of some rounds."""
    return max(events / seconds for events, seconds in (m_m_20(150_000) for _ in range(rounds)))


def m_m_20(customers: int) -> tuple[int, float]:
    """Return the events of an M/M/20 queue at load 0.9 and their CPU seconds; its marks are drawn before."""
    marks = random.Random(1)
    gaps = [marks.expovariate(18.0) for _ in range(customers)]
    works = [marks.expovariate(1.0) for _ in range(customers)]
    started = time.process_time()
    event_loop: list[tuple[float, int, int]] = [(gaps[0], 1, 0)]
    waiting: list[tuple[float, int]] = []
    free, events = 20, 0
    while event_loop:
        now, arrives, number = heapq.heappop(event_loop)
        events += 1
        if arrives:
            heapq.heappush(waiting, (now, number))
            if number + 1 < customers:
                heapq.heappush(event_loop, (now + gaps[number + 1], 1, number + 1))
        else:
            free += 1
        if free and waiting:
            free -= 1
            _, first = heapq.heappop(waiting)
            heapq.heappush(event_loop, (now + works[first], 0, first))
    return events, time.process_time() - started


# --- the organisation -------------------------------------------------------------------------------------------------


def scaled_inputs(times: float = 1.0, years: float = 3.0, level: float = 1.0, replication: int = 0) -> Any:
    """Draw a replication of the benchmark's organisation, so many times as large."""
    from simkit.foundation.parameter_set import Provenance
    from simkit.model.inputs.model_inputs import example_inputs
    from simkit.model.inputs.replication_inputs import draw_inputs
    from simkit.model.specification.model_parameters import load_defaults

    parameter_set = load_defaults()
    parameters = {path: parameter_set.value(path) * times for path in GROWING} | {
        "time.horizon_years": years,
        "time.warm_up_years": WARM_UP,
        "demand.level": level,
        "demand.ceiling": max(level, parameter_set.value("demand.ceiling")),
    }
    model_inputs = example_inputs(
        customers=round(CUSTOMERS * times), posts=round(POSTS * times), orders_per_year=ORDERS * times
    )
    parameter_set = parameter_set.patch(parameters, Provenance(kind="option", source="benchmark"))
    return draw_inputs(model_inputs, parameter_set, seed=1, replication=replication)


def load_of(level: float) -> float:
    """Return the expected hours of today's organisation over the hours that its people have for tasks."""
    from simkit.model.rules.plain_parameters import compile_rules
    from simkit.model.rules.staffing import hours_balance
    from simkit.model.specification.designs import load_design

    inputs = scaled_inputs(years=0.25, level=level)
    v, rules = inputs.parameters.value, compile_rules(inputs.parameters, inputs.model_inputs.calendar_ratio)
    hours = hours_balance(load_design("baseline"), inputs.model_inputs, inputs.parameters, rules)
    days = v("time.days_per_year") - v("presence.holiday_days") - v("presence.sick_days")
    return sum(hours.values()) / (POSTS * days * (rules.day_h - sum(rules.blocked_h)))


def level_of(load: float) -> float:
    """Return the demand level at which the organisation has this load; hours are linear in it."""
    at_one, at_two = load_of(1.0), load_of(2.0)
    return 1 + (load - at_one) / (at_two - at_one)


class HeapEventLoop:
    """The event loop of a run on a plain heap, without SimPy: the same order, the same moment to pick.

    Parameters
    ----------
    start_h
        As for `simkit.model.engine.event_loop.Clock`.
    """

    def __init__(self, start_h: float) -> None:
        self.now = start_h
        self.ready: set[Any] = set()
        self.event_loop: list[tuple[float, int, int, Callable[[Any], None], Any]] = []
        self.count = 0

    def at(self, hour: float, place: int, call: Callable[[Any], None], argument: Any) -> None:
        """Call at an office hour."""
        self.count += 1
        heapq.heappush(self.event_loop, (hour, place, self.count, call, argument))

    def run_until(self, until: float, settle: Callable[[], None]) -> None:
        """Work the event loop off; what falls on the end itself is no longer done, as in SimPy."""
        event_loop, ready = self.event_loop, self.ready
        self.at(until, -1, _nothing, None)
        while event_loop[0][0] < until:
            self.now, _, _, call, argument = heapq.heappop(event_loop)
            call(argument)
            if ready and event_loop[0][0] > self.now:
                settle()
        self.now = until


def _nothing(_: object) -> None:
    """Stand at the end of the event loop."""


def play(inputs: Any, design: str, event_loop: Any = None) -> tuple[Any, float]:
    """Run a design on SimPy's event loop or another one; returns the record and the CPU seconds."""
    from simkit.foundation.gc_pause import gc_paused
    from simkit.model.engine.engine import Run
    from simkit.model.engine.event_loop import Clock
    from simkit.model.specification.designs import load_design

    chosen, today = load_design(design), load_design("baseline")
    started = time.process_time()
    with gc_paused():
        record = Run(inputs, chosen, inputs.parameters, today, event_loop=event_loop or Clock).record()
    return record, time.process_time() - started


def fingerprint(record: Any) -> str:
    """Return a digest of all tables of a record, bit by bit."""
    digest = hashlib.sha256()
    for frame in (record.tasks, record.entries, record.cases, record.churned, record.assignments):
        digest.update(pickle.dumps([frame[column].tolist() for column in frame]))
    return digest.hexdigest()


# --- the tables -------------------------------------------------------------------------------------------------------


def against_a_plain_heap(years: float, *, pairs: int) -> None:
    """Compare SimPy's event loop and a plain heap, in pairs that take turns, on the same replications."""
    say(f"\n{POSTS} people, {years:g} years and {WARM_UP:g} of warm-up, event log on; medians of {pairs} pairs")
    inputs = scaled_inputs(years=years)
    for design in ("baseline", "stretched_t"):
        simpy_s, heap_s, ratios = [], [], []
        for number in range(pairs):
            events = yardstick(1)
            order = (None, HeapEventLoop) if number % 2 else (HeapEventLoop, None)
            timed = {event_loop: play(inputs, design, event_loop) for event_loop in order}
            (record, first), (twin, second) = timed[None], timed[HeapEventLoop]
            simpy_s.append((first, events))
            heap_s.append(second)
            ratios.append(first / second)
            if number == 0:
                same, tasks = fingerprint(record) == fingerprint(twin), len(record.tasks)
            del record, twin, timed
            gc.collect()
        seconds = statistics.median(second for second, _ in simpy_s)
        a_year = seconds / (years + WARM_UP)
        on_reference = statistics.median(second * events for second, events in simpy_s) / REFERENCE_EVENTS
        say(
            f"{design:<14}{1 / a_year:6.2f} simulated years per CPU s ({a_year:.2f} s each; "
            f"{on_reference / (years + WARM_UP):.2f} s at {REFERENCE_EVENTS / 1e6:g} million events/s), "
            f"{seconds / tasks * 1e6:.1f} µs a task ({tasks} tasks)"
        )
        say(
            f"{'':<14}SimPy : plain heap {statistics.median(ratios):.2f} "
            f"(from {min(ratios):.2f} to {max(ratios):.2f}; of the minima {min(s for s, _ in simpy_s) / min(heap_s):.2f}), "
            f"records {'identical' if same else 'DIFFERENT'}"
        )


def loads(years: float, *, rounds: int) -> None:
    """Show the time per task at three loads, taking turns: it should not rise with the queues."""
    say(f"\nload of {POSTS} people, {years:g} year; best of {rounds}")
    replications = {load: scaled_inputs(years=years, level=level_of(load / 100)) for load in (85, 107, 142)}
    best = dict.fromkeys(replications, math.inf)
    tasks = dict.fromkeys(replications, 0)
    for _ in range(rounds):
        for load, inputs in replications.items():
            record, seconds = play(inputs, "baseline")
            tasks[load], best[load] = len(record.tasks), min(best[load], seconds)
            del record
            gc.collect()
    for load, seconds in best.items():
        say(f"{load:>6} %{seconds / tasks[load] * 1e6:8.1f} µs a task ({tasks[load]} tasks)")


def growth(quick: bool) -> None:
    """Show time and memory per task for more people and for more years, each run in a process of its own."""
    start = measured(runs=0)["peak"]
    say("\ngrowth, drawn inputs and record of one run in a fresh process (memory above that of the imports)")
    people = [(1, 1.0), (3, 1.0)] if quick else [(1, 1.0), (3, 1.0), (10, 1.0)]
    for times, years in [*people, (1, 2.0), (1, 3.0), *([] if quick else [(1, 5.0)])]:
        found = measured(runs=1, times=times, years=years)
        memory = found["peak"] - start
        say(
            f"{POSTS * times:>6} people {years:g} years{found['cpu'] / found['tasks'] * 1e6:8.1f} µs a task,"
            f"{memory / 2**20:8.0f} MB, {memory / found['tasks'] / 1024:.2f} KB a task ({found['tasks']} tasks)"
        )


def replications(count: int, years: float) -> None:
    """Show the peak memory of replications one after the other, as a study runs them, and with all records kept."""
    say(f"\n{count} replications of {years:g} years in one process: resident memory at its peak")
    start = measured(runs=0)["peak"]
    # How much a kept record adds shows with few of them.
    dropped, kept = measured(runs=count, years=years), measured(runs=2, years=years, keep=True)
    one = measured(runs=1, years=years, keep=True)
    say(f"{'imports alone':<28}{start / 2**20:8.0f} MB")
    say(f"{'records read and dropped':<28}{dropped['peak'] / 2**20:8.0f} MB")
    say(f"{'every record that is kept':<28}{(kept['held'] - one['held']) / 2**20:8.0f} MB more")


# --- processes of their own -------------------------------------------------------------------------------------------


def child(runs: int, times: float = 1.0, years: float = 3.0, keep: bool = False) -> dict[str, float]:
    """Do the work of one measurement; this is the fresh process."""
    import psutil

    kept, tasks, cpu = [], 0, 0.0
    scaled_inputs(years=0.25) if runs == 0 else None  # so that all modules are there
    for replication in range(runs):
        inputs = scaled_inputs(times, years, replication=replication)
        record, seconds = play(inputs, "stretched_t")
        tasks, cpu = len(record.tasks), seconds
        kept.append(record) if keep else None
        del record, inputs
        gc.collect()
    return {"tasks": tasks, "cpu": cpu, "held": psutil.Process().memory_info().rss}


def measured(**work: Any) -> dict[str, float]:
    """Run `child` in a fresh process and watch its resident memory; tracing allocations would distort the times."""
    import psutil

    command = [sys.executable, __file__, "--child", json.dumps(work)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT)
    peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, psutil.Process(process.pid).memory_info().rss)
        except psutil.Error:
            break
        time.sleep(0.05)
    output, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"The measurement {work} has failed.")
    return {**json.loads(output), "peak": peak}


if __name__ == "__main__":
    main()
