"""The chapter on what must be true: whole in both languages at full depth, honest about what is missing below it."""

import json
import re
from dataclasses import replace

import matplotlib as mpl
import pytest
from drawn_charts import PICTURES
from test_chapters import ENGLISH_WORDS, GERMAN_WORDS, written

from simkit.foundation.formats import Formats
from simkit.report.chapters.registry import write_chapter
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.document.chapter_builder import SHORT
from simkit.report.document.chart import Chart
from simkit.report.document.study_views import StudyView
from simkit.report.document.style import Style

FIGURES = {
    "screening", "tornado", "victory_map", "elasticity_threshold", "hiring_lag", "break_even_line", "interplay", "flat_maximum",
}  # fmt: skip


@pytest.fixture(scope="module")
def tested():
    from made_robustness import made_robustness, made_subject

    return made_subject().study, made_robustness()


@pytest.fixture(scope="module")
def full(report_in, tested):
    study, found = tested

    def build(language: str):
        report = report_in(language)
        whole = replace(
            report,
            analysis=replace(report.analysis, settings=report.analysis.settings.model_copy(update={"depth": "full"})),
        )
        whole.analysis.__dict__.update(
            study=replace(study, gate=report.analysis.study.gate),
            robustness=found,
            time_use=report.analysis.time_use,
            value=report.analysis.value,
        )
        return whole

    return build


@pytest.fixture(scope="module")
def pages(full):
    return {language: write_chapter("robustness", full(language)) for language in ("de", "en")}


@pytest.mark.parametrize(("language", "foreign"), [("de", ENGLISH_WORDS), ("en", GERMAN_WORDS)])
def test_the_chapter_is_whole_and_speaks_one_language(pages, language, foreign):
    blocks = pages[language]
    assert {block.name for block in blocks if block.kind == "figure"} == FIGURES
    assert len({block.name for block in blocks}) == len(blocks)
    for block in blocks:
        texts = [block.title, block.note, block.unit, *written(dict(block.content))]
        assert not [text for text in texts if foreign.search(text)]
        labels = re.findall(r"<text[^>]*>([^<]*)</text>", str(block.content.get("svg", "")))
        assert not [label for label in labels if foreign.search(label)]
        rest = json.dumps(block.to_json(), ensure_ascii=False).replace(str(block.content.get("svg")), "")
        assert not re.search(r"\{[a-z_]+\}|\bnan\b|Text\(", rest)


def test_every_chart_has_message_unit_and_source(pages):
    for block in pages["de"]:
        if block.kind == "figure":
            assert block.title and block.unit and block.source, block.name
            assert (Chart.model_validate(block.content["chart"]).kind == "picture") == (block.name in PICTURES)
            assert len(block.content["short_title"]) <= SHORT and "…" not in block.content["short_title"]


def test_the_tornado_names_how_many_assumptions_turn_the_order(pages):
    title = next(block.title for block in pages["en"] if block.name == "tornado")
    assert title.startswith(
        "2 of 6 assumptions may turn the order of 'Stretched T' and 'Today's organisation', 2 of them"
    )


def test_the_regions_are_reported_as_sentences(pages):
    rules = next(block.content["points"] for block in pages["de"] if block.name == "regions")
    assert rules[1].startswith("„Stretched T“ lohnt sich, wenn „Wirkung der Betreuung auf die Bestellrate“ über 0,")
    assert "bleibt am besten, wenn" in rules[0]
    assert "in fast keinem geprüften Punkt" in rules[2]


def test_what_to_measure_first_is_reported(pages):
    block = next(block for block in pages["en"] if block.name == "information")
    assert block.title.endswith("first Hand-over of a case, giving side")
    assert [row[2] for row in block.content["rows"]] == ["high end", "low end"]


def test_no_region_is_reported_plainly(tested, full):
    study, found = tested
    areas = found.frames["regions"].assign(outcome="no region")
    empty = replace(found, frames={**found.frames, "regions": areas, "sides": found.frames["sides"].iloc[:0]})
    view = RobustnessView(found=empty, study=StudyView(study=study, style=full("en").style))
    assert "no rule can be told from chance" in view.rule("stretched_t")
    assert view.map_box(view.map_axes()).empty


def test_below_full_depth_the_chapter_says_what_full_adds(chapter_in):
    blocks = chapter_in("robustness", "en")
    assert [block.name for block in blocks] == ["robustness_title", "what_full_adds", "compensation", "break_even_line"]
    assert "--depth full" in blocks[1].content["paragraphs"][0]


def test_the_compensation_ratio_stands_beside_its_parts(pages):
    table = next(block.content for block in pages["en"] if block.name == "compensation")
    row = next(row for row in table["rows"] if row[0] == "Stretched T")
    assert row[1] == "+700 (+700 … +700)"
    assert row[-1] == "7.0 (7.0 to 7.0)"


def test_without_a_comparison_the_chapter_is_left_out(diagnosis_only):
    (block,) = write_chapter("robustness", diagnosis_only)
    assert block.kind == "left_out"


def test_a_tornado_marks_only_what_turns(tested, full):
    study, found = tested
    view = RobustnessView(found=found, study=StudyView(study=study, style=full("en").style))
    figure = draw.tornado(Style(formats=Formats(language="en")), view.swings("baseline")).figure
    diamonds = [line for line in figure.axes[0].lines if line.get_marker() == "D"]
    assert len(diamonds) == 2
    assert "recommendation turns" in {text.get_text() for text in figure.findobj(mpl.text.Text)}


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_recommendation_says_where_it_holds_and_what_to_find_out_first(full, tested, language):
    report = full(language)
    (_, block) = write_chapter("decision", report)
    view = RobustnessView(found=tested[1], study=StudyView(study=report.analysis.study, style=report.style))

    assert view.rule(report.analysis.study.recommendation.shown) in block.content["confidence"]
    worth = view.information()
    assert len(worth) > 0
    dearest = worth.sort_values("value", ascending=False, kind="stable").iloc[0]
    assert f"{dearest['label']}" in block.content["steps"][1]
    assert dearest["worth"] in block.content["steps"][1]
