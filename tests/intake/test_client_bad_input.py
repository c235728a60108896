"""Bad input gets a clear answer: what, where, what to do; nothing is lost silently."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simkit.foundation.errors import ConfigError
from simkit.intake.checks.data_checks import check_client
from simkit.intake.checks.reconciliation import reconciliation
from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import Finding, FindingsError

TODAY = dt.date(2025, 6, 30)
ORDER_COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
Make = Callable[..., Path]


def orders_table(**options: Any) -> dict[str, Any]:
    return {"orders": {"file": "orders.csv", "columns": ORDER_COLUMNS, **options}}


def orders(*rows: str) -> dict[str, str | bytes]:
    return {"orders.csv": "\n".join(["Nr;Kunde;Datum;Wert", *rows]) + "\n"}


def many(count: int = 20, start: int = 1) -> list[str]:
    return [f"A{n};K{n % 3};01.02.2025;{n},50" for n in range(start, start + count)]


def load(folder: Path) -> ClientData:
    return load_client(folder, today=TODAY)


def refused(folder: Path) -> FindingsError:
    with pytest.raises(FindingsError) as caught:
        load(folder)
    assert caught.value.exit_code == 3
    assert caught.value.render("de") != caught.value.render("en")
    return caught.value


def only_finding(client: ClientData, severity: str) -> Any:
    found = [finding for finding in client.findings if finding.severity == severity]
    assert len(found) == 1, client.findings
    return found[0]


def dropped(client: ClientData, table: str = "orders") -> tuple[int, str]:
    row = client.protocol.set_index("table").loc[table]
    assert row["rows_read"] == row["rows_kept"] + row["rows_dropped"]
    return int(row["rows_dropped"]), row["reasons"].en


def test_a_clean_file_has_no_findings_and_a_protocol(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many())))
    assert client.findings == ()
    assert dropped(client) == (0, "")
    assert client.table("orders")["value_amount"].sum() == pytest.approx(220.0)
    assert client.first == client.last == dt.date(2025, 2, 1)
    assert len(client.input_hashes["orders.csv"]) == 64


def test_a_missing_file_and_a_missing_column_are_told_together(make_client: Make) -> None:
    tables = {**orders_table(), "customers": {"file": "Kunden.csv", "columns": {"customer_id": "Nr"}}}
    files = {"orders.csv": "Nr;Kunden;Datum;Wert\nA;K;01.02.2025;1,5\n"}
    message = str(refused(make_client(tables, files)))
    assert message.startswith("2 findings stop the run, worst first:")
    assert "The column 'Kunde' (tables.orders.columns.customer_id) is not in the file." in message
    assert "Did you mean 'Kunden'?" in message
    assert "Kunden.csv: The file is missing." in message


def test_a_doubled_header_is_refused(make_client: Make) -> None:
    error = refused(make_client(orders_table(), {"orders.csv": "Nr;Kunde;Datum;Wert;Wert\nA;K;01.02.2025;1,5;2,5\n"}))
    assert "column header is there 2 times" in str(error)
    assert error.findings[0].place.en == "orders.csv, column Wert, row 1"


def test_a_doubled_header_that_is_not_needed_does_no_harm(make_client: Make) -> None:
    text = "Nr;Kunde;Datum;Wert;Text;Text\nA;K;01.02.2025;1,5;x;y\n"
    assert len(load(make_client(orders_table(), {"orders.csv": text})).table("orders")) == 1


def test_numbers_that_may_be_either_are_a_question_with_the_line_to_write(make_client: Make) -> None:
    rows = ["A1;K1;01.02.2025;1.234", "A2;K1;01.02.2025;5.678"]
    error = refused(make_client(orders_table(), orders(*rows)))
    assert "can be read in two ways" in str(error)
    assert error.findings[0].place.en == "orders.csv, column Wert, row 2"
    assert 'tables.orders.formats.value_amount: "1.234,50"' in error.remedy.en
    assert 'tables.orders.formats.value_amount: "1,234.50"' in error.remedy.de
    for answer, total in (("1.234,50", 6912.0), ("1,234.50", 6.912)):
        folder = make_client(orders_table(formats={"value_amount": answer}), orders(*rows))
        assert load(folder).table("orders")["value_amount"].sum() == pytest.approx(total)


def test_a_column_that_mixes_two_notations_is_refused(make_client: Make) -> None:
    error = refused(make_client(orders_table(), orders(*many(), "B;K;01.02.2025;1,234.50")))
    assert "mixes German ('1,50', '2,50') and English numbers ('1,234.50')" in str(error)
    assert error.findings[0].row == 22


def test_dates_that_parse_in_two_ways_are_a_question(make_client: Make) -> None:
    rows = ["A1;K1;03/04/2025;1,5", "A2;K1;05/06/2025;2,5"]
    error = refused(make_client(orders_table(), orders(*rows)))
    assert "Day and month cannot be told apart" in str(error)
    assert 'tables.orders.formats.ordered_on: "dd/mm/yyyy"' in error.remedy.en
    answered = load(make_client(orders_table(formats={"ordered_on": "mm/dd/yyyy"}), orders(*rows)))
    assert answered.table("orders")["ordered_on"].dt.month.tolist() == [3, 5]


def test_dates_with_both_orders_are_refused(make_client: Make) -> None:
    error = refused(make_client(orders_table(), orders("A1;K1;13/04/2025;1,5", "A2;K1;05/26/2025;2,5")))
    assert "mixes day first ('13/04/2025') and month first ('05/26/2025')" in str(error)


def test_all_questions_of_a_file_are_asked_at_once(make_client: Make) -> None:
    error = refused(make_client(orders_table(), orders("A1;K1;03/04/2025;1.234")))
    assert [f.column for f in error.findings] == ["Datum", "Wert"]


def test_a_few_unreadable_cells_are_left_out_and_counted(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many(), "B1;K1;dann;7,00")))
    readable = only_finding(client, "serious")
    assert readable.place.en == "orders.csv, column Datum, row 22"
    assert 'tables.orders.missing: ["dann"]' in readable.remedy.en
    assert dropped(client) == (1, "1: no readable value for 'Order date'")


def test_an_order_whose_value_cannot_be_read_is_an_order_of_unknown_value(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many(), "B1;K1;01.02.2025;NULL")))
    readable = only_finding(client, "serious")
    assert "stays empty" in readable.what.en
    assert 'tables.orders.missing: ["NULL"]' in readable.remedy.en
    assert dropped(client) == (0, "")
    assert pd.isna(client.table("orders")["value_amount"].iloc[20])


@pytest.mark.parametrize("empty", [1, 12, 60])
def test_orders_without_a_value_stay_and_are_told_however_many(make_client: Make, empty: int) -> None:
    client = load(make_client(orders_table(), orders(*many(), *(f"B{n};K1;01.02.2025;" for n in range(empty)))))
    assert dropped(client) == (0, "")
    table = client.table("orders")
    assert (len(table), int(table["value_amount"].isna().sum())) == (20 + empty, empty)
    (told,) = [one for one in check_client(client) if one.severity == "serious"]
    assert (told.column, told.count) == ("Wert", empty)
    assert f"{empty} of {20 + empty} orders without a value" in told.what.en
    total, unvalued = reconciliation(client)[:2]
    assert (unvalued.label.en, unvalued.rows, unvalued.amount) == ("without a value among them", empty, None)
    assert total.amount == table["value_amount"].sum()


def test_orders_of_which_none_has_a_value_are_no_revenue_of_nothing(make_client: Make) -> None:
    refusal = refused(make_client(orders_table(), orders(*(f"B{n};K1;01.02.2025;" for n in range(9)))))
    assert "9 orders, none of which states a value" in str(refusal)


def test_a_line_without_a_value_counts_only_where_its_order_states_none(make_client: Make) -> None:
    client = load(make_client(orders_table(lines=True), orders(*many(), "A1;K1;01.02.2025;", "B1;K1;01.02.2025;")))
    value = client.table("orders").set_index("order_id")["value_amount"]
    assert value["A1"] == 1.5
    assert pd.isna(value["B1"])
    assert dropped(client)[0] == 1


def test_many_unreadable_cells_stop_the_run(make_client: Make) -> None:
    rows = [f"B{n};K1;01.02.2025;siehe Anlage" for n in range(10)]
    assert "10 cells cannot be read as amount" in str(refused(make_client(orders_table(), orders(*many(), *rows))))


def test_empty_required_cells_are_left_out_and_counted(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many(), "B1;;01.02.2025;7,00")))
    assert "1 row without a value for 'Customer number'" in only_finding(client, "serious").what.en
    assert dropped(client) == (1, "1: no readable value for 'Customer number'")


def test_texts_that_mean_nothing_are_nothing(make_client: Make) -> None:
    columns = {**ORDER_COLUMNS, "cost_amount": "Kosten"}
    text = "Nr;Kunde;Datum;Wert;Kosten\nA1;K1;01.02.2025;2,5;NULL\nA2;K1;01.02.2025;2,5;1,5\n"
    client = load(make_client(orders_table(columns=columns, missing=["NULL"]), {"orders.csv": text}))
    assert client.table("orders")["cost_amount"].isna().tolist() == [True, False]
    assert client.findings == ()


def test_duplicate_rows_count_once(make_client: Make) -> None:
    rows = many()
    client = load(make_client(orders_table(), orders(*rows, rows[0])))
    assert only_finding(client, "serious").row == 22
    assert dropped(client) == (1, "1: the same row again")


def test_a_repeated_key_with_other_content_is_serious_and_hints_at_lines(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many(), "A1;K1;01.02.2025;99,00")))
    finding = only_finding(client, "serious")
    assert "1 row repeats a 'Order number' with other content ('A1')" in finding.what.en
    assert "tables.orders.lines: true" in finding.remedy.en
    assert len(client.table("orders")) == 20


def test_many_repeated_keys_stop_the_run_and_lines_solve_it(make_client: Make) -> None:
    rows = [f"A{n // 2};K{n // 2};01.02.2025;{n},50" for n in range(20)]
    assert "tables.orders.lines: true" in refused(make_client(orders_table(), orders(*rows))).remedy.en
    client = load(make_client(orders_table(lines=True), orders(*rows)))
    assert client.table("orders")["value_amount"].tolist() == [4 * n + 2.0 for n in range(10)]
    assert dropped(client) == (0, "20: lines, summed to 10 orders")


def test_order_lines_that_contradict_each_other_are_serious(make_client: Make) -> None:
    client = load(make_client(orders_table(lines=True), orders(*many(), "A1;K2;01.02.2025;1,00")))
    assert "1 order line names another 'Customer number'" in only_finding(client, "serious").what.en
    assert client.table("orders").set_index("order_id").loc["A1", "value_amount"] == 2.5


def customers_and_orders(*numbers: str) -> tuple[dict[str, Any], dict[str, str | bytes]]:
    tables = {
        **orders_table(),
        "customers": {"file": "customers.csv", "columns": {"customer_id": "Nr", "name": "Firma", "dormant": "Ruhend"}},
    }
    listed = "".join(f"{number};Firma {number};nein\n" for number in numbers)
    return tables, {**orders(*many()), "customers.csv": "Nr;Firma;Ruhend\n" + listed}


def test_an_unknown_customer_is_added_so_that_no_revenue_is_lost(make_client: Make) -> None:
    tables, files = customers_and_orders("K0", "K1", "K2")
    files["orders.csv"] = str(files["orders.csv"]) + "B1;K9;01.02.2025;7,00\n"
    client = load(make_client(tables, files))
    finding = only_finding(client, "serious")
    assert "1 row names a value of 'Customer number' that 'Customers' does not have ('K9')" in finding.what.en
    assert finding.place.en == "orders.csv, column Kunde, row 22"
    customers = client.table("customers")
    assert customers["customer_id"].tolist() == ["K0", "K1", "K2", "K9"]
    assert customers["dormant"].dtype == bool
    assert pd.isna(customers["name"].iloc[3])
    assert client.table("orders")["value_amount"].sum() == pytest.approx(227.0)
    assert client.protocol.set_index("table").loc["customers", "rows_read"] == 3


def test_many_unknown_customers_stop_the_run_and_name_lost_zeros(make_client: Make) -> None:
    tables, files = customers_and_orders("0017")
    files["orders.csv"] = "Nr;Kunde;Datum;Wert\nA1;17;01.02.2025;1,5\n"
    error = refused(make_client(tables, files))
    assert "only where the leading zero does not count ('17' for '0017')" in error.what.en


def test_future_orders_are_left_out_and_counted(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders(*many(), "B1;K1;01.02.2052;7,00")))
    assert "1 row with 'Order date' in the future" in only_finding(client, "serious").what.en
    assert dropped(client)[0] == 1
    assert client.last == dt.date(2025, 2, 1)


def test_a_delivery_before_its_order_keeps_the_order(make_client: Make) -> None:
    columns = {**ORDER_COLUMNS, "delivered_on": "Geliefert"}
    rows = [f"{row};05.02.2025" for row in many()] + ["B1;K1;01.02.2025;9,00;01.01.2025"]
    text = "\n".join(["Nr;Kunde;Datum;Wert;Geliefert", *rows])
    client = load(make_client(orders_table(columns=columns), {"orders.csv": text}))
    assert "'Delivered on' is before 'Order date'" in only_finding(client, "serious").what.en
    assert len(client.table("orders")) == 21
    assert pd.isna(client.table("orders")["delivered_on"].iloc[20])


LOG = {
    "activities": {
        "file": "log.csv",
        "columns": {"employee_id": "Wer", "started_at": "Von", "ended_at": "Bis", "activity": "Was"},
        "values": {"activity": {"Besuch": "selling", "Pause": None}},
    }
}


def log(*rows: str) -> dict[str, str | bytes]:
    good = [f"Anna {n};0{n}.04.2025 08:00;0{n}.04.2025 10:30;Besuch" for n in range(1, 10)]
    return {"log.csv": "\n".join(["Wer;Von;Bis;Was", *good, *rows])}


def test_hours_come_from_start_and_end(make_client: Make) -> None:
    client = load(make_client(LOG, log()))
    assert client.table("activities")["hours"].tolist() == [2.5] * 9
    assert str(client.table("activities")["started_at"].dtype) == "datetime64[ns]"


def test_an_end_before_its_start_is_left_out_once(make_client: Make) -> None:
    client = load(make_client(LOG, log("Anna;02.04.2025 10:00;02.04.2025 09:00;Besuch")))
    finding = only_finding(client, "serious")
    assert "In 1 row 'End' is before 'Start'" in finding.what.en
    assert (finding.file, finding.column, finding.row) == ("log.csv", "Bis", 11)
    assert dropped(client, "activities") == (1, "1: 'End' before 'Start'")


def test_many_ends_before_their_start_stop_the_run(make_client: Make) -> None:
    rows = ["Anna;02.04.2025 10:00;02.04.2025 09:00;Besuch"] * 3
    assert "In 3 rows" in str(refused(make_client(LOG, log(*rows))))


def test_negative_hours_are_left_out(make_client: Make) -> None:
    columns = {"started_at": "Von", "hours": "Std", "activity": "Was"}
    text = "\n".join(["Von;Std;Was", *["01.04.2025;1,5;selling"] * 9, "01.04.2025;-1,5;selling"])
    table = {"file": "log.csv", "columns": columns}
    client = load(make_client({"activities": table}, {"log.csv": text}))
    assert "with 'Hours' below 0" in only_finding(client, "serious").what.en
    assert dropped(client, "activities")[0] == 1


def test_unknown_labels_are_listed_with_their_rows_and_the_line_to_write(make_client: Make) -> None:
    error = refused(
        make_client(
            LOG,
            log(
                *["Anna;02.04.2025 08:00;02.04.2025 09:00;Messe"] * 5,
                *["B;02.04.2025;02.04.2025;Chaos"] * 6,
                "C;02.04.2025;02.04.2025;Essen mit Frau Muster",
            ),
        )
    )
    assert "3 labels are not mapped (rows): 'Chaos' (6), 'Messe' (5), 1 row with rare words" in str(error)
    assert "Muster" not in str(error)
    assert 'tables.activities.values.activity: {"Chaos": …, "Messe": …}' in error.remedy.en
    assert "selling" in error.remedy.en


def test_labels_mapped_to_nothing_are_left_out_and_counted(make_client: Make) -> None:
    client = load(make_client(LOG, log("Anna;02.04.2025 12:00;02.04.2025 12:30;Pause")))
    assert len(client.table("activities")) == 9
    assert dropped(client, "activities") == (1, "1: left out on purpose (mapped to nothing in client.yaml: Was)")


def test_an_unknown_optional_choice_is_serious_only(make_client: Make) -> None:
    columns = {**ORDER_COLUMNS, "order_class": "Art"}
    text = "Nr;Kunde;Datum;Wert;Art\nA1;K1;01.02.2025;1,5;Serie\nA2;K1;01.02.2025;1,5;Muster\n"
    table = orders_table(columns=columns, values={"order_class": {"SERIE": "standard"}})
    client = load(make_client(table, {"orders.csv": text}))
    assert "'Muster' (1)" in only_finding(client, "serious").what.en
    assert client.table("orders")["order_class"].tolist()[0] == "standard"


def test_names_of_employees_appear_in_no_message(make_client: Make) -> None:
    employees = {"file": "staff.csv", "columns": {"employee_id": "Name", "fte": "FTE"}}
    staff = "Name;FTE\nAnna 1;1,0\nAnna 1;0,5\n" + "".join(f"Anna {n};1,0\n" for n in range(2, 9))
    client = load(make_client({**LOG, "employees": employees}, {**log(), "staff.csv": staff}))
    told = " ".join(f.what.en + f.what.de + f.remedy.en for f in client.findings)
    assert "repeats a 'Employee'" in told
    assert "Anna" not in told
    assert not any("Anna" in frame.to_csv() for frame in client.tables.values())


def test_shares_of_a_role_must_add_up(make_client: Make) -> None:
    table = {"time_estimates": {"file": "t.csv", "columns": {"role": "R", "activity": "A", "share": "S"}}}
    period = {"first": dt.date(2024, 1, 1), "last": dt.date(2024, 12, 31)}
    files = {"t.csv": "R;A;S\nInnen;selling;45 %\nInnen;travel;50 %\n"}
    client = load(make_client(table, files, period=period))
    assert "'Innen' add up to 95%" in only_finding(client, "serious").what.en
    files = {"t.csv": "R;A;S\nInnen;selling;45 %\nInnen;travel;20 %\n"}
    assert "add up to 65%" in str(refused(make_client(table, files, period=period)))


def test_shares_without_a_sign_are_per_cent_when_they_exceed_one(make_client: Make) -> None:
    table = {"time_estimates": {"file": "t.csv", "columns": {"role": "R", "activity": "A", "share": "S"}}}
    period = {"first": dt.date(2024, 1, 1), "last": dt.date(2024, 12, 31)}
    client = load(make_client(table, {"t.csv": "R;A;S\nInnen;selling;45\nInnen;travel;55\n"}, period=period))
    assert client.table("time_estimates")["share"].tolist() == [0.45, 0.55]
    mixed = {"t.csv": "R;A;S\nInnen;selling;45 %\nInnen;travel;55\n"}
    assert "carry a per cent sign" in str(refused(make_client(table, mixed, period=period)))


def test_without_any_date_the_period_is_asked_for(make_client: Make) -> None:
    table = {"time_estimates": {"file": "t.csv", "columns": {"role": "R", "activity": "A", "share": "S"}}}
    with pytest.raises(ConfigError, match=r"period is unknown(.|\n)*period: \{first:"):
        load(make_client(table, {"t.csv": "R;A;S\nInnen;selling;100 %\n"}))


def test_rows_outside_the_stated_period_are_counted(make_client: Make) -> None:
    period = {"first": dt.date(2025, 1, 1), "last": dt.date(2025, 3, 31)}
    client = load(make_client(orders_table(), orders(*many(), "B1;K1;01.02.2024;7,00"), period=period))
    assert dropped(client) == (1, "1: outside the period 2025-01-01 to 2025-03-31")


def test_identifiers_shortened_by_excel_are_refused(make_client: Make) -> None:
    error = refused(make_client(orders_table(), orders("4,50001E+11;K1;01.02.2025;7,00")))
    assert "Excel has shortened identifiers" in str(error)


def test_leading_zeros_and_versions_stay_text(make_client: Make) -> None:
    client = load(make_client(orders_table(), orders("0012;1.10;01.02.2025;7,00")))
    assert client.table("orders").loc[0, ["order_id", "customer_id"]].tolist() == ["0012", "1.10"]


def test_several_files_become_one_table_and_keep_their_own_rows(make_client: Make) -> None:
    files = {
        "one.csv": "Nr;Kunde;Datum;Wert\nA1;K1;01.02.2025;1.234\n",
        "two.csv": "Wert;Nr;Kunde;Datum\n7,50;A2;K1;01.02.2025\n9;A3;K1;x\n" + "1,5;A{0};K1;01.02.2025\n" * 0,
    }
    rows = "".join(f"1,5;B{n};K1;01.02.2025\n" for n in range(9))
    files["two.csv"] += rows
    client = load(make_client(orders_table(file=["one.csv", "two.csv"]), files))
    assert client.table("orders")["value_amount"].iloc[0] == 1234.0
    assert client.findings[0].place.en == "two.csv, column Datum, row 3"
    assert client.protocol["rows_read"].tolist() == [1, 11]
    assert client.protocol["rows_dropped"].tolist() == [0, 1]


def test_without_a_mapping_equal_names_are_taken(make_client: Make) -> None:
    text = "order_id;customer_id;ordered_on;value_amount;note\nA1;K1;2025-02-01;1.5;x\n"
    client = load(make_client({"orders": {"file": "orders.csv"}}, {"orders.csv": text}))
    assert client.table("orders").columns.tolist() == ["order_id", "customer_id", "ordered_on", "value_amount"]
    error = refused(make_client({"orders": {"file": "orders.csv"}}, {"orders.csv": text.replace("ordered_on", "date")}))
    assert "'ordered_on'" in str(error)


def test_constants_fill_a_column(make_client: Make) -> None:
    client = load(make_client(orders_table(constants={"order_class": "bespoke"}), orders(*many())))
    assert set(client.table("orders")["order_class"]) == {"bespoke"}


@pytest.mark.parametrize(
    ("option", "path"),
    [
        ({"constants": {"order_class": "bespok"}}, "tables.orders.constants.order_class"),
        ({"values": {"order_class": {"Sonder": "bespok"}}}, "tables.orders.values.order_class.Sonder"),
    ],
)
def test_a_label_mapped_to_an_unknown_choice_is_refused(make_client: Make, option: dict[str, Any], path: str) -> None:
    with pytest.raises(
        ConfigError, match=r"'bespok' is no value of 'order_class'(.|\n)*Did you mean 'bespoke'"
    ) as caught:
        load(make_client(orders_table(**option), orders(*many())))
    assert path in caught.value.where


def test_labels_that_yaml_would_take_for_yes_or_no_stay_labels(make_client: Make) -> None:
    columns = {"opportunity_id": "Nr", "stage": "Stand", "opened_on": "Auf"}
    table = {"opportunities": {"file": "d.csv", "columns": columns}}
    folder = make_client(table, {"d.csv": "Nr;Stand;Auf\nA;No;01.02.2025\nB;Yes;01.02.2025\nC;007;01.02.2025\n"})
    text = (folder / "client.yaml").read_text("utf-8")
    mapped = text + "    values: {stage: {No: lost, Yes: won, 007: open}}\n"
    (folder / "client.yaml").write_text(mapped, "utf-8")
    assert load(folder).table("opportunities")["stage"].tolist() == ["lost", "won", "open"]


def test_a_stated_period_is_believed_when_the_clock_is_behind(make_client: Make) -> None:
    period = {"first": dt.date(2025, 1, 1), "last": dt.date(2026, 12, 31)}
    client = load(make_client(orders_table(), orders(*many(), "B1;K1;01.12.2026;7,00"), period=period))
    assert len(client.table("orders")) == 21


def test_the_place_is_reported_in_the_language_of_the_message(make_client: Make) -> None:
    error = refused(make_client(orders_table(), orders("A1;K1;01.02.2025;1.234")))
    assert "Wo: orders.csv, Spalte Wert, Zeile 2" in error.render("de")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.text(alphabet='ab;,\t"\n\r01.é\x00', max_size=120).map(str.encode)))
def test_any_file_is_read_or_refused_without_a_traceback(make_client: Make, content: bytes) -> None:
    folder = make_client(orders_table(), {"orders.csv": content})
    with pytest.raises(FindingsError):
        load(folder)
    folder = make_client(orders_table(), {"orders.csv": b"Nr;Kunde;Datum;Wert\n" + content})
    with contextlib.suppress(FindingsError):
        load(folder)


def test_a_period_in_which_nothing_lies_stops_the_run(make_client: Make) -> None:
    period = {"first": dt.date(2020, 1, 1), "last": dt.date(2020, 12, 31)}
    error = refused(make_client(orders_table(), orders(*many()), period=period))
    expected = "No row of the table 'Orders' lies in the period 2020-01-01 to 2020-12-31"
    assert expected in str(error)
    assert "its dates run from 2025-02-01 to 2025-02-01" in str(error)
    assert "Correct 'period' in client.yaml" in error.remedy.en


def test_a_table_of_which_nothing_lies_in_the_period_is_absent_and_reported(make_client: Make) -> None:
    period = {"first": dt.date(2025, 1, 1), "last": dt.date(2025, 12, 31)}
    columns = {"opportunity_id": "Nr", "opened_on": "Am", "closed_on": "Bis", "stage": "Stand"}
    tables = {**orders_table(), "opportunities": {"file": "o.csv", "columns": columns}}
    deals = "Nr;Am;Bis;Stand\nV1;13.02.2024;14.02.2024;won\n"
    client = load(make_client(tables, {**orders(*many()), "o.csv": deals}, period=period))
    assert not client.has("opportunities")
    assert "No row of the table 'Opportunities'" in only_finding(client, "serious").what.en
    assert dropped(client, "opportunities") == (1, "1: outside the period 2025-01-01 to 2025-12-31")


@pytest.mark.parametrize("value", ["-12,50", "0,00"])
def test_orders_that_are_no_revenue_stop_the_run(make_client: Make, value: str) -> None:
    error = refused(make_client(orders_table(), orders(*(f"A{n};K1;01.02.2025;{value}" for n in range(8)))))
    assert "which is no revenue (8 rows" in str(error)
    assert "only credit notes" in error.remedy.en


def test_a_column_that_is_mapped_twice_is_reported(make_client: Make) -> None:
    table = orders_table(columns={**ORDER_COLUMNS, "order_id": "Kunde"}, lines=True)
    found = [one for one in load(make_client(table, orders(*many()))).findings if "more than once" in one.what.en]
    assert [(one.severity, one.column) for one in found] == [("minor", "Kunde")]
    assert "Order number, Customer number" in found[0].what.en


def test_dates_and_amounts_that_no_business_has_are_reported_and_kept(make_client: Make) -> None:
    accepted = orders_table(accepted=["stray_dates"])
    early = load(make_client(accepted, orders(*many(), "B1;K1;01.01.1900;7,00")))
    assert "before 1950, as early as 1900-01-01: 1." in only_finding(early, "serious").what.en
    assert len(early.table("orders")) == 21
    huge = load(make_client(orders_table(), orders(*many(), "B1;K1;01.02.2025;99999999999999999999,5")))
    finding = only_finding(huge, "serious")
    assert "above 1,000 billion" in finding.what.en
    assert (finding.column, finding.row) == ("Wert", 22)


def test_a_missing_file_is_looked_for_among_tables_only(make_client: Make) -> None:
    message = str(refused(make_client(orders_table(), {"logo.svg": "<svg/>"})))
    assert "holds no table" in message
    assert "client.yaml" not in message
    assert "Possible are: x.csv." in str(refused(make_client(orders_table(), {"x.csv": "a;b\n1;2\n"})))


def test_a_title_above_the_header_is_recognised(make_client: Make) -> None:
    text = "Auftragsliste 2024;;;\nNr;Kunde;Datum;Wert\n" + "\n".join(many()) + "\n"
    error = refused(make_client(orders_table(), {"orders.csv": text}))
    assert "'skip_rows: 1'" in error.render("en")
    assert "Possible are" not in error.render("en")
    assert len(load(make_client(orders_table(skip_rows=1), {"orders.csv": text})).table("orders")) == 20


def test_a_log_much_shorter_than_the_period_is_reported(make_client: Make) -> None:
    log_columns = {"started_at": "Am", "hours": "Std", "activity": "Was"}
    tables = {**orders_table(), "activities": {"file": "log.csv", "columns": {**log_columns, "employee_id": "Wer"}}}
    days = ["13.01.2025", "28.02.2025"]
    log = "\n".join(["Am;Std;Was;Wer", *(f"{day};2,5;selling;P{n}" for day in days for n in range(6))])
    files = {**orders(*many(), "B1;K1;01.02.2024;7,00", "B2;K1;28.05.2025;7,00"), "log.csv": log + "\n"}
    found = [one.what.en for one in check_client(load(make_client(tables, files))) if one.severity == "serious"]
    assert "The activity log covers 2 of 16 months of the period (2025-01-13 to 2025-02-28)." in found
    within = {"first": dt.date(2025, 1, 10), "last": dt.date(2025, 3, 1)}
    shorter = check_client(load(make_client(tables, files, period=within)))
    assert not [one for one in shorter if "months of the period" in one.what.en]


DEALS = {"opportunities": {"file": "deals.csv", "columns": {
    "opportunity_id": "Nr", "customer_id": "Kunde", "opened_on": "Auf", "closed_on": "Zu", "stage": "Stand",
    "sales_stage": "Phase", "value_amount": "Wert",
}}}  # fmt: skip


def deals(*rows: tuple[str, str]) -> dict[str, str | bytes]:
    """Deals by their state and the client's own stage."""
    lines = [
        f"C{n};K1;02.01.2025;{'' if state == 'open' else '03.02.2025'};{state};{stage};10,00"
        for n, (state, stage) in enumerate(rows)
    ]
    return {"deals.csv": "\n".join(["Nr;Kunde;Auf;Zu;Stand;Phase;Wert", *lines]) + "\n"}


