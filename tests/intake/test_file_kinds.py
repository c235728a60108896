"""What a file is shows at its beginning; a wrong name, an archive that swells and a locked one are told for what they are."""

from __future__ import annotations

import gzip
import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from simkit.intake.client import load_client
from simkit.intake.containers.file_kinds import LARGE, kind_of
from simkit.intake.findings import FindingsError
from simkit.intake.reading.file_reading import RawTable, read_table
from simkit.intake.settings.table_settings import TableSpec

CSV = b"Nr;Kunde\n1;K1\n2;K2\n"
ICS = (
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20250303T090000\nDTEND:20250303T100000\nEND:VEVENT\nEND:VCALENDAR\n"
)


def excel() -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("Daten")
    for row, cells in enumerate((["Nr", "Kunde"], [1, "K1"], [2, "K2"])):
        sheet.write_row(row, 0, cells)
    book.close()
    return content.getvalue()


def zipped(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in files.items():
            archive.writestr(name.replace("__", "."), inside)
    return content.getvalue()


def read(folder: Path, name: str, content: bytes, **answers: Any) -> RawTable:
    (folder / name).write_bytes(content)
    return read_table(folder / name, TableSpec(file=name, **answers))


def refused(folder: Path, name: str, content: bytes, **answers: Any) -> str:
    with pytest.raises(FindingsError) as caught:
        read(folder, name, content, **answers)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "said", "better"),
    [
        ("a.csv", excel, "The file is an Excel workbook (.xlsx); by its name it would be text (CSV).", "a.xlsx"),
        ("a.xlsx", lambda: CSV, "The file is text (CSV); by its name it would be an Excel workbook (.xlsx).", "a.csv"),
        ("a.xls", excel, "The file is an Excel workbook (.xlsx); by its name it would be an old Excel", "a.xlsx"),
        ("a.csv", lambda: b'[{"Nr": 1}]', "The file is JSON; by its name it would be text (CSV).", "a.json"),
        ("a.csv", lambda: b"PAR1\0\0\0\0PAR1", "The file is a Parquet file; by its name it would be text", "a.parquet"),
        ("a.csv", lambda: ICS, "The file is a calendar (.ics); by its name it would be text (CSV).", "a.ics"),
        ("a.ics", lambda: CSV, "The file is text (CSV); by its name it would be a calendar (.ics).", "a.csv"),
        (
            "a.csv",
            lambda: zipped(b__csv=CSV),
            "The file is a zip archive; by its name it would be text (CSV).",
            "a.zip",
        ),
        ("a.csv", lambda: gzip.compress(CSV), "The file is a compressed file (.gz); by its name", "a.csv.gz"),
        ("a.csv", lambda: b"SQLite format 3\0" + bytes(90), "The file is an SQLite database", "a.sqlite"),
        ("a.json", lambda: CSV, "The file is text (CSV); by its name it would be JSON.", "a.csv"),
    ],
)
def test_a_wrong_name_is_told_with_the_right_one(
    tmp_path: Path, name: str, content: Callable[[], bytes], said: str, better: str
) -> None:
    answer = refused(tmp_path, name, content())

    assert said in answer
    assert f"Rename it to '{better}'" in answer


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xls", b"<html><body><table><tr><td>Nr</td></tr></table>", "is an HTML page, as some systems export it"),
        ("a.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas">', "is XML, as some systems export it"),
        ("a.csv", b"<!DOCTYPE html><html>please sign in</html>", "The file is an HTML page; no table is read"),
        ("a.csv", b"%PDF-1.7 ...", "The file is a PDF; no table is read from that."),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "protected by a password"),
        ("a.csv", b"7z\xbc\xaf\x27\x1c" + bytes(60), "an archive (7z, rar"),
        ("a.csv", b"", "holds no rows"),
        ("a.ics", b"", "holds no rows"),
        ("a.csv", b"a;b\n1;\0\x01\x02\n", "neither text nor a workbook"),
        ("a.csv", b"a;b\n" + b"1;2\n" * 5000 + b"3;\0\n", "row 5002"),
    ],
)
def test_what_holds_no_table_is_told_for_what_it_is(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, name, content)


def test_a_remedy_for_a_wrong_name_solves_it(tmp_path: Path) -> None:
    refused(tmp_path, "a.csv", excel())

    assert read(tmp_path, "a.xlsx", excel()).frame["Kunde"].tolist() == ["K1", "K2"]


