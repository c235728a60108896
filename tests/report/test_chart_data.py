"""The numbers of a chart beside its picture: a file that a spreadsheet reads as numbers."""

import csv

import pandas as pd
import pytest
from drawn_charts import ENGLISH, GERMAN

from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.chart import Chart, Panel
from simkit.report.document.style import Style
from simkit.report.outputs.chart_data import write_chart

FRAME = pd.DataFrame(
    {
        "label": ["=Vertrieb", "Technik"], "part": ["Hours", "Money"], "share": [0.125, 1234.5], "low": [0.1, None],
        "high": [0.15, None], "words": ["x", "y"], "shade": ["primary", "accent"],
    }
)  # fmt: skip
ROLES = {"category": "label", "value": "share", "low": "low", "high": "high", "words": "words", "shade": "shade"}


def lines(style: Style, place, delimiter: str, **fields: object) -> list[list[str]]:
    chart = Chart.of(style, "interval", FRAME, **{**ROLES, "unit": "Anteil", **fields})
    block = ChapterBuilder(chapter="time", style=style).figure("f", "Botschaft", chart, "Botschaft", Caption())
    write_chart(block, place / "f.csv")
    return list(csv.reader((place / "f.csv").read_text("utf-8-sig").splitlines(), delimiter=delimiter))


def test_a_german_file_has_semicolons_commas_and_no_texts_or_colours(tmp_path):
    assert lines(GERMAN, tmp_path, ";") == [
        ["Bezeichnung", "Wert, Anteil", "von", "bis"],
        ["'=Vertrieb", "0,125", "0,1", "0,15"],
        ["Technik", "1234,5", "", ""],
    ]


def test_an_english_file_names_the_unit_of_each_part(tmp_path):
    panels = (Panel(name="Hours", unit="h"), Panel(name="Money", unit="€"))
    found = lines(ENGLISH, tmp_path, ",", panel="part", panels=panels, unit="", axis="Department")
    assert found[0] == ["Part", "Department", "Value", "from", "to", "Unit"]
    assert [row[-1] for row in found[1:]] == ["h", "€"]


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_number_of_a_chart_stands_in_its_file_as_a_number(chapter_in, tmp_path, language):
    decimal, delimiter = (",", ";") if language == "de" else (".", ",")
    for block in chapter_in("service", language):
        if block.kind == "figure":
            write_chart(block, tmp_path / "f.csv")
            rows = list(csv.reader((tmp_path / "f.csv").read_text("utf-8-sig").splitlines(), delimiter=delimiter))
            chart = Chart.model_validate(block.content["chart"])
            place = next(number for number, name in enumerate(rows[0]) if name.startswith(("Wert", "Value")))
            read = [float(row[place].replace(decimal, ".")) if row[place] else None for row in rows[1:]]
            assert read == pytest.approx(list(chart.columns[chart.value]), nan_ok=True)
