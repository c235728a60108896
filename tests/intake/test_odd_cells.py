"""What stands oddly in a table about people is told by its place, never by its words: findings go into the report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simkit.intake.client import load_client
from simkit.intake.findings import FindingsError
from simkit.intake.privacy.pseudonyms import SECRET_FILE


@pytest.fixture
def folder(project: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "demo"
    shutil.copytree(project / "client_data" / "demo", copy, ignore=shutil.ignore_patterns(SECRET_FILE))
    return copy


def told(folder: Path) -> list[str]:
    """Return every message on the client, with its remedy, in both languages."""
    try:
        findings = load_client(folder).findings
    except FindingsError as error:
        findings = tuple(error.findings)
    texts = [text for one in findings for text in (one.what, one.remedy) if text is not None]
    return [words for text in texts for words in (text.de, text.en)]


def spoilt(folder: Path, column: int, word: str, file: str = "Personal.csv", rows: int = 1) -> int:
    """Write a word behind what stands in a column of some rows; return how many messages there were before."""
    before = len(told(folder))
    path = folder / file
    encoding = "cp1252" if file == "Personal.csv" else "utf-8-sig"
    lines = path.read_text(encoding=encoding).splitlines()
    for row in range(3, 3 + rows):
        cells = lines[row].split(";")
        cells[column] += word
        lines[row] = ";".join(cells)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return before


def columns_of(folder: Path, file: str) -> int:
    encoding = "cp1252" if file == "Personal.csv" else "utf-8-sig"
    return (folder / file).read_text(encoding=encoding).splitlines()[0].count(";") + 1


@pytest.mark.parametrize("file", ["Personal.csv", "Zeiterfassung.csv"])
def test_no_message_quotes_what_somebody_wrote_into_any_column_of_a_table_about_people(folder: Path, file: str) -> None:
    found = 0
    for column in range(columns_of(folder, file)):
        original = (folder / file).read_bytes()
        before = spoilt(folder, column, " (Geheimwort 12.000)", file)
        after = told(folder)
        assert not [words for words in after if "Geheimwort" in words or "12.000" in words]
        found += len(after) > before
        (folder / file).write_bytes(original)
    assert found >= 3  # that something is wrong is told, with file, column and row


def test_a_word_that_many_rows_of_the_log_share_is_quoted_since_it_has_to_be_mapped(folder: Path) -> None:
    heads = (folder / "Zeiterfassung.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(";")
    spoilt(folder, heads.index("Tätigkeit"), " Sonderwort", "Zeiterfassung.csv", rows=400)
    assert [words for words in told(folder) if "Sonderwort" in words and "Rare" not in words]


def test_a_huge_pay_is_told_by_its_place_alone(folder: Path) -> None:
    before = told(folder)
    path = folder / "Personal.csv"
    text = path.read_text(encoding="cp1252")
    path.write_text(text.replace("98.400,00", "98.400.000.000,00"), encoding="cp1252")
    words = [one for one in told(folder) if one not in before]
    assert [one for one in words if "not shown" in one] and [one for one in words if "nicht gezeigt" in one]
    assert not [one for one in words if "98400000000" in one or "98.400" in one]
