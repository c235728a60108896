"""Chapter: the sheet for the works council: what was processed, at which level, and why no person can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.schemas import TABLES
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
PERSONAL = ("employees", "activities", "time_estimates", "opportunities", "orders", "customers", "ratings")
PEOPLE_COLUMNS = (
    "employee_id",
    "owner_id",
    "participant",
    "role",
    "team",
    "fte",
    "birth_year",
    "birth_date",
    "entry_on",
    "left_on",
    "retires_on",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    minimum = analysis.client.config.privacy.minimum_group
    yield builder.text("purpose", *_purpose())
    yield _processed(builder, analysis)
    yield builder.text(
        "protection", title=TEXTS["protection"], points=[*_protection(minimum), *_hours(analysis), *_sellers(analysis)]
    )
    yield builder.text("law", TEXTS["law"], title=TEXTS["legal_frame"])


def _purpose() -> tuple[Text, ...]:
    return (TEXTS["purpose_analysis_asks_what"],)


def _processed(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    rows = []
    for name in PERSONAL:
        if not analysis.client.has(name):
            continue
        table = analysis.client.table(name)
        relating = (*PEOPLE_COLUMNS, "cost_amount") if name == "employees" else PEOPLE_COLUMNS
        labels = [builder.style.translate(TABLES[name].column(column).label) for column in relating if column in table]
        if not labels:
            continue
        rows.append(
            {
                "table": builder.style.translate(TABLES[name].label),
                "columns": ", ".join(labels),
                "rows": len(table),
                "level": builder.style.translate(TEXTS.group("level")[name]),
            }
        )
    frame = pd.DataFrame(rows, columns=["table", "columns", "rows", "level"])
    columns = (
        TableColumn(name="table", label=TEXTS["table"]),
        TableColumn(name="columns", label=TEXTS["processed_label"]),
        TableColumn(name="rows", label=TEXTS["rows"], write="number"),
        TableColumn(name="level", label=TEXTS["shown_at_most_by"]),
    )
    title = TEXTS["processed_title"]
    return builder.table("processed_tables", title, frame, columns)


def _protection(minimum: int) -> list[Text]:
    return [
        TEXTS["protection_staff_numbers_replaced"],
        TEXTS["protection_no_table_chart"].fill(n=minimum),
        TEXTS["protection_there_no_ranking"],
        TEXTS["protection_delivered_extracts_past"],
        TEXTS["protection_everything_held_this"],
    ]


def _hours(analysis: ClientAnalysis) -> Iterator[Text]:
    """Yield the statement on hours by customer, where the log books time on customers."""
    if not analysis.client.has("activities") or "customer_id" not in analysis.client.table("activities"):
        return
    log = analysis.client.table("activities")
    named = "employee_id" in log and bool(log["employee_id"].notna().any())
    yield (
        TEXTS["hours_by_customer"].fill(n=analysis.client.config.privacy.minimum_group)
        if named
        else TEXTS["hours_of_nobody"]
    )


def _sellers(analysis: ClientAnalysis) -> Iterator[Text]:
    """Yield the statement on figures over all sellers, where there are any."""
    over_sellers = (analysis.variance_split, analysis.efficiency)
    if not isinstance(analysis.pipeline, Missing) and not all(isinstance(found, Missing) for found in over_sellers):
        yield TEXTS["over_sellers"]
