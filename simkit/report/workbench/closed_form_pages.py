"""The small models as blocks of a notebook: frames of the closed forms, messages read off them, parameters with their origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.parameter_set import KIND_LABELS, ParameterSet
from simkit.model.closed_form import case_or_process as ways
from simkit.model.closed_form import congestion
from simkit.model.closed_form import faster_or_better as lever
from simkit.model.specification.model_parameters import load_defaults
from simkit.report.chapters.assumptions.chapter import parameter_blocks
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.style import rows_of
from simkit.report.workbench import closed_form_figures as draw
from simkit.study.calibration.client_parameters import with_own_assumptions
from simkit.study.measured.measured_parameters import parameter_table

if TYPE_CHECKING:
    from simkit.report.context import ReportContext

TEXTS = Catalogue.beside(__file__)

NAME = "small_models"
QUALITY = "winning.quality_logit"
RULE_PARAMETERS = ("small.clog.offered_per_year", "small.clog.gate_minimum", "gate.accuracy", "gate.effort_h",
               "small.clog.close_after_days")  # fmt: skip
SHOWN_ROUNDS = 8
MAP_POINTS = 121


def small_parameter_set(report: ReportContext) -> ParameterSet:
    """Return the parameters that ship with the kit, with those that client.yaml or the notebook sets by hand."""
    client = report.analysis.client
    return with_own_assumptions(load_defaults(client.config.euro_rate), client)


def congestion_blocks(report: ReportContext) -> list[Block]:
    """Return what too many open deals do, and which rule helps."""
    parameter_set, builder = small_parameter_set(report), report.builder(NAME)
    pipeline, rules = congestion.SellerPipeline.of(parameter_set), congestion.rules_to_compare(parameter_set)
    return [
        _congestion_curve(builder, parameter_set, pipeline, rules["today"]),
        _rules(builder, parameter_set, pipeline, rules),
    ]


def case_blocks(report: ReportContext) -> list[Block]:
    """Return where case handling costs less than a standard process."""
    parameter_set, builder = small_parameter_set(report), report.builder(NAME)
    work = ways.WorkType.of(parameter_set)
    parameters = {name: parameter_set[f"small.case.{name}"] for name in ("variant_share", "exception_h")}
    most = {name: max(parameter.high, parameter.value) for name, parameter in parameters.items()}
    shares, hours = (np.linspace(0, end, MAP_POINTS) for end in (most["variant_share"], most["exception_h"]))
    border = ways.break_even_line(work, np.linspace(0, most["exception_h"], 20 * MAP_POINTS))
    border = border[border["break_even_share"] <= most["variant_share"]]
    figure = draw.case_or_process(
        builder.style,
        ways.cost_map(work, shares, hours),
        border.rename(columns={"break_even_share": "variant_share"}),
        (work.variant_share, work.exception_h),
    )
    title = case_message(builder, work)
    caption = Caption(
        unit=TEXTS["case_blocks_unit"],
        source=sources(builder, parameter_set, "small.case."),
        note=_border_range(builder, parameter_set, work),
        short=TEXTS.group("short")["case_or_process"],
    )
    return [builder.figure("case_or_process", title, figure, title, caption)]


def faster_blocks(report: ReportContext) -> list[Block]:
    """Return what speeding up can still bring, and what faster and better bring together."""
    parameter_set, builder = small_parameter_set(report), report.builder(NAME)
    effort = lever.Effort.of(parameter_set)
    return [_speed(builder, parameter_set, effort), _two_levers(builder, parameter_set, effort)]


def parameters_blocks(report: ReportContext) -> list[Block]:
    """Return all parameters of the small models with value, plausible range and origin."""
    parameter_set, builder = small_parameter_set(report), report.builder(NAME)
    chosen = {
        path: parameter
        for path, parameter in parameter_set.items()
        if path.startswith("small.") or path in (QUALITY, *RULE_PARAMETERS)
    }
    return list(parameter_blocks(builder, parameter_table(ParameterSet(chosen), measured=False), "assumed"))


def sources(builder: ChapterBuilder, parameter_set: ParameterSet, beginning: str, further: Iterable[str] = ()) -> str:
    """Return where the values of a model come from: each parameter by name, and where value, range and source stand."""
    paths = [path for path in parameter_set if path.startswith(beginning) and path not in RULE_PARAMETERS]
    return " ".join(
        [
            builder.style.translate(TEXTS["closed_form"]),
            origins(builder, parameter_set, [*paths, *further]),
            builder.style.translate(TEXTS["in_table"]),
        ]
    )


def origins(builder: ChapterBuilder, parameter_set: ParameterSet, paths: Iterable[str]) -> str:
    """Return parameters by name, grouped by the kind of their origin; published ones with their evidence grade."""
    named: dict[str, list[str]] = {}
    for path in paths:
        named.setdefault(parameter_set[path].provenance.kind, []).append(_named(builder, parameter_set, path))
    words = {kind: builder.style.translate(TEXTS.group("groups").get(kind, KIND_LABELS[kind])) for kind in named}
    return " ".join(f"{words[kind][:1].upper()}{words[kind][1:]}: {'; '.join(names)}." for kind, names in named.items())


def _named(builder: ChapterBuilder, parameter_set: ParameterSet, path: str) -> str:
    parameter = parameter_set[path]
    label = builder.style.translate(parameter.label)
    if path.startswith("small."):  # the name of the model stands before the colon
        label = label.partition(": ")[2] or label
    return f"{label} [{parameter.provenance.evidence_grade}]" if parameter.provenance.evidence_grade else label


# ------------------------------------------------------------------------------------------------------------- pipeline


def _congestion_curve(
    builder: ChapterBuilder, parameter_set: ParameterSet, pipeline: congestion.SellerPipeline, rule: congestion.Rule
) -> Block:
    limit = best_limit(pipeline, rule)
    end = round((limit or congestion.LONGEST_LIST) * 2.5) if limit else congestion.LONGEST_LIST
    curve = congestion.congestion_curve(pipeline, rule, range(end + 1))
    shown = curve[curve["attention_h"] > 0]
    title = congestion_message(builder, pipeline, rule)
    caption = Caption(
        unit=TEXTS["congestion_curve_unit"],
        source=sources(builder, parameter_set, "small.clog.", [QUALITY]),
        note=TEXTS["one_seller"],
        short=TEXTS.group("short")["congestion_curve"],
    )
    return builder.figure("congestion_curve", title, draw.congestion_curve(builder.style, shown, limit), title, caption)


def best_limit(pipeline: congestion.SellerPipeline, rule: congestion.Rule) -> int | None:
    """Return the number of open deals with most wins; None where more are always better."""
    limit = congestion.best_limit(pipeline, rule)
    return None if limit == congestion.LONGEST_LIST else limit


def congestion_message(builder: ChapterBuilder, pipeline: congestion.SellerPipeline, rule: congestion.Rule) -> str:
    """Return what the congestion curve says."""
    limit, write = best_limit(pipeline, rule), builder.style.formats.number
    if limit is None:
        return builder.translate(TEXTS["congestion_message_up_open_deals"], n=write(congestion.LONGEST_LIST))
    at, twice = congestion.congestion_curve(pipeline, rule, [limit, 2 * limit])["wins_per_year"]
    return builder.translate(
        TEXTS["congestion_message_open_deals_seller"], limit=write(limit), at=write(at, 1), twice=write(twice, 1)
    )


def _rules(
    builder: ChapterBuilder,
    parameter_set: ParameterSet,
    pipeline: congestion.SellerPipeline,
    rules: dict[str, congestion.Rule],
) -> Block:
    found = congestion.outcomes(pipeline, rules)
    frame = found.assign(label=[builder.style.translate(congestion.RULES[rule]) for rule in found["rule"]])
    title = rules_message(builder, frame)
    caption = Caption(
        unit=builder.translate(TEXTS["rules_unit"], n=builder.style.formats.number(pipeline.offered_per_year)),
        source=sources(builder, parameter_set, "small.clog.", [QUALITY, *RULE_PARAMETERS]),
        note=TEXTS["rules_note"],
        short=TEXTS.group("short")["pipeline_rules"],
    )
    return builder.figure("pipeline_rules", title, draw.rule_outcomes(builder.style, frame), title, caption)


def rules_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return which rule wins most deals, and what today's handling leads to."""
    best = frame.sort_values("wins_per_year", ascending=False, kind="stable").iloc[0]
    today = select(frame, rule="today").iloc[0]
    write = builder.style.formats.number
    if best["rule"] == "today":
        words = TEXTS["rules_message_words"]
    elif np.isinf(today["open_deals"]):
        words = TEXTS["rules_message_words_taking_everything_list"]
    else:
        words = TEXTS["rules_message_words_wins_most_deals"]
    return builder.translate(
        words, rule=best["label"], wins=write(best["wins_per_year"], 1), today=write(today["wins_per_year"], 1)
    )


