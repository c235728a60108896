"""Chapter: what the client delivered, what of it could be used, and what was found in it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.checks.data_checks import check_client
from simkit.intake.checks.reconciliation import reconciliation
from simkit.intake.findings import SEVERITY_LABELS
from simkit.intake.settings.schemas import TABLES
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
SHOWN_FINDINGS = 25


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield _protocol(builder, analysis)
    yield from _sums(builder, analysis)
    yield from _findings(builder, analysis)


def _protocol(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    table = analysis.client.protocol
    kept, read = int(table["rows_kept"].sum()), int(table["rows_read"].sum())
    title = builder.translate(
        TEXTS["protocol_title"], kept=builder.style.formats.number(kept), read=builder.style.formats.number(read)
    )
    reasons = [
        builder.style.translate(reason) if isinstance(reason, Text) else str(reason or "")
        for reason in table["reasons"]
    ]
    frame = table.assign(
        file=[_place(file, sheet) for file, sheet in zip(table["file"], table["sheet"], strict=True)],
        table=[builder.style.translate(TABLES[name].label) for name in table["table"]],
        reasons=reasons,
    )
    columns = (
        TableColumn(name="file", label=TEXTS["file"]),
        TableColumn(name="table", label=TEXTS["content"]),
        TableColumn(name="rows_read", label=TEXTS["read"], write="number"),
        TableColumn(name="rows_kept", label=TEXTS["used"], write="number"),
        TableColumn(name="rows_dropped", label=TEXTS["left_out"], write="number"),
        TableColumn(name="reasons", label=TEXTS["why"]),
    )
    return builder.table("import_protocol", title, frame, columns)


def _place(file: str, sheet: object) -> str:
    return f"{file} ({sheet})" if isinstance(sheet, str) and sheet else str(file)


def _sums(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    sums = reconciliation(analysis.client)
    if not sums:
        return
    frame = pd.DataFrame(
        {
            "label": [builder.style.translate(one.label) for one in sums],
            "rows": [one.rows for one in sums],
            "amount": [one.amount for one in sums],
            "share": [one.share for one in sums],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["sum"]),
        TableColumn(name="rows", label=TEXTS["rows"], write="number"),
        TableColumn(name="amount", label=TEXTS["amount"], write="money"),
        TableColumn(name="share", label=TEXTS["share"], write="share"),
    )
    above = any(one.share is not None and one.share > 1 for one in sums)
    caption = Caption(note=TEXTS["sums_above"] if above else "")
    yield builder.table("reconciliation", TEXTS["sums_title"], frame, columns, caption)


def _findings(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    found = check_client(analysis.client)
    if not found:
        return
    rows = [
        {
            "severity": builder.style.translate(SEVERITY_LABELS[one.severity]),
            "what": builder.style.translate(one.what),
            "where": " · ".join(part for part in (one.file, one.column) if part),
            "count": one.count,
            "remedy": builder.style.translate(one.remedy),
        }
        for one in found[:SHOWN_FINDINGS]
    ]
    columns = (
        TableColumn(name="severity", label=TEXTS["severity"]),
        TableColumn(name="what", label=TEXTS["finding"]),
        TableColumn(name="where", label=TEXTS["where"]),
        TableColumn(name="count", label=TEXTS["rows"], write="number"),
        TableColumn(name="remedy", label=TEXTS["what_to_do"]),
    )
    title = builder.translate(TEXTS["findings_title"], n=builder.style.formats.number(len(found)))
    hidden = len(found) - len(rows)
    note = TEXTS["simkit_check_shows_more"].fill(n=builder.style.formats.number(hidden)) if hidden else ""
    yield builder.table("findings", title, pd.DataFrame(rows), columns, Caption(note=note))