def on_stages(client: ClientData) -> list[Finding]:
    return [one for one in check_client(client) if one.column == "Phase"]


def test_a_stage_that_client_yaml_does_not_name_is_told_with_a_line_that_mends_it(make_client: Make) -> None:
    files = deals(
        *[("open", "Kontakt")] * 2, *[("open", "Prüfung")] * 3, ("lost", "Prüfung"), *[("open", "Angebot")] * 2,
        ("won", "Gewonnen"), ("lost", "Verloren"),
    )  # fmt: skip
    client = load(make_client(DEALS, files, pipeline={"stages": ["Kontakt", "Angebott", "Vertrag"]}))
    told = on_stages(client)

    assert [(one.severity, one.count) for one in told] == [("serious", 4), ("serious", 2), ("minor", 1)]
    assert '"Prüfung"' in told[0].what.en and "4 opportunities" in told[0].what.en
    assert "„Angebot“" in told[1].what.de
    assert '"Verloren"' in told[2].what.en  # what is won has passed all stages, whatever its last one is called
    line = "pipeline: {stages: [Kontakt, Angebot, Vertrag, Prüfung]}"
    assert line in told[0].remedy.de and line in told[1].remedy.en
    mended = load(make_client(DEALS, files, **yaml.safe_load(line)))
    assert [one.severity for one in on_stages(mended)] == ["minor"]


