"""Chapter: how healthy the pipeline is: how many deals are won, how long they take, what they bring."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.pipeline_figures import STAGES, PipelineFigures
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.pipeline import figures as draw
from simkit.report.chapters.pipeline.tables_audit import audit_blocks
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
WON_BY = ("source", "product")
"""What the win rate is told by."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.pipeline
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: PipelineFigures, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield from _quarters(builder, found)
    yield from _kinds(builder, found)
    yield _stages(builder, found)
    yield from audit_blocks(builder, analysis)


def _source(builder: ChapterBuilder, found: PipelineFigures) -> str:
    return builder.translate(TEXTS["source"], n=builder.style.formats.number(int(found.by_stage["deals"].sum())))


def _key_figures(builder: ChapterBuilder, found: PipelineFigures) -> Block:
    """Return the figures that are known; one that the export cannot give is left out, never 0."""
    formats = builder.style.formats
    undecided = "no_decision" in set(found.by_stage["stage"])  # without such deals both rates are one
    closing = found.closing_rate if undecided else None
    rates = ((TEXTS["won_of_those_decided"], found.win_rate), (TEXTS["won_of_those_ended"], closing))
    figures = [
        KeyFigure(
            label=label,
            value=formats.share(rate.value),
            detail=TEXTS["key_figures_detail"].fill(x=formats.interval(rate.low, rate.high, "share")),
            number=rate.value,
            low=rate.low,
            high=rate.high,
            unit="share",
        )
        for label, rate in rates
        if rate is not None
    ]
    if found.valued_won_deals:
        mean, number = formats.money(found.mean_won_amount), formats.number(found.valued_won_deals)
        detail = TEXTS["value_of_those_won_detail"].fill(mean=mean, n=number)
        label, won = TEXTS["value_of_those_won"], found.won_amount
        figures.append(KeyFigure(label=label, value=formats.money(won), detail=detail, number=won, unit="money"))
    dated = found.dated_open_deals
    age = TEXTS["key_figures_detail_them_older_than"].fill(
        x=formats.share(found.stale_share, 0), n=formats.number(dated)
    )
    open_deals = formats.number(found.open_deals)
    told = age if dated else ""
    figures.append(KeyFigure(label=TEXTS["still_open"], value=open_deals, detail=told, number=found.open_deals))
    return builder.key_figures("pipeline_key_figures", figures)


def _quarters(builder: ChapterBuilder, found: PipelineFigures) -> Iterator[Block]:
    """Yield the chart of the quarters in which enough people closed deals."""
    named = found.by_quarter[found.by_quarter["quarter"].notna()]
    rated = named[named["win_rate"].notna()]
    if len(rated) < 2:
        return
    share = builder.style.formats.share
    title = builder.translate(
        TEXTS["quarters_title"],
        low=share(float(rated["win_rate"].min()), 0),
        high=share(float(rated["win_rate"].max()), 0),
    )
    axis = TEXTS["quarters_axis"]
    picture = draw.shares(builder.style, _with_quarters(builder, rated).assign(share=rated["win_rate"]), axis)
    caption = Caption(
        unit=TEXTS["quarters_unit"],
        source=_source(builder, found),
        note=TEXTS["wilson"],
        short=TEXTS.group("short")["win_rate_by_quarter"],
    )
    yield builder.figure("win_rate_by_quarter", title, picture, title, caption)


def _kinds(builder: ChapterBuilder, found: PipelineFigures) -> Iterator[Block]:
    """Yield the win rate by source and product, the best of each first, where at least two of them have one."""
    rated = found.by_kind[found.by_kind["win_rate"].notna() & found.by_kind["value"].notna()]
    parts = [rated[rated["split"] == split].sort_values("win_rate", ascending=False) for split in WON_BY]
    frame = pd.concat([part for part in parts if len(part) > 1] or [rated.head(0)], ignore_index=True)
    if frame.empty:
        return
    number, share = builder.style.formats.number, builder.style.formats.share
    names = {split: builder.translate(text) for split, text in TEXTS.group("kinds").items()}
    frame = frame.assign(
        share=frame["win_rate"],
        label=[
            f"{names[split][:1].upper()}{names[split][1:]}: {value} ({number(deals)})"
            for split, value, deals in zip(frame["split"], frame["value"], frame["deals"], strict=True)
        ],
    )
    of_one = frame[frame["split"] == frame["split"].iloc[0]]
    best, worst = of_one.iloc[0], of_one.iloc[-1]
    apart = best["low"] > worst["high"]
    title = builder.translate(
        TEXTS["kinds_title"] if apart else TEXTS["kinds_alike"],
        kind=names[best["split"]], best=best["value"], worst=worst["value"],
        high=share(best["win_rate"], 0), low=share(worst["win_rate"], 0),
    )  # fmt: skip
    caption = Caption(
        unit=TEXTS["kinds_unit"],
        source=_source(builder, found),
        note=TEXTS["wilson"],
        short=TEXTS.group("short")["win_rate_by_kind"],
    )
    picture = draw.shares(builder.style, frame, TEXTS["quarters_axis"])
    yield builder.figure("win_rate_by_kind", title, picture, title, caption)


def _with_quarters(builder: ChapterBuilder, frame: pd.DataFrame) -> pd.DataFrame:
    rest = builder.translate(TEXTS["rest"])
    return frame.assign(label=[rest if at != at else f"Q{at.quarter} {at.year}" for at in frame["quarter"]])


def _stages(builder: ChapterBuilder, found: PipelineFigures) -> Block:
    days = found.days_to_close.set_index("stage")["median_days"]
    frame = pd.DataFrame(
        {
            "stage": [STAGES[stage] for stage in found.by_stage["stage"]],
            "deals": found.by_stage["deals"].to_numpy(),
            "share": found.by_stage["share"].to_numpy(),
            "value_amount": found.by_stage["value_amount"].to_numpy(),
            "days": days.reindex(found.by_stage["stage"]).to_numpy(),
        }
    )
    has_value = bool(frame["value_amount"].notna().any())
    columns = [
        TableColumn(name="stage", label=TEXTS["stage"]),
        TableColumn(name="deals", label=TEXTS["deals"], write="number"),
        TableColumn(name="share", label=TEXTS["share"], write="share", digits=1),
        *([TableColumn(name="value_amount", label=TEXTS["value"], write="money")] if has_value else []),
        TableColumn(name="days", label=TEXTS["duration"], write="number", unit=TEXTS["days_median"]),
    ]
    valued, deals = int(found.by_stage["valued_deals"].sum()), int(found.by_stage["deals"].sum())
    number = builder.style.formats.number
    note = TEXTS["stages_valued"].fill(n=number(valued), all=number(deals)) if 0 < valued < deals else ""
    titles = TEXTS.group("stages_title")
    caption = Caption(source=_source(builder, found), note=note, short=titles["few"])
    counts = found.by_stage.set_index("stage")["deals"]
    won, lost = (number(int(counts.get(stage, 0))) for stage in ("won", "lost"))
    title = builder.title_of(titles, deals, total=number(deals), won=won, lost=lost)
    return builder.table("pipeline_by_stage", title, frame, columns, caption)
