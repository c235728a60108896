"""Planner of a trial of two meeting formats, for the chapter on the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from simkit.effort.trial_plan import DIFFERENCE, HOURS_CHANGE, TRIAL_WEEKS, TrialPlan
from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

LONGEST_WEEKS = 104


def trial_blocks(
    builder: ChapterBuilder, plan: TrialPlan, kind: Callable[[object], str], source: str
) -> Iterator[Block]:
    """Yield the table of what a trial needs, one row per kind of meeting.

    Parameters
    ----------
    kind : callable
        Says a kind of meeting in words.
    """
    formats = builder.style.formats
    table = plan.by_kind
    frame = table.assign(
        label=[builder.translate(TEXTS["all"]) if name == "all" else kind(name) for name in table["kind"]],
        shares=_effort(builder, table["needed"], table["needed_weeks"]),
        hours=_effort(builder, table["needed_for_hours"], table["needed_hours_weeks"]),
        visible=[formats.points(value, 0) for value in table["visible_share"]],
    )
    points, fifth = formats.number(DIFFERENCE * 100), formats.share(HOURS_CHANGE, 0)
    columns = (
        TableColumn(name="label", label=TEXTS["kind_of_meeting"]),
        TableColumn(name="meetings_per_week", label=TEXTS["a_week"], write="number", digits=1),
        TableColumn(name="share", label=TEXTS["lead_on"], write="share", digits=0),
        TableColumn(name="led_on_per_h", label=TEXTS["lead_on_per_hour"], write="number", digits=1),
        TableColumn(
            name="shares",
            label=builder.translate(TEXTS["for_points_more"], n=points),
            write="figure",
            unit=TEXTS["meetings_per_format_weeks"],
        ),
        TableColumn(
            name="visible", label=builder.translate(TEXTS["visible_after_weeks"], n=TRIAL_WEEKS), write="figure"
        ),
        TableColumn(
            name="hours",
            label=builder.translate(TEXTS["for_less_time"], n=fifth),
            write="figure",
            unit=TEXTS["meetings_per_format_weeks"],
        ),
    )
    note = builder.translate(
        TEXTS["note"],
        alike=formats.number(plan.correlation, 2),
        m=formats.number(plan.per_customer, 1),
        weeks=formats.number(TRIAL_WEEKS),
    )
    yield builder.table(
        "trial_plan", _message(builder, table.iloc[0]), frame, columns, Caption(source=source, note=note)
    )


def _message(builder: ChapterBuilder, row: pd.Series) -> str:
    """Return whether a trial over all meetings could show a difference within its weeks."""
    number = builder.style.formats.number
    if not row["needed_weeks"] <= LONGEST_WEEKS:
        return builder.translate(TEXTS["message_there_too_few"])
    return builder.translate(
        TEXTS["message_whether_new_meeting"],
        points=number(DIFFERENCE * 100),
        n=number(row["needed"]),
        weeks=number(max(1.0, row["needed_weeks"])),
    )


def _effort(builder: ChapterBuilder, needed: pd.Series, weeks: pd.Series) -> list[str]:
    number = builder.style.formats.number
    return [
        "–"
        if each != each
        else f"{number(each)} (>)"
        if long > LONGEST_WEEKS
        else f"{number(each)} ({number(max(1.0, long))})"
        for each, long in zip(needed, weeks, strict=True)
    ]
