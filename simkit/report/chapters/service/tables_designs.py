"""The table of the hours check in each simulated organisation, for the chapter on the organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.comparison.service_check import design_check
from simkit.value.service.service_levels import needed_with_spread, today_by_segment
from simkit.value.service.service_study import ServiceStudy

TEXTS = Catalogue.beside(__file__)


def service_table(
    builder: ChapterBuilder, view: StudyView, service: ServiceStudy | None, source: str
) -> Iterator[Block]:
    """Yield whether each organisation carries the service levels, by segment.

    Parameters
    ----------
    builder : ChapterBuilder
        Of the chapter.
    view : StudyView
        The comparison of organisations.
    service : ServiceStudy or None
        Service levels and today's hours; None yields nothing.
    source : str
        Source line.
    """
    if service is None:
        return
    study = view.study
    levels = study.frame("levels")
    levels = levels[levels["scenario"] == study.main_scenario]
    designs = (study.baseline, *view.compared)
    needed = needed_with_spread(service.levels, service.time)
    table = design_check(levels, study.baseline, designs, needed, today_by_segment(service.levels, service.time))
    if table.empty:
        return
    wide = table.assign(cell=_cells(builder, table)).pivot_table(
        index="design", columns="name", values="cell", aggfunc="first", sort=False
    )
    frame = wide.reset_index()
    frame = frame.assign(label=[view.design_label(name) for name in frame["design"]])
    segment = TEXTS["segment"]
    columns = (
        TableColumn(name="label", label=TEXTS["organisation"]),
        *(TableColumn(name=name, label=segment.fill(name=name)) for name in wide.columns),
    )
    note = builder.translate(TEXTS["service_table_note"], scenario=view.scenario_label(study.main_scenario))
    title = TEXTS["service_table_title"]
    yield builder.table("service_check", title, frame, columns, Caption(source=source, note=note))


def _cells(builder: ChapterBuilder, table: pd.DataFrame) -> list[str]:
    formats = builder.style.formats
    words = [builder.style.translate(TEXTS.group("verdicts")[name]) for name in table["verdict"]]
    ranges = [formats.interval(*ends, "signed", 0) for ends in zip(table["low_h"], table["high_h"], strict=True)]
    parts = zip(table["gap_h"].round(), ranges, words, strict=True)
    return [f"{formats.signed(value)} ({interval}): {word}" for value, interval, word in parts]
