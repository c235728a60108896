"""The chapter on the calibration: what fits, what does not and why, and what the history says, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.client_settings import Response
from simkit.report.chapters.registry import write_chapter
from simkit.study.calibration.fit_gate import Gate
from simkit.study.calibration.saved_calibration import STATES, Saved


def blocks(report):
    return {block.name: block for block in write_chapter("calibration", report)}


@pytest.mark.parametrize(("language", "yes", "no"), [("de", "ja", "nein: "), ("en", "yes", "no: ")])
def test_every_figure_says_whether_it_fits_and_why_not(report_in, language, yes, no):
    rows = blocks(report_in(language))["calibration_moments"].content["rows"]

    assert rows[0][-1] == yes
    assert all(row[-1].startswith(no) and len(row[-1]) > 20 for row in rows[1:])


def test_the_reason_names_the_parameter_in_the_readers_language(report_in):
    german = blocks(report_in("de"))["calibration_moments"].content["rows"]

    assert "Antwortzeit interner Partner" in german[1][-1] and "widersprechen sich" in german[1][-1]
    assert "in diesem Entwurf nicht angepasst" in german[3][-1]


def test_of_a_calibrated_model_the_gate_stands_first_and_what_was_not_reached_is_told_so(report_in):
    report = report_in("en")
    saved = Saved(state="valid", override={}, fit=pd.DataFrame())
    told = Gate(level="fits_except", checked=3, passed=1, words=Text(de="x", en="only 1 of 3"))
    report.analysis.__dict__["model_fit"] = replace(report.analysis.model_fit, saved=saved, gate=told)
    found = blocks(report)

    assert found["calibration_state"].content["paragraphs"] == [STATES["valid"].en, "only 1 of 3"]
    assert found["calibration_moments"].content["rows"][3][-1].startswith("no: not reached")


def test_what_was_fitted_and_what_tests_the_fit_is_told_apart(report_in):
    report = report_in("en")
    rows = blocks(report)["calibration_moments"].content["rows"]
    assert [row[-2] for row in rows] == ["fitted, mandatory", "fitted, mandatory", "tests, mandatory", "fitted"]

    fit = report.analysis.model_fit.fit.assign(counted=False)
    report.analysis.__dict__["model_fit"] = replace(report.analysis.model_fit, fit=fit)
    rows = blocks(report)["calibration_moments"].content["rows"]
    assert {row[-2] for row in rows} == {"measured too badly, does not count"}


def test_the_titles_are_messages_with_the_numbers(report_in):
    found = blocks(report_in("en"))

    assert found["calibration_figures"].content["items"][0]["value"] == "1 of 4"
    assert "1 of 2 figures" in found["calibration_backtest"].title
    assert found["calibration_moments"].source


def test_figures_of_a_short_log_are_told_to_be_scaled_up(report_in):
    plain = report_in("en")
    assert "scaled up" not in blocks(plain)["calibration_moments"].note
    client = plain.analysis.client
    log = client.table("activities")
    short = log[log["started_at"] < log["started_at"].min().normalize() + pd.Timedelta(days=54)]
    cut = replace(client, tables={**client.tables, "activities": short})
    analysis = replace(plain.analysis, client=cut)
    analysis.__dict__.update({**plain.analysis.__dict__, "client": cut})
    note = blocks(replace(plain, analysis=analysis))["calibration_moments"].note
    assert "The activity log spans 54 days" in note and "scaled up from it" in note


def test_without_a_backtest_the_reason_stands_there(report_in):
    report = report_in("en")
    report.analysis.__dict__["model_fit"] = replace(report.analysis.model_fit, backtest=None)

    assert "15 months" in blocks(report)["backtest_missing"].content["paragraphs"][0]


def test_what_was_too_thin_is_listed_once(report_in):
    listed = blocks(report_in("de"))["calibration_kept"].content["points"]

    assert listed == ["Kündigungen je Person und Jahr"]  # the response is reported with its estimate


def test_a_client_that_is_not_simulated_is_left_out_with_the_reason(report_in):
    report = report_in("en")
    reason = STATES["none"]
    report.analysis.__dict__["model_fit"] = Missing(reason=reason)

    (only,) = write_chapter("calibration", report)
    assert only.kind == "left_out" and only.content["reason"] == reason.en


def test_the_share_of_needed_contacts_that_is_received_stands_with_its_interval_and_source(chapter_in):
    block = next(one for one in chapter_in("calibration", "en") if one.name == "calibration_received")
    assert block.title == "A customers receive 34% of the care contacts that they need (30% to 39%)"
    row = dict(zip([column["name"] for column in block.content["columns"]], block.content["rows"][0], strict=True))
    assert (row["measured"], row["needed"], row["share"]) == (8.5, 25.0, "34% (30% to 39%)")
    assert row["source"] == "agreed in the workshop"
    # all talks, on selling too, are more than those of care alone
    assert row["talks"] > row["measured"] and "All talks" in block.note


@pytest.mark.parametrize(("language", "words"), [("de", "angenommenen Auslastung"), ("en", "at the assumed load")])
def test_talks_that_are_only_logged_do_not_stand_beside_care_that_is_scaled_up(report_in, language, words):
    report = report_in(language)
    service = report.analysis.service
    raw = replace(service, time=replace(service.time, logged_share=None))
    other = replace(report, analysis=replace(report.analysis))
    other.analysis.__dict__.update(report.analysis.__dict__ | {"service": raw})
    block = next(one for one in write_chapter("calibration", other) if one.name == "calibration_received")
    assert "talks" not in [column["name"] for column in block.content["columns"]]
    assert words in block.note


def test_the_response_that_the_model_uses_stands_beside_what_the_history_shows(report_in):
    told = " ".join(blocks(report_in("de"))["calibration_history"].content["points"])
    assert "Elastizität 0,10 (−0,10 bis 0,30, 40 Kunden in 7 Vierteljahren)" in told
    assert "rechnet das Modell: 0,25" in told
    assert "Albers" in told  # where the number comes from
    assert "from_history" not in told


def test_a_history_that_was_asked_for_and_cannot_be_used_is_told(report_in):
    report = report_in("en")
    config = report.analysis.client.config.model_copy(update={"response": Response(from_history=True)})
    client = replace(report.analysis.client, config=config)
    asked = replace(report, analysis=replace(report.analysis, client=client))
    asked.analysis.__dict__["model_fit"] = report.analysis.model_fit
    told = " ".join(blocks(asked)["calibration_history"].content["points"])
    assert "The assumption stays" in told
