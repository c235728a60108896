from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError, DataError
from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.customer_settings import FactorFunction
from simkit.value.customer_figures import customer_figures
from simkit.value.customers.class_robustness import judged
from simkit.value.customers.concentration import Whale
from simkit.value.customers.crm_export import crm_export
from simkit.value.customers.customer_list import list_table, source_lines
from simkit.value.customers.customer_value import CustomerValue, ValueRules, customer_value

MakeClient = Callable[..., ClientData]


def orders_of(entries: list[tuple[str, str, float, float]]) -> pd.DataFrame:
    """Return orders from (customer, day, value, cost)."""
    table = pd.DataFrame(entries, columns=["customer_id", "ordered_on", "value_amount", "cost_amount"])
    table["ordered_on"] = pd.to_datetime(table["ordered_on"])
    return table.assign(order_id=[f"O{n}" for n in range(len(table))])


@pytest.fixture
def orders() -> pd.DataFrame:
    return orders_of(
        [(f"K{n:02d}", day, 100.0 * (n + 1), 60.0 * (n + 1)) for n in range(20) for day in ("2024-02-01", "2025-08-01")]
    )


def log_of(hours: dict[str, float]) -> pd.DataFrame:
    """Return a log that names no people, so that nothing in it is withheld."""
    table = pd.DataFrame(list(hours.items()), columns=["customer_id", "hours"])
    return table.assign(activity="care", started_at=pd.Timestamp("2024-03-01 09:00"))


