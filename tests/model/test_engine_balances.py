"""Relabelling is neutral, and without variance the hours are those of the hand-computed balance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.activities import ACTIVITIES
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours, time_account
from simkit.model.inputs.arrivals import KINDS, NUMBER_SHIFT
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.specification.designs import Design, load_design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from tests.model.conftest import DESIGNS, QUIET, Runner

NO_HAND_OVER = {
    "handover.giver_h": 0,
    "handover.taker_h": 0,
    "handover.clarification_chance": 0,
    "handover.specialist_effort_factor": 1,
}
NO_CHANGE_OF_CONTENT = {
    **NO_HAND_OVER,
    "building.share": 0,
    "transition.dip_share": 0,
    "transition.adoption_half_months": 0,
    "modular.partner_delay_factor": 1,
    "modular.rework_factor": 1,
    "modular.repeat_factor": 1,
    "care.C.by_phone": 0,
    "presence.holiday_days": 0,
    "presence.sick_days": 0,
    "care.lapse_days": 250,
}
CARE_OF_ONE_YEAR_APART = {f"care.{name}.contacts_per_year": 2 for name in SEGMENTS}


def relabelled(name: str) -> Design:
    """The units and ranks of a design with today's work content, and nothing to do in free hours."""
    return replace(load_design(name), override={}, scale={}, discretionary=("nothing",))


def drained(run: Runner, design: Design, model_inputs: ModelInputs, **parameters: float) -> Record:
    """Run so long that all that arrives in the first year is done by the end."""
    today = replace(load_design("baseline"), discretionary=("nothing",))
    override = {**QUIET, **NO_CHANGE_OF_CONTENT, **CARE_OF_ONE_YEAR_APART, "time.horizon_years": 1.6, **parameters}
    return run(design, override, model_inputs=model_inputs, today=today)


def hours_per_case(record: Record, until_h: float) -> pd.DataFrame:
    """Content hours by case and activity of the families whose first case arrived before an hour, all ended."""
    cases = record.cases[family_arrived(record) < until_h]
    assert cases["ended_h"].notna().all(), "released work must be drained"
    entries = entry_hours(record, [record.start_h, record.end_h])
    mine = entries[entries["case"].isin(cases["case"])]
    table = mine.pivot_table(index="case", columns="activity", values="content_h", aggfunc="sum", fill_value=0.0)
    return table.sort_index()


def family_arrived(record: Record) -> np.ndarray:
    """When the lead or opportunity arrived from which a case stems, else when it arrived itself."""
    inputs, cases = record.inputs, record.cases
    first_order = len(inputs.orders.at) - len(inputs.opportunities.at)
    arrived = dict(zip(cases["case"], cases["arrived_h"], strict=True))

    def root(kind: str, row: int, own: float) -> float:
        if kind == "order" and row >= first_order:
            return root("opportunity", row - first_order, own)
        if kind == "opportunity" and row < len(inputs.leads.at):
            return root("lead", row, own)
        number = (KINDS.index(kind) << NUMBER_SHIFT) + row
        return arrived.get(number, own)

    rows = zip(cases["kind"], cases["row"], cases["arrived_h"], strict=True)
    return np.array([root(kind, int(row), own) if kind != "care" else own for kind, row, own in rows])


@pytest.fixture(scope="module")
def split(run: Runner) -> Callable[[str], pd.DataFrame]:
    """Hours per case under the units and ranks of a design, run once for all tests that look at them."""
    model_inputs = example_inputs(customers=60, posts=12, orders_per_year=700)
    return cache(lambda design: hours_per_case(drained(run, relabelled(design), model_inputs), until_h=1600.0))


@pytest.mark.parametrize("design", DESIGNS[1:])
def test_splitting_roles_without_other_change_leaves_the_hours_of_every_case_by_activity(
    split: Callable[[str], pd.DataFrame], design: str
) -> None:
    pd.testing.assert_frame_equal(split("baseline"), split(design), atol=1e-9, rtol=0)


@pytest.mark.parametrize("design", DESIGNS[1:])
def test_with_ample_capacity_relabelling_leaves_customer_hours(
    split: Callable[[str], pd.DataFrame], design: str
) -> None:
    def facing(table: pd.DataFrame) -> float:
        return float(table[[ACTIVITIES.index(name) for name in ("selling", "care", "service")]].to_numpy().sum())

    assert facing(split(design)) == pytest.approx(facing(split("baseline")), abs=1e-6)


