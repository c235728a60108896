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
    log = copy / "Zeiterfassung.csv"
    rows = log.read_text(encoding="utf-8-sig").splitlines()
    log.write_text(
        "\n".join([*rows[:400], *rows[400::60]]) + "\n", encoding="utf-8-sig"
    )  # small, and of the whole period
    return copy


def told(folder: Path) -> list[str]:
    """Return every message on the client, with its remedy, in both languages."""
    try:
        findings = load_client(folder).findings
    except FindingsError as error:
        findings = tuple(error.findings)
    texts = [text for one in findings for text in (one.what, one.remedy) if text is not None]
    return [words for text in texts for words in (text.de, text.en)]


ENCODINGS = {"Personal.csv": "cp1252", "Zeiterfassung.csv": "utf-8-sig"}


def lines_of(folder: Path, file: str) -> list[list[str]]:
    return [line.split(";") for line in (folder / file).read_text(encoding=ENCODINGS[file]).splitlines()]


def write_lines(folder: Path, file: str, lines: list[list[str]]) -> None:
    text = "".join(";".join(cells) + "\n" for cells in lines)
    (folder / file).write_text(text, encoding=ENCODINGS[file])


@pytest.mark.parametrize("file", list(ENCODINGS))
def test_no_message_quotes_what_somebody_wrote_into_any_column_of_a_table_about_people(folder: Path, file: str) -> None:
    before, lines = told(folder), lines_of(folder, file)
    for column in range(len(lines[0])):
        lines[3 + column][column] += " (Geheimwort 12.000)"
    write_lines(folder, file, lines)
    after = told(folder)
    assert not [words for words in after if "Geheimwort" in words or "12.000" in words]
    assert len(after) > len(before)  # that something is wrong is told, with file, column and row


def test_a_word_that_many_rows_of_the_log_share_is_quoted_since_it_has_to_be_mapped(folder: Path) -> None:
    lines = lines_of(folder, "Zeiterfassung.csv")
    for cells in lines[1:200]:
        cells[lines[0].index("Tätigkeit")] = "Sonderwort"
    write_lines(folder, "Zeiterfassung.csv", lines)
    assert [words for words in told(folder) if "Sonderwort" in words]


def test_a_huge_pay_is_told_by_its_place_alone(folder: Path) -> None:
    before = told(folder)
    path = folder / "Personal.csv"
    text = path.read_text(encoding="cp1252")
    path.write_text(text.replace("98.400,00", "98.400.000.000.000,00"), encoding="cp1252")
    words = [one for one in told(folder) if one not in before]
    assert [one for one in words if "not shown" in one] and [one for one in words if "nicht gezeigt" in one]
    assert not [one for one in words if "984000000" in one or "98.400" in one]
