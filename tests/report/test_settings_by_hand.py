"""What client.yaml sets by hand is checked before anybody waits for a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError
from simkit.intake.config import load_config
from simkit.report.settings_by_hand import check_settings

BASE = "client: probe\nname: Probe GmbH\ntables:\n  orders: {file: orders.csv}\n"


def checked(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "probe"
    folder.mkdir(exist_ok=True)
    (folder / "client.yaml").write_text(BASE + text, "utf-8")
    check_settings(load_config(folder), folder)


@pytest.mark.parametrize(
    ("text", "what", "where", "remedy"),
    [
        ("assumptions: {demand.levl: 2}\n", "no parameter 'demand.levl'", "client.yaml:5 ", "'demand.level'"),
        ("assumptions: {demand: {levl: 2}}\n", "no parameter 'demand.levl'", "client.yaml:5 ", "'demand.level'"),
        ("assumptions: {demand.level: abc}\n", "needs a number, not 'abc'", "client.yaml:5 ", "Unit"),
        ("assumptions:\n  demand:\n    level: 500\n", "out of range", "client.yaml:7 ", "Allowed: 0"),
        ("score: {weights: {marge: 2}}\n", "unknown factor 'marge'", "client.yaml:5 ", "'margin'"),
        ("brand:\n  logo: nix.svg\n", "'nix.svg' is missing", "client.yaml:6 ", "delete the line"),
        ("brand: {logo: client.yaml}\n", "is no picture", "client.yaml:5 ", "SVG"),
    ],
)
def test_what_a_run_would_refuse_is_named_with_its_line(
    tmp_path: Path, text: str, what: str, where: str, remedy: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        checked(tmp_path, text)
    assert what in caught.value.what.en
    assert where in caught.value.where
    assert remedy in caught.value.remedy.en


def test_settings_that_exist_pass(tmp_path: Path) -> None:
    (tmp_path / "probe").mkdir()
    (tmp_path / "probe" / "logo.svg").write_text("<svg/>", "utf-8")
    checked(tmp_path, "assumptions: {demand.level: 1.1}\nscore: {weights: {margin: 5}}\nbrand: {logo: logo.svg}\n")
