"""The decision page: what the answer rests on comes before any amount, and without a fit there is neither verdict nor amount."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pandas as pd
import pytest

from simkit.foundation.text import Text, same
from simkit.report.chapters.registry import write_chapter
from simkit.report.document.document import assemble
from simkit.study.calibration.fit_gate import NOT_CALIBRATED, Gate

DOES_NOT = Gate(
    level="does_not_fit", checked=14, passed=12, failed=(same("Aufträge im Jahr"), same("Gewinnquote")),
    words=Text(de="Das Modell bildet Ihr Unternehmen nicht ab.", en="The model does not reproduce your company."),
)  # fmt: skip
EURO = re.compile(r"€|EUR|Mio\.")


def decision(report, study):
    report.analysis.__dict__["study"] = study
    return next(block for block in write_chapter("decision", report) if block.kind == "decision").content


@pytest.mark.parametrize("language", ["de", "en"])
def test_load_fit_and_measured_share_stand_first(report_in, made_outcome, language):
    basis = decision(report_in(language), made_outcome)["basis"]
    told = " ".join(basis)
    assert ("85\u00a0%" if language == "de" else "85%") in basis[0] and ("Annahme" in told or "assumption" in told)
    assert "14" in basis[1] and len(basis) == 3


def test_what_was_measured_of_the_load_is_said_so(report_in, made_outcome):
    assumed = made_outcome.frame("assumed")
    row = assumed[assumed["path"] == "load.utilisation"].assign(kind="measured", value=0.86, low=0.78, high=0.95)
    frames = {
        **made_outcome.frames, "measured": pd.concat([made_outcome.frame("measured"), row]),
        "assumed": assumed[assumed["path"] != "load.utilisation"],
    }  # fmt: skip
    first = decision(report_in("de"), replace(made_outcome, frames=frames))["basis"][0]
    assert first.startswith("Wir messen: Ihr Vertrieb ist zu 86\u00a0% ausgelastet (78\u00a0% bis 95\u00a0%)")


@pytest.mark.parametrize(("gate", "verdict"), [(DOES_NOT, "not_usable"), (NOT_CALIBRATED, "draft")])
def test_without_a_fit_there_is_no_verdict_and_no_amount(report_in, made_outcome, gate, verdict):
    content = decision(report_in("de"), replace(made_outcome, gate=gate))
    assert content["verdict"] == verdict and content["figures"] == [] and content["risks"] == []
    told = {name: part for name, part in content.items() if name not in ("found", "shown_in")}
    assert not EURO.search(json.dumps(told, ensure_ascii=False)) and "Stretched" not in json.dumps(told)
    assert len(content["steps"]) == 3
    if gate.failed:
        assert content["not_fitting"] == ["Aufträge im Jahr", "Gewinnquote"]
        assert "Aufträge im Jahr" in content["steps"][0]


def test_a_draft_is_marked_on_the_cover_and_its_charts_promise_no_amount(report_in, made_outcome):
    import datetime as dt

    report = report_in("de")
    report.analysis.__dict__["study"] = replace(made_outcome, gate=NOT_CALIBRATED)
    blocks = [block for name in ("decision", "organisation", "comparison") for block in write_chapter(name, report)]
    assert "nicht an Ihre Daten angepasst" in assemble(
        blocks, report.imprint(blocks), run="r", date=dt.date(2026, 1, 1)
    )
    assert not [block.title for block in blocks if block.chapter != "decision" and EURO.search(block.title)]
    notices = [block for block in blocks if block.name == "not_fitting"]
    assert {block.chapter for block in notices} == {"organisation", "comparison"}
    assert not EURO.search(json.dumps([block.content for block in notices], ensure_ascii=False))


def test_the_range_beside_the_gain_is_that_of_the_joint_draws(report_in, made_outcome):
    drawn = pd.DataFrame(
        {"design": ["stretched_t"], "median": [5e5], "low": [1e5], "high": [9e5], "share_positive": [0.97],
         "reliability": [0.84], "reliability_low": [0.7], "reliability_high": [0.9], "draws": [50],
         "dropped_share": [0.0], "q2": [0.9]}
    )  # fmt: skip
    study = replace(made_outcome, frames={**made_outcome.frames, "joint_summary": drawn})
    money = replace(study.recommendation.money, low=1e5, high=9e5, basis="joint")
    study = replace(study, recommendation=replace(study.recommendation, money=money))
    content = decision(report_in("de"), study)
    assert "in 90\u00a0% der Ziehungen" in content["figures"][0]["detail"].replace("90 %", "90\u00a0%")
    alone = decision(report_in("de"), made_outcome)
    assert "nur Zufall der Simulation" in alone["figures"][0]["detail"]
    assert any("nur den Zufall der Simulation" in text for text in alone["confidence"])


def test_the_comparison_tells_the_gains_over_the_draws_and_what_they_hang_on(report_in, made_outcome):
    drawn = pd.DataFrame(
        {"design": ["baseline", "stretched_t"], "median": [0.0, 5e5], "low": [0.0, -1e5], "high": [0.0, 9e5],
         "share_positive": [0.0, 0.97], "reliability": [0.1, 0.84], "reliability_low": [0.0, 0.7],
         "reliability_high": [0.2, 0.9], "draws": [50, 50], "dropped_share": [0.02, 0.02], "q2": [0.9, 0.9]}
    )  # fmt: skip
    drivers = pd.DataFrame(
        {"design": ["stretched_t"], "rank": [1], "parameter": ["load.utilisation"], "label_de": ["Auslastung"],
         "label_en": ["Load"], "share": [0.4], "effect": [3e5], "worth": [2e4], "q2": [0.9]}
    )  # fmt: skip
    report = report_in("de")
    report.analysis.__dict__["study"] = replace(
        made_outcome, frames={**made_outcome.frames, "joint_summary": drawn, "joint_drivers": drivers}
    )
    blocks = {block.name: block for block in write_chapter("comparison", report)}
    gains, hangs = blocks["joint_gains"], blocks["joint_drivers"]
    assert gains.content["rows"][0][1:3] == ["+500.000\u00a0€", "−100.000\u00a0€ … +900.000\u00a0€"]
    assert "84\u00a0%" in gains.title and "50 gemeinsame Ziehungen" in gains.source and "2\u00a0%" in gains.source
    assert hangs.content["rows"][0][1] == "Auslastung" and len(hangs.content["rows"]) == 1
    report.analysis.__dict__["study"] = made_outcome
    assert "joint_gains" not in {block.name for block in write_chapter("comparison", report)}


@pytest.mark.parametrize("verdict", ["do_it", "keep", "measure_first"])
def test_the_figures_say_whose_they_are(report_in, made_outcome, verdict):
    advised = "stretched_t" if verdict == "do_it" else ""
    advice = replace(made_outcome.recommendation, verdict=verdict, design=advised, shown="stretched_t")
    content = decision(report_in("de"), replace(made_outcome, recommendation=advice))
    name = made_outcome.frame("designs").set_index("design").loc[advice.shown, "label_de"]
    assert len(content["figures"]) == 3
    assert content["figures_of"] == f"„{name}“ gegenüber heute"
