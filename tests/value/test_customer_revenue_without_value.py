"""Customers whose sales state no value: what they bring is not known, which is not nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import LANGUAGES
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.value.controlling.plan_and_actual import Controlling, controlling
from simkit.value.customers.class_robustness import class_study
from simkit.value.customers.crm_export import crm_export
from simkit.value.customers.customer_list import list_table
from simkit.value.customers.customer_value import CustomerValue, customer_value
from simkit.value.lifetime.lifetime_value import lifetime_value
from simkit.value.service.service_study import ServiceStudy, service_study

MakeClient = Callable[..., ClientData]
MONTHS = pd.period_range("2024-01", "2025-12", freq="M")


def orders(*, without: tuple[str, ...] = ("U",), partly: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return quarterly orders of forty customers and of U; the second of each pair of ``partly`` has no value."""
    rows = [
        (f"{name}-{month}", name, month.start_time + pd.Timedelta(days=9), 100.0 * (place + 1), 60.0 * (place + 1))
        for place, name in enumerate([*(f"K{n:02d}" for n in range(40)), "U"])
        for month in MONTHS[place % 3 :: 3]
    ]
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_on", "value_amount", "cost_amount"])
    second = table.groupby("customer_id").cumcount() % 2 == 1
    unknown = table["customer_id"].isin(without) | (table["customer_id"].isin(partly) & second)
    return table.assign(
        value_amount=table["value_amount"].mask(unknown), cost_amount=table["cost_amount"].mask(unknown)
    )


def log() -> pd.DataFrame:
    """Return one contact a month of six people with each customer."""
    rows = [
        (f"P{person}", customer, day + pd.Timedelta(hours=9 + person), 0.5, "care")
        for month in MONTHS
        for day in (month.start_time, month.end_time.normalize())
        for customer in [*(f"K{n:02d}" for n in range(40)), "U"]
        for person in range(6)
    ]
    return pd.DataFrame(rows, columns=["employee_id", "customer_id", "started_at", "hours", "activity"])


@pytest.fixture(scope="module")
def client(make_client: MakeClient) -> ClientData:
    return make_client(orders=orders(), activities=log())


@pytest.fixture(scope="module")
def value(client: ClientData) -> CustomerValue:
    return customer_value(client, draws=50)


def of(value: CustomerValue, name: str) -> pd.Series:
    return value.customers.set_index("customer_id").loc[name]


def test_revenue_margin_class_and_action_of_a_customer_without_any_value_are_not_known(value: CustomerValue) -> None:
    unknown = of(value, "U")
    assert unknown[["revenue_amount", "contribution_amount", "segment", "service_index"]].isna().all()
    assert unknown["orders"] == 8
    assert unknown["action"] == "find_value"
    assert value.customers["customer_id"].iloc[-1] == "U"  # nobody can say that it is better than another
    assert value.customers["segment"].value_counts().to_dict() == {"A": 4, "B": 12, "C": 24}
    told = [f"{one.topic.en}: {one.value.en}" for one in value.assumptions if "without a value" in one.topic.en]
    assert told == [
        "Sales without a value: 8 sales of 1 customers enter no sum; for 1 of these no sale has a value: revenue, "
        "contribution and class are not known"
    ]


def test_a_customer_that_bought_nothing_is_still_worth_nothing(make_client: MakeClient) -> None:
    customers = pd.DataFrame({"customer_id": ["K00", "ZZ", "U"]})
    value = customer_value(make_client(orders=orders(), customers=customers), draws=20)
    nothing = of(value, "ZZ")
    assert (nothing["revenue_amount"], nothing["segment"], nothing["action"]) == (0.0, "C", "clarify")
    assert of(value, "U")["action"] == "find_value"


def test_a_known_part_of_the_sales_counts_and_the_rest_is_counted(make_client: MakeClient) -> None:
    value = customer_value(make_client(orders=orders(without=(), partly=("K10",))), draws=20)
    part = of(value, "K10")
    assert (part["revenue_amount"], part["orders"]) == (4 * 1100.0, 8)
    assert isinstance(part["segment"], str)
    told = next(one for one in value.assumptions if "without a value" in one.topic.en)
    assert "4 sales of 1 customers" in told.value.en
    assert "for 0 of these" in told.value.en


def test_a_purchase_of_unknown_value_tells_of_pace_but_not_of_growth(make_client: MakeClient) -> None:
    every, half = (
        customer_value(make_client(orders=orders(without=(), partly=partly)), draws=20) for partly in ((), ("K10",))
    )
    assert of(half, "K10")["regularity_share"] == of(every, "K10")["regularity_share"] == 1.0
    assert np.isnan(of(half, "K10")["growth_index"])
    assert of(half, "K11")["growth_index"] == pytest.approx(of(every, "K11")["growth_index"], abs=1e-3)
    known, partly = (
        lifetime_value(make_client(orders=orders(without=(), partly=names)), draws=0).customers.loc["K10"]
        for names in ((), ("K10",))
    )
    assert partly["expected_purchases"] == known["expected_purchases"]
    assert partly["expected_spend_amount"] == pytest.approx(known["expected_spend_amount"], rel=0.05)


