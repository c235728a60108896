"""Totals, footers, copies, cancelled and tried-out rows are told from rows that count."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.intake.client import load_client
from tests.intake.made_orders import TODAY, answered, asked, findings_of, order_rows, orders, with_customers, work_log

Make = Callable[..., Path]
CUSTOMERS = [f"K{n};Firma {n};{1000 * (n + 1)}" for n in range(7)]
WITH_VOLUME = {"header": "Nr;Firma;Volumen", "purchasing_volume_amount": "Volumen"}


def test_an_order_list_without_totals_raises_no_question(make_client: Make) -> None:
    assert asked(make_client(*with_customers(orders(order_rows()), CUSTOMERS, **WITH_VOLUME))) == {}


@pytest.mark.parametrize("word", ["Gesamtergebnis", "Summe:", "Total", "Grand Total", "Insgesamt"])
def test_the_total_of_a_list_of_customers_is_no_customer(make_client: Make, word: str) -> None:
    folder = make_client(*with_customers(orders(order_rows()), [*CUSTOMERS, f"{word};;28000"], **WITH_VOLUME))
    client = load_client(folder, today=TODAY)

    finding = asked(folder)["totals"]
    assert len(client.table("customers")) == 7
    assert (finding.severity, finding.row, finding.file) == ("serious", 9, "k.csv")
    assert "28.000 € (50,0 % der Tabelle)" in finding.what.de.replace("\xa0", " ")
    assert len(answered(folder, finding).table("customers")) == 8


def test_a_customer_whose_name_is_total_stays_a_customer(make_client: Make) -> None:
    rows = [*CUSTOMERS[:6], "K6;Total;7000"]
    assert asked(make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME))) == {}


def test_subtotals_prove_themselves_by_their_sums(make_client: Make) -> None:
    rows = [f"A{n:02};K{n // 5};0{1 + n % 5}.03.2025;{100 + 7 * n},00" for n in range(20)]
    with_sums: list[str] = []
    for block in range(4):
        part = rows[5 * block : 5 * block + 5]
        whole = sum(100 + 7 * n for n in range(5 * block, 5 * block + 5))
        with_sums += [*part, f"S{block};K{block};31.03.2025;{whole},00"]
    folder = make_client(*orders(with_sums))

    assert asked(folder)["totals"].count == 4
    assert load_client(folder, today=TODAY).table("orders")["value_amount"].sum() == sum(100 + 7 * n for n in range(20))


def test_orders_that_happen_to_add_up_are_no_subtotals(make_client: Make) -> None:
    values = [100, 200, 300, 600, 50, 70, 120, 330, 410, 90]
    rows = [f"A{n};K{n % 3};{n + 1:02}.03.2025;{value},00" for n, value in enumerate(values)]
    assert asked(make_client(*orders(rows))) == {}


def test_fees_that_repeat_as_parts_and_whole_are_no_subtotals(make_client: Make) -> None:
    rows = [f"A{n:02};K{n % 7};{1 + n % 28:02}.03.2025;{100 if n % 3 == 2 else 50},00" for n in range(30)]
    assert asked(make_client(*orders(rows))) == {}


def test_the_total_of_a_staff_list_is_nobody_and_hides_no_other_finding(make_client: Make) -> None:
    tables, files = work_log(
        [f"{n % 6};0{1 + n % 9}.03.2025 09:00;0{1 + n % 9}.03.2025 1{n % 4}:00;care" for n in range(60)]
    )
    tables["employees"] = {"file": "p.csv", "columns": {"employee_id": "Nr", "role": "Rolle", "fte": "Stelle"}}
    files["p.csv"] = "Nr;Rolle;Stelle\n" + "".join(f"{n};Innen;0,{5 + n % 5}\n" for n in range(6)) + "Gesamt;;4,0\n"
    folder = make_client(tables, files)
    client = load_client(folder, today=TODAY)

    assert len(client.table("employees")) == 6
    assert [finding.code for finding in client.findings if "Stelle" in finding.column] == []


def test_footers_of_a_report_are_no_customers_and_are_not_taken_for_broken_lines(make_client: Make) -> None:
    footer = [
        "Kundenbericht 2025",
        "Copyright (c) Muster AG. All rights reserved.",
        "Erstellt von: M. Muster 01.06.2025 09:15",
    ]
    folder = make_client(*with_customers(orders(order_rows()), [*CUSTOMERS, *footer], **WITH_VOLUME))

    assert len(load_client(folder, today=TODAY).table("customers")) == 7
    assert asked(folder)["footers"].count == 3
    assert not [finding for finding in findings_of(folder) if "fewer fields" in finding.what.en]


def test_customers_of_whom_only_the_number_is_known_are_no_footers(make_client: Make) -> None:
    rows = [*CUSTOMERS[:4], "K4;;", "K5;;", "K6;;"]
    assert asked(make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME))) == {}


def test_files_that_overlap_count_once(make_client: Make) -> None:
    tables, files = work_log([])
    rows = [
        f"P{n % 6};{1 + n % 28:02}.03.2025 08:{n % 60:02};{1 + n % 28:02}.03.2025 12:{n % 60:02};care"
        for n in range(80)
    ]
    tables["activities"]["file"] = ["a.csv", "b.csv"]
    for name, part in (("a.csv", rows[:50]), ("b.csv", rows[30:])):
        files[name] = "\n".join(["Wer;Von;Bis;Was", *part]) + "\n"
    del files["l.csv"]
    folder = make_client(tables, files)

    assert asked(folder)["overlap"].count == 20
    assert len(load_client(folder, today=TODAY).table("activities")) == 80


def corrected(change: int = 100) -> tuple[dict, dict]:
    """Return orders in two files of which 20 stand in both, in the second one with another value."""
    tables, files = orders(order_rows(40))
    tables["orders"]["file"] = ["o.csv", "p.csv"]
    parts = [row.rpartition(";") for row in order_rows(40, 20)]
    newer = [f"{head};{int(value.partition(',')[0]) + change},00" for head, _, value in parts]
    files["p.csv"] = "\n".join(["Nr;Kunde;Datum;Wert", *newer]) + "\n"
    return tables, files


def test_files_that_overlap_with_corrected_values_are_no_order_lines_and_one_file_counts(make_client: Make) -> None:
    folder = make_client(*corrected())
    finding = asked(folder)["corrected_copies"]
    assert (finding.severity, finding.count, finding.file) == ("blocking", 20, "p.csv")
    assert finding.lines == "tables.orders.overlap: last"
    assert not [one for one in findings_of(folder) if "lines: true" in one.remedy.en or "repeat" in one.what.en]

    newer = answered(folder, finding)
    assert len(newer.table("orders")) == 60 and "corrected_copies" not in {one.code for one in newer.findings}
    tables, files = corrected()
    older = load_client(make_client({"orders": {**tables["orders"], "overlap": "first"}}, files), today=TODAY)
    gain = newer.table("orders")["value_amount"].sum() - older.table("orders")["value_amount"].sum()
    assert gain == pytest.approx(sum(100 - (10 + n % 80) / 100 for n in range(20, 40)))


def test_a_correction_that_hardly_changes_the_total_is_told_and_the_first_file_counts(make_client: Make) -> None:
    folder = make_client(*corrected(change=1))
    assert asked(folder)["corrected_copies"].severity == "serious"
    assert len(load_client(folder, today=TODAY).table("orders")) == 60


@pytest.mark.parametrize("code", ["overlap", "corrected_copies"])
def test_accepted_rows_of_one_number_in_two_files_all_count(make_client: Make, code: str) -> None:
    tables, files = corrected() if code == "corrected_copies" else corrected(change=0)
    if code == "overlap":
        files["p.csv"] = "\n".join(["Nr;Kunde;Datum;Wert", *order_rows(40, 20)]) + "\n"
    tables["orders"]["accepted"] = [code]
    client = load_client(make_client(tables, files), today=TODAY)
    assert len(client.table("orders")) == 80
    assert not [one for one in client.findings if "repeat" in one.what.en]


def test_lines_of_orders_in_two_files_and_numbers_within_one_file_are_no_overlap(make_client: Make) -> None:
    tables, files = corrected()
    tables["orders"]["lines"] = True
    assert asked(make_client(tables, files)) == {}
    tables, files = corrected()
    files["p.csv"] += "\n".join(f"{row.rpartition(';')[0]};12,50" for row in order_rows(40, 20)) + "\n"
    assert "corrected_copies" not in asked(make_client(tables, files))


def test_files_without_a_common_row_do_not_overlap(make_client: Make) -> None:
    tables, files = orders(order_rows())
    tables["orders"]["file"] = ["o.csv", "p.csv"]
    files["p.csv"] = "\n".join(["Nr;Kunde;Datum;Wert", *order_rows(30, 60)]) + "\n"
    assert asked(make_client(tables, files)) == {}


def with_kinds(kinds: list[str], header: str = "Status") -> tuple[dict, dict]:
    rows = [f"{row};{kinds[n % len(kinds)]}" for n, row in enumerate(order_rows())]
    return orders(rows, header=f"Nr;Kunde;Datum;Wert;{header}")


@pytest.mark.parametrize("word", ["storniert", "Angebot", "Cancelled", "Budget", "Testauftrag", "Entwurf"])
def test_rows_that_are_no_sale_stop_the_run_until_it_is_told(make_client: Make, word: str) -> None:
    folder = make_client(*with_kinds(["geliefert", "geliefert", word]))

    finding = asked(folder)["other_kinds"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 20, "Status")
    assert f"'{word}'" in finding.what.en
    assert "other_kinds" not in {one.code for one in answered(folder, finding).findings}


@pytest.mark.parametrize(
    ("header", "word", "other"),
    [("Storno", "X", ""), ("Storniert", "Ja", "Nein"), ("IsDeleted", "True", "False"), ("Cancelled", "1", "0")],
)
def test_rows_with_a_tick_for_cancelled_stop_the_run_until_they_are_left_out(
    make_client: Make, header: str, word: str, other: str
) -> None:
    folder = make_client(*with_kinds([other, other, word], header))

    finding = asked(folder)["other_kinds"]
    assert (finding.severity, finding.count, finding.column) == ("blocking", 20, header)
    assert len(answered(folder, finding).table("orders")) == 40


@pytest.mark.parametrize("header", ["Storniert am", "Stornodatum", "CancelledDate"])
def test_rows_with_a_day_of_cancellation_stop_the_run_until_they_are_left_out(make_client: Make, header: str) -> None:
    folder = make_client(*with_kinds(["", "", "03.04.2023"], header))

    finding = asked(folder)["other_kinds"]
    assert "have an entry in the column" in finding.what.en
    assert len(answered(folder, finding).table("orders")) == 40


@pytest.mark.parametrize(("header", "word"), [("Storno-Nr", "R17"), ("Storno", "siehe R17"), ("Storno möglich", "X")])
def test_columns_about_cancelling_that_hold_no_tick_and_no_day_raise_no_question(
    make_client: Make, header: str, word: str
) -> None:
    assert asked(make_client(*with_kinds(["", "", word], header))) == {}


def test_a_cancelling_row_of_a_negative_amount_takes_back_another_and_counts(make_client: Make) -> None:
    rows = [f"{row};Rechnung" for row in order_rows()] + ["S1;K1;05.03.2024;-50,00;Storno"]
    assert asked(make_client(*orders(rows, header="Nr;Kunde;Datum;Wert;Belegart"))) == {}


@pytest.mark.parametrize(("header", "word"), [("Gutschrift", "J"), ("Credit Note", "yes"), ("IsRefund", "1")])
def test_credit_notes_that_only_a_tick_tells_stop_the_run_until_they_are_subtracted(
    make_client: Make, header: str, word: str
) -> None:
    folder = make_client(*with_kinds(["", "", word], header))

    finding = asked(folder)["credit_types"]
    assert (answered(folder, finding).table("orders")["value_amount"] < 0).sum() == 20


def test_a_column_of_kinds_that_all_count_raises_no_question(make_client: Make) -> None:
    assert (
        asked(make_client(*with_kinds(["geliefert", "berechnet", "Planungsbüro", "Testo AG & Co."], "Bemerkung"))) == {}
    )


def test_credit_notes_with_a_positive_amount_stop_the_run(make_client: Make) -> None:
    folder = make_client(*with_kinds(["Rechnung", "Rechnung", "Gutschrift"], "Belegart"))
    assert asked(folder)["credit_types"].severity == "blocking"


@pytest.mark.parametrize(("invoice", "credit"), [("RE", "GS"), ("Rechn.", "Gutschr."), ("INV", "CM")])
def test_credit_notes_that_a_code_beside_that_of_invoices_tells_stop_the_run(
    make_client: Make, invoice: str, credit: str
) -> None:
    folder = make_client(*with_kinds([invoice, invoice, credit], "Typ"))

    finding = asked(folder)["credit_types"]
    assert (answered(folder, finding).table("orders")["value_amount"] < 0).sum() == 20


def test_such_a_code_without_invoices_beside_it_is_no_credit_note(make_client: Make) -> None:
    assert asked(make_client(*with_kinds(["HH", "HH", "GS"], "Werk"))) == {}


def test_credit_notes_with_a_negative_amount_raise_no_question(make_client: Make) -> None:
    rows = [f"{row};Rechnung" for row in order_rows()] + ["G1;K1;05.03.2025;-50,00;Gutschrift"]
    assert asked(make_client(*orders(rows, header="Nr;Kunde;Datum;Wert;Belegart"))) == {}


def test_customers_named_like_a_trial_are_told(make_client: Make) -> None:
    rows = [*CUSTOMERS[:6], "K6;Testkunde 1;7000"]
    assert asked(make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME)))["test_rows"].count == 1


def test_a_maker_of_test_equipment_is_a_customer(make_client: Make) -> None:
    rows = [*CUSTOMERS[:6], "K6;Test & Measurement Ltd;7000"]
    assert asked(make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME))) == {}


def test_an_offer_is_a_subject_of_work_and_no_entry_to_leave_out(make_client: Make) -> None:
    rows = [f"P{n % 6};{1 + n % 28:02}.03.2025 08:00;{1 + n % 28:02}.03.2025 09:30;care;Angebot" for n in range(60)]
    assert asked(make_client(*work_log(rows, header="Wer;Von;Bis;Was;Thema"))) == {}
    gone = [row.replace("Angebot", "abgesagt") if n % 4 == 0 else row for n, row in enumerate(rows)]
    assert asked(make_client(*work_log(gone, header="Wer;Von;Bis;Was;Thema")))["other_kinds"].count == 15


@pytest.mark.parametrize("word", ["Barverkauf", "Laufkunden", "CPD-Debitor", "Diverse Kunden", "Walk-in customer"])
def test_sales_booked_under_one_collective_customer_are_kept_as_those_of_no_customer(
    make_client: Make, word: str
) -> None:
    rows = [";".join([word if n % 4 == 0 and k == 1 else part for k, part in enumerate(row.split(";"))])
            for n, row in enumerate(order_rows())]  # fmt: skip
    folder = make_client(*orders(rows))

    finding = asked(folder)["collective_customers"]
    assert (finding.severity, finding.count) == ("blocking", 15)
    client = answered(folder, finding)
    assert client.table("orders")["customer_id"].isna().sum() == 15
    assert len(client.table("orders")) == 60


def test_a_collective_customer_is_known_by_the_name_in_the_list_of_customers_too(make_client: Make) -> None:
    rows = [*CUSTOMERS[:6], "K6;Laufkundschaft;7000"]
    folder = make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME))

    finding = asked(folder)["collective_customers"]
    assert "'Laufkundschaft'" in finding.what.de
    assert answered(folder, finding).table("orders")["customer_id"].isna().sum() == finding.count


@pytest.mark.parametrize(
    "name", ["Diverse Bau GmbH", "Gast & Sohn", "Barth Verkauf AG", "Sammel Logistik", "Kassenbach"]
)
def test_firms_whose_names_hold_such_words_are_customers(make_client: Make, name: str) -> None:
    rows = [*CUSTOMERS[:6], f"K6;{name};7000"]
    assert asked(make_client(*with_customers(orders(order_rows()), rows, **WITH_VOLUME))) == {}
