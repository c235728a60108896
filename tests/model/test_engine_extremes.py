"""Extreme organisations: flooded with work, without work, without people."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.model.accounts import entry_hours
from simkit.model.designs import load_design
from simkit.model.facts import Facts, example_facts
from simkit.model.record import PersonDays, Record
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
    record = run(design, FLOOD, facts=example_facts(customers=120, posts=8, orders_per_year=1900))

    long_absence = 3 * record.day_h
    for person in record.people:
        gaps = idle_gaps(record, person)
        # The first days fill the queues; a pause may only stand before a long absence, a leaving date or the end.
        late = [(low, high) for low, high in gaps if low > record.start_h + 5 * record.day_h]
        for low, high in late:
            assert high - low >= long_absence or high == record.end_h or high >= person.leaves_h, (
                person.slot,
                low,
                high,
            )


@pytest.mark.parametrize("design", DESIGNS)
def test_without_demand_there_are_no_cases_but_planned_care(run: Runner, design: str) -> None:
    nothing = {f"care.{name}.contacts_per_year": 0 for name in "ABC"} | {"demand.level": 0, "extra.leads_per_h": 0}

    record = run(design, nothing)

    assert len(record.cases) == 0
    assert set(record.tasks["extra"].astype(int)) <= {3}  # prospecting finds nothing


def test_without_customers_nothing_crashes(run: Runner) -> None:
    facts = example_facts(customers=120, posts=3, orders_per_year=500)
    empty = Facts(customers=facts.customers.iloc[:0], slots=facts.slots)

    record = run("stretched_t", facts=empty)

    assert len(record.cases) == 0


@pytest.mark.parametrize("design", DESIGNS)
def test_one_person_alone_runs(run: Runner, design: str) -> None:
    facts = example_facts(customers=20, posts=1, orders_per_year=150)

    record = run(design, facts=facts)

    assert (record.cases["outcome"] == "delivered").any() or design == "stretched_t"
    assert entry_hours(record, [0.0, record.end_h])["clock_h"].sum() > 0


def test_work_of_an_empty_unit_waits_or_lapses(run: Runner) -> None:
    design = load_design("hunter_farmer").resized({"hunters": 0})
    hunters = next(unit for unit in design.units if unit.name == "hunters")
    everybody_farms = load_design("hunter_farmer")
    from dataclasses import replace

    units = tuple(replace(unit, size=0 if unit.name == hunters.name else None) for unit in everybody_farms.units)
    record = run(replace(everybody_farms, units=units), {"transition.adoption_half_months": 0})

    leads = record.cases[(record.cases["kind"] == "lead") & (record.cases["arrived_h"] > 0)]
    assert set(leads.loc[leads["adopted"], "outcome"]) <= {"lapsed", "open"}
    assert (record.cases["outcome"] == "delivered").any()


@pytest.mark.parametrize("design", DESIGNS)
def test_when_everybody_leaves_and_nobody_comes_the_work_waits(run: Runner, design: str) -> None:
    gone = {"staff.quit_per_year": 1, "staff.fill_chance": 0, "staff.retirement_fill_chance": 0}

    record = run(design, gone, {"time.horizon_years": 3})

    assert all(person.number == 0 for person in record.people)
    assert (record.cases["outcome"] == "cancelled").any()
