"""Output: the report as one Excel workbook, with every exhibit on a sheet of its own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from simkit.foundation.table_writing import open_workbook
from simkit.report.document.document import TITLE
from simkit.report.outputs.excel.exhibit_book import ExhibitBook
from simkit.report.outputs.excel.figure_sheets import write_figure_sheet
from simkit.report.outputs.excel.front_sheets import write_contents, write_key_figures
from simkit.report.outputs.excel.table_sheets import write_table_sheet
from simkit.report.outputs.report_content import ReportContent

FILE = "report.xlsx"


def write(content: ReportContent, folder: Path) -> None:
    """Write the workbook: contents, key figures, and the exhibits in the order of the documents."""
    imprint = content.imprint
    created = dt.datetime(content.date.year, content.date.month, content.date.day)
    title = f"{imprint.style.translate(TITLE)} – {imprint.name}"
    with open_workbook(folder / FILE, created=created, title=title) as opened:
        book = ExhibitBook(opened, content)
        write_contents(book)
        write_key_figures(book)
        for block in content.exhibits:
            if block.kind == "table":
                write_table_sheet(book, block)
            elif block.kind == "figure":
                write_figure_sheet(book, block)
