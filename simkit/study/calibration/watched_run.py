"""A run of today's organisation that notes what its customers go through, and what it comes down to."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.model.engine.engine import Run
from simkit.model.inputs.new_customers import deal_chance, new_leads
from simkit.model.run_state import Case
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.today_profile import BIN, BINS, COLUMNS

WATCH_EVERY_DAYS = 5


class WatchedRun(Run):
    """A run that notes once a week what its customers go through."""

    def watch_from_go_live(self) -> WatchedRun:
        """Begin with nothing noted; returns itself."""
        self.sums = np.zeros((len(COLUMNS), len(SEGMENTS) * BINS))
        self.means: list[Floats] = []
        self.late_means: list[Floats] = []
        self.customers = 0
        self.leads, self.decided, self.wins = np.zeros((3, len(SEGMENTS)))
        self.deals: tuple[list[int], ...] = tuple([] for _ in SEGMENTS)  # of leads that have ended, by segment
        self.hazard_before = math.nan
        self.levels: list[float] = []
        return self

    def tick(self, day: int) -> None:
        """Begin a working day, and note where customers are once a week."""
        super().tick(day)
        if self.clock.now >= 0 and day % WATCH_EVERY_DAYS == 0:
            self._note()

    def close(self, case: Case, outcome: str) -> None:
        """End a case, and note the chance with which a lead wins."""
        if self.clock.now >= 0 and case.kind == "lead":
            self.leads[case.segment] += 1
            self.decided[case.segment] += outcome in ("qualified", "dropped")
        elif self.clock.now >= 0 and case.kind == "opportunity" and case.row < len(self.inputs.leads.at):
            self.deals[case.segment].append(case.row)
            self.wins[case.segment] += case.win_chance if outcome in ("won", "lost", "no_decision") else 0.0
        super().close(case, outcome)

    def _note(self) -> None:
        reactions = self.reactions
        if not self.means:
            self.hazard_before = float(reactions.hazard.sum())
        care, late, loss = reactions.state(self.clock.now)
        here = np.array(reactions.active)
        segment, weight = np.array(reactions.segment)[here], np.array(reactions.weight)[here]
        care, late, loss = care[here], late[here], loss[here]
        place = segment * BINS + np.minimum((care / BIN).astype(int), BINS - 1)
        kept = reactions.kept_share(care, late, loss)
        for row, sums in zip(self.sums, (weight, weight * kept, np.ones(len(care)), late), strict=True):
            row += np.bincount(place, weights=sums, minlength=len(row))
        count = np.maximum(np.bincount(segment, minlength=len(SEGMENTS)), 1)
        self.means.append(np.bincount(segment, weights=care, minlength=len(SEGMENTS)) / count)
        self.late_means.append(np.bincount(segment, weights=late, minlength=len(SEGMENTS)) / count)
        self.customers += int(here.sum())
        self.levels.append(self._level_of_new())

    def _level_of_new(self) -> float:
        """Return the leads of new customers that as many customers as today would bring now, relative to their rate."""
        reactions, now, referred = self.reactions, self.clock.now, self.parameters.value("reaction.referral_share")
        orders: list[float] = reactions.order_rate.tolist()
        here = np.flatnonzero(reactions.active).tolist()
        recommended: float = sum(orders[customer] * reactions.order_factor(customer, now) for customer in here)
        level: float = reactions.level * math.exp(reactions.growth * now) * reactions.lead_inflow
        return level * (1 - referred + referred * recommended / max(sum(orders[customer] for customer in here), 1e-12))

    def at_their_best(self) -> Floats:
        """Return how many of the leads' deals a mean seller who answers at once would have won, expected, by segment."""
        table, share = self.inputs.opportunities, self.parameters.value("winning.flag_share")
        found = []
        for rows in self.deals:
            quality, access, deadline = (
                np.array(column)[rows] for column in (table.quality, table.access, table.deadline)
            )
            found.append(float(deal_chance(self.parameters, quality, access < share, deadline < share).sum()))
        return np.array(found)

    def years(self) -> float:
        """Return the watched time."""
        return len(self.levels) * WATCH_EVERY_DAYS * self.rules.day_h / self.rules.year_h

    def new_expected(self) -> float:
        """Return how many leads of new customers the watched time brings, expected, with as many customers as today."""
        drawn = new_leads(self.inputs.model_inputs, self.inputs.parameters).per_year
        return drawn * self.years() * float(np.mean(self.levels))

    def rise(self) -> Floats:
        """Return by how much more care was received than remembered: its change over the time in which it fades."""
        return self._still_coming(self.means, np.array(self.reactions.decay))

    def late_rise(self) -> Floats:
        """Return by how many more late orders came than were remembered, the same way."""
        return self._still_coming(self.late_means, np.full(len(SEGMENTS), self.reactions.late_decay))

    def _still_coming(self, means: list[Floats], decay: Floats) -> Floats:
        fading = decay * WATCH_EVERY_DAYS * self.rules.day_h * max(len(means) - 1, 1)
        change: Floats = (means[-1] - means[0]) / fading
        return change


def watched_frame(run: WatchedRun) -> pd.DataFrame:
    """Return what was noted.

    Returns
    -------
    DataFrame
        Columns year (0), measure, group, value: `COLUMNS` by segment and bin of care; by segment ``rise``, ``late_rise``,
        ``leads`` that ended,
        ``decided`` of them, ``wins`` that are expected of leads' deals and would be ``at_best``; ``new_leads`` expected
        with as many customers as today, ``lost`` customers expected of those in ``present_years``, and ``customer_years`` with as
        many as today.
    """
    rows: list[tuple[str, str, float]] = []
    for name, sums in zip(COLUMNS, run.sums, strict=True):
        rows += [
            (name, f"{segment}.{number}", float(value))
            for segment, part in zip(SEGMENTS, sums.reshape(len(SEGMENTS), BINS), strict=True)
            for number, value in enumerate(part)
        ]
    counted = {"leads": run.leads, "decided": run.decided, "at_best": run.at_their_best(), "wins": run.wins}
    for name, values in {"rise": run.rise(), "late_rise": run.late_rise(), **counted}.items():
        rows += [(name, segment, float(value)) for segment, value in zip(SEGMENTS, values, strict=True)]
    present = run.customers / max(len(run.levels), 1)
    lost = float(run.reactions.hazard.sum()) - run.hazard_before
    rows += [("new_leads", "", run.new_expected()), ("lost", "", lost)]
    rows += [("present_years", "", present * run.years())]
    rows += [("customer_years", "", len(run.inputs.model_inputs.customers) * run.years())]
    frame = pd.DataFrame(rows, columns=["measure", "group", "value"])
    return frame.assign(year=0)[["year", "measure", "group", "value"]]
