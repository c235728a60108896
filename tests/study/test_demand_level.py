"""Today's level, trend and coming and going of customers, found again in invented orders."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_client import MadeClient, made_client, orders, people, value_of

from simkit.model.specification.model_parameters import load_defaults
from simkit.study.measured import client_inputs as client_inputs_module
from simkit.study.measured.client_inputs import active_rates, client_inputs, period_orders
from simkit.study.measured.demand_level import (
    customer_flow,
    customers_today,
    level,
    presence,
    shown_trend,
    trend,
)
from simkit.study.measured.measured_demand import growth_override
from simkit.study.measured.measured_parameters import measured_parameters
from simkit.value.rewritten_invoices import without_rewritten

YEARS = 3
BASE = 5000


def days_of(seed: int, growth: float = 0.0, step: float = 1.0, number: int = BASE) -> pd.Series:
    """Days of about `number` orders in three years that grow by `growth` a year; the last year is `step` times as busy."""
    draw = np.random.default_rng(seed)
    at = draw.uniform(0, YEARS, 2 * number)
    wanted = (1 + growth) ** at * np.where(at > YEARS - 1, step, 1.0)
    kept = np.sort(at[draw.random(len(at)) < wanted / 2])
    return pd.Series((pd.Timestamp("2022-01-01") + pd.to_timedelta(kept * 365.25, unit="D")).normalize())


def client_of(days: pd.Series) -> MadeClient:
    table = pd.DataFrame(
        {"ordered_on": days, "customer_id": [f"K{n % 30}" for n in range(len(days))], "value_amount": 1.0}
    )
    table = table.assign(order_id=[f"A{n}" for n in range(len(days))], order_class="standard")
    return MadeClient(
        tables={"orders": table, "employees": people()}, first=dt.date(2022, 1, 1), last=dt.date(2024, 12, 31)
    )


def test_without_a_change_the_level_is_mostly_the_whole_period():
    found = [level(days, client_of(days)) for days in map(days_of, range(20))]
    assert np.mean([one.weight for one in found]) < 0.35
    assert max(abs(one.factor - 1) for one in found) < 0.06
    assert np.mean([one.error for one in found]) < 0.02


def test_a_step_in_the_last_year_is_believed_and_its_level_found():
    days = days_of(1, step=1.3)
    one = level(days, client_of(days))
    assert one.weight > 0.9
    mean = (1 + 1 + 1.3) / 3
    assert one.factor == pytest.approx(1.3 / mean, rel=3 * one.error)


def test_a_year_that_was_written_down_less_completely_is_no_lower_level():
    days = days_of(2, step=0.7)
    assert level(days, client_of(days)).factor < 0.85
    assert level(days, client_of(days), last_year=0.7 * 3 / 2.7).factor == pytest.approx(1, abs=0.05)


def test_less_than_two_years_keep_the_mean():
    client = made_client()
    short = MadeClient(tables=client.tables, first=dt.date(2023, 6, 1), last=dt.date(2024, 12, 31))
    assert level(period_orders(short)["ordered_on"], short).factor == 1
    assert trend(period_orders(short)["ordered_on"], short) is None


@pytest.mark.parametrize("growth", [0.0, 0.1, -0.1])
def test_the_interval_of_the_trend_holds_it_and_only_a_clear_one_is_shown(growth):
    found = [trend(days, client_of(days)) for days in (days_of(seed, growth) for seed in range(12))]
    assert sum(one is not None and one.low <= growth <= one.high for one in found) >= 10
    shown = [shown_trend(days, client_of(days)) for days in (days_of(seed, growth) for seed in range(12))]
    assert sum(one is not None for one in shown) <= 1 if growth == 0 else sum(one is not None for one in shown) >= 10


def test_a_clear_trend_sets_growth():
    growing = client_of(days_of(3, growth=0.12))
    provenance = growth_override(growing)["demand.growth_per_year"][1]
    assert provenance.interval == shown_trend(growing.table("orders")["ordered_on"], growing)  # one interval everywhere
    assert provenance.kind == "measured" and provenance.interval is not None
    assert provenance.interval.low < 0.12 < provenance.interval.high


def test_order_rates_of_customers_add_up_to_todays_level():
    days = days_of(3, growth=0.12)
    client, value = client_of(days), value_of(made_client())
    rate = len(days) / YEARS
    inputs = client_inputs(client, value)
    assert inputs.orders_per_year == pytest.approx(rate * level(days, client).factor, rel=2e-3)
    assert measured_parameters(client, None, value, load_defaults()).value("demand.growth_per_year") > 0.06
    even = made_client()
    assert client_inputs(even, value).orders_per_year == pytest.approx(len(orders()) / (731 / 365.25))


def flowing(seed: int, churn: float, new: float, customers: int = 600) -> MadeClient:
    """Customers who order six times a year on average until they leave at the rate `churn`; `new` ones come each year."""
    draw = np.random.default_rng(seed)
    starts = np.concatenate([np.zeros(customers), draw.uniform(0, YEARS, draw.poisson(new * YEARS))])
    ends = np.minimum(starts + (draw.exponential(1 / churn, len(starts)) if churn else 99.0), YEARS)
    number = draw.poisson(draw.gamma(3, 2, len(starts)) * (ends - starts))
    who = np.repeat(np.arange(len(starts)), number)
    at = draw.uniform(starts[who], ends[who])
    days = (pd.Timestamp("2022-01-01") + pd.to_timedelta(at * 365.25, unit="D")).normalize()
    table = pd.DataFrame({"ordered_on": days, "customer_id": [f"K{n}" for n in who], "value_amount": 1.0})
    table = table.assign(order_id=[f"A{n}" for n in range(len(table))], order_class="standard")
    return MadeClient(tables={"orders": table}, first=dt.date(2022, 1, 1), last=dt.date(2024, 12, 31))


def flow_of(client: MadeClient) -> pd.DataFrame:
    return customer_flow(period_orders(client), client).set_index("flow")


def test_new_and_lost_customers_a_year_are_found():
    found = [flow_of(flowing(seed, churn=0.1, new=60.0)) for seed in range(6)]
    assert np.mean([one.loc["new", "per_year"] for one in found]) == pytest.approx(60, rel=0.2)
    assert np.mean([one.loc["lost", "per_year"] for one in found]) == pytest.approx(60, rel=0.2)
    assert sum(one.loc["net", "low"] <= 0 <= one.loc["net", "high"] for one in found) >= 5


def test_more_new_than_lost_shows_as_net_growth():
    net = flow_of(flowing(7, churn=0.05, new=90.0)).loc["net"]
    assert net["low"] > 0 and net["per_year"] == pytest.approx(90 - 33, abs=25)


def test_where_nobody_comes_or_leaves_nothing_is_said():
    assert flow_of(flowing(8, churn=0.0, new=0.0)).empty


def churning_client(seed: int, churn: float, *, at_once: int = 300, per_year: float = 4.0) -> tuple[MadeClient, int]:
    """Two years of a firm that has `at_once` customers at any time, of whom a share is lost and replaced each year."""
    draw = np.random.default_rng(seed)
    rows, customer, left = [], 0, 0
    for _ in range(at_once):
        begins, after = 0.0, 0.0
        while begins < 2.0:
            after = begins + (draw.exponential(1 / churn) if churn else 9.0)
            ends = min(after, 2.0)
            rows += [(customer, at) for at in draw.uniform(begins, ends, draw.poisson(per_year * (ends - begins)))]
            customer, begins, left = customer + 1, after, left + (after < 2.0)
    table = pd.DataFrame(rows, columns=["customer_id", "at"]).sort_values("at", ignore_index=True)
    days = (pd.Timestamp("2023-01-01") + pd.to_timedelta(table["at"] * 365.25, unit="D")).dt.normalize()
    frame = pd.DataFrame(
        {"ordered_on": days, "customer_id": "K" + table["customer_id"].astype(str), "value_amount": 1.0}
    )
    frame = frame.assign(order_id=[f"A{n}" for n in range(len(frame))], order_class="standard")
    made = MadeClient(
        tables={"orders": frame, "employees": people()}, first=dt.date(2023, 1, 1), last=dt.date(2024, 12, 31)
    )
    return made, left


@pytest.mark.parametrize("churn", [0.03, 0.06, 0.12])
def test_as_many_customers_are_kept_as_there_are_at_any_time(churn: float):
    found, listed = [], []
    for seed in range(5):
        client, left = churning_client(seed, churn)
        table = period_orders(client)
        found.append(len(customers_today(table, client, churn).names))
        listed.append(table["customer_id"].nunique())
        assert left > 0

    # not one of 300 who orders four times a year goes without an order for long: 2 % of them in a year
    assert np.mean(found) == pytest.approx(300, rel=0.02)
    assert np.mean(listed) > 300 * (1 + churn)


@pytest.mark.parametrize("churn", [0.03, 0.06, 0.12])
def test_customers_who_came_and_left_were_there_as_long_as_their_orders_tell(churn: float):
    told, listed = [], []
    for seed in range(5):
        client, _ = churning_client(seed, churn)
        stay = presence(period_orders(client), client, churn)
        told.append(float((stay["left_day"] - stay["came_day"]).sum()) / 365.25)
        listed.append(2.0 * len(stay))
        assert ((stay >= 0) & (stay <= 731)).all(axis=None)

    assert np.mean(told) == pytest.approx(600, rel=0.02)  # 300 at any time for two years
    assert np.mean(listed) > 600 * (1 + churn)


def test_who_ordered_only_lately_came_lately_and_a_short_silence_is_no_absence():
    lately = pd.date_range("2024-07-01", "2024-12-30", periods=10)
    table = pd.DataFrame(
        {
            "customer_id": ["new"] * 10 + ["gone"] * 10 + ["there"] * 8 + ["once"],
            "ordered_on": [
                *lately, *(lately - pd.DateOffset(months=18)),
                *pd.date_range("2023-04-01", "2024-10-01", periods=8), pd.Timestamp("2024-01-01"),
            ],
        }
    )  # fmt: skip
    stay = presence(table, churning_client(1, 0.1)[0], 0.06)
    assert stay.loc["new", "came_day"] == pytest.approx(547, abs=40) and stay.loc["new", "left_day"] > 730
    assert stay.loc["gone", "left_day"] == pytest.approx(182, abs=40) and stay.loc["gone", "came_day"] < 1
    assert stay.loc["there", "came_day"] < 4 and stay.loc["there", "left_day"] > 727
    assert stay.loc["once", "left_day"] - stay.loc["once", "came_day"] > 650


def test_order_rates_are_drawn_together_until_as_many_customers_order_in_a_year():
    draw = np.random.default_rng(4)
    true = np.exp(draw.normal(0.8, 0.9, 400))
    counted = draw.poisson(2 * true) / 2.0
    counted = counted[counted > 0]
    plain = float((1 - np.exp(-counted)).sum())
    drawn = active_rates(counted, 2.0, plain + 8.0)

    assert float((1 - np.exp(-drawn)).sum()) == pytest.approx(plain + 8.0, abs=1e-6)
    assert drawn.sum() == pytest.approx(counted.sum())
    assert drawn[counted == 0.5].mean() > 0.5 and drawn.max() == pytest.approx(counted.max(), rel=0.05)
    np.testing.assert_array_equal(active_rates(counted, 2.0, plain - 1.0), counted)  # never spread further
    assert active_rates(counted, 2.0, 1e6).sum() == pytest.approx(counted.sum())  # as far as it goes


@pytest.mark.parametrize("churn", [0.03, 0.12])
def test_customers_of_the_model_order_in_a_year_as_often_as_counted(churn: float):
    found, told = [], []
    for seed in range(5):
        client, _ = churning_client(seed, churn, per_year=2.5)
        client.config.assumptions["reaction.churn_per_year"] = churn
        inputs = client_inputs(client, value_of(client))
        found.append(float((1 - np.exp(-inputs.customers["order_rate_per_year"])).sum()))
        told.append(customers_today(period_orders(client), client, churn).active)
    assert np.mean(found) == pytest.approx(np.mean(told), rel=0.03)
    assert np.mean(told) == pytest.approx(300 * (1 - np.exp(-2.5)), rel=0.03)


def test_who_is_left_out_has_missed_more_orders_than_who_is_kept_and_orders_stay_as_many():
    client, _ = churning_client(1, 0.12)
    table = period_orders(client)
    today = customers_today(table, client, 0.12).names
    spans = table.groupby("customer_id")["ordered_on"].agg(["max", "size"])
    silent = pd.Timestamp(client.last) - spans["max"]

    assert silent[today].mean() < 0.5 * silent[spans.index.difference(today)].mean()
    inputs = client_inputs(client, value_of(client))
    assert len(inputs.customers) <= len(spans)
    assert inputs.orders_per_year == pytest.approx(
        len(table) / (731 / 365.25) * level(table["ordered_on"], client).factor
    )


def test_an_invoice_that_was_cancelled_and_written_anew_is_one_order_of_the_model():
    table = orders()
    first = table.iloc[[100]]
    day = first["ordered_on"] + pd.Timedelta(days=5)
    credit = first.assign(order_id="A100-G", ordered_on=day, value_amount=-first["value_amount"])
    again = first.assign(order_id="A100-N", ordered_on=day + pd.Timedelta(days=1))
    client = made_client()
    before = period_orders(client)
    client.tables["orders"] = pd.concat([table, credit, again], ignore_index=True)

    after = period_orders(client)

    assert len(after) == len(before) == 300
    assert sorted(after["ordered_on"]) == sorted(before["ordered_on"])
    assert after["value_amount"].sum() == before["value_amount"].sum()
    assert "A100-N" in set(after["order_id"]) and "A100" not in set(after["order_id"])


def test_rewritten_invoices_are_looked_for_once_for_each_client(monkeypatch):
    looked = []

    def counting(sales):
        looked.append(len(sales))
        return without_rewritten(sales)

    monkeypatch.setattr(client_inputs_module, "without_rewritten", counting)
    client = made_client()
    first = period_orders(client)
    first["value_amount"] = 0.0  # whoever changes what he was given changes it for himself
    pd.testing.assert_frame_equal(period_orders(client), period_orders(made_client()))
    assert len(looked) == 2
    half = replace(client, last=dt.date(2023, 12, 31))
    assert len(period_orders(half)) < len(period_orders(client)) == 300
    client.tables["orders"] = orders().iloc[:50]
    assert len(period_orders(client)) == 50
    assert len(looked) == 4
