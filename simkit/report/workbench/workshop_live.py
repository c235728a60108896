"""The live session: the chapter on the workshop from the questionnaires as they lie in the folder at this moment."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.findings import SEVERITY_LABELS
from simkit.intake.workshop.problems import KINDS, counted
from simkit.intake.workshop.questionnaire_reading import ReadWorkshop
from simkit.intake.workshop_session import read_client_workshop
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn
from simkit.value.weighting.ahp import comparison_problems

TEXTS = Catalogue.beside(__file__)

NAME = "workshop_live"


def live_blocks(report: ReportContext, folder: str = "") -> list[Block]:
    """Return how many questionnaires have arrived, what is wrong with them, and what they say together.

    The screen is seen by all, so nothing names a person, a file or a department of fewer than five.

    Parameters
    ----------
    report : ReportContext
        Of the client; its stored answers are set aside.
    folder : str
        Where the questionnaires lie; empty for the client's folder ``workshop``.
    """
    found = read_client_workshop(report.analysis.client.folder, Path(folder) if folder else None)
    builder = report.builder(NAME)
    if not found.workshop.people:
        return [_arrived(builder, found), *_problems(builder, found), builder.text("waiting", TEXTS["waiting"])]
    answered = replace(report.analysis.client, workshop=found.workshop)
    settings = report.analysis.settings.model_copy(update={"chapters": ()})
    fresh = replace(report, analysis=ClientAnalysis(client=answered, settings=settings))
    return [
        _arrived(builder, found),
        *_problems(builder, found),
        *write_chapter("workshop", fresh)[1:],
        *_missing(builder, found),
    ]


def _arrived(builder: ChapterBuilder, found: ReadWorkshop) -> Block:
    number = builder.style.formats.number
    workshop = found.workshop
    compared = workshop.frame("judgements")["participant"].nunique()
    shared = workshop.frame("points")["participant"].nunique()
    ratings = len(workshop.frame("ratings"))
    figures = [
        KeyFigure(label=TEXTS["questionnaires_read"], value=number(workshop.people), number=workshop.people),
        KeyFigure(label=TEXTS["with_pairs"], value=number(compared), number=compared),
        KeyFigure(label=TEXTS["with_points_or_swings"], value=number(shared), number=shared),
        KeyFigure(label=TEXTS["ratings_of_customers"], value=number(ratings), number=ratings),
    ]
    return builder.key_figures("arrived", figures, TEXTS["what_has_arrived"])


def _problems(builder: ChapterBuilder, found: ReadWorkshop) -> list[Block]:
    """Return the problems by kind; which file is meant the facilitator sees with ``simkit workshop read``."""
    counts = counted([*found.problems, *comparison_problems(found.workshop, found.files)])
    if not counts:
        return []
    frame = pd.DataFrame(
        {
            "severity": [builder.style.translate(SEVERITY_LABELS[KINDS[kind].severity]) for kind in counts],
            "what": [KINDS[kind].summary for kind in counts],
            "count": list(counts.values()),
        }
    )
    columns = (
        TableColumn(name="severity", label=TEXTS["severity"]),
        TableColumn(name="what", label=TEXTS["finding"]),
        TableColumn(name="count", label=TEXTS["questionnaires"], write="number"),
    )
    title = TEXTS["problems_title"]
    note = TEXTS["problems_note"]
    return [builder.table("live_problems", title, frame, columns, Caption(note=note))]


def _missing(builder: ChapterBuilder, found: ReadWorkshop) -> list[Block]:
    missing = found.workshop.frame("suggestions")["text"]
    if missing.empty:
        return []
    title = TEXTS["criteria_that_are_missing"]
    points: list[Text | str] = list(missing.dropna())
    if lone := int(missing.isna().sum()):
        points.append(TEXTS["lone_criteria"].fill(n=lone))
    return [builder.text("missing_criteria", title=title, points=points)]
