"""The score on its way back to the CRM: one row per customer under the client's own number, as CSV and as Excel.

Numbers of customers leave exactly as they came in; nothing tells who looks after a customer or how many hours that takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from simkit.foundation.table_writing import (
    DECIMALS,
    Dialect,
    ListColumn,
    dialect_of,
    excel_formats,
    open_workbook,
    runs_as_formula,
    write_csv,
    write_lines,
    write_table,
)
from simkit.foundation.text import Language, Text
from simkit.intake.privacy.disclosure import check_export
from simkit.intake.workshop.choices import CHANNELS, YES_NO
from simkit.value.customer_figures import period_years
from simkit.value.customers.actions import ACTIONS
from simkit.value.customers.customer_list import source_lines
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.score.segments import NO_SEGMENT
from simkit.value.suppression import FEW_ON_CUSTOMER

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

NAME = "crm_export"


def _column(name: str, de: str, en: str, kind: str, width: int = 15) -> ListColumn:
    return ListColumn(name=name, label=Text(de=de, en=en), kind=kind, width=width)  # type: ignore[arg-type]


COLUMNS: tuple[ListColumn, ...] = (
    _column("customer_id", "Kundennummer", "Customer number", "text", 18),
    _column("valued_on", "Stand", "As of", "date", 12),
    _column("segment", "Klasse", "Class", "text", 8),
    _column("points", "Kundenwert (0–100)", "Customer value (0–100)", "number", 13),
    _column("known_share", "Bekannter Anteil der Gewichte", "Known share of the weights", "share"),
    _column("revenue_per_year_amount", "Umsatz im Jahr", "Revenue per year", "money"),
    _column("value_per_year_amount", "Wert heute: Deckungsbeitrag im Jahr, vor Betreuung",
            "Value now: contribution per year, before service", "money", 20),
    _column("margin_per_year_amount", "Deckungsbeitrag im Jahr nach Betreuung", "Contribution per year after service",
            "money", 20),
    _column("potential_amount", "Potenzial im Jahr", "Potential per year", "money"),
    _column("wallet_share", "Lieferanteil", "Share of wallet", "share", 12),
    _column("lifetime_value_amount", "Künftiger Wert (abgezinst)", "Lifetime value (discounted)", "money"),
    _column("service_level", "Servicelevel", "Service level", "text", 48),
    _column("action", "Empfohlene Maßnahme", "Recommended action", "text", 24),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CrmExport:
    """What goes back to the CRM."""

    table: pd.DataFrame
    """The columns of `COLUMNS` that the client's figures fill, by their names, best customer first; money in the
    client's currency per year, shares in 0..1. A figure that is withheld or unknown is missing."""
    withheld: int
    """Customers whose contribution after service is withheld."""
    language: Language
    """Language of headings, service levels and actions."""

    @property
    def columns(self) -> list[ListColumn]:
        """The columns there are, in order."""
        return [column for column in COLUMNS if column.name in self.table]

    @property
    def unsafe(self) -> pd.Series:
        """Which customers have a number that a spreadsheet would run as a formula."""
        return self.table["customer_id"].map(runs_as_formula).astype(bool)


def crm_export(
    client: ClientData, value: CustomerValue, language: Language, levels: pd.DataFrame | None = None
) -> CrmExport:
    """Return what goes back to the CRM.

    Parameters
    ----------
    client : ClientData
        Gives the period, and what client.yaml says on service levels.
    value : CustomerValue
        The diagnostic, with lifetime values where they are known.
    language : {"de", "en"}
        Language of headings, service levels and actions.
    levels : pandas.DataFrame, optional
        Service levels by segment (`simkit.value.service.service_levels.service_levels`); without them those of client.yaml.

    Raises
    ------
    PrivacyError
        A column would show a person.
    """
    customers = value.customers
    years = period_years(client)
    yearly = {"revenue_amount": "revenue_per_year_amount", "contribution_amount": "value_per_year_amount"}
    if value.hourly_cost_amount is not None:
        yearly["margin_amount"] = "margin_per_year_amount"
    words = level_words(levels if levels is not None else _stated(client), language)
    table = customers.assign(
        valued_on=client.last,
        points=(customers["score"] * 100).round(),
        segment=customers["segment"].fillna(NO_SEGMENT.to(language)),
        service_level=customers["segment"].astype(str).map(words),
        action=[ACTIONS[code].label.to(language) for code in customers["action"]],
        **{new: customers[old] / years for old, new in yearly.items() if old in customers},
    )
    filled = [column for column in COLUMNS if column.name in table and table[column.name].notna().any()]
    shown = table[[column.name for column in filled]]
    shown = shown.round({column.name: DECIMALS.get(column.kind, 6) for column in filled})
    check_export(shown, where=NAME)
    return CrmExport(table=shown, withheld=int(customers["hours_withheld"].sum()), language=language)


