"""Workbooks: what they hide, what they never computed, and what would take a machine down is told."""

from __future__ import annotations

import datetime as dt
import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from simkit.intake.client import load_client
from simkit.intake.findings import Finding, FindingsError
from simkit.intake.reading.file_reading import read_table
from simkit.intake.settings.table_settings import TableSpec

COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
Book = Callable[[Any, Any], None]


def orders_book(change: Book = lambda book, sheet: None, rows: int = 40, **options: Any) -> bytes:
    """Return a workbook of orders of 100 each; a function changes its sheet before it is saved."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True, "default_date_format": "dd.mm.yyyy", **options})
    sheet = book.add_worksheet("Daten")
    sheet.write_row(0, 0, ["Nr", "Kunde", "Datum", "Wert"])
    for number in range(1, rows + 1):
        sheet.write_row(
            number, 0, [f"A{number:03d}", 10_000 + number % 7, dt.date(2025, 1, 1) + dt.timedelta(number), 100]
        )
    change(book, sheet)
    book.close()
    return content.getvalue()


def folder_with(make_client: Callable[..., Path], content: bytes, **answers: Any) -> Path:
    return make_client({"orders": {"file": "o.xlsx", "columns": COLUMNS, **answers}}, {"o.xlsx": content})


def found(folder: Path, words: str) -> Finding:
    try:
        findings = load_client(folder).findings
    except FindingsError as error:
        findings = error.findings
    (one,) = [finding for finding in findings if words in finding.what.en]
    return one


def revenue(folder: Path) -> float:
    return float(load_client(folder).table("orders")["value_amount"].sum())


def hide_every_second(book: Any, sheet: Any) -> None:
    for row in range(2, 41, 2):
        sheet.set_row(row, None, None, {"hidden": True})


def test_hidden_rows_stop_the_run_until_somebody_says_whether_they_count(make_client: Callable[..., Path]) -> None:
    content = orders_book(hide_every_second)
    folder = folder_with(make_client, content)
    finding = found(folder, "20 hidden rows were read too")
    written = (folder / "client.yaml").read_text(encoding="utf-8")
    lines = re.findall(r"tables\.orders\.hidden_rows: \w+", finding.remedy.en)

    assert (finding.severity, finding.row, finding.count) == ("blocking", 3, 20)
    assert len(lines) == 2
    for line, expected in zip(lines, (4000, 2000), strict=True):
        (folder / "client.yaml").write_text(f"{written}{line}\n", encoding="utf-8")
        assert revenue(folder) == expected, line


def test_a_hidden_row_among_hundreds_is_told_and_stops_nothing(make_client: Callable[..., Path]) -> None:
    content = orders_book(lambda book, sheet: sheet.set_row(5, None, None, {"hidden": True}), rows=300)

    assert found(folder_with(make_client, content), "1 hidden row was read too").severity == "serious"


def test_rows_hidden_in_an_open_document_are_seen(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    row = "<table:table-row{}>" + cell + "</table:table-row>"
    hidden = ' table:visibility="filter"'
    rows = row.format("", "Nr") + "".join(row.format(hidden if n in {2, 3} else "", f"A{n}") for n in range(1, 6))
    content = (
        '<?xml version="1.0"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Daten">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    table = read_table(tmp_path / "a.ods", TableSpec(file="a.ods"))

    assert table.frame["Nr"].tolist() == [f"A{n}" for n in range(1, 6)]
    assert table.marks is not None
    assert table.marks.hidden == {3, 4}


def merge(column: int) -> Book:
    def change(book: Any, sheet: Any) -> None:
        for first in range(1, 41, 4):
            sheet.merge_range(first, column, first + 3, column, 10_000 + first)

    return change


def test_rows_under_a_merged_cell_have_its_value(make_client: Callable[..., Path]) -> None:
    folder = folder_with(make_client, orders_book(merge(1)))
    finding = found(folder, "30 rows lie under merged cells")

    assert (finding.severity, finding.column, finding.row) == ("minor", "Kunde", 3)
    assert load_client(folder).table("orders")["customer_id"].value_counts().tolist() == [4] * 10


def test_a_merged_amount_counts_once(make_client: Callable[..., Path]) -> None:
    assert revenue(folder_with(make_client, orders_book(merge(3)))) == sum(10_000 + first for first in range(1, 41, 4))


def without_values(content: bytes, column: str) -> bytes:
    """Take the stored values of the formulas of one column away, as a program that never computed them writes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith("sheet1.xml"):
                part = re.sub(rb'(<c r="' + column.encode() + rb'\d+"[^>]*><f>[^<]*</f>)<v>[^<]*</v>', rb"\1", part)
            archive.writestr(name, part)
    return target.getvalue()


def formulas(book: Any, sheet: Any) -> None:
    for row in range(1, 21):
        sheet.write_formula(row, 3, "=50*2", None, 100)


def test_formulas_that_were_never_computed_stop_the_run(make_client: Callable[..., Path]) -> None:
    computed = orders_book(formulas)
    finding = found(folder_with(make_client, without_values(computed, "D")), "20 formulas have no stored value")

    assert (finding.severity, finding.column, finding.row) == ("blocking", "Wert", 2)
    assert revenue(folder_with(make_client, computed)) == 4000


