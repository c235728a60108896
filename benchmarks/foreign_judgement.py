"""The kit's advice on firms of another world, where the truth is known: what it advises, what that brings, what else would have.

Truth comes first (``--truths``) and is kept with its seeds in benchmarks/foreign/truths.jsonl; then each firm's exports go
through the kit as in a run (read, measured, calibrated, held against the gate, compared, joint draws), and the outcome of each is
appended to a file, so that a stopped run goes on. ``python benchmarks/recovery.py --foreign`` does the same.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from calibrated_firms import CalibratedClient, MeasuredClient, calibrated_client, measured_client
from foreign.exports import write_exports
from foreign.firm import PROOF_SEEDS, TUNING_SEEDS
from foreign.plans import NAMES, TODAY
from foreign.settling import settled
from foreign.truths import ZONE, Truth, add_truth, read_truths, truth
from foreign_tables import Judged, Outcome, line, summary, truth_table
from machine import PROJECT, say, say_machine

from simkit.intake.settings.goals_settings import DEFAULT_GOALS
from simkit.study.advice.verdict import Verdict, verdict
from simkit.study.experiment.code_digest import code_digest
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.experiment.run_experiment import run_experiment
from simkit.study.joint_draws.joint_study import with_joint_draws
from simkit.study.measured.load import PATH as LOAD
from simkit.study.plans.agreed_plan import NAME as AGREED
from simkit.study.plans.agreed_plan import agreed_plan
from simkit.study.plans.experiment_plan import make_plan
from simkit.study.plans.study_settings import ChosenVariant, StudySettings
from simkit.study.result_tables import Results
from simkit.study.search.confirmation import Confirmation, confirmation

TRUTHS = PROJECT / "benchmarks" / "foreign" / "truths.jsonl"
OUTCOMES = PROJECT / "reports" / "foreign_outcomes.jsonl"
DESIGNS = tuple(name for name in NAMES if "+" not in name)
SCENARIO = "today"
HERE = Execution(jobs=1)
SEED = 1


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is run for each firm."""

    replications: int = 8
    draws: int = 20


# --- one firm through the kit ----------------------------------------------------------------------------------------


def judged(seed: int, size: Size) -> Outcome:
    """Write a firm's exports, take them through the kit, and return what it says."""
    with tempfile.TemporaryDirectory() as folder:
        place = write_exports(settled(seed), Path(folder))
        started = time.perf_counter()
        measured = measured_client(place)
        fit = calibrated_client(measured, seed=SEED, execution=HERE)
        results = compared(measured, fit, size, place)
    stand, answer = decided(results)
    found = measured.parameters[LOAD]
    interval = found.provenance.interval
    ends = (found.low, found.high) if interval is None else (interval.low, interval.high)
    base = stand.zone / ZONE
    summary = results.joint["joint_summary"].set_index("design")
    kept = {str(name): row for name, row in summary.iterrows() if name != TODAY and not np.isnan(row["low"])}
    return Outcome(
        seed=seed, fit=fit.gate.level, misses=missed(fit), load=(found.value, *ends),
        verdict=answer.kind, best=answer.shown or TODAY, doubts=[answer.because] if answer.because else [],
        gains={name: round(gain / base, 5) for name, gain in _gains(results).items()},
        ranges={name: (round(float(row["low"]) / base, 5), round(float(row["high"]) / base, 5)) for name, row in kept.items()},
        reliability={name: round(float(row["reliability"]), 3) for name, row in kept.items()},
        seconds=round(time.perf_counter() - started, 1), size=[size.replications, size.draws], code=kit_digest(),
    )  # fmt: skip


def missed(fit: CalibratedClient) -> list[str]:
    """Return the figures that stand in the way of a fit: name, measured, simulated, and why no parameter reaches them."""
    table = fit.table[fit.table["mandatory"] & fit.table["counted"] & ~fit.table["fits"].astype(bool)]
    return [
        f"{row['label_en']}: {row['measured']:.3g} measured, {row['simulated']:.3g} simulated ({row['why']})"
        for row in table.to_dict("records")
    ]


def compared(measured: MeasuredClient, fit: CalibratedClient, size: Size, folder: Path) -> Results:
    """Run the designs that may be advised, and the joint draws, as a run does.

    Parts of a design, its scan and probes are left out: no verdict reads them.
    """
    settings = StudySettings(
        designs=DESIGNS, scenarios=(SCENARIO,), variants=(ChosenVariant(design=TODAY, levers=(AGREED,)),),
        replications=size.replications, seed=SEED, joint_draws=size.draws,
    )  # fmt: skip
    agreed = agreed_plan(measured.client, measured.value, fit.parameters)
    plan = make_plan(settings, fit.model_inputs, fit.parameters, folder, agreed)
    variants = tuple(one for one in plan.experiment.variants if one.label in plan.main)
    plan = replace(plan, experiment=replace(plan.experiment, variants=variants))
    runs = run_experiment(plan.experiment, fit.model_inputs, fit.parameters, execution=HERE)
    results = Results(
        frame=runs.frame,
        plan=plan,
        model_inputs=fit.model_inputs,
        parameters=fit.parameters,
        gate=fit.gate,
        fit=fit.table,
    )
    return with_joint_draws(results, size.draws, folder=folder, execution=HERE)


