"""The one place where the report's chapters are listed, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import UsageError
from simkit.foundation.text import Text, did_you_mean
from simkit.report.blocks import Block
from simkit.report.chapters import (
    assumptions,
    calibration,
    classes,
    comparison,
    controlling,
    decision,
    glossary,
    inputs,
    levers,
    lifetime,
    organisation,
    pipeline,
    provenance,
    robustness,
    service,
    time,
    value,
    works_council,
    workshop,
)
from simkit.report.context import ReportContext
from simkit.report.sheet import Sheet

DIAGNOSIS, CUSTOMERS, ORGANISATION, CONCLUSIONS = (
    "01_diagnosis", "02_customer_value", "03_organisation", "04_conclusions",
)  # fmt: skip
SIMULATED = (ORGANISATION, CONCLUSIONS)
"""Notebooks whose chapters rest on the comparison of organisations."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One chapter of the report.

    Parameters
    ----------
    name : str
        Name, as on the command line.
    title : Text
        Heading.
    notebook : str
        Notebook that shows it, without its ending.
    blocks : callable
        Yields the chapter's blocks.
    reason_to_leave_out : callable
        Tells why the chapter would rest on assumptions alone; None when it does not.
    """

    name: str
    title: Text
    notebook: str
    blocks: Callable[[ClientAnalysis, Sheet], Iterator[Block]]
    reason_to_leave_out: Callable[[ClientAnalysis], Text | None]


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
        reason_to_leave_out=room.reason_to_leave_out,
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
    name : str
        Name of the chapter.
    report : ReportContext
        What is known about the client, and the style to report it in.
    """
    chapter, analysis = chapter_named(name), report.analysis
    for wanted in analysis.settings.chapters:
        chapter_named(wanted)
    if analysis.settings.chapters and name not in analysis.settings.chapters:
        return []
    sheet = report.sheet(name)
    reason = chapter.reason_to_leave_out(analysis)
    if reason is not None:
        return [sheet.other("left_out", f"{name}_left_out", chapter.title, {"reason": sheet.look.say(reason)})]
    heading = sheet.other("heading", f"{name}_title", chapter.title, {"level": 1})
    return [heading, *chapter.blocks(analysis, sheet)]
