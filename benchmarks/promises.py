"""Everything that is promised of intervals, shares found and predictions, in one command: seeds, power and exact intervals.

``python benchmarks/promises.py`` prints it part by part and leaves with 1 when a promise is shown not to be kept; ``--quick``
takes few made numbers, which shows that all of it runs and little else, and ``--only`` some parts.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of what is printed."""

    title: str
    module: str
    """Module whose function returns the lines of the part."""
    number: int
    """Teams, studies, tests or firms of the whole part."""
    quick: int
    """And of the quick one."""
    function: str = "lines"

    def lines(self, *, quick: bool) -> list[str]:
        """Return the lines of the part."""
        made: Callable[[int], list[str]] = getattr(importlib.import_module(self.module), self.function)
        return made(self.quick if quick else self.number)


PARTS = {
    "people": Part(title="shares over people", module="people_coverage", number=2000, quick=100),
    "replications": Part(
        title="what follows from few replications", module="replication_coverage", number=1000, quick=20
    ),
    "season": Part(title="contacts before orders", module="shared_season", number=200, quick=10),
    "past": Part(title="elasticity from the past", module="response_bias", number=40, quick=5),
    "power": Part(
        title="power of the tests of coverage",
        module="interval_coverage",
        number=2000,
        quick=100,
        function="power_lines",
    ),
    "backtest": Part(
        title="rates and predictions of invented firms",
        module="promises",
        number=40,
        quick=2,
        function="backtest_lines",
    ),
}
"""By name; a line that ends in `made_coverage.Covered.FAILS` says that a promise is not kept."""


def backtest_lines(firms: int) -> list[str]:
    """Return how many rates and predictions of invented firms their intervals hold, and whether that is as promised."""
    recovery, made = (importlib.import_module(name) for name in ("recovery", "made_coverage"))
    size = recovery.Size(calibrate=False, design_replications=0)
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        outcomes = list(pool.map(partial(recovery.recovered, size=size), range(firms)))
    lines, passed = recovery.summary(outcomes)
    return [*lines[:-1], lines[-1] if passed else f"{lines[-1]}: {made.Covered.FAILS}"]


def printed(names: Sequence[str], *, quick: bool) -> bool:
    """Print some parts in order; return whether every promise is kept."""
    fails = importlib.import_module("made_coverage").Covered.FAILS
    kept = True
    for name in names:
        lines = PARTS[name].lines(quick=quick)
        kept &= not any(line.endswith(fails) for line in lines)
        sys.stdout.write("\n".join([f"{name}: {PARTS[name].title}", *lines]) + "\n\n")
    return kept


def main() -> None:
    """Print the parts one after the other; leave with 1 when one does not keep its promise."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="few made numbers each")
    options.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS), help="parts to print")
    chosen = options.parse_args()
    sys.exit(0 if printed(chosen.only, quick=chosen.quick) else 1)


if __name__ == "__main__":
    main()
