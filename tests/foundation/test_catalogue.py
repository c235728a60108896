"""Texts are read from the file beside a module, when one is asked for; what is wrong in it is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text

CONTENT = """
title:
  de: Welche Kunden wertvoll sind
  en: >-
    Which customers
    are valuable
answers:
  no: {de: nein, en: no}
  yes: {de: ja, en: yes}
rows:
  de: {one: "{count} von {total} Zeile fehlt", other: "{count} von {total} Zeilen fehlen"}
  en: {one: "{count} of {total} row is gone", other: "{count} of {total} rows are gone"}
times:
  de: {one: "{count} Mal: {what}", other: "{count} Male: {what}"}
  en: {one: "{count} time: {what}", other: "{count} times: {what}"}
"""


@pytest.fixture
def texts(tmp_path: Path) -> Catalogue:
    (tmp_path / "texts.yaml").write_text(CONTENT, encoding="utf-8")
    return Catalogue.beside(str(tmp_path / "chapter.py"))


def test_a_text_holds_both_languages_on_one_line_each(texts: Catalogue) -> None:
    assert texts["title"] == Text(de="Welche Kunden wertvoll sind", en="Which customers are valuable")


def test_words_that_yaml_takes_for_values_stay_words(texts: Catalogue) -> None:
    answers = texts.group("answers")
    assert list(answers) == ["no", "yes"]
    assert answers["no"] == Text(de="nein", en="no")


def test_one_thing_is_written_in_the_singular_and_more_in_the_plural(texts: Catalogue) -> None:
    assert texts["rows"].fill(count=1, total=7) == Text(de="1 von 7 Zeile fehlt", en="1 of 7 row is gone")
    assert texts["rows"].fill(count=12000, total=35547).de == "12.000 von 35.547 Zeilen fehlen"
    assert texts["rows"].fill(count=0, total=35547).en == "0 of 35,547 rows are gone"


def test_a_text_without_its_count_waits_for_it(texts: Catalogue) -> None:
    waiting = texts["times"].fill(what=Text(de="nie", en="never"))
    assert waiting.fill(count=1).de == "1 Mal: nie"
    assert waiting.fill(count=2).en == "2 times: never"


def test_an_unknown_key_names_the_file_and_the_nearest_key(texts: Catalogue) -> None:
    with pytest.raises(KeyError, match=r"texts\.yaml: no text 'tilte'.*'title'"):
        texts["tilte"]


def test_a_group_is_no_text_and_a_text_no_group(texts: Catalogue) -> None:
    with pytest.raises(KeyError, match="group"):
        texts["answers"]
    with pytest.raises(KeyError, match="one text"):
        texts.group("title")


@pytest.mark.parametrize(
    "broken",
    [
        "title: {de: Titel}",
        "title: Titel",
        "title: {de: {one: Zeile}, en: row}",
        "title: {de: Titel, en: }",
        "words: {a: {de: x, en: y, fr: z}}",
        "- title",
        "title: {de: {a: 1",
    ],
)
def test_an_entry_that_is_no_text_in_both_languages_is_named(tmp_path: Path, broken: str) -> None:
    (tmp_path / "texts.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        Catalogue(tmp_path / "texts.yaml")["title"]
    assert "texts.yaml" in told.value.where


def test_the_help_reads_no_catalogue() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "simkit", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "simkit.foundation.text" in done.stderr
    assert "simkit.foundation.catalogue" not in done.stderr
