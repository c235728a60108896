"""Output: every table as CSV, with raw values."""

from __future__ import annotations

from pathlib import Path

from simkit.report.document.table_content import write_csv
from simkit.report.outputs.report_content import ReportContent

TABLES = "tables"


def write(content: ReportContent, folder: Path) -> None:
    """Write the tables into ``tables/``."""
    place = folder / TABLES
    place.mkdir(exist_ok=True)
    for name, block in content.of_kind("table"):
        write_csv(block, place / f"{name}.csv")
