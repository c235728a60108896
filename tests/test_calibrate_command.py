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
from simkit.study.calibration import saved_calibration
from simkit.study.calibration.moment_fit import MomentFit

PATH = "orders.bespoke.partner_delay_h"


def made_fit(*_arguments, **_options) -> MomentFit:
    interval = Estimate(value=41.5, low=38.0, high=45.0)
    names = ("measured", "measured_low", "measured_high", "simulated", "simulated_low", "simulated_high")
    rows = [
        ("cycle", "Dauer", "Duration", "d", 59.4, 56.0, 62.0, 60.0, 58.0, 62.0, True, "", PATH),
        (
            "late_share.bespoke",
            "Verspätet",
            "Late",
            "share",
            0.3,
            0.28,
            0.33,
            0.5,
            0.45,
            0.55,
            False,
            "no_parameter",
            "",
        ),
    ]
    columns = ["moment", "label_de", "label_en", "unit", *names, "fits", "why", "parameter"]
    provenance = Provenance(kind="partly", source="orders", source_de="Aufträge", interval=interval)
    return MomentFit(table=pd.DataFrame(rows, columns=columns), override={PATH: (41.5, provenance)}, runs=21)


@pytest.fixture
def demo_copy(project: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(project / "client_data" / "demo", tmp_path / "demo"))


def test_the_fit_is_printed_and_saved_for_later_runs(capsys, monkeypatch, demo_copy):
    monkeypatch.setattr(saved_calibration, "calibrated", made_fit)

    with pytest.raises(SystemExit) as left:
        main(["calibrate", str(demo_copy), "--lang", "de"])

    shown = capsys.readouterr().out
    assert not left.value.code
    assert "59,4 (56,0 … 62,0)" in shown and "nein: folgt aus den anderen" in shown
    assert "1 von 2 Größen passen; 1 Größen des Modells angepasst in 21 Läufen" in shown
    assert str(demo_copy / saved_calibration.FILE) in shown
    saved = saved_calibration.open_calibration(load_client(demo_copy))
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
