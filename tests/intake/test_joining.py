"""Heads stand beside lines and numbers beside names, and what finds no match is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.intake.client import ClientData, load_client
from simkit.intake.findings import FindingsError

TODAY = dt.date(2025, 6, 30)
Make = Callable[..., Path]
LINES = ["Beleg;Pos;Menge;Preis", "B1;10;2;10,50", "B1;20;1;4,00", "B2;10;3;2,00", "B3;10;1;8,25"]
HEADS = ["Belegnr;Kunde;Datum;Pos", "B1;K1;01.02.2025;2", "b2;K2;02.02.2025;1", "B3;K1;03.02.2025;1"]
PRODUCT = {"value_amount": {"product": ["Menge", "Preis"]}}
JOIN = {"file": "heads.csv", "on": {"Beleg": "Belegnr"}, "columns": {"customer_id": "Kunde", "ordered_on": "Datum"}}


def folder(make: Make, heads: list[str] = HEADS, join: Any = None, **rules: Any) -> Path:
    table = {
        "file": "lines.csv", "lines": True, "columns": {"order_id": "Beleg"}, "compute": PRODUCT, "join": join or JOIN,
    }  # fmt: skip
    files = {"lines.csv": "\n".join(LINES) + "\n", "heads.csv": "\n".join(heads) + "\n"}
    return make({"orders": {**table, **rules}}, files)


def load(place: Path) -> ClientData:
    return load_client(place, today=TODAY)


def refused(place: Path) -> str:
    with pytest.raises(FindingsError) as caught:
        load(place)
    assert caught.value.render("de") != caught.value.render("en")
    return str(caught.value)


def test_lines_get_customer_and_date_of_their_head_and_the_value_is_computed(make_client: Make) -> None:
    client = load(folder(make_client))
    orders = client.table("orders").set_index("order_id")
    assert dict(orders["value_amount"]) == {"B1": 25.0, "B2": 6.0, "B3": 8.25}
    assert list(orders["customer_id"]) == ["K1", "K2", "K1"]
    assert client.findings == ()
    assert set(client.input_hashes) == {"lines.csv", "heads.csv"}


def test_a_column_that_only_the_other_file_has_may_stand_under_columns_and_where(make_client: Make) -> None:
    place = folder(
        make_client,
        join={"file": "heads.csv", "on": {"Beleg": "Belegnr"}},
        columns={"order_id": "Beleg", "customer_id": "Kunde", "ordered_on": "Datum"},
        where={"Kunde": "K1"},
    )
    client = load(place)
    assert list(client.table("orders")["order_id"]) == ["B1", "B3"]


def test_rows_without_a_match_are_told_with_their_keys(make_client: Make) -> None:
    lines = [*(f"B1;{n};1;1,00" for n in range(30, 60))]
    place = folder(make_client)
    (place / "lines.csv").write_text("\n".join([*LINES, *lines, "B9;10;1;1,00"]) + "\n")
    client = load(place)
    finding = next(one for one in client.findings if "no match" in one.what.en)
    assert (finding.severity, finding.count, finding.row) == ("serious", 1, 36)
    assert "'B9'" in finding.what.en
    assert client.protocol["rows_dropped"].sum() == 1


def test_rows_of_the_other_file_that_no_row_names_are_told(make_client: Make) -> None:
    client = load(folder(make_client, [*HEADS, "B7;K7;05.02.2025;0"]))
    (finding,) = client.findings
    assert (finding.severity, finding.file, finding.row) == ("minor", "heads.csv", 5)


def test_a_key_that_stands_twice_with_other_content_is_not_guessed(make_client: Make) -> None:
    message = refused(folder(make_client, [*HEADS, "B1;K9;01.02.2025;2"]))
    assert "1 value of 'Belegnr' is here more than once with different content" in message
    assert "heads.csv under 'file:', lines.csv under 'join:'" in message


def test_a_key_that_stands_twice_with_the_same_content_is_no_matter(make_client: Make) -> None:
    assert load(folder(make_client, [*HEADS, "B1;K1;01.02.2025;99"])).findings == ()


def test_a_missing_file_and_a_missing_heading_of_the_other_file_are_told(make_client: Make) -> None:
    assert "The file is missing." in refused(folder(make_client, join={**JOIN, "file": "head.csv"}))
    message = refused(folder(make_client, join={**JOIN, "on": {"Beleg": "Belegnummer"}}))
    assert "The column 'Belegnummer' (tables.orders.join.on) is not in the file." in message
    assert "Did you mean 'Belegnr'?" in message


def test_names_become_numbers_by_a_list_and_persons_are_not_quoted(make_client: Make) -> None:
    log = [
        "Wer;Wann;Std;Was",
        *(f"Anna Muster;0{n}.02.2025;1,5;Besuch" for n in range(1, 9)),
        "Bert X;09.02.2025;2,0;Besuch",
    ]
    files = {"log.csv": "\n".join(log) + "\n", "staff.csv": "Name;PNr\nANNA MUSTER;7\nCora Y;8\n"}
    table = {
        "file": "log.csv",
        "columns": {"started_at": "Wann", "hours": "Std", "activity": "Was"},
        "values": {"activity": {"Besuch": "care"}},
        "join": {"file": "staff.csv", "on": {"Wer": "Name"}, "columns": {"employee_id": "PNr"}},
    }
    client = load(make_client({"activities": table}, files))
    assert client.table("activities")["employee_id"].notna().sum() == 8
    told = next(one for one in client.findings if "no match" in one.what.en)
    assert "Bert" not in told.what.en + told.what.de


def test_several_columns_may_be_shared(make_client: Make) -> None:
    files = {
        "lines.csv": "Jahr;Nr;Wert\n2024;1;10,50\n2025;1;20,50\n",
        "heads.csv": "Jahr;Nr;Kunde;Datum\n2024;1;K1;01.02.2024\n2025;1;K2;01.02.2025\n",
    }
    table = {
        "file": "lines.csv",
        "key": ["Jahr", "Nr"],
        "columns": {"value_amount": "Wert", "customer_id": "Kunde", "ordered_on": "Datum"},
        "join": {"file": "heads.csv", "on": ["Jahr", "Nr"]},
    }
    orders = load(make_client({"orders": table}, files)).table("orders")
    assert dict(zip(orders["order_id"], orders["customer_id"], strict=True)) == {"2024/1": "K1", "2025/1": "K2"}


def test_heads_and_lines_given_as_one_table_are_told_how_to_be_joined_and_the_lines_help_when_pasted(
    make_client: Make,
) -> None:
    columns = {"order_id": "Beleg", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Summe"}
    files = {
        "lines.csv": "Beleg;Summe\nB1;10,50\nB1;5,00\nB2;1,00\n",
        "heads.csv": "Beleg;Kunde;Datum\nB1;K1;01.02.2025\nB2;K2;02.02.2025\n",
    }
    place = make_client({"orders": {"file": ["heads.csv", "lines.csv"], "columns": columns, "lines": True}}, files)
    message = refused(place)
    for line in ("tables.orders.file: lines.csv", "tables.orders.join: {file: heads.csv, on: Beleg}"):
        assert line in message
        (place / "client.yaml").write_text((place / "client.yaml").read_text("utf-8") + line + "\n", "utf-8")
    client = load(place)
    assert client.table("orders")["value_amount"].sum() == pytest.approx(16.5)


def test_a_missing_file_is_told_once_and_the_secret_of_the_pseudonyms_is_never_offered(make_client: Make) -> None:
    place = folder(make_client, file=["lines.csv", "more.csv"], join={**JOIN, "file": "nirgends.csv"})
    (place / "more.csv").write_text("\n".join([LINES[0], "B3;20;1;1,00"]) + "\n", encoding="utf-8")
    (place / "pseudonym_secret.txt").write_text("0" * 64, encoding="ascii")
    with pytest.raises(FindingsError) as caught:
        load(place)
    (finding,) = caught.value.findings
    assert finding.file == "nirgends.csv"
    assert "lines.csv" in finding.remedy.en and "secret" not in finding.remedy.en
