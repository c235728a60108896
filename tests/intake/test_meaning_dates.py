"""Dates that are plans, placeholders, postings or half converted are told from days on which something happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from simkit.intake.client import load_client
from tests.intake.made_orders import TODAY, answered, asked, day, order_rows, orders, work_log

Make = Callable[..., Path]


@pytest.mark.parametrize("placeholder", ["01.01.1900", "01.01.1970", "11.11.2011"])
def test_a_lone_date_far_from_the_rest_sets_no_period(make_client: Make, placeholder: str) -> None:
    folder = make_client(*orders([*order_rows(), f"B1;K1;{placeholder};50,00"]))
    client = load_client(folder, today=TODAY)

    finding = asked(folder)["stray_dates"]
    assert (client.first, len(client.table("orders"))) == (day(0), 60)
    assert (finding.severity, finding.row, finding.count) == ("serious", 62, 1)
    assert client.period_reason.en.startswith("Period: 3 Jan 2023 to ")
    assert "stray_dates" not in {one.code for one in answered(folder, finding).findings}


def test_much_money_on_a_lone_date_stops_the_run_and_accepted_it_counts(make_client: Make) -> None:
    tables, files = orders([*order_rows(), "B1;K1;05.05.2015;9000,00"])
    assert asked(make_client(tables, files))["stray_dates"].severity == "blocking"

    tables["orders"]["accepted"] = ["stray_dates"]
    client = load_client(make_client(tables, files), today=TODAY)
    assert (client.first, len(client.table("orders"))) == (dt.date(2015, 5, 5), 61)


def test_a_quiet_year_before_the_rest_is_no_stray(make_client: Make) -> None:
    assert asked(make_client(*orders([*order_rows(), "B1;K1;20.12.2021;500,00"]))) == {}


def test_a_deal_won_after_today_sets_no_period(make_client: Make) -> None:
    columns = {"opportunity_id": "Id", "stage": "Stand", "opened_on": "Auf", "closed_on": "Zu"}
    rows = [f"D{n};{'won' if n % 2 else 'lost'};{day(n)};{day(n + 3)}" for n in range(60)]
    text = "\n".join(["Id;Stand;Auf;Zu", *rows, f"D99;won;{day(5)};2025-12-31"]) + "\n"
    folder = make_client(
        {"opportunities": {"file": "d.csv", "columns": columns, "missing": ["x"]}}, {"d.csv": text}, language="en"
    )

    assert asked(folder)["stray_dates"].count == 1
    client = answered(folder, asked(folder)["stray_dates"])
    assert client.last == day(62)


def test_deliveries_still_to_come_are_plans(make_client: Make) -> None:
    rows = [f"{row};{day(n + 2 if n < 40 else 120):%d.%m.%Y}" for n, row in enumerate(order_rows())]
    tables, files = orders(rows, header="Nr;Kunde;Datum;Wert;Geliefert", columns={"delivered_on": "Geliefert"})
    client = load_client(make_client(tables, files), today=TODAY)

    (finding,) = [one for one in client.findings if one.code]
    assert (finding.code, finding.severity, finding.count) == ("planned_deliveries", "serious", 20)
    assert client.table("orders")["delivered_on"].notna().sum() == 40


def test_deliveries_of_the_past_raise_no_question(make_client: Make) -> None:
    rows = [f"{row};{day(n + 2):%d.%m.%Y}" for n, row in enumerate(order_rows())]
    header = "Nr;Kunde;Datum;Wert;Geliefert"
    assert asked(make_client(*orders(rows, header=header, columns={"delivered_on": "Geliefert"}))) == {}


def test_orders_at_the_turn_of_months_are_postings(make_client: Make) -> None:
    ends = pd.date_range("2023-01-31", periods=24, freq="ME")
    folder = make_client(*orders([f"A{n};K{n % 5};{end:%d.%m.%Y};{100 + 3 * n},00" for n, end in enumerate(ends)]))

    finding = asked(folder)["monthly_postings"]
    assert (finding.severity, finding.count) == ("serious", 24)


def test_entries_of_a_whole_month_stop_the_run(make_client: Make) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025;{150 + n},5;care" for n in range(24)]
    folder = make_client(*work_log(rows, header="Wer;Von;Std;Was", ended_at="", hours="Std"))
    assert asked(folder)["monthly_postings"].severity == "blocking"


def half_converted(path: Path, *, month_first: bool, form: str = "{month}/{day}/{year}") -> bytes:
    """Return a workbook of a date every three days: days up to the 12th have become dates, the others stayed text."""
    book = xlsxwriter.Workbook(path, {"default_date_format": "dd.mm.yyyy"})
    sheet = book.add_worksheet("Daten")
    sheet.write_row(0, 0, ["Nr", "Kunde", "Datum", "Wert"])
    for n in range(60):
        true = dt.date(2024, 1, 2) + dt.timedelta(days=3 * n)
        sheet.write_row(n + 1, 0, [f"A{n}", f"K{n % 7}"])
        if true.day <= 12 and month_first:
            sheet.write_datetime(n + 1, 2, dt.datetime(true.year, true.day, true.month))
        elif month_first:
            sheet.write(n + 1, 2, form.format(day=true.day, month=true.month, year=true.year))
        else:
            sheet.write_datetime(n + 1, 2, dt.datetime(true.year, true.month, true.day))
        sheet.write(n + 1, 3, 100 + 7 * n)
    book.close()
    return path.read_bytes()


@pytest.mark.parametrize(
    "form", ["{month}/{day}/{year}", "{day}/{month}/{year}", "{day:02}.{month:02}.{year}", "{day}-{month}-{year}"]
)
def test_dates_that_a_spreadsheet_swapped_where_it_could_stop_the_run(
    make_client: Make, tmp_path: Path, form: str
) -> None:
    tables, _ = orders([])
    tables["orders"]["file"] = "o.xlsx"
    folder = make_client(tables, {"o.xlsx": half_converted(tmp_path / "x.xlsx", month_first=True, form=form)})

    finding = asked(folder)["half_converted"]
    assert (finding.severity, finding.column) == ("blocking", "Datum")
    assert 20 < finding.count < 30


def test_a_workbook_of_real_dates_raises_no_question(make_client: Make, tmp_path: Path) -> None:
    tables, _ = orders([])
    tables["orders"]["file"] = "o.xlsx"
    assert asked(make_client(tables, {"o.xlsx": half_converted(tmp_path / "x.xlsx", month_first=False)})) == {}


@pytest.mark.parametrize(
    ("became", "stayed"), [("{1:02}.{0:02}.{2}", "{1}/{0}/{2}"), ("{1}/{0}/{2}", "{0:02}.{1:02}.{2}")]
)
def test_a_csv_saved_from_such_a_workbook_is_found_too(make_client: Make, became: str, stayed: str) -> None:
    days = [dt.date(2024, 1, 2) + dt.timedelta(days=3 * n) for n in range(60)]
    written = [(became if one.day <= 12 else stayed).format(one.day, one.month, one.year) for one in days]
    folder = make_client(*orders([f"A{n};K{n % 7};{text};{100 + n},00" for n, text in enumerate(written)]))
    assert asked(folder)["half_converted"].severity == "blocking"


@pytest.mark.parametrize(
    ("first", "last", "months", "outside", "fitting"),
    [
        ("2021-01-01", "2024-06-17", 24, 0, "period: {first: 2023-01-03, last: 2024-06-17}"),
        ("2023-07-01", "2026-06-30", 24, 20, "period: {first: 2023-07-01, last: 2024-06-17}"),
    ],
)
def test_a_period_far_beyond_the_data_is_told_with_the_rows_outside(
    make_client: Make, first: str, last: str, months: int, outside: int, fitting: str
) -> None:
    stated = {name: dt.date.fromisoformat(day) for name, day in (("first", first), ("last", last))}
    (finding,) = load_client(make_client(*orders(order_rows()), period=stated), today=TODAY).findings
    assert finding.severity == "serious" and fitting in finding.remedy.en
    assert f"{months} months are empty. {outside} rows" in finding.what.en


def test_a_period_of_whole_years_around_the_data_raises_no_finding(make_client: Make) -> None:
    stated = {"first": dt.date(2023, 1, 1), "last": dt.date(2024, 7, 31)}
    assert load_client(make_client(*orders(order_rows()), period=stated), today=TODAY).findings == ()
