"""The deck of a report: every text in its placeholder, in whatever master, and the same bytes each time."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path

import pytest
from made_deck import made_chart, made_figure, made_source
from pptx import Presentation

from simkit.report.outputs.deck.deck_writer import deck_of, write_deck
from simkit.report.outputs.deck.layouts import kind_of
from simkit.report.outputs.deck.speaker_notes import notes_of

DATE = dt.date(2026, 12, 1)


def four_to_three(folder: Path) -> Path:
    """The template that python-pptx has: 4:3, without a place for a source."""
    Presentation().save(str(folder / "usual.pptx"))
    return folder / "usual.pptx"


def renamed(folder: Path) -> Path:
    """The same with layouts of other names, in another order, with a slide in it, and a placeholder for the source."""
    deck = Presentation()
    for number, layout in enumerate(deck.slide_layouts):
        layout.name = f"Folie {number}"
    content = deck.slide_layouts[1]
    body = next(one for one in deck.slide_layouts[2].placeholders if kind_of(one) == "BODY")._element
    body.nvSpPr.cNvPr.set("name", "Quelle")
    body.find(".//{*}ph").set("idx", "77")
    content.shapes._spTree.append(body)
    deck.slides.add_slide(deck.slide_layouts[0])
    deck.save(str(folder / "ours.pptx"))
    return folder / "ours.pptx"


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    """The deck in our master and in two others."""
    folder = tmp_path_factory.mktemp("masters")
    masters = {"own": None, "4:3": four_to_three(folder), "renamed": renamed(folder)}
    return {name: deck_of(made_source(master=master)) for name, master in masters.items()}


def texts_in_placeholders(slide) -> str:
    return "\n".join(shape.text_frame.text for shape in slide.placeholders if shape.has_text_frame)


@pytest.mark.parametrize("master", ["own", "4:3", "renamed"])
def test_titles_numbers_and_sources_stand_in_placeholders(decks, master: str) -> None:
    slide = decks[master].slides[3]

    assert slide.shapes.title.text_frame.text == "Von 100 Stunden erreichen 20 den Kunden"
    assert "Quelle: Zeiterfassung, 24 Personen" in texts_in_placeholders(slide)
    assert "Abb.\u00a01" in texts_in_placeholders(slide)
    assert [kind_of(one) for one in slide.placeholders].count("SLIDE_NUMBER") == 1
    assert "Vertraulich" in texts_in_placeholders(slide)


@pytest.mark.parametrize("master", ["own", "4:3", "renamed"])
def test_charts_tables_and_pictures_stand_in_the_place_of_the_content(decks, master: str) -> None:
    held = [
        "chart" if shape.has_chart else "table" if shape.has_table else "picture"
        for slide in decks[master].slides
        for shape in slide.placeholders
        if not shape.has_text_frame
    ]

    assert sorted(held) == ["chart", "chart", "picture", "table", "table"]
    assert not [
        one
        for slide in decks[master].slides
        for one in slide.placeholders
        if one.has_text_frame and not one.text_frame.text
    ]


@pytest.mark.parametrize("master", ["own", "4:3", "renamed"])
def test_nothing_stands_outside_of_a_slide(decks, master: str) -> None:
    deck = decks[master]

    for slide in deck.slides:
        for shape in slide.shapes:
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width + 20, shape.name
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height + 20, shape.name


def test_slides_of_the_master_itself_are_not_in_the_deck(decks) -> None:
    assert len(decks["renamed"].slides) == len(decks["own"].slides) == 8


def test_the_first_pages_say_what_to_do_and_why(decks) -> None:
    cover, answer, basis = list(decks["own"].slides)[:3]

    assert "Diagnose der Vertriebsorganisation" in texts_in_placeholders(cover)
    assert answer.shapes.title.text_frame.text.startswith("Setzen Sie den Plan um")
    told = texts_in_placeholders(answer)
    for words in (
        "+320.000 €",
        "Der Plan bringt mehr.",
        "Abgelehnte Aufträge",
        "Im März beginnen.",
        "Vier Wochen Zeit.",
    ):
        assert words in told
    assert "Alle Messgrößen passen." in texts_in_placeholders(basis)


def test_notes_hold_caveat_intervals_and_source(decks) -> None:
    notes = decks["own"].slides[3].notes_slide.notes_text_frame.text

    assert "Hinweis: Intervalle: 95 %." in notes
    assert "Verkaufen · Kunde: 20,0\u00a0% (10,0\u00a0% bis 25,0\u00a0%)" in notes
    assert "Quelle: Zeiterfassung, 24 Personen" in notes


def test_ends_of_small_intervals_in_the_notes_can_be_told_apart() -> None:
    chart = made_chart("line", {"category": [1.0], "value": [5.3], "low": [5.1], "high": [5.6]}, unit="Mio. €")
    notes = notes_of(made_source(), made_figure("time", "small", chart))

    assert "5,30 (5,10 bis 5,60) Mio. €" in notes


def test_a_long_table_says_how_many_rows_stand_in_the_workbook(decks) -> None:
    slide = list(decks["own"].slides)[-1]
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    shown = len(table.rows) - 1

    assert table.cell(1, 0).text == "Schritt 1"
    assert table.cell(1, 1).text == "1.000\u00a0€"
    assert any(
        f"… {60 - shown} weitere Zeilen in der Arbeitsmappe" in one.text_frame.text
        for one in slide.shapes
        if one.has_text_frame
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"quick": True}, "Schnelllauf"), ({"verdict": "draft"}, "Entwurf"), ({}, "")],
)
def test_every_slide_of_a_draft_says_that_it_is_one(changes, told: str) -> None:
    deck = deck_of(made_source(**changes))

    for slide in deck.slides:
        texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert (told in texts) if told else ("Schnelllauf" not in texts and "Entwurf" not in texts)


def test_two_builds_give_the_same_bytes_and_no_time_of_day(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_deck(made_source(), tmp_path / name, DATE)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    with zipfile.ZipFile(tmp_path / "one") as deck:
        assert {entry.date_time[0] for entry in deck.infolist()} == {1980}
        workbook = next(name for name in deck.namelist() if name.endswith(".xlsx"))
        with zipfile.ZipFile(io.BytesIO(deck.read(workbook))) as inner:
            assert {entry.date_time[0] for entry in inner.infolist()} == {1980}
            assert b"2026-12-01T00:00:00Z" in inner.read("docProps/core.xml")


def test_texts_are_marked_with_their_language(decks) -> None:
    runs = [run._r.rPr.get("lang") for shape in decks["own"].slides[3].placeholders if shape.has_text_frame
            for paragraph in shape.text_frame.paragraphs for run in paragraph.runs]  # fmt: skip

    assert set(runs) == {"de-DE"}
