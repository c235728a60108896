"""Chapter: what must be true for the recommendation to hold, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.report.chapters.organisation.chapter import fit_notice
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness import tables as limits
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.chapters.robustness.tables import regions
from simkit.report.charts.charts_base import THOUSANDS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, Note
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, number_text

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
LABEL = TableColumn(name="label", label=TEXTS["label"])


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, study: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    found = analysis.robustness
    if isinstance(found, Missing):
        yield _what_full_adds(builder)
        yield from fit_notice(builder, study)
        yield from limits.of_the_comparison(builder, study)
        return
    view = RobustnessView(found=found, study=study)
    yield _method(builder, view)
    yield from fit_notice(builder, study)
    yield from _screening(builder, view)
    yield from _tornado(builder, view)
    yield from _information(builder, view)
    yield from regions(builder, view)
    yield from limits.elasticity(builder, view)
    yield from limits.hiring_lag(builder, view)
    yield from limits.of_the_comparison(builder, study)
    yield from limits.interplay(builder, view)
    yield from limits.flat_maximum(builder, view)
    yield from _outside(builder, view)
    yield from _left_out(builder, view)


def _what_full_adds(builder: ChapterBuilder) -> Block:
    return builder.text(
        "what_full_adds",
        TEXTS["what_full_adds_this_report_was"],
        points=(
            TEXTS["what_full_adds_points"],
            TEXTS["what_full_adds_points_whether_one_fifteen"],
            TEXTS["what_full_adds_points_which_region_assumptions"],
            TEXTS["what_full_adds_points_from_which_elasticity"],
        ),
    )


def source_of(builder: ChapterBuilder, view: RobustnessView, replications: int) -> str:
    """Return the source line of what rests on so many replications per point."""
    text = TEXTS["simulation_replications_per_point"]
    return builder.translate(text, n=builder.style.formats.number(replications))


def _method(builder: ChapterBuilder, view: RobustnessView) -> Block:
    parameters, out = view.frame("parameters"), view.frame("left_out")
    text = TEXTS["method_text"]
    number = builder.style.formats.number
    names = " · ".join(view.label(name) for name in view.found.designs)
    said = builder.translate(text, tested=number(len(parameters)), out=number(len(out)), designs=names)
    return builder.text("method", said, *_asked_in_vain(builder, view))


def _asked_in_vain(builder: ChapterBuilder, view: RobustnessView) -> Iterator[str]:
    """Tell which parameters were asked for but cannot be tested, and why."""
    out = view.frame("left_out")
    wanted = out[out["parameter"].isin(view.found.settings.parameters)]
    if wanted.empty:
        return
    language = builder.style.formats.language
    reasons = zip(wanted[f"label_{language}"], wanted[f"reason_{language}"], strict=True)
    text = TEXTS["asked_in_vain_text"]
    yield builder.translate(text, list="; ".join(f"{label} ({reason})" for label, reason in reasons))


# --- screening -------------------------------------------------------------------------------------------------------


def _screening(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    frame = view.effects()
    if frame.empty:
        return
    first = str(frame["label"].iloc[0])
    title = builder.translate(TEXTS["screening_title"], design=view.label(view.shown), parameter=first)
    settings = view.found.settings
    years = _years(builder, settings.screening_years)
    caption = Caption(
        unit=TEXTS["screening_unit"],
        source=builder.translate(TEXTS["screening_source"], n=builder.style.formats.number(settings.trajectories)),
        note=TEXTS["screening_note"],
        short=TEXTS.group("short")["screening"],
    )
    yield builder.figure("screening", title, draw.screening(builder.style, frame, years), title, caption)
    yield _groups(builder, view)


def _years(builder: ChapterBuilder, years: float) -> str:
    one, more = TEXTS["one_year"], TEXTS["years"]
    return (
        builder.style.translate(one)
        if years == 1
        else builder.translate(more, n=builder.style.formats.number(years, int(years % 1 != 0)))
    )


def _groups(builder: ChapterBuilder, view: RobustnessView) -> Block:
    columns = (
        TableColumn(name="label", label=TEXTS["group_of_assumptions"]),
        TableColumn(name="parameters", label=TEXTS["assumptions"], write="number"),
        TableColumn(name="mu_star", label="μ*", write="millions", digits=2),
        TableColumn(name="low", label=TEXTS["from"], write="millions", digits=2),
        TableColumn(name="high", label=TEXTS["groups_label"], write="millions", digits=2),
        TableColumn(name="looked", label=TEXTS["looked_into"], write="figure"),
    )
    title = TEXTS["groups_title"]
    note = TEXTS["groups_note"]
    return builder.table("screening_groups", title, view.groups(), columns, Caption(note=note))


# --- tornado ---------------------------------------------------------------------------------------------------------


def _tornado(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    best, today = view.found.best, view.found.baseline
    others = [name for name in dict.fromkeys((today, view.found.runner_up)) if name != best]
    for number, against in enumerate(others):
        frame = view.swings(against)
        if frame.empty:
            continue
        title = _turning_message(builder, view, against, frame)
        caption = Caption(
            unit=TEXTS["tornado_unit"],
            source=source_of(builder, view, view.found.settings.replications),
            note=TEXTS["tornado_note"],
            short=TEXTS.group("short")["tornado"],
        )
        name = "tornado" if number == 0 else "tornado_runner_up"
        yield builder.figure(name, title, draw.tornado(builder.style, frame), title, caption)
        yield _tornado_table(builder, view, against, frame, f"{name}_table")


def _turning_message(builder: ChapterBuilder, view: RobustnessView, against: str, frame: pd.DataFrame) -> str:
    turning = frame[frame["turns"]]
    names = {"best": view.label(view.found.best), "other": view.label(against)}
    number = builder.style.formats.number
    if turning.empty:
        text = TEXTS["turning_message_text"]
        return builder.translate(text, n=number(len(frame)), **names)
    surely = int(frame["turns_surely"].sum())
    text = TEXTS["turning_message_text_assumptions_may_turn"]
    parameter = str(turning["label"].iloc[0])
    return builder.translate(
        text, k=number(len(turning)), n=number(len(frame)), surely=number(surely), parameter=parameter, **names
    )


def _tornado_table(
    builder: ChapterBuilder, view: RobustnessView, against: str, frame: pd.DataFrame, name: str
) -> Block:
    words = {
        (False, False): TEXTS["tornado_table_false_false_words"],
        (True, False): TEXTS["possible"],
        (True, True): TEXTS["yes"],
    }
    flags = zip(frame["turns"].astype(bool), frame["turns_surely"].astype(bool), strict=True)
    table = frame.assign(turn_words=[builder.style.translate(words[flag]) for flag in flags])
    columns = [LABEL]
    unit = THOUSANDS.fill(symbol=builder.style.formats.currency_symbol)
    for end, label in (("low", TEXTS["low_end"]), ("high", TEXTS["high_end"])):
        gains = zip(*(table[f"{end}_{part}"] / 1000 for part in ("difference", "low", "high")), strict=True)
        table[f"{end}_gain"] = [number_text(builder.style.formats.signed_with_ends(*row), *row) for row in gains]
        columns += [
            TableColumn(name=f"{end}_words", label=label, write="figure"),
            TableColumn(name=f"{end}_gain", label=TEXTS["advantage"], unit=unit),
        ]
    columns.append(TableColumn(name="turn_words", label=TEXTS["turns_label"], write="figure"))
    title = builder.translate(TEXTS["tornado_table_title"], best=view.label(view.found.best), other=view.label(against))
    return builder.table(name, title, table, columns)


def _information(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield what is worth measuring before deciding; nothing where no assumption would turn the choice."""
    frame = view.information()
    if frame.empty:
        return
    columns = (
        LABEL,
        TableColumn(name="worth", label=TEXTS["worth_at_most"], write="figure"),
        TableColumn(name="turns", label=TEXTS["turns_the_choice_at"], write="figure"),
    )
    title = builder.translate(
        TEXTS["information_title"],
        best=view.label(view.found.best),
        other=view.label(view.found.runner_up),
        parameter=str(frame["label"].iloc[0]),
    )
    caption = Caption(
        unit=TEXTS["information_unit"],
        source=source_of(builder, view, view.found.settings.replications),
        note=TEXTS["information_note"],
    )
    yield builder.table("information", title, frame, columns, caption)