def test_formulas_of_columns_that_are_not_used_do_not_matter(make_client: Callable[..., Path]) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.write(0, 4, "Marge")
        for row in range(1, 21):
            sheet.write_formula(row, 4, "=1+1", None, 2)

    assert revenue(folder_with(make_client, without_values(orders_book(change), "E"))) == 4000


def test_days_of_a_1904_workbook_are_right_with_and_without_a_format(make_client: Callable[..., Path]) -> None:
    def change(book: Any, sheet: Any) -> None:
        for row in range(1, 21):
            sheet.write_number(row, 2, 44_196 + row)  # 1 January 2025 is day 44,196 counted from 1904

    folder = folder_with(make_client, orders_book(change, date_1904=True))
    days = load_client(folder).table("orders").sort_values("order_id")["ordered_on"]

    assert found(folder, "20 day numbers without a date format were counted from 1904").column == "Datum"
    assert days.dt.date.tolist() == [dt.date(2025, 1, 1) + dt.timedelta(n) for n in range(1, 41)]


def test_day_numbers_of_a_usual_workbook_stay_as_they_are(make_client: Callable[..., Path]) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.write_number(1, 2, 45_658)

    days = load_client(folder_with(make_client, orders_book(change))).table("orders")["ordered_on"]

    assert days.min().date() == dt.date(2025, 1, 1)


def workbook_with_cell(path: Path, row: int, column: int) -> None:
    path.write_bytes(orders_book())
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(row, column).value = 1
    book.save(path)


@pytest.mark.parametrize(
    ("row", "column", "cell"),
    [(1_048_576, 16_384, "XFD1048576"), (9_000, 16_384, "XFD9000"), (1_048_576, 1, "A1048576")],
)
def test_a_far_cell_is_named_and_takes_no_memory(tmp_path: Path, row: int, column: int, cell: str) -> None:
    workbook_with_cell(tmp_path / "a.xlsx", row, column)
    started = time.monotonic()

    with pytest.raises(FindingsError, match=f"reaches to {cell}; hardly anything stands between"):
        read_table(tmp_path / "a.xlsx", TableSpec(file="a.xlsx"))
    assert time.monotonic() - started < 10


def test_empty_cells_with_a_format_are_no_far_cells(tmp_path: Path) -> None:
    def change(book: Any, sheet: Any) -> None:
        sheet.write_blank(1_048_575, 100, None, book.add_format({"bold": True}))

    (tmp_path / "a.xlsx").write_bytes(orders_book(change))

    assert len(read_table(tmp_path / "a.xlsx", TableSpec(file="a.xlsx")).frame) == 40


def with_sheet(content: bytes, old: bytes, new: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = source.read(name)
            archive.writestr(name, part.replace(old, new) if name.endswith("sheet1.xml") else part)
    return target.getvalue()


@pytest.mark.parametrize("reference", [b"A0", b"", b"A-1", b"ZZZZZZ99999999999", b"XFE1", b"1", b"A1048577"])
def test_a_damaged_reference_of_a_cell_is_told_as_damage(tmp_path: Path, reference: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(with_sheet(orders_book(), b'r="A2"', b'r="' + reference + b'"'))
    try:
        read_table(path, TableSpec(file="a.xlsx"))
    except FindingsError as error:
        assert "damaged" in str(error)


def test_a_bomb_of_xml_entities_ends_at_once(tmp_path: Path) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "xxxxxxxxxx">{levels}]>'.encode()
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(orders_book())) as source, zipfile.ZipFile(content, "w") as archive:
        for name in source.namelist():
            part = source.read(name)
            if name == "xl/workbook.xml":
                part = part.replace(b"<workbook ", doctype + b"<workbook ").replace(b'name="Daten"', b'name="&l11;"')
            archive.writestr(name, part)
    (tmp_path / "a.xlsx").write_bytes(content.getvalue())
    started = time.monotonic()

    with pytest.raises(FindingsError, match="damaged"):
        read_table(tmp_path / "a.xlsx", TableSpec(file="a.xlsx"))
    assert time.monotonic() - started < 10


def test_a_sheet_that_swells_beyond_reason_is_refused(tmp_path: Path) -> None:
    padding = b"<!--" + b" " * 401_000_000 + b"-->"
    with (
        zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        zipfile.ZipFile(io.BytesIO(orders_book())) as source,
    ):
        for name in source.namelist():
            part = source.read(name)
            archive.writestr(name, part + padding if name.endswith("sheet1.xml") else part)
    started = time.monotonic()

    with pytest.raises(FindingsError, match="far more memory or time"):
        read_table(tmp_path / "a.xlsx", TableSpec(file="a.xlsx"))
    assert time.monotonic() - started < 10


def test_workbooks_damaged_at_random_are_read_or_refused_in_words(tmp_path: Path) -> None:
    draw = random.Random(7)
    whole = orders_book()
    for number in range(8):
        content = bytearray(whole)
        for _ in range(draw.randint(1, 40)):
            content[draw.randrange(len(content))] = draw.randrange(256)
        path = tmp_path / f"a{number}.xlsx"
        path.write_bytes(bytes(content))
        try:
            assert len(read_table(path, TableSpec(file=path.name)).frame)
        except FindingsError as error:
            assert error.remedy.en
