"""The audit part of the pipeline's chapter: stale deals, ages, what they are worth, slips, meetings, leads."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.date_slippage import CLAIMED_SHARE, Slips
from simkit.effort.pipeline_audit import Audit
from simkit.effort.trial_plan import trial_plan
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.formats import MISSING
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.pipeline import figures as draw
from simkit.report.chapters.pipeline.tables import (
    efficiency_block,
    ends,
    lead_blocks,
    meeting_blocks,
    variance_block,
)
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn, interval_text

TEXTS = Catalogue.beside(__file__)

SIGNS = TEXTS.group("signs")


def audit_blocks(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield the blocks of the audit; what cannot be determined stands in a list with its reason."""
    audit = analysis.audit
    if isinstance(audit, Missing):
        return
    yield from _open_deals(builder, audit)
    if not isinstance(audit.slips, Missing):
        yield from _slips(builder, audit.slips)
    meetings, split, efficiency = analysis.meetings, analysis.variance_split, analysis.efficiency
    scores, rules = analysis.leads, analysis.lead_filter
    parts = {
        "slips": audit.slips,
        "meetings": meetings,
        "split": split,
        "efficiency": efficiency,
        "leads": scores,
        "filter": rules,
    }
    left_out = {**audit.missing, **{name: found.reason for name, found in parts.items() if isinstance(found, Missing)}}
    if not isinstance(meetings, Missing):
        yield from meeting_blocks(builder, meetings, trial_plan(analysis.client, meetings))
    if not isinstance(split, Missing):
        yield variance_block(builder, split)
    if not isinstance(efficiency, Missing):
        yield efficiency_block(builder, efficiency)
    yield from lead_blocks(builder, scores, rules)
    if left_out:
        yield _left_out(builder, left_out)


def _left_out(builder: ChapterBuilder, missing: dict[str, Text]) -> Block:
    points = [
        f"{builder.translate(TEXTS.group('parts')[name])}: {builder.translate(reason)}"
        for name, reason in missing.items()
    ]
    return builder.text("audit_left_out", title=TEXTS["what_is_missing_here"], points=points)


def _open_deals(builder: ChapterBuilder, audit: Audit) -> Iterator[Block]:
    formats = builder.style.formats
    source = builder.translate(TEXTS["open_source"], n=formats.number(audit.open_deals))
    if len(audit.stale):
        worst = audit.stale.iloc[0]
        title = builder.title_of(
            TEXTS.group("open_deals_title"),
            int(worst["known"]),
            share=formats.share(worst["share"], 0),
            sign=builder.translate(SIGNS[worst["sign"]]),
            low=formats.share(worst["low"], 0),
            high=formats.share(worst["high"], 0),
        )
        frame = audit.stale.assign(
            label=[builder.translate(SIGNS[sign]) for sign in audit.stale["sign"]], interval=ends(builder, audit.stale)
        )
        columns = [
            TableColumn(name="label", label=TEXTS["sign"]),
            TableColumn(name="deals", label=TEXTS["deals"], write="number"),
            TableColumn(name="known", label=TEXTS["of_those_known"], write="number"),
            TableColumn(name="share", label=TEXTS["share"], write="share", digits=0),
            TableColumn(name="interval", label=TEXTS["interval"], write="figure"),
        ]
        note = TEXTS["intervals_at_95"]
        yield builder.table("stale_deals", title, frame, columns, Caption(source=source, note=note))
    if len(audit.worth):
        yield _worth(builder, audit, source)


def _stage(builder: ChapterBuilder, name: object) -> str:
    return (
        builder.translate(TEXTS["open"])
        if name == "open"
        else name
        if isinstance(name, str)
        else builder.translate(TEXTS["rest"])
    )


