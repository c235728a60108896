"""One queue in every engine: 20 servers at 90 % load, two classes of customers, the first of whom go before the others.

The kit's two engines (the reference's event loop and the compiled agenda), SimPy, Ciw and salabim play the same model in turn in
one process, so read the ratios. Whether each of them plays it rightly is tested against the waiting times of theory. Ciw and
salabim are no dependencies: ``pip install ciw salabim``; what is missing is said and left out. Run with
``python benchmarks/other_engines.py [--quick]`` in the project's environment.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import statistics
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import simpy
from machine import say, say_machine

from simkit.model.engine.event_loop import ARRIVAL, COMPLETION, Clock

Numbers = npt.NDArray[np.float64]

SERVERS, ARRIVALS_PER_H = 20, 18.0
FIRST_SHARE = 0.5
"""Share of the customers who go first."""
SETTLING = 2_000
"""Customers left out until the queue is as long as it will be."""
NEEDED = {"Ciw": "ciw", "salabim": "salabim"}


@dataclass(frozen=True, kw_only=True)
class Customers:
    """What is drawn before: the same for all engines but Ciw, which draws its own."""

    arrives_h: Numbers
    work_h: Numbers
    later: npt.NDArray[np.int64]
    """0 for who goes first, 1 for the others."""
    seed: int


def drawn(count: int, seed: int) -> Customers:
    """Draw customers: Poisson arrivals, exponential work of an hour on the mean."""
    draws = np.random.default_rng(seed)
    return Customers(
        arrives_h=np.cumsum(draws.exponential(1 / ARRIVALS_PER_H, count)),
        work_h=draws.exponential(1.0, count),
        later=(draws.random(count) >= FIRST_SHARE).astype(np.int64),
        seed=seed,
    )


def waits_of_theory() -> tuple[float, float]:
    """Return the mean waits of both classes, hours: Erlang's C and the non-preemptive priorities of Cobham (1954)."""
    load = ARRIVALS_PER_H / SERVERS
    last = ARRIVALS_PER_H**SERVERS / math.factorial(SERVERS) / (1 - load)
    must_wait = last / (sum(ARRIVALS_PER_H**n / math.factorial(n) for n in range(SERVERS)) + last)
    first = load * FIRST_SHARE
    return must_wait / SERVERS / (1 - first), must_wait / SERVERS / (1 - first) / (1 - load)


def with_clock(customers: Customers) -> Numbers:
    """Play it on the reference's event loop, as calls; return the waits."""
    clock, waits = Clock(0.0), np.zeros(len(customers.work_h))
    arrives, work, later = customers.arrives_h.tolist(), customers.work_h.tolist(), customers.later.tolist()
    lines: tuple[deque[int], deque[int]] = (deque(), deque())
    free = SERVERS

    def begin(customer: int) -> None:
        waits[customer] = clock.now - arrives[customer]
        clock.at(clock.now + work[customer], COMPLETION + customer, end, customer)

    def arrive(customer: int) -> None:
        nonlocal free
        if customer + 1 < len(arrives):
            clock.at(arrives[customer + 1], ARRIVAL + customer + 1, arrive, customer + 1)
        if free:
            free -= 1
            begin(customer)
        else:
            lines[later[customer]].append(customer)

    def end(_: int) -> None:
        nonlocal free
        line = lines[0] or lines[1]
        if line:
            begin(line.popleft())
        else:
            free += 1

    clock.at(arrives[0], ARRIVAL, arrive, 0)
    clock.run_until(math.inf, lambda: None)
    return waits


def with_simpy(customers: Customers) -> Numbers:
    """Play it with SimPy's processes and its resource with priorities; return the waits."""
    environment = simpy.Environment()
    servers = simpy.PriorityResource(environment, SERVERS)
    waits = np.zeros(len(customers.work_h))
    arrives, work, later = customers.arrives_h.tolist(), customers.work_h.tolist(), customers.later.tolist()

    def customer(number: int) -> Any:
        with servers.request(priority=later[number]) as request:
            yield request
            waits[number] = environment.now - arrives[number]
            yield environment.timeout(work[number])

    def source() -> Any:
        for number, at in enumerate(arrives):
            yield environment.timeout(at - environment.now)
            environment.process(customer(number))

    environment.process(source())
    environment.run()
    return waits


