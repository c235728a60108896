"""The measures agree with the record they are read off, and with each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.activities import ACTIVITIES
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.event_log.work_in_progress import OpenWork
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.study.measures.measures import MEASURES, measures
from tests.model.conftest import SMALL, patched


@pytest.fixture(scope="module")
def record() -> Record:
    model_inputs = example_inputs(customers=120, posts=8, orders_per_year=1900)
    parameter_set = patched(SMALL, {"time.horizon_years": 2, "staff.quit_per_year": 0.3, "discretionary.take_up": 1})
    return simulate(draw_inputs(model_inputs, parameter_set, seed=2, replication=0), load_design("stretched_t"))


@pytest.fixture(scope="module")
def table(record: Record) -> pd.DataFrame:
    return measures(record)


def value(table: pd.DataFrame, measure: str, year: int = 0, group: str = "") -> float:
    chosen = table[(table["measure"] == measure) & (table["year"] == year) & (table["group"] == group)]
    assert len(chosen) == 1, (measure, year, group)
    return float(chosen["value"].iloc[0])


def test_every_measure_of_the_catalogue_is_there_once_per_year_and_for_all_years(table: pd.DataFrame) -> None:
    assert set(table["measure"]) == set(MEASURES)
    assert not table.duplicated(["year", "measure", "group"]).any()
    assert set(table["year"]) == {0, 1, 2}


def test_hours_by_activity_make_up_present_hours_and_contract(table: pd.DataFrame, record: Record) -> None:
    for year in (0, 1, 2):
        by_activity = sum(value(table, "hours_h", year, name) for name in ACTIVITIES)
        assert by_activity == pytest.approx(value(table, "present_h", year))
    contract = value(table, "fte", 1) * record.year_h
    assert contract == pytest.approx(value(table, "present_h", 1) + value(table, "absent_h", 1))


def test_posts_are_filled_or_vacant(table: pd.DataFrame, record: Record) -> None:
    vacant = len(record.inputs.succession.vacancies)
    for year in (0, 1, 2):
        assert value(table, "posts", year) == pytest.approx(8.0 + vacant)
        assert value(table, "fte", year) < value(table, "posts", year)


def test_years_add_up_to_the_horizon(table: pd.DataFrame) -> None:
    for name in ("revenue_amount", "company_profit_amount", "facing_h", "open_work_change_h", "late_orders"):
        assert value(table, name, 1) + value(table, name, 2) == pytest.approx(value(table, name))


def price_of(orders: pd.DataFrame) -> pd.Series[float]:
    """Return what orders bring: their value, and nine tenths of it where modules have converted them."""
    return orders["value_amount"].where(orders["drawn_class"] == orders["order_class"], 0.9 * orders["value_amount"])


def test_revenue_is_the_price_of_the_orders_delivered(table: pd.DataFrame, record: Record) -> None:
    cases = record.cases
    delivered = cases[(cases["outcome"] == "delivered") & (cases["ended_h"] >= 0)]

    assert value(table, "revenue_amount") == pytest.approx(price_of(delivered).sum())


def test_closings_lead_times_and_coordination_are_those_of_the_cases(table: pd.DataFrame, record: Record) -> None:
    cases = record.cases[(record.cases["ended_h"] >= 0) & (record.cases["ended_h"] <= record.end_h)]
    won = cases[(cases["kind"] == "opportunity") & (cases["outcome"] == "won")]
    assert len(won) > 10 and value(table, "won_opportunities") == len(won)

    delivered = cases[(cases["kind"] == "order") & (cases["outcome"] == "delivered")]
    assert value(table, "late_orders") == delivered["late"].sum() > 0
    bespoke = delivered[delivered["order_class"] == "bespoke"]
    days = (bespoke["ended_h"] - bespoke["arrived_h"]).median() / record.day_h
    assert value(table, "lead_time_days", group="bespoke") == pytest.approx(days)
    entries = entry_hours(record, [0.0, record.end_h])
    every = record.cases[(record.cases["kind"] == "order") & (record.cases["order_class"] == "bespoke")]["case"]
    hours = entries.loc[
        (entries["activity"] == ACTIVITIES.index("coordination")) & entries["case"].isin(every), "clock_h"
    ]
    assert value(table, "coordination_per_bespoke_order_h") == pytest.approx(hours.sum() / len(bespoke))


def test_profit_is_contribution_and_progress_less_its_costs(table: pd.DataFrame) -> None:
    parts = value(table, "contribution_amount") + value(table, "work_in_progress_amount")
    names = ("staff_cost_amount", "tool_cost_amount", "hiring_cost_amount", "change_cost_amount")
    costs = sum(value(table, name) for name in names)

    assert value(table, "sales_profit_amount") == pytest.approx(parts - costs)


def test_steady_hours_are_customer_hours_less_growth_of_open_work(table: pd.DataFrame) -> None:
    steady = value(table, "facing_h") - value(table, "open_work_change_h")

    assert value(table, "facing_steady_h") == pytest.approx(steady)


def test_customer_hours_by_segment_are_those_of_its_cases_and_of_its_extra_contacts(record: Record) -> None:
    from simkit.model.event_log.time_accounts import entry_hours

    table = measures(record)
    entries = entry_hours(record, [0.0, record.end_h])
    facing = entries[entries["activity"].isin([ACTIVITIES.index(name) for name in ("selling", "care", "service")])]
    segment_of = dict(zip(record.cases["case"], record.cases["segment"], strict=True))
    expected = dict.fromkeys("ABC", 0.0)
    for case, hours in zip(facing["case"].astype(int), facing["clock_h"], strict=True):
        if case != -1:
            own = "ABC"[record.inputs.customers.segment[-2 - case]] if case <= -2 else segment_of[case]
            expected[own] += hours
    for name, hours in expected.items():
        assert value(table, "facing_by_segment_h", 0, name) == pytest.approx(hours)
        assert value(table, "facing_by_segment_h", 1, name) > 0
    assert (facing["case"] <= -2).any()
    assert sum(expected.values()) <= value(table, "facing_h") + 1e-6


def test_open_work_is_what_open_cases_had_left(record: Record) -> None:
    at_h = 1000.0
    open_work = OpenWork(record)
    chosen, left = open_work.left(at_h)

    cases, tasks = record.cases, record.tasks
    for position, hours in list(zip(chosen.tolist(), left.tolist(), strict=True))[:50]:
        number = cases["case"].iloc[position]
        moved = tasks[(tasks["case"] == number) & (tasks["end_h"] <= at_h) & tasks["left_h"].notna()]
        if len(moved):
            assert hours == moved["left_h"].iloc[-1]
        else:
            assert hours > 0
    assert open_work.hours([0.0, at_h])[1] == pytest.approx(left.sum())


def test_slow_people_book_more_clock_than_content(record: Record) -> None:
    numbers = record.tasks["person"].to_numpy(int) % 1000
    successors = record.tasks[(numbers > 0) & (record.tasks["end_h"] < record.end_h)]

    assert len(successors) > 0
    assert (successors["clock_h"] >= successors["content_h"] - 1e-9).all()
    assert successors["clock_h"].sum() > successors["content_h"].sum() * 1.01
    assert np.isfinite(successors["clock_h"]).all()


def test_a_year_without_a_whole_number_of_working_days_loses_nothing() -> None:
    model_inputs = example_inputs(customers=60, posts=4, orders_per_year=600)
    parameter_set = patched(SMALL, {"time.horizon_years": 2, "time.days_per_year": 250.6})
    record = simulate(draw_inputs(model_inputs, parameter_set, seed=2, replication=0), load_design("stretched_t"))

    table = measures(record)

    delivered = record.cases[(record.cases["outcome"] == "delivered") & (record.cases["ended_h"] >= 0)]
    assert value(table, "revenue_amount") == pytest.approx(price_of(delivered).sum())
    by_activity = sum(value(table, "hours_h", 0, name) for name in ACTIVITIES)
    assert by_activity == pytest.approx(value(table, "present_h"))
