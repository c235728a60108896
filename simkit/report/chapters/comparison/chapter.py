"""Chapter: how sure the comparison is, against chance, against the scenarios, and against other aims than profit."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.comparison import figures as draw
from simkit.report.chapters.comparison import tables as views
from simkit.report.chapters.comparison.joint_tables import joint_tables
from simkit.report.chapters.organisation.chapter import source_of
from simkit.report.charts.charts_base import MILLIONS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.advice.decision import simple_names
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
DESIGN = TableColumn(name="label", label=TEXTS["design_label"])


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return study if isinstance(study, Missing) else _blocks(StudyView(study=study, style=builder.style), builder)


def _blocks(view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    yield _confidence(builder, view)
    yield from joint_tables(builder, view)
    yield _differences(builder, view)
    yield _chances(builder, view)
    yield _selection(builder, view)
    yield _regret(builder, view)
    yield _dominance(builder, view)
    yield _criteria(builder, view)
    yield _front(builder, view)
    yield _information(builder, view)


def _confidence(builder: ChapterBuilder, view: StudyView) -> Block:
    advice, gate = view.study.recommendation, view.study.gate
    if not gate.passes:
        return builder.text("confidence", gate.words, TEXTS["no_verdict"], title=TEXTS["confidence_title"])
    return builder.text(
        "confidence",
        advice.headline,
        advice.confidence,
        title=TEXTS["confidence_title"],
        points=(*advice.confidence_reasons, *advice.reasons),
    )


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


def _chances(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.chances(view)
    top = select(frame, scenario=view.study.main_scenario)
    first = top.iloc[int(top["probability_best"].to_numpy().argmax())]
    told = builder.translate(
        TEXTS["chances_title"],
        design=first["label"],
        chance=builder.style.formats.share(first["probability_best"], 0),
        scenario=view.scenario_label(view.study.main_scenario),
    )
    title = view.headline(told, TEXTS["chances_plain"])
    caption = Caption(
        unit=TEXTS["chances_unit"],
        source=source_of(builder, view),
        note=TEXTS["chances_note"],
        short=TEXTS.group("short")["probability_of_best"],
    )
    return builder.figure("probability_of_best", title, draw.probability_of_best(builder.style, frame), title, caption)


def _selection(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.selected(view)
    columns = (
        DESIGN,
        TableColumn(name="gap_words", label=TEXTS["selection_label"], write="figure"),
        TableColumn(name="interval", label=TEXTS["selection_label_95_percent_interval"], write="figure"),
        TableColumn(name="may_be_best", label=TEXTS["may_be_the_best"]),
        TableColumn(name="good_enough", label=TEXTS["surely_good_enough"]),
    )
    leading = str(view.study.frame("by_scenario")["best"].iloc[0])
    title = view.headline(
        builder.translate(_selection_words(view), design=view.design_label(leading)), TEXTS["selection_plain"]
    )
    note = builder.translate(TEXTS["selection_note"], zone=view.money(float(frame["zone_amount"].iloc[0])))
    unit = TEXTS["selection_unit"]
    caption = Caption(unit=unit, source=source_of(builder, view), note=note)
    return builder.table("selection", title, frame, columns, caption)


def _selection_words(view: StudyView) -> Text:
    equals = simple_names(view.study.frame("by_scenario")["equals"].iloc[0])
    if not equals:
        return TEXTS["selection_words_can_told_from"]
    return TEXTS["selection_words_not_told_from"].fill(
        design="{design}", equals=", ".join(view.design_label(name) for name in equals)
    )


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


def _dominance(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.dominances(view)
    found = frame[frame["dominates"].astype(bool)]
    criteria = views.criteria(view)
    names = ", ".join(dict.fromkeys(criteria.loc[criteria["criterion"] != "stability", "title"]))
    title = view.headline(builder.translate(_dominance_words(found)), TEXTS["dominance_plain"])
    caption = Caption(
        unit=builder.translate(TEXTS["dominance_unit"], names=names),
        source=source_of(builder, view),
        note=builder.translate(
            TEXTS["dominance_note"], share=builder.style.formats.share(threshold("rule.indifference_share"), 0)
        ),
        short=TEXTS.group("short")["dominance"],
    )
    return builder.figure("dominance", title, draw.dominance(builder.style, frame), title, caption)


def _dominance_words(found: pd.DataFrame) -> Text:
    if found.empty:
        return TEXTS["dominance_words_no_organisation_shown"]
    beaten = list(dict.fromkeys(found["other_label"]))
    first = found.iloc[0]
    return TEXTS["dominance_words_least_as_good"].fill(design=first["label"], other=first["other_label"], n=len(beaten))


def _criteria(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.criteria(view)
    kept = list(dict.fromkeys(frame.loc[frame["on_front"], "label"]))
    count = frame["label"].nunique()
    title = builder.translate(TEXTS["criteria_title"], n=len(kept), all=count)
    caption = Caption(
        unit=builder.translate(TEXTS["criteria_unit"], scenario=view.scenario_label(view.study.main_scenario)),
        source=source_of(builder, view),
        note=TEXTS["criteria_note"],
        short=TEXTS.group("short")["aims"],
    )
    return builder.figure("aims", title, draw.criteria(builder.style, frame), title, caption)


def _front(builder: ChapterBuilder, view: StudyView) -> Block:
    columns = (
        DESIGN,
        TableColumn(name="place", label=TEXTS["not_surpassed"]),
        TableColumn(name="probability", label=TEXTS["probability_of_that"], write="share"),
        TableColumn(name="beaten", label=TEXTS["surpassed_by"]),
    )
    title = TEXTS["front_title"]
    unit = TEXTS["by_the_replications"]
    return builder.table(
        "not_surpassed", title, views.front(view), columns, Caption(unit=unit, source=source_of(builder, view))
    )


def _information(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.information(view)
    columns = (
        TableColumn(name="label", label=TEXTS["what_one_would_know"]),
        TableColumn(name="worth", label=TEXTS["worth_at_most"], write="figure"),
        TableColumn(name="interval", label=TEXTS["selection_label_95_percent_interval"], write="figure"),
        TableColumn(name="turns", label=TEXTS["turns_the_choice_at"]),
    )
    first = frame.iloc[0]
    told = builder.translate(
        TEXTS["information_title"]
        if round(float(first["value"]), -3) > 0  # as it is written
        else TEXTS["information_title_nothing_what_was"],
        label=first["label"],
        worth=first["worth"],
    )
    title = view.headline(told, TEXTS["information_plain"])
    caption = Caption(unit=TEXTS["information_unit"], source=source_of(builder, view), note=TEXTS["information_note"])
    return builder.table("information", title, frame, columns, caption)
