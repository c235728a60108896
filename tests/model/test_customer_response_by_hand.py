"""How customers react, computed by hand for four customers: one of each segment, and one who is not yet a customer."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simkit.model.engine.customer_response import Adbudg, Reactions, segment_curve
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.model_parameters import DROPPED_CUSTOMER, PARTNER
from tests.model.conftest import patched

YEAR_H, CALENDAR_H = 2000.0, 5.0  # a year of 250 days of 8 hours; five of the eight hours of a calendar day
START_H = -500.0
CURVES = {"reaction.rate_floor": 0.5, "reaction.rate_ceiling": 1.5} | {
    f"reaction.curve_exponent_{name}": 1.0 for name in "ABC"
}
"""Curves 0.5 + x ÷ (0.75 + x): 1 at today's care of 0.75, 0.75 at 0.25, 1.25 at 2.25."""
CARE = {
    "care.half_life_days": 48.0,
    "care.A.contacts_per_year": YEAR_H / 120,
    "care.A.needed_contacts_per_year": 20.0,
    "care.B.contacts_per_year": 10.0,
    "care.B.needed_contacts_per_year": 12.0,
    "care.C.contacts_per_year": 0.0,
    "care.C.needed_contacts_per_year": 4.0,
    "care.received_factor": 1.25,
}
HALF_LIFE_H = (48 * CALENDAR_H, 1.5 * 365.25 / 10 * CALENDAR_H, 1.5 * 365.25 / 4 * CALENDAR_H)
STEP = tuple(
    1.25 * math.log(2) / half_life_h * YEAR_H / needed
    for half_life_h, needed in zip(HALF_LIFE_H, (20.0, 12.0, 4.0), strict=True)
)
A, B, C, LEAD = range(4)


def reacting(
    parameters: dict[str, float] | None = None, *, channels: tuple[int, ...] = (0, 0, 0, 0), **more: Any
) -> Reactions:
    """Return four customers, all at today's care from hour 0 on."""
    parameter_set = patched(CURVES, CARE, parameters or {})
    values: dict[str, Any] = {
        "segment": [0, 1, 2, 0],
        "order_rate": np.array([40.0, 20.0, 10.0, 30.0]),
        "value_factor": np.array([2.0, 0.5, 1.0, 1.0]),
        "dormant": [False, False, False, True],
        "known_h": np.array([-math.inf, -math.inf, -math.inf, 10.0]),
        "churn_threshold": np.array([0.5, 0.75, 5.0, 0.1]),
        "care_phase": np.array([0.0, 1.0, 0.5, 0.5]),
        **more,
    }
    inputs = SimpleNamespace(
        customers=SimpleNamespace(**values),
        model_inputs=SimpleNamespace(calendar_ratio=CALENDAR_H / 8),
        start_h=START_H,
        reaction_ceiling=1.25,
        ceiling_level=1.6,
    )
    return Reactions(inputs, parameter_set, compile_rules(parameter_set, CALENDAR_H / 8), channels)  # type: ignore[arg-type]


def at_care(care: float, parameters: dict[str, float] | None = None, **more: Any) -> Reactions:
    """Return customers whose care is at a level at hour 0 and stays there."""
    reactions = reacting(parameters, **more)
    reactions.care, reactions.care_at = [care] * 4, [0.0] * 4
    reactions.decay, reactions.decays = [0.0] * 3, np.zeros(4)
    return reactions


# --- care ------------------------------------------------------------------------------------------------------------


def test_care_halves_in_its_half_life_which_is_at_least_one_and_a_half_times_between_two_contacts() -> None:
    reactions = reacting()
    reactions.care, reactions.care_at = [0.8] * 4, [100.0] * 4

    levels = [reactions.care_level(customer, 100.0 + HALF_LIFE_H[customer]) for customer in (A, B, C)]

    assert levels == pytest.approx([0.4] * 3, rel=1e-12)


