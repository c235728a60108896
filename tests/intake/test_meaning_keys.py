"""Keys that differ by form, and numbers that start again."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.intake.client import load_client
from tests.intake.made_orders import TODAY, answered, asked, day, findings_of, order_rows, orders, with_customers

Make = Callable[..., Path]
FORMS = {
    "1000.0": ("1000.0", "1000"),
    "zeros": ("0001000", "1000"),
    "lost zeros": ("1000", "0001000"),
    "long id": ("0015g00000Ab1Cd", "0015g00000Ab1CdAAE"),
    "case": ("KD-1000a", "kd-1000A"),
    "blanks": ("KD 1000", "KD1000"),
    "umlauts": ("Müller 1000", "Mueller 1000"),
    "decomposed": ("Müller 1000", unicodedata.normalize("NFD", "Müller 1000")),
}


@pytest.mark.parametrize("form", FORMS)
def test_keys_that_differ_by_form_only_stop_the_run_and_are_one_when_accepted(make_client: Make, form: str) -> None:
    listed, ordered = FORMS[form]
    marks = "234567"
    rows = [row.replace(f";K{n % 7};", f";{ordered.replace('1', marks[n % 6])};") for n, row in enumerate(order_rows())]
    customers = [f"{listed.replace('1', mark)};Firma {mark}" for mark in marks]
    folder = make_client(*with_customers(orders(rows), customers))

    finding = asked(folder)["key_forms"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 60, "Kunde")
    assert not [one for one in findings_of(folder) if "does not have" in one.what.en]
    client = answered(folder, finding)
    assert len(client.table("customers")) == 6
    assert set(client.table("orders")["customer_id"]) == set(client.table("customers")["customer_id"])


def test_customers_that_are_truly_unknown_are_not_explained_away(make_client: Make) -> None:
    customers = [f"K{n};Firma {n}" for n in range(6)]
    assert asked(make_client(*with_customers(orders(order_rows()), customers))) == {}


def test_a_form_that_two_customers_share_explains_nothing(make_client: Make) -> None:
    rows = [row.replace(f";K{n % 7};", ";17;") for n, row in enumerate(order_rows())]
    assert asked(make_client(*with_customers(orders(rows), ["0017;Firma 1", "00017;Firma 2"]))) == {}


def test_numbers_that_start_again_in_the_next_file_are_different_orders(make_client: Make) -> None:
    tables, files = orders(order_rows(30))
    tables["orders"]["file"] = ["2023.csv", "2024.csv"]
    files["2023.csv"] = files.pop("o.csv")
    rows = [f"A{n:03};K{(n + 3) % 7};{day(n + 40):%d.%m.%Y};{500 + n},00" for n in range(30)]
    files["2024.csv"] = "\n".join(["Nr;Kunde;Datum;Wert", *rows]) + "\n"
    folder = make_client(tables, files)

    finding = asked(folder)["restarted_numbers"]
    assert (finding.severity, finding.count, finding.file) == ("blocking", 30, "2024.csv")
    assert not [one for one in findings_of(folder) if "lines" in one.remedy.en]
    client = answered(folder, finding)
    assert len(client.table("orders")) == client.table("orders")["order_id"].nunique() == 60


def test_numbers_that_start_again_each_year_in_one_file_are_different_orders(make_client: Make) -> None:
    again = [f"A{n:03};K{(n + 3) % 7};{day(n + 45):%d.%m.%Y};{500 + n},00" for n in range(30)]
    folder = make_client(*orders([*order_rows(30), *again]))

    client = answered(folder, asked(folder)["restarted_numbers"])
    assert len(client.table("orders")) == 60


def test_order_lines_are_no_numbers_that_start_again(make_client: Make) -> None:
    lines = [row for one in order_rows(30) for row in (one, one.rpartition(";")[0] + ";12,50")]
    assert asked(make_client(*orders(lines, lines=True))) == {}
    assert asked(make_client(*orders(lines))) == {}


def test_accepted_forms_of_a_year_ago_do_no_harm(make_client: Make) -> None:
    folder = make_client(*orders(order_rows(), accepted=["key_forms"]))
    assert len(load_client(folder, today=TODAY).table("orders")) == 60
