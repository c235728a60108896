"""The lifetime value of a client's customers, each kind by its own method, with what was taken for granted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError, DataError
from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.client_settings import Lifetime, load_config
from simkit.value.customers.customer_list import list_table, source_lines
from simkit.value.customers.customer_value import customer_value, with_lifetime
from simkit.value.lifetime.lifetime_value import LifetimeValue, lifetime_value
from simkit.value.score.factors import FACTORS

MakeClient = Callable[..., ClientData]


def orders_of(*entries: tuple[str, str, float, float]) -> pd.DataFrame:
    table = pd.DataFrame(entries, columns=["customer_id", "ordered_on", "value_amount", "cost_amount"])
    return table.assign(ordered_on=pd.to_datetime(table["ordered_on"]), order_id=[f"O{n}" for n in range(len(table))])


def quarterly(name: str, value: float = 100.0, cost: float = 60.0, until: str = "2025-12-31") -> list:
    """Return orders every ninety days, so that whole days are whole intervals."""
    days = pd.date_range("2024-01-10", until, freq="90D")
    return [(name, str(day.date()), value * (1 + 0.1 * (place % 3)), cost) for place, day in enumerate(days)]


@pytest.fixture
def mixed(make_client: MakeClient) -> ClientData:
    """A client with customers of all four kinds."""
    repeat = [entry for n in range(40) for entry in quarterly(f"R{n:02d}", 100.0 + 10 * n)]
    contract = [entry for n in range(12) for entry in quarterly(f"V{n:02d}")]
    orders = orders_of(*repeat, *contract, ("P0", "2025-03-01", 900.0, 400.0)).assign(opportunity_id=None)
    orders.loc[orders["customer_id"] == "P0", "opportunity_id"] = "D0"
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(24)],
            "customer_id": [f"P{n % 6}" for n in range(24)],
            "opened_on": pd.Timestamp("2024-05-01") + pd.to_timedelta(np.arange(24) * 20, unit="D"),
            "closed_on": pd.Timestamp("2024-08-01") + pd.to_timedelta(np.arange(24) * 20, unit="D"),
            "stage": ["won", "lost"] * 12,
            "value_amount": 900.0,
        }
    )
    customers = pd.DataFrame({"customer_id": [*orders["customer_id"].unique(), "ZZ", *(f"P{n}" for n in range(1, 6))]})
    known = customers["customer_id"].str.startswith("V")
    customers["contract_start_on"] = pd.Series(pd.Timestamp("2023-01-01"), index=customers.index).where(known)
    customers["contract_end_on"] = pd.Series(pd.NaT, index=customers.index, dtype="datetime64[ns]")
    customers.loc[customers["customer_id"] == "V00", "contract_end_on"] = pd.Timestamp("2025-06-30")
    return make_client(orders=orders, opportunities=deals, customers=customers)


def test_each_customer_is_of_one_kind_and_valued_by_its_method(mixed: ClientData) -> None:
    found = lifetime_value(mixed, draws=20)
    kinds = found.customers["lifetime_kind"]
    assert kinds.value_counts().to_dict() == {"repeat": 40, "contract": 12, "project": 6, "unknown": 1}
    known = found.customers["lifetime_value_amount"].notna()
    assert (known == (kinds != "unknown")).all()
    assert set(found.left_out) == {"unknown"}
    assert found.customers.loc["V00", "lifetime_value_amount"] == 0.0  # the contract has ended
    assert (found.customers.loc[["V01", "P3", "R05"], "lifetime_value_amount"] > 0).all()
    by_kind = found.by(kinds)
    assert by_kind["customers"].sum() == 58
    assert by_kind["value_amount"].sum() == pytest.approx(found.customers["lifetime_value_amount"].sum())
    assert ((by_kind["low"] <= by_kind["value_amount"]) & (by_kind["value_amount"] <= by_kind["high"])).all()
    assert set(found.holdouts()) <= {"repeat", "contract", "project"}


def test_the_value_is_contribution_where_costs_are_known_and_losses_stay_losses(make_client: MakeClient) -> None:
    gain = [entry for n in range(40) for entry in quarterly(f"G{n:02d}", 100.0, 40.0)]
    loss = quarterly("LOSS", 100.0, 180.0)
    found = lifetime_value(make_client(orders=orders_of(*gain, *loss)), draws=0)
    assert found.after_cost
    table = found.customers
    assert table.loc["LOSS", "margin_share"] < 0 < table.loc["G00", "margin_share"]
    assert table.loc["LOSS", "lifetime_value_amount"] < 0 < table.loc["LOSS", "lifetime_revenue_amount"]
    without = lifetime_value(make_client(orders=orders_of(*gain).drop(columns="cost_amount")), draws=0)
    assert not without.after_cost
    assert without.customers["margin_share"].isna().all()
    assert (without.customers["lifetime_value_amount"] == without.customers["lifetime_revenue_amount"]).all()


def test_customers_who_fell_silent_are_worth_less(make_client: MakeClient) -> None:
    steady = [entry for n in range(30) for entry in quarterly(f"S{n:02d}")]
    gone = [entry for n in range(10) for entry in quarterly(f"X{n:02d}", until="2024-08-01")]
    table = lifetime_value(make_client(orders=orders_of(*steady, *gone)), draws=0).customers
    assert table.loc["X00", "alive_share"] < 0.2 < table.loc["S00", "alive_share"]
    assert table.loc["X00", "lifetime_value_amount"] < table.loc["S00", "lifetime_value_amount"] / 4


def test_horizon_and_discount_come_from_client_yaml_and_are_stated(mixed: ClientData) -> None:
    chosen = replace(mixed, config=mixed.config.model_copy(update={"lifetime": Lifetime(horizon_years=1)}))
    short, usual = lifetime_value(chosen, draws=0), lifetime_value(mixed, draws=0)
    assert short.rules.horizon_years == 1
    assert short.customers["lifetime_value_amount"].sum() < usual.customers["lifetime_value_amount"].sum()
    assert "next 1 years" in short.assumptions[0].value.en
    assert "set in client.yaml" in short.assumptions[0].reason.en
    assert "discounted at 10% per year" in usual.assumptions[0].value.en
    assert "default" in usual.assumptions[0].reason.en


def test_a_horizon_that_makes_no_sense_is_refused(project: Path, tmp_path: Path) -> None:
    text = (project / "client_data" / "demo" / "client.yaml").read_text(encoding="utf-8")
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "client.yaml").write_text(text + "\nlifetime: {horizon_years: 0}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"lifetime\.horizon_years"):
        load_config(folder)


def test_credit_notes_are_counted_and_customers_with_nothing_else_have_no_value(make_client: MakeClient) -> None:
    steady = [entry for n in range(35) for entry in quarterly(f"S{n:02d}")]
    orders = orders_of(*steady, ("S00", "2025-05-01", -50.0, 0.0), ("CR", "2025-05-01", -50.0, 0.0))
    found = lifetime_value(make_client(orders=orders), draws=0)
    assert found.customers.loc["CR", "lifetime_kind"] == "unknown"
    assert np.isnan(found.customers.loc["CR", "lifetime_value_amount"])
    assert found.customers.loc["S00", "expected_spend_amount"] < found.customers.loc["S01", "expected_spend_amount"]
    told = [one.value.en for one in found.assumptions if "positive" in one.value.en]
    assert told == [
        "2 rows without a positive amount reduce the purchases before them; customers without any positive purchase: 1"
    ]


def test_a_period_too_short_for_a_test_says_so(make_client: MakeClient) -> None:
    orders = orders_of(
        *[(f"K{n:02d}", f"2025-{m:02d}-0{1 + n % 5}", 50.0, 10.0) for n in range(40) for m in range(5, 12)]
    )
    found = lifetime_value(replace(make_client(orders=orders), first=dt.date(2025, 5, 1)), draws=0)
    assert found.holdouts() == {}
    assert any("has not been tested" in one.value.en for one in found.assumptions)


def test_deals_that_too_few_people_closed_are_not_valued(mixed: ClientData) -> None:
    deals = mixed.table("opportunities").assign(employee_id="P01")
    found = lifetime_value(replace(mixed, tables={**mixed.tables, "opportunities": deals}), draws=0)
    assert found.project is None
    assert "fewer than 5 people" in found.left_out["project"].en
    assert found.customers.loc["P3", "lifetime_value_amount"] != found.customers.loc["P3", "lifetime_value_amount"]


def test_the_same_client_gives_the_same_result(mixed: ClientData) -> None:
    first, second = lifetime_value(mixed, draws=10), lifetime_value(mixed, draws=10)
    pd.testing.assert_frame_equal(first.customers, second.customers)
    assert (first.draws == second.draws).all()


def test_nothing_sold_is_an_error_that_says_what_to_map(make_client: MakeClient) -> None:
    with pytest.raises(DataError, match="neither orders nor opportunities"):
        lifetime_value(make_client())


def test_the_factor_has_no_weight_unless_the_client_gives_it_one(mixed: ClientData) -> None:
    assert FACTORS["lifetime_value"].weight == 0
    assert "lifetime_value" not in customer_value(mixed, draws=10).weights
    score = mixed.config.score.model_copy(update={"weights": {"lifetime_value": 4.0}})
    weighted = replace(mixed, config=mixed.config.model_copy(update={"score": score}))
    found = customer_value(weighted, draws=10)
    assert found.weights["lifetime_value"] > 0
    assert found.customers["factor_lifetime_value"].between(0, 1).any()


def test_the_customer_list_carries_value_interval_and_probability(mixed: ClientData) -> None:
    value = with_lifetime(customer_value(mixed, draws=10), lifetime_value(mixed, draws=20))
    table = list_table(value, "en").set_index("Customer number")
    names = ["Lifetime value from", "Lifetime value (discounted)", "Lifetime value to"]
    low, middle, high = (table.loc["R05", name] for name in names)
    assert low <= middle <= high
    assert 0 <= table.loc["R05", "Probability still a customer"] <= 1
    assert "Wahrscheinlich noch Kunde" in list_table(value, "de")
    assert any("discounted at 10%" in right for _, right in source_lines(value, mixed, "en"))
    assert with_lifetime(value, None) is value


@pytest.fixture(scope="module")
def demo(project: Path) -> LifetimeValue:
    return lifetime_value(load_client(project / "client_data" / "demo"), draws=40)


def test_the_demos_buyers_are_regular_and_foretold_within_a_tenth(demo: LifetimeValue) -> None:
    assert demo.repeat is not None
    assert demo.repeat.purchase is not None
    assert demo.repeat.purchase.regularity > 1
    assert demo.repeat.purchase.maximum.converged
    ratio = demo.holdouts()["repeat"].purchases.ratio
    assert ratio is not None
    assert ratio.value == pytest.approx(1, abs=0.1)


def test_the_demos_value_is_of_the_order_of_what_it_earned(demo: LifetimeValue, project: Path) -> None:
    earned = (
        customer_value(load_client(project / "client_data" / "demo"), draws=10).customers["contribution_amount"].sum()
    )
    yearly = earned / 2
    value = demo.customers["lifetime_value_amount"].sum()
    assert 1.5 * yearly < value < 3.5 * yearly  # three years, discounted, of customers some of whom have left


def test_the_bicycle_makers_resellers_are_valued_and_the_silent_ones_are_not(shared_data: Path, project: Path) -> None:
    found = lifetime_value(load_client(project / "tests" / "clients" / "adventureworks"), draws=0)
    assert found.customers["lifetime_kind"].value_counts().to_dict() == {"repeat": 632, "unknown": 69}
    assert (found.customers["lifetime_value_amount"] < 0).sum() > 200  # those sold to below cost
    ratio = found.holdouts()["repeat"].purchases.ratio
    assert ratio is not None
    assert ratio.value == pytest.approx(1, abs=0.1)
