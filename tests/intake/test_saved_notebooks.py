"""Purge finds what a notebook run by hand has kept of a client."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simkit.cli.main import main
from simkit.intake.privacy.saved_notebooks import clear_outputs, saved_notebooks


def notebook(path: Path, source: str, shown: str) -> Path:
    output = [{"output_type": "display_data", "data": {"text/html": [shown]}, "metadata": {}}]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "Werte"},
        {"cell_type": "code", "execution_count": 3, "metadata": {}, "outputs": output if shown else [], "source": [source]},
    ]  # fmt: skip
    content = {"cells": cells, "metadata": {"kernelspec": {"name": "python3"}}, "nbformat": 4, "nbformat_minor": 5}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "client_data" / "acme"
    folder.mkdir(parents=True)
    (folder / "client.yaml").write_text('client: acme\nname: "Acme Pumpen GmbH"\n', encoding="utf-8")
    notebook(tmp_path / "notebooks/02.ipynb", 'client_folder = "acme"', "Kunde Müller")
    notebook(tmp_path / "notebooks/.ipynb_checkpoints/02-checkpoint.ipynb", 'client_folder = "acme"', "Kunde Müller")
    notebook(tmp_path / "own/tried.ipynb", "r = open_report(folder)", "<h1>Acme Pumpen GmbH</h1>")
    notebook(tmp_path / "own/path.ipynb", 'open_report("client_data/acme")', "12 h")
    notebook(tmp_path / "own/clean.ipynb", 'client_folder = "acme"', "")
    notebook(tmp_path / "own/other.ipynb", 'client_folder = "acme2"', "Kunde Maier")
    (tmp_path / "own/broken.ipynb").write_text("{", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


HELD = ["notebooks/.ipynb_checkpoints/02-checkpoint.ipynb", "notebooks/02.ipynb", "own/path.ipynb", "own/tried.ipynb"]


def test_notebooks_with_outputs_of_the_client_are_found_and_no_others(workspace: Path) -> None:
    found = saved_notebooks("acme", workspace)
    assert sorted(one.path.relative_to(workspace).as_posix() for one in found) == HELD
    assert {one.outputs for one in found} == {1}


def test_cleared_notebooks_keep_their_cells(workspace: Path) -> None:
    for one in saved_notebooks("acme", workspace):
        clear_outputs(one)
    assert saved_notebooks("acme", workspace) == ()
    content = json.loads((workspace / "notebooks/02.ipynb").read_text(encoding="utf-8"))
    assert content["cells"][1]["source"] == ['client_folder = "acme"'] and content["cells"][1]["outputs"] == []


def test_purge_clears_them_and_says_so(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["purge", "acme", "--yes", "--lang", "de"])
    told = capsys.readouterr().out
    assert not left.value.code and told.count("Geleert: ") == 4 and "Gelöscht: " in told
    text = "".join(path.read_text(encoding="utf-8") for path in workspace.rglob("*.ipynb"))
    assert "Müller" not in text and "Acme Pumpen" not in text and "Kunde Maier" in text
