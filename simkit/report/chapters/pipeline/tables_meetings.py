"""Meetings in the pipeline's chapter: how often they lead on, and what those on deals bring."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from simkit.effort.meeting_money import MeetingMoney
from simkit.effort.meetings import Meetings
from simkit.effort.taxonomy import CATALOGUE
from simkit.effort.trial_plan import TrialPlan
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.pipeline.tables_trial import trial_blocks
from simkit.report.chapters.time import figures as figures_time
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)


def meeting_blocks(builder: ChapterBuilder, found: Meetings, plan: TrialPlan | Missing) -> Iterator[Block]:
    """Yield the chart of meetings that led on, the trial of new ways, and what meetings bring, where these are known."""
    shown = _meetings(builder, found)
    yield shown
    if isinstance(plan, TrialPlan):
        yield from trial_blocks(builder, plan, partial(_kind, builder), shown.source)
    if found.money is not None:
        yield _money(builder, found.money)


def _meetings(builder: ChapterBuilder, found: Meetings) -> Block:
    formats = builder.style.formats
    frame = found.by_kind.assign(label=[_kind(builder, name) for name in found.by_kind["kind"]])
    cut = frame[frame["cut"]]["label"].tolist()
    some = TEXTS["meetings_some"]
    none = TEXTS["meetings_none"]
    title = builder.translate(some if cut else none, share=formats.share(found.overall.value, 0), cut=", ".join(cut))
    basis = TEXTS.group("meetings_basis")
    caption = Caption(
        unit=TEXTS["meetings_unit"],
        source=builder.translate(TEXTS["activity_log_meetings"], n=formats.number(int(frame["meetings"].sum()))),
        note=builder.translate(basis[found.basis], days=found.days),
    )
    picture = figures_time.shares(builder.style, frame, caption.unit)
    return builder.figure("meetings", title, picture, title, caption)


def _money(builder: ChapterBuilder, found: MeetingMoney) -> Block:
    formats = builder.style.formats
    whole = found.per_meeting_amount
    title = builder.translate(
        TEXTS["money_title"],
        value=formats.money(whole.value),
        low=formats.money(whole.low),
        high=formats.money(whole.high),
    )
    frame = found.by_kind
    frame = frame.assign(
        label=[_kind(builder, name) for name in frame["kind"]],
        interval=[formats.interval(a, b, "money", 0) for a, b in frame[["low", "high"]].to_numpy(dtype=float)],
        decided_interval=[
            formats.interval(a, b, "share", 0) for a, b in frame[["decided_low", "decided_high"]].to_numpy(dtype=float)
        ],
    )
    columns = [
        TableColumn(name="label", label=TEXTS["kind_of_meeting"]),
        TableColumn(name="meetings", label=TEXTS["meetings"], write="number"),
        TableColumn(name="per_meeting_amount", label=TEXTS["won_per_meeting"], write="money"),
        TableColumn(name="interval", label=TEXTS["interval"], write="figure"),
        TableColumn(name="per_hour_amount", label=TEXTS["won_per_meeting_hour"], write="money"),
        TableColumn(
            name="decided_share",
            label=TEXTS["led_to_a_decision"],
            write="share",
            digits=0,
            unit=TEXTS["of_the_meetings"],
        ),
        TableColumn(name="decided_interval", label=TEXTS["interval"], write="figure"),
    ]
    note = TEXTS["money_note"]
    source = builder.translate(
        TEXTS["money_source"], meetings=formats.number(found.meetings), deals=formats.number(found.deals)
    )
    return builder.table("meeting_money", title, frame, columns, Caption(source=source, note=note))


def _kind(builder: ChapterBuilder, name: object) -> str:
    """Return a kind of meeting in words: the client's own, or activity and channel."""
    if not isinstance(name, str):
        return builder.translate(TEXTS["rest"])
    activity, separator, channel = name.partition("|")
    if not separator or activity not in CATALOGUE:
        return name
    said = builder.translate(CATALOGUE[activity].label)
    return f"{said}, {channel or builder.translate(TEXTS['channel_not_stated'])}"
