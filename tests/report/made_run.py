"""A finished run of a made client, as it lies on the disk: a few blocks in an executed notebook, and the record."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from drawn_charts import ENGLISH, GERMAN

from simkit.foundation.text import Language
from simkit.report.document.blocks import CHAPTER_LEVEL, MIME, Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style
from simkit.report.document.table_content import TableColumn, interval_text, number_text
from simkit.report.imprint import Imprint
from simkit.report.outputs.report_content import ReportContent

CLIENT = """client: small
name: "{name}"
country: DE
currency: EUR
language: de
brand:
  colours: {{primary: "#1f4e5f", accent: "#d9822b"}}
  confidentiality: {{de: Streng vertraulich, en: Strictly confidential}}
tables: {{time_estimates: {{file: none.csv, columns: {{role: Rolle, activity: Was, share: Anteil}}}}}}
"""
RECORD = {
    "version": 2, "client": "small", "started": "2026-01-05T10:00:00", "language": "de", "outcome": "finished",
    "settings": {"depth": "normal"}, "period": ["2024-01-01", "2025-12-31"], "versions": {}, "input_hashes": {},
    "staff_groups": {"team": ["Nord"]},
}  # fmt: skip


def made_blocks(language: Language = "de") -> tuple[Block, ...]:
    """Return the blocks of a small report: body, appendix and the works council's sheet."""
    style = GERMAN if language == "de" else ENGLISH
    time, value, council = (ChapterBuilder(chapter=name, style=style) for name in ("time", "value", "works_council"))
    bars = Chart.of(
        style, "bar", HOURS, category="label", value="share", low="low", high="high", unit="Anteil", write="share"
    )
    columns = (
        TableColumn(name="customer", label="Kunde"), TableColumn(name="team", label="Team"),
        TableColumn(name="sales", label="Umsatz", write="money"), TableColumn(name="part", label="Anteil", write="share"),
        TableColumn(name="span", label="95-%-Intervall", write="figure"),
        TableColumn(name="gain", label="Gewinn", write="figure"),
    )  # fmt: skip
    frame = CUSTOMERS.assign(
        span=[interval_text(style.formats, 0.1, 0.2, "share"), interval_text(style.formats, 0.3, 0.4, "share"), "–"],
        gain=[number_text("5 (3 bis 7)", 5.0, 3.0, 7.0), number_text("−2", -2.0), "unbekannt"],
    )
    figure = KeyFigure(
        label="Anteil", value="14,1 %", detail="13 % bis 15 %", number=0.141, low=0.13, high=0.15, unit="share"
    )
    return (
        time.other("heading", "heading", "Zeit", {"level": CHAPTER_LEVEL}),
        time.key_figures("figures", [figure]),
        time.figure("hours_by_activity", "Wohin die Stunden gehen", bars, "Balken", Caption(unit="Anteil", source="Log")),
        value.other("heading", "heading", "Wert", {"level": CHAPTER_LEVEL}),
        value.table("actions", "=1+1 ist ein Titel", frame, columns, Caption(unit="je Kunde", source="ERP", note="netto")),
        council.other("heading", "heading", "Betriebsrat", {"level": CHAPTER_LEVEL}),
        council.table("processed_tables", "Verarbeitet", HOURS, (TableColumn(name="label", label="Tabelle"),)),
    )  # fmt: skip


HOURS = pd.DataFrame(
    {"label": ["Außendienst", "Intern"], "share": [0.3, 0.7], "low": [0.25, 0.65], "high": [0.35, 0.75]}
)
CUSTOMERS = pd.DataFrame(
    {
        "customer": ["=1+1", "@SUM(A1)", "http://muster.example"], "team": ["Nord", "Süd", "Nord"],
        "sales": [1234.5, float("nan"), -10.0], "part": [0.125, 0.5, 0.375],
    }
)  # fmt: skip


def content_of(blocks: Sequence[Block], name: str = "Klein & Söhne") -> ReportContent:
    """Return what outputs are written from."""
    imprint = Imprint(
        client="small", name=name, period=(dt.date(2024, 1, 1), dt.date(2025, 12, 31)), minimum=5,
        style=Style(formats=blocks[0].formats), staff_groups={"team": ("Nord",)},
    )  # fmt: skip
    return ReportContent(blocks=tuple(blocks), imprint=imprint, run="2026-01-05_100000", date=dt.date(2026, 1, 5))


def write_client(workspace: Path, name: str = "Klein & Söhne") -> Path:
    """Write the client, of whom there are no data; return the folder of its reports."""
    folder = workspace / "client_data" / "small"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "client.yaml").write_text(CLIENT.format(name=name), encoding="utf-8")
    return workspace / "reports" / "small"


def write_run(folder: Path, blocks: Sequence[Block], **record: Any) -> Path:
    """Write a run into a folder and return it; what is named replaces that entry of its record."""
    (folder / "notebooks").mkdir(parents=True)
    outputs = [{"output_type": "display_data", "data": {MIME: block.to_json()}} for block in blocks]
    notebook = {"cells": [{"cell_type": "code", "outputs": outputs}]}
    (folder / "notebooks" / "01_diagnosis.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps({**RECORD, **record}), encoding="utf-8")
    return folder
