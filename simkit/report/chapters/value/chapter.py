"""Chapter: which customers are valuable, and who gets the effort."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.formats import MILLION
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.value import figures as draw
from simkit.report.chapters.value.tables import dimension_blocks, factor_blocks, largest_blocks, source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn, Writer, interval_text
from simkit.value.controlling.dimensions import SalesEfficiency, sales_efficiency
from simkit.value.customers.actions import ACTIONS, AS_BEFORE
from simkit.value.customers.concentration import PUBLISHED, PUBLISHED_SOURCE
from simkit.value.customers.customer_value import ALIKE, CustomerValue
from simkit.value.customers.effort_value import SHARE_OF_VALUE

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
SHOWN_CUSTOMERS = 15
SEEN_IN_MILLIONS = 5e4
"""The smallest amount that is not 0 in millions with one decimal."""
STEP = 5
"""Customers in one step of the whale curve where single margins are withheld."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.value
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: CustomerValue, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found, sales_efficiency(analysis.client, found))
    yield _concentration(builder, found, analysis)
    yield from _whale(builder, found)
    if found.alike:
        yield builder.text("alike", ALIKE)
    else:
        yield from _effort(builder, found, analysis.client.config.privacy.minimum_group)
        yield from largest_blocks(builder, found)
    yield from factor_blocks(builder, found)
    yield from dimension_blocks(builder, analysis)
    yield _actions(builder, found)


def knows_hours(found: CustomerValue) -> bool:
    """Whether what customers earn is shown after the cost of the staff's hours."""
    return found.hourly_cost_amount is not None


def top_share(found: CustomerValue, top: float) -> float:
    """Return the share of revenue that the largest customers bring, in 0..1."""
    table = found.concentration.top
    return float(table.loc[np.isclose(table["top_share"], top), "revenue_share"].iloc[0])


def top_customers(found: CustomerValue, top: float) -> int:
    """Return how many customers the largest share of them is."""
    return round(found.concentration.customers * top)


def _key_figures(builder: ChapterBuilder, found: CustomerValue, efficiency: SalesEfficiency | None) -> Block:
    formats = builder.style.formats
    buying, revenue = found.concentration.customers, float(found.customers["revenue_amount"].sum())
    figures = [
        KeyFigure(
            label=TEXTS["customers_with_revenue"],
            value=formats.number(buying),
            detail=TEXTS["of_on_the_books"].fill(n=formats.number(len(found.customers))),
            number=buying,
        ),
        KeyFigure(label=TEXTS["revenue_in_the_period"], value=formats.amount(revenue), number=revenue, unit="money"),
    ]
    if top_customers(found, 0.2) >= FEWEST_TOLD:
        top, label = top_share(found, 0.2), TEXTS["key_figures_label"]
        figures.append(KeyFigure(label=label, value=formats.share(top), number=top, unit="share"))
    if found.whale is not None:
        figures.append(
            KeyFigure(
                label=TEXTS["customers_at_a_loss"],
                value=formats.number(found.whale.below_zero),
                detail=TEXTS["together"].fill(x=formats.amount(-found.whale.loss_amount)),
                number=found.whale.below_zero,
            )
        )
    if efficiency is not None:
        figures.append(_efficiency(builder, efficiency))
    return builder.key_figures("value_key_figures", figures)


def _efficiency(builder: ChapterBuilder, found: SalesEfficiency) -> KeyFigure:
    write, symbol = builder.style.formats.number, builder.style.formats.currency_symbol
    net = TEXTS["efficiency_net"]
    gross = TEXTS["without_marketing_and_tools"]
    return KeyFigure(
        label=builder.translate(TEXTS["efficiency_label"], symbol=symbol),
        value=write(found.gross, 1),
        detail=gross if found.net is None else net.fill(x=write(found.net, 1)),
        number=found.gross,
    )


