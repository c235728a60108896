from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from simkit.intake.client import ClientData
from simkit.intake.privacy.disclosure import check_export
from simkit.value.customers.customer_list import list_table, source_lines, write_csv, write_workbook
from simkit.value.customers.customer_value import CustomerValue, customer_value


@pytest.fixture
def client(make_client: Callable[..., ClientData]) -> ClientData:
    orders = pd.DataFrame(
        [
            (f"00{n}", pd.Timestamp(day), 1234.5 * (n + 1), 1000.0 * (n + 1), "P01")
            for n in range(10)
            for day in ("2024-02-01", "2025-08-01")
        ],
        columns=["customer_id", "ordered_on", "value_amount", "cost_amount", "employee_id"],
    )
    names = ["=cmd()", "Müller & Söhne", *[f"Firma {n}" for n in range(8)]]
    customers = pd.DataFrame({"customer_id": [f"00{n}" for n in range(10)], "name": names, "owner_id": "P01"})
    return make_client(orders=orders, customers=customers)


@pytest.fixture
def value(client: ClientData) -> CustomerValue:
    return customer_value(client)


def test_headings_and_actions_follow_the_language(value: CustomerValue) -> None:
    german, english = list_table(value, "de"), list_table(value, "en")
    assert {"Kundennummer", "Vorgeschlagene Maßnahme"} <= set(german.columns)
    assert "Sichern" in set(german["Vorgeschlagene Maßnahme"])
    assert "Protect" in set(english["Proposed action"])


def test_columns_that_the_client_cannot_fill_are_left_out(value: CustomerValue) -> None:
    assert "Hours of sales staff" not in list_table(value, "en")


def test_the_list_passes_the_privacy_gate(value: CustomerValue) -> None:
    check_export(list_table(value, "de"), where="customer list")


def test_the_german_csv_opens_in_a_german_spreadsheet(value: CustomerValue, tmp_path: Path) -> None:
    content = write_csv(value, tmp_path / "list.csv", "de").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    text = content.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("Kundennummer;Kunde;")
    assert "24690,0" in text
    assert "Müller & Söhne" in text


def test_a_name_that_looks_like_a_formula_is_made_harmless(value: CustomerValue, tmp_path: Path) -> None:
    assert ",'=cmd()," in write_csv(value, tmp_path / "list.csv", "en").read_text(encoding="utf-8-sig")


def test_the_workbook_keeps_ids_as_text_and_numbers_as_numbers(
    value: CustomerValue, client: ClientData, tmp_path: Path
) -> None:
    path = write_workbook(value, tmp_path / "list.xlsx", client, "de")
    content = io.BytesIO(path.read_bytes())
    sheets = pd.read_excel(content, sheet_name=None, engine="calamine", dtype={"Kundennummer": str})
    sheet = sheets["Kunden"]
    assert sheet["Kundennummer"].iloc[0] == "009"
    assert sheet["Umsatz"].iloc[0] == pytest.approx(24_690.0)
    assert "=cmd()" in set(sheet["Kunde"])
    assert list(sheets) == ["Kunden", "Segmente", "Quellen und Regeln"]


def test_the_same_client_gives_the_same_bytes(value: CustomerValue, client: ClientData, tmp_path: Path) -> None:
    first = write_workbook(value, tmp_path / "a.xlsx", client, "en").read_bytes()
    assert first == write_workbook(value, tmp_path / "b.xlsx", client, "en").read_bytes()


def test_the_sources_name_weights_rules_assumptions_and_files(value: CustomerValue, client: ClientData) -> None:
    text = "\n".join(f"{left}|{right}" for left, right in source_lines(value, client, "en"))
    assert "Revenue|25%" in text
    assert "1 Jan 2024 – 31 Dec 2025" in text
    assert "orders.csv|" + "ab" * 32 in text
    assert "Invest|A customer gets far fewer hours" in text
