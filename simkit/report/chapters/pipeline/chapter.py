"""Chapter: how healthy the pipeline is: how many deals are won, how long they take, what they bring."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.pipeline_figures import STAGES, PipelineFigures
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.pipeline.tables_audit import audit_blocks
from simkit.report.charts import charts_rows
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


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
    return builder.translate(TEXTS["source"], n=builder.style.formats.number(int(found.by_stage["deals"].sum())))


def _key_figures(builder: ChapterBuilder, found: PipelineFigures) -> Block:
    formats = builder.style.formats
    figures = []
    if found.win_rate is not None:
        interval = formats.interval(found.win_rate.low, found.win_rate.high, "share", 1)
        figures.append(
            KeyFigure(
                label=TEXTS["won_of_those_decided"],
                value=formats.share(found.win_rate.value),
                detail=TEXTS["key_figures_detail"].fill(x=interval),
            )
        )
    figures += [
        KeyFigure(label=TEXTS["value_of_those_won"], value=formats.money(found.won_amount)),
        KeyFigure(label=TEXTS["mean_value"], value=formats.money(found.mean_won_amount), detail=TEXTS["per_deal_won"]),
        KeyFigure(
            label=TEXTS["still_open"],
            value=formats.number(found.open_deals),
            detail=TEXTS["key_figures_detail_them_older_than"].fill(x=formats.share(found.stale_share, 0)),
        ),
    ]
    return builder.key_figures("pipeline_key_figures", figures)


def _quarters(builder: ChapterBuilder, found: PipelineFigures) -> Iterator[Block]:
    frame = found.by_quarter[found.by_quarter["quarter"].notna() & found.by_quarter["win_rate"].notna()]
    if len(frame) < 2:
        return
    share = builder.style.formats.share
    title = builder.translate(
        TEXTS["quarters_title"],
        low=share(float(frame["win_rate"].min()), 0),
        high=share(float(frame["win_rate"].max()), 0),
    )
    caption = Caption(unit=TEXTS["quarters_unit"], source=_source(builder, found), note=TEXTS["wilson"])
    labels = [f"Q{at.quarter} {at.year}" for at in frame["quarter"]]
    table = frame.assign(label=labels, share=frame["win_rate"])
    axis = TEXTS["quarters_axis"]
    yield builder.figure("win_rate_by_quarter", title, charts_rows.shares(builder.style, table, axis), title, caption)
    columns = [
        TableColumn(name="label", label=TEXTS["quarter"]),
        TableColumn(name="won", label=STAGES["won"], write="number"),
        TableColumn(name="lost", label=STAGES["lost"], write="number"),
        TableColumn(name="won_amount", label=TEXTS["value_won"], write="money"),
        TableColumn(name="win_rate", label=TEXTS["win_rate"], write="share", digits=1),
    ]
    heading = TEXTS["quarters_heading"]
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
        TableColumn(name="stage", label=TEXTS["stage"]),
        TableColumn(name="deals", label=TEXTS["deals"], write="number"),
        TableColumn(name="share", label=TEXTS["share"], write="share", digits=1),
        TableColumn(name="value_amount", label=TEXTS["value"], write="money"),
        TableColumn(name="days", label=TEXTS["duration"], write="number", unit=TEXTS["days_median"]),
    ]
    title = TEXTS["stages_title"]
    return builder.table("pipeline_by_stage", title, frame, columns, Caption(source=_source(builder, found)))
