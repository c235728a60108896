"""Response curves: exact where one curve meets the answers, through today, and honest about what they rest on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.value.service.response import (
    ELASTICITY,
    Curve,
    answered_response,
    curve_of_elasticity,
    drawn_curves,
    fitted_curve,
    responses_of,
)
from simkit.value.service.response_history import History


def answers(none=60.0, half=80.0, more=110.0, most=130.0, saturation=300.0, segment="A"):
    return pd.DataFrame(
        {
            "segment": [segment],
            "people": [6],
            "sales_at_none": [none],
            "sales_at_half": [half],
            "sales_at_more": [more],
            "sales_at_most": [most],
            "saturation_effort": [saturation],
        }
    )


@pytest.mark.parametrize("shape", [0.4, 1.0, 2.5])
def test_answers_that_lie_on_a_curve_give_that_curve(shape: float) -> None:
    true = Curve(top=1.4, bottom=0.5, shape=shape, half=0.8)

    found = fitted_curve(0.5, float(true.sales(0.5)), float(true.sales(1.5)), 1.4)

    assert found is not None
    assert (found.top, found.bottom, found.half, found.shape) == pytest.approx((1.4, 0.5, 0.8, shape), abs=1e-9)


def test_every_curve_runs_through_today_and_has_the_slope_it_says() -> None:
    for curve in (fitted_curve(0.6, 0.8, 1.1, 1.3), curve_of_elasticity(0.25), curve_of_elasticity(0.7)):
        assert curve is not None
        step = 1e-6
        assert float(curve.sales(1.0)) == pytest.approx(1.0, abs=1e-12)
        slope = (float(curve.sales(1 + step)) - float(curve.sales(1 - step))) / (2 * step)
        assert curve.elasticity == pytest.approx(slope, rel=1e-6)
        assert float(curve.marginal(1.0)) == pytest.approx(slope, rel=1e-6)


def test_two_answers_that_disagree_are_met_by_least_squares() -> None:
    found = fitted_curve(0.6, 0.8, 1.1, 1.3)

    assert found is not None

    def distance(shape: float) -> float:
        other = Curve(top=1.3, bottom=0.6, shape=shape, half=found.half)
        return float((other.sales(0.5) - 0.8) ** 2 + (other.sales(1.5) - 1.1) ** 2)

    best = min(distance(shape) for shape in np.geomspace(0.1, 10, 4000))
    assert distance(found.shape) == pytest.approx(best, abs=1e-8)


def test_a_missing_answer_leaves_a_curve_and_missing_ends_leave_none() -> None:
    assert fitted_curve(0.6, float("nan"), 1.1, 1.3) is not None
    assert fitted_curve(float("nan"), 0.8, 1.1, 1.3) is None
    assert fitted_curve(0.6, float("nan"), float("nan"), 1.3) is None


def test_answers_that_do_not_rise_give_no_curve_and_the_assumption_stands_in() -> None:
    for bad in (answers(half=50.0), answers(most=100.0), answers(none=100.0)):
        assert answered_response(bad.iloc[0]) is None
        found = responses_of(["A"], bad, None)["A"]
        assert (found.origin, found.curve.elasticity) == ("assumption", pytest.approx(ELASTICITY.value))


def test_the_elasticity_asked_for_is_the_one_of_the_curve() -> None:
    assert [curve_of_elasticity(x).elasticity for x in (0.1, 0.25, 0.34, 0.6)] == pytest.approx([0.1, 0.25, 0.34, 0.6])


def test_a_history_counts_before_the_assumption_and_after_answers() -> None:
    past = History(elasticity=Estimate(value=0.4, low=0.2, high=0.6), customers=100, quarters=8)
    found = responses_of(["A", "B"], answers(), past)
    assert (found["A"].origin, found["B"].origin) == ("answers", "history")
    assert found["B"].curve.elasticity == pytest.approx(0.4)
    without = responses_of(["B"], None, None, 0.15)["B"]
    assert (without.origin, without.curve.elasticity) == ("assumption", pytest.approx(0.15))


@pytest.mark.parametrize(("low", "value", "usable"), [(0.1, 0.3, True), (-0.1, 0.3, False), (0.6, 1.1, False)])
def test_a_history_is_usable_where_it_leaves_nought_out_and_returns_diminish(
    low: float, value: float, usable: bool
) -> None:
    past = History(elasticity=Estimate(value=value, low=low, high=2 * value - low), customers=100, quarters=8)
    assert past.usable == usable


def test_drawn_elasticities_keep_to_their_range_and_answers_to_their_ends() -> None:
    history = History(elasticity=Estimate(value=0.2, low=0.1, high=0.3), customers=100, quarters=8)
    responses = responses_of(["A", "B"], answers(), None)
    drawn = drawn_curves(responses, history, seed=1, draws=200)

    assumed = [curves["B"].elasticity for curves in drawn]
    assert ELASTICITY.low <= min(assumed) < max(assumed) <= ELASTICITY.high
    stated = drawn_curves(responses_of(["B"], None, None, 0.125), None, seed=1, draws=200)
    low, high = (min(c["B"].elasticity for c in stated), max(c["B"].elasticity for c in stated))
    assert ELASTICITY.low / 2 <= low < high <= ELASTICITY.high / 2  # half the assumption, as unsure relative to it
    assert {(curves["A"].top, curves["A"].bottom) for curves in drawn} == {(1.3, 0.6)}
    assert len({curves["A"].shape for curves in drawn}) > 100
