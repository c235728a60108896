"""Extreme organisations: flooded with work, without work, without people."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.event_log.event_log import PersonDays, Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.specification.designs import load_design
from simkit.study.measures.measures import measures
from tests.model.conftest import DESIGNS, Runner

FLOOD = {"demand.level": 40, "demand.ceiling": 40, "time.horizon_years": 0.25, "time.warm_up_years": 0.1}


def idle_gaps(record: Record, person: PersonDays) -> list[tuple[float, float]]:
    """Return (start, end) of every stretch without a task, in the person's clock, that is longer than nothing."""
    mine = record.tasks[record.tasks["person"] == person.person].sort_values("start_h")
    at = record.start_h + np.arange(len(person.clock_sum)) * record.day_h
    lows = [record.start_h, *mine["end_h"]]
    highs = [*mine["start_h"], record.end_h]
    clock = np.interp(highs, at, person.clock_sum) - np.interp(lows, at, person.clock_sum)
    return [(low, high) for low, high, gap in zip(lows, highs, clock, strict=True) if gap > 1e-9]


@pytest.mark.parametrize("design", DESIGNS)
def test_in_a_flood_nobody_rests_but_before_an_absence_or_leaving_that_no_task_fits(run: Runner, design: str) -> None:
    record = run(design, FLOOD, model_inputs=example_inputs(customers=120, posts=8, orders_per_year=600))

    long_absence = 3 * record.day_h
    for person in record.people:
        gaps = idle_gaps(record, person)
        # The first days fill the queues; a pause may only stand before a long absence, a leaving date or the end.
        late = [(low, high) for low, high in gaps if low > record.start_h + 5 * record.day_h]
        unexplained_h = sum(
            high - low
            for low, high in late
            if high - low < long_absence and high != record.end_h and high < person.leaves_h
        )
        # Work for a unit that others feed may be minutes away, in one of eight that were sized for another demand.
        assert unexplained_h <= (0.5 if design == "pods" else 0.0), (person.slot, late)


@pytest.mark.parametrize("design", DESIGNS)
def test_without_demand_there_are_no_cases_but_planned_care(run: Runner, design: str) -> None:
    nothing = {f"care.{name}.contacts_per_year": 0 for name in "ABC"} | {"demand.level": 0, "extra.leads_per_h": 0}

    record = run(design, nothing)

    assert len(record.cases) == 0
    assert set(record.tasks["extra"].astype(int)) <= {3}  # prospecting finds nothing


def test_without_customers_nothing_crashes(run: Runner) -> None:
    model_inputs = example_inputs(customers=120, posts=3, orders_per_year=500)
    empty = ModelInputs(customers=model_inputs.customers.iloc[:0], slots=model_inputs.slots)

    record = run("stretched_t", model_inputs=empty)

    assert len(record.cases) == 0


@pytest.mark.parametrize("design", DESIGNS)
def test_one_person_alone_runs(run: Runner, design: str) -> None:
    model_inputs = example_inputs(customers=20, posts=1, orders_per_year=150)

    record = run(design, model_inputs=model_inputs)

    assert (record.cases["outcome"] == "delivered").any() or design == "stretched_t"
    assert entry_hours(record, [0.0, record.end_h])["clock_h"].sum() > 0


def test_work_of_an_empty_unit_waits_or_lapses(run: Runner) -> None:
    design = load_design("hunter_farmer").resized({"hunters": 0})
    hunters = next(unit for unit in design.units if unit.name == "hunters")
    everybody_farms = load_design("hunter_farmer")
    from dataclasses import replace

    units = tuple(
        replace(unit, size=0 if unit.name == hunters.name else None, fallback=None) for unit in everybody_farms.units
    )
    record = run(replace(everybody_farms, units=units), {"transition.adoption_half_months": 0})

    leads = record.cases[(record.cases["kind"] == "lead") & (record.cases["arrived_h"] > 0)]
    assert set(leads.loc[leads["adopted"], "outcome"]) <= {"lapsed", "open"}
    assert (record.cases["outcome"] == "delivered").any()


