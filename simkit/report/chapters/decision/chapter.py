"""Chapter: the decision page, which a managing director reads even if nothing else is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.missing import Missing
from simkit.report.chapters.decision.basis import basis, not_fitting, what_to_measure
from simkit.report.chapters.decision.diagnosis import diagnosed, found
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, KeyFigure
from simkit.report.document.study_views import StudyView
from simkit.study.advice import risk_texts
from simkit.study.bilingual_texts import BilingualNumbers

if TYPE_CHECKING:
    from simkit.study.advice.recommendation import Figure
    from simkit.study.organisation_study import OrganisationStudy

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    study = analysis.study
    if isinstance(study, Missing):
        content = diagnosed(builder, analysis, study)
    elif study.gate.passes:
        content = _advised(builder, analysis, study)
    else:
        content = _not_usable(builder, study)
    sentences = found(builder, analysis)
    told = [sentence for sentence in sentences if sentence != content["recommendation"]]
    content = {"found": told, **content, "shown_in": {**sentences, **_shown_in(builder, study)}}
    yield builder.other("decision", "decision", TITLE, content)


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
        "why": [translate(text) for text in advice.reasons],
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


SHOWN_REASONS = 3
"""Reasons that speak of gain, draws and limits, which the table of plans shows; the reasons begin with them."""


def _shown_in(builder: ChapterBuilder, study: OrganisationStudy | Missing) -> dict[str, str]:
    """Return the exhibit of the body that shows what a sentence of the answer says, by the sentence."""
    if isinstance(study, Missing) or not study.gate.passes:
        return {}
    advice, bilingual = study.recommendation, BilingualNumbers(currency=builder.style.formats.currency)
    worse = risk_texts.worsened(study.frame("differences"), study.main_scenario, advice.shown, bilingual)
    drivers = select(study.frame("joint_drivers"), design=advice.shown)
    places = {
        "plan_plans": advice.reasons[:SHOWN_REASONS],
        **({} if study.frame("chain").empty else {"plan_steps": advice.reasons[:1]}),
        "plan_worse": worse,
        "plan_must_be_true": advice.confidence_reasons[-len(drivers) :] if len(drivers) else (),
        "plan_roadmap": advice.next_steps[:-1] if advice.design else (),
    }
    return {builder.style.translate(text): name for name, texts in places.items() for text in texts}


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
