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
from foreign.plans import NAMES, TODAY, VALUE_FIRST
from foreign.settling import settled
from foreign.truths import RELEVANT, ZONE, Truth, add_truth, read_truths, truth
from machine import PROJECT, say, say_machine
from made_coverage import Covered

from simkit.foundation.frames import select
from simkit.study.advice.decision import Decision, decide
from simkit.study.comparison.sustainability import sustainability
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

TRUTHS = PROJECT / "benchmarks" / "foreign" / "truths.jsonl"
OUTCOMES = PROJECT / "reports" / "foreign_outcomes.jsonl"
DESIGNS = tuple(name for name in NAMES if "+" not in name)
SCENARIO = "today"
HERE = Execution(jobs=1)
SEED = 1
FALSE_ALLOWED, NULL_FIRMS = 3, 60
HELD_WANTED, GAINING_FIRMS = 32, 40
REGRET_ALLOWED = 0.02
CONSTANT_SHARE = 0.5
"""The kit's regret has to be under this share of that of always keeping, and of always serving value first."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is run for each firm."""

    replications: int = 8
    draws: int = 20


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the kit says of one firm; amounts are shares of today's contribution a year."""

    seed: int
    fit: str
    """Level of the gate."""
    misses: list[str]
    """Figures outside their tolerance."""
    load: tuple[float, float, float]
    """Load found, with its interval."""
    verdict: str
    """By the runs alone: winner, keep or no_clear_winner."""
    best: str
    """The design with the highest mean."""
    doubts: list[str]
    gains: dict[str, float]
    """By design: mean gain that the kit expects."""
    ranges: dict[str, tuple[float, float]]
    """By design: range of the gain over the joint draws, which a reader sees; missing where too few draws were kept."""
    reliability: dict[str, float]
    seconds: float
    size: list[int]
    """Replications and draws."""
    code: str = ""
    """Hash of the kit's code that moves numbers."""

    @property
    def advised(self) -> str:
        """The organisation that the client ends with: today's, unless a winner is told."""
        return self.best if self.fit == "fits" and self.verdict == "winner" else TODAY

    @property
    def meant(self) -> str:
        """What would be advised if the gate let everything pass."""
        return self.best if self.verdict == "winner" else TODAY

    @property
    def answer(self) -> str:
        """The kind of answer: change, keep, open, or none where the model does not fit."""
        if self.fit != "fits":
            return "none"
        return {"winner": "change", "keep": "keep"}.get(self.verdict, "open")


# --- one firm through the kit ----------------------------------------------------------------------------------------


def judged(seed: int, size: Size) -> Outcome:
    """Write a firm's exports, take them through the kit, and return what it says."""
    with tempfile.TemporaryDirectory() as folder:
        place = write_exports(settled(seed), Path(folder))
        started = time.perf_counter()
        measured = measured_client(place)
        fit = calibrated_client(measured, seed=SEED, execution=HERE)
        results = compared(measured, fit, size, place)
    decision = decided(results)
    found = measured.parameters[LOAD]
    interval = found.provenance.interval
    ends = (found.low, found.high) if interval is None else (interval.low, interval.high)
    base = decision.zone_amount / ZONE
    summary = results.joint["joint_summary"].set_index("design")
    kept = {str(name): row for name, row in summary.iterrows() if name != TODAY and not np.isnan(row["low"])}
    return Outcome(
        seed=seed, fit=fit.gate.level, misses=[text.en for text in fit.gate.failed], load=(found.value, *ends),
        verdict=decision.verdict, best=decision.best, doubts=list(decision.doubts),
        gains={name: round(gain / base, 5) for name, gain in _gains(results).items()},
        ranges={name: (round(float(row["low"]) / base, 5), round(float(row["high"]) / base, 5)) for name, row in kept.items()},
        reliability={name: round(float(row["reliability"]), 3) for name, row in kept.items()},
        seconds=round(time.perf_counter() - started, 1), size=[size.replications, size.draws], code=kit_digest(),
    )  # fmt: skip


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


def decided(results: Results) -> Decision:
    """Apply the kit's rule."""
    plan, years = results.plan, int(results.parameters.value("time.horizon_years"))
    lasting = select(sustainability(results.yearly, last_year=years), scenario=SCENARIO)
    flags = dict(zip(lasting["design"], lasting["sustainable"].astype(bool), strict=True))
    return decide(results.main_runs, SCENARIO, plan.main, baseline=plan.baseline, sustainable=flags, seed=SEED)


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


