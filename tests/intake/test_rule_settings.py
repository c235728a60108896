"""What client.yaml says of rules is checked before anything is read, with the line and the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simkit.foundation.errors import ConfigError
from simkit.intake.settings.client_settings import load_config
from simkit.intake.settings.operations import OPERATIONS, NoOperationError, operation

COLUMNS = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
Make = Callable[..., Path]


def refused(make: Make, table: str = "orders", **rules: Any) -> str:
    tables = {"orders": {"file": "o.csv", "columns": COLUMNS}}
    tables[table] = {**tables.get(table, {"file": "s.csv"}), **rules}
    with pytest.raises(ConfigError) as caught:
        load_config(make(tables))
    assert caught.value.render("de") != caught.value.render("en")
    assert "client.yaml" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"were": {"Status": "x"}}, "Did you mean 'where"),
        ({"sign": {"colum": "SH", "minus": "H"}}, "Did you mean 'column'?"),
        ({"join": {"file": "h.csv", "onn": "Nr"}}, "Did you mean 'on'"),
        ({"currency": {"column": "W", "rate": {"USD": 1.1}}}, "Did you mean 'rates'?"),
        ({"file": [{"file": "o.csv", "colums": COLUMNS}]}, "Did you mean 'columns'?"),
        ({"file": [{"file": "o.csv", "sign": {"column": "a", "minuss": "b"}}]}, "Did you mean 'minus'?"),
        ({"no_customer": "kept"}, "keep"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest(make_client: Make, rules: dict[str, Any], told: str) -> None:
    assert told in refused(make_client, **rules)


@pytest.mark.parametrize(
    ("compute", "told"),
    [
        ({"hours": {"unit": "minutes", "of": "Dauer"}}, "Unknown key 'tables.orders.compute.hours'"),
        ({"cost_amount": {"produkt": ["a", "b"]}}, "Did you mean 'product'"),
        ({"cost_amount": {"unit": "minute", "of": "a"}}, "Did you mean 'minutes'"),
        ({"cost_amount": {"part_of_date": "years", "of": "a"}}, "Did you mean 'year'"),
        ({"cost_amount": {"ratio": ["a", "b", "c"]}}, "'ratio' needs a list of 2 to 2"),
        ({"cost_amount": {"product": [1, 2]}}, "'product' names no column"),
        ({"cost_amount": "a * b"}, "'a * b' is no operation"),
        ({"cost_amount": {"sum": ["a", {"product": ["b", {"difference": [1, "c"]}]}]}}, "More than 2 operations"),
        ({"cost_amount": {"unit": "minutes"}}, "is neither column nor number nor operation"),
        (
            {"value_amount": {"product": ["Menge", "Preis"]}},
            "'value_amount' is filled more than once: columns, compute",
        ),
    ],
)
def test_what_is_no_operation_of_the_list_is_told(make_client: Make, compute: dict[str, Any], told: str) -> None:
    assert told in refused(make_client, compute=compute)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"currency": "USD"}, "{code: USD, rates: {USD: 0.92}}"),
        ({"currency": {"code": "USD", "rates": {"CHF": 1.1}}}, "No rate of exchange is stated for USD"),
        ({"currency": {"code": "USD", "column": "W", "rates": {"USD": 1.1}}}, "one of the two"),
        ({"currency": {"rates": {"USD": -1}}}, "a number above 0"),
        ({"key": {"value_amount": ["a", "b"]}}, "'value_amount' is no identifier of this table"),
        ({"key": []}, "A compound key is a list of columns"),
        ({"where": {"Status": []}}, "a list with at least one entry"),
        ({"formats": {"Menge": "1.234,50"}}, "Unknown key 'tables.orders.formats.Menge'"),
    ],
)
def test_rules_that_cannot_be_are_told(make_client: Make, rules: dict[str, Any], told: str) -> None:
    assert told in refused(make_client, **rules)


def test_signs_and_currencies_need_amounts(make_client: Make) -> None:
    activities = {"columns": {"activity": "Was", "started_at": "Wann", "hours": "Std"}}
    assert "activities has none" in refused(make_client, "activities", **activities, sign={"column": "a", "minus": "b"})
    assert "exists for orders only" in refused(make_client, "activities", **activities, no_customer="keep")


def test_a_format_may_be_that_of_an_operand(make_client: Make) -> None:
    columns = {name: theirs for name, theirs in COLUMNS.items() if name != "value_amount"}
    table = {"file": "o.csv", "columns": columns, "compute": {"value_amount": {"product": ["Menge", "Preis"]}}}
    folder = make_client({"orders": {**table, "formats": {"Preis": "1.234,50"}}})
    assert load_config(folder).tables["orders"].decimal_mark("Preis") == ","


@pytest.mark.parametrize(
    "line", ["compute.hours: {unit: minutes, of: Dauer}", "compute: {hours: {unit: minutes, of: Dauer}}"]
)
def test_a_line_that_computes_what_is_mapped_may_be_pasted_below(make_client: Make, line: str) -> None:
    columns = {"activity": "Was", "started_at": "Wann", "hours": "Dauer"}
    folder = make_client({"activities": {"file": "l.csv", "columns": columns}})
    line = f"tables.activities.{line}\n"
    (folder / "client.yaml").write_text((folder / "client.yaml").read_text("utf-8") + line, "utf-8")
    assert set(load_config(folder).tables["activities"].computed) == {"hours"}


@pytest.mark.parametrize(
    "more",
    [
        {"compute": {"value_amount": {"product": ["Wert", 2]}}},
        {"key": {"order_id": ["file", "Nr"]}},
        {"file": [{"file": "a.csv", "compute": {"value_amount": {"sum": ["Wert", "Fracht"]}}}, "b.csv"]},
    ],
)
def test_a_table_that_maps_and_computes_one_column_is_refused(make_client: Make, more: dict) -> None:
    columns = {"order_id": "Nr", "customer_id": "Kunde", "ordered_on": "Datum", "value_amount": "Wert"}
    with pytest.raises(ConfigError, match=r"filled more than once: columns, (compute|key)"):
        load_config(make_client({"orders": {"file": "o.csv", "columns": columns, **more}}))


def test_the_list_of_operations_is_closed_and_nothing_is_run() -> None:
    assert len(OPERATIONS) == 8
    for written in (
        {"eval": ["a", "b"]},
        {"product": ["a", ["b"]]},
        {"__import__": "os"},
        [],
        None,
        {"sum": ["a", True]},
    ):
        with pytest.raises(NoOperationError):
            operation(written)
    deep: object = "a"
    for _ in range(500):
        deep = {"sum": [deep, 1]}
    with pytest.raises(NoOperationError):
        operation(deep)
