"""What a loaded client offers to the layers below."""

from __future__ import annotations

import datetime as dt
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from simkit.foundation.errors import ConfigError, DataError
from simkit.intake.checks.data_checks import check_client
from simkit.intake.checks.log_coverage import coverage
from simkit.intake.checks.reconciliation import reconciliation
from simkit.intake.client import ClientData, load_client
from simkit.intake.privacy.pseudonyms import pseudonymised

TODAY = dt.date(2025, 6, 30)
Make = Callable[..., Path]
PEOPLE = [f"Anna {n}" for n in range(1, 7)]


def tables_and_files() -> tuple[dict[str, Any], dict[str, str | bytes]]:
    tables = {
        "customers": {
            "file": "customers.csv",
            "columns": {"customer_id": "Nr", "name": "Firma", "postcode": "PLZ", "owner_id": "Betreuer"},
        },
        "orders": {
            "file": "orders.csv",
            "columns": {
                "order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert",
                "cost_amount": "Kosten", "employee_id": "Wer", "opportunity_id": "Angebot",
            },
        },
        "opportunities": {
            "file": "deals.csv",
            "columns": {
                "opportunity_id": "Nr", "customer_id": "Kunde", "employee_id": "Wer", "opened_on": "Auf",
                "closed_on": "Zu", "stage": "Stand", "value_amount": "Wert",
            },
        },
        "activities": {
            "file": "log.csv",
            "columns": {"employee_id": "Wer", "started_at": "Von", "hours": "Std", "activity": "Was"},
        },
        "employees": {"file": "staff.csv", "columns": {"employee_id": "Name", "fte": "Stelle", "entry_on": "Eintritt"}},
    }  # fmt: skip
    customers = "Nr;Firma;PLZ;Betreuer\n" + "".join(f"K{n};Firma {n};0106{n};{PEOPLE[n]}\n" for n in range(6))
    orders = "Nr;Kunde;Datum;Wert;Kosten;Wer;Angebot\n" + "".join(
        f"A{n};K{n % 5};{n + 1:02}.0{1 + n % 2}.2025;{100 * n + 50},00;{80 * n + 90},00;{PEOPLE[n % 6]};"
        f"{'C1' if n == 3 else ''}\n"
        for n in range(10)
    )
    deals = (
        "Nr;Kunde;Wer;Auf;Zu;Stand;Wert\nC1;K3;Anna 1;02.01.2025;03.02.2025;won;400,00\n"
        "C2;K4;Anna 2;02.01.2025;03.02.2025;lost;99,00\nC3;Neu;Anna 2;02.01.2025;;open;12,50\n"
    )
    log = "Wer;Von;Std;Was\n" + "".join(
        f"{person};{day:02}.0{month}.2025 08:00;6,5;selling\n"
        for person in PEOPLE
        for month in (1, 2)
        for day in range(1, 29)
    )
    staff = "Name;Stelle;Eintritt\n" + "".join(
        f"{person};{'0,5' if person == 'Anna 6' else '1,0'};01.03.2020\n" for person in PEOPLE
    )
    return tables, {
        "customers.csv": customers, "orders.csv": orders, "deals.csv": deals, "log.csv": log, "staff.csv": staff,
    }  # fmt: skip


@pytest.fixture
def client(make_client: Make) -> ClientData:
    return load_client(make_client(*tables_and_files()), today=TODAY)


def test_tables_have_our_names_and_types(client: ClientData) -> None:
    orders = client.table("orders")
    assert orders.columns.tolist() == [
        "order_id", "customer_id", "ordered_on", "value_amount", "cost_amount", "employee_id", "opportunity_id",
    ]  # fmt: skip
    assert str(orders["ordered_on"].dtype) == "datetime64[ns]"
    assert orders["value_amount"].dtype == float
    assert isinstance(orders["order_id"].dtype, pd.StringDtype)
    assert client.table("customers")["postcode"].tolist()[0] == "01060"
    assert orders.index.equals(pd.RangeIndex(10))


