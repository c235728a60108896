"""Words that several chapters on customers share."""

from __future__ import annotations

from simkit.foundation.text import Text
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.value.customers.customer_value import CustomerValue

ORDERS = Text(de="Aufträge, {n} Kunden", en="orders, {n} customers")
OPPORTUNITIES = Text(de="gewonnene Angebote, {n} Kunden", en="won opportunities, {n} customers")


def source_of(builder: ChapterBuilder, found: CustomerValue) -> str:
    """Return the source line of everything that rests on the customer value."""
    text = ORDERS if found.source == "orders" else OPPORTUNITIES
    return builder.translate(text, n=builder.style.formats.number(len(found.customers)))
