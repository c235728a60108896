"""What a change moves: people by what their unit serves, accounts by who owns them, and hand-overs by who works on a case."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record, TaskColumns
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from simkit.study.measures.measures import measures
from simkit.study.measures.moved import handed_over_h
from tests.model.conftest import QUIET, SMALL, patched


@cache
def inputs_with(partner_share: float = 0.0) -> ReplicationInputs:
    parameters = patched(SMALL, QUIET, {"channel.C.partner_share": partner_share, "time.horizon_years": 0.5})
    return draw_inputs(example_inputs(customers=120, posts=8, orders_per_year=1900), parameters, seed=1, replication=0)


@cache
def run(name: str) -> Record:
    return simulate(inputs_with(), load_design(name))


def moved(record: Record) -> dict[str, float]:
    found = measures(record, ["people_moved", "accounts_moved", "handovers_per_case"])
    assert set(found["group"]) == {""}
    whole = found[found["year"] == 0].set_index("measure")["value"]
    first = found[found["year"] == 1].set_index("measure")["value"]
    assert first["people_moved"] == whole["people_moved"] == record.people_moved
    return {str(name): float(value) for name, value in whole.items()}


def test_today_and_another_priority_rule_move_nobody() -> None:
    for name in ("baseline", "baseline_value_first"):
        found = moved(run(name))
        assert (found["people_moved"], found["accounts_moved"]) == (0, 0)


def test_a_person_moves_whose_unit_serves_other_work_or_other_segments() -> None:
    assert moved(run("hunter_farmer"))["people_moved"] == 8  # hunters and farmers each do a part of the work
    assert moved(run("stretched_t"))["people_moved"] == 8
    design = load_design("baseline")
    renamed = replace(
        design,
        name="renamed",
        units=tuple(replace(unit, name="other") for unit in design.units),
        routes=tuple(replace(route, unit="other") for route in design.routes),
    )
    found = moved(simulate(inputs_with(), renamed))
    assert (found["people_moved"], found["accounts_moved"]) == (0, 0)  # another name is no other work


def test_an_account_moves_whose_owner_changes_or_whom_a_partner_takes() -> None:
    by_partner = run("partner_channel")
    of_c = sum(segment == 2 for segment in by_partner.inputs.customers.segment)
    found = moved(by_partner)
    assert found["people_moved"] == 0
    assert 0.8 * of_c < found["accounts_moved"] <= of_c  # who is a customer at all
    today = simulate(inputs_with(1.0), load_design("baseline"))
    assert today.accounts_moved == 0  # partners have them already
    assert 0 < run("key_accounts").accounts_moved < run("stretched_t").accounts_moved


def test_a_hand_over_is_a_change_of_the_person_on_a_case_or_from_a_case_to_the_next() -> None:
    record = run("hunter_farmer")
    tasks = record.tasks[(record.tasks["case"] >= 0) & (record.tasks["extra"] == 0)]
    cases = record.cases.set_index("case")
    own = len(record.inputs.orders.at) - len(record.inputs.opportunities.at)
    last: dict[int, int] = {}
    by_hand = []
    started = tasks.sort_values(["start_h", "end_h"], kind="stable")
    for task in started.itertuples():
        before = last.get(task.case)
        if before is None:
            kind, row = cases.loc[task.case, ["kind", "row"]]
            if kind == "order" and row >= own:
                sold = cases[(cases["kind"] == "opportunity") & (cases["row"] == row - own)]
                before = last.get(sold.index[0])
            elif kind == "opportunity" and row < len(record.inputs.leads.at):
                lead = cases[(cases["kind"] == "lead") & (cases["row"] == row)]
                before = last.get(lead.index[0]) if len(lead) else None
        if before is not None and before != task.person:
            by_hand.append(task.end_h)
        last[task.case] = task.person
    assert len(by_hand) > 50
    np.testing.assert_allclose(np.sort(handed_over_h(record)), np.sort(by_hand))
    ended = record.cases["ended_h"].between(0, record.end_h, inclusive="left").sum()
    assert moved(record)["handovers_per_case"] == pytest.approx((np.array(by_hand) >= 0).sum() / ended, rel=0.01)


def test_where_nobody_works_nothing_is_handed_over() -> None:
    record = run("baseline")
    nothing = {name: column[:0] for name, column in vars(record.task_columns).items()}
    assert handed_over_h(replace(record, task_columns=TaskColumns(**nothing))).size == 0


def test_without_orders_there_are_still_other_cases() -> None:
    parameters = patched(SMALL, QUIET, {"leads.per_year": 0, "opportunities.per_year": 0, "time.horizon_years": 0.25})
    nobody_orders = example_inputs(customers=20, posts=2, orders_per_year=1e-6)
    record = simulate(draw_inputs(nobody_orders, parameters, seed=1, replication=0), load_design("hunter_farmer"))
    assert len(record.tasks) > 0 and not (record.cases["kind"] == "order").any()
    assert (handed_over_h(record) <= record.end_h).all()
