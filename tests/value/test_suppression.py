"""Hours by customer show only where enough distinct people stand behind them, and not by subtraction either."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from simkit.intake.client import ClientData
from simkit.value.customers.customer_value import CustomerValue, ValueRules, customer_value
from simkit.value.suppression import HOURS_COLUMNS, withheld_customers

MakeClient = Callable[..., ClientData]
RULES = ValueRules(hourly_cost_amount=2.0)


def orders() -> pd.DataFrame:
    days = ("2024-02-01", "2025-08-01")
    rows = [(f"K{n:02d}", pd.Timestamp(day), 100.0 * (n + 1), 60.0 * (n + 1)) for n in range(20) for day in days]
    table = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "value_amount", "cost_amount"])
    return table.assign(order_id=[f"O{n}" for n in range(len(table))])


def log(people: dict[str, int]) -> pd.DataFrame:
    """Return one hour of each of the first n people on each customer, over the whole period."""
    days = pd.to_datetime(["2024-01-02 09:00", "2025-12-30 09:00"])
    rows = [(f"P{p:02d}", customer, 0.5, day) for customer, n in people.items() for p in range(n) for day in days]
    table = pd.DataFrame(rows, columns=["employee_id", "customer_id", "hours", "started_at"])
    return table.assign(activity="care")


def valued(make_client: MakeClient, people: dict[str, int]) -> CustomerValue:
    return customer_value(make_client(orders=orders(), activities=log(people)), RULES)


def shown(value: CustomerValue) -> set[str]:
    return set(value.customers.loc[value.customers["hours_h"].notna(), "customer_id"])


def test_hours_of_few_people_and_what_gives_them_by_subtraction_are_missing(make_client: MakeClient) -> None:
    many = {f"K{n:02d}": 6 for n in range(17)}
    value = valued(make_client, {**many, "K17": 4, "K18": 5, "K19": 5})
    customers = value.customers.set_index("customer_id")
    assert "K17" not in shown(value)
    assert customers.loc["K17", list(HOURS_COLUMNS)].isna().all()
    assert customers.loc["K17", ["contribution_amount", "score", "segment", "action"]].notna().all()
    assert customers.loc["K18", list(HOURS_COLUMNS)].notna().all() or "K18" not in shown(value)
    assert any("fewer than 5 people" in found.reason.en for found in value.assumptions)


def test_the_remainder_of_a_segment_has_enough_people_behind_it_too() -> None:
    customers = pd.DataFrame({"customer_id": list("abcd"), "segment": ["A", "A", "A", "B"]})
    people = pd.DataFrame(
        [(name, f"P{p}") for name, n in zip("abcd", (2, 7, 6, 9), strict=True) for p in range(n)],
        columns=["customer_id", "employee_id"],
    ).assign(hours_h=1.0)
    hidden = withheld_customers(customers, people, 5)
    assert hidden.tolist() == [True, False, True, False]  # a alone would be total minus b minus c


def test_totals_by_segment_stay_where_enough_people_stand_behind_each(make_client: MakeClient) -> None:
    value = valued(make_client, {f"K{n:02d}": 6 if n % 2 else 1 for n in range(20)})
    assert value.effort["hours_h"].sum() == pytest.approx(10 * 6 + 10)
    assert value.effort["hours_share"].sum() == pytest.approx(1.0)


def test_one_segment_of_few_people_withholds_the_hours_of_all_segments(make_client: MakeClient) -> None:
    value = valued(make_client, {f"K{n:02d}": 6 if n < 12 else 3 for n in range(20)})
    assert value.effort["hours_h"].isna().all()
    assert value.effort["hours_share"].isna().all()
    assert set(value.effort["verdict"]) == {"unknown"}


@pytest.mark.parametrize("people", [1, 4])
def test_a_log_of_fewer_people_than_the_minimum_gives_no_hours_at_all(make_client: MakeClient, people: int) -> None:
    value = valued(make_client, {f"K{n:02d}": people for n in range(20)})
    assert not {"hours_h", "service_cost_amount", "margin_amount"} & set(value.customers)
    assert value.effort["hours_share"].isna().all()
    assert value.hourly_cost_amount is None
    assert any(f"logged time on customers: {people}" in found.reason.en for found in value.assumptions)


def test_a_raised_minimum_counts(make_client: MakeClient) -> None:
    activities = log({f"K{n:02d}": 6 for n in range(20)})
    value = customer_value(make_client(orders=orders(), activities=activities, minimum_group=7), RULES)
    assert "hours_h" not in value.customers


def test_a_log_without_people_can_be_traced_to_nobody(make_client: MakeClient) -> None:
    activities = log({f"K{n:02d}": 2 for n in range(20)}).drop(columns="employee_id")
    value = customer_value(make_client(orders=orders(), activities=activities), RULES)
    assert value.customers["hours_h"].tolist() == [2.0] * 20


def test_losses_of_customers_with_few_people_behind_them_are_not_added_up(make_client: MakeClient) -> None:
    table = orders()
    table.loc[table["customer_id"] == "K00", "cost_amount"] = 99.5
    activities = log({f"K{n:02d}": 6 if n else 4 for n in range(20)})
    value = customer_value(make_client(orders=table, activities=activities), RULES)
    assert value.whale is None
    assert any("at a loss" in found.reason.en for found in value.assumptions)


def test_no_person_is_in_the_result(make_client: MakeClient) -> None:
    value = valued(make_client, {f"K{n:02d}": 6 for n in range(20)})
    assert not any("employee" in column or "people" in column for column in value.customers)
