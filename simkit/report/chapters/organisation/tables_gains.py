"""How the gains of the organisations come about: month by month, part by part, and beside what is possible or published."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.chapters.organisation import figures as draw
from simkit.report.chapters.organisation import gain_views as views
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

DESIGN = TableColumn(name="label", label=TEXTS["design_label"])
MILLIONS_INTERVAL = (
    TableColumn(name="low", label=TEXTS["from"], write="signed_millions", digits=2),
    TableColumn(name="high", label=TEXTS["effect_table_label"], write="signed_millions", digits=2),
)


# --- by month --------------------------------------------------------------------------------------------------------


def months(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the cumulated gain by month, and when each organisation breaks even."""
    frame = views.gains_by_month(view)
    if frame.empty:
        return
    turning = views.break_even_months(view)
    title = view.headline(_months_message(builder, view, turning), TEXTS["months_plain"])
    caption = Caption(
        unit=TEXTS["months_unit"],
        source=source,
        note=TEXTS["months_note"],
        short=TEXTS.group("short")["profit_by_month"],
    )
    yield builder.figure("profit_by_month", title, draw.cumulated_gains(builder.style, frame), title, caption)
    yield from _transition_table(builder, view)


def _months_message(builder: ChapterBuilder, view: StudyView, turning: pd.DataFrame) -> str:
    row = select(turning, design=view.shown).iloc[0]
    if row["month"] != row["month"]:
        text = TEXTS["months_message_text"]
    elif row["month"] == 1:
        text = TEXTS["months_message_text_ahead_today_from"]
    else:
        text = TEXTS["months_message_text_ahead_today_good"]
    return builder.translate(
        text, design=view.design_label(view.shown), month=row["month_words"], never=row["month_words"]
    )


def _transition_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.transition_costs(view)
    if frame.empty:
        return
    columns = (
        DESIGN,
        TableColumn(
            name="dip_and_adoption", label=TEXTS["dip_and_gradual_adoption"], write="signed_millions", digits=2
        ),
        TableColumn(name="once", label=TEXTS["one_off_cost"], write="signed_millions", digits=2),
        TableColumn(name="total", label=TEXTS["together"], write="signed_millions", digits=2),
        *MILLIONS_INTERVAL,
    )
    caption = Caption(unit=TEXTS["transition_table_unit"])
    title = TEXTS["what_the_transition_costs"]
    yield builder.table("transition", title, frame, columns, caption)


# --- by part ---------------------------------------------------------------------------------------------------------


def parts(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the parts of each gain: of the design taken apart with their interaction, of the others structure and transition."""
    design = view.design_label(view.taken_apart)
    alone = views.gains_of_parts(view, PROFIT)
    if not alone.empty:
        title = TEXTS["parts_title"].fill(design=design)
        columns = (TableColumn(name="label", label=TEXTS["part"]), *_gain_columns())
        yield builder.table("parts", title, alone, columns, Caption(unit=TEXTS["change"]), total=True)
    split = views.splits(view)
    split = select(split, measure=PROFIT)
    if (select(split, part="transition")["difference"] != 0).any():  # else each row says the total once more
        title = TEXTS["parts_title_other_organisations_what"]
        columns = (DESIGN, TableColumn(name="part_label", label=TEXTS["part"]), *_gain_columns())
        yield builder.table("structure_and_transition", title, split, columns, Caption(unit=TEXTS["change"]))
    yield from _relabelling(builder, view)


def _gain_columns() -> tuple[TableColumn, ...]:
    gain = TableColumn(name="difference", label=TEXTS["profit_label"], write="signed_millions", digits=2)
    return gain, *MILLIONS_INTERVAL


def _relabelling(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.relabelled(view)
    if frame.empty:
        return
    change = {
        name: [
            _signed(builder, row["unit"], row[name], max(map(abs, (row["low"], row["high"]))))
            for _, row in frame.iterrows()
        ]
        for name in ("difference", "low", "high")
    }
    columns = (
        TableColumn(name="label", label=TEXTS["measure"]),
        TableColumn(name="difference", label=TEXTS["change_label"], write="figure"),
        TableColumn(name="low", label=TEXTS["from"], write="figure"),
        TableColumn(name="high", label=TEXTS["effect_table_label"], write="figure"),
    )
    by_measure = frame.set_index("measure")["difference"]
    hours, open_work = float(by_measure["facing_h"]), float(by_measure["open_work_change_h"])
    title = builder.translate(
        TEXTS["relabelling_title"],
        hours=builder.style.formats.signed(hours),
        open=builder.style.formats.signed(open_work),
    )
    caption = Caption(
        unit=TEXTS["change"], note=TEXTS["relabelling_note"].fill(design=view.design_label(view.taken_apart))
    )
    yield builder.table("relabelling", title, frame.assign(**change), columns, caption)


def _signed(builder: ChapterBuilder, unit: str, value: float, scale: float) -> str:
    formats = builder.style.formats
    if unit == "share":
        return formats.points(value)
    return formats.amount(value, scale=scale, signed=True) if unit == "money" else f"{formats.signed(value)}\u00a0h"


# --- what is possible, what is published -----------------------------------------------------------------------------
