"""client.yaml: every mistake has a place and a remedy."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text
from simkit.intake.config import SHARED_DATA, load_config, locate

GOOD = """\
client: probe
name: Probe GmbH
tables:
  orders:
    file: orders.csv
    columns: {order_id: Nr, customer_id: Kunde, ordered_on: Datum, value_amount: Wert}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "probe").mkdir()
    return tmp_path / "probe"


def refused(folder: Path, text: str) -> ConfigError:
    (folder / "client.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_config(folder)
    assert caught.value.exit_code == 2
    return caught.value


def test_a_good_file_is_read_with_its_defaults(folder: Path) -> None:
    (folder / "client.yaml").write_text(GOOD, "utf-8")
    config = load_config(folder)
    assert (config.country, config.currency, config.language) == ("DE", "EUR", "de")
    assert config.privacy.minimum_group == 5
    assert config.tables["orders"].files == ("orders.csv",)
    assert pickle.loads(pickle.dumps(config)) == config


@pytest.mark.parametrize(
    ("line", "place", "hint"),
    [
        ("contry: DE\n", "client.yaml:7 (contry)", "'country'"),
        ("brand: {logos: x}\n", "client.yaml:7 (brand.logos)", "'logo'"),
        ("privacy: {minimum_groups: 6}\n", "(privacy.minimum_groups)", "'minimum_group'"),
        ("    encodng: cp1252\n", "client.yaml:7 (tables.orders.encodng)", "'encoding'"),
        ("  order: {file: x.csv}\n", "client.yaml:7 (tables.order)", "'orders'"),
        ("    values: {order_clas: {a: b}}\n", "(tables.orders.values.order_clas)", "'order_class'"),
        ("    formats: {value_amnt: '1,0'}\n", "(tables.orders.formats.value_amnt)", "'value_amount'"),
    ],
)
def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(
    folder: Path, line: str, place: str, hint: str
) -> None:
    error = refused(folder, GOOD + line)
    assert "Unknown key" in str(error)
    assert place in error.where
    assert hint in error.remedy.en
    assert "Meinten Sie" in error.remedy.de


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("name: Probe GmbH\n", ""), "'name' is missing"),
        (GOOD.replace("client: probe", "client: other"), "does not fit the folder 'probe'"),
        (GOOD + "privacy: {minimum_group: 3}\n", "must not be under five"),
        (GOOD + "currency: Euro\n", "value of 'currency' is not possible"),
        (GOOD + "period: {first: 2025-01-01, last: 2024-01-01}\n", "value of 'period' is not possible"),
        (GOOD + "name: Zwei\n", "'name' is there twice, first on line 2"),
        (GOOD + "brand: [\n", "Not valid YAML"),
        (GOOD + "period: {first: 2024-02-30, last: 2024-03-01}\n", "Not valid YAML"),
        ("- a\n- b\n", "no lines of the form"),
        (GOOD.replace("customer_id: Kunde, ", ""), "'customer_id' (Customer number) of the table orders is not mapped"),
        (GOOD + "    encoding: utf-9\n", "encoding 'utf-9' is unknown"),
        (GOOD + "    formats: {value_amount: deutsch}\n", "'deutsch' is not a known format"),
        (GOOD + "    formats: {ordered_on: '1.234,50'}\n", "is not a known format"),
        (GOOD + "    formats: {order_id: '1.234,50'}\n", "neither a number nor a date"),
    ],
)
def test_mistakes_are_named_in_both_languages(folder: Path, text: str, message: str) -> None:
    error = refused(folder, text)
    assert message in str(error)
    assert "client.yaml" in error.where
    assert error.render("de") != error.render("en")


def test_tables_that_allow_no_diagnosis_are_refused(folder: Path) -> None:
    text = "client: probe\nname: P\ntables:\n  customers: {file: a.csv}\n"
    assert "None of the tables orders, opportunities, activities, time_estimates" in str(refused(folder, text))


def test_activities_need_a_duration(folder: Path) -> None:
    text = (
        "client: probe\nname: P\ntables:\n  activities:\n    file: a.csv\n    columns: {activity: A, started_at: S}\n"
    )
    assert "no duration" in str(refused(folder, text))


def test_lines_belong_to_orders(folder: Path) -> None:
    text = "client: probe\nname: P\ntables:\n  opportunities: {file: a.csv, lines: true}\n"
    assert "orders only" in str(refused(folder, text))


def test_a_missing_file_says_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"client.yaml is missing(.|\n)*simkit init"):
        load_config(tmp_path)


def test_a_remedy_can_be_pasted_as_one_line(folder: Path) -> None:
    line = 'tables.orders.formats.value_amount: "1.234,50"\n'
    (folder / "client.yaml").write_text(GOOD + line, "utf-8")
    assert load_config(folder).tables["orders"].decimal_mark("value_amount") == ","
    assert "(tables.orders.formats.valu)" in refused(folder, GOOD + 'tables.orders.formats.valu: "1.234,50"\n').where


def test_the_confidentiality_mark_may_be_one_text_or_two(folder: Path) -> None:
    (folder / "client.yaml").write_text(GOOD + "brand: {confidentiality: {de: Geheim, en: Secret}}\n", "utf-8")
    assert load_config(folder).brand.confidentiality == Text(de="Geheim", en="Secret")
    (folder / "client.yaml").write_text(GOOD + "brand: {confidentiality: Vertraulich}\n", "utf-8")
    assert load_config(folder).brand.confidentiality == Text(de="Vertraulich", en="Vertraulich")


def test_files_are_looked_for_in_the_client_folder_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert locate(folder, "a.csv") == folder / "a.csv"
    assert locate(folder, "/srv/a.csv") == Path("/srv/a.csv")
    with pytest.raises(ConfigError, match="outside the client's folder"):
        locate(folder, "../other/a.csv")
    monkeypatch.setenv(SHARED_DATA, "/srv/shared")
    assert locate(folder, f"${{{SHARED_DATA}}}/x/a.csv") == Path("/srv/shared/x/a.csv")
    monkeypatch.delenv(SHARED_DATA)
    with pytest.raises(ConfigError, match=f"{SHARED_DATA} is not set"):
        locate(folder, f"${{{SHARED_DATA}}}/x/a.csv")
