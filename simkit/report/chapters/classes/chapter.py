"""Chapter: how firm the classes of customers are, and how many of them pay."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.classes import figures as draw
from simkit.report.chapters.value.tables import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.customer_figures import period_years
from simkit.value.customers.class_robustness import (
    FLAT_SHARE,
    ClassStudy,
    class_study,
    enough_segments,
    firm_counts,
)
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.score.acceptability import FIRM
from simkit.value.score.class_stability import KEPT_SHARE

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.value
    if isinstance(found, Missing):
        return found
    study = class_study(found, period_years(analysis.client), seed=analysis.settings.seed)
    if isinstance(study.acceptability, Missing) and isinstance(study.against_revenue, Missing) and not _counts(study):
        return study.acceptability
    return _blocks(found, study, builder)


def _blocks(found: CustomerValue, study: ClassStudy, builder: ChapterBuilder) -> Iterator[Block]:
    if isinstance(study.acceptability, Missing):
        yield builder.text("class_stability", study.acceptability.reason)
    else:
        yield _class_stability(builder, found, study, study.acceptability)
        yield _stability(builder, found, study)
    if not isinstance(study.against_revenue, Missing) and not found.alike:
        yield _against_revenue(builder, found, study.against_revenue)
    yield from _class_count(builder, found, study)


def _counts(study: ClassStudy) -> bool:
    """Say whether there is a choice of the number of segments."""
    return study.class_count is not None and len(study.class_count) > 1


def _class_stability(
    builder: ChapterBuilder, found: CustomerValue, study: ClassStudy, acceptability: pd.DataFrame
) -> Block:
    write, share = builder.style.formats.number, builder.style.formats.share
    counts = firm_counts(acceptability)
    top = counts.iloc[0]
    title = builder.title_of(
        TEXTS.group("class_stability_title"),
        int(top["customers"]),
        count=int(top["firm"]),
        open=write(int((counts["customers"] - counts["firm"]).sum())),
    )
    caption = Caption(
        unit=TEXTS["class_stability_unit"],
        source=source_of(builder, found),
        note=builder.translate(TEXTS["class_stability_note"], firm=share(FIRM, 0), draws=write(study.draws)),
        short=TEXTS.group("short")["class_stability"],
    )
    return builder.figure("class_stability", title, draw.class_stability(builder.style, counts), title, caption)


def _stability(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Block:
    frame = study.stability.assign(
        label=[builder.style.translate(found.factor_label(name)) for name in study.stability["factor"]]
    )
    reach = frame.assign(reach=frame["high"] - frame["low"])
    tightest = reach.sort_values("reach", kind="stable").iloc[0]
    share = builder.style.formats.share
    free = TEXTS["stability_free"]
    bound = TEXTS["stability_bound"]
    values = {"factor": tightest["label"], "low": share(tightest["low"], 0), "high": share(tightest["high"], 0)}
    title = builder.translate(free if tightest["reach"] >= 1 else bound, **values)
    caption = Caption(
        unit=TEXTS["stability_unit"],
        source=source_of(builder, found),
        note=builder.translate(TEXTS["stability_note"], kept=share(KEPT_SHARE, 0)),
        short=TEXTS.group("short")["weight_stability"],
    )
    return builder.figure("weight_stability", title, draw.stability(builder.style, frame), title, caption)


def _against_revenue(builder: ChapterBuilder, found: CustomerValue, changes: pd.DataFrame) -> Block:
    moved = int(changes.loc[changes["before"] != changes["after"], "customers"].sum())
    wide = changes.pivot(index="before", columns="after", values="customers").fillna(0).astype(int)
    frame, names = wide.reset_index(), [str(name) for name in wide.columns]
    columns = (
        TableColumn(name="before", label=TEXTS["class_by_revenue"]),
        *(TableColumn(name=name, label=TEXTS["by_value"].fill(name=name), write="number") for name in names),
    )
    title = builder.title_of(TEXTS.group("against_revenue_title"), int(changes["customers"].sum()), count=moved)
    note = TEXTS["number_of_customers"]
    return builder.table(
        "class_by_revenue", title, frame, columns, Caption(source=source_of(builder, found), note=note)
    )


def _class_count(builder: ChapterBuilder, found: CustomerValue, study: ClassStudy) -> Iterator[Block]:
    frame, complexity = study.class_count, study.complexity
    if frame is None or complexity is None or not _counts(study):
        return
    enough = enough_segments(frame)
    formats = builder.style.formats
    alone = TEXTS["class_count_alone"]
    some = TEXTS["class_count_some"]
    words = alone if enough["segments"] == 1 else some
    title = builder.translate(
        words, n=formats.number(enough["segments"]), reached=formats.share(enough["reached_share"], 0)
    )
    note = builder.translate(
        TEXTS["class_count_note"],
        elasticity=formats.number(complexity.elasticity, 2),
        hours=formats.number(complexity.hours_per_segment_h),
        flat=formats.share(FLAT_SHARE, 0),
    )
    caption = Caption(
        unit=TEXTS["class_count_unit"],
        source=source_of(builder, found),
        note=note,
        short=TEXTS.group("short")["class_count"],
    )
    yield builder.figure(
        "class_count", title, draw.class_count(builder.style, frame, int(enough["segments"])), title, caption
    )
