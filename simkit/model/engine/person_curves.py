"""The curves of capacity of each person: blocked time, hand-over, ramp-up, dip and outage, before and after go-live."""

from __future__ import annotations

import math

import numpy as np

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.inputs.tenures import Tenure
from simkit.model.rules.effectiveness import Effectiveness
from simkit.model.rules.plain_parameters import Rules
from simkit.model.run_state import Person


class PersonCurves:
    """Makes the people of a run.

    Parameters
    ----------
    inputs : ReplicationInputs
        Start and end of the run.
    parameters : ParameterSet
        Parameter set of client and scenario, for the ramp-up of newcomers.
    rules : tuple of Rules
        Numbers before and after go-live.
    effectiveness : Effectiveness
        How ability becomes effect, month by month.
    managing_h : float
        Hours that managing the partners takes of a present full-time day from go-live on.
    """

    def __init__(
        self,
        inputs: ReplicationInputs,
        parameters: ParameterSet,
        rules: tuple[Rules, Rules],
        effectiveness: Effectiveness,
        managing_h: float,
    ) -> None:
        self.inputs, self.parameters = inputs, parameters
        self.rules_today, self.rules = rules
        self.effectiveness = effectiveness
        self.opening = inputs.start_h + np.arange(inputs.days) * rules[1].day_h
        before, after = ([*phase.blocked_h, 0.0] for phase in rules)
        after[0] += managing_h
        self.blocked = np.where((self.opening < 0)[:, None], before, after)  # hours of a full day present
        self.dip, self.pace = _dip(self.opening, rules[1]), _pace(self.opening, rules[1])

    def person(self, tenure: Tenure, *, builds: bool) -> Person:
        """Return a person with the curves of both phases.

        Parameters
        ----------
        builds : bool
            Whether the person's unit of the design builds modules.
        """
        inputs = self.inputs
        person = Person(tenure, inputs.start_h, self.rules.day_h)
        person.blocked_h = (person.present / self.rules.day_h)[:, None] * self.blocked
        self._block_for_hand_over(person)
        if builds or self.rules.everyone_builds:
            self.block_for_building(person, max(0, person.day(0.0)))
        person.speed = ramp_up(tenure, self.opening, self.parameters, self.rules) * self.dip
        person.speed *= self.pace
        person.effect_today = self.effectiveness.today(tenure.ability)
        person.month_h = self.rules.year_h / 12
        person.effects = self.effectiveness.by_month(tenure.ability, math.ceil(inputs.end_h / person.month_h) + 1)
        person.build(self.rules.reassign_days)
        return person

    def block_for_building(self, person: Person, day: int, *, builds: bool = True) -> None:
        """Block the unit's share of what other fixed time leaves for building modules, from one day on."""
        free = np.maximum(person.present[day:] - person.blocked_h[day:, :3].sum(axis=1), 0.0)
        person.blocked_h[day:, 3] = free * self.rules.building_share * builds

    def _block_for_hand_over(self, person: Person) -> None:
        """Block time of who retires for handing over what he knows, in the last days before that."""
        tenure, rules, opening = person.tenure, self.rules, self.opening
        if tenure.retires and rules.handover_h > 0:
            last = (opening >= max(tenure.leaves_h - rules.handover_h, 0.0)) & (opening < tenure.leaves_h)
            free = np.maximum(person.present - person.blocked_h.sum(axis=1), 0.0)
            person.blocked_h[:, 2] += np.where(last, free * rules.handover_share, 0.0)

    def handed_over(self, person: Person) -> float:
        """Return how far a leaver has handed over what he knows, 0..1."""
        tenure, rules = person.tenure, self.rules
        if not tenure.retires or rules.handover_h <= 0:
            return 0.0
        time_h = min(rules.handover_h, tenure.leaves_h)  # nobody hands over before go-live
        return min(1.0, max(time_h, 0.0) / rules.handover_full_h)


def ramp_up(tenure: Tenure, opening: np.ndarray, parameters: ParameterSet, rules: Rules) -> np.ndarray:
    """Return the share of full performance per day: linear from the parameter's start to 1."""
    length_h = parameters.value("staff.ramp_months") / 12 * rules.year_h
    start = parameters.value("staff.ramp_start_share")
    done = np.clip((opening - tenure.joins_h + rules.day_h / 2) / max(length_h, 1e-9), 0.0, 1.0)
    return np.where(done < 1, start + (1 - start) * done, 1.0)


def _pace(opening: np.ndarray, rules: Rules) -> np.ndarray:
    """Return the pace of work per day: slower while the tools are out."""
    first_h, last_h, pace = rules.outage
    return np.where((opening >= first_h) & (opening < last_h), pace, 1.0)


def _dip(opening: np.ndarray, rules: Rules) -> np.ndarray:
    """Return what the transition leaves of performance per day: a dip at go-live that fades in a line."""
    if rules.dip_share == 0 or rules.dip_h == 0:
        return np.ones(len(opening))
    return np.where(opening < 0, 1.0, 1 - rules.dip_share * np.clip(1 - opening / rules.dip_h, 0.0, 1.0))
