"""The profit and loss: every kind of money agrees with the record and its parameters, and months add up to years."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.parameter_set import Provenance
from simkit.model.engine.engine import simulate
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.time_accounts import entry_hours
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.report.document.study_views import MONEY_PARTS
from simkit.study.measures.measures import measures
from simkit.study.measures.profit_and_loss import ProfitAndLoss
from simkit.study.measures.record_view import RecordView
from tests.model.conftest import SMALL, patched

NEW_COSTS = ("partner_margin", "assistance", "levers", "penalty", "change")
NOTHING_MOVED = {"transition.amount_per_person_moved": 0.0, "transition.amount_per_account_moved": 0.0}
TOTALS = ("revenue", "contribution", "staff", "tools", "hiring", "cost", "sales_profit", "company_profit")


def simulated(**parameters: float) -> Record:
    model_inputs = example_inputs(customers=120, posts=8, orders_per_year=1900)
    parameter_set = patched(SMALL, {"time.horizon_years": 2, "staff.quit_per_year": 0.3, **parameters})
    return simulate(draw_inputs(model_inputs, parameter_set, seed=2, replication=0), load_design("stretched_t"))


@pytest.fixture(scope="module")
def record() -> Record:
    return simulated()


@pytest.fixture(scope="module")
def profit_and_loss_with(record: Record) -> Callable[..., ProfitAndLoss]:
    """Return the yearly profit and loss of the record under other parameters of money, and other channels."""

    def build(parameters: dict[str, float], channels: tuple[int, ...] | None = None) -> ProfitAndLoss:
        parameter_set = record.parameters.patch(parameters, Provenance(kind="lever", source="test"))
        return RecordView(replace(record, parameters=parameter_set, channels=channels or record.channels)).money

    return build


def test_nothing_new_costs_anything_with_the_parameters_as_they_ship(
    profit_and_loss_with: Callable[..., ProfitAndLoss],
) -> None:
    plain = profit_and_loss_with(NOTHING_MOVED)
    for name in (*NEW_COSTS, "price_rise"):
        assert not getattr(plain, name).any()
    assert plain.cost == pytest.approx(plain.staff + plain.tools + plain.hiring)


@pytest.mark.parametrize("days_per_year", [220.0, 250.6])
def test_the_months_add_up_to_their_year_whatever_its_number_of_days(days_per_year: float) -> None:
    view = RecordView(simulated(**{"time.days_per_year": days_per_year}))
    assert view.money_by_month.windows == 24
    assert set(view.edges) <= set(view.money_by_month.edges)
    for name in TOTALS:
        by_month, by_year = getattr(view.money_by_month, name), getattr(view.money, name)
        assert by_month.reshape(2, 12).sum(axis=1) == pytest.approx(by_year, rel=1e-6)


def test_the_profit_of_all_months_is_the_profit_of_the_horizon(record: Record) -> None:
    table = measures(record)
    for name in ("sales_profit", "company_profit"):
        months = table[table["measure"] == f"{name}_by_month_amount"]
        whole = table[(table["measure"] == f"{name}_amount") & (table["year"] == 0)]["value"].iloc[0]
        assert months["group"].tolist() == [f"{month:02d}" for month in range(1, 25)]
        assert set(months["year"]) == {0}
        assert months["value"].sum() == pytest.approx(whole, rel=1e-6)


def test_a_run_of_a_few_weeks_has_the_months_that_there_are() -> None:
    view = RecordView(simulated(**{"time.horizon_years": 0.25}))
    assert view.money_by_month.windows == 3
    assert view.money_by_month.revenue.sum() == pytest.approx(view.money.revenue.sum())


def test_a_price_rise_falls_to_contribution_and_only_on_orders_placed_after_go_live(
    record: Record, profit_and_loss_with: Callable[..., ProfitAndLoss]
) -> None:
    plain, dearer = profit_and_loss_with({}), profit_and_loss_with({"price.rise_share": 0.05})
    cases = record.cases
    delivered = cases[(cases["outcome"] == "delivered") & (cases["kind"] == "order") & (cases["ended_h"] >= 0)]
    placed_before = delivered[delivered["arrived_h"] < 0]
    converted = delivered["drawn_class"] != delivered["order_class"]
    price = delivered["value_amount"].where(~converted, 0.9 * delivered["value_amount"])
    rise = 0.05 * (price.sum() - placed_before["value_amount"].sum())
    assert len(placed_before) > 0
    for name in ("revenue", "contribution", "sales_profit"):
        assert (getattr(dearer, name) - getattr(plain, name)).sum() == pytest.approx(rise)


def test_the_contribution_of_the_segments_adds_up_to_the_contribution(
    profit_and_loss_with: Callable[..., ProfitAndLoss],
) -> None:
    for parameters in ({}, {"price.rise_share": 0.05, "money.bespoke_extra_share": 0.1}):
        profit_and_loss = profit_and_loss_with(parameters)
        assert len(profit_and_loss.contribution_by_segment) == 3
        assert sum(profit_and_loss.contribution_by_segment) == pytest.approx(profit_and_loss.contribution)


def test_levers_cost_once_by_the_year_by_the_head_and_by_the_bonus(
    profit_and_loss_with: Callable[..., ProfitAndLoss],
) -> None:
    profit_and_loss = profit_and_loss_with(
        {"levers.once_amount": 1e4, "levers.per_year_amount": 2e4, "levers.per_head_amount": 300,
         "levers.bonus_share": 0.02}
    )  # fmt: skip
    expected = 2e4 + 300 * profit_and_loss.head_years + 0.02 * profit_and_loss.contribution + np.array([1e4, 0.0])
    assert profit_and_loss.levers == pytest.approx(expected)
    assert 0 < profit_and_loss.head_years[0] <= 8


def test_the_change_is_paid_in_the_first_month(record: Record) -> None:
    parameters = {"transition.once_amount": 5e4, "transition.amount_per_person_moved": 4000}
    parameter_set = record.parameters.patch(parameters, Provenance(kind="design", source="test"))
    view = RecordView(replace(record, parameters=parameter_set))
    assert record.people_moved == 8 and record.accounts_moved > 20
    paid = 5e4 + 4000 * 8 + 120 * record.accounts_moved
    assert view.money_by_month.change.tolist() == [paid, *[0.0] * 23]
    assert view.money.change.tolist() == [paid, 0.0]


def test_late_orders_pay_their_share_of_the_price_by_the_calendar_week_up_to_the_cap(
    record: Record, profit_and_loss_with: Callable[..., ProfitAndLoss]
) -> None:
    profit_and_loss = profit_and_loss_with(
        {"lateness.penalty_share_per_week": 0.01, "lateness.penalty_cap_share": 0.03}
    )
    delivered = record.cases.assign(price_amount=profit_and_loss.open_work.amounts.price_amount)[
        profit_and_loss.delivered
    ]
    late = delivered[delivered["late"]]
    promised = {"standard": 3, "configured": 10, "bespoke": 30}
    days = (late["ended_h"] - late["arrived_h"]) / 8 - late["order_class"].map(promised)
    weeks = days / (7 * record.inputs.model_inputs.calendar_ratio)
    owed = np.minimum(0.01 * weeks, 0.03)
    assert len(late) > 20 and (owed == 0.03).any() and (owed < 0.03).any()
    assert profit_and_loss.penalty.sum() == pytest.approx((owed * late["price_amount"]).sum())
    assert profit_and_loss.cost == pytest.approx(profit_and_loss_with({}).cost + profit_and_loss.penalty)


def test_partners_take_their_margin_of_what_their_customers_order_after_go_live(
    record: Record, profit_and_loss_with: Callable[..., ProfitAndLoss]
) -> None:
    number = len(record.inputs.customers.segment)
    theirs = tuple(1 if customer % 3 == 0 else 2 if customer % 3 == 1 else 0 for customer in range(number))
    profit_and_loss = profit_and_loss_with({"partner.margin_share": 0.2}, theirs)
    new = record.cases.assign(price_amount=profit_and_loss.open_work.amounts.price_amount)[profit_and_loss.new_price]
    assert profit_and_loss.partner_margin.sum() == pytest.approx(
        0.2 * new[new["customer"] % 3 == 0]["price_amount"].sum()
    )
    assert not profit_and_loss_with({"partner.margin_share": 0.2}, (0,) * number).partner_margin.any()


def test_assistants_are_paid_for_the_share_of_each_hour_that_is_left_to_sales(
    record: Record, profit_and_loss_with: Callable[..., ProfitAndLoss]
) -> None:
    parameters = {"assistance.entry_share": 0.75, "assistance.coordination_share": 0.5, "assistance.hour_amount": 40}
    profit_and_loss = profit_and_loss_with(parameters)
    entries = entry_hours(record, [0.0, record.end_h])
    cases = record.cases
    helped = cases.loc[(cases["kind"] == "order") & cases["adopted"].astype(bool), "case"]
    mine = entries[entries["case"].isin(helped) & (entries["extra"] == 0)]
    left = {
        name: mine.loc[mine["activity"] == ACTIVITIES.index(name), "content_h"].sum()
        for name in ("administration", "coordination")
    }
    assert min(left.values()) > 0
    taken_over = left["administration"] * 3 + left["coordination"] * 1
    assert profit_and_loss.assistance.sum() == pytest.approx(40 * taken_over)


def test_leads_beyond_todays_inflow_are_paid_and_those_that_sellers_find_are_not(
    record: Record, profit_and_loss_with: Callable[..., ProfitAndLoss]
) -> None:
    profit_and_loss = profit_and_loss_with({"leads.inflow_factor": 1.25, "leads.bought_amount": 100})
    leads = record.cases[(record.cases["kind"] == "lead") & (record.cases["arrived_h"] >= 0)]
    arrived = (leads["row"] < record.inputs.leads.first_prospect).sum()
    assert arrived > 0
    assert profit_and_loss.bought_leads.sum() == pytest.approx(arrived * 0.2 * 100)
    assert not profit_and_loss_with({"leads.inflow_factor": 0.8, "leads.bought_amount": 100}).bought_leads.any()


def test_the_kinds_of_money_that_the_report_shows_make_up_the_change_of_company_profit(record: Record) -> None:
    parameters = {
        "price.rise_share": 0.03, "levers.per_year_amount": 2e4, "transition.once_amount": 5e4, "money.hire_amount": 9e3,
        "money.tools_amount_per_head": 7e3, "assistance.entry_share": 0.5, "partner.margin_share": 0.1,
        "money.overtime_factor": 1.2, "lateness.penalty_share_per_week": 0.005,
    }  # fmt: skip
    parameter_set = record.parameters.patch(parameters, Provenance(kind="lever", source="test"))
    partners = tuple(customer % 2 for customer in range(len(record.inputs.customers.segment)))
    before, after = (
        table[(table["year"] == 0) & (table["group"] == "")].set_index("measure")["value"]
        for table in (measures(record), measures(replace(record, parameters=parameter_set, channels=partners)))
    )
    change = after - before
    parts = {name: sign * change[name] for name, sign in MONEY_PARTS.items()}
    assert sum(parts.values()) == pytest.approx(change["company_profit_amount"])
    assert sum(abs(part) > 0 for part in parts.values()) >= 6


def test_profit_of_sales_is_contribution_and_progress_less_all_cost(
    profit_and_loss_with: Callable[..., ProfitAndLoss],
) -> None:
    profit_and_loss = profit_and_loss_with({"levers.per_year_amount": 2e4, "transition.once_amount": 5e4})
    parts = sum((getattr(profit_and_loss, name) for name in ("staff", "tools", "hiring", *NEW_COSTS)), np.zeros(2))
    assert profit_and_loss.cost == pytest.approx(parts)
    assert profit_and_loss.sales_profit == pytest.approx(
        profit_and_loss.contribution + profit_and_loss.progress - parts
    )


def test_what_is_refused_and_cancelled_is_missed_contribution() -> None:
    record = simulated(**{"service_level.minimum_order_amount": 5000})
    profit_and_loss = RecordView(record).money

    cases, value = record.cases, record.parameters.value
    lost = cases[cases["outcome"].isin(["refused", "cancelled"]) & (cases["kind"] == "order") & (cases["ended_h"] >= 0)]
    converted = lost["drawn_class"] != lost["order_class"]
    margin = {name: value(f"orders.{name}.contribution_share") for name in ("standard", "configured", "bespoke")}
    share = lost["drawn_class"].map(margin)
    expected = (lost["value_amount"] * share.where(~converted, 0.9 - 0.9 * (1 - share))).sum()
    assert expected > 0
    assert profit_and_loss.missed.sum() == pytest.approx(expected)
    assert RecordView(simulated()).money.missed.sum() < expected
