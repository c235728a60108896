"""The recommendation follows from selection, regret and what other experiments found, never from a wish."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_study import made_results

from simkit.foundation.text import LANGUAGES
from simkit.study.advice.condition_texts import worth_knowing
from simkit.study.bilingual_texts import BilingualNumbers
from simkit.study.comparison.regret import value_of_parameters
from simkit.study.organisation_study import concluded
from simkit.study.plans.study_settings import StudySettings

MILLION = 1e6
LATE = "retirements_not_replaced"
SMALL = {"designs": ("baseline", "baseline_value_first", "hunter_farmer"), "scenarios": ("today", LATE)}


def study(profit, **settings):
    asked = {**SMALL, "replications": 10, **settings}
    return concluded(made_results(profit, **asked), StudySettings(**asked), "")


def said(texts) -> str:
    return " ".join(text.en for text in texts)


def test_a_clear_winner_is_told_from_all_others_and_goes_first():
    found = study({"hunter_farmer": 1.2 * MILLION}).recommendation
    assert (found.verdict, found.goes_first, found.confidence_level) == ("winner", "hunter_farmer", "medium")
    assert "can be told from every other design" in said(found.reasons)
    assert "no scenario would another design be better" in said(found.confidence_reasons)
    assert "safest with Hunters and farmers as well" in said(found.conditions)


def test_among_equals_whose_change_costs_the_same_the_better_one_goes_first():
    found = study(
        {"hunter_farmer": 1.204 * MILLION, "baseline_value_first": 1.2 * MILLION}, replications=3
    ).recommendation
    assert (found.verdict, found.best, found.goes_first) == ("no_clear_winner", "hunter_farmer", "hunter_farmer")
    assert "the simpler change goes first" in found.headline.en and found.headline.de.count("  ") == 0


def test_among_equals_today_goes_first_and_nothing_is_changed():
    found = study(
        {"hunter_farmer": 1.004 * MILLION, "baseline_value_first": 0.8 * MILLION}, replications=3
    ).recommendation
    assert (found.verdict, found.best, found.goes_first) == ("no_clear_winner", "hunter_farmer", "baseline")
    assert "today's organisation goes first" in found.headline.en


def test_a_winner_that_would_lose_more_elsewhere_is_a_bet_of_low_confidence():
    profit = {"hunter_farmer": 1.3 * MILLION, f"hunter_farmer@{LATE}": 0.4 * MILLION}
    found = study(profit, replications=3)
    advice = found.recommendation
    assert (advice.verdict, advice.design, advice.confidence_level) == ("winner", "hunter_farmer", "low")
    assert "gives away €200,000" in said(advice.confidence_reasons)
    assert "would give away €200,000 a year" in said(advice.conditions) and "Turns in the scenario" in said(
        advice.conditions
    )
    assert "are safer with" in said(advice.conditions)
    worst = found.frame("worst_regret").set_index("design")
    assert worst.loc["hunter_farmer", "scenario"] == LATE and worst.loc["baseline", "regret"] == pytest.approx(
        100_000.0
    )


def test_a_winner_that_loses_a_little_elsewhere_has_medium_confidence():
    profit = {"hunter_farmer": 1.3 * MILLION, f"baseline_value_first@{LATE}": 1.4 * MILLION}
    assert study(profit).recommendation.confidence_level == "medium"


def test_keeping_today_can_be_sure_too():
    found = study(dict.fromkeys(SMALL["designs"][1:], 0.8 * MILLION)).recommendation
    assert (found.verdict, found.design, found.confidence_level) == ("keep", "baseline", "medium")


def test_when_no_parameter_turns_the_choice_nothing_has_to_be_measured_before():
    gains = {"handover.giver_h": np.repeat([[1.0], [5.0], [2.0]], 3, axis=1)}
    step = worth_knowing(value_of_parameters(gains, {}), BilingualNumbers())
    assert step.en.startswith("None of the assumptions tested turns the choice")


@pytest.mark.parametrize(
    ("profit", "replications"),
    [
        ({}, 1),
        ({"hunter_farmer": 1.1e6, f"hunter_farmer@{LATE}": 0.5e6}, 2),
        ({"hunter_farmer": 1.004e6}, 2),
        ({"hunter_farmer": -2e6, "baseline_value_first": 0.9e6}, 2),
    ],
)
def test_every_sentence_is_whole_in_both_languages(profit, replications):
    found = study(profit, replications=replications).recommendation
    for text in (found.headline, *found.confidence_reasons, *found.reasons, *found.conditions, *found.next_steps):
        for language in LANGUAGES:
            written = text.to(language)
            assert written.endswith(".") and "{" not in written and "nan" not in written.split(), written


def test_one_scenario_needs_no_view_on_scenarios():
    found = study({"hunter_farmer": 1.2 * MILLION}, scenarios=("today",), replications=2)
    assert "rule out no scenario" not in said(found.recommendation.conditions)
    assert set(found.frame("information")["item"]) == {"replications"}
    assert found.recommendation.next_steps[1].en.startswith("Measure for four weeks")


def test_what_is_worth_less_than_one_a_year_is_not_named():
    labels = {"label_de": ["Last", "Übergabe"], "label_en": ["Load", "Hand-over"]}
    found = worth_knowing(pd.DataFrame({**labels, "value": [1160.0, 0.3]}), BilingualNumbers()).en
    assert "'Load'" in found and "Hand-over" not in found
    assert (
        "None of the assumptions" in worth_knowing(pd.DataFrame({**labels, "value": [0.9, 0.3]}), BilingualNumbers()).en
    )
