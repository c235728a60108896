"""What must hold in every organisation: hypothesis invents small ones, with shipped and with invented routes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.text import Text
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.order_amounts import order_amounts
from simkit.model.event_log.time_accounts import ABSENT, OVERTIME, time_account
from simkit.model.inputs.model_inputs import ModelInputs, example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.design_files import WORK_KINDS
from simkit.model.specification.designs import Design, Route, UnitSpec, load_design
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.study.measures.moved import handed_over_h
from simkit.study.measures.record_view import RecordView
from tests.model.conftest import DESIGNS, Runner, patched
from tests.model.test_engine_balances import drained, hours_per_case, relabelled
from tests.model.test_engine_identities import fingerprint
from tests.model.test_new_customers import arrived_after_loss

FEW = {
    "leads.per_year": 80,
    "opportunities.per_year": 50,
    "service.requests_per_year": 200,
    "extra.leads_ceiling_per_year": 60,
    "time.warm_up_years": 0.1,
    "time.horizon_years": 0.5,
    "demand.ceiling": 6,  # twice the demand, growing, with twice the leads
}
# Parameters of scenarios, shortages, people and rules, with the span in which they are tried.
SPANS: dict[str, tuple[float, float]] = {
    "time.horizon_years": (0.25, 1.4),  # modules resize the units after a year
    "staff.quit_per_year": (0, 1),
    "staff.fill_days": (0, 200),
    "staff.fill_chance": (0, 1),
    "staff.retirement_fill_chance": (0, 1),
    "staff.ramp_months": (0, 12),
    "presence.holiday_days": (0, 60),
    "presence.sick_days": (0, 80),
    "presence.sick_spell_days": (1, 30),
    "presence.wave_share": (0, 1),
    "presence.wave_start_months": (0, 4),
    "blocked.meetings_h": (0, 6),
    "time.overtime_share": (0, 0.5),
    "time.overtime_queue_days": (0.5, 5),
    "time.reassign_after_days": (1, 10),
    "effort.cv": (0, 2),
    "demand.level": (0, 2),
    "demand.growth_per_year": (-0.5, 1),
    "leads.inflow_factor": (0, 2),
    "reaction.churn_per_year": (0, 0.9),
    "reaction.elasticity": (0, 1),
    "reaction.departure_loss_share": (0, 0.6),
    "outage.days": (0, 40),
    "outage.start_months": (0, 4),
    "outage.speed_share": (0, 1),
    "chasing.effort_h": (0, 2),
    "handover.giver_h": (0, 2),
    "handover.taker_h": (0, 2),
    "handover.clarification_chance": (0, 1),
    "handover.specialist_effort_factor": (0.2, 2),
    "transition.dip_share": (0, 0.8),
    "transition.adoption_half_months": (0, 6),
    "transition.old_habit_share": (0, 1),
    "building.share": (0, 0.8),
    "building.module_h": (1, 50),
    "retirement.handover_days": (0, 60),
    "gate.quality_minimum": (-2, 2),
    "gate.open_deals_per_seller": (0, 20),
    "cleanup.after_days": (5, 60),
    "drift.follow_ups": (0, 3),
    "channel.C.partner_share": (0, 1),
    "service_level.minimum_order_amount": (0, 8000),
    "assistance.entry_share": (0, 0.95),
    "orders.standard.patience_days": (1, 30),
    "orders.bespoke.repeat_chance": (0, 0.9),
    "care.C.contacts_per_year": (0, 24),
    "overload.growth_factor": (1, 10),
    "discretionary.take_up": (0, 1),
    "customers.new_per_lost": (0, 3),
    "care.B.needed_contacts_per_year": (0, 24),
    "reaction.curve_exponent_A": (0, 4),
    "reaction.curve_level_C": (0.5, 2),
    "reaction.churn_level": (0.2, 5),
    "conversion.accepted_share": (0, 1),
    "conversion.price_share": (0.1, 1),
    "conversion.cost_saving_share": (0, 0.9),
    "lateness.penalty_share_per_week": (0, 0.1),
    "lateness.penalty_cap_share": (0, 1),
    "transition.amount_per_person_moved": (0, 20_000),
    "transition.amount_per_account_moved": (0, 1000),
    "orders.configured.production_days": (0, 40),
    "orders.configured.production_cv": (0, 3),
    "orders.standard.delivery_cost_saving_share": (0, 0.9),
    "orders.bespoke.delivery_cost_saving_share": (0, 0.9),
    "care.A.needed_contacts_per_year": (0, 40),
    "reaction.care_before_C": (0.1, 2),
    "building.bespoke_cap": (0, 1),
    "building.configured_cap": (0, 1),
}
CHOICES: dict[str, int] = {
    "reaction.on": 2,
    "overload.on": 2,
    "overload.care_counts": 2,
    "shortage.policy": 3,
    "amo.form": 3,
    "building.everyone": 2,
    "care.A.by_phone": 2,
    "service_level.A.bespoke_allowed": 2,
    "service_level.B.bespoke_allowed": 2,
}
PRICED: Mapping[str, float] = {
    "service_level.B.bespoke_allowed": 0, "building.everyone": 1, "building.share": 0.3, "building.module_h": 2,
    "lateness.penalty_share_per_week": 0.02, "orders.configured.delivery_cost_saving_share": 0.1,
}  # fmt: skip
"""Everything on that gives an order another worth than its value says."""


def steady(examples: int) -> settings:
    """The same examples on every machine and day; no search for smaller ones, which would take minutes of simulation."""
    return settings(
        derandomize=True,
        deadline=None,
        database=None,
        max_examples=examples,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """One invented case for the tests."""

    model_inputs: ModelInputs
    design: Design
    parameters: dict[str, float]
    seed: int

    def record(self) -> Record:
        inputs = draw_inputs(self.model_inputs, patched(FEW, self.parameters), seed=self.seed, replication=0)
        return simulate(inputs, self.design)


@some.composite
def clients(draw: some.DrawFn) -> ModelInputs:
    """From nobody to sixty customers, perhaps none in a segment; one to twelve posts of mixed hours and ages."""
    segments = draw(some.sets(some.sampled_from(SEGMENTS), min_size=1).map(sorted))
    count = draw(some.integers(0, 60))
    draws = np.random.default_rng(draw(some.integers(0, 999)))
    customers = pd.DataFrame(
        {
            "segment": draws.choice(segments, count),
            "order_rate_per_year": draws.gamma(0.5, draw(some.floats(0, 40)), count),
            "value_factor": draws.lognormal(0.0, 0.7, count),
        }
    )
    posts = draw(some.integers(1, 12))
    slots = pd.DataFrame(
        {
            "fte": draws.choice([0.1, 0.5, 0.8, 1.0], posts),
            "age_years": draws.choice([math.nan, 25.0, 50.0, 66.7, 67.0], posts),
            "retires_in_years": draws.choice([math.nan, math.nan, math.nan, 0.0, 0.2], posts),
            "cost_amount": draws.choice([0.0, 95_000.0], posts),
        }
    )
    return ModelInputs(customers=customers, slots=slots)


@some.composite
def invented_designs(draw: some.DrawFn) -> Design:
    """One to four units, and any of them for any work of any class and segment."""
    names = [f"unit_{number}" for number in range(draw(some.integers(1, 4)))]
    units = tuple(
        UnitSpec(
            name=name,
            title=Text(de=name, en=name),
            owners=draw(some.booleans()),
            specialist=draw(some.booleans()),
            builds=draw(some.booleans()),
            ranks_as_order=draw(some.booleans()),
            prefer_ability=draw(some.booleans()),
        )
        for name in names
    )
    draws = np.random.default_rng(draw(some.integers(0, 999)))
    routes = tuple(
        Route(unit=str(draws.choice(names)), work=work, order_class=order_class, segment=segment)
        for work in WORK_KINDS
        for order_class in range(len(CLASSES))
        for segment in range(len(SEGMENTS))
    )
    free = tuple(draw(some.permutations(("extra_contact", "prospecting", "module_building", "nothing"))))
    ranks = load_design(draw(some.sampled_from(DESIGNS))).priority_table
    help_after_h = draw(some.sampled_from([0.0, 8.0, 200.0]))
    return replace(
        load_design("baseline"),
        name="invented",
        units=units,
        routes=routes,
        priority_table=ranks,
        discretionary=free,
        help_after_h=help_after_h,
        override={},
        scale={},
    )


@some.composite
def parameters(draw: some.DrawFn) -> dict[str, float]:
    """About a dozen parameters, each anywhere in its span, to three decimals as people write them."""
    chosen = draw(some.sets(some.sampled_from(sorted([*SPANS, *CHOICES])), min_size=8, max_size=16).map(sorted))
    return {
        path: draw(some.integers(0, CHOICES[path] - 1))
        if path in CHOICES
        else round(draw(some.floats(*SPANS[path])), 3)
        for path in chosen
    }


designs = some.one_of(some.sampled_from(DESIGNS).map(load_design), invented_designs())
organisations = some.builds(
    Organisation, model_inputs=clients(), design=designs, parameters=parameters(), seed=some.integers(0, 1000)
)


@steady(25)
@given(organisations)
def test_all_hours_of_every_person_and_month_are_in_one_place(organisation: Organisation) -> None:
    record = organisation.record()

    days = round(record.end_h / record.day_h)
    months = [day * record.day_h for day in (round(record.start_h / record.day_h), *range(0, days, 21), days)]
    account = time_account(record, months)
    placed = account[list(ACTIVITIES)].sum(axis=1) + account[ABSENT]
    np.testing.assert_allclose(placed, account["contract"] + account[OVERTIME], atol=1e-6)
    assert account[list(ACTIVITIES)].to_numpy().min() >= -1e-9


@steady(25)
@given(organisations)
def test_nobody_is_in_two_tasks_and_every_case_is_ended_or_open(organisation: Organisation) -> None:
    record = organisation.record()

    tasks, cases = record.tasks.sort_values(["person", "start_h", "end_h"]), record.cases
    before = tasks.groupby("person")["end_h"].shift().fillna(-np.inf)
    assert (tasks["start_h"] >= before - 1e-9).all()
    assert (tasks["end_h"] >= tasks["start_h"]).all()
    assert tasks["start_h"].min() >= record.start_h if len(tasks) else True
    assert cases["case"].is_unique
    assert not arrived_after_loss(record)
    assert (cases["ended_h"].isna() == (cases["outcome"] == "open")).all()
    assert (cases["ended_h"].isna() | (cases["ended_h"] >= cases["arrived_h"])).all()
    assert set(tasks.loc[tasks["case"] >= 0, "case"]) <= set(cases["case"])


@steady(20)
@given(organisations)
def test_the_money_of_every_organisation_adds_up_and_no_order_is_worth_more_than_it_can_be(
    organisation: Organisation,
) -> None:
    record = replace(organisation, parameters={**organisation.parameters, **PRICED}).record()
    view, value = RecordView(record), record.parameters.value
    money, months, amounts = view.money, view.money_by_month, order_amounts(record)

    parts = (money.staff, money.tools, money.hiring, money.partner_margin, money.assistance, money.levers, money.change)
    profit = money.contribution + money.progress - sum(parts) - money.penalty
    np.testing.assert_allclose(profit, money.sales_profit, atol=1e-6 * (1 + np.abs(money.cost).max()))
    np.testing.assert_allclose(sum(money.contribution_by_segment), money.contribution, atol=1e-6)
    for name in ("revenue", "contribution", "penalty", "change", "sales_profit"):
        assert getattr(months, name).sum() == pytest.approx(getattr(money, name).sum(), rel=1e-6, abs=1e-3)
    assert (money.penalty <= value("lateness.penalty_cap_share") * money.revenue + 1e-6).all()
    cases = record.cases
    asked = cases["value_amount"].to_numpy(float)
    converted = (cases["drawn_class"] != cases["order_class"]).to_numpy()
    np.testing.assert_allclose(amounts.price_amount[~converted], asked[~converted])
    np.testing.assert_allclose(amounts.price_amount[converted], value("conversion.price_share") * asked[converted])
    assert (amounts.contribution_amount <= amounts.price_amount + 1e-9).all()
    assert (cases.loc[converted, "kind"] == "order").all()
    assert 0 <= record.people_moved <= len(record.people)
    assert 0 <= record.accounts_moved <= len(record.inputs.customers.segment)
    assert len(handed_over_h(record)) <= (record.tasks["case"] >= 0).sum()


@steady(15)
@given(organisations)
def test_same_replication_gives_the_same_record_in_any_organisation(organisation: Organisation) -> None:
    assert fingerprint(organisation.record()) == fingerprint(organisation.record())


@steady(12)
@given(
    design=some.one_of(some.sampled_from(DESIGNS[1:]).map(relabelled), invented_designs()),
    customers=some.integers(3, 25),
    cv=some.floats(0, 1.2),
    efforts=some.floats(0.5, 1.5),
)
def test_with_ample_capacity_any_split_of_roles_leaves_the_hours_of_every_case(
    run: Runner, design: Design, customers: int, cv: float, efforts: float
) -> None:
    model_inputs = example_inputs(customers=customers, posts=12, orders_per_year=8.0 * customers)
    content = {"effort.cv": cv, "orders.bespoke.coordination_h": efforts, "opportunities.presentation_h": efforts}
    quiet = replace(design, units=tuple(replace(unit, builds=False) for unit in design.units))
    quiet = replace(quiet, discretionary=("nothing",))

    before = hours_per_case(drained(run, relabelled("baseline"), model_inputs, **content, **SPARSE), until_h=800.0)
    after = hours_per_case(drained(run, quiet, model_inputs, **content, **SPARSE), until_h=800.0)

    pd.testing.assert_frame_equal(before, after, atol=1e-9, rtol=0)


SPARSE = {"leads.per_year": 60, "opportunities.per_year": 40, "service.requests_per_year": 150, "time.horizon_years": 1}
