"""Chapters: every sentence in the report's language, every number with its source, nothing made of assumptions alone."""

import datetime as dt
import json
import re
from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from simkit.foundation.errors import PrivacyError, UsageError
from simkit.report.chapters.registry import CHAPTERS, write_chapter
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.document import assemble
from simkit.report.document.table_content import TableColumn
from simkit.report.outputs import customer_workbook
from simkit.report.outputs.output_list import write_outputs
from simkit.report.outputs.report_content import ReportContent

NAMES = [chapter.name for chapter in CHAPTERS]
ENGLISH_WORDS = re.compile(r"\b(the|and|of|with|customers|hours|share)\b")
GERMAN_WORDS = re.compile(r"\b(und|der|die|das|nicht|Stunden|Kunden|Anteil)\b")
CODES = {"source", "mark", "svg", "png", "write", "name"}  # names of publications and of columns stay as they are


def written_in_chart(chart: dict) -> list[str]:
    """Return the texts of a chart but the names of its columns and what stands in them, which may be the client's words."""
    references = [reference["words"] for reference in chart["reference"]]
    return [chart["unit"], chart["axis"], *references, *(panel["unit"] for panel in chart["panels"])]


def written(document: object) -> list[str]:
    """Return every text of a block but the names of sources and the pictures."""
    if isinstance(document, dict) and "columns" in document and "reference" in document:
        return written_in_chart(document)
    if isinstance(document, dict) and "number" in document:  # a key figure; its unit is a code
        document = {**document, "unit": ""}
    if isinstance(document, str):
        return [document]
    if isinstance(document, dict):
        return [text for key, value in document.items() if key not in CODES for text in written(value)]
    return [text for item in document for text in written(item)] if isinstance(document, list) else []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_is_whole_in_both_languages(chapter_in, name, language):
    blocks = chapter_in(name, language)
    assert blocks[0].kind == "heading"
    assert len(blocks) > 1
    assert len({block.name for block in blocks}) == len(blocks)
    for block in blocks:
        text = json.dumps(block.to_json(), ensure_ascii=False)
        assert "Text(" not in text
        assert not re.search(r"\{[a-z_]+\}", text.replace(str(block.content.get("svg")), ""))
        assert "nan" not in re.findall(r"\bnan\b", text)


@pytest.mark.parametrize(("language", "foreign"), [("de", ENGLISH_WORDS), ("en", GERMAN_WORDS)])
@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"assumptions", "inputs"}])
def test_no_sentence_is_in_the_other_language(chapter_in, name, language, foreign):
    for block in chapter_in(name, language):
        texts = [block.title, block.note, block.unit, *written(dict(block.content))]
        assert not [text for text in texts if foreign.search(text)]


@pytest.mark.parametrize("language", ["de", "en"])
def test_charts_speak_the_language_too(chapter_in, language):
    foreign = ENGLISH_WORDS if language == "de" else GERMAN_WORDS
    for name in ("time", "workshop", "value", "service", "organisation", "comparison"):
        for block in chapter_in(name, language):
            labels = re.findall(r"<text[^>]*>([^<]*)</text>", str(block.content.get("svg", "")))
            assert not [label for label in labels if foreign.search(label)]


def test_every_chart_has_a_message_a_source_and_a_description(chapter_in):
    for name in NAMES:
        for block in chapter_in(name, "de"):
            if block.kind == "figure":
                assert block.title
                assert block.source
                assert block.content["alt"]


def test_the_decision_page_advises_with_money_people_and_hours(chapter_in):
    decision = chapter_in("decision", "en")[1].content
    assert decision["verdict"] == "measure_first", "nothing was drawn"
    assert "Stretched T" in decision["recommendation"] and decision["why"] and decision["ask"]
    assert len(decision["figures"]) == 3
    assert len(decision["steps"]) == 3
    assert decision["found"]
    assert decision["confidence"]
    assert decision["risks"]


def test_without_a_comparison_the_decision_page_says_so_and_asks_for_what_is_missing(diagnosis_only):
    decision = write_chapter("decision", diagnosis_only)[1].content
    assert decision["verdict"] == "diagnosis_only"
    assert "17.1% of working time reach the customer" in decision["recommendation"], "the strongest finding"
    assert "a diagnosis" in decision["confidence"][0]
    assert decision["found"] == ["The largest block of internal work: Coordination, 45.3% of the time."]
    assert decision["steps"][1:] == ["Deliver in addition: orders", "Deliver in addition: staff"]
    assert decision["steps"][0].startswith("Discuss the diagnosis"), "what follows from what was found"
    assert decision["figures"] == []


@pytest.mark.parametrize(("name", "words"), [("value", "assumptions alone"), ("organisation", "Orders are missing.")])
def test_a_chapter_of_assumptions_alone_is_left_out_with_the_reason(diagnosis_only, name, words):
    (block,) = write_chapter(name, diagnosis_only)
    assert block.kind == "left_out"
    assert words in block.content["reason"]


def test_chapters_not_asked_for_are_skipped(report_in):
    report = report_in("en")
    settings = report.analysis.settings.model_copy(update={"chapters": ("glossary",)})
    only = replace(report, analysis=replace(report.analysis, settings=settings))
    only.analysis.__dict__["study"] = report.analysis.study
    assert write_chapter("time", only) == []
    assert write_chapter("glossary", only)


