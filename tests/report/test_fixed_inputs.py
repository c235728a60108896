"""A run reads what it began with, or ends."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simkit.foundation.errors import DataError
from simkit.intake.privacy.pseudonyms import SECRET_FILE
from simkit.intake.settings.client_settings import load_config
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.run import report_run
from simkit.report.run.fixed_inputs import FixedInputs
from simkit.report.run.report_run import RunOrder, run_report


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "client_data" / "demo"
    shutil.copytree(project / "client_data" / "demo", copy, ignore=shutil.ignore_patterns(SECRET_FILE))
    return copy


@pytest.mark.parametrize(
    "name", ["Zeiterfassung.csv", "client.yaml", "workshop/results/points.csv", "Kundenstamm.xlsx"]
)
def test_a_file_that_changes_is_named(folder: Path, name: str) -> None:
    inputs = FixedInputs.of(folder, load_config(folder))
    inputs.check()
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(DataError, match=name) as caught:
        inputs.check()
    assert caught.value.exit_code == 3 and "start the run again" in caught.value.remedy.en


def test_a_file_that_goes_is_named_and_one_that_the_run_itself_writes_or_nobody_reads_is_not(folder: Path) -> None:
    inputs = FixedInputs.of(folder, load_config(folder))
    for name in ("calibration.yaml", "Notizen.docx", "~$Kundenstamm.xlsx", SECRET_FILE):
        (folder / name).write_text("x", encoding="utf-8")
    inputs.check()
    (folder / "Personal.csv").unlink()
    with pytest.raises(DataError, match=r"Personal\.csv"):
        inputs.check()


def test_a_file_that_only_reading_found_counts_with_the_hash_it_had_then(folder: Path) -> None:
    (folder / "more.csv").write_text("new", encoding="utf-8")
    inputs = FixedInputs.of(folder, load_config(folder))
    inputs.check()
    with pytest.raises(DataError, match=r"more\.csv"):
        inputs.with_read({"more.csv": "hash of what was read"}).check()


class Changing:
    """Changes a file when a step begins, as OneDrive or a colleague would."""

    def __init__(self, file: Path, at: str) -> None:
        self.file, self.at = file, at

    def step(self, text) -> None:
        if text == report_run.TEXTS[self.at]:
            lines = self.file.read_text(encoding="utf-8-sig").splitlines()
            self.file.write_text("\n".join(lines[: len(lines) // 2]) + "\n", encoding="utf-8")

    def simulated(self, done: int, total: int) -> None:
        """Nothing is told."""


@pytest.mark.parametrize("at", ["reading_the_data", "running_the_notebooks"])
def test_a_file_that_changes_during_a_run_ends_it_and_leaves_no_report(
    folder: Path, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = RunOrder(folder=folder, root=folder.parent.parent, settings=RunSettings(chapters=("inputs",)))
    with pytest.raises(DataError, match=r"Zeiterfassung\.csv"):
        run_report(order, Changing(folder / "Zeiterfassung.csv", at))
    assert not [path for path in (folder.parent.parent / "reports" / "demo").glob("*") if path.suffix != ".partial"]
