"""The chapter on how sure the comparison is tells what the frames hold, and changes its words with them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from drawn_charts import drawn, words

from simkit.foundation.formats import Formats
from simkit.report.chapters.comparison import chapter as comparison
from simkit.report.chapters.comparison import figures as draw
from simkit.report.chapters.comparison import tables as views
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.style import Style

GERMAN = Style(formats=Formats(language="de"))


@pytest.fixture
def view(report_in) -> StudyView:
    report = report_in("en")
    return StudyView(study=report.analysis.study, style=report.style)


@pytest.fixture
def builder(view: StudyView) -> ChapterBuilder:
    return ChapterBuilder(chapter="comparison", style=view.style)


def with_frames(view: StudyView, **frames: pd.DataFrame) -> StudyView:
    return replace(view, study=replace(view.study, frames={**view.study.frames, **frames}))


def test_the_zone_is_drawn_and_told(builder, view):
    frame = views.joint_differences(view)
    assert set(frame["zone"].round(-3)) == {60_000.0}  # 1 % of today's contribution of 6 million a year
    assert set(frame["design"]) == set(view.compared)
    block = comparison._differences(builder, view)
    assert "2 of 3 organisations earn more" in block.title and "and 1 less" in block.title and "1%" in block.note


def test_a_clear_leader_is_told_from_all_and_equals_are_named(builder, view):
    assert "can be told from all other" in comparison._selection(builder, view).title
    table = view.study.frame("by_scenario").assign(equals="hunter_farmer baseline")
    other = replace(view, study=replace(view.study, frames={**view.study.frames, "by_scenario": table}))
    title = comparison._selection(builder, other).title
    assert "Hunters and farmers, Today's organisation" in title


def test_regret_has_a_column_of_the_largest_and_the_title_names_the_smallest_of_them(builder, view):
    frame = views.regrets(view)
    assert list(dict.fromkeys(frame["scenario_label"]))[-1] == "Largest regret"
    assert "safest with 'Stretched T'" in comparison._regret(builder, view).title
    shown = words(draw.regret(view.style, frame), view.style)
    assert any(text.startswith("0.60\n(") for text in shown)  # today's 3.0 against 3.6 million a year


def test_dominance_counts_the_comparisons_and_says_when_there_is_none(builder, view):
    frame = views.dominances(view)
    assert set(frame["cells"]) == {9}
    assert any(text.endswith("dominates") for text in words(draw.dominance(view.style, frame), view.style))
    none = with_frames(view, dominance=view.study.frame("dominance").assign(dominates=False))
    assert comparison._dominance(builder, none).title.startswith("No organisation")
    assert not any(
        "dominates" in text for text in words(draw.dominance(view.style, frame.assign(dominates=False)), view.style)
    )


def test_every_aim_has_a_panel_with_unit_and_direction(view):
    shown = words(draw.criteria(GERMAN, views.criteria(view)))
    assert "Arbeitstage · ← weniger ist besser" in shown and "Stunden · mehr ist besser →" in shown
    frame = views.criteria(view)
    three = drawn(draw.criteria(GERMAN, frame[frame["criterion"] != "stability"]))
    assert [axes.axison for axes in three.axes] == [True, True, True, False]


def test_what_is_worth_knowing_comes_first_and_nothing_is_said_to_turn_what_nothing_turns(builder, view):
    assert comparison._information(builder, view).title.startswith("Nothing of what was tested")
    row = {
        "item": "handover.giver_h", "kind": "parameter", "label_de": "Übergabe", "label_en": "Hand-over", "value": 120_000.0,
        "low": float("nan"), "high": float("nan"), "turns_at": "low", "unit": "money",
    }  # fmt: skip
    table = pd.concat([view.study.frame("information"), pd.DataFrame([row])], ignore_index=True)
    block = comparison._information(builder, with_frames(view, information=table))
    assert "to know 'Hand-over', at most €120,000" in block.title
    assert block.content["rows"][0] == ["Hand-over", "€120,000", "", "low end"]


def test_the_chapter_is_left_out_without_a_comparison(diagnosis_only):
    assert (
        "Orders are missing"
        in comparison.blocks(diagnosis_only.analysis, diagnosis_only.builder("comparison")).reason.en
    )
