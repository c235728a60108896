"""Which rows count is said in client.yaml; what does not count is counted with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 6, 30)
COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
ROWS = [
    "Nr;Kunde;Datum;Wert;Status;Belegart",
    "A1;K1;01.02.2025;100,00;Geliefert;Rechnung",
    "A2;K2;02.02.2025;200,00;Storniert;Rechnung",
    "A3;K1;03.02.2025;50,00;geliefert ;Gutschrift",
    "A4;K3;04.02.2025;400,00;Offen;Angebot",
    "A5;K3;05.02.2025;30,50;;Rechnung",
    ";;;780,50;Gesamt;",
]
Make = Callable[..., Path]


def load(make: Make, rows: list[str] = ROWS, **rules: Any) -> ClientData:
    table = {"file": "b.csv", "columns": COLUMNS, "accepted": ["other_kinds", "credit_types"], **rules}
    return load_client(make({"orders": table}, {"b.csv": "\n".join(rows) + "\n"}), today=TODAY)


def refused(make: Make, **rules: Any) -> str:
    with pytest.raises(FindingsError) as caught:
        load(make, **rules)
    assert caught.value.render("de") != caught.value.render("en")
    return str(caught.value)


def orders(client: ClientData) -> list[str]:
    return list(client.table("orders")["order_id"])


def test_only_rows_with_one_of_the_values_count_and_the_others_are_told(make_client: Make) -> None:
    client = load(make_client, where={"Status": ["Geliefert", "Offen"]})
    assert orders(client) == ["A1", "A3", "A4"]
    (row,) = client.protocol.to_dict("records")
    assert (row["rows_read"], row["rows_kept"], row["rows_dropped"]) == (6, 3, 3)
    assert row["reasons"].en == "3: does not count: 'Status' is not 'Geliefert', 'Offen' (where in client.yaml)"


def test_rows_of_a_kind_can_be_taken_out_and_an_empty_cell_is_a_value(make_client: Make) -> None:
    client = load(
        make_client, where_not={"Belegart": ["Angebot", ""]}, where={"Status": ["Geliefert", "Storniert", "Offen", ""]}
    )
    assert orders(client) == ["A1", "A2", "A3", "A5"]
    reasons = client.protocol["reasons"].iloc[0].de
    assert "1: zählt nicht: 'Belegart' ist 'Angebot', ''" in reasons


def test_what_a_footer_holds_is_not_complained_about_once_it_does_not_count(make_client: Make) -> None:
    client = load(make_client, where_not={"Status": "Gesamt"})
    assert client.findings == ()
    assert client.table("orders")["value_amount"].sum() == pytest.approx(780.5)


def test_a_value_that_is_spelt_otherwise_in_the_file_stops_the_run_and_lists_the_values_with_counts(
    make_client: Make,
) -> None:
    message = refused(make_client, where_not={"Status": ["Storno"]})
    assert "occurs in no row: 'Storno'" in message
    assert "'Storniert' (1)" in message
    assert "Did you mean 'Storniert'?" in message


def test_a_value_beside_others_that_occur_is_told_and_the_run_goes_on(make_client: Make) -> None:
    client = load(make_client, where={"Status": ["Geliefert", "Teilrechnung gebucht"]})
    assert orders(client) == ["A1", "A3"]
    (finding,) = client.findings
    assert finding.severity == "minor"
    assert "'Geliefert' (1)" in finding.what.en


def test_rules_that_leave_no_row_stop_the_run(make_client: Make) -> None:
    message = refused(make_client, where={"Status": "Offen", "Belegart": "Rechnung"})
    assert "no row of 'Orders' is left" in message


def test_a_heading_that_the_file_does_not_have_is_told_with_the_nearest(make_client: Make) -> None:
    message = refused(make_client, where={"Stadus": "Offen"})
    assert "The column 'Stadus' (tables.orders.where.Stadus) is not in the file." in message
    assert "Did you mean 'Status'?" in message


def test_values_of_a_column_of_persons_are_never_shown(make_client: Make) -> None:
    rows = ["Nr;Kunde;Datum;Wert;SB", *(f"A{n};K{n};01.02.2025;1,50;Frau Muster{n}" for n in range(6))]
    columns = {**COLUMNS, "employee_id": "SB"}
    table = {"file": "b.csv", "columns": columns, "where_not": {"SB": ["Frau Muster9"]}}
    folder = make_client({"orders": table}, {"b.csv": "\n".join(rows) + "\n"})
    with pytest.raises(FindingsError) as caught:
        load_client(folder, today=TODAY)
    assert "(content not shown)" in str(caught.value)
    assert "Muster1" not in caught.value.render("de")


def test_a_list_of_staff_shows_only_values_that_several_share(make_client: Make) -> None:
    rows = ["PNr;Rolle;Status", *(f"P{n};Vertrieb;aktiv" for n in range(6)), "P9;Vertrieb;Elternzeit bis Mai"]
    staff = {"file": "s.csv", "columns": {"employee_id": "PNr", "role": "Rolle"}, "where": {"Status": ["active"]}}
    orders_table = {"file": "b.csv", "columns": COLUMNS, "where": {"Status": "Offen"}}
    files = {"b.csv": "\n".join(ROWS) + "\n", "s.csv": "\n".join(rows) + "\n"}
    with pytest.raises(FindingsError) as caught:
        load_client(make_client({"orders": orders_table, "employees": staff}, files), today=TODAY)
    assert "'aktiv' (6)" in str(caught.value)
    assert "Elternzeit" not in str(caught.value)
