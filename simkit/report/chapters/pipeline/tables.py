"""Tables of the pipeline: what meetings bring, what differs between sellers, and which leads deserve the hours."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pandas as pd

from simkit.effort.efficiency import FEWEST_DEALS, Efficiency
from simkit.effort.meeting_money import MeetingMoney
from simkit.effort.meetings import Meetings
from simkit.effort.taxonomy import CATALOGUE
from simkit.effort.trial_plan import TrialPlan
from simkit.effort.variance_components import VarianceSplit
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.pipeline import figures as draw
from simkit.report.chapters.pipeline.tables_trial import trial_blocks
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn, interval_text, number_text
from simkit.value.leads.lead_filter import LeadFilter
from simkit.value.leads.lead_score import LeadScores


def ends(builder: ChapterBuilder, frame: pd.DataFrame, digits: int = 0) -> list[Any]:
    """Return the intervals of shares, from the columns ``low`` and ``high``, as they are read."""
    return [
        interval_text(builder.style.formats, a, b, "share", digits)
        for a, b in frame[["low", "high"]].to_numpy(dtype=float)
    ]


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
        short=TEXTS.group("short")["meetings"],
    )
    picture = draw.shares(builder.style, frame, caption.unit)
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
        interval=[interval_text(formats, a, b, "money", 0) for a, b in frame[["low", "high"]].to_numpy(dtype=float)],
        decided_interval=[
            interval_text(formats, a, b, "share", 0)
            for a, b in frame[["decided_low", "decided_high"]].to_numpy(dtype=float)
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
    unvalued = (
        TEXTS["money_unvalued"].fill(n=formats.number(found.unvalued_deals))
        if found.unvalued_deals
        else Text(de="", en="")
    )
    note = " ".join(filter(None, [builder.translate(TEXTS["money_note"]), builder.translate(unvalued)]))
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


LEVELS = TEXTS.group("levels")


def variance_block(builder: ChapterBuilder, found: VarianceSplit) -> Block:
    """Return the table of the variance's shares."""
    formats = builder.style.formats
    shares = found.shares.assign(ends=ends(builder, found.shares, 1))
    shares["cell"] = [
        number_text(f"{formats.share(value, 1)} ({text})", value, text.low, text.high)
        for value, text in zip(shares["share"], shares["ends"], strict=True)
    ]
    wide = shares.pivot(index="level", columns="outcome", values="cell")
    frame = wide.reindex([level for level in LEVELS if level in wide.index]).reset_index()
    frame = frame.assign(label=[builder.translate(LEVELS[level]) for level in frame["level"]])
    won = select(shares, outcome=shares["outcome"].iloc[0]).set_index("level")["share"]
    heads = TEXTS.group("variance_block_heads")
    title = builder.translate(
        TEXTS["variance_block_title"], seller=formats.share(won["seller"], 0), rest=formats.share(won["rest"], 0)
    )
    columns = [
        TableColumn(name="label", label=TEXTS["level"]),
        *(TableColumn(name=str(name), label=heads[str(name)], write="figure") for name in heads if name in wide),
    ]
    note = TEXTS["variance_block_note"]
    source = builder.translate(
        TEXTS["variance_block_source"],
        deals=formats.number(found.deals),
        sellers=formats.number(found.sellers),
        teams=formats.number(found.teams),
    )
    return builder.table("variance_split", title, frame, columns, Caption(source=source, note=note))


FIGURES = TEXTS.group("figures")


