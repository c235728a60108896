from __future__ import annotations

import re

import pytest
from made_study import made_results

from simkit.foundation.formats import significant
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import LANGUAGES
from simkit.study.advice.recommendation import from_record, to_record
from simkit.study.bilingual_texts import BilingualNumbers, listed
from simkit.study.organisation_study import concluded
from simkit.study.paired_comparison import PROFIT
from simkit.study.plans.study_settings import StudySettings
from simkit.study.result_tables import all_frames, recommendation_of

MILLION = 1e6


def advice(profit, open_work_h=None, **settings):
    return concluded(made_results(profit, open_work_h, **settings), StudySettings(**settings), "").recommendation


def test_a_design_that_leads_everywhere_wins_and_is_not_sure_without_draws_and_fit():
    found = advice({"stretched_t": 1.6 * MILLION, "baseline_value_first": 1.1 * MILLION})
    assert (found.verdict, found.design, found.confidence_level) == (
        "winner",
        "stretched_t",
        "medium",
    )  # no draws and no fit
    assert found.headline.en.startswith(
        "Stretched T earns €200,000 more profit a year than today (+6.0% of contribution"
    )
    assert found.money.value == pytest.approx(0.2 * MILLION) and found.money.relative == pytest.approx(0.06, abs=0.001)
    assert len(found.next_steps) == 3 and found.risks and found.conditions


def test_todays_organisation_is_kept_when_every_design_earns_less():
    found = advice(
        {"stretched_t": 0.4 * MILLION, "baseline_value_first": 0.85 * MILLION, "hunter_farmer": 0.1 * MILLION}
    )
    assert (found.verdict, found.design) == ("keep", "baseline")
    assert "Heutige Organisation" in found.confidence.de and found.money.value == pytest.approx(-0.05 * MILLION)
    assert found.headline.en.startswith("Keep today's organisation")


@pytest.mark.parametrize("profit", [{"stretched_t": 1.2e6}, {"stretched_t": 0.85e6, "hunter_farmer": 0.5e6}])
def test_profit_has_the_interval_of_the_decision_in_every_sentence(profit):
    results = made_results({"baseline_value_first": 0.8e6, **profit})
    frames = all_frames(results)
    found = recommendation_of(results, frames, BilingualNumbers())
    shown = "stretched_t"
    table = frames["simultaneous"]
    row = table[(table["scenario"] == "today") & (table["measure"] == PROFIT) & (table["design"] == shown)].iloc[0]
    assert found.money.value == pytest.approx(row["difference"])
    assert "simultaneous 95% interval" in found.money.sentence.en and "gemeinsames" in found.headline.de
    if found.best == shown:
        assert (found.money.low, found.money.high) == pytest.approx((row["low"], row["high"]))
        assert BilingualNumbers().amounts(found.money.low, found.money.high).en in found.headline.en
    else:
        assert found.money.low <= found.money.value <= found.money.high <= 0


def test_two_designs_within_the_indifference_zone_are_no_clear_winner():
    found = advice({"stretched_t": 1.204 * MILLION, "baseline_value_first": 1.2 * MILLION})
    assert (found.verdict, found.design, found.best) == ("no_clear_winner", "", "stretched_t")
    assert "practically equal" in found.headline.en and found.confidence_level == "low"


def test_a_gain_below_the_indifference_zone_is_no_clear_winner():
    found = advice(
        {"stretched_t": 1.004 * MILLION, "baseline_value_first": 0.9 * MILLION, "hunter_farmer": 0.9 * MILLION}
    )
    assert found.verdict == "no_clear_winner" and "too small to matter" in found.headline.en


def test_a_design_whose_work_piles_up_does_not_win():
    found = advice({"stretched_t": 1.5 * MILLION}, {"stretched_t": 2000.0})
    assert found.verdict == "no_clear_winner" and "cannot last" in found.headline.en
    assert any("put off" in risk.en for risk in found.risks)


def test_designs_that_are_equal_are_no_clear_winner_and_nothing_is_changed():
    found = advice({})
    assert found.verdict == "no_clear_winner" and found.best == "baseline"
    assert found.next_steps[0].en.startswith("Do not change the organisation")


