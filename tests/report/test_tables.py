"""Tables: raw values, written for the reader."""

from pathlib import Path

import pandas as pd
import pytest

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.table_content import TableColumn, table_content, write_csv, written

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