# ------------------------------------------------------------------------------------------------------ case or process


def case_message(builder: ChapterBuilder, work: ways.WorkType) -> str:
    """Return which way costs less for the values set, and where the border is."""
    formats = builder.style.formats
    lead = TEXTS.group("case_message_lead")[work.cheaper]
    share = ways.break_even_share(work)
    border = TEXTS["case_message_border"] if share is None else TEXTS["the_border_is_at"]
    saved = formats.number(abs(work.process_h - work.case_h), 2)
    values = {"share": formats.share(work.variant_share, 0), "saved": saved, "border": formats.share(share, 0)}
    return f"{builder.translate(lead, **values)}; {builder.translate(border, **values)}"


def _border_range(builder: ChapterBuilder, parameter_set: ParameterSet, work: ways.WorkType) -> str:
    """Return how far the border moves along the plausible cost of an exception."""
    formats, parameter = builder.style.formats, parameter_set["small.case.exception_h"]
    words = TEXTS["border_range_words"]
    nowhere = TEXTS["border_range_nowhere"]
    at = TEXTS["at_of_cases"]
    shares = [ways.break_even_share(replace(work, exception_h=hours)) for hours in (parameter.low, parameter.high)]
    places = [nowhere if share is None else at.fill(share=formats.share(share, 0)) for share in shares]
    range_words = TEXTS["plausible_range"]
    ends = zip((parameter.low, parameter.high), places, strict=True)
    sentences = [
        builder.style.translate(words.fill(hours=formats.number(hours), border=place)) for hours, place in ends
    ]
    only_hours = TEXTS["border_range_only_hours"]
    return " ".join([builder.style.translate(range_words), *sentences, builder.style.translate(only_hours)])


