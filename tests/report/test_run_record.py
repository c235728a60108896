"""The record of a run: complete, read again, and without a word on machine, user or folders."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from pathlib import Path

import pytest

from simkit.extras.docs_pages.record_page import PAGE, record_page
from simkit.foundation.errors import RunError
from simkit.foundation.missing import Missing
from simkit.foundation.text import same
from simkit.report.outputs.report_content import ReportContent
from simkit.report.run.notebooks import without_paths
from simkit.report.run.run_folder import run_folder
from simkit.report.run.run_record import RunRecord, read_record, recorded_answer, recorded_exhibits

START = {
    "version": 2, "client": "demo", "started": "2026-01-01T10:00:00", "language": "de", "settings": {"seed": 1},
    "period": ["2024-01-01", "2025-12-31"], "versions": {"simkit": "1"}, "input_hashes": {"a.csv": "0"},
}  # fmt: skip


def test_a_finished_run_tells_neither_its_machine_nor_its_process(tmp_path: Path) -> None:
    with run_folder(tmp_path, "run", START) as (folder, _):
        running = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert running["process"] == os.getpid() and running["machine"] == platform.node()
    text = (tmp_path / "run" / "run.json").read_text(encoding="utf-8")
    assert platform.node() not in text and "process" not in text and str(tmp_path) not in text
    found = read_record(tmp_path / "run" / "run.json")
    assert found.outcome == "finished" and found.settings == {"seed": 1} and found.version == 2


def test_a_failed_run_tells_no_machine_either(tmp_path: Path) -> None:
    with pytest.raises(RunError), run_folder(tmp_path, "run", START):
        raise RunError(same("no"))
    found = read_record(tmp_path / "run.partial" / "run.json")
    assert found.outcome == "failed" and "machine" not in (tmp_path / "run.partial" / "run.json").read_text()


def test_a_record_of_the_version_before_is_read(tmp_path: Path) -> None:
    old = {name: value for name, value in START.items() if name not in ("version", "settings")}
    old |= {
        "seed": 3,
        "depth": "quick",
        "outcome": "finished",
        "machine": "m",
        "process": 1,
        "left_out": [],
        "engine": "reference",
    }
    (tmp_path / "run.json").write_text(json.dumps(old), encoding="utf-8")
    found = read_record(tmp_path / "run.json")
    assert found.version == 1 and found.settings == {"seed": 3, "depth": "quick"} and found.engine == "reference"


def test_the_record_tells_fit_verdict_plans_and_exhibits(made_outcome, chapter_in, report_in) -> None:
    blocks = [block for name in ("decision", "time", "works_council") for block in chapter_in(name, "de")]
    imprint = report_in("de").imprint(blocks)
    content = ReportContent(blocks=tuple(blocks), imprint=imprint, run="r", date=dt.date(2026, 1, 1))
    told = {**recorded_answer(made_outcome, "de"), "exhibits": recorded_exhibits(content.documents)}
    record = RunRecord.model_validate({**START, "outcome": "finished", **told})
    assert record.fit is not None and record.fit.level == "fits"
    assert record.verdict is not None and record.verdict.kind == made_outcome.recommendation.verdict
    assert record.plans[0].name == "baseline" and len(record.plans) == 4
    assert record.exhibits[0].number == "1"
    assert {one.document for one in record.exhibits} == {"report", "appendix", "works_council"}
    assert recorded_answer(Missing(reason=same("no")), "de") == {}


def test_an_executed_notebook_names_no_folder_of_the_machine(tmp_path: Path) -> None:
    file = tmp_path / "n.ipynb"
    folder = str(tmp_path / 'a "b')
    content = {
        "cells": [{"source": [f"results_folder = {json.dumps(folder)}", folder]}],
        "metadata": {"p": folder + "/x"},
    }
    file.write_text(json.dumps(content), encoding="utf-8")
    without_paths(file, {folder: ".."})
    text = file.read_text(encoding="utf-8")
    assert str(tmp_path) not in text and json.loads(text)["metadata"] == {"p": "../x"}


def test_the_schema_in_docs_is_that_of_the_record() -> None:
    assert PAGE.read_text(encoding="utf-8") == record_page(), "run: python -m simkit.extras.docs_pages.record_page"
