"""Chapter: which customers are valuable, and who gets the effort."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.value import figures as draw
from simkit.report.chapters.value.tables_dimensions import dimension_blocks
from simkit.report.chapters.value.tables_factors import factor_blocks
from simkit.report.chapters.value.value_words import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn, Writer
from simkit.value.controlling.dimensions import SalesEfficiency, sales_efficiency
from simkit.value.customers.actions import ACTIONS
from simkit.value.customers.concentration import PUBLISHED, PUBLISHED_SOURCE
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.suppression import FEW_ON_CUSTOMER

NAME = "value"
TITLE = Text(de="Welche Kunden wertvoll sind", en="Which customers are valuable")
SHOWN_CUSTOMERS = 15
STEP = 5
"""Customers in one step of the whale curve where single margins are withheld."""
MAP_PARAMETERS_OUT = Text(
    de="Nicht gezeigt sind {n} Kunden, auf die weniger als {minimum} Personen Stunden gebucht haben oder deren Stunden "
    "sich sonst durch Abziehen errechnen ließen; in den Summen je Segment sind sie enthalten.",
    en="Not shown are {n} customers on whom fewer than {minimum} people logged time or whose hours could otherwise be "
    "worked out by subtraction; the totals by segment include them.",
)
AFTER_HOURS = Text(
    de="Aufsummierter Anteil am Deckungsbeitrag nach Vertriebsstunden, ertragreichste Kunden zuerst",
    en="Cumulative share of contribution after sales hours, most profitable customers first",
)
BEFORE_HOURS = Text(
    de="Aufsummierter Anteil am Deckungsbeitrag, ertragreichste Kunden zuerst; Vertriebsstunden sind nicht bekannt",
    en="Cumulative share of contribution, most profitable customers first; sales hours are not known",
)
WORTH = {
    "contribution_amount": Text(de="Deckungsbeitrag vor Vertriebsstunden", en="contribution before sales hours"),
    "revenue_amount": Text(de="Umsatz", en="revenue"),
}


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.value
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: CustomerValue, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found, sales_efficiency(analysis.client, found))
    yield _concentration(builder, found, analysis)
    yield from _whale(builder, found)
    yield from _effort(builder, found, analysis.client.config.privacy.minimum_group)
    yield _scores(builder, found)
    yield from factor_blocks(builder, found)
    yield from dimension_blocks(builder, analysis)
    yield _actions(builder, found)
    yield _best(builder, found, analysis.client.config.privacy.minimum_group)


def knows_hours(found: CustomerValue) -> bool:
    """Whether what customers earn is told after the cost of the staff's hours."""
    return found.hourly_cost_amount is not None


def top_share(found: CustomerValue, top: float) -> float:
    """Return the share of revenue that the largest customers bring, in 0..1."""
    table = found.concentration.top
    return float(table.loc[np.isclose(table["top_share"], top), "revenue_share"].iloc[0])


def _key_figures(builder: ChapterBuilder, found: CustomerValue, efficiency: SalesEfficiency | None) -> Block:
    formats = builder.style.formats
    buying = found.concentration.customers
    figures = [
        KeyFigure(
            label=Text(de="Kunden mit Umsatz", en="Customers with revenue"),
            value=formats.number(buying),
            detail=Text(de="von {n} geführten", en="of {n} on the books").fill(n=formats.number(len(found.customers))),
        ),
        KeyFigure(
            label=Text(de="Umsatz im Datenzeitraum", en="Revenue in the period"),
            value=formats.millions(float(found.customers["revenue_amount"].sum())),
        ),
        KeyFigure(
            label=Text(de="Umsatzanteil der größten 20 %", en="Revenue share of the top 20%"),
            value=formats.share(top_share(found, 0.2)),
        ),
    ]
    if found.whale is not None:
        figures.append(
            KeyFigure(
                label=Text(de="Kunden mit Verlust", en="Customers at a loss"),
                value=formats.number(found.whale.below_zero),
                detail=Text(de="zusammen {x}", en="together {x}").fill(x=formats.millions(-found.whale.loss_amount)),
            )
        )
    if efficiency is not None:
        figures.append(_efficiency(builder, efficiency))
    return builder.key_figures("value_key_figures", figures)


