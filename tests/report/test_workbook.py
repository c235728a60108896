"""The workbook, read again: numbers are numbers, no text runs, sums add up, and charts show the numbers of the report."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from drawn_charts import ENGLISH, GERMAN
from made_run import CUSTOMERS, content_of, made_blocks

from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.chart import Chart
from simkit.report.document.table_content import TableColumn
from simkit.report.outputs.workbook import FILE, write

BUILDER = ChapterBuilder(chapter="plan", style=GERMAN)


def written(folder: Path, *blocks: Block) -> Any:
    """Write a workbook and return it as openpyxl reads it, formulas as they stand."""
    folder.mkdir(exist_ok=True)
    write(content_of(blocks), folder)
    return openpyxl.load_workbook(folder / FILE)


def cells(sheet: Any) -> list[Any]:
    return [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]


def texts(sheet: Any) -> list[str]:
    return [str(cell.value) for cell in cells(sheet)]


def figure(kind: str, frame: pd.DataFrame, **fields: Any) -> Block:
    chart = Chart.of(GERMAN, kind, frame, **{"category": "label", "value": "value", "unit": "Tsd. €", **fields})  # type: ignore[arg-type]
    return BUILDER.figure("f", "=Botschaft", chart, "Was es zeigt", Caption(source="Log"))


def test_contents_tell_whom_the_report_is_for_and_lead_to_every_exhibit(tmp_path: Path) -> None:
    book = written(tmp_path, *made_blocks())
    assert book.sheetnames == ["Inhalt", "Kennzahlen", "1", "2", "B1", "B2"]
    front = texts(book["Inhalt"])
    for told in ("Klein & Söhne", "01.01.2024 – 31.12.2025", "05.01.2026", "Vertraulich", "Wohin die Stunden gehen"):
        assert told in front
    links = {cell.hyperlink.location for cell in cells(book["Inhalt"]) if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames[2:]}
    assert (
        "zum Inhalt" in texts(book["2"]) and "Quelle: ERP" in texts(book["2"]) and "Hinweis: netto" in texts(book["2"])
    )


def test_english_sheets_have_english_words_and_no_german_ones(tmp_path: Path) -> None:
    book = written(tmp_path, *made_blocks("en"))
    assert book.sheetnames[:2] == ["Contents", "Key figures"]
    front = texts(book["Contents"])
    assert "Exhibit 1" in front and "Table" in front and "Prepared on" in front and "Erstellt am" not in front


def test_no_text_of_the_client_runs_or_leads_anywhere(tmp_path: Path) -> None:
    sheet = written(tmp_path, *made_blocks())["2"]
    for name in CUSTOMERS["customer"]:
        found = next(cell for cell in cells(sheet) if cell.value == name)
        assert found.data_type == "s" and found.hyperlink is None
    assert not [cell for cell in cells(sheet) if cell.data_type == "f"]
    with zipfile.ZipFile(tmp_path / FILE) as packed:
        assert "externalLink" not in "".join(packed.namelist())
        assert b"muster.example" not in b"".join(
            packed.read(name) for name in packed.namelist() if name.endswith(".rels")
        )


def test_numbers_are_numbers_and_an_interval_stands_in_columns_of_its_own(tmp_path: Path) -> None:
    sheet = written(tmp_path, *made_blocks())["2"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=8)]
    assert rows[0][:10] == [
        "Kunde", "Team", "Umsatz", "Anteil", "95-%-Intervall von", "95-%-Intervall bis", "Gewinn", "Gewinn von", "Gewinn bis",
        "Gewinn (Wortlaut)",
    ]  # fmt: skip
    assert rows[1][2:10] == [1234.5, 0.125, 0.1, 0.2, 5, 3, 7, None]
    assert rows[2][2:10] == [None, 0.5, 0.3, 0.4, -2, None, None, None]
    assert rows[3][2:10] == [-10, 0.375, None, None, None, None, None, "unbekannt"]
    assert sheet["C6"].number_format == '#,##0"\u00a0€"' and sheet["D6"].number_format == "#,##0\\ %"
    assert sheet.freeze_panes == "B6" and sheet.auto_filter.ref == "A5:J8"
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0 and sheet.print_area


def test_sums_of_the_business_case_are_computed_and_known_to_who_does_not_compute(tmp_path: Path) -> None:
    parts = [[100.0, 200.0], [-30.0, 0.0]]
    sums = [[70.0, 200.0], [70.0, 270.0]]
    frame = pd.DataFrame([*parts, *sums], columns=["y1", "y2"]).assign(label=["DB", "Kosten", "Gewinn", "aufsummiert"])
    columns = (
        TableColumn(name="label", label="Gegenüber heute"),
        *(TableColumn(name=name, label=name, write="signed_amount") for name in ("y1", "y2")),
    )
    block = BUILDER.table("business_case", "Rechnet sich", frame, columns)
    sheet = written(tmp_path, block)["1"]
    assert [[sheet.cell(row, column).value for column in (2, 3)] for row in (8, 9)] == [
        ["=SUM(B6:B7)", "=SUM(C6:C7)"], ["=B8", "=B9+C8"],
    ]  # fmt: skip
    known = openpyxl.load_workbook(tmp_path / FILE, data_only=True)["1"]
    assert [[known.cell(row, column).value for column in (2, 3)] for row in (8, 9)] == sums
    wrong = frame.assign(y1=[100.0, -30.0, 71.0, 71.0])
    other = written(tmp_path, BUILDER.table("business_case", "Rechnet sich nicht", wrong, columns))["1"]
    assert not [cell for cell in cells(other) if cell.data_type == "f"]


STEPS = pd.DataFrame(
    {"label": ["a", "b", "c", "zusammen"], "value": [10.0, -15.0, 20.0, 15.0], "low": [8.0, -16.0, 18.0, 12.0],
     "high": [12.0, -14.0, 22.0, 18.0]}
)  # fmt: skip
GROUPED = pd.DataFrame(
    {"label": ["a", "a", "b", "b"], "series": ["heute", "danach"] * 2, "value": [1.0, 2.0, 3.0, 4.0], "low": [0.5, 1.5, 2.5, 3.5],
     "high": [1.5, 2.5, 3.5, 4.5]}
)  # fmt: skip
ENDS = {"low": "low", "high": "high"}
CURVE = pd.DataFrame({"label": [0, 1, 2, 5], "value": [0.0, 0.5, 0.7, 1.0]})
DAYS = CURVE.assign(label=["2025-01-06", "2025-01-13", "2025-01-20", "2025-01-27"])


@pytest.mark.parametrize(
    ("kind", "frame", "fields", "tag"),
    [
        ("bar", STEPS, ENDS, "barChart"),
        ("interval", GROUPED, {"series": "series", **ENDS}, "barChart"),
        ("stacked", GROUPED, {"series": "series"}, "barChart"),
        ("column", GROUPED, {"series": "series", **ENDS}, "barChart"),
        ("waterfall", STEPS, {**ENDS, "write": "signed"}, "barChart"),
        ("line", CURVE, {"axis_write": "number"}, "scatterChart"),
        ("line", DAYS, {"axis_write": "month"}, "lineChart"),
        ("area", DAYS.assign(series="x"), {"axis_write": "month", "series": "series"}, "areaChart"),
        (
            "scatter",
            CURVE.assign(label=[1, 2, 3, 5], series="x"),
            {"axis_write": "number", "series": "series"},
            "scatterChart",
        ),
    ],
)
def test_a_native_chart_is_drawn_from_cells_that_hold_the_numbers_of_the_report(
    tmp_path: Path, kind: str, frame: pd.DataFrame, fields: dict[str, Any], tag: str
) -> None:
    sheet = written(tmp_path, figure(kind, frame, **fields))["A1"]
    numbers = [cell.value for cell in cells(sheet) if cell.data_type == "n"]
    for column in ("value", *(name for name in ENDS if name in fields)):
        assert set(frame[column]) <= set(numbers)
    with zipfile.ZipFile(tmp_path / FILE) as packed:
        drawn = packed.read("xl/charts/chart1.xml").decode()
        alt = packed.read("xl/drawings/drawing1.xml").decode()
    assert f"<c:{tag}>" in drawn and "Tsd. €" in drawn and "Botschaft" in drawn and 'descr="Was es zeigt"' in alt
    refs = re.findall(r"<c:val><c:numRef><c:f>'A1'!([^<]+)</c:f>|<c:yVal><c:numRef><c:f>'A1'!([^<]+)</c:f>", drawn)
    shown = {cell.value for one in refs for row in sheet[next(filter(None, one)).replace("$", "")] for cell in row}
    assert shown & set(frame["value"])
    assert ("errBars" in drawn) is ("low" in fields)


def test_a_step_through_zero_has_a_part_on_either_side_of_an_invisible_base(tmp_path: Path) -> None:
    sheet = written(tmp_path, figure("waterfall", STEPS, write="signed"))["A1"]
    top = next(cell for cell in cells(sheet) if cell.value == "Bezeichnung")
    table = {
        str(cell.value): [sheet.cell(top.row + row, cell.column).value or 0.0 for row in range(1, 5)]
        for cell in sheet[top.row]
    }
    assert table["Sockel (unsichtbar)"] == [0, 0, 0, 0]
    assert table["Zuwachs"] == [10, 0, 15, 0] and table["Rückgang"] == [0, 10, 0, 0] and table["Summe"] == [0, 0, 0, 15]
    assert table["Zuwachs, unter null"] == [0, 0, -5, 0] and table["Rückgang, unter null"] == [0, -5, 0, 0]


def test_what_excel_cannot_draw_is_a_picture_or_a_shaded_table_with_its_numbers(tmp_path: Path) -> None:
    heat = figure("heat", GROUPED.assign(words="x"), series="series", words="words", span=(0.0, 4.0))
    sheet = written(tmp_path / "heat", heat)["A1"]
    assert sheet.conditional_formatting and not sheet._charts and {1, 2, 3, 4} <= {cell.value for cell in cells(sheet)}
    chart = {**heat.content["chart"], "kind": "picture"}
    picture = Block.from_json({**heat.to_json(), "content": {**heat.content, "chart": chart}})
    sheet = written(tmp_path / "picture", picture)["A1"]
    assert len(sheet._images) == 1 and {1, 2, 3, 4} <= {cell.value for cell in cells(sheet)}


def test_two_builds_are_the_same_to_the_byte_and_bear_the_day_of_the_run(tmp_path: Path) -> None:
    blocks = (*made_blocks(), figure("waterfall", STEPS, **ENDS))
    book = written(tmp_path / "one", *blocks)
    written(tmp_path / "two", *blocks)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()
    assert book.properties.created == dt.datetime(2026, 1, 5)


OURS = re.compile(r"=(SUM\([A-Z]+\d+:[A-Z]+\d+\)|MAX\([A-Z]+\d+-[A-Z]+\d+,0\)|[A-Z]+\d+(\+[A-Z]+\d+)?)")


def test_a_long_name_with_an_ampersand_fits_the_footer_and_a_long_text_its_row(tmp_path: Path) -> None:
    block = BUILDER.table(
        "t", "Titel", pd.DataFrame({"label": ["Wort " * 3000]}), (TableColumn(name="label", label="Was"),)
    )
    write(content_of([block], name="Klein & Söhne " * 30), tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / FILE)["A1"]
    assert "Klein && Söhne" in str(sheet.oddFooter.left.text) and sheet.row_dimensions[6].height <= 409


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_exhibit_of_real_chapters_gets_its_sheet(chapter_in, tmp_path: Path, language: str) -> None:
    blocks = [block for name in ("time", "organisation", "plan", "comparison") for block in chapter_in(name, language)]
    book = written(tmp_path, *blocks)
    assert len(book.sheetnames) >= 2 + sum(block.kind in ("figure", "table") for block in blocks)
    formulas = {str(cell.value) for sheet in book for cell in cells(sheet) if cell.data_type == "f"}
    assert formulas and not [one for one in formulas if not OURS.fullmatch(one)]
    style = GERMAN if language == "de" else ENGLISH
    assert ("Inhalt" in book.sheetnames) is (style is GERMAN)
