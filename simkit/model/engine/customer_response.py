"""How customers react: orders follow care, lateness bites, customers churn, a departing contact person costs business."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simkit.foundation.frames import Floats, Whole, listed
from simkit.foundation.kept import kept_with_first
from simkit.foundation.parameter_set import ParameterSet
from simkit.model.inputs.new_customers import late_memory
from simkit.model.inputs.replication_inputs import ReplicationInputs
from simkit.model.rules.plain_parameters import Rules
from simkit.model.specification.model_parameters import SEGMENTS

DAYS_PER_YEAR = 365.25
SMOOTHED_OVER = 1.5  # contacts: half-life of care at least, or every contact would be a jump and its absence a fall
STEEPEST = 100.0
"""Largest exponent of a curve: beyond, it is a step, and powers leave the range of numbers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Adbudg:
    """Order rate relative to today as a function of care x: κ·(lo + (hi − lo)·x^c/(d + x^c)), no higher than the ceiling.

    Fixed by three things a workshop can answer: the rate without care (lo), at full care (hi), and the elasticity at
    today's care level x0, where the curve without κ is 1: d = x0^c (hi − 1)/(1 − lo), and, where c is not given,
    c = ε(hi − lo)/((1 − lo)(hi − 1)). The level κ makes up for customers of today not all being at x0.
    Source: Little 1970, decision calculus; form as in bookdown.org/mike/marketing_research §21.6.
    """

    lo: float
    hi: float
    c: float
    d: float
    level: float = 1.0
    ceiling: float = math.inf

    @classmethod
    def through_today(
        cls,
        *,
        lo: float,
        hi: float,
        elasticity: float,
        care_before: float,
        exponent: float = 0.0,
        level: float = 1.0,
        ceiling: float = math.inf,
    ) -> Adbudg:
        """Return the curve that gives `level` at today's care level, with this exponent or, at 0, this elasticity there."""
        c = exponent or min(elasticity * (hi - lo) / ((1 - lo) * (hi - 1)), STEEPEST)
        return cls(lo=lo, hi=hi, c=c, d=care_before**c * (hi - 1) / (1 - lo), level=level, ceiling=ceiling)

    def at_all(self, x: Floats) -> Floats:
        """Return the order rates relative to today at many care levels."""
        power = x**self.c
        found: Floats = np.minimum(
            self.level * (self.lo + (self.hi - self.lo) * power / (self.d + power)), self.ceiling
        )
        return found

    def __call__(self, x: float) -> float:
        """Return the order rate relative to today at care level `x`."""
        power: float = x**self.c
        return min(self.level * (self.lo + (self.hi - self.lo) * power / (self.d + power)), self.ceiling)


