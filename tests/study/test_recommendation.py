from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from made_study import made_results

from simkit.foundation.formats import significant
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import LANGUAGES, Text
from simkit.intake.settings.goals_settings import Goals
from simkit.study.advice.recommendation import Recommendation, from_record, to_record
from simkit.study.bilingual_texts import BilingualNumbers, listed
from simkit.study.calibration.fit_gate import Gate
from simkit.study.joint_draws.joint_summary import DRIVER_COLUMNS, SUMMARY_COLUMNS
from simkit.study.result_tables import Results, all_frames, recommendation_of

FITS = Gate(level="fits", checked=9, passed=9, words=Text(de="passt", en="fits"))
SMALL = {"designs": ("baseline", "hunter_farmer"), "scenarios": ("today",)}
LOAD = ("hunter_farmer", 1, "load.utilisation", "Auslastung", "Load", 0.4, 3e5, 2e4, 0.9)


def drawn(median: float = 2e5, low: float = 5e4, high: float = 4e5, right: float = 0.85) -> pd.DataFrame:
    rows = [("baseline", 0.0, 0.0, 0.0, 0.0, 1 - right, 0.0, 0.2, 50, 0.0, 0.9),
            ("hunter_farmer", median, low, high, 0.97, right, 0.7, 0.9, 50, 0.0, 0.9)]  # fmt: skip
    return pd.DataFrame(rows, columns=list(SUMMARY_COLUMNS))


def made(profit: float = 1.6e6, **settings) -> Results:
    return replace(made_results({"hunter_farmer": profit}, **{**SMALL, **settings}), gate=FITS)


def advice(results: Results, **frames: pd.DataFrame) -> Recommendation:
    return recommendation_of(results, {**all_frames(results), **frames}, BilingualNumbers())


def test_what_surely_gains_and_is_right_in_most_draws_is_advised_with_the_range_of_the_draws():
    found = advice(made(), joint_summary=drawn())
    assert (found.verdict, found.design, found.shown) == ("do_it", "hunter_farmer", "hunter_farmer")
    assert found.headline.en == (
        "Implement Hunters and farmers: about €200,000 more contribution after cost of sales a year (+6.0% of today's "
        "contribution; €50,000 to €400,000)."
    )
    assert (found.money.value, found.money.low, found.money.high, found.money.basis) == (2e5, 5e4, 4e5, "joint")
    assert any("85% of 50 joint draws" in reason.en for reason in found.reasons)


def test_the_number_in_the_headline_lies_within_its_range_whatever_the_simulation_says():
    found = advice(made(9e6), joint_summary=drawn())
    assert found.money.low <= found.money.value <= found.money.high


def test_without_draws_there_is_no_advice_and_the_interval_is_chance_alone():
    found = advice(made())
    assert (found.verdict, found.because, found.design, found.confidence_level) == (
        "measure_first",
        "not_drawn",
        "",
        "low",
    )
    assert found.shown == "hunter_farmer" and "nicht gemeinsam gezogen" in found.headline.de
    assert found.money.basis == "simulation"
    few = drawn(median=float("nan"), low=float("nan"), high=float("nan"), right=float("nan"))
    assert advice(made(), joint_summary=few).money == found.money


def test_todays_organisation_is_kept_where_nothing_gains():
    found = advice(made(0.4e6), joint_summary=drawn(-2e5, -4e5, -1e5, 0.0))
    assert (found.verdict, found.design) == ("keep", "")
    assert found.headline.en.startswith("Keep today's organisation: no plan that was examined brings more than €0")
    assert found.next_steps[0].en.startswith("Do not change the organisation")


def test_a_gain_within_the_zone_changes_nothing():
    assert advice(made(1.004e6), joint_summary=drawn()).verdict in ("keep", "measure_first")
    assert not advice(made(1.004e6), joint_summary=drawn()).design


def test_what_the_draws_hang_on_is_measured_first():
    drivers = pd.DataFrame([LOAD], columns=list(DRIVER_COLUMNS))
    found = advice(made(), joint_summary=drawn(right=0.6), joint_drivers=drivers)
    assert (found.verdict, found.because) == ("measure_first", "unreliable")
    assert found.headline.en == "Measure first: 'Load' (4 weeks). Whether 'Hunters and farmers' pays depends on it."
    assert found.next_steps[1].en == "First measure what is worth most before deciding: 'Load' (up to €20,000 a year)."
    assert any("'Load'" in reason.en and "€300,000" in reason.en for reason in found.confidence_reasons)


