"""Output: the numbers of every chart as CSV, beside its picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simkit.foundation import table_writing
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.table_writing import dialect_of
from simkit.foundation.text import Language
from simkit.report.document.blocks import Block
from simkit.report.document.chart import Chart
from simkit.report.document.table_content import raw
from simkit.report.outputs.chart_files import CHARTS
from simkit.report.outputs.report_content import ReportContent

TEXTS = Catalogue.beside(__file__)

SHOWN = ("panel", "category", "series", "value", "low", "high", "people")
"""Columns of the file, in order; one that a chart lacks is left out, as are colours and texts."""


def write(content: ReportContent, folder: Path) -> None:
    """Write the data into ``charts/``, one file for each chart."""
    place = folder / CHARTS
    place.mkdir(exist_ok=True)
    for name, block in content.of_kind("figure"):
        write_chart(block, place / f"{name}.csv")


def write_chart(block: Block, path: Path) -> None:
    """Write the chart of a figure block for the reader's spreadsheet, one row per value."""
    language = block.formats.language
    dialect, chart = dialect_of(language), Chart.model_validate(block.content["chart"])
    rows = [[raw(cell, dialect.decimal) for cell in row] for row in _rows(chart)]
    table_writing.write_csv(path, [list(_headings(chart, language)), *rows], dialect.delimiter)


def _headings(chart: Chart, language: Language) -> Iterator[str]:
    words = {role: text.to(language) for role, text in TEXTS.group("data").items()}
    for role in SHOWN:
        if not getattr(chart, role):
            continue
        if role == "category":
            yield chart.axis or words[role]
        elif role == "value":
            yield f"{words[role]}, {chart.unit}" if chart.unit else words[role]
        else:
            yield words[role]
    if _own_units(chart):
        yield words["unit"]


def _rows(chart: Chart) -> Iterator[list[Any]]:
    names = [column for role in SHOWN if (column := str(getattr(chart, role)))]
    units = {panel.name: panel.unit for panel in chart.panels}
    for number in range(len(chart.columns[chart.category])):
        row: list[Any] = [chart.columns[name][number] for name in names]
        yield [*row, units.get(str(row[0]), "")] if _own_units(chart) else row


def _own_units(chart: Chart) -> bool:
    return any(panel.unit for panel in chart.panels)
