"""The best split: equal to scipy's, to brute force in whole contacts, and flat around the optimum."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize

from simkit.foundation.random_streams import stream
from simkit.value.service.allocation import Units, best_split, flat_range, gain_of, marginal_inverse, whole_contacts
from simkit.value.service.response import Curve, curve_of_elasticity

CONCAVE = (curve_of_elasticity(0.3), Curve(top=1.5, bottom=0.4, shape=0.6, half=0.5 / 0.6))
S_SHAPED = Curve(top=1.4, bottom=0.2, shape=3.0, half=0.5)


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
    for curve in (*CONCAVE, S_SHAPED):
        effort = np.geomspace(max(curve.threshold, 0.01) * 1.01, 50, 40)
        assert marginal_inverse(curve, curve.marginal(effort)) == pytest.approx(effort, rel=1e-6)


def test_under_the_threshold_of_an_s_curve_the_ray_from_nothing_is_steeper() -> None:
    x = S_SHAPED.threshold
    ray = (S_SHAPED.sales(x) - S_SHAPED.bottom) / x

    assert float(S_SHAPED.marginal(x)) == pytest.approx(float(ray))
    assert marginal_inverse(S_SHAPED, np.array([ray * 1.01]))[0] == 0.0


def test_s_curves_get_nothing_or_at_least_their_threshold() -> None:
    units = made([500.0, 300.0, 20.0], [100.0, 100.0, 100.0], (0, 0, 0), (S_SHAPED,))

    found = best_split(units, 150.0)

    assert found.hours.sum() == pytest.approx(150.0)
    assert all(hours == 0 or hours >= 100 * S_SHAPED.threshold - 1e-6 for hours in found.hours)


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
