"""Yearly totals against sums made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_client import made_client

from simkit.study.calibration.yearly_totals import yearly_totals
from simkit.study.measured.client_inputs import period_orders
from simkit.value.customer_figures import period_years


def totals(client):
    return {name: (estimate, cases) for name, estimate, cases in yearly_totals(client)}


def test_revenue_and_contribution_are_sums_of_a_year():
    client = made_client()
    orders, years = period_orders(client), period_years(client)
    found = totals(client)
    revenue, cases = found["revenue"]
    assert revenue.value == pytest.approx(orders["value_amount"].sum() / years) and cases == len(orders)
    assert revenue.low < revenue.value < revenue.high
    contribution = found["contribution"][0].value
    assert contribution == pytest.approx((orders["value_amount"] - orders["cost_amount"]).sum() / years)


def test_contribution_stands_for_orders_that_do_not_name_their_cost():
    client = made_client()
    whole = totals(client)["contribution"][0].value
    orders = client.table("orders").copy()
    orders.loc[orders.index % 2 == 0, "cost_amount"] = np.nan
    client.tables["orders"] = orders
    assert totals(client)["contribution"][0].value == pytest.approx(whole, rel=0.1)


def test_customers_of_a_year_are_counted_once_each_and_not_over_two_years():
    client = made_client()
    orders = client.table("orders").copy()
    late = orders["ordered_on"] >= pd.Timestamp("2024-01-01")
    orders.loc[late, "customer_id"] = orders.loc[late, "customer_id"].where(orders["customer_id"] != "K0", "K1")
    client.tables["orders"] = orders
    assert totals(client)["active_customers"][0].value == pytest.approx((30 + 29) / 2)


def test_without_orders_nothing_is_told():
    client = made_client()
    del client.tables["orders"]
    assert totals(client) == {}