def test_ordinary_text_is_not_taken_for_anything_else() -> None:
    for text in ("[Nr];[Kunde]\n1;2\n", "{Nr};x\n", "<Nr>;<Kunde>\n1;2\n", "PK;Nr\n1;2\n", '"a","b"\n1,2\n'):
        assert kind_of(text.encode()) == "text", text
    assert kind_of("Nr;Kunde\n1;2\n".encode("utf-16")) == "text"


def test_text_of_two_bytes_a_letter_without_a_mark_needs_its_encoding(tmp_path: Path) -> None:
    content = "Nr;Kunde\n1;K1\n".encode("utf-16-le")

    assert "neither text nor a workbook" in refused(tmp_path, "a.csv", content)
    assert read(tmp_path, "a.csv", content, encoding="utf-16-le").frame["Kunde"].tolist() == ["K1"]


def test_archives_hold_tables_of_every_kind(tmp_path: Path) -> None:
    for name, content in {
        "a.zip": zipped(b__csv=CSV),
        "b.zip": zipped(b__xlsx=excel()),
        "c.zip": zipped(b__json=b'[{"Nr": 1, "Kunde": "K1"}, {"Nr": 2, "Kunde": "K2"}]'),
        "d.xlsx.gz": gzip.compress(excel()),
        "e.csv.gz": gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]),
    }.items():
        table = read(tmp_path, name, content)
        assert table.frame["Kunde"].tolist() == ["K1", "K2"], name
        assert table.source.startswith(name)


def test_of_several_tables_in_a_zip_the_one_that_is_named_is_read(tmp_path: Path) -> None:
    content = zipped(kunden__csv=CSV, auftraege__csv=b"Nr;Wert\n1;5\n", LIESMICH__md=b"#")
    answer = refused(tmp_path, "a.zip", content)

    assert "several tables: 'kunden.csv', 'auftraege.csv'" in answer
    assert 'sheet: "kunden.csv"' in answer
    assert read(tmp_path, "a.zip", content, sheet="auftraege.csv").frame["Wert"].tolist() == ["5"]
    assert "Did you mean 'kunden.csv'" in refused(tmp_path, "a.zip", content, sheet="kunde.csv")


@pytest.mark.parametrize("name", ["a.csv.gz", "a.zip"])
def test_an_archive_that_swells_beyond_reason_is_refused_before_it_is_unpacked(tmp_path: Path, name: str) -> None:
    inside = b"0;0\n" * (LARGE // 4 + 1000)
    content = gzip.compress(inside) if name.endswith(".gz") else zipped(b__csv=inside)

    assert "Far more comes out" in refused(tmp_path, name, content)


def test_damaged_and_locked_archives_are_told_apart(tmp_path: Path) -> None:
    packed = zipped(b__csv=CSV * 50)
    locked = bytearray(packed)
    locked[6] |= 1
    locked[packed.index(b"PK\x01\x02") + 8] |= 1

    assert "damaged" in refused(tmp_path, "a.zip", packed[:60])
    assert "damaged" in refused(tmp_path, "a.csv.gz", gzip.compress(CSV)[:-9])
    assert "protected by a password" in refused(tmp_path, "a.zip", bytes(locked))
    assert "holds no table" in refused(tmp_path, "a.zip", zipped(b__md=b"#"))


def test_entries_of_json_become_rows_whatever_stands_around_them(tmp_path: Path) -> None:
    entries = [{"Nr": 1, "Kunde": {"id": "K1", "ort": None}}, {"Nr": 2, "Kunde": {"id": "K2"}, "tags": ["a"]}]
    for name, content in {
        "a.json": json.dumps(entries),
        "b.json": json.dumps({"count": 2, "value": entries}),
        "c.jsonl": "\n".join(map(json.dumps, entries)),
        "d.ndjson": "\n\n".join(map(json.dumps, entries)) + "\n",
    }.items():
        table = read(tmp_path, name, content.encode())
        assert table.frame.columns.tolist() == ["Nr", "Kunde.id", "Kunde.ort", "tags"], name
        assert table.frame["Kunde.id"].tolist() == ["K1", "K2"]
        assert table.frame["Kunde.ort"].tolist() == ["", ""]
        assert table.frame["Nr"].tolist() == [1, 2]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[{"a": 1},', "not valid JSON"),
        (b'{"a": 1}\n{"a": 2\n', "row 2"),
        (b"[1, 2, 3]", "neither text"),
        (b'{"a": [{"x": 1}], "b": [{"x": 2}]}', "exactly one list of entries"),
        (b'[{"a": ' + b"[" * 100_000, "not valid JSON"),
        (b'[{"a": ' + b"9" * 5000 + b"}]", "not valid JSON"),
    ],
)
def test_json_without_entries_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    expected = "text (CSV)" if said == "neither text" else said

    assert expected in refused(tmp_path, "a.json", content)


