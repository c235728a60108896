"""What an order and an opportunity ask of people: the numbers of each, and the content expected at each point of its course."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from simkit.model.specification.model_parameters import BESPOKE, NO_GATE, ROUND_CAP

NEVER = 1e-9
"""A chance that no more is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Chasing:
    """When an answer is overdue, how often it is asked for, and what asking costs; hours."""

    first_after_h: float
    every_h: float
    effort_h: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderRules:
    """Work content and promises of one order class; efforts and delays in office hours."""

    entry_h: float
    confirmation_h: float
    coordination_h: float
    partners: int
    repeat_chance: float
    partner_delay_h: float
    partner_delay_cv: float
    rework_chance: float
    production_h: float
    production_sigma: float  # of the logarithm
    promised_h: float
    patience_h: float


@dataclass(frozen=True, kw_only=True, slots=True)
class OpportunityRules:
    """Work content of an opportunity and the logit of winning it."""

    preparation_h: float
    feasibility_share: float
    feasibility_h: float
    presentation_h: float
    travel_h: float
    follow_ups: int
    follow_up_h: float
    follow_up_every_h: float
    negotiation_h: float
    lapse_h: float
    base: float
    quality: float
    access: float
    deadline: float
    delay_per_h: float
    ability: float
    flag_share: float
    no_decision_share: float
    drift_follow_ups: int  # these three per missing flag
    drift_delay_factor: float
    drift_no_decision: float
    clean_up_h: float
    gate_quality: float
    gate_accuracy: float
    gate_h: float

    @property
    def mean_follow_ups(self) -> float:
        """Mean follow-ups of an opportunity, drifting ones included; each of the two flags is missing at its chance."""
        return self.follow_ups + 2 * (1 - self.flag_share) * self.drift_follow_ups

    @property
    def gated(self) -> bool:
        """Whether opportunities are qualified at all before anybody prepares an offer."""
        return self.gate_quality > NO_GATE


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderHours:
    """Expected content of an order still to come, hours, at each point of its course."""

    entry_h: float
    partner_h: float  # all rounds with one partner, chasing included
    waiting_h: float  # what is left of a partner's rounds while his answer is awaited
    end_h: float  # confirmation and rework

    def total_h(self, partners: int) -> float:
        """Return the expected content of a whole order."""
        return self.entry_h + partners * self.partner_h + self.end_h


def expected_rounds(repeat_chance: float) -> float:
    """Return the mean number of rounds when each is followed by another with this chance, up to the cap.

    Sum of p^k for k = 0 … cap.
    """
    return sum(repeat_chance**k for k in range(ROUND_CAP + 1))


def log_spread(cv: float) -> float:
    """Return the standard deviation of the logarithm of a lognormal number: √ln(1 + cv²)."""
    return math.sqrt(math.log1p(cv**2))


@lru_cache(maxsize=1024)
def expected_chases(chasing: Chasing, delay_h: float, cv: float) -> float:
    """Return the mean number of chases while waiting for one answer (lognormal with mean `delay_h`).

    Sum over k of P(delay > first + k × every), with P(delay > t) = Φ((ln(delay_h ÷ t) − σ² ÷ 2) ÷ σ) and σ² = ln(1 + cv²).
    """
    if delay_h <= 0:
        return 0.0
    spread, at, chases = log_spread(cv), chasing.first_after_h, 0.0
    while (chance := _longer(at / delay_h, spread)) > NEVER:
        chases += chance
        at += chasing.every_h
    return chases


def _longer(ratio: float, spread: float) -> float:
    """Chance that a lognormal number with mean 1 is larger than `ratio`."""
    return math.erfc((math.log(ratio) + spread**2 / 2) / (spread * math.sqrt(2))) / 2


def order_hours(order: OrderRules, chasing: Chasing) -> OrderHours:
    """Return the expected hours of an order class in the hands of a generalist."""
    one_round = (
        order.coordination_h
        + expected_chases(chasing, order.partner_delay_h, order.partner_delay_cv) * chasing.effort_h
    )
    rounds = expected_rounds(order.repeat_chance)
    return OrderHours(
        entry_h=order.entry_h,
        partner_h=rounds * one_round,
        waiting_h=(rounds - 1) * one_round,
        end_h=order.confirmation_h + order.rework_chance * (order.coordination_h + order.confirmation_h),
    )


def opportunity_hours(
    spec: OpportunityRules, order_class: int, bespoke: OrderRules, chasing: Chasing
) -> tuple[float, float]:
    """Return the expected hours of an opportunity: the seller's own, and those of feasibility."""
    talks_h = spec.mean_follow_ups * spec.follow_up_h + spec.negotiation_h
    own_h = spec.gate_h * spec.gated + spec.preparation_h + spec.travel_h + spec.presentation_h + talks_h
    if order_class != BESPOKE:
        return own_h, 0.0
    chases = expected_chases(chasing, bespoke.partner_delay_h, bespoke.partner_delay_cv)
    one_round = spec.feasibility_h + chases * chasing.effort_h
    return own_h, spec.feasibility_share * expected_rounds(bespoke.repeat_chance) * one_round
