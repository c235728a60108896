"""All documents of one run, read as text: a figure that stands in several of them is the same everywhere."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping

import pytest
from test_plan_chapter import METHOD_WORDS, made_searched, whole_in  # noqa: F401 (fixtures)

from simkit.cli.plan_command import _tell
from simkit.report.chapters.registry import write_chapter
from simkit.report.document.document import assemble
from simkit.report.document.story import PARTS, blocks_of_part

MONEY = r"([\d.,]+ €)"
FIGURES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "gain over the draws": {
        "report": (
            rf"bringt rund {MONEY}",
            rf"Vertriebskosten je Jahr \| \+{MONEY}",
            rf"“ bringt {MONEY} im Jahr \|",
            rf"Schlanke Abläufe \| \+{MONEY} \|",
            rf"sind alle Annahmen offen, bringt der Plan {MONEY}",
        ),
        "appendix": (rf"Schlanke Abläufe \| \+{MONEY} \| \+",),
        "plan": (rf"bringt rund {MONEY}",),
    },
    "low end of the draws": {
        "report": (
            rf"der Ziehungen aller Annahmen \+{MONEY} …",
            rf"Schlanke Abläufe \| \+[\d.]+ € \| {MONEY} bis",
            rf"bringt der Plan [\d.]+ € \({MONEY} bis",
        ),
        "appendix": (rf"Schlanke Abläufe \| \+[\d.]+ € \| \+{MONEY} …",),
        "plan": (rf"Schlanke Abläufe +[\d.]+ € +{MONEY} …", rf"Deckungsbeitrags; {MONEY} bis"),
    },
    "gain on fresh runs": {
        "report": (rf"Suche unabhängigen Simulationsläufen {MONEY} im Jahr",),
        "plan": (rf"Schlanke Abläufe +{MONEY} +", rf"Suche unabhängigen Simulationsläufen {MONEY} im Jahr"),
    },
    "draws in which it is the best choice": {
        "report": (r"In (\d+ %) von \d+ gemeinsamen Ziehungen", r"Schlanke Abläufe \| \+[^|]+\|[^|]+\| (\d+ %) \|"),
        "appendix": (r"liegt in (\d+ %) der gemeinsamen Ziehungen",),
        "plan": (r"In (\d+ %) von \d+ gemeinsamen Ziehungen", r"(\d+ %) +eingehalten"),
    },
    "what the gain hangs on": {
        "report": (rf"„Auslastung“: [^|]*? im Jahr um {MONEY}", rf"Auslastung \| \d+ % \| {MONEY}"),
        "appendix": (rf"Auslastung \| \d+ % \| {MONEY}",),
        "plan": (rf"„Auslastung“: [^|]*? im Jahr um {MONEY}",),
    },
    "the plan told of": {
        "report": (r"Setzen Sie um: ([^.|]+)\.", r"„([^“|]+)“ gegenüber heute"),
        "works_council": (r"Geprüfter Plan: ([^.|]+)\.",),
        "plan": (r"Setzen Sie um: ([^.|]+)\.",),
    },
    "quantities checked": {
        "report": (r"Alle (\d+) geprüften Messgrößen",),
        "appendix": (r"Geprüfte Messgrößen \| (\d+) \|",),
    },
}
"""Where each figure stands, by document; `plan` is what ``simkit plan`` prints."""


@pytest.fixture(scope="module")
def run(whole_in):  # noqa: F811
    """The blocks of a run with all documents that tell of its plan, and its report."""
    blocks, report = whole_in("de")
    return [*blocks, *(block for name in ("comparison", "provenance") for block in write_chapter(name, report))], report


@pytest.fixture(scope="module")
def documents(run):
    """The text of each document; cells and paragraphs end with a stroke."""
    blocks, report = run
    return {
        part: text_of(assemble(blocks, report.imprint(blocks), run="r", date=dt.date(2026, 1, 1), part=part))
        for part in PARTS
    }


@pytest.fixture
def texts(documents, run, capsys):
    """The same with what the terminal tells."""
    _, report = run
    _tell(report.analysis.study, report.style.formats)
    return {**documents, "plan": re.sub(r"[ \u00a0\n]+", " ", capsys.readouterr().out)}


def text_of(page: str) -> str:
    body = page[page.index("<main") : page.index("<script>")]
    body = re.sub(r"<svg.*?</svg>|<caption>.*?</caption>", " ", body, flags=re.DOTALL)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</(?:td|th|dt|dd|span|li|p|h3)>", " | ", body)))
    return re.sub(r"\s+", " ", plain.replace("\u2060", ""))


def places(texts: Mapping[str, str], name: str) -> list[tuple[str, re.Match[str]]]:
    """Return where a figure stands; every place that it is known to stand in has it."""
    found = []
    for document, patterns in FIGURES[name].items():
        for pattern in patterns:
            match = re.search(pattern, texts[document])
            assert match, f"{name}: nothing in {document} reads {pattern}"
            found.append((document, match))
    return found


def disagreeing(texts: Mapping[str, str]) -> set[str]:
    """Return the figures that have several values."""
    return {name for name in FIGURES if len({match.group(1) for _, match in places(texts, name)}) > 1}


def test_no_two_documents_disagree(texts):
    assert disagreeing(texts) == set()


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_that_one_document_alone_tells_otherwise_is_found_out(texts, name):
    for document, match in places(texts, name):
        start, end = match.span(1)
        other = f"9{match.group(1)}"
        changed = {**texts, document: texts[document][:start] + other + texts[document][end:]}
        assert name in disagreeing(changed), f"{document}: {match.group()}"


def test_every_number_of_the_summary_stands_in_a_table_that_is_written_beside_it(run):
    blocks, _ = run
    number = re.compile(r"\d[\d.,]*\d|\d")
    (answer,) = (block for block in blocks if block.kind == "decision")
    (table,) = (block for block in blocks if block.name == "page_one")
    shown = {found for text in leaves(answer.content) for found in number.findall(text)}
    written = {found for row in table.content["rows"] for cell in row for found in number.findall(str(cell))}
    assert len(shown) > 20
    assert shown - written <= {"95", "20", "60", "139", "90"}, "levels of intervals, the top fifth, names of scenarios"


def leaves(content: object) -> list[str]:
    """Return every text in the content of a block."""
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return [content] if isinstance(content, str) else [text for one in inner for text in leaves(one)]


def test_no_method_word_stands_in_the_report_of_little_data(chapter_in):
    blocks = [block for name in ("time", "pipeline", "value", "lifetime") for block in chapter_in(name, "de")]
    told = [text for block in blocks_of_part(blocks, "report") for text in (block.title, block.unit, block.note)]
    assert told
    assert [word for word in (*METHOD_WORDS, "BG/") for text in told if word in text] == []
