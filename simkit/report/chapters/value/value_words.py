"""Words that several chapters on customers share."""

from __future__ import annotations

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.value.customers.customer_value import CustomerValue

TEXTS = Catalogue.beside(__file__)


def source_of(builder: ChapterBuilder, found: CustomerValue) -> str:
    """Return the source line of everything that rests on the customer value."""
    text = TEXTS["orders"] if found.source == "orders" else TEXTS["opportunities"]
    return builder.translate(text, n=builder.style.formats.number(len(found.customers)))
