"""Amounts have the sign and the currency that client.yaml states."""

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
Make = Callable[..., Path]


def load(make: Make, header: str, rows: list[str], config: dict[str, Any] | None = None, **rules: Any) -> ClientData:
    lines = [f"Nr;Kunde;Datum;{header}", *(f"A{n};K{n};0{n}.02.2025;{row}" for n, row in enumerate(rows, start=1))]
    table = {"file": "b.csv", "columns": COLUMNS, **rules}
    folder = make({"orders": table}, {"b.csv": "\n".join(lines) + "\n"}, **(config or {}))
    return load_client(folder, today=TODAY)


def amounts(client: ClientData, column: str = "value_amount") -> list[float]:
    return [pytest.approx(value) for value in client.table("orders")[column]]


def test_credit_notes_of_a_column_of_signs_lower_the_total(make_client: Make) -> None:
    rows = ["1.000,50;700,25;S", "300,25;200,25;H", "10,00;7,00;S"]
    client = load(
        make_client, "Wert;Kosten;SH", rows, columns={**COLUMNS, "cost_amount": "Kosten"},
        sign={"column": "SH", "minus": "H"},
    )  # fmt: skip
    assert amounts(client) == [1000.5, -300.25, 10.0]
    assert amounts(client, "cost_amount") == [700.25, -200.25, 7.0]
    assert client.findings == ()


def test_a_minus_that_stands_there_already_is_kept_and_told(make_client: Make) -> None:
    rows = ["100,50;Rechnung", "-30,25;Gutschrift", "20,00;Gutschrift"]
    client = load(make_client, "Wert;Belegart", rows, sign={"column": "Belegart", "minus": ["Gutschrift"]})
    assert amounts(client) == [100.5, -30.25, -20.0]
    (finding,) = client.findings
    assert (finding.severity, finding.count, finding.row) == ("serious", 1, 3)


def test_a_sign_that_no_row_has_stops_the_run_with_the_values(make_client: Make) -> None:
    with pytest.raises(FindingsError) as caught:
        load(
            make_client,
            "Wert;Belegart",
            ["1,50;Rechnung", "2,50;Gutschrift"],
            sign={"column": "Belegart", "minus": "Gutschrft"},
        )
    assert "tables.orders.sign.minus occurs in no row: 'Gutschrft'" in str(caught.value)
    assert "Did you mean 'Gutschrift'?" in str(caught.value)


def test_amounts_are_converted_by_the_currency_of_a_column(make_client: Make) -> None:
    rows = ["100,50;EUR", "200,00;usd", "10,00;$", "300,00;CHF"]
    client = load(make_client, "Wert;Währung", rows, currency={"column": "Währung", "rates": {"USD": 0.9, "CHF": 1.1}})
    assert amounts(client) == [100.5, 180.0, 9.0, 330.0]
    assert client.findings == ()


def test_amounts_are_converted_by_the_currency_in_their_cells(make_client: Make) -> None:
    rows = ["€100,50", "$200,00", "CHF 300,00", "10,00 USD"]
    client = load(make_client, "Wert", rows, currency={"rates": {"USD": 0.9, "CHF": 1.1}})
    assert amounts(client) == [100.5, 180.0, 330.0, 9.0]


def test_the_currency_of_an_operand_holds_for_what_is_computed_with_it(make_client: Make) -> None:
    columns = {name: theirs for name, theirs in COLUMNS.items() if name != "value_amount"}
    client = load(
        make_client, "Menge;Preis", ["2;10,50 USD", "1;8,00 €"], columns=columns,
        compute={"value_amount": {"product": ["Menge", "Preis"]}}, currency={"rates": {"USD": 0.5}},
    )  # fmt: skip
    assert amounts(client) == [10.5, 8.0]


def test_a_whole_table_may_be_in_another_currency(make_client: Make) -> None:
    client = load(make_client, "Wert", ["100,50"], currency={"code": "USD", "rates": {"USD": 0.5}})
    assert amounts(client) == [50.25]


def test_a_rate_for_the_client_s_own_currency_other_than_euro_is_one(make_client: Make) -> None:
    client = load(
        make_client, "Wert;W", ["100,50;CHF", "10,00;EUR"], {"currency": "CHF", "currency_rate": 0.95},
        currency={"column": "W", "rates": {"EUR": 0.95}},
    )  # fmt: skip
    assert amounts(client) == [100.5, 9.5]


def test_a_currency_without_a_rate_stops_the_run_and_the_line_to_paste_solves_it(make_client: Make) -> None:
    rows = ["100,50 EUR", "200,00 USD", "300,00 CHF"]
    with pytest.raises(FindingsError) as caught:
        load(make_client, "Wert", rows, currency={"rates": {"USD": 0.9}})
    assert "in a currency without a rate: 'CHF' (1)" in str(caught.value)
    line = "tables.orders.currency.rates: {USD: 0.9, CHF: …}"
    assert line in str(caught.value)
    place = make_client({"orders": {"file": "b.csv", "columns": COLUMNS, "currency": {"rates": {"USD": 0.9}}}})
    written = (place / "client.yaml").read_text("utf-8")
    (place / "client.yaml").write_text(f"{written}{line.replace('…', '1.1')}\n", "utf-8")
    assert amounts(load_client(place, today=TODAY)) == [100.5, 180.0, 330.0]


def test_amounts_without_a_currency_count_as_the_client_s_and_are_told(make_client: Make) -> None:
    client = load(make_client, "Wert;W", ["1,50;EUR", "2,50;"], currency={"column": "W", "rates": {"USD": 0.9}})
    assert amounts(client) == [1.5, 2.5]
    (finding,) = client.findings
    assert (finding.count, finding.row) == (1, 3)
