"""What an organisation is taken to plan, so that its customers receive the contacts that were measured."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moments import Moment
from simkit.study.calibration.planned_contacts import planned_contacts

PLAN, NEED, TAKE_UP = "care.C.contacts_per_year", "care.C.needed_contacts_per_year", "discretionary.take_up"


def planned(
    measured: float, needed: float, received: float, plan: float = 2.0, idle: float = 500.0
) -> dict[str, float]:
    """The plan for C customers, of whom `received` contacts were seen in a run."""
    parameters = load_defaults().patch({PLAN: plan, NEED: needed}, Provenance(kind="measured"))
    moment = Moment(
        name="contacts", group="C", measured=Estimate(value=measured, low=measured - 0.2, high=measured + 0.2)
    )
    found = pd.Series({"contacts.C": received, "extra_contacts.C": 0.0, "customers.C": 100.0, "idle": idle})
    return dict(planned_contacts([moment], found, parameters))


def test_a_plan_of_which_some_lapses_is_larger_than_what_is_received() -> None:
    assert planned(1.8, needed=4.0, received=1.6)[PLAN] == pytest.approx(1.8 * 2.0 / 1.6)


def test_a_plan_ends_at_what_customers_need_and_idle_hours_give_the_rest() -> None:
    found = planned(1.9, needed=2.0, received=1.2)
    assert found[PLAN] == 2.0
    assert found[TAKE_UP] > 0


def test_customers_who_get_more_than_they_need_are_planned_to() -> None:
    found = planned(2.2, needed=2.0, received=1.6)
    assert found[PLAN] == pytest.approx(2.2 * 2.0 / 1.6)
    assert found[TAKE_UP] == 0.0
