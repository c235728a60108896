"""The three real clients: untouched files, known figures."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.intake.checks.data_checks import check_client
from simkit.intake.checks.log_coverage import coverage
from simkit.intake.checks.reconciliation import reconciliation
from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 6, 30)


@pytest.fixture(scope="module")
def load(project: Path, shared_data: Path) -> Callable[[str], ClientData]:
    loaded: dict[str, ClientData] = {}

    def once(name: str) -> ClientData:
        if name not in loaded:
            loaded[name] = load_client(project / "tests" / "clients" / name, today=TODAY)
        return loaded[name]

    return once


Load = Callable[[str], ClientData]


def test_maven_win_rate_and_won_value(load: Load) -> None:
    deals = load("maven_crm").table("opportunities")
    stages = deals["stage"].value_counts()
    assert len(deals) == 8_800
    assert (stages["won"], stages["lost"], stages["open"]) == (4_238, 2_473, 2_089)
    assert stages["won"] / (stages["won"] + stages["lost"]) == pytest.approx(0.6315, abs=5e-5)
    assert deals.loc[deals["stage"] == "won", "value_amount"].sum() == 10_005_534


def test_maven_quarters_and_durations(load: Load) -> None:
    deals = load("maven_crm").table("opportunities")
    won = deals[deals["stage"] == "won"]
    by_quarter = won.groupby(won["closed_on"].dt.to_period("Q"))["value_amount"].sum()
    assert by_quarter.tolist() == [1_134_672, 3_086_111, 2_982_255, 2_802_496]
    days = (deals["closed_on"] - deals["opened_on"]).dt.days.groupby(deals["stage"]).median()
    assert (days["won"], days["lost"]) == (57, 14)


def test_maven_keeps_deals_without_account_or_start_and_the_misspelt_product(load: Load) -> None:
    client = load("maven_crm")
    deals = client.table("opportunities")
    assert deals["customer_id"].isna().sum() == 1_425
    assert deals["opened_on"].isna().sum() == 500
    assert (deals["product"] == "GTX Pro").sum() == 1_480
    assert "technology" in set(client.table("customers")["industry"])
    assert {f.count for f in check_client(client)} >= {1_425, 500}
    assert int(client.protocol["rows_dropped"].sum()) == 0


def test_maven_people_are_pseudonyms_everywhere(load: Load) -> None:
    client = load("maven_crm")
    employees = client.table("employees")
    assert len(employees) == 35
    assert employees["employee_id"].str.fullmatch(r"P\d\d").all()
    assert set(client.table("opportunities")["employee_id"]) < set(employees["employee_id"])
    everything = " ".join(frame.to_csv() for frame in client.tables.values())
    everything += " ".join(f.what.en + f.what.de for f in check_client(client))
    for name in ("Moses Frase", "Darcel Schlecht", "Dustin Brinkmann"):
        assert name not in everything


def test_adventureworks_order_lines_become_orders(load: Load) -> None:
    client = load("adventureworks")
    orders = client.table("orders")
    assert len(orders) == 3_616
    assert orders["value_amount"].sum() == pytest.approx(77_548_570.20, abs=0.005)
    assert orders["customer_id"].nunique() == 632
    assert orders["employee_id"].nunique() == 17
    assert int(client.protocol.set_index("table").loc["orders", "rows_read"]) == 57_851


def test_adventureworks_top_fifth_of_the_resellers(load: Load) -> None:
    orders = load("adventureworks").table("orders")
    sales = orders.groupby("customer_id")["value_amount"].sum().sort_values(ascending=False)
    assert sales.iloc[: round(0.2 * len(sales))].sum() / sales.sum() == pytest.approx(0.672, abs=0.0005)


def test_adventureworks_null_costs_are_unknown_not_zero(load: Load) -> None:
    client = load("adventureworks")
    assert client.table("orders")["cost_amount"].isna().sum() == 8
    assert any(f.count == 76 and "no cost" in f.what.en for f in client.findings)


def test_adventureworks_reconciles(load: Load) -> None:
    sums = {line.label.en: line for line in reconciliation(load("adventureworks"))}
    years = [line.amount for label, line in sums.items() if label.startswith("of these in")]
    assert sum(amount or 0 for amount in years) == pytest.approx(77_548_570.20, abs=0.01)
    assert sums["order lines read for them"].rows == 57_851
    assert sums["Customers without an order"].rows == 701 - 632


def test_bpic_time_log(load: Load) -> None:
    started = time.perf_counter()
    client = load("bpic2012")
    assert time.perf_counter() - started < 10  # about one second on an idle machine
    log = client.table("activities")
    assert len(log) == 71_373
    assert log["employee_id"].isna().sum() == 8_000
    assert (log["hours"] > 8).sum() == 295
    believed = log[log["hours"] <= 8]
    share = believed.loc[believed["activity"] == "selling", "hours"].sum() / believed["hours"].sum()
    assert share == pytest.approx(0.3896, abs=5e-5)


def test_bpic_times_are_dutch_wall_clock(load: Load) -> None:
    client = load("bpic2012")
    first = client.table("activities")["started_at"].iloc[0]
    assert str(first) == "2011-10-01 11:36:46.437000"  # 09:36 UTC in summer time
    assert client.first == dt.date(2011, 10, 1)


def test_bpic_coverage_says_how_little_was_logged(load: Load) -> None:
    covered = coverage(load("bpic2012"))
    assert covered is not None
    assert covered.people == 58
    assert covered.share == pytest.approx(0.264, abs=0.001)
    assert any("covers only 26" in f.what.en for f in check_client(load("bpic2012")))


def test_the_file_resaved_with_us_dates_reads_alike(make_client: Any, shared_data: Path, load: Load) -> None:
    file = str(shared_data / "maven_crm" / "excel_resaved_us_dates" / "sales_pipeline.csv")
    columns = {
        "opportunity_id": "opportunity_id",
        "opened_on": "engage_date",
        "closed_on": "close_date",
        "stage": "deal_stage",
    }
    values = {"stage": {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}}
    folder = make_client({"opportunities": {"file": file, "columns": columns, "values": values}})
    deals = load_client(folder, today=TODAY).table("opportunities")
    original = load("maven_crm").table("opportunities")
    assert deals["closed_on"].equals(original["closed_on"])
    assert deals["opened_on"].equals(original["opened_on"])


def test_us_dates_without_a_proof_are_a_question(make_client: Any, shared_data: Path) -> None:
    lines = (shared_data / "maven_crm" / "excel_resaved_us_dates" / "sales_pipeline.csv").read_text().splitlines()
    early = [
        line for line in lines[1:] if line.split(",")[5].split("/")[1:2] and int(line.split(",")[5].split("/")[1]) < 13
    ]
    text = "\n".join([lines[0], *early[:200]])
    columns = {"opportunity_id": "opportunity_id", "opened_on": "engage_date", "stage": "deal_stage"}
    values = {"stage": {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}}
    table = {"file": "deals.csv", "columns": columns, "values": values}
    with pytest.raises(FindingsError, match="Day and month cannot be told apart") as caught:
        load_client(make_client({"opportunities": table}, {"deals.csv": text}), today=TODAY)
    assert 'tables.opportunities.formats.opened_on: "mm/dd/yyyy"' in caught.value.remedy.en
    table["formats"] = {"opened_on": "mm/dd/yyyy"}
    client = load_client(make_client({"opportunities": table}, {"deals.csv": text}), today=TODAY)
    assert client.table("opportunities")["opened_on"].dt.day.max() <= 12


def test_the_file_without_its_decimal_marks_is_refused(make_client: Any, shared_data: Path) -> None:
    table = {
        "file": str(shared_data / "adventureworks" / "locale_damaged_head650.csv"),
        "lines": True,
        "columns": {
            "order_id": "SalesOrderNumber",
            "customer_id": "ResellerKey",
            "ordered_on": "OrderDateKey",
            "value_amount": "SalesAmount",
            "cost_amount": "TotalProductCost",
        },
    }
    for formats in ({}, {"value_amount": "1,234.50", "cost_amount": "1,234.50"}):
        with pytest.raises(FindingsError) as caught:
            load_client(make_client({"orders": {**table, "formats": formats}}), today=TODAY)
        message = str(caught.value)
        assert "decimal marks are lost" in message
        assert "'2,024,994'" in message
        assert "export it again from the source system" in message
        assert {f.column for f in caught.value.findings if f.severity == "blocking"} >= {
            "SalesAmount",
            "TotalProductCost",
        }
        assert caught.value.exit_code == 3


def test_a_headerless_tab_separated_list_of_employees(make_client: Any, shared_data: Path) -> None:
    tables = {
        "employees": {
            "file": str(shared_data / "adventureworks" / "Employee.csv"),
            "header": False,
            "columns": {"employee_id": 1, "role": 6, "birth_date": 7, "entry_on": 10},
        },
        "time_estimates": {"file": "t.csv", "columns": {"role": "r", "activity": "a", "share": "s"}},
    }
    period = {"first": dt.date(2024, 1, 1), "last": dt.date(2024, 12, 31)}
    folder = make_client(tables, {"t.csv": "r;a;s\nSales Representative;selling;100 %\n"}, period=period)
    employees = load_client(folder, today=TODAY).table("employees")
    assert len(employees) == 290
    assert (employees["role"] == "Sales Representative").sum() == 14
    assert employees["birth_date"].dt.year.between(1951, 1991).all()
    assert employees["employee_id"].str.fullmatch(r"P\d{3}").all()
