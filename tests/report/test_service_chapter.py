"""The chapter on service: whole with a workshop, plain about today without one, left out without hours."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.report.chapters.registry import write_chapter
from simkit.report.chapters.service.tables import service_table
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.value.service.response_history import History
from simkit.value.service.service_study import NOT_SHOWN


def blocks_of(report) -> dict:
    return {block.name: block for block in write_chapter("service", report)}


@pytest.fixture(scope="module")
def english(report_in):
    return blocks_of(report_in("en"))


def with_service(report, **changes):
    other = replace(report, analysis=replace(report.analysis))
    other.analysis.__dict__.update(report.analysis.__dict__ | {"service": replace(report.analysis.service, **changes)})
    return other


def test_the_demo_shows_check_levels_teams_curves_and_split_with_sources(english) -> None:
    blocks = english

    assert {"hours_check", "service_levels", "hours_check_teams", "taboo_prices"} <= set(blocks)
    assert {"response_curves", "elasticities", "best_split", "customer_split"} <= set(blocks)
    assert all(block.source for block in blocks.values() if block.kind == "figure")
    assert "CALLPLAN +8.1%" in blocks["best_split"].note
    assert "0.34" in blocks["elasticities"].note


def test_a_log_of_54_days_is_scaled_up_and_not_called_measured(report_in, english) -> None:
    assert any("measured" in row[-1] for row in english["service_levels"].content["rows"])
    assert "activity log, " in english["service_levels"].source
    for language, origin, source in (
        ("en", "scaled up from 54 days", "activity log of 54 days, scaled up to a year"),
        ("de", "aus 54 Tagen hochgerechnet", "Zeiterfassung von 54 Tagen, auf ein Jahr hochgerechnet"),
    ):
        report = report_in(language)
        time = replace(report.analysis.service.time, years=54 / 365.25)
        levels = blocks_of(with_service(report, time=time))["service_levels"]
        origins = " ".join(row[-1] for row in levels.content["rows"])
        assert origin in origins
        assert "measured" not in origins and "gemessen" not in origins
        assert source in levels.source


def test_a_gain_above_the_published_ones_is_warned_of(report_in, english) -> None:
    assert "gain_warning" not in english
    high = with_service(report_in("en"), gain=Estimate(value=0.3, low=0.2, high=0.4))
    assert "Caution: 30.0%" in blocks_of(high)["gain_warning"].content["paragraphs"][0]


def test_customers_with_few_people_behind_their_hours_are_not_named(report_in, english) -> None:
    service = report_in("en").analysis.service
    hidden = set(service.customers.loc[service.customers["withheld"], "customer_id"])
    shown = {row[0] for row in english["customer_split"].content["rows"]}

    assert hidden and shown and not shown & hidden


def test_without_hours_by_segment_it_is_left_out_with_the_reason(report_in) -> None:
    report = report_in("en")
    report.analysis.__dict__["service"] = Missing(reason=NOT_SHOWN)
    (block,) = write_chapter("service", report)

    assert block.kind == "left_out"
    assert "hours check" in block.content["reason"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_each_organisation_has_its_own_check(report_in, language) -> None:
    report = report_in(language)
    view = StudyView(study=report.analysis.study, style=report.style)
    builder = ChapterBuilder(chapter="organisation", style=report.style)
    (block,) = service_table(builder, view, report.analysis.service, "source")

    assert len(block.content["rows"]) == 1 + len(view.compared)
    assert list(service_table(builder, view, None, "source")) == []


@pytest.mark.parametrize(
    ("asked", "low", "expected"),
    [
        (False, 0.1, "It is not reckoned with"),
        (True, 0.1, "because client.yaml says so"),
        (True, -0.1, "the assumption stays"),
    ],
)
def test_what_the_past_shows_stands_there_with_its_caveat_and_whether_it_is_used(
    report_in, asked: bool, low: float, expected: str
) -> None:
    past = History(elasticity=Estimate(value=0.2, low=low, high=0.3), customers=120, quarters=8)
    note = blocks_of(with_service(report_in("en"), history=past, asked_for_history=asked))["response_curves"].note
    assert "calling where orders are due looks the same" in note
    assert "120 customers in 8 quarters" in note
    assert expected in note
