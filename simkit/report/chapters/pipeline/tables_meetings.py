"""Meetings in the pipeline's chapter: how often they lead on, and what those on deals bring."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from simkit.effort.meeting_money import MeetingMoney
from simkit.effort.meetings import Meetings
from simkit.effort.taxonomy import CATALOGUE
from simkit.effort.trial_plan import TrialPlan
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.pipeline.pipeline_words import INTERVAL, REST
from simkit.report.chapters.pipeline.tables_trial import trial_blocks
from simkit.report.chapters.time import figures as figures_time
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn


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
    some = Text(
        de="Nach {share} der Termine ging es weiter; auf den Prüfstand gehört: {cut}",
        en="{share} of the meetings led on; to be put to the test: {cut}",
    )
    none = Text(de="Nach {share} der Termine ging es weiter; keine Art fällt ab",
                en="{share} of the meetings led on; no kind falls behind")  # fmt: skip
    title = builder.translate(some if cut else none, share=formats.share(found.overall.value, 0), cut=", ".join(cut))
    basis = {
        "stated": Text(
            de="Weiter heißt: Die Erfassung nennt einen vereinbarten nächsten Schritt. Wilson-Intervalle.",
            en="Leading on means: the log states a next step agreed. Wilson intervals.",
        ),
        "followed": Text(
            de="Weiter heißt: in {days} Tagen ein weiterer Schritt zum selben Vorgang oder dessen Gewinn; Termine am Ende eines "
            "Vorgangs fallen dadurch ab. Wilson-Intervalle.",
            en="Leading on means: within {days} days another step on the same deal, or its win; meetings at a deal's end fall "
            "behind by this. Wilson intervals.",
        ),
    }
    caption = Caption(
        unit=Text(de="Anteil der Termine, nach denen es weiterging", en="Share of meetings that led on"),
        source=builder.translate(
            Text(de="Tätigkeiten, {n} Termine", en="activity log, {n} meetings"),
            n=formats.number(int(frame["meetings"].sum())),
        ),
        note=builder.translate(basis[found.basis], days=found.days),
    )
    picture = figures_time.shares(builder.style, frame, caption.unit)
    return builder.figure("meetings", title, picture, title, caption)


def _money(builder: ChapterBuilder, found: MeetingMoney) -> Block:
    formats = builder.style.formats
    whole = found.per_meeting_amount
    title = builder.translate(
        Text(
            de="Ein Termin zu einer Verkaufschance bringt im Mittel {value} gewonnenen Wert ({low} bis {high})",
            en="A meeting on a deal brings {value} of value won on average ({low} to {high})",
        ),
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
        TableColumn(name="label", label=Text(de="Art des Termins", en="Kind of meeting")),
        TableColumn(name="meetings", label=Text(de="Termine", en="Meetings"), write="number"),
        TableColumn(name="per_meeting_amount", label=Text(de="Gewonnen je Termin", en="Won per meeting"), write="money"),
        TableColumn(name="interval", label=INTERVAL, write="figure"),
        TableColumn(name="per_hour_amount", label=Text(de="Gewonnen je Terminstunde", en="Won per meeting hour"), write="money"),
        TableColumn(name="decided_share", label=Text(de="Mit Entscheidung", en="Led to a decision"), write="share", digits=0,
               unit=Text(de="der Termine", en="of the meetings")),
        TableColumn(name="decided_interval", label=INTERVAL, write="figure"),
    ]  # fmt: skip
    note = Text(
        de="Der Wert einer gewonnenen Chance ist gleichmäßig auf ihre erfassten Termine verteilt; das ist eine Regel, "
        "keine Ursache. Entscheidung: gewonnen oder verloren, nicht versandet. Ohne Chancen von vor Beginn der Erfassung. "
        "Intervalle: Bootstrap über die Chancen.",
        en="The value of a deal won is shared evenly among its logged meetings; that is a rule of reckoning, not a cause. "
        "Decision: won or lost, not faded out. Without deals from before the log begins. Intervals: bootstrap over deals.",
    )
    source = builder.translate(
        Text(
            de="Tätigkeiten und Verkaufschancen, {meetings} Termine zu {deals} abgeschlossenen Vorgängen",
            en="activity log and opportunities, {meetings} meetings on {deals} closed deals",
        ),
        meetings=formats.number(found.meetings),
        deals=formats.number(found.deals),
    )
    return builder.table("meeting_money", title, frame, columns, Caption(source=source, note=note))


def _kind(builder: ChapterBuilder, name: object) -> str:
    """Return a kind of meeting in words: the client's own, or activity and channel."""
    if not isinstance(name, str):
        return builder.translate(REST)
    activity, separator, channel = name.partition("|")
    if not separator or activity not in CATALOGUE:
        return name
    said = builder.translate(CATALOGUE[activity].label)
    return f"{said}, {channel or builder.translate(Text(de='Kanal nicht angegeben', en='channel not stated'))}"
