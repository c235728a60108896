"""What data can tell is documented truly: only the parameters of the catalogue are measured, and only with their tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simkit.effort.time_use import time_use
from simkit.extras.docs_pages.calibration_page import PAGE, calibration_page
from simkit.intake.client import ClientData, load_client
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_answers import ANSWERS
from simkit.study.measured.identification import (
    CATALOGUE,
    ESTIMATES_INSTEAD,
    identifiable,
    kept_although_delivered,
    never,
)
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.value.customers.customer_value import customer_value

MEASURED = {"measured", "partly", "workshop"}


@pytest.fixture(scope="module")
def demo(project: Path) -> ClientData:
    return load_client(project / "client_data" / "demo")


def measured(client: ClientData, *tables: str) -> set[str]:
    """Return the parameters that some of a client's tables tell."""
    said = client.workshop if "workshop" in tables else None
    kept = replace(client, tables={name: client.tables[name] for name in tables if name != "workshop"}, workshop=said)
    known = kept.has("activities") or kept.has("time_estimates")
    use = time_use(kept, draws=50) if known else None
    parameter_set = measured_parameters(kept, use, customer_value(kept), load_defaults())
    return {path for path, parameter in parameter_set.items() if parameter.provenance.kind in MEASURED}


def told_by(tables: set[str]) -> set[str]:
    """Return what the catalogue says that these tables can tell."""
    found = {path for one in CATALOGUE if one.tables <= tables and not one.only_assumed for path in one.paths}
    return found | (set(ESTIMATES_INSTEAD) if "time_estimates" in tables else set())


def test_the_page_is_that_of_the_catalogue():
    assert PAGE.read_text(encoding="utf-8") == calibration_page(), (
        "run: python -m simkit.extras.docs_pages.calibration_page"
    )


def test_every_parameter_of_the_catalogue_and_of_the_moments_exists():
    parameter_set = load_defaults()
    assert all(path in parameter_set for one in CATALOGUE for path in one.paths)
    assert all(path in parameter_set for answer in ANSWERS.values() for path in answer.paths)
    assert set(never(parameter_set)) | set(identifiable()) == set(parameter_set)


@pytest.mark.parametrize(
    "tables",
    [
        ("orders", "employees"),
        ("orders", "employees", "opportunities"),
        ("orders", "employees", "workshop"),
        ("orders", "employees", "time_estimates"),
        ("orders", "employees", "opportunities", "activities"),
    ],
    ids=["orders", "opportunities", "workshop", "estimates", "log"],
)
def test_tables_tell_what_the_catalogue_says_and_nothing_else(demo, tables):
    found, possible = measured(demo, *tables), told_by(set(tables))
    assert found <= possible
    unclear = {
        path for path in possible if path.startswith(("staff.", "demand.season_")) or path == "reaction.elasticity"
    }
    assert possible - found <= unclear  # the demo has no leavers, no newcomers enough, no season, and no response


def test_what_was_delivered_but_too_thin_is_known(demo):
    parameter_set = load_defaults()
    assert "orders.bespoke.share" in kept_although_delivered(parameter_set, frozenset({"orders"}))
    assert "opportunities.per_year" not in kept_although_delivered(parameter_set, frozenset({"orders"}))