def with_ciw(customers: Customers) -> Numbers:
    """Play it with Ciw; return the waits of the first class, then those of the other, each behind a number below 0."""
    import ciw  # type: ignore[import-not-found]

    ciw.seed(customers.seed)
    network = ciw.create_network(
        arrival_distributions={
            "First": [ciw.dists.Exponential(ARRIVALS_PER_H * FIRST_SHARE)],
            "Later": [ciw.dists.Exponential(ARRIVALS_PER_H * (1 - FIRST_SHARE))],
        },
        service_distributions={"First": [ciw.dists.Exponential(1.0)], "Later": [ciw.dists.Exponential(1.0)]},
        priority_classes={"First": 0, "Later": 1},
        number_of_servers=[SERVERS],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(len(customers.work_h), method="Finish")
    records = sorted(simulation.get_all_records(), key=lambda record: float(record.arrival_date))
    customers.later[:] = -1
    waits = np.zeros(len(customers.work_h))
    for number, record in enumerate(records[: len(waits)]):
        waits[number], customers.later[number] = record.waiting_time, record.customer_class == "Later"
    return waits


def with_salabim(customers: Customers) -> Numbers:
    """Play it with salabim, the monitors of its resource off; return the waits."""
    import salabim  # type: ignore[import-not-found]

    environment = salabim.Environment(trace=False, yieldless=False)
    servers = salabim.Resource("servers", capacity=SERVERS, monitor=False)
    waits = np.zeros(len(customers.work_h))
    arrives, work, later = customers.arrives_h.tolist(), customers.work_h.tolist(), customers.later.tolist()

    class Customer(salabim.Component):  # type: ignore[misc]
        def process(self, number: int) -> Any:
            yield self.request((servers, 1, later[number]))
            waits[number] = environment.now() - arrives[number]
            yield self.hold(work[number])
            self.release(servers)

    class Source(salabim.Component):  # type: ignore[misc]
        def process(self) -> Any:
            for number, at in enumerate(arrives):
                yield self.hold(till=at)
                Customer(number=number)

    Source()
    environment.run()
    return waits


def compiled_queue() -> Callable[[Customers], Numbers]:
    """Return the queue on the compiled engine's agenda, compiled."""
    import numba

    from simkit.model.compiled import layout as at
    from simkit.model.compiled.events_kernel import next_event, schedule
    from simkit.model.compiled.jit import pointer

    header, servers = 128, SERVERS
    event, agenda, size, count, now, argument, place = (
        at.EVENT_WORDS, at.H_AGENDA, at.H_AGENDA_SIZE, at.H_AGENDA_COUNT, at.H_NOW, at.H_ARGUMENT, at.H_PLACE,
    )  # fmt: skip

    @numba.njit(nogil=True, error_model="numpy")  # type: ignore[untyped-decorator]
    def play(word_block: Any, number_block: Any, arrives: Any, work: Any, later: Any, lines: Any, waits: Any) -> None:
        words, floats = pointer(word_block), pointer(number_block)
        words[agenda], words[size], words[count] = header, (len(word_block) - header) // event, 0
        first, last, free = np.zeros(2, np.int64), np.zeros(2, np.int64), servers
        schedule(words, floats, arrives[0], ARRIVAL, 0)
        while words[count]:
            next_event(words, floats)
            customer, hour = words[argument], floats[now]
            if words[place] >= ARRIVAL:
                if customer + 1 < len(arrives):
                    schedule(words, floats, arrives[customer + 1], ARRIVAL + customer + 1, customer + 1)
                lines[later[customer], last[later[customer]]] = customer
                last[later[customer]] += 1
            else:
                free += 1
            line = 0 if first[0] < last[0] else 1
            if free and first[line] < last[line]:
                begun = lines[line, first[line]]
                first[line] += 1
                free -= 1
                waits[begun] = hour - arrives[begun]
                schedule(words, floats, hour + work[begun], COMPLETION + begun, begun)

    def with_kernel(customers: Customers) -> Numbers:
        words = np.zeros(header + 64 * event, dtype=np.int64)
        waits, lines = np.zeros(len(customers.work_h)), np.zeros((2, len(customers.work_h)), dtype=np.int64)
        play(words, words.view(np.float64), customers.arrives_h, customers.work_h, customers.later, lines, waits)
        return waits

    with_kernel(drawn(10, 0))
    return with_kernel


def engines() -> dict[str, Callable[[Customers], Numbers]]:
    """Return the engines that are there, and say which are not."""
    found: dict[str, Callable[[Customers], Numbers]] = {
        "SimPy": with_simpy,
        "reference's event loop": with_clock,
        "Ciw": with_ciw,
        "salabim": with_salabim,
    }
    for name, package in NEEDED.items():
        if importlib.util.find_spec(package) is None:
            say(f"{name} is missing and left out: pip install {package}")
            del found[name]
    if importlib.util.find_spec("numba") is not None:
        found["compiled agenda"] = compiled_queue()
    return found


def main() -> None:
    """Print the times as ratios, and the waits beside those of theory."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "--quick", action="store_true", help="5,000 customers instead of 30,000, 5 rounds instead of 9"
    )
    quick = options.parse_args().quick
    count, rounds = (5_000, 5) if quick else (30_000, 9)
    say_machine()
    contestants = engines()
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    waits: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for seed in range(rounds):
        for name, play in contestants.items():
            customers = drawn(count, seed)
            started = time.process_time()
            found = play(customers)
            seconds[name].append(time.process_time() - started)
            settled = np.arange(count) >= SETTLING
            first, later = (found[settled & (customers.later == one)].mean() for one in (0, 1))
            waits[name].append((float(first), float(later)))
    say(
        f"\n{SERVERS} servers, load {ARRIVALS_PER_H / SERVERS:.0%}, {count:,} customers; medians of {rounds} rounds in turn"
    )
    for name, own in seconds.items():
        ratio = statistics.median(base / one for base, one in zip(seconds["SimPy"], own, strict=True))
        say(f"{name:<24}{statistics.median(own) / count * 1e6:9.2f} µs a customer, {ratio:7.2f} times as fast as SimPy")
    say_waits(waits)


def say_waits(waits: dict[str, list[tuple[float, float]]]) -> None:
    """Print mean waits with their standard errors over the rounds, and whether theory lies within three of them."""
    theory = waits_of_theory()
    say(f"\nmean wait in minutes; theory {theory[0] * 60:.3f} for who goes first, {theory[1] * 60:.3f} for the others")
    for name, found in waits.items():
        parts, right = [], True
        for own, expected in zip(zip(*found, strict=True), theory, strict=True):
            error = statistics.stdev(own) / math.sqrt(len(own))
            right = right and abs(statistics.mean(own) - expected) <= 3 * error
            parts.append(f"{statistics.mean(own) * 60:.3f} ± {error * 60:.3f}")
        say(f"{name:<24}{parts[0]}, {parts[1]}: {'as theory says' if right else 'NOT as theory says'}")


if __name__ == "__main__":
    main()
