"""The work intervals of the BPI Challenge 2012 (a lender), its staff's clock, and the sittings in which it works on a case.

The challenge is doi 10.4121/uuid:3926db30-f712-4394-aebc-75976070e91f.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats, Whole

FILE = Path("bpic2012") / "bpic2012_work_intervals.csv.gz"
FORGOTTEN_H = 8.0
"""An interval that is longer has a forgotten end."""
ZONE = "Europe/Amsterdam"
ZERO = pd.Timestamp("2011-10-06")
"""A Thursday; all clocks count hours from here, as the lender's clocks on the wall show them."""
WEEK_H, DAY_H, DAYS_A_WEEK = 168, 8.0, 6
OFFICE_WEEK_H = DAY_H * DAYS_A_WEEK
"""Office hours of a week: Monday to Saturday, eight a day on average."""
QUARTER_H = 0.25
STAGES = {
    "W_Afhandelen leads": "lead",
    "W_Completeren aanvraag": "opportunity",
    "W_Nabellen offertes": "opportunity",
    "W_Valideren aanvraag": "order",
    "W_Nabellen incomplete dossiers": "order",
}
"""What each activity belongs to; `W_Beoordelen fraude` (0.4 % of the intervals) is in the log and not in the model."""
WAIT_H = DAY_H
"""Office hours after which the next work on a case is another sitting: who is not reached is called again within a day."""


def lender_log(shared_data: Path) -> pd.DataFrame:
    """Read the work intervals without forgotten ends: ``case``, ``activity``, ``person``, ``start_h``, ``end_h``.

    Hours are those of the lender's clocks since `ZERO`, sorted by case and start.
    """
    read = pd.read_csv(shared_data / FILE)
    hours = {name: _wall_clock_h(read[column]) for name, column in (("start_h", "start"), ("end_h", "complete"))}
    log = pd.DataFrame({"case": read["case"], "activity": read["activity"], "person": read["resource_start"], **hours})
    log = log[log["end_h"] - log["start_h"] <= FORGOTTEN_H]
    return log.sort_values(["case", "start_h", "end_h"], ignore_index=True)


def _wall_clock_h(written: pd.Series) -> pd.Series:
    wall = pd.to_datetime(written, utc=True, format="ISO8601").dt.tz_convert(ZONE).dt.tz_localize(None)
    found: pd.Series = (wall - ZERO) / pd.Timedelta(hours=1)
    return found


@dataclass(frozen=True, kw_only=True)
class WeekClock:
    """Office hours as the staff's work goes on through the week: a quantile map between the calendar and the model's clock.

    A week has 48 office hours, which pass as the events of a log are spread over its quarters of an hour. So no time passes at
    night, and on a Saturday with half a weekday's work half as much.
    """

    passed_h: Floats
    """(673,) office hours at each quarter of an hour of the week, 0 to 48."""

    @classmethod
    def of(cls, log: pd.DataFrame) -> WeekClock:
        """Measure it on the starts and ends of a log."""
        events = np.concatenate([log["start_h"].to_numpy(), log["end_h"].to_numpy()]) % WEEK_H
        counts = np.bincount((events / QUARTER_H).astype(np.int64), minlength=round(WEEK_H / QUARTER_H))
        return cls(passed_h=np.concatenate([[0.0], np.cumsum(counts) / counts.sum() * OFFICE_WEEK_H]))

    def office_h(self, calendar_h: Floats) -> Floats:
        """Return office hours since `ZERO` at calendar hours since then."""
        week, within = np.divmod(calendar_h, WEEK_H)
        edges = np.arange(len(self.passed_h)) * QUARTER_H
        found: Floats = week * OFFICE_WEEK_H + np.interp(within, edges, self.passed_h)
        return found

    def calendar_h(self, office_h: Floats) -> Floats:
        """Return calendar hours since `ZERO` at office hours since then; never an hour at which nobody works."""
        week, within = np.divmod(office_h, OFFICE_WEEK_H)
        place = np.clip(np.searchsorted(self.passed_h, within, side="right") - 1, 0, len(self.passed_h) - 2)
        here, there = self.passed_h[place], self.passed_h[place + 1]
        part = (within - here) / np.maximum(there - here, 1e-12)
        found: Floats = week * WEEK_H + (place + np.clip(part, 0.0, 1.0)) * QUARTER_H
        return found