def test_a_draft_says_that_it_is_one():
    found = advice({"stretched_t": 1.2 * MILLION}, replications=4)
    assert found.confidence_level == "medium"
    assert any("only 4 replications" in risk.en for risk in found.risks)


def test_one_replication_gives_no_winner_and_no_crash():
    found = advice({"stretched_t": 1.5 * MILLION}, replications=1)
    assert found.verdict == "no_clear_winner" and "told from chance" in found.headline.en


def test_more_measured_parameters_are_counted_and_not_asked_for_again():
    results = made_results({"stretched_t": 1.2 * MILLION})
    before = recommendation_of(results, all_frames(results), BilingualNumbers())
    asked = re.findall(r"(?<!\w)'(.+?)'(?!\w)", before.next_steps[1].en)
    paths = [parameter.path for parameter in results.parameters.values() if parameter.label.en in asked]
    parameter_set = results.parameters
    for path in paths:
        parameter_set = parameter_set.patch(
            {path: parameter_set.value(path)}, Provenance(kind="measured", source="orders")
        )
    from dataclasses import replace

    measured = replace(results, parameters=parameter_set)
    after = recommendation_of(measured, all_frames(measured), BilingualNumbers())
    assert len(asked) == 3 and not set(asked) & set(re.findall(r"(?<!\w)'(.+?)'(?!\w)", after.next_steps[1].en))
    assert "3 were measured in your company" in after.measured.en


@pytest.mark.parametrize("profit", [{"stretched_t": 1.2e6}, {}, {"hunter_farmer": 2e6}, {"stretched_t": 0.5e6}])
def test_every_sentence_is_complete_in_both_languages(profit):
    found = advice(profit, replications=2)
    texts = [found.headline, found.confidence, *found.reasons, *found.risks, *found.conditions, *found.next_steps]
    texts += [figure.sentence for figure in (found.money, found.people, found.hours)]
    for text in texts:
        for language in LANGUAGES:
            written = text.to(language)
            assert written.endswith(".") and not re.search(r"[{}]|\bnan\b|–|None", written), written


def test_numbers_are_written_for_the_clients_country():
    results = made_results({"stretched_t": 1.2345 * MILLION})
    found = recommendation_of(results, all_frames(results), BilingualNumbers(country="CH", currency="CHF"))
    assert "CHF" in found.headline.de and "78’200" in found.headline.de


def test_a_recommendation_survives_its_record():
    found = advice({"stretched_t": 1.2 * MILLION}, replications=2)
    assert from_record(to_record(found)) == found


def test_words_are_joined_and_numbers_rounded_for_reading():
    assert significant(123456.0) == 123000.0 and significant(0.0) == 0.0
    texts = BilingualNumbers().amounts(-2e6, 500_000.0)
    assert texts.en == "−€2.00m to €0.50m"
    assert (
        listed([BilingualNumbers().number(1), BilingualNumbers().number(2), BilingualNumbers().number(3)]).de
        == "1, 2 und 3"
    )


def test_a_loss_today_leaves_the_gain_a_share_of_contribution():
    designs = ("stretched_t", "hunter_farmer", "baseline_value_first", "baseline")
    found = advice({name: (-0.5e6 if name == "stretched_t" else -1e6) for name in designs}, replications=4)
    assert "€167,000 more profit a year than today (+6.2% of contribution" in found.headline.en


def test_a_hopelessly_small_difference_does_not_ask_for_thousands_of_replications():
    from simkit.study.advice.decision import Decision
    from simkit.study.advice.recommendation_texts import measure, next_steps

    decision = Decision(
        scenario="today", best="a", runner_up="b", baseline="b", probability_best=0.6, difference=10.0, low=-900.0,
        high=920.0, relative=0.1, lead_over_runner_up=10.0, zone_amount=1.0, replications=12, replications_needed=9000,
        sustainable=True, doubts=("uncertain", "not_distinguished"),
    )  # fmt: skip
    titles = {name: BilingualNumbers().number(1) for name in "ab"}
    assert "9" not in next_steps(decision, titles, measure([]), None, BilingualNumbers())[2].en
