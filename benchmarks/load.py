"""Whether the kit finds how busy a firm is, and draws no winner from hours that were idle.

Invented firms with true loads from .50 to .97: the estimate and its interval against the truth. A firm whose A customers
get 70 % of what its best-served get. Then firms that would be busy by construction if every hour that nobody wrote down
counted as work: measured, calibrated, compared, drawn jointly, judged by the verdict of the product. Leaves with 1 when too few
intervals hold the truth, the share is not found, or a change is advised.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from calibrated_firms import CalibratedClient, calibrated_client, demo_folder, measured_client, written
from machine import say, say_machine
from random_firms import RandomFirm, firm_with_load, random_firm

from simkit.extras.demo_client.generate import build_firm
from simkit.extras.demo_client.truth import DEMO
from simkit.foundation.estimates import Estimate
from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.study.advice.verdict import Standing, Verdict, verdict
from simkit.study.calibration.fit_gate import Gate
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.joint_draws.joint_study import with_joint_draws
from simkit.study.measured.load import PATH
from simkit.study.measured.needs import received_care
from simkit.study.organisation_study import run_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import Results
from simkit.study.search.confirmation import confirmation

LOADS = (0.50, 0.97)
FIRMS, HELD = 16, 13
"""Firms, and in how many of them the interval has to hold the truth."""
BUSY: tuple[tuple[int, float], ...] = ((9000, 0.55), (9001, 0.55), (9002, 0.55), (9001, 1.0))
"""Firms with time to spare of which the kit once said that another order of work wins: number and scale of demand."""
SERVED = {"A": (0.5, 0.4)}
"""Half of the A customers are served best, the others get .4 of it: on average .7."""
SERVED_SHARE, SHARE_OFF = 0.70, 0.08
SERVED_FIRM, SERVED_CUSTOMERS = 9100, 300
"""With thirty A customers: of ten, the best quarter is too few to tell."""
DESIGNS = ("baseline", "baseline_value_first")
SEED = 1
FIRST = 2_000
"""Number of the first replication of the comparison: none that the calibration has seen."""


@dataclass(frozen=True, kw_only=True)
class LoadOutcome:
    """What the kit finds of one firm's load."""

    name: str
    true: float
    logged: float
    """Logged hours over present hours."""
    found: Estimate
    kind: str
    """How well it is known: measured, in part, or assumed."""

    @property
    def holds(self) -> bool:
        """Whether the 95 % interval holds the truth."""
        return self.found.low <= self.true <= self.found.high

    def line(self) -> str:
        """Return the firm's line of the table."""
        word = "holds" if self.holds else "MISSES"
        return (
            f"  {self.name:<10} true {self.true:.3f}, logged {self.logged:.2f}, found {self.found.value:.3f} "
            f"[{self.found.low:.3f}, {self.found.high:.3f}] ({self.kind}), ratio {self.found.value / self.true:.3f}: {word}"
        )


def load_found(firm: RandomFirm) -> LoadOutcome:
    """Hand a firm's exports to the kit and return what it finds of the load."""
    with written(firm) as folder:
        parameter = measured_client(folder).parameters[PATH]
    logged = firm.firm.log["hours_h"].sum() / firm.firm.present_h.sum()
    return _outcome(firm.name, firm.utilisation, float(logged), parameter)


def demo_load() -> LoadOutcome:
    """Return what the kit finds of the demo client's load; its generator knows the truth."""
    firm = RandomFirm(number=0, true=DEMO, rates={}, firm=build_firm())
    logged = firm.firm.log["hours_h"].sum() / firm.firm.present_h.sum()
    return _outcome("demo", firm.utilisation, float(logged), measured_client(demo_folder()).parameters[PATH])


def _outcome(name: str, true: float, logged: float, parameter: object) -> LoadOutcome:
    interval = parameter.provenance.interval
    found = interval or Estimate(value=parameter.value, low=parameter.low, high=parameter.high)
    return LoadOutcome(name=name, true=true, logged=logged, found=found, kind=parameter.provenance.kind)


def received_share(number: int = SERVED_FIRM) -> Estimate:
    """Return which share of what its best-served get the kit finds for the A customers of a firm without agreed levels."""
    with written(random_firm(number, customers=SERVED_CUSTOMERS, well_served=SERVED)) as folder:
        shutil.rmtree(folder / "workshop", ignore_errors=True)
        one = measured_client(folder)
    care = received_care(one.client, one.value, one.model_inputs, one.parameters).set_index("segment").loc["A"]
    return Estimate(value=float(care["received_share"]), low=float(care["low"]), high=float(care["high"]))


