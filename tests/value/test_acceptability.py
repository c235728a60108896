from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.value.customers.class_robustness import Complexity, class_count, enough_segments
from simkit.value.score.acceptability import class_acceptability, weight_draws
from simkit.value.score.class_stability import Judged, class_changes, leave_one_out, stability_intervals

# Two criteria, three customers: a leads the first, b the second, c is in the middle of both.
FACTORS = pd.DataFrame({"one": [1.0, 0.0, 0.4], "two": [0.0, 1.0, 0.4]}, index=["a", "b", "c"])
REVENUE = pd.Series([3.0, 2.0, 1.0], index=["a", "b", "c"])


def uniform(draws: int = 20_000) -> pd.DataFrame:
    return weight_draws({"one": 1.0, "two": 1.0}, seed=1, draws=draws, concentration=None)


def test_acceptability_is_that_of_the_exact_small_case() -> None:
    # With w on the first criterion a scores w, b 1 − w, c 0.4 always: a is first for w > 0.5, b below; c never.
    # c is second where the worse of a and b is under 0.4, that is for w < 0.4 or w > 0.6: in 80 % of all weights.
    found = class_acceptability(FACTORS, uniform(), REVENUE, (0.34, 0.67))

    assert found["A"].to_dict() == pytest.approx({"a": 0.5, "b": 0.5, "c": 0.0}, abs=0.012)
    assert found["B"].to_dict() == pytest.approx({"a": 0.1, "b": 0.1, "c": 0.8}, abs=0.012)
    assert found.sum(axis=1).to_list() == pytest.approx([1.0, 1.0, 1.0])


def test_drawn_weights_lie_around_the_chosen_ones_as_far_as_they_should() -> None:
    drawn = weight_draws({"one": 1.0, "two": 4.0, "off": 0.0}, seed=1, draws=20_000, concentration=60.0)

    assert list(drawn.columns) == ["one", "two"]
    assert drawn["one"].mean() == pytest.approx(0.2, abs=0.002)
    assert drawn["one"].std() == pytest.approx(np.sqrt(0.2 * 0.8 / 61), rel=0.02)


def test_classes_of_certain_weights_are_those_of_the_segments() -> None:
    random = np.random.default_rng(3)
    factors = pd.DataFrame(
        random.random((200, 4)).round(2), columns=list("wxyz"), index=[f"K{n:03}" for n in range(200)]
    )
    factors = factors.mask(random.random(factors.shape) < 0.2)
    revenue = pd.Series(random.integers(0, 5, 200).astype(float), index=factors.index)
    judged, weights = Judged(factors=factors, revenue=revenue), dict.fromkeys("wxyz", 1.0)

    one_draw = pd.DataFrame([[0.25] * 4], columns=list("wxyz"))
    found = class_acceptability(factors, one_draw, revenue, judged.cutoffs)

    assert found.idxmax(axis=1).to_list() == judged.classes(weights).to_list()
    assert (found.max(axis=1) == 1.0).all()


def test_customers_without_revenue_are_in_the_last_class_whatever_the_weights() -> None:
    found = class_acceptability(FACTORS, uniform(100), REVENUE.mask(REVENUE == 3.0, 0.0), (0.34, 0.67))
    assert found.loc["a"].to_dict() == {"A": 0.0, "B": 0.0, "C": 1.0}


def test_blocks_of_draws_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = class_acceptability(FACTORS, uniform(999), REVENUE, (0.34, 0.67))
    monkeypatch.setattr("simkit.value.score.acceptability.BLOCK", 30)
    pd.testing.assert_frame_equal(class_acceptability(FACTORS, uniform(999), REVENUE, (0.34, 0.67)), whole)


def test_the_weight_of_a_criterion_may_move_until_another_customer_comes_first() -> None:
    judged = Judged(factors=FACTORS, revenue=REVENUE, cutoffs=(0.34, 0.67))
    found = stability_intervals(judged, {"one": 0.7, "two": 0.3}).set_index("factor")

    assert found.loc["one", ["weight", "low", "high"]].to_list() == pytest.approx([0.7, 0.5, 1.0])
    assert found.loc["two", ["weight", "low", "high"]].to_list() == pytest.approx([0.3, 0.0, 0.5])


def test_leaving_out_a_criterion_counts_who_changes_class() -> None:
    judged = Judged(factors=FACTORS, revenue=REVENUE, cutoffs=(0.34, 0.67))
    found = leave_one_out(judged, {"one": 0.7, "two": 0.3}).set_index("factor")

    assert found.loc["one", "changed"] == 2  # without it b leads and a is last, c stays second
    assert found.loc["one", "changed_revenue_share"] == pytest.approx(5 / 6)
    assert found.loc["two", "changed"] == 0
    assert found.loc["two", "tau"] == pytest.approx(1.0)


def test_changes_between_two_ways_to_judge_are_counted() -> None:
    judged = Judged(factors=FACTORS, revenue=REVENUE, cutoffs=(0.34, 0.67))
    sales, finance = judged.classes({"one": 1.0}), judged.classes({"two": 1.0})
    changes = class_changes(sales, finance)

    assert changes["customers"].sum() == 3
    assert dict(zip(zip(changes["before"], changes["after"], strict=True), changes["customers"], strict=True)) == {
        ("A", "C"): 1, ("B", "B"): 1, ("C", "A"): 1,
    }  # fmt: skip


def test_equal_customers_need_no_segments() -> None:
    found = class_count(pd.Series([100.0] * 50), 1.0, Complexity(hourly_cost_amount=60.0))
    assert found["segments"].to_list() == [1]
    assert found["gain_amount"].to_list() == [0.0]


def test_the_gain_of_two_kinds_of_customers_is_the_hand_computed_one() -> None:
    # Half are worth 16, half 1; ε = ½: best effort is proportional to worth², 256 to 1, mean 1 hour each.
    worth = pd.Series([16.0] * 10 + [1.0] * 10)
    found = class_count(worth, 1.0, Complexity(hours_per_segment_h=1.0, hourly_cost_amount=2.0, elasticity=0.5))

    best = 10 * 16 * np.sqrt(512 / 257) + 10 * np.sqrt(2 / 257)
    assert found["segments"].to_list() == [1, 2]
    assert found["gain_amount"].iloc[1] == pytest.approx(best - 170)
    assert found["cost_amount"].to_list() == [0.0, 2.0]
    assert found["reached_share"].iloc[1] == pytest.approx(1.0)


def test_more_segments_never_gain_less_and_cost_decides() -> None:
    worth = pd.Series(np.random.default_rng(1).lognormal(10, 1.4, 400))
    found = class_count(worth, 2.0, Complexity(hourly_cost_amount=70.0))

    assert (found["gain_amount"].diff().dropna() > 0).all()
    assert found["reached_share"].iloc[-1] > 0.9
    free = found["gain_amount"].idxmax()
    dear = class_count(worth, 2.0, Complexity(hourly_cost_amount=1e9))["net_amount"].idxmax()
    assert (found["segments"][free], found["segments"][dear]) == (8, 1)


def test_enough_segments_are_the_fewest_near_the_best() -> None:
    found = pd.DataFrame({"segments": [1, 2, 3, 4], "net_amount": [0.0, 90.0, 96.0, 100.0]})
    assert enough_segments(found)["segments"] == 3
    assert enough_segments(found.assign(net_amount=[0.0, -5.0, -9.0, -20.0]))["segments"] == 1