def test_numbers_beyond_all_bounds_are_no_amounts(make_client: Callable[..., Path]) -> None:
    rows = [{"nr": f"A{n}", "kunde": "K1", "am": f"2024-03-{n:02d}", "wert": 100.0} for n in range(1, 26)]
    content = (
        json.dumps(rows).replace("100.0", "1e400", 1).replace("100.0", "1" + "0" * 400, 1).replace("100.0", "NaN", 1)
    )
    columns = {"order_id": "nr", "customer_id": "kunde", "ordered_on": "am", "value_amount": "wert"}
    client = load_client(make_client({"orders": {"file": "o.json", "columns": columns}}, {"o.json": content}))

    assert client.table("orders")["value_amount"].sum() == 22 * 100
    assert any("2 cells cannot be read as amount" in finding.what.en for finding in client.findings)


def test_a_line_of_millions_of_delimiters_is_no_table(tmp_path: Path) -> None:
    assert "more than 16,384 fields" in refused(tmp_path, "a.csv", b";" * 3_000_000)


def test_first_lines_beyond_the_end_of_a_file_leave_nothing(tmp_path: Path) -> None:
    assert "holds no rows" in refused(tmp_path, "a.csv", CSV, skip_rows=1_000_000)


def test_ids_that_a_spreadsheet_is_to_keep_as_text_lose_their_formula(tmp_path: Path) -> None:
    content = b'Nr;Kunde;Wert\n="00001";"=""K 7""";=\'1.100,50\'\n="";=A1;x="y"\n'
    table = read(tmp_path, "a.csv", content)

    assert table.frame.iloc[0].tolist() == ["00001", "K 7", "1.100,50"]
    assert table.frame.iloc[1].tolist() == ["", "=A1", 'x="y"']


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_file_is_found_whichever_way_its_umlauts_are_stored(make_client: Callable[..., Path], form: str) -> None:
    stored = unicodedata.normalize(form, "Aufträge.csv")
    written = unicodedata.normalize("NFC" if form == "NFD" else "NFD", "Aufträge.csv")
    columns = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "am", "value_amount": "Wert"}
    rows = "Nr;Kunde;am;Wert\n1;K1;01.02.2024;5,00\n2;K1;02.02.2024;6,00\n"

    client = load_client(make_client({"orders": {"file": written, "columns": columns}}, {stored: rows}))

    assert len(client.table("orders")) == 2


def test_a_name_too_long_for_the_disk_is_told(tmp_path: Path) -> None:
    with pytest.raises(FindingsError, match="cannot be read: the name is too long"):
        read_table(tmp_path / ("a" * 300 + ".csv"), TableSpec(file="a"))


def test_an_amount_behind_an_apostrophe_is_read_and_the_remedy_for_the_rest_can_be_pasted(
    make_client: Callable[..., Path],
) -> None:
    rows = "".join(f"{n};K1;{n:02d}.03.2024;100,00\n" for n in range(3, 29))
    content = 'Nr;Kunde;am;Wert\n1;K1;01.03.2024;\'3456,70\n2;K1;02.03.2024;"4,00 ""€""*"\n' + rows
    columns = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "am", "value_amount": "Wert"}
    folder = make_client({"orders": {"file": "o.csv", "columns": columns}}, {"o.csv": content})
    client = load_client(folder)
    (finding,) = [one for one in client.findings if "cannot be read" in one.what.en]
    line = finding.remedy.en.rpartition("client.yaml: ")[2]
    with (folder / "client.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")

    mended = load_client(folder)

    assert mended.table("orders")["value_amount"].sum() == pytest.approx(3456.70 + 26 * 100)
    assert not [one for one in mended.findings if "cannot be read" in one.what.en]
