"""What customers of today's organisation go through in a run, noted once a week, and what it comes down to."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags, Floats, Whole
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.engine.customer_response import Reactions
from simkit.model.engine.engine import CHURN_EVERY_DAYS
from simkit.model.event_log.event_log import KIND_CODE, OUTCOME_CODE, Record
from simkit.model.inputs.new_customers import deal_chance, new_leads
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.specification.designs import Design
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.today_profile import BIN, BINS, COLUMNS


class CustomerWatch:
    """Notes once a week what the customers of a run go through; hand its `note` to the engine.

    Parameters
    ----------
    inputs : ReplicationInputs
        What the run meets.
    parameters : ParameterSet
        The parameter set of the run.
    """

    def __init__(self, inputs: ReplicationInputs, parameters: ParameterSet) -> None:
        self.inputs, self.parameters = inputs, parameters
        self.sums = np.zeros((len(COLUMNS), len(SEGMENTS) * BINS))
        self.means: list[Floats] = []
        self.late_means: list[Floats] = []
        self.customers = 0
        self.hazards: list[float] = []
        self.levels: list[float] = []
        self.decay, self.late_decay = np.zeros(len(SEGMENTS)), 0.0

    def note(self, reactions: Reactions, now: float) -> None:
        """Note where customers are."""
        self.decay, self.late_decay = np.array(reactions.decay), reactions.late_decay
        self.hazards.append(float(reactions.hazard.sum()))
        care, late, loss = reactions.state(now)
        here = np.array(reactions.active, dtype=bool)
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
        self.levels.append(self._level_of_new(reactions, now, here))

    def _level_of_new(self, reactions: Reactions, now: float, here: Flags) -> float:
        """Return the leads of new customers that as many customers as today would bring now, relative to their rate."""
        referred, orders = self.parameters.value("reaction.referral_share"), reactions.order_rate[here]
        recommended = float((orders * reactions.order_factors(now)[here]).sum())
        level: float = reactions.level * math.exp(reactions.growth * now) * reactions.lead_inflow
        return level * (1 - referred + referred * recommended / max(float(orders.sum()), 1e-12))

    @property
    def years(self) -> float:
        """The watched time."""
        v = self.parameters.value
        return len(self.levels) * CHURN_EVERY_DAYS / v("time.days_per_year")

    def new_expected(self) -> float:
        """Return how many leads of new customers the watched time brings, expected, with as many customers as today."""
        drawn = new_leads(self.inputs.model_inputs, self.inputs.parameters).per_year
        return drawn * self.years * float(np.mean(self.levels))

    def rise(self) -> Floats:
        """Return by how much more care was received than remembered: its change over the time in which it fades."""
        return self._still_coming(self.means, self.decay)

    def late_rise(self) -> Floats:
        """Return by how many more late orders came than were remembered, the same way."""
        return self._still_coming(self.late_means, np.full(len(SEGMENTS), self.late_decay))

    def _still_coming(self, means: list[Floats], decay: Floats) -> Floats:
        fading = decay * CHURN_EVERY_DAYS * self.parameters.value("time.day_h") * max(len(means) - 1, 1)
        change: Floats = (means[-1] - means[0]) / fading
        return change

    def leads_and_deals(self, record: Record) -> dict[str, Floats]:
        """Return by segment the leads that have ended since go-live, how many were decided, and what their deals won.

        ``wins`` are those expected of deals that came to a decision, ``at_best`` those that a mean seller who answers at once
        would have won of all.
        """
        cases = record.case_columns
        ended = cases.ended_h >= 0
        leads = ended & (cases.kind == KIND_CODE["lead"])
        deals = ended & (cases.kind == KIND_CODE["opportunity"]) & (cases.row < len(self.inputs.leads.at))
        decided = np.isin(cases.outcome, [OUTCOME_CODE[name] for name in ("qualified", "dropped")])
        asked = np.isin(cases.outcome, [OUTCOME_CODE[name] for name in ("won", "lost", "no_decision")])

        def by_segment(chosen: Flags, weights: Floats | None = None) -> Floats:
            values = None if weights is None else weights[chosen]
            return np.bincount(cases.segment[chosen], weights=values, minlength=len(SEGMENTS)).astype(float)

        return {
            "leads": by_segment(leads),
            "decided": by_segment(leads & decided),
            "at_best": by_segment(deals, self._at_best(cases.row)),
            "wins": by_segment(deals & asked, record.win_chances),
        }

    def _at_best(self, row: Whole) -> Floats:
        """Return the chance of each row's deal with a mean seller who answers at once; of other cases it means nothing."""
        table, share = self.inputs.opportunities, self.parameters.value("winning.flag_share")
        if not len(table.at):
            return np.zeros(len(row))
        rows = np.minimum(row, len(table.at) - 1)
        quality, access, deadline = (np.array(column)[rows] for column in (table.quality, table.access, table.deadline))
        chance: Floats = deal_chance(self.parameters, quality, access < share, deadline < share)
        return chance


def watched(inputs: ReplicationInputs, design: Design, parameters: ParameterSet) -> pd.DataFrame:
    """Run a design through one replication and return what its customers go through; see :func:`watched_frame`."""
    from simkit.model.engine_choice import play
    from simkit.model.rules.design_rules import put_on

    watch = CustomerWatch(inputs, put_on(design, parameters))
    return watched_frame(watch, play(inputs, design, parameters=parameters, note=watch.note))


def watched_frame(watch: CustomerWatch, record: Record) -> pd.DataFrame:
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
    for name, sums in zip(COLUMNS, watch.sums, strict=True):
        rows += [
            (name, f"{segment}.{number}", float(value))
            for segment, part in zip(SEGMENTS, sums.reshape(len(SEGMENTS), BINS), strict=True)
            for number, value in enumerate(part)
        ]
    counted = {"rise": watch.rise(), "late_rise": watch.late_rise(), **watch.leads_and_deals(record)}
    for name, values in counted.items():
        rows += [(name, segment, float(value)) for segment, value in zip(SEGMENTS, values, strict=True)]
    present = watch.customers / max(len(watch.levels), 1)
    rows += [("new_leads", "", watch.new_expected()), ("lost", "", watch.hazards[-1] - watch.hazards[0])]
    rows += [("present_years", "", present * watch.years)]
    rows += [("customer_years", "", len(watch.inputs.model_inputs.customers) * watch.years)]
    frame = pd.DataFrame(rows, columns=["measure", "group", "value"])
    return frame.assign(year=0)[["year", "measure", "group", "value"]]
