"""YAML that nobody would write is refused within a moment, wherever a client's file may hold it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.client_settings import load_config
from simkit.intake.settings.yaml_lines import quoted, read_yaml

HEAD = "client: probe\nname: Probe GmbH\n"
TABLE = "tables:\n  orders:\n    file: o.csv\n"
BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGED = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{','.join([f'*{before}'] * 10)}], {name}: 1}}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def refused(folder: Path, text: str) -> ConfigError:
    (folder / "client.yaml").write_text(text, encoding="utf-8")
    started = time.monotonic()
    with pytest.raises(ConfigError) as caught:
        read_yaml(folder / "client.yaml")
    assert time.monotonic() - started < 5
    return caught.value


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        MERGED,
        "score: &a {weights: *a}\n",
        "a: &a [*a]\n",
        "assumptions: " + "[" * 20_000,
        "assumptions: " + "{a: " * 5_000 + "}" * 5_000,
        "".join(" " * level + "a:\n" for level in range(60)),
        "a: 1\n" + "# \n" * 200_000,
        "".join(f"a{number}: 1\n" for number in range(25_000)),
    ],
    ids=["aliases", "merged", "itself", "itself in a list", "brackets", "braces", "levels", "long", "keys"],
)
def test_what_nobody_would_write_is_refused_at_once(tmp_path: Path, text: str) -> None:
    assert "nested deeper or is longer than a person writes it" in refused(tmp_path, HEAD + text).what.en


@pytest.mark.parametrize(
    "text", ["? [a, b]\n: 1\n", "? {a: b}\n: 1\n", f"a: {'9' * 5000}\n", "a: 2024-02-30\n", "a: !!int x\n"]
)
def test_odd_keys_and_numbers_are_no_valid_yaml(tmp_path: Path, text: str) -> None:
    assert "Not valid YAML" in refused(tmp_path, text).what.en


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "client.yaml").mkdir()

    with pytest.raises(ConfigError, match="cannot be read"):
        read_yaml(tmp_path / "client.yaml")


def test_aliases_as_people_use_them_are_read(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: &a {x: 1}\nb: {<<: *a, y: 2}\n", encoding="utf-8")

    assert read_yaml(tmp_path / "x.yaml").content["b"] == {"x": 1, "y": 2}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('    file: "o\\0.csv"\n', "An invisible control character"),
        ('    file: "o\\x07.csv"\n', "An invisible control character"),
        ("    encoding: zip\n", "encoding 'zip' is unknown"),
        ("    encoding: rot13\n", "encoding 'rot13' is unknown"),
        ("    encoding: undefined\n", "encoding 'undefined' is unknown"),
        ("    encoding: unicode_escape\n", "encoding 'unicode_escape' is unknown"),
        ('    delimiter: "\\n"\n', "cannot separate fields"),
        ("    delimiter: '\"'\n", "cannot separate fields"),
        ("    delimiter: x\n", "cannot separate fields"),
        ("    delimiter: §\n", "cannot separate fields"),
        ("    skip_rows: 1000000000000\n", "'tables.orders.skip_rows' is not possible"),
        ("    hidden_rows: perhaps\n", "'tables.orders.hidden_rows' is not possible"),
    ],
)
def test_answers_that_cannot_work_are_refused_with_their_line(tmp_path: Path, line: str, said: str) -> None:
    folder = tmp_path / "probe"
    folder.mkdir()
    table = TABLE if "file:" not in line else "tables:\n  orders:\n"
    (folder / "client.yaml").write_text(HEAD + table + line, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_config(folder)
    assert said in str(caught.value)
    assert "client.yaml:" in caught.value.where


@pytest.mark.parametrize(
    "text", ["3456,70", "\"x\" 'y'", "a: b # c", "\x7f\u2028\x07", "back\\slash", "Ünïcode €", "- x", ""]
)
def test_a_quoted_text_is_read_back_as_it_was(text: str) -> None:
    assert yaml.safe_load(f"a: [{quoted(text)}]") == {"a": [text]}