def test_a_contact_adds_what_keeps_the_needed_rate_at_one_by_its_weight_and_its_effect() -> None:
    reactions = reacting({"amo.contact_effect": 0.2})
    reactions.care, reactions.care_at = [0.8] * 4, [0.0] * 4

    for customer in (A, B, C):
        reactions.contacted(customer, HALF_LIFE_H[customer], 0.5, 0.0)
        assert reactions.care[customer] == pytest.approx(0.4 + 0.5 * STEP[customer], rel=1e-12)
        assert reactions.care_at[customer] == HALF_LIFE_H[customer]
    reactions.contacted(A, HALF_LIFE_H[A], 0.5, 1.5)
    assert reactions.care[A] == pytest.approx(0.4 + (0.5 + 0.5 * 1.3) * STEP[A], rel=1e-12)
    reactions.contacted(B, HALF_LIFE_H[B], 1.0, -6.0)
    assert reactions.care[B] == pytest.approx(0.4 + 0.5 * STEP[B], rel=1e-12), "no contact takes care away"


def test_who_needs_no_care_is_always_at_todays_level() -> None:
    none = {"care.C.needed_contacts_per_year": 0.0, "care.C.contacts_per_year": 5.0}
    reactions = reacting(none)

    reactions.contacted(C, 0.0, 1.0, 0.0)

    assert reactions.care_level(C, 1000.0) == 0.75
    assert reactions.state(1000.0)[0][C] == 0.75
    assert reacting(none).care[C] == 0.75


def test_care_at_the_start_is_todays_mean_over_the_time_between_two_contacts() -> None:
    reactions = reacting()
    fade = math.log(2) / 2  # 120 hours between two contacts, half-life 240 hours
    fade_b = math.log(2) * (YEAR_H / 10) / HALF_LIFE_H[B]

    assert reactions.care[A] == pytest.approx(0.75 * fade * 2**-0.5 / (1 - 2**-0.5), rel=1e-12)
    assert reactions.care[LEAD] == pytest.approx(0.75 * fade * 2**-0.25 / (1 - 2**-0.5), rel=1e-12)
    assert reactions.care[B] == pytest.approx(0.75 * fade_b / (1 - math.exp(-fade_b)), rel=1e-12)
    assert reactions.care[C] == 0.75, "nobody plans contacts with these"
    assert reactions.care_at == [START_H] * 4
    assert reactions.care_level(A, START_H + HALF_LIFE_H[A]) == pytest.approx(reactions.care[A] / 2)


# --- who is a customer -----------------------------------------------------------------------------------------------


def test_a_lead_makes_a_customer_who_begins_with_todays_care_and_no_late_orders() -> None:
    reactions = reacting()
    reactions.late[LEAD] = 3.0

    assert reactions.won(LEAD, 50.0)

    assert reactions.active == [True] * 4
    assert (reactions.care[LEAD], reactions.care_at[LEAD], reactions.late[LEAD]) == (0.75, 50.0, 0.0)
    assert not reactions.won(LEAD, 60.0)
    assert reactions.care_at[LEAD] == 50.0


def test_who_was_a_customer_and_who_can_be_none_is_not_won() -> None:
    for known_h in (-math.inf, math.inf):
        assert not reacting(known_h=np.array([-math.inf, -math.inf, -math.inf, known_h])).won(LEAD, 50.0)
    reactions = reacting()
    reactions.hazard[LEAD] = 0.01
    assert not reactions.won(LEAD, 50.0)
    assert reactions.active == [True, True, True, False]


# --- lateness --------------------------------------------------------------------------------------------------------


def test_late_orders_add_up_and_fade_with_their_half_life() -> None:
    reactions = reacting({"reaction.late_half_life_days": 90.0})
    half_life_h = 90 * CALENDAR_H

    assert reactions._late(A, 7.0) == 0.0
    reactions.delivered_late(A, -7.0)
    reactions.delivered_late(A, half_life_h - 7.0)

    assert reactions._late(A, half_life_h - 7.0) == pytest.approx(1.5)
    assert reactions._late(A, 2 * half_life_h - 7.0) == pytest.approx(0.75)
    assert reactions.state(2 * half_life_h - 7.0)[1] == pytest.approx([0.75, 0.0, 0.0, 0.0])


def test_what_is_remembered_today_stands_until_go_live() -> None:
    reactions = reacting({"reaction.late_before_A": 0.8, "reaction.late_half_life_days": 90.0})
    reactions.delivered_late(A, -0.5)
    reactions.delivered_late(B, -0.5)
    half_life_h = 90 * CALENDAR_H

    for hour, left in ((START_H, 1.0), (-0.5, 1.0), (0.0, 1.0), (half_life_h, 0.5)):
        assert reactions._late(A, hour) == pytest.approx(0.8 * left, rel=1e-12)
        assert reactions.state(hour)[1][A] == pytest.approx(0.8 * left, rel=1e-12)
    assert reactions.late[LEAD] == pytest.approx(0.6)  # 30 orders a year instead of 40
    assert reactions.late[B] == 1.0
    reactions.delivered_late(A, 0.0)
    assert reactions.late[A] == pytest.approx(1.8)
    reactions.delivered_late(A, 0.5)
    assert reactions.late[A] == pytest.approx(2.8, rel=1e-2)


