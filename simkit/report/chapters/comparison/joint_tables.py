"""Gains over the joint draws: what remains of them when everything that is not known for certain moves at once."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, number_text

TEXTS = Catalogue.beside(__file__)

DESIGN = TableColumn(name="label", label=TEXTS["design_label"])


def joint_tables(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the gain of each organisation over the draws, and the assumptions that it hangs on most."""
    summary = view.study.frame("joint_summary")
    known = summary[summary["design"].isin(view.compared)].dropna(subset=["low", "high"])
    if known.empty:
        return
    yield _gains(builder, view, known)
    drivers = view.study.frame("joint_drivers")
    drivers = drivers[drivers["design"].isin(view.compared)]
    if len(drivers):
        yield _drivers(builder, view, drivers)


def _gains(builder: ChapterBuilder, view: StudyView, known: pd.DataFrame) -> Block:
    frame = known.assign(
        label=[view.design_label(name) for name in known["design"]],
        range=[
            number_text(" … ".join(view.moneys(low, high)), low=low, high=high)
            for low, high in zip(known["low"], known["high"], strict=True)
        ],
        median_words=[number_text(view.moneys(value)[0], value) for value in known["median"]],
    )
    best = frame.iloc[int(frame["reliability"].to_numpy(float).argmax())]
    share, number = builder.style.formats.share, builder.style.formats.number
    told = builder.translate(TEXTS["joint_title"], design=best["label"], share=share(best["reliability"], 0))
    title = view.headline(told, TEXTS["joint_plain"])
    columns = (
        DESIGN,
        TableColumn(name="median_words", label=TEXTS["joint_median"], write="figure"),
        TableColumn(name="range", label=TEXTS["joint_range"], write="figure"),
        TableColumn(name="share_positive", label=TEXTS["joint_positive"], write="share", digits=0),
        TableColumn(name="reliability", label=TEXTS["joint_reliability"], write="share", digits=0),
    )
    source = builder.translate(
        TEXTS["joint_source"], n=number(int(best["draws"])), dropped=share(best["dropped_share"], 0)
    )
    caption = Caption(unit=TEXTS["joint_unit"], source=source, note=TEXTS["joint_note"])
    return builder.table("joint_gains", title, frame, columns, caption)


def _drivers(builder: ChapterBuilder, view: StudyView, drivers: pd.DataFrame) -> Block:
    frame = drivers.assign(
        label=[view.design_label(name) for name in drivers["design"]],
        assumption=drivers[view.label_column],
        **{name: [number_text(view.gain(value), value) for value in drivers[name]] for name in ("effect", "worth")},
    )
    columns = (
        DESIGN,
        TableColumn(name="assumption", label=TEXTS["joint_assumption"]),
        TableColumn(name="share", label=TEXTS["joint_share"], write="share", digits=0),
        TableColumn(name="effect", label=TEXTS["joint_effect"], write="figure"),
        TableColumn(name="worth", label=TEXTS["joint_worth"], write="figure"),
    )
    return builder.table(
        "joint_drivers", TEXTS["joint_drivers_title"], frame, columns, Caption(unit=TEXTS["drivers_unit"])
    )