def test_an_unknown_chapter_is_an_error(report_in):
    with pytest.raises(UsageError, match="Did you mean 'glossary'"):
        write_chapter("glosary", report_in("en"))


def test_no_group_of_people_under_the_minimum_is_shown(chapter_in):
    for block in chapter_in("time", "de"):
        for label in re.findall(
            r"\((\d+)\)", " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", str(block.content.get("svg"))))
        ):
            assert int(label) >= 5


def test_a_group_that_is_too_small_stops_the_report(report_in):
    report = report_in("en")
    roles = report.analysis.time_use.facing_by_role
    small = replace(report.analysis.time_use, facing_by_role=roles.assign(people=[4] * len(roles)))
    broken = replace(report, analysis=replace(report.analysis))
    broken.analysis.__dict__.update(study=report.analysis.study, time_use=small, value=report.analysis.value)
    with pytest.raises(PrivacyError):
        write_chapter("time", broken)


def test_a_table_with_a_person_in_it_is_refused(report_in):
    builder = ChapterBuilder(chapter="time", style=report_in("en").style)
    frame = pd.DataFrame({"employee_id": ["P01"], "share": [0.5]})
    with pytest.raises(PrivacyError):
        builder.table(
            "t", "T", frame, (TableColumn(name="employee_id", label="Who"), TableColumn(name="share", label="Share"))
        )


def test_the_report_lies_beside_its_charts_and_tables(report_in, chapter_in, tmp_path):
    report = report_in("de")
    blocks = [block for name in ("time", "value") for block in chapter_in(name, "de")]
    page = assemble(blocks, report.imprint(blocks), run="2026-01-01_120000", date=dt.date(2026, 1, 1))
    assert "Muster Maschinenbau GmbH" in page
    assert "Streng vertraulich" in page
    assert "01.01.2026" in page
    imprint = report.imprint(blocks)
    content = ReportContent(blocks=tuple(blocks), imprint=imprint, run="2026-01-01_120000", date=dt.date(2026, 1, 1))
    write_outputs(content, tmp_path)
    customer_workbook.write(report, tmp_path)
    charts = {path.stem for path in (tmp_path / "charts").glob("*.svg")}
    assert charts == {path.stem for path in (tmp_path / "charts").glob("*.png")}
    figures = {f"{block.chapter}_{block.name}" for block in blocks if block.kind == "figure"}
    assert {name.split("_", 1)[1].removesuffix("_16x9") for name in charts} == figures and len(charts) == 2 * len(
        figures
    )
    assert "01_time_hours_by_activity" in charts and (tmp_path / "charts" / "01_time_hours_by_activity.csv").is_file()
    written = (tmp_path / "charts" / "01_time_hours_by_activity_16x9.svg").read_text("utf-8")
    assert "Quelle: " in written and "Abb. 1" in written
    with Image.open(tmp_path / "charts" / "01_time_hours_by_activity_16x9.png") as picture:
        assert picture.width / picture.height == pytest.approx(16 / 9, abs=0.01)
    assert (tmp_path / "tables" / "customers.xlsx").is_file()


def test_the_decision_comes_first_whatever_the_order_of_the_notebooks(report_in, chapter_in):
    blocks = [block for name in ("glossary", "time", "decision") for block in chapter_in(name, "de")]
    imprint = report_in("de").imprint(blocks)
    page = assemble(blocks, imprint, run="r", date=dt.date(2026, 1, 1))
    assert page.index('id="decision"') < page.index('id="body"')
    appendix = assemble(blocks, imprint, run="r", date=dt.date(2026, 1, 1), part="appendix")
    assert appendix.index('id="time"') < appendix.index('id="glossary"') and 'id="decision"' not in appendix


def test_a_conversion_pays_from_a_saving_that_stands_beside_the_assumed_one(chapter_in):
    block = next(one for one in chapter_in("assumptions", "en") if one.name == "conversion")
    assert "pays from a saving of 13.5% of its cost; 10.0% is assumed" in block.content["paragraphs"][0]


@pytest.mark.parametrize(
    ("estimated", "logged", "title"),
    [
        (0.38, 0.375, "is overestimated: 38.0% felt, 37.5% logged"),
        (0.375, 0.38, "is underestimated: 37.5% felt, 38.0% logged"),
        (0.45, 0.38, "is overestimated: 45% felt, 38% logged"),
        (0.3754, 0.375, "Log and own estimate agree"),
    ],
)
def test_what_is_felt_and_what_is_logged_do_not_read_alike_where_one_is_called_more(
    report_in, estimated, logged, title
):
    report = report_in("en")
    use = report.analysis.time_use
    (row,) = use.perception.iloc[[0]].to_dict("records")
    row |= {"estimate_share": estimated, "log_share": logged, "gap_share": estimated - logged}
    row |= {"low": estimated - 0.0002, "high": estimated + 0.0002}
    other = replace(report, analysis=replace(report.analysis))
    other.analysis.__dict__.update(
        {**report.analysis.__dict__, "time_use": replace(use, perception=pd.DataFrame([row]))}
    )
    (block,) = [block for block in write_chapter("time", other) if block.name == "perception"]
    assert title in block.title
