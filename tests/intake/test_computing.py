"""The eight operations of client.yaml and compound keys: right values, and clear answers to what cannot be computed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 6, 30)
COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum"}
Make = Callable[..., Path]


def orders(make: Make, header: str, rows: list[str], **rules: Any) -> ClientData:
    lines = [f"Nr;Kunde;Datum;{header}", *(f"A{n};K{n};0{n}.02.2025;{row}" for n, row in enumerate(rows, start=1))]
    table = {"file": "b.csv", "columns": COLUMNS, **rules}
    return load_client(make({"orders": table}, {"b.csv": "\n".join(lines) + "\n"}), today=TODAY)


def log(make: Make, header: str, rows: list[str], compute: Any, **rules: Any) -> ClientData:
    lines = [f"Was;{header}", *(f"Besuch;{row}" for row in rows)]
    columns = {"activity": "Was", **rules.pop("columns", {})}
    table = {
        "file": "l.csv",
        "columns": columns,
        "values": {"activity": {"Besuch": "care"}},
        "compute": compute,
        **rules,
    }
    return load_client(make({"activities": table}, {"l.csv": "\n".join(lines) + "\n"}), today=TODAY)


def values(client: ClientData, column: str = "value_amount", table: str = "orders") -> list[float]:
    return [pytest.approx(value) for value in client.table(table)[column]]


def test_product_of_columns_and_a_difference_within(make_client: Make) -> None:
    compute = {"value_amount": {"product": ["Menge", "Preis", {"difference": [1, "Rabatt"]}]}}
    client = orders(make_client, "Menge;Preis;Rabatt", ["2;10,50;0,1", "1;8,00;25 %"], compute=compute)
    assert values(client) == [18.9, 6.0]
    assert client.findings == ()


def test_sum(make_client: Make) -> None:
    client = orders(
        make_client,
        "Netto;Fracht",
        ["10,50;1,25", "1.000,00;0"],
        compute={"value_amount": {"sum": ["Netto", "Fracht"]}},
    )
    assert values(client) == [11.75, 1000.0]


def test_difference(make_client: Make) -> None:
    compute = {"value_amount": {"difference": ["Brutto", "Steuer"]}}
    assert values(orders(make_client, "Brutto;Steuer", ["119,00;19,00"], compute=compute)) == [100.0]


def test_ratio_and_a_divisor_of_nought_is_told(make_client: Make) -> None:
    compute = {"value_amount": {"ratio": ["Tausendstel", "Teiler"]}}
    rows = [*["500,0;1000"] * 8, "5,0;0"]
    client = orders(make_client, "Tausendstel;Teiler", rows, compute=compute)
    assert values(client)[:8] == [0.5] * 8
    assert client.table("orders")["value_amount"].isna().sum() == 1
    (finding,) = client.findings
    assert (finding.severity, finding.row) == ("serious", 10)
    assert "divisor '0'" in finding.what.en


def test_weekly_hours_become_full_time_equivalents(make_client: Make) -> None:
    staff = {"file": "s.csv", "columns": {"employee_id": "P"}, "compute": {"fte": {"ratio": ["Wochenstunden", 40]}}}
    table = {"file": "b.csv", "columns": {**COLUMNS, "value_amount": "Wert"}}
    files = {"s.csv": "P;Wochenstunden\n1;40\n2;32\n3;20,5\n", "b.csv": "Nr;Kunde;Datum;Wert\nA;K;01.02.2025;1,50\n"}
    client = load_client(make_client({"orders": table, "employees": staff}, files), today=TODAY)
    assert values(client, "fte", "employees") == [1.0, 0.8, 0.5125]


def test_part_of_a_date(make_client: Make) -> None:
    staff = {
        "file": "s.csv", "columns": {"employee_id": "P"}, "compute": {"birth_year": {"part_of_date": "year", "of": "Geb"}},
    }  # fmt: skip
    table = {"file": "b.csv", "columns": {**COLUMNS, "value_amount": "Wert"}}
    files = {"s.csv": "P;Geb\n1;24.12.1970\n2;01.02.1988\n", "b.csv": "Nr;Kunde;Datum;Wert\nA;K;01.02.2025;1,50\n"}
    client = load_client(make_client({"orders": table, "employees": staff}, files), today=TODAY)
    assert values(client, "birth_year", "employees") == [1970.0, 1988.0]


@pytest.mark.parametrize(("part", "value"), [("quarter", 3), ("month", 9), ("day", 15), ("weekday", 1), ("hour", 14)])
def test_every_part_of_a_date(make_client: Make, part: str, value: float) -> None:
    compute = {"value_amount": {"part_of_date": part, "of": "Zeit"}}
    assert values(orders(make_client, "Zeit", ["15.09.2025 14:30"], compute=compute)) == [value]


def test_first_known_takes_the_first_that_is_filled_in_cells_of_any_kind(make_client: Make) -> None:
    compute = {"promised_on": {"first_known": ["Neu", "Alt"]}, "value_amount": {"first_known": ["Netto", "Plan", 0]}}
    client = orders(
        make_client, "Neu;Alt;Netto;Plan", ["05.02.2025;01.02.2025;;7,50", "k. A.;06.02.2025;3,25;9,00", ";;;"],
        compute=compute, missing=["k. A."],
    )  # fmt: skip
    promised = client.table("orders")["promised_on"]
    assert list(promised[:2]) == [pd.Timestamp(2025, 2, 5), pd.Timestamp(2025, 2, 6)]
    assert pd.isna(promised[2])
    assert values(client) == [7.5, 3.25, 0.0]


@pytest.mark.parametrize(
    ("day", "time"),
    [
        ("3.2.2025", "08:15:00"),
        ("3.2.2025", "8:15 AM"),
        ("2025-02-03", "0815"),
        ("03.02.2025", "081500"),
        ("03.02.2025", "8.15 Uhr"),
    ],
)
def test_date_and_time_of_two_columns(make_client: Make, day: str, time: str) -> None:
    compute = {"started_at": {"date_and_time": ["Tag", "Zeit"]}}
    client = log(make_client, "Tag;Zeit;Std", [f"{day};{time};1,5"], compute, columns={"hours": "Std"})
    assert list(client.table("activities")["started_at"]) == [pd.Timestamp(2025, 2, 3, 8, 15)]


def test_an_appointment_with_date_and_time_in_two_columns_has_its_hours_and_all_day_ones_can_be_left_out(
    make_client: Make,
) -> None:
    compute = {
        "started_at": {"date_and_time": ["Start Date", "Start Time"]},
        "ended_at": {"date_and_time": ["End Date", "End Time"]},
    }
    rows = ["3.2.2025;08:00:00;3.2.2025;09:30:00;False", "13.2.2025;00:00:00;15.2.2025;00:00:00;True"]
    header = "Start Date;Start Time;End Date;End Time;All day event"
    client = log(make_client, header, rows, compute, where_not={"All day event": "True"})
    assert values(client, "hours", "activities") == [1.5]


def test_what_is_no_time_of_day_is_told_with_its_row(make_client: Make) -> None:
    compute = {"started_at": {"date_and_time": ["Tag", "Zeit"]}}
    rows = [*(f"{n}.2.2025;08:15;1,5" for n in range(1, 20)), "20.2.2025;ganztags;8,0"]
    client = log(make_client, "Tag;Zeit;Std", rows, compute, columns={"hours": "Std"})
    (finding,) = client.findings
    assert (finding.severity, finding.column, finding.row) == ("serious", "Zeit", 21)
    assert "'ganztags'" in finding.what.en
    assert client.protocol["rows_dropped"].sum() == 1


@pytest.mark.parametrize(
    ("unit", "written", "hours"),
    [
        ("minutes", "90", 1.5),
        ("minutes", "90,0 min", 1.5),
        ("seconds", "5400", 1.5),
        ("milliseconds", "5400000", 1.5),
        ("1h 30m", "1h 30m", 1.5),
        ("1h 30m", "45m", 0.75),
        ("1h 30m", "1d", 8.0),
    ],
)
def test_units_of_time_become_hours(make_client: Make, unit: str, written: str, hours: float) -> None:
    client = log(
        make_client, "Tag;Dauer", [f"03.02.2025;{written}"], {"hours": {"unit": unit, "of": "Dauer"}},
        columns={"started_at": "Tag"},
    )  # fmt: skip
    assert values(client, "hours", "activities") == [hours]


@pytest.mark.parametrize(("written", "share"), [("80", 0.8), ("80 %", 0.8), ("12,5", 0.125), ("0,5", 0.005)])
def test_per_cent_becomes_a_share_with_or_without_its_sign(make_client: Make, written: str, share: float) -> None:
    compute = {"value_amount": {"product": [1000, {"unit": "per_cent", "of": "Anteil"}]}}
    assert values(orders(make_client, "Anteil", [written], compute=compute)) == [1000 * share]


@pytest.mark.parametrize("written", ["12,5", "12,5 T€", "12,5 k"])
def test_thousands(make_client: Make, written: str) -> None:
    compute = {"value_amount": {"unit": "thousands", "of": "Umsatz"}}
    assert values(orders(make_client, "Umsatz", [written], compute=compute)) == [12500.0]


def test_a_duration_of_a_tracker_is_read_without_any_operation(make_client: Make) -> None:
    columns = {"started_at": "Started", "hours": "Time Spent"}
    rows = ["05/Mar/25 9:00 AM;1h 30m", "25/Mar/25 1:15 PM;45m"]
    client = log(make_client, "Started;Time Spent", rows, {}, columns=columns)
    assert values(client, "hours", "activities") == [1.5, 0.75]
    assert client.table("activities")["started_at"].iloc[1] == pd.Timestamp(2025, 3, 25, 13, 15)


def test_what_cannot_be_read_for_an_operation_is_told_once_with_its_column_and_row(make_client: Make) -> None:
    compute = {"value_amount": {"product": ["Menge", "Preis"]}}
    client = orders(make_client, "Menge;Preis", [*["2;1,50"] * 8, "zwei;1,50"], compute=compute)
    (finding,) = client.findings
    assert (finding.severity, finding.column, finding.row) == ("serious", "Menge", 10)
    assert client.table("orders")["value_amount"].isna().sum() == 1  # what was sold is known, for how much is not


def test_an_operand_whose_decimal_mark_is_open_is_asked_for_and_the_line_to_paste_answers(make_client: Make) -> None:
    compute = {"value_amount": {"product": ["Menge", "Preis"]}}
    with pytest.raises(FindingsError) as caught:
        orders(make_client, "Menge;Preis", ["2;1.500", "1;2.000"], compute=compute)
    assert 'tables.orders.formats.Preis: "1.234,50"' in str(caught.value)
    client = orders(make_client, "Menge;Preis", ["2;1.500", "1;2.000"], compute=compute, formats={"Preis": "1.234,50"})
    assert values(client) == [3000.0, 2000.0]


def test_a_heading_that_the_file_does_not_have_is_told_with_the_nearest(make_client: Make) -> None:
    with pytest.raises(FindingsError) as caught:
        orders(make_client, "Menge;Preis", ["2;1,50"], compute={"value_amount": {"product": ["Mengen", "Preis"]}})
    assert "The column 'Mengen' (tables.orders.compute.value_amount: Mengen) is not in the file." in str(caught.value)
    assert "Did you mean 'Menge'?" in str(caught.value)


def test_damaged_decimal_marks_of_an_operand_are_refused(make_client: Make) -> None:
    rows = ["2;2,024,994", "1;300,499", "1;98,5"]
    with pytest.raises(FindingsError) as caught:
        orders(make_client, "Menge;Preis", rows, compute={"value_amount": {"product": ["Menge", "Preis"]}})
    assert "decimal marks are lost" in str(caught.value)


def test_first_and_last_name_together_tell_people_apart(make_client: Make) -> None:
    rows = [
        "Anna;Muster;03.02.2025;1,5",
        "Bert;Muster;03.02.2025;2,5",
        "Anna;Probe;04.02.2025;1,0",
        "Anna;Muster;05.02.2025;1,0",
    ]
    client = log(
        make_client, "First Name;Last Name;Date;Hours", rows, {}, key={"employee_id": ["First Name", "Last Name"]},
        columns={"started_at": "Date", "hours": "Hours"},
    )  # fmt: skip
    people = client.table("activities")["employee_id"]
    assert people.nunique() == 3
    assert people.iloc[0] == people.iloc[3]
    assert not people.str.contains("Muster").any()


def test_a_key_that_lacks_a_part_is_none(make_client: Make) -> None:
    rows = ["2024;1;5,50", "2025;1;6,50", ";2;7,50"]
    table = {"customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
    rows = [*rows, *(f"2025;{n};1,00" for n in range(10, 13))]
    client = orders(make_client, "Jahr;Beleg;Wert", rows, key=["Jahr", "Beleg"], columns=table)
    assert list(client.table("orders")["order_id"]) == ["2024/1", "2025/1", "2025/10", "2025/11", "2025/12"]
    assert client.protocol["rows_dropped"].sum() == 1
