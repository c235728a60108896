"""The one place where the report's chapters are listed, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import UsageError
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, did_you_mean
from simkit.report.chapters.assumptions import chapter as assumptions
from simkit.report.chapters.calibration import chapter as calibration
from simkit.report.chapters.classes import chapter as classes
from simkit.report.chapters.comparison import chapter as comparison
from simkit.report.chapters.controlling import chapter as controlling
from simkit.report.chapters.decision import chapter as decision
from simkit.report.chapters.glossary import chapter as glossary
from simkit.report.chapters.inputs import chapter as inputs
from simkit.report.chapters.levers import chapter as levers
from simkit.report.chapters.lifetime import chapter as lifetime
from simkit.report.chapters.organisation import chapter as organisation
from simkit.report.chapters.pipeline import chapter as pipeline
from simkit.report.chapters.provenance import chapter as provenance
from simkit.report.chapters.robustness import chapter as robustness
from simkit.report.chapters.service import chapter as service
from simkit.report.chapters.time import chapter as time
from simkit.report.chapters.value import chapter as value
from simkit.report.chapters.works_council import chapter as works_council
from simkit.report.chapters.workshop import chapter as workshop
from simkit.report.context import ReportContext
from simkit.report.document.blocks import CHAPTER_LEVEL, Block
from simkit.report.document.chapter_builder import ChapterBuilder

DIAGNOSIS, CUSTOMERS, ORGANISATION, CONCLUSIONS = (
    "01_diagnosis", "02_customer_value", "03_organisation", "04_conclusions",
)  # fmt: skip
SIMULATED = (ORGANISATION, CONCLUSIONS)
"""Notebooks whose chapters rest on the comparison of organisations."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter of the report."""

    name: str
    """Name, as on the command line."""
    title: Text
    notebook: str
    """Notebook that shows it, without its ending."""
    blocks: Callable[[ClientAnalysis, ChapterBuilder], Iterator[Block] | Missing]
    """Returns the chapter's blocks, or why it would rest on assumptions alone and is left out."""


_ROOMS = (
    (decision, ORGANISATION),
    (time, DIAGNOSIS),
    (pipeline, DIAGNOSIS),
    (workshop, CUSTOMERS),
    (value, CUSTOMERS),
    (classes, CUSTOMERS),
    (service, CUSTOMERS),
    (controlling, CUSTOMERS),
    (lifetime, CUSTOMERS),
    (calibration, CONCLUSIONS),
    (organisation, ORGANISATION),
    (comparison, CONCLUSIONS),
    (levers, CONCLUSIONS),
    (robustness, CONCLUSIONS),
    (works_council, ORGANISATION),
    (inputs, DIAGNOSIS),
    (assumptions, ORGANISATION),
    (provenance, ORGANISATION),
    (glossary, ORGANISATION),
)

CHAPTERS: tuple[Chapter, ...] = tuple(
    Chapter(
        name=room.NAME,
        title=room.TITLE,
        notebook=notebook,
        blocks=room.blocks,
    )
    for room, notebook in _ROOMS
)


def chapter_named(name: str) -> Chapter:
    """Return a chapter by its name.

    Raises
    ------
    UsageError
        For an unknown name; it names the nearest ones.
    """
    for chapter in CHAPTERS:
        if chapter.name == name:
            return chapter
    raise UsageError(
        Text(de=f"Das Kapitel '{name}' gibt es nicht.", en=f"There is no chapter '{name}'."),
        "chapters",
        did_you_mean(name, [chapter.name for chapter in CHAPTERS]),
    )


def write_chapter(name: str, report: ReportContext) -> list[Block]:
    """Return a chapter with its heading, or why it is left out; nothing when other chapters are asked for.

    Parameters
    ----------
    report : ReportContext
        What is known about the client, and the style to report it in.
    """
    chapter, analysis = chapter_named(name), report.analysis
    for wanted in analysis.settings.chapters:
        chapter_named(wanted)
    if analysis.settings.chapters and name not in analysis.settings.chapters:
        return []
    builder = report.builder(name)
    content = chapter.blocks(analysis, builder)
    if isinstance(content, Missing):
        return [
            builder.other(
                "left_out", f"{name}_left_out", chapter.title, {"reason": builder.style.translate(content.reason)}
            )
        ]
    heading = builder.other("heading", f"{name}_title", chapter.title, {"level": CHAPTER_LEVEL})
    return [heading, *content]
