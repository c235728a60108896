"""Which of the client's groupings tell customers apart by what they bring."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.report.chapters.value import figures_factors as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.controlling.dimensions import DIMENSIONS, OTHERS, UNKNOWN, MarginSplit

TEXTS = Catalogue.beside(__file__)

OUTCOMES = TEXTS.group("outcomes")
GROUPS = {OTHERS: TEXTS["groups_others"], UNKNOWN: TEXTS["groups_unknown"]}


def dimension_blocks(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield which groupings explain the margin, and the groups of the one that does so most surely."""
    found = analysis.margin_split
    if not isinstance(found, MarginSplit):
        return
    source = builder.translate(TEXTS["source"], n=builder.style.formats.number(found.customers))
    told = surest(found)
    title = dimension_message(builder, found)
    frame = found.shares.assign(
        label=[
            _level(builder, str(name), groups)
            for name, groups in zip(found.shares["level"], found.shares["groups"].tolist(), strict=True)
        ],
        series=[builder.translate(OUTCOMES[name]) for name in found.shares["outcome"]],
    )
    caption = Caption(unit=TEXTS["dimension_blocks_unit"], source=source, note=TEXTS["note"])
    yield builder.figure("margin_dimensions", title, draw.dimension_shares(builder.style, frame), title, caption)
    if told is not None:
        yield _groups(builder, found.groups[found.groups["dimension"] == told["level"]], str(told["level"]), source)


def surest(found: MarginSplit) -> pd.Series | None:
    """Return the dimension whose interval leaves 0 out, the largest share first; None where there is none."""
    sure = found.shares[(found.shares["level"] != "rest") & (found.shares["low"] > 0)]
    return None if sure.empty else sure.sort_values("share", kind="stable").iloc[-1]


def dimension_message(builder: ChapterBuilder, found: MarginSplit) -> str:
    """Return what explains most, or that nothing does."""
    told = surest(found)
    formats = builder.style.formats
    if told is None:
        rest = found.shares[found.shares["level"] == "rest"].iloc[0]
        return builder.translate(TEXTS["dimension_message_no_grouping_explains"], share=formats.share(rest["share"], 0))
    return builder.translate(
        TEXTS["dimension_message_explains_differences_no"],
        level=DIMENSIONS[str(told["level"])],
        share=formats.share(told["share"], 0),
        outcome=OUTCOMES[str(told["outcome"])],
    )


def _level(builder: ChapterBuilder, level: str, groups: float) -> str:
    if level == "rest":
        return builder.translate(TEXTS["rest"])
    text = TEXTS["groups"]
    return builder.translate(text, label=DIMENSIONS[level], n=builder.style.formats.number(groups))


def _groups(builder: ChapterBuilder, table: pd.DataFrame, dimension: str, source: str) -> Block:
    frame = table.assign(label=[_group(builder, name) for name in table["group"]])
    columns = [
        TableColumn(name="label", label=DIMENSIONS[dimension]),
        TableColumn(name="customers", label=TEXTS["customers_label"], write="number"),
        TableColumn(name="revenue_share", label=TEXTS["share_of_revenue"], write="share", digits=0),
    ]
    if frame["contribution_share"].notna().any():
        columns += [
            TableColumn(name="outcome_share", label=TEXTS["share_of_contribution"], write="share", digits=0),
            TableColumn(name="contribution_share", label=TEXTS["contribution_per_revenue"], write="share", digits=1),
        ]
    title = builder.translate(TEXTS["what_the_groups_bring"], label=DIMENSIONS[dimension])
    note = TEXTS["groups_note"]
    return builder.table("dimension_groups", title, frame, columns, Caption(source=source, note=note))


def _group(builder: ChapterBuilder, name: object) -> str:
    words = GROUPS.get(str(name)) or TEXTS.group("order_classes").get(str(name))
    return str(name) if words is None else builder.translate(words)
