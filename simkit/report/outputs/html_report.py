"""Output: the report, its appendix and the sheet for the works council, each a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from simkit.report.document.document import assemble
from simkit.report.document.story import Part
from simkit.report.outputs.report_content import ReportContent

REPORT = "report.html"
FILES: Mapping[Part, str] = {"report": REPORT, "appendix": "appendix.html", "works_council": "works_council.html"}


def write(content: ReportContent, folder: Path) -> None:
    """Write the pages into the folder of the run."""
    for part, name in FILES.items():
        page = assemble(content.blocks, content.imprint, run=content.run, date=content.date, part=part)
        if page:
            (folder / name).write_text(page, encoding="utf-8")