# ----------------------------------------------------------------------------------------------------- faster or better


def _speed(builder: ChapterBuilder, parameter_set: ParameterSet, effort: lever.Effort) -> Block:
    rounds = sorted({*map(float, range(SHOWN_ROUNDS + 1)), effort.rounds})
    title = speed_message(builder, effort)
    figure = draw.speeding_up(builder.style, lever.speed_curve(effort, rounds), effort.speedup_max, effort.rounds)
    limit = parameter_set["small.faster.speedup_max"]
    range_words = TEXTS["speed_range_words"]
    caption = Caption(
        unit=TEXTS["speed_unit"],
        source=sources(builder, parameter_set, "small.faster."),
        note=builder.translate(
            range_words,
            low=builder.style.formats.number(limit.low, 1),
            high=builder.style.formats.number(limit.high, 1),
        ),
        short=TEXTS.group("short")["speeding_up"],
    )
    return builder.figure("speeding_up", title, figure, title, caption)


def speed_message(builder: ChapterBuilder, effort: lever.Effort) -> str:
    """Return what speeding up has brought after the rounds set, and what all further rounds can bring."""
    formats = builder.style.formats
    done = lever.speed_curve(effort, [effort.rounds]).iloc[0]
    return builder.translate(
        TEXTS["speed_message_speeding_up_brings"],
        rounds=formats.number(effort.rounds, int(effort.rounds % 1 != 0)),
        gain=formats.signed_share(done["value"] - 1),
        left=formats.points(done["still_possible"]).removeprefix("+"),
    )


def _two_levers(builder: ChapterBuilder, parameter_set: ParameterSet, effort: lever.Effort) -> Block:
    found = lever.effects_with_range(parameter_set)
    frame = found.assign(label=[builder.style.translate(lever.EFFECTS[name]) for name in found["effect"]])
    cells = lever.two_by_two(effort)
    title = levers_message(builder, cells, found)
    caption = Caption(
        unit=TEXTS["two_levers_unit"],
        source=sources(builder, parameter_set, "small.faster."),
        note=TEXTS["two_levers_note"],
        short=TEXTS.group("short")["faster_or_better"],
    )
    figure = draw.faster_or_better(builder.style, cells, frame)
    return builder.figure("faster_or_better", title, figure, title, caption)


def levers_message(builder: ChapterBuilder, cells: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Return what each lever brings alone and both together, with the plausible range."""
    formats = builder.style.formats
    gains = {(row.efficiency, row.effectiveness): row.value - 1 for _, row in rows_of(cells)}
    both = select(effects, effect="both").iloc[0]
    return builder.translate(
        TEXTS["levers_message_faster_alone_brings"],
        faster=formats.signed_share(gains[True, False]),
        better=formats.signed_share(gains[False, True]),
        both=formats.signed_share(gains[True, True]),
        low=formats.signed_share(both["low"]),
        high=formats.signed_share(both["high"]),
    )
