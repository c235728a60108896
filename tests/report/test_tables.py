"""Tables: raw values, written for the reader."""

import re
from pathlib import Path

import pandas as pd
import pytest

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text
from simkit.report.chapters.registry import CHAPTERS
from simkit.report.document.blocks import Block
from simkit.report.document.table_content import (
    TableColumn,
    interval_text,
    number_text,
    table_content,
    write_csv,
    written,
)

COLUMNS = (
    TableColumn(name="name", label=Text(de="Größe", en="Name")),
    TableColumn(name="share", label="Anteil", write="share", digits=1),
    TableColumn(name="amount", label="Betrag", write="money", unit="EUR"),
)
FRAME = pd.DataFrame({"name": ["Äpfel", "Birnen"], "share": [0.1234, float("nan")], "amount": [1234.5, -2.0]})


def table(language: str) -> Block:
    formats = Formats(language=language)
    return Block(kind="table", name="t", content=table_content(FRAME, COLUMNS, formats), formats=formats)


def test_cells_stay_raw_and_headings_are_in_the_language():
    content = table("de").content
    assert content["rows"] == [["Äpfel", 0.1234, 1234.5], ["Birnen", None, -2.0]]
    assert [column["label"] for column in content["columns"]] == ["Größe", "Anteil", "Betrag"]


@pytest.mark.parametrize(
    ("language", "expected"), [("de", ["12,3\u00a0%", "1.234\u00a0€"]), ("en", ["12.3%", "€1,234"])]
)
def test_cells_are_written_in_the_language(language, expected):
    block = table(language)
    row, columns = block.content["rows"][0], block.content["columns"]
    assert [written(cell, column, block.formats) for cell, column in zip(row[1:], columns[1:], strict=True)] == expected


def test_a_missing_cell_is_a_dash():
    block = table("en")
    assert written(block.content["rows"][1][1], block.content["columns"][1], block.formats) == "–"


def test_a_german_csv_has_semicolons_and_decimal_commas(tmp_path: Path):
    write_csv(table("de"), tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["Größe;Anteil;Betrag (EUR)", "Äpfel;0,1234;1234,5", "Birnen;;-2"]


def test_an_english_csv_has_commas_and_decimal_points(tmp_path: Path):
    write_csv(table("en"), tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1] == "Äpfel,0.1234,1234.5"


@pytest.mark.parametrize(
    ("values", "expected"),
    [([412_000.0, -900.0], ["+€0.41m", "€0.00m"]), ([4_120.0, -900.0], ["+€4,120", "−€900"])],
)
def test_amounts_too_small_for_millions_are_told_as_they_are_in_the_whole_table(values, expected):
    columns = [TableColumn(name=name, label=name, write="signed_millions", digits=2) for name in ("gain", "low")]
    formats = Formats(language="en")
    content = table_content(pd.DataFrame({"gain": values[:1], "low": values[1:]}), columns, formats)
    assert [written(*pair, formats) for pair in zip(content["rows"][0], content["columns"], strict=True)] == expected


def test_an_interval_is_read_as_text_and_kept_as_numbers(tmp_path: Path):
    german = Formats(language="de")
    frame = pd.DataFrame(
        {
            "label": ["a", "b", "c"],
            "range": [interval_text(german, 0.1, 0.2, "share", 0), "–", "unbekannt"],
            "gain": [number_text("+3 (+1 … +5)", 3.0, 1.0, 5.0), number_text("+4", 4.0, float("nan")), "–"],
        }
    )
    columns = [TableColumn(name=name, label=name, write="figure") for name in frame]
    content = table_content(frame, columns, german)
    assert content["rows"][0] == ["a", "10\u00a0% bis 20\u00a0%", "+3 (+1 … +5)"]
    block = Block(kind="table", name="t", content=content, formats=german)
    assert block.content["numbers"] == {
        "range": [[None, 0.1, 0.2], None, None], "gain": [[3.0, 1.0, 5.0], [4.0, None, None], None],
    }  # fmt: skip
    write_csv(block, tmp_path / "t.csv")
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "label;range von;range bis;gain;gain von;gain bis"
    assert lines[1:] == ["a;0,1;0,2;3;1;5", "b;;;4;;", "c;unbekannt;;;;"]


INTERVAL = re.compile(r"\d[^;]*( bis | to | … )[^;]*\d")


@pytest.mark.parametrize(
    "name", [chapter.name for chapter in CHAPTERS if chapter.name not in {"decision", "provenance"}]
)
def test_every_interval_of_a_table_is_a_number_too(chapter_in, name: str):
    for block in chapter_in(name, "en"):
        if block.kind == "table":
            numbers = block.content.get("numbers", {})
            for place, column in enumerate(block.content["columns"]):
                cells = [str(row[place]) for row in block.content["rows"]]
                told = [cell for cell in cells if column["write"] == "figure" and INTERVAL.search(cell)]
                assert not told or column["name"] in numbers, f"{block.name}: {told[0]}"