def _concentration(builder: ChapterBuilder, found: CustomerValue, analysis: ClientAnalysis) -> Block:
    share = builder.style.formats.share
    title = builder.title_of(
        TEXTS.group("concentration_title"), top_customers(found, 0.2), share=share(top_share(found, 0.2), 0)
    )
    frame = found.concentration.lorenz.rename(columns={"rank_share": "top_share"})
    note: Text | str = ""
    if analysis.client.config.industry == "machine_builder":
        values = {f"x{round(top * 100)}": share(value, 0) for top, value in PUBLISHED.items()}
        note = TEXTS["concentration_note"].fill(source=PUBLISHED_SOURCE, **values)
    caption = Caption(
        unit=TEXTS["concentration_unit"],
        source=source_of(builder, found),
        note=note,
        short=TEXTS.group("short")["concentration"],
    )
    return builder.figure("concentration", title, draw.concentration(builder.style, frame), title, caption)


def _whale(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    whale = found.whale
    if whale is None or whale.curve["cumulative_margin_share"].isna().any():
        return
    title = builder.title_of(
        TEXTS.group("whale_title"),
        len(whale.curve) - 1,
        count=whale.below_zero,
        peak=builder.style.formats.share(whale.peak_margin_share, 0),
        loss=builder.style.formats.amount(whale.loss_amount),
    )
    unknown = TEXTS.group("before_hours")["cost" if "hours_h" in found.customers else "hours"]
    caption = Caption(
        unit=TEXTS["after_hours"] if knows_hours(found) else unknown,
        source=source_of(builder, found),
        note=_missing_cost(builder, found, whale.below_zero),
        short=TEXTS.group("short")["whale_curve"],
    )
    curve = _in_steps(whale.curve) if found.customers["hours_withheld"].any() else whale.curve
    yield builder.figure("whale_curve", title, draw.whale_curve(builder.style, curve), title, caption)


def _missing_cost(builder: ChapterBuilder, found: CustomerValue, at_a_loss: int) -> Text | str:
    """Return what the number of customers at a loss hangs on where some orders state no cost."""
    at_no_cost = found.losing_without_missing_cost
    if at_no_cost is None or at_no_cost == at_a_loss:
        return ""
    return builder.translate(TEXTS["missing_cost_orders_without_cost"], n=builder.style.formats.number(at_no_cost))


def _in_steps(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the curve in steps of several customers around its peak, so that no step is the margin of one."""
    last, peak = len(curve) - 1, int(curve["cumulative_margin_share"].to_numpy().argmax())
    regular = [place for place in range(peak % STEP, last, STEP) if STEP <= place <= last - STEP]
    return curve.iloc[sorted({0, *regular, peak, last})]


def _effort(builder: ChapterBuilder, found: CustomerValue, minimum: int) -> Iterator[Block]:
    table = found.effort
    if table["hours_share"].isna().all():
        return
    titles = [_segment_title(builder, row) for _, row in table.iterrows()]
    frame = table.assign(label=titles)
    several = table[table["customers"] >= FEWEST_TOLD]
    if several.empty:
        title = builder.translate(TEXTS["effort_table_title"])
    else:
        last = several.iloc[-1]
        hours, value = builder.style.formats.shares_apart(last["hours_share"], last["value_share"])
        title = builder.translate(TEXTS["effort_title"], segment=last["segment"], hours=hours, value=value)
    caption = Caption(
        unit=builder.translate(
            TEXTS["effort_unit"], worth=builder.style.translate(TEXTS.group("worth")[found.worth_column])
        ),
        source=source_of(builder, found),
        note=f"{builder.translate(SHARE_OF_VALUE)} {builder.translate(TEXTS['effort_note'])}",
        short=TEXTS.group("short")["effort_against_value"],
    )
    yield builder.figure("effort_against_value", title, draw.effort_against_value(builder.style, frame), title, caption)
    yield _effort_table(builder, table)
    yield from _map(builder, found, minimum)


def _segment_title(builder: ChapterBuilder, row: pd.Series) -> str:
    customers = TEXTS["customers_customers"].to(builder.style.formats.language)
    return f"{row['segment']} ({builder.style.formats.number(row['customers'])} {customers})"


def _effort_table(builder: ChapterBuilder, table: pd.DataFrame) -> Block:
    words = TEXTS.group("effort_table_words")
    formats = builder.style.formats
    frame = table.assign(
        words=[builder.style.translate(words.get(verdict, "")) for verdict in table["verdict"]],
        interval=[
            interval_text(formats, low, high, digits=2) for low, high in zip(table["low"], table["high"], strict=True)
        ],
    )
    columns = (
        TableColumn(name="segment", label=TEXTS["segment"]),
        TableColumn(name="customers", label=TEXTS["customers_label"], write="number"),
        TableColumn(name="revenue_share", label=TEXTS["revenue"], write="share", digits=0),
        TableColumn(name="value_share", label=TEXTS["value_label"], write="share", digits=0),
        TableColumn(name="hours_share", label=TEXTS["hours_label"], write="share", digits=0),
        TableColumn(name="hours_per_customer_h", label=TEXTS["hours_a_customer"], write="number", digits=1),
        TableColumn(name="index", label=TEXTS["index"], write="number", digits=2),
        TableColumn(name="interval", label=TEXTS["effort_table_label"], write="figure"),
        TableColumn(name="words", label=TEXTS["verdict"]),
    )
    title = TEXTS["effort_table_title"]
    note = TEXTS["effort_table_note"]
    return builder.table("effort_by_segment", title, frame, columns, Caption(note=note))


def _map(builder: ChapterBuilder, found: CustomerValue, minimum: int) -> Iterator[Block]:
    served = found.classed[found.classed["hours_h"] > 0]
    if served.empty:
        return
    many = served["service_index"] > 1.5
    hidden = int(found.customers["hours_withheld"].sum())
    title = builder.title_of(TEXTS.group("map_title"), len(served), count=int(many.sum()))
    caption = Caption(
        unit=TEXTS["map_unit"],
        source=source_of(builder, found),
        note=builder.translate(TEXTS["map_parameters_out"], n=builder.style.formats.number(hidden), minimum=minimum)
        if hidden
        else "",
        short=TEXTS.group("short")["value_map"],
    )
    shown = served.assign(score=served["score"].round(2))
    yield builder.figure("value_map", title, draw.value_map(builder.style, shown), title, caption)


def _actions(builder: ChapterBuilder, found: CustomerValue) -> Block:
    by_action = found.customers.groupby("action", observed=True)["revenue_amount"]
    counts, sums = by_action.size().to_dict(), by_action.sum(min_count=1).to_dict()
    present = [name for name in ACTIONS if name in counts]
    frame = pd.DataFrame(
        {
            "label": [ACTIONS[name].label for name in present],
            "rule": [ACTIONS[name].rule for name in present],
            "customers": [counts[name] for name in present],
            "revenue": [sums[name] for name in present],
        }
    )
    amounts = frame["revenue"].abs()
    in_millions = amounts.max() >= MILLION and not (amounts.between(0, SEEN_IN_MILLIONS, inclusive="neither")).any()
    write: Writer = "millions" if in_millions else "money"
    columns = (
        TableColumn(name="label", label=TEXTS["proposal"]),
        TableColumn(name="rule", label=TEXTS["when"]),
        TableColumn(name="customers", label=TEXTS["customers_label"], write="number"),
        TableColumn(name="revenue", label=TEXTS["revenue"], write=write, digits=1 if write == "millions" else 0),
    )
    changed = {str(name): count for name, count in counts.items() if name not in AS_BEFORE}
    most = max(changed, key=lambda name: changed[name], default="")
    title = builder.title_of(
        TEXTS.group("actions_title"), int(frame["customers"].sum()), count=sum(changed.values()),
        n=builder.style.formats.number(sum(changed.values())), first=ACTIONS[most].label if most else "",
    )  # fmt: skip
    caption = Caption(
        source=source_of(builder, found), note=TEXTS["actions_note"], short=TEXTS.group("actions_title")["few"]
    )
    return builder.table("actions", title, frame, columns, caption)