class Reactions:
    """The state of all customers during a run.

    Parameters
    ----------
    inputs : ReplicationInputs
        Customers and their thresholds.
    parameters : ParameterSet
        The parameter set of the run.
    rules : Rules
        Today's rules: how often today plans contacts says how long one is remembered, in every design.
    channels : sequence of int
        Who serves each customer from go-live on: OWN_STAFF, PARTNER or DROPPED_CUSTOMER.
    """

    def __init__(
        self, inputs: ReplicationInputs, parameters: ParameterSet, rules: Rules, channels: Sequence[int]
    ) -> None:
        v = parameters.value
        customers = inputs.customers
        count = len(customers.segment)
        self.on = v("reaction.on") >= 0.5
        self.segment = customers.segment
        self.year_h = rules.year_h
        self.active = [not dormant for dormant in customers.dormant]
        self.known_h = customers.known_h.tolist()
        self.curves = [segment_curve(parameters, name) for name in SEGMENTS]
        self.care_before = [v(f"reaction.care_before_{name}") for name in SEGMENTS]
        calendar_h = inputs.model_inputs.calendar_ratio * rules.day_h
        self.late_decay = math.log(2) / (v("reaction.late_half_life_days") * calendar_h)
        needed = [v(f"care.{name}.needed_contacts_per_year") for name in SEGMENTS]
        self.decay = [
            math.log(2) / (_half_life_days(v("care.half_life_days"), spec.contacts_per_year or need) * calendar_h)
            for spec, need in zip(rules.care, needed, strict=True)
        ]
        self.step = [
            decay * rules.year_h / need * v("care.received_factor") if need else 0.0
            for decay, need in zip(self.decay, needed, strict=True)
        ]
        self.care = self._care_at_start(inputs, rules)
        self.care_at = [inputs.start_h] * count
        self.order_rate, existing = customers.order_rate, sum(self.active)
        self.late = late_memory(parameters, np.array(self.segment, dtype=int), self.order_rate, existing).tolist()
        self.orders_today = float(self.order_rate[:existing].sum())
        self.late_before = [v(f"reaction.late_before_{name}") for name in SEGMENTS]
        self.late_at = [0.0 if self.late_before[segment] else inputs.start_h for segment in self.segment]
        self.loss = [0.0] * count
        self.loss_at = [inputs.start_h] * count
        self.late_rate = v("reaction.late_rate_share")
        self.departure_loss = v("reaction.departure_loss_share")
        self.planned_share = v("reaction.planned_change_share")
        self.churn_rate = v("reaction.churn_per_year")
        self.churn_level = v("reaction.churn_level")
        self.churn_care, self.churn_late = v("reaction.churn_care"), v("reaction.late_churn_share")
        self.hazard = np.zeros(count)
        self.threshold = customers.churn_threshold
        self.weight = (customers.order_rate * customers.value_factor).tolist()
        self.ceiling = inputs.reaction_ceiling * inputs.ceiling_level
        self.level, self.growth = v("demand.level"), math.log1p(v("demand.growth_per_year")) / rules.year_h
        self.lead_ceiling, self.lead_inflow = inputs.ceiling_level, v("leads.inflow_factor")
        self.contact_effect = v("amo.contact_effect")
        self.offer_fit = v("reaction.offer_fit")
        self.forgiveness = v("reaction.forgiveness")
        self.price = -v("price.elasticity") * math.log1p(v("price.rise_share"))  # logarithm of the effect on orders
        self.price_tolerance = v("price.tolerance")
        self.channels = channels
        segment = np.array(self.segment, dtype=int)
        self.needing = np.array([step > 0 for step in self.step])[segment]
        self.decays = np.array(self.decay)[segment]
        self.before = np.array(self.care_before)[segment]
        self.elsewhere = np.array(channels) > 0
        self.channel_loss = (0.0, v("reaction.moved_loss_share"), v("reaction.dropped_loss_share"))
        self.channel_decay = math.log(2) / (v("reaction.channel_half_life_days") * calendar_h)

    def care_level(self, customer: int, now: float) -> float:
        """Return the smoothed share of needed care that the customer has received (half-life parameter)."""
        if not self.step[self.segment[customer]]:
            return self.care_before[self.segment[customer]]  # needs no care: nothing to fall short of
        return self.care[customer] * math.exp(-self.decay[self.segment[customer]] * (now - self.care_at[customer]))

    def contacted(self, customer: int, now: float, weight: float, effect: float) -> None:
        """Book a contact; a phone call may weigh less than a visit, and an effective seller's contact more than another's."""
        weight *= max(0.0, 1 + self.contact_effect * effect)
        self.care[customer] = self.care_level(customer, now) + self.step[self.segment[customer]] * weight
        self.care_at[customer] = now

    def won(self, customer: int, now: float) -> bool:
        """Make somebody a customer whom a lead has won; he begins with today's care. False: he is one, or was, or cannot be."""
        if self.active[customer] or self.hazard[customer] or self.known_h[customer] in (-math.inf, math.inf):
            return False
        self.active[customer] = True
        self.care[customer], self.care_at[customer] = self.care_before[self.segment[customer]], now
        self.late[customer] = 0.0
        return True

    def delivered_late(self, customer: int, now: float) -> None:
        """Remember a late order; the memory fades.

        Before go-live today's level is remembered as it is: the first orders take as long as the warm-up to come late.
        """
        if now < 0 and self.late_before[self.segment[customer]]:
            return
        self.late[customer] = self._late(customer, now) + 1.0
        self.late_at[customer] = now

    def deal_lost(self, draw: float, *, planned: float) -> bool:
        """Tell whether an open deal goes with the person who leaves: as large a share of them as of his customers' business."""
        return draw < self.business_lost(planned)

    def business_lost(self, planned: float) -> float:
        """Return the share of business that goes with whoever leaves, the less the better the change was prepared (0..1)."""
        return self.departure_loss * (1 - planned * (1 - self.planned_share))

    def contact_person_lost(self, customer: int, now: float, *, planned: float) -> None:
        """Lose business with the contact person: a drop that is repaired in a line over a year (mean = the parameter).

        Parameters
        ----------
        now : float
            Office hour.
        planned : float
            How far the change was prepared, 0..1; fully prepared it costs the parameter's share of an unprepared one.
        """
        drop = 2 * self.business_lost(planned)
        self.loss[customer] = max(self._loss(customer, now), drop)
        self.loss_at[customer] = now

    def demand_is_real(self, customer: int, now: float, draw: float, inflow: float = 1.0) -> bool:
        """Tell whether a customer's potential order, deal or request, drawn at the ceiling rate, comes at today's rate."""
        if not self.active[customer]:
            return False
        level = self.level * math.exp(self.growth * now) if self.growth and now > 0 else self.level
        return draw * self.ceiling < level * inflow * self.order_factor(customer, now)

    def lead_is_real(self, customer: int, referrer: float, now: float, draw: float, *, new: bool) -> bool:
        """Tell whether a lead comes: a customer's as his orders do, a new one's by itself or as its referrer's orders do."""
        inflow = self.lead_inflow if now >= 0 else 1.0
        if not new:
            return self.demand_is_real(customer, now, draw, inflow)
        factor = self.level * math.exp(self.growth * max(now, 0.0)) * inflow
        if referrer >= 0:
            factor *= self._referral(referrer, now)
        return draw * self.lead_ceiling < factor

    def _referral(self, place: float, now: float) -> float:
        """Return how many recommend relative to today: all customers of now, each as the one at this place of their orders."""
        orders = np.cumsum(self.order_rate * np.array(self.active))
        if orders[-1] <= 0:
            return 0.0
        who = min(int(np.searchsorted(orders, place * orders[-1], side="right")), len(orders) - 1)
        return float(orders[-1]) / self.orders_today * self.order_factor(who, now)

    def order_factor(self, customer: int, now: float) -> float:
        """Return the order rate relative to the customer's own rate."""
        if not self.on:
            return 1.0
        care, factor = self.care_level(customer, now), 1.0
        if self.late[customer]:
            factor = (1 - self.late_rate) ** (self._late(customer, now) * (1 - self.forgiveness * min(care, 1.0)))
        if self.loss[customer]:
            factor *= 1 - self._loss(customer, now)
        if now < 0:
            return factor * self.curves[self.segment[customer]](care)
        if self.price:
            factor *= math.exp(self.price * (1 - self.price_tolerance * min(care, 1.0)))
        if channel := self.channels[customer]:  # who moved or was dropped follows a curve of his own
            return factor * (1 - self.channel_loss[channel] * -math.expm1(-self.channel_decay * now))
        return factor * self.offer_fit * self.curves[self.segment[customer]](care)

    def order_factors(self, now: float) -> Floats:
        """Return the order rates of all customers relative to their own, from go-live on; see `order_factor`."""
        if not self.on:
            return np.ones(len(self.decays))
        care, late, loss = self.state(now)
        segment, factor = np.array(self.segment), self.kept_share(care, late, loss)
        if self.price:
            factor = factor * np.exp(self.price * (1 - self.price_tolerance * np.minimum(care, 1.0)))
        served = np.select([segment == code for code in range(len(self.curves))], [c.at_all(care) for c in self.curves])
        left = 1 - np.array(self.channel_loss)[np.array(self.channels)] * -math.expm1(-self.channel_decay * now)
        found: Floats = factor * np.where(self.elsewhere, left, self.offer_fit * served)
        return found

    def worth_of_contact(self, customer: int, care: float, weight: float) -> float:
        """Return the yearly business that one more contact would add at a care level, relative to the other customers."""
        segment = self.segment[customer]
        curve = self.curves[segment]
        gain: float = curve(care + self.step[segment] * weight) - curve(care)
        weight_of_customer: float = self.weight[customer]
        return weight_of_customer * gain

    def churned(self, now: float, elapsed_h: float) -> list[int]:
        """Let the hazard of the last interval act and return who is lost."""
        who = np.flatnonzero(np.array(self.active, dtype=bool))  # copies of customers to be won are many, and not asked
        hazard: Floats | float = self.churn_rate * elapsed_h / self.year_h
        if self.on:
            before, care, late = self.before[who], self._care(now, who), self._late_orders(now, who)
            if now >= 0:  # whom our staff no longer see reacts to that by the curve of his channel
                care = np.where(self.elsewhere[who], before, care)
            late *= 1 - self.forgiveness * np.minimum(care, 1.0)
            hazard = hazard * np.exp(-self.churn_care * (care - before)) * (1 + self.churn_late * late)
            hazard /= self.churn_level
        total = self.hazard[who] + hazard
        self.hazard[who] = total
        gone: list[int] = who[total >= self.threshold[who]].tolist()
        for customer in gone:
            self.active[customer] = False
        return gone

    def state(self, now: float) -> tuple[Floats, Floats, Floats]:
        """Return every customer's care level, memory of late orders, and business lost with a contact person (0..1)."""
        everybody = np.arange(len(self.decays))
        loss = np.array(self.loss) * np.maximum(1 - (now - np.array(self.loss_at)) / self.year_h, 0.0)
        return self._care(now, everybody), self._late_orders(now, everybody), loss

    def _care(self, now: float, who: Whole) -> Floats:
        """Return the care level of some customers."""
        since_h = now - np.asarray(self.care_at)[who]
        care = np.asarray(self.care)[who] * np.exp(-self.decays[who] * since_h)
        found: Floats = np.where(self.needing[who], care, self.before[who])
        return found

    def _late_orders(self, now: float, who: Whole) -> Floats:
        """Return the memory of late orders of some customers."""
        since_h = np.maximum(now - np.asarray(self.late_at)[who], 0.0)
        late: Floats = np.asarray(self.late)[who] * np.exp(-self.late_decay * since_h)
        return late

    def kept_share(self, care: Floats, late: Floats, loss: Floats) -> Floats:
        """Return what lateness and lost contact persons leave of order rates (0..1); arguments as `state` returns them."""
        patient: Floats = 1 - self.forgiveness * np.minimum(care, 1.0)
        kept: Floats = (1 - self.late_rate) ** (late * patient) * (1 - loss)
        return kept

    def _late(self, customer: int, now: float) -> float:
        late = self.late[customer]
        return late * math.exp(-self.late_decay * max(now - self.late_at[customer], 0.0)) if late else 0.0

    def _loss(self, customer: int, now: float) -> float:
        loss = self.loss[customer]
        return loss * max(0.0, 1 - (now - self.loss_at[customer]) / self.year_h) if loss else 0.0

    def _care_at_start(self, inputs: ReplicationInputs, rules: Rules) -> list[float]:
        """Return each customer's care at the start: today's mean, more just after a contact, less just before the next.

        With contacts every T hours and decay λ it is x̄ λT e^(−λa) ÷ (1 − e^(−λT)) at age a of the last, a uniform in 0..T.
        """
        found: Floats = np.array(self.care_before)[np.array(self.segment, dtype=int)]
        for segment, care in enumerate(self.care_before):
            fade = self.decay[segment] * rules.care[segment].interval_h
            if self.step[segment] and fade < math.inf:
                of_segment, relative = _care_by_phase(inputs, segment, fade)
                found[of_segment] = care * (fade * relative / -math.expm1(-fade))
        return listed(found)


