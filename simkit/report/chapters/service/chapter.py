"""Chapter: which service the hours carry, and where hours bring most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.workshop.choices import CHANNELS, PRICE_POLICIES, PROTECTIONS, YES_NO
from simkit.report.chapters.service import figures as draw
from simkit.report.chapters.service.service_words import HOURS_YEAR, ORIGINS, SEGMENT, VERDICTS
from simkit.report.chapters.service.tables_split import split_blocks
from simkit.report.chapters.value.value_words import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.service.customer_time import NOBODY
from simkit.value.service.service_levels import FIELDS
from simkit.value.service.service_study import ServiceStudy

NAME = "service"
TITLE = Text(de="Welche Betreuung wir uns leisten können", en="Which service we can afford")


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study, found = analysis.service, analysis.value
    if isinstance(found, Missing):
        return found
    return study if isinstance(study, Missing) else _blocks(analysis, study, found, builder)


def _blocks(
    analysis: ClientAnalysis, study: ServiceStudy, found: CustomerValue, builder: ChapterBuilder
) -> Iterator[Block]:
    source = builder.translate(
        Text(de="Zeiterfassung, {years} Jahre; {sales}", en="activity log, {years} years; {sales}"),
        years=builder.style.formats.number(study.time.years, 1),
        sales=source_of(builder, found),
    )
    yield _check(builder, study, source)
    yield _levels(builder, study, source)
    yield from _offers(builder, study)
    yield from _teams(builder, study, source, analysis.client.config.privacy.minimum_group)
    yield from _stops(builder, study, source)
    yield from _taboos(builder, study, source)
    yield from split_blocks(builder, study, source)


def _check(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    total = study.total.iloc[0]
    write = builder.style.formats.number
    as_today = all(
        (study.levels[f"{name}_from"].isin(["log"]) | study.levels[f"{name}_from"].isna()).all() for name in FIELDS
    )
    sentences = {
        "short": Text(
            de="Die Betreuung braucht {needed} Stunden im Jahr, vorhanden sind {there}: Es fehlen {gap}",
            en="The service levels need {needed} hours a year, {there} are there: {gap} are missing",
        ),
        "enough": Text(
            de="Die Betreuung braucht {needed} Stunden im Jahr, vorhanden sind {there}: Es bleiben {gap}",
            en="The service levels need {needed} hours a year, {there} are there: {gap} are left",
        ),
        "open": Text(
            de="Die Betreuung braucht {needed} Stunden im Jahr, vorhanden sind {there}: Ob das reicht, ist offen",
            en="The service levels need {needed} hours a year, {there} are there: whether that is enough is open",
        ),
    }  # fmt: skip
    today = Text(
        de="Die heutige Betreuung bindet {there} Stunden im Jahr; andere Servicelevel sind nicht festgelegt",
        en="Today's service takes {there} hours a year; no other service levels have been set",
    )
    title = builder.translate(
        today if as_today else sentences[total["verdict"]],
        needed=write(total["needed_h"]),
        there=write(total["there_h"]),
        gap=write(abs(total["gap_h"])),
    )
    note = builder.translate(
        Text(
            de="Kundenzeit mit Vorbereitung und Reise. Gebraucht: Kunden × Kontakte × Stunden je Kontakt, Antworten auf "
            "Anfragen wie heute. Neugeschäft und Zeit ohne Kundennummer ({other} h) zählen in der Summe auf beiden Seiten. "
            "Saldo insgesamt: {gap} h (95-%-Intervall {interval}).",
            en="Customer time with preparation and travel. Needed: customers × contacts × hours of a contact, answers to "
            "requests as today. New business and time without a customer ({other} h) count on both sides of the total. "
            "Balance of the total: {gap} h (95% interval {interval}).",
        ),
        other=write(study.time.of(NOBODY)["hours_h"]),
        gap=builder.style.formats.signed(round(total["gap_h"])),
        interval=builder.style.formats.interval(total["low_h"], total["high_h"], "signed", 0),
    )
    caption = Caption(
        unit=Text(de="Stunden je Jahr, mit 95-%-Intervall", en="Hours a year, with 95% interval"),
        source=source,
        note=note,
    )
    return builder.figure("hours_check", title, draw.hours_check(builder.style, study.segments), title, caption)


def _levels(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    levels = study.levels
    frame = pd.DataFrame(
        {
            "segment": levels["segment"],
            "customers": levels["customers"],
            "contacts": levels["contacts_per_year"].astype(float),
            "channel": [_said(builder, CHANNELS, name) for name in levels["channel"]],
            "hours": levels["hours_per_contact_h"],
            "response": levels["response_h"].astype(float),
            "bespoke": [_said(builder, YES_NO, _yes(value)) for value in levels["bespoke"]],
            "price": [_said(builder, PRICE_POLICIES, name) for name in levels["price_policy"]],
            "from": [_origins(builder, row) for _, row in levels.iterrows()],
        }
    )
    columns = (
        SEGMENT,
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(name="contacts", label=Text(de="Kontakte je Kunde", en="Contacts per customer"), write="number", digits=1,
               unit=Text(de="je Jahr", en="a year")),
        TableColumn(name="channel", label=Text(de="Kanal", en="Channel")),
        TableColumn(name="hours", label=Text(de="Je Kontakt", en="Per contact"), write="number", digits=1, unit="h"),
        TableColumn(name="response", label=Text(de="Antwort innerhalb von", en="Answer within"), write="number",
               unit=Text(de="Arbeits-h", en="working h")),
        TableColumn(name="bespoke", label=Text(de="Sonderlösungen", en="Bespoke")),
        TableColumn(name="price", label=Text(de="Preise", en="Prices")),
        TableColumn(name="from", label=Text(de="Herkunft", en="From")),
    )  # fmt: skip
    note = Text(
        de="Kontakte: Gespräche zu Verkauf und Betreuung. Stunden mit Vorbereitung und Reise. Kanal aus der Zeiterfassung: "
        "der häufigste. Ein Strich heißt: nicht festgelegt.",
        en="Contacts: talks on selling and care. Hours with preparation and travel. Channel from the log: the most frequent "
        "one. A dash means: not set.",
    )
    title = Text(de="Was jedes Segment bekommt", en="What each segment gets")
    return builder.table("service_levels", title, frame, columns, Caption(source=source, note=note))


def _offers(builder: ChapterBuilder, study: ServiceStudy) -> Iterator[Block]:
    known = study.levels[study.levels["offers"].notna()]
    if known.empty:
        return
    frame = known.assign(origin=[builder.style.translate(ORIGINS[name]) for name in known["offers_from"]])
    columns = (
        SEGMENT,
        TableColumn(name="offers", label=Text(de="Angebote", en="Offers")),
        TableColumn(name="origin", label=Text(de="Herkunft", en="From")),
    )
    yield builder.table(
        "service_offers", Text(de="Was jedem Segment angeboten wird", en="What each segment is offered"), frame, columns
    )


def _said(builder: ChapterBuilder, words: Mapping[str, Text], name: object) -> str | None:
    return builder.style.translate(words[str(name)]) if str(name) in words else None


def _yes(value: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), str(value))


def _origins(builder: ChapterBuilder, row: pd.Series) -> str:
    """Return where a segment's figures come from, in words, each origin once."""
    found = dict.fromkeys(row[f"{name}_from"] for name in (*FIELDS, "hours_per_contact_h"))
    return ", ".join(builder.style.translate(ORIGINS[name]) for name in found if name in ORIGINS)


