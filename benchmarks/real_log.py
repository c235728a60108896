"""Train and test on a real log: the kit's model, measured on two thirds of a lender's work, against the last third.

Three distances between work intervals (`log_distances.py`) say how near the played lender (`lender.py`) is to the test part,
beside the floor, which is the train part itself against the test part, and a naive baseline, the train part resampled
without any knowledge of the process or of the clock. `--quick` plays fewer replications.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from lender import SETTLED_H, Lender, measured_lender, placed_lender
from lender_log import WEEK_H, ZERO, lender_log
from log_distances import MEASURES, PlacedLog, distances
from machine import say, say_machine

from simkit.foundation.random_streams import stream

DAY_H = 24
BEGINS_H, TEST_H, LAST_INTAKE_H = (
    (pd.Timestamp(day) - ZERO) / pd.Timedelta(hours=1) for day in ("2011-10-01", "2012-01-12", "2012-03-01")
)
"""The challenge holds applications of October 2011 to February 2012; the last seven weeks of them, a third, are the test."""
INTAKE_H = LAST_INTAKE_H - TEST_H
SPAN_H = INTAKE_H + 2 * WEEK_H
"""Seven weeks of intake, and two more of work on them: the log ends on 14 March 2012."""
DAYS = (0, 1, 2, 4, 5, 6)
"""Weekdays from the Thursday on which spans begin, without Sundays: 0.03 % of the intervals."""
REPLICATIONS, QUICK = 20, 3
SEED = 1
HEADS = {
    "absolute": "events over the span (AED)",
    "circadian": "events over the hours of the weekday (CED)",
    "cycle_time": "length of cases (CTD)",
}


@dataclass(frozen=True, kw_only=True)
class Distances:
    """Distances of several logs to the test part, hours by measure."""

    by_log: tuple[dict[str, float], ...]

    def mean(self, measure: str) -> float:
        """Return the mean over the logs, hours."""
        return float(np.mean([one[measure] for one in self.by_log]))

    def text(self, measure: str) -> str:
        """Return mean and range."""
        found = [one[measure] for one in self.by_log]
        return f"{self.mean(measure):6.2f} [{min(found):5.2f}, {max(found):5.2f}]"


@dataclass(frozen=True, kw_only=True)
class RealLogResult:
    """What is near to the test part, and how near."""

    floor: Distances
    """Spans of the train part."""
    played: Distances
    """Replications of the kit's model, its work written down in intervals as the staff does."""
    booked: Distances
    """The same with one interval a sitting, as the model books it."""
    naive: Distances
    """Replications of the naive baseline."""
    within_train: dict[str, Distances]
    """Spans of the train part, the model and the baseline against the spans of the train part: what was fitted, no proof."""
    counts: dict[str, str]
    """Cases and intervals a case, by log: no distance looks at them."""

    def verdict(self, measure: str) -> str:
        """Return where the model's mean lies between the floor and the naive baseline."""
        played, floor = self.played.mean(measure), self.floor.mean(measure)
        if played <= floor:
            return "not above the floor"
        return "nearer to the " + ("floor" if self.nearer_to_floor(measure) else "naive baseline")

    def nearer_to_floor(self, measure: str) -> bool:
        """Tell whether the model is nearer to the floor than to the naive baseline, or not above the floor at all."""
        played, floor = self.played.mean(measure), self.floor.mean(measure)
        return played <= floor or played - floor < self.naive.mean(measure) - played

    def lines(self) -> list[str]:
        """Return the tables, hours: mean and range."""
        logs = {"floor": self.floor, "simkit": self.played, "simkit, as booked": self.booked, "naive": self.naive}
        told = [_row("to the test part, hours: mean [range]", logs)]
        for measure in MEASURES:
            texts = {name: one.text(measure) for name, one in logs.items()}
            told.append(f"{_row(HEADS[measure], texts.values())}  {self.verdict(measure)}")
        told.append(_row("to the train part, hours: mean [range]", self.within_train))
        told += [_row(HEADS[name], [one.text(name) for one in self.within_train.values()]) for name in MEASURES]
        return told + [f"{name}: {text}" for name, text in self.counts.items()]


def _row(head: str, cells: Iterable[str]) -> str:
    return f"{head:44s}" + "".join(f"{cell:>23s}" for cell in cells)


def seen(log: pd.DataFrame, origin_h: float) -> PlacedLog:
    """Return the cases of one span of a log: seven weeks of intake, watched for two more."""
    return PlacedLog.within(log, intake_h=INTAKE_H, span_h=SPAN_H, origin_h=origin_h)