def _efficiency(builder: ChapterBuilder, found: SalesEfficiency) -> KeyFigure:
    write, symbol = builder.style.formats.number, builder.style.formats.currency_symbol
    net = Text(
        de="Deckungsbeitrag {x}; ohne Marketing und Werkzeuge", en="contribution {x}; without marketing and tools"
    )
    gross = Text(de="ohne Marketing und Werkzeuge", en="without marketing and tools")
    return KeyFigure(
        label=builder.translate(
            Text(de="Umsatz je {symbol} Personalkosten im Vertrieb", en="Revenue per {symbol} of sales staff cost"),
            symbol=symbol,
        ),
        value=write(found.gross, 1),
        detail=gross if found.net is None else net.fill(x=write(found.net, 1)),
    )


def _concentration(builder: ChapterBuilder, found: CustomerValue, analysis: ClientAnalysis) -> Block:
    share = builder.style.formats.share
    title = builder.translate(
        Text(
            de="Die größten 20 % der Kunden bringen {share} des Umsatzes",
            en="The top 20% of customers bring {share} of revenue",
        ),
        share=share(top_share(found, 0.2), 0),
    )
    frame = found.concentration.lorenz.rename(columns={"rank_share": "top_share"})
    note: Text | str = ""
    if analysis.client.config.industry == "machine_builder":
        values = {f"x{round(top * 100)}": share(value, 0) for top, value in PUBLISHED.items()}
        note = Text(
            de="Zum Vergleich deutsche Maschinenbauer: {x10}, {x20} und {x50} für die größten 10, 20 und 50 % "
            "({source}).",
            en="For comparison, German machine builders: {x10}, {x20} and {x50} for the top 10, 20 and 50% ({source}).",
        ).fill(source=PUBLISHED_SOURCE, **values)
    caption = Caption(
        unit=Text(
            de="Umsatzanteil der größten Kunden, Anteil der Kunden → Anteil am Umsatz",
            en="Revenue share of the largest customers, share of customers → share of revenue",
        ),
        source=source_of(builder, found),
        note=note,
    )
    return builder.figure("concentration", title, draw.concentration(builder.style, frame), title, caption)


