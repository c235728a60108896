"""What the kit says of a firm beside what is true of it: false winners, ranges, regret, and the tables of all firms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from foreign.plans import NAMES, TODAY, VALUE_FIRST
from foreign.truths import RELEVANT, ZONE, Truth
from made_coverage import Covered

FALSE_ALLOWED, NULL_FIRMS = 3, 60
HELD_WANTED, GAINING_FIRMS = 32, 40
REGRET_ALLOWED = 0.02
CHANGES = ("do_it", "first_step")
CONSTANT_SHARE = 0.5
"""The kit's regret has to be under this share of that of always keeping, and of always serving value first."""


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
    """By runs and draws, as if the model fitted: do_it, first_step, keep or measure_first."""
    best: str
    """The organisation that the answer is about."""
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
        return self.best if self.fit == "fits" and self.verdict in CHANGES else TODAY

    @property
    def meant(self) -> str:
        """What would be advised if the gate let everything pass."""
        return self.best if self.verdict in CHANGES else TODAY

    @property
    def answer(self) -> str:
        """The kind of answer: change, keep, open, or none where the model does not fit."""
        if self.fit != "fits":
            return "none"
        return "change" if self.verdict in CHANGES else "keep" if self.verdict == "keep" else "open"


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
        differ = len(mine) > 2 and true.std() > 0 and told.std() > 0
        together = float(np.corrcoef(true, told)[0, 1]) if differ else float("nan")
        advised = sum(one.outcome.advised == name for one in firms)
        best = sum(one.truth.best == name for one in firms)
        lines.append(
            f"  {name:<33} {true.mean():+.2%}  {told.mean():+.2%}  {together:+.2f}  {_share(held, len(ranges))}  {advised}  "
            f"{best}"
        )
    return lines


def _misses(firms: Sequence[Judged]) -> list[str]:
    missed = [figure_of(words) for one in firms for words in one.outcome.misses]
    counts = sorted({name: missed.count(name) for name in missed}.items(), key=lambda item: -item[1])
    return (
        ["what does not fit, in how many firms:", *(f"  {name:<50} {count}" for name, count in counts)]
        if counts
        else []
    )


def figure_of(words: str) -> str:
    """Return the name of a figure from the words on how it misses."""
    return words.rpartition(": ")[0] if "measured" in words else words


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
