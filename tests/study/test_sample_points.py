"""A point of the space of assumptions: a client of whom they were true has the load and the customers that are there."""

from __future__ import annotations

import pytest

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.fitted_work import available_hours, expected_hours
from simkit.study.robustness.sample_points import inputs_at

MODEL_INPUTS = example_inputs(customers=40, posts=6, orders_per_year=500)
SMALL = {
    "time.horizon_years": 0.5, "time.warm_up_years": 0.25, "leads.per_year": 80.0, "opportunities.per_year": 40.0,
    "service.requests_per_year": 200.0,
}  # fmt: skip
CALIBRATED = {f"reaction.curve_exponent_{name}": 1.2 for name in "ABC"}
"""As a fit of today leaves them: with a fitted exponent the curve no longer asks for the elasticity."""


def at(changes: dict[str, float], kind: str = "simulated") -> ParameterSet:
    """Return the parameters with which designs are compared in a point of a calibrated client."""
    before = load_defaults().patch(SMALL, Provenance(kind="assumption")).patch(CALIBRATED, Provenance(kind=kind))
    return inputs_at(MODEL_INPUTS, before.patch(changes, Provenance(kind="scenario")), 1, 0).parameters


def test_another_elasticity_acts_on_the_curves_of_a_calibrated_client():
    weak, strong = (at({"reaction.elasticity": value}) for value in (0.1, 0.4))
    for name in "ABC":
        path = f"reaction.curve_exponent_{name}"
        assert weak.value(path) < strong.value(path)
        assert weak.value(f"reaction.care_before_{name}") == strong.value(f"reaction.care_before_{name}")


@pytest.mark.parametrize("load", [0.6, 0.95])
def test_work_content_is_that_of_the_load_of_the_point(load):
    found = at({"load.utilisation": load})
    assert sum(expected_hours(MODEL_INPUTS, found).values()) == pytest.approx(
        load * available_hours(MODEL_INPUTS, found)
    )


def test_lateness_that_drives_more_customers_away_leaves_as_many_lost_as_today():
    usual, worse = (at({"reaction.late_churn_share": value}) for value in (0.1, 1.5))
    assert worse.value("reaction.churn_level") > usual.value("reaction.churn_level") > 0


def test_what_was_set_by_hand_stays_in_every_point():
    found = at({"reaction.elasticity": 0.4}, kind="option")
    assert all(found.value(path) == value for path, value in CALIBRATED.items())


def test_without_reactions_nothing_of_the_response_is_set():
    off = {"reaction.on": 0.0, "reaction.elasticity": 0.4}
    assert all(at(off).value(path) == value for path, value in CALIBRATED.items())
