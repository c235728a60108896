"""The three real clients run to a report that shows the figures known of them."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import pytest

from simkit.cli.main import main

ORGANISATION = ("organisation", "plan", "calibration", "comparison", "levers", "robustness")
"""Chapters that rest on the simulation."""
KNOWN = {
    "maven_crm": {
        "de": ["63,2 %", "10.005.534 $", "4.238"],
        "left_out": ["time", "workshop", "classes", "service", "controlling", *ORGANISATION],
    },
    "adventureworks": {
        "de": ["77.548.570 $", "67,2 %", "3.616", "323 Kunden zehren", "wären 321 Kunden im Verlust"],
        "left_out": ["time", "pipeline", "workshop", "service", "controlling", *ORGANISATION],
    },
    "bpic2012": {
        "de": ["39,0 %", "34,6 %", "51,2 %", "62,3 %", "295"],
        "left_out": ["pipeline", "workshop", "value", "classes", "service", "controlling", "lifetime", *ORGANISATION],
    },
}


def visible_text(page: str) -> str:
    """Return what a reader sees, without charts and styles."""
    body = re.sub(r"<style.*?</style>|<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u00a0", " "))


@pytest.mark.parametrize("name", KNOWN)
def test_a_real_client_runs_to_a_report_with_its_known_figures(
    project: Path, shared_data: Path, tmp_path: Path, name: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", str(project / "tests" / "clients" / name), "--output", str(tmp_path), "--lang", "de", "--quick"])

    assert ended.value.code == 0
    (folder,) = tmp_path.iterdir()
    pages = [(folder / f"{name}.html").read_text(encoding="utf-8") for name in ("report", "appendix")]
    text = " ".join(visible_text(page) for page in pages)
    for figure in KNOWN[name]["de"]:
        assert figure in text, figure
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert [entry["chapter"] for entry in record["left_out"]] == KNOWN[name]["left_out"]
