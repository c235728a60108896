"""The sheet for the works council: what it says of levels is what the exhibits show."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from simkit.report.chapters.registry import write_chapter
from simkit.report.chapters.works_council.levels import levels_table
from simkit.report.document.document import assemble
from simkit.report.document.story import blocks_of_part, numbers_of
from simkit.report.staff_groups import groups_of, labels_of

NAMES = ("decision", "time", "workshop", "service", "organisation", "plan")


@pytest.fixture(scope="module")
def whole(report_in, chapter_in):
    return [block for name in (*NAMES, "works_council") for block in chapter_in(name, "de")], report_in("de")


def levels(whole):
    blocks, report = whole
    numbers = {}
    for part in ("report", "appendix"):
        numbers |= numbers_of(blocks_of_part(blocks, part), part)
    return levels_table(blocks, numbers, report.imprint(blocks)), numbers


def test_the_levels_are_those_that_the_exhibits_show(whole):
    blocks, report = whole
    table, numbers = levels(whole)
    told = {row[0]: row[2].split(", ") for row in table.content["rows"]}
    teams = groups_of(report.analysis, "de")["team"]
    showing = {
        numbers[block.chapter, block.name]
        for block in blocks
        if (block.chapter, block.name) in numbers and labels_of(block) & teams
    }
    assert showing and set(told["Team"]) == showing


def test_a_level_that_no_exhibit_shows_is_not_told(whole):
    blocks, report = whole
    without = [block for block in blocks if not labels_of(block) & groups_of(report.analysis, "de")["team"]]
    table = levels_table(without, numbers_of(blocks_of_part(without, "appendix"), "appendix"), report.imprint(blocks))
    assert "Team" not in {row[0] for row in table.content["rows"]}
    nothing = levels_table([], {}, report.imprint(blocks))
    assert nothing.kind == "text" and "auch nicht als Gruppe" in nothing.content["paragraphs"][0]


def test_the_sheet_stands_alone_with_its_levels_and_without_the_mark(whole):
    blocks, report = whole
    page = assemble(blocks, report.imprint(blocks), run="r", date=dt.date(2026, 1, 1), part="works_council")
    assert "Auf welchen Ebenen Beschäftigte vorkommen" in page and "Vom Unternehmen auszufüllen" in page
    assert "ertraulich" not in page and 'id="decision"' not in page


@pytest.mark.parametrize(("country", "law"), [("DE", "BetrVG"), ("AT", "ArbVG"), ("CH", "328b"), ("FR", "")])
def test_the_law_is_that_of_the_clients_country(report_in, country, law):
    report = report_in("de")
    config = report.analysis.client.config.model_copy(update={"country": country})
    client = replace(report.analysis.client, config=config)
    other = replace(report, analysis=replace(report.analysis, client=client))
    other.analysis.__dict__.update(
        {key: value for key, value in report.analysis.__dict__.items() if key not in ("client", "settings")}
    )
    text = str(write_chapter("works_council", other))
    assert all((word in text) == (word == law) for word in ("BetrVG", "ArbVG", "328b"))
    assert ("DSGVO" in text) == (country in ("DE", "AT", "FR"))


def test_a_country_that_nobody_stated_brings_no_law(report_in):
    report = report_in("de")
    config = report.analysis.client.config
    unstated = config.model_copy()
    unstated.__pydantic_fields_set__.discard("country")
    other = replace(report, analysis=replace(report.analysis, client=replace(report.analysis.client, config=unstated)))
    other.analysis.__dict__.update(
        {key: value for key, value in report.analysis.__dict__.items() if key not in ("client", "settings")}
    )
    text = str(write_chapter("works_council", other))
    assert not [word for word in ("BetrVG", "ArbVG", "328b", "DSGVO") if word in text]
    assert "country" in config.model_fields_set


def test_what_the_plan_means_for_staff_is_told_where_the_model_fits(whole):
    blocks, _ = whole
    effects = next(block for block in blocks if block.name == "effects")
    assert any("Stellen" in row[0] for row in effects.content["rows"])