def _worth(builder: ChapterBuilder, audit: Audit, source: str) -> Block:
    formats, frame = builder.style.formats, audit.worth
    frame = frame.assign(
        label=[_stage(builder, name) for name in frame["stage"]],
        interval=[
            interval_text(formats, a, b, "money", 0) if a == a else MISSING
            for a, b in frame[["low_amount", "high_amount"]].to_numpy(dtype=float)
        ],
    )
    claims, deals = int(frame["claimed_deals"].sum()), int(frame["deals"].sum())
    rated = int(frame["rated_deals"].sum())
    whole = TEXTS["worth_title_claimed"] if claims == deals else TEXTS["worth_title"]
    title = builder.translate(
        whole if rated == deals else TEXTS["worth_title_part"],
        value=formats.money(float(frame["value_amount"].sum())),
        rated=formats.money(float(frame["rated_amount"].sum())),
        claimed=formats.money(float(frame["claimed_amount"].sum())),
        expected=formats.money(float(frame["expected_amount"].sum())),
    )
    columns = [
        TableColumn(name="label", label=TEXTS["stage_label"]),
        TableColumn(name="deals", label=TEXTS["deals"], write="number"),
        TableColumn(name="value_amount", label=TEXTS["value"], write="money"),
        *([TableColumn(name="claimed_amount", label=TEXTS["claimed"], write="money")] if claims else []),
        TableColumn(name="win_rate", label=TEXTS["expected_rate"], write="share", digits=0),
        TableColumn(name="expected_amount", label=TEXTS["expected"], write="money"),
        TableColumn(name="interval", label=TEXTS["interval"], write="figure"),
    ]
    number, unvalued = formats.number, audit.open_deals - deals
    stated = TEXTS["worth_all_stated"] if claims == deals else TEXTS["worth_stated"]
    notes = [stated.fill(n=number(claims), all=number(deals))] if claims else []
    notes += [TEXTS["worth_unvalued"].fill(n=number(unvalued))] if unvalued else []
    notes.append(_rate_words(builder, audit))
    if audit.stages is not None and rated < deals:
        names = ", ".join(audit.stages.unrated)
        notes.append(TEXTS["worth_unrated"].fill(n=number(deals - rated), stages=names))
    notes += [TEXTS["worth_unplaced"].fill(n=number(audit.unplaced_deals))] if audit.unplaced_deals else []
    note = " ".join(builder.translate(text) for text in notes)
    return builder.table("claimed_value", title, frame, columns, Caption(source=source, note=note))


def _rate_words(builder: ChapterBuilder, audit: Audit) -> Text:
    """Return which rate the expected value rests on, and why no finer one."""
    stages = audit.stages
    if stages is None or not stages.by_stage:
        known = stages is not None and stages.basis != "unknown"
        why = TEXTS.group("worth_why")
        return TEXTS["worth_overall"].fill(why=why["ends"] if known else why["order"])
    basis = builder.translate(TEXTS.group("worth_order")[stages.basis])
    return TEXTS["worth_by_stage"].fill(basis=basis, stages=" → ".join(stages.order))


def _slips(builder: ChapterBuilder, slips: Slips) -> Iterator[Block]:
    formats = builder.style.formats
    source = builder.translate(
        TEXTS["opportunities_slipped_of"], n=formats.number(slips.slipped), all=formats.number(slips.deals)
    )
    if slips.slipped < FEWEST_TOLD:
        return
    if len(slips.reasons):
        frame = slips.reasons.assign(label=[_stage(builder, name) for name in slips.reasons["reason"]])
        title = builder.translate(
            TEXTS["slips_title"], name=frame.iloc[0]["label"], share=formats.share(frame.iloc[0]["share"], 0)
        )
        caption = Caption(unit=TEXTS["number_of_deals"], source=source, short=TEXTS.group("short")["slip_reasons"])
        yield builder.figure("slip_reasons", title, draw.reasons(builder.style, frame), title, caption)
    if slips.missing_among_slipped is None or slips.attributable.empty:
        return
    seen = slips.missing_among_slipped
    title = builder.translate(
        TEXTS["slips_title_slipped_deals_lacked"],
        share=formats.share(seen.value, 0),
        claimed=formats.share(CLAIMED_SHARE, 0),
        due=formats.share(slips.attributable["share"].iloc[-1], 0),
    )
    frame = slips.attributable.assign(
        label=[builder.translate(TEXTS.group("factors")[name]) for name in slips.attributable["factor"]],
        interval=ends(builder, slips.attributable),
    )
    columns = [
        TableColumn(name="label", label=TEXTS["what_was_missing"]),
        TableColumn(
            name="share", label=TEXTS["attributable_share"], write="share", digits=0, unit=TEXTS["of_the_slips"]
        ),
        TableColumn(name="interval", label=TEXTS["interval"], write="figure"),
    ]
    note = builder.translate(TEXTS["slips_note"], low=formats.share(seen.low, 0), high=formats.share(seen.high, 0))
    yield builder.table("slip_factors", title, frame, columns, Caption(source=source, note=note))
