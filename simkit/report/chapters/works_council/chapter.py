"""Chapter: the sheet for the works council: what was processed, at which level, and why no person can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.settings.client_settings import ClientConfig
from simkit.intake.settings.schemas import TABLES
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
GDPR_COUNTRIES = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT",
        "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
    }
)  # fmt: skip
"""Countries of the European Economic Area, where the General Data Protection Regulation holds."""
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
    """Yield the chapter; :func:`levels_table` adds what only the finished exhibits tell."""
    config = analysis.client.config
    yield builder.text("purpose", *_purpose())
    yield _processed(builder, analysis)
    yield from _entries(builder, analysis)
    yield builder.text(
        "protection", title=TEXTS["protection"],
        points=[*_protection(config.privacy.minimum_group), *_hours(analysis), *_sellers(analysis)],
    )  # fmt: skip
    yield from _effects(builder, analysis)
    yield _to_fill_in(builder, config)
    laws = TEXTS.group("law")
    if "country" in config.model_fields_set and config.country in laws:  # what nobody stated is not known
        yield builder.text("law", laws[config.country], title=TEXTS["legal_frame"])


def _entries(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield why single time entries may be processed here, where there are any."""
    client, formats = analysis.client, builder.style.formats
    if client.has("activities"):
        words = builder.translate(
            TEXTS["entries"], n=formats.number(len(client.table("activities"))), first=formats.date(client.first),
            last=formats.date(client.last),
        )  # fmt: skip
        yield builder.text("entries", words, title=TEXTS["entries_title"])


def _effects(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield what the plan that the answer is about would change for staff, where the model fits."""
    study = analysis.study
    if isinstance(study, Missing) or not study.gate.passes or study.recommendation.shown == study.baseline:
        return
    table = select(
        study.frame("differences"), scenario=study.main_scenario, design=study.recommendation.shown, year=0, group=""
    )
    known = table.set_index("measure")["difference"]
    rows = [
        (builder.translate(text), float(known[name]))
        for name, text in TEXTS.group("effects_rows").items()
        if name in known
    ]
    columns = (
        TableColumn(name="item", label=TEXTS["effects_item"]),
        TableColumn(name="value", label=TEXTS["effects_value"], write="signed"),
    )
    plan = StudyView(study=study, style=builder.style).design_label(study.recommendation.shown)
    caption = Caption(note=builder.translate(TEXTS["effects_note"], plan=plan))
    frame = pd.DataFrame(rows, columns=["item", "value"])
    yield builder.table("effects", TEXTS["effects_title"], frame, columns, caption)


def _to_fill_in(builder: ChapterBuilder, config: ClientConfig) -> Block:
    """Return what only the company can say, with room to say it."""
    words = TEXTS.group("fill_rows")
    if "country" in config.model_fields_set and config.country in GDPR_COUNTRIES:
        words = {**words, "basis": TEXTS["basis_gdpr"]}
    rows = [
        (builder.translate(text), builder.translate(TEXTS["fill_purpose"]) if name == "purpose" else "")
        for name, text in words.items()
    ]
    columns = (
        TableColumn(name="item", label=TEXTS["fill_item"]),
        TableColumn(name="value", label=TEXTS["fill_value"]),
    )
    frame = pd.DataFrame(rows, columns=["item", "value"])
    return builder.table("to_fill_in", TEXTS["fill_title"], frame, columns, Caption(note=TEXTS["fill_note"]))


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
            }
        )
    frame = pd.DataFrame(rows, columns=["table", "columns", "rows"])
    columns = (
        TableColumn(name="table", label=TEXTS["table"]),
        TableColumn(name="columns", label=TEXTS["processed_label"]),
        TableColumn(name="rows", label=TEXTS["rows"], write="number"),
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
