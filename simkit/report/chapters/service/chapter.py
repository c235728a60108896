"""Chapter: which service the hours carry, and where hours bring most."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.workshop.choices import CHANNELS, PRICE_POLICIES, PROTECTIONS, YES_NO
from simkit.report.chapters.service import figures as draw
from simkit.report.chapters.service.tables import SEGMENT, logged_words, split_blocks, targets_block
from simkit.report.chapters.value.tables import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn, interval_text
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.service.customer_time import NOBODY
from simkit.value.service.service_levels import FIELDS
from simkit.value.service.service_study import ServiceStudy

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study, found = analysis.service, analysis.value
    if isinstance(found, Missing):
        return found
    return study if isinstance(study, Missing) else _blocks(analysis, study, found, builder)


def _blocks(
    analysis: ClientAnalysis, study: ServiceStudy, found: CustomerValue, builder: ChapterBuilder
) -> Iterator[Block]:
    source = _source(builder, study, source_of(builder, found))
    yield _check(builder, study, source)
    yield _levels(builder, study, source)
    yield from _teams(builder, study, source, analysis.client.config.privacy.minimum_group)
    yield from _stops(builder, study, source)
    yield from _taboos(builder, study, source)
    yield from split_blocks(builder, study, source)
    yield targets_block(builder, study, found, source)


def _source(builder: ChapterBuilder, study: ServiceStudy, sales: str) -> str:
    """Return the source line of the chapter; a log of less than a year names its days, for its figures are scaled up."""
    number, time = builder.style.formats.number, study.time
    if time.scaled_days is not None:
        return builder.translate(TEXTS["activity_log_scaled"], days=number(time.scaled_days), sales=sales)
    return builder.translate(TEXTS["activity_log_years"], years=number(time.years, 1), sales=sales)


def _check(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    total = study.total.iloc[0]
    write = builder.style.formats.number
    as_today = all(
        (study.levels[f"{name}_from"].isin(["log"]) | study.levels[f"{name}_from"].isna()).all() for name in FIELDS
    )
    sentences = TEXTS.group("check_sentences")
    today = TEXTS["check_today"]
    title = builder.translate(
        today if as_today else sentences[total["verdict"]],
        needed=write(total["needed_h"]),
        there=write(total["there_h"]),
        gap=write(abs(total["gap_h"])),
    )
    scale = logged_words(builder, study)
    note = builder.translate(
        TEXTS["check_note"],
        scale=scale,
        other=write(study.time.of(NOBODY)["hours_h"]),
        gap=builder.style.formats.signed(round(total["gap_h"])),
        interval=builder.style.formats.interval(total["low_h"], total["high_h"], "signed", 0),
    )
    caption = Caption(unit=TEXTS["check_unit"], source=source, note=note, short=TEXTS.group("short")["hours_check"])
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
            "from": [_origins(builder, row, study.time.scaled_days) for _, row in levels.iterrows()],
        }
    )
    columns = (
        SEGMENT,
        TableColumn(name="customers", label=TEXTS["customers"], write="number"),
        TableColumn(
            name="contacts", label=TEXTS["contacts_per_customer"], write="number", digits=1, unit=TEXTS["a_year"]
        ),
        TableColumn(name="channel", label=TEXTS["channel"]),
        TableColumn(name="hours", label=TEXTS["per_contact"], write="number", digits=1, unit="h"),
        TableColumn(name="response", label=TEXTS["answer_within"], write="number", unit=TEXTS["working_h"]),
        TableColumn(name="bespoke", label=TEXTS["bespoke"]),
        TableColumn(name="price", label=TEXTS["prices"]),
        TableColumn(name="from", label=TEXTS["from"]),
    )
    note = TEXTS["levels_note"]
    title = TEXTS["what_each_segment_gets"]
    return builder.table("service_levels", title, frame, columns, Caption(source=source, note=note))


def _said(builder: ChapterBuilder, words: Mapping[str, Text], name: object) -> str | None:
    return builder.style.translate(words[str(name)]) if str(name) in words else None


def _yes(value: object) -> str:
    return {"True": "yes", "False": "no"}.get(str(value), str(value))


def _origins(builder: ChapterBuilder, row: pd.Series, days: int | None) -> str:
    """Return where a segment's figures come from, in words, each origin once; `days` of a log that is scaled up."""
    found = dict.fromkeys(row[f"{name}_from"] for name in (*FIELDS, "hours_per_contact_h"))
    words = TEXTS.group("origins")
    if days is not None:
        words["log"] = TEXTS["origin_scaled"].fill(days=days)
    return ", ".join(builder.style.translate(words[name]) for name in found if name in words)


def _teams(builder: ChapterBuilder, study: ServiceStudy, source: str, minimum: int) -> Iterator[Block]:
    if study.teams.empty:
        return
    translate, formats = builder.style.translate, builder.style.formats
    other = TEXTS["other_teams"]
    frame = study.teams.assign(
        name=[translate(other) if name == "other" else name for name in study.teams["name"]],
        interval=[
            interval_text(formats, *ends, "signed", 0)
            for ends in zip(study.teams["low_h"], study.teams["high_h"], strict=True)
        ],
        verdict=[translate(TEXTS.group("verdicts")[name]) for name in study.teams["verdict"]],
        gap_h=study.teams["gap_h"].round() + 0.0,
    )
    columns = (
        TableColumn(name="name", label="Team"),
        TableColumn(name="needed_h", label=TEXTS["needed_label"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="there_h", label=TEXTS["there_label"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="gap_h", label=TEXTS["balance"], write="signed", unit=TEXTS["hours_year"]),
        TableColumn(name="interval", label=TEXTS["teams_label"], write="figure"),
        TableColumn(name="verdict", label=TEXTS["verdict"]),
    )
    note = builder.translate(TEXTS["teams_note"], minimum=minimum)
    title = TEXTS["hours_check_by_team"]
    yield builder.table("hours_check_teams", title, frame, columns, Caption(source=source, note=note))


def _stops(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    if not study.stops["freed_h"].notna().any():  # what ends, the chapter on the workshop says already
        return
    freed = float(study.stops["freed_h"].sum())
    columns = (
        SEGMENT,
        TableColumn(name="service", label=TEXTS["what_ends"]),
        TableColumn(name="freed_h", label=TEXTS["hours_freed"], write="number", unit=TEXTS["hours_year"]),
    )
    known = TEXTS["stops_known"]
    unknown = TEXTS["stops_unknown"]
    title = builder.translate(
        known if study.stops["freed_h"].notna().any() else unknown,
        freed=builder.style.formats.number(freed),
    )
    note = TEXTS["stops_note"]
    yield builder.table("stop_list", title, study.stops, columns, Caption(source=source, note=note))


def _taboos(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    if study.taboos.empty:
        return
    formats = builder.style.formats
    frame = study.taboos.assign(
        protection=[builder.style.translate(PROTECTIONS[name]) for name in study.taboos["protection"]]
    )
    columns = (
        TableColumn(name="customer_id", label=TEXTS["customer"]),
        TableColumn(name="protection", label=TEXTS["protected"]),
        TableColumn(name="bound_h", label=TEXTS["hours_bound"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="price_amount", label=TEXTS["price_at_most"], write="money"),
    )
    title = builder.translate(
        TEXTS["taboos_title"], n=len(frame), price=formats.money(float(frame["price_amount"].sum()))
    )
    note = builder.translate(TEXTS["taboos_note"], price=formats.money(study.price_amount))
    yield builder.table("taboo_prices", title, frame, columns, Caption(source=source, note=note))
