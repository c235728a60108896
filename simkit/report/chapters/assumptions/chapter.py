"""Chapter: what the report rests on besides the client's data."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.published_benchmarks import EVIDENCE_GRADES
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import KIND_LABELS
from simkit.intake.findings import Assumption
from simkit.intake.workshop.choices import CHANNELS, PRICE_POLICIES, YES_NO
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, Note
from simkit.report.document.table_content import TableColumn, written_value
from simkit.study.measured.client_inputs import simulated_segment
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.lifetime.lifetime_value import horizon_assumption

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
ORDER = (
    "measured",
    "partly",
    "workshop",
    "option",
    "simulated",
    "published",
    "scenario",
    "design",
    "lever",
    "assumption",
)
CLOSED_FORM = "small."
"""Start of the parameters of the closed forms, which no simulation reads; their notebook shows them."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield from _stated(builder, analysis)
    if not isinstance(analysis.study, Missing):
        yield from parameter_blocks(builder, analysis.study.frame("measured"), "measured")
        assumed = analysis.study.frame("assumed")
        simulated = assumed[~assumed["path"].astype(str).str.startswith(CLOSED_FORM)]
        yield from parameter_blocks(builder, simulated, "assumed")
        yield from conversion_block(builder, analysis.study.frame("conversion"))
        yield from agreed_blocks(builder, analysis.study.frame("agreed"))


def _stated(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    stated = [*analysis.client.assumptions]
    if not isinstance(analysis.value, Missing):
        stated += [*analysis.value.assumptions, horizon_assumption(analysis.client)]
        if not isinstance(analysis.study, Missing):
            stated.append(segments_assumption(analysis.value))
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in dict.fromkeys(stated)]
    if notes:
        title = TEXTS["stated_title"]
        yield builder.notes("stated_assumptions", notes, title)


def segments_assumption(value: CustomerValue) -> Assumption:
    """Return which segments the simulated customers have, and where they come from."""
    counts = simulated_segment(value.customers["segment"]).value_counts().sort_index()
    listed = ", ".join(f"{number} {name}" for name, number in counts.items())
    return Assumption(
        topic=TEXTS["segments_in_the_simulation"],
        value=TEXTS["customers"].fill(listed=listed),
        reason=TEXTS["segments_assumption_reason"].fill(source=value.weights_from.source),
    )


def parameter_blocks(builder: ChapterBuilder, table: pd.DataFrame, name: str) -> Iterator[Block]:
    """Yield the parameters of the simulation: measured on this client, or taken from elsewhere."""
    if table.empty:
        return
    order = {kind: place for place, kind in enumerate(ORDER)}
    table = table.sort_values("kind", key=lambda kinds: kinds.map(order).fillna(len(order)), kind="stable")
    units = [str(unit) for unit in table["unit"].fillna("")]
    ends = zip(table["low"], table["high"], units, strict=True)
    frame = table.assign(
        label=table[f"label_{builder.style.formats.language}"],
        shown=[
            written_value(builder.style, value, unit, named=True)
            for value, unit in zip(table["value"], units, strict=True)
        ],
        range=[_range(builder, low, high, unit) for low, high, unit in ends],
        origin=_origins(builder, table),
    )
    columns = (
        TableColumn(name="label", label=TEXTS["parameter"]),
        TableColumn(name="shown", label=TEXTS["value"], write="figure"),
        TableColumn(name="range", label=TEXTS["range"], write="figure"),
        TableColumn(name="origin", label=TEXTS["origin"]),
    )
    note = (
        "; ".join(
            f"[{evidence_grade}] {builder.style.translate(text)}" for evidence_grade, text in EVIDENCE_GRADES.items()
        )
        if name == "assumed"
        else ""
    )
    yield builder.table(f"{name}_parameters", TEXTS.group("titles")[name], frame, columns, Caption(note=note))


def conversion_block(builder: ChapterBuilder, table: pd.DataFrame) -> Iterator[Block]:
    """Yield from which saving of its cost a converted order brings what it brought before, beside the assumed one."""
    row, share = table.iloc[0], builder.style.formats.share
    if math.isfinite(row["break_even_share"]):
        told = TEXTS["conversion_pays"].fill(needed=share(row["break_even_share"]), assumed=share(row["assumed_share"]))
        yield builder.text("conversion", told)


def agreed_blocks(builder: ChapterBuilder, table: pd.DataFrame) -> Iterator[Block]:
    """Yield the agreed service levels as the simulation takes them, and what of them it leaves out and why."""
    if table.empty:
        return
    language = builder.style.formats.language
    note = table[f"note_{language}"].fillna("")
    origin = pd.Series(_origins(builder, table), index=table.index)
    frame = table.assign(
        label=table[f"field_{language}"],
        asked=[_chosen(builder, str(code)) for code in table["asked"]],
        before=_in_model(builder, table, "today"),
        after=_in_model(builder, table, "planned"),
        origin=origin.where(note == "", origin + "; " + note),
    )
    columns = (
        TableColumn(name="segment", label=TEXTS["segment"]),
        TableColumn(name="label", label=TEXTS["agreed"]),
        TableColumn(name="asked", label=TEXTS["what"]),
        TableColumn(name="before", label=TEXTS["model_today"], write="figure"),
        TableColumn(name="after", label=TEXTS["model_with_the_plan"], write="figure"),
        TableColumn(name="origin", label=TEXTS["origin"]),
    )
    title = TEXTS["agreed_blocks_title"]
    yield builder.table(
        "agreed_levels", title, frame, columns, Caption(note=builder.style.translate(TEXTS["agreed_note"]))
    )


def _chosen(builder: ChapterBuilder, code: str) -> str:
    """Return what was chosen in words; what was written freely, or is a number, stays as it is."""
    for choices in (CHANNELS, YES_NO, PRICE_POLICIES):
        if code in choices:
            return builder.style.translate(choices[code])
    try:
        return builder.style.formats.number(float(code), 0 if float(code).is_integer() else 1)
    except ValueError:
        return code


def _in_model(builder: ChapterBuilder, table: pd.DataFrame, column: str) -> list[str]:
    """Return values of the model in words; empty where a level is not simulated."""
    rows = zip(table["field"], table[column], table["unit"].fillna(""), strict=True)
    return [
        "" if value != value
        else builder.style.translate(CHANNELS["phone" if value else "visit"]) if field == "channel"
        else written_value(builder.style, value, unit, named=True)
        for field, value, unit in rows
    ]  # fmt: skip


def _origins(builder: ChapterBuilder, table: pd.DataFrame) -> list[str]:
    kinds = table["kind"] if "kind" in table else pd.Series("measured", index=table.index)
    evidence_grades = (
        table["evidence_grade"].fillna("") if "evidence_grade" in table else pd.Series("", index=table.index)
    )
    parts = zip(kinds, table[f"source_{builder.style.formats.language}"].fillna(""), evidence_grades, strict=True)
    return [_origin(builder, str(kind), str(source), str(evidence_grade)) for kind, source, evidence_grade in parts]


def _origin(builder: ChapterBuilder, kind: str, source: str, evidence_grade: str) -> str:
    word = builder.style.translate(KIND_LABELS.get(kind, kind))
    text = f"{word}: {source}" if source else word
    return f"{text} [{evidence_grade}]" if evidence_grade else text


def _range(builder: ChapterBuilder, low: float, high: float, unit: str) -> str:
    if low != low or high != high or low == high or unit == "flag":
        return ""
    ends = (written_value(builder.style, end, unit, named=False) for end in (low, high))
    return "\u00a0–\u00a0".join(ends)
