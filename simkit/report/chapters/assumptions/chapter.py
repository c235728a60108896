"""Chapter: what the report rests on besides the client's data."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.published_benchmarks import EVIDENCE_GRADES
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import KIND_LABELS
from simkit.foundation.text import Text
from simkit.intake.findings import Assumption
from simkit.intake.workshop.choices import CHANNELS, PRICE_POLICIES, YES_NO
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, Note
from simkit.report.document.parameter_values import written_value
from simkit.report.document.table_content import TableColumn
from simkit.study.measured.client_inputs import simulated_segment
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.lifetime.lifetime_value import horizon_assumption

NAME = "assumptions"
TITLE = Text(de="Annahmen", en="Assumptions")
TITLES = {
    "measured": Text(de="An diesem Kunden gemessen", en="Measured on this client"),
    "assumed": Text(
        de="Aus Veröffentlichungen und Annahmen der Simulation",
        en="From publications and assumptions of the simulation",
    ),
}
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


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield from _stated(builder, analysis)
    if not isinstance(analysis.study, Missing):
        yield from parameter_blocks(builder, analysis.study.frame("measured"), "measured")
        yield from parameter_blocks(builder, analysis.study.frame("assumed"), "assumed")
        yield from agreed_blocks(builder, analysis.study.frame("agreed"))


def _stated(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    stated = [*analysis.client.assumptions]
    if not isinstance(analysis.value, Missing):
        stated += [*analysis.value.assumptions, horizon_assumption(analysis.client)]
        if not isinstance(analysis.study, Missing):
            stated.append(segments_assumption(analysis.value))
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in dict.fromkeys(stated)]
    if notes:
        title = Text(de="Was die Daten nicht sagen", en="What the data do not tell")
        yield builder.notes("stated_assumptions", notes, title)


def segments_assumption(value: CustomerValue) -> Assumption:
    """Return which segments the simulated customers have, and where they come from."""
    counts = simulated_segment(value.customers["segment"]).value_counts().sort_index()
    listed = ", ".join(f"{number} {name}" for name, number in counts.items())
    return Assumption(
        topic=Text(de="Segmente in der Simulation", en="Segments in the simulation"),
        value=Text(de="Kunden: {listed}", en="customers: {listed}").fill(listed=listed),
        reason=Text(
            de="nach dem Kundenwert dieses Berichts, {source}; eine vierte Klasse zählt zur dritten",
            en="by the customer value of this report, {source}; a fourth class counts with the third",
        ).fill(source=value.weights_from.source),
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
        TableColumn(name="label", label=Text(de="Größe", en="Parameter")),
        TableColumn(name="shown", label=Text(de="Wert", en="Value"), write="figure"),
        TableColumn(name="range", label=Text(de="Bereich", en="Range"), write="figure"),
        TableColumn(name="origin", label=Text(de="Herkunft", en="Origin")),
    )
    note = (
        "; ".join(
            f"[{evidence_grade}] {builder.style.translate(text)}" for evidence_grade, text in EVIDENCE_GRADES.items()
        )
        if name == "assumed"
        else ""
    )
    yield builder.table(f"{name}_parameters", TITLES[name], frame, columns, Caption(note=note))


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
        TableColumn(name="segment", label=Text(de="Segment", en="Segment")),
        TableColumn(name="label", label=Text(de="Vereinbart", en="Agreed")),
        TableColumn(name="asked", label=Text(de="Was", en="What")),
        TableColumn(name="before", label=Text(de="Modell heute", en="Model today"), write="figure"),
        TableColumn(name="after", label=Text(de="Modell mit Plan", en="Model with the plan"), write="figure"),
        TableColumn(name="origin", label=Text(de="Herkunft", en="Origin")),
    )
    title = Text(de="Vereinbarte Servicelevel in der Simulation", en="Agreed service levels in the simulation")
    yield builder.table("agreed_levels", title, frame, columns, Caption(note=builder.style.translate(AGREED_NOTE)))


AGREED_NOTE = Text(
    de="Heute geplante Kontakte: gemessene, geteilt durch den angenommenen Betreuungsgrad. Anfragen, die länger "
    "warten als die Antwortfrist, verfallen. Was der Plan bewirkt, steht unter „Was "
    "bringt das Geld?“",
    en="Contacts planned today: those measured, divided by the assumed care level. Requests that wait longer "
    "than the time to answer lapse. What the plan does stands under 'What does "
    "the money bring?'",
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