# --- what the test rests on ------------------------------------------------------------------------------------------


def _outside(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    table = view.frame("outside")
    if table.empty:
        return
    client = builder.style.translate(TEXTS["here"])
    names = [
        view.study.scenario_label(name) if name in view.study.scenarios else view.label(name) if name else client
        for name in table["set_by"]
    ]
    units = table["unit"].tolist()
    shown = {
        name: [view.value(value, unit) for value, unit in zip(table[name], units, strict=True)]
        for name in ("value", "low", "high")
    }
    frame = pd.DataFrame({"where": names, "label": table[view.study.label_column].to_numpy(), **shown})
    columns = (
        TableColumn(name="where", label=TEXTS["set_by"]),
        LABEL,
        TableColumn(name="value", label=TEXTS["value"], write="figure"),
        TableColumn(name="low", label=TEXTS["range_from"], write="figure"),
        TableColumn(name="high", label=TEXTS["groups_label"], write="figure"),
    )
    title = TEXTS["outside_title"]
    note = TEXTS["outside_note"]
    yield builder.table("outside", title, frame, columns, Caption(note=note))


def _left_out(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    table = view.frame("left_out")
    if table.empty:
        return
    language = builder.style.formats.language
    notes = [
        Note(label=str(reason), text=", ".join(rows[f"label_{language}"]))
        for reason, rows in table.groupby(f"reason_{language}", sort=False)
    ]
    title = TEXTS["left_out_title"]
    yield builder.notes("left_out_parameters", notes, title)