@pytest.mark.parametrize("design", DESIGNS)
def test_when_everybody_leaves_and_nobody_comes_the_work_waits(run: Runner, design: str) -> None:
    gone = {"staff.quit_per_year": 1, "staff.fill_chance": 0, "staff.retirement_fill_chance": 0}
    model_inputs = example_inputs(customers=60, posts=4, orders_per_year=950)

    record = run(design, gone, {"time.horizon_years": 3}, model_inputs=model_inputs)

    assert all(person.number == 0 for person in record.people)
    assert (record.cases["outcome"] == "cancelled").any()


SPLIT_DESIGNS = ("stretched_t", "key_accounts", "inside_sales_hub", "partner_channel", "pods")


def balances(record: Record) -> None:
    """Assert that no hour and no case is lost: present hours are booked or idle, and every case is in one state."""
    booked = entry_hours(record, [record.start_h, record.end_h])["clock_h"].sum()
    present = sum(person.present_h.sum() + person.overtime_h.sum() for person in record.people)
    assert 0 < booked <= present + 1e-6
    ended = record.cases["ended_h"].notna()
    assert (record.cases.loc[ended, "outcome"] != "open").all()
    assert (record.cases.loc[~ended, "outcome"] == "open").all()


def test_five_hundred_people_run(run: Runner) -> None:
    model_inputs = example_inputs(customers=1000, posts=500, orders_per_year=20_000)
    short = {"time.horizon_years": 0.25, "time.warm_up_years": 0.1, "leads.per_year": 3_000, "staff.quit_per_year": 0}

    record = run("stretched_t", short, model_inputs=model_inputs)

    assert len({person.slot for person in record.people}) == 500
    balances(record)


@pytest.mark.parametrize("segment", ["A", "B", "C"])
@pytest.mark.parametrize("design", SPLIT_DESIGNS)
def test_a_segment_without_customers_leaves_its_unit_without_work_and_nothing_else(
    run: Runner, design: str, segment: str
) -> None:
    model_inputs = example_inputs(customers=60, posts=6, orders_per_year=900)
    rest = model_inputs.customers[model_inputs.customers["segment"] != segment].reset_index(drop=True)

    record = run(
        design, {"time.horizon_years": 0.5}, model_inputs=ModelInputs(customers=rest, slots=model_inputs.slots)
    )

    orders = record.cases[record.cases["kind"] == "order"]
    assert len(orders) > 0
    assert segment not in set(orders["segment"])
    balances(record)


@pytest.mark.parametrize("design", ["baseline", "stretched_t", "pods", "sales_assistants"])
def test_when_every_order_is_bespoke_it_is_coordinated_or_cancelled(run: Runner, design: str) -> None:
    only = {"orders.standard.share": 0, "orders.configured.share": 0, "orders.bespoke.share": 1}

    record = run(design, only | {"time.horizon_years": 0.5})

    orders = record.cases[record.cases["kind"] == "order"]
    modules = {"configured"} if design == "stretched_t" else set()  # what service design has built meets some of it
    assert {"bespoke"} <= set(orders["order_class"]) <= {"bespoke", *modules}
    assert entry_hours(record, [0.0, record.end_h]).groupby("activity")["clock_h"].sum().max() > 0
    balances(record)


@pytest.mark.parametrize("design", DESIGNS)
def test_without_a_budget_nothing_is_paid_and_the_books_still_close(run: Runner, design: str) -> None:
    free = ("money.tools_amount_per_head", "money.hire_amount", "leads.bought_amount", "assistance.hour_amount")
    model_inputs = example_inputs(customers=60, posts=6, orders_per_year=900)
    unpaid = ModelInputs(customers=model_inputs.customers, slots=model_inputs.slots.assign(cost_amount=0.0))

    found = measures(run(design, dict.fromkeys(free, 0.0), {"time.horizon_years": 0.5}, model_inputs=unpaid))

    whole = found[(found["year"] == 0) & (found["group"] == "")].set_index("measure")["value"]
    assert whole[["staff_cost_amount", "tool_cost_amount", "hiring_cost_amount"]].eq(0).all()
    cost = whole[["partner_margin_amount", "assistance_cost_amount", "lever_cost_amount", "change_cost_amount"]].sum()
    earned = whole["contribution_amount"] + whole["work_in_progress_amount"]
    assert whole["sales_profit_amount"] == pytest.approx(earned - cost, rel=1e-9)
