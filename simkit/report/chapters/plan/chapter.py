"""Chapter: the plan that the answer is about, from what was compared to what must be true and who does what when."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.organisation import figures as draw
from simkit.report.chapters.plan import plan_views as views
from simkit.report.chapters.plan.tables import (
    case_table,
    conditions_table,
    plans_table,
    posts_table,
    prices_table,
    roadmap,
    service_levels_table,
    true_table,
    worse_table,
)
from simkit.report.charts.charts_base import thousands
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
THOUSAND = 1e3


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return study if isinstance(study, Missing) else _blocks(StudyView(study=study, style=builder.style), builder)


def _blocks(view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    source = builder.translate(TEXTS["source"], n=builder.style.formats.number(view.study.settings.replications))
    yield plans_table(builder, view, source)
    yield from conditions_table(builder, view, source)
    yield from prices_table(builder, view, source)
    yield from service_levels_table(builder, view, source)
    yield from _steps(builder, view, source)
    yield from case_table(builder, view, source)
    yield from posts_table(builder, view, source)
    yield from worse_table(builder, view, source)
    yield from true_table(builder, view)
    yield from roadmap(builder, view, source)


def _steps(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    frame = views.chain(view)
    if frame.empty:
        return
    first = frame.iloc[int(frame["difference"].to_numpy().argmax())]
    told = builder.translate(TEXTS["steps_title"], first=first["label"], gain=view.money(float(first["difference"])))
    title = view.headline(told, TEXTS["steps_plain"])
    total = views.chain_total(view, builder.translate(TEXTS["together"]))
    rows = views.with_total(frame, total)
    unit = thousands(builder.style)
    money = view.study.recommendation.money
    note = builder.translate(
        TEXTS["steps_note"], gain=view.money(money.value), low=view.money(money.low), high=view.money(money.high)
    )
    caption = Caption(unit=TEXTS["steps_unit"].fill(unit=unit), source=source, note=note, short=TEXTS["steps_plain"])
    chart = draw.steps(builder.style, rows, unit, scale=THOUSAND, digits=0)
    yield builder.figure("steps", title, chart, title, caption)
