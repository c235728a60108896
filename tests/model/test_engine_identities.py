"""What must hold in every run: every hour in one place, every case in one state, the same replication for everybody."""

from __future__ import annotations

import gc
import hashlib
import pickle
from concurrent.futures import ProcessPoolExecutor
from functools import cache

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.random_streams import stream
from simkit.model.engine.engine import Run, simulate
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import ABSENT, OVERTIME, time_account
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import ReplicationInputs, draw_inputs
from simkit.model.specification.designs import load_design
from tests.model.conftest import DESIGNS, SMALL, Runner, patched


def month_edges(record: Record) -> list[float]:
    days = round(record.end_h / record.day_h)
    return [day * record.day_h for day in (*range(-60, days, 21), days)]


def fingerprint(record: Record) -> str:
    digest = hashlib.sha256()
    for frame in (record.tasks, record.entries, record.cases, record.churned, record.assignments):
        digest.update(pickle.dumps([frame[column].tolist() for column in frame]))
    return digest.hexdigest()


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("overtime", [0.0, 0.1])
def test_per_person_and_month_all_activities_and_absence_make_up_contract_and_overtime(
    run: Runner, design: str, overtime: float
) -> None:
    leaving = {"staff.quit_per_year": 0.4, "time.overtime_share": overtime, "time.overtime_queue_days": 0.5}
    record = run(design, leaving)

    account = time_account(record, month_edges(record))

    placed = account[list(ACTIVITIES)].sum(axis=1) + account[ABSENT]
    np.testing.assert_allclose(placed, account["contract"] + account[OVERTIME], atol=1e-6)
    assert account[list(ACTIVITIES)].to_numpy().min() >= -1e-9
    assert (account[OVERTIME].sum() > 0) == (overtime > 0)


@pytest.mark.parametrize("design", DESIGNS)
def test_nobody_is_in_two_tasks_at_once(run: Runner, design: str) -> None:
    tasks = run(design).tasks.sort_values(["person", "start_h", "end_h"])

    ends = tasks.groupby("person")["end_h"].shift()

    assert (tasks["start_h"] >= ends.fillna(-np.inf) - 1e-9).all()


@pytest.mark.parametrize("design", DESIGNS)
def test_every_case_that_arrived_is_ended_or_open_in_one_state(run: Runner, design: str) -> None:
    cases = run(design).cases

    states = {
        "lead": {"qualified", "dropped", "lapsed", "lost_customer", "open"},
        "opportunity": {"won", "lost", "no_decision", "lapsed", "lost_customer", "open"},
        "order": {"delivered", "cancelled", "open"},
        "service": {"solved", "lapsed", "lost_customer", "open"},
        "care": {"done", "lapsed", "lost_customer", "open"},
    }
    assert cases["case"].is_unique
    assert (cases["ended_h"].isna() == (cases["outcome"] == "open")).all()
    assert (cases["ended_h"].dropna() >= cases.loc[cases["ended_h"].notna(), "arrived_h"]).all()
    for kind, allowed in states.items():
        assert set(cases.loc[cases["kind"] == kind, "outcome"]) <= allowed
    won, qualified = (cases["outcome"] == "won").sum(), (cases["outcome"] == "qualified").sum()
    inputs = run(design).inputs
    own_orders = (cases["kind"] == "order") & (cases["row"] >= len(inputs.orders.at) - len(inputs.opportunities.at))
    own_deals = (cases["kind"] == "opportunity") & (cases["row"] < len(inputs.leads.at))
    assert own_orders.sum() == won
    assert own_deals.sum() == qualified


@pytest.fixture(scope="module")
def beside() -> dict[str, str]:
    """The fingerprint of every design, one after the other on the same drawn inputs, with a stream opened in between."""
    inputs = a_inputs()
    simulate(inputs, load_design(DESIGNS[0]))  # so that another one has played before the first, too
    found = {}
    for design in reversed(DESIGNS):
        stream(3, 1, "a new stream").random(1000)
        found[design] = fingerprint(simulate(inputs, load_design(design)))
    return found


@pytest.mark.parametrize("design", DESIGNS)
def test_same_replication_gives_the_same_record_byte_for_byte(beside: dict[str, str], design: str) -> None:
    assert played(design) == beside[design]


def a_inputs() -> ReplicationInputs:
    model_inputs = example_inputs(customers=80, posts=6, orders_per_year=1300)
    return draw_inputs(model_inputs, patched(SMALL), seed=3, replication=1)


@cache
def played(design: str) -> str:
    """The fingerprint of a design alone in a replication of its own."""
    return fingerprint(simulate(a_inputs(), load_design(design)))


def test_same_replication_gives_the_same_record_in_another_process() -> None:
    with ProcessPoolExecutor(2) as pool:
        elsewhere = list(pool.map(played, DESIGNS))

    assert elsewhere == [played(design) for design in DESIGNS]


def test_a_run_leaves_nothing_but_its_record_in_memory() -> None:
    model_inputs = example_inputs(customers=10, posts=2, orders_per_year=100)
    before = runs_alive()  # another test may hold one
    simulate(draw_inputs(model_inputs, patched(SMALL), seed=3, replication=1), load_design("baseline"))

    assert runs_alive() <= before


def runs_alive() -> int:
    return sum(type(one) is Run for one in gc.get_objects())


@pytest.mark.parametrize("design", DESIGNS)
def test_warm_up_is_the_same_for_every_design(run: Runner, design: str) -> None:
    def before(record: Record) -> pd.DataFrame:
        tasks = record.tasks
        return tasks.loc[tasks["end_h"] < 0, ["person", "case", "start_h", "end_h", "clock_h"]].reset_index(drop=True)

    pd.testing.assert_frame_equal(before(run(design)), before(run("baseline")))
