"""Files become rows of text, with the row numbers that Excel shows."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from simkit.intake.findings import FindingsError
from simkit.intake.reading.csv_reading import decoded, sniffed_delimiter
from simkit.intake.reading.file_reading import RawTable, read_table
from simkit.intake.settings.table_settings import TableSpec


def read(folder: Path, name: str, content: bytes | str, **options: Any) -> RawTable:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path, TableSpec(file=name, **options))


def refused(folder: Path, name: str, content: bytes | str, **options: Any) -> FindingsError:
    with pytest.raises(FindingsError) as caught:
        read(folder, name, content, **options)
    return caught.value


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def test_bom_utf8_and_windows_files_show_the_same_umlauts(tmp_path: Path) -> None:
    text = "Straße;Ort\nÜberweg;Köln\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        table = read(tmp_path, "a.csv", text.encode(encoding))
        assert list(table.frame.columns) == ["Straße", "Ort"], encoding
        assert table.frame.iloc[0].tolist() == ["Überweg", "Köln"]


def test_a_dos_file_is_refused_with_its_likely_encoding(tmp_path: Path) -> None:
    error = refused(tmp_path, "dos.csv", "Stück;Müller\n1;2\n".encode("cp850"))
    assert "encoding is unknown" in str(error)
    assert "cp850" in str(error)
    assert (
        read(tmp_path, "dos.csv", "Stück;Müller\n1;2\n".encode("cp850"), encoding="cp850").frame.columns[1] == "Müller"
    )


def test_umlauts_that_would_be_misread_are_noticed(tmp_path: Path) -> None:
    text = "Ort;Name\nKöln;Händler\nUlm;Möller\n"
    assert "encoding: cp850" in str(refused(tmp_path, "dos.csv", text.encode("cp850")))
    assert "looks like Windows" in str(refused(tmp_path, "win.csv", text.encode("cp1252"), encoding="cp850"))
    quoted = "Ort;Name\nKöln;„Die Drei” in Köln\n"
    assert read(tmp_path, "win.csv", quoted.encode("cp1252")).frame.iloc[0, 1] == "„Die Drei” in Köln"


def test_a_wrong_stated_encoding_is_refused() -> None:
    with pytest.raises(FindingsError, match="stated encoding 'ascii'"):
        decoded("ä".encode(), "a.csv", "ascii")


@pytest.mark.parametrize("mark", [";", ",", "\t", "|"])
def test_the_delimiter_is_the_one_that_splits_all_lines_evenly(mark: str) -> None:
    assert sniffed_delimiter(f"a{mark}b\n1{mark}2\n\n3{mark}4\n", "a.csv") == mark


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    assert sniffed_delimiter("Wert;Kosten\n1,5;2,5\n3,5;4,5\n", "a.csv") == ";"


def test_two_possible_delimiters_are_a_question(tmp_path: Path) -> None:
    error = refused(tmp_path, "a.csv", "a;b,c\n1;2,3\n")
    assert "delimiter" in error.remedy.en
    assert read(tmp_path, "a.csv", "a;b,c\n1;2,3\n", delimiter=";").frame.columns.tolist() == ["a", "b,c"]


def test_everything_in_a_csv_stays_text(tmp_path: Path) -> None:
    frame = read(tmp_path, "a.csv", "id,version,date,empty\n0012,1.10,07.01.2024,NA\n").frame
    assert frame.iloc[0].tolist() == ["0012", "1.10", "07.01.2024", "NA"]


def test_row_numbers_are_those_of_excel(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", "a;b\n1;2\n;\n\n3;4\n")
    assert table.rows.tolist() == [2, 5]
    assert table.empty_rows == 2


def test_rows_above_the_header_can_be_skipped_and_still_count(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", "Export of 2025;;\na;b\n1;2\n", skip_rows=1)
    assert list(table.frame.columns) == ["a", "b"]
    assert table.rows.tolist() == [3]


def test_a_headerless_file_has_numbered_columns(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", "x\ty\nz\tw\n", header=False)
    assert list(table.frame.columns) == ["1", "2"]
    assert table.rows.tolist() == [1, 2]


def test_compressed_files_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv.gz", gzip.compress(b"a;b\n1;2\n")).frame.shape == (1, 2)
    assert "damaged" in str(refused(tmp_path, "b.csv.gz", gzip.compress(b"a;b\n1;2\n" * 99)[:-20]))
    assert "Rename it to 'b.csv'" in str(refused(tmp_path, "b.csv.gz", b"a;b\n1;2\n"))


def test_superfluous_delimiters_at_the_end_are_harmless(tmp_path: Path) -> None:
    assert read(tmp_path, "a.csv", "a;b\n1;2;\n3;4;\n").frame.columns.tolist() == ["a", "b"]


def test_a_row_with_too_many_fields_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path, "a.csv", "a;b\n1;2\n3;4;5\n")
    assert error.findings[0].row == 3
    assert "3 fields, the header only 2" in str(error)


def test_rows_with_too_few_fields_are_named(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", "a;b;c\n1;2;\n3\n4;5\n6;7;8\n", delimiter=";")
    assert table.short_rows == (3, 4)
    assert table.frame.iloc[1].tolist() == ["3", "", ""]


def test_an_unclosed_quotation_mark_is_refused(tmp_path: Path) -> None:
    assert "never closed" in str(refused(tmp_path, "a.csv", 'a;b\n"1;2\n3;4\n', delimiter=";"))


@pytest.mark.parametrize("content", ["", "\n\n", "a;b\n", "a;b\n;\n"])
def test_an_empty_table_is_refused(tmp_path: Path, content: str) -> None:
    assert "holds no rows" in str(refused(tmp_path, "a.csv", content))


def test_a_missing_file_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "Auftraege.csv").write_text("a\n1\n")
    with pytest.raises(FindingsError, match=r"file is missing(.|\n)*Did you mean 'Auftraege.csv'"):
        read_table(tmp_path / "Auftrage.csv", TableSpec(file="Auftrage.csv"))


def test_a_binary_file_is_no_table(tmp_path: Path) -> None:
    assert "neither text nor a workbook" in str(refused(tmp_path, "a.csv", b"\0\0\1\2" * 20))


def test_excel_keeps_numbers_dates_and_texts_apart(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Nr", "Wert", "Datum", "PLZ"], ["007", 1.234, dt.date(2024, 3, 4), "01067"]]
    table = read_table(workbook(tmp_path / "a.xlsx", {"Kunden": rows}), TableSpec(file="a.xlsx"))
    assert table.frame.iloc[0].tolist() == ["007", 1.234, dt.date(2024, 3, 4), "01067"]
    assert table.source == "a.xlsx!Kunden"
    assert table.typed


def test_the_header_of_a_sheet_may_start_below_a_title(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [[], ["a", "b"], [1, 2], [], [3, 4]]})
    table = read_table(path, TableSpec(file="a.xlsx"))
    assert table.rows.tolist() == [3, 5]
    assert table.empty_rows == 1


def test_a_missing_sheet_names_the_nearest(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Kunden": [["a"], [1]], "Leer": []})
    with pytest.raises(FindingsError, match=r"no sheet 'Kunde'(.|\n)*Did you mean 'Kunden'"):
        read_table(path, TableSpec(file="a.xlsx", sheet="Kunde"))
    assert read_table(path, TableSpec(file="a.xlsx")).source == "a.xlsx!Kunden"


def test_two_filled_sheets_are_a_question(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [["a"], [1]], "B": [["a"], [1]]})
    with pytest.raises(FindingsError, match="Several sheets hold rows: 'A', 'B'"):
        read_table(path, TableSpec(file="a.xlsx"))


def test_a_table_of_which_all_is_skipped_names_the_skipped_lines(tmp_path: Path) -> None:
    for content in ("a;b\n1;2\n", "\n\n"):
        (finding,) = refused(tmp_path, "a.csv", content, skip_rows=50).findings
        assert "skip_rows: 50" in finding.remedy.en and "skip_rows: 50" in finding.remedy.de
    book = workbook(tmp_path / "a.xlsx", {"Tab": [["a", "b"], [1, 2]]})
    with pytest.raises(FindingsError, match="skip_rows: 7"):
        read_table(book, TableSpec(file="a.xlsx", skip_rows=7))


def test_a_stated_delimiter_that_splits_nothing_is_told_with_the_one_that_does(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, "a.csv", "Nr,Kunde\n1,2\n", delimiter=";").findings
    assert "';' is not in the file" in finding.what.en and "','" in finding.what.en
    assert "'delimiter: \",\"'" in finding.remedy.en
    assert read(tmp_path, "one.csv", "Nr\n1\n2\n", delimiter=";").frame.shape == (2, 1)


def test_a_sheet_of_a_file_without_sheets_is_told(tmp_path: Path) -> None:
    table = read(tmp_path, "a.csv", "Nr,Kunde\n1,2\n", sheet="Foo")
    assert ["'sheet: Foo' means nothing here" in one.what.en for one in table.findings] == [True]
    book = workbook(tmp_path / "a.xlsx", {"Foo": [["a", "b"], [1, 2]]})
    assert read_table(book, TableSpec(file="a.xlsx", sheet="Foo")).findings == ()


def test_a_zero_byte_in_a_text_is_told_with_its_line(tmp_path: Path) -> None:
    (finding,) = refused(tmp_path, "a.csv", b"Nr;Kunde\n1;Abc GmbH\n2;De\0f GmbH\n3;Ghi GmbH\n").findings
    assert (finding.row, "zero byte" in finding.what.en, "NUL" in finding.remedy.en) == (3, True, True)
    assert "UTF-8" in str(refused(tmp_path, "b.csv", b"\0\1\2\3" * 50))
