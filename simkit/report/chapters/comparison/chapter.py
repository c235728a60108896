"""Chapter: how sure the comparison is, against chance, against the scenarios, and against other aims than profit."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.report.chapters.comparison import figures as draw
from simkit.report.chapters.comparison import tables as views
from simkit.report.chapters.comparison.joint_tables import joint_tables
from simkit.report.chapters.organisation.chapter import fit_notice, source_of
from simkit.report.charts.charts_base import MILLIONS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
DESIGN = TableColumn(name="label", label=TEXTS["design_label"])


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return study if isinstance(study, Missing) else _blocks(StudyView(study=study, style=builder.style), builder)


def _blocks(view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    yield from fit_notice(builder, view)
    yield from joint_tables(builder, view)
    yield _differences(builder, view)
    yield _regret(builder, view)


def _differences(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.joint_differences(view)
    main = select(frame, scenario=view.study.main_scenario)
    sure = main[main["low"] > main["zone"]]
    worse = main[main["high"] < -main["zone"]]
    told = builder.translate(
        TEXTS["better_and_worse"] if len(worse) else TEXTS["better"], better=len(sure), n=len(main), worse=len(worse)
    )
    title = view.headline(told, TEXTS["differences_plain"])
    caption = Caption(
        unit=TEXTS["differences_unit"],
        source=source_of(builder, view),
        note=builder.translate(
            TEXTS["zone"], share=builder.style.formats.share(threshold("rule.indifference_share"), 0)
        ),
        short=TEXTS.group("short")["joint_differences"],
    )
    return builder.figure("joint_differences", title, draw.differences_with_zone(builder.style, frame), title, caption)


def _regret(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.regrets(view)
    worst = select(frame, scenario=views.LARGEST_KEY)
    least = worst.iloc[int(worst["regret"].to_numpy().argmin())]
    amount, low, high = (
        view.money(float(least[name]), scale=float(least["high"])) for name in ("regret", "low", "high")
    )
    told = builder.translate(TEXTS["regret_title"], design=least["label"], amount=amount, low=low, high=high)
    title = view.headline(told, TEXTS["regret_plain"])
    unit = TEXTS["regret_unit"].fill(unit=MILLIONS.fill(symbol=builder.style.formats.currency_symbol))
    caption = Caption(
        unit=unit, source=source_of(builder, view), note=TEXTS["regret_note"], short=TEXTS.group("short")["regret"]
    )
    return builder.figure("regret", title, draw.regret(builder.style, frame), title, caption)
