"""Which chapters a run of a client will have, and the one column that each other chapter waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.client import ClientData
from simkit.report.chapters.registry import CHAPTERS, SIMULATED, Chapter
from simkit.study.measured.client_inputs import what_is_missing
from simkit.value.customer_revenue import what_sales_lack

TEXTS = Catalogue.beside(__file__)

Columns = tuple[str, ...]
ORDERS: Columns = ("orders.customer_id", "orders.value_amount")
DEALS: Columns = ("opportunities.customer_id", "opportunities.value_amount")
BY_CUSTOMER: Columns = ("activities.customer_id",)
NEEDS: Mapping[str, tuple[Columns, ...]] = {
    "time": (("activities.hours",), ("time_estimates.share",)),
    "pipeline": (("opportunities.stage",),),
    "value": (ORDERS, DEALS),
    "classes": (ORDERS, DEALS),
    "lifetime": (ORDERS, DEALS),
    "service": ((*ORDERS, *BY_CUSTOMER), (*DEALS, *BY_CUSTOMER)),
    "controlling": ((*ORDERS, *BY_CUSTOMER), (*DEALS, *BY_CUSTOMER)),
}
"""Chapter → columns of which it needs all, in one way or another."""
ALWAYS = ("decision", "works_council", "inputs", "assumptions", "provenance", "glossary")
"""Chapters that are written whatever is known."""
OF_SALES = ("value", "classes", "lifetime", "service", "controlling")


def chapters_ahead(analysis: ClientAnalysis) -> Iterator[tuple[Text, Text | None]]:
    """Yield the title of each chapter in the order of the report, with what it waits for; None where it will be written.

    Figures of time and of the pipeline are computed for it, since too few people may stand behind them; of the other
    chapters only the columns are looked at.

    Raises
    ------
    PrivacyError
        Too few people stand behind the working time, and there is nothing else that could be reported: a run would end so, too.
    """
    for chapter in CHAPTERS:
        yield chapter.title, _awaits(chapter, analysis)


def _awaits(chapter: Chapter, analysis: ClientAnalysis) -> Text | None:
    client = analysis.client
    if chapter.name in ALWAYS:
        return None
    if chapter.name == "workshop":
        return None if client.workshop is not None else TEXTS["awaits_questionnaires"]
    if chapter.notebook in SIMULATED:
        missing = what_is_missing(client)
        need = _first_need(missing)
        return TEXTS["awaits_need"].fill(need=need) if missing is not None and missing.remedy else need
    lacking = _lacking(client, NEEDS[chapter.name])
    if lacking:
        return TEXTS["awaits_column"].fill(column=lacking)
    if chapter.name in ("time", "pipeline"):
        withheld = analysis.time_use if chapter.name == "time" else analysis.pipeline
        return _withheld(withheld) if isinstance(withheld, Missing) else None
    return _first_need(what_sales_lack(client)) if chapter.name in OF_SALES else None


def _lacking(client: ClientData, ways: tuple[Columns, ...]) -> str:
    """Return the first column that is missing in the way that lacks the fewest, by a table that is there where two do.

    Empty where one way lacks none.
    """
    lacks = [[column for column in way if not _known(client, column)] for way in ways]
    fewest = min(lacks, key=lambda columns: (len(columns), not client.has(*(c.partition(".")[0] for c in columns))))
    return fewest[0] if fewest else ""


def _known(client: ClientData, column: str) -> bool:
    table, _, name = column.partition(".")
    return client.has(table) and name in client.table(table)


def _withheld(missing: Missing) -> Text | None:
    """Return why figures are not shown, with what helps; the latter alone would not say what it is for."""
    need = _first_need(missing)
    return TEXTS["awaits_more"].fill(reason=missing.reason, remedy=need) if missing.remedy else need


def _first_need(missing: Missing | None) -> Text | None:
    if missing is None:
        return None
    need = missing.remedy[0] if missing.remedy else missing.reason
    return Text(de=need.de.removesuffix("."), en=need.en.removesuffix("."))