@pytest.mark.parametrize(("care", "patience"), [(0.25, 0.9), (2.25, 0.6)])
def test_a_late_order_costs_its_share_less_what_care_forgives(care: float, patience: float) -> None:
    reactions = at_care(care, {"reaction.late_rate_share": 0.1, "reaction.forgiveness": 0.4})
    without = reactions.order_factor(A, 0.0)

    reactions.delivered_late(A, 0.0)
    reactions.delivered_late(A, 0.0)

    assert reactions.order_factor(A, 0.0) / without == pytest.approx(0.9 ** (2 * patience))
    assert reactions.kept_share(*reactions.state(0.0))[A] == pytest.approx(0.9 ** (2 * patience))


# --- contact persons -------------------------------------------------------------------------------------------------

LEAVING = {"reaction.departure_loss_share": 0.2, "reaction.planned_change_share": 0.25}


def test_a_lost_contact_person_costs_twice_the_share_at_first_and_nothing_after_a_year() -> None:
    reactions = at_care(0.75, LEAVING)
    assert reactions._loss(A, 100.0) == 0.0
    reactions.contact_person_lost(A, 100.0, planned=0.0)

    for hour, loss in ((100.0, 0.4), (600.0, 0.3), (1100.0, 0.2), (2100.0, 0.0), (2500.0, 0.0)):
        assert reactions._loss(A, hour) == pytest.approx(loss)
        assert reactions.state(hour)[2] == pytest.approx([loss, 0.0, 0.0, 0.0])
        assert reactions.order_factor(A, hour) == pytest.approx(1 - loss)
        assert reactions.kept_share(*reactions.state(hour))[A] == pytest.approx(1 - loss)


def test_a_prepared_change_costs_less_and_takes_nothing_off_an_earlier_loss() -> None:
    reactions = reacting(LEAVING)
    for customer, planned in ((A, 1.0), (B, 0.5)):
        reactions.contact_person_lost(customer, 0.0, planned=planned)
    assert reactions.loss[:3] == pytest.approx([0.1, 0.25, 0.0])

    reactions.contact_person_lost(B, 1000.0, planned=1.0)
    assert reactions._loss(B, 1000.0) == pytest.approx(0.125)
    reactions.contact_person_lost(B, 1000.0, planned=0.0)
    assert reactions._loss(B, 1000.0) == pytest.approx(0.4)


def test_open_deals_go_with_who_leaves_in_the_same_share() -> None:
    reactions = reacting({"reaction.departure_loss_share": 0.5, "reaction.planned_change_share": 0.5})

    assert [reactions.deal_lost(draw, planned=0.0) for draw in (0.49, 0.5)] == [True, False]
    assert [reactions.deal_lost(draw, planned=1.0) for draw in (0.24, 0.25)] == [True, False]
    assert [reactions.deal_lost(draw, planned=0.5) for draw in (0.37, 0.375)] == [True, False]


# --- orders ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("care", "rate"), [(0.0, 0.5), (0.25, 0.75), (0.75, 1.0), (2.25, 1.25)])
def test_orders_follow_the_curve_of_care(care: float, rate: float) -> None:
    reactions = at_care(care)
    assert reactions.order_factor(A, -0.5) == pytest.approx(rate)
    assert reactions.order_factor(A, 0.5) == pytest.approx(rate)


def test_half_a_switch_is_on() -> None:
    assert [reacting({"reaction.on": value}).on for value in (0.0, 0.49, 0.5, 1.0)] == [False, False, True, True]


def test_nothing_reacts_when_reactions_are_off() -> None:
    reactions = at_care(0.0, {"reaction.on": 0.0, "reaction.churn_per_year": 0.5})
    reactions.delivered_late(A, 0.0)

    assert not reactions.on
    assert reactions.order_factor(A, 0.0) == 1.0
    reactions.churned(0.0, 400.0)
    assert reactions.hazard == pytest.approx([0.1, 0.1, 0.1, 0.0])


