"""What the answer rests on, told before any amount of money: load, fit of the model, and how much was measured."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.study.organisation_study import OrganisationStudy

TEXTS = Catalogue.beside(__file__)

LOAD = "load.utilisation"
LISTED = 6
"""Quantities named on the page; the chapter on the fit has all of them."""


def basis(builder: ChapterBuilder, study: OrganisationStudy) -> list[str]:
    """Return how busy the sales force is taken to be, how well the model fits, and what share of it was measured."""
    return [*_load(builder, study), *_fit(builder, study), builder.translate(study.recommendation.measured)]


def _load(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[str]:
    frames = [study.frame(name) for name in ("measured", "assumed")]
    rows = select(pd.concat(frames, ignore_index=True), path=LOAD)
    if rows.empty:
        return
    row, share = rows.iloc[0], builder.style.formats.share
    told = TEXTS.group("load").get(str(row["kind"]), TEXTS["load_by_hand"])
    known = row["low"] == row["low"]
    between = (
        TEXTS["between"].fill(low=share(row["low"], 0), high=share(row["high"], 0)) if known else Text(de="", en="")
    )
    yield builder.translate(told, load=share(row["value"], 0), between=builder.translate(between))


def _fit(builder: ChapterBuilder, study: OrganisationStudy) -> Iterator[str]:
    gate, number = study.gate, builder.style.formats.number
    if gate.level == "not_calibrated":
        yield builder.translate(TEXTS["not_fitted"])
        return
    text = TEXTS["fit_all"] if gate.passes else TEXTS["fit_some"]
    yield builder.translate(text, passed=number(gate.passed), checked=number(gate.checked))


def not_fitting(builder: ChapterBuilder, study: OrganisationStudy) -> list[str]:
    """Return the quantities that stand in the way, the first of them by name."""
    if study.gate.level == "not_calibrated":  # nothing was fitted, so nothing could fit
        return []
    failed = [builder.translate(text) for text in study.gate.failed]
    more = len(failed) - LISTED
    rest = [builder.translate(TEXTS["and_more"], n=builder.style.formats.number(more))] if more > 0 else []
    return [*failed[:LISTED], *rest]


def what_to_measure(builder: ChapterBuilder, study: OrganisationStudy) -> list[str]:
    """Return the steps that bring the model to the client, in place of an advice."""
    if study.gate.level == "not_calibrated":
        steps = (TEXTS["step_fit"], TEXTS["step_check"], TEXTS["step_decide"])
        return [builder.translate(text) for text in steps]
    failed = study.gate.failed[:2]
    named = [TEXTS["step_measure"].fill(what=text) for text in failed]
    return [builder.translate(text) for text in (*named, TEXTS["step_again"], TEXTS["step_decide"])][:3]
