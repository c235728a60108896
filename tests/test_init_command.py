"""`simkit init --from`: what it shows, what it asks, and that it ends as the check does."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from simkit.cli.main import main

ORDERS = ["Auftragsnummer;Kundennummer;Auftragsdatum;Auftragswert;Verkäufer"]
ORDERS += [
    f"A{n};{10_000 + n % 20};{n % 28 + 1:02d}.{n % 12 + 1:02d}.2025;{1000 + n * 37},50;{('Anna', 'Bernd')[n % 2]} Beispiel"
    for n in range(60)
]


@pytest.fixture
def exports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "Auftraege.csv").write_text("\n".join(ORDERS), encoding="utf-8")
    return folder


def leave(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return int(left.value.code or 0)


def test_exports_become_a_client_that_is_checked_at_once(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = leave("init", "neu", "--from", str(exports), "--yes", "--lang", "de")
    said = capsys.readouterr().out
    assert code == 0
    assert "Auftraege.csv" in said and "Aufträge" in said and "Zeitraum" in said
    assert Path("client_data/neu/Auftraege.csv").is_file()


def test_a_terminal_is_asked_for_names_and_yes_asks_nothing(
    exports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return True

    monkeypatch.setattr("click.confirm", confirm)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    leave("init", "still", "--from", str(exports), "--yes", "--lang", "en")
    assert asked == []
    leave("init", "gefragt", "--from", str(exports), "--lang", "en")
    assert len(asked) == 1 and "names of persons" in asked[0] and "Beispiel" not in asked[0]
    assert "employee_id: Verkäufer" in Path("client_data/gefragt/client.yaml").read_text(encoding="utf-8")
    capsys.readouterr()


def test_without_a_table_that_is_enough_it_says_what_to_do(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (exports / "Auftraege.csv").write_text(
        "Kundennummer;Firma\n1001;Alpha GmbH\n1002;Beta AG\n1003;Gamma AG\n", "utf-8"
    )
    assert leave("init", "neu", "--from", str(exports), "--yes", "--lang", "en") == 3
    assert "simkit check neu" in capsys.readouterr().out


def test_a_client_that_exists_is_not_overwritten(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave("init", "neu", "--from", str(exports), "--yes")
    Path("client_data/neu/client.yaml").write_text("mine", encoding="utf-8")
    assert leave("init", "neu", "--from", str(exports), "--yes") == 2
    assert Path("client_data/neu/client.yaml").read_text(encoding="utf-8") == "mine"
    capsys.readouterr()


def test_counts_and_tables_are_told_in_words_of_the_language(exports: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{n % 8};2025-{n % 12 + 1:02d}-11 08:00;1,5;{('Support', 'Quxel')[n % 2]}" for n in range(80)]
    (exports / "Zeiten.csv").write_text("\n".join(["Personalnummer;Datum;Stunden;Tätigkeit", *rows]), "utf-8")
    assert leave("init", "neu", "--from", str(exports), "--yes", "--lang", "de") == 3
    assert "1 Wort" in capsys.readouterr().out
    file = Path("client_data/neu/client.yaml")
    text = file.read_text(encoding="utf-8")
    assert "# Quxel: …" in text
    file.write_text(text.replace("# Quxel: …", "Quxel: travel"), "utf-8")
    assert leave("check", "neu", "--lang", "de") == 0
    said = capsys.readouterr().out
    overview = [line for line in said.splitlines() if ".csv " in line and line.split()[-1].isdigit()]
    assert len(overview) == 2 and not any("orders" in line or "activities" in line for line in overview)
    assert "'Auftragsdatum' in Auftraege.csv" in said or "'Datum' in Zeiten.csv" in said


def test_files_that_cannot_be_used_are_all_told_with_a_remedy(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with zipfile.ZipFile(exports / "leer.zip", "w"):
        pass
    (exports / "defekt.csv").write_bytes(b"Nr;Wert\n1;2\n2;\0\n3;4\n")
    (exports / "Notizen.docx").write_text("x", "utf-8")
    assert leave("init", "neu", "--from", str(exports), "--yes", "--lang", "en") == 0
    said = capsys.readouterr().out
    assert "leer.zip: The zip archive holds no table. Put a CSV" in said
    assert "defekt.csv, row 3: The file holds 1 zero byte" in said and "NUL" in said
    assert "promises no table: Notizen.docx" in said
    assert "Notizen.docx" in Path("client_data/neu/client.yaml").read_text(encoding="utf-8")


def test_a_folder_without_a_usable_file_leaves_no_client_behind(
    exports: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (exports / "Auftraege.csv").write_text("x;y\n1;\0\n", "utf-8")
    (exports / "fremd.csv").write_text("Qwert;Asdf\nzz;yy\nzx;yx\n", "utf-8")
    assert leave("init", "neu", "--from", str(exports), "--yes", "--lang", "en") == 3
    said = capsys.readouterr().err
    assert "zero byte" in said and "like none of our tables" in said and "simkit init neu" in said
    assert not Path("client_data/neu").exists()
    assert leave("init", "neu", "--from", str(exports / "fremd.csv"), "--lang", "en") == 2
    assert f"--from {exports}" in capsys.readouterr().err
    for file in exports.iterdir():
        file.rename(file.with_suffix(".docx"))
    assert leave("init", "neu", "--from", str(exports), "--lang", "en") == 2
    assert "here are only: Auftraege.docx, fremd.docx" in capsys.readouterr().err