def test_contribution_is_revenue_minus_cost_and_margin_takes_the_hours_off(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    log = log_of({"K00": 3.0, "K19": 1.0})
    log.loc[len(log)] = log.iloc[0]
    log.loc[len(log) - 1, ["started_at", "hours", "customer_id"]] = [pd.Timestamp("2025-12-30 09:00"), 1.0, "K05"]
    client = make_client(orders=orders, activities=log)
    value = customer_value(client, ValueRules(hourly_cost_amount=50.0))
    first = value.customers.set_index("customer_id").loc["K00"]
    assert first["revenue_amount"] == 200.0
    assert first["contribution_amount"] == 80.0
    assert first["margin_amount"] == pytest.approx(80.0 - 3 * 50.0)
    assert first["service_cost_amount"] == 150.0


@pytest.mark.parametrize("hours", [{}, {"K00": 3.0, "K19": 1.0}])
def test_where_the_cost_of_hours_is_not_known_the_margin_after_them_is_not_either(
    make_client: MakeClient, orders: pd.DataFrame, hours: dict[str, float]
) -> None:
    client = make_client(orders=orders, **({"activities": log_of(hours)} if hours else {}))
    value = customer_value(client, draws=20)
    assert "margin_amount" not in value.customers
    assert value.weights["margin"] > 0  # the contribution counts, and is called what it is
    assert value.factor_label("margin").en == "Contribution before cost to serve"
    assert "Margin after cost to serve" not in list_table(value, "en")
    assert not any("after cost to serve" in name for name, _ in source_lines(value, client, "en"))
    assert "margin_per_year_amount" not in crm_export(client, value, "en").table
    assert isinstance(value.whale, Whale)
    priced = customer_value(
        make_client(orders=orders, activities=log_of({"K00": 3.0})), ValueRules(hourly_cost_amount=50.0), draws=20
    )
    assert priced.factor_label("margin").en == "Margin after cost to serve"


def test_a_short_log_stands_for_the_whole_period_and_says_so(make_client: MakeClient, orders: pd.DataFrame) -> None:
    client = make_client(orders=orders, activities=log_of({"K00": 1.0, "K01": 1.0}))
    value = customer_value(client, ValueRules(hourly_cost_amount=10.0))
    first = value.customers.set_index("customer_id").loc["K00"]
    assert first["hours_h"] == 1.0
    assert first["service_cost_amount"] == pytest.approx(10.0 * 731)  # one logged day for 731 days
    assert any("shorter than the period" in found.reason.en for found in value.assumptions)
    longer = log_of({"K00": 1.0, "K01": 1.0}).assign(
        started_at=pd.to_datetime(["2024-03-01 09:00", "2025-05-04 09:00"])
    )
    told = customer_value(make_client(orders=orders, activities=longer), draws=20).assumptions
    (scale,) = [found.value for found in told if "shorter than the period" in found.reason.en]
    assert ("Faktor 1,7)" in scale.de, "factor 1.7)" in scale.en) == (True, True)


def test_missing_costs_are_filled_by_the_mean_rate_or_count_as_zero(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    table = orders.copy()
    table.loc[0, "cost_amount"] = np.nan
    client = make_client(orders=table)
    filled = customer_value(client).customers.set_index("customer_id")
    zero = customer_value(client, ValueRules(missing_cost="zero")).customers.set_index("customer_id")
    assert filled.loc["K00", "contribution_amount"] == pytest.approx(80.0)
    assert zero.loc["K00", "contribution_amount"] == pytest.approx(140.0)


def test_growth_is_shrunk_towards_all_customers_for_few_orders(make_client: MakeClient) -> None:
    steady = [(f"K{n}", day, 100.0, 50.0) for n in range(8) for day in ("2024-01-10", "2025-12-10")]
    few = [("NEW", "2025-11-01", 100.0, 50.0)]
    many = [("GROWING", f"2025-{month:02d}-01", 100.0, 50.0) for month in range(2, 13)]
    figures = customer_figures(make_client(orders=orders_of(steady + few + many)))
    growth = figures.customers["growth_index"]
    everybody = (16 + 12 - 2 * 8) / (16 + 12)
    assert growth["NEW"] == pytest.approx(everybody + 1 / 5 * (1 - everybody))
    assert growth["K0"] < growth["NEW"] < growth["GROWING"] < 1


def test_less_than_a_year_of_sales_gives_no_growth(make_client: MakeClient) -> None:
    table = orders_of([(f"K{n}", f"2025-0{m}-01", 10.0, 5.0) for n in range(9) for m in (1, 5, 9)])
    assert "growth" in customer_value(make_client(orders=table)).factors_missing


def test_departments_count_alike_in_ratings(make_client: MakeClient, orders: pd.DataFrame) -> None:
    ratings = pd.DataFrame(
        {
            "customer_id": "K03",
            "factor": "referral",
            "rating": [5.0, 5.0, 5.0, 1.0],
            "department": ["sales", "sales", "sales", "service"],
        }
    )
    figures = customer_figures(make_client(orders=orders, ratings=ratings))
    assert figures.customers.loc["K03", "rating_referral"] == 3.0


def test_weights_come_from_the_client_and_zero_switches_off(make_client: MakeClient, orders: pd.DataFrame) -> None:
    value = customer_value(make_client(orders=orders, weights={"margin": 0, "growth": 0, "loyalty": 0, "revenue": 5}))
    assert value.weights == {"revenue": 1.0}
    assert value.customers["revenue_amount"].is_monotonic_decreasing
    assert value.rank_tau == pytest.approx(1.0, abs=0.02)


def test_a_misspelt_weight_names_the_nearest_factor(make_client: MakeClient, orders: pd.DataFrame) -> None:
    with pytest.raises(ConfigError, match="Did you mean 'margin'") as error:
        customer_value(make_client(orders=orders, weights={"margn": 2}))
    assert "score.weights.margn" in str(error.value)


def test_default_weights_are_stated_as_an_assumption(make_client: MakeClient, orders: pd.DataFrame) -> None:
    found = [a for a in customer_value(make_client(orders=orders)).assumptions if "score.weights" in a.reason.en]
    assert len(found) == 1
    assert "Revenue 2" in found[0].value.en


def test_factors_without_data_are_listed_with_what_they_need(make_client: MakeClient, orders: pd.DataFrame) -> None:
    value = customer_value(make_client(orders=orders))
    rated = {"innovation", "growth_outlook", "referral", "co_development", "joint_marketing", "strategic_fit"}
    assert set(value.factors_missing) == {"payment", *rated}
    assert "ratings" in value.factors_missing["referral"].en


def test_a_logged_hour_bears_the_contract_hours_that_nobody_logged(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    people = [f"P{n:02d}" for n in range(6)]
    staff = pd.DataFrame({"employee_id": people, "cost_amount": 80_000.0, "fte": 1.0})
    log = pd.DataFrame({"employee_id": people, "customer_id": "K00", "hours": 6.0}).assign(
        activity="care", started_at=pd.Timestamp("2024-03-01 09:00")
    )  # one Friday: 6 of 8 contract hours logged
    client = make_client(orders=orders, activities=log, employees=staff)
    contract_hour = 80_000 / (8 * client.calendar.working_days_per_year)
    assert customer_value(client).hourly_cost_amount == pytest.approx(contract_hour / 0.75)


def test_no_salary_shows_through_the_hourly_cost(make_client: MakeClient, orders: pd.DataFrame) -> None:
    staff = pd.DataFrame({"employee_id": [f"P{n:02d}" for n in range(4)], "cost_amount": 80_000.0})
    value = customer_value(make_client(orders=orders, activities=log_of({"K00": 1.0}), employees=staff))
    assert "service_cost_amount" not in value.customers


def test_customers_without_revenue_are_c_and_to_be_clarified(make_client: MakeClient, orders: pd.DataFrame) -> None:
    customers = pd.DataFrame({"customer_id": ["K00", "ZZ"], "name": ["Erste", "Stille"]})
    quiet = customer_value(make_client(orders=orders, customers=customers)).customers.set_index("customer_id").loc["ZZ"]
    assert (quiet["segment"], quiet["action"], quiet["revenue_amount"]) == ("C", "clarify", 0.0)


def test_nothing_sold_is_an_error_that_says_what_to_map(make_client: MakeClient) -> None:
    with pytest.raises(DataError, match="neither orders nor opportunities"):
        customer_value(make_client())


def test_the_result_names_no_person(make_client: MakeClient, orders: pd.DataFrame) -> None:
    customers = pd.DataFrame({"customer_id": ["K00"], "owner_id": ["P01"], "name": ["Erste"]})
    value = customer_value(make_client(orders=orders.assign(employee_id="P01"), customers=customers))
    assert not {"owner_id", "employee_id"} & set(value.customers)


def test_the_same_client_gives_the_same_result(make_client: MakeClient, orders: pd.DataFrame) -> None:
    client = make_client(orders=orders, activities=log_of({"K00": 1.0, "K01": 2.0}))
    first, second = customer_value(client), customer_value(client)
    pd.testing.assert_frame_equal(first.customers, second.customers)
    pd.testing.assert_frame_equal(first.effort, second.effort)
    assert first.concentration.gini == second.concentration.gini


@pytest.fixture(scope="module")
def bicycles(shared_data: Path, project: Path) -> ClientData:
    return load_client(project / "tests" / "clients" / "adventureworks")


def test_the_bicycle_makers_top_fifth_of_resellers_makes_672_percent_of_sales(bicycles: ClientData) -> None:
    value = customer_value(bicycles)
    top = value.concentration.top.set_index("top_share")["revenue_share"]
    assert value.customers["revenue_amount"].sum() == pytest.approx(77_548_570.20, abs=0.01)
    assert round(top[0.20], 3) == 0.672
    assert value.concentration.customers == 632


def test_321_of_632_resellers_are_below_cost_when_missing_costs_count_as_zero(bicycles: ClientData) -> None:
    whale = customer_value(bicycles, ValueRules(missing_cost="zero")).whale
    assert whale is not None
    assert whale.below_zero == 321
    assert len(whale.curve) == 632 + 1
    assert round(whale.total_amount / 77_548_570.20, 3) == 0.014


def test_the_321_are_reported_beside_the_count_at_the_mean_rate_of_cost(bicycles: ClientData) -> None:
    value = customer_value(bicycles)
    assert value.whale is not None
    assert (value.whale.below_zero, value.losing_without_missing_cost) == (323, 321)


def test_where_every_order_has_a_cost_nothing_hangs_on_missing_ones(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    assert customer_value(make_client(orders=orders)).losing_without_missing_cost is None


def test_the_share_of_wallet_is_stated_else_revenue_a_year_over_all_purchases(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    yearly = orders.groupby("customer_id")["value_amount"].sum() / (731 / 365.25)
    customers = pd.DataFrame(
        {
            "customer_id": ["K00", "K01", "K02", "K03"],
            "purchasing_volume_amount": [yearly["K00"] * 4, yearly["K01"] / 2, 0.0, yearly["K03"] * 2],
            "wallet_share": [None, None, None, 0.9],
        }
    )
    value = customer_value(make_client(orders=orders, customers=customers, weights={"share_of_wallet": 1}))
    shares = value.customers.set_index("customer_id")["wallet_share"]
    assert shares[["K00", "K01", "K03"]].tolist() == pytest.approx([0.25, 1.0, 0.9])
    assert shares.drop(["K00", "K01", "K03"]).isna().all()
    assert value.factors_known["share_of_wallet"] == 3
    assert "100% for 1 customers" in [found.value.en for found in value.assumptions]


def test_a_value_function_of_a_factor_that_does_not_count_is_reported(
    make_client: MakeClient, orders: pd.DataFrame
) -> None:
    client = make_client(orders=orders)
    score = client.config.score.model_copy(update={"functions": {"potential": FactorFunction(missing="zero")}})
    value = customer_value(replace(client, config=client.config.model_copy(update={"score": score})))
    told = [found.value.en for found in value.assumptions if found.topic.en == "Value functions without effect"]
    assert told == ["Potential"]


def test_the_hardware_sellers_customers_are_valued_by_what_was_won(shared_data: Path, project: Path) -> None:
    value = customer_value(load_client(project / "tests" / "clients" / "maven_crm"))
    assert value.source == "opportunities"
    assert value.customers["revenue_amount"].sum() == 10_005_534
    assert round(value.concentration.top.set_index("top_share")["revenue_share"][0.20], 3) == 0.317
    assert value.whale is None


@pytest.fixture(scope="module")
def demo(project: Path) -> CustomerValue:
    return customer_value(load_client(project / "client_data" / "demo"))


def test_the_demo_has_the_concentration_of_german_machine_builders(demo: CustomerValue) -> None:
    shares = demo.concentration.top["revenue_share"].tolist()
    assert shares == pytest.approx([0.55, 0.70, 0.85], abs=0.03)


def test_the_demo_finds_the_share_of_customers_below_zero(demo: CustomerValue, project: Path) -> None:
    import yaml

    truth = yaml.safe_load((project / "client_data/demo/truth.yaml").read_text(encoding="utf-8"))["realised"]["value"]
    assert demo.whale is not None
    assert demo.whale.below_zero_share == pytest.approx(truth["customers_below_zero_after_service_share"], abs=0.03)
    assert demo.whale.total_amount == pytest.approx(truth["margin_after_service_amount"], rel=0.05)


def test_the_demos_valuable_customers_get_less_than_their_share_of_hours(demo: CustomerValue) -> None:
    verdict = demo.effort.set_index("segment")["verdict"]
    assert (verdict["A"], verdict["C"]) == ("under", "over")


def test_classes_reckoned_anew_with_the_same_weights_are_the_classes(demo: CustomerValue) -> None:
    """Hours, and the margin with them, are withheld for most of the demo's customers; the study of the classes knows them."""
    assert demo.customers["hours_withheld"].sum() > 100
    again = judged(demo).classes(demo.weights)
    assert again.tolist() == demo.customers["segment"].tolist()
