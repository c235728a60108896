"""A log of fewer than five people: its chapter is left out with the reason, or nothing is reported at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import PrivacyError
from simkit.foundation.missing import Missing
from simkit.intake.client import load_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.time import chapter as time
from simkit.report.context import ReportContext, style_of

CONFIG = """client: {name}
name: Klein GmbH
country: DE
currency: EUR
language: de
tables:
  activities:
    file: log.csv
    columns: {{employee_id: wer, started_at: wann, hours: stunden, activity: was}}
"""
ORDERS = """  orders:
    file: orders.csv
    columns: {order_id: nr, customer_id: kunde, ordered_on: datum, value_amount: wert}
"""


def report_of(folder: Path, *, orders: bool) -> ReportContext:
    people = "\n".join(f"{number};2026-03-{day:02d};4,5;care" for number in range(4) for day in (2, 3, 4))
    (folder / "log.csv").write_text(f"wer;wann;stunden;was\n{people}\n", encoding="utf-8")
    (folder / "orders.csv").write_text(
        "nr;kunde;datum;wert\n" + "\n".join(f"{n};K{n % 7};2026-03-0{n % 9 + 1};{n + 1},50" for n in range(40)),
        encoding="utf-8",
    )
    text = CONFIG.format(name=folder.name) + (ORDERS if orders else "")
    (folder / "client.yaml").write_text(text, encoding="utf-8")
    client = load_client(folder)
    return ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, None)
    )


def test_the_chapter_is_left_out_with_the_reason_where_other_tables_can_be_reported(tmp_path: Path) -> None:
    report = report_of(tmp_path, orders=True)

    left_out = time.blocks(report.analysis, report.builder("time"))

    assert left_out == report.analysis.time_use and isinstance(left_out, Missing)
    assert "5" in left_out.reason.en or "five" in left_out.reason.en


def test_nothing_is_reported_where_the_log_is_all_there_is(tmp_path: Path) -> None:
    with pytest.raises(PrivacyError) as caught:
        _ = report_of(tmp_path, orders=False).analysis.time_use

    assert caught.value.exit_code == 4
    assert caught.value.render("de") != caught.value.render("en")
