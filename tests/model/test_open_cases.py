"""What is open ends when the customer or who looked after it goes, and nothing that waits for it is done any more."""

from __future__ import annotations

from collections import defaultdict

import pytest

from simkit.model.engine.engine import Run
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.run_state import DROPPED, WAITING, Case
from simkit.model.specification.designs import load_design
from tests.model.conftest import SMALL, patched

MODEL_INPUTS = example_inputs(customers=40, posts=3, orders_per_year=900)
BUSY = {**SMALL, "reaction.churn_per_year": 0, "staff.quit_per_year": 0, "reaction.departure_loss_share": 0.6}


@pytest.fixture
def under_way() -> Run:
    """A run that has stopped in the middle of its warm-up, with work waiting."""
    parameters = patched(BUSY)
    inputs = draw_inputs(MODEL_INPUTS, parameters, seed=1, replication=0)
    run = Run(inputs, load_design("baseline"), parameters, load_design("baseline"))
    run.personnel.announce()
    run.clock.at(inputs.start_h, 0, run.tick, 0)
    run.announce_arrival()
    run.clock.run_until(inputs.start_h + 60 * run.rules.day_h, run.dispatcher.settle)
    return run


def open_by_customer(run: Run) -> dict[int, list[Case]]:
    found = defaultdict(list)
    for customer, cases in run.open_cases.of.items():
        found[customer] += cases.values()
    return found


def test_it_knows_all_that_is_open(under_way: Run) -> None:
    cases = [case for mine in open_by_customer(under_way).values() for case in mine]

    assert len(cases) > 20
    assert all(case.open for case in cases)
    assert all(case.customer == customer for customer, mine in open_by_customer(under_way).items() for case in mine)


def test_of_a_lost_customer_only_orders_stay_open(under_way: Run) -> None:
    before = open_by_customer(under_way)
    customer = max(before, key=lambda one: len({case.kind == "order" for case in before[one]}) * 100 + len(before[one]))
    mine, others = before[customer], sum(map(len, before.values())) - len(before[customer])
    waiting = [case.waiting for case in mine if case.kind != "order" and case.waiting and case.waiting.state == WAITING]
    owner = under_way.organisation.owner[customer]
    assert {case.kind == "order" for case in mine} == {True, False}

    under_way.open_cases.customer_lost(customer)

    after = open_by_customer(under_way)
    assert [case.number for case in after[customer]] == [case.number for case in mine if case.kind == "order"]
    assert sum(map(len, after.values())) - len(after[customer]) == others
    assert waiting and all(task.state == DROPPED for task in waiting)
    assert customer not in under_way.organisation.accounts[owner]
    assert under_way.log.churned[-1] == (customer, under_way.clock.now)


def test_a_share_of_the_open_deals_goes_with_who_leaves_by_their_draws(under_way: Run) -> None:
    deals = [
        case
        for mine in open_by_customer(under_way).values()
        for case in mine
        if case.kind == "opportunity" and case.last
    ]
    person = max((case.last for case in deals if case.last), key=lambda one: sum(case.last is one for case in deals))
    mine = [case for case in deals if case.last is person]
    left = under_way.inputs.opportunities.left

    under_way.open_cases.leave(person, planned=0.0)

    assert len(mine) > 2
    assert all(case.open == (left[case.row] >= 0.6) for case in mine)
    assert all(case.open for case in deals if case.last is not person)


def test_a_cancelled_order_ends_once(under_way: Run) -> None:
    order = next(case for mine in open_by_customer(under_way).values() for case in mine if case.kind == "order")

    under_way.open_cases.cancel(order)
    under_way.open_cases.cancel(order)

    assert not order.open
    assert order.number not in under_way.open_cases.of[order.customer]