@dataclass(frozen=True, kw_only=True)
class Advice:
    """What the kit says of a firm that has time to spare."""

    name: str
    true: float
    found: Estimate
    """True load, and the one found."""
    gate: Gate
    answer: Verdict
    """As if the model fitted."""
    standing: Standing
    """Of the other order of work."""

    @property
    def told(self) -> bool:
        """Whether a reader is advised a change: only a fit lets a verdict pass."""
        return self.answer.advises and self.gate.passes

    def line(self) -> str:
        """Return the firm's line of the table."""
        one, answer = self.standing, self.answer
        word = (
            "A CHANGE IS ADVISED" if self.told else "held back by the gate" if answer.advises else "no change advised"
        )
        return (
            f"  {self.name:<14} true load {self.true:.2f}, found {self.found.value:.2f}; gate {self.gate.level}; "
            f"{answer.kind} {answer.because} ({one.name}, {one.mean:+,.0f} [{one.low:,.0f}, {one.high:,.0f}] a year, "
            f"right in {one.reliability:.0%} of the draws): {word}"
        )


def advice(number: int, demand: float, replications: int, draws: int, execution: Execution) -> Advice:
    """Take a firm with time to spare through the whole kit."""
    firm = random_firm(number, demand=demand)
    with written(firm) as folder:
        measured = measured_client(folder)
        fit = calibrated_client(measured, seed=SEED, execution=execution)
    results = compared(fit, replications, draws, execution)
    stand = confirmation(results.main_runs, results.plan, DEFAULT_GOALS, results.joint["joint_summary"])
    found = _outcome(firm.name, firm.utilisation, 0.0, measured.parameters[PATH]).found
    return Advice(
        name=f"{number} x {demand:g}", true=firm.utilisation, found=found, gate=fit.gate, standing=stand.standings[0],
        answer=verdict(stand.standings, stand.beaten_by, stand.zone, fits=True),
    )  # fmt: skip


def compared(fit: CalibratedClient, replications: int, draws: int, execution: Execution) -> Results:
    """Run today's organisation and the same with customers of value first, for the usual three years, and draw both jointly."""
    settings = StudySettings(
        designs=DESIGNS, scenarios=("today",), replications=replications, seed=SEED, joint_draws=draws
    )
    plan = make_plan(settings, fit.model_inputs, fit.parameters)
    variants = tuple(one for one in plan.experiment.variants if one.label in plan.main)
    fresh = replace(plan.experiment, variants=variants, first_replication=FIRST)
    results = run_plan(fit.model_inputs, fit.parameters, replace(plan, experiment=fresh), execution=execution)
    return with_joint_draws(results, draws, execution=execution)


def load_summary(outcomes: Sequence[LoadOutcome]) -> tuple[str, bool]:
    """Return in one line in how many firms the interval holds the truth, and whether that is enough."""
    held = sum(one.holds for one in outcomes)
    wanted = int(np.ceil(len(outcomes) * HELD / FIRMS))
    ratios = np.array([one.found.value / one.true for one in outcomes])
    width = np.median([one.found.high - one.found.low for one in outcomes])
    line = (
        f"interval of the load holds the truth in {held} of {len(outcomes)} firms (wanted {wanted}); estimate over truth "
        f"{ratios.min():.3f} to {ratios.max():.3f}, mean {ratios.mean():.3f}; median width {width:.2f}"
    )
    return line, held >= wanted


def main() -> None:
    """Print what is found of loads, and what is advised to firms with time to spare; leave with 1 when it is wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--firms", type=int, default=FIRMS)
    options.add_argument("--busy", type=int, default=len(BUSY), help="firms with time to spare that are advised")
    options.add_argument("--replications", type=int, default=12, help="of the comparison of each of them")
    options.add_argument("--draws", type=int, default=50, help="joint draws of all that is not known")
    options.add_argument("--jobs", type=int, default=os.cpu_count())
    chosen = options.parse_args()
    say_machine()
    started = time.perf_counter()
    outcomes, passed = [], True
    say(demo_load().line())
    for number, load in enumerate(np.linspace(*LOADS, chosen.firms) if chosen.firms else ()):
        outcomes.append(load_found(firm_with_load(number, float(load))))
        say(outcomes[-1].line())
    if outcomes:
        line, passed = load_summary(outcomes)
        say(line)
    share = received_share()
    passed = passed and abs(share.value - SERVED_SHARE) <= SHARE_OFF
    say(
        f"A customers who get {SERVED_SHARE:.0%} of what the best-served get: found {share.value:.1%} "
        f"[{share.low:.1%}, {share.high:.1%}], allowed ± {100 * SHARE_OFF:.0f} points"
    )
    for number, demand in BUSY[: chosen.busy]:
        one = advice(number, demand, chosen.replications, chosen.draws, Execution(jobs=chosen.jobs))
        say(one.line())
        passed = passed and not one.told
    say(f"{'as promised' if passed else 'NOT as promised'}; {time.perf_counter() - started:.0f} s wall")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
