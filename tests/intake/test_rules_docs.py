"""The examples of docs/client_file.md are read as they stand there."""

from __future__ import annotations

import datetime as dt
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from simkit.intake.client import ClientData, load_client
from simkit.intake.settings.operations import OPERATIONS

Make = Callable[..., Path]
FILES: dict[str, str] = {
    "lines.csv": "Number,Quantity,Price,Discount,Status,Type,Currency\n"
    "B1,2,10.50,10%,Delivered,Invoice,EUR\nB2,1,5.00,0%,Invoiced,Credit note,USD\nB3,1,9.00,0%,Cancelled,Invoice,EUR\n",
    "heads.csv": "Number,Customer,Date\nB1,K1,2025-02-01\nB2,K2,2025-02-02\nB3,K3,2025-02-03\n",
    "old.csv": "Number,Customer,Date,Value\n1,K1,2023-02-01,1.50\n1,,2024-02-01,2.50\n",
    "new.csv": "No,Account,Day,Net\n1,K1,2025-02-01,3.50\n",
    "calendar.csv": "First Name,Last Name,Start Date,Start Time,End Date,End Time,All day event,Categories\n"
    "Anna,Muster,2025-02-01,08:00,2025-02-01,09:30,False,Visit\n"
    "Bert,Muster,2025-02-01,08:00,2025-02-01,10:30,False,Visit\n"
    "Bert,Muster,2025-02-02,00:00,2025-02-03,00:00,True,Visit\n",
    "all.csv": "Number,Customer,Date,Net,Freight,Margin,Agreed,Wanted,Due,Hour\n"
    "1,K1,2025-02-01,100.50,0.5,40.25,,2025-03-01,2025-03-02,12:00\n",
    "log.csv": "What,When,Minutes,Share\nVisit,2025-02-01,90,50\n",
    "staff.csv": "Id,Post,Born\n7,80,1970-12-24\n",
}


@pytest.fixture
def examples(project: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (project / "docs/client_file.md").read_text("utf-8"), re.DOTALL)


def load(make: Make, example: str) -> ClientData:
    folder = make({}, FILES)
    file = folder / "client.yaml"
    file.write_text(
        file.read_text("utf-8").replace("tables: {}", "tables:\n" + textwrap.indent(example, "  ")), "utf-8"
    )
    return load_client(folder, today=dt.date(2025, 6, 30))


def test_heads_and_lines_credit_notes_and_dollars(make_client: Make, examples: list[str]) -> None:
    orders = load(make_client, examples[0]).table("orders")
    assert dict(zip(orders["order_id"], orders["value_amount"], strict=True)) == {
        "B1": pytest.approx(18.9),
        "B2": pytest.approx(-4.6),
    }


def test_two_systems_whose_numbers_start_again(make_client: Make, examples: list[str]) -> None:
    client = load(make_client, examples[1])
    assert list(client.table("orders")["order_id"]) == ["2023/1", "2024/1", "new.csv/1"]
    assert client.table("orders")["value_amount"].sum() == pytest.approx(7.5)


def test_a_calendar_with_two_columns_each(make_client: Make, examples: list[str]) -> None:
    log = load(make_client, examples[2]).table("activities")
    assert list(log["hours"]) == [1.5, 2.5]
    assert log["employee_id"].nunique() == 2


def test_the_eight_operations(make_client: Make, examples: list[str]) -> None:
    client = load(make_client, examples[3])
    assert set(OPERATIONS) <= set(re.findall(r"[a-z_]+", examples[3]))
    (order,) = client.table("orders").to_dict("records")
    assert (order["value_amount"], order["cost_amount"]) == (pytest.approx(600.5), pytest.approx(60.25))
    assert f"{order['promised_on']:%Y-%m-%d} {order['due_on']:%Y-%m-%d}" == "2025-03-01 2025-03-02"
    assert list(client.table("activities")["hours"]) == [pytest.approx(0.75)]
    (person,) = client.table("employees").to_dict("records")
    assert (person["fte"], person["birth_year"]) == (pytest.approx(0.8), 1970.0)
