"""How precisely the comparison of organisations was run: the replications it took, and the half-widths that they gave."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

COLUMNS = (
    TableColumn(name="scenario", label=Text(de="Szenario", en="Scenario")),
    TableColumn(name="label", label=Text(de="Organisation", en="Organisation")),
    TableColumn(name="replications", label=Text(de="Welten", en="Replications"), write="number"),
    TableColumn(name="half_width", label=Text(de="Halbe Breite", en="Half-width"), write="millions", digits=2),
    TableColumn(
        name="half_width_share",
        label=Text(de="Anteil am heutigen Gewinn", en="Share of today's profit"),
        write="share",
        digits=1,
    ),
)
FROM = TableColumn(
    name="precise_from",
    label=Text(de="Genau genug ab", en="Precise enough from"),
    write="number",
    unit=Text(de="Welten", en="replications"),
)


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
    caption = Caption(
        unit=Text(
            de="Halbe Breite des gepaarten 95-%-Intervalls der Gewinnänderung über drei Jahre gegenüber heute",
            en="Half-width of the paired 95% interval of the change of three-year profit against today",
        ),
        source=source,
        note=_rule(was_asked),
    )
    yield builder.table("precision", _message(builder, table, was_asked), frame, columns, caption)


def _message(builder: ChapterBuilder, table: pd.DataFrame, was_asked: bool) -> str:
    share, number = builder.style.formats.share, builder.style.formats.number
    worst = share(float(table["half_width_share"].max()))
    replications = number(int(table["replications"].max()))
    if not was_asked:
        text = Text(
            de="{worlds} Welten je Szenario: Gewinnänderungen sind auf höchstens ± {worst} des heutigen Gewinns bekannt",
            en="{worlds} worlds per scenario: changes of profit are known to ± {worst} of today's profit or better",
        )
        return builder.translate(text, replications=replications, worst=worst)
    asked = share(float(table["asked_share"].max()))
    missed = int((~table["reached"].astype(bool)).sum())
    if not missed:
        text = Text(
            de="{worlds} Welten je Szenario genügen: jede Gewinnänderung ist auf ± {asked} des heutigen Gewinns bekannt",
            en="{worlds} worlds per scenario are enough: every change of profit is known to ± {asked} of today's profit",
        )
        return builder.translate(text, replications=replications, asked=asked)
    text = Text(
        de="Nach {worlds} Welten je Szenario sind {missed} von {all} Gewinnänderungen noch nicht sicher auf ± {asked} genau",
        en="After {worlds} worlds per scenario {missed} of {all} changes of profit are not yet reliably within ± {asked}",
    )
    return builder.translate(
        text, replications=replications, missed=number(missed), all=number(len(table)), asked=asked
    )


def _rule(was_asked: bool) -> Text:
    paired = Text(
        de="Alle Organisationen treffen dieselben Welten; die Breite sagt, wie genau gerechnet wurde, nicht, wie sicher die "
        "Annahmen sind.",
        en="All organisations meet the same worlds; the width tells how precisely it was run, not how sure the assumptions are.",
    )
    if not was_asked:
        return paired
    rule = Text(
        de="Genau genug heißt: Die Breite bleibt auch in den fünf folgenden Welten darunter (Hoad, Robinson & Davies 2010).",
        en="Precise enough means: the width stays below it in the five worlds that follow too (Hoad, Robinson & Davies 2010).",
    )
    return Text(de=f"{paired.de} {rule.de}", en=f"{paired.en} {rule.en}")