def test_without_stages_in_client_yaml_and_with_all_of_them_nothing_is_told(make_client: Make) -> None:
    files = deals(("open", "Kontakt"), ("lost", "Angebot"), ("won", "Gewonnen"), ("open", ""))
    assert on_stages(load(make_client(DEALS, files))) == []
    assert on_stages(load(make_client(DEALS, files, pipeline={"stages": ["Kontakt", "Angebot"]}))) == []


def test_more_revenue_than_a_customer_is_said_to_buy_from_everybody_is_told(make_client: Make) -> None:
    tables = {
        **orders_table(),
        "customers": {
            "file": "customers.csv",
            "columns": {"customer_id": "Nr", "purchasing_volume_amount": "Volumen", "wallet_share": "Anteil"},
        },
    }
    rows = [f"A{n};K{n % 4};15.{1 + n % 6:02d}.2025;100,00" for n in range(24)]
    customers = "Nr;Volumen;Anteil\nK0;1000,00;\nK1;2000,00;\nK2;100,00;0,4\nK3;;\n"
    period = {"first": dt.date(2025, 1, 1), "last": dt.date(2025, 6, 30)}
    files = {**orders(*rows), "customers.csv": customers}
    told = [one for one in check_client(load(make_client(tables, files, period=period))) if one.column == "Volumen"]
    (found,) = told  # 600 in half a year: 121 % of K0's volume, 60 % of K1's; of K2 a share is stated
    assert (found.severity, found.count, found.file) == ("serious", 1, "customers.csv")
    assert "1 of 4 customers" in found.what.en and "(121% of it)" in found.what.en
    assert "EUR" in found.remedy.de
    enough = {**files, "customers.csv": customers.replace("K0;1000", "K0;10000")}
    assert not [
        one for one in check_client(load(make_client(tables, enough, period=period))) if one.column == "Volumen"
    ]