@pytest.mark.parametrize("design", DESIGNS)
def test_without_variance_the_hours_are_those_of_the_hand_computed_balance(run: Runner, design: str) -> None:
    model_inputs = example_inputs(customers=40, posts=12, orders_per_year=400)
    flat = {
        "effort.cv": 0,
        **{f"orders.{name}.{parameter}": 0 for name in CLASSES for parameter in ("repeat_chance", "rework_chance")},
    }

    record = drained(run, relabelled(design), model_inputs, **flat)

    v = record.parameters.value
    cases = record.cases[record.cases["ended_h"].notna() & (record.cases["arrived_h"] >= record.start_h)]
    count = cases.groupby(["kind", "order_class"]).size()
    segment = cases[cases["kind"] == "care"].groupby("segment").size()
    solved = int((cases["kind"] == "service").sum())
    coordinated = sum(
        record.inputs.requests.coordinated[row] < v("service.coordination_share")
        for row in cases.loc[cases["kind"] == "service", "row"]
    )
    deals = cases[cases["kind"] == "opportunity"]
    feasible = sum(
        record.inputs.opportunities.feasibility[row] < v("opportunities.feasibility_share")
        for row in deals.loc[deals["order_class"] == "bespoke", "row"]
    )
    table, share = record.inputs.opportunities, v("winning.flag_share")
    missing = sum((table.access[row] >= share) + (table.deadline[row] >= share) for row in deals["row"])
    orders = {name: int(count.get(("order", name), 0)) for name in CLASSES}
    expected = {
        "administration": sum(n * v(f"orders.{name}.entry_h") for name, n in orders.items()),
        "coordination": sum(n * v(f"orders.{c}.partners") * v(f"orders.{c}.coordination_h") for c, n in orders.items())
        + coordinated * v("service.coordination_h")
        + feasible * v("opportunities.feasibility_h"),
        "service": sum(n * v(f"orders.{name}.confirmation_h") for name, n in orders.items())
        + solved * v("service.answer_h"),
        "selling": count.xs("lead").sum() * v("leads.qualify_h")
        + len(deals)
        * (
            v("opportunities.presentation_h")
            + v("opportunities.follow_ups") * v("opportunities.follow_up_h")
            + v("opportunities.negotiation_h")
        )
        + missing * v("drift.follow_ups") * v("opportunities.follow_up_h"),
        "care": sum(n * v(f"care.{name}.talk_h") for name, n in segment.items()),
        "preparation": sum(n * v(f"care.{name}.preparation_h") for name, n in segment.items())
        + len(deals) * v("opportunities.preparation_h"),
        "travel": sum(n * v(f"care.{name}.travel_h") for name, n in segment.items())
        + len(deals) * v("opportunities.travel_h"),
    }
    entries = entry_hours(record, [record.start_h, record.end_h])
    mine = entries[entries["case"].isin(cases["case"])]
    for name, hours in expected.items():
        booked = mine.loc[mine["activity"] == ACTIVITIES.index(name), "clock_h"].sum()
        assert booked == pytest.approx(hours, abs=1e-6), name


def test_blocked_hours_are_booked_per_present_day(run: Runner) -> None:
    record = run("baseline", {"blocked.meetings_h": 1.5})

    account = time_account(record, [0.0, record.end_h])
    days = sum((p.present_h[round(-record.start_h / 8) :] > 0).sum() for p in record.people)

    assert account["prioritisation"].sum() == pytest.approx(1.5 * days)


def test_keeping_the_crm_is_administration_a_present_day_and_an_order(run: Runner) -> None:
    record = run("baseline", {"blocked.administration_h": 0.75})

    account = time_account(record, [0.0, record.end_h])
    days = sum((p.present_h[round(-record.start_h / 8) :] > 0).sum() for p in record.people)
    entries = entry_hours(record, [0.0, record.end_h])
    orders = record.cases.loc[record.cases["kind"] == "order", "case"]
    entered = entries[(entries["activity"] == ACTIVITIES.index("administration")) & entries["case"].isin(orders)]

    assert entered["clock_h"].sum() > 0
    assert account["administration"].sum() == pytest.approx(0.75 * days + entered["clock_h"].sum())


def test_production_delivers_an_order_after_the_last_work_on_it_and_takes_nobodys_time(run: Runner) -> None:
    model_inputs = example_inputs(customers=40, posts=6, orders_per_year=400)
    days = {"standard": 3.0, "configured": 10.0, "bespoke": 0.0}
    override = {**{f"orders.{name}.production_days": n for name, n in days.items()}, "orders.standard.production_cv": 0}
    without, produced = (drained(run, relabelled("baseline"), model_inputs, **more) for more in ({}, override))

    pd.testing.assert_frame_equal(hours_per_case(produced, 1600.0), hours_per_case(without, 1600.0), atol=1e-9, rtol=0)
    both = produced.cases.merge(without.cases, on=["case", "kind", "order_class", "row"], suffixes=("", "_before"))
    orders = both[(both["kind"] == "order") & (both["arrived_h"] > without.start_h)].dropna(
        subset=["ended_h", "ended_h_before"]
    )
    later_days = (orders["ended_h"] - orders["ended_h_before"]) / without.parameters.value("time.day_h")
    assert later_days[orders["order_class"] == "standard"].to_numpy() == pytest.approx(3.0)
    assert later_days[orders["order_class"] == "bespoke"].to_numpy() == pytest.approx(0.0, abs=1e-9)
    drawn = np.array(without.inputs.orders.production)[orders["row"].to_numpy(dtype=int)]
    sigma = np.sqrt(np.log1p(produced.parameters.value("orders.configured.production_cv") ** 2))
    configured = (orders["order_class"] == "configured").to_numpy()
    assert later_days[configured].to_numpy() == pytest.approx(10 * np.exp(sigma * drawn[configured] - sigma**2 / 2))
    assert configured.sum() > 50
