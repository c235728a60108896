"""Tables of service: where the same hours bring most, and whether each organisation carries the agreed levels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.report.chapters.service import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, interval_text, number_text
from simkit.study.care_level import design_check
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.customers.effort_value import SHARE_OF_VALUE
from simkit.value.service.allocation import PUBLISHED_GAINS, WARN_ABOVE
from simkit.value.service.response import ELASTICITY, PUBLISHED_ELASTICITY
from simkit.value.service.service_levels import needed_with_spread, today_by_segment
from simkit.value.service.service_study import ServiceStudy

TEXTS = Catalogue.beside(__file__)

SEGMENT = TableColumn(name="segment", label=TEXTS["segment_label"])


SHOWN_CUSTOMERS = 10


def split_blocks(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    """Yield curves, elasticities, the best split, a warning where the gain is too good, and the largest shifts.

    Parameters
    ----------
    study : ServiceStudy
        What was computed.
    """
    yield _curves(builder, study, source)
    yield _elasticities(builder, study, source)
    yield _split(builder, study, source)
    yield from _warning(builder, study)
    yield from _customers(builder, study, source)


def _curves(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    origins = {response.origin for response in study.responses.values()}
    words = TEXTS.group("curves_words")
    main = next(name for name in ("answers", "history", "assumption") if name in origins)
    of_it = {name: each.curve.elasticity for name, each in study.responses.items() if each.origin == main}
    strongest = max(of_it, key=lambda name: of_it[name])
    title = builder.translate(words[main], name=strongest, ten=builder.style.formats.share(of_it[strongest] * 0.1))
    caption = Caption(
        unit=TEXTS["curves_unit"],
        source=source,
        note=_history_note(builder, study),
        short=TEXTS.group("short")["response_curves"],
    )
    curves = {name: response.curve for name, response in study.responses.items()}
    return builder.figure("response_curves", title, draw.response_curves(builder.style, curves), title, caption)


def _history_note(builder: ChapterBuilder, study: ServiceStudy) -> str:
    formats = builder.style.formats
    if study.history is None:
        return builder.translate(TEXTS["history_note_log_does_not"])
    found = study.history.elasticity
    end = "thin" if study.asked_for_history and not study.history.usable else "shown"
    if study.asked_for_history and study.history.usable:
        end = "used"
    values = {
        "value": formats.number(found.value, 2),
        "interval": formats.interval(found.low, found.high, "number", 2),
        "n": formats.number(study.history.customers),
        "quarters": formats.number(study.history.quarters),
    }
    start = builder.translate(TEXTS["history_note_start"], **values)
    return f"{start} {builder.translate(TEXTS.group('history_ends')[end])}"


def _elasticities(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    translate = builder.style.translate
    frame = pd.DataFrame(
        {
            "segment": list(study.responses),
            "origin": [translate(TEXTS.group("response_origins")[each.origin]) for each in study.responses.values()],
            "people": [each.people or None for each in study.responses.values()],
            "elasticity": [each.curve.elasticity for each in study.responses.values()],
            "published": PUBLISHED_ELASTICITY,
            "bottom": [each.curve.bottom for each in study.responses.values()],
            "top": [each.curve.top for each in study.responses.values()],
            "shape": [each.curve.shape for each in study.responses.values()],
            "error": [each.error if each.origin == "answers" else None for each in study.responses.values()],
        }
    )
    columns = (
        SEGMENT,
        TableColumn(name="origin", label=TEXTS["from"]),
        TableColumn(name="people", label=TEXTS["people"], write="number"),
        TableColumn(name="elasticity", label=TEXTS["elasticity_today"], write="number", digits=2),
        TableColumn(name="published", label=TEXTS["published"], write="number", digits=2),
        TableColumn(name="bottom", label=TEXTS["sales_without_effort"], write="share", digits=0),
        TableColumn(name="top", label=TEXTS["sales_at_most"], write="share", digits=0),
        TableColumn(name="shape", label=TEXTS["shape_c"], write="number", digits=2),
        TableColumn(name="error", label=TEXTS["distance_from_answers"], write="share", digits=1),
    )
    note = builder.translate(
        TEXTS["elasticities_note"],
        value=builder.style.formats.number(ELASTICITY.value, 2),
        low=builder.style.formats.number(ELASTICITY.low, 2),
        high=builder.style.formats.number(ELASTICITY.high, 2),
        unanswered=_unanswered(builder, study),
    )
    title = TEXTS["elasticities_title"]
    return builder.table("elasticities", title, frame, columns, Caption(source=source, note=note))


def _unanswered(builder: ChapterBuilder, study: ServiceStudy) -> str:
    if not study.unanswered:
        return ""
    return builder.translate(TEXTS["unanswered_answers_give_no"], names=", ".join(study.unanswered))


def _split(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Block:
    formats = builder.style.formats
    title = builder.translate(
        TEXTS["split_title"],
        gain=formats.share(study.gain.value),
        interval=formats.interval(study.gain.low, study.gain.high, "signed_share", 1),
    )
    low, high = PUBLISHED_GAINS["realignment"]
    note = builder.translate(
        TEXTS["split_note"],
        amount=formats.money(study.gain_amount),
        callplan=formats.share(PUBLISHED_GAINS["CALLPLAN"][0]),
        low=formats.share(low, 0),
        high=formats.share(high, 0),
        price=formats.money(study.price_amount),
    )
    caption = Caption(unit=TEXTS["hours"], source=source, note=note, short=TEXTS.group("short")["best_split"])
    return builder.figure("best_split", title, draw.split(builder.style, study.split), title, caption)


def _warning(builder: ChapterBuilder, study: ServiceStudy) -> Iterator[Block]:
    if study.gain.value <= WARN_ABOVE:
        return
    yield builder.text(
        "gain_warning",
        builder.translate(
            TEXTS["warning_caution_more_than"],
            gain=builder.style.formats.share(study.gain.value),
            usual=builder.style.formats.share(WARN_ABOVE, 0),
        ),
    )


def _customers(builder: ChapterBuilder, study: ServiceStudy, source: str) -> Iterator[Block]:
    shown = study.customers[~study.customers["withheld"]]
    if shown.empty:
        return
    order = (shown["best_h"] - shown["hours_h"]).abs().sort_values(ascending=False, kind="stable").index
    columns = (
        TableColumn(name="customer_id", label=TEXTS["customer"]),
        SEGMENT,
        TableColumn(name="hours_h", label=TEXTS["hours_today"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="best_h", label=TEXTS["hours_at_best"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="contacts", label=TEXTS["contacts_today"], write="number", digits=1),
        TableColumn(name="best_contacts", label=TEXTS["contacts_at_best"], write="number"),
    )
    more = int((study.customers["best_h"] > study.customers["hours_h"]).sum())
    less = int((study.customers["best_h"] < study.customers["hours_h"]).sum())
    title = builder.title_of(TEXTS.group("customers_title"), len(study.customers), count=more, less=less)
    note = builder.translate(
        TEXTS["customers_note"],
        without=TEXTS["without_hours"].fill(n=study.without_hours) if study.without_hours else "",
    )
    yield builder.table(
        "customer_split", title, shown.loc[order].head(SHOWN_CUSTOMERS), columns, Caption(source=source, note=note)
    )


def logged_words(builder: ChapterBuilder, study: ServiceStudy) -> str:
    """Return how hours were scaled from the log to all work, or that they are what was logged."""
    share, formats = study.time.logged_share, builder.style.formats
    if share is None:
        return builder.translate(TEXTS["logged_unknown"])
    between = formats.interval(share.low, share.high, "share", 0)
    return builder.translate(TEXTS["logged_scaled"], share=formats.share(share.value, 0), between=between)


def targets_block(builder: ChapterBuilder, study: ServiceStudy, found: CustomerValue, source: str) -> Block:
    """Return the hours of each segment today and by the three measures that stand in this report, side by side."""
    check, split = study.segments.set_index("name"), study.split.set_index("segment")
    value = found.effort.set_index("segment")["value_share"]
    total, formats = float(check["there_h"].sum()), builder.style.formats
    frame = pd.DataFrame({"segment": list(check.index), "today": check["there_h"].to_numpy()})
    frame = frame.assign(
        agreed=check["needed_h"].to_numpy(),
        best=split["best_h"].reindex(check.index).to_numpy(),
        flat=[
            interval_text(formats, low, high, "number", 0) if low == low else "–"
            for low, high in split[["low_h", "high_h"]].reindex(check.index).to_numpy(dtype=float)
        ],
        by_value=(value.reindex(check.index) * total).to_numpy(),
    )
    columns = (
        SEGMENT,
        TableColumn(name="today", label=TEXTS["hours_today"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="agreed", label=TEXTS["target_agreed"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="best", label=TEXTS["target_best"], write="number", unit=TEXTS["hours_year"]),
        TableColumn(name="flat", label=TEXTS["flat"], write="figure"),
        TableColumn(name="by_value", label=TEXTS["target_by_value"], write="number", unit=TEXTS["hours_year"]),
    )
    caption = Caption(
        source=source, note=f"{builder.translate(TEXTS['targets_note'])} {builder.translate(SHARE_OF_VALUE)}"
    )
    return builder.table("hours_targets", TEXTS["targets_title"], frame, columns, caption)


def service_table(
    builder: ChapterBuilder, view: StudyView, service: ServiceStudy | None, source: str
) -> Iterator[Block]:
    """Yield whether each organisation carries the service levels, by segment.

    Parameters
    ----------
    service : ServiceStudy or None
        Service levels and today's hours; None yields nothing.
    """
    if service is None:
        return
    study = view.study
    levels = study.frame("levels")
    levels = select(levels, scenario=study.main_scenario)
    designs = (study.baseline, *view.compared)
    needed = needed_with_spread(service.levels, service.time)
    today, complete = today_by_segment(service.levels, service.time), service.time.complete
    table = design_check(levels, study.baseline, designs, needed, today, complete=complete)
    if table.empty:
        return
    wide = table.assign(cell=_cells(builder, table)).pivot_table(
        index="design", columns="name", values="cell", aggfunc="first", sort=False
    )
    frame = wide.reset_index()
    frame = frame.assign(label=[view.design_label(name) for name in frame["design"]])
    segment = TEXTS["segment"]
    columns = (
        TableColumn(name="label", label=TEXTS["organisation"]),
        *(TableColumn(name=name, label=segment.fill(name=name)) for name in wide.columns),
    )
    note = builder.translate(TEXTS["service_table_note"], scenario=view.scenario_label(study.main_scenario))
    note = note if complete else f"{note} {logged_words(builder, service)}"
    title = TEXTS["service_table_title"]
    yield builder.table("service_check", title, frame, columns, Caption(source=source, note=note))


def _cells(builder: ChapterBuilder, table: pd.DataFrame) -> list[Any]:
    formats = builder.style.formats
    words = [builder.style.translate(TEXTS.group("verdicts")[name]) for name in table["verdict"]]
    ranges = [interval_text(formats, *ends, "signed", 0) for ends in zip(table["low_h"], table["high_h"], strict=True)]
    parts = zip(table["gap_h"].round(), ranges, words, strict=True)
    return [
        number_text(f"{formats.signed(value)} ({interval}): {word}", value, interval.low, interval.high)
        for value, interval, word in parts
    ]
