"""Chapter: where the hours of the sales staff go."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.effort.taxonomy import GROUPS, OTHER, group_of, label_of
from simkit.effort.time_use import TimeUse
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.checks.data_checks import LOW_COVERAGE
from simkit.intake.privacy.disclosure import check_export
from simkit.report.chapters.time import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
SMALLEST_GAP = 0.001
"""A gap between felt and logged of less than a tenth of a point is none to whoever reads both."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.time_use
    return found if isinstance(found, Missing) else _blocks(analysis, found, builder)


def _blocks(analysis: ClientAnalysis, found: TimeUse, builder: ChapterBuilder) -> Iterator[Block]:
    _pass_the_gate(found, analysis.client.config.privacy.minimum_group)
    yield _key_figures(builder, found, analysis)
    yield _activities(builder, found)
    yield from _roles(builder, found)
    yield from _weeks(builder, found)
    yield from _perception(builder, found)
    yield from _spread_over_people(builder, found)


def _pass_the_gate(found: TimeUse, minimum: int) -> None:
    """Refuse to draw anything on single persons or on groups that are too small, whatever was measured."""
    for name in ("by_activity", "by_role", "facing_by_role", "by_week"):
        frame: pd.DataFrame = getattr(found, name)
        people = "people" if "people" in frame else None
        check_export(frame, people_column=people, minimum=minimum, where=f"time.{name}")


def source_of(builder: ChapterBuilder, found: TimeUse) -> str:
    """Return the source line of everything that rests on the time use."""
    write = builder.style.formats.number
    text = TEXTS["log"] if found.source == "log" else TEXTS["estimates"]
    words = builder.translate(text, people=write(found.people), hours=write(found.hours_h))
    return words if found.coverage_share is None else f"{words} {builder.translate(coverage_words(builder, found))}"


def coverage_words(builder: ChapterBuilder, found: TimeUse) -> Text:
    """Return in brackets which part of the contract hours was written down; empty where that is not known."""
    if found.coverage_share is None:
        return Text(de="", en="")
    return TEXTS["coverage"].fill(share=builder.style.formats.share(found.coverage_share, 0))


def group_share(found: TimeUse, group: str) -> float:
    """Return the share of one group of activities, in 0..1; NaN where nobody wrote any of them down."""
    table = found.by_activity
    chosen = table[[group_of(code) == group for code in table["activity"]]]
    return float(chosen["share"].sum()) if (chosen["share"] > 0).any() else float("nan")


def _key_figures(builder: ChapterBuilder, found: TimeUse, analysis: ClientAnalysis) -> Block:
    formats = builder.style.formats
    facing = found.facing
    figures = [
        KeyFigure(
            label=TEXTS["customer_facing_share"],
            value=formats.share(facing.value),
            detail=TEXTS["key_figures_detail"].to(builder.style.formats.language)
            + formats.interval(facing.low, facing.high, "share"),
            number=facing.value,
            low=facing.low,
            high=facing.high,
            unit="share",
        ),
    ]
    internal, covered = group_share(found, "internal"), found.coverage_share
    if internal == internal:
        detail = TEXTS["key_figures_detail_coordination_prioritisation_administration"]
        figures.append(
            KeyFigure(
                label=TEXTS["internal_work"],
                value=formats.share(internal),
                detail=detail,
                number=internal,
                unit="share",
            )
        )
    week_h = analysis.client.config.contract_hours_per_week
    if covered is None or covered >= LOW_COVERAGE:  # of a log that holds less, no week can be told
        label = TEXTS["key_figures_label"].fill(h=formats.number(week_h))
        hours, low, high = (share * week_h for share in (facing.value, facing.low, facing.high))
        value, detail = f"{formats.number(hours, 1)} h", TEXTS["of_worked_hours"]
        figures.append(KeyFigure(label=label, value=value, detail=detail, number=hours, low=low, high=high, unit="h"))
    if covered is not None:
        detail = TEXTS["key_figures_covered_detail"]
        label, value = TEXTS["key_figures_covered"], formats.share(covered, 0)
        figures.append(KeyFigure(label=label, value=value, detail=detail, number=covered, unit="share"))
    return builder.key_figures("time_key_figures", figures)


def _activities(builder: ChapterBuilder, found: TimeUse) -> Block:
    internal, number = group_share(found, "internal"), builder.style.formats.number
    words = TEXTS.group("activities_title")[found.source]
    rest = TEXTS["activities_internal"].fill(internal=number(internal * 100)) if internal == internal else ""
    title = builder.translate(words, facing=number(found.facing.value * 100), internal=rest)
    frame = _labelled(builder, found.by_activity[found.by_activity["share"] > 0])
    alt = _spoken(builder, frame, "share")
    caption = Caption(
        unit=TEXTS["activities_unit"],
        source=source_of(builder, found),
        note=TEXTS["over_people"] if found.source == "log" else "",
        short=TEXTS.group("short")["hours_by_activity"],
    )
    return builder.figure("hours_by_activity", title, draw.hours_by_activity(builder.style, frame), alt, caption)


