"""Whether today's organisation stays where it is: calibrated, and run for three years with the staff that was measured.

For the demo client and invented firms that keep up with their orders: the 90 % interval of year 3 over year 1, the gate year
by year, and contacts by segment beside the measured ones. Leaves with 1 when a line is not as promised.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from calibrated_firms import CalibratedClient, calibrated_client, demo_folder, measured_client, written
from machine import say, say_machine
from random_firms import steady_firms
from todays_years import (
    ALLOWED,
    ALLOWED_WITH_TURNOVER,
    INSIDE,
    OPEN,
    Drift,
    drifts,
    gate_by_year,
    play_years,
)

from simkit.model.specification.designs import load_design
from simkit.model.specification.scenarios import load_scenario
from simkit.study.experiment.experiment_spec import Execution, Experiment, Variant
from simkit.study.experiment.process_pool import processes_kept
from simkit.study.experiment.run_experiment import run_experiment

SEED = 1
FIRST = 1_000
"""Number of the first replication: none that the calibration has seen."""
HELD = {"staff.quit_per_year": 0.0}
"""Set by hand before the fit: today is at rest in the conditions in which it was brought to rest, and where nobody leaves
fewer deals are lost with whoever does, so that the new customers who make up for lost ones under usual turnover are too many."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is run for each client."""

    replications: int = 100
    """At least, and as many more at a time until every line is decided."""
    most: int = 4000
    execution: Execution = field(default_factory=Execution)


@dataclass(frozen=True, kw_only=True)
class Today:
    """What today's organisation of one client does."""

    name: str
    turnover: bool
    """Whether people leave as usual; else the staff stays as it was measured."""
    drifts: list[Drift]
    years: pd.DataFrame
    """See :func:`todays_years.gate_by_year`."""
    fit: CalibratedClient
    replications: int

    @property
    def passed(self) -> bool:
        """Whether every line is as promised."""
        return all(one.verdict == INSIDE for one in self.drifts) and bool(self.years["fits"].all())

    def lines(self) -> list[str]:
        """Return what is found, one line each."""
        kind = "with usual turnover" if self.turnover else "staff held as measured"
        head = f"{self.name}, {kind}, {self.replications} replications; gate: {self.fit.gate.level}"
        found = [
            f"  {one.figure:<18} year 3 / year 1 {one.ratio:.4f} [{one.low:.4f}, {one.high:.4f}], "
            f"allowed ± {one.allowed:.1%}: {one.verdict}"
            for one in self.drifts
        ]
        return [head, *found, *self._gate_lines()]

    def _gate_lines(self) -> list[str]:
        lines = []
        for name, rows in self.years.groupby("moment", sort=False):
            means = " ".join(f"{mean:,.2f}" for mean in rows["mean"])
            first = rows.iloc[0]
            word = "passes" if rows["fits"].all() else "DOES NOT PASS"
            accepted = f"accepted {first['accepted_low']:,.2f} to {first['accepted_high']:,.2f}"
            lines.append(f"  {name:<18} by year {means}, measured {first['measured']:,.2f}, {accepted}: {word}")
        return lines


def todays_years(name: str, fit: CalibratedClient, size: Size, *, turnover: bool) -> Today:
    """Run today's organisation of a calibrated client for three years, until every line is decided.

    Parameters
    ----------
    turnover : bool
        Whether people leave as usual; else the fit is one of :data:`HELD`.
    """
    allowed = ALLOWED_WITH_TURNOVER if turnover else ALLOWED
    parts: list[pd.DataFrame] = []
    done = 0
    while done < size.most:
        experiment = Experiment(
            variants=(Variant(label="today", design=load_design("baseline")),),
            scenarios={"today": load_scenario("today")}, replications=min(size.replications, size.most - done),
            seed=SEED, first_replication=FIRST + done,
        )  # fmt: skip
        runs = run_experiment(
            experiment, fit.model_inputs.settled(), fit.parameters, execution=size.execution, engine=play_years
        )
        parts.append(runs.frame)
        done += experiment.replications
        found = drifts(pd.concat(parts), allowed)
        undecided = [f"{one.figure} [{one.low:.4f}, {one.high:.4f}]" for one in found if one.verdict == OPEN]
        sys.stderr.write(f"{name}, {done} replications, open: {', '.join(undecided) or 'none'}\n")
        if not any(one.verdict == OPEN for one in found):
            break
    frame = pd.concat(parts)
    years = gate_by_year(frame, fit.table)
    return Today(name=name, turnover=turnover, drifts=found, years=years, fit=fit, replications=done)


def checked(name: str, folder: Path, size: Size, *, turnover: bool) -> list[Today]:
    """Run a client's today with the staff held, and with usual turnover where wanted, each calibrated as it is run."""
    found = []
    for usual in (False, True) if turnover else (False,):
        measured = measured_client(folder, by_hand={} if usual else HELD)
        fit = calibrated_client(measured, seed=SEED, execution=size.execution)
        found.append(todays_years(name, fit, size, turnover=usual))
    return found


def main() -> None:
    """Print how today's organisations stay where they are; leave with 1 when one does not."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=8, help="firms that keep up with their orders, the first ones")
    options.add_argument("--replications", type=int, default=100, help="at least, and at a time")
    options.add_argument("--most", type=int, default=4000, help="replications until which a line may stay open")
    options.add_argument("--turnover", action="store_true", help="also with people who leave as usual")
    options.add_argument("--only", action="append", default=[], help="name of a firm; may be repeated, default all")
    options.add_argument("--no-demo", action="store_true", help="leave the demo client out")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    size = Size(replications=chosen.replications, most=chosen.most, execution=Execution(jobs=chosen.jobs))
    say_machine()
    started = time.perf_counter()
    with processes_kept():
        found = [] if chosen.no_demo else _said(checked("demo", demo_folder(), size, turnover=chosen.turnover))
        for firm in steady_firms(chosen.firms):
            if chosen.only and firm.name not in chosen.only:
                continue
            with written(firm) as folder:
                found += _said(checked(firm.name, folder, size, turnover=chosen.turnover))
    passed = sum(one.passed for one in found)
    say(f"{passed} of {len(found)} as promised; {time.perf_counter() - started:.0f} s wall")
    sys.exit(0 if passed == len(found) else 1)


def _said(found: list[Today]) -> list[Today]:
    for one in found:
        for line in one.lines():
            say(line)
    return found


if __name__ == "__main__":
    main()
