"""`simkit render`: tells where the files are, and what was misspelt."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from simkit.cli.main import main

sys.path.insert(0, str(Path(__file__).resolve().parent / "report"))
from made_run import made_blocks, write_client, write_run


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_run(write_client(tmp_path) / "2026-01-05_100000", made_blocks())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return tmp_path


def leave(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    shown = capsys.readouterr()
    return int(left.value.code or 0), shown.out, shown.err


def test_render_tells_the_file_of_each_format(capsys, workspace: Path) -> None:
    code, out, _ = leave(capsys, "render", "small", "--formats", "xlsx,html", "--output", str(workspace / "out"))
    files = [workspace / "out" / name for name in ("report.html", "report.xlsx")]
    assert code == 0 and out.splitlines() == list(map(str, files)) and all(file.is_file() for file in files)


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--run", "2026-01-05_10000"), "Meinten Sie '2026-01-05_100000'?"),
        (("--formats", "htm"), "Meinten Sie 'html'?"),
    ],
)
def test_render_answers_a_misspelt_run_or_format_in_the_clients_language(capsys, workspace: Path, words, what) -> None:
    code, _, said = leave(capsys, "render", "small", *words)
    assert code == 2 and what in said and "Traceback" not in said
