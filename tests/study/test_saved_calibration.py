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
from simkit.study.calibration.client_parameters import with_calibration, with_own_assumptions
from simkit.study.calibration.saved_calibration import FILE, open_calibration, save_calibration

PATH = "orders.bespoke.partner_delay_h"
LEVEL = "reaction.churn_level"


@dataclass
class Client:
    folder: Path
    input_hashes: dict[str, str] = field(default_factory=lambda: {"orders.csv": "abc"})
    config: SimpleNamespace = field(default_factory=lambda: SimpleNamespace(assumptions={}))
    last: dt.date = dt.date(2024, 12, 31)


CONFIG = """\
client: x
name: X
tables:
  orders:
    file: orders.csv
    columns: {order_id: Nr, customer_id: Kunde, ordered_on: Datum, value_amount: Wert}
"""


@pytest.fixture
def client(tmp_path: Path) -> Client:
    folder = tmp_path / "x"
    folder.mkdir()
    (folder / "client.yaml").write_text(CONFIG, encoding="utf-8")
    return Client(folder=folder)


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@pytest.fixture
def save(kept: Path):
    interval = Estimate(value=41.5, low=38.0, high=45.0)
    provenance = Provenance(kind="partly", source="orders; moments", source_de="Aufträge; Momente", interval=interval)
    override = {PATH: (41.5, provenance), LEVEL: (1.2, Provenance(kind="simulated", source="x", source_de="x"))}
    table = pd.DataFrame(
        {"moment": ["cycle"], "unit": ["d"], "label_de": ["Dauer"], "label_en": ["Duration"], "measured": [59.4],
         "measured_low": [58.0], "measured_high": [61.0], "simulated": [float("nan")]}
    )  # fmt: skip
    return lambda client: save_calibration(client, override, table, seed=1, kept=kept)


def test_it_comes_back_with_value_interval_and_source(client, kept, save):
    assert save(client) == client.folder / FILE
    saved = open_calibration(client, kept)
    assert saved.state == "valid" and set(saved.override) == {PATH, LEVEL}
    parameters = with_calibration(load_defaults(), saved)
    assert parameters[PATH].value == 41.5 and parameters[PATH].provenance.source_de == "Aufträge; Momente"
    assert parameters[PATH].provenance.interval == Estimate(value=41.5, low=38.0, high=45.0)
    assert parameters[LEVEL].provenance.kind == "simulated"
    assert saved.gate.level == "nothing_measured"  # one moment, none of the needed ones


def test_the_same_calibration_has_the_same_bytes_and_no_date(client, save):
    first = save(client).read_bytes()
    assert save(client).read_bytes() == first
    assert "202" not in str(yaml.safe_load(first)["parameters"]) and sorted(client.folder.iterdir())[0].name == FILE


def test_without_a_file_nothing_changes(client, kept):
    saved = open_calibration(client, kept)
    assert saved.state == "none" and with_calibration(load_defaults(), saved)[PATH] == load_defaults()[PATH]
    assert saved.gate.level == "not_calibrated"


def test_where_the_folder_may_not_be_written_it_is_kept_in_the_cache(client, kept, save, monkeypatch):
    write = Path.write_text

    def refused(self, *arguments, **options):
        if self.parent == client.folder:
            raise PermissionError(13, "read only", str(self))
        return write(self, *arguments, **options)

    monkeypatch.setattr(Path, "write_text", refused)
    assert save(client).parent == kept and open_calibration(client, kept).state == "valid"
    assert not (client.folder / FILE).exists()


def test_with_parameters_of_the_command_line_it_lies_beside_that_of_the_client(client, kept, save):
    save(client)
    changed = Client(folder=client.folder, config=SimpleNamespace(assumptions={"time.day_h": 7.0}))
    assert open_calibration(changed, kept).state == "other_data"
    assert save(changed).parent == kept
    assert open_calibration(changed, kept).state == open_calibration(client, kept).state == "valid"


@pytest.mark.parametrize("what", ["data", "config"])
def test_with_other_data_it_is_reported_and_not_used(client, kept, save, what):
    save(client)
    if what == "data":
        client.input_hashes["orders.csv"] = "changed"
    else:
        (client.folder / "client.yaml").write_text(CONFIG + "language: en\n", encoding="utf-8")
    saved = open_calibration(client, kept)
    assert saved.state == "other_data" and not saved.override
    assert "not used" in saved.words.en and "unbenutzt" in saved.words.de
    assert (client.folder / FILE).is_file()  # nothing is lost


def test_of_another_version_it_is_reported_and_not_used(client, kept, save):
    file = save(client)
    file.write_text(file.read_text(encoding="utf-8").replace("version: ", "version: 9."), encoding="utf-8")
    saved = open_calibration(client, kept)
    assert saved.state == "other_version" and "another version" in saved.words.en


def test_a_value_by_hand_goes_before_it(client, kept, save):
    save(client)
    calibrated = with_calibration(load_defaults(), open_calibration(client, kept))
    client.config.assumptions[PATH] = 20.0
    parameter_set = with_own_assumptions(calibrated, client)
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
def test_a_damaged_file_is_an_error_that_names_it(client, kept, save, old, new):
    file = save(client)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        open_calibration(client, kept)
    assert str(file) in error.value.where and "Delete the file" in error.value.remedy.en


@pytest.mark.parametrize(
    ("path", "value", "what"),
    [("orders.gone_h", 1.0, "no parameter 'orders.gone_h'"), (LEVEL, float("nan"), f"damaged[\\s\\S]*{LEVEL}: None")],
)
def test_what_the_model_does_not_have_is_an_error_with_the_file_and_its_remedy_helps(client, kept, path, value, what):
    override = {path: (value, Provenance(kind="simulated", source="x", source_de="x"))}
    file = save_calibration(client, override, pd.DataFrame(), seed=1, kept=kept)
    with pytest.raises(ConfigError, match=what) as error:
        open_calibration(client, kept)
    assert error.value.where.startswith(str(file)) and "Delete the file" in error.value.remedy.en
    file.unlink()
    assert open_calibration(client, kept).state == "none"


def test_a_calibration_that_was_cut_off_or_changed_does_not_pass_for_the_fit_of_the_client(client, kept, save):
    file = save(client)
    whole = file.read_text(encoding="utf-8")
    rows = whole.splitlines(keepends=True)
    last = max(number for number, line in enumerate(rows) if line.startswith("- "))
    for changed in ("".join(rows[:last]), whole.replace("simulated: ", "simulated: 1", 1)):
        assert changed != whole
        file.write_text(changed, encoding="utf-8")
        with pytest.raises(ConfigError) as error:
            open_calibration(client, kept)
        assert FILE in str(error.value)
    file.write_text(whole, encoding="utf-8")
    assert open_calibration(client, kept).state == "valid"
