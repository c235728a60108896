"""Chapter: whether contacts and hours go where they were meant to go, month by month."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD, Estimate
from simkit.foundation.formats import MISSING
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.controlling import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn, interval_text, number_text
from simkit.value.controlling.plan_and_actual import Controlling
from simkit.value.customers.effort_value import SHARE_OF_VALUE
from simkit.value.customers.lead_lag import EFFECT, LeadLag

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
UNITS = TEXTS.group("units")
OF_VALUE = TEXTS["of_value"]
ENOUGH_POWER = 0.8
"""Below this chance to find an effect of 20 %, finding nothing says little (convention)."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.controlling
    return found if isinstance(found, Missing) else _blocks(found, builder)


def _blocks(found: Controlling, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield _course(builder, found, "hours_h")
    yield _course(builder, found, "contacts")
    yield _compliance(builder, found)
    if found.misallocation_by_group is not None:
        yield _groups(builder, found, found.misallocation_by_group)
    yield _lead_lag(builder, found)


def _source(builder: ChapterBuilder, found: Controlling) -> str:
    return builder.translate(TEXTS["source"], n=builder.style.formats.number(_all_months(found)))


def _all_months(found: Controlling) -> int:
    return int(found.compliance["cells"].max())


def _withheld(builder: ChapterBuilder, found: Controlling) -> str:
    """Return how many months are not drawn, and that they count; empty where all are."""
    if not found.withheld:
        return ""
    number = builder.style.formats.number
    return builder.translate(TEXTS["withheld"], hidden=number(found.withheld), all=number(_all_months(found)))


def _scale(builder: ChapterBuilder, found: Controlling) -> str:
    """Return what contacts stand for where they are held against a plan of all; empty where the logged share cancels."""
    share, formats = found.logged_share, builder.style.formats
    if found.contacts_scale == "unknown":
        return builder.translate(TEXTS["contacts_unknown"])
    if found.contacts_scale == "logged" or share is None:
        return ""
    between = formats.interval(share.low, share.high, "share", 0)
    return builder.translate(TEXTS["contacts_scaled"], share=formats.share(share.value, 0), between=between)


def _with_interval(builder: ChapterBuilder, estimate: Estimate) -> Text:
    interval = builder.style.formats.interval(estimate.low, estimate.high, "share", 0)
    return TEXTS["with_interval_95_percent_interval"].fill(x=interval)


def _key_figures(builder: ChapterBuilder, found: Controlling) -> Block:
    formats = builder.style.formats
    counts = {name: select(found.compliance, measure=name) for name in ("hours_h", "contacts")}
    figures = [
        KeyFigure(
            label=TEXTS["key_figures_label"],
            value=formats.share(found.misallocation.value, 0),
            detail=_with_interval(builder, found.misallocation),
            number=found.misallocation.value,
            low=found.misallocation.low,
            high=found.misallocation.high,
            unit="share",
        )
    ]
    labels = TEXTS.group("key_figures_labels")
    for name, rows in counts.items():
        within, cells = int(rows["within"].sum()), int(rows["cells"].sum())
        figures.append(
            KeyFigure(
                label=labels[name],
                value=f"{formats.number(within)} / {formats.number(cells)}",
                detail=TEXTS["months_by_class"],
                number=within,
            )
        )
    return builder.key_figures("controlling_key_figures", figures)


def _course(builder: ChapterBuilder, found: Controlling, measure: str) -> Block:
    frame = select(found.months, measure=measure)
    title = _course_title(builder, found, measure)
    scaled = measure == "contacts" and found.contacts_scale == "all"
    unit = TEXTS["contacts_scaled_unit"] if scaled else UNITS[measure]
    plan = TEXTS["hours_plan"] if measure == "hours_h" else _contacts_plan(builder, found)
    own = "; ".join(f"{name} {builder.style.formats.share(share, 0)}" for name, share in found.own_variation.items())
    limits = builder.translate(TEXTS.group("limits")[measure], own=own)
    scale = _scale(builder, found) if measure == "contacts" else ""
    note = " ".join(filter(None, (builder.translate(plan), scale, limits, _withheld(builder, found))))
    short = TEXTS.group("short")[measure]
    caption = Caption(unit=unit, source=_source(builder, found), note=note, short=short)
    picture = draw.course(builder.style, frame, unit)
    return builder.figure(f"controlling_{measure}", title, picture, title, caption)


def _course_title(builder: ChapterBuilder, found: Controlling, measure: str) -> str:
    """Return which class lies outside most often, and whether it does so steadily or in single months; of all months."""
    formats = builder.style.formats
    sides = select(found.compliance, measure=measure).melt("segment", ["above", "below"], "side", "months")
    steady = select(found.steady, measure=measure).set_index("segment")
    steady = steady.assign(side=np.where(steady["low"] > 1, "above", np.where(steady["high"] < 1, "below", "")))
    if not sides["months"].sum():
        off = steady[steady["side"] != ""]
        if off.empty:
            return builder.translate(TEXTS.group("course_quiet")[measure])
        far = str(np.log(off["ratio"].clip(lower=1e-9)).abs().idxmax())
        words, side, number = TEXTS.group("course_quiet_steady")[measure], str(off.at[far, "side"]), 0
    else:
        most = sides.sort_values(["months", "segment"], ascending=[False, True], kind="stable").iloc[0]
        far, side, number = str(most["segment"]), str(most["side"]), int(most["months"])
        is_steady = steady.at[far, "side"] == side
        words = (TEXTS.group("course_steady") if is_steady else TEXTS.group("course_loud"))[measure]
    return builder.translate(
        words,
        name=far,
        n=formats.number(number),
        all=formats.number(_all_months(found)),
        side=builder.style.translate(TEXTS.group("course_sides")[side]),
        of_plan=_of_plan(builder, *steady.loc[[far], ["ratio", "low", "high"]].to_numpy()[0]),
    )


def _of_plan(builder: ChapterBuilder, ratio: float, low: float, high: float) -> str:
    """Write what was done of all that was planned, with its interval."""
    formats = builder.style.formats
    if ratio != ratio:
        return MISSING
    if not np.isfinite(high):
        return builder.translate(TEXTS["of_plan_at_least"], share=formats.share(ratio, 0))
    interval = formats.interval(low, high, "share", 0)
    return builder.translate(TEXTS["of_plan"], share=formats.share(ratio, 0), interval=interval)


def _contacts_plan(builder: ChapterBuilder, found: Controlling) -> Text:
    """Return the planned contacts of each class with their source, or what stands in for a plan."""
    if found.plan.empty:
        return TEXTS["plan_none"]
    sources = TEXTS.group("plan_sources")
    told = []
    for source in dict.fromkeys(found.plan["source"]):
        rows = select(found.plan, source=source)
        numbers = zip(rows["segment"], rows["contacts_per_year"], strict=True)
        each = ", ".join(
            f"{name} {builder.style.formats.number(one, 0 if one == round(one) else 1)}" for name, one in numbers
        )
        told.append(f"{each} ({builder.style.translate(sources[source])})")
    words = TEXTS["plan_stated"] if found.contacts_plan == "stated" else TEXTS["plan_partial"]
    return words.fill(plan="; ".join(told))


def _compliance(builder: ChapterBuilder, found: Controlling) -> Block:
    within = found.compliance.pivot(index="segment", columns="measure", values="within")
    cells = _all_months(found)
    frame = found.by_segment.merge(within.add_suffix("_within"), left_on="group", right_index=True)
    frame = frame.assign(
        hours=[
            f"{builder.style.formats.number(n)} / {builder.style.formats.number(cells)}"
            for n in frame["hours_h_within"]
        ],
        touch=[
            f"{builder.style.formats.number(n)} / {builder.style.formats.number(cells)}"
            for n in frame["contacts_within"]
        ],
    )
    ends = found.steady[["ratio", "low", "high"]].to_numpy(dtype=float)
    steady = found.steady.assign(told=[number_text(_of_plan(builder, *row), *row) for row in ends])
    told = steady.pivot(index="segment", columns="measure", values="told").add_suffix("_steady")
    frame = frame.merge(told, left_on="group", right_index=True)
    inside, of_plan = TEXTS["months_within_limits"], TEXTS["actual_of_plan"]
    columns = [
        TableColumn(name="group", label=TEXTS["class_label"]),
        TableColumn(name="customers", label=TEXTS["customers"], write="number"),
        TableColumn(name="value_share", label=TEXTS["share_of_value"], write="share", digits=0),
        TableColumn(name="hours_share", label=TEXTS["share_of_hours"], write="share", digits=0),
        TableColumn(name="hours", label=TEXTS["hours"], write="figure", unit=inside),
        TableColumn(name="hours_h_steady", label=TEXTS["hours"], write="figure", unit=of_plan),
        TableColumn(name="touch", label=TEXTS["contacts"], write="figure", unit=inside),
        TableColumn(name="contacts_steady", label=TEXTS["contacts"], write="figure", unit=of_plan),
    ]
    title = builder.translate(
        TEXTS["compliance_title"], share=builder.style.formats.share(found.misallocation.value, 0)
    )
    drawn = builder.translate(TEXTS["bootstrap"])
    shares = builder.translate(SHARE_OF_VALUE)
    interval = builder.translate(_with_interval(builder, found.misallocation))
    note = f"{interval} ({drawn}). {shares} {builder.translate(OF_VALUE)}"
    note = " ".join(filter(None, (note, _scale(builder, found), _withheld(builder, found))))
    return builder.table(
        "controlling_classes", title, frame, columns, Caption(source=_source(builder, found), note=note)
    )


def _groups(builder: ChapterBuilder, found: Controlling, index: Estimate) -> Block:
    frame = found.by_group.sort_values("gap_share", ascending=False, ignore_index=True)
    frame = frame.assign(
        label=[name if isinstance(name, str) else builder.translate(TEXTS["rest"]) for name in frame["group"]]
    )
    named = frame[frame["group"].notna() & (frame["customers"] >= FEWEST_TOLD) & (frame["gap_share"] > 0)]
    if named.empty:
        title = builder.translate(TEXTS["groups_title_plain"])
    else:
        gap = builder.style.formats.points(named.iloc[0]["gap_share"]).removeprefix("+")
        title = builder.translate(TEXTS["groups_title"], name=named.iloc[0]["label"], gap=gap)
    note = builder.translate(
        TEXTS["groups_note"],
        x=builder.style.formats.share(index.value, 0),
        low=builder.style.formats.share(index.low, 0),
        high=builder.style.formats.share(index.high, 0),
        of_value=builder.translate(OF_VALUE),
    )
    if found.without_group:
        without = builder.style.formats.number(found.without_group)
        note = f"{note} {builder.translate(TEXTS['groups_unknown'], n=without)}"
    unit = TEXTS["groups_unit"]
    caption = Caption(
        unit=unit, source=_source(builder, found), note=note, short=TEXTS.group("short")["controlling_groups"]
    )
    return builder.figure("controlling_groups", title, draw.gaps(builder.style, frame), title, caption)


def _lead_lag_title(builder: ChapterBuilder, study: LeadLag) -> str:
    formats = builder.style.formats
    if study.found.empty:
        return builder.translate(TEXTS["lead_lag_nothing"], n=formats.number(study.months))
    lag = int(study.found.sort_values("p_value", kind="stable").iloc[0]["lag_months"])
    if lag <= 1:
        return builder.translate(TEXTS["lead_lag_one"] if lag else TEXTS["lead_lag_together"])
    return builder.translate(TEXTS["lead_lag_some"], lag=formats.number(lag))


def _lead_lag(builder: ChapterBuilder, found: Controlling) -> Block:
    study, formats = found.lead_lag, builder.style.formats
    if isinstance(study, Missing):
        return builder.text("lead_lag", study.reason, title=TEXTS["lead_lag_heading"])
    title = _lead_lag_title(builder, study)
    frame = study.by_lag.assign(
        interval=[interval_text(formats, a, b, "signed", 2) for a, b in study.by_lag[["low", "high"]].to_numpy()]
    )
    effect = formats.share(EFFECT, 0)
    columns = [
        TableColumn(name="lag_months", label=TEXTS["lead_lag_label"], write="number"),
        TableColumn(
            name="slope", label=TEXTS["change_of_orders"], write="signed", digits=2, unit=TEXTS["standard_deviations"]
        ),
        TableColumn(name="interval", label=TEXTS["lead_lag_label_95_percent_interval"], write="figure"),
        TableColumn(name="p_holm", label=TEXTS["p_by_holm"], write="number", digits=2),
        TableColumn(name="power", label=TEXTS["power"].fill(effect=effect), write="share", digits=0),
    ]
    weak = study.found.empty and study.by_lag["power"].max() < ENOUGH_POWER
    note = builder.translate(
        TEXTS["lead_lag_note"],
        n=formats.number(study.months),
        effect=effect,
        low=formats.share(study.by_lag["power"].min(), 0),
        high=formats.share(study.by_lag["power"].max(), 0),
        weak=TEXTS["lead_lag_weak"] if weak else "",
    )
    return builder.table(
        "lead_lag", title, pd.DataFrame(frame), columns, Caption(source=_source(builder, found), note=note)
    )
