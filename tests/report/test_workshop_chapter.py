"""The chapter on the workshop and the live session: groups only, nothing on single people, and left out without answers."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from simkit.report.chapters.registry import write_chapter
from simkit.report.workbench.workshop_live import live_blocks

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "value"))

from made_workshop import made_workshop

VIEW = {"margin": 0.4, "growth": 0.3, "loyalty": 0.2, "referral": 0.1}


def of_workshop(report, workshop):
    return replace(report, analysis=replace(report.analysis, client=replace(report.analysis.client, workshop=workshop)))


def as_text(blocks) -> str:
    return "\n".join(json.dumps(block.to_json(), ensure_ascii=False) for block in blocks)


def test_without_questionnaires_it_is_left_out_with_the_reason(report_in):
    (block,) = write_chapter("workshop", of_workshop(report_in("en"), None))
    assert block.kind == "left_out"
    assert "No questionnaires" in block.content["reason"]


def test_the_demo_shows_weights_departments_ways_levels_and_taboos(chapter_in):
    blocks = {block.name: block for block in chapter_in("workshop", "en")}
    assert {"workshop_weights", "workshop_departments", "workshop_ways"} <= set(blocks)
    assert {"workshop_services", "workshop_offers", "workshop_responses", "workshop_taboos"} <= set(blocks)
    assert "Saaty 2005" in blocks["workshop_key_figures"].content["items"][2]["detail"]
    assert all(block.source for block in blocks.values() if block.kind == "figure")


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_shown_leads_to_a_person(report_in, language):
    report = report_in(language)
    shown = [write_chapter("workshop", report), *([live_blocks(report)] if language == "de" else [])]
    for blocks in shown:
        text = as_text(block for block in blocks if block.kind != "figure")
        assert not re.search(r"\bW?T\d{2}\b", text)
        assert "Fragebogen_" not in text
        assert not re.search(r"Teilnehmer \d+\b(?! )", text)
        assert "14d4e7445c" not in text


def test_under_five_participants_nothing_but_the_joint_weights_is_shown(report_in):
    people = {f"T{n:02d}": VIEW for n in range(1, 5)}
    departments = dict.fromkeys(people, "Sales")
    blocks = write_chapter(
        "workshop", of_workshop(report_in("en"), made_workshop(pairs=people, departments=departments))
    )
    assert [block.kind for block in blocks] == ["heading", "key_figures", "table", "text"]
    assert [column["name"] for column in blocks[2].content["columns"]] == ["label", "weight", "factor"]
    assert "only the joint result" in blocks[2].note


def test_a_single_participant_gives_no_weights(report_in):
    blocks = write_chapter("workshop", of_workshop(report_in("en"), made_workshop(pairs={"T01": VIEW})))
    assert [block.name for block in blocks] == ["workshop_title", "no_weights"]


def test_the_live_session_waits_for_the_first_file_and_tells_what_is_wrong_by_kind(report_in, tmp_path):
    report = report_in("en")
    assert [block.name for block in live_blocks(report, str(tmp_path))] == ["arrived", "waiting"]
    blocks = {block.name: block for block in live_blocks(report)}
    assert [row[1:] for row in blocks["live_problems"].content["rows"]] == [
        ["Points did not add up to 100 and were rescaled", 4],
        ["Comparisons filled in only in part", 1],
        ["Comparisons contradict each other (consistency ratio above 0.10)", 1],
    ]
    assert blocks["missing_criteria"].content["points"] == [
        "1 more, named by one person each; their words stand in the questionnaire alone."
    ]
