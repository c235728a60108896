"""How precisely the comparison of organisations was run: the replications it took, and the half-widths that they gave."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

COLUMNS = (
    TableColumn(name="scenario", label=TEXTS["scenario"]),
    TableColumn(name="label", label=TEXTS["design_label"]),
    TableColumn(name="replications", label=TEXTS["columns_replications"], write="number"),
    TableColumn(name="half_width", label=TEXTS["columns_half_width"], write="millions", digits=2),
    TableColumn(name="half_width_share", label=TEXTS["columns_share_todays_profit"], write="share", digits=1),
)
FROM = TableColumn(name="precise_from", label=TEXTS["from_label"], write="number", unit=TEXTS["from_unit"])


def precision_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield how precisely the profit difference of each organisation to today's is known, in each scenario."""
    table = view.study.frames.get("precision", pd.DataFrame())
    if table.empty or table["half_width_share"].isna().all():
        return
    frame = table.assign(
        scenario=[view.scenario_label(name) for name in table["scenario"]],
        label=[view.design_label(name) for name in table["design"]],
    )
    was_asked = bool(table["asked_share"].notna().any())
    columns = (*COLUMNS, FROM) if was_asked else COLUMNS
    caption = Caption(unit=TEXTS["precision_table_unit"], source=source, note=_rule(was_asked))
    yield builder.table("precision", _message(builder, table, was_asked), frame, columns, caption)


def _message(builder: ChapterBuilder, table: pd.DataFrame, was_asked: bool) -> str:
    share, number = builder.style.formats.share, builder.style.formats.number
    worst = share(float(table["half_width_share"].max()))
    replications = number(int(table["replications"].max()))
    if not was_asked:
        text = TEXTS["message_text"]
        return builder.translate(text, replications=replications, worst=worst)
    asked = share(float(table["asked_share"].max()))
    missed = int((~table["reached"].astype(bool)).sum())
    if not missed:
        text = TEXTS["message_text_worlds_per_scenario"]
        return builder.translate(text, replications=replications, asked=asked)
    text = TEXTS["message_text_after_worlds_per"]
    return builder.translate(
        text, replications=replications, missed=number(missed), all=number(len(table)), asked=asked
    )


def _rule(was_asked: bool) -> Text:
    paired = TEXTS["rule_paired"]
    if not was_asked:
        return paired
    rule = TEXTS["rule_rule"]
    return Text(de=f"{paired.de} {rule.de}", en=f"{paired.en} {rule.en}")
