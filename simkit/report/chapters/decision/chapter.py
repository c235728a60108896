"""Chapter: the decision page, which a managing director reads even if nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.estimates import FEWEST_TOLD
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.decision.basis import basis, not_fitting, what_to_measure
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.chapters.time import chapter as time
from simkit.report.chapters.value import chapter as value
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, KeyFigure
from simkit.report.document.study_views import StudyView

if TYPE_CHECKING:
    from simkit.study.advice.recommendation import Figure
    from simkit.study.organisation_study import OrganisationStudy

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    study = analysis.study
    if isinstance(study, Missing):
        content = _diagnosed(builder, analysis, study)
    elif study.gate.passes:
        content = _advised(builder, analysis, study)
    else:
        content = _not_usable(builder, study)
    told = content["recommendation"]
    found = [sentence for sentence in _found(builder, analysis) if sentence != told]
    yield builder.other("decision", "decision", TITLE, {"found": found, **content})


def _found(builder: ChapterBuilder, analysis: ClientAnalysis) -> list[str]:
    """Return what the diagnosis found, one sentence each."""
    found = [*_time_sentences(builder, analysis), *_value_sentences(builder, analysis)]
    return [*found, *(_pipeline_sentences(builder, analysis) if isinstance(analysis.study, Missing) else ())]


def _time_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[str]:
    found, share = analysis.time_use, builder.style.formats.share
    if isinstance(found, Missing):
        return
    internal = time.group_share(found, "internal")
    rest = TEXTS["time_sentences_internal"].fill(internal=share(internal)) if internal == internal else ""
    yield builder.translate(
        TEXTS.group("time_sentences")[found.source],
        facing=share(found.facing.value),
        low=share(found.facing.low),
        high=share(found.facing.high),
        coverage=f" {builder.translate(words)}" if (words := time.coverage_words(builder, found)).en else "",
        internal=rest,
    )


def _value_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[str]:
    found, share = analysis.value, builder.style.formats.share
    if isinstance(found, Missing):
        return
    if value.top_customers(found, 0.2) >= FEWEST_TOLD:
        yield builder.translate(TEXTS["value_sentences_top_20_percent"], share=share(value.top_share(found, 0.2), 0))
    for _, row in found.effort.iterrows():
        if row["verdict"] == "over" and row["customers"] >= FEWEST_TOLD:
            hours, worth = builder.style.formats.shares_apart(row["hours_share"], row["value_share"])
            text = TEXTS["value_sentences_customers_get_hours"]
            yield builder.translate(text, segment=row["segment"], hours=hours, value=worth)
    yield from _costly(builder, analysis)


def _costly(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[str]:
    """Yield how many customers cost more than they bring, and how much."""
    found = analysis.value
    if not isinstance(found, Missing) and found.whale is not None and found.whale.below_zero:
        text = TEXTS["costly_after_hours"] if value.knows_hours(found) else TEXTS["costly_orders"]
        yield builder.translate(text, count=found.whale.below_zero)


def _pipeline_sentences(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[str]:
    """Yield what the deals tell where nothing else tells of customers."""
    found, formats = analysis.pipeline, builder.style.formats
    if isinstance(found, Missing):
        return
    decided = int(found.by_stage.loc[found.by_stage["stage"].isin(["won", "lost"]), "deals"].sum())
    if found.win_rate is not None and decided >= FEWEST_TOLD:
        yield builder.translate(
            TEXTS["pipeline_rate"],
            rate=formats.share(found.win_rate.value),
            low=formats.share(found.win_rate.low),
            high=formats.share(found.win_rate.high),
        )
    yield from _pipeline_age(builder, analysis)


def _pipeline_age(builder: ChapterBuilder, analysis: ClientAnalysis) -> Iterator[str]:
    """Yield how many of the open deals are old."""
    found, formats = analysis.pipeline, builder.style.formats
    if not isinstance(found, Missing) and found.dated_open_deals >= FEWEST_TOLD:
        yield builder.translate(
            TEXTS["pipeline_age"],
            n=formats.number(found.open_deals),
            dated=formats.number(found.dated_open_deals),
            share=formats.share(found.stale_share, 0),
        )


def _not_usable(builder: ChapterBuilder, study: OrganisationStudy) -> dict[str, object]:
    """Return what is told in place of an advice: no verdict and no amount, but what does not fit and what to measure."""
    draft = study.gate.level == "not_calibrated"
    return {
        "verdict": "draft" if draft else "not_usable",
        "basis": basis(builder, study),
        "recommendation": builder.translate(TEXTS["draft"] if draft else TEXTS["not_usable"]),
        "figures": [],
        "not_fitting": not_fitting(builder, study),
        "confidence": [builder.translate(TEXTS["no_verdict"])],
        "risks": [],
        "steps": what_to_measure(builder, study),
    }


def _advised(builder: ChapterBuilder, analysis: ClientAnalysis, study: OrganisationStudy) -> dict[str, object]:
    translate, advice = builder.style.translate, study.recommendation
    return {
        "verdict": advice.verdict,
        "basis": basis(builder, study),
        "not_fitting": [],
        "recommendation": translate(advice.headline),
        "figures_of": _figures_of(builder, study),
        "why": _why(builder, study),
        "ask": _ask(builder, study),
        "figures": builder.items(
            [
                _key_figure(builder, StudyView(study=study, style=builder.style), figure)
                for figure in (advice.money, advice.people, advice.hours)
            ]
        ),
        "confidence": [
            translate(advice.confidence),
            *_drawn(builder, study),
            *(translate(text) for text in advice.confidence_reasons),
            *_robust(builder, analysis, advice.shown),
        ],
        "risks": [translate(text) for text in advice.risks],
        "steps": _with_what_to_know([translate(text) for text in advice.next_steps], builder, analysis),
    }


DIAGNOSED_STEPS = 4
WHY_SHOWN_IN = "plan_plans"
"""The exhibit that shows gain, draws and limits, with which the reasons begin."""
SHOWN_REASONS = 3


def _why(builder: ChapterBuilder, study: OrganisationStudy) -> list[dict[str, str]]:
    """Return the reasons, each with the exhibit that shows it."""
    return [
        {"text": builder.style.translate(text), "exhibit": WHY_SHOWN_IN if place < SHOWN_REASONS else ""}
        for place, text in enumerate(study.recommendation.reasons)
    ]


def _figures_of(builder: ChapterBuilder, study: OrganisationStudy) -> str:
    """Return whose the figures are."""
    shown = StudyView(study=study, style=builder.style).design_label(study.recommendation.shown)
    return builder.translate(TEXTS["figures_of"], plan=shown)


def _ask(builder: ChapterBuilder, study: OrganisationStudy) -> str:
    """Return what is asked of the board."""
    advice = study.recommendation
    plan = StudyView(study=study, style=builder.style).design_label(advice.shown)
    return builder.translate(TEXTS.group("ask")[advice.verdict], plan=plan)


def _drawn(builder: ChapterBuilder, study: OrganisationStudy) -> list[str]:
    """Return that the range beside the gain knows the simulation alone, where nothing was drawn."""
    rows = select(study.frame("joint_summary"), design=study.recommendation.shown)
    drawn = not rows.empty and bool(rows["reliability"].notna().any())
    return [] if drawn else [builder.translate(TEXTS["simulation_alone"])]


def _robust(builder: ChapterBuilder, analysis: ClientAnalysis, best: str) -> list[str]:
    """Return where the best design wins, once robustness has been tested."""
    view = _tested(builder, analysis)
    return [view.rule(best)] if view is not None and best in set(view.frame("regions")["design"]) else []


def _with_what_to_know(steps: list[str], builder: ChapterBuilder, analysis: ClientAnalysis) -> list[str]:
    """Return the steps with the assumption that is worth most to know in place of the widest one, where that was tested."""
    view = _tested(builder, analysis)
    worth = view.information() if view is not None else None
    if worth is None or worth.empty or len(steps) < 2:
        return steps
    first = worth.sort_values("value", ascending=False, kind="stable").iloc[0]
    told = builder.translate(TEXTS["with_what_to_know_words"], label=first["label"], worth=first["worth"])
    study = analysis.study
    if not isinstance(study, Missing) and study.recommendation.design:  # the steps of a plan all stay
        return [*steps[:-1], told, steps[-1]]
    return [steps[0], told, *steps[2:]]


def _tested(builder: ChapterBuilder, analysis: ClientAnalysis) -> RobustnessView | None:
    """Return the test of robustness, where the report is of full depth."""
    study, tested = analysis.study, analysis.robustness
    if isinstance(study, Missing) or isinstance(tested, Missing):
        return None
    return RobustnessView(found=tested, study=StudyView(study=study, style=builder.style))


def _key_figure(builder: ChapterBuilder, view: StudyView, figure: Figure) -> KeyFigure:
    """Return one headline number with its interval under it, and what that holds."""
    formats = builder.style.formats
    units = TEXTS.group("key_figure_units")
    if figure.unit == "money":
        value, low, high = view.moneys(figure.value, figure.low, figure.high)
        share = "" if figure.relative != figure.relative else formats.signed_share(figure.relative)
        of = builder.translate(TEXTS["of_contribution"], share=share) if share else ""
        interval = " ".join((of, builder.translate(TEXTS.group("intervals")[figure.basis], low=low, high=high))).strip()
    else:
        digits = 1 if figure.unit == "fte" else 0
        unit = builder.style.translate(units.get(figure.unit, figure.unit))
        value = f"{formats.signed(figure.value, digits)}\u00a0{unit}"
        interval = f"{formats.signed(figure.low, digits)} … {formats.signed(figure.high, digits)}"
    return KeyFigure(
        label=figure.label,
        value=value,
        detail=interval,
        number=figure.value,
        low=figure.low,
        high=figure.high,
        unit=figure.unit,
    )


def _diagnosed(builder: ChapterBuilder, analysis: ClientAnalysis, lacking: Missing) -> dict[str, object]:
    """Return the strongest finding when organisations could not be compared: no design, but what to find out next."""
    translate = builder.style.translate
    risk = TEXTS["diagnosed_risk"]
    strongest = [*_costly(builder, analysis), *_pipeline_age(builder, analysis), *_found(builder, analysis)]
    return {
        "verdict": "diagnosis_only",
        "basis": [],
        "not_fitting": [],
        "recommendation": strongest[0] if strongest else translate(TEXTS["diagnosed_statement"]),
        "figures": [],
        "confidence": [translate(TEXTS["diagnosed_statement"]), translate(lacking.reason)],
        "risks": [translate(risk)],
        "steps": [translate(text) for text in _next_steps(builder, analysis, lacking)],
    }


def _next_steps(builder: ChapterBuilder, analysis: ClientAnalysis, lacking: Missing) -> list[Text]:
    """Return the steps that follow from what was found, and what to deliver for an answer on the organisation."""
    steps = []
    if list(_costly(builder, analysis)):
        steps.append(TEXTS["next_steps_costly"])
    if list(_pipeline_age(builder, analysis)):
        steps.append(TEXTS["next_steps_old_deals"])
    if not isinstance(analysis.time_use, Missing):
        steps.append(TEXTS["next_steps_discuss_diagnosis_roles"])
    if not isinstance(analysis.value, Missing) and analysis.client.workshop is None:
        steps.append(TEXTS["next_steps_decide_workshop_what"])
    deliver = [TEXTS["deliver_in_addition"].fill(what=what) for what in lacking.remedy[:2]]
    return [*steps[:2], *deliver][:DIAGNOSED_STEPS]
