"""Planned contacts and take-up, by hand: plans first, over the need only where more is received, idle hours for the rest."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moments import Moment
from simkit.study.calibration.planned_contacts import planned_contacts

PLAN = "care.{}.contacts_per_year"
TAKE_UP = "discretionary.take_up"


def contacts(**wanted: float) -> list[Moment]:
    return [
        Moment(name="contacts", group=name, measured=Estimate(value=value, low=0.9 * value, high=1.1 * value))
        for name, value in wanted.items()
    ]


def found(received: dict[str, float], extra: dict[str, float] | None = None, idle: float = 1000.0) -> pd.Series:
    rows = {"idle": idle}
    for name in "ABC":
        rows[f"contacts.{name}"] = received.get(name, 0.0)
        rows[f"extra_contacts.{name}"] = (extra or {}).get(name, 0.0)
        rows[f"customers.{name}"] = 100.0
    return pd.Series(rows)


def parameters(planned: float, needed: float, take_up: float = 0.0):
    values = {PLAN.format("A"): planned, "care.A.needed_contacts_per_year": needed, TAKE_UP: take_up}
    return load_defaults().patch(
        values | {"care.A.talk_h": 1.0, "care.A.preparation_h": 0.5, "care.A.travel_h": 0.5}, Provenance(kind="partly")
    )


def test_a_plan_grows_by_what_is_not_carried_out():
    changed = planned_contacts(contacts(A=9.0), found({"A": 8.0}), parameters(10.0, 20.0))
    assert changed[PLAN.format("A")] == pytest.approx(9 * 10 / 8) and changed[TAKE_UP] == 0


def test_no_plan_is_above_the_need_and_idle_hours_give_the_rest():
    changed = planned_contacts(contacts(A=12.0), found({"A": 10.0}), parameters(12.5, 12.5))
    assert changed[PLAN.format("A")] == 12.5
    # .95 × 12 − 10 = 1.4 contacts for each of 100 customers, two hours each: 280 of 1,000 idle hours
    assert changed[TAKE_UP] == pytest.approx(0.28)


def test_take_up_follows_the_contacts_that_it_has_brought():
    changed = planned_contacts(contacts(A=12.0), found({"A": 10.7}, {"A": 0.7}), parameters(12.5, 12.5, 0.14))
    assert changed[TAKE_UP] == pytest.approx(0.28)  # 1.4 wanted, .7 there


def test_customers_who_get_more_than_they_need_are_planned_to():
    changed = planned_contacts(contacts(A=12.0), found({"A": 8.0}), parameters(10.0, 10.0))
    assert changed[PLAN.format("A")] == pytest.approx(15.0) and changed[TAKE_UP] == 0


def test_take_up_goes_back_where_plans_would_do():
    changed = planned_contacts(contacts(A=12.0), found({"A": 12.0}, {"A": 2.0}), parameters(10.0, 20.0, 0.2))
    assert changed[TAKE_UP] == 0 and changed[PLAN.format("A")] == pytest.approx(10.0)


def test_a_plan_and_a_take_up_set_by_hand_stay():
    by_hand = parameters(10.0, 10.0).patch({PLAN.format("A"): 10.0, TAKE_UP: 0.1}, Provenance(kind="option"))
    assert planned_contacts(contacts(A=12.0), found({"A": 8.0}), by_hand) == {}
