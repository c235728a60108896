"""Which of the client's groupings tell customers apart by what they bring."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.text import Text
from simkit.report.chapters.value import figures_factors as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.table_content import TableColumn
from simkit.value.controlling.dimensions import DIMENSIONS, OTHERS, UNKNOWN, MarginSplit

OUTCOMES = {
    "contribution_amount": Text(de="Höhe des Deckungsbeitrags", en="Amount of contribution"),
    "contribution_share": Text(de="Deckungsbeitrag je Umsatz", en="Contribution per revenue"),
    "revenue_amount": Text(de="Höhe des Umsatzes", en="Amount of revenue"),
}
REST = Text(de="Der einzelne Kunde (Rest)", en="The single customer (rest)")
GROUPS = {OTHERS: Text(de="übrige", en="others"), UNKNOWN: Text(de="nicht bekannt", en="not known")}
ORDER_CLASSES = {
    "standard": Text(de="Serie", en="standard"),
    "configured": Text(de="konfiguriert", en="configured"),
    "bespoke": Text(de="Sonderauftrag", en="bespoke"),
}
SOURCE = Text(
    de="Kundenstamm, Aufträge, Angebote; {n} Kunden mit Umsatz",
    en="customers, orders, offers; {n} customers with revenue",
)
NOTE = Text(
    de="Anteil an der Varianz der Normalränge, Shapley-Wert des korrigierten R²; Intervall aus 200 zufälligen Hälften der "
    "Kunden. Vor Betreuungskosten. Ein Anteil sagt, wie gut eine Einteilung Kunden unterscheidet, nicht, was Ursache ist.",
    en="Share of the variance of normal scores, Shapley value of the adjusted R²; interval from 200 random halves of the "
    "customers. Before cost to serve. A share says how well a grouping tells customers apart, not what the cause is.",
)


def dimension_blocks(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield which groupings explain the margin, and the groups of the one that does so most surely."""
    found = analysis.margin_split
    if not isinstance(found, MarginSplit):
        return
    source = builder.translate(SOURCE, n=builder.style.formats.number(found.customers))
    told = surest(found)
    title = dimension_message(builder, found)
    frame = found.shares.assign(
        label=[
            _level(builder, str(name), groups)
            for name, groups in zip(found.shares["level"], found.shares["groups"].tolist(), strict=True)
        ],
        series=[builder.translate(OUTCOMES[name]) for name in found.shares["outcome"]],
    )
    caption = Caption(
        unit=Text(de="Anteil an der Varianz, mit 95-%-Intervall", en="Share of the variance, with 95% interval"),
        source=source,
        note=NOTE,
    )
    yield builder.figure("margin_dimensions", title, draw.dimension_shares(builder.style, frame), title, caption)
    if told is not None:
        yield _groups(builder, found.groups[found.groups["dimension"] == told["level"]], str(told["level"]), source)


def surest(found: MarginSplit) -> pd.Series | None:
    """Return the dimension whose interval leaves 0 out, the largest share first; None where there is none."""
    sure = found.shares[(found.shares["level"] != "rest") & (found.shares["low"] > 0)]
    return None if sure.empty else sure.sort_values("share", kind="stable").iloc[-1]


def dimension_message(builder: ChapterBuilder, found: MarginSplit) -> str:
    """Return what explains most, or that nothing does."""
    told = surest(found)
    formats = builder.style.formats
    if told is None:
        rest = found.shares[found.shares["level"] == "rest"].iloc[0]
        return builder.translate(
            Text(
                de="Keine Einteilung erklärt, was Kunden bringen: {share} der Unterschiede liegen am einzelnen Kunden",
                en="No grouping explains what customers bring: {share} of the differences lie with the single customer",
            ),
            share=formats.share(rest["share"], 0),
        )
    return builder.translate(
        Text(
            de="„{level}“ erklärt {share} der Unterschiede ({outcome}); keine andere Einteilung erklärt sicher mehr",
            en="'{level}' explains {share} of the differences ({outcome}); no other grouping surely explains more",
        ),
        level=DIMENSIONS[str(told["level"])],
        share=formats.share(told["share"], 0),
        outcome=OUTCOMES[str(told["outcome"])],
    )


def _level(builder: ChapterBuilder, level: str, groups: float) -> str:
    if level == "rest":
        return builder.translate(REST)
    text = Text(de="{label} ({n} Gruppen)", en="{label} ({n} groups)")
    return builder.translate(text, label=DIMENSIONS[level], n=builder.style.formats.number(groups))


def _groups(builder: ChapterBuilder, table: pd.DataFrame, dimension: str, source: str) -> Block:
    frame = table.assign(label=[_group(builder, name) for name in table["group"]])
    columns = [
        TableColumn(name="label", label=DIMENSIONS[dimension]),
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(
            name="revenue_share", label=Text(de="Umsatzanteil", en="Share of revenue"), write="share", digits=0
        ),
    ]
    if frame["contribution_share"].notna().any():
        columns += [
            TableColumn(
                name="outcome_share",
                label=Text(de="Anteil am Deckungsbeitrag", en="Share of contribution"),
                write="share",
                digits=0,
            ),
            TableColumn(
                name="contribution_share",
                label=Text(de="Deckungsbeitrag je Umsatz", en="Contribution per revenue"),
                write="share",
                digits=1,
            ),
        ]
    title = builder.translate(
        Text(de="Was die Gruppen bringen: {label}", en="What the groups bring: {label}"), label=DIMENSIONS[dimension]
    )
    note = Text(
        de="Gruppen unter 5 Kunden sind zusammengelegt. Vor Betreuungskosten.",
        en="Groups under 5 customers are pooled. Before cost to serve.",
    )
    return builder.table("dimension_groups", title, frame, columns, Caption(source=source, note=note))


def _group(builder: ChapterBuilder, name: object) -> str:
    words = GROUPS.get(str(name)) or ORDER_CLASSES.get(str(name))
    return str(name) if words is None else builder.translate(words)
