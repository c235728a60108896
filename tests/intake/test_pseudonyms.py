"""People stand under pseudonyms that nobody without the client's secret can make again."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.intake.client import load_client
from simkit.intake.privacy.pseudonyms import (
    SECRET_FILE,
    client_secret,
    employee_key,
    fingerprint,
    key_of,
    pseudonymised,
)
from simkit.intake.privacy.purge import purge_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.intake.workshop.workshop_results import FOLDER, RESULTS
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of

NUMBERS = [f"{n:05d}" for n in range(3000)]


def test_pseudonyms_are_numbered_from_one_with_as_many_digits_as_it_takes() -> None:
    assert key_of(["Anna"], "P", "a") == {"Anna": "P01"}
    assert sorted(key_of(map(str, range(99)), "T", "a").values()) == [f"T{n:02d}" for n in range(1, 100)]
    assert sorted(key_of(map(str, range(100)), "T", "a").values()) == [f"T{n:03d}" for n in range(1, 101)]
    assert set(key_of(["Anna", "Ben", "Anna"], "P", "a").values()) == {"P01", "P02"}


def test_the_same_person_is_replaced_alike_in_all_tables_and_nothing_else_is() -> None:
    frames = {
        "employees": pd.DataFrame({"employee_id": ["Anna", "Ben"], "fte": [1.0, 0.5]}),
        "customers": pd.DataFrame({"customer_id": ["K1", "K2", "K3"], "owner_id": ["Ben", "Anna", "Ben"]}),
        "ratings": pd.DataFrame({"participant": ["Anna"]}),
    }

    replaced = pseudonymised(frames, "a")

    key = employee_key(frames, "a")
    assert set(key) == {"Anna", "Ben"} and set(key.values()) == {"P01", "P02"}
    assert replaced["employees"]["employee_id"].tolist() == [key["Anna"], key["Ben"]]
    assert replaced["customers"]["owner_id"].tolist() == [key["Ben"], key["Anna"], key["Ben"]]
    assert replaced["customers"]["customer_id"].tolist() == ["K1", "K2", "K3"]
    assert replaced["ratings"]["participant"].tolist() == ["T01"]
    assert list(replaced["employees"]) == ["employee_id", "fte"]
    assert frames["employees"]["employee_id"].tolist() == ["Anna", "Ben"]


def test_the_secret_is_made_once_and_lies_in_the_clients_folder_alone(tmp_path: Path) -> None:
    secret = client_secret(tmp_path)
    assert len(secret) == 64 and client_secret(tmp_path) == secret
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]
    assert client_secret(tmp_path / "..") != secret
    (tmp_path / ".." / SECRET_FILE).unlink()


def test_processes_that_begin_at_once_take_the_same_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as threads:
        assert len(set(threads.map(client_secret, [tmp_path] * 64))) == 1
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_secret_file_that_was_emptied_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / SECRET_FILE).write_text("\n", encoding="ascii")
    secret = client_secret(tmp_path)
    assert len(secret) == 64 and client_secret(tmp_path) == secret


def test_a_folder_that_cannot_be_written_gets_a_secret_for_this_reading(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    assert len(client_secret(gone)) == 64 and client_secret(gone) != client_secret(gone)


def test_git_ignores_the_secret_of_every_client(project: Path) -> None:
    if shutil.which("git") is None or not (project / ".git").exists():
        pytest.skip("no git, or no checkout")
    names = [f"client_data/{client}/{SECRET_FILE}" for client in ("demo", "other")]
    found = subprocess.run(["git", "check-ignore", *names], cwd=project, capture_output=True, text=True)
    assert found.stdout.split() == names


def test_trying_all_numbers_finds_nobody_without_the_secret() -> None:
    """What brought the key back before: a hash of client, prefix and number, tried for every number."""
    stored, key = fingerprint("00017", "P", "secret"), key_of(NUMBERS, "P", "secret")
    guesses = ("", "made", "demo")
    tried = {
        digest
        for guess in guesses
        for number in NUMBERS
        for digest in (hashlib.sha256(f"{guess}:P:{number}".encode()).hexdigest(), fingerprint(number, "P", guess))
    }
    assert stored not in tried
    for guess in guesses:
        ranked = sorted(NUMBERS, key=lambda number: hashlib.sha256(f"{guess}:P:{number}".encode()).hexdigest())
        right = sum(key[number] == f"P{place:04d}" for place, number in enumerate(ranked, start=1))
        assert right < 15  # one in three thousand comes out by luck


@pytest.fixture(scope="module")
def own_demo(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("secrets") / "client_data" / "demo"
    shutil.copytree(project / "client_data" / "demo", folder, ignore=shutil.ignore_patterns(SECRET_FILE))
    return folder


def shown(folder: Path, secret: str) -> str:
    """Return everything that the chapters on people show, rounded to twelve digits: sums in another order differ behind them."""
    (folder / SECRET_FILE).write_text(secret, encoding="ascii")
    client = load_client(folder)
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, "de")
    )
    blocks = [
        block for name in ("time", "controlling", "pipeline", "workshop") for block in write_chapter(name, report)
    ]
    content = [block.content.get("chart", block.content) for block in blocks]
    text = json.dumps(content, ensure_ascii=False, default=str)
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", lambda number: f"{float(number[0]):.9g}", text)


def test_other_pseudonyms_change_no_figure_and_the_secret_stands_in_none(own_demo: Path) -> None:
    one, two = shown(own_demo, "one secret"), shown(own_demo, "another secret")
    assert one == two and "one secret" not in one
    tables = [load_client(own_demo).table("employees")["employee_id"].tolist()]
    (own_demo / SECRET_FILE).write_text("one secret", encoding="ascii")
    tables.append(load_client(own_demo).table("employees")["employee_id"].tolist())
    assert tables[0] != tables[1]


def test_neither_the_loaded_client_nor_its_hashes_hold_the_secret(own_demo: Path) -> None:
    client = load_client(own_demo)
    secret = (own_demo / SECRET_FILE).read_text(encoding="ascii").strip()
    assert secret not in repr(vars(client)) and SECRET_FILE not in client.input_hashes
    stored = own_demo / FOLDER / RESULTS
    assert not [path for path in stored.iterdir() if secret in path.read_text(encoding="utf-8")]


def test_purge_deletes_the_secret(own_demo: Path) -> None:
    root = own_demo.parent.parent
    copy = own_demo.parent / "gone"
    shutil.copytree(own_demo, copy)
    client_secret(copy)
    assert (copy / SECRET_FILE).is_file()
    purge_client("gone", root)
    assert not copy.exists()
