"""The second half of the chapter on the workshop: service, offers and response per segment, and what is taboo."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.intake.workshop import choices
from simkit.intake.workshop.workshop_results import Workshop
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.service.agreed_levels import (
    agreed_offers,
    agreed_responses,
    agreed_services,
    lone_offers,
    protected_customers,
)

TEXTS = Catalogue.beside(__file__)

SHOWN_OFFERS = 6
SEGMENT = TableColumn(name="segment", label=TEXTS["segment_label"])
PEOPLE = TableColumn(name="people", label=TEXTS["people_label"], write="number")


def level_blocks(builder: ChapterBuilder, analysis: ClientAnalysis, workshop: Workshop) -> Iterator[Block]:
    """Yield what at least the smallest group of people said on each segment, and the taboos.

    Parameters
    ----------
    workshop : Workshop
        What was said.
    """
    minimum = analysis.client.config.privacy.minimum_group
    yield from _services(builder, workshop, minimum)
    yield from _offers(builder, workshop, minimum)
    yield from _responses(builder, workshop, minimum)
    yield from _taboos(builder, analysis, workshop)


def _services(builder: ChapterBuilder, workshop: Workshop, minimum: int) -> Iterator[Block]:
    agreed = agreed_services(workshop)
    agreed = agreed[agreed["people"] >= minimum]
    if agreed.empty:
        return
    frame = agreed.assign(
        channel=_chosen(builder, agreed, "channel", choices.CHANNELS),
        bespoke=_chosen(builder, agreed, "bespoke", choices.YES_NO),
        price_policy=_chosen(builder, agreed, "price_policy", choices.PRICE_POLICIES),
    )
    columns = (
        SEGMENT,
        TableColumn(name="contacts_per_year", label=TEXTS["contacts_a_year"], write="number", digits=0),
        TableColumn(name="channel", label=TEXTS["main_channel"]),
        TableColumn(
            name="response_h", label=TEXTS["answer_within"], write="number", digits=0, unit=TEXTS["working_hours"]
        ),
        TableColumn(name="bespoke", label=TEXTS["bespoke_orders"]),
        TableColumn(name="price_policy", label=TEXTS["price_policy"]),
        PEOPLE,
    )
    title = TEXTS["services_title"]
    note = TEXTS["services_note"]
    yield builder.table("workshop_services", title, frame, columns, Caption(note=note))


def _chosen(builder: ChapterBuilder, agreed: pd.DataFrame, name: str, options: choices.Choices) -> list[str]:
    words = []
    for code, share in zip(agreed[name], agreed[f"{name}_share"], strict=True):
        known = isinstance(code, str) and code in options
        words.append(
            f"{builder.style.translate(options[code])} ({builder.style.formats.share(share, 0)})" if known else "–"
        )
    return words


def _offers(builder: ChapterBuilder, workshop: Workshop, minimum: int) -> Iterator[Block]:
    """Yield the words of the participants; who or how many wrote them is not shown."""
    offers = agreed_offers(workshop)
    if offers.empty or workshop.frame("offers")["participant"].nunique() < minimum:
        return
    kinds = TEXTS.group("offers_kinds")
    lone = lone_offers(workshop)
    rows = [
        {"segment": segment, **{kind: _first(builder, rows, kind, int(lone.get((segment, kind), 0))) for kind in kinds}}
        for segment, rows in offers.groupby("segment", sort=True)
    ]
    columns = (SEGMENT, *(TableColumn(name=kind, label=label) for kind, label in kinds.items()))
    title = TEXTS["offers_title"]
    note = TEXTS["offers_note"]
    yield builder.table("workshop_offers", title, pd.DataFrame(rows), columns, Caption(note=note))


def _first(builder: ChapterBuilder, rows: pd.DataFrame, kind: str, lone: int) -> str:
    """Return what several named, and how many others there are whose words one person alone wrote."""
    words = [*select(rows, kind=kind)["offer"].head(SHOWN_OFFERS)]
    words += [builder.translate(TEXTS["lone_offers"], n=lone)] if lone else []
    return "; ".join(words) or "–"


def _responses(builder: ChapterBuilder, workshop: Workshop, minimum: int) -> Iterator[Block]:
    agreed = agreed_responses(workshop)
    agreed = agreed[agreed["people"] >= minimum]
    if agreed.empty:
        return
    labels = TEXTS.group("responses_labels")
    unit = TEXTS["percent_of_today"]
    columns = (
        SEGMENT,
        *(TableColumn(name=name, label=label, write="number", unit=unit) for name, label in labels.items()),
        PEOPLE,
    )
    title = TEXTS["responses_title"]
    note = TEXTS["responses_note"]
    yield builder.table("workshop_responses", title, agreed, columns, Caption(note=note))


def _taboos(builder: ChapterBuilder, analysis: ClientAnalysis, workshop: Workshop) -> Iterator[Block]:
    taboos = workshop.frame("taboos")
    if taboos.empty:
        return
    formats = builder.style.formats
    counts = taboos["kind"].value_counts()
    customers = protected_customers(workshop)
    points: list[Text | str] = [
        f"{_name(analysis, number)}: {builder.style.translate(choices.PROTECTIONS[protection])}"
        for number, protection in zip(customers["customer_id"], customers["protection"], strict=True)
    ]
    if counts.get("person", 0):
        points.append(TEXTS["people"].fill(n=formats.number(counts["person"])))
    if counts.get("topic", 0):
        points.append(TEXTS["topics"].fill(n=formats.number(counts["topic"])))
    title = TEXTS["taboos_title"]
    yield builder.text("workshop_taboos", title=title, points=points)


def _name(analysis: ClientAnalysis, number: str) -> str:
    if not analysis.client.has("customers") or "name" not in analysis.client.table("customers"):
        return number
    table = analysis.client.table("customers").drop_duplicates("customer_id").set_index("customer_id")["name"]
    return f"{table.get(number, number)} ({number})"
