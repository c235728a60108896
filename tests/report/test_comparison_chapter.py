"""The chapter on how sure the comparison is tells what the frames hold, and changes its words with them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from drawn_charts import words

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


def test_regret_has_a_column_of_the_largest_and_the_title_names_the_smallest_of_them(builder, view):
    frame = views.regrets(view)
    assert list(dict.fromkeys(frame["scenario_label"]))[-1] == "Largest regret"
    assert "'Stretched T' gives away least" in comparison._regret(builder, view).title
    shown = words(draw.regret(view.style, frame), view.style)
    assert any(text.startswith("0.60\n(") for text in shown)  # today's 3.0 against 3.6 million a year


def test_the_chapter_is_left_out_without_a_comparison(diagnosis_only):
    assert (
        "Orders are missing"
        in comparison.blocks(diagnosis_only.analysis, diagnosis_only.builder("comparison")).reason.en
    )
