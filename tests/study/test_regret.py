"""Regret on replications without noise is arithmetic; with noise its interval is that of paired replications."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_runs import runs

from simkit.study.comparison.regret import regrets, replications_of, worst_regrets


def replications(first: dict[str, list[float]], second: dict[str, list[float]], draws: int = 200):
    frame = pd.concat([runs(first, scenario="today"), runs(second, scenario="storm")])
    return replications_of(frame, ["today", "storm"], list(first), seed=1, draws=draws)


CALM = {"a": [10.0] * 3, "b": [7.0] * 3, "c": [9.0] * 3}
STORM = {"a": [1.0] * 3, "b": [6.0] * 3, "c": [4.0] * 3}


def test_regret_is_the_distance_to_the_best_of_each_scenario():
    found = regrets(replications(CALM, STORM))
    wide = found.pivot(index="design", columns="scenario", values="regret")
    assert wide["today"].tolist() == [0.0, 3.0, 1.0] and wide["storm"].tolist() == [5.0, 0.0, 2.0]
    assert (found["low"] == found["regret"]).all() and (found["high"] == found["regret"]).all()
    assert found.groupby("scenario", sort=False)["best"].first().tolist() == ["a", "b"]


def test_the_compromise_that_is_nowhere_best_has_the_smallest_largest_regret():
    found = worst_regrets(replications(CALM, STORM)).set_index("design")
    assert found["regret"].to_dict() == {"a": 5.0, "b": 3.0, "c": 2.0}
    assert found["rank"].to_dict() == {"a": 3, "b": 2, "c": 1}
    assert found["scenario"].to_dict() == {"a": "storm", "b": "today", "c": "storm"}
    assert found["probability_least"].to_dict() == {"a": 0.0, "b": 0.0, "c": 1.0}


def test_what_replications_have_in_common_does_not_widen_the_interval():
    rng = np.random.default_rng(3)
    shift, own = rng.normal(0, 1000, 12), rng.normal(0, 1, 12)
    calm = {"a": (shift + 10).tolist(), "b": (shift + own + 7).tolist()}
    found = regrets(replications(calm, calm)).set_index(["scenario", "design"])
    low, high = found.loc[("today", "b"), ["low", "high"]]
    assert 3 - own.mean() - 1 < low < found.loc[("today", "b"), "regret"] < high < 3 - own.mean() + 1
    assert found.loc[("today", "a"), "high"] == 0.0


def test_a_replication_without_a_value_is_left_out():
    found = replications({"a": [1.0, np.nan, 3.0], "b": [5.0] * 3}, {"a": [1.0] * 3, "b": [5.0] * 3})
    assert found.means[0].tolist() == [2.0, 5.0]


def test_equal_designs_share_the_chance_of_the_smallest_regret():
    same = {"a": [1.0, 2.0], "b": [1.0, 2.0]}
    assert worst_regrets(replications(same, same))["probability_least"].tolist() == pytest.approx([0.5, 0.5])