def in_sittings(log: pd.DataFrame, clock: WeekClock) -> pd.DataFrame:
    """Return the intervals of known activities with their sitting: ``sitting``, ``stage``, ``begun_h``, ``wait_h``, ``work_h``.

    From its first validation on a case is at the stage of an order. A sitting ends where more than `WAIT_H` office hours pass
    or another stage begins. ``begun_h`` is the start in office hours, ``wait_h`` the office hours before it where more than
    `WAIT_H` have passed, else 0.
    """
    known = log.assign(stage=log["activity"].map(STAGES)).dropna(subset="stage")
    ordered = (known["stage"] == "order").groupby(known["case"]).cummax()
    known = known.assign(stage=np.where(ordered, "order", known["stage"]))
    begun = pd.Series(clock.office_h(known["start_h"].to_numpy()), known.index)
    ended = pd.Series(clock.office_h(known["end_h"].to_numpy()), known.index)
    gap = (begun - ended.groupby(known["case"]).shift()).fillna(0.0)
    return known.assign(
        sitting=sitting_numbers(known["case"], known["stage"], gap),
        begun_h=begun,
        wait_h=gap.where(gap > WAIT_H, 0.0),
        work_h=known["end_h"] - known["start_h"],
    )


def sitting_numbers(case: pd.Series, stage: pd.Series, gap_h: pd.Series) -> pd.Series:
    """Return the number of each piece of work's sitting; pieces in order of case and start, with the office hours before each."""
    new = (gap_h > WAIT_H) | (case != case.shift()) | (stage != stage.shift())
    numbers: pd.Series = new.cumsum()
    return numbers


def sittings_of(pieces: pd.DataFrame) -> pd.DataFrame:
    """Return one row per sitting: ``case``, ``stage``, ``wait_h`` before it, ``work_h`` in it."""
    return pieces.groupby("sitting").agg(
        case=("case", "first"), stage=("stage", "first"), wait_h=("wait_h", "first"), work_h=("work_h", "sum")
    )


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """How people write a sitting down: in how many intervals, how far apart, and which part of its work in each."""

    first: dict[str, Whole]
    """By stage, the row of the first interval of each sitting."""
    size: Whole
    """(n,) intervals of the sitting that begins in a row; of use at first rows."""
    after_h: Floats
    """(n,) office hours from the start of the sitting to the start of the interval."""
    share: Floats
    """(n,) part of the sitting's hours."""

    @classmethod
    def of(cls, pieces: pd.DataFrame) -> Pieces:
        """Measure it on the intervals of `in_sittings`."""
        by = pieces.groupby("sitting")
        rows = pd.Series(np.arange(len(pieces)), pieces.index)
        first = rows[~pieces.duplicated("sitting")]
        return cls(
            first={str(stage): part.to_numpy() for stage, part in first.groupby(pieces["stage"])},
            size=by["case"].transform("size").to_numpy(),
            after_h=(pieces["begun_h"] - by["begun_h"].transform("first")).to_numpy(),
            share=(pieces["work_h"] / by["work_h"].transform("sum")).to_numpy(),
        )

    def written(self, sittings: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
        """Return sittings in intervals, each sitting as one drawn from those of its stage was written.

        Parameters
        ----------
        sittings : pandas.DataFrame
            ``case``, ``stage``, ``begun_h`` (office hours), ``work_h``.

        Returns
        -------
        pandas.DataFrame
            The same columns, one row per interval.
        """
        like = np.empty(len(sittings), dtype=np.int64)
        for stage, rows in sorted(self.first.items()):
            here = (sittings["stage"] == stage).to_numpy()
            like[here] = random.choice(rows, int(here.sum()))
        size = self.size[like]
        place = np.repeat(like - np.concatenate([[0], np.cumsum(size)[:-1]]), size) + np.arange(size.sum())
        told = sittings.loc[sittings.index.repeat(size)]
        return told.assign(begun_h=told["begun_h"] + self.after_h[place], work_h=told["work_h"] * self.share[place])
