"""What stands in two columns and is read from one is asked: the side of a ledger, the first names of people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.intake.client import load_client
from tests.intake.made_orders import TODAY, answered, asked, order_rows, orders, work_log

Make = Callable[..., Path]
HEADER = "Nr;Kunde;Datum;Wert"


def ledger(make_client: Make, header: str, words: list[str], *, minus: str = "") -> Path:
    """Make orders with one more column; the rows of the word `minus` carry a minus already."""
    rows = []
    for n, row in enumerate(order_rows()):
        word = words[n % len(words)]
        number, customer, day, value = row.split(";")
        rows.append(f"{number};{customer};{day};{'-' if minus and word == minus else ''}{value};{word}")
    return make_client(*orders(rows, header=f"{HEADER};{header}"))


@pytest.mark.parametrize(
    ("header", "words", "minus"),
    [
        ("S/H", ["S", "S", "S", "H"], "H"),
        ("Soll/Haben-Kennzeichen", ["H", "H", "S"], "S"),
        ("SHKZG", ["S", "S", "S", "H"], "H"),
        ("Seite", ["Soll", "Soll", "Soll", "Haben"], "Haben"),
        ("Kind", ["Debit", "Debit", "Credit"], "Credit"),
        ("DR/CR", ["DR", "DR", "DR", "CR"], "CR"),
        ("VZ", ["+", "+", "-"], "-"),
        ("Vorzeichen", ["", "", "-"], "-"),
        ("Faktor", ["1", "1", "-1"], "-1"),
    ],
)
def test_the_other_side_of_a_ledger_stops_the_run_until_it_is_subtracted(
    make_client: Make, header: str, words: list[str], minus: str
) -> None:
    folder = ledger(make_client, header, words)
    whole = sum(float(row.split(";")[3].replace(",", ".")) for row in order_rows())

    finding = asked(folder)["ledger_sides"]
    assert finding.severity == "blocking" and finding.column == header
    assert f"'{minus}'" in finding.what.en
    client = answered(folder, finding)
    other = sum(
        float(row.split(";")[3].replace(",", "."))
        for n, row in enumerate(order_rows())
        if words[n % len(words)] == minus
    )
    assert client.table("orders")["value_amount"].sum() == pytest.approx(whole - 2 * other)
    assert "ledger_sides" not in {one.code for one in client.findings}


@pytest.mark.parametrize(
    ("header", "words", "minus"),
    [
        ("S/H", ["S", "S", "H"], "H"),  # the amounts carry their sign
        ("Sparte", ["S", "S", "H"], ""),  # plumbing and heating
        ("Kanal", ["D", "D", "C"], ""),
        ("S/H", ["S"], ""),
        ("Sonderkennzeichen", ["", "", "S"], ""),
        ("Stufe", ["1", "1", "-1"], ""),
    ],
)
def test_columns_that_name_no_side_of_amounts_without_a_sign_raise_no_question(
    make_client: Make, header: str, words: list[str], minus: str
) -> None:
    assert asked(ledger(make_client, header, words, minus=minus)) == {}


NAMES = [("Ada", "Muster"), ("Bo", "Muster"), ("Cy", "Probe"), ("Di", "Fall"), ("Ed", "Wert"), ("Flo", "Ort")]


def log_with_names(make_client: Make, header: str, names: list[tuple[str, str]], family: str) -> Path:
    rows = [
        f"{names[n % len(names)][0]};{names[n % len(names)][1]};{1 + n % 28:02}.03.2025 08:{n % 60:02};"
        f"{1 + n % 28:02}.03.2025 11:{n % 60:02};care"
        for n in range(60)
    ]
    return make_client(*work_log(rows, header=f"{header};Von;Bis;Was", employee_id=family))


@pytest.mark.parametrize(
    ("header", "family"),
    [
        ("Vorname;Nachname", "Nachname"),
        ("Vorname;Name", "Name"),
        ("First Name;Last Name", "Last Name"),
        ("Given name;Surname", "Surname"),
    ],
)
def test_people_who_share_a_family_name_are_told_apart_by_both_columns(
    make_client: Make, header: str, family: str
) -> None:
    folder = log_with_names(make_client, header, NAMES, family)

    finding = asked(folder)["names_in_two_columns"]
    assert (finding.severity, finding.count) == ("blocking", 20)
    assert "5 instead of 6" in finding.what.en
    assert not any(name in finding.what.en + finding.remedy.en for pair in NAMES for name in pair)
    assert answered(folder, finding).table("activities")["employee_id"].nunique() == 6


def test_family_names_that_nobody_shares_raise_no_question(make_client: Make) -> None:
    folder = log_with_names(make_client, "Vorname;Nachname", NAMES[1:], "Nachname")
    assert "names_in_two_columns" not in asked(folder)


def test_a_personnel_number_beside_a_first_name_raises_no_question(make_client: Make) -> None:
    folder = log_with_names(make_client, "Vorname;Personalnr", NAMES, "Personalnr")
    assert "names_in_two_columns" not in asked(folder)
    assert load_client(folder, today=TODAY).table("activities")["employee_id"].nunique() == 5


def test_namesakes_in_a_list_of_staff_are_no_duplicates(make_client: Make) -> None:
    tables, files = orders(order_rows())
    columns = {"employee_id": "Name", "role": "Rolle", "fte": "Stelle"}
    tables = {"employees": {"file": "p.csv", "columns": columns}, **tables}
    rows = [f"{first};{name};Innen;0,8" for first, name in NAMES]
    folder = make_client(tables, {**files, "p.csv": "\n".join(["Vorname;Name;Rolle;Stelle", *rows]) + "\n"})

    client = answered(folder, asked(folder)["names_in_two_columns"])
    assert len(client.table("employees")) == 6
