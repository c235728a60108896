"""A credit note is no sale, but less of the one before."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.intake.client import ClientData
from simkit.study.measured.client_inputs import period_orders
from simkit.value.credit_notes import netted
from simkit.value.customer_figures import customer_figures

MakeClient = Callable[..., ClientData]


def sales(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "sold_on", "value_amount", "cost_amount"])
    return table.assign(sold_on=pd.to_datetime(table["sold_on"]), note=[f"row {n}" for n in range(len(table))])


def test_a_credit_note_reduces_the_customers_sale_before_it_in_value_and_cost() -> None:
    table = sales(
        ("A", "2024-03-01", -30.0, -20.0),  # stands before what it belongs to
        ("A", "2024-02-01", 100.0, 60.0),
        ("B", "2024-02-15", 80.0, 50.0),
        ("A", "2024-04-01", 40.0, 10.0),
        ("A", "2024-04-01", -10.0, np.nan),  # of the same day; money back, but no goods
        ("A", "2024-05-01", -5.0, -1.0),
    )
    found = netted(table)
    assert found["note"].tolist() == ["row 1", "row 2", "row 3"]
    assert found["value_amount"].tolist() == [70.0, 80.0, 25.0]
    assert found["cost_amount"].tolist() == [40.0, 50.0, 9.0]
    assert found["value_amount"].sum() == table["value_amount"].sum()


def test_a_credit_note_before_any_sale_reduces_the_first_and_without_any_is_left_out() -> None:
    found = netted(
        sales(("A", "2024-02-01", -30.0, 0.0), ("A", "2024-03-01", 100.0, 0.0), ("B", "2024-03-01", -7.0, 0))
    )
    assert found[["customer_id", "value_amount"]].to_numpy().tolist() == [["A", 70.0]]


def test_sales_without_credit_notes_are_what_they_were() -> None:
    table = sales(("A", "2024-02-01", 30.0, 1.0), ("A", "2024-03-01", 0.0, 0.0))
    assert netted(table) is table
    unknown = sales(("A", "2024-02-01", 30.0, np.nan), ("A", "2024-03-01", -10.0, -5.0))
    assert netted(unknown)["cost_amount"].isna().all()  # an unknown cost stays unknown


def orders_with_credits() -> pd.DataFrame:
    """Ten customers with two orders each; five of them were credited a part of each, in quarters without an order."""
    rows = [(f"K{n}", day, 100.0) for n in range(10) for day in ("2024-01-10", "2025-12-10")]
    rows += [(f"K{n}", day, -10.0) for n in range(5) for day in ("2024-06-10", "2025-12-20")]
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "value_amount"])
    return table.assign(ordered_on=pd.to_datetime(table["ordered_on"]), order_id=[f"O{n}" for n in range(len(table))])


def test_credit_notes_are_no_orders_of_a_customer_and_no_quarter_in_which_he_bought(make_client: MakeClient) -> None:
    found = customer_figures(make_client(orders=orders_with_credits())).customers
    assert found["orders"].tolist() == [2.0] * 10
    assert found.loc["K0", "regularity_share"] == found.loc["K9", "regularity_share"] == pytest.approx(2 / 8)
    assert (found.loc["K0", "revenue_amount"], found.loc["K9", "revenue_amount"]) == (180.0, 200.0)


def test_credit_notes_are_no_orders_of_the_model_and_its_revenue_is_what_was_kept(make_client: MakeClient) -> None:
    found = period_orders(make_client(orders=orders_with_credits()))
    assert len(found) == 20
    assert found["value_amount"].sum() == orders_with_credits()["value_amount"].sum() == 1900.0
    assert (found["value_amount"] > 0).all()


def test_a_customer_whom_only_a_credit_note_names_has_no_order(make_client: MakeClient) -> None:
    credit = orders_with_credits().iloc[[-1]].assign(customer_id="K99", order_id="G1")
    client = make_client(orders=pd.concat([orders_with_credits(), credit], ignore_index=True))
    found = customer_figures(client).customers.loc["K99"]
    assert (found["orders"], found["revenue_amount"], found["regularity_share"]) == (0.0, -10.0, 0.0)
