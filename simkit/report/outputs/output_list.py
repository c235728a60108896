"""The one place where the outputs of a report are listed: what a run writes into its folder."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from simkit.report.outputs.report_content import ReportContent

OUTPUTS = (
    "html_report",
    "chart_files",
    "chart_data",
    "table_files",
    "customer_workbook",
    "deck_file",
)
"""Files beside this one, each with a function ``write(content, folder)``; an output is added by one line here."""


def write_outputs(content: ReportContent, folder: Path) -> None:
    """Write a report in every form into the folder of its run."""
    for name in OUTPUTS:
        import_module(f"simkit.report.outputs.{name}").write(content, folder)
