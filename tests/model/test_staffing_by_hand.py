"""Sizing, filling and sharing out, computed by hand for two units."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import same
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.rules.plain_parameters import Rules, compile_rules
from simkit.model.rules.staffing import (
    account_loads,
    fill_units,
    formed_hours,
    hours_balance,
    largest_remainder,
    receiving_units,
    share_accounts,
    small_units,
    unit_sizes,
)
from simkit.model.rules.workload import Load, yearly_loads
from simkit.model.specification.designs import Design, Route, UnitSpec, load_design
from tests.model.conftest import patched

SHARES = (0.5, 0.3, 0.2)


def organisation(*routes: Route, units: Sequence[UnitSpec] = ()) -> Design:
    """Return a front and a desk of specialists who build modules; coordination goes to the desk unless told otherwise."""
    two = (
        UnitSpec(name="front", title=same("front")),
        UnitSpec(name="desk", title=same("desk"), specialist=True, builds=True, fallback="front"),
    )
    to_desk = tuple(Route(unit="desk", work=work) for work in ("coordination", "feasibility"))
    return replace(load_design("baseline"), units=tuple(units) or two, routes=routes or (*to_desk, Route(unit="front")))


def plain_rules(**changes: float) -> Rules:
    rules = compile_rules(patched(), 0.68)
    free = {
        "giver_h": 0.0,
        "taker_h": 0.0,
        "clarification_chance": 0.0,
        "specialist_factor": 1.0,
        "building_share": 0.0,
    }
    return replace(rules, **{**free, **changes})


# --- the balance of hours --------------------------------------------------------------------------------------------


def balance(rules: Rules) -> tuple[dict[str, float], list[Load]]:
    model_inputs, parameter_set = example_inputs(customers=40, posts=4, orders_per_year=500), patched()
    loads = list(yearly_loads(model_inputs, parameter_set, rules))
    return hours_balance(organisation(), model_inputs, parameter_set, rules), loads


def hours_of(loads: Sequence[Load], *, desk: bool) -> float:
    return sum(load.per_year * load.hours_h for load in loads if (load.work in ("coordination", "feasibility")) is desk)


def test_hours_go_to_the_unit_that_the_work_is_routed_to() -> None:
    found, loads = balance(plain_rules())

    assert found == pytest.approx({"front": hours_of(loads, desk=False), "desk": hours_of(loads, desk=True)})
    assert list(found) == ["front", "desk"]


def test_specialists_coordinate_with_their_own_effort_and_builders_need_more_time() -> None:
    found, loads = balance(plain_rules(specialist_factor=0.5, building_share=0.2))

    assert found["front"] == pytest.approx(hours_of(loads, desk=False))
    assert found["desk"] == pytest.approx(0.5 * hours_of(loads, desk=True) / 0.8)


def test_the_factor_of_specialists_is_for_coordination_in_units_of_specialists_only() -> None:
    model_inputs, parameter_set, rules = example_inputs(customers=40, posts=4), patched(), plain_rules()
    all_in = organisation(Route(unit="desk"))
    generalists = replace(all_in, units=tuple(replace(unit, specialist=False) for unit in all_in.units))
    loads = list(yearly_loads(model_inputs, parameter_set, rules))

    def hours(design: Design, factor: float) -> float:
        return hours_balance(design, model_inputs, parameter_set, replace(rules, specialist_factor=factor))["desk"]

    assert hours(all_in, 3.0) - hours(all_in, 1.0) == pytest.approx(2 * hours_of(loads, desk=True))
    assert hours(generalists, 3.0) == pytest.approx(hours(generalists, 1.0))


def test_each_order_that_is_coordinated_elsewhere_is_handed_over_twice_and_clarified_once() -> None:
    hand_over = {"giver_h": 1.0, "taker_h": 2.0, "clarification_chance": 0.5}
    clarification = {"clarification_giver_h": 4.0, "clarification_taker_h": 8.0}
    rules = plain_rules(**hand_over, **clarification)
    orders = list(rules.order_hours)
    orders[0] = replace(orders[0], partner_h=0.0)  # nothing to coordinate
    orders[1] = replace(orders[1], partner_h=0.01)
    found, loads = balance(replace(rules, order_hours=tuple(orders)))

    coordinated = sum(load.per_year for load in loads if load.work == "coordination" and load.order_class > 0)
    # To the desk 1 + 0.5 × 4 and 2 + 0.5 × 8; back again 1 and 2.
    assert found["front"] == pytest.approx(hours_of(loads, desk=False) + coordinated * (3 + 2))
    assert found["desk"] == pytest.approx(hours_of(loads, desk=True) + coordinated * (6 + 1))


# --- posts by unit ---------------------------------------------------------------------------------------------------


def sized(front: int | None, desk: int | None, /, **resize: int) -> Design:
    sizes = {"front": front, "desk": desk}
    units = (replace(unit, size=sizes[unit.name], fallback=None) for unit in organisation().units)
    return organisation(units=[replace(unit, resize=resize.get(unit.name, 0)) for unit in units])


def test_given_sizes_stand_and_the_rest_is_for_the_others() -> None:
    hours = {"front": 10.0, "desk": 90.0}
    assert unit_sizes(sized(4, 3), hours, 7) == {"front": 4, "desk": 3}
    assert unit_sizes(sized(4, None), hours, 7) == {"front": 4, "desk": 3}
    assert unit_sizes(sized(4, None), hours, 4) == {"front": 4, "desk": 0}
    for design, posts in ((sized(4, 3), 8), (sized(4, 3), 6), (sized(4, None), 3)):
        held = 7 if design.units[1].size else 4
        with pytest.raises(ConfigError, match=f"hold {held} posts, the client {posts}"):
            unit_sizes(design, hours, posts)


def test_posts_are_moved_from_the_balance_down_to_none_but_not_below() -> None:
    hours = {"front": 80.0, "desk": 20.0}
    assert unit_sizes(sized(None, None, front=1, desk=-1), hours, 10) == {"front": 9, "desk": 1}
    assert unit_sizes(sized(None, None, front=2, desk=-2), hours, 10) == {"front": 10, "desk": 0}
    for change in ({"front": 3, "desk": -3}, {"front": 1}, {"desk": -1}):
        with pytest.raises(ConfigError, match="do not add up"):
            unit_sizes(sized(None, None, **change), hours, 10)


def test_as_many_units_as_posts_are_all_formed_and_one_more_is_not() -> None:
    design, hours = organisation(), {"front": 60.0, "desk": 40.0}

    assert formed_hours(design, hours, 2) == hours
    assert formed_hours(design, hours, 1) == {"front": 100.0}
    assert formed_hours(design, {"front": 0.0, "desk": 0.0}, 1) == {"front": 0.0}
    assert formed_hours(design, {"front": 0.0, "desk": 0.0}, 2) == {"front": 0.0, "desk": 0.0}


def test_half_a_post_is_the_least_work_of_a_unit_with_a_fallback() -> None:
    design = organisation()

    assert formed_hours(design, {"front": 95.0, "desk": 5.0}, 10) == {"front": 95.0, "desk": 5.0}
    assert formed_hours(design, {"front": 95.1, "desk": 4.9}, 10) == {"front": 100.0}
    assert formed_hours(design, {"desk": 4.9}, 10) == {"desk": 4.9}, "the front has a given size"


@pytest.mark.parametrize(
    ("hours", "posts", "sizes"),
    [
        ((5.0, 3.0, 2.0), 7, [4, 2, 1]),  # 3.5, 2.1 and 1.4
        ((3.0, 5.0, 2.0), 7, [2, 4, 1]),
        ((0.3, 0.7), 10, [3, 7]),
        ((1.0, 1.0), 3, [2, 1]),  # of equal remainders the first
        ((97.0, 2.0, 1.0), 3, [1, 1, 1]),
        ((97.0, 3.0), 2, [1, 1]),
        ((6.0, 4.0), 1, [1, 0]),
        ((97.0, 3.0, 0.0), 5, [4, 1, 0]),
        ((0.0, 0.0, 0.0), 5, [2, 2, 1]),
        ((0.0, 0.0, 0.0), 2, [1, 1, 0]),
        ((), 0, []),
    ],
)
def test_posts_follow_the_largest_remainder_and_work_gets_a_post_while_there_are_enough(
    hours: tuple[float, ...], posts: int, sizes: list[int]
) -> None:
    found = largest_remainder({str(number): value for number, value in enumerate(hours)}, posts)
    assert list(found.values()) == sizes


def test_small_units_are_warned_of_beside_others_only() -> None:
    design = organisation()

    assert [one.posts for one in small_units(design, {"front": 2, "desk": 1})] == [2, 1]
    assert [one.title for one in small_units(design, {"front": 3, "desk": 2})] == [same("desk")]
    assert small_units(design, {"front": 1, "desk": 0}) == small_units(design, {"front": 1}) == ()


def test_work_of_a_unit_that_is_not_among_the_sizes_goes_to_its_fallback() -> None:
    assert receiving_units(organisation(), {"front": 1}) == {"front": "front", "desk": "front"}
    assert receiving_units(organisation(), {"desk": 1}) == {"front": "front", "desk": "desk"}


def test_who_prefers_ability_chooses_first_and_the_others_fill_up_in_order() -> None:
    plain, choosy = organisation().units
    design = organisation(units=[plain, replace(choosy, prefer_ability=True)])

    assert fill_units(design, {"front": 3, "desk": 2}, [0.5, -1.0, 0.5, 2.0, 0.0]) == [
        "desk", "front", "front", "desk", "front",
    ]  # fmt: skip
    assert fill_units(design, {"front": 1, "desk": 1}, [0.0, 1.0, 2.0]) == ["front", "", "desk"]


# --- accounts --------------------------------------------------------------------------------------------------------


def test_an_account_means_the_hours_of_its_care_and_of_what_its_owner_does_for_its_orders() -> None:
    rules, design = plain_rules(), organisation()
    care = [each.contacts_per_year * (each.preparation_h + each.travel_h + each.talk_h) for each in rules.care]
    steps = [
        (each.entry_h, order.partners * each.partner_h, each.end_h)
        for each, order in zip(rules.order_hours, rules.orders, strict=True)
    ]
    own_h = sum(share * (entry + end) for share, (entry, _, end) in zip(SHARES, steps, strict=True))
    all_h = sum(share * sum(parts) for share, parts in zip(SHARES, steps, strict=True))

    loads = account_loads(design, [0, 1, 2, 0], [10.0, 20.0, 0.0, 30.0], rules, SHARES)
    alone = account_loads(design, [0, 1], [10.0, 20.0], rules, SHARES, {"front": "front", "desk": "front"})

    assert loads.unit == ("front", "front", "front")
    assert loads.hours == pytest.approx([care[0] + 10 * own_h, care[1] + 20 * own_h, care[2], care[0] + 30 * own_h])
    assert alone.hours == pytest.approx([care[0] + 10 * all_h, care[1] + 20 * all_h])


def test_care_is_routed_like_standard_orders_where_a_route_is_for_a_class() -> None:
    rules = plain_rules()
    design = organisation(Route(unit="front", order_class=0), Route(unit="desk"))

    loads = account_loads(design, [2, 2], [0.0, 10.0], rules, SHARES)

    standard, spec = rules.order_hours[0], rules.orders[0]
    per_order = 0.5 * (standard.entry_h + spec.partners * standard.partner_h + standard.end_h)
    assert loads.unit == ("front", "front", "front")
    assert loads.hours[1] - loads.hours[0] == pytest.approx(10 * per_order)


def shared(
    hours: Sequence[float], capacity: Mapping[int, float], today: Mapping[int, int] | None = None, **slack: float
) -> list[int]:
    owner = share_accounts(range(len(hours)), hours, capacity, today or {}, **slack)
    return [owner[customer] for customer in range(len(hours))]


def test_the_heaviest_account_goes_first_to_whoever_has_least() -> None:
    assert shared([1.0, 2.0, 3.0, 4.0], {0: 1.0, 1: 1.0}) == [0, 1, 1, 0]
    assert shared([1.0] * 6, {0: 1.0, 1: 0.5}) == [0, 1, 0, 0, 1, 0]
    assert share_accounts(range(3), [1.0] * 3, {}, {}) == {}


def test_an_owner_keeps_accounts_up_to_a_tenth_over_the_mean() -> None:
    two, all_with_one = {0: 1.0, 1: 1.0}, dict.fromkeys(range(4), 0)

    assert shared([10.0] * 4, two, all_with_one) == [0, 0, 1, 1]
    assert shared([11.0, 11.0, 9.0, 9.0], two, all_with_one) == [0, 0, 1, 1]
    assert shared([11.1, 11.0, 8.9, 9.0], two, all_with_one) == [0, 1, 1, 0]
    assert shared([10.0] * 4, two, all_with_one, slack=1.0) == [0, 0, 1, 1]
    assert shared([10.0] * 4, two, all_with_one, slack=1.5) == [0, 0, 0, 1]
    assert shared([10.0] * 4, two, all_with_one, slack=math.inf) == [0, 0, 0, 0]


def test_what_an_owner_may_keep_is_in_proportion_to_his_working_time() -> None:
    assert shared([10.0] * 6, {0: 0.5, 1: 1.0}, dict.fromkeys(range(6), 0), slack=1.0) == [0, 0, 1, 1, 1, 1]


def test_an_owner_keeps_his_largest_account_however_large_it_is() -> None:
    assert shared([30.0, 1.0, 1.0], {0: 1.0, 1: 1.0}, {0: 1, 1: 1, 2: 1}) == [1, 0, 0]


def test_accounts_of_somebody_who_has_no_post_any_more_are_shared_out() -> None:
    assert shared([3.0, 2.0, 1.0], {0: 1.0, 1: 1.0}, {0: 7, 1: 7, 2: 0}, slack=math.inf) == [1, 0, 0]


def test_accounts_without_hours_go_round_in_turn_by_working_time() -> None:
    assert shared([0.0] * 4, {0: 1.0, 1: 1.0}) == [0, 1, 0, 1]
    assert shared([0.0] * 6, {0: 1.0, 1: 0.5}) == [0, 1, 0, 0, 1, 0]
    assert shared([5.0, 0.0, 0.0], {0: 1.0, 1: 1.0}) == [0, 1, 0]


def test_hours_of_an_unformed_unit_go_past_one_of_a_given_size_and_are_left_where_nobody_else_is() -> None:
    front, desk = organisation().units
    design = organisation(units=[front, desk, replace(desk, name="lab", fallback="desk")])

    assert formed_hours(design, {"front": 99.0, "lab": 1.0}, 10) == {"front": 100.0}
    assert formed_hours(design, {"desk": 99.0, "lab": 1.0}, 10) == {"desk": 100.0}
    alone = organisation(units=[front, desk, replace(front, name="lab")])
    assert formed_hours(alone, {"desk": 1.0, "lab": 99.0}, 10) == {"lab": 99.0}
