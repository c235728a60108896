from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_runs import runs

from simkit.study.advice.decision import by_scenario, decide, replications_needed
from simkit.study.paired_comparison import half_width

REPLICATIONS = np.random.default_rng(4).normal(10e6, 1e6, 12).round(2)


def decided(gains: dict[str, float], noise: float = 0.0, sustainable: bool = True):
    rng = np.random.default_rng(5)
    values = {"baseline": REPLICATIONS.tolist()}
    values |= {name: (REPLICATIONS + gain + noise * rng.normal(size=12)).tolist() for name, gain in gains.items()}
    flags = dict.fromkeys(values, sustainable)
    return decide(runs(values), "today", list(values), baseline="baseline", sustainable=flags, seed=1)


def test_a_clear_lead_wins():
    found = decided({"a": 1e6, "b": 0.2e6}, noise=1e5)
    assert (found.verdict, found.best, found.runner_up, found.doubts) == ("winner", "a", "b", ())
    assert found.relative == pytest.approx(found.difference / REPLICATIONS.mean())
    assert found.lead_over_runner_up == pytest.approx(0.8e6, abs=2e5)


@pytest.mark.parametrize(
    ("gains", "noise", "sustainable", "doubt"),
    [
        ({"a": 0.3e6, "b": -1e6}, 3e6, True, "not_distinguished"),
        ({"a": 0.05e6, "b": -1e6}, 0.0, True, "too_small"),
        ({"a": 1e6, "b": 0.99e6}, 0.0, True, "tied"),
        ({"a": 1e6, "b": 0.99e6}, 2e6, True, "uncertain"),
        ({"a": 1e6, "b": 0.0}, 0.0, False, "not_sustainable"),
    ],
)
def test_every_doubt_is_found_and_prevents_a_winner(gains, noise, sustainable, doubt):
    found = decided(gains, noise, sustainable)
    assert doubt in found.doubts and found.verdict == "no_clear_winner"


def test_among_equals_the_change_that_moves_less_goes_first_and_one_that_piles_up_work_does_not():
    values = {
        name: (REPLICATIONS + gain).tolist()
        for name, gain in {"baseline": 0, "a": 1e6, "b": 0.99e6, "c": 0.98e6}.items()
    }
    people = runs({"a": [9.0] * 12, "b": [5.0] * 12, "c": [5.0] * 12}, "people_moved")
    accounts = runs({"a": [0.0] * 12, "b": [80.0] * 12, "c": [40.0] * 12}, "accounts_moved")
    frame = pd.concat([runs(values), people, accounts])
    common = {"baseline": "baseline", "seed": 1}
    sound = decide(frame, "today", list(values), sustainable=dict.fromkeys(values, True), **common)
    assert (sound.best, sound.equals, sound.goes_first) == ("a", ("b", "c"), "c")
    piled = decide(frame, "today", list(values), sustainable={**dict.fromkeys(values, True), "c": False}, **common)
    assert piled.goes_first == "b"


def test_two_designs_far_apart_that_noise_cannot_tell_apart_are_no_clear_winner():
    rng = np.random.default_rng(8)
    wild = rng.normal(0, 1e6, 12)
    values = {"baseline": REPLICATIONS.tolist(), "a": (REPLICATIONS + 2e6).tolist()}
    values["b"] = (REPLICATIONS + 1.6e6 + wild - wild.mean()).tolist()
    found = decide(
        runs(values), "today", list(values), baseline="baseline", sustainable=dict.fromkeys(values, True), seed=1
    )
    assert found.lead_over_runner_up > found.zone_amount and "tied" in found.doubts and found.equals == ("b",)
    assert found.replications_needed == replications_needed(pd.Series(-wild), 0.4e6, family=2) > 12  # to tell a from b


def test_today_is_kept_when_it_leads_clearly():
    found = decided({"a": -1e6, "b": -2e6}, noise=1e5)
    assert (found.verdict, found.best, found.runner_up) == ("keep", "baseline", "a")
    assert found.difference == pytest.approx(1e6, abs=2e5)


def test_the_replications_asked_for_reach_the_target():
    rng = np.random.default_rng(6)
    gain = pd.Series(rng.normal(0, 100.0, 12))
    number = replications_needed(gain, 20.0, family=3)
    more = rng.normal(0, gain.std(), (200, number))
    assert half_width(more, 1 - 0.05 / 3).mean() == pytest.approx(20.0, rel=0.05)
    assert replications_needed(gain, 1e9, family=3) == 12 and replications_needed(gain[:1], 1.0, family=3) == 1


def test_decisions_become_one_row_per_scenario():
    table = by_scenario([decided({"a": 1e6, "b": 0.99e6})])
    assert table.loc[0, "doubts"] == "tied" and table.loc[0, "verdict"] == "no_clear_winner"
