"""Purge does not take the ground from under a run that is under way."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path

import pytest

from simkit.foundation.errors import UsageError
from simkit.intake.privacy.purge import purge_client, purge_kept
from simkit.intake.settings.client_folders import CACHE
from simkit.intake.settings.living_runs import MARKER, is_over, living_runs, under_way


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "client_data" / "acme"
    folder.mkdir(parents=True)
    (folder / "client.yaml").write_text("client: acme\n", encoding="utf-8")
    return tmp_path


def record(folder: Path, **other: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    content = {"outcome": "running", "process": os.getpid(), "machine": platform.node(), **other}
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "run.json"


def test_purge_stops_before_a_living_run_and_deletes_nothing(root: Path) -> None:
    record(root / "reports" / "acme" / "x.partial")
    with pytest.raises(UsageError, match="still under way"):
        purge_client("acme", root)
    assert (root / "client_data" / "acme" / "client.yaml").is_file()
    (root / CACHE / "acme").mkdir(parents=True)
    with pytest.raises(UsageError, match="still under way"):
        purge_kept("acme", root)


def test_a_run_whose_report_goes_elsewhere_is_seen_too(root: Path) -> None:
    with under_way(root / CACHE / "acme"), pytest.raises(UsageError, match="Ctrl-C"):
        purge_client("acme", root)
    assert not (root / CACHE / "acme").exists()
    assert [place.path.name for place in purge_client("acme", root)] == ["acme"]


def test_what_ended_runs_left_behind_is_deleted(root: Path) -> None:
    record(root / "reports" / "acme" / "a.partial", outcome="failed")
    record(root / "reports" / "acme" / "b.partial", process=2**22 + 7)
    assert living_runs(root / "reports" / "acme", root / CACHE / "acme") == ()
    assert len(purge_client("acme", root)) == 2


def test_a_process_that_began_after_the_record_is_another_one(root: Path) -> None:
    file = record(root / "reports" / "acme" / "a.partial")
    assert not is_over(file)
    os.utime(file, (time.time() - 10**8,) * 2)
    assert is_over(file)


def test_a_run_on_another_machine_counts_as_living(root: Path) -> None:
    assert not is_over(record(root / "reports" / "acme" / "a.partial", machine="another", process=1))


def test_a_folder_that_cannot_be_written_does_not_stop_a_run(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("", encoding="utf-8")
    with under_way(tmp_path / "cache"):
        assert not (tmp_path / "cache" / MARKER).exists()
