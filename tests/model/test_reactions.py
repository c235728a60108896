"""How customers react: the curve goes through today, lateness fades, a lost contact person costs the configured share."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.parameters import Parameters
from simkit.model.channels import channels
from simkit.model.designs import load_design
from simkit.model.facts import Facts
from simkit.model.reactions import Adbudg, Reactions
from simkit.model.rules import compile_rules
from simkit.model.world import World, draw_world
from tests.model.conftest import SMALL, patched


@settings(derandomize=True, deadline=None, max_examples=50)
@given(lo=st.floats(0.3, 0.9), hi=st.floats(1.1, 2.0), elasticity=st.floats(0.05, 0.6), before=st.floats(0.2, 1.5))
def test_adbudg_gives_one_today_with_the_elasticity_of_the_leaf(
    lo: float, hi: float, elasticity: float, before: float
) -> None:
    curve = Adbudg.through_today(lo=lo, hi=hi, elasticity=elasticity, care_before=before)

    step = 1e-5
    slope = (math.log(curve(before * (1 + step))) - math.log(curve(before * (1 - step)))) / (2 * step)
    assert curve(before) == pytest.approx(1.0)
    assert slope == pytest.approx(elasticity, rel=1e-4)
    assert curve(0.0) == pytest.approx(lo)
    assert lo < curve(0.5) < hi


def reacting(world: World, tree: Parameters, facts: Facts) -> Reactions:
    rules = compile_rules(load_design("baseline").on(tree), facts.calendar_ratio)
    return Reactions(world, tree, rules, channels(world, tree))


@pytest.fixture
def reactions(small_facts: Facts) -> Reactions:
    tree = patched(SMALL)
    world = draw_world(small_facts, tree, seed=1, replication=0)
    return reacting(world, tree, small_facts)


def test_contacts_at_the_planned_rate_keep_the_care_level_near_one(reactions: Reactions) -> None:
    customer, interval_h = 0, reactions.year_h / 12  # an A customer: 12 contacts a year
    levels = []
    for turn in range(60):
        reactions.contacted(customer, turn * interval_h, 1.0, 0.0)
        levels.append(reactions.care_level(customer, (turn + 0.5) * interval_h))

    assert np.mean(levels[30:]) == pytest.approx(1.0, abs=0.02)


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


def test_churn_follows_the_yearly_rate_when_nothing_reacts(small_facts: Facts) -> None:
    tree = patched(SMALL, {"reaction.on": 0, "reaction.churn_per_year": 0.2})
    gone = []
    for replication in range(40):
        world = draw_world(small_facts, tree, seed=1, replication=replication)
        reactions = reacting(world, tree, small_facts)
        lost = sum(len(reactions.churned(week * 40.0, 40.0)) for week in range(50))
        gone.append(lost / len(small_facts.customers))

    expected = 1 - math.exp(-0.2)
    assert np.mean(gone) == pytest.approx(expected, abs=4 * np.std(gone, ddof=1) / math.sqrt(len(gone)))


def test_the_master_switch_turns_the_reaction_of_orders_off(small_facts: Facts) -> None:
    tree = patched(SMALL, {"reaction.on": 0})
    world = draw_world(small_facts, tree, seed=1, replication=0)
    reactions = reacting(world, tree, small_facts)
    reactions.delivered_late(0, 0.0)
    reactions.contact_person_lost(0, 0.0, planned=0.0)

    assert reactions.order_factor(0, 0.0) == 1.0