# --- held against the truth ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A firm with its truth and with what the kit says of it."""

    truth: Truth
    outcome: Outcome

    @property
    def gain(self) -> float:
        """True gain of what is advised; 0 where today's organisation stays."""
        return self.truth.gains[self.outcome.advised]

    @property
    def meant(self) -> float:
        """True gain of what would be advised if the gate let everything pass."""
        return self.truth.gains[self.outcome.meant]

    @property
    def regret(self) -> float:
        """What the best organisation would bring more."""
        return max(self.truth.gains.values()) - self.gain

    @property
    def false_winner(self) -> bool:
        """Whether a change is advised that brings nothing."""
        return self.outcome.advised != TODAY and self.gain <= 0

    @property
    def held(self) -> bool | None:
        """Whether the range of the truly best design's gain holds its true gain; None without one."""
        ends = self.outcome.ranges.get(self.truth.best)
        return None if ends is None else ends[0] <= self.truth.gains[self.truth.best] <= ends[1]

    @property
    def load_held(self) -> bool:
        """Whether the interval of the load holds the true one."""
        _, low, high = self.outcome.load
        return low <= self.truth.load <= high


def summary(firms: Sequence[Judged]) -> tuple[list[str], bool]:
    """Return the tables line by line, and whether all is as promised."""
    null, gaining = [one for one in firms if one.truth.null], [one for one in firms if one.truth.gaining]
    held = [one.held for one in gaining if one.held is not None]
    false = sum(one.false_winner for one in null)
    regret = _mean(one.regret for one in firms)
    constant = {name: _mean(max(one.truth.gains.values()) - one.truth.gains[name] for one in firms) for name in NAMES}
    fits = [one for one in firms if one.outcome.fit == "fits"]
    lines = [
        f"firms: {len(firms)}, of them {len(null)} null, {len(gaining)} gaining; the model fits {_share(len(fits), len(firms))}",
        f"false winners among null firms: {_share(false, len(null))} (allowed {FALSE_ALLOWED} of {NULL_FIRMS})",
        f"false winners among all firms: {_share(sum(one.false_winner for one in firms), len(firms))}",
        f"range of the best design's gain holds the truth in gaining firms: {_share(sum(held), len(held))} "
        f"(wanted {HELD_WANTED} of {GAINING_FIRMS}; {len(gaining) - len(held)} without a range)",
        f"interval of the load holds the truth: {_share(sum(one.load_held for one in firms), len(firms))}",
        f"mean regret of the kit: {regret:.2%} of contribution, of firms that fit {_mean(one.regret for one in fits):.2%}",
        *(f"  always {name:<33} {cost:.2%}" for name, cost in constant.items()),
        f"without the gate: regret {_mean(max(one.truth.gains.values()) - one.meant for one in firms):.2%}, false winners "
        f"{_share(sum(one.outcome.meant != TODAY and one.meant <= 0 for one in firms), len(firms))}",
        *_by_kind(firms), *_by_answer(firms), *_by_design(firms), *_misses(firms),
    ]  # fmt: skip
    passed = (
        false * NULL_FIRMS <= FALSE_ALLOWED * max(len(null), 1)
        and sum(held) * GAINING_FIRMS >= HELD_WANTED * len(held)
        and regret < REGRET_ALLOWED
        and regret < CONSTANT_SHARE * min(constant[TODAY], constant[VALUE_FIRST])
    )
    return [*lines, "as promised" if passed else "NOT as promised"], passed


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.mean(listed)) if listed else float("nan")


def _share(hits: int, number: int) -> str:
    """Return a count with its exact 95 % interval (Clopper & Pearson 1934)."""
    if not number:
        return "0 of 0"
    low, high = Covered(hits=hits, number=number, wanted=0.0).ends
    return f"{hits} of {number} ({hits / number:.0%}, {low:.0%} to {high:.0%})"


def _by_kind(firms: Sequence[Judged]) -> list[str]:
    lines = ["by kind of firm: firms, fits, answers change/keep/open/none, false winners, load held, regret"]
    for kind in sorted({one.truth.kind for one in firms}):
        mine = [one for one in firms if one.truth.kind == kind]
        answers = [one.outcome.answer for one in mine]
        counts = "/".join(str(answers.count(name)) for name in ("change", "keep", "open", "none"))
        lines.append(
            f"  {kind:<8} {len(mine):>3}  {sum(one.outcome.fit == 'fits' for one in mine):>3}  {counts:<12} "
            f"{sum(one.false_winner for one in mine):>3}  {sum(one.load_held for one in mine):>3}  "
            f"{_mean(one.regret for one in mine):.2%}"
        )
    return lines