@pytest.mark.parametrize(("care", "felt"), [(0.25, 0.9), (2.25, 0.6)])
def test_a_price_rise_is_felt_from_go_live_on_less_what_care_makes_up_for(care: float, felt: float) -> None:
    reactions = at_care(care, {"price.rise_share": 0.25, "price.elasticity": 2.0, "price.tolerance": 0.4})
    rate = reactions.order_factor(A, -0.5)

    for hour in (0.0, 0.5):
        assert reactions.order_factor(A, hour) / rate == pytest.approx(1.25 ** (-2.0 * felt))


def test_the_fit_of_the_offer_counts_from_go_live_on() -> None:
    reactions = at_care(0.25, {"reaction.offer_fit": 1.2})
    assert [reactions.order_factor(A, hour) for hour in (-0.5, 0.0, 0.5)] == pytest.approx([0.75, 0.9, 0.9])


def test_who_is_served_elsewhere_loses_a_share_of_his_orders_over_time_and_no_longer_follows_our_care() -> None:
    shares = {"reaction.moved_loss_share": 0.2, "reaction.dropped_loss_share": 0.6}
    reactions = at_care(
        0.25, {**shares, "reaction.channel_half_life_days": 100.0}, channels=(0, PARTNER, DROPPED_CUSTOMER, 0)
    )
    half_life_h = 100 * CALENDAR_H

    assert [reactions.order_factor(customer, -0.5) for customer in (A, B, C)] == pytest.approx([0.75] * 3)
    assert [reactions.order_factor(customer, half_life_h) for customer in (A, B, C)] == pytest.approx([0.75, 0.9, 0.7])
    assert reactions.order_factor(C, 2 * half_life_h) == pytest.approx(0.55)


def test_a_contact_is_worth_the_orders_that_it_adds_to_a_customer() -> None:
    reactions = reacting()
    reactions.step = [0.75, 0.75, 0.75]

    # From 0 to 1.5 in a customer of 40 orders at twice the value: 80 × 1.5 ÷ 2.25.
    assert reactions.worth_of_contact(A, 0.0, 2.0) == pytest.approx(80 * 1.5 / 2.25)
    # From 0.75 to 2.25 in one of 20 orders at half the value: 10 × 0.25.
    assert reactions.worth_of_contact(B, 0.75, 2.0) == pytest.approx(2.5)


# --- demand ----------------------------------------------------------------------------------------------------------

STEADY = {"reaction.on": 0.0}
DOUBLING = {**STEADY, "demand.growth_per_year": 1.0}


def limit(come: Any) -> float:
    """Return the draw below which something comes; drawn at the ceiling of 1.25 × 1.6 = 2 or at that of leads of 1.6."""
    low, high = 0.0, 4.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        low, high = (middle, high) if come(middle) else (low, middle)
    return low


def test_demand_drawn_at_the_ceiling_comes_at_the_level_times_the_reaction() -> None:
    reactions = at_care(0.25, {"demand.level": 1.2})

    assert limit(lambda draw: reactions.demand_is_real(A, 0.0, draw)) == pytest.approx(1.2 * 0.75 / 2)
    assert limit(lambda draw: reactions.demand_is_real(A, 0.0, draw, 0.5)) == pytest.approx(0.5 * 1.2 * 0.75 / 2)
    assert not reactions.demand_is_real(LEAD, 0.0, 0.0)
    assert not reacting(STEADY).demand_is_real(A, 0.0, 0.5)


@pytest.mark.parametrize(("hour", "growth"), [(-1000.0, 1.0), (-0.5, 1.0), (0.0, 1.0), (1.0, 2**0.0005), (4000.0, 4.0)])
def test_demand_and_leads_grow_from_go_live_on(hour: float, growth: float) -> None:
    reactions = reacting(DOUBLING)

    assert limit(lambda draw: reactions.demand_is_real(A, hour, draw)) == pytest.approx(growth / 2, rel=1e-9)
    leads = limit(lambda draw: reactions.lead_is_real(LEAD, -1.0, hour, draw, new=True))
    assert leads == pytest.approx(min(growth / 1.6, 4.0), rel=1e-9)