def _teams(builder: ChapterBuilder, study: ServiceStudy, source: str, minimum: int) -> Iterator[Block]:
    if study.teams.empty:
        return
    translate, interval = builder.style.translate, builder.style.formats.interval
    other = Text(de="übrige Teams", en="other teams")
    frame = study.teams.assign(
        name=[translate(other) if name == "other" else name for name in study.teams["name"]],
        interval=[interval(*ends, "signed", 0) for ends in zip(study.teams["low_h"], study.teams["high_h"], strict=True)],
        verdict=[translate(VERDICTS[name]) for name in study.teams["verdict"]],
        gap_h=study.teams["gap_h"].round() + 0.0,
    )  # fmt: skip
    columns = (
        TableColumn(name="name", label="Team"),
        TableColumn(name="needed_h", label=Text(de="Gebraucht", en="Needed"), write="number", unit=HOURS_YEAR),
        TableColumn(name="there_h", label=Text(de="Vorhanden", en="There"), write="number", unit=HOURS_YEAR),
        TableColumn(name="gap_h", label=Text(de="Saldo", en="Balance"), write="signed", unit=HOURS_YEAR),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="verdict", label=Text(de="Urteil", en="Verdict")),
    )
    note = builder.translate(
        Text(
            de="Jedes Team trägt von jedem Segment den Teil, den es heute trägt. Teams unter {minimum} Personen stehen "
            "zusammen.",
            en="Each team carries the part of each segment that it carries today. Teams under {minimum} people stand "
            "together.",
        ),
        minimum=minimum,
    )
    title = Text(de="Stundenprüfung je Team", en="Hours check by team")
    yield builder.table("hours_check_teams", title, frame, columns, Caption(source=source, note=note))