@kept_with_first
def _care_by_phase(inputs: ReplicationInputs, segment: int, fade: float) -> tuple[Whole, Floats]:
    """Return the customers of a segment, and what the time since their last contact has left of it."""
    who = np.flatnonzero(np.array(inputs.customers.segment) == segment)
    phases = inputs.customers.care_phase[who].tolist()
    return who, np.array([math.exp(-fade * (1 - part)) for part in phases])


Note = Callable[[Reactions, float], None]
"""What looks at the customers of a run: called once a week from go-live on, with their state and the office hour."""


def _half_life_days(half_life_days: float, contacts_per_year: float) -> float:
    """Return the half-life of care: the parameter's, or one and a half times the time between two contacts where that is more."""
    if not contacts_per_year:
        return half_life_days
    return max(half_life_days, SMOOTHED_OVER * DAYS_PER_YEAR / contacts_per_year)


def segment_curve(parameters: ParameterSet, segment: str) -> Adbudg:
    """Return the curve of a segment: the general one with the segment's own elasticity, fall and rise."""
    v = parameters.value
    lo, hi = v("reaction.rate_floor"), v("reaction.rate_ceiling")
    return Adbudg.through_today(
        lo=lo + (1 - v(f"reaction.{segment}.fall_share")) * (1 - lo),
        hi=hi - (1 - v(f"reaction.{segment}.rise_share")) * (hi - 1),
        elasticity=v("reaction.elasticity") * v(f"reaction.{segment}.elasticity_factor"),
        care_before=v(f"reaction.care_before_{segment}"),
        exponent=v(f"reaction.curve_exponent_{segment}"),
        level=v(f"reaction.curve_level_{segment}"),
        ceiling=hi,
    )
