"""`simkit calibrate`: prints how the figures compare, writes the override, and says plainly when there is nothing to fit."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from simkit.cli.main import main
from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.intake.client import load_client
from simkit.study.calibration import client_fit, saved_calibration

PATH = "orders.bespoke.partner_delay_h"


def made_fit(*_arguments, **_options) -> client_fit.ClientFit:
    interval = Estimate(value=41.5, low=38.0, high=45.0)
    columns = ["moment", "label_de", "label_en", "unit", "measured", "measured_low", "measured_high", "simulated",
               "simulated_low", "simulated_high", "fitted", "fits", "why", "parameter"]  # fmt: skip
    rows = [
        ("cycle", "Dauer", "Duration", "d", 59.4, 56.0, 62.0, 60.0, 58.0, 62.0, True, True, "", PATH),
        (
            "orders",
            "Aufträge",
            "Orders",
            "1/a",
            900.0,
            890.0,
            910.0,
            500.0,
            450.0,
            550.0,
            False,
            False,
            "no_parameter",
            "",
        ),
    ]
    provenance = Provenance(kind="partly", source="orders", source_de="Aufträge", interval=interval)
    table = pd.DataFrame(rows, columns=columns)
    return client_fit.ClientFit(override={PATH: (41.5, provenance)}, table=table, runs=21)


@pytest.fixture
def demo_copy(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project / "client_data" / "demo", tmp_path / "demo"))


def test_the_fit_is_printed_and_saved_for_later_runs(capsys, monkeypatch, demo_copy):
    monkeypatch.setattr(client_fit, "calibrated", made_fit)

    with pytest.raises(SystemExit) as left:
        main(["calibrate", str(demo_copy), "--lang", "de"])

    shown = capsys.readouterr().out
    assert not left.value.code
    assert "59,4 (56,0 … 62,0)" in shown and "nein: folgt aus den anderen" in shown
    assert "1 von 2 Größen passen; 1 Größen des Modells angepasst in 21 Läufen" in shown
    assert str(demo_copy / saved_calibration.FILE) in shown
    assert "bildet Ihr Unternehmen nicht ab" in shown
    saved = saved_calibration.open_calibration(load_client(demo_copy), demo_copy)
    assert saved.state == "valid" and saved.override[PATH][0] == 41.5


def test_a_client_without_orders_is_told_what_is_missing(capsys, tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "zeit.csv").write_text("Rolle;Was;Anteil;Befragte\nA;selling;1,00;8\n", encoding="utf-8")
    (folder / "client.yaml").write_text(
        "client: small\nname: Klein\nlanguage: de\nperiod: {first: 2025-01-01, last: 2025-12-31}\ntables:\n"
        "  time_estimates:\n    file: zeit.csv\n"
        "    columns: {role: Rolle, activity: Was, share: Anteil, respondents: Befragte}\n",
        encoding="utf-8",
    )

    with pytest.raises(SystemExit) as left:
        main(["calibrate", str(folder), "--lang", "de"])

    said = capsys.readouterr()
    assert left.value.code == 3
    assert "Aufträge mit Kunde" in said.err and not (folder / saved_calibration.FILE).exists()
