"""The saved calibration: written without a date, used while it belongs to data and version, told when it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_fit import MomentFit
from simkit.study.calibration.saved_calibration import (
    FILE,
    open_calibration,
    save_calibration,
    with_calibration,
    with_own_assumptions,
)

PATH = "orders.bespoke.partner_delay_h"


@dataclass
class Client:
    folder: Path
    input_hashes: dict[str, str] = field(default_factory=lambda: {"orders.csv": "abc"})
    config: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(assumptions={}))
    last: dt.date = dt.date(2024, 12, 31)


@pytest.fixture
def client(tmp_path: Path) -> Client:
    (tmp_path / "client.yaml").write_text("client: x\n", encoding="utf-8")
    return Client(folder=tmp_path)


@pytest.fixture
def fit() -> MomentFit:
    interval = Estimate(value=41.5, low=38.0, high=45.0)
    provenance = Provenance(kind="partly", source="orders; moments", source_de="Aufträge; Momente", interval=interval)
    table = pd.DataFrame({"moment": ["cycle"], "measured": [59.4], "simulated": [float("nan")], "fits": [False]})
    return MomentFit(table=table, override={PATH: (41.5, provenance)}, runs=20)


def test_it_comes_back_with_value_interval_and_source(client, fit):
    save_calibration(client, fit, seed=1)
    saved = open_calibration(client)
    assert saved.state == "valid" and saved.override == fit.override
    parameter = with_calibration(load_defaults(), saved)[PATH]
    assert parameter.value == 41.5 and parameter.provenance.source_de == "Aufträge; Momente"


def test_the_same_calibration_has_the_same_bytes_and_no_date(client, fit):
    first = save_calibration(client, fit, seed=1).read_bytes()
    assert save_calibration(client, fit, seed=1).read_bytes() == first
    assert "202" not in str(yaml.safe_load(first)["parameters"]) and sorted(client.folder.iterdir())[0].name == FILE


def test_without_a_file_nothing_changes(client):
    saved = open_calibration(client)
    assert saved.state == "none" and with_calibration(load_defaults(), saved)[PATH] == load_defaults()[PATH]


@pytest.mark.parametrize("what", ["data", "config"])
def test_with_other_data_it_is_reported_and_not_used(client, fit, what):
    save_calibration(client, fit, seed=1)
    if what == "data":
        client.input_hashes["orders.csv"] = "changed"
    else:
        (client.folder / "client.yaml").write_text("client: x\nassumptions: {}\n", encoding="utf-8")
    saved = open_calibration(client)
    assert saved.state == "other_data" and not saved.override
    assert "not used" in saved.words.en and "unbenutzt" in saved.words.de
    assert (client.folder / FILE).is_file()  # nothing is lost


def test_of_another_version_it_is_reported_and_not_used(client, fit):
    file = save_calibration(client, fit, seed=1)
    file.write_text(file.read_text(encoding="utf-8").replace("version: ", "version: 9."), encoding="utf-8")
    saved = open_calibration(client)
    assert saved.state == "other_version" and "another version" in saved.words.en


def test_a_value_by_hand_goes_before_it(client, fit):
    save_calibration(client, fit, seed=1)
    client.config.assumptions[PATH] = 20.0
    parameter_set = with_own_assumptions(with_calibration(load_defaults(), open_calibration(client)), client)
    assert parameter_set.value(PATH) == 20.0 and parameter_set[PATH].provenance.kind == "option"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("parameters:", "parameters: ["),
        (PATH, "orders.bespok.partner_delay_h"),
        ("kind: partly", "kind: guessed"),
        ("value: 41.5", "value: x"),
    ],
)
def test_a_damaged_file_is_an_error_that_names_it(client, fit, old, new):
    file = save_calibration(client, fit, seed=1)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        open_calibration(client)
    assert FILE in str(error.value) or "bespok" in str(error.value)
