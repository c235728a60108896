"""Whether both engines write the same event log: every shipped design in every scenario, three seeds, to the bit.

The client is the invented one of the tests; ``--years`` and ``--seeds`` make it shorter. Leaves with 1 when a row differs.
"""

from __future__ import annotations

import argparse
import sys
import time

from machine import PROJECT, say, say_machine

sys.path.insert(0, str(PROJECT))

from simkit.model.compiled.compiled_engine import simulate_compiled
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import design_names, load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.overrides import names_of
from simkit.model.specification.scenarios import load_scenario
from tests.model.test_compiled_engine import differences


def main() -> None:
    """Compare, print a line per scenario, leave with 1 when a run differs."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--customers", type=int, default=150)
    options.add_argument("--posts", type=int, default=12)
    options.add_argument("--orders", type=float, default=2400.0, help="a year")
    chosen = options.parse_args()
    client = example_inputs(customers=chosen.customers, posts=chosen.posts, orders_per_year=chosen.orders, seed=1)
    today, designs = load_defaults(), [load_design(name) for name in design_names()]
    say_machine()
    started, runs, equal, tasks = time.perf_counter(), 0, 0, 0
    for scenario in names_of("scenarios"):
        parameters, wrong = load_scenario(scenario).on(today), []
        for seed in range(1, chosen.seeds + 1):
            inputs = draw_inputs(client, parameters, seed=seed, replication=0, today=today)
            for design in designs:
                one, other = simulate(inputs, design), simulate_compiled(inputs, design)
                found = differences(one, other)
                wrong += [f"{design.name}, seed {seed}: {', '.join(found)}"] if found else []
                runs, equal, tasks = runs + 1, equal + (not found), tasks + len(one.task_columns.case)
        say(f"{scenario:<28} {len(designs) * chosen.seeds} runs: {'; '.join(wrong) or 'equal'}")
    say(f"{equal} of {runs} runs equal to the bit, {tasks:,} tasks, {time.perf_counter() - started:.0f} s wall")
    sys.exit(0 if equal == runs else 1)


if __name__ == "__main__":
    main()
