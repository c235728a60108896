"""`simkit demo`: the demo client is copied, nothing is overwritten, and the next command is printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkit.cli import main as cli
from simkit.cli.demo_command import copy_demo
from simkit.cli.lab_command import notebooks_in
from simkit.foundation.errors import UsageError


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_it_is_copied_whole_but_for_what_runs_have_written(
    tmp_path: Path, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy_demo(None, "en")
    whole = files_in(project / "client_data" / "demo")
    copied = files_in(tmp_path / "client_data" / "demo")
    assert copied == {name: whole[name] for name in copied}
    assert {"client.yaml", "logo.svg", "Zeiterfassung.csv", "workshop/Fragebogen_12.xlsx"} <= set(copied)
    assert set(whole) - set(copied) <= {".gitattributes", "calibration.yaml", "pseudonym_secret.txt"}
    assert capsys.readouterr().out.splitlines() == [str(tmp_path / "client_data" / "demo"), "Next: simkit run demo"]


def test_a_calibration_in_the_checkout_is_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "shipped" / "client_data" / "demo"
    source.mkdir(parents=True)
    for name in ("client.yaml", "calibration.yaml", "pseudonym_secret.txt", "Notizen.docx", ".lock"):
        (source / name).write_text("x", encoding="utf-8")
    monkeypatch.setattr("simkit.foundation.paths.SHIPPED", tmp_path / "shipped")
    copy_demo(tmp_path / "there", "en")
    assert list(files_in(tmp_path / "there" / "client_data" / "demo")) == ["client.yaml"]


def test_another_folder_is_made_and_told_to_change_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy_demo(Path("new") / "place", "de")
    assert (tmp_path / "new" / "place" / "client_data" / "demo" / "client.yaml").is_file()
    assert capsys.readouterr().out.splitlines()[1:] == [
        f"Wechseln Sie in den Ordner: cd {Path('new') / 'place'}", "Als Nächstes: simkit run demo",
    ]  # fmt: skip


def test_below_a_workspace_it_goes_into_the_workspace_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "client_data" / "acme").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "client_data" / "acme")
    copy_demo(None, "en")
    assert (tmp_path / "client_data" / "demo" / "client.yaml").is_file()
    assert f"lies in the workspace {tmp_path}" in capsys.readouterr().out


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "client_data" / "demo").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"there already[\s\S]*Nothing was overwritten"):
        copy_demo(None, "en")
    assert not list((tmp_path / "client_data" / "demo").iterdir())


@pytest.mark.parametrize(("words", "code"), [(["demo"], 0), (["demo", "."], 0), (["demo", "file.txt"], 2)])
def test_the_command_takes_a_folder(tmp_path: Path, words: list[str], code: int) -> None:
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        cli.main(words)
    assert int(left.value.code or 0) == code
    assert (tmp_path / "client_data").exists() == (code == 0)


def test_a_first_client_makes_the_folder_a_workspace_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    for number, name in enumerate(("acme", "beta")):
        with pytest.raises(SystemExit):
            cli.main(["init", name, "--lang", "en"])
        assert ("New workspace:" in capsys.readouterr().out) == (number == 0)


def test_notebooks_to_work_in_are_copied_once_and_then_left_alone(tmp_path: Path, project: Path) -> None:
    folder = notebooks_in(tmp_path)
    names = {path.name for path in (project / "notebooks").glob("*.ipynb")}
    assert folder == tmp_path / "notebooks" and set(files_in(folder)) == names
    (folder / "01_diagnosis.ipynb").write_text("mine", encoding="utf-8")
    (folder / "07_workshop.ipynb").unlink()
    notebooks_in(tmp_path)
    assert (folder / "01_diagnosis.ipynb").read_text(encoding="utf-8") == "mine"
    assert set(files_in(folder)) == names
