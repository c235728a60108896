"""Tables leave as CSV in the reader's dialect and as workbooks in which text stays text."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from simkit.foundation.table_writing import (
    csv_text,
    dialect_of,
    harmless,
    open_workbook,
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