def _by_answer(firms: Sequence[Judged]) -> list[str]:
    lines = ["by answer: firms, mean true gain of what is advised, mean regret"]
    for name in ("change", "keep", "open", "none"):
        mine = [one for one in firms if one.outcome.answer == name]
        if mine:
            lines.append(
                f"  {name:<8} {len(mine):>3}  {_mean(one.gain for one in mine):+.2%}  {_mean(one.regret for one in mine):.2%}"
            )
    return lines


def _by_design(firms: Sequence[Judged]) -> list[str]:
    lines = ["by design: mean true gain, mean expected gain, correlation, range holds the truth, advised, truly best"]
    for name in NAMES[1:]:
        mine = [one for one in firms if name in one.outcome.gains]
        true = np.array([one.truth.gains[name] for one in mine])
        told = np.array([one.outcome.gains[name] for one in mine])
        ranges = [(one.outcome.ranges[name], one.truth.gains[name]) for one in mine if name in one.outcome.ranges]
        held = sum(low <= gain <= high for (low, high), gain in ranges)
        together = float(np.corrcoef(true, told)[0, 1]) if len(mine) > 2 else float("nan")
        advised = sum(one.outcome.advised == name for one in firms)
        best = sum(one.truth.best == name for one in firms)
        lines.append(
            f"  {name:<33} {true.mean():+.2%}  {told.mean():+.2%}  {together:+.2f}  {_share(held, len(ranges))}  {advised}  "
            f"{best}"
        )
    return lines


def _misses(firms: Sequence[Judged]) -> list[str]:
    missed = [name for one in firms for name in one.outcome.misses]
    counts = sorted({name: missed.count(name) for name in missed}.items(), key=lambda item: -item[1])
    return (
        ["what does not fit, in how many firms:", *(f"  {name:<50} {count}" for name, count in counts)]
        if counts
        else []
    )


def truth_table(truths: Sequence[Truth]) -> list[str]:
    """Return what is true of the firms: null and gaining ones, and how often each design gains and loses beyond its error."""
    lines = [
        f"truths: {len(truths)} firms, {sum(one.null for one in truths)} null (nothing above {ZONE:.0%}), "
        f"{sum(one.gaining for one in truths)} gaining (something above {RELEVANT:.0%}); seeds "
        f"{min(one.seed for one in truths)} to {max(one.seed for one in truths)}; largest half-width "
        f"{max(max(one.half_widths.values()) for one in truths):.2%}",
        "  design: gains, loses, neither (beyond the 95 % interval), mean, least, most, truly best",
    ]
    for name in NAMES[1:]:
        gains = np.array([one.gains[name] for one in truths])
        halves = np.array([one.half_widths[name] for one in truths])
        wins, loses = int((gains > halves).sum()), int((gains < -halves).sum())
        best = sum(one.best == name for one in truths)
        lines.append(
            f"  {name:<33} {wins:>3} {loses:>3} {len(truths) - wins - loses:>3}  {gains.mean():+.2%}  {gains.min():+.2%}  "
            f"{gains.max():+.2%}  {best:>3}"
        )
    null = [one for one in truths if one.null]
    if null:
        lines.append(
            f"  null firms with a load under 85 %: {_share(sum(one.load < 0.85 for one in null), len(null))}, over 93 %: "
            f"{_share(sum(one.load > 0.93 for one in null), len(null))}"
        )
    return lines


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


def line(one: Judged) -> str:
    """Return a firm's line."""
    out, true = one.outcome, one.truth
    ends = out.ranges.get(true.best)
    told = "" if ends is None else f", range of it {ends[0]:+.1%} to {ends[1]:+.1%}"
    return (
        f"  {true.seed} {true.kind:<7} {true.people:>2} people, load {true.load:.2f} found {out.load[0]:.2f}, {out.fit}, "
        f"{out.verdict} ({out.best}); advised {out.advised} {one.gain:+.2%}, best {true.best} "
        f"{true.gains[true.best]:+.2%}{told}; {out.seconds:.0f} s"
    )


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
