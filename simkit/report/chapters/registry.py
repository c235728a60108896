"""The one place where the report's chapters are listed, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import UsageError
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, did_you_mean
from simkit.report.context import ReportContext
from simkit.report.document.blocks import CHAPTER_LEVEL, Block
from simkit.report.document.chapter_builder import ChapterBuilder

DIAGNOSIS, CUSTOMERS, ORGANISATION, CONCLUSIONS = (
    "01_diagnosis", "02_customer_value", "03_organisation", "04_conclusions",
)  # fmt: skip
SIMULATED = (ORGANISATION, CONCLUSIONS)
"""Notebooks whose chapters rest on a simulation."""
WITHOUT_COMPARISON = ("calibration",)
"""Their chapters that do not read the comparison of organisations."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter of the report."""

    name: str
    """Name, as on the command line; that of its folder."""
    title: Text
    notebook: str
    """Notebook that shows it, without its ending."""
    blocks: Callable[[ClientAnalysis, ChapterBuilder], Iterator[Block] | Missing]
    """Returns the chapter's blocks, or why it would rest on assumptions alone and is left out."""


ORDER = (
    ("decision", ORGANISATION),
    ("time", DIAGNOSIS),
    ("pipeline", DIAGNOSIS),
    ("workshop", CUSTOMERS),
    ("value", CUSTOMERS),
    ("classes", CUSTOMERS),
    ("service", CUSTOMERS),
    ("controlling", CUSTOMERS),
    ("lifetime", CUSTOMERS),
    ("calibration", CONCLUSIONS),
    ("plan", ORGANISATION),
    ("organisation", ORGANISATION),
    ("comparison", CONCLUSIONS),
    ("levers", CONCLUSIONS),
    ("robustness", CONCLUSIONS),
    ("works_council", ORGANISATION),
    ("inputs", DIAGNOSIS),
    ("assumptions", ORGANISATION),
    ("provenance", ORGANISATION),
    ("glossary", ORGANISATION),
)
"""Folder of each chapter beside this file, and the notebook that shows it; a chapter is added by one line here."""


def _chapter(name: str, notebook: str) -> Chapter:
    content = import_module(f"simkit.report.chapters.{name}.chapter")
    return Chapter(name=name, title=content.TITLE, notebook=notebook, blocks=content.blocks)


CHAPTERS: tuple[Chapter, ...] = tuple(_chapter(name, notebook) for name, notebook in ORDER)


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
    report.written.add(name)
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


def write_other_chapters(notebook: str, report: ReportContext) -> list[Block]:
    """Return the chapters of a notebook that no cell above has written, in the order of the report.

    So a chapter needs no cell of its own; it gets one when there is something to explain.

    Parameters
    ----------
    notebook : str
        Name of the notebook, without its ending.
    report : ReportContext
        What is known about the client; it remembers which chapters were written.
    """
    others = [one.name for one in CHAPTERS if one.notebook == notebook and one.name not in report.written]
    return [block for name in others for block in write_chapter(name, report)]
