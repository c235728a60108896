"""Sizing by the hours balance, filling posts, and sharing out customers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import ConfigError
from simkit.model.designs import load_design
from simkit.model.facts import example_facts
from simkit.model.parameters import load_defaults
from simkit.model.rules import compile_rules
from simkit.model.staffing import fill_units, hours_balance, largest_remainder, share_accounts, unit_sizes


@settings(derandomize=True, deadline=None, max_examples=60)
@given(hours=st.lists(st.floats(0, 1e5), min_size=1, max_size=6), posts=st.integers(0, 60))
def test_largest_remainder_places_every_post_and_nobody_is_more_than_one_off(hours: list[float], posts: int) -> None:
    named = {str(number): value for number, value in enumerate(hours)}

    sizes = largest_remainder(named, posts)

    assert sum(sizes.values()) == posts
    total = sum(hours)
    working = sum(value > 0 for value in hours)
    if total > 0 and posts >= working:
        assert all(sizes[name] >= 1 for name, value in named.items() if value > 0 and posts * value / total >= 1e-3)
        # One post may go to a unit that would otherwise stay empty.
        assert all(abs(sizes[name] - posts * value / total) <= len(hours) for name, value in named.items())


def test_balance_moves_bespoke_coordination_to_service_design() -> None:
    facts, tree = example_facts(customers=200, posts=20, orders_per_year=3000), load_defaults()
    design = load_design("stretched_t", switches=("service_design",))
    free = {"building.share": 0, "handover.giver_h": 0, "handover.taker_h": 0, "handover.specialist_effort_factor": 1}
    from dataclasses import replace

    today = load_design("baseline")
    rules = compile_rules(today.on(tree), 0.68)
    split = replace(design, overlay={**free, "handover.clarification_chance": 0})
    split_rules = compile_rules(split.on(tree), 0.68)

    before = hours_balance(today, facts, tree, rules)
    after = hours_balance(split, facts, split.on(tree), split_rules)

    assert sum(after.values()) == pytest.approx(before["sales"])
    assert 0 < after["service_design"] < after["sales"]


def test_sizes_that_do_not_fit_the_posts_are_refused() -> None:
    design = load_design("hunter_farmer").resized({"hunters": 3, "farmers": -2})

    with pytest.raises(ConfigError, match="do not add up"):
        unit_sizes(design, {"hunters": 10.0, "farmers": 90.0}, 10)


def test_units_that_prefer_ability_get_the_ablest_posts() -> None:
    seats = fill_units(load_design("hunter_farmer"), {"hunters": 2, "farmers": 2}, [0.1, 2.0, -1.0, 0.5])

    assert seats == ["farmers", "hunters", "farmers", "hunters"]


def test_accounts_are_shared_evenly_and_few_change_hands() -> None:
    hours = [10.0, 9.0, 8.0, 7.0, 6.0, 5.0]
    first = share_accounts(range(6), hours, {0: 1.0, 1: 1.0}, {})

    again = share_accounts(range(6), hours, {0: 1.0, 1: 1.0}, first)
    without = share_accounts(range(6), hours, {1: 1.0, 2: 1.0}, first, slack=math.inf)

    assert again == first
    loads = [sum(hours[c] for c, slot in first.items() if slot == s) for s in (0, 1)]
    assert abs(loads[0] - loads[1]) <= 3
    assert all(without[c] == 1 for c, slot in first.items() if slot == 1)
    assert all(without[c] == 2 for c, slot in first.items() if slot == 0)


def test_part_time_posts_get_smaller_accounts() -> None:
    owner = share_accounts(range(30), [1.0] * 30, {0: 1.0, 1: 0.5}, {})

    assert sum(slot == 0 for slot in owner.values()) == 20