RATED = {
    **orders_table(),
    "ratings": {
        "file": "ratings.csv",
        "columns": {"participant": "Wer", "customer_id": "Kunde", "factor": "Was", "rating": "Note"},
    },
}


@pytest.mark.parametrize("empty", [1, 12, 30])
def test_empty_cells_among_ratings_are_not_rated_and_stop_nothing(make_client: Make, empty: int) -> None:
    marks = ["" if n < empty else "4" for n in range(30)]
    factors = ("innovation", "referral", "co_development")
    ratings = "\n".join(
        ["Wer;Kunde;Was;Note", *(f"{n};K{n % 3};{factors[n % 3]};{mark}" for n, mark in enumerate(marks))]
    )
    client = load(make_client(RATED, {**orders(*many()), "ratings.csv": ratings + "\n"}))

    found = only_finding(client, "minor")
    assert f"{empty} of 30 ratings" in found.what.en and "not as 0" in found.what.en
    assert (found.file, found.column, found.row, found.count) == ("ratings.csv", "Note", 2, empty)
    assert dropped(client, "ratings") == (empty, f"{empty}: not rated")
    assert client.has("ratings") == (empty < 30)
    if empty < 30:
        assert client.table("ratings")["rating"].tolist() == [4.0] * (30 - empty)


