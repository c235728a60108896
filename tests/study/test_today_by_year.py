from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace

import pandas as pd
import pytest
from made_study import made_results

from simkit.intake.client import load_client
from simkit.study.comparison.today_by_year import (
    CONTACTS,
    MEASURED,
    SIMULATED,
    filled_posts,
    measured_flow,
    measured_years,
    today_by_year,
    years_of,
)
from simkit.study.paired_comparison import levels
from simkit.value.customers.customer_value import customer_value


@pytest.fixture(scope="module")
def demo(project):
    client = load_client(project / "client_data" / "demo")
    return client, customer_value(client, seed=1)


def test_years_count_back_from_the_end_and_only_whole_ones_are_shown(demo):
    client, _ = demo
    years = list(years_of(client))
    assert [year for year, _, _ in years] == [0, -1][: len(years)] and not any(scaled for *_, scaled in years)
    assert years[0][1].last == client.last
    for (_, later, _), (_, earlier, _) in itertools.pairwise(years):
        assert earlier.last == later.first - dt.timedelta(days=1)
    cut = replace(client, first=(pd.Timestamp(client.last) - pd.DateOffset(months=17)).date())
    assert len(list(years_of(cut))) == 1  # five months more are no second year


def test_revenue_of_a_year_is_the_sum_of_its_orders(demo):
    client, value = demo
    table = measured_years(client, value)
    orders = client.table("orders")
    for _, row in table[table["item"] == "revenue_amount"].iterrows():
        inside = orders["ordered_on"].between(
            row["start"], pd.Timestamp(row["end"]) + pd.Timedelta(days=1), inclusive="left"
        )
        whole = orders[inside & orders["customer_id"].notna()]["value_amount"].sum()
        assert row["value"] == pytest.approx(whole, rel=0.01) and row["low"] < row["value"] < row["high"]
    assert {"contribution_amount", "active_customers", "fte"} <= set(table["item"])


def test_under_a_year_is_scaled_and_says_so(demo):
    client, value = demo
    start = pd.Timestamp(client.last) - pd.DateOffset(months=6)
    orders = client.table("orders")
    short = replace(
        client, first=start.date(), tables={**client.tables, "orders": orders[orders["ordered_on"] >= start]}
    )
    table = measured_years(short, value)
    revenue = table[table["item"] == "revenue_amount"].iloc[0]
    assert bool(revenue["scaled"]) and revenue["year"] == 0
    assert revenue["value"] == pytest.approx(2 * short.table("orders")["value_amount"].sum(), rel=0.03)
    assert "active_customers" not in set(table["item"])  # who ordered in a year cannot be scaled


def test_posts_count_the_days_that_somebody_was_there(demo):
    client, _ = demo
    people = pd.DataFrame(
        {
            "employee_id": ["a", "b", "c", "d"],
            "fte": [1.0, 0.5, 1.0, 1.0],
            "entry_on": pd.to_datetime(["2000-01-01", "2000-01-01", "2024-07-01", None]),
            "left_on": pd.to_datetime([None, None, None, "1999-01-01"]),
        }
    )
    made = replace(
        client, first=dt.date(2024, 1, 1), last=dt.date(2024, 12, 31), tables={**client.tables, "employees": people}
    )
    assert filled_posts(made) == pytest.approx(1.5 + 184 / 366)


def test_a_clear_trend_of_orders_is_measured_beside_who_comes_and_leaves(demo):
    client, _ = demo
    days = pd.date_range("2022-01-01", "2024-12-31", freq="D")
    orders = pd.DataFrame({"ordered_on": [day for day in days for _ in range(1 + day.year - 2022)]})
    orders = orders.assign(customer_id=[f"K{n % 50}" for n in range(len(orders))], value_amount=1000.0)
    made = replace(
        client, first=dt.date(2022, 1, 1), last=dt.date(2024, 12, 31), tables={**client.tables, "orders": orders}
    )
    table = measured_flow(made).set_index("item")
    assert list(table.index) == ["growth"]  # fifty customers who never stop: nobody comes or leaves
    assert 0.3 < table.loc["growth", "low"] < table.loc["growth", "per_year"] < table.loc["growth", "high"]


def test_today_stands_after_the_measured_years_in_every_scenario(demo):
    client, value = demo
    results = made_results({"baseline": 1e6})
    table = today_by_year(levels(results.yearly), "baseline", measured_years(client, value), results.parameters)
    measured, simulated = (table[table["origin"] == name] for name in (MEASURED, SIMULATED))
    assert set(simulated["scenario"]) == set(results.plan.experiment.scenarios) and (simulated["year"] > 0).all()
    assert set(measured["scenario"]) == {""} and (measured["year"] <= 0).all()
    assert table["label_de"].notna().all() and set(table["unit"]) <= {"money", "1", "h", "fte"}
    care = simulated[(simulated["item"] == CONTACTS) & (simulated["group"] == "A") & (simulated["year"] == 1)].iloc[0]
    assert care["value"] == pytest.approx(0.8 * results.parameters.value("care.A.needed_contacts_per_year"))
    only = today_by_year(levels(results.yearly), "baseline", results.past, results.parameters)
    assert set(only["origin"]) == {SIMULATED}