def _whale(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    whale = found.whale
    if whale is None or whale.curve["cumulative_margin_share"].isna().any():
        return
    title = builder.translate(
        Text(
            de="Ertragreiche Kunden bringen {peak} des Ergebnisses; {n} Kunden zehren {loss} davon auf",
            en="Profitable customers bring {peak} of the profit; {n} customers eat {loss} of it",
        ),
        peak=builder.style.formats.share(whale.peak_margin_share, 0),
        n=builder.style.formats.number(whale.below_zero),
        loss=builder.style.formats.millions(whale.loss_amount),
    )
    caption = Caption(
        unit=AFTER_HOURS if knows_hours(found) else BEFORE_HOURS,
        source=source_of(builder, found),
        note=_missing_cost(builder, found, whale.below_zero),
    )
    curve = _in_steps(whale.curve) if found.customers["hours_withheld"].any() else whale.curve
    yield builder.figure("whale_curve", title, draw.whale_curve(builder.style, curve), title, caption)


def _missing_cost(builder: ChapterBuilder, found: CustomerValue, at_a_loss: int) -> Text | str:
    """Return what the number of customers at a loss hangs on where some orders state no cost."""
    at_no_cost = found.losing_without_missing_cost
    if at_no_cost is None or at_no_cost == at_a_loss:
        return ""
    return builder.translate(
        Text(
            de="Aufträge ohne Kosten sind mit dem mittleren Kostensatz gerechnet; hätten sie nichts gekostet, wären {n} Kunden "
            "im Verlust.",
            en="Orders without a cost are taken at the mean rate of cost; had they cost nothing, {n} customers would be at a "
            "loss.",
        ),
        n=builder.style.formats.number(at_no_cost),
    )


def _in_steps(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the curve in steps of several customers around its peak, so that no step is the margin of one."""
    last, peak = len(curve) - 1, int(curve["cumulative_margin_share"].to_numpy().argmax())
    regular = [place for place in range(peak % STEP, last, STEP) if STEP <= place <= last - STEP]
    return curve.iloc[sorted({0, *regular, peak, last})]


def _effort(builder: ChapterBuilder, found: CustomerValue, minimum: int) -> Iterator[Block]:
    table = found.effort
    if table["hours_share"].isna().all():
        return
    share = builder.style.formats.share
    titles = [_segment_title(builder, row) for _, row in table.iterrows()]
    frame = table.assign(label=titles)
    last = table.iloc[-1]
    title = builder.translate(
        Text(
            de="{segment}-Kunden erhalten {hours} der Stunden und bringen {value} des Werts",
            en="{segment} customers get {hours} of the hours and bring {value} of the value",
        ),
        segment=last["segment"],
        hours=share(last["hours_share"], 0),
        value=share(last["value_share"], 0),
    )
    caption = Caption(
        unit=builder.translate(
            Text(de="Anteil am Wert ({worth}) und an den Stunden", en="Share of value ({worth}) and of hours"),
            worth=builder.style.translate(WORTH[found.worth_column]),
        ),
        source=source_of(builder, found),
        note=Text(
            de="Der Vergleich zeigt, wie die Stunden verteilt sind, nicht, was mehr Stunden brächten.",
            en="The comparison shows how hours are spread, not what more hours would bring.",
        ),
    )
    yield builder.figure("effort_against_value", title, draw.effort_against_value(builder.style, frame), title, caption)
    yield _effort_table(builder, table)
    yield from _map(builder, found, minimum)


def _segment_title(builder: ChapterBuilder, row: pd.Series) -> str:
    customers = Text(de="Kunden", en="customers").to(builder.style.formats.language)
    return f"{row['segment']} ({builder.style.formats.number(row['customers'])} {customers})"


def _effort_table(builder: ChapterBuilder, table: pd.DataFrame) -> Block:
    words = {
        "over": Text(de="mehr Stunden, als der Wert trägt", en="more hours than its value carries"),
        "under": Text(de="weniger Stunden als Wert", en="fewer hours than value"),
        "in_line": Text(de="im Einklang", en="in line"),
    }
    interval = builder.style.formats.interval
    frame = table.assign(
        words=[builder.style.translate(words.get(verdict, "")) for verdict in table["verdict"]],
        interval=[interval(low, high, digits=2) for low, high in zip(table["low"], table["high"], strict=True)],
    )
    columns = (
        TableColumn(name="segment", label=Text(de="Segment", en="Segment")),
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(name="revenue_share", label=Text(de="Umsatz", en="Revenue"), write="share", digits=0),
        TableColumn(name="value_share", label=Text(de="Wert", en="Value"), write="share", digits=0),
        TableColumn(name="hours_share", label=Text(de="Stunden", en="Hours"), write="share", digits=0),
        TableColumn(
            name="hours_per_customer_h",
            label=Text(de="Stunden je Kunde", en="Hours a customer"),
            write="number",
            digits=1,
        ),
        TableColumn(name="index", label=Text(de="Index", en="Index"), write="number", digits=2),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="words", label=Text(de="Urteil", en="Verdict")),
    )
    title = Text(de="Aufwand und Wert je Segment", en="Effort and value by segment")
    note = Text(
        de="Index = Anteil an den Stunden geteilt durch Anteil am Wert; ein Segment gilt nur dann als über- oder "
        "unterversorgt, wenn sein Intervall die 1 nicht enthält.",
        en="Index = share of hours divided by share of value; a segment counts as over- or under-served only if its "
        "interval leaves 1 out.",
    )
    return builder.table("effort_by_segment", title, frame, columns, Caption(note=note))


def _map(builder: ChapterBuilder, found: CustomerValue, minimum: int) -> Iterator[Block]:
    served = found.customers[found.customers["hours_h"] > 0]
    if served.empty:
        return
    many = served["service_index"] > 1.5
    hidden = int(found.customers["hours_withheld"].sum())
    title = builder.translate(
        Text(
            de="{n} von {all} gezeigten Kunden binden deutlich mehr Stunden, als ihr Wert trägt",
            en="{n} of {all} customers shown bind far more hours than their value carries",
        ),
        n=builder.style.formats.number(int(many.sum())),
        all=builder.style.formats.number(len(served)),
    )
    caption = Caption(
        unit=Text(
            de="Ein Punkt je Kunde: Stunden (logarithmisch) und Kundenwert",
            en="One dot per customer: hours (log scale) and value",
        ),
        source=source_of(builder, found),
        note=builder.translate(MAP_PARAMETERS_OUT, n=builder.style.formats.number(hidden), minimum=minimum)
        if hidden
        else "",
    )
    shown = served.assign(score=served["score"].round(2))
    yield builder.figure("value_map", title, draw.value_map(builder.style, shown), title, caption)


def _scores(builder: ChapterBuilder, found: CustomerValue) -> Block:
    moved = int((found.rank_change["change"].abs() >= len(found.customers) * 0.2).sum())
    title = builder.translate(
        Text(
            de="Wert ist mehr als Umsatz: {n} Kunden stehen im Wert um ein Fünftel der Rangliste anders da",
            en="Value is more than revenue: {n} customers move by a fifth of the ranking or more",
        ),
        n=builder.style.formats.number(moved),
    )
    caption = Caption(
        unit=Text(de="Anzahl Kunden je Kundenwert", en="Number of customers by value"),
        source=source_of(builder, found),
        note=builder.translate(
            Text(
                de="Rangkorrelation von Kundenwert und Umsatz (Kendalls Tau): {tau}.",
                en="Rank correlation of value and revenue (Kendall's tau): {tau}.",
            ),
            tau=builder.style.formats.number(found.rank_tau, 2),
        ),
    )
    return builder.figure(
        "score_distribution", title, draw.score_distribution(builder.style, found.customers), title, caption
    )


def _actions(builder: ChapterBuilder, found: CustomerValue) -> Block:
    by_action = found.customers.groupby("action", observed=True)["revenue_amount"]
    counts, sums = by_action.size().to_dict(), by_action.sum().to_dict()
    present = [name for name in ACTIONS if name in counts]
    frame = pd.DataFrame(
        {
            "label": [ACTIONS[name].label for name in present],
            "rule": [ACTIONS[name].rule for name in present],
            "customers": [counts[name] for name in present],
            "revenue": [sums[name] for name in present],
        }
    )
    write: Writer = "millions" if frame["revenue"].max() >= 1e6 else "money"
    columns = (
        TableColumn(name="label", label=Text(de="Vorschlag", en="Proposal")),
        TableColumn(name="rule", label=Text(de="Wann", en="When")),
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(
            name="revenue", label=Text(de="Umsatz", en="Revenue"), write=write, digits=1 if write == "millions" else 0
        ),
    )
    title = Text(de="Was mit welchen Kunden geschehen soll", en="What to do with which customers")
    note = Text(
        de="Je Kunde steht der Vorschlag in der Kundenliste (Excel) neben diesem Bericht.",
        en="The proposal for each customer is in the customer list (Excel) beside this report.",
    )
    return builder.table("actions", title, frame, columns, Caption(source=source_of(builder, found), note=note))


def _best(builder: ChapterBuilder, found: CustomerValue, minimum: int) -> Block:
    best = found.customers.head(SHOWN_CUSTOMERS)
    names = best["name"] if "name" in best else best["customer_id"]
    frame = best.assign(
        shown=names.fillna(best["customer_id"]),
        points=(best["score"] * 100).round(),
        proposal=[builder.style.translate(ACTIONS[name].label) for name in best["action"]],
    )
    columns = [
        TableColumn(name="shown", label=Text(de="Kunde", en="Customer")),
        TableColumn(name="segment", label=Text(de="Segment", en="Segment")),
        TableColumn(
            name="points", label=Text(de="Kundenwert", en="Value"), write="number", unit=Text(de="0–100", en="0–100")
        ),
        TableColumn(name="revenue_amount", label=Text(de="Umsatz", en="Revenue"), write="money"),
    ]
    note: Text | str = ""
    if "hours_h" in frame and found.customers["hours_h"].notna().any():
        frame["hours_h"] = frame["hours_h"].astype(object).where(frame["hours_h"].notna(), None)
        note = FEW_ON_CUSTOMER.fill(minimum=minimum) if best["hours_withheld"].any() else ""
        columns.append(TableColumn(name="hours_h", label=Text(de="Stunden", en="Hours"), write="number"))
    columns.append(TableColumn(name="proposal", label=Text(de="Vorschlag", en="Proposal")))
    title = builder.translate(
        Text(de="Die {n} wertvollsten Kunden", en="The {n} most valuable customers"), n=len(frame)
    )
    return builder.table("best_customers", title, frame, columns, Caption(source=source_of(builder, found), note=note))