def test_one_person_is_the_same_pseudonym_in_all_tables(client: ClientData) -> None:
    staff = set(client.table("employees")["employee_id"])
    assert staff == {"P01", "P02", "P03", "P04", "P05", "P06"}
    assert set(client.table("orders")["employee_id"]) == staff
    assert set(client.table("customers")["owner_id"]) == staff
    part_time = client.table("employees").query("fte == 0.5")["employee_id"].iloc[0]
    owner = client.table("customers").query("customer_id == 'K5'")["owner_id"].iloc[0]
    assert owner == part_time


def test_no_name_is_left_anywhere(client: ClientData) -> None:
    assert b"Anna" not in pickle.dumps(client)


def test_pseudonyms_differ_between_clients_and_stay_between_runs() -> None:
    frames = {"employees": pd.DataFrame({"employee_id": [f"person {n}" for n in range(30)]}, dtype="str")}
    one, again, two = (pseudonymised(frames, name)["employees"]["employee_id"] for name in ("a", "a", "b"))
    assert one.equals(again)
    assert not one.equals(two)
    assert frames["employees"]["employee_id"].iloc[0] == "person 0"


def test_a_missing_person_stays_missing() -> None:
    frames = {"activities": pd.DataFrame({"employee_id": ["x", None]}, dtype="str")}
    assert pseudonymised(frames, "a")["activities"]["employee_id"].isna().tolist() == [False, True]


def test_a_table_that_is_not_there_says_so(client: ClientData) -> None:
    assert client.has("orders", "customers")
    assert not client.has("orders", "ratings")
    with pytest.raises(DataError, match=r"table 'Ratings' \(ratings\) is not there"):
        client.table("ratings")


def test_the_period_spans_orders_activities_and_opportunities(client: ClientData) -> None:
    assert (client.first, client.last) == (dt.date(2025, 1, 1), dt.date(2025, 2, 28))


def test_what_is_missing_becomes_an_assumption(client: ClientData) -> None:
    topics = {assumption.topic.en for assumption in client.assumptions}
    assert {"Period", "Weekly hours", "Age and retirement", "Staff cost", "Order classes", "Roles"} <= topics
    assert not {"Head count", "Margin", "Public holidays"} & topics


def test_without_employees_the_head_count_comes_from_the_other_tables(make_client: Make) -> None:
    tables, files = tables_and_files()
    del tables["employees"]
    client = load_client(make_client(tables, files), today=TODAY)
    heads = [a.value.en for a in client.assumptions if a.topic.en == "Head count"]
    assert heads == ["6: everybody named in activities, opportunities or orders, each full-time"]


def test_prospects_need_not_be_customers(client: ClientData) -> None:
    finding = next(f for f in client.findings if f.column == "Kunde")
    assert finding.severity in {"minor", "serious"}
    assert "counted all the same" in finding.what.en
    assert "Neu" in set(client.table("opportunities")["customer_id"])


def test_coverage_compares_logged_with_contract_hours(client: ClientData) -> None:
    covered = coverage(client)
    assert covered is not None
    assert (covered.people, covered.fte) == (6, 5.5)
    assert covered.working_days == client.calendar.working_days(dt.date(2025, 1, 1), dt.date(2025, 2, 28))
    assert covered.contract_h == pytest.approx(5.5 * 8 * covered.working_days)
    assert covered.logged_h == pytest.approx(6 * 56 * 6.5)
    assert covered.share == pytest.approx(covered.logged_h / covered.contract_h)
    assert covered.by_month["logged_h"].tolist() == [1092.0, 1092.0]


def test_coverage_of_fewer_than_five_people_stays_unsaid(make_client: Make) -> None:
    tables, files = tables_and_files()
    del tables["employees"]
    log = "\n".join(line for line in str(files["log.csv"]).splitlines() if line[:6] not in {"Anna 5", "Anna 6"})
    client = load_client(make_client(tables, {**files, "log.csv": log}), today=TODAY)
    covered = coverage(client)
    assert covered is not None
    assert (covered.people, covered.share, covered.logged_h, len(covered.by_month)) == (4, None, None, 0)


def test_orders_reconcile_by_year_and_with_won_opportunities(client: ClientData) -> None:
    sums = {line.label.en: line for line in reconciliation(client)}
    assert sums["Orders in the period"].amount == 5_000.0
    assert sums["of these in 2025"].share == 1.0
    assert sums["their cost"].amount == 4_500.0
    assert (sums["Customers without an order"].rows, sums["Customers without an order"].share) == (1, 1 / 6)
    assert sums["Won opportunities (win rate: of won and lost)"].share == 0.5
    assert sums["Orders that name an opportunity"].amount == 350.0
    assert sums["Value of these opportunities (share of order value)"].amount == 400.0


