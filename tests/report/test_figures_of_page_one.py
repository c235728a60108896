"""Every number of the page that a managing director reads stands in a table of results, and means the same there."""

from __future__ import annotations

import csv
import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.estimates import Estimate
from simkit.foundation.table_writing import dialect_of
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.report.outputs import table_files
from simkit.report.outputs.report_content import ReportContent

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
OF_THE_TEXT = {"95", "20", "60", "139"}
"""The level of an interval, the top fifth of customers, the days from which a deal is old, and those of a scenario's name."""


def page_one(report: ReportContext) -> dict[str, object]:
    return next(block for block in write_chapter("decision", report) if block.kind == "decision").content


def numbers(content: dict[str, object]) -> set[str]:
    """Return every number that the page shows, without sign and unit."""
    return set(NUMBER.findall(" ".join(texts(content)))) - OF_THE_TEXT


def texts(content: object) -> list[str]:
    """Return every text of the page; the numbers beside the texts are the same ones, not rounded."""
    if isinstance(content, dict):
        return [text for value in content.values() for text in texts(value)]
    return (
        [text for one in content for text in texts(one)]
        if isinstance(content, list)
        else [content] * isinstance(content, str)
    )


def exported(report: ReportContext, folder: Path) -> set[str]:
    """Return the numbers of the table of page one, read from the file that a run writes beside its report."""
    blocks = tuple(write_chapter("provenance", report))
    table_files.write(
        ReportContent(blocks=blocks, imprint=report.imprint(blocks), run="made", date=dt.date(2026, 7, 1)), folder
    )
    dialect = dialect_of(report.language)
    (written,) = (folder / "tables").glob("*provenance_page_one.csv")
    with written.open(encoding="utf-8-sig", newline="") as file:
        _, *rows = csv.reader(file, delimiter=dialect.delimiter)
    return {number for _, value, low, high, _ in rows for cell in (value, low, high) for number in NUMBER.findall(cell)}


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_number_of_page_one_stands_in_a_written_table(report_in, language, tmp_path):
    report = report_in(language)
    content = page_one(report)

    assert len(numbers(content)) > 20
    assert numbers(content) - exported(report, tmp_path) == set()


@pytest.mark.parametrize("level", ["not_calibrated", "does_not_fit"])
def test_a_page_without_an_advice_has_its_numbers_in_a_table_too(report_in, level, tmp_path):
    report = report_in("de")
    study = replace(report.analysis.study, gate=replace(report.analysis.study.gate, level=level, checked=14, passed=11))
    draft = replace(report, analysis=replace(report.analysis))
    draft.analysis.__dict__.update({**report.analysis.__dict__, "study": study})

    content = page_one(draft)
    assert content["verdict"] in {"draft", "not_usable"}
    assert numbers(content) - exported(draft, tmp_path) == set()


def small_client(make_client) -> ClientData:
    """Twelve customers, of whom one buys ten times as much, six people who log them, and thirty deals."""
    months = pd.period_range("2024-01", "2024-12", freq="M")
    places = [(month, number) for month in months for number in range(12)]
    orders = [
        {
            "order_id": f"{number}-{month}",
            "customer_id": f"K{number}",
            "ordered_on": month.start_time,
            "value_amount": 1000.0 if number == 0 else 100.0,
            "cost_amount": 60.0,
        }
        for month, number in places
    ]
    log = [
        {
            "employee_id": f"P{person}",
            "customer_id": f"K{number}",
            "started_at": month.start_time + pd.Timedelta(hours=9),
            "hours": 1.0 + person / 7,
            "activity": ("care", "selling", "administration")[(number + person) % 3],
        }
        for month, number in places
        for person in range(6)
    ]
    deals = [
        {"opportunity_id": f"O{n}", "stage": ("won", "lost", "open")[n % 3], "opened_on": months[n % 9].start_time}
        for n in range(30)
    ]
    tables = {"orders": orders, "activities": log, "opportunities": deals}
    return make_client(**{name: pd.DataFrame(rows) for name, rows in tables.items()})


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("without", ["nothing", "orders"])
def test_every_number_of_a_small_client_stands_in_a_written_table(make_client, language, without, tmp_path):
    client = small_client(make_client)
    client = replace(client, tables={name: table for name, table in client.tables.items() if name != without})
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )
    content = page_one(report)

    assert len(numbers(content)) >= 4
    assert numbers(content) - exported(report, tmp_path) == set()


def test_a_number_that_no_table_holds_is_found_out(report_in, tmp_path):
    report = report_in("de")
    content = page_one(report)
    facing = report.analysis.time_use.facing
    other = replace(report.analysis.time_use, facing=Estimate(value=facing.value + 0.003, low=0.1234, high=0.1876))
    moved = replace(report, analysis=replace(report.analysis))
    moved.analysis.__dict__.update({**report.analysis.__dict__, "time_use": other})

    assert {"14,4", "12,3", "18,8"} <= numbers(page_one(moved)) - exported(report, tmp_path)
    assert numbers(content) - exported(report, tmp_path) == set()


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kept", [("orders",), ("opportunities",), ("activities", "orders"), ("activities",)])
def test_little_data_get_a_page_one_without_verdict_empty_heading_or_repetition(make_client, language, kept):
    client = small_client(make_client)
    client = replace(client, tables={name: client.tables[name] for name in kept})
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )
    content = page_one(report)
    told = [content["recommendation"], *(text for part in ("found", "confidence", "steps") for text in content[part])]

    assert content["verdict"] == "diagnosis_only" and len(told) == len(set(told))
    assert content["found"] or content["figures"], "there is more than the main finding"
    assert content["confidence"] and content["steps"]
    assert set(content["shown_in"]) <= set(told), "nothing is shown that no sentence tells"


def test_a_pipeline_without_an_open_deal_has_no_share_of_old_ones_and_stops_nothing(make_client, tmp_path):
    client = small_client(make_client)
    deals = client.tables["opportunities"]
    closed = {**client.tables, "opportunities": deals[deals["stage"] != "open"].reset_index(drop=True)}
    analysis = ClientAnalysis(client=replace(client, tables=closed), settings=RunSettings())
    report = ReportContext(analysis=analysis, style=style_of(client.config, "en"))

    assert analysis.pipeline.open_deals == 0
    assert numbers(page_one(report)) - exported(report, tmp_path) == set()
