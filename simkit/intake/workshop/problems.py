"""What can be wrong with a filled questionnaire: each kind with its words, its remedy, and how much it matters.

While reading, a problem names file, sheet and cell; what is stored and reported only counts questionnaires by kind, so that
no answer leads back to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, same
from simkit.intake.findings import Finding, Severity

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class ProblemKind:
    """One kind of problem."""

    severity: Severity
    """Whether it changes a result."""
    what: Text
    """What was found, with places for the details."""
    remedy: Text
    summary: Text
    """The same without details, for the report."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem at one place."""

    kind: str
    """Key in `KINDS`."""
    details: Mapping[str, Any]
    """Fills the places of its words."""
    file: str
    sheet: str = ""
    cell: str = ""
    """Where; cell as Excel names it."""
    row: int | None = None
    """Row as Excel counts."""

    def finding(self) -> Finding:
        """Return it as a finding with its place."""
        kind = KINDS[self.kind]
        return Finding(
            severity=kind.severity,
            what=kind.what.fill(**self.details),
            file=f"{self.file}!{self.sheet}" if self.sheet else self.file,
            column=self.cell,
            row=self.row,
            remedy=kind.remedy.fill(**self.details),
        )


def counted(problems: Iterable[Problem]) -> dict[str, int]:
    """Return in how many files each kind of problem occurs."""
    files: dict[str, set[str]] = defaultdict(set)
    for one in problems:
        files[one.kind].add(one.file)
    return {kind: len(files[kind]) for kind in KINDS if kind in files}


def summary_findings(counts: Mapping[str, int], place: str) -> tuple[Finding, ...]:
    """Return one finding per kind, without file and cell.

    Parameters
    ----------
    counts : mapping of str to int
        Questionnaires by kind of problem.
    place : str
        Where the questionnaires lie.
    """
    return tuple(
        Finding(severity=KINDS[kind].severity, what=KINDS[kind].summary, file=place, count=count, remedy=READ_AGAIN)
        for kind, count in counts.items()
        if kind in KINDS
    )


READ_AGAIN = TEXTS["read_again"]
_MINOR = {
    "no_questionnaire",
    "blank",
    "same_vote",
    "no_department",
    "no_sheet",
    "sum_differs",
    "half_filled",
    "inconsistent",
    "half_taboo",
    "unknown_person",
}
"""Kinds that change no result."""
_REMEDIES = TEXTS.group("problem_remedies")
_SUMMARIES = TEXTS.group("problem_summaries")

KINDS: Mapping[str, ProblemKind] = MappingProxyType(
    {
        name: ProblemKind(
            severity="minor" if name in _MINOR else "serious",
            what=what,
            remedy=_REMEDIES.get(name, TEXTS["correct_and_read_again"]),
            summary=_SUMMARIES[name],
        )
        for name, what in TEXTS.group("problems").items()
    }
)
NOT_READ = ProblemKind(severity="minor", what=TEXTS["not_read"], remedy=TEXTS["not_read_remedy"], summary=same(""))
