"""Values that have to be computed of several columns are asked where one of them is taken for the value."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.intake.findings import FindingsError
from tests.intake.made_orders import COLUMNS, answered, asked, findings_of, order_rows, orders

Make = Callable[..., Path]


def in_two_columns(make_client: Make, first: str, second: str, *, zero: str = "") -> Path:
    """Make orders whose every fourth amount stands in a second column."""
    rows = []
    for n, row in enumerate(order_rows()):
        *key, amount = row.split(";")
        rows.append(";".join([*key, *((zero, amount) if n % 4 == 0 else (amount, zero))]))
    return make_client(*orders(rows, header=f"Nr;Kunde;Datum;{first};{second}", columns={"value_amount": first}))


NET = sum((-1 if n % 4 == 0 else 1) * float(row.split(";")[3].replace(",", ".")) for n, row in enumerate(order_rows()))


@pytest.mark.parametrize(("first", "second"), [("Soll", "Haben"), ("Umsatz Soll", "Umsatz Haben"), ("Debit", "Credit")])
@pytest.mark.parametrize("zero", ["", "0,00"])
def test_the_other_side_of_a_ledger_in_a_column_of_its_own_is_subtracted_once_the_line_is_pasted(
    make_client: Make, first: str, second: str, zero: str
) -> None:
    folder = in_two_columns(make_client, first, second, zero=zero)

    finding = asked(folder)["ledger_columns"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 15, second)
    assert answered(folder, finding).table("orders")["value_amount"].sum() == pytest.approx(NET)


@pytest.mark.parametrize("second", ["Haben Steuer", "Skonto", "Gegenkonto"])
def test_another_column_beside_debits_raises_no_question(make_client: Make, second: str) -> None:
    rows = [f"{row};12,50" for row in order_rows()]
    client = orders(rows, header=f"Nr;Kunde;Datum;Soll;{second}", columns={"value_amount": "Soll"})
    assert "ledger_columns" not in asked(make_client(*client))


def of_pieces(make_client: Make, headings: str, *, value: str, discount: str = "") -> Path:
    """Make orders of one to four pieces."""
    rows = [
        ";".join([*row.split(";")[:3], str(1 + n % 4), "10,50", *([discount] if discount else [])])
        for n, row in enumerate(order_rows())
    ]
    return make_client(*orders(rows, header=f"Nr;Kunde;Datum;{headings}", columns={**COLUMNS, "value_amount": value}))


@pytest.mark.parametrize(
    ("headings", "value", "discount", "total"),
    [
        ("Menge;Einzelpreis", "Einzelpreis", "", 1575.0),
        ("Qty;Unit Price", "Unit Price", "", 1575.0),
        ("Stück;Stückpreis;Rabatt", "Stückpreis", "0,2", 1260.0),
    ],
)
def test_the_price_of_a_piece_is_no_value_where_a_quantity_stands_beside_it(
    make_client: Make, headings: str, value: str, discount: str, total: float
) -> None:
    folder = of_pieces(make_client, headings, value=value, discount=discount)

    finding = asked(folder)["prices_of_one"]
    assert finding.severity == "blocking"
    assert answered(folder, finding).table("orders")["value_amount"].sum() == pytest.approx(total)


def test_the_price_of_a_row_raises_no_question(make_client: Make) -> None:
    assert "prices_of_one" not in asked(of_pieces(make_client, "Menge;Nettopreis gesamt", value="Nettopreis gesamt"))


def test_no_product_is_offered_where_a_discount_is_no_share(make_client: Make) -> None:
    finding = asked(of_pieces(make_client, "Menge;Einzelpreis;Rabatt %", value="Einzelpreis", discount="20"))[
        "prices_of_one"
    ]
    assert finding.lines == "tables.orders.accepted: [prices_of_one]"


def test_where_the_column_of_values_is_missing_the_product_that_makes_it_is_told(make_client: Make) -> None:
    folder = of_pieces(make_client, "Menge;Preis;Rabatt", value="Wert", discount="0,2")
    (finding,) = findings_of(folder)
    written = "compute: {value_amount: {product: [Menge, Preis, {difference: [1, Rabatt]}]}}"
    assert written in finding.remedy.en and written in finding.remedy.de

    path = folder / "client.yaml"
    stated = path.read_text("utf-8").replace("value_amount: Wert", "").replace("'value_amount': 'Wert'", "")
    path.write_text(f"{stated}\ntables.orders.{written}\n", "utf-8")
    assert not [one for one in findings_of(folder) if one.severity == "blocking"]


def test_without_a_price_the_missing_column_is_told_as_before(make_client: Make) -> None:
    rows = [";".join([*row.split(";")[:3], "2"]) for row in order_rows()]
    folder = make_client(*orders(rows, header="Nr;Kunde;Datum;Menge"))
    with pytest.raises(FindingsError, match="The column 'Wert'"):
        raise FindingsError(findings_of(folder))
    assert "quantity times price" not in findings_of(folder)[0].remedy.en
