"""States what is taken for granted because the client's files do not say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import both_ways
from simkit.intake.findings import Assumption
from simkit.intake.settings.client_settings import EURO, ClientConfig

TEXTS = Catalogue.beside(__file__)

Frames = Mapping[str, pd.DataFrame]


def stated_assumptions(config: ClientConfig, frames: Frames) -> tuple[Assumption, ...]:
    """Return the assumptions that the tables of one client make necessary.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        The tables that are there.
    """
    return (
        *_on_period(config),
        *_on_currency(config),
        *_on_calendar(config),
        *_on_people(frames),
        *_on_customers(frames),
        *_on_orders(frames),
    )


def _on_period(config: ClientConfig) -> Iterator[Assumption]:
    if config.period is None:
        yield Assumption(topic=_PERIOD, value=_PERIOD_VALUE, reason=_NOT_STATED.fill(key="period"))


def _on_currency(config: ClientConfig) -> Iterator[Assumption]:
    if config.currency_rate is not None and config.currency != EURO:
        value = TEXTS["currency_value"].fill(rate=both_ways(config.currency_rate), currency=config.currency)
        yield Assumption(topic=TEXTS["currency"], value=value, reason=TEXTS["currency_reason"])


def _on_calendar(config: ClientConfig) -> Iterator[Assumption]:
    if config.state is None:
        yield Assumption(
            topic=_HOLIDAYS, value=_HOLIDAYS_VALUE.fill(country=config.country), reason=_NOT_STATED.fill(key="state")
        )
    if "contract_hours_per_week" not in config.model_fields_set:
        value = _HOURS_VALUE.fill(hours=both_ways(config.contract_hours_per_week))
        yield Assumption(topic=_HOURS, value=value, reason=_NOT_STATED.fill(key="contract_hours_per_week"))


def _on_people(frames: Frames) -> Iterator[Assumption]:
    employees = frames.get("employees")
    if employees is None:
        count = len(people_in(frames))
        value = _HEADS_VALUE.fill(count=count) if count else _HEADS_UNKNOWN
        yield Assumption(topic=_HEADS, value=value, reason=_NO_TABLE.fill(table=_EMPLOYEES))
        return
    if "fte" not in employees.columns:
        yield Assumption(topic=_FTE, value=_FTE_VALUE, reason=_NO_COLUMN.fill(column="fte", table=_EMPLOYEES))
    if not {"birth_year", "birth_date", "retires_on"} & set(employees.columns):
        yield Assumption(topic=_AGE, value=_AGE_VALUE, reason=_NO_COLUMN.fill(column="birth_year", table=_EMPLOYEES))
    if "cost_amount" not in employees.columns:
        yield Assumption(topic=_COST, value=_COST_VALUE, reason=_NO_COLUMN.fill(column="cost_amount", table=_EMPLOYEES))
    if "role" not in employees.columns:
        yield Assumption(topic=_ROLE, value=_ROLE_VALUE, reason=_NO_COLUMN.fill(column="role", table=_EMPLOYEES))


def people_in(frames: Frames) -> frozenset[str]:
    """Return everybody who is named in activities, opportunities or orders."""
    named = [
        frames[name]["employee_id"].dropna().unique()
        for name in ("activities", "opportunities", "orders")
        if name in frames and "employee_id" in frames[name].columns
    ]
    return frozenset(str(person) for people in named for person in people)


def _on_customers(frames: Frames) -> Iterator[Assumption]:
    customers = frames.get("customers")
    if customers is None and "orders" in frames:
        yield Assumption(topic=_CUSTOMERS, value=_CUSTOMERS_VALUE, reason=_NO_TABLE.fill(table=_CUSTOMERS))
    if customers is not None and "potential_amount" not in customers.columns:
        reason = _NO_COLUMN.fill(column="potential_amount", table=_CUSTOMERS)
        yield Assumption(topic=_POTENTIAL, value=_POTENTIAL_VALUE, reason=reason)


def _on_orders(frames: Frames) -> Iterator[Assumption]:
    orders = frames.get("orders")
    if orders is None:
        return
    if "order_class" not in orders.columns:
        reason = _NO_COLUMN.fill(column="order_class", table=_ORDERS)
        yield Assumption(topic=_CLASS, value=_CLASS_VALUE, reason=reason)
    if "cost_amount" not in orders.columns:
        reason = _NO_COLUMN.fill(column="cost_amount", table=_ORDERS)
        yield Assumption(topic=_MARGIN, value=_MARGIN_VALUE, reason=reason)


_EMPLOYEES = TEXTS["employees"]
_CUSTOMERS = TEXTS["customers"]
_ORDERS = TEXTS["orders"]
_NOT_STATED = TEXTS["not_stated"]
_NO_TABLE = TEXTS["no_table"]
_NO_COLUMN = TEXTS["no_column"]
_PERIOD = TEXTS["period"]
_PERIOD_VALUE = TEXTS["period_value"]
_HOLIDAYS = TEXTS["holidays"]
_HOLIDAYS_VALUE = TEXTS["holidays_value"]
_HOURS = TEXTS["hours"]
_HOURS_VALUE = TEXTS["hours_value"]
_HEADS = TEXTS["heads"]
_HEADS_VALUE = TEXTS["heads_value"]
_HEADS_UNKNOWN = TEXTS["heads_unknown"]
_FTE = TEXTS["fte"]
_FTE_VALUE = TEXTS["fte_value"]
_AGE = TEXTS["age"]
_AGE_VALUE = TEXTS["age_value"]
_COST = TEXTS["cost"]
_COST_VALUE = TEXTS["cost_value"]
_ROLE = TEXTS["role"]
_ROLE_VALUE = TEXTS["role_value"]
_CUSTOMERS_VALUE = TEXTS["customers_value"]
_POTENTIAL = TEXTS["potential"]
_POTENTIAL_VALUE = TEXTS["potential_value"]
_CLASS = TEXTS["class"]
_CLASS_VALUE = TEXTS["class_value"]
_MARGIN = TEXTS["margin"]
_MARGIN_VALUE = TEXTS["margin_value"]