def test_a_contract_under_which_nothing_of_known_value_was_bought_is_worth_nobody_knows_what(
    make_client: MakeClient,
) -> None:
    customers = pd.DataFrame(
        {"customer_id": ["K01", "U"], "contract_start_on": pd.to_datetime(["2023-01-01", "2023-01-01"])}
    )
    value = lifetime_value(make_client(orders=orders(), customers=customers), draws=20)
    assert value.customers.loc["U", "lifetime_kind"] == "contract"
    assert np.isnan(value.customers.loc["U", "lifetime_value_amount"])
    assert value.customers.loc["K01", "lifetime_value_amount"] > 0
    assert np.isfinite(value.by(pd.Series("all", index=value.customers.index))[["value_amount", "low", "high"]]).all(
        axis=None
    )


def test_other_customers_are_judged_as_if_the_unknown_were_not_there(
    make_client: MakeClient, value: CustomerValue
) -> None:
    table, entries = orders(), log()
    without = customer_value(
        make_client(orders=table[table["customer_id"] != "U"], activities=entries[entries["customer_id"] != "U"]),
        draws=50,
    )
    columns = ["customer_id", "revenue_amount", "contribution_amount", "score", "segment", "service_index", "action"]
    pd.testing.assert_frame_equal(value.classed[columns], without.customers[columns])
    pd.testing.assert_frame_equal(value.effort, without.effort)


def test_classes_controlling_and_service_leave_the_unknown_out(client: ClientData, value: CustomerValue) -> None:
    study = class_study(value, 2.0, draws=50)
    assert isinstance(study.acceptability, pd.DataFrame)
    assert "U" not in study.acceptability.index
    found = controlling(client, value, draws=50)
    assert isinstance(found, Controlling)
    assert found.by_segment["customers"].sum() == 40
    service = service_study(client, value, 2.0, draws=20)
    assert isinstance(service, ServiceStudy)
    assert service.levels["customers"].sum() == 40
    lifetime = lifetime_value(client, draws=0)
    assert lifetime.customers.loc["U", "lifetime_kind"] == "unknown"
    assert np.isnan(lifetime.customers.loc["U", "lifetime_value_amount"])
    assert any("8 sales of 1 customers" in one.value.en for one in lifetime.assumptions)


@pytest.mark.parametrize(("language", "words"), [("de", "nicht bekannt"), ("en", "not known")])
def test_list_and_export_say_that_class_is_not_known(
    client: ClientData, value: CustomerValue, language: str, words: str
) -> None:
    listed = list_table(value, language).set_index({"de": "Kundennummer", "en": "Customer number"}[language]).loc["U"]
    assert listed["Segment"] == words
    assert pd.isna(listed[{"de": "Umsatz", "en": "Revenue"}[language]])
    sent = crm_export(client, value, language).table.set_index("customer_id").loc["U"]
    assert sent["segment"] == words
    assert sent["action"] == {"de": "Wert feststellen", "en": "Find out the value"}[language]
    assert pd.isna(sent["revenue_per_year_amount"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chapter_on_customers_can_be_written(client: ClientData, language: str) -> None:
    report = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )
    assert not isinstance(report.analysis.value, Missing)
    for name in ("value", "classes", "lifetime", "controlling", "service"):
        blocks = {block.name: block for block in write_chapter(name, report)}
        assert len(blocks) > 2, name
        if name == "value":
            row = blocks["actions"].content["rows"][0]
            assert row[0] == {"de": "Wert feststellen", "en": "Find out the value"}[language]
            assert pd.isna(row[3])
            unit = blocks["whale_curve"].unit  # the log gives the hours; nobody says what one costs
            assert {"de": "was eine Stunde kostet", "en": "what an hour costs"}[language] in unit


def test_a_won_deal_without_a_value_is_not_known_either(make_client: MakeClient) -> None:
    deals = pd.DataFrame(
        {
            "opportunity_id": [f"D{n}" for n in range(21)],
            "customer_id": [*(f"K{n:02d}" for n in range(20)), "U"],
            "opened_on": pd.Timestamp("2024-02-01"),
            "closed_on": pd.Timestamp("2025-03-01"),
            "stage": "won",
            "value_amount": [*(100.0 * (n + 1) for n in range(20)), np.nan],
        }
    )
    unknown = of(customer_value(make_client(opportunities=deals), draws=20), "U")
    assert unknown[["revenue_amount", "segment"]].isna().all()
    assert unknown["action"] == "find_value"
