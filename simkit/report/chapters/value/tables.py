"""Tables of value: what weighs how much, by which function, and which grouping of the customers explains the margin."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.chapters.value import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, Note
from simkit.report.document.table_content import TableColumn
from simkit.value.controlling.dimensions import DIMENSIONS, OTHERS, MarginSplit
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.customers.largest_customers import LARGEST, largest_outside_top
from simkit.value.score.factors import FACTORS
from simkit.value.score.value_functions import MISSING_WORDS

TEXTS = Catalogue.beside(__file__)


def source_of(builder: ChapterBuilder, found: CustomerValue) -> str:
    """Return the source line of everything that rests on the customer value."""
    text = TEXTS["orders"] if found.source == "orders" else TEXTS["opportunities"]
    return builder.translate(text, n=builder.style.formats.number(len(found.customers)))


MEASURED = {"payment": "payment_delay_days", "share_of_wallet": "wallet_share"}
"""Column that tells a factor which ratings tell where it is missing altogether."""
FROM_CLIENT = "client.yaml (score.functions)"


def factor_blocks(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    """Yield what the score is made of, the value functions set by hand, and what could not be used."""
    yield _factors(builder, found)
    yield _functions(builder, found)
    yield from _curves(builder, found)
    yield from _missing(builder, found)


def chosen_by_hand(found: CustomerValue) -> list[str]:
    """Return the factors whose value function is not the default, the heaviest first."""
    return [name for name in _by_weight(found) if found.functions[name] != FACTORS[name].function]


def _by_weight(found: CustomerValue) -> list[str]:
    return sorted(found.factors_used, key=lambda name: -found.weights[name])


def _origin(found: CustomerValue, name: str) -> str:
    """Return where a factor comes from: of the three that data or ratings can tell, whichever has told it."""

    def known(column: str) -> bool:
        return column in found.customers and bool(found.customers[column].notna().any())

    if name == "loyalty":
        return "soft" if known("rating_loyalty") else "economic"
    if name in MEASURED:
        return "economic" if known(MEASURED[name]) else "soft"
    return FACTORS[name].source


def _factors(builder: ChapterBuilder, found: CustomerValue) -> Block:
    names = _by_weight(found)
    frame = pd.DataFrame(
        {
            "label": [found.factor_label(name) for name in names],
            "unit": [FACTORS[name].unit for name in names],
            "kind": [TEXTS.group("kinds")[_origin(found, name)] for name in names],
            "known": [found.factors_known[name] / len(found.customers) for name in names],
            "weight": [found.weights[name] for name in names],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["factor"]),
        TableColumn(name="unit", label=TEXTS["measured_in"]),
        TableColumn(name="kind", label=TEXTS["origin"]),
        TableColumn(name="known", label=TEXTS["known_for"], write="share", digits=0),
        TableColumn(name="weight", label=TEXTS["weight"], write="share", digits=0),
    )
    title = TEXTS["factors_title"]
    return builder.table("value_factors", title, frame, columns, Caption(source=found.weights_from.source))


def _functions(builder: ChapterBuilder, found: CustomerValue) -> Block:
    names, own = _by_weight(found), chosen_by_hand(found)
    default = TEXTS["default"]
    frame = pd.DataFrame(
        {
            "label": [found.factor_label(name) for name in names],
            "function": [found.functions[name].words(builder.style.formats) for name in names],
            "missing": [MISSING_WORDS[found.functions[name].missing] for name in names],
            "origin": ["client.yaml" if name in own else default for name in names],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["factor"]),
        TableColumn(name="function", label=TEXTS["value_function"]),
        TableColumn(name="missing", label=TEXTS["where_it_is_missing"]),
        TableColumn(name="origin", label=TEXTS["set_by"]),
    )
    title = TEXTS["functions_title"]
    note = builder.translate(TEXTS["functions_note"])
    if found.raised:
        raised = builder.translate(TEXTS["functions_raised"], n=builder.style.formats.number(found.raised))
        note = f"{note} {raised}"
    return builder.table("value_functions", title, frame, columns, Caption(source=source_of(builder, found), note=note))


def _curves(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    shown = [
        name
        for name in chosen_by_hand(found)
        if found.functions[name].span() is not None and not found.functions[name].shaped_as(FACTORS[name].function)
    ]
    if not shown:
        return
    title = builder.translate(
        TEXTS["curves_title"] if len(shown) > 1 else TEXTS["curves_title_one_value_function"],
        n=builder.style.formats.number(len(shown)),
    )
    panels = [
        (
            f"{builder.style.translate(found.factor_label(name))} ({builder.style.translate(FACTORS[name].unit)})",
            found.functions[name],
        )
        for name in shown
    ]
    caption = Caption(
        unit=TEXTS["curves_unit"],
        source=f"{FROM_CLIENT}; {source_of(builder, found)}",
        short=TEXTS.group("short")["function_curves"],
    )
    yield builder.figure("function_curves", title, draw.value_functions(builder.style, panels), title, caption)


def _missing(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    if found.factors_missing:
        notes = [Note(label=found.factor_label(name), text=reason) for name, reason in found.factors_missing.items()]
        title = TEXTS["missing_title"]
        yield builder.notes("missing_factors", notes, title)


NAMED = 3
"""Customers who are alike that are named, at most."""


def largest_blocks(builder: ChapterBuilder, found: CustomerValue) -> Iterator[Block]:
    """Yield why some of the largest customers are not in the top class; nothing where all of them are."""
    outside = largest_outside_top(found)
    if outside.empty:
        return
    points = [_why_not_top(builder, found, row) for row in outside.to_dict("records")]
    title = builder.translate(TEXTS["largest_title"], n=LARGEST, worth=TEXTS.group("worth")[found.worth_column])
    yield builder.text("largest_customers", title=title, points=points)


def _why_not_top(builder: ChapterBuilder, found: CustomerValue, row: Mapping[Hashable, Any]) -> str:
    names, number = row["names"], builder.style.formats.number
    name = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    if row["alike"] > 1:
        return builder.translate(
            TEXTS["largest_alike"],
            name=name,
            segment=row["segment"],
            n=number(row["alike"]),
            rank=number(row["rank"]),
            last=number(row["rank"] + row["alike"] - 1),
            middle=number(row["middle"]),
            places=number(row["top_places"]),
        )
    labels = [builder.translate(found.factor_label(factor)) for factor in row["lacking"]]
    behind = TEXTS["largest_close"] if row["just_behind"] else TEXTS["largest_rank"]
    return builder.translate(
        TEXTS["largest_factors"] if labels and not row["just_behind"] else behind,
        name=name,
        place=row["place"],
        segment=row["segment"],
        rank=row["rank"],
        places=row["top_places"],
        factors=" · ".join(labels),
    )


OUTCOMES = TEXTS.group("outcomes")
GROUPS = {OTHERS: TEXTS["groups_others"]}


def dimension_blocks(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[Block]:
    """Yield which groupings explain the margin, and the groups of the one that does so most surely."""
    found = analysis.margin_split
    if not isinstance(found, MarginSplit):
        return
    number = builder.style.formats.number
    source = builder.translate(TEXTS["source"], n=number(found.customers))
    if found.left_out:
        source += f"; {builder.translate(TEXTS['source_left_out'], n=number(found.left_out))}"
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
        unit=TEXTS["dimension_blocks_unit"],
        source=source,
        note=TEXTS["note"],
        short=TEXTS.group("short")["margin_dimensions"],
    )
    yield builder.figure("margin_dimensions", title, draw.dimension_shares(builder.style, frame), title, caption)
    if told is not None:
        yield _groups(builder, select(found.groups, dimension=told["level"]), str(told["level"]), source)


def surest(found: MarginSplit) -> pd.Series | None:
    """Return the dimension whose interval leaves 0 out, the largest share first; None where there is none."""
    sure = found.shares[(found.shares["level"] != "rest") & (found.shares["low"] > 0)]
    return None if sure.empty else sure.sort_values("share", kind="stable").iloc[-1]


def dimension_message(builder: ChapterBuilder, found: MarginSplit) -> str:
    """Return what explains most, or that nothing does."""
    told = surest(found)
    formats = builder.style.formats
    if told is None:
        rest = select(found.shares, level="rest").iloc[0]
        return builder.translate(TEXTS["dimension_message_no_grouping_explains"], share=formats.share(rest["share"], 0))
    return builder.translate(
        TEXTS["dimension_message_explains_differences_no"],
        level=DIMENSIONS[str(told["level"])],
        share=formats.share(told["share"], 0),
        outcome=OUTCOMES[str(told["outcome"])],
    )


def _level(builder: ChapterBuilder, level: str, groups: float) -> str:
    if level == "rest":
        return builder.translate(TEXTS["rest"])
    text = TEXTS["groups"]
    return builder.translate(text, label=DIMENSIONS[level], n=builder.style.formats.number(groups))


def _groups(builder: ChapterBuilder, table: pd.DataFrame, dimension: str, source: str) -> Block:
    frame = table.assign(label=[_group(builder, name) for name in table["group"]])
    columns = [
        TableColumn(name="label", label=DIMENSIONS[dimension]),
        TableColumn(name="customers", label=TEXTS["customers_label"], write="number"),
        TableColumn(name="revenue_share", label=TEXTS["share_of_revenue"], write="share", digits=0),
    ]
    if frame["contribution_share"].notna().any():
        columns += [
            TableColumn(name="outcome_share", label=TEXTS["share_of_contribution"], write="share", digits=0),
            TableColumn(name="contribution_share", label=TEXTS["contribution_per_revenue"], write="share", digits=1),
        ]
    title = builder.translate(TEXTS["what_the_groups_bring"], label=DIMENSIONS[dimension])
    note = TEXTS["groups_note"]
    return builder.table("dimension_groups", title, frame, columns, Caption(source=source, note=note))


def _group(builder: ChapterBuilder, name: object) -> str:
    words = GROUPS.get(str(name)) or TEXTS.group("order_classes").get(str(name))
    return str(name) if words is None else builder.translate(words)
