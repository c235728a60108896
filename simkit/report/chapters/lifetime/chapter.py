"""Chapter: what customers will be worth, by which method, and how well that method met time that was kept from it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.formats import MILLION
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.lifetime import figures as draw
from simkit.report.chapters.lifetime.tables import (
    bias_words,
    capital,
    methods_block,
    parameter_blocks,
    written_interval,
)
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure, Note
from simkit.report.document.table_content import TableColumn, Writer, number_text
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.lifetime.holdout import ForecastFit
from simkit.value.lifetime.kinds import KINDS
from simkit.value.lifetime.lifetime_value import LifetimeValue

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
PROBABLY_GONE = 0.5
WORTH = {
    True: TEXTS["worth_true"],
    False: TEXTS["worth_false"],
}


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found, value = analysis.lifetime, analysis.value
    if isinstance(found, Missing):
        return found
    if isinstance(value, Missing):
        return value
    valued = found.customers["lifetime_value_amount"].notna().any()
    return _blocks(found, value, builder) if valued else Missing(reason=TEXTS["nothing_valued"])


def _blocks(found: LifetimeValue, value: CustomerValue, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield _segments(builder, found, value)
    yield _kinds(builder, found)
    yield from _alive(builder, found, value)
    yield from _held_out(builder, found)
    yield methods_block(builder, found)
    yield from parameter_blocks(builder, found)
    yield _assumed(builder, found)


def source_of(builder: ChapterBuilder, found: LifetimeValue) -> str:
    """Return the source line of everything that rests on the lifetime value."""
    known = found.customers["lifetime_value_amount"].notna()
    return builder.translate(TEXTS["source"], n=builder.style.formats.number(int(known.sum())))


def worth_of(builder: ChapterBuilder, found: LifetimeValue) -> str:
    """Return what the value is made of."""
    return builder.translate(WORTH[found.after_cost], years=found.rules.horizon_years)


def _key_figures(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    formats = builder.style.formats
    everybody = found.by(pd.Series("", index=found.customers.index)).iloc[0]
    reach = draw.largest(everybody)
    figures = [
        KeyFigure(
            label=TEXTS["expected_value_in_years"].fill(n=found.rules.horizon_years),
            value=formats.amount(float(everybody["value_amount"]), scale=reach),
            detail=TEXTS["key_figures_detail"].fill(
                x=formats.amounts(everybody["low"], everybody["high"], scale=reach)
            ),
            number=float(everybody["value_amount"]),
            low=float(everybody["low"]),
            high=float(everybody["high"]),
            unit="money",
        ),
        KeyFigure(
            label=TEXTS["a_customer"],
            value=formats.money(float(everybody["per_customer_amount"])),
            detail=TEXTS["customers"].fill(n=formats.number(everybody["customers"])),
            number=float(everybody["per_customer_amount"]),
            unit="money",
        ),
    ]
    alive = select(found.customers, lifetime_kind="repeat")["alive_share"].dropna()
    if len(alive):
        figures.append(
            KeyFigure(
                label=TEXTS["key_figures_label"],
                value=formats.share(float(alive.mean()), 0),
                detail=TEXTS["expected_of"].fill(n=formats.number(len(alive))),
                number=float(alive.mean()),
                unit="share",
            )
        )
    figures += [
        deviation(builder, name, test.purchases)
        for name, test in found.holdouts().items()
        if name == "repeat" or test.purchases.bias is not None or test.purchases.nothing_came
    ]
    return builder.key_figures("lifetime_key_figures", figures)


def deviation(builder: ChapterBuilder, name: str, fit: ForecastFit) -> KeyFigure:
    """Return how far the method for a kind of customer was off in the test."""
    formats = builder.style.formats
    label: Text = TEXTS["deviation_in_the_test"]
    if name != "repeat":
        label = TEXTS["deviation_of_kind"].fill(kind=KINDS[name].label)
    unit = f" {builder.style.translate(TEXTS.group('counted')[name])}"
    predicted = formats.number(fit.predicted)
    if fit.ratio is None:
        return KeyFigure(
            label=label,
            value=TEXTS["nothing_came"],
            detail=TEXTS["foretold"].fill(predicted=predicted, unit=unit),
            number=0.0,
        )
    ends = formats.interval(fit.ratio.low - 1, fit.ratio.high - 1, "signed_share", 0)
    detail = TEXTS["key_figures_detail_predicted_against_actual"].fill(x=ends)
    if name != "repeat":
        detail = TEXTS["of_foretold"].fill(predicted=predicted, unit=unit, actual=formats.number(fit.actual), x=ends)
    off, low, high = (end - 1 for end in (fit.ratio.value, fit.ratio.low, fit.ratio.high))
    value = formats.signed_share(off, 0)
    return KeyFigure(label=label, value=value, detail=detail, number=off, low=low, high=high, unit="share")


def _segments(builder: ChapterBuilder, found: LifetimeValue, value: CustomerValue) -> Block:
    formats = builder.style.formats
    segment = value.customers.set_index("customer_id")["segment"]
    table = found.by(segment)
    of = TEXTS["customers_of"]
    counted = zip(table["group"], table["customers"], strict=True)
    labels = [builder.translate(of, name=name, n=formats.number(number)) for name, number in counted]
    several = table[table["customers"] >= FEWEST_TOLD]
    shown = several if len(several) else table
    best = shown.iloc[int(shown["value_amount"].to_numpy().argmax())]
    reach = draw.largest(best)
    title = builder.title_of(
        TEXTS.group("segments_title"),
        int(best["customers"]),
        segment=best["group"],
        years=found.rules.horizon_years,
        value=formats.amount(best["value_amount"], scale=reach),
        interval=formats.amounts(best["low"], best["high"], scale=reach),
    )
    caption = Caption(
        unit=worth_of(builder, found),
        source=source_of(builder, found),
        note=TEXTS["interval"],
        short=TEXTS.group("short")["lifetime_by_segment"],
    )
    figure = draw.value_by_group(builder.style, table.assign(label=labels))
    return builder.figure("lifetime_by_segment", title, figure, title, caption)


def _kinds(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    formats = builder.style.formats
    counts = found.customers["lifetime_kind"].value_counts()
    present = [name for name in KINDS if name in counts.index]
    table = found.by(found.customers["lifetime_kind"]).set_index("group").reindex(present)
    reach = draw.largest(table)
    write: Writer = "millions" if reach >= MILLION else "amount"
    frame = pd.DataFrame(
        {
            "label": [KINDS[name].label for name in present],
            "rule": [KINDS[name].rule for name in present],
            "customers": [int(counts[name]) for name in present],
            "value": table["value_amount"].to_numpy(),
            "interval": [
                number_text(written_interval(builder, *(formats.amount(end, scale=reach) for end in ends)), None, *ends)
                for ends in zip(table["low"], table["high"], strict=True)
            ],
            "method": [
                builder.translate(TEXTS["no_value"], x=builder.style.translate(found.left_out[name]))
                if name in found.left_out and name != "unknown"
                else builder.style.translate(KINDS[name].method)
                for name in present
            ],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["kind"]),
        TableColumn(name="rule", label=TEXTS["when"]),
        TableColumn(name="customers", label=TEXTS["customers_label"], write="number"),
        TableColumn(name="value", label=TEXTS["lifetime_value"], write=write, digits=1 if reach >= 10 * MILLION else 2),
        TableColumn(name="interval", label=TEXTS["kinds_label"], write="figure"),
        TableColumn(name="method", label=TEXTS["worked_out_from"]),
    )
    title = TEXTS["kinds_title"]
    note = builder.translate(TEXTS["kinds_note"], worth=capital(worth_of(builder, found)))
    if found.repeat is not None and found.repeat.bought_once:
        note = f"{note} {builder.translate(TEXTS['kinds_once'], count=found.repeat.bought_once)}"
    return builder.table("lifetime_kinds", title, frame, columns, Caption(source=source_of(builder, found), note=note))


def _alive(builder: ChapterBuilder, found: LifetimeValue, value: CustomerValue) -> Iterator[Block]:
    known = found.customers[(found.customers["lifetime_kind"] == "repeat") & found.customers["alive_share"].notna()]
    if known.empty or found.repeat is None or found.repeat.purchase is None:
        return
    if "nobody_parameters" in found.repeat.purchase.edges:
        return  # the note on the parameters says it
    gone = int((known["alive_share"] < PROBABLY_GONE).sum())
    segment = value.customers.set_index("customer_id")["segment"]
    title = builder.title_of(TEXTS.group("alive_title"), len(known), count=gone)
    note = builder.translate(TEXTS["alive_note"])
    if found.repeat.once:
        note = f"{note} {builder.translate(TEXTS['alive_once'], count=found.repeat.once)}"
    caption = Caption(
        unit=TEXTS["alive_unit"],
        source=source_of(builder, found),
        note=note,
        short=TEXTS.group("short")["alive_distribution"],
    )
    frame = known.assign(segment=segment.reindex(known.index))
    yield builder.figure("alive_distribution", title, draw.alive(builder.style, frame), title, caption)


def _held_out(builder: ChapterBuilder, found: LifetimeValue) -> Iterator[Block]:
    test = found.holdouts().get("repeat")
    if test is None or found.repeat is None:
        return
    formats = builder.style.formats
    title = builder.title_of(
        TEXTS.group("held_out_title"),
        test.customers,
        count=round(test.purchases.actual),
        predicted=formats.number(test.purchases.predicted),
    )
    note = builder.translate(
        TEXTS["held_out_note"],
        model=found.repeat.name,
        day=formats.date((test.first - pd.Timedelta(days=1)).date()),
        first=formats.date(test.first.date()),
        last=formats.date(test.last.date()),
    )
    if bias := bias_words(builder, test.purchases):
        note = f"{note} {bias}"
        if found.repeat.purchase is not None:
            note = f"{note} {builder.translate(TEXTS['bias_carries'])}"
    caption = Caption(
        unit=TEXTS["held_out_unit"],
        source=builder.translate(TEXTS["source"], n=formats.number(test.customers)),
        note=note,
        short=TEXTS.group("short")["held_out"],
    )
    yield builder.figure("held_out", title, draw.held_out(builder.style, test.by_class), title, caption)


def _assumed(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in found.assumptions]
    return builder.notes("lifetime_assumptions", notes, TEXTS["assumed_what_this_takes"])