def level_words(levels: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return the service level of each segment as one line; segments of which nothing is known are left out."""
    found = {str(row["segment"]): _level(row, language) for row in levels.to_dict("records")}
    return {name: words for name, words in found.items() if words}


_CONTACTS = Text(de="{n} Kontakte im Jahr", en="{n} contacts per year")
_RESPONSE = Text(de="Antwort in {n} h", en="answer within {n} h")
_BESPOKE = Text(de="Sonderlösungen: {x}", en="bespoke: {x}")


def _level(row: Mapping[object, object], language: Language) -> str:
    parts: list[Text] = []
    if _known(row.get("contacts_per_year")):
        parts.append(_CONTACTS.fill(n=_short(row["contacts_per_year"], language)))
    if str(row.get("channel")) in CHANNELS:
        parts.append(CHANNELS[str(row["channel"])])
    if _known(row.get("response_h")):
        parts.append(_RESPONSE.fill(n=_short(row["response_h"], language)))
    if _known(row.get("bespoke")):
        parts.append(_BESPOKE.fill(x=YES_NO["yes" if row["bespoke"] in (True, "yes") else "no"]))
    return ", ".join(part.to(language) for part in parts)


def _known(entry: object) -> bool:
    return entry is not None and entry == entry


def _short(entry: object, language: Language) -> str:
    text = f"{float(str(entry)):.1f}".removesuffix(".0")
    return text.replace(".", ",") if language == "de" else text


def _stated(client: ClientData) -> pd.DataFrame:
    """Return what client.yaml says on the service levels of each segment."""
    stated = client.config.service_levels.segments
    return pd.DataFrame([{"segment": name, **level.model_dump()} for name, level in stated.items()])


def write_crm_csv(export: CrmExport, path: Path, country: str) -> Path:
    """Write the export as CSV and return its path.

    Notes
    -----
    `dialect_of` gives delimiter, decimal mark and dates by language and country; UTF-8 with a byte order mark.
    Customer numbers are written as they are. One that a spreadsheet would run as a formula cannot be both unchanged and
    harmless in a CSV: its row is left out here (`CrmExport.unsafe`) and stands in the workbook, where it is plain text.
    """
    dialect = dialect_of(export.language, country)
    rows = export.table[~export.unsafe]
    heading = [column.label.to(export.language) for column in export.columns]
    cells = (
        [_cell(entry, column, dialect) for column, entry in zip(export.columns, row, strict=True)]
        for row in rows.itertuples(index=False)
    )
    return write_csv(path, [heading, *cells], dialect.delimiter)


def _cell(entry: object, column: ListColumn, dialect: Dialect) -> str:
    """Write one cell: numbers without grouping, missing ones empty; `write_csv` makes texts harmless."""
    if not _known(entry):
        return ""
    if isinstance(entry, dt.date):
        return entry.strftime(dialect.date)
    if isinstance(entry, float):
        return f"{entry:z.{DECIMALS.get(column.kind, 0)}f}".replace(".", dialect.decimal)
    return str(entry)


_SHEETS = (Text(de="Kunden", en="Customers"), Text(de="Quellen und Regeln", en="Sources and rules"))


def write_crm_workbook(export: CrmExport, path: Path, client: ClientData, value: CustomerValue) -> Path:
    """Write the export as an Excel workbook and return its path.

    Notes
    -----
    Customer numbers are text cells in a column formatted as text, so that Excel keeps leading zeros and takes none for a
    number, a date or a formula. The second sheet tells weights, rules, assumptions and input files.
    """
    language = export.language
    created = dt.datetime.combine(client.last, dt.time())
    with open_workbook(path, created=created, title=client.config.name) as book:
        formats = excel_formats(book, client.config.currency, language)
        sheet = book.add_worksheet(_SHEETS[0].to(language))
        write_table(sheet, export.table, export.columns, formats, language)
        sheet.ignore_errors({"number_stored_as_text": f"A1:A{len(export.table) + 1}"})
        lines = [*_notes(export, client), *source_lines(value, client, language)]
        write_lines(book.add_worksheet(_SHEETS[1].to(language)), lines, formats)
    return path


def _notes(export: CrmExport, client: ClientData) -> list[tuple[str, str]]:
    """Return what a reader of the table has to know, as pairs of text."""
    if "margin_per_year_amount" not in export.table or not export.withheld:
        return []
    heading = Text(de="Leere Deckungsbeiträge nach Betreuung", en="Empty contributions after service")
    reason = FEW_ON_CUSTOMER.fill(minimum=client.config.privacy.minimum_group)
    empty = Text(
        de="Hier bleibt das Feld leer statt eines Strichs. {why}", en="Here the field is empty instead of a dash. {why}"
    )
    return [(heading.to(export.language), empty.fill(why=reason).to(export.language))]
