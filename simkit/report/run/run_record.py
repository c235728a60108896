"""The record of a run, ``run.json``: what was asked, read, computed and answered, for people and for other programs.

It names no machine, no user and no path; ``python -m simkit.extras.docs_pages.record_page`` writes its JSON schema to docs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from simkit.foundation.missing import Missing
from simkit.foundation.text import Language
from simkit.report.document.blocks import Block
from simkit.report.document.story import Part, numbers_of
from simkit.study.organisation_study import OrganisationStudy

VERSION = 2
RUNNING_ONLY = ("process", "machine")
"""What a record tells only while its run is under way, so that another run can see whether it still lives."""
SETTINGS_OF_VERSION_1 = (
    "designs", "replications", "precision", "budget", "draws", "search", "depth", "seed", "changes", "parameters",
    "chapters", "calibrate",
)  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordedFit(_Part):
    """How the model stood to the client's figures."""

    level: str
    checked: int
    passed: int


class RecordedPlan(_Part):
    """One plan that was examined."""

    name: str
    label: str
    """What the report calls it, in its language."""
    changes: str
    """All its changes of today's organisation, in words."""


class RecordedVerdict(_Part):
    """The answer."""

    kind: str
    """"do_it", "first_step", "keep", "measure_first" or "not_usable"."""
    because: str = ""
    plan: str = ""
    beyond: str = ""
    """Name of the plan that is advised, and of a first step the plan that it is part of."""
    headline: str
    gain_amount: float | None = None
    low_amount: float | None = None
    high_amount: float | None = None
    """Of the plan that the answer is about: gain a year and its range, in the client's currency."""


class RecordedExhibit(_Part):
    """One numbered chart or table."""

    document: Part
    number: str
    chapter: str
    name: str
    kind: str
    title: str


class RecordedGap(_Part):
    """A chapter that was left out."""

    chapter: str
    reason: str


class RunRecord(BaseModel):
    """Everything that a run tells of itself."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal[1, 2] = 2
    """Of this format; 1 had its settings beside the other entries and told neither fit, verdict, plans nor exhibits."""
    client: str
    started: str
    """Local time, ISO."""
    language: Language
    outcome: Literal["running", "finished", "failed", "interrupted"]
    message: str = ""
    settings: Mapping[str, Any] = {}
    """What was asked for (:class:`simkit.intake.settings.run_settings.RunSettings`)."""
    period: tuple[str, str]
    """First and last day of the data."""
    versions: Mapping[str, str] = {}
    input_hashes: Mapping[str, str] = {}
    """SHA-256 of every file that was read, by its name."""
    engine: str = ""
    fit: RecordedFit | None = None
    verdict: RecordedVerdict | None = None
    plans: tuple[RecordedPlan, ...] = ()
    exhibits: tuple[RecordedExhibit, ...] = ()
    staff_groups: Mapping[str, tuple[str, ...]] | None = None
    """Level → names of the groups of staff that the exhibits show; None where an older version did not tell them."""
    left_out: tuple[RecordedGap, ...] = ()
    seconds: Mapping[str, float] = {}
    """Wall-clock time by step."""


def read_record(file: Path) -> RunRecord:
    """Return the record of a run, also one that an older version wrote."""
    content = json.loads(file.read_text(encoding="utf-8"))
    if "version" not in content:
        settings = {name: content.pop(name) for name in SETTINGS_OF_VERSION_1 if name in content}
        content |= {"version": 1, "settings": settings}
    return RunRecord.model_validate(content)


def recorded_answer(study: OrganisationStudy | Missing, language: Language) -> dict[str, Any]:
    """Return what the record tells of a study: fit, verdict and plans; nothing where there is none."""
    if isinstance(study, Missing):
        return {}
    advice, gate = study.recommendation, study.gate
    money = advice.money if gate.passes else None
    names = study.select("designs", role="main")
    plans = [
        RecordedPlan(name=row["design"], label=row[f"label_{language}"], changes=row[f"changes_{language}"])
        for row in names.to_dict("records")
    ]
    verdict = RecordedVerdict(
        kind=advice.verdict,
        because=advice.because,
        plan=advice.design,
        beyond=advice.beyond,
        headline=advice.headline.to(language),
        gain_amount=None if money is None else money.value,
        low_amount=None if money is None else money.low,
        high_amount=None if money is None else money.high,
    )
    fit = RecordedFit(level=gate.level, checked=gate.checked, passed=gate.passed)
    return {
        "fit": fit.model_dump(), "verdict": verdict.model_dump(), "plans": [plan.model_dump() for plan in plans],
    }  # fmt: skip


def recorded_exhibits(documents: Mapping[Part, Sequence[Block]]) -> list[dict[str, Any]]:
    """Return the numbered exhibits of all documents of a run, each with the blocks that it shows."""
    found = []
    for part, own in documents.items():
        titles = {(block.chapter, block.name): block for block in own}
        for key, number in numbers_of(own, part).items():
            block = titles[key]
            found.append(
                RecordedExhibit(
                    document=part, number=number, chapter=key[0], name=key[1], kind=block.kind, title=block.title
                ).model_dump()
            )
    return found