def test_growth_of_the_first_hour_counts_in_full() -> None:
    half = limit(lambda draw: reacting(DOUBLING).lead_is_real(LEAD, -1.0, 0.5, draw, new=True))
    assert half == pytest.approx(2**0.00025 / 1.6, rel=1e-9)


def test_the_inflow_of_leads_changes_at_go_live() -> None:
    reactions = at_care(0.25, {"leads.inflow_factor": 0.4, "demand.level": 1.5})

    for hour, inflow in ((-0.5, 1.0), (0.0, 0.4), (0.5, 0.4)):
        new = limit(lambda draw, hour=hour: reactions.lead_is_real(LEAD, -1.0, hour, draw, new=True))
        known = limit(lambda draw, hour=hour: reactions.lead_is_real(A, -1.0, hour, draw, new=False))
        assert new == pytest.approx(1.5 * inflow / 1.6)
        assert known == pytest.approx(1.5 * inflow * 0.75 / 2)
    assert not reacting(STEADY).lead_is_real(LEAD, -1.0, 0.0, 0.625, new=True)


def test_recommended_leads_follow_the_orders_of_who_recommends_them() -> None:
    reactions = at_care(0.75)
    reactions.care = [0.25, 0.75, 2.25, 0.0]

    def leads(place: float) -> float:
        return 1.6 * limit(lambda draw: reactions.lead_is_real(LEAD, place, 0.0, draw, new=True))

    # Of 70 orders a year, the first 40 are the first customer's, the next 20 the second one's.
    assert [leads(place) for place in (0.0, 0.57, 0.58, 0.85, 0.86)] == pytest.approx([0.75, 0.75, 1.0, 1.0, 1.25])
    reactions.active[B] = False
    assert [leads(place) for place in (0.0, 0.79, 0.81)] == pytest.approx([5 / 7 * 0.75, 5 / 7 * 0.75, 5 / 7 * 1.25])
    assert reactions._referral(1.0, 0.0) == pytest.approx(5 / 7 * 0.5), "the last of all"
    reactions.active = [False] * 4
    assert reactions._referral(0.5, 0.0) == 0.0
    assert leads(-1.0) == pytest.approx(1.0), "nobody recommends these"


def test_few_orders_a_year_recommend_like_many() -> None:
    reactions = at_care(0.25, order_rate=np.array([0.2, 0.1, 0.1, 0.1]))
    assert reactions._referral(0.5, 0.0) == pytest.approx(0.75)
    assert at_care(0.25, order_rate=np.zeros(4))._referral(0.5, 0.0) == 0.0


def test_the_second_customer_recommends_when_the_first_is_lost() -> None:
    reactions = at_care(0.25)
    reactions.active[A] = False
    assert reactions._referral(0.5, 0.0) == pytest.approx(30 / 70 * 0.75)


# --- churn -----------------------------------------------------------------------------------------------------------

CHURN = {
    "reaction.churn_per_year": 0.5,
    "reaction.churn_care": 0.8,
    "reaction.late_churn_share": 0.5,
    "reaction.churn_level": 1.25,
    "reaction.forgiveness": 0.4,
}


def test_hazard_falls_with_care_and_rises_with_late_orders() -> None:
    reactions = at_care(0.75, CHURN)
    reactions.care = [0.25, 2.25, 0.75, 0.75]
    reactions.late = [2.0, 2.0, 0.0, 0.0]
    reactions.late_at = [0.0] * 4

    gone = reactions.churned(0.0, 200.0)

    base = 0.5 * 200 / YEAR_H / 1.25
    assert reactions.hazard == pytest.approx(
        [base * math.exp(0.4) * (1 + 0.5 * 2 * 0.9), base * math.exp(-1.2) * (1 + 0.5 * 2 * 0.6), base, 0.0]
    )
    assert gone == []


@pytest.mark.parametrize(("hour", "care"), [(-0.5, 0.25), (0.0, 0.75), (0.5, 0.75)])
def test_who_is_served_elsewhere_churns_as_today_from_go_live_on(hour: float, care: float) -> None:
    reactions = at_care(0.25, CHURN, channels=(0, PARTNER, DROPPED_CUSTOMER, 0))

    reactions.churned(hour, 200.0)

    base = 0.5 * 200 / YEAR_H / 1.25
    expected = [base * math.exp(-0.8 * (level - 0.75)) for level in (0.25, care, care)]
    assert reactions.hazard[:3] == pytest.approx(expected)


