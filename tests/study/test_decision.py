from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_runs import runs

from simkit.study.advice import decision
from simkit.study.advice.decision import by_scenario, decide, replications_needed
from simkit.study.paired_comparison import half_width

REPLICATIONS = np.random.default_rng(4).normal(10e6, 1e6, 12).round(2)


def decided(gains: dict[str, float], noise: float = 0.0, sustainable: bool = True):
    rng = np.random.default_rng(5)
    values = {"baseline": REPLICATIONS.tolist()}
    values |= {name: (REPLICATIONS + gain + noise * rng.normal(size=12)).tolist() for name, gain in gains.items()}
    flags = dict.fromkeys(values, sustainable)
    return decide(runs(values), "today", list(values), baseline="baseline", sustainable=flags, seed=1)


def of(**values: list[float]):
    flags = dict.fromkeys(values, True)
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


def test_the_leads_over_the_rival_and_over_the_runner_up_are_told_apart():
    found = decided({"b": 0.2e6, "a": 1e6})
    assert (found.best, found.runner_up) == ("a", "b")
    assert (found.difference, found.lead_over_runner_up) == (pytest.approx(1e6), pytest.approx(0.8e6))
    assert found.zone_amount == pytest.approx(0.01 * REPLICATIONS.mean())  # 1 % of today's contribution


def test_a_lead_of_less_than_one_is_certain_or_not_by_its_interval_alone():
    # Gains of 0.4, 0.5 and 0.6: half-width 4.303 · 0.1/√3 = 0.248; with steps of 0.5 instead of 0.1 it is 1.242.
    certain = of(baseline=[10.0, 10.0, 10.0], a=[10.4, 10.5, 10.6])
    assert (certain.low, certain.high) == (pytest.approx(0.2516, abs=1e-4), pytest.approx(0.7484, abs=1e-4))
    assert certain.doubts == () and certain.equals == ()
    doubtful = of(baseline=[10.0, 10.0, 10.0], a=[10.0, 10.5, 11.0])
    assert doubtful.low == pytest.approx(-0.7421, abs=1e-4)
    assert doubtful.doubts == ("uncertain", "not_distinguished")


def test_a_rival_beaten_in_one_direction_only_is_an_equal_all_the_same():
    # Steps of 0.25: the one-sided half-width is 2.920 · 0.25/√3 = 0.421, the two-sided one 0.621, the gain between them.
    found = of(baseline=[10.0, 10.0, 10.0], a=[10.25, 10.5, 10.75])
    assert found.low == pytest.approx(-0.121, abs=1e-3)
    assert (found.doubts, found.equals, found.goes_first) == (("not_distinguished",), ("baseline",), "baseline")


def test_the_same_organisation_twice_is_no_lead_at_all():
    found = of(baseline=[10.0, 12.0, 11.0], a=[10.0, 12.0, 11.0])
    assert (found.best, found.difference, found.low, found.high) == ("baseline", 0.0, 0.0, 0.0)
    assert found.doubts == ("uncertain", "not_distinguished", "too_small")


def test_where_nothing_is_earned_a_lead_of_nothing_is_too_small_and_no_share_of_anything():
    found = of(baseline=[0.0, 0.0, 0.0], a=[0.0, 0.0, 0.0])
    assert "too_small" in found.doubts and np.isnan(found.relative)


@pytest.mark.parametrize(("today", "share"), [(0.5, 0.2), (-0.5, np.nan)])
def test_a_lead_is_a_share_of_what_is_earned_but_not_of_a_loss(today, share):
    found = of(baseline=[today] * 3, a=[today + 0.1] * 3)
    assert found.relative == pytest.approx(share, nan_ok=True)


def test_a_probability_that_just_reaches_the_threshold_is_enough(monkeypatch):
    monkeypatch.setattr(decision, "threshold", {"rule.probability_best": 1.0}.__getitem__)
    assert of(baseline=[10.0, 12.0], a=[11.0, 13.0]).doubts == ()  # ahead in every draw: 1.0


def test_one_replication_leaves_everything_uncertain():
    found = of(baseline=[10.0], a=[20.0])
    assert (found.replications, found.replications_needed) == (1, 1)
    assert {"uncertain", "not_distinguished"} <= set(found.doubts)


def test_what_was_not_recorded_moves_nothing_and_single_years_do_not_count():
    values = {name: (REPLICATIONS + gain).tolist() for name, gain in {"baseline": 0, "a": 1e6, "b": 0.99e6}.items()}
    half, none = runs({"a": [0.5] * 12}, "people_moved"), runs({"a": [0.0] * 12}, "people_moved")
    accounts = runs({"b": [3.0] * 12}, "accounts_moved")
    later = pd.concat([half, runs({"b": [9.0] * 12}, "people_moved")]).assign(year=1)

    def first(*moved):
        frame = pd.concat([runs(values), *moved, accounts])
        flags = dict.fromkeys(values, True)
        return decide(frame, "today", list(values), baseline="baseline", sustainable=flags, seed=1).goes_first

    assert first(half) == "b"  # accounts, but no people
    assert first(none) == "a"  # neither people nor accounts
    assert first(half, later) == "b"


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


def test_the_replications_needed_are_those_of_the_formula():
    gain = pd.Series([0.0, 2.0])  # standard deviation √2
    assert replications_needed(gain, 1.0, family=1) == 8  # (1.960 · 1.414/1)² = 7.7
    assert replications_needed(gain, 0.5, family=2) == 41  # (2.241 · 1.414/0.5)² = 40.2
    assert replications_needed(gain, 0.0, family=1) == 2  # no number reaches a half-width of 0


def test_a_small_lead_is_asked_for_to_the_zone_only():
    values = {"baseline": [1000.0, 1000.0, 1000.0], "a": [990.0, 1002.0, 1014.0]}  # ahead by 2 ± 12, zone 10
    assert of(**values).replications_needed == 6  # (1.960 · 12/10)² = 5.5


def test_decisions_become_one_row_per_scenario():
    table = by_scenario([decided({"a": 1e6, "b": 0.99e6})])
    assert table.loc[0, "doubts"] == "tied" and table.loc[0, "verdict"] == "no_clear_winner"
