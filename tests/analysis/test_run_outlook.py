"""What the next run of a client would meet is told in a sentence each, and nothing where all is in order."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.analysis.run_outlook import over_need, run_outlook
from simkit.foundation.parameter_set import Provenance
from simkit.intake.client import load_client
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.saved_calibration import FILE


def told(folder: Path) -> list[str]:
    """Return what is told of the client in a folder, in English."""
    analysis = ClientAnalysis(client=load_client(folder), settings=RunSettings())
    return [note.en for note in run_outlook(analysis)]


@pytest.fixture
def demo(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the demo client in a workspace of its own."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(project / "client_data" / "demo", tmp_path / "client_data" / "demo"))


def test_of_a_client_in_order_nothing_is_told_and_each_defect_gets_its_sentence(demo: Path) -> None:
    assert told(demo) == []

    (demo / FILE).write_text("x: [", encoding="utf-8")
    (damaged,) = told(demo)
    assert "calibration is damaged" in damaged and str(demo / FILE) in damaged and "Delete the file" in damaged

    (demo / FILE).write_text("format: 0\n", encoding="utf-8")
    config = (demo / "client.yaml").read_text(encoding="utf-8")
    without_cost = config.replace("      cost_amount: Herstellkosten (EUR)\n", "")
    assert without_cost != config
    assumed = "assumptions:\n  care.B.contacts_per_year: 12\n"
    (demo / "client.yaml").write_text(without_cost + assumed, encoding="utf-8")
    verdict, plan, calibration = told(demo)
    assert verdict.startswith("No verdict on organisations is possible with these data: Contribution a year")
    assert verdict.endswith("Needed for that: the orders' cost (orders.cost_amount).")
    assert plan.startswith("care.B.contacts_per_year is set to 12 by hand, which is more than customers need")
    assert "another version" in calibration


def test_a_client_that_cannot_be_simulated_is_told_what_is_needed(make_client) -> None:
    client = make_client(customers=pd.DataFrame({"customer_id": ["a", "b"]}))
    first = next(run_outlook(ClientAnalysis(client=client, settings=RunSettings())))
    assert "is not simulated" in first.en and "Needed for that: orders" in first.en
    assert "Dafür nötig: Aufträge" in first.de


@pytest.mark.parametrize(("planned", "kind", "warned"), [(9.0, "option", 1), (8.0, "option", 0), (9.0, "measured", 0)])
def test_only_a_plan_by_hand_above_the_need_is_warned_of(planned: float, kind: str, warned: int) -> None:
    parameters = load_defaults().patch({"care.B.needed_contacts_per_year": 8.0}, Provenance())
    provenance = Provenance(kind=kind)  # type: ignore[arg-type]
    found = list(over_need(parameters.patch({"care.B.contacts_per_year": planned}, provenance)))
    assert len(found) == warned
    assert all("care.B.needed_contacts_per_year: 8" in one.en for one in found)