def train_spans(log: pd.DataFrame) -> list[PlacedLog]:
    """Return all spans as long as the test part that lie in the train part and begin on its weekday."""
    last = int((TEST_H - SPAN_H) // WEEK_H)
    return [seen(log[log["start_h"] < TEST_H], week * WEEK_H) for week in range(last + 1)]


def naive_log(log: pd.DataFrame, replication: int, seed: int = SEED) -> PlacedLog:
    """Return the train part resampled: as many cases as it took in per seven weeks, begun at any hour of the seven weeks.

    A case has as many intervals as one of the train part that is drawn with replacement; the length of each interval and the
    wait before it are drawn with replacement from all of the train part. So it knows how much work cases are, how long people
    work on them and how long cases lie, but neither steps nor office hours.
    """
    random = stream(seed, replication, "benchmarks.real_log.naive")
    train = log[(log["start_h"] >= BEGINS_H) & (log["start_h"] < TEST_H)]
    first = train.groupby("case")["start_h"].transform("min")
    settled = train[first < TEST_H - SETTLED_H]
    waits = (settled["start_h"] - settled.groupby("case")["end_h"].shift()).dropna().clip(lower=0).to_numpy()
    lengths, sizes = (settled["end_h"] - settled["start_h"]).to_numpy(), settled.groupby("case").size().to_numpy()
    cases = round(train["case"].nunique() * INTAKE_H / (TEST_H - BEGINS_H))
    drawn = random.choice(sizes, cases)
    case = np.repeat(np.arange(cases), drawn)
    begins = np.concatenate([[0], np.cumsum(drawn)[:-1]])
    wait, length = random.choice(waits, len(case)), random.choice(lengths, len(case))
    wait[begins] = random.uniform(0.0, INTAKE_H, cases)
    passed = np.cumsum(wait + length)
    end = passed - np.repeat(passed[begins] - wait[begins] - length[begins], drawn)
    made = pd.DataFrame({"case": case, "start_h": end - length, "end_h": end})
    return PlacedLog.within(made, intake_h=INTAKE_H, span_h=SPAN_H)


def real_log(shared_data: Path, replications: int) -> RealLogResult:
    """Measure the lender on the train part, play the test part, and compare.

    Parameters
    ----------
    shared_data : pathlib.Path
        Folder of the real data.
    """
    log = lender_log(shared_data)
    lender = measured_lender(log, BEGINS_H, TEST_H)
    test, spans = seen(log, TEST_H), train_spans(log)
    booked, written = zip(*(played_test(lender, number) for number in range(replications)), strict=True)
    naive = [naive_log(log, number) for number in range(replications)]
    logs = {"test part": [test], "train part": spans, "simkit": written, "simkit, as booked": booked, "naive": naive}
    others = [(one, other) for place, one in enumerate(spans) for other in spans[:place]]
    return RealLogResult(
        floor=_against([test], spans),
        played=_against([test], written),
        booked=_against([test], booked),
        naive=_against([test], naive),
        within_train={
            "train part": Distances(by_log=tuple(distances(one, other, DAYS) for one, other in others)),
            "simkit": _against(spans, written),
            "simkit, as booked": _against(spans, booked),
            "naive": _against(spans, naive),
        },
        counts={name: _count(some) for name, some in logs.items()},
    )


def played_test(lender: Lender, replication: int) -> tuple[PlacedLog, PlacedLog]:
    """Return one replication of the test part, as booked and as written."""
    return placed_lender(
        lender, begins_h=TEST_H, intake_h=INTAKE_H, span_h=SPAN_H, seed=SEED, replication=replication
    )  # fmt: skip


def _against(references: Sequence[PlacedLog], logs: Sequence[PlacedLog]) -> Distances:
    return Distances(by_log=tuple(distances(one, other, DAYS) for one in references for other in logs))


def _count(logs: Sequence[PlacedLog]) -> str:
    cases = np.mean([one.cases for one in logs])
    intervals = np.mean([len(one.case) / one.cases for one in logs])
    days = np.mean([one.cycle_times_h().mean() / DAY_H for one in logs])
    return (
        f"{cases:,.0f} cases, {intervals:.1f} intervals a case, mean length {days:.1f} calendar days ({len(logs)} logs)"
    )


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"{QUICK} replications instead of {REPLICATIONS}")
    options.add_argument("--parameters", action="store_true", help="print what was measured on the train part, too")
    chosen = options.parse_args()
    shared_data = Path(os.environ.get("SIMKIT_SHARED_DATA", "../shared/data"))
    if not shared_data.is_dir():
        sys.exit("The real data was not found: set SIMKIT_SHARED_DATA to its folder.")
    say_machine()
    started = time.perf_counter()
    if chosen.parameters:
        lender = measured_lender(lender_log(shared_data), BEGINS_H, TEST_H)
        say(f"posts {lender.posts}")
        for name, value in lender.parameters.items():
            say(f"{name:40s} {value:10.3f}")
    for line in real_log(shared_data, QUICK if chosen.quick else REPLICATIONS).lines():
        say(line)
    say(f"{time.perf_counter() - started:.0f} s wall")


if __name__ == "__main__":
    main()
