"""Files of one table with columns of their own, sales without a customer, months, and identifiers that keep their zeros."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from simkit.intake.checks.reconciliation import reconciliation, work_sums
from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 6, 30)
COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
OLD = "Nr;Kunde;Datum;Wert\nA1;K1;01.02.2024;1.234,50\nA2;K2;02.02.2024;10,00\n"
NEW = 'No,Account,Date,Net,Cost\nB1,K1,02/20/2025,"1,000.25",800.00\nB2,K3,03/04/2025,2.00,1.50\n'
NEW_PART = {
    "file": "new.csv",
    "columns": {
        "order_id": "No",
        "customer_id": "Account",
        "ordered_on": "Date",
        "value_amount": "Net",
        "cost_amount": "Cost",
    },
    "formats": {"ordered_on": "mm/dd/yyyy"},
}
Make = Callable[..., Path]


def load(folder: Path) -> ClientData:
    return load_client(folder, today=TODAY)


def orders(make: Make, files: dict[str, str], **rules: Any) -> ClientData:
    return load(make({"orders": {"columns": COLUMNS, **rules}}, dict(files)))


def refused(make: Make, files: dict[str, str], **rules: Any) -> str:
    with pytest.raises(FindingsError) as caught:
        orders(make, files, **rules)
    assert caught.value.render("de") != caught.value.render("en")
    return str(caught.value)


def test_a_file_of_another_system_has_columns_and_formats_of_its_own(make_client: Make) -> None:
    client = orders(make_client, {"old.csv": OLD, "new.csv": NEW}, file=["old.csv", NEW_PART])
    table = client.table("orders")
    assert list(table["order_id"]) == ["A1", "A2", "B1", "B2"]
    assert list(table["value_amount"]) == [1234.5, 10.0, 1000.25, 2.0]
    assert list(table["ordered_on"][2:]) == [pd.Timestamp(2025, 2, 20), pd.Timestamp(2025, 3, 4)]
    assert table["cost_amount"].isna().tolist() == [True, True, False, False]
    assert client.findings == ()


def test_a_finding_names_the_heading_of_its_own_file(make_client: Make) -> None:
    rows = "".join(f"B{n},K1,02/20/2025,5.50,4.00\n" for n in range(3, 20))
    new = f"{NEW}{rows}B99,,02/20/2025,5.50,4.00\n"
    client = orders(make_client, {"old.csv": OLD, "new.csv": new}, file=["old.csv", NEW_PART])
    (finding,) = client.findings
    assert (finding.file, finding.column, finding.row) == ("new.csv", "Account", 21)


def test_rules_of_one_file_leave_the_others_alone(make_client: Make) -> None:
    part = {**NEW_PART, "where_not": {"Account": "K3"}, "sign": {"column": "Account", "minus": "K1"}}
    client = orders(make_client, {"old.csv": OLD, "new.csv": NEW}, file=["old.csv", part])
    assert list(client.table("orders")["value_amount"]) == [1234.5, 10.0, -1000.25]
    assert client.protocol.set_index("file")["rows_dropped"].to_dict() == {"old.csv": 0, "new.csv": 1}


def test_other_headings_in_a_second_file_are_told_with_the_way_to_name_them(make_client: Make) -> None:
    files = {"old.csv": OLD, "new.csv": "Nr;Debitor;Datum;Netto\nB1;K1;20.02.2025;1,50\n"}
    message = refused(make_client, files, file=["old.csv", "new.csv"])
    entry = "{file: new.csv, columns: {order_id: Nr, customer_id: …, ordered_on: Datum, value_amount: …}}"
    assert f"under tables.orders.file in place of new.csv the entry {entry}" in message

    filled = yaml.safe_load(entry.replace("…", "Debitor", 1).replace("…", "Netto", 1))
    assert orders(make_client, files, file=["old.csv", filled]).table("orders")["value_amount"].sum() == 1246.0


def numbered(year: int, customers: int) -> str:
    rows = "".join(f"A{n:03d};K{customers + n};0{1 + n % 9}.03.{year};{n + 1},50\n" for n in range(12))
    return f"Nr;Kunde;Datum;Wert\n{rows}"


def test_numbers_that_start_again_in_the_second_file_are_told_and_the_line_to_paste_keeps_them_apart(
    make_client: Make,
) -> None:
    files = {"2024.csv": numbered(2024, 0), "2025.csv": numbered(2025, 50)}
    message = refused(make_client, files, file=["2024.csv", "2025.csv"])
    line = "tables.orders.key: [file, Nr]"
    assert "numbers start again with the file" in message
    assert line in message
    assert "lines: true" not in message
    place = make_client({"orders": {"columns": COLUMNS, "file": ["2024.csv", "2025.csv"]}})
    (place / "client.yaml").write_text((place / "client.yaml").read_text("utf-8") + line + "\n", "utf-8")
    client = load(place)
    assert len(client.table("orders")) == 24
    assert client.findings == ()


def test_numbers_that_start_again_every_year_in_one_file_get_the_year(make_client: Make) -> None:
    files = {"all.csv": numbered(2024, 0) + numbered(2025, 50).partition("\n")[2]}
    message = refused(make_client, files, file="all.csv")
    line = "tables.orders.key: [{part_of_date: year, of: Datum}, Nr]"
    assert line in message
    place = make_client({"orders": {"columns": COLUMNS, "file": "all.csv"}})
    (place / "client.yaml").write_text((place / "client.yaml").read_text("utf-8") + line + "\n", "utf-8")
    assert load(place).table("orders")["order_id"].iloc[0] == "2024/A000"


def test_lines_of_one_order_are_not_taken_for_numbers_that_start_again(make_client: Make) -> None:
    files = {"o.csv": "Nr;Kunde;Datum;Wert\nA1;K1;01.02.2025;1,50\nA1;K1;01.02.2025;2,50\nA2;K2;02.02.2025;1,00\n"}
    assert "tables.orders.lines: true" in refused(make_client, files, file="o.csv")


def test_sales_without_a_customer_stay_in_the_totals_when_client_yaml_says_so(make_client: Make) -> None:
    rows = [f"A{n};{'' if n % 4 == 0 else f'K{n % 5}'};0{1 + n % 9}.02.2025;10,50" for n in range(40)]
    files = {"o.csv": "\n".join(["Nr;Kunde;Datum;Wert", *rows]) + "\n"}
    assert "tables.orders.no_customer: keep" in refused(make_client, files, file="o.csv")
    client = orders(make_client, files, file="o.csv", no_customer="keep")
    table = client.table("orders")
    assert table["value_amount"].sum() == pytest.approx(420.0)
    assert table["customer_id"].isna().sum() == 10
    kept = next(one for one in reconciliation(client) if one.label.en == "of these without a customer")
    assert (kept.rows, kept.amount, kept.share) == (10, pytest.approx(105.0), pytest.approx(0.25))
    (row,) = client.protocol.to_dict("records")
    assert row["rows_dropped"] == 0
    assert row["reasons"].en == "10: without a customer, kept in the totals (no_customer in client.yaml)"


def test_months_are_told_with_the_period_that_they_span(make_client: Make) -> None:
    files = {"o.csv": "Nr;Kunde;Datum;Wert\nA1;K1;202402;1,50\nA2;K2;202404;2,50\n"}
    client = orders(make_client, files, file="o.csv")
    (finding,) = client.findings
    assert (finding.severity, finding.count) == ("serious", 2)
    assert "period: {first: 2024-02-01, last: 2024-04-30}" in finding.remedy.en


def test_identifiers_and_amounts_in_formulas_that_keep_their_zeros_are_read(make_client: Make) -> None:
    files = {
        "o.csv": 'Nr;Kunde;Datum;Wert\n="A1";="00001";01.02.2025;="1.100,50"\n="A2";="00002";02.02.2025;=\'20,25\'\n',
        "c.csv": "Kunde;Firma\n00001;Eins\n00002;Zwei\n",
    }
    tables = {
        "orders": {"file": "o.csv", "columns": COLUMNS},
        "customers": {"file": "c.csv", "columns": {"customer_id": "Kunde", "name": "Firma"}},
    }
    client = load(make_client(tables, files))
    assert list(client.table("orders")["customer_id"]) == ["00001", "00002"]
    assert list(client.table("orders")["value_amount"]) == [1100.5, 20.25]
    assert client.findings == ()


@pytest.mark.parametrize(("people", "shown"), [(6, True), (3, False)])
def test_hours_people_and_posts_are_told_for_comparison_and_not_of_few(
    make_client: Make, people: int, shown: bool
) -> None:
    log = [f"2025-02-{n % 27 + 1:02d};2;service;P{n % people}" for n in range(60)]
    staff = ["P0;0,5;2025-02-10", *(f"P{n};1;" for n in range(1, people)), "Q;1;"]
    client = load(
        make_client(
            {
                "activities": {
                    "file": "log.csv",
                    "columns": {"started_at": "Tag", "hours": "Std", "activity": "Was", "employee_id": "Wer"},
                },
                "employees": {"file": "staff.csv", "columns": {"employee_id": "Nr", "fte": "Anteil", "left_on": "Weg"}},
            },
            {
                "log.csv": "\n".join(["Tag;Std;Was;Wer", *log]) + "\n",
                "staff.csv": "\n".join(["Nr;Anteil;Weg", *staff]) + "\n",
            },
        )
    )
    told = {one.label.en: one.value for one in work_sums(client)}
    assert told["People in it"] == people
    assert told["People in the list of staff"] == people + 1
    assert told["of these employed at the end of the period"] == people
    assert told.get("Hours in the activity log (in the period)") == (120 if shown else None)
    assert told.get("their posts (FTE)") == (people if shown else None)
