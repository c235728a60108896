"""The export to the CRM: numbers of customers byte by byte, nothing a spreadsheet runs, nothing on fewer than five people."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from simkit.cli.main import main
from simkit.foundation.table_writing import runs_as_formula
from simkit.intake.client import ClientData
from simkit.intake.settings.customer_settings import ServiceLevels
from simkit.value.customers.crm_export import (
    COLUMNS,
    crm_export,
    level_words,
    write_crm_csv,
    write_crm_workbook,
)
from simkit.value.customers.customer_value import CustomerValue, customer_value

ODD = [
    "007",
    "1E5",
    "3-4",
    "01.02.2025",
    "-12",
    "+49",
    "_x0041_",
    "Ä;1",
    'a"b',
    "12345678901234567890",
    "TRUE",
    "1/2",
    "'x",
]
FORMULAS = ["=1+1", "@SUM(A1)", "+A1", "-A1+cmd"]
MakeClient = Callable[..., ClientData]


@pytest.fixture(scope="module")
def client(make_client: MakeClient) -> ClientData:
    ids = [*ODD, *FORMULAS]
    orders = pd.DataFrame(
        [(name, pd.Timestamp(day), 1234.5 * (n + 1), 1000.0 * (n + 1))
         for n, name in enumerate(ids) for day in ("2024-02-01", "2025-08-01")],
        columns=["customer_id", "ordered_on", "value_amount", "cost_amount"],
    )  # fmt: skip
    log = pd.DataFrame(
        [(name, f"P{person:02d}", pd.Timestamp("2025-03-03 09:00"), 1.0, "care")
         for n, name in enumerate(ids) for person in range(4 if n % 2 else 9)],
        columns=["customer_id", "employee_id", "started_at", "hours", "activity"],
    )  # fmt: skip
    staff = pd.DataFrame({"employee_id": [f"P{n:02d}" for n in range(9)], "fte": 1.0, "cost_amount": 80_000.0})
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "owner_id": "P01",
            "purchasing_volume_amount": [10_000.0, 1_000.0, *[None] * (len(ids) - 2)],
        }
    )
    return make_client(orders=orders, activities=log, employees=staff, customers=customers)


@pytest.fixture(scope="module")
def value(client: ClientData) -> CustomerValue:
    return customer_value(client)


def read_csv(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def test_the_workbook_gives_every_number_back_byte_by_byte(
    client: ClientData, value: CustomerValue, tmp_path: Path
) -> None:
    path = write_crm_workbook(crm_export(client, value, "de"), tmp_path / "crm.xlsx", client, value)
    sent = value.customers["customer_id"].tolist()
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name("Kunden").to_python()
    assert [row[0] for row in rows[1:]] == sent
    sheet = load_workbook(path)["Kunden"]
    cells = [sheet.cell(row, 1) for row in range(2, len(sent) + 2)]
    assert [cell.value for cell in cells] == sent
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert isinstance(sheet["B2"].value, dt.datetime)


def test_the_csv_gives_harmless_numbers_back_and_leaves_formulas_to_the_workbook(
    client: ClientData, value: CustomerValue, tmp_path: Path
) -> None:
    export = crm_export(client, value, "de")
    rows = read_csv(write_crm_csv(export, tmp_path / "crm.csv", "DE"), ";")
    assert {row["Kundennummer"] for row in rows} == set(ODD)
    assert set(export.table.loc[export.unsafe, "customer_id"]) == set(FORMULAS)
    assert [name for name in ODD if runs_as_formula(name)] == []


@pytest.mark.parametrize(
    ("language", "country", "delimiter", "amount", "day"),
    [
        ("de", "DE", ";", "7401,93", "31.12.2025"),
        ("de", "CH", ";", "7401.93", "31.12.2025"),
        ("en", "DE", ",", "7401.93", "2025-12-31"),
    ],
)
def test_the_csv_speaks_the_readers_spreadsheet(
    client: ClientData,
    value: CustomerValue,
    tmp_path: Path,
    language: str,
    country: str,
    delimiter: str,
    amount: str,
    day: str,
) -> None:
    export = crm_export(client, value, language)  # type: ignore[arg-type]
    path = write_crm_csv(export, tmp_path / "crm.csv", country)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    heads = {column.name: column.label.to(export.language) for column in export.columns}
    row = next(one for one in read_csv(path, delimiter) if one[heads["customer_id"]] == "+49")
    assert row[heads["revenue_per_year_amount"]] == amount
    assert row[heads["valued_on"]] == day


def test_each_customer_has_class_score_value_and_what_is_known(client: ClientData, value: CustomerValue) -> None:
    table = crm_export(client, value, "en").table.set_index("customer_id")
    first = value.customers.set_index("customer_id").loc["007"]
    years = 731 / 365.25
    assert table.loc["007", "segment"] == first["segment"]
    assert table.loc["007", "points"] == round(first["score"] * 100)
    assert table.loc["007", "value_per_year_amount"] == pytest.approx(2 * 234.5 / years, abs=0.01)
    assert table.loc["007", "wallet_share"] == pytest.approx(2469 / years / 10_000, abs=0.001)
    assert table.loc["1E5", "wallet_share"] == 1.0
    assert table["action"].notna().all() and table["known_share"].between(0, 1).all()


def test_contribution_after_service_is_empty_under_five_people(client: ClientData, value: CustomerValue) -> None:
    table = crm_export(client, value, "en").table.set_index("customer_id")
    few = client.table("activities").groupby("customer_id")["employee_id"].nunique() < 5
    hidden = table.loc[few[few].index, "margin_per_year_amount"]
    assert hidden.isna().all() and len(hidden) == 8
    assert table["margin_per_year_amount"].notna().sum() > 0


def test_nobody_who_looks_after_a_customer_is_named(client: ClientData, value: CustomerValue, tmp_path: Path) -> None:
    export = crm_export(client, value, "en")
    path = write_crm_csv(export, tmp_path / "crm.csv", "DE")
    assert "P01" not in path.read_text(encoding="utf-8-sig")
    assert not {"hours_h", "owner_id", "employee_id"} & set(export.table)
    assert set(export.table) <= {column.name for column in COLUMNS}


def test_service_levels_come_in_words_from_the_client_or_the_study(client: ClientData, value: CustomerValue) -> None:
    stated = ServiceLevels.model_validate(
        {"segments": {"A": {"contacts_per_year": 12, "channel": "visit", "response_h": 4.5, "bespoke": True}}}
    )
    told = replace(client, config=client.config.model_copy(update={"service_levels": stated}))
    table = crm_export(told, value, "de").table
    words = "12 Kontakte im Jahr, Besuch, Antwort in 4,5 h, Sonderlösungen: ja"
    assert set(table.loc[table["segment"] == "A", "service_level"]) == {words}
    assert table.loc[table["segment"] == "C", "service_level"].isna().all()
    measured = pd.DataFrame({"segment": ["B"], "contacts_per_year": [3.04], "channel": ["phone"], "response_h": [None]})
    assert level_words(measured, "en") == {"B": "3 contacts per year, phone and video"}


@pytest.fixture
def client_of_two(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "client.yaml").write_text(
        "client: small\nname: Klein GmbH\nlanguage: de\nperiod: {first: 2025-01-01, last: 2025-12-31}\ntables:\n"
        "  orders:\n    file: a.csv\n    columns: {order_id: Nr, customer_id: Kunde, ordered_on: Tag, value_amount: Wert}\n",
        "utf-8",
    )
    (folder / "a.csv").write_text("Nr;Kunde;Tag;Wert\n1;0012;01.02.2025;100,00\n2;=1+1;01.03.2025;50,00\n", "utf-8")
    return folder


def test_the_command_writes_both_files_and_says_what_is_missing(
    client_of_two: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        main(["export", str(client_of_two), "--output", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert not left.value.code
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"small_2025-12-31.csv", "small_2025-12-31.xlsx"}
    assert "Nicht in der CSV" in said and "=1+1" in said
    assert [row["Kundennummer"] for row in read_csv(tmp_path / "out" / "small_2025-12-31.csv", ";")] == ["0012"]


def test_a_workbook_that_cannot_be_written_is_reported_as_such(
    client_of_two: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = client_of_two.parent / "out"
    (out / "small_2025-12-31.xlsx").mkdir(parents=True)
    with pytest.raises(SystemExit) as left:
        main(["export", str(client_of_two), "--output", str(out), "--lang", "de"])
    said = capsys.readouterr().err
    assert left.value.code == 1
    assert "Unerwarteter Fehler" not in said
    assert not (out / "small_2025-12-31.csv").exists()  # no new table beside an old workbook
    assert "small_2025-12-31.xlsx" in said and "in einem anderen Programm geöffnet" in said


def test_zero_is_written_without_a_minus(client: ClientData, value: CustomerValue, tmp_path: Path) -> None:
    export = crm_export(client, value, "de")
    almost = replace(export, table=export.table.assign(revenue_per_year_amount=-0.001))
    rows = read_csv(write_crm_csv(almost, tmp_path / "a.csv", "DE"), ";")
    assert {row["Umsatz im Jahr"] for row in rows} == {"0,00"}
