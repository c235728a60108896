"""Tables leave as CSV in the reader's dialect and as workbooks in which text stays text."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

import simkit
from simkit.foundation.table_writing import (
    as_written,
    csv_text,
    dialect_of,
    harmless,
    open_workbook,
    runs_as_formula,
    write_cell,
    write_csv,
    write_frame,
)


def test_a_csv_for_spreadsheets_has_a_byte_order_mark_windows_line_ends_and_quotes_where_need_be(
    tmp_path: Path,
) -> None:
    path = write_csv(tmp_path / "t.csv", [["a", "b"], ["1,5", 'x;"y"']], ";")
    assert path.read_bytes() == b'\xef\xbb\xbfa;b\r\n1,5;"x;""y"""\r\n'
    assert csv_text([["1,5", "x"]]) == '"1,5",x\n'


def test_a_character_that_the_encoding_lacks_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_csv(tmp_path / "t.csv", [["Łódź"]], ";", "cp1252")
    assert not (tmp_path / "t.csv").exists()


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [("de", "DE", (";", ",")), ("de", "CH", (";", ".")), ("en", "CH", (",", "."))],
)
def test_the_dialect_follows_language_and_country(language, country, expected) -> None:
    dialect = dialect_of(language, country)
    assert (dialect.delimiter, dialect.decimal) == expected


def test_only_texts_that_begin_like_a_formula_get_an_apostrophe() -> None:
    assert [harmless(entry) for entry in ("=1+1", "@a", "a=1", -1.5)] == ["'=1+1", "'@a", "a=1", -1.5]
    numbers = ["-1,5", "+1.234,50", "-3e-05", "+5 %"]
    assert [harmless(entry) for entry in numbers] == numbers
    assert [harmless(entry) for entry in ("+49 711 123", "-1+1", "\t=1")] == ["'+49 711 123", "'-1+1", "'\t=1"]


ATTACKS = ["@SUM(1+9)*cmd|' /C calc'!A0", "=1+1", "+HYPERLINK(1)", "-2+3", "\tx"]


def test_no_csv_holds_a_cell_that_a_spreadsheet_runs(tmp_path: Path) -> None:
    rows = [["=head", "-1,5"], *([attack, "1"] for attack in ATTACKS)]
    write_csv(tmp_path / "a.csv", rows, ";")
    write_frame(tmp_path / "b.csv", pd.DataFrame({"words": ATTACKS, "value": -1.0}))
    for name, delimiter in (("a.csv", ";"), ("b.csv", ",")):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file, delimiter=delimiter) for cell in row]
        assert [cell for cell in cells if runs_as_formula(cell)] == []
        assert [attack for attack in ATTACKS if f"'{attack}" not in cells] == []
    assert [as_written(harmless(attack)) for attack in ATTACKS] == ATTACKS
    assert as_written("'s Wirtshaus") == "'s Wirtshaus"


def test_every_csv_is_written_in_one_place() -> None:
    package = Path(simkit.__file__).parent
    writing = ("csv.writer(", "DictWriter(", ".to_csv(path", ".to_csv(file", ".to_csv(folder")
    found = {path.name for path in package.rglob("*.py") if any(word in path.read_text("utf-8") for word in writing)}
    assert found == {"table_writing.py"}


def test_numbers_of_a_frame_read_back_as_they_were(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "value": [1 / 3, 1e-17]})
    write_frame(tmp_path / "t.csv", frame)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "t.csv"), frame, check_exact=True)


def test_the_same_workbook_has_the_same_bytes_and_a_formula_stays_text(tmp_path: Path) -> None:
    def made(name: str) -> Path:
        with open_workbook(tmp_path / name, created=dt.datetime(2025, 1, 1), title="T") as book:
            sheet = book.add_worksheet("S")
            for row, entry in enumerate(["head", "=1+1", None, 2.5]):
                write_cell(sheet, row, 0, entry)
        return tmp_path / name

    assert made("a.xlsx").read_bytes() == made("b.xlsx").read_bytes()
    shown = pd.read_excel(tmp_path / "a.xlsx", engine="calamine")["head"].tolist()
    assert shown[0] == "=1+1" and pd.isna(shown[1]) and shown[2] == 2.5
