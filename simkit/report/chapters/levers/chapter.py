"""Chapter: what the money brings, tools, training, coaching, incentives, process work, another head or another organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.levers import figures as draw
from simkit.report.chapters.levers import tables as views
from simkit.report.chapters.organisation.chapter import fit_notice, source_of
from simkit.report.charts.charts_base import THOUSANDS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, number_text

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
LEVER = TableColumn(name="label", label=TEXTS["lever_label"])


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    bases = views.bases(view)
    yield _method(builder, view, bases)
    yield from fit_notice(builder, view)
    if bases:
        yield from _on_today(builder, view, bases[0])
        for other in bases[1:]:
            yield _money_table(builder, view, other, views.levers(view, other))
        yield from _interactions(builder, view)
    for base in views.bases(view, budgeted=False):
        yield _money_table(builder, view, base, views.levers(view, base, budgeted=False), own=True)
    yield _tool_table(builder, view)


# --- the same budget -------------------------------------------------------------------------------------------------


def _method(builder: ChapterBuilder, view: StudyView, bases: list[str]) -> Block:
    if not bases:
        return builder.text("method", TEXTS["method_text"], TEXTS["method_promise"])
    first = TEXTS["method_first"]
    second = TEXTS["method_second"]
    own = view.study.settings.lever_budget_amount is not None
    reason = TEXTS["method_reason"] if own else TEXTS["head_cost"]
    amount = builder.style.formats.money(round(views.budget_amount(view), -3))
    symbol = builder.style.formats.currency_symbol
    return builder.text(
        "method",
        builder.translate(first, budget=amount, reason=builder.style.translate(reason)),
        builder.translate(second, symbol=symbol),
        builder.translate(TEXTS["method_promise"]),
    )


def _on_today(builder: ChapterBuilder, view: StudyView, base: str) -> Iterator[Block]:
    frame = views.levers(view, base)
    title = view.headline(net_message(builder, view, frame), TEXTS["net_plain"])
    caption = Caption(
        unit=builder.translate(
            TEXTS["on_today_unit"], base=view.design_label(base), what=builder.style.translate(TEXTS["over_years"])
        ),
        source=source_of(builder, view),
        note=TEXTS["evidence_grades"],
        short=TEXTS.group("short_titles")["net_gain"],
    )
    yield builder.figure("net_gain", title, draw.net_gain_and_return(builder.style, frame), title, caption)
    yield _money_table(builder, view, base, frame)
    yield from _payback(builder, view, base, frame)
    yield _evidence_table(builder, view, base, frame)


def net_message(builder: ChapterBuilder, view: StudyView, frame: pd.DataFrame) -> str:
    """Return what the comparison says: which lever brings most among those that surely pay, or that none does."""
    paying = frame[frame["net_low"] > 0]
    if paying.empty:
        nothing = TEXTS["net_message_nothing"]
        return builder.translate(nothing)
    best = paying.iloc[0]
    told = TEXTS["net_message_told"]
    number = builder.style.formats.number
    message = builder.translate(
        told,
        count=number(len(paying)),
        all=number(len(frame)),
        lever=best["label"],
        net=view.money(best["net"], signed=True),
    )
    priced = paying[paying["per_euro_low"].notna()]
    if priced.empty:
        return message
    first = priced.iloc[int(priced["per_euro"].to_numpy().argmax())]
    values = {
        "ratio": builder.style.formats.money(first["per_euro"], 2),
        "symbol": builder.style.formats.currency_symbol,
        "lever": first["label"],
    }
    if first["lever"] == best["lever"]:
        return message + builder.translate(TEXTS["also_per_spent"], **values)
    per_unit = TEXTS["per_spent"]
    return message + builder.translate(per_unit, **values)


def _money_table(
    builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame, *, own: bool = False
) -> Block:
    symbol = builder.style.formats.currency_symbol
    from_, to = TEXTS["from"], TEXTS["money_table_to"]
    ratio = builder.translate(TEXTS["return_per"], symbol=symbol)
    columns = (
        LEVER,
        TableColumn(name="extent_words", label=TEXTS["extent"]),
        _thousand(builder, "cost", TEXTS["cost"], signed=False),
        _thousand(builder, "gain", TEXTS["profit_before_cost"]),
        _thousand(builder, "net", TEXTS["profit_after_it"]),
        _thousand(builder, "net_low", from_),
        _thousand(builder, "net_high", to),
        TableColumn(name="per_euro", label=ratio, write="number", digits=2),
        TableColumn(name="per_euro_low", label=from_, write="number", digits=2),
        TableColumn(name="per_euro_high", label=to, write="number", digits=2),
    )
    words = TEXTS["money_table_words"] if own else TEXTS["money_table_words_what_each_lever"]
    title = builder.translate(words, base=view.design_label(base))
    note = TEXTS["money_table_note"]
    caption = Caption(
        unit=TEXTS["over_years"], source=source_of(builder, view), note=builder.translate(note, symbol=symbol)
    )
    shown = frame.assign(per_euro=frame["per_euro"].where(frame["per_euro_low"].notna()))
    name = f"own_on_{base}" if own else f"on_{base}"
    return builder.table(name, title, shown, columns, caption)


def _thousand(builder: ChapterBuilder, name: str, label: Text | str, *, signed: bool = True) -> TableColumn:
    unit = builder.translate(THOUSANDS, symbol=builder.style.formats.currency_symbol)
    return TableColumn(name=f"{name}_thousand", label=label, write="signed" if signed else "number", unit=unit)


def _payback(builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame) -> Iterator[Block]:
    title = view.headline(payback_message(builder, frame), TEXTS["payback_plain"])
    caption = Caption(
        unit=TEXTS["payback_unit"],
        source=source_of(builder, view),
        note=TEXTS["payback_note"],
        short=TEXTS.group("short_titles")["payback"],
    )
    yield builder.figure("payback", title, draw.payback(builder.style, views.months(view, base)), title, caption)


def payback_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return how many levers earn their cost back in the months simulated, and which one first."""
    back = frame[frame["month"].notna()]
    if back.empty:
        return builder.translate(TEXTS["payback_message_no_lever_earns"])
    first = back.iloc[int(back["month"].to_numpy().argmin())]
    text = TEXTS["payback_message_text"]
    month = first["month_words"] if first["month"] == 1 else builder.translate(TEXTS["month"], n=first["month_words"])
    number = builder.style.formats.number
    return builder.translate(text, count=number(len(back)), all=number(len(frame)), lever=first["label"], month=month)


