"""The best split: equal to scipy's, to brute force in whole contacts, and flat around the optimum."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize

from simkit.foundation.random_streams import stream
from simkit.value.service.allocation import (
    PUBLISHED_GAINS,
    WARN_ABOVE,
    Units,
    best_split,
    flat_range,
    gain_of,
    marginal_inverse,
    whole_contacts,
)
from simkit.value.service.response import Curve, curve_of_elasticity

CONCAVE = (curve_of_elasticity(0.3), Curve(top=1.5, bottom=0.4, shape=0.6, half=0.5 / 0.6))
S_SHAPED = Curve(top=1.4, bottom=0.2, shape=3.0, half=0.5)  # threshold 1: today's hours
STRAIGHT = Curve(top=2.0, bottom=0.0, shape=1.0, half=1.0)  # 2x/(1 + x): slope 2/(1 + x)²
BENT = Curve(top=2.0, bottom=0.0, shape=1.5, half=1.0)


def made(worth, hours, curves=(0, 1, 0), responses=CONCAVE) -> Units:
    return Units(
        names=[str(place) for place in range(len(worth))],
        worth=np.array(worth, dtype=float),
        hours=np.array(hours, dtype=float),
        curves=np.array(curves, dtype=np.int64),
        responses=responses,
    )


def test_the_split_equals_the_optimum_of_scipy() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0])
    total = 310.0

    found = best_split(units, total)
    scipy = minimize(
        lambda hours: -units.contribution(hours).sum(),
        units.hours,
        method="SLSQP",
        bounds=[(1e-6, total)] * 3,
        constraints={"type": "eq", "fun": lambda hours: hours.sum() - total},
        options={"ftol": 1e-14, "maxiter": 500},
    )

    assert scipy.success
    assert found.hours == pytest.approx(scipy.x, rel=1e-4)
    assert units.contribution(found.hours).sum() >= -scipy.fun - 1e-6


def test_the_next_hour_brings_the_same_everywhere_and_the_total_is_kept() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0])

    found = best_split(units, 310.0)

    assert found.hours.sum() == pytest.approx(310.0)
    assert units.next_hour(found.hours) == pytest.approx(np.full(3, found.price_amount), rel=1e-6)


def test_the_split_of_two_like_units_is_the_one_by_hand() -> None:
    # Slopes 2w/h/(1 + x)² are equal where (1 + x)² is four times as large for the unit worth four times as much:
    # with 90 h in all, 1 + x = 2(1 + y) and 10x + 10y = 90 give x = 19/3 and y = 8/3.
    found = best_split(made([400.0, 100.0], [10.0, 10.0], (0, 0), (STRAIGHT,)), 90.0)

    assert found.hours == pytest.approx([190 / 3, 80 / 3])
    assert found.price_amount == pytest.approx(80 / (22 / 3) ** 2)


def test_the_split_does_not_hang_on_the_units_of_money_and_time() -> None:
    plain = best_split(made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0]), 310.0)
    small = best_split(made([0.5, 0.3, 0.08], [0.1, 0.15, 0.06]), 0.31)

    assert small.hours == pytest.approx(plain.hours / 1000)
    assert small.price_amount == pytest.approx(plain.price_amount)


def test_where_nothing_is_worth_anything_no_hour_goes_unless_there_is_a_floor() -> None:
    units = made([500.0, 0.0], [100.0, 150.0], (0, 0), (STRAIGHT,))

    assert best_split(units, 250.0).hours == pytest.approx([250.0, 0.0])
    assert best_split(units, 250.0, floor=np.array([0.0, 50.0])).hours == pytest.approx([200.0, 50.0])


def test_hours_that_ceilings_leave_over_go_where_there_is_room_and_one_more_brings_nothing() -> None:
    units = made([10.0, 0.0, 0.0], [50.0, 100.0, 100.0], (0, 0, 0), (STRAIGHT,))
    floor, ceiling = np.array([40.0, 80.0, 80.0]), np.array([60.0, 120.0, 100.0])

    found = best_split(units, 250.0, floor=floor, ceiling=ceiling)

    assert found.hours == pytest.approx([60.0, 100.0, 90.0])  # 30 h over, room for 40 and 20
    assert found.price_amount == 0.0
    assert best_split(units, 280.0, floor=floor, ceiling=ceiling).hours == pytest.approx(ceiling)


def test_ceilings_that_just_hold_the_total_are_the_split() -> None:
    ceiling = np.array([60.0, 40.0])

    found = best_split(made([10.0, 5.0], [50.0, 50.0], (0, 0), (STRAIGHT,)), 100.0, ceiling=ceiling)

    assert found.hours == pytest.approx(ceiling)
    assert found.price_amount == pytest.approx(0.0, abs=1e-12)


def test_floors_that_use_up_the_total_are_the_split() -> None:
    floor = np.array([0.2, 0.3, 0.1])

    found = best_split(made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0]), float(floor.sum()), floor=floor)

    assert found.hours == pytest.approx(floor)
    assert found.price_amount == 0.0


def test_one_more_hour_brings_its_price() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0])
    totals = [units.contribution(best_split(units, hours).hours).sum() for hours in (309.5, 310.5)]

    assert totals[1] - totals[0] == pytest.approx(best_split(units, 310.0).price_amount, rel=1e-4)


def test_floors_and_ceilings_are_kept() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0])
    floor, ceiling = units.hours * 0.9, units.hours * 1.05

    found = best_split(units, 310.0, floor=floor, ceiling=ceiling).hours

    assert found.sum() == pytest.approx(310.0)
    assert (found >= floor - 1e-6).all() and (found <= ceiling + 1e-6).all()


def test_without_worth_the_hours_stay_as_they_are() -> None:
    units = made([0.0, 0.0, 0.0], [100.0, 150.0, 60.0])

    assert best_split(units, 310.0).hours == pytest.approx(units.hours)


def test_the_inverse_of_the_slope_is_the_slope_again() -> None:
    steep = Curve(top=1.4, bottom=0.2, shape=20.0, half=0.5)
    for curve in (*CONCAVE, S_SHAPED, STRAIGHT, BENT, steep):
        effort = np.geomspace(max(curve.threshold, 0.01) * 1.01, 50, 40)
        assert marginal_inverse(curve, curve.marginal(effort)) == pytest.approx(effort, rel=1e-10)


def test_the_inverse_of_a_slope_ends_where_nothing_or_a_million_times_the_effort_is_best() -> None:
    curve = CONCAVE[1]
    assert marginal_inverse(curve, curve.marginal(np.array([2e-9, 0.9e-9]))) == pytest.approx([2e-9, 0.0])
    assert marginal_inverse(curve, curve.marginal(np.array([1e7])))[0] == pytest.approx(1e6, rel=1e-9)
    assert marginal_inverse(S_SHAPED, S_SHAPED.marginal(np.array([S_SHAPED.threshold])))[0] == 0.0


@pytest.mark.parametrize("curve", [S_SHAPED, BENT])
def test_under_the_threshold_of_an_s_curve_the_ray_from_nothing_is_steeper(curve: Curve) -> None:
    x = curve.threshold
    ray = (curve.sales(x) - curve.bottom) / x

    assert float(curve.marginal(x)) == pytest.approx(float(ray))
    assert marginal_inverse(curve, np.array([ray * 1.01]))[0] == 0.0


def test_s_curves_get_nothing_or_at_least_their_threshold() -> None:
    units = made([500.0, 300.0, 20.0], [100.0, 100.0, 100.0], (0, 0, 0), (S_SHAPED,))

    found = best_split(units, 150.0)

    assert found.hours.sum() == pytest.approx(150.0)
    assert all(hours == 0 or hours >= 100 * S_SHAPED.threshold - 1e-6 for hours in found.hours)


@pytest.mark.parametrize("total", [50.0, 90.0])
def test_fewer_hours_than_any_threshold_go_to_the_best_unit(total: float) -> None:
    units = made([500.0, 300.0, 20.0], [100.0, 100.0, 100.0], (0, 0, 0), (S_SHAPED,))

    assert best_split(units, total).hours == pytest.approx([total, 0.0, 0.0])


def test_between_two_jumps_the_better_of_the_two_sides_is_taken() -> None:
    units = made([500.0, 300.0], [100.0, 100.0], (0, 0), (S_SHAPED,))
    # At the price at which the second unit jumps to its 100 h the first takes 123.8 h: 150 h go to the first alone,
    # 180 h are shared as 123.8 to 100.
    alone, both = best_split(units, 150.0).hours, best_split(units, 180.0).hours

    assert alone == pytest.approx([150.0, 0.0])
    assert both == pytest.approx([180 * 123.8 / 223.8, 180 * 100 / 223.8], rel=1e-4)
    assert units.contribution(both).sum() > units.contribution(np.array([180.0, 0.0])).sum()
    assert units.contribution(alone).sum() > units.contribution(np.array([83.0, 67.0])).sum()


def test_a_side_that_passes_a_ceiling_is_not_taken() -> None:
    units = made([500.0, 300.0], [100.0, 100.0], (0, 0), (S_SHAPED,))
    ceiling = np.array([140.0, 200.0])

    found = best_split(units, 150.0, ceiling=ceiling).hours

    assert found.sum() == pytest.approx(150.0)
    assert (found <= ceiling).all() and found[1] > 0


@pytest.mark.parametrize("curves", [(0, 1, 0), (1, 0, 1)])
def test_greedy_contacts_equal_the_best_of_all_whole_numbers(curves: tuple[int, ...]) -> None:
    units = made([500.0, 300.0, 80.0], [8.0, 10.0, 6.0], curves)
    contact = np.full(3, 2.0)

    found = whole_contacts(units, contact, 24.0)
    best = max(
        units.contribution(np.array(tried) * 2.0).sum() for tried in product(range(13), repeat=3) if sum(tried) <= 12
    )

    assert found.sum() == 12
    assert units.contribution(found * 2.0).sum() == pytest.approx(best)


def test_a_contact_goes_where_an_hour_brings_most_and_nowhere_where_it_brings_nothing() -> None:
    # Gains of the first contacts: 10 h of 100 for 1,000 are 2 · 0.1/1.1 · 1,000 = 181.8, or 18.2 an hour; 1 h of 100 for
    # 500 is 9.9 an hour, then 9.7.
    units = made([1000.0, 500.0, 0.0], [100.0, 100.0, 100.0], (0, 0, 0), (STRAIGHT,))
    each = np.array([10.0, 1.0, 1.0])

    assert whole_contacts(units, each, 10.0).tolist() == [1, 0, 0]
    assert whole_contacts(units, each, 9.0).tolist() == [0, 9, 0]
    assert whole_contacts(units, each, 12.0).tolist() == [1, 2, 0]
    dear = made([1000.0, 1500.0], [100.0, 100.0], (0, 0), (STRAIGHT,))  # the tenth hour of the second still brings 25.0
    assert whole_contacts(dear, each[:2], 10.0).tolist() == [0, 10]
    worthless = made([0.0], [100.0], (0,), (STRAIGHT,))
    assert whole_contacts(worthless, np.array([1.0]), 12.0).tolist() == [0]


def test_contacts_that_use_the_hours_up_are_not_lost_to_rounding() -> None:
    units = made([0.005], [0.2], (0,), (STRAIGHT,))

    assert whole_contacts(units, np.array([0.1]), 0.3).tolist() == [3]  # 0.3 − 0.1 − 0.1 is less than 0.1 to a computer


def test_contacts_that_are_given_in_any_case_count_in_the_hours() -> None:
    units = made([100.0, 100.0], [10.0, 10.0], (0, 0), (STRAIGHT,))

    assert whole_contacts(units, np.array([2.0, 2.0]), 8.0, least=np.array([3, 0])).tolist() == [3, 1]


def test_bundles_of_contacts_reach_the_point_of_best_average_return() -> None:
    # Of BENT at half-hour contacts of a one-hour day: per contact 2x^1.5/(1 + x^1.5)/n is 0.52, 0.50 and 0.43.
    one = made([100.0], [1.0], (0,), (BENT,))
    assert whole_contacts(one, np.array([0.5]), 0.5).tolist() == [1]
    # Of S_SHAPED at 0.4 h: per contact x³/(0.5 + x³)/n is 0.113, 0.253, 0.259 and 0.223: three are a bundle.
    some = made([100.0], [1.0], (0,), (S_SHAPED,))
    assert whole_contacts(some, np.array([0.4]), 0.9).tolist() == [0]
    assert whole_contacts(some, np.array([0.4]), 1.2).tolist() == [3]
    # At 2 h one contact is more than the threshold, and worth taking alone.
    assert whole_contacts(some, np.array([2.0]), 2.0).tolist() == [1]


def test_a_bundle_begins_after_the_contacts_given_in_any_case_and_ends_at_the_most() -> None:
    units = made([100.0, 100.0], [1.0, 1.0], (0, 1), (S_SHAPED, STRAIGHT))
    each = np.full(2, 0.2)
    # One contact of 0.2 h given: the next alone brings 1.2 · (0.114 − 0.016) = 0.118, but four together 0.163 each, and
    # the second unit's third and fourth 0.25 and 0.20: so two there, and four here.
    found = whole_contacts(units, each, 1.4, least=np.array([1, 0]))
    assert found.tolist() == [5, 2]
    assert whole_contacts(units, each, 1.4, least=np.array([1, 0]), most=np.array([4, 3])).tolist() == [4, 3]


def test_contacts_on_an_s_curve_come_as_a_bundle_and_equal_the_best_where_it_fits() -> None:
    units = made([500.0, 480.0], [10.0, 10.0], (0, 0), (S_SHAPED,))
    found = whole_contacts(units, np.full(2, 1.0), 10.0)
    best = max(units.contribution(np.array([n, 10 - n], dtype=float)).sum() for n in range(11))

    assert found.tolist() == [10, 0]
    assert units.contribution(found.astype(float)).sum() == pytest.approx(best)


def test_whole_contacts_keep_to_their_limits_and_to_the_hours() -> None:
    units = made([500.0, 300.0, 80.0], [8.0, 10.0, 6.0])
    each = np.array([2.0, 1.0, 0.5])
    found = whole_contacts(units, each, 20.0, least=np.array([1, 1, 1]), most=np.array([3, 9, 9]))

    assert (found * each).sum() <= 20.0
    assert (found >= 1).all() and found[0] <= 3


def test_around_the_optimum_the_contribution_is_flat() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0])
    best = best_split(units, 310.0)
    table = flat_range(units, best)
    goal = 0.99 * units.contribution(best.hours).sum()

    assert (table["low_h"] < table["best_h"]).all() and (table["best_h"] < table["high_h"]).all()
    low = float(table["low_h"].iloc[0])
    others = best.hours[1:] * (310 - low) / best.hours[1:].sum()
    assert units.contribution(np.array([low, *others])).sum() == pytest.approx(goal, rel=1e-6)
    assert low < 0.8 * best.hours[0]


def test_a_split_is_flat_by_hand() -> None:
    # Two equal units of 2x/(1 + x) at today's hours: with 1 + e and 1 − e of them they bring (4 − 2e²)/(4 − e²) of that,
    # which is 99 % where e² = 0.04/1.01.
    units = made([1e-3, 1e-3], [1e-3, 1e-3], (0, 0), (STRAIGHT,))
    table = flat_range(units, best_split(units, 2e-3))

    edge = (0.04 / 1.01) ** 0.5
    assert table["low_h"].tolist() == pytest.approx([1e-3 * (1 - edge)] * 2)
    assert table["high_h"].tolist() == pytest.approx([1e-3 * (1 + edge)] * 2)


def test_a_worthless_unit_may_lose_all_its_hours_and_where_all_are_worthless_each_may_have_all() -> None:
    units = made([100.0, 1e-6], [10.0, 10.0], (0, 0), (STRAIGHT,))
    assert flat_range(units, best_split(units, 20.0)).loc[1, "low_h"] == 0.0

    nothing = made([0.0, 0.0], [10.0, 10.0], (0, 0), (STRAIGHT,))
    table = flat_range(nothing, best_split(nothing, 20.0))
    assert table[["low_h", "high_h"]].to_numpy().tolist() == [[0.0, 20.0], [0.0, 20.0]]


def test_a_single_unit_keeps_the_hours_that_bring_enough() -> None:
    units = made([1.0], [1.0], (0,), (STRAIGHT,))
    row = flat_range(units, best_split(units, 1.0)).iloc[0]

    assert row["high_h"] == 1.0
    assert row["low_h"] == pytest.approx(0.99 / 1.01)  # 2x/(1 + x) = 0.99


def test_what_the_next_hour_brings_by_hand() -> None:
    units = made([100.0, 100.0, 100.0], [10.0, 10.0, 10.0], (0, 0, 0), (STRAIGHT,))

    # 100/10 · 2/(1 + x)² at x = 1 and x = 0.05; nothing is said where there are no hours
    assert units.next_hour(np.array([10.0, 0.5, 0.0])) == pytest.approx([5.0, 20 / 1.05**2, 0.0])


def test_the_gain_is_the_middle_95_percent_of_what_the_draws_bring() -> None:
    # A unit at three times today's hours: with a top of a it brings 0.75a, so 2.0 gains 50 %, 1.6 … 2.4 from 20 to 80 %.
    units = made([100.0], [10.0], (0,), (STRAIGHT,))
    drawn = [{"A": Curve(top=a, bottom=0.0, shape=1.0, half=1.0)} for a in np.linspace(1.6, 2.4, 41)]

    found = gain_of(units, np.array([30.0]), drawn, ["A"])

    assert (found.value, found.low, found.high) == pytest.approx(
        (0.5, 0.215, 0.785)
    )  # one draw of 41 is cut at each end
    low, high = (
        gain_of(units, np.array([30.0]), drawn[:10], ["A"]),
        gain_of(units, np.array([30.0]), drawn[-10:], ["A"]),
    )
    assert (low.high, high.low) == pytest.approx((0.5, 0.5))


def test_the_published_gains_are_those_of_the_sources_and_more_than_any_is_warned_of() -> None:
    assert PUBLISHED_GAINS == {"CALLPLAN": (0.081, 0.081), "realignment": (0.02, 0.07)}
    assert max(high for _, high in PUBLISHED_GAINS.values()) < WARN_ABOVE == 0.1


def test_the_gain_holds_what_the_same_split_brings_with_other_curves() -> None:
    units = made([500.0, 300.0, 80.0], [100.0, 150.0, 60.0], (0, 0, 0), (curve_of_elasticity(0.25),))
    split = best_split(units, 310.0).hours
    drawn = [{"A": curve_of_elasticity(x)} for x in np.linspace(0.1, 0.34, 25)]

    found = gain_of(units, split, drawn, ["A"])

    assert 0 < found.low < found.value < found.high < 0.2
    assert gain_of(units, units.hours, drawn, ["A"]).value == pytest.approx(0.0, abs=1e-12)


def test_a_hundred_thousand_customers_are_split_at_once() -> None:
    random = stream(1, 0, "tests.allocation")
    worth, hours = random.lognormal(8, 1, 100_000), random.lognormal(2, 0.5, 100_000)
    units = made(worth, hours, random.integers(0, 2, 100_000))

    found = best_split(units, float(hours.sum()))

    assert found.hours.sum() == pytest.approx(float(hours.sum()))
    next_hour = units.next_hour(found.hours)[found.hours > 1e-6 * hours]
    assert np.ptp(np.log(next_hour)) < 1e-4
    assert units.contribution(found.hours).sum() > worth.sum()
