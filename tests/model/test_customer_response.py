"""How customers react: the curve goes through today, lateness fades, a lost contact person costs the configured share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.parameter_set import ParameterSet
from simkit.model.engine.customer_response import Adbudg, Reactions
from simkit.model.inputs.arrivals import KINDS, arrival_table
from simkit.model.inputs.channels import channels
from simkit.model.inputs.model_inputs import ModelInputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS
from tests.model.conftest import SMALL, patched


@settings(derandomize=True, deadline=None, max_examples=50)
@given(lo=st.floats(0.3, 0.9), hi=st.floats(1.1, 2.0), elasticity=st.floats(0.05, 0.6), before=st.floats(0.2, 1.5))
def test_adbudg_gives_one_today_with_the_elasticity_of_the_parameter(
    lo: float, hi: float, elasticity: float, before: float
) -> None:
    curve = Adbudg.through_today(lo=lo, hi=hi, elasticity=elasticity, care_before=before)

    step = 1e-5
    slope = (math.log(curve(before * (1 + step))) - math.log(curve(before * (1 - step)))) / (2 * step)
    assert curve(before) == pytest.approx(1.0)
    assert slope == pytest.approx(elasticity, rel=1e-4)
    assert curve(0.0) == pytest.approx(lo)
    assert lo < curve(0.5) < hi


NOBODY_LEAVES = {"reaction.churn_per_year": 0}


def reacting(inputs: ReplicationInputs, parameter_set: ParameterSet, model_inputs: ModelInputs) -> Reactions:
    rules = compile_rules(load_design("baseline").on(parameter_set), model_inputs.calendar_ratio)
    return Reactions(inputs, parameter_set, rules, channels(inputs, parameter_set))


@pytest.fixture
def reactions(small_inputs: ModelInputs) -> Reactions:
    parameter_set = patched(SMALL)
    inputs = draw_inputs(small_inputs, parameter_set, seed=1, replication=0)
    return reacting(inputs, parameter_set, small_inputs)


def test_contacts_at_the_needed_rate_keep_the_care_level_near_one(reactions: Reactions) -> None:
    customer, interval_h = 0, reactions.year_h / 13.3  # an A customer: 13.3 contacts needed per year
    levels = []
    for turn in range(60):
        reactions.contacted(customer, turn * interval_h, 1.0, 0.0)
        levels.append(reactions.care_level(customer, (turn + 0.5) * interval_h))

    assert np.mean(levels[30:]) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("name", SEGMENTS)
def test_customers_served_as_today_order_as_today_and_more_care_brings_the_elasticity_however_rare_it_is(
    small_inputs: ModelInputs, name: str
) -> None:
    parameter_set = patched(SMALL)
    inputs, segment = draw_inputs(small_inputs, parameter_set, seed=1, replication=0), SEGMENTS.index(name)

    def mean_order_rate(share_of_today: float) -> float:
        reactions = reacting(inputs, parameter_set, small_inputs)
        customer = list(reactions.segment).index(segment)
        needed = parameter_set.value(f"care.{name}.needed_contacts_per_year")
        interval_h = reactions.year_h / (needed * reactions.care_before[segment] * share_of_today)
        rates = []
        for turn in range(60):
            reactions.contacted(customer, turn * interval_h, 1.0, 0.0)
            places = np.linspace(0.0, 1.0, 40, endpoint=False)
            rates += [reactions.order_factor(customer, (turn + place) * interval_h) for place in places if turn >= 30]
        return float(np.mean(rates))

    today = mean_order_rate(1.0)
    elasticity = parameter_set.value("reaction.elasticity") * parameter_set.value(f"reaction.{name}.elasticity_factor")
    assert today == pytest.approx(1.0, abs=0.005)
    assert math.log(mean_order_rate(1.1) / today) / math.log(1.1) == pytest.approx(elasticity, rel=0.02)


@pytest.mark.parametrize("name", SEGMENTS)
def test_less_care_lowers_the_order_rate_down_to_its_floor_and_loses_customers_of_every_segment(
    small_inputs: ModelInputs, name: str
) -> None:
    parameter_set, segment = patched(SMALL), SEGMENTS.index(name)
    inputs = draw_inputs(small_inputs, parameter_set, seed=1, replication=0)
    rates, hazards = [], []
    for share in (0.0, 0.5, 1.0, 1.5):
        reactions = reacting(inputs, parameter_set, small_inputs)
        customer = list(reactions.segment).index(segment)
        reactions.care[customer], reactions.care_at[customer] = share * reactions.care_before[segment], 0.0
        rates.append(reactions.order_factor(customer, 0.0))
        reactions.churned(0.0, 1.0)
        hazards.append(reactions.hazard[customer])

    assert rates == sorted(set(rates)) and hazards == sorted(set(hazards), reverse=True)
    assert rates[0] == pytest.approx(parameter_set.value("reaction.rate_floor"))
    assert rates[2] == pytest.approx(1.0)


def test_late_orders_lower_the_rate_and_fade_with_their_half_life(reactions: Reactions) -> None:
    before = reactions.order_factor(0, 0.0)
    reactions.delivered_late(0, 0.0)

    half_life_h = math.log(2) / reactions.late_decay
    assert reactions.order_factor(0, 0.0) == pytest.approx(before * 0.95)
    assert reactions._late(0, half_life_h) == pytest.approx(0.5)


def test_a_departure_costs_the_configured_share_of_the_years_business_and_is_repaired_in_a_year(
    reactions: Reactions,
) -> None:
    reactions.contact_person_lost(0, 0.0, planned=0.0)

    hours = np.linspace(0.0, reactions.year_h, 1001)
    losses = [reactions._loss(0, hour) for hour in hours]
    assert np.mean(losses) == pytest.approx(0.153, abs=1e-3)
    assert reactions._loss(0, reactions.year_h) == 0.0
    reactions.contact_person_lost(1, 0.0, planned=1.0)
    assert reactions._loss(1, 0.0) == pytest.approx(2 * 0.153 / 3, rel=2e-3)


def test_churn_follows_the_yearly_rate_when_nothing_reacts(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL, {"reaction.on": 0, "reaction.churn_per_year": 0.2})
    gone = []
    for replication in range(40):
        inputs = draw_inputs(small_inputs, parameter_set, seed=1, replication=replication)
        reactions = reacting(inputs, parameter_set, small_inputs)
        lost = sum(len(reactions.churned(week * 40.0, 40.0)) for week in range(50))
        gone.append(lost / len(small_inputs.customers))

    expected = 1 - math.exp(-0.2)
    assert np.mean(gone) == pytest.approx(expected, abs=4 * np.std(gone, ddof=1) / math.sqrt(len(gone)))


def test_the_master_switch_turns_the_reaction_of_orders_off(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL, {"reaction.on": 0})
    inputs = draw_inputs(small_inputs, parameter_set, seed=1, replication=0)
    reactions = reacting(inputs, parameter_set, small_inputs)
    reactions.delivered_late(0, 0.0)
    reactions.contact_person_lost(0, 0.0, planned=0.0)

    assert reactions.order_factor(0, 0.0) == 1.0


def factor(model_inputs: ModelInputs, at_h: float, *, late: bool = False, **parameters: float) -> float:
    parameter_set = patched(SMALL, {name.replace("__", "."): value for name, value in parameters.items()})
    reactions = reacting(draw_inputs(model_inputs, parameter_set, seed=1, replication=0), parameter_set, model_inputs)
    reactions.care[0], reactions.care_at[0] = reactions.care_before[0], at_h
    if late:
        reactions.delivered_late(0, at_h)
    return reactions.order_factor(0, at_h)


def test_a_price_rise_costs_orders_by_its_elasticity_after_go_live_only(small_inputs: ModelInputs) -> None:
    rise = {"price__rise_share": 0.1, "price__elasticity": 1.5}

    assert factor(small_inputs, 0.0, **rise) == pytest.approx(factor(small_inputs, 0.0) * 1.1**-1.5)
    assert factor(small_inputs, -8.0, **rise) == factor(small_inputs, -8.0)


def test_well_served_customers_mind_a_price_rise_less_where_the_tolerance_says_so(small_inputs: ModelInputs) -> None:
    rise = {"price__rise_share": 0.1, "price__elasticity": 1.5, "reaction__care_before_A": 0.8}

    tolerant = factor(small_inputs, 0.0, price__tolerance=0.5, **rise)

    assert tolerant == pytest.approx(factor(small_inputs, 0.0, reaction__care_before_A=0.8) * 1.1 ** (-1.5 * 0.6))


def test_a_better_fitting_offer_raises_the_order_rate_after_go_live(small_inputs: ModelInputs) -> None:
    assert factor(small_inputs, 0.0, reaction__offer_fit=1.1) == pytest.approx(1.1 * factor(small_inputs, 0.0))
    assert factor(small_inputs, -8.0, reaction__offer_fit=1.1) == factor(small_inputs, -8.0)


def test_well_served_customers_forgive_lateness_by_the_parameter(small_inputs: ModelInputs) -> None:
    on_time = factor(small_inputs, 0.0)

    unforgiven = factor(small_inputs, 0.0, late=True) / on_time
    forgiven = factor(small_inputs, 0.0, late=True, reaction__forgiveness=0.5) / on_time

    assert unforgiven == pytest.approx(0.95)
    assert forgiven == pytest.approx(0.95 ** (1 - 0.5 * 0.75))


def test_the_share_of_bespoke_orders_rises_by_the_parameter_each_year(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL, {"time.horizon_years": 3, "demand.bespoke_rise_per_year": 0.1})
    flat = patched(SMALL, {"time.horizon_years": 3})

    def shares(parameters: ParameterSet) -> np.ndarray:
        table = draw_inputs(small_inputs, parameters, seed=1, replication=0).orders
        at, bespoke = np.array(table.at), np.array(table.order_class) == 2
        own = np.isfinite(at)
        year = np.floor(at[own] / 2000)
        return np.array([bespoke[own][year == y].mean() for y in range(3)])

    rise = shares(parameter_set) - shares(flat)
    assert rise == pytest.approx([0.05, 0.15, 0.25], abs=0.04)


def test_new_leads_follow_the_care_of_who_recommends_them(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL)
    reactions = reacting(draw_inputs(small_inputs, parameter_set, seed=1, replication=0), parameter_set, small_inputs)
    draws = np.linspace(0.005, 0.995, 100)
    newcomer = len(small_inputs.customers)

    def coming(referrer: float) -> int:
        return sum(reactions.lead_is_real(newcomer, referrer, 0.0, draw, new=True) for draw in draws)

    reactions.care[0], reactions.care_at[0] = reactions.care_before[0], 0.0
    as_today = coming(0.0)  # the first of all orders are the first customer's
    assert as_today == pytest.approx(100 / 1.25, abs=1)  # drawn at the ceiling of 1.25
    reactions.care[0] = 0.1
    assert coming(0.0) < as_today
    assert coming(0.5) > coming(0.0)
    reactions.active = [False] * len(reactions.active)
    assert coming(0.0) == 0


def test_demand_grows_from_go_live_by_the_parameter(small_inputs: ModelInputs) -> None:
    parameter_set = patched(SMALL, {"demand.growth_per_year": 0.2, "time.horizon_years": 2, **NOBODY_LEAVES})
    inputs = draw_inputs(small_inputs, parameter_set, seed=1, replication=0)

    assert inputs.ceiling_level == pytest.approx(1.44)
    table = arrival_table(inputs, *(compile_rules(parameter_set, small_inputs.calendar_ratio),) * 2)
    at = np.array(table.at)[np.array(table.kind) == KINDS.index("service")]
    first, second = ((at >= low) & (at < low + 2000.0) for low in (0.0, 2000.0))
    assert second.sum() / first.sum() == pytest.approx(1.2, abs=4 * math.sqrt(2 / first.sum()))
