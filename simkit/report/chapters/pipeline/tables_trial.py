"""Planner of a trial of two meeting formats, for the chapter on the pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from simkit.effort.trial_plan import DIFFERENCE, HOURS_CHANGE, TRIAL_WEEKS, TrialPlan
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn

ALL = Text(de="alle Termine", en="all meetings")
LONGEST_WEEKS = 104
NOTE = Text(
    de="Das Los teilt die Kunden auf das bisherige und das neue Format auf, je zur Hälfte; verglichen werden Formate, keine "
    "Personen. Zweiseitiger Test auf 5 %, Trennschärfe 80 %. Je ähnlicher sich die {m} Termine mit einem Kunden in "
    "{weeks} Wochen sind (Korrelation ρ = {alike}), desto mehr braucht es: mal 1 + (m − 1)·ρ. „>“: länger als zwei Jahre.",
    en="Customers are drawn by lot to the present and to the new format, half each; formats are compared, not people. Two-sided "
    "test at 5%, power 80%. The more alike the {m} meetings with one customer in {weeks} weeks are (correlation ρ = "
    "{alike}), the more it takes: times 1 + (m − 1)·ρ. '>': longer than two years.",
)


def trial_blocks(
    builder: ChapterBuilder, plan: TrialPlan, kind: Callable[[object], str], source: str
) -> Iterator[Block]:
    """Yield the table of what a trial needs, one row per kind of meeting.

    Parameters
    ----------
    builder : ChapterBuilder
        Of the chapter.
    plan : TrialPlan
        What a trial needs.
    kind : callable
        Says a kind of meeting in words.
    source : str
        Source line.
    """
    formats = builder.style.formats
    table = plan.by_kind
    frame = table.assign(
        label=[builder.translate(ALL) if name == "all" else kind(name) for name in table["kind"]],
        shares=_effort(builder, table["needed"], table["needed_weeks"]),
        hours=_effort(builder, table["needed_for_hours"], table["needed_hours_weeks"]),
        visible=[formats.points(value, 0) for value in table["visible_share"]],
    )
    points, fifth = formats.number(DIFFERENCE * 100), formats.share(HOURS_CHANGE, 0)
    columns = (
        TableColumn(name="label", label=Text(de="Art des Termins", en="Kind of meeting")),
        TableColumn(name="meetings_per_week", label=Text(de="Je Woche", en="A week"), write="number", digits=1),
        TableColumn(name="share", label=Text(de="Führen weiter", en="Lead on"), write="share", digits=0),
        TableColumn(
            name="led_on_per_h", label=Text(de="Weiter je Stunde", en="Lead on per hour"), write="number", digits=1
        ),
        TableColumn(
            name="shares",
            label=builder.translate(Text(de="Für {n} Punkte mehr", en="For {n} points more"), n=points),
            write="figure",
            unit=Text(de="Termine je Format (Wochen)", en="meetings per format (weeks)"),
        ),
        TableColumn(
            name="visible",
            label=builder.translate(Text(de="Nach {n} Wochen sichtbar", en="Visible after {n} weeks"), n=TRIAL_WEEKS),
            write="figure",
        ),
        TableColumn(
            name="hours",
            label=builder.translate(Text(de="Für {n} weniger Zeit", en="For {n} less time"), n=fifth),
            write="figure",
            unit=Text(de="Termine je Format (Wochen)", en="meetings per format (weeks)"),
        ),
    )
    note = builder.translate(
        NOTE,
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
        return builder.translate(
            Text(
                de="Für einen Versuch mit zwei Terminformaten sind es zu wenige Termine",
                en="There are too few meetings for a trial of two meeting formats",
            )
        )
    return builder.translate(
        Text(
            de="Ob ein neues Terminformat {points} Punkte mehr bringt, zeigt ein Versuch mit {n} Terminen je Format, in {weeks} "
            "Wochen",
            en="Whether a new meeting format brings {points} points more is shown by a trial with {n} meetings per format, in "
            "{weeks} weeks",
        ),
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
