"""What the diagnosis found, with the exhibits that show it, and page one where organisations could not be compared."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.taxonomy import group_of, label_of
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.time import chapter as time
from simkit.report.chapters.value import chapter as value
from simkit.report.document.chapter_builder import ChapterBuilder, KeyFigure

TEXTS = Catalogue.beside(__file__)
DIAGNOSED_STEPS = 4
Told = Iterator[tuple[str, str]]
"""Sentences, each with the exhibit that shows it."""


def found(builder: ChapterBuilder, analysis: ClientAnalysis) -> dict[str, str]:
    """Return what the diagnosis found, one sentence each, with the exhibit that shows it."""
    sentences = dict([*_time_sentences(builder, analysis), *_value_sentences(builder, analysis)])
    if isinstance(analysis.study, Missing):
        sentences.update([*_largest_block(builder, analysis), *_pipeline_sentences(builder, analysis)])
    return sentences


def _time_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    found, share = analysis.time_use, builder.style.formats.share
    if isinstance(found, Missing):
        return
    internal = time.group_share(found, "internal")
    rest = TEXTS["time_sentences_internal"].fill(internal=share(internal)) if internal == internal else ""
    told = builder.translate(
        TEXTS.group("time_sentences")[found.source],
        facing=share(found.facing.value),
        low=share(found.facing.low),
        high=share(found.facing.high),
        coverage=f" {builder.translate(words)}" if (words := time.coverage_words(builder, found)).en else "",
        internal=rest,
    )
    yield told, "time_hours_by_activity"


def _largest_block(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    """Yield what internal work takes most of the time."""
    found = analysis.time_use
    if isinstance(found, Missing):
        return
    internal = found.by_activity[[group_of(code) == "internal" for code in found.by_activity["activity"]]]
    if internal.empty:
        return
    most = internal.sort_values("share", kind="stable").iloc[-1]
    told = builder.translate(
        TEXTS["largest_block"],
        activity=builder.translate(label_of(most["activity"])),
        share=builder.style.formats.share(most["share"]),
    )
    yield told, "time_hours_by_activity"


def _value_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    found, share = analysis.value, builder.style.formats.share
    if isinstance(found, Missing):
        return
    if value.top_customers(found, 0.2) >= FEWEST_TOLD:
        told = builder.translate(TEXTS["value_sentences_top_20_percent"], share=share(value.top_share(found, 0.2), 0))
        yield told, "value_concentration"
    for _, row in found.effort.iterrows():
        if row["verdict"] == "over" and row["customers"] >= FEWEST_TOLD:
            hours, worth = builder.style.formats.shares_apart(row["hours_share"], row["value_share"])
            text = TEXTS["value_sentences_customers_get_hours"]
            told = builder.translate(text, segment=row["segment"], hours=hours, value=worth)
            yield told, "value_effort_against_value"
    yield from _costly(builder, analysis)


def _costly(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    """Yield how many customers cost more than they bring, and how much."""
    found = analysis.value
    if not isinstance(found, Missing) and found.whale is not None and found.whale.below_zero:
        text = TEXTS["costly_after_hours"] if value.knows_hours(found) else TEXTS["costly_orders"]
        loss = builder.style.formats.amount(found.whale.loss_amount)
        yield builder.translate(text, count=found.whale.below_zero, loss=loss), "value_whale_curve"


def _pipeline_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    """Yield what the deals tell where nothing else tells of customers."""
    found, formats = analysis.pipeline, builder.style.formats
    if isinstance(found, Missing):
        return
    decided = int(found.by_stage.loc[found.by_stage["stage"].isin(["won", "lost"]), "deals"].sum())
    if found.win_rate is not None and decided >= FEWEST_TOLD:
        told = builder.translate(
            TEXTS["pipeline_rate"],
            rate=formats.share(found.win_rate.value),
            low=formats.share(found.win_rate.low),
            high=formats.share(found.win_rate.high),
        )
        yield told, "pipeline_pipeline_by_stage"
    yield from _pipeline_age(builder, analysis)


def _pipeline_age(builder: ChapterBuilder, analysis: ClientAnalysis) -> Told:
    """Yield how many of the open deals are old."""
    found, formats = analysis.pipeline, builder.style.formats
    if not isinstance(found, Missing) and found.dated_open_deals >= FEWEST_TOLD:
        told = builder.translate(
            TEXTS["pipeline_age"],
            n=formats.number(found.open_deals),
            dated=formats.number(found.dated_open_deals),
            share=formats.share(found.stale_share, 0),
        )
        yield told, "pipeline_stale_deals"


def diagnosed(builder: ChapterBuilder, analysis: ClientAnalysis, lacking: Missing) -> dict[str, object]:
    """Return the strongest finding when organisations could not be compared: no design, but what to find out next."""
    translate = builder.style.translate
    first = dict([*_costly(builder, analysis), *_pipeline_age(builder, analysis)])
    strongest, statement = [*first, *found(builder, analysis)], translate(TEXTS["diagnosed_statement"])
    return {
        "verdict": "diagnosis_only",
        "basis": [],
        "not_fitting": [],
        "recommendation": strongest[0] if strongest else statement,
        "figures": builder.items([*_size_of_business(builder, analysis), *_size_of_pipeline(builder, analysis)]),
        "confidence": [*([statement] if strongest else []), translate(TEXTS["diagnosed_risk"])],
        "risks": [],
        "steps": [translate(text) for text in _next_steps(builder, analysis, lacking)],
    }


def _next_steps(builder: ChapterBuilder, analysis: ClientAnalysis, lacking: Missing) -> list[Text]:
    """Return the steps that follow from what was found, and what to deliver for an answer on the organisation."""
    steps = []
    if list(_costly(builder, analysis)):
        steps.append(TEXTS["next_steps_costly"])
    if list(_pipeline_age(builder, analysis)):
        steps.append(TEXTS["next_steps_old_deals"])
    if not isinstance(analysis.time_use, Missing):
        steps.append(TEXTS["next_steps_discuss_diagnosis_roles"])
    if not isinstance(analysis.value, Missing) and analysis.client.workshop is None:
        steps.append(TEXTS["next_steps_decide_workshop_what"])
    deliver = [TEXTS["deliver_in_addition"].fill(what=what) for what in lacking.remedy[:2]]
    return [*steps[:2], *deliver][:DIAGNOSED_STEPS]


def _size_of_business(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[KeyFigure]:
    """Yield what customers bought in the period, where orders tell it."""
    found, formats = analysis.value, builder.style.formats
    if isinstance(found, Missing) or found.source != "orders":
        return
    revenue, customers = float(found.customers["revenue_amount"].sum()), found.concentration.customers
    detail = builder.translate(TEXTS["size_customers"], n=formats.number(customers))
    yield KeyFigure(
        label=TEXTS["size_revenue"], value=formats.amount(revenue), detail=detail, number=revenue, unit="money"
    )


def _size_of_pipeline(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[KeyFigure]:
    """Yield what the deals won and the open ones are worth, where they say it."""
    found, formats = analysis.pipeline, builder.style.formats
    if isinstance(found, Missing):
        return
    for row in found.by_stage.to_dict("records"):
        label, amount, deals = (
            TEXTS.group("size_of").get(str(row["stage"])),
            float(row["value_amount"]),
            int(row["deals"]),
        )
        if label is not None and amount == amount and deals >= FEWEST_TOLD:
            detail = builder.translate(TEXTS["size_deals"], n=formats.number(deals))
            yield KeyFigure(label=label, value=formats.amount(amount), detail=detail, number=amount, unit="money")
