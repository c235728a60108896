"""The value of information, by hand: what would not change the choice is worth nothing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made_runs import runs
from scipy import stats

from simkit.foundation.text import Text
from simkit.study.comparison.regret import replications_of, value_of_parameters, value_of_runs


def gains(present: float, **ends: tuple[float, float]) -> dict[str, np.ndarray]:
    """Gains at low, present and high value in three replications that agree."""
    return {name: np.repeat([[low], [present], [high]], 3, axis=1) for name, (low, high) in ends.items()}


def test_parameters_are_worth_what_choosing_after_the_answer_gains():
    given = gains(100.0, harmless=(50.0, 150.0), turns=(-200.0, 300.0), mostly_against=(-400.0, 100.0))
    found = value_of_parameters(given, {"turns": Text(de="dreht", en="turns it")}).set_index("item")
    assert list(found.index) == ["mostly_against", "turns", "harmless"]
    assert found.loc["turns", "value"] == pytest.approx(0.4 * 100 + 0.3 * 300 - 70)
    assert found.loc["mostly_against", "value"] == pytest.approx(0.7 * 100)  # without an answer: the runner-up
    assert found.loc["harmless", "value"] == 0.0
    assert found["low"].tolist() == pytest.approx(found["value"].tolist())
    assert found["high"].tolist() == pytest.approx(found["value"].tolist())
    assert found["turns_at"].to_dict() == {"mostly_against": "high", "turns": "low", "harmless": ""}
    assert found.loc["turns", ["label_de", "unit"]].tolist() == ["dreht", "money"]
    assert found.loc["harmless", "label_en"] == "harmless"


def test_no_parameters_are_an_empty_table():
    assert value_of_parameters({}, {}).empty


def test_a_worth_from_replications_that_differ_has_an_interval():
    noise = np.tile([-30.0, 10.0, 20.0, 0.0], 5)
    given = {"turns": np.array([-200.0 + noise, 100.0 - noise, 300.0 + 2 * noise])}
    row = value_of_parameters(given, {}).iloc[0]
    assert row["value"] == pytest.approx(60.0)
    assert 0.0 < row["low"] < 60.0 < row["high"]


def test_two_replications_tell_nothing_of_what_more_would_be_worth():
    assert math.isnan(value_of_runs(replications({"a": [1.0, 2.0], "b": [2.0, 0.0]})).iloc[0]["value"])


def replications(*scenarios: dict[str, list[float]]):
    names = [f"s{place}" for place in range(len(scenarios))]
    frame = pd.concat([runs(values, scenario=name) for name, values in zip(names, scenarios, strict=True)])
    return replications_of(frame, names, list(scenarios[0]), seed=1)


def test_knowing_the_scenario_is_worth_the_mean_of_the_best_less_the_best_mean():
    found = value_of_runs(replications({"a": [10.0] * 3, "b": [7.0] * 3}, {"a": [1.0] * 3, "b": [6.0] * 3}))
    found = found.set_index("item")
    assert found.loc["scenario", ["value", "low", "high"]].tolist() == [1.5, 1.5, 1.5]
    assert found.loc["scenario", "turns_at"] == "s1"
    assert found.loc["replications", "value"] == 0.0


def test_one_scenario_is_known():
    assert value_of_runs(replications({"a": [1.0, 2.0], "b": [2.0, 1.0]}))["item"].tolist() == ["replications"]


def test_the_value_of_more_replications_is_near_the_normal_loss():
    rng = np.random.default_rng(3)
    gain = rng.normal(size=60)
    gain = (gain - gain.mean()) / gain.std(ddof=1) + 0.05
    error, u = 1 / math.sqrt(60), 0.05 * math.sqrt(60)
    found = value_of_runs(replications({"a": [0.0] * 60, "b": gain.tolist()})).iloc[0]
    assert found["value"] == pytest.approx(error * (stats.norm.pdf(u) - u * stats.norm.sf(u)), rel=0.1)
