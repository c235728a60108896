"""Rows of another kind than the table: cancelled, credited, offered, budgeted, tried out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, each_text, flags, line, ruled_columns, unmapped
from simkit.intake.reading.staging import Staged
from simkit.intake.rules.ruled_files import words
from simkit.intake.vocabulary.word_lists import folded

MOST_KINDS = 30
"""A column of statuses or types has no more different values."""
_CREDIT = re.compile(
    r"(?i)gutschrift\w*|(?:rechnungs)?korrektur|credit(?:[ -]?(?:note|memo))?|retoure|refund|return|erlösminderung"
)
_CREDIT_CODES = frozenset({"gs", "gu", "gut", "gutschr", "gutschr.", "cm", "cn", "crn", "credit"})
_INVOICE_CODES = frozenset({"re", "rg", "rn", "rech", "rechn", "rechn.", "rechnung", "in", "inv", "invoice"})
_GONE = r"storno|storniert\w*|stornierung|cancell?ed|cancellation|void(?:ed)?|abgesagt|gelöscht|deleted|test(?:auftrag)?|dummy"
_PLANNED = (
    r"abgelehnt|rejected|angebot|offerte|quote|quotation|offer|kostenvoranschlag|proforma|budget|plan(?:ung|wert)?|"
    r"forecast|entwurf|draft"
)
NO_ROWS_OF: Mapping[str, re.Pattern[str]] = {
    "orders": re.compile(rf"(?i){_GONE}|{_PLANNED}"),
    "opportunities": re.compile(rf"(?i){_GONE}"),
    "activities": re.compile(rf"(?i){_GONE}"),
}
"""Words of kinds that are no rows of a table: an offer is no order, but a stage of a deal and a subject of work."""
_TICKS = frozenset({"x", "ja", "j", "yes", "y", "true", "wahr", "1", "1.0", "s"})
_NO_TICKS = frozenset({"", "nein", "n", "no", "false", "falsch", "0", "0.0", "-"})
_GONE_TICKED = re.compile(
    r"(?:is |ist )?(?:storno|storniert|stornokennzeichen|annulliert|geloescht|loeschkennzeichen|abgesagt|cancell?ed|voided|void|"
    r"deleted)(?: kennzeichen| kz| flag)?"
)
"""Headings of columns with a tick for what is no row, folded: "IsDeleted", "Storniert", "Storno-Kennzeichen"."""
_GONE_DATED = re.compile(
    r"(?:storno|stornierungs|loesch|annullierungs)datum|(?:storniert|geloescht|annulliert|abgesagt) (?:am|zum)|"
    r"(?:cancell?ed|cancellation|voided|deleted|deletion) (?:on|at|date)"
)
"""Headings of columns with the day on which a row was taken back."""
_CREDIT_TICKED = re.compile(
    r"(?:is |ist )?(?:gutschrift|retoure|credit(?: note| memo)?|refund|return)(?: kennzeichen| kz| flag)?"
)
_TEST = re.compile(
    r"(?i)test[ _-]?(?:kunde|firma|auftrag|account|customer|order|client|deal|company|gmbh|ag|user|mitarbeiter)?[ _-]?\d*|"
    r"dummy.*|x{3,}"
)

_NOBODY = re.compile(
    r"(?i)(?:bar|kassen|laden|theken|tages|direkt)verkauf|(?:bar|laden|theken)verkäufe|laufkundschaft|"
    r"(?:lauf|einmal|bar|sammel|tages|laden)kunden?|cpd(?:[ -]?(?:kunden?|debitor|konto))?|sammel[ -]?(?:debitor|konto)|"
    r"divers(?:er?)?(?: kunden?| debitoren)?|walk[ -]?in(?: customers?)?|one[ -]time customers?|"
    r"(?:cash|counter|over[ -]the[ -]counter|pos)[ -]?(?:sales?|customers?)|"
    r"(?:sundry|miscellaneous|misc\.?|various) ?(?:customers?|debtors?|sales)?|(?:guest|gast)(?: customer|kunde|bestellung)"
)
"""Names under which sales to many unknown buyers are booked."""


def other_kinds(material: Material) -> Iterator[Doubt]:
    """Columns that are not mapped and tell of rows that are no sales, deals or work."""
    for staged in _tables(material):
        kinds = NO_ROWS_OF[staged.table.name]
        for header in _kind_columns(staged):
            column = cells(staged, header)
            rows = _not_negative(staged, _named(column, kinds))
            if rows.any():
                named = sorted({str(word).strip() for word in column[rows].unique()})
                yield _kind(staged, header, rows, named)
        yield from _taken_back(staged)


def _taken_back(staged: Staged) -> Iterator[Doubt]:
    """Yield rows that are ticked as cancelled, or have a day on which they were."""
    for header in _not_told(staged):
        heading = folded(header)
        if _GONE_TICKED.fullmatch(heading):
            ticked = _ticked(staged, header)
            rows = _not_negative(staged, ticked)
            if rows.any() and not rows.all():
                yield _kind(staged, header, rows, sorted(set(words(cells(staged, header))[ticked])))
        elif _GONE_DATED.fullmatch(heading):
            rows = _not_negative(staged, (words(cells(staged, header)) != "").to_numpy(dtype=bool))
            if rows.any() and not rows.all():
                yield _dated(staged, header, rows)


def _ticked(staged: Staged, header: str) -> Flags:
    """Return which rows have a tick in a column of ticks; none where it holds anything else."""
    column = words(cells(staged, header)).str.casefold()
    ticked = column.isin(_TICKS).to_numpy(dtype=bool)
    return ticked if (ticked | column.isin(_NO_TICKS).to_numpy(dtype=bool)).all() else ticked & False


def _not_negative(staged: Staged, rows: Flags) -> Flags:
    """Return the rows without those of a negative amount: such a row takes another one back, and both together are right."""
    if not staged.has("value_amount"):
        return rows
    return rows & ~flags(staged.frame["value_amount"] < 0)


def _named(column: pd.Series, kinds: re.Pattern[str]) -> Flags:
    return each_text(column, lambda text: kinds.fullmatch(text) is not None)


def _kind(staged: Staged, header: str, rows: Flags, named: list[str]) -> Doubt:
    return Doubt(
        table=staged.table.name,
        rows=rows,
        what=TEXTS["other_kinds"],
        values={"header": header, "words": ", ".join(f"'{word}'" for word in named)},
        remedy=TEXTS["other_kinds_remedy"],
        header=header,
        rule=line(staged.table.name, "where_not", {header: named}),
    )


def _dated(staged: Staged, header: str, rows: Flags) -> Doubt:
    return Doubt(
        table=staged.table.name,
        rows=rows,
        what=TEXTS["taken_back"],
        values={"header": header},
        remedy=TEXTS["other_kinds_remedy"],
        header=header,
        rule=line(staged.table.name, "where", {header: [""]}),
    )


def credit_types(material: Material) -> Iterator[Doubt]:
    """Credit notes with a positive amount: their kind stands in a column that is not mapped."""
    staged = material.table("orders", "value_amount")
    if staged is None:
        return
    ticks = [header for header in _not_told(staged) if _CREDIT_TICKED.fullmatch(folded(header))]
    for header in dict.fromkeys([*_kind_columns(staged), *ticks]):
        column = words(cells(staged, header))
        named = _ticked(staged, header) if header in ticks else _credited(column)
        rows = named & flags(staged.frame["value_amount"] > 0)
        if rows.any() and not named.all() and not (named & flags(staged.frame["value_amount"] < 0)).any():
            kinds = sorted(set(column[rows]))
            yield Doubt(
                table="orders",
                rows=rows,
                what=TEXTS["credit_types"],
                values={"header": header, "words": ", ".join(f"'{word}'" for word in kinds)},
                remedy=TEXTS["credit_types_remedy"],
                header=header,
                rule=line("orders", "sign", {"column": header, "minus": kinds}),
            )


def _credited(column: pd.Series) -> Flags:
    """Return which rows are called credit notes, in a word or in a code that stands beside that of invoices."""
    codes = column.str.casefold()
    called = _named(column, _CREDIT)
    if not codes.isin(_INVOICE_CODES).any():
        return called
    return called | flags(codes.isin(_CREDIT_CODES))


def tried_out(material: Material) -> Iterator[Doubt]:
    """Customers called "Test" and what they ordered."""
    customers = material.table("customers", "name")
    if customers is None:
        return
    rows = _named(customers.frame["name"], _TEST)
    if rows.any() and not rows.all():
        trials = sorted(set(customers.frame["name"][rows]))
        header = customers.headers.get("name", "")
        yield Doubt(
            table="customers",
            rows=rows,
            what=TEXTS["test_rows"],
            values={"words": ", ".join(f"'{word}'" for word in trials[:3])},
            remedy=TEXTS["test_rows_remedy"],
            header=header,
            rule=line("customers", "where_not", {header: trials}),
        )


def collective_customers(material: Material) -> Iterator[Doubt]:
    """Sales to buyers whom nobody knows by name are booked under one number, which counts as one large customer."""
    orders = material.table("orders", "customer_id", "value_amount")
    if orders is None or orders.spec.no_customer:
        return
    ids = orders.frame["customer_id"]
    rows = _named(ids, _NOBODY)
    customers = material.table("customers", "name")
    shown: dict[str, str] = {str(one): str(one) for one in ids[rows].unique()}
    if customers is not None:
        named = customers.frame[_named(customers.frame["name"], _NOBODY)]
        booked = named[named["customer_id"].isin(ids)]
        shown |= dict(zip(booked["customer_id"], booked["name"], strict=True))
        rows = rows | flags(ids.isin(booked["customer_id"]))
    if rows.any() and not rows.all():
        header = orders.headers.get("customer_id", "")
        keep = [line("orders", "missing", sorted(shown)), line("orders", "no_customer", "keep")]
        yield Doubt(
            table="orders",
            rows=rows,
            what=TEXTS["collective_customers"],
            values={"words": ", ".join(f"'{name}'" for name in sorted(set(shown.values()))[:3])},
            remedy=TEXTS["collective_customers_remedy"],
            header=header,
            rule="\n".join(keep),
        )


def _tables(material: Material) -> Iterator[Staged]:
    for name in NO_ROWS_OF:
        if (staged := material.table(name)) is not None:
            yield staged


def _kind_columns(staged: Staged) -> list[str]:
    """Return the columns that are not mapped and hold few different texts."""
    return [header for header in _not_told(staged) if _is_kind(cells(staged, header))]


def _not_told(staged: Staged) -> list[str]:
    told = ruled_columns(staged.spec)
    return [header for header in unmapped(staged) if header not in told]


def _is_kind(column: pd.Series) -> bool:
    sample = column.iloc[:1000].unique()
    if len(sample) > MOST_KINDS:
        return False
    return bool(np.mean([isinstance(x, str) for x in sample]) > 0.5) and column.nunique() <= MOST_KINDS
