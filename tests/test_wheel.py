"""The wheel is whole: built from the source archive, it holds all that is shipped, and works where no checkout is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simkit.foundation.paths import DEMO_FILES

BUILD = (
    "import sys; from setuptools import build_meta as build; print(getattr(build, 'build_' + sys.argv[1])(sys.argv[2]))"
)
FOLDERS = ("benchmarks", "client_data/demo", "docs", "notebooks", "simkit", "templates", "tests")
WASTE = ("__pycache__", "*.pyc", ".ipynb_checkpoints", "calibration.yaml", "pseudonym_secret.txt")
PRIVATE = (
    "client_data/demo/calibration.yaml", "client_data/demo/calibration.yaml~", "client_data/demo/.simkit/runs.db",
    "client_data/demo/pseudonym_secret.txt",
    "client_data/demo/workshop/Fragebogen_Anna Muster.xlsx", "client_data/acme/client.yaml", "reports/acme/report.html",
)  # fmt: skip
"""What work leaves behind in a checkout and belongs to nobody else."""


@dataclass(frozen=True, kw_only=True)
class Built:
    """What was built from a copy of the project."""

    source: Path
    """Folder of the unpacked source archive."""
    wheel: frozenset[str]
    """Names of the files in the wheel."""
    site: Path
    """Folder with the unpacked wheel, as an installation has it."""


@pytest.fixture(scope="module")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build the source archive from a copy of the project, and the wheel from the archive."""
    pytest.importorskip("setuptools", minversion="77")
    place = tmp_path_factory.mktemp("built")
    copy = copied(project, place / "copy")
    with tarfile.open(build("sdist", copy, place)) as archive:
        archive.extractall(place, filter="data")
    (source,) = place.glob("simkit-*/")
    with zipfile.ZipFile(build("wheel", source, place)) as wheel:
        wheel.extractall(place / "site")
        return Built(source=source, wheel=frozenset(wheel.namelist()), site=place / "site")


def copied(project: Path, copy: Path) -> Path:
    """Copy what the project consists of, with a calibration and a client's data, which belong to nobody else."""
    for folder in FOLDERS:
        shutil.copytree(project / folder, copy / folder, ignore=shutil.ignore_patterns(*WASTE))
    for file in (*project.glob("*.*"), project / "LICENSE"):
        if file.is_file():
            shutil.copy(file, copy)
    for private in PRIVATE:
        (copy / private).parent.mkdir(parents=True, exist_ok=True)
        (copy / private).write_text("private", encoding="utf-8")
    return copy


def build(kind: str, folder: Path, place: Path) -> Path:
    """Build a wheel or a source archive without asking any host."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, kind, str(place)], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return place / done.stdout.splitlines()[-1]


def shipped_files(project: Path) -> Iterator[str]:
    """Yield the name in the wheel of every file that has to travel in it."""
    for file in (project / "simkit").rglob("*"):
        if file.suffix in {".py", ".yaml", ".html", ".css", ".typed"}:
            yield file.relative_to(project).as_posix()
    for pattern in ("templates/**/*", "notebooks/*.ipynb", *(f"client_data/demo/{pattern}" for pattern in DEMO_FILES)):
        for file in project.glob(pattern):
            if file.is_file():
                yield f"simkit/_shipped/{file.relative_to(project).as_posix()}"


def test_the_wheel_holds_what_is_shipped_and_nothing_else(built: Built, project: Path) -> None:
    inside = {name for name in built.wheel if ".dist-info/" not in name}
    assert inside == set(shipped_files(project))
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in built.wheel)


def test_the_source_archive_holds_the_project_and_no_other_client(built: Built, project: Path) -> None:
    files = {path.relative_to(built.source).as_posix() for path in built.source.rglob("*") if path.is_file()}
    of_project = {
        path.relative_to(project).as_posix()
        for folder in FOLDERS
        for path in (project / folder).rglob("*")
        if path.is_file() and not any(path.match(waste) or waste in path.parts for waste in WASTE)
    }
    assert of_project <= files
    assert {"constraints.txt", "CITATION.cff", "README.md", "setup.py"} <= files
    assert not files & set(PRIVATE)


def simkit(site: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the unpacked wheel in a folder."""
    environment = {**os.environ, "PYTHONPATH": str(site), "LC_ALL": "en_GB.UTF-8"}
    command = [sys.executable, "-m", "simkit", *words]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_simkit_finds_everything_inside_itself(built: Built, tmp_path: Path) -> None:
    code = "import simkit; from simkit.foundation.paths import shipped; print(simkit.__file__, shipped('templates'))"
    environment = {**os.environ, "PYTHONPATH": str(built.site)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [
        str(built.site / "simkit" / "__init__.py"), str(built.site / "simkit" / "_shipped" / "templates"),
    ]  # fmt: skip


def test_in_an_empty_folder_the_first_commands_work_out_of_the_wheel(built: Built, tmp_path: Path) -> None:
    told = simkit(built.site, tmp_path, "check", "demo")
    assert told.returncode == 2 and "simkit demo" in told.stderr
    told = simkit(built.site, tmp_path, "demo")
    assert told.returncode == 0 and told.stdout.splitlines()[-1] == "Next: simkit run demo"
    assert (tmp_path / "client_data" / "demo" / "Zeiterfassung.csv").is_file()
    assert simkit(built.site, tmp_path, "init", "acme").returncode == 0
    assert (tmp_path / "client_data" / "acme" / "client.yaml").is_file()
    assert simkit(built.site, tmp_path, "params", "--design", "stretched_t").returncode == 0


@pytest.mark.parametrize("words", [("demo",), ("init", "acme"), ("params", "--design", "stretched_t"), ("lab",)])
def test_an_installation_without_its_files_says_so_and_leaves_with_2(
    built: Built, tmp_path: Path, words: tuple[str, ...]
) -> None:
    broken = tmp_path / "site"
    shutil.copytree(built.site / "simkit", broken / "simkit", ignore=shutil.ignore_patterns("_shipped", "__pycache__"))
    (tmp_path / "work").mkdir()
    if words == ("lab",):
        (tmp_path / "work" / "client_data").mkdir()
    told = simkit(broken, tmp_path / "work", *words)
    assert told.returncode == 2, told.stderr
    assert "belongs to simkit is missing" in told.stderr and "_shipped" in told.stderr
