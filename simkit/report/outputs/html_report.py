"""Output: the report as one page, ``report.html``."""

from __future__ import annotations

from pathlib import Path

from simkit.report.document.document import assemble
from simkit.report.outputs.report_content import ReportContent

REPORT = "report.html"


def write(content: ReportContent, folder: Path) -> None:
    """Write the page into the folder of the run."""
    page = assemble(content.blocks, content.context, run=content.run, date=content.date)
    (folder / REPORT).write_text(page, encoding="utf-8")
