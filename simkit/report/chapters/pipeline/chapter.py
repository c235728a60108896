"""Chapter: how healthy the pipeline is: how many deals are won, how long they take, what they bring."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.pipeline_figures import STAGES, PipelineFigures
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.pipeline.tables_audit import audit_blocks
from simkit.report.chapters.time import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn

NAME = "pipeline"
TITLE = Text(de="Wie gesund die Angebote sind", en="How healthy the pipeline is")
SOURCE = Text(de="Verkaufschancen, {n} Vorgänge", en="opportunities, {n} deals")
WILSON = Text(
    de="Intervalle: 95 % nach Wilson; sie nehmen die Vorgänge als unabhängig.",
    en="Intervals: 95% by Wilson; they take the deals as independent.",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.pipeline
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: PipelineFigures, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield from _quarters(builder, found)
    yield _stages(builder, found)
    yield from audit_blocks(builder, analysis)


def _source(builder: ChapterBuilder, found: PipelineFigures) -> str:
    return builder.translate(SOURCE, n=builder.style.formats.number(int(found.by_stage["deals"].sum())))


def _key_figures(builder: ChapterBuilder, found: PipelineFigures) -> Block:
    formats = builder.style.formats
    figures = []
    if found.win_rate is not None:
        interval = formats.interval(found.win_rate.low, found.win_rate.high, "share", 1)
        figures.append(
            KeyFigure(
                label=Text(de="Gewonnen von den entschiedenen", en="Won of those decided"),
                value=formats.share(found.win_rate.value, 2),
                detail=Text(de="95-%-Intervall {x}", en="95% interval {x}").fill(x=interval),
            )
        )
    figures += [
        KeyFigure(label=Text(de="Wert der gewonnenen", en="Value of those won"), value=formats.money(found.won_amount)),
        KeyFigure(
            label=Text(de="Mittlerer Wert", en="Mean value"),
            value=formats.money(found.mean_won_amount),
            detail=Text(de="je gewonnener Chance", en="per deal won"),
        ),
        KeyFigure(
            label=Text(de="Noch offen", en="Still open"),
            value=formats.number(found.open_deals),
            detail=Text(de="davon {x} älter als 60 Tage", en="{x} of them older than 60 days").fill(
                x=formats.share(found.stale_share, 0)
            ),
        ),
    ]
    return builder.key_figures("pipeline_key_figures", figures)


def _quarters(builder: ChapterBuilder, found: PipelineFigures) -> Iterator[Block]:
    frame = found.by_quarter[found.by_quarter["quarter"].notna() & found.by_quarter["win_rate"].notna()]
    if len(frame) < 2:
        return
    share = builder.style.formats.share
    title = builder.translate(
        Text(
            de="Je Quartal werden {low} bis {high} der entschiedenen Chancen gewonnen",
            en="Between {low} and {high} of the deals decided are won per quarter",
        ),
        low=share(float(frame["win_rate"].min()), 0),
        high=share(float(frame["win_rate"].max()), 0),
    )
    caption = Caption(
        unit=Text(de="Gewonnen / (gewonnen + verloren), je Quartal", en="Won / (won + lost), by quarter"),
        source=_source(builder, found),
        note=WILSON,
    )
    labels = [f"Q{at.quarter} {at.year}" for at in frame["quarter"]]
    table = frame.assign(label=labels, share=frame["win_rate"])
    axis = Text(de="Anteil der gewonnenen an den entschiedenen Chancen", en="Share won of the deals decided")
    yield builder.figure("win_rate_by_quarter", title, draw.shares(builder.style, table, axis), title, caption)
    columns = [
        TableColumn(name="label", label=Text(de="Quartal", en="Quarter")),
        TableColumn(name="won", label=STAGES["won"], write="number"),
        TableColumn(name="lost", label=STAGES["lost"], write="number"),
        TableColumn(name="won_amount", label=Text(de="Wert gewonnen", en="Value won"), write="money"),
        TableColumn(name="win_rate", label=Text(de="Quote", en="Win rate"), write="share", digits=1),
    ]
    heading = Text(de="Die Quartale im Einzelnen", en="The quarters one by one")
    yield builder.table("pipeline_by_quarter", heading, table, columns, Caption(source=_source(builder, found)))


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
    columns = [
        TableColumn(name="stage", label=Text(de="Stand", en="Stage")),
        TableColumn(name="deals", label=Text(de="Vorgänge", en="Deals"), write="number"),
        TableColumn(name="share", label=Text(de="Anteil", en="Share"), write="share", digits=1),
        TableColumn(name="value_amount", label=Text(de="Wert", en="Value"), write="money"),
        TableColumn(
            name="days",
            label=Text(de="Dauer", en="Duration"),
            write="number",
            unit=Text(de="Tage, Median", en="days, median"),
        ),
    ]
    title = Text(de="Wie die Vorgänge enden und wie lange sie dauern", en="How the deals end and how long they take")
    return builder.table("pipeline_by_stage", title, frame, columns, Caption(source=_source(builder, found)))
