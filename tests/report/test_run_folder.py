"""The record of a run: what is finished gets its name, what is not never looks complete."""

import errno
import json
import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from simkit.foundation.errors import DataError, Interrupted, RunError
from simkit.report.run.run_folder import Stopwatch, check_writable, clear_partial, run_folder


def outcome(folder: Path) -> str:
    return json.loads((folder / "run.json").read_text(encoding="utf-8"))["outcome"]


def test_a_finished_run_gets_its_name(tmp_path: Path):
    with run_folder(tmp_path, "run", {"seed": 1}) as (folder, record):
        assert folder.name == "run.partial"
        assert outcome(folder) == "running"
        record["seconds"] = {"load": 1.0}
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    document = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    known = {key: document[key] for key in ("seed", "outcome", "seconds")}
    assert known == {"seed": 1, "outcome": "finished", "seconds": {"load": 1.0}}


def test_a_stopped_run_is_no_report_and_leaves_with_130(tmp_path: Path):
    with pytest.raises(Interrupted) as caught, run_folder(tmp_path, "run", {}):
        raise KeyboardInterrupt
    assert caught.value.exit_code == 130
    assert not (tmp_path / "run").exists()
    assert outcome(tmp_path / "run.partial") == "interrupted"


def test_a_failed_run_keeps_its_own_error(tmp_path: Path):
    with pytest.raises(DataError, match="broken"), run_folder(tmp_path, "run", {}):
        raise DataError("broken")
    assert outcome(tmp_path / "run.partial") == "failed"


def test_a_full_disk_is_reported_in_words(tmp_path: Path):
    with pytest.raises(RunError) as caught, run_folder(tmp_path, "run", {}):
        raise OSError(errno.ENOSPC, "No space left on device", "report.html")
    assert caught.value.exit_code == 1
    assert "disk is full" in caught.value.render("en")
    assert "Datenträger ist voll" in caught.value.render("de")
    assert caught.value.where == "report.html"
    assert not (tmp_path / "run").exists()


def test_a_disk_that_is_full_from_the_start_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("simkit.report.run.run_folder.write_record", full)
    with pytest.raises(RunError, match="disk is full"), run_folder(tmp_path, "run", {}):
        pytest.fail("the run must not begin")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused_and_a_new_one_is_not_made(tmp_path: Path):
    check_writable(tmp_path / "reports" / "x")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "reports").write_text("", encoding="utf-8")
    with pytest.raises(RunError, match="a file is in the folder's place") as caught:
        check_writable(tmp_path / "reports" / "x")
    assert caught.value.where == str(tmp_path / "reports")


def test_an_error_of_the_code_passes_unchanged(tmp_path: Path):
    with pytest.raises(ZeroDivisionError), run_folder(tmp_path, "run", {}):
        _ = 1 / 0
    assert outcome(tmp_path / "run.partial") == "failed"


def test_the_next_run_removes_what_failed_or_was_killed_and_lets_what_runs_alone(tmp_path: Path):
    here = {"outcome": "running", "machine": platform.node()}
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    records = {
        "a.partial": {"outcome": "failed"},
        "b.partial": {**here, "process": os.getpid()},
        "c": {"outcome": "finished"},
        "d.partial": {**here, "process": ended.pid},
        "e.partial": {**here, "process": ended.pid, "machine": "another"},
    }
    for name, record in records.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text(json.dumps(record), encoding="utf-8")

    assert sorted(path.name for path in clear_partial(tmp_path)) == ["a.partial", "d.partial"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.partial", "c", "e.partial"]


def test_two_runs_of_one_second_have_two_names(tmp_path: Path):
    for _ in range(2):
        with run_folder(tmp_path, "run", {}):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2"]


def test_the_stopwatch_adds_up_each_step():
    watch = Stopwatch()
    with watch.measure("a"):
        pass
    with watch.measure("b"):
        pass
    assert list(watch.seconds) == ["a", "b"]


def test_a_finished_run_waits_for_who_holds_a_file_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real, tries = Path.rename, []

    def held(self: Path, target: Path) -> Path:
        tries.append(target.name)
        if len(tries) < 4:
            raise PermissionError(errno.EACCES, "held", str(self))
        return real(self, target)

    monkeypatch.setattr(Path, "rename", held)
    monkeypatch.setattr("simkit.report.run.run_folder.WAITS", (0.0, 0.0, 0.0, 0.0))
    with run_folder(tmp_path, "run", {}):
        pass
    assert tries == ["run"] * 4
    assert outcome(tmp_path / "run") == "finished"


def test_a_run_that_stays_held_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "held", str(self))

    monkeypatch.setattr(Path, "rename", held)
    monkeypatch.setattr("simkit.report.run.run_folder.WAITS", (0.0,))
    with pytest.raises(RunError), run_folder(tmp_path, "run", {}):
        pass
    assert (tmp_path / "run.partial" / "run.json").is_file()


def test_of_many_runs_in_the_same_instant_none_is_lost(tmp_path: Path):
    together = threading.Barrier(8, timeout=60)

    def one(number: int) -> None:
        for _ in range(25):
            together.wait()
            with run_folder(tmp_path / "runs", "run", {"number": number}) as (folder, _record):
                (folder / "mine.txt").write_text(str(number), encoding="utf-8")

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    runs = list((tmp_path / "runs").iterdir())

    assert len(runs) == 8 * 25
    for run in runs:
        assert outcome(run) == "finished"
        assert json.loads((run / "run.json").read_text(encoding="utf-8"))["number"] == int(
            (run / "mine.txt").read_text()
        )
