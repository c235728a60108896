"""What an order is worth: a converted one as computed by hand, whichever way and direction, and leaner delivery."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.event_log.event_log import Record
from simkit.model.event_log.order_amounts import break_even_saving, order_amounts
from simkit.study.measures.record_view import RecordView
from tests.model.conftest import QUIET, Runner, patched

CALM = {**QUIET, "demand.level": 0.5}
REFUSAL = {f"service_level.{segment}.bespoke_allowed": 0 for segment in "ABC"}
MODULES = {
    "building.everyone": 1, "building.share": 0.2, "building.module_h": 2, "building.bespoke_cap": 0.6,
    "building.configured_cap": 0.5,
}  # fmt: skip


def orders_of(record: Record, drawn: str, served: str) -> pd.DataFrame:
    cases, amounts = record.cases, order_amounts(record)
    cases = cases.assign(price=amounts.price_amount, contribution=amounts.contribution_amount)
    chosen = (cases["kind"] == "order") & (cases["drawn_class"] == drawn) & (cases["order_class"] == served)
    return cases[chosen & (cases["outcome"] != "refused")]


@pytest.mark.parametrize(
    ("way", "drawn", "served", "margin"),
    [
        (REFUSAL, "bespoke", "configured", 0.26),
        (MODULES, "bespoke", "configured", 0.26),
        (MODULES, "configured", "standard", 0.30),
    ],
    ids=["refused bespoke", "module for bespoke", "module for configured"],
)
def test_a_converted_order_brings_what_is_computed_by_hand(
    run: Runner, way: dict[str, float], drawn: str, served: str, margin: float
) -> None:
    record = run("baseline", CALM, way)
    converted = orders_of(record, drawn, served)

    assert record.parameters.value(f"orders.{drawn}.contribution_share") == margin
    assert len(converted) > 20 and converted["adopted"].all()
    value = converted["value_amount"].to_numpy()
    drawn_value = np.array(record.inputs.orders.value_amount)[converted["row"].to_numpy()]
    np.testing.assert_allclose(value, drawn_value)  # never the typical value of the class that is served
    # 90 % of the price; the cost of what was asked for, less a tenth.
    np.testing.assert_allclose(converted["price"], 0.9 * value)
    np.testing.assert_allclose(converted["contribution"], 0.9 * value - 0.9 * (1 - margin) * value)
    kept = orders_of(record, served, served)
    share = record.parameters.value(f"orders.{served}.contribution_share")
    np.testing.assert_allclose(kept["contribution"], share * kept["value_amount"])


def test_the_profit_and_loss_values_converted_orders_so_everywhere(run: Runner) -> None:
    record = run("baseline", CALM, REFUSAL, {"conversion.accepted_share": 0.6})
    view = RecordView(record)

    delivered = record.cases[(record.cases["outcome"] == "delivered") & (record.cases["kind"] == "order")]
    delivered = delivered[delivered["ended_h"] >= 0]
    value, share = delivered["value_amount"], record.parameters.value
    own = delivered["order_class"] == delivered["drawn_class"]
    margin = delivered["drawn_class"].map(
        {n: share(f"orders.{n}.contribution_share") for n in ("standard", "configured", "bespoke")}
    )
    by_hand = (value * margin).where(own, 0.9 * value - 0.9 * (1 - margin) * value)
    assert (~own).any()
    assert view.money.contribution.sum() == pytest.approx(by_hand.sum())
    assert view.money.revenue.sum() == pytest.approx((value * np.where(own, 1.0, 0.9)).sum())
    by_segment = by_hand.groupby(delivered["segment"]).sum()
    assert [amount.sum() for amount in view.money.contribution_by_segment] == pytest.approx(by_segment.tolist())
    refused = record.cases[(record.cases["outcome"] == "refused") & (record.cases["kind"] == "order")]
    assert set(refused["order_class"]) == {"bespoke"}  # a lost order is missed as what it would have been
    cancelled = record.cases[(record.cases["outcome"] == "cancelled") & (record.cases["kind"] == "order")]
    assert cancelled.empty and view.money.missed.sum() == pytest.approx(0.26 * refused["value_amount"].sum())


def test_by_refusal_the_rest_is_a_lost_order_and_by_a_module_nothing_is_lost(run: Runner) -> None:
    by_refusal, by_module = run("baseline", CALM, REFUSAL), run("baseline", CALM, MODULES)

    def after(record: Record) -> pd.DataFrame:
        cases = record.cases
        own = cases["row"] < len(record.inputs.orders.at) - len(record.inputs.opportunities.at)
        return cases[(cases["kind"] == "order") & (cases["arrived_h"] >= 0) & own]

    bespoke = after(by_refusal)[after(by_refusal)["drawn_class"] == "bespoke"]
    lost = (bespoke["outcome"] == "refused").mean()
    assert lost == pytest.approx(0.3, abs=3 * np.sqrt(0.3 * 0.7 / len(bespoke)))
    assert not (after(by_module)["outcome"] == "refused").any()


def test_work_in_progress_of_a_converted_order_is_its_own_contribution(run: Runner) -> None:
    record = run("baseline", CALM, REFUSAL)
    work = RecordView(record).open_work

    at_h = 1500.0
    chosen, left = work.left(at_h)
    done = np.clip(1 - left / work.initial_h[chosen], 0, 1)
    cases = record.cases.iloc[chosen]
    value, converted = cases["value_amount"].to_numpy(), (cases["drawn_class"] != cases["order_class"]).to_numpy()
    margin = cases["drawn_class"].map(
        {
            name: record.parameters.value(f"orders.{name}.contribution_share")
            for name in ("standard", "configured", "bespoke")
        }
    )
    worth = np.where(converted, 0.9 * value - 0.9 * (1 - margin.to_numpy()) * value, margin.to_numpy() * value)
    assert converted.any()
    assert work.progress_amount([at_h]) == pytest.approx([(worth * done).sum()])


def test_leaner_delivery_saves_a_share_of_the_cost_of_orders_that_follow_the_new_way(run: Runner) -> None:
    plain = run("hunter_farmer", CALM)
    saving = {"orders.standard.delivery_cost_saving_share": 0.08, "orders.bespoke.delivery_cost_saving_share": 0.05}
    leaner = replace(plain, parameters=plain.parameters.patch(saving, Provenance(kind="lever", source="test")))

    gained = order_amounts(leaner).contribution_amount - order_amounts(plain).contribution_amount
    cases, value = plain.cases, plain.parameters.value
    cost = {name: 1 - value(f"orders.{name}.contribution_share") for name in ("standard", "bespoke")}
    share = cases["order_class"].map({"standard": 0.08 * cost["standard"], "bespoke": 0.05 * cost["bespoke"]})
    expected = cases["value_amount"] * share.fillna(0.0) * cases["adopted"]
    assert (~cases["adopted"] & (cases["kind"] == "order") & (cases["arrived_h"] >= 0)).any()
    np.testing.assert_allclose(gained, expected, atol=1e-9)
    np.testing.assert_allclose(order_amounts(leaner).price_amount, order_amounts(plain).price_amount)


def test_at_the_break_even_saving_a_conversion_neither_gains_nor_loses(run: Runner) -> None:
    record = run("baseline", CALM, REFUSAL)
    saving = break_even_saving(record.parameters)
    assert saving == pytest.approx(0.1 / 0.74)

    parameters = record.parameters.patch(
        {"conversion.cost_saving_share": saving}, Provenance(kind="option", source="test")
    )
    converted = orders_of(replace(record, parameters=parameters), "bespoke", "configured")
    np.testing.assert_allclose(converted["contribution"], 0.26 * converted["value_amount"])
    dearer = patched({"money.bespoke_extra_share": 0.06, "conversion.price_share": 0.8})
    assert break_even_saving(dearer) == pytest.approx(0.2 / 0.8)
