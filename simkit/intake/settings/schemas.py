"""The one catalogue of tables and columns that a client's files are mapped to.

Readers, checks, the template of a new client and the glossary are derived from it; a new column is one entry here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from simkit.foundation.activities import ACTIVITIES
from simkit.foundation.text import Text, same

Kind = Literal["text", "id", "number", "money", "share", "date", "datetime", "choice", "flag"]
NUMERIC: frozenset[Kind] = frozenset({"number", "money", "share"})
DATED: frozenset[Kind] = frozenset({"date", "datetime"})

ORDER_CLASSES = ("standard", "configured", "bespoke")
ANSWERS = ("yes", "no")
"""Unlike a flag, an answer may be missing, and what nobody answered is not taken for a no."""
STAGES = ("open", "won", "lost", "no_decision")
RATED_FACTORS = (
    "innovation",
    "growth",
    "referral",
    "payment",
    "loyalty",
    "co_development",
    "joint_marketing",
    "strategic_fit",
    "share_of_wallet",
)


@dataclass(frozen=True, kw_only=True)
class SchemaColumn:
    """One column of a table."""

    name: str
    label: Text
    kind: Kind
    """How its texts are read: text, id, number, money, share, date, datetime, choice or flag."""
    unit: str = ""
    """Unit of a number, such as "h" or "days"; empty where there is none."""
    required: bool = False
    """Whether the table makes no sense without it."""
    rows_without: bool = False
    """Whether a row counts without a value in it, though the table needs the column: what happened is known, how much not."""
    choices: tuple[str, ...] = ()
    """The values a choice may have."""
    reference: str = ""
    """Table whose key this column repeats."""
    person: str = ""
    """Prefix of the pseudonyms that replace the values, where they stand for a person; empty otherwise."""
    low: float | None = None
    high: float | None = None
    """Range of possible values, both ends included."""
    past: bool = False
    """Whether a date after today is an error."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table."""

    name: str
    label: Text
    columns: tuple[SchemaColumn, ...]
    """In the order in which they are shown."""
    key: str = ""
    """Column whose values must be unique; empty where there is none."""
    starts: str = ""
    ends: str = ""
    """Columns of which the second must not be before the first."""

    def column(self, name: str) -> SchemaColumn:
        """Return the column of that name; an unknown name is a KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(column.name for column in self.columns)


def _column(name: str, de: str, en: str, kind: Kind, **more: object) -> SchemaColumn:
    return SchemaColumn(name=name, label=Text(de=de, en=en), kind=kind, **more)  # type: ignore[arg-type]


def _employee(de: str = "Mitarbeiter", en: str = "Employee", name: str = "employee_id", **more: object) -> SchemaColumn:
    return _column(name, de, en, "id", person="P", reference="employees", **more)


def _customer(*, required: bool = False) -> SchemaColumn:
    return _column("customer_id", "Kundennummer", "Customer number", "id", reference="customers", required=required)


_ORDER_CLASS = _column("order_class", "Auftragsklasse", "Order class", "choice", choices=ORDER_CLASSES)

CUSTOMERS = Table(
    name="customers",
    label=Text(de="Kunden", en="Customers"),
    key="customer_id",
    starts="contract_start_on",
    ends="contract_end_on",
    columns=(
        _column("customer_id", "Kundennummer", "Customer number", "id", required=True),
        _column("name", "Firma", "Company", "text"),
        _column("industry", "Branche", "Industry", "text"),
        _column("country", "Land", "Country", "text"),
        _column("region", "Region", "Region", "text"),
        _column("postcode", "Postleitzahl", "Postcode", "id"),
        _column("customer_since", "Kunde seit", "Customer since", "date", past=True),
        _column("potential_amount", "Potenzial im Jahr", "Potential per year", "money", low=0.0),
        _column("purchasing_volume_amount", "Einkaufsvolumen im Jahr", "Purchasing volume per year", "money", low=0.0),
        _column("wallet_share", "Lieferanteil", "Share of wallet", "share", low=0.0, high=1.0),
        _employee("Betreuer", "Owner", "owner_id"),
        _column("payment_delay_days", "Zahlungsverzug", "Payment delay", "number", unit="days"),
        _column("payment_terms_days", "Zahlungsziel", "Payment terms", "number", unit="days", low=0.0),
        _column("dormant", "Ruhend", "Dormant", "flag"),
        _column(
            "size_people", "Beschäftigte des Kunden", "Employees of the customer", "number", unit="people", low=0.0
        ),
        _column("technology", "Eingesetzte Technik", "Technology in use", "text"),
        _column("hiring", "Sucht Personal", "Hiring", "choice", choices=ANSWERS),
        _column("contract_start_on", "Vertragsbeginn", "Start of contract", "date"),
        _column("contract_end_on", "Vertragsende", "End of contract", "date"),
    ),
)

ORDERS = Table(
    name="orders",
    label=Text(de="Aufträge", en="Orders"),
    key="order_id",
    starts="ordered_on",
    ends="delivered_on",
    columns=(
        _column("order_id", "Auftragsnummer", "Order number", "id", required=True),
        _customer(required=True),
        _column("ordered_on", "Auftragsdatum", "Order date", "date", required=True, past=True),
        _column("promised_on", "Zugesagt für", "Promised for", "date"),
        _column("delivered_on", "Geliefert am", "Delivered on", "date", past=True),
        _column("value_amount", "Auftragswert", "Order value", "money", required=True, rows_without=True),
        _column("cost_amount", "Herstellkosten", "Cost of goods", "money"),
        _ORDER_CLASS,
        _employee(),
        _column("opportunity_id", "Verkaufschance", "Opportunity", "id", reference="opportunities"),
        _column("paid_on", "Bezahlt am", "Paid on", "date", past=True),
        _column("due_on", "Fällig am", "Due on", "date"),
    ),
)

OPPORTUNITIES = Table(
    name="opportunities",
    label=Text(de="Verkaufschancen", en="Opportunities"),
    key="opportunity_id",
    starts="opened_on",
    ends="closed_on",
    columns=(
        _column("opportunity_id", "Verkaufschance", "Opportunity", "id", required=True),
        _customer(),
        _employee(),
        _column("opened_on", "Eröffnet am", "Opened on", "date", past=True),
        _column("closed_on", "Abgeschlossen am", "Closed on", "date"),
        _column("stage", "Stand", "Stage", "choice", choices=STAGES, required=True),
        _column("value_amount", "Wert", "Value", "money"),
        _ORDER_CLASS,
        _column("source", "Herkunft", "Source", "text"),
        _column("product", "Produkt", "Product", "text"),
        _column("sales_stage", "Vertriebsphase", "Sales stage", "text"),
        _column("claimed_share", "Genannte Wahrscheinlichkeit", "Claimed probability", "share", low=0.0, high=1.0),
        _column("expected_on", "Abschluss erwartet am", "Expected to close on", "date"),
        _column("next_step_on", "Nächster Schritt am", "Next step on", "date"),
        _column("slip_reason", "Grund der Verschiebung", "Reason of the slip", "text"),
        _column("deadline_qualified", "Termin qualifiziert", "Deadline qualified", "choice", choices=ANSWERS),
        _column(
            "authority_access", "Zugang zum Entscheider", "Access to the decision maker", "choice", choices=ANSWERS
        ),
        _column("contact_role", "Funktion des Gesprächspartners", "Role of the contact", "text"),
        _column(
            "contact_tenure_years", "Gesprächspartner im Amt", "Contact in the role", "number", unit="years", low=0.0
        ),
    ),
)

ACTIVITY_LOG = Table(
    name="activities",
    label=Text(de="Tätigkeiten", en="Activities"),
    key="activity_id",
    starts="started_at",
    ends="ended_at",
    columns=(
        _column("activity_id", "Tätigkeitsnummer", "Activity number", "id"),
        _employee(),
        _customer(),
        _column("case_id", "Vorgang", "Case", "id"),
        _column("started_at", "Beginn", "Start", "datetime", required=True, past=True),
        _column("ended_at", "Ende", "End", "datetime"),
        _column("hours", "Stunden", "Hours", "number", unit="h", low=0.0),
        _column("activity", "Tätigkeit", "Activity", "choice", choices=ACTIVITIES, required=True),
        _column("channel", "Kanal", "Channel", "text"),
        _column("meeting_type", "Art des Termins", "Kind of meeting", "text"),
        _column("next_step", "Nächster Schritt vereinbart", "Next step agreed", "choice", choices=ANSWERS),
    ),
)

TIME_ESTIMATES = Table(
    name="time_estimates",
    label=Text(de="Zeitschätzungen", en="Time estimates"),
    columns=(
        _column("role", "Rolle", "Role", "text", required=True),
        _column("activity", "Tätigkeit", "Activity", "choice", choices=ACTIVITIES, required=True),
        _column("share", "Zeitanteil", "Share of time", "share", required=True, low=0.0, high=1.0),
        _column("spread", "Streuung", "Spread", "share", low=0.0, high=1.0),
        _column("respondents", "Befragte", "Respondents", "number", unit="people", low=0.0),
    ),
)

EMPLOYEES = Table(
    name="employees",
    label=Text(de="Mitarbeiter", en="Employees"),
    key="employee_id",
    starts="entry_on",
    ends="left_on",
    columns=(
        _column("employee_id", "Mitarbeiter", "Employee", "id", required=True, person="P"),
        _column("role", "Rolle", "Role", "text"),
        _column("team", "Team", "Team", "text"),
        _column("territory", "Gebiet", "Territory", "text"),
        _column("fte", "Stellenanteil", "Full-time equivalent", "number", unit="fte", low=0.0, high=1.0),
        _column("birth_year", "Geburtsjahr", "Year of birth", "number", unit="year", low=1900.0, high=2100.0),
        _column("birth_date", "Geburtsdatum", "Date of birth", "date", past=True),
        _column("entry_on", "Eintritt", "Entry", "date"),
        _column("left_on", "Austritt", "Leaving", "date"),
        _column("retires_on", "Ruhestand", "Retirement", "date"),
        _column("cost_amount", "Personalkosten im Jahr", "Staff cost per year", "money", low=0.0),
    ),
)

RATINGS = Table(
    name="ratings",
    label=Text(de="Bewertungen", en="Ratings"),
    columns=(
        _customer(required=True),
        _column("factor", "Faktor", "Factor", "choice", choices=RATED_FACTORS, required=True),
        _column("rating", "Bewertung", "Rating", "number", required=True, low=1.0, high=5.0),
        _column("participant", "Teilnehmer", "Participant", "id", person="T"),
        _column("department", "Abteilung", "Department", "text"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table for table in (CUSTOMERS, ORDERS, OPPORTUNITIES, ACTIVITY_LOG, TIME_ESTIMATES, EMPLOYEES, RATINGS)
}
ENOUGH_ALONE = ("orders", "opportunities", "activities", "time_estimates")
"""At least one of these tables is needed for any diagnosis."""

PERSON_COLUMNS = frozenset(c.name for table in TABLES.values() for c in table.columns if c.person)
KIND_LABELS: dict[Kind, Text] = {
    "text": same("Text"),
    "id": Text(de="Kennung", en="identifier"),
    "number": Text(de="Zahl", en="number"),
    "money": Text(de="Betrag", en="amount"),
    "share": Text(de="Anteil", en="share"),
    "date": Text(de="Datum", en="date"),
    "datetime": Text(de="Zeitpunkt", en="date and time"),
    "choice": Text(de="Auswahl", en="choice"),
    "flag": Text(de="Ja/Nein", en="yes/no"),
}
