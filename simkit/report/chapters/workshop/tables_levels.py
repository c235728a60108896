"""The second half of the chapter on the workshop: service, offers and response per segment, and what is taboo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.text import Text
from simkit.intake.workshop import choices
from simkit.intake.workshop.workshop_results import Workshop
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.service.agreed_levels import agreed_offers, agreed_responses, agreed_services, protected_customers

SHOWN_OFFERS = 6
SEGMENT = TableColumn(name="segment", label=Text(de="Segment", en="Segment"))
PEOPLE = TableColumn(name="people", label=Text(de="Antworten", en="Answers"), write="number")


def level_blocks(builder: ChapterBuilder, analysis: ClientAnalysis, workshop: Workshop) -> Iterator[Block]:
    """Yield what at least the smallest group of people said on each segment, and the taboos.

    Parameters
    ----------
    builder : ChapterBuilder
        Of the chapter.
    analysis : ClientAnalysis
        Of the client.
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
        TableColumn(name="contacts_per_year", label=Text(de="Kontakte im Jahr", en="Contacts a year"), write="number", digits=0),
        TableColumn(name="channel", label=Text(de="Hauptkanal", en="Main channel")),
        TableColumn(
            name="response_h", label=Text(de="Antwort innerhalb von", en="Answer within"), write="number", digits=0,
            unit=Text(de="Arbeitsstunden", en="working hours"),
        ),
        TableColumn(name="bespoke", label=Text(de="Sonderanfertigung", en="Bespoke orders")),
        TableColumn(name="price_policy", label=Text(de="Preispolitik", en="Price policy")),
        PEOPLE,
    )  # fmt: skip
    title = Text(de="Was jedes Segment bekommen soll", en="What each segment should get")
    note = Text(
        de="Zahlen: Median; Wahl: häufigste Antwort mit ihrem Anteil.",
        en="Numbers: median; choices: most frequent answer with its share.",
    )
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
    """Yield the words of the participants; who or how many wrote them is not told."""
    offers = agreed_offers(workshop)
    if offers.empty or workshop.frame("offers")["participant"].nunique() < minimum:
        return
    kinds = {
        "offers": Text(de="Passende Angebote", en="Fitting offers"),
        "stops": Text(de="Damit hören wir auf", en="What we stop"),
    }
    rows = [
        {"segment": segment, **{kind: _first(rows, kind) for kind in kinds}}
        for segment, rows in offers.groupby("segment", sort=True)
    ]
    columns = (SEGMENT, *(TableColumn(name=kind, label=label) for kind, label in kinds.items()))
    title = Text(de="Was passt und was aufhört", en="What fits and what stops")
    note = Text(
        de="In den Worten der Teilnehmer, Häufigstes zuerst.", en="In the participants' words, most frequent first."
    )
    yield builder.table("workshop_offers", title, pd.DataFrame(rows), columns, Caption(note=note))


def _first(rows: pd.DataFrame, kind: str) -> str:
    return "; ".join(rows.loc[rows["kind"] == kind, "offer"].head(SHOWN_OFFERS)) or "–"


def _responses(builder: ChapterBuilder, workshop: Workshop, minimum: int) -> Iterator[Block]:
    agreed = agreed_responses(workshop)
    agreed = agreed[agreed["people"] >= minimum]
    if agreed.empty:
        return
    labels: Mapping[str, Text] = {
        "sales_at_none": Text(de="Umsatz ohne Betreuung", en="Sales without care"),
        "sales_at_half": Text(de="bei halber Betreuung", en="at half the care"),
        "sales_at_more": Text(de="bei anderthalbfacher", en="at one and a half times"),
        "sales_at_most": Text(de="bei beliebig viel", en="at as much as you like"),
        "saturation_effort": Text(de="Mehr bringt nichts ab", en="More brings nothing from"),
    }
    unit = Text(de="% von heute", en="% of today")
    columns = (
        SEGMENT,
        *(TableColumn(name=name, label=label, write="number", unit=unit) for name, label in labels.items()),
        PEOPLE,
    )
    title = Text(
        de="Was mehr oder weniger Betreuung nach Meinung der Teilnehmer bewirkt",
        en="What more or less care does in the participants' view",
    )
    note = Text(
        de="Median der Schätzungen für die Zeit nach drei Jahren; eine Meinung, keine Messung.",
        en="Median of the estimates for the time after three years; an opinion, not a measurement.",
    )
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
        points.append(_PEOPLE.fill(n=formats.number(counts["person"])))
    if counts.get("topic", 0):
        points.append(_TOPICS.fill(n=formats.number(counts["topic"])))
    title = Text(de="Was nicht angetastet wird", en="What is not to be touched")
    yield builder.text("workshop_taboos", title=title, points=points)


def _name(analysis: ClientAnalysis, number: str) -> str:
    if not analysis.client.has("customers") or "name" not in analysis.client.table("customers"):
        return number
    table = analysis.client.table("customers").drop_duplicates("customer_id").set_index("customer_id")["name"]
    return f"{table.get(number, number)} ({number})"


_PEOPLE = Text(
    de="Tabus zu Mitarbeitern: {n}. Wer gemeint ist, steht in keinem Bericht.",
    en="Taboos on employees: {n}. No report says who is meant.",
)
_TOPICS = Text(
    de="Tabus zu Themen: {n}, im Wortlaut in workshop/results/taboos.csv.",
    en="Taboos on topics: {n}, in words in workshop/results/taboos.csv.",
)
