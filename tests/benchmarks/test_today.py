"""The benchmark of today in the small: two invented firms, calibrated, and that a firm which loses its customers is caught.

Sixteen replications cannot show that nothing moves; they show that nothing moves beyond what is allowed, and that the check
sees it where it does. The full size is ``python benchmarks/today.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import today
from calibrated_firms import CalibratedClient, calibrated_client, measured_client, written
from random_firms import random_firm
from todays_years import OUTSIDE

from simkit.foundation.parameter_set import Provenance
from simkit.study.experiment.experiment_spec import Execution

HERE = Execution(jobs=1)
SIZE = today.Size(replications=16, most=16, execution=HERE)


@pytest.fixture(scope="module")
def fits() -> dict[str, CalibratedClient]:
    """Two firms, calibrated with the staff held."""
    found = {}
    for number in (0, 2):
        firm = random_firm(number)
        with written(firm) as folder:
            found[firm.name] = calibrated_client(measured_client(folder, by_hand=today.HELD), seed=1, execution=HERE)
    return found


@pytest.fixture(scope="module")
def held(fits: dict[str, CalibratedClient]) -> list[today.Today]:
    """Three years of each firm's today with the staff that was measured."""
    return [today.todays_years(name, fit, SIZE, turnover=False) for name, fit in fits.items()]


def test_the_firms_fit(fits: dict[str, CalibratedClient]) -> None:
    for fit in fits.values():
        assert fit.table["fits"].mean() >= 0.85, fit.gate.words.en
        assert fit.gate.level in ("fits", "fits_except")
        assert fit.runs <= 120


def test_today_is_not_seen_to_leave_where_it_is(held: list[today.Today]) -> None:
    for one in held:
        assert not [drift.figure for drift in one.drifts if drift.verdict == OUTSIDE], "\n".join(one.lines())


def test_contacts_of_today_are_the_measured_ones(fits: dict[str, CalibratedClient]) -> None:
    for fit in fits.values():
        contacts = fit.table[fit.table["moment"].str.startswith("contacts")]
        near = (contacts["simulated"] / contacts["measured"] - 1).abs() <= 0.10
        inside = contacts["simulated"].between(contacts["accepted_low"], contacts["accepted_high"])
        assert len(contacts) == 3 and (near | inside).all(), contacts.to_string()


def test_what_is_set_by_hand_stays_in_the_fit(fits: dict[str, CalibratedClient]) -> None:
    for fit in fits.values():
        quits = fit.parameters["staff.quit_per_year"]
        assert quits.value == 0.0 and quits.provenance.kind == "option"


def test_every_line_has_its_verdict(held: list[today.Today]) -> None:
    lines = held[0].lines()
    assert "staff held as measured, 16 replications" in lines[0]
    assert sum("year 3 / year 1" in line for line in lines) == len(today.ALLOWED)
    assert sum("by year" in line for line in lines) == held[0].years["moment"].nunique() >= 4


def test_a_firm_whose_lost_customers_are_not_replaced_is_caught(fits: dict[str, CalibratedClient]) -> None:
    fit = fits["firm000"]
    leaving = {"customers.new_per_lost": 0.0, "reaction.churn_per_year": 0.2}
    worse = replace(fit, parameters=fit.parameters.patch(leaving, Provenance(kind="option")))
    one = today.todays_years("firm000", worse, SIZE, turnover=False)
    assert {drift.figure for drift in one.drifts if drift.verdict == OUTSIDE} >= {"active_customers"}
    assert not one.passed
