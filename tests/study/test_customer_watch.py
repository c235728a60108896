"""What a watched run of today notes, beside what the run itself says."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from simkit.model.compiled.compiled_engine import simulate_compiled
from simkit.model.engine.engine import Run, simulate
from simkit.model.event_log.event_log import Record
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.study.calibration.customer_watch import CustomerWatch, watched_frame
from tests.model.conftest import SMALL, patched

MODEL_INPUTS = example_inputs(customers=40, posts=6, orders_per_year=500)
FEW = {**SMALL, "opportunities.per_year": 60, "service.requests_per_year": 250, "reaction.churn_per_year": 0.3}


@cache
def watched(referred: float = 0.2) -> tuple[CustomerWatch, Run, Record, pd.Series]:
    parameters = patched(FEW, {"reaction.referral_share": referred})
    inputs = draw_inputs(MODEL_INPUTS, parameters, seed=1, replication=0)
    watch = CustomerWatch(inputs, parameters)
    run = Run(inputs, load_design("baseline"), parameters, load_design("baseline"), note=watch.note)
    record = run.record()
    return watch, run, record, watched_frame(watch, record).set_index(["measure", "group"])["value"]


def test_it_is_the_run_that_it_watches() -> None:
    _, run, record, _ = watched()
    plain = simulate(run.inputs, load_design("baseline"), parameters=run.parameters)

    pd.testing.assert_frame_equal(record.cases, plain.cases)


@pytest.mark.parametrize("warm_up_years", [0.1, 0.3])
def test_both_engines_show_the_same_customers(warm_up_years: float) -> None:
    parameters = patched(FEW, {"time.warm_up_years": warm_up_years})
    inputs, frames = draw_inputs(MODEL_INPUTS, parameters, seed=2, replication=0), []
    for engine in (simulate, simulate_compiled):
        watch = CustomerWatch(inputs, parameters)
        frames.append(watched_frame(watch, engine(inputs, load_design("baseline"), note=watch.note)))

    assert len(watch.levels) == pytest.approx(parameters.value("time.days_per_year") / 5, abs=1)
    pd.testing.assert_frame_equal(*frames, check_exact=True)


def test_customers_are_counted_once_a_week() -> None:
    watch, _, record, found = watched()

    assert found["customer_years"][""] == pytest.approx(40 * 1.0, rel=0.03)
    assert found["count"].sum() == pytest.approx(watch.customers)
    assert found["weight"].sum() > 0
    assert 0 < found["present_years"][""] < 1.5 * found["customer_years"][""]
    assert len(record.churned) > 0


def test_who_orders_much_remembers_much_so_what_is_kept_is_more_than_the_mean_memory_leaves() -> None:
    _, run, _, found = watched()
    share = run.parameters.value("reaction.late_rate_share")
    kept = found["weight_kept"].sum() / found["weight"].sum()
    late = np.array([2.0, 0.0])

    assert 0 < kept < 1
    assert run.reactions.kept_share(np.zeros(2), late, np.array([0.0, 0.1])) == pytest.approx([(1 - share) ** 2, 0.9])
    for customer in range(10):  # what is noted is what the run itself reckons with
        now = run.clock.now
        state = [part[customer : customer + 1] for part in run.reactions.state(now)]
        curve = run.reactions.curves[run.reactions.segment[customer]](run.reactions.care_level(customer, now))
        assert run.reactions.kept_share(*state)[0] * curve == pytest.approx(run.reactions.order_factor(customer, now))
        assert run.reactions.order_factors(now)[customer] == pytest.approx(run.reactions.order_factor(customer, now))


def test_lost_customers_are_the_sum_of_hazards() -> None:
    _, _, record, found = watched()
    lost = (record.churned["at_h"] >= 0).sum()

    assert found["lost"][""] == pytest.approx(0.3 * found["present_years"][""], rel=0.15)
    assert abs(lost - found["lost"][""]) < 4 * np.sqrt(found["lost"][""])


def test_leads_and_the_chances_of_their_deals_are_those_of_the_record() -> None:
    _, run, record, found = watched()
    cases = record.cases[record.cases["ended_h"] >= 0]
    leads = cases[cases["kind"] == "lead"]
    deals = cases[(cases["kind"] == "opportunity") & (cases["row"] < len(run.inputs.leads.at))]
    won = (deals["outcome"] == "won").sum()

    for segment in SEGMENTS:
        assert found["leads"][segment] == (leads["segment"] == segment).sum()
    assert found["decided"].sum() == leads["outcome"].isin(["qualified", "dropped"]).sum()
    assert abs(won - found["wins"].sum()) < 4 * np.sqrt(won)
    assert 0.7 * found["at_best"].sum() < found["wins"].sum() < 1.3 * found["at_best"].sum()


def test_leads_of_new_customers_are_expected_as_they_are_drawn() -> None:
    _, run, _, found = watched(0.0)
    leads = run.inputs.leads
    new = slice(0, leads.first_existing)
    real = np.array(leads.thin[new]) * run.inputs.ceiling_level < 1
    drawn = (real & (leads.at[new] >= 0)).sum()

    assert abs(drawn - found["new_leads"][""]) < 4 * np.sqrt(drawn)
