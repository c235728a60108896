"""Tables of the lifetime value: which method was used and how well it met the time kept from it, and its parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MISSING
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn, number_text
from simkit.value.lifetime.holdout import SMALLEST_TOLD, ForecastFit, HoldOut
from simkit.value.lifetime.kinds import KINDS
from simkit.value.lifetime.lifetime_value import LifetimeValue

TEXTS = Catalogue.beside(__file__)


def methods_block(builder: ChapterBuilder, found: LifetimeValue) -> Block:
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
            kind = capital(builder.style.translate(KINDS[name].label))
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


def _test_words(builder: ChapterBuilder, test: HoldOut, counted: Text) -> dict[str, Any]:
    formats = builder.style.formats
    return {
        "span": f"{formats.date(test.first.date())} – {formats.date(test.last.date())}",
        "purchases": _fit_words(
            builder, test.purchases, formats.number(test.purchases.mean_absolute_error, 1), counted
        ),
        "amounts": _fit_words(builder, test.amounts, formats.money(test.amounts.mean_absolute_error), ""),
    }


def _fit_words(builder: ChapterBuilder, fit: ForecastFit, error: str, counted: Text | str) -> Any:
    formats = builder.style.formats
    unit = f" {builder.style.translate(counted)}" if counted else ""
    if fit.ratio is None:
        text = TEXTS["predicted_nothing_came"]
        return builder.translate(text, predicted=formats.number(fit.predicted, 1), unit=unit)
    text = TEXTS["error"]
    interval = formats.interval(fit.ratio.low, fit.ratio.high, digits=2)
    ratio = fit.ratio
    told = builder.translate(text, ratio=formats.number(ratio.value, 2), interval=interval, error=error, unit=unit)
    return number_text(told, ratio.value, ratio.low, ratio.high)


def parameter_blocks(builder: ChapterBuilder, found: LifetimeValue) -> Iterator[Block]:
    """Yield the parameters of the model of repeat buyers, where there is one."""
    if found.repeat is None or found.repeat.intervals.empty:
        return
    formats = builder.style.formats
    table = found.repeat.intervals
    frame = pd.DataFrame(
        {
            "label": [TEXTS.group("parameters")[name] for name in table["parameter"]],
            "value": [number_text(formats.number(value, _digits(value)), value) for value in table["value"]],
            "interval": [
                number_text(
                    written_interval(builder, *(formats.number(end, _digits(end)) for end in ends)), None, *ends
                )
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
    note = f"{capital(told)}." if told else ""
    spend = found.repeat.spend
    if spend is not None and spend.correlation == spend.correlation:
        independent = builder.translate(TEXTS["parameters_independent"], x=formats.number(spend.correlation, 2))
        note = f"{note} {independent}".strip()
    source = TEXTS["parameters_source"]
    title = TEXTS["parameters_title"]
    yield builder.table("lifetime_parameters", title, frame, columns, Caption(source=source, note=note))


def written_interval(builder: ChapterBuilder, low: str, high: str) -> str:
    """Write an interval, or a dash for one without ends."""
    return low if low == high == MISSING else builder.translate(TEXTS["interval_to"], low=low, high=high)


def _digits(value: float) -> int:
    """Return as many decimals as a parameter of this size deserves."""
    return 3 if not abs(value) >= 10 else 2 if abs(value) < 100 else 0


def capital(text: str) -> str:
    """Return a text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


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
