"""The chapter on assumptions tells which agreed service levels are simulated, from where they are, and which are not."""

from __future__ import annotations

import json

import pytest

from simkit.model.specification.model_parameters import load_defaults
from simkit.report.chapters.assumptions.chapter import agreed_blocks
from simkit.report.context import style_of
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.study.plans.agreed_plan import NO_PLAN, agreed_plan
from tests.study.made_agreement import agreed_client, workshop
from tests.study.made_client import value_of


def rows_of(config, language: str, table) -> list[list[str]]:
    (block,) = agreed_blocks(ChapterBuilder(chapter="assumptions", style=style_of(config, language)), table)
    return block.content["rows"]


@pytest.mark.parametrize(
    ("language", "a_year", "channel", "source", "left_out"),
    [
        ("de", "je\u00a0Jahr", "Telefon und Video", "Workshop: vereinbarte Servicelevel (n = 6)", "nicht simuliert"),
        ("en", "per\u00a0year", "phone and video", "workshop: agreed service levels (n = 6)", "not simulated"),
    ],
)
def test_agreed_levels_stand_with_today_plan_source_and_reason(demo, language, a_year, channel, source, left_out):
    client = agreed_client(workshop())
    rows = rows_of(demo.config, language, agreed_plan(client, value_of(client), load_defaults()).table)
    assert [row[0] for row in rows] == ["A"] * 5 + ["B"] * 4 + ["C"] * 4
    assert rows[0][2:] == ["24", f"12\u00a0{a_year}", f"24\u00a0{a_year}", source]
    assert [cell for row in rows for cell in row].count(channel) == 2  # asked for B, and so in the plan
    portal = rows[-3]
    assert portal[4] == "" and left_out in portal[5]
    answer = rows[2]
    assert answer[3:5] == ["40\u00a0h", "8\u00a0h"]


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Gewichte aus dem Workshop"), ("en", "weights from the workshop")]
)
def test_the_segments_of_the_simulation_stand_with_their_source(chapter_in, language, words):
    stated = next(block for block in chapter_in("assumptions", language) if block.kind == "notes")
    assert words in json.dumps(stated.to_json(), ensure_ascii=False)


def test_without_agreed_levels_there_is_no_table(demo):
    assert (
        list(agreed_blocks(ChapterBuilder(chapter="assumptions", style=style_of(demo.config, "de")), NO_PLAN.table))
        == []
    )