def _spoken(builder: ChapterBuilder, frame: pd.DataFrame, column: str) -> str:
    """Return a chart's labels and shares as text, for those who cannot see it."""
    pairs = zip(frame["label"], frame[column], strict=True)
    return "; ".join(f"{label} {builder.style.formats.share(share)}" for label, share in pairs)


def _labelled(builder: ChapterBuilder, table: pd.DataFrame) -> pd.DataFrame:
    """Return activities with their labels, in the order of their groups."""
    order = [*GROUPS, OTHER]
    groups = [group_of(code) for code in table["activity"]]
    names = {group: label_of(group) for group in dict.fromkeys(groups)}
    frame = table.assign(
        label=[builder.style.translate(label_of(code)) for code in table["activity"]],
        group=groups,
        group_label=[builder.style.translate(names[group]) for group in groups],
    )
    places = [order.index(group) if group in order else len(order) for group in groups]
    return frame.assign(place=places).sort_values(["place"], kind="stable", ignore_index=True)


def _roles(builder: ChapterBuilder, found: TimeUse) -> Iterator[Block]:
    table = found.facing_by_role
    named = table[table["role"] != OTHER].sort_values("share", ascending=False, ignore_index=True)
    if len(named) < 2:
        return
    frame = table.sort_values("share", ascending=False, ignore_index=True)
    most, least = named.iloc[0], named.iloc[-1]
    title = builder.translate(
        TEXTS["roles_title"],
        most=_role(builder, most["role"]),
        high=builder.style.formats.share(most["share"], 0),
        least=_role(builder, least["role"]),
        low=builder.style.formats.share(least["share"], 0),
    )
    frame = frame.assign(
        label=[f"{_role(builder, role)} ({n})" for role, n in zip(frame["role"], frame["people"], strict=True)]
    )
    unit = TEXTS["roles_unit"]
    alt = _spoken(builder, frame, "share")
    caption = Caption(
        unit=unit,
        source=source_of(builder, found),
        note=TEXTS["roles_note"],
        short=TEXTS.group("short")["facing_by_role"],
    )
    yield builder.figure("facing_by_role", title, draw.shares_by_role(builder.style, frame), alt, caption)


def _role(builder: ChapterBuilder, role: str) -> str:
    return builder.style.translate(TEXTS["other_roles"]) if role == OTHER else str(role)


def _weeks(builder: ChapterBuilder, found: TimeUse) -> Iterator[Block]:
    table = found.by_week
    customer = select(table, group="customer") if not table.empty else table
    if len(customer) < 8:
        return
    low, high = customer["share"].quantile([0.1, 0.9])
    title = builder.translate(
        TEXTS["weeks_title"], low=builder.style.formats.share(low, 0), high=builder.style.formats.share(high, 0)
    )
    frame = table.assign(group_label=[builder.style.translate(label_of(group)) for group in table["group"]])
    order = {group: place for place, group in enumerate([*GROUPS, OTHER])}
    frame = frame.sort_values("group", key=lambda names: names.map(order).fillna(len(order)), kind="stable")
    caption = Caption(
        unit=TEXTS["weeks_unit"], source=source_of(builder, found), short=TEXTS.group("short")["weekly_course"]
    )
    alt = title
    yield builder.figure("weekly_course", title, draw.weekly_course(builder.style, frame), alt, caption)


def _perception(builder: ChapterBuilder, found: TimeUse) -> Iterator[Block]:
    if found.perception is None or found.perception.empty:
        return
    frame = _labelled(builder, found.perception)
    widest = frame.iloc[int(frame["gap_share"].abs().to_numpy().argmax())]
    felt, logged = builder.style.formats.shares_apart(widest["estimate_share"], widest["log_share"])
    title = builder.translate(_gap_words(widest), what=widest["label"], felt=felt, logged=logged)
    caption = Caption(
        unit=TEXTS["perception_unit"], source=TEXTS["perception_source"], short=TEXTS.group("short")["perception"]
    )
    yield builder.figure("perception", title, draw.perception(builder.style, frame), title, caption)


def _gap_words(widest: pd.Series) -> Text:
    """Return the message of the widest gap; it counts only when it is one and the log lies outside of the estimates' spread."""
    if widest["low"] <= widest["log_share"] <= widest["high"] or abs(widest["gap_share"]) < SMALLEST_GAP:
        return TEXTS["gap_words_log_own_estimate"]
    if widest["gap_share"] > 0:
        return TEXTS["is_overestimated_felt_logged"]
    return TEXTS["is_underestimated_felt_logged"]


def _spread_over_people(builder: ChapterBuilder, found: TimeUse) -> Iterator[Block]:
    """Say whether the share is everybody's or that of a few: quartiles of the group, never one person's figure."""
    if found.quartiles is None:
        return
    lower, middle, upper = (builder.style.formats.share(value) for value in found.quartiles)
    words = builder.translate(TEXTS["spread_text"], n=found.quartile_people, lower=lower, middle=middle, upper=upper)
    yield builder.text("quartiles", words, title=TEXTS["spread_over_people"])
