"""Sizing by the hours balance, filling posts, and sharing out customers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import same
from simkit.model.engine.engine import Run
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.rules.plain_parameters import compile_rules
from simkit.model.rules.staffing import (
    account_loads,
    fill_units,
    hours_balance,
    largest_remainder,
    receiving_units,
    share_accounts,
    small_units,
    unit_sizes,
)
from simkit.model.rules.workload import received_contacts
from simkit.model.specification.designs import Design, Route, UnitSpec, load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.model.specification.overrides import names_of
from tests.model.conftest import SMALL, patched


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
    model_inputs, parameter_set = example_inputs(customers=200, posts=20, orders_per_year=3000), load_defaults()
    design = load_design("stretched_t", switches=("service_design",))
    free = {"building.share": 0, "handover.giver_h": 0, "handover.taker_h": 0, "handover.specialist_effort_factor": 1}
    today = load_design("baseline")
    rules = compile_rules(today.on(parameter_set), 0.68)
    split = replace(design, override={**free, "handover.clarification_chance": 0})
    split_rules = compile_rules(split.on(parameter_set), 0.68)

    before = hours_balance(today, model_inputs, parameter_set, rules)
    after = hours_balance(split, model_inputs, split.on(parameter_set), split_rules)

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


def pods(sizes: dict[str, int | None] | None = None) -> Design:
    """Three units in a line: the engineer's work goes to the coordinator, the coordinator's to the frontline."""
    fallback = {"engineer": "coordinator", "coordinator": "front", "front": None}
    units = tuple(
        UnitSpec(name=name, title=same(name), fallback=fallback[name], size=(sizes or {}).get(name))
        for name in ("front", "coordinator", "engineer")
    )
    return replace(load_design("baseline"), units=units, routes=(Route(unit="front"),))


@pytest.mark.parametrize(
    ("hours", "posts", "expected"),
    [
        # 9.6, 0.3, 0.1 posts: the engineer joins the coordinator, together under half a post, so both join the front.
        ({"front": 96.0, "coordinator": 3.0, "engineer": 1.0}, 10, {"front": 10, "coordinator": 0, "engineer": 0}),
        # 0.4 and 0.4 posts make one coordinator of 0.8.
        ({"front": 92.0, "coordinator": 4.0, "engineer": 4.0}, 10, {"front": 9, "coordinator": 1, "engineer": 0}),
        # Half a post is enough.
        ({"front": 90.0, "coordinator": 5.0, "engineer": 5.0}, 10, {"front": 8, "coordinator": 1, "engineer": 1}),
        ({"front": 60.0, "coordinator": 20.0, "engineer": 20.0}, 1, {"front": 1, "coordinator": 0, "engineer": 0}),
        ({"front": 60.0, "coordinator": 20.0, "engineer": 20.0}, 0, {"front": 0, "coordinator": 0, "engineer": 0}),
    ],
)
def test_a_unit_with_a_fallback_is_formed_from_half_a_post_on(
    hours: dict[str, float], posts: int, expected: dict[str, int]
) -> None:
    assert unit_sizes(pods(), hours, posts) == expected


def test_a_unit_without_a_fallback_is_formed_however_small_it_is() -> None:
    design = load_design("hunter_farmer")
    design = replace(design, units=tuple(replace(unit, fallback=None) for unit in design.units))
    sizes = unit_sizes(design, {"hunters": 1.0, "farmers": 999.0}, 10)

    assert sizes == {"hunters": 1, "farmers": 9}


def test_hours_of_an_unformed_unit_go_past_an_empty_one_and_leave_the_sizes_that_are_given() -> None:
    given = pods({"front": 4})

    sizes = unit_sizes(given, {"front": 50.0, "coordinator": 49.0, "engineer": 1.0}, 10)

    assert sizes == {"front": 4, "coordinator": 6, "engineer": 0}


def test_the_work_of_a_unit_without_posts_goes_down_the_line_of_fallbacks() -> None:
    assert receiving_units(pods(), {"front": 9, "coordinator": 0, "engineer": 0}) == {
        "front": "front",
        "coordinator": "front",
        "engineer": "front",
    }
    assert receiving_units(pods(), {"front": 9, "coordinator": 1, "engineer": 0})["engineer"] == "coordinator"
    assert receiving_units(pods(), {"front": 0, "coordinator": 0, "engineer": 3})["front"] == "front"


def test_accounts_of_a_segment_team_without_posts_belong_to_its_fallback() -> None:
    model_inputs, parameter_set = example_inputs(customers=40, posts=3, orders_per_year=300), load_defaults()
    design = load_design("key_accounts")
    rules = compile_rules(design.on(parameter_set), 0.68)
    receiving = receiving_units(design, {"key_accounts": 0, "sales": 3})
    rates = model_inputs.customers["order_rate_per_year"].tolist()

    loads = account_loads(design, [0] * 40, rates, rules, (0.4, 0.35, 0.25), receiving)
    alone = account_loads(design, [0] * 40, rates, rules, (0.4, 0.35, 0.25))

    assert loads.unit == ("sales", "sales", "sales")
    assert alone.unit == ("key_accounts", "sales", "sales")
    assert loads.hours == alone.hours


@pytest.mark.parametrize("posts", [1, 2, 5, 8, 20, 100])
@pytest.mark.parametrize("name", names_of("designs"))
def test_every_shipped_design_places_every_post_of_a_small_and_a_large_client(name: str, posts: int) -> None:
    model_inputs, parameter_set = (
        example_inputs(customers=15 * posts, posts=posts, orders_per_year=230 * posts),
        load_defaults(),
    )
    design = load_design(name)
    hours = hours_balance(design, model_inputs, design.on(parameter_set), compile_rules(design.on(parameter_set), 0.68))

    sizes = unit_sizes(design, hours, posts)
    receiving = receiving_units(design, sizes)

    assert sum(sizes.values()) == posts
    with_fallback = {unit.name for unit in design.units if unit.fallback is not None}
    assert all(sizes[receiving[unit]] > 0 for unit in with_fallback)


@pytest.mark.parametrize("name", ["pods", "key_accounts", "inside_sales_hub"])
def test_customers_of_a_team_without_posts_have_an_owner_where_its_work_goes(name: str) -> None:
    parameter_set = patched(SMALL, {"time.horizon_years": 0.25})
    inputs = draw_inputs(
        example_inputs(customers=15, posts=1, orders_per_year=240), parameter_set, seed=1, replication=0
    )
    run = Run(inputs, load_design(name), parameter_set, load_design("baseline"))

    run.record()

    assert list(run.organisation.seats) == [run.organisation.routes["care", 0, 0]]
    assert set(run.organisation.owner) == set(range(len(inputs.customers.segment)))


CARE_OF_A = {"care.A.needed_contacts_per_year": 20, "care.A.contacts_per_year": 10}


def care_hours(design: Design, received: float, *, sized_like_today: bool = True) -> float:
    """Return what a hundred customers change about the hours of the unit that cares for A customers."""
    parameter_set = patched(CARE_OF_A, {"reaction.care_before_A": received})
    model_inputs = example_inputs(customers=100, posts=8, orders_per_year=1500)
    on_design = design.on(parameter_set)
    hours = hours_balance(
        design,
        model_inputs,
        on_design,
        compile_rules(on_design, 0.68),
        today=load_design("baseline").on(parameter_set) if sized_like_today else None,
    )
    return hours[design.unit_for("care", 0, 0)]


def test_units_are_sized_by_the_contacts_that_customers_receive_today_and_not_by_the_plan() -> None:
    design = load_design("key_accounts")
    plain = replace(design, scale={})
    customers = example_inputs(customers=100, posts=8, orders_per_year=1500).segment_customers()["A"]
    contact_h = sum(load_defaults().value(f"care.A.{part}_h") for part in ("preparation", "travel", "talk"))

    # 16 received contacts instead of 8, at the same plan of 10.
    assert care_hours(plain, 0.8) - care_hours(plain, 0.4) == pytest.approx(customers * 8 * contact_h)
    assert care_hours(plain, 0.5) == pytest.approx(care_hours(plain, 0.5, sized_like_today=False))  # received = planned
    # A quarter more is planned than today: a quarter more is received.
    assert care_hours(design, 0.8) - care_hours(plain, 0.8) == pytest.approx(customers * 16 * 0.25 * contact_h)


def test_received_contacts_by_phone_count_by_their_weight_and_a_plan_out_of_nothing_is_added() -> None:
    today = patched(CARE_OF_A, {"reaction.care_before_A": 0.6, "care.A.by_phone": 1, "care.phone_weight": 0.5})
    assert received_contacts(today, today)[0] == pytest.approx(20 * 0.6 / 0.5)
    unplanned = patched(CARE_OF_A, {"reaction.care_before_A": 0.6, "care.A.contacts_per_year": 0})
    planned = patched(CARE_OF_A, {"reaction.care_before_A": 0.6, "care.A.contacts_per_year": 3})
    assert received_contacts(unplanned, planned)[0] == pytest.approx(12 + 3)


def test_units_of_one_or_two_posts_are_warned_of_with_who_takes_over() -> None:
    design = load_design("stretched_t")
    found = small_units(design, {"team_a": 1, "team_b": 2, "team_c": 3, "service_design": 0})

    assert [(one.title.en, one.posts, one.fallback and one.fallback.en) for one in found] == [
        ("Team A", 1, "Team B"),
        ("Team B", 2, None),
    ]
    assert "one post" in found[0].words.en and "Team B" in found[0].words.en
    assert "zwei Stellen" in found[1].words.de and "keine Vertretung" in found[1].words.de
    assert small_units(load_design("baseline"), {"sales": 2}) == ()  # nobody else is there
    late = replace(design, units=tuple(replace(unit, fallback_after_h=math.inf) for unit in design.units))
    assert small_units(late, {"team_a": 1, "team_b": 9})[0].fallback is None  # only once the unit has no posts