def _evidence_table(builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame) -> Block:
    hours = zip(*(frame[f"facing_{end}"] for end in ("h", "low", "high")), strict=True)
    frame = frame.assign(hours_words=[number_text(builder.style.formats.signed_with_ends(*row), *row) for row in hours])
    columns = (
        LEVER,
        TableColumn(name="month_words", label=TEXTS["paid_back_in_month"]),
        TableColumn(name="earliest_words", label=TEXTS["earliest"]),
        TableColumn(name="latest_words", label=TEXTS["latest"]),
        TableColumn(name="probability_best", label=TEXTS["brings_most"], write="share"),
        TableColumn(name="hours_words", label=TEXTS["customer_hours"]),
        TableColumn(name="moves_words", label=TEXTS["moves"]),
        TableColumn(name="evidence_words", label=TEXTS["evidence"]),
        TableColumn(name="source_words", label=TEXTS["source_of_the_effect"]),
    )
    caption = Caption(
        unit=builder.translate(
            TEXTS["scenario"], base=view.design_label(base), scenario=view.scenario_label(view.study.main_scenario)
        ),
        source=source_of(builder, view),
        note=TEXTS["evidence_table_note"],
    )
    title = TEXTS["evidence_table_title"]
    return builder.table("evidence", title, frame, columns, caption)


def _interactions(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.interactions(view)
    if frame.empty:
        return
    other = view.design_label(str(frame["other"].iloc[0]))
    columns = (
        LEVER,
        _thousand(builder, "on_base", TEXTS["today"]),
        _thousand(builder, "on_other", other),
        _thousand(builder, "difference", TEXTS["difference"]),
        _thousand(builder, "low", TEXTS["from"]),
        _thousand(builder, "high", TEXTS["money_table_to"]),
    )
    caption = Caption(unit=TEXTS["interactions_unit"], source=source_of(builder, view))
    told = interaction_message(builder, view, frame, other)
    title = view.headline(told, TEXTS["interactions_plain"].fill(other=other))
    yield builder.table("interactions", title, frame, columns, caption)


def interaction_message(builder: ChapterBuilder, view: StudyView, frame: pd.DataFrame, other: str) -> str:
    """Return which lever surely brings more or less on the other organisation, or that none does."""
    sure = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    if sure.empty:
        return builder.translate(TEXTS["interaction_message_no_lever_demonstrably"], other=other)
    most = sure.iloc[int(sure["difference"].abs().to_numpy().argmax())]
    more = TEXTS["interaction_message_more"]
    less = TEXTS["interaction_message_less"]
    text = more if most["difference"] > 0 else less
    money = view.money(abs(most["difference"]))
    return builder.translate(text, lever=most["label"], other=other, money=money)


# --- tools -----------------------------------------------------------------------------------------------------------


def _tool_table(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.tool_stack(view)
    columns = (
        TableColumn(name="label", label=TEXTS["tools"]),
        TableColumn(name="value_words", label=TEXTS["value"], write="figure"),
        TableColumn(name="evidence_words", label=TEXTS["evidence"]),
        TableColumn(name="source_words", label=TEXTS["source"]),
    )
    caption = Caption(unit=TEXTS["tool_table_unit"], note=TEXTS["tool_table_note"])
    return builder.table("tool_stack", tool_message(builder, frame), frame, columns, caption)


def tool_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return whether the working time that more tools save would pay for them."""
    value = frame.set_index("item")["value"]
    text = (
        TEXTS["tool_message_text"]
        if value["saved"] >= value["needed_more"]
        else TEXTS["tool_message_text_more_tools_save"]
    )
    number = builder.style.formats.number
    return builder.translate(text, saved=number(value["saved"], 1), needed=number(value["needed_more"], 1))