def test_customers_are_lost_once_when_their_hazard_reaches_their_threshold() -> None:
    reactions = reacting({**STEADY, "reaction.churn_per_year": 0.5})

    assert reactions.churned(0.0, 1000.0) == []
    assert reactions.churned(1000.0, 1000.0) == [A]
    assert reactions.churned(2000.0, 1000.0) == [B]
    assert reactions.churned(3000.0, 1000.0) == []

    assert reactions.active == [False, False, True, False]
    assert reactions.hazard.tolist() == [0.5, 0.75, 1.0, 0.0]


def test_the_state_of_all_customers_is_that_of_each() -> None:
    reactions = reacting({"reaction.late_before_A": 0.8})
    reactions.contacted(A, -20.0, 1.0, 0.0)
    reactions.delivered_late(B, 10.0)
    reactions.contact_person_lost(C, 20.0, planned=0.0)

    for hour in (30.0, 700.0):
        care, late, loss = reactions.state(hour)
        assert care == pytest.approx([reactions.care_level(customer, hour) for customer in range(4)], rel=1e-12)
        assert late == pytest.approx([reactions._late(customer, hour) for customer in range(4)], rel=1e-12)
        assert loss == pytest.approx([reactions._loss(customer, hour) for customer in range(4)], rel=1e-12)
    assert care[A] == pytest.approx(reactions.care[A] * 2 ** (-720.0 / HALF_LIFE_H[A]))


def test_lateness_and_lost_contact_persons_take_their_shares_of_orders() -> None:
    reactions = reacting({"reaction.late_rate_share": 0.1, "reaction.forgiveness": 0.4})

    kept = reactions.kept_share(np.array([0.5, 3.0]), np.array([1.0, 2.0]), np.array([0.25, 0.0]))

    assert kept == pytest.approx([0.9**0.8 * 0.75, 0.9 ** (2 * 0.6)])


# --- curves ----------------------------------------------------------------------------------------------------------


def test_a_segment_has_its_own_fall_rise_elasticity_and_level() -> None:
    own = {"fall_share": 0.5, "rise_share": 0.25, "elasticity_factor": 0.5}
    parameter_set = patched(
        CURVES,
        {f"reaction.B.{name}": value for name, value in own.items()},
        {"reaction.curve_exponent_B": 0.0, "reaction.elasticity": 0.3, "reaction.curve_level_C": 1.25},
    )

    curve, level = segment_curve(parameter_set, "B"), segment_curve(parameter_set, "C")

    assert (curve.lo, curve.hi) == pytest.approx((0.75, 1.125))
    assert curve.c == pytest.approx(0.15 * 0.375 / (0.25 * 0.125))
    assert curve.d == pytest.approx(0.75**curve.c * 0.125 / 0.25)
    assert (level(0.25), level(0.75)) == pytest.approx((1.25 * 0.75, 1.25))
    assert level(2.25) == 1.5, "no higher than the ceiling"
    assert (curve.ceiling, level.ceiling) == (1.5, 1.5)


def test_a_curve_is_no_steeper_than_numbers_bear() -> None:
    steep = {"lo": 0.5, "hi": 1.5, "elasticity": 200.0, "care_before": 1.0}
    assert Adbudg.through_today(**steep).c == 100.0
    assert Adbudg.through_today(**steep, exponent=2.0).c == 2.0
    assert Adbudg.through_today(**{**steep, "elasticity": 24.75}).c == 99.0


def test_a_curve_has_level_one_and_no_ceiling_unless_told() -> None:
    plain = Adbudg.through_today(lo=0.5, hi=1.5, elasticity=0.25, care_before=2.0, exponent=2.0)

    # Today's care of 2 gives d = 4: 0.5 + x² ÷ (4 + x²).
    assert [plain(x) for x in (0.0, 2.0, 4.0)] == pytest.approx([0.5, 1.0, 1.3])
    assert plain(1e6) == pytest.approx(1.5)
    assert Adbudg(lo=0.5, hi=1.5, c=1.0, d=1.0)(1.0) == 1.0
    lifted = Adbudg.through_today(
        lo=0.5, hi=1.5, elasticity=0.25, care_before=2.0, exponent=2.0, level=2.0, ceiling=2.4
    )
    assert [lifted(x) for x in (0.0, 4.0)] == pytest.approx([1.0, 2.4])
