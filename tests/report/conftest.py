"""A dossier of the demo client, with a comparison of organisations whose answer is known."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from simkit.foundation.text import Text
from simkit.intake.client import ClientData, load_client
from simkit.report.dossier import Dossier, Settings, look_of

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "study"))

PROFIT = {"baseline": 9e6, "baseline_value_first": 9.6e6, "stretched_t": 10.8e6, "hunter_farmer": 8.4e6}


@pytest.fixture(scope="session")
def demo(project: Path) -> ClientData:
    """The demo client."""
    return load_client(project / "client_data" / "demo")


@pytest.fixture(scope="session")
def made_outcome():
    """A full study in which the Stretched T earns most."""
    from made_study import made_results

    from simkit.study.organisation import OrganisationStudy
    from simkit.study.plan import StudySettings
    from simkit.study.results import all_frames, recommendation_of
    from simkit.study.wording import Wording

    results = made_results(PROFIT, depth="full", replications=6)
    frames = all_frames(results)
    return OrganisationStudy(
        settings=StudySettings(depth="full", replications=6),
        baseline="baseline",
        main_scenario="today",
        recommendation=recommendation_of(results, frames, Wording()),
        frames=frames,
        key="made",
    )


@pytest.fixture(scope="session")
def dossier_in(demo: ClientData, made_outcome) -> Callable[[str], Dossier]:
    """Return the dossier in one language; what was measured is measured once."""
    first = Dossier(client=demo, look=look_of(demo.config, "de"), settings=Settings())
    known = {"outcome": made_outcome, "time_use": first.time_use, "value": first.value, "lifetime": first.lifetime}

    def build(language: str) -> Dossier:
        dossier = replace(first, look=look_of(demo.config, "de" if language == "de" else "en"))
        dossier.__dict__.update(known)
        return dossier

    return build


@pytest.fixture(scope="session")
def diagnosis_only(dossier_in: Callable[[str], Dossier]) -> Dossier:
    """A dossier of a client for whom nothing but time estimates is known."""
    from simkit.study.calibration import LeftOut

    whole = dossier_in("en")
    client = replace(whole.client, tables={"time_estimates": whole.client.table("time_estimates")})
    dossier = replace(whole, client=client)
    reason = Text(de="Es fehlen Aufträge.", en="Orders are missing.")
    missing = (Text(de="Aufträge", en="orders"), Text(de="Personal", en="staff"))
    dossier.__dict__["outcome"] = LeftOut(reason=reason, missing=missing)
    return dossier