def test_what_to_measure_is_written_in_what_the_goals_count():
    results = made()
    frame = results.frame
    cared = (frame["measure"] == "facing_by_segment_h") & (frame["group"] == "A")
    more = frame["value"].where(~(cared & (frame["design"] == "hunter_farmer")), 1.5 * frame["value"])
    hours = replace(results, frame=frame.assign(value=more), goals=Goals(counts="customer_hours_A"))
    drivers = pd.DataFrame([(*LOAD[:6], 300.0, 20.0, 0.9)], columns=list(DRIVER_COLUMNS))
    found = advice(hours, joint_summary=drawn(right=0.6), joint_drivers=drivers)
    assert found.because == "unreliable"
    assert found.next_steps[1].de.endswith("„Auslastung“ (bis zu 20 Stunden im Jahr).")
    assert any("300 hours" in reason.en for reason in found.confidence_reasons)


def test_a_model_that_does_not_fit_promises_nothing():
    found = advice(replace(made(), gate=Gate(level="does_not_fit", words=Text(de="passt nicht", en="does not fit"))))
    assert found.verdict == "not_usable" and "does not fit" in found.headline.en and found.confidence_level == "low"


def test_a_plan_whose_work_piles_up_is_never_advised():
    results = replace(made_results({"hunter_farmer": 1.6e6}, {"hunter_farmer": 20_000.0}, **SMALL), gate=FITS)
    frame = results.frame
    present = frame[frame["measure"] == "facing_h"].assign(measure="present_h", value=10_000.0)
    found = advice(replace(results, frame=pd.concat([frame, present])), joint_summary=drawn())
    assert (found.verdict, found.because, found.design) == ("keep", "no_feasible", "")
    assert "open work grows" in found.headline.en


def test_nobody_is_surer_than_the_draws_the_measurements_and_the_promises_allow():
    assert advice(made(), joint_summary=drawn(right=0.85)).confidence_level == "medium"
    sure = made()
    measured = sure.parameters
    for path in list(measured)[: len(measured) // 2]:
        measured = measured.patch({path: measured.value(path)}, Provenance(kind="measured", source="orders"))
    known = replace(sure, parameters=measured)
    assert advice(known, joint_summary=drawn(right=0.95)).confidence_level == "high"


def test_a_draft_says_that_it_is_one():
    found = advice(made(replications=4))
    assert any("only 4 replications" in risk.en for risk in found.risks)


def test_one_replication_gives_no_advice_and_no_crash():
    assert advice(made(replications=1), joint_summary=drawn()).design == ""


@pytest.mark.parametrize("profit", [1.2e6, 1e6, 0.5e6])
@pytest.mark.parametrize("joint", [{}, {"joint_summary": drawn()}, {"joint_summary": drawn(right=0.3)}])
def test_every_sentence_is_complete_in_both_languages(profit, joint):
    found = advice(made(profit, replications=3, scenarios=("today", "hiring_freeze")), **joint)
    texts = [
        found.headline,
        found.confidence,
        *found.reasons,
        *found.risks,
        *found.confidence_reasons,
        *found.next_steps,
    ]
    texts += [figure.sentence for figure in (found.money, found.people, found.hours)]
    for text in texts:
        for language in LANGUAGES:
            written = text.to(language)
            assert written.endswith(".") and not re.search(r"[{}]|\bnan\b|–|None", written), written


def test_numbers_are_written_for_the_clients_country():
    results = made(1.2345e6)
    frames = {**all_frames(results), "joint_summary": drawn(median=78_200.0)}
    found = recommendation_of(results, frames, BilingualNumbers(country="CH", currency="CHF"))
    assert "CHF" in found.headline.de and "78’200" in found.headline.de


def test_a_recommendation_survives_its_record():
    found = advice(made(replications=2))
    assert from_record(to_record(found)) == found


def test_words_are_joined_and_numbers_rounded_for_reading():
    assert significant(123456.0) == 123000.0 and significant(0.0) == 0.0
    assert BilingualNumbers().amounts(-2e6, 500_000.0).en == "−€2.00m to €0.50m"
    numbers = [BilingualNumbers().number(number) for number in (1, 2, 3)]
    assert listed(numbers).de == "1, 2 und 3"