def _stops(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    if study.stops.empty:
        return
    freed = float(study.stops["freed_h"].sum())
    columns = (
        SEGMENT,
        TableColumn(name="service", label=Text(de="Was endet", en="What ends")),
        TableColumn(
            name="freed_h", label=Text(de="Frei werdende Stunden", en="Hours freed"), write="number", unit=HOURS_YEAR
        ),
    )
    known = Text(de="Was endet, macht {freed} Stunden im Jahr frei", en="What ends frees {freed} hours a year")
    unknown = Text(
        de="Was enden soll, ist genannt; wie viele Stunden das frei macht, noch nicht",
        en="What is to end has been named; how many hours that frees has not",
    )
    title = builder.translate(
        known if study.stops["freed_h"].notna().any() else unknown,
        freed=builder.style.formats.number(freed),
    )
    note = Text(
        de="Anteil an gemessenen Stunden oder Angabe je Kunde. Ein Strich heißt: Stunden nicht angegeben, oder zu wenige "
        "Personen dahinter. Die Stunden sind vom Bedarf nicht abgezogen.",
        en="A share of measured hours, or stated per customer. A dash means: hours not stated, or too few people behind "
        "them. The hours are not taken off the need.",
    )
    yield builder.table("stop_list", title, study.stops, columns, Caption(source=source, note=note))


def _taboos(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    if study.taboos.empty:
        return
    formats = builder.style.formats
    frame = study.taboos.assign(
        protection=[builder.style.translate(PROTECTIONS[name]) for name in study.taboos["protection"]]
    )
    columns = (
        TableColumn(name="customer_id", label=Text(de="Kunde", en="Customer")),
        TableColumn(name="protection", label=Text(de="Geschützt", en="Protected")),
        TableColumn(
            name="bound_h", label=Text(de="Gebundene Stunden", en="Hours bound"), write="number", unit=HOURS_YEAR
        ),
        TableColumn(name="price_amount", label=Text(de="Preis höchstens", en="Price at most"), write="money"),
    )
    title = builder.translate(
        Text(
            de="Tabus auf Kunden ({n}) kosten zusammen höchstens {price} Deckungsbeitrag im Jahr",
            en="Taboos on customers ({n}) together cost at most {price} of contribution a year",
        ),
        n=len(frame),
        price=formats.money(float(frame["price_amount"].sum())),
    )
    note = builder.translate(
        Text(
            de="Gebunden: Stunden über dem Servicelevel des Segments. Preis: diese Stunden mal {price} je Stunde, die sie "
            "bei bester Verteilung anderswo brächten. Ein Strich heißt: zu wenige Personen hinter den Stunden.",
            en="Bound: hours above the service level of the segment. Price: these hours times {price} an hour, which they "
            "would bring elsewhere at the best split. A dash means: too few people behind the hours.",
        ),
        price=formats.money(study.price_amount),
    )
    yield builder.table("taboo_prices", title, frame, columns, Caption(source=source, note=note))
