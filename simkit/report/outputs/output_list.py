"""The one place where the outputs of a report are listed: what a run writes into its folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from simkit.report.outputs import chart_files, customer_workbook, html_report, table_files
from simkit.report.outputs.report_content import ReportContent

OUTPUTS: tuple[Callable[[ReportContent, Path], None], ...] = (
    html_report.write,
    chart_files.write,
    table_files.write,
    customer_workbook.write,
)
"""Each writes its files into the folder of the run; a format is added by one file here and one line in this list."""


def write_outputs(content: ReportContent, folder: Path) -> None:
    """Write a report in every form."""
    for write in OUTPUTS:
        write(content, folder)
