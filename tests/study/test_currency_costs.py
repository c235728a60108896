"""A client of another currency is simulated with costs at a stated rate or of its own, never with euros renamed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simkit.foundation.errors import ConfigError
from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.euro_rate import stated_rate
from simkit.model.specification.designs import load_design
from simkit.model.specification.levers import load_lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.currency_costs import shipped_amounts
from simkit.study.measured.client_inputs import posts, what_is_missing

Folder = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    def make(**settings: Any) -> Path:
        place = tmp_path / "probe"
        place.mkdir(exist_ok=True)
        rows = [f"A{n};K{n % 9};{1 + n % 28:02d}.0{1 + n % 6}.2025;{400_000 + n},50;P{n % 8}" for n in range(60)]
        (place / "o.csv").write_text("\n".join(["Nr;Kunde;Datum;Wert;SB", *rows]) + "\n", "utf-8")
        (place / "s.csv").write_text("PNr;Rolle\n" + "".join(f"P{n};Vertrieb\n" for n in range(8)), "utf-8")
        orders = {
            "order_id": "Nr",
            "customer_id": "Kunde",
            "ordered_on": "Datum",
            "value_amount": "Wert",
            "employee_id": "SB",
        }
        tables = {
            "orders": {"file": "o.csv", "columns": orders},
            "employees": {"file": "s.csv", "columns": {"employee_id": "PNr", "role": "Rolle"}},
        }
        config = {
            "client": "probe",
            "name": "Probe Kft",
            "country": "HU",
            "currency": "HUF",
            **settings,
            "tables": tables,
        }
        (place / "client.yaml").write_text(yaml.safe_dump(config), "utf-8")
        return place

    return make


def load(place: Path) -> ClientData:
    return load_client(place, today=dt.date(2025, 6, 30))


def test_without_a_rate_the_simulation_is_refused_with_the_costs_that_are_needed(folder: Folder) -> None:
    lacking = what_is_missing(load(folder()))
    assert isinstance(lacking, Missing)
    assert "HUF" in lacking.reason.en
    needed = " | ".join(one.en for one in lacking.remedy)
    for part in (
        "currency_rate: 400",
        "cost_amount",
        "money.hire_amount",
        "money.tools_amount_per_head",
        "coaching",
        "pods",
    ):
        assert part in needed


def test_with_a_rate_all_amounts_of_the_kit_are_converted_and_it_is_told(folder: Folder) -> None:
    place = folder(currency_rate=400)
    client = load(place)
    assert what_is_missing(client) is None
    euros = posts(load(folder(currency="EUR")))["cost_amount"].sum()
    assert posts(client)["cost_amount"].sum() == pytest.approx(400 * euros)
    assert any("400 HUF" in one.value.en for one in client.assumptions)


def test_a_client_in_euros_needs_no_rate_and_may_state_none(folder: Folder) -> None:
    assert what_is_missing(load(folder(currency="EUR"))) is None
    with pytest.raises(ConfigError, match="belongs to another currency"):
        load(folder(currency="EUR", currency_rate=1.1))


def test_amounts_of_parameters_and_their_ranges_are_converted_and_nothing_else() -> None:
    euros, forints = load_defaults(), load_defaults(400.0)
    hire, same = forints["money.hire_amount"], euros["money.hire_amount"]
    assert (hire.value, hire.low, hire.high) == (400 * same.value, 400 * same.low, 400 * same.high)
    assert "converted at 400" in hire.provenance.source
    changed = {path for path in euros if euros[path].value != forints[path].value}
    assert {euros[path].unit for path in changed} == {"money", "money/a"}


def test_amounts_of_shipped_levers_and_designs_are_converted_and_own_files_are_not(folder: Folder) -> None:
    place = folder(currency_rate=400)
    assert stated_rate(place) == 400
    assert load_lever("coaching", place).cost["per_year_amount"] == 400 * load_lever("coaching").cost["per_year_amount"]
    assert (
        load_design("pods", place).override["transition.once_amount"]
        == 400 * load_design("pods").override["transition.once_amount"]
    )
    assert load_lever("tools", place).scale == load_lever("tools").scale
    own = yaml.safe_load(Path("templates/levers/lean.yaml").read_text("utf-8"))
    (place / "levers").mkdir()
    (place / "levers" / "lean.yaml").write_text(yaml.safe_dump(own), "utf-8")
    assert load_lever("lean", place).cost == load_lever("lean").cost
    assert "lean" not in shipped_amounts("levers", place)


def test_a_client_that_states_all_costs_of_its_own_needs_no_rate(folder: Folder) -> None:
    amounts = [path for path, one in load_defaults().items() if one.unit in {"money", "money/a"} and one.value]
    place = folder(assumptions={path: load_defaults()[path].value for path in amounts})
    staff = "PNr;Rolle;Kosten\n" + "".join(f"P{n};Vertrieb;9000000\n" for n in range(8))
    (place / "s.csv").write_text(staff, "utf-8")
    config = yaml.safe_load((place / "client.yaml").read_text("utf-8"))
    config["tables"]["employees"]["columns"]["cost_amount"] = "Kosten"
    (place / "client.yaml").write_text(yaml.safe_dump(config), "utf-8")
    for kind in ("designs", "levers"):
        (place / kind).mkdir()
        for name in shipped_amounts(kind):
            (place / kind / f"{name}.yaml").write_text(
                Path(f"templates/{kind}/{name}.yaml").read_text("utf-8"), "utf-8"
            )
    assert what_is_missing(load(place)) is None
