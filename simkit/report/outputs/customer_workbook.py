"""The customer list as an Excel file, which a run alone can write: customers and their values stand in no block."""

from __future__ import annotations

from pathlib import Path

from simkit.foundation.missing import Missing, present
from simkit.report.context import ReportContext
from simkit.report.outputs.table_files import TABLES


def write(report: ReportContext, folder: Path) -> None:
    """Write the list beside the tables, where customers have a value and the chapter on it is asked for."""
    from simkit.value.customers.customer_list import write_workbook
    from simkit.value.customers.customer_value import with_lifetime

    analysis = report.analysis
    wanted = analysis.settings.chapters
    if isinstance(analysis.value, Missing) or (wanted and "value" not in wanted):
        return
    place = folder / TABLES
    place.mkdir(exist_ok=True)
    lifetime = present(analysis.lifetime) if not wanted or "lifetime" in wanted else None
    value = with_lifetime(analysis.value, lifetime)
    write_workbook(value, place / "customers.xlsx", analysis.client, report.language)
