"""The page: one file, nothing asked of any host, readable for everybody."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from simkit.foundation.errors import UsageError
from simkit.foundation.formats import Formats
from simkit.foundation.paths import shipped
from simkit.report.chapters.pipeline.figures import shares
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure, Note
from simkit.report.document.style import Palette, Style
from simkit.report.document.table_content import TableColumn
from simkit.report.outputs.html import ChapterPages, HtmlPage, css_string, fragment, page

DECISION = {
    "verdict": "no_clear_winner",
    "found": ["F1"],
    "recommendation": "R & <b>",
    "figures": [{"label": "Geld", "value": "+1,2 Mio. €", "detail": ""}],
    "confidence": ["C1"],
    "risks": ["K1"],
    "steps": ["S1", "S2", "S3"],
}


def builder(language: str = "de") -> ChapterBuilder:
    return ChapterBuilder(chapter="time", style=Style(formats=Formats(language=language)))


def blocks(language: str = "de") -> tuple[Block, ...]:
    on = builder(language)
    frame = pd.DataFrame({"label": ["Außendienst"], "share": [0.2], "low": [0.1], "high": [0.3]})
    columns = (TableColumn(name="label", label="Rolle"), TableColumn(name="share", label="Anteil", write="share"))
    return (
        on.heading("h", "Zwischentitel"),
        on.text("t", "Absatz", points=["Punkt"]),
        on.key_figures("k", [KeyFigure(label="Anteil", value="12 %", detail="10 bis 14 %")]),
        on.figure("f", "Botschaft", shares(on.style, frame, "Anteil"), "Bildbeschreibung", Caption(source="Q")),
        on.table("tab", "Tabelle", frame, columns, Caption(note="N")),
        on.notes("n", [Note(label="Begriff", text="Erklärung", mark="[V]")]),
        on.other("decision", "d", "Entscheidung", DECISION),
    )


def report(language: str = "de", **cover: object) -> str:
    content = {
        "client": "Muster GmbH",
        "subtitle": "U",
        "confidentiality": "Streng vertraulich",
        "logo": "",
        "period": "P",
        "date": "D",
        "run": "demo",
        "draft": False,
    }
    front = builder(language).other("cover", "cover", "Diagnose", {**content, **cover})
    chapter = ChapterPages(name="time", title="Zeit", blocks=blocks(language))
    missing = builder(language).other("left_out", "x", "Kundenwert", {"reason": "keine Aufträge"})
    return page(HtmlPage(language=language, palette=Palette(), cover=front, chapters=(chapter,), left_out=(missing,)))


class Loads(HTMLParser):
    """Collects everything a browser would load, and elements that must not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        if tag == "img":
            self.images.append(values)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "srcset", "data", "poster"}]


def parsed(text: str) -> Loads:
    loads = Loads()
    loads.feed(text)
    return loads


@pytest.mark.parametrize("language", ["de", "en"])
def test_nothing_is_loaded_from_anywhere(language):
    text = report(language)
    loads = parsed(text)
    assert all(address.startswith(("data:", "#")) for address in loads.addresses)
    assert loads.tags.count("script") == 1 and "<script>" in text, "its own, which stands in the page"
    assert not re.search(
        r"@import|url\((?!data:|#)|http-equiv|<iframe|<object|<embed|fetch\(|XMLHttpRequest|import\(", text
    )


def test_the_charts_in_it_load_nothing_either():
    figure = next(block for block in blocks() if block.kind == "figure")
    assert not re.search(r"(href|src)=\"(?!#)|<!DOCTYPE|@import|url\((?!#)", figure.content["svg"])


def test_the_page_tells_its_language_and_describes_its_pictures():
    text = report("en")
    assert '<html lang="en">' in text
    assert 'role="img" aria-label="Bildbeschreibung"' in text and "<svg" in text and "Außendienst</text>" in text


def test_tables_have_headings_for_columns_and_rows():
    text = report()
    assert '<th scope="col"' in text
    assert '<th scope="row"' in text
    assert "<caption>" in text


def test_every_kind_of_block_is_shown():
    text = report()
    for words in (
        "Zwischentitel",
        "Absatz",
        "Punkt",
        "10 bis 14\u00a0%",
        "Botschaft",
        "20\u00a0%",
        "Erklärung",
        "S3",
        "keine Aufträge",
    ):
        assert words in text


def test_a_client_s_text_cannot_become_markup():
    text = report(client="<script>alert(1)</script>")
    assert text.count("<script>") == 1 and "alert(1)</script>" not in text
    assert "R &amp; &lt;b&gt;" in text


def test_the_running_header_cannot_leave_its_string():
    assert str(css_string('a"}</style>')) == '"a\\22 \\7d \\3c /style\\3e "'


def test_a_draft_says_so():
    assert "nicht zur Weitergabe" in report(draft=True)
    assert "nicht zur Weitergabe" not in report()


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("+€308,000", "+\u2060€308,000"),
        ("\u2212€5,420 to €593,000", "\u2212\u2060€5,420 to €593,000"),
        ("in 90 % der", "in 90\u00a0% der"),
        ("1,2 Mio. €", "1,2\u00a0Mio.\u00a0€"),
        ("95-%-Intervall", "95\u2011%\u2011Intervall"),
        ("Plan A - heute", "Plan A - heute"),
    ],
)
def test_an_amount_never_breaks_over_two_lines(written, shown):
    text = fragment(builder().text("t", written))
    assert shown in text


def test_the_colours_of_the_client_are_used():
    assert "--primary: #12395b" in report()


def test_a_fragment_stands_alone_in_a_notebook():
    html = fragment(blocks()[0])
    assert "Zwischentitel" in html
    assert "<html" not in html


@pytest.fixture
def theme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of an own theme in a workspace that is the present folder."""
    folder = tmp_path / "templates" / "theme"
    folder.mkdir(parents=True)
    (tmp_path / "client_data").mkdir()
    monkeypatch.chdir(tmp_path)
    return folder


def test_an_own_style_sheet_of_the_workspace_goes_before_the_shipped_one(theme: Path) -> None:
    before = report("en")
    (theme / "report.css").write_text("/* our style */", encoding="utf-8")
    assert "/* our style */" in report("en") and "/* our style */" not in before
    (theme / "report.css").unlink()
    assert report("en") == before


def test_an_own_template_of_the_workspace_goes_before_the_shipped_one_and_may_use_it(theme: Path) -> None:
    (theme / "report.html.j2").write_text(
        '{% import "blocks.html.j2" as kinds %}ours: {{ report.language }}', encoding="utf-8"
    )
    assert report("en") == "ours: en"


@pytest.mark.parametrize("name", ["report.css", "report.html.j2", "blocks.html.j2"])
def test_a_part_of_the_theme_that_is_missing_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    shutil.copytree(shipped("templates", "theme"), tmp_path / "templates" / "theme")
    (tmp_path / "templates" / "theme" / name).unlink()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simkit.foundation.paths.SHIPPED", tmp_path)
    with pytest.raises(UsageError, match=f"belongs to simkit is missing[\\s\\S]*{name}"):
        report("en")
