"""Currencies, formats that hang on one value, posts, hours, margins and win rates are questioned where they cannot be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from simkit.intake.client import load_client
from tests.intake.made_orders import (
    COLUMNS,
    TODAY,
    answered,
    asked,
    day,
    findings_of,
    order_rows,
    orders,
    with_customers,
    work_log,
)

Make = Callable[..., Path]


@pytest.mark.parametrize("mark", ["{} USD", "${}", "CHF {}", "{} £"])
def test_cells_of_another_currency_stop_the_run(make_client: Make, mark: str) -> None:
    rows = [
        row if n % 3 else f"{row.rpartition(';')[0]};{mark.format(row.rpartition(';')[2])}"
        for n, row in enumerate(order_rows())
    ]
    finding = asked(make_client(*orders(rows)))["currencies"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 20, "Wert")


def test_cells_of_the_own_currency_raise_no_question(make_client: Make) -> None:
    assert asked(make_client(*orders([f"{row} €" for row in order_rows()]))) == {}
    assert asked(make_client(*orders([f"{row} CHF" for row in order_rows()]), currency="CHF")) == {}


def test_a_column_of_currencies_stops_the_run(make_client: Make) -> None:
    rows = [f"{row};{'USD' if n % 4 == 0 else 'EUR'}" for n, row in enumerate(order_rows())]
    finding = asked(make_client(*orders(rows, header="Nr;Kunde;Datum;Wert;Währung")))["currencies"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 15, "Währung")
    assert "USD: …" in finding.remedy.en


def test_a_column_of_the_own_currency_raises_no_question(make_client: Make) -> None:
    rows = [f"{row};EUR" for row in order_rows()]
    assert asked(make_client(*orders(rows, header="Nr;Kunde;Datum;Wert;Währung"))) == {}


@pytest.mark.parametrize(
    "heading", ["Betrag CHF", "Umsatz (USD)", "Net_Amount_GBP", "amountUSD", "Betrag in sFr.", "TCHF"]
)
def test_a_heading_that_names_another_currency_stops_the_run(make_client: Make, heading: str) -> None:
    columns = {"value_amount": heading}
    folder = make_client(*orders(order_rows(), header=f"Nr;Kunde;Datum;{heading}", columns=columns), currency="EUR")
    finding = asked(folder)["currencies"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 60, heading)
    assert finding.lines.startswith("currency: ") and "{code: " in finding.remedy.en

    assert answered(folder, finding).config.currency == finding.lines.removeprefix("currency: ")
    assert asked(folder) == {}


def test_a_heading_of_a_computed_amount_and_of_one_of_two_files_is_asked_about(make_client: Make) -> None:
    parts = [
        {"file": "a.csv", "columns": {**COLUMNS, "value_amount": "Netto EUR"}},
        {"file": "b.csv", "columns": {key: COLUMNS[key] for key in ("order_id", "customer_id", "ordered_on")}}
        | {"compute": {"value_amount": {"unit": "thousands", "of": "Netto TCHF"}}},
    ]
    first, second = order_rows(40), order_rows(20, start=40)
    files = {
        "a.csv": "\n".join(["Nr;Kunde;Datum;Netto EUR", *first]),
        "b.csv": "\n".join(["Nr;Kunde;Datum;Netto TCHF", *second]),
    }
    finding = asked(make_client({"orders": {"file": parts}}, files))["currencies"]
    assert (finding.count, finding.file, finding.column) == (20, "b.csv", "Netto TCHF")
    assert "accepted" in finding.lines  # one of two: the client's own currency stays what it is

    parts[1]["currency"] = {"code": "CHF", "rates": {"CHF": 1.05}}
    assert asked(make_client({"orders": {"file": parts}}, files)) == {}


@pytest.mark.parametrize("heading", ["Netto EUR", "Betrag (USD/EUR)", "All in", "Retry amount", "Umsatz €"])
def test_a_heading_of_the_own_currency_or_of_none_raises_no_question(make_client: Make, heading: str) -> None:
    columns = {"value_amount": heading}
    assert asked(make_client(*orders(order_rows(), header=f"Nr;Kunde;Datum;{heading}", columns=columns))) == {}


@pytest.mark.parametrize("where", ["cells", "column"])
def test_where_all_amounts_are_in_one_other_currency_it_may_be_the_client_s_own(make_client: Make, where: str) -> None:
    rows = [f"{row} CHF" if where == "cells" else f"{row};CHF" for row in order_rows()]
    header = "Nr;Kunde;Datum;Wert" + (";Währung" if where == "column" else "")
    finding = asked(make_client(*orders(rows, header=header)))["currencies"]
    assert finding.lines == "currency: CHF"


def with_shares(shares: Sequence[str]) -> tuple[dict, dict]:
    customers = [f"K{n % 7};Firma {n};{share}" for n, share in enumerate(shares)]
    return with_customers(orders(order_rows()), customers, header="Nr;Firma;Anteil", wallet_share="Anteil")


def test_one_share_over_1_does_not_turn_the_others_into_per_cent(make_client: Make) -> None:
    folder = make_client(*with_shares(["0,20", "0,45", "0,80", "1,05", "0,33", "0,10", "0,60"]))

    finding = asked(folder)["odd_shares"]
    assert (finding.severity, finding.row) == ("blocking", 5)
    assert not [one for one in findings_of(folder) if "read as per cent" in one.what.en]
    shares = answered(folder, finding).table("customers")["wallet_share"]
    assert shares.dropna().tolist() == [0.20, 0.45, 0.80, 0.33, 0.10, 0.60]


def test_accepted_the_column_is_in_per_cent(make_client: Make) -> None:
    tables, files = with_shares(["0,20", "0,45", "0,80", "1,05", "0,33", "0,10", "0,60"])
    tables["customers"]["accepted"] = ["odd_shares"]
    shares = load_client(make_client(tables, files), today=TODAY).table("customers")["wallet_share"]
    assert shares.max() == pytest.approx(0.0105)


@pytest.mark.parametrize(
    "shares", [["20", "45", "80", "100", "33", "1", "60"], ["0,2", "0,4", "0,8", "1", "0,3", "0", "0,6"]]
)
def test_columns_of_shares_or_of_per_cent_raise_no_question(make_client: Make, shares: list[str]) -> None:
    assert asked(make_client(*with_shares(shares))) == {}


def test_a_single_number_with_decimals_does_not_decide_thousands_alone(make_client: Make) -> None:
    rows = [f"A{n:03};K{n % 7};{day(n):%d.%m.%Y};{1 + n % 9}.{100 + n}" for n in range(40)]
    folder = make_client(*orders([*rows, "B1;K1;05.05.2024;12,5"]))

    finding = asked(folder)["deciding_values"]
    assert (finding.severity, finding.count) == ("blocking", 40)
    assert finding.lines == "tables.orders.formats: {value_amount: '1.234,50'}"
    assert answered(folder, finding).table("orders")["value_amount"].max() > 1000


def test_a_single_date_does_not_decide_day_and_month_alone(make_client: Make) -> None:
    rows = [f"A{n:03};K{n % 7};{1 + n % 12:02}/{1 + n % 5:02}/2024;{100 + n},00" for n in range(40)]
    folder = make_client(*orders([*rows, "B1;K1;05/25/2024;12,50"]))

    finding = asked(folder)["deciding_values"]
    assert finding.lines == "tables.orders.formats: {ordered_on: mm/dd/yyyy}"
    assert answered(folder, finding).first.year == 2024


def staff(posts: Sequence[str]) -> tuple[dict, dict]:
    tables, files = work_log(
        [f"{n % 6};0{1 + n % 9}.03.2025 08:00;0{1 + n % 9}.03.2025 1{n % 4}:00;care" for n in range(60)]
    )
    tables["employees"] = {"file": "p.csv", "columns": {"employee_id": "Nr", "role": "Rolle", "fte": "Stelle"}}
    files["p.csv"] = "Nr;Rolle;Stelle\n" + "".join(f"{n};Innen;{post}\n" for n, post in enumerate(posts))
    return tables, files


@pytest.mark.parametrize(
    ("posts", "half"), [(["100", "80", "50", "100", "50", "10"], 0.5), (["40", "32", "20", "40", "20", "8"], 0.5)]
)
def test_posts_in_per_cent_or_weekly_hours_stop_the_run_and_are_read_when_accepted(
    make_client: Make, posts: list[str], half: float
) -> None:
    folder = make_client(*staff(posts))

    finding = asked(folder)["fte_units"]
    assert finding.severity == "blocking"
    assert not [one for one in findings_of(folder) if "outside 0 to 1" in one.what.en]
    fte = answered(folder, finding).table("employees")["fte"]
    assert (fte.max(), sorted(fte)[1]) == (1.0, half)


def test_posts_up_to_1_raise_no_question(make_client: Make) -> None:
    assert asked(make_client(*staff(["1,0", "0,8", "0,5", "1", "0,5", "0,1"]))) == {}


@pytest.mark.parametrize("more", ["", ";Erinnerung Uhrzeit"])
def test_entries_without_a_time_of_day_stop_the_run_until_day_and_time_are_put_together(
    make_client: Make, more: str
) -> None:
    reminded = ";07:00" if more else ""
    rows = [
        f"P{n % 6};{1 + n % 28}.3.2025;08:{n % 60:02};{1 + n % 28}.3.2025;09:{n % 60:02};care{reminded}"
        for n in range(60)
    ]
    folder = make_client(*work_log(rows, header=f"Wer;Von;Von Uhrzeit;Bis;Bis Uhrzeit;Was{more}"))

    found = asked(folder)
    assert set(found) == {"no_time_of_day"}
    assert found["no_time_of_day"].severity == "blocking"
    log = answered(folder, found["no_time_of_day"]).table("activities")
    assert ((log["ended_at"] - log["started_at"]).dt.total_seconds() == 3600).all()


def entries(hours: Sequence[str]) -> tuple[dict, dict]:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025 08:00;{one};care" for n, one in enumerate(hours)]
    return work_log(rows, header="Wer;Von;Std;Was", ended_at="", hours="Std")


def with_costs(moved: set[int], last: str = "{}") -> tuple[dict, dict]:
    rows = []
    for n, row in enumerate(order_rows()):
        head = row.rpartition(";")[0]
        cost, pieces = f"{60 + 20 * n % 500},00", last.format(1 + n % 7)
        rows.append(f"{head};{cost};{1 + n % 7};" if n in moved else f"{row};{cost};{pieces}")
    return orders(rows, header="Nr;Kunde;Datum;Wert;Kosten;Menge", columns={"cost_amount": "Kosten"})


def test_rows_whose_cells_moved_a_column_to_the_left_are_asked_about(make_client: Make) -> None:
    finding = asked(make_client(*with_costs({12, 24, 36, 48})))["moved_left"]
    assert (finding.severity, finding.count, finding.row, finding.column) == ("blocking", 4, 14, "Kosten")


@pytest.mark.parametrize("last", ["{}", ""])
def test_rows_with_their_last_cell_and_files_that_rarely_fill_it_raise_no_question(
    make_client: Make, last: str
) -> None:
    assert "moved_left" not in asked(make_client(*with_costs(set() if last else {12, 24}, last)))


@pytest.mark.parametrize(("header", "steps"), [("Dauer", ["5", "10", "15"]), ("Std", ["3", "18", "21"])])
def test_minutes_that_are_read_as_hours_stop_the_run_until_it_is_told(
    make_client: Make, header: str, steps: list
) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025;{steps[n % 3]};care" for n in range(60)]
    folder = make_client(*work_log(rows, header=f"Wer;Von;{header};Was", ended_at="", hours=header))
    finding = asked(folder)["minutes_as_hours"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 40, header)
    assert finding.lines == f"tables.activities.compute: {{hours: {{unit: minutes, of: {header}}}}}"
    assert answered(folder, finding).table("activities")["hours"].sum() == pytest.approx(20 * sum(map(int, steps)) / 60)


@pytest.mark.parametrize(
    ("header", "hours"), [("Std", ["5", "10", "10"]), ("Dauer", ["8", "8", "4"]), ("Dauer", ["7,5", "10", "10"])]
)
def test_whole_hours_of_working_days_are_no_minutes(make_client: Make, header: str, hours: list) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025;{hours[n % 3]};care" for n in range(60)]
    assert asked(make_client(*work_log(rows, header=f"Wer;Von;{header};Was", ended_at="", hours=header))) == {}


def test_entries_of_more_than_a_day_may_be_minutes_and_the_line_for_them_is_offered(make_client: Make) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025;{(30, 45, 90)[n % 3]};care" for n in range(60)]
    folder = make_client(*work_log(rows, header="Wer;Von;Dauer;Was", ended_at="", hours="Dauer"))
    (finding,) = asked(folder).values()
    assert finding.code == "monthly_postings" and "accepted: [monthly_postings]" in finding.lines
    assert (
        answered(folder, replace(finding, lines=finding.lines.splitlines()[0])).table("activities")["hours"].max()
        == 1.5
    )


def test_more_than_half_of_the_entries_at_0_hours_stops_the_run(make_client: Make) -> None:
    assert asked(make_client(*entries(["0"] * 40 + ["1,5"] * 20)))["zero_hours"].severity == "blocking"


def test_some_entries_of_0_hours_are_told(make_client: Make) -> None:
    assert asked(make_client(*entries(["0"] * 5 + ["1,5"] * 55)))["zero_hours"].severity == "minor"


def test_a_log_without_entries_of_0_hours_raises_no_question(make_client: Make) -> None:
    assert asked(make_client(*entries(["2,0", "1,5"] * 30))) == {}


def test_a_night_over_the_change_of_clocks_is_told(make_client: Make) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025 08:00;{1 + n % 28:02}.03.2025 09:30;care" for n in range(60)]
    found = asked(make_client(*work_log([*rows, "P1;29.03.2025 22:00;30.03.2025 06:00;service"])))
    assert (found["clock_change"].count, found["clock_change"].row) == (1, 62)
    assert asked(make_client(*work_log([*rows, "P1;22.03.2025 22:00;23.03.2025 06:00;service"]))) == {}


def test_a_pipeline_in_which_everything_was_won_is_told(make_client: Make) -> None:
    columns = {"opportunity_id": "Id", "stage": "Stand", "opened_on": "Auf", "closed_on": "Zu"}
    tables = {"opportunities": {"file": "d.csv", "columns": columns}}
    won = [f"D{n};won;{day(n)};{day(n + 3)}" for n in range(40)]
    assert set(asked(make_client(tables, {"d.csv": "\n".join(["Id;Stand;Auf;Zu", *won]) + "\n"}))) == {"all_won"}
    won[3] = won[3].replace("won", "lost")
    assert asked(make_client(tables, {"d.csv": "\n".join(["Id;Stand;Auf;Zu", *won]) + "\n"})) == {}


@pytest.mark.parametrize(("cost", "told"), [("1,00", True), ("900,00", True), ("70,00", False)])
def test_margins_beyond_belief_stop_the_run(make_client: Make, cost: str, told: bool) -> None:
    rows = [f"A{n:03};K{n % 7};{day(n):%d.%m.%Y};{100 + n % 7},00;{cost}" for n in range(40)]
    found = asked(make_client(*orders(rows, header="Nr;Kunde;Datum;Wert;Kosten", columns={"cost_amount": "Kosten"})))
    assert set(found) == ({"margins"} if told else set())


def test_one_person_with_nearly_all_hours_of_a_role_is_told_without_the_hours(make_client: Make) -> None:
    tables, files = staff(["1"] * 6)
    files["p.csv"] = files["p.csv"].replace("4;Innen", "4;Leitung").replace("5;Innen", "5;Leitung")
    files["l.csv"] += "4;01.03.2025 00:00;02.03.2025 00:00;care\n" * 40
    found = asked(make_client(tables, files))

    assert set(found) == {"one_person"}
    assert "'Leitung'" in found["one_person"].what.en
    assert " h (" not in found["one_person"].what.en and "%" in found["one_person"].what.en
