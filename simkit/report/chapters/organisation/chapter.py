"""Chapter: what another organisation would change, with intervals, and what it would leave undone."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing, present
from simkit.foundation.text import Language
from simkit.report.chapters.organisation import figures as draw
from simkit.report.chapters.organisation import tables_gains as gains
from simkit.report.chapters.organisation.figures_flow import one_picture
from simkit.report.chapters.organisation.tables import (
    break_even_table,
    effect_table,
    measures_table,
    precision_table,
    scan_table,
    small_units,
    undone_table,
)
from simkit.report.chapters.organisation.tables_books import customer_flow, profit_tables, today_by_year
from simkit.report.chapters.service.tables import service_table
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import PROFIT, StudyView

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    yield _method(builder, view, analysis)
    yield from fit_notice(builder, view)
    yield from today_by_year(builder, view, source_of(builder, view))
    yield from customer_flow(builder, view)
    yield from profit_tables(builder, view, source_of(builder, view))
    yield from measures_table(builder, view)
    yield from small_units(builder, view)
    yield from _picture(builder, view)
    yield from undone_table(builder, view)
    yield from service_table(builder, view, present(analysis.service), source_of(builder, view))
    yield from gains.months(builder, view, source_of(builder, view))
    yield from _steps(builder, view)
    yield from gains.parts(builder, view)
    yield from effect_table(builder, view)
    yield from break_even_table(builder, view)
    yield from scan_table(builder, view)
    yield from _ceiling(builder, view)
    yield from _elasticity(builder, view)
    yield from precision_table(builder, view, source_of(builder, view))


def source_of(builder: ChapterBuilder, view: StudyView) -> str:
    """Return the source line of everything that rests on the simulation."""
    return builder.translate(TEXTS["simulation"], n=builder.style.formats.number(view.study.settings.replications))


def _method(builder: ChapterBuilder, view: StudyView, analysis: ClientAnalysis) -> Block:
    designs = [view.design_label(name) for name in view.compared]
    scenarios = [view.scenario_label(name) for name in view.scenarios]
    checked = list(_check_against_data(builder, view, analysis))
    text = TEXTS["method_text"]
    return builder.text(
        "method",
        builder.translate(
            text,
            designs=_listed(designs, builder.style.formats.language),
            scenarios=_listed(scenarios, builder.style.formats.language),
        ),
        *checked,
    )


def _check_against_data(builder: ChapterBuilder, view: StudyView, analysis: ClientAnalysis) -> Iterator[str]:
    """Tell how near the simulated present comes to the measured one, which every reader may ask."""
    simulated, found = view.level(view.study.baseline, "facing_share"), analysis.time_use
    if simulated is None or isinstance(found, Missing):
        return
    text = TEXTS["check_against_data_text"]
    share = builder.style.formats.share
    facing = found.facing
    yield builder.translate(
        text,
        measured=share(facing.value),
        low=share(facing.low),
        high=share(facing.high),
        simulated=share(simulated),
    )


def _listed(names: list[str], language: Language) -> str:
    return ", ".join(f"„{name}“" if language == "de" else f"'{name}'" for name in names)


def fit_notice(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Say that nothing here is an advice where the model does not fit."""
    gate = view.study.gate
    if not gate.passes:
        yield builder.text(
            "not_fitting", builder.translate(TEXTS["not_fitting_notice"], told=builder.translate(gate.words))
        )


def _picture(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    bands = view.bands()
    if "customer" not in set(bands["band"]):
        return
    customer = select(bands, band="customer").iloc[0]
    change = view.customer_hours()
    title = builder.translate(
        TEXTS["picture_title"],
        design=view.design_label(view.shown),
        before=builder.style.formats.number(customer["before"], 1),
        after=builder.style.formats.number(customer["after"], 1),
        change=builder.style.formats.signed_share(
            customer["after"] / customer["before"] - 1 if change is None else change
        ),
    )
    ticks = view.published_profit()
    figure = one_picture(builder.style, bands, view.undone_changes(), view.profit_steps(), ticks)
    caption = Caption(
        unit=builder.translate(TEXTS["picture_unit"], scenario=view.scenario_label(view.study.main_scenario)),
        source=source_of(builder, view),
        note=TEXTS["share_alone"] if ticks.empty else _MARKS,
        short=TEXTS.group("short")["one_picture"],
    )
    yield builder.figure("one_picture", title, figure, title, caption)


_MARKS = TEXTS["marks"].fill(rest=TEXTS["share_alone"])


def _steps(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    design = view.design_label(view.taken_apart)
    if view.shown != view.taken_apart:  # otherwise the one picture shows them
        steps = view.steps(PROFIT)
        if not steps.empty:
            money = view.moneys(float(steps["difference"].iloc[-1]))[0]
            told = builder.translate(TEXTS["profit_steps"], design=design, total=money)
            title = view.headline(told, TEXTS["profit_steps_plain"].fill(design=design))
            unit = TEXTS["million_a_year"].fill(s=builder.style.formats.currency_symbol)
            figure = draw.steps(builder.style, steps, unit)
            yield builder.figure("profit_step_by_step", title, figure, title, _steps_caption(builder, view, "profit"))
    steps = view.steps("facing_h")
    if not steps.empty:
        hours = builder.style.formats.signed(float(steps["difference"].iloc[-1]), 0)
        title = builder.translate(TEXTS["hours_steps"], design=design, total=hours)
        unit = TEXTS["steps_unit"]
        figure = draw.steps(builder.style, steps, unit, scale=1.0, digits=0)
        yield builder.figure("hours_step_by_step", title, figure, title, _steps_caption(builder, view, "hours"))


def _steps_caption(builder: ChapterBuilder, view: StudyView, what: str) -> Caption:
    return Caption(
        unit=TEXTS["steps_caption_unit"],
        source=source_of(builder, view),
        note=TEXTS["steps_caption_note"],
        short=TEXTS.group("short")[f"{what}_step_by_step"],
    )


def _ceiling(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = view.ceiling()
    if frame.empty:
        return
    top = select(frame, role="ceiling").iloc[0]
    reachable = top["share"] >= 0.6
    text = TEXTS["ceiling_text"] if reachable else TEXTS["ceiling_text_customer_facing_share"]
    title = builder.translate(text, top=builder.style.formats.share(top["share"], 0))
    caption = Caption(
        unit=TEXTS["ceiling_unit"],
        source=source_of(builder, view),
        note=TEXTS["ceiling_note"],
        short=TEXTS.group("short")["ceiling"],
    )
    yield builder.figure("ceiling", title, draw.ceiling(builder.style, frame), title, caption)


def _elasticity(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    table = view.study.frames.get("elasticity", pd.DataFrame())
    if table.empty:
        return
    row, write = table.iloc[0], builder.style.formats.number
    inside = TEXTS["elasticity_inside"]
    outside = TEXTS["elasticity_outside"]
    chosen = (inside if row["inside"] else outside).fill(
        low=write(row["limit_low"], 1), high=write(row["limit_high"], 1)
    )
    text = TEXTS["elasticity_text"]
    words = builder.translate(text, value=write(row["value"], 2), chosen=chosen)
    yield builder.text("elasticity", words, title=TEXTS["elasticity_title"])
