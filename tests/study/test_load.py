"""Today's load: counted on what a log holds, assumed otherwise; and all work content brought to it by one factor."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_client import MadeClient, made_client, orders, time_use, value_of

from simkit.effort.hours import logged_hours
from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.fitted_work import (
    ENTRY,
    all_fitted,
    available_hours,
    expected_hours,
    present_hours,
    worked_hours,
)
from simkit.study.measured.load import LoadEstimate, measured_load, scaled_to_load
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.value.customer_figures import period_years

PEOPLE = 10
FTE = 0.05
OTHER = ("coordination", "selling", "care", "service")


def firm(
    load: float, seed: int, low: float = 0.6, high: float = 0.8, blocked: float = 0.2, **changes: float
) -> MadeClient:
    """Ten people who write down `low` to `high` of what they do; tasks take `load` of the hours that are not blocked."""
    rng = np.random.default_rng(seed)
    staff = pd.DataFrame({"employee_id": [f"P{n}" for n in range(PEOPLE)], "fte": FTE, "role": ["in", "out"] * 5})
    client = made_client(employees=staff)
    present = present_hours(client_inputs(client, value_of(client)), _defaults(client)) * period_years(client)
    entry, number = 0.2, len(orders())
    tasks, fixed = load * (1 - blocked) * present, blocked * present
    other = pd.DataFrame({"activity": rng.choice(OTHER, 4 * number, p=(0.6, 0.1, 0.1, 0.2))})
    other = other.assign(hours=(tasks - entry * number) / len(other), case_id=pd.NA)
    meetings = pd.DataFrame(
        {"activity": "prioritisation", "hours": fixed / number / 2, "case_id": pd.NA}, index=range(number)
    )
    reports = meetings.assign(activity="administration")
    entries = pd.DataFrame({"activity": "administration", "hours": entry, "case_id": orders()["order_id"]})
    log = pd.concat([entries, other, meetings, reports], ignore_index=True).assign(customer_id=pd.NA)
    log["employee_id"] = staff["employee_id"].to_numpy()[rng.integers(PEOPLE, size=len(log))]
    kept = dict(zip(staff["employee_id"], rng.uniform(low, high, PEOPLE), strict=True))
    log = log[rng.random(len(log)) < log["employee_id"].map(kept)]
    return made_client(employees=staff, activities=log.reset_index(drop=True))


def _defaults(client: MadeClient) -> ParameterSet:
    return measured_parameters(client, None, value_of(client), load_defaults())


def use_of(client: MadeClient):
    rows = logged_hours(client).rows
    total = float(rows["hours_h"].sum())
    return time_use((rows.groupby("activity")["hours_h"].sum() / total).to_dict(), total)


def load_of(client: MadeClient) -> LoadEstimate:
    return measured_load(client, use_of(client), client_inputs(client, value_of(client)), _defaults(client))


@pytest.mark.parametrize("load", [0.5, 0.7, 0.95])
def test_the_load_is_counted_on_orders_and_its_interval_holds_the_truth(load):
    found = [load_of(firm(load, seed)) for seed in range(12)]
    assert all(one.method == "counted" for one in found)
    assert np.mean([one.estimate.value for one in found]) == pytest.approx(load, rel=0.04)
    assert sum(one.estimate.low <= load <= one.estimate.high for one in found) >= 10
    assert np.mean([one.estimate.high - one.estimate.low for one in found]) < 0.5 * load


def test_a_log_kept_whole_tells_the_load_itself_and_it_is_the_floor():
    one = load_of(firm(0.7, 1, low=1.0, high=1.0))
    assert one.estimate.value == pytest.approx(0.7, rel=1e-6) and one.floor == pytest.approx(0.7, rel=1e-6)
    assert one.estimate.low >= one.floor


def test_entries_whose_end_was_forgotten_count_neither_as_hours_nor_as_written_down():
    client = firm(0.7, 2, low=1.0, high=1.0)
    log = client.table("activities")
    log = log.assign(started_at=pd.Timestamp("2023-01-02 09:00") + _spread(len(log)))
    log["ended_at"] = log["started_at"] + pd.to_timedelta(log["hours"], unit="h")
    forgotten = np.random.default_rng(1).random(len(log)) < 0.3
    log.loc[forgotten, "hours"] = 400.0
    one = load_of(made_client(employees=client.table("employees"), activities=log))
    assert one.logged is not None and one.logged.share == pytest.approx(0.7, abs=0.06)
    assert one.estimate.value == pytest.approx(0.7, rel=0.1)


def test_months_without_a_log_are_no_idle_months():
    whole = firm(0.7, 4)
    log = whole.table("activities")
    day = log["case_id"].map(orders().set_index("order_id")["ordered_on"])
    log = log.assign(started_at=day.fillna(pd.Series(pd.Timestamp("2023-01-02") + _spread(len(log)), index=log.index)))
    tables = {"employees": whole.table("employees"), "activities": log[log["started_at"] >= "2024-01-01"]}
    longer = made_client(**tables)
    own = replace(longer, first=dt.date(2024, 1, 1))
    assert load_of(longer).estimate.value == pytest.approx(load_of(own).estimate.value, rel=0.01)
    assert load_of(longer).floor == pytest.approx(load_of(own).floor, rel=0.01)
    assert load_of(longer).estimate.value == pytest.approx(
        load_of(made_client(**tables | {"activities": log})).estimate.value, rel=0.2
    )


def _spread(number: int) -> pd.TimedeltaIndex:
    return pd.to_timedelta(np.arange(number) * 389 % 729, unit="D")


def test_a_log_that_names_no_orders_leaves_the_load_assumed_but_never_below_what_it_holds():
    client = firm(0.95, 3, low=1.0, high=1.0)
    client.tables["activities"] = client.table("activities").assign(case_id=pd.NA)
    one = load_of(client)
    assert one.method == "assumed" and one.floor > 0.85
    assert one.estimate.value == one.floor == one.estimate.low
    assert "at least what was logged" in one.source.en and "mindestens" in one.source.de


def test_without_a_log_the_load_is_the_assumption_with_its_range():
    client = made_client()
    for use in (None, time_use({"selling": 0.5, "care": 0.5}, 1.0, source="estimates")):
        one = measured_load(client, use, client_inputs(client, value_of(client)), _defaults(client))
        assert (one.method, one.floor) == ("assumed", 0.0)
        assert (one.estimate.value, one.estimate.low, one.estimate.high) == (0.85, 0.65, 0.97)


# --- the model brought to it -----------------------------------------------------------------------------------------


def loaded(client: MadeClient) -> tuple[ModelInputs, ParameterSet]:
    value = value_of(client)
    return client_inputs(client, value), measured_parameters(client, use_of(client), value, load_defaults())


def test_idle_hours_stay_idle_and_activities_keep_their_share_of_worked_time():
    client = firm(0.6, 4, low=0.7, high=0.7)
    model_inputs, parameters = loaded(client)
    load, expected = parameters.value("load.utilisation"), expected_hours(model_inputs, parameters)
    assert parameters["load.utilisation"].provenance.kind == "measured" and load == pytest.approx(0.6, abs=0.05)
    assert sum(expected.values()) == pytest.approx(load * available_hours(model_inputs, parameters), rel=1e-6)
    worked, shares = worked_hours(model_inputs, parameters), use_of(client).by_activity.set_index("activity")["share"]
    for activity in ("selling", "service", "coordination"):
        assert expected[activity] / worked == pytest.approx(shares[activity], abs=0.01)
    assert 1 - available_hours(model_inputs, parameters) / present_hours(model_inputs, parameters) == pytest.approx(
        0.2, abs=0.02
    )


@pytest.mark.parametrize("load", [0.4, 0.85, 1.2])
def test_one_factor_brings_all_content_to_the_load(load):
    model_inputs = example_inputs(customers=40, posts=6, orders_per_year=500)
    before = load_defaults().patch({"load.utilisation": load}, Provenance(kind="option"))
    after = scaled_to_load(before, model_inputs)
    hours = sum(expected_hours(model_inputs, after).values())
    assert hours == pytest.approx(load * available_hours(model_inputs, after), rel=1e-6)
    factors = {round(after.value(path) / before.value(path), 9) for path in (*all_fitted(), *ENTRY)}
    assert len(factors) == 1
    assert scaled_to_load(after, model_inputs) is after


def test_content_set_by_hand_is_not_moved():
    model_inputs = example_inputs(customers=40, posts=6, orders_per_year=500)
    before = load_defaults().patch({"service.answer_h": 0.31}, Provenance(kind="option"))
    after = scaled_to_load(before, model_inputs)
    assert after.value("service.answer_h") == 0.31
    assert sum(expected_hours(model_inputs, after).values()) == pytest.approx(
        0.85 * available_hours(model_inputs, after)
    )


def test_the_factor_stands_in_the_source_and_the_interval_moves_along():
    model_inputs = example_inputs(customers=40, posts=6, orders_per_year=500)
    after, before = scaled_to_load(load_defaults(), model_inputs)["leads.qualify_h"], load_defaults()["leads.qualify_h"]
    interval = after.provenance.interval
    assert interval is not None and interval.high / before.high == pytest.approx(after.value / before.value)
    assert "brought to the load" in after.provenance.source and "Auslastung" in after.provenance.source_de