def test_a_mark_that_cannot_be_read_is_still_a_fault(make_client: Make) -> None:
    rows = [f"{n};K{n % 3};innovation;{'gut' if n == 5 else '' if n < 4 else 3}" for n in range(30)]
    client = load(
        make_client(RATED, {**orders(*many()), "ratings.csv": "\n".join(["Wer;Kunde;Was;Note", *rows]) + "\n"})
    )
    assert sorted(one.severity for one in client.findings) == ["minor", "serious"]
    assert len(client.table("ratings")) == 25


def test_a_mapped_column_that_is_nearly_empty_is_answered_with_the_filled_ones(make_client: Make) -> None:
    lines = [f"2025-02-{n % 27 + 1:02d};2;;ERP;{n};Mia" for n in range(30)]
    columns = {"started_at": "Tag", "hours": "Std", "activity": "Task", "employee_id": "Wer"}
    table = {"file": "log.csv", "columns": columns}
    place = make_client({"activities": table}, {"log.csv": "\n".join(["Tag;Std;Task;Projekt;Zahl;Wer", *lines]) + "\n"})
    finding = next(one for one in refused(place).findings if one.column == "Task")
    assert finding.remedy.en.endswith("under tables.activities.columns.activity that is filled: 'Projekt'.")
    assert "'Task' ist fast leer" in finding.remedy.de


def test_files_that_write_dates_differently_are_told_apart_and_the_line_solves_it(make_client: Make) -> None:
    english, american = (
        ["A1;K1;13/04/2025;1,5", "A2;K1;02/03/2025;1,5"],
        ["B1;K1;05/26/2025;1,5", "B2;K1;02/03/2025;1,5"],
    )
    files = {name: orders(*rows)["orders.csv"] for name, rows in (("a.csv", english), ("b.csv", american))}
    place = make_client(orders_table(file=["a.csv", "b.csv"]), files)
    (finding,) = refused(place).findings
    assert "a.csv the day first ('13/04/2025'), b.csv the month first ('05/26/2025')" in finding.what.en
    line = finding.remedy.en.partition("in place of the line file: ")[2]
    make_client(orders_table(**yaml.safe_load(line)), files)
    assert load(place).table("orders")["ordered_on"].dt.month.tolist() == [4, 3, 5, 2]
