"""A run of today's organisation that notes what its customers go through, and what it comes down to."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simkit.foundation.frames import Floats
from simkit.model.engine.engine import Run
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.today_profile import BIN, BINS, COLUMNS

WATCH_EVERY_DAYS = 5


class WatchedRun(Run):
    """A run that notes once a week what its customers go through."""

    def watch_from_go_live(self) -> WatchedRun:
        """Begin with nothing noted; returns itself."""
        self.sums = np.zeros((len(COLUMNS), len(SEGMENTS) * BINS))
        self.means: list[Floats] = []
        self.customers = 0
        return self

    def tick(self, day: int) -> None:
        """Begin a working day, and note where customers are once a week."""
        super().tick(day)
        if self.clock.now >= 0 and day % WATCH_EVERY_DAYS == 0:
            self._note()

    def _note(self) -> None:
        reactions = self.reactions
        care, late, loss = reactions.state(self.clock.now)
        here = np.array(reactions.active)
        segment, weight = np.array(reactions.segment)[here], np.array(reactions.weight)[here]
        care, late, loss = care[here], late[here], loss[here]
        place = segment * BINS + np.minimum((care / BIN).astype(int), BINS - 1)
        for row, sums in zip(self.sums, (weight, weight * late, weight * loss, np.ones(len(care)), late), strict=True):
            row += np.bincount(place, weights=sums, minlength=len(row))
        count = np.maximum(np.bincount(segment, minlength=len(SEGMENTS)), 1)
        self.means.append(np.bincount(segment, weights=care, minlength=len(SEGMENTS)) / count)
        self.customers += int(here.sum())

    def rise(self) -> Floats:
        """Return by how much more care was received than remembered: its change over the time in which it fades."""
        fading = np.array(self.reactions.decay) * WATCH_EVERY_DAYS * self.rules.day_h * max(len(self.means) - 1, 1)
        change: Floats = (self.means[-1] - self.means[0]) / fading
        return change


def watched_frame(run: WatchedRun, cases: pd.DataFrame) -> pd.DataFrame:
    """Return what was noted, and the leads and wins of the run.

    Parameters
    ----------
    cases : DataFrame
        Those that arrived from go-live on.

    Returns
    -------
    DataFrame
        Columns year (0), measure, group, value: `COLUMNS` by segment and bin of care, ``rise``, ``leads``, ``new_leads`` and
        ``leads_won`` by segment, and ``customer_years``.
    """
    rows: list[tuple[str, str, float]] = []
    for name, sums in zip(COLUMNS, run.sums, strict=True):
        rows += [
            (name, f"{segment}.{number}", float(value))
            for segment, part in zip(SEGMENTS, sums.reshape(len(SEGMENTS), BINS), strict=True)
            for number, value in enumerate(part)
        ]
    rows += [("rise", segment, float(value)) for segment, value in zip(SEGMENTS, run.rise(), strict=True)]
    leads = cases[cases["kind"] == "lead"]
    new = leads[leads["row"] < run.inputs.leads.first_existing]
    won = cases[(cases["kind"] == "opportunity") & (cases["outcome"] == "won")]
    won = won[won["row"] < len(run.inputs.leads.at)]
    for segment in SEGMENTS:
        for name, part in (("leads", leads), ("new_leads", new), ("leads_won", won)):
            rows.append((name, segment, float((part["segment"] == segment).sum())))
    watched_years = WATCH_EVERY_DAYS * run.rules.day_h / run.rules.year_h
    rows.append(("customer_years", "", run.customers * watched_years))
    frame = pd.DataFrame(rows, columns=["measure", "group", "value"])
    return frame.assign(year=0)[["year", "measure", "group", "value"]]
