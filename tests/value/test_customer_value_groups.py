"""Customers that are easily lost: those at a loss without revenue, those that are alike, and large ones that are not A."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData
from simkit.value.customers.class_robustness import class_study
from simkit.value.customers.customer_value import customer_value
from simkit.value.customers.largest_customers import largest_outside_top
from simkit.value.lifetime.lifetime_value import lifetime_value
from simkit.value.rewritten_invoices import without_rewritten

MakeClient = Callable[..., ClientData]


def orders_of(entries: list[tuple[str, str, float]], cost: float | None = None) -> pd.DataFrame:
    table = pd.DataFrame(entries, columns=["customer_id", "ordered_on", "value_amount"])
    table = table.assign(ordered_on=pd.to_datetime(table["ordered_on"]), order_id=[f"O{n}" for n in range(len(table))])
    return table if cost is None else table.assign(cost_amount=cost)


def test_customers_with_cost_and_without_revenue_are_at_a_loss_too(make_client: MakeClient) -> None:
    table = orders_of(
        [(f"K{n}", "2024-03-01", 1000.0 if n < 8 else 300.0 if n < 10 else 0.0) for n in range(13)], 600.0
    )
    whale = customer_value(make_client(orders=table)).whale
    assert whale is not None
    assert whale.below_zero == 5
    assert whale.loss_amount == pytest.approx(2 * 300 + 3 * 600)
    assert whale.total_amount == pytest.approx(8 * 400 - 2 * 300 - 3 * 600)


def test_customers_that_are_alike_have_one_class_and_no_study_of_it(make_client: MakeClient) -> None:
    table = orders_of([(f"K{n:02d}", f"2025-{month:02d}-15", 150.0) for n in range(40) for month in range(1, 13)])
    value = customer_value(make_client(orders=table))
    assert value.alike
    assert value.customers["segment"].nunique() == 1
    assert [one.topic.en for one in value.assumptions if "cannot be told apart" in one.value.en] == [
        "Classes of customers"
    ]
    study = class_study(value, 1.0, draws=20)
    assert isinstance(study.acceptability, Missing)
    assert "cannot be told apart" in study.acceptability.reason.en
    assert largest_outside_top(value).empty


def test_revenue_is_not_compared_with_itself(make_client: MakeClient) -> None:
    table = orders_of([(f"K{n:02d}", "2025-03-01", 100.0 + n) for n in range(40)])
    value = customer_value(make_client(orders=table))
    assert set(value.weights) == {"revenue"}
    assert isinstance(value.rank_change, Missing)
    study = class_study(value, 1.0, draws=20)
    assert isinstance(study.against_revenue, Missing)
    assert isinstance(study.acceptability, Missing)
    assert "single factor" in study.acceptability.reason.en


def test_a_large_customer_that_is_not_a_is_named_with_what_it_lacks(make_client: MakeClient) -> None:
    """Forty customers; the largest pays half a year late in a firm that values payment above all."""
    table = orders_of([(f"K{n:02d}", "2025-03-01", 5000.0 - 100 * n) for n in range(40)])
    customers = pd.DataFrame(
        {"customer_id": [f"K{n:02d}" for n in range(40)], "payment_delay_days": [180.0, *np.zeros(39)], "name": "Firma"}
    ).assign(name=lambda rows: "Firma " + rows["customer_id"])
    found = largest_outside_top(
        customer_value(make_client(orders=table, customers=customers, weights={"payment": 9, "revenue": 3}))
    )
    first = found.iloc[0]
    assert (first["names"], first["place"], first["segment"]) == (("Firma K00",), 1, "C")
    assert first["lacking"][0] == "payment"
    assert found["top_places"].unique().tolist() == [4]
    assert found["place"].tolist() == [1, 6, 7, 8, 9, 10]  # K01 to K04 fill class A
    assert found["rank"].tolist() == [40, 5, 6, 7, 8, 9]
    assert found["just_behind"].tolist() == [False, True, False, False, False, False]


def test_equal_customers_get_one_class_and_one_reason_in_whatever_order_they_stand(make_client: MakeClient) -> None:
    """Sixty customers: one ahead by its early payment, twelve alike behind it at the top, and the rest below."""
    amounts = [4000.0, *[5000.0] * 12, *(3000.0 - 10 * n for n in range(47))]
    table = orders_of([(f"K{n:02d}", "2025-03-01", amount) for n, amount in enumerate(amounts)])
    paid = pd.DataFrame({"customer_id": [f"K{n:02d}" for n in range(60)], "payment_delay_days": [-30.0, *np.zeros(59)]})
    rules = {"payment": 9, "revenue": 3}
    for orders, customers in ((table, paid), (table.iloc[::-1], paid.iloc[::-1])):
        value = customer_value(make_client(orders=orders, customers=customers, weights=rules))
        alike = value.customers[value.customers["revenue_amount"] == 5000.0]
        assert alike["segment"].unique().tolist() == ["B"]
        (row,) = largest_outside_top(value).to_dict("records")
        assert sorted(row["names"]) == [f"K{n:02d}" for n in range(1, 13)]
        assert (row["place"], row["rank"], row["alike"], row["middle"], row["top_places"]) == (1, 2, 12, 8, 6)


def test_whom_its_factors_pull_far_down_is_not_told_that_places_are_few(make_client: MakeClient) -> None:
    """Forty customers, four places: the ninth largest pays late and ranks among the last, whatever the places are."""
    table = orders_of([(f"K{n:02d}", "2025-03-01", 5000.0 - 100 * n) for n in range(40)])
    late = pd.DataFrame({"customer_id": [f"K{n:02d}" for n in range(40)], "payment_delay_days": 0.0})
    late.loc[8, "payment_delay_days"] = 120.0
    found = largest_outside_top(
        customer_value(make_client(orders=table, customers=late, weights={"payment": 9, "revenue": 3}))
    ).set_index("customer_id")
    assert found.loc["K08", ["place", "rank", "just_behind"]].tolist() == [9, 40, False]
    assert found.at["K08", "lacking"][0] == "payment"
    assert found.loc["K04", ["place", "rank", "just_behind"]].tolist() == [5, 5, True]


def corrected(orders: pd.DataFrame, every: int) -> pd.DataFrame:
    """Return orders of which every so manieth is cancelled after five days and written anew a day later."""
    parts = [orders]
    chosen = orders.iloc[::every]
    for days, sign in ((5, -1.0), (6, 1.0)):
        parts.append(
            chosen.assign(
                ordered_on=chosen["ordered_on"] + pd.Timedelta(days=days),
                value_amount=sign * chosen["value_amount"],
                order_id=chosen["order_id"] + ("S" if sign < 0 else "N"),
            )
        )
    return pd.concat(parts, ignore_index=True)


def test_a_rewritten_invoice_is_one_purchase_on_the_day_of_the_first(make_client: MakeClient) -> None:
    random = np.random.default_rng(4)
    days = [
        pd.Timestamp("2024-01-05") + pd.Timedelta(days=int(day))
        for _ in range(50)
        for day in np.cumsum(random.gamma(3, 25, 7))
    ]
    table = orders_of([(f"K{n // 7:02d}", str(day.date()), 1000.0) for n, day in enumerate(days)])
    table = table[table["ordered_on"] < "2025-12-20"].reset_index(drop=True)
    plain, written_anew = make_client(orders=table), make_client(orders=corrected(table, 5))
    usual, found = customer_value(plain), customer_value(written_anew)
    assert found.customers["orders"].sum() == len(table)
    pd.testing.assert_frame_equal(usual.customers, found.customers)
    assert any("count as one sale each" in one.value.en for one in found.assumptions)
    before, after = lifetime_value(plain, draws=0), lifetime_value(written_anew, draws=0)
    pd.testing.assert_frame_equal(before.customers, after.customers)


def sales_of(*rows: tuple[str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["sold_on", "value_amount"])
    return table.assign(sold_on=pd.to_datetime(table["sold_on"]), customer_id="K")


def days_of(kept: pd.DataFrame) -> list[str]:
    return [str(day.date()) for day in kept["sold_on"]]


def test_a_credit_note_of_another_amount_or_much_later_stays_one() -> None:
    for rows in (
        [("2024-03-01", 100.0), ("2024-03-05", -40.0), ("2024-03-06", 100.0)],
        [("2024-03-01", 100.0), ("2024-04-05", -100.0), ("2024-04-06", 100.0)],
    ):
        kept, *numbers = without_rewritten(sales_of(*rows))
        assert numbers == [0, 0]
        assert len(kept) == len(rows)


def test_an_invoice_that_was_cancelled_for_good_is_no_purchase() -> None:
    kept, *numbers = without_rewritten(sales_of(("2024-03-01", 100.0), ("2024-03-05", -100.0), ("2024-03-13", 100.0)))
    assert numbers == [0, 1]
    assert days_of(kept) == ["2024-03-13"]


@pytest.mark.parametrize("new", [950.0, 1000.0])
def test_an_invoice_that_is_written_anew_before_it_is_cancelled_is_one(new: float) -> None:
    kept, *numbers = without_rewritten(sales_of(("2024-03-01", 1000.0), ("2024-03-03", new), ("2024-03-04", -1000.0)))
    assert (days_of(kept), kept["value_amount"].tolist()) == (["2024-03-01"], [new])
    assert sum(numbers) == 1


def test_an_invoice_that_is_written_anew_as_two_is_one() -> None:
    rows = sales_of(("2024-03-01", 1000.0), ("2024-03-04", -1000.0), ("2024-03-05", 600.0), ("2024-03-05", 400.0))
    kept, *numbers = without_rewritten(rows.assign(cost_amount=rows["value_amount"] * 0.6))
    assert numbers == [1, 0]
    assert kept[["value_amount", "cost_amount"]].to_numpy().tolist() == [[1000.0, 600.0]]
    assert days_of(kept) == ["2024-03-01"]
    more, *_ = without_rewritten(
        sales_of(("2024-03-01", 100.0), ("2024-03-04", -100.0), ("2024-03-05", 60.0), ("2024-03-05", 90.0))
    )
    assert days_of(more) == [
        "2024-03-01",
        "2024-03-05",
    ]  # they are not what was cancelled: one replaces it, one is bought


def test_who_bought_only_what_was_cancelled_has_bought_nothing(make_client: MakeClient) -> None:
    table = orders_of([(f"K{n:02d}", "2025-03-01", 100.0 + n) for n in range(40)])
    table = pd.concat([table, orders_of([("Z", "2025-04-01", 50.0), ("Z", "2025-04-02", -50.0)])], ignore_index=True)
    found = customer_value(make_client(orders=table.assign(order_id=[f"O{n}" for n in range(len(table))])), draws=20)
    nothing = found.customers.set_index("customer_id").loc["Z"]
    assert (nothing["revenue_amount"], nothing["orders"], nothing["action"]) == (0.0, 0.0, "clarify")
    assert any(one.value.en == "1 do not count as sales" for one in found.assumptions)


def test_an_invoice_that_was_written_three_times_is_one() -> None:
    kept, number, _ = without_rewritten(
        sales_of(
            ("2024-03-01", 100.0), ("2024-03-03", -100.0), ("2024-03-03", 90.0), ("2024-03-08", -90.0),
            ("2024-03-09", 95.0), ("2024-06-01", 100.0),
        )
    )  # fmt: skip
    assert number == 2
    assert kept["value_amount"].tolist() == [95.0, 100.0]
    assert kept["sold_on"].tolist() == [pd.Timestamp("2024-03-01"), pd.Timestamp("2024-06-01")]
