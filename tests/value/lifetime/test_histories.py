"""From sales to purchase histories, whatever stands in the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.value.lifetime.histories import histories, purchase_days, purchases_between


def sales(*rows: tuple[str, str | None, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "sold_on", "value_amount"])
    return table.assign(sold_on=pd.to_datetime(table["sold_on"]))


END = pd.Timestamp("2025-03-12")


def test_weeks_are_days_by_seven_and_several_sales_a_day_are_one_purchase() -> None:
    days = purchase_days(
        sales(
            ("A", "2025-01-01", 10.0), ("A", "2025-01-01", 20.0), ("A", "2025-01-15", 30.0), ("A", "2025-02-19", 60.0)
        )
    )
    row = histories(days, END).loc["A"]
    assert (row["repeats"], row["purchases"]) == (2, 3)
    assert (row["last_weeks"], row["age_weeks"]) == (7, 10)
    assert row["mean_amount"] == 40.0
    assert row["log_intervals"] == pytest.approx(np.log(2) + np.log(5))


def test_a_credit_note_is_no_purchase_and_reduces_the_one_before() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 100.0), ("A", "2025-01-08", -30.0), ("A", "2025-01-15", 50.0)))
    assert days["credit_amount"].tolist() == [-30.0, 0.0]
    row = histories(days, END).loc["A"]
    assert (row["repeats"], row["last_weeks"], row["net_amount"]) == (1, 2, 120.0)


def test_a_credit_note_before_any_purchase_reduces_the_first() -> None:
    days = purchase_days(sales(("A", "2025-01-01", -5.0), ("A", "2025-01-08", 0.0), ("A", "2025-01-15", 50.0)))
    assert histories(days, END).loc["A", "net_amount"] == 45.0


def test_customers_with_credit_notes_only_have_no_history() -> None:
    days = purchase_days(sales(("A", "2025-01-01", -5.0), ("B", "2025-01-08", 7.0)))
    assert histories(days, END).index.tolist() == ["B"]


def test_sales_without_a_day_are_left_out() -> None:
    assert len(purchase_days(sales(("A", None, 5.0), ("A", "2025-01-08", 7.0)))) == 1


def test_one_order_has_no_repeats_and_no_recency() -> None:
    row = histories(purchase_days(sales(("A", "2025-03-05", 5.0))), END).loc["A"]
    assert (row["repeats"], row["last_weeks"], row["age_weeks"], row["log_intervals"]) == (0, 0, 1, 0)


def test_a_history_knows_nothing_after_its_end() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 10.0), ("A", "2025-02-01", 20.0), ("B", "2025-02-01", 5.0)))
    cut = pd.Timestamp("2025-01-31")
    assert histories(days, cut).index.tolist() == ["A"]
    assert histories(days, cut).loc["A", "repeats"] == 0
    assert purchases_between(days, cut, END)["purchases"].to_dict() == {"A": 1.0, "B": 1.0}
