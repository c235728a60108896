"""New customers replace those who are lost; who is lost stays lost."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from simkit.model.event_log.event_log import Record
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.new_customers import new_leads
from simkit.model.inputs.replication_inputs import draw_inputs
from tests.model.conftest import DESIGNS, SMALL, Runner, patched

CHURNING = {"reaction.churn_per_year": 0.4, "staff.quit_per_year": 0.5, "discretionary.take_up": 0.5}


def test_the_leads_of_new_customers_win_as_many_as_are_lost() -> None:
    model_inputs = example_inputs(customers=200)
    certain = {
        "reaction.churn_per_year": 0.06,
        "leads.qualified_share": 1 / 3,
        "winning.base_logit": math.log(0.5),  # a third is won
        "winning.access_logit": 0,
        "winning.deadline_logit": 0,
        "winning.preparation_factor": 1,
    }

    leads = new_leads(model_inputs, patched(certain))

    assert leads.per_year == pytest.approx(12 * 9)
    assert not leads.too_few
    assert new_leads(model_inputs, patched(certain, {"leads.per_year": 50})).too_few
    assert new_leads(model_inputs, patched(certain, {"customers.new_per_lost": 0.5})).per_year == pytest.approx(6 * 9)


def test_leads_of_new_customers_are_part_of_all_leads() -> None:
    model_inputs = example_inputs(customers=100)
    counts = []
    for churn in (0.0, 0.2):
        parameters = patched(SMALL, {"reaction.churn_per_year": churn, "reaction.referral_share": 0})
        for replication in range(20):
            inputs = draw_inputs(model_inputs, parameters, seed=1, replication=replication)
            leads, years = inputs.leads, (inputs.end_h - inputs.start_h) / 2000.0
            at, thin = leads.at[: leads.first_prospect], np.array(leads.thin[: leads.first_prospect])
            new = np.arange(len(at)) < leads.first_existing
            listed = np.array(leads.customer[: leads.first_prospect]) < 100
            real = np.where(new, thin < 1 / inputs.ceiling_level, thin < 1 / (inputs.ceiling_level * 1.35))
            counts.append((churn, (real & (new | listed) & (at < math.inf)).sum() / years))
    for churn in (0.0, 0.2):
        seen = [count for found, count in counts if found == churn]
        error = 4 * float(np.std(seen)) / math.sqrt(len(seen))
        assert np.mean(seen) == pytest.approx(SMALL["leads.per_year"], abs=error)


@pytest.mark.parametrize("design", DESIGNS)
def test_no_case_of_a_lost_customer_arrives_after_the_loss(run: Runner, design: str) -> None:
    record = run(design, CHURNING)

    assert len(record.churned) > 10
    assert not arrived_after_loss(record)
    assert record.churned["customer"].is_unique, "counted once"


def arrived_after_loss(record: Record) -> list[int]:
    """The cases of lost customers that arrived after the loss, but for orders of deals won before it."""
    lost_at = dict(zip(record.churned["customer"].tolist(), record.churned["at_h"].tolist(), strict=True))
    at = record.cases["customer"].map(lost_at)
    open_then = record.cases["ended_h"].isna() | (record.cases["ended_h"] > at)
    wrong = (record.cases["arrived_h"] > at) | (at.notna() & open_then & (record.cases["kind"] != "order"))
    found: list[int] = record.cases.loc[wrong, "case"].tolist()
    return found


def test_open_deals_of_a_lost_customer_end_and_his_orders_are_delivered(run: Runner) -> None:
    cases = run("baseline", CHURNING).cases
    ended = cases[cases["outcome"] == "lost_customer"]

    assert {"opportunity", "care"} <= set(ended["kind"])
    assert "order" not in set(ended["kind"])


def test_a_new_customer_orders_asks_for_service_and_gets_care(run: Runner) -> None:
    record = run("baseline", CHURNING)
    customers = record.inputs.customers
    won = record.cases[(record.cases["kind"] == "opportunity") & (record.cases["outcome"] == "won")]
    new = {customer for customer in won["customer"].tolist() if customers.dormant[customer]}
    theirs = record.cases[record.cases["customer"].isin(new)]

    assert new
    assert {"order", "service", "care"} <= set(theirs["kind"])
    first = theirs[theirs["kind"].isin(["service", "care"])].groupby("customer")["arrived_h"].min()
    joined = won[won["customer"].isin(new)].groupby("customer")["ended_h"].min()
    assert (first >= joined[first.index]).all()


def test_a_new_customer_looks_like_one_there_is_and_is_copied_from_all_alike() -> None:
    model_inputs = example_inputs(customers=40)
    frame = model_inputs.customers.assign(order_rate_per_year=np.arange(40.0))
    parameters = patched(SMALL, {"reaction.churn_per_year": 0.3})
    inputs = draw_inputs(replace(model_inputs, customers=frame), parameters, seed=1, replication=0)

    copies = inputs.customers.order_rate[40:].astype(int)
    assert [inputs.customers.segment[c] for c in copies] == inputs.customers.segment[40:]
    assert copies.mean() == pytest.approx(19.5, abs=4 * 11.5 / math.sqrt(len(copies)))


@pytest.mark.parametrize("share", [0.0, 0.6])
def test_deals_go_with_who_leaves_by_the_parameter(run: Runner, share: float) -> None:
    record = run("baseline", {"staff.quit_per_year": 1, "reaction.departure_loss_share": share})
    leaving = [person.leaves_h for person in record.people if person.leaves_h < record.end_h]

    gone = record.cases[(record.cases["outcome"] == "lost") & record.cases["ended_h"].isin(leaving)]

    assert (len(gone) > 0) == (share > 0)
    assert set(gone["kind"]) <= {"opportunity"}
