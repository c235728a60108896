"""The customer list that goes back to the client: class and proposed action of each customer, as Excel and CSV.

One catalogue of columns gives both files, in both languages. Nothing in it says who looks after a customer.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from simkit.foundation import table_writing
from simkit.foundation.formats import Formats
from simkit.foundation.table_writing import (
    DECIMALS,
    Dialect,
    Kind,
    ListColumn,
    dialect_of,
    excel_formats,
    open_workbook,
    write_lines,
    write_table,
)
from simkit.foundation.text import Language, Text
from simkit.value.customers.actions import ACTIONS
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.customers.effort_value import SHARE_OF_VALUE
from simkit.value.score.segments import NO_SEGMENT, SEGMENTS
from simkit.value.score.value_functions import MISSING_WORDS
from simkit.value.suppression import HOURS_COLUMNS

if TYPE_CHECKING:
    from simkit.intake.client import ClientData

WITHHELD = "–"


def _column(name: str, de: str, en: str, kind: Kind, width: int = 14) -> ListColumn:
    return ListColumn(name=name, label=Text(de=de, en=en), kind=kind, width=width)


COLUMNS: tuple[ListColumn, ...] = (
    _column("customer_id", "Kundennummer", "Customer number", "text"),
    _column("name", "Kunde", "Customer", "text", 34),
    _column("industry", "Branche", "Industry", "text", 22),
    _column("country", "Land", "Country", "text", 9),
    _column("region", "Region", "Region", "text", 20),
    _column("segment", "Segment", "Segment", "text", 10),
    _column("action", "Vorgeschlagene Maßnahme", "Proposed action", "text", 24),
    _column("score", "Kundenwert (0–100)", "Customer value (0–100)", "index", 12),
    _column("revenue_amount", "Umsatz", "Revenue", "money"),
    _column("orders", "Verkäufe", "Sales", "number", 10),
    _column("contribution_amount", "Deckungsbeitrag vor Betreuung", "Contribution before service", "money", 18),
    _column("hours_h", "Stunden des Vertriebs", "Hours of sales staff", "hours", 12),
    _column("service_cost_amount", "Betreuungskosten", "Cost to serve", "money"),
    _column("margin_amount", "Deckungsbeitrag nach Betreuung", "Margin after cost to serve", "money", 18),
    _column("service_index", "Betreuungsindex (1 = passend)", "Service index (1 = in line)", "ratio", 14),
    _column("lifetime_value_amount", "Künftiger Wert (abgezinst)", "Lifetime value (discounted)", "money", 18),
    _column("lifetime_low_amount", "Künftiger Wert von", "Lifetime value from", "money"),
    _column("lifetime_high_amount", "Künftiger Wert bis", "Lifetime value to", "money"),
    _column("alive_share", "Wahrscheinlich noch Kunde", "Probability still a customer", "share", 14),
    _column("wallet_share", "Lieferanteil", "Share of wallet", "share", 12),
    _column("payment_delay_days", "Zahlungsverzug (Tage)", "Payment delay (days)", "days", 14),
    _column("known_share", "Bekannter Anteil der Gewichte", "Known share of the weights", "share", 14),
)


def list_table(value: CustomerValue, language: Language) -> pd.DataFrame:
    """Return the list with headings and texts in one language, best customer first.

    Returns
    -------
    pandas.DataFrame
        The columns of `COLUMNS` that the client's figures fill; the score as 0..100 in whole points, since decimals
        would give away hours that are withheld.
    """
    shown = [column for column in COLUMNS if _filled(value.customers, column.name)]
    table = value.customers[[column.name for column in shown]].copy()
    table["score"] = (table["score"] * 100).round()
    table["orders"] = table["orders"].astype("int64")
    table["segment"] = table["segment"].fillna(NO_SEGMENT.to(language))
    table = table.round({column.name: DECIMALS.get(column.kind, 6) for column in shown})
    table["action"] = [ACTIONS[code].label.to(language) for code in table["action"]]
    return table.set_axis([column.label.to(language) for column in shown], axis=1)


def write_csv(value: CustomerValue, path: Path, language: Language) -> Path:
    """Write the list as CSV the way the reader's Excel opens it, and return the path.

    Notes
    -----
    German: semicolon and decimal comma; English: comma and decimal point; UTF-8 with a byte order mark. A text that a
    spreadsheet would run as a formula gets an apostrophe in front.
    """
    table, dialect = list_table(value, language), dialect_of(language)
    rows = ([_cell(entry, dialect) for entry in row] for row in table.itertuples(index=False, name=None))
    return table_writing.write_csv(path, [list(table.columns), *rows], dialect.delimiter)


def _cell(entry: Any, dialect: Dialect) -> str:
    if pd.isna(entry):
        return ""
    return str(entry).replace(".", dialect.decimal) if isinstance(entry, float) else str(entry)


def _marked(table: pd.DataFrame, withheld: pd.Series) -> pd.DataFrame:
    """Return the list with a dash for what is withheld, so that it does not look like a figure nobody knows."""
    marks = {
        name: table[name].astype(object).mask(withheld & table[name].isna(), WITHHELD)
        for name in HOURS_COLUMNS
        if name in table
    }
    return table.assign(**marks)


def _filled(customers: pd.DataFrame, name: str) -> bool:
    return name in customers and bool(customers[name].notna().any())


_SHEETS = {
    "customers": Text(de="Kunden", en="Customers"),
    "segments": Text(de="Segmente", en="Segments"),
    "sources": Text(de="Quellen und Regeln", en="Sources and rules"),
}
_SEGMENT_COLUMNS: tuple[ListColumn, ...] = (
    _column("segment", "Segment", "Segment", "text", 16),
    _column("customers", "Kunden", "Customers", "number"),
    _column("value_share", "Wertanteil", "Share of value", "share"),
    _column("revenue_share", "Umsatzanteil", "Share of revenue", "share"),
    _column("hours_share", "Stundenanteil", "Share of hours", "share"),
    _column("index", "Betreuungsindex", "Service index", "ratio", 16),
    _column("low", "Intervall von", "Interval from", "ratio"),
    _column("high", "Intervall bis", "Interval to", "ratio"),
)


def write_workbook(value: CustomerValue, path: Path, client: ClientData, language: Language) -> Path:
    """Write the list as an Excel workbook with the sheets customers, segments, and sources and rules.

    Parameters
    ----------
    client : ClientData
        Gives name, currency, period and the input files with their hashes.
    language : {"de", "en"}
        Language of the texts; numbers carry native formats and follow the reader's Excel.

    Notes
    -----
    The same input gives the same bytes: the time of creation is the last day of the period.
    """
    created = dt.datetime.combine(client.last, dt.time())
    with open_workbook(path, created=created, title=client.config.name) as book:
        formats = excel_formats(book, client.config.currency, language)
        shown = [column for column in COLUMNS if _filled(value.customers, column.name)]
        table = list_table(value, language).set_axis([column.name for column in shown], axis=1)
        table = _marked(table, value.customers["hours_withheld"])
        write_table(book.add_worksheet(_SHEETS["customers"].to(language)), table, shown, formats, language)
        effort = value.effort.assign(segment=[SEGMENTS[name].to(language) for name in value.effort["segment"]])
        filled = [column for column in _SEGMENT_COLUMNS if _filled(effort, column.name)]
        write_table(book.add_worksheet(_SHEETS["segments"].to(language)), effort, filled, formats, language)
        sources = book.add_worksheet(_SHEETS["sources"].to(language))
        write_lines(sources, source_lines(value, client, language), formats)
    return path


def source_lines(value: CustomerValue, client: ClientData, language: Language) -> list[tuple[str, str]]:
    """Return what the list rests on as pairs of text; a pair with an empty right side is a heading."""
    texts = {
        "period": Text(de="Zeitraum", en="Period"),
        "weights": Text(de="Gewichte", en="Weights"),
        "origin": Text(de="Herkunft", en="Origin"),
        "unknown": Text(de="fehlt die Angabe:", en="where it is missing:"),
        "missing": Text(de="Nicht verwendet, es fehlt", en="Not used, missing"),
        "actions": Text(
            de="Maßnahmen: die erste zutreffende Regel gilt", en="Actions: the first rule that fits counts"
        ),
        "assumed": Text(de="Annahmen", en="Assumptions"),
        "files": Text(de="Eingelesene Dateien (SHA-256)", en="Files read (SHA-256)"),
    }
    formats = Formats(language=language, country=client.config.country, currency=client.config.currency)
    period = f"{formats.date(client.first)} – {formats.date(client.last)}"
    lines = [(client.config.name, ""), (texts["period"].to(language), period)]
    lines.append((texts["weights"].to(language), ""))
    lines.append((texts["origin"].to(language), value.weights_from.source.to(language)))
    for name, weight in value.weights.items():
        function = value.functions[name]
        words, rule = function.words(formats).to(language), MISSING_WORDS[function.missing].to(language)
        told = f"{formats.share(weight, 0)}; {words}; {texts['unknown'].to(language)} {rule}"
        lines.append((value.factor_label(name).to(language), told))
    if value.factors_missing:
        lines.append((texts["missing"].to(language), ""))
        lines += [
            (value.factor_label(name).to(language), need.to(language)) for name, need in value.factors_missing.items()
        ]
    lines.append((texts["actions"].to(language), ""))
    lines += [(action.label.to(language), action.rule.to(language)) for action in ACTIONS.values()]
    lines.append((SHARE_OF_VALUE.to(language), ""))
    if value.assumptions:
        lines.append((texts["assumed"].to(language), ""))
        lines += [
            (found.topic.to(language), f"{found.value.to(language)} – {found.reason.to(language)}")
            for found in value.assumptions
        ]
    lines.append((texts["files"].to(language), ""))
    return [*lines, *sorted(client.input_hashes.items())]