def decided(results: Results) -> tuple[Confirmation, Verdict]:
    """Apply the kit's rule, as if the model fitted: the gate is held against its answer later."""
    stand = confirmation(results.main_runs, results.plan, DEFAULT_GOALS, results.joint["joint_summary"])
    return stand, verdict(stand.standings, stand.beaten_by, stand.zone, fits=True)


def _gains(results: Results) -> dict[str, float]:
    from simkit.study.paired_comparison import PROFIT, paired

    table = paired(results.main_runs, SCENARIO, PROFIT)
    return {str(name): float((table[name] - table[TODAY]).mean()) for name in table if name != TODAY}


def kit_digest() -> str:
    """Return a hash of the kit's code as far as it moves a result."""
    return code_digest("simkit.study.organisation_study")[:12]


def read_outcomes(file: Path) -> list[Outcome]:
    """Return the outcomes of a file, one a line."""
    if not file.is_file():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Outcome(**{**row, "load": tuple(row["load"]), "ranges": {k: tuple(v) for k, v in row["ranges"].items()}})
        for row in rows
    ]


def add_outcome(file: Path, one: Outcome) -> None:
    """Append one outcome to a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(asdict(one)) + "\n")


# --- the command -----------------------------------------------------------------------------------------------------


def make_truths(file: Path, seeds: Iterable[int], tell: Callable[[str], None] = say) -> None:
    """Find the truth about the firms that the file does not have yet."""
    known = {one.seed for one in read_truths(file)}
    for seed in seeds:
        if seed in known:
            continue
        started = time.perf_counter()
        one = truth(seed)
        add_truth(file, one)
        gains = ", ".join(f"{name} {gain:+.2%}" for name, gain in one.gains.items() if name != TODAY)
        tell(f"  {seed} {one.kind:<7} {one.people:>2} people, load {one.load:.2f}, {one.replications} replications: {gains}; "
             f"{time.perf_counter() - started:.0f} s")  # fmt: skip


def judge(truths: Sequence[Truth], file: Path, size: Size, tell: Callable[[str], None] = say) -> list[Judged]:
    """Hand firms to the kit, except those of the file that this version has judged, and return all of them."""
    how = ([size.replications, size.draws], kit_digest())
    done = {one.seed: one for one in read_outcomes(file) if (one.size, one.code) == how}
    for one in truths:
        if one.seed not in done:
            done[one.seed] = judged(one.seed, size)
            add_outcome(file, done[one.seed])
        tell(line(Judged(truth=one, outcome=done[one.seed])))
    return [Judged(truth=one, outcome=done[one.seed]) for one in truths]


def main(arguments: Sequence[str] | None = None) -> None:
    """Find truths, or hold the kit's advice against them; leaves with 1 when it is not as promised."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--truths", type=int, default=0, help="find the truth about so many firms, and stop")
    options.add_argument("--firms", type=int, default=None, help="judge the first so many firms whose truth is known")
    options.add_argument("--tuning", action="store_true", help="firms for tuning instead of those for the proof")
    options.add_argument("--outcomes", type=Path, default=OUTCOMES, help="file that finished firms are appended to")
    options.add_argument("--truth-file", type=Path, default=TRUTHS)
    options.add_argument("--replications", type=int, default=Size().replications)
    options.add_argument("--draws", type=int, default=Size().draws)
    chosen = options.parse_args(arguments)
    say_machine()
    first = TUNING_SEEDS if chosen.tuning else PROOF_SEEDS
    if chosen.truths:
        make_truths(chosen.truth_file, range(first, first + chosen.truths))
    truths = [one for one in read_truths(chosen.truth_file) if first <= one.seed < first + 100_000]
    truths = sorted(truths, key=lambda one: one.seed)[: chosen.firms]
    if not truths:
        say("no truths yet: run with --truths N first")
        sys.exit(1)
    for text in truth_table(truths):
        say(text)
    if chosen.truths:
        return
    size = Size(replications=chosen.replications, draws=chosen.draws)
    lines, passed = summary(judge(truths, chosen.outcomes, size))
    for text in lines:
        say(text)
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