def efficiency_block(builder: ChapterBuilder, found: Efficiency) -> Block:
    """Return the table of the correlations between figures of efficiency and results."""
    formats = builder.style.formats
    pairs = found.correlations
    apart = int(((pairs["low"] > 0) | (pairs["high"] < 0)).sum())
    none = TEXTS["efficiency_block_none"]
    some = TEXTS["efficiency_block_some"]
    cells = pairs.assign(
        cell=[
            number_text(f"{formats.number(value, 2)} ({formats.interval(low, high, 'number', 2)})", value, low, high)
            for value, low, high in pairs[["correlation", "low", "high"]].to_numpy(dtype=float)
        ]
    )
    wide = cells.pivot(index="efficiency", columns="result", values="cell")
    frame = wide.reindex([name for name in FIGURES if name in wide.index]).reset_index()
    frame = frame.assign(label=[builder.translate(FIGURES[name]) for name in frame["efficiency"]])
    columns = [
        TableColumn(name="label", label=TEXTS["figure_of_efficiency"]),
        *(
            TableColumn(name=name, label=label, write="figure")
            for name, label in TEXTS.group("results").items()
            if name in wide
        ),
    ]
    note = TEXTS["efficiency_block_note"]
    source = builder.translate(
        TEXTS["efficiency_block_source"], n=formats.number(found.sellers), deals=formats.number(FEWEST_DEALS)
    )
    title = builder.translate(some if apart else none, n=formats.number(apart), all=formats.number(len(pairs)))
    return builder.table("efficiency", title, frame, columns, Caption(source=source, note=note))


def lead_blocks(builder: ChapterBuilder, scores: LeadScores | Missing, rules: LeadFilter | Missing) -> Iterator[Block]:
    """Yield the curve of score and filter; nothing where neither is known."""
    formats = builder.style.formats
    known = [found for found in (scores, rules) if not isinstance(found, Missing)]
    if not known:
        return
    parts, numbers = [], []
    if isinstance(scores, LeadScores):
        area = scores.area
        parts.append(
            TEXTS["lead_blocks_score_deal_won"].fill(
                x=formats.share(area.value, 0),
                low=formats.share(area.low, 0),
                high=formats.share(area.high, 0),
                n=formats.number(scores.tested_deals),
            )
        )
        numbers.append(scores.tested_deals)
    if isinstance(rules, LeadFilter):
        numbers.append(rules.deals)
        parts.append(_filter_words(builder, rules))
    title = _lead_title(builder, scores, rules)
    none = pd.DataFrame(columns=["conditions", "volume_share", "yield_share", "low", "high"])
    picture = draw.yield_curve(
        builder.style,
        scores.curve if isinstance(scores, LeadScores) else none,
        rules.curve if isinstance(rules, LeadFilter) else none,
    )
    caption = Caption(
        unit=TEXTS["lead_blocks_unit"],
        source=builder.translate(TEXTS["opportunities_closed"], n=formats.number(max(numbers))),
        note=" ".join(builder.translate(part) for part in parts),
        short=TEXTS.group("short")["lead_yield"],
    )
    yield builder.figure("lead_yield", title, picture, title, caption)


def _filter_words(builder: ChapterBuilder, rules: LeadFilter) -> Text:
    formats = builder.style.formats
    if rules.precision is None or rules.recall is None:
        return TEXTS["filter_words_filter_lets_no"]
    return TEXTS["filter_words_filter_those_let"].fill(
        precision=formats.share(rules.precision.value, 0),
        plow=formats.share(rules.precision.low, 0),
        phigh=formats.share(rules.precision.high, 0),
        base=formats.share(rules.base.value, 0),
        recall=formats.share(rules.recall.value, 0),
        rlow=formats.share(rules.recall.low, 0),
        rhigh=formats.share(rules.recall.high, 0),
    )


def _lead_title(builder: ChapterBuilder, scores: LeadScores | Missing, rules: LeadFilter | Missing) -> str:
    share = builder.style.formats.share
    if isinstance(rules, LeadFilter):
        worked = rules.passed / rules.deals
        kept = rules.wins_passed / rules.wins if rules.wins else float("nan")
        words = TEXTS["lead_title_words"]
        return builder.translate(words, worked=share(worked, 0), kept=share(kept, 0))
    assert isinstance(scores, LeadScores)
    half = scores.curve.iloc[(scores.curve["volume_share"] - 0.5).abs().argmin()]
    telling = scores.area.low > 0.5
    words = TEXTS["lead_title_words_better_scored_half"] if telling else TEXTS["lead_title_words_score_does_not"]
    return builder.translate(words, kept=share(half["yield_share"], 0))
