"""The load that variation tells: slopes of hours and lead times, and the simulated load at which they are alike."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import made_client, orders, people, value_of

from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.measured import load_variation
from simkit.study.measured.client_inputs import client_inputs
from simkit.study.measured.load import scaled_to_load
from simkit.study.measured.load_variation import (
    GRID,
    HOURS,
    Observed,
    client_variation,
    load_from_variation,
    order_content,
    record_variation,
    statistics_of,
)

BY_HAND = Provenance(kind="option")
SMALL = {"leads.per_year": 60.0, "opportunities.per_year": 30.0, "service.requests_per_year": 200.0, "reaction.on": 0.0}


def invented(elasticity: float, slope: float, seed: int = 1, weeks: int = 104) -> Observed:
    draw = np.random.default_rng(seed)
    content = draw.lognormal(3, 0.3, weeks)
    hours = 5 * content**elasticity * draw.lognormal(0, 0.1, weeks)
    number = 10 * weeks
    waiting = draw.integers(1, 40, number)
    lead = np.exp(slope * np.log(waiting + 1) + draw.normal(1, 0.3, number)) - 0.5
    table = pd.DataFrame(
        {"week": np.arange(number) % weeks, "order_class": "standard", "lead_d": lead, "open": waiting}
    )
    return Observed(
        weeks=pd.DataFrame({"week": np.arange(weeks), "hours_h": hours, "content_h": content}), orders=table
    )


def test_slopes_are_found_again():
    found = statistics_of(invented(0.3, 0.6))
    assert found == {HOURS: pytest.approx(0.3, abs=0.1), "lead_slope.standard": pytest.approx(0.6, abs=0.05)}


def test_too_few_weeks_and_orders_tell_nothing():
    seen = invented(0.3, 0.6, weeks=4)
    assert statistics_of(seen) == {}


def test_the_level_of_hours_and_of_lead_times_tells_nothing():
    seen = invented(0.3, 0.6)
    slower = Observed(
        weeks=seen.weeks.assign(hours_h=seen.weeks["hours_h"] / 3),
        orders=seen.orders.assign(lead_d=4 * (seen.orders["lead_d"] + 0.5) - 0.5),
    )
    assert statistics_of(slower) == pytest.approx(statistics_of(seen))


def test_a_client_is_read_in_weeks_with_the_orders_that_were_open():
    table = orders().assign(delivered_on=lambda rows: rows["ordered_on"] + pd.Timedelta(days=7))
    log = pd.DataFrame(
        {"case_id": table["order_id"], "activity": "coordination", "hours": 2.0, "started_at": table["ordered_on"]}
    )
    client = made_client(orders=table, activities=log)
    seen = client_variation(client, load_defaults())
    assert 80 <= len(seen.weeks) <= 104
    assert seen.orders["lead_d"].median() == 5 and seen.orders["open"].median() in (2, 3)  # one order every 2.4 days
    content = order_content(load_defaults())
    assert content["standard"] < content["configured"] < content["bespoke"]
    per_order = seen.weeks["hours_h"].sum() / seen.weeks["content_h"].sum()
    assert per_order == pytest.approx(2.0 / np.mean(list(content.values())), rel=0.1)


def test_a_run_is_read_like_a_client():
    model_inputs = example_inputs(customers=40, posts=6, orders_per_year=500)
    parameters = scaled_to_load(load_defaults().patch({**SMALL, "time.horizon_years": 0.5}, BY_HAND), model_inputs)
    record = simulate(draw_inputs(model_inputs, parameters, seed=1, replication=0), load_design("baseline"))
    seen = record_variation(record)
    assert len(seen.weeks) == 25
    assert (seen.orders["open"] >= 0).all() and (seen.orders["lead_d"] >= 0).all()
    arrived = record.cases[(record.cases["kind"] == "order") & (record.cases["arrived_h"] >= 0)]
    content = arrived["order_class"].map(order_content(parameters)).sum()
    assert 5 * seen.weeks["content_h"].sum() == pytest.approx(content, rel=0.05)


def simulated(slopes: tuple[float, float], noise: float, seed: int = 3) -> np.ndarray:
    draw = np.random.default_rng(seed)
    mean = np.array([[0.5 - slopes[0] * load, slopes[1] * load] for load in GRID])
    return mean[:, None, :] + draw.normal(0, noise, (len(GRID), 3, 2))


def test_the_load_of_the_least_distance_is_found_with_its_interval():
    found = load_variation._fitting(
        np.array([0.5 - 0.5 * 0.8, 0.8 * 0.8]), np.eye(2) * 0.02**2, simulated((0.5, 0.8), 0.01)
    )
    assert found is not None
    value, low, high = found
    assert value == pytest.approx(0.8, abs=0.03) and low < 0.8 < high and high - low < 0.2


def test_what_varies_too_loosely_or_like_no_load_is_not_identified():
    here = np.array([0.5 - 0.5 * 0.8, 0.8 * 0.8])
    assert load_variation._fitting(here, np.eye(2) * 0.2**2, simulated((0.5, 0.8), 0.01)) is None
    assert load_variation._fitting(np.array([0.5, 0.9]), np.eye(2) * 0.02**2, simulated((0.5, 0.8), 0.01)) is None


def test_a_client_who_tells_no_variation_costs_no_run():
    client = made_client()
    inputs = client_inputs(client, value_of(client))
    assert load_from_variation(client, inputs, load_defaults(), progress=_fail) is None


def _fail(done: int, total: int) -> None:
    raise AssertionError("nothing to run")


def test_runs_at_several_loads_lead_to_an_answer(monkeypatch):
    monkeypatch.setattr(load_variation, "GRID", (0.5, 0.75, 1.0))
    monkeypatch.setattr(load_variation, "REPLICATIONS", 2)
    monkeypatch.setattr(load_variation, "WIDEST", 1.0)
    monkeypatch.setattr(load_variation, "SETTLED", {**load_variation.SETTLED, **SMALL})
    draw = np.random.default_rng(2)
    table = orders()
    table = table.assign(delivered_on=table["ordered_on"] + pd.to_timedelta(draw.integers(3, 20, len(table)), unit="D"))
    client = made_client(orders=table, employees=people().assign(fte=0.3))
    inputs, runs = client_inputs(client, value_of(client)), []
    found = load_from_variation(
        client,
        inputs,
        load_defaults(),
        floor=0.45,
        execution=Execution(jobs=1),
        progress=lambda done, total: runs.append(total),
    )
    assert runs[-1] == 6
    assert found is not None and found.method == "variation" and found.override["load.utilisation"][1].kind == "partly"
    assert 0.5 <= found.estimate.low <= found.estimate.value <= found.estimate.high <= 1
