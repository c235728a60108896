"""Which designs may be the best: computed by hand on two replications, and held to its promise on many made experiments."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.study.comparison.selection import equals_of, selection, simplest, zone_of

T_ONE_SIDED = 6.313751514675043  # t(0.95; 1)
T_OF_TWO = 12.706204736432095  # t(0.975; 1), one of two comparisons


def test_two_designs_in_two_replications_as_computed_by_hand():
    found = selection(pd.DataFrame({"a": [1.0, 3.0], "b": [0.0, 0.0]}), 1.0).set_index("design")
    assert found.loc["a", ["mean", "gap"]].tolist() == [2.0, 2.0]
    assert found.loc["a", ["low", "high"]].tolist() == pytest.approx([2 - T_ONE_SIDED, 2 + T_ONE_SIDED])
    assert found.loc["b", ["low", "high"]].tolist() == pytest.approx([-2 - T_ONE_SIDED, -2 + T_ONE_SIDED])
    assert found["may_be_best"].all() and not found["good_enough"].any()


def test_a_third_design_widens_the_intervals():
    table = pd.DataFrame({"a": [1.0, 3.0], "b": [0.0, 0.0], "c": [-90.0, -90.0]})
    found = selection(table, 0.0).set_index("design")
    assert found.loc["a", "high"] == pytest.approx(2 + T_OF_TWO) and set(found["family"]) == {2}
    assert found["may_be_best"].tolist() == [True, True, False]
    assert found.loc["c", "high"] == 0.0


def test_a_certain_leader_is_alone_in_the_set_and_told_from_all_others():
    found = selection(pd.DataFrame({"a": [5.0, 6.0, 7.0], "b": [1.0, 2.0, 3.0]}), 1.0).set_index("design")
    assert found["may_be_best"].tolist() == [True, False]
    assert found.loc["a", ["low", "good_enough"]].tolist() == [0.0, True]
    assert found["told_apart"].tolist() == [False, True]
    assert equals_of(found.reset_index(), "a") == () and equals_of(found.reset_index(), "a", "b") == ("b",)


def test_a_sure_difference_within_the_zone_tells_nobody_apart_and_is_good_enough():
    table = pd.DataFrame({"a": [5.0, 6.0, 7.0], "b": [4.5, 5.5, 6.5]})
    found = selection(table, 0.5).set_index("design")
    assert not found["told_apart"].any() and found["good_enough"].all()
    assert found["may_be_best"].tolist() == [True, False]
    assert selection(table, 0.4)["good_enough"].tolist() == [True, False]


def test_equal_designs_are_both_possible():
    found = selection(pd.DataFrame({"a": [1.0, 2.0], "b": [1.0, 2.0], "c": [0.0, 5.0]}), 0.0)
    assert found["may_be_best"].all() and not found["told_apart"].any()


def test_one_replication_tells_nothing():
    found = selection(pd.DataFrame({"a": [9.0], "b": [1.0]}), 0.0)
    assert found["may_be_best"].all() and not found["told_apart"].any() and not found["good_enough"].any()


def test_the_set_holds_the_best_and_the_intervals_hold_at_once_in_at_least_95_percent_of_experiments():
    rng = np.random.default_rng(7)
    truth = np.array([0.0, 0.1, 0.3, 0.35])
    gap = np.array([value - np.delete(truth, place).max() for place, value in enumerate(truth)])
    kept = held = 0
    for _ in range(200):
        replication = rng.normal(size=(8, 1))
        chosen = selection(pd.DataFrame(truth + replication + 0.3 * rng.normal(size=(8, 4)), columns=list("abcd")), 0.0)
        kept += bool(chosen["may_be_best"].iloc[3])
        held += bool(((chosen["low"] <= gap) & (gap <= chosen["high"])).all())
    assert min(kept, held) >= 0.95 * 200 - 2 * np.sqrt(200 * 0.05 * 0.95)


def test_the_simplest_change_goes_first_and_today_before_all():
    moved = {
        "a": (5.0, 0.0, 0.0),
        "b": (3.0, 9.0, 0.2),
        "c": (3.0, 9.0, 0.2),
        "d": (3.0, 9.0, 0.1),
        "e": (3.0, 2.0, 1.0),
    }
    assert simplest(["a", "b", "c"], "today", moved) == "b"
    assert simplest(["a", "b", "d"], "today", moved) == "d"
    assert simplest(["a", "d", "e"], "today", moved) == "e"
    assert simplest(["a", "today", "b"], "today", moved) == "today"
    assert simplest(["a", "unmoved"], "today", moved) == "unmoved"


def test_the_zone_is_a_share_of_the_baseline_even_of_a_loss():
    assert zone_of(-2e6) == zone_of(2e6) == pytest.approx(20_000.0)
