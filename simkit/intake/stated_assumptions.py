"""States what is taken for granted because the client's files do not say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.intake.settings.client_settings import ClientConfig

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
        *_on_calendar(config),
        *_on_people(frames),
        *_on_customers(frames),
        *_on_orders(frames),
    )


def _on_period(config: ClientConfig) -> Iterator[Assumption]:
    if config.period is None:
        yield Assumption(topic=_PERIOD, value=_PERIOD_VALUE, reason=_NOT_STATED.fill(key="period"))


def _on_calendar(config: ClientConfig) -> Iterator[Assumption]:
    if config.state is None:
        yield Assumption(
            topic=_HOLIDAYS, value=_HOLIDAYS_VALUE.fill(country=config.country), reason=_NOT_STATED.fill(key="state")
        )
    if "contract_hours_per_week" not in config.model_fields_set:
        value = _HOURS_VALUE.fill(hours=f"{config.contract_hours_per_week:g}")
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


_EMPLOYEES = Text(de="Mitarbeiter", en="employees")
_CUSTOMERS = Text(de="Kunden", en="customers")
_ORDERS = Text(de="Aufträge", en="orders")
_NOT_STATED = Text(de="In client.yaml steht kein '{key}'.", en="client.yaml states no '{key}'.")
_NO_TABLE = Text(de="Es gibt keine Tabelle '{table}'.", en="There is no table of {table}.")
_NO_COLUMN = Text(de="Der Tabelle '{table}' fehlt '{column}'.", en="The table of {table} has no '{column}'.")
_PERIOD = Text(de="Zeitraum", en="Period")
_PERIOD_VALUE = Text(
    de="vom ersten bis zum letzten Datum der Tabellen", en="from the first to the last date in the tables"
)
_HOLIDAYS = Text(de="Feiertage", en="Public holidays")
_HOLIDAYS_VALUE = Text(de="nur landesweite Feiertage ({country})", en="nationwide holidays only ({country})")
_HOURS = Text(de="Wochenarbeitszeit", en="Weekly hours")
_HOURS_VALUE = Text(de="{hours} Stunden für eine volle Stelle", en="{hours} hours for one full-time person")
_HEADS = Text(de="Zahl der Mitarbeiter", en="Head count")
_HEADS_VALUE = Text(
    de="{count}: alle, die in Tätigkeiten, Verkaufschancen oder Aufträgen vorkommen, jeder mit einer vollen Stelle",
    en="{count}: everybody named in activities, opportunities or orders, each full-time",
)
_HEADS_UNKNOWN = Text(
    de="unbekannt; was Personen zählt, entfällt oder beruht auf Vorgaben",
    en="unknown; what counts people is left out or rests on defaults",
)
_FTE = Text(de="Stellenanteile", en="Full-time equivalents")
_FTE_VALUE = Text(de="jeder mit einer vollen Stelle", en="everybody full-time")
_AGE = Text(de="Alter und Ruhestand", en="Age and retirement")
_AGE_VALUE = Text(de="Vorgabe des Modells für die Altersverteilung", en="the model's default distribution of ages")
_COST = Text(de="Personalkosten", en="Staff cost")
_COST_VALUE = Text(de="Vorgabe des Modells je Rolle", en="the model's default by role")
_ROLE = Text(de="Rollen", en="Roles")
_ROLE_VALUE = Text(de="alle Mitarbeiter gelten als eine Rolle", en="all employees count as one role")
_CUSTOMERS_VALUE = Text(de="alle, die in Aufträgen vorkommen", en="everybody named in orders")
_POTENTIAL = Text(de="Kundenpotenzial", en="Customer potential")
_POTENTIAL_VALUE = Text(de="aus dem bisherigen Umsatz geschätzt", en="estimated from sales so far")
_CLASS = Text(de="Auftragsklassen", en="Order classes")
_CLASS_VALUE = Text(
    de="Vorgabe des Modells für die Anteile von Standard, konfiguriert und Sonder",
    en="the model's default shares of standard, configured and bespoke",
)
_MARGIN = Text(de="Deckungsbeitrag", en="Margin")
_MARGIN_VALUE = Text(
    de="kein kundeneigener Deckungsbeitrag; der Umsatz tritt an seine Stelle",
    en="no margin by customer; sales take its place",
)