def test_customers_of_whom_the_list_knows_no_more_than_the_number_are_not_missing_in_it(make_client: Make) -> None:
    customers = ["K1;Firma 1", "K2;", "K3;", "K4;Firma 4", "K1;Firma 1"]
    ordered = [f"A{n};K{1 + n % 5};{1 + n % 28:02}.01.2025;100,00" for n in range(50)]
    tables = {
        "customers": {"file": "k.csv", "columns": {"customer_id": "Nr", "name": "Firma"}},
        "orders": {
            "file": "a.csv",
            "columns": {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"},
        },
    }
    files = {"k.csv": "\n".join(["Nr;Firma", *customers]), "a.csv": "\n".join(["Nr;Kunde;Datum;Wert", *ordered])}
    sums = {line.label.en: line for line in reconciliation(load_client(make_client(tables, files), today=TODAY))}
    line = sums["Orders of customers missing in the customer list"]
    assert (line.rows, line.amount, line.share) == (10, 1000.0, 0.2)


def test_won_opportunities_alone_have_neither_a_share_nor_a_value_that_nobody_states(client: ClientData) -> None:
    deals = client.table("opportunities")
    won = deals[deals["stage"] == "won"].assign(value_amount=0.0)
    tables = {**client.tables, "opportunities": won}
    sums = {line.label.en: line for line in reconciliation(replace(client, tables=tables))}
    line = sums["Won opportunities (win rate: of won and lost)"]
    assert (line.share, line.amount) == (None, None) and line.rows == len(won)


def test_check_adds_what_only_finished_tables_show(client: ClientData) -> None:
    found = check_client(client)
    severities = [("blocking", "serious", "minor").index(finding.severity) for finding in found]
    assert severities == sorted(severities)
    told = " ".join(finding.what.en for finding in found)
    assert "1 of 6 customers without an order" in told
    assert "2 of 10 orders sold below their cost" in told


def test_excel_and_csv_give_the_same_client(make_client: Make) -> None:
    tables, files = tables_and_files()
    folder = make_client(tables, files)
    expected = load_client(folder, today=TODAY).table("orders")
    book = xlsxwriter.Workbook(folder / "orders.xlsx", {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Aufträge")
    for number, line in enumerate(str(files["orders.csv"]).splitlines()):
        cells = line.split(";")
        if number:
            amounts = [float(cell.replace(",", ".")) for cell in cells[3:5]]
            cells = [*cells[:2], dt.datetime.strptime(cells[2], "%d.%m.%Y"), *amounts, *cells[5:]]
        sheet.write_row(number, 0, cells)
    book.close()
    tables["orders"] |= {"file": "orders.xlsx", "sheet": "Aufträge"}
    client = load_client(make_client(tables, files), today=TODAY)
    pd.testing.assert_frame_equal(client.table("orders"), expected)
    row = client.protocol.set_index("table").loc["orders"]
    assert (row["file"], row["sheet"]) == ("orders.xlsx", "Aufträge")


def test_an_unknown_state_or_time_zone_is_a_configuration_error(make_client: Make) -> None:
    with pytest.raises(ConfigError, match="'XY' is no state of DE"):
        load_client(make_client(*tables_and_files(), state="XY"), today=TODAY)
    with pytest.raises(ConfigError, match=r"'Europe/Berln' is unknown(.|\n)*Europe/Berlin"):
        load_client(make_client(*tables_and_files(), time_zone="Europe/Berln"), today=TODAY)


def test_loading_needs_no_arrow(project: Path, make_client: Make) -> None:
    folder = make_client(*tables_and_files())
    script = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "import datetime as dt, pathlib\n"
        "from simkit.intake.client import load_client\n"
        f"client = load_client(pathlib.Path({str(folder)!r}), today=dt.date(2025, 6, 30))\n"
        "assert client.table('orders')['value_amount'].sum() == 5000, client\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project, env=dict(os.environ), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
