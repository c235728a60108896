"""Chapter: what customers will be worth, by which method, and how well that method met time that was kept from it."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.formats import MILLION, MISSING
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.lifetime import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure, Note
from simkit.report.document.table_content import TableColumn, Writer
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.lifetime.holdout import SMALLEST_TOLD, ForecastFit, HoldOut
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
    yield _methods(builder, found)
    yield from _parameters(builder, found)
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
        ),
        KeyFigure(
            label=TEXTS["a_customer"],
            value=formats.money(float(everybody["per_customer_amount"])),
            detail=TEXTS["customers"].fill(n=formats.number(everybody["customers"])),
        ),
    ]
    alive = select(found.customers, lifetime_kind="repeat")["alive_share"].dropna()
    if len(alive):
        figures.append(
            KeyFigure(
                label=TEXTS["key_figures_label"],
                value=formats.share(float(alive.mean()), 0),
                detail=TEXTS["expected_of"].fill(n=formats.number(len(alive))),
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
            label=label, value=TEXTS["nothing_came"], detail=TEXTS["foretold"].fill(predicted=predicted, unit=unit)
        )
    ends = formats.interval(fit.ratio.low - 1, fit.ratio.high - 1, "signed_share", 0)
    detail = TEXTS["key_figures_detail_predicted_against_actual"].fill(x=ends)
    if name != "repeat":
        detail = TEXTS["of_foretold"].fill(predicted=predicted, unit=unit, actual=formats.number(fit.actual), x=ends)
    return KeyFigure(label=label, value=formats.signed_share(fit.ratio.value - 1, 0), detail=detail)


def bias_words(builder: ChapterBuilder, fit: ForecastFit) -> str:
    """Return the sentence on what chance does not explain; empty where there is no such bias."""
    formats, bias = builder.style.formats, fit.bias
    if fit.nothing_came:
        return builder.translate(TEXTS["bias_nothing_came"], predicted=formats.number(fit.predicted))
    if bias is None:
        return ""
    ends = sorted(abs(end) for end in (bias.low, bias.high) if not math.isnan(end))
    digits = 0 if ends[0] >= SMALLEST_TOLD else 1  # an end that reads as 0 % would contradict the sentence
    told = {name: formats.share(end, digits) for name, end in zip(("low", "high"), ends, strict=False)}
    if len(ends) == 1:
        return builder.translate(TEXTS["bias_at_least"], **told)
    return builder.translate(TEXTS["bias_high"] if bias.value > 0 else TEXTS["bias_low"], **told)


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
    caption = Caption(unit=worth_of(builder, found), source=source_of(builder, found), note=TEXTS["interval"])
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
                _interval(builder, *(formats.amount(end, scale=reach) for end in ends))
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
    note = builder.translate(TEXTS["kinds_note"], worth=_capital(worth_of(builder, found)))
    if found.repeat is not None and found.repeat.bought_once:
        note = f"{note} {builder.translate(TEXTS['kinds_once'], count=found.repeat.bought_once)}"
    return builder.table("lifetime_kinds", title, frame, columns, Caption(source=source_of(builder, found), note=note))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _alive(builder: ChapterBuilder, found: LifetimeValue, value: CustomerValue) -> Iterator[Block]:
    known = found.customers[(found.customers["lifetime_kind"] == "repeat") & found.customers["alive_share"].notna()]
    if known.empty or found.repeat is None or found.repeat.purchase is None:
        return
    if "nobody_parameters" in found.repeat.purchase.edges:
        return  # the note on the parameters says it
    gone = int((known["alive_share"] < PROBABLY_GONE).sum())
    segment = value.customers.set_index("customer_id")["segment"]
    title = builder.title_of(TEXTS.group("alive_title"), len(known), count=gone)
    note = builder.translate(TEXTS["alive_note"], model=found.repeat.name)
    if found.repeat.once:
        note = f"{note} {builder.translate(TEXTS['alive_once'], count=found.repeat.once)}"
    caption = Caption(unit=TEXTS["alive_unit"], source=source_of(builder, found), note=note)
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
    )
    yield builder.figure("held_out", title, draw.held_out(builder.style, test.by_class), title, caption)


def _methods(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    """Return which method was used for which kind, why, and its error in the held-out time."""
    rows = []
    tests = found.holdouts()
    for name, counted in TEXTS.group("counted").items():
        if getattr(found, name) is None:
            continue
        test = tests.get(name)
        rows.append(
            {
                "label": KINDS[name].label,
                "method": _method(builder, found, name),
                **dict.fromkeys(("span", "purchases", "amounts"), ""),
                **(
                    _test_words(builder, test, counted)
                    if test is not None
                    else {"span": builder.style.translate(TEXTS["no_test"])}
                ),
            }
        )
    columns = (
        TableColumn(name="label", label=TEXTS["kind"]),
        TableColumn(name="method", label=TEXTS["method_and_reason"]),
        TableColumn(name="span", label=TEXTS["tested_on"]),
        TableColumn(name="purchases", label=TEXTS["number"]),
        TableColumn(name="amounts", label=TEXTS["revenue"]),
    )
    title = TEXTS["methods_title"]
    note = builder.translate(TEXTS["methods_note"])
    for name, test in tests.items():
        if name != "repeat" and (bias := bias_words(builder, test.purchases)):
            kind = _capital(builder.style.translate(KINDS[name].label))
            note = f"{note} {builder.translate(TEXTS['bias_of_kind'], kind=kind, bias=bias)}"
    return builder.table("lifetime_methods", title, pd.DataFrame(rows), columns, Caption(note=note))


def _method(builder: ChapterBuilder, found: LifetimeValue, name: str) -> str:
    formats = builder.style.formats
    if name == "repeat" and found.repeat is not None:
        return f"{builder.style.translate(found.repeat.name)}: {builder.style.translate(found.repeat.reason)}"
    if name == "contract" and found.contract is not None:
        kept = found.contract.retention
        return builder.translate(
            TEXTS["contracts"],
            n=formats.number(len(found.contract.table)),
            ends=formats.number(found.contract.survival.ends),
            rate=formats.share(kept.value, 0),
            interval=formats.interval(kept.low, kept.high, "share", 0),
        )
    assert found.project is not None
    rate = found.project.win_rate
    return builder.translate(
        TEXTS["projects"],
        deals=formats.number(found.project.deals),
        rate=formats.share(rate.value, 0),
        interval=formats.interval(rate.low, rate.high, "share", 0),
    )


def _test_words(builder: ChapterBuilder, test: HoldOut, counted: Text) -> dict[str, str]:
    formats = builder.style.formats
    return {
        "span": f"{formats.date(test.first.date())} – {formats.date(test.last.date())}",
        "purchases": _fit_words(
            builder, test.purchases, formats.number(test.purchases.mean_absolute_error, 1), counted
        ),
        "amounts": _fit_words(builder, test.amounts, formats.money(test.amounts.mean_absolute_error), ""),
    }


def _fit_words(builder: ChapterBuilder, fit: ForecastFit, error: str, counted: Text | str) -> str:
    formats = builder.style.formats
    unit = f" {builder.style.translate(counted)}" if counted else ""
    if fit.ratio is None:
        text = TEXTS["predicted_nothing_came"]
        return builder.translate(text, predicted=formats.number(fit.predicted, 1), unit=unit)
    text = TEXTS["error"]
    interval = formats.interval(fit.ratio.low, fit.ratio.high, digits=2)
    return builder.translate(text, ratio=formats.number(fit.ratio.value, 2), interval=interval, error=error, unit=unit)


def _parameters(builder: ChapterBuilder, found: LifetimeValue) -> Iterator[Block]:
    if found.repeat is None or found.repeat.intervals.empty:
        return
    formats = builder.style.formats
    table = found.repeat.intervals
    frame = pd.DataFrame(
        {
            "label": [TEXTS.group("parameters")[name] for name in table["parameter"]],
            "value": [formats.number(value, _digits(value)) for value in table["value"]],
            "interval": [
                _interval(builder, *(formats.number(end, _digits(end)) for end in ends))
                for ends in zip(table["low"], table["high"], strict=True)
            ],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["parameter"]),
        TableColumn(name="value", label=TEXTS["value"], write="figure"),
        TableColumn(name="interval", label=TEXTS["kinds_label"], write="figure"),
    )
    edges = [
        *(found.repeat.purchase.edges if found.repeat.purchase is not None else ()),
        *(found.repeat.spend.edges if found.repeat.spend is not None else ()),
    ]
    told = "; ".join(builder.style.translate(TEXTS.group("edges")[name]) for name in edges)
    note = f"{_capital(told)}." if told else ""
    spend = found.repeat.spend
    if spend is not None and spend.correlation == spend.correlation:
        independent = builder.translate(TEXTS["parameters_independent"], x=formats.number(spend.correlation, 2))
        note = f"{note} {independent}".strip()
    source = TEXTS["parameters_source"]
    title = TEXTS["parameters_title"]
    yield builder.table("lifetime_parameters", title, frame, columns, Caption(source=source, note=note))


def _interval(builder: ChapterBuilder, low: str, high: str) -> str:
    """Write an interval, or a dash for one without ends."""
    return low if low == high == MISSING else builder.translate(TEXTS["interval_to"], low=low, high=high)


def _digits(value: float) -> int:
    """Return as many decimals as a parameter of this size deserves."""
    return 3 if not abs(value) >= 10 else 2 if abs(value) < 100 else 0


def _assumed(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in found.assumptions]
    return builder.notes("lifetime_assumptions", notes, TEXTS["assumed_what_this_takes"])
