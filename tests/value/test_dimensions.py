"""Which groupings explain the margin: planted shares are found, chance is not, and the sums add up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.missing import Missing
from simkit.intake.client import ClientData
from simkit.value.controlling.dimensions import (
    OTHERS,
    groups_of,
    margin_split,
    normal_scores,
    sales_efficiency,
    variance_shares,
)
from simkit.value.customers.customer_value import customer_value

MakeClient = Callable[..., ClientData]


def groups(**columns: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(values).astype(str) for name, values in columns.items()})


def test_the_shares_add_up_to_the_adjusted_r_squared_of_statsmodels() -> None:
    from statsmodels.formula.api import ols

    random = np.random.default_rng(3)
    table = groups(a=random.integers(0, 4, 300), b=random.integers(0, 3, 300))
    values = pd.Series(table["a"].astype(float) + 0.5 * table["b"].astype(float) + random.normal(0, 1, 300))
    found = variance_shares(values, table, draws=5).set_index("level")["share"]
    fit = ols("y ~ C(a) + C(b)", table.assign(y=values)).fit()
    assert 1 - found["rest"] == pytest.approx(fit.rsquared_adj, abs=1e-6)
    assert found["a"] + found["b"] == pytest.approx(fit.rsquared_adj, abs=1e-6)


def test_planted_shares_lie_in_their_intervals() -> None:
    random = np.random.default_rng(11)
    sector, country = random.integers(0, 6, 600), random.integers(0, 4, 600)
    effect_a, effect_b = np.array([-1.5, -1, 0, 0, 1, 1.5]), np.array([-0.5, 0.5, -0.5, 0.5])
    signal = effect_a[sector] + effect_b[country]
    values = pd.Series(signal + random.normal(0, 1, 600))
    found = variance_shares(values, groups(sector=sector, country=country)).set_index("level")
    whole = np.var(effect_a) + np.var(effect_b) + 1
    for name, true in (("sector", np.var(effect_a)), ("country", np.var(effect_b)), ("rest", 1.0)):
        assert found.loc[name, "low"] <= true / whole <= found.loc[name, "high"], name
    assert found.loc["sector", "low"] > 0


def test_many_groups_that_mean_nothing_explain_nothing() -> None:
    random = np.random.default_rng(5)
    found = variance_shares(pd.Series(random.normal(size=300)), groups(region=random.integers(0, 25, 300)))
    row = found.set_index("level").loc["region"]
    assert row["share"] < 0.05
    assert row["low"] == 0.0


def test_two_names_of_the_same_grouping_share_what_it_explains() -> None:
    random = np.random.default_rng(7)
    one = random.integers(0, 3, 200)
    values = pd.Series(one + random.normal(0, 1, 200))
    found = variance_shares(values, groups(a=one, b=one), draws=5).set_index("level")["share"]
    assert found["a"] == pytest.approx(found["b"], abs=1e-9)


def test_a_giant_does_not_decide() -> None:
    scores = normal_scores(pd.Series([1.0, 2.0, 3.0, 1e12]))
    assert scores.iloc[3] == pytest.approx(-scores.iloc[0])


@pytest.fixture
def client(make_client: MakeClient) -> ClientData:
    random = np.random.default_rng(2)
    number = 120
    ids = [f"K{n:03d}" for n in range(number)]
    sector = np.array(["steel", "food", "paper"])[np.arange(number) % 3]
    rate = np.where(sector == "food", 0.5, 0.1) + random.normal(0, 0.02, number)
    amount = random.lognormal(8, 0.5, number)
    orders = pd.DataFrame(
        {
            "customer_id": ids,
            "ordered_on": pd.Timestamp("2024-06-01"),
            "value_amount": amount,
            "cost_amount": amount * (1 - rate),
        }
    )
    customers = pd.DataFrame(
        {"customer_id": ids, "industry": sector, "size_people": [10.0] * 40 + [100.0] * 40 + [999.0] * 40}
    )
    customers["country"] = ["DE"] * 60 + ["CH"] * 50 + ["AT"] * 3 + [None] * 7
    customers["technology"] = ["x"] * 20 + [None] * 100
    staff = pd.DataFrame({"employee_id": [f"P{n}" for n in range(5)], "cost_amount": [10_000.0] * 4 + [None]})
    return make_client(orders=orders, customers=customers, employees=staff)


def test_the_grouping_that_decides_the_margin_is_found_in_the_clients_tables(client: ClientData) -> None:
    found = margin_split(client, customer_value(client))
    assert not isinstance(found, Missing)
    rates = found.shares[found.shares["outcome"] == "contribution_share"].set_index("level")
    assert rates["share"].idxmax() == "industry"
    assert rates.loc["industry", "low"] > 0.3
    sectors = found.groups[found.groups["dimension"] == "industry"].set_index("group")
    assert sectors.loc["food", "contribution_share"] == pytest.approx(0.5, abs=0.02)
    # three customers in a country of their own and seven in none that is known are in no group
    assert (found.customers, found.left_out) == (110, 10)
    assert sectors["customers"].sum() == 110


def test_small_groups_are_pooled_and_little_known_dimensions_left_out(client: ClientData) -> None:
    table = groups_of(client, pd.Index([f"K{n:03d}" for n in range(120)]))
    assert set(table) == {"industry", "country", "size_people"}
    # what is not known is no group, and three Austrians are neither one nor Germans
    assert table["country"].value_counts().to_dict() == {"DE": 60, "CH": 50} and table["country"].isna().sum() == 10
    assert OTHERS not in set(table["country"])
    assert set(table["size_people"]) == {"< 50", "50–249", "≥ 250"}


def test_too_few_customers_are_reported(make_client: MakeClient) -> None:
    orders = pd.DataFrame({"customer_id": list("abc"), "ordered_on": pd.Timestamp("2024-06-01"), "value_amount": 1.0})
    client = make_client(orders=orders)
    assert isinstance(margin_split(client, customer_value(client)), Missing)


def test_the_efficiency_ratio_is_revenue_over_the_cost_of_the_staff(client: ClientData) -> None:
    staff = client.table("employees")
    assert sales_efficiency(client, customer_value(client)) is None  # four known costs are too few people
    staff.loc[4, "cost_amount"] = 10_000.0
    value = customer_value(client)
    found = sales_efficiency(client, value)
    assert found is not None
    paid = 50_000.0 * 731 / 365.25
    assert found.gross == pytest.approx(value.customers["revenue_amount"].sum() / paid)
    assert found.net == pytest.approx(value.customers["contribution_amount"].sum() / paid)
