"""Who beats whom in everything: on made replications whose answer can be read off, and with noise that forbids an answer."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from made_runs import runs
from scipy import stats

from simkit.study.comparison.dominance import (
    CRITERIA,
    Contest,
    beaten,
    dominance,
    dominance_cells,
    lower_bound,
    pareto,
    weighed,
)

SCENARIOS = ("today", "storm")


def made(profit, hours, days, storm=None) -> pd.DataFrame:
    parts = []
    for scenario in SCENARIOS:
        earned = storm if storm and scenario == "storm" else profit
        parts += [
            runs(earned, scenario=scenario),
            runs(hours, "facing_by_segment_h", scenario, "A"),
            runs(days, "lead_time_days", scenario, "bespoke"),
        ]
    return pd.concat(parts, ignore_index=True)


def constant(**values: float) -> dict[str, list[float]]:
    return {name: [value] * 4 for name, value in values.items()}


def table_of(frame: pd.DataFrame, designs=("a", "b")) -> pd.DataFrame:
    field = Contest(scenarios=SCENARIOS, designs=designs, baseline=designs[0])
    return dominance(dominance_cells(frame, field)).set_index(["scope", "design", "other"])


def test_better_in_everything_dominates_by_every_scope():
    found = table_of(made(constant(a=100, b=110), constant(a=50, b=60), constant(a=9, b=8)))
    assert found.loc[("all", "b", "a"), ["cells", "as_good", "better", "dominates"]].tolist() == [6, 6, 6, True]
    assert found.loc[("profit", "b", "a"), "cells"] == 2 and found.loc[("profit", "b", "a"), "dominates"]
    assert not found.loc[("all", "a", "b"), "dominates"]


def test_more_profit_at_the_price_of_a_longer_lead_time_dominates_by_profit_alone():
    found = table_of(made(constant(a=100, b=110), constant(a=50, b=50), constant(a=9, b=12)))
    assert found.loc[("profit", "b", "a"), "dominates"] and not found.loc[("all", "b", "a"), "dominates"]
    assert found.loc[("all", "b", "a"), "as_good"] == 4


def test_a_loss_within_the_zone_counts_as_equally_good_and_equals_do_not_dominate():
    slight = table_of(made(constant(a=100, b=99.5), constant(a=50, b=60), constant(a=9, b=9)))
    assert slight.loc[("all", "b", "a"), "dominates"]  # 0.5 % less profit is none, and A customers get more
    same = table_of(made(constant(a=100, b=100), constant(a=50, b=50), constant(a=9, b=9)))
    assert not same["dominates"].any() and (same["as_good"] == same["cells"]).all()


def test_noise_forbids_a_dominance_that_the_means_suggest():
    rng = np.random.default_rng(2)
    profit = {"a": [100.0] * 6, "b": (103 + rng.normal(0, 8, 6)).tolist()}
    flat = {"a": [5.0] * 6, "b": [5.0] * 6}
    assert not table_of(made(profit, flat, flat))["dominates"].any()


def test_lower_bound_by_hand():
    assert lower_bound(np.array([1.0, 3.0]), 0.05) == pytest.approx(2 - 6.313751514675043)
    assert math.isnan(lower_bound(np.array([1.0]), 0.05))


def test_a_false_dominance_is_rare_over_many_experiments():
    rng = np.random.default_rng(5)
    field = Contest(scenarios=("today",), designs=("a", "b", "c"), baseline="a")
    false = 0
    for _ in range(40):
        replication = rng.normal(100, 5, (6, 1))
        values = pd.DataFrame(replication + rng.normal(0, 2, (6, 3)), columns=list("abc"))
        cells = dominance_cells(runs({name: values[name].tolist() for name in "abc"}), field)
        false += bool(dominance(cells)["dominates"].any())
    assert false <= stats.binom.ppf(0.999, 40, 0.05)


def test_pairwise_dominance_by_hand():
    beats = beaten(np.array([[3.0, 1.0, 2.0], [3.0, 1.0, 3.0]]))  # two criteria, three designs
    assert beats.tolist() == [[False, True, True], [False, False, False], [False, True, False]]
    assert not beaten(np.array([[1.0, 1.0], [2.0, 2.0]])).any()
    assert not beaten(np.array([[1.0, np.nan], [2.0, 0.0]])).any()


def test_the_front_and_the_values_of_the_view():
    storm = constant(a=60, b=90, c=50)
    frame = made(constant(a=100, b=90, c=80), constant(a=50, b=60, c=40), constant(a=9, b=9, c=10), storm)
    values, front = pareto(frame, SCENARIOS, ["a", "b", "c"], seed=1)
    assert front.set_index("design")["non_dominated"].to_dict() == {"a": True, "b": True, "c": False}
    assert front["probability"].tolist() == [1.0, 1.0, 0.0]
    assert front["beaten_by"].tolist() == ["", "", "a b"]
    stable = values[values["criterion"] == "stability"].set_index("design")
    assert stable["value"].to_dict() == {"a": 60.0, "b": 90.0, "c": 50.0}
    assert stable.loc["a", "scenario"] == "storm" and (values["low"] == values["value"]).all()
    days = values[values["criterion"] == "lead_time"]
    assert set(days["direction"]) == {-1} and set(days["unit"]) == {"d"}


def test_the_probability_of_not_being_dominated_is_near_the_normal_one():
    rng = np.random.default_rng(3)
    gain = rng.normal(size=30)
    gain = (gain - gain.mean()) / gain.std(ddof=1) + 0.2
    frame = made({"a": [0.0] * 30, "b": gain.tolist()}, *[{"a": [5.0] * 30, "b": [5.0] * 30}] * 2)
    front = pareto(frame, SCENARIOS[:1], ["a", "b"], seed=1)[1].set_index("design")
    assert front.loc["a", "probability"] == pytest.approx(stats.norm.sf(0.2 * math.sqrt(30)), abs=0.03)
    assert front.loc["b", "probability"] == pytest.approx(stats.norm.cdf(0.2 * math.sqrt(30)), abs=0.03)


def test_what_was_not_measured_is_not_weighed_and_one_scenario_has_no_stability():
    frame = made(constant(a=1, b=2), constant(a=1, b=2), {"a": [1.0] * 4, "b": [math.nan] * 4})
    assert [one.name for one in weighed(frame, SCENARIOS, ["a", "b"])] == ["profit", "hours_a", "stability"]
    assert [one.name for one in weighed(frame, SCENARIOS[:1], ["a", "b"])] == ["profit", "hours_a"]
    assert [one.direction for one in CRITERIA] == [1, 1, -1, 1]
