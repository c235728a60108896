"""What is wrong in a client's files, what was left out because of it, and what had to be assumed.

Nothing is dropped silently: every row or value that does not reach the analysis is counted here, with file, column and
row as the client sees them in Excel.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from simkit.foundation.errors import LABELS, DataError
from simkit.foundation.text import Language, Text, same

Severity = Literal["blocking", "serious", "minor"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

BLOCKING_SHARE = 0.2
"""Faulty rows above this share of a table stop the run: then the mapping is wrong rather than a few rows."""

SEVERITY_LABELS: dict[Severity, Text] = {
    "blocking": Text(de="hält an", en="blocking"),
    "serious": Text(de="ernst", en="serious"),
    "minor": Text(de="gering", en="minor"),
}

_NOTHING = same("")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing found in the client's files."""

    severity: Severity
    """Stops the run; changes a result; is good to know."""
    what: Text
    file: str = ""
    """File, with the sheet behind an exclamation mark for Excel; empty where it concerns no single file."""
    column: str = ""
    row: int | None = None
    """First row concerned, as Excel counts (the header is row 1)."""
    remedy: Text = _NOTHING
    count: int = 1
    """Rows concerned, at least 1."""
    code: str = ""
    """Name under which client.yaml accepts it; empty where it is about form and nothing is to be accepted."""
    lines: str = ""
    """Lines for client.yaml, each complete and valid YAML, that answer it."""

    @property
    def place(self) -> Text:
        """File, column and row in one line."""
        german = [self.file, f"Spalte {self.column}" if self.column else "", f"Zeile {self.row}" if self.row else ""]
        english = [self.file, f"column {self.column}" if self.column else "", f"row {self.row}" if self.row else ""]
        return Text(de=", ".join(filter(None, german)), en=", ".join(filter(None, english)))


@dataclass(frozen=True, kw_only=True)
class Assumption:
    """What was taken for granted because the client's files do not say it."""

    topic: Text
    value: Text
    reason: Text


@dataclass(frozen=True, kw_only=True)
class Drop:
    """Rows of one file that do not reach the analysis."""

    table: str
    source: str
    """Our table, and the file (with sheet) the rows came from."""
    rows: int
    reason: Text


@dataclass
class FindingsLog:
    """Collects what is found, left out and assumed while a client is being loaded."""

    findings: list[Finding] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)
    notes: list[Drop] = field(default_factory=list)
    """Rows left out; rows that count in another form."""
    emptied: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict)
    """Rows whose cell in a column (table, column) was already reported as unreadable."""
    undecided: set[tuple[str, str]] = field(default_factory=set)
    """Columns (table, column) whose problem stops the run; nothing that follows from it is reported again."""

    def add(self, finding: Finding) -> None:
        """Keep one finding."""
        self.findings.append(finding)

    @property
    def blocked(self) -> bool:
        """Whether anything found so far stops the run."""
        return any(finding.severity == "blocking" for finding in self.findings)


class FindingsError(DataError):
    """The client's files cannot be used; carries every finding and shows the blocking ones, worst first.

    Parameters
    ----------
    findings : sequence of Finding
        All findings, at least one of them blocking.
    period : Text
        The period as far as it is known, and what sets it.
    """

    def __init__(self, findings: Sequence[Finding], period: Text = _NOTHING) -> None:
        ordered = worst_first(findings)
        blocking = [finding for finding in ordered if finding.severity == "blocking"]
        super().__init__(*_message(blocking))
        self.findings = ordered
        self.period = period
        self.args = (ordered, period)  # so that the error survives pickling between processes
        self._place = blocking[0].place if len(blocking) == 1 else same("")

    def render(self, language: Language = "en") -> str:
        """Return the message in one language, its place too."""
        lines = [self.what.to(language)]
        for label, text in (("where", self._place), ("remedy", self.remedy)):
            if text.to(language):
                lines.append(f"{LABELS[label].to(language)}: {text.to(language)}")
        if pasted := lines_to_paste(self.findings):
            lines += [TO_PASTE.to(language), pasted]
        return "\n".join(lines)


TO_PASTE = Text(
    de="Zeilen für das Ende von client.yaml, soweit sie zutreffen:",
    en="Lines for the end of client.yaml, as far as they are true:",
)


def lines_to_paste(findings: Iterable[Finding]) -> str:
    """Return the lines that answer all blocking findings, each once; empty where none can be answered there."""
    answers = [finding.lines for finding in findings if finding.severity == "blocking" and finding.lines]
    return "\n".join(dict.fromkeys(answers))


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings: blocking before serious before minor, then by the number of rows concerned."""
    return tuple(sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), -finding.count)))


def severity_of(rows: int, total: int) -> Severity:
    """Return "serious" for a few faulty rows, "blocking" when they are more than a fifth of the table."""
    return "blocking" if rows > BLOCKING_SHARE * total else "serious"


def _message(blocking: Sequence[Finding]) -> tuple[Text, str, Text]:
    if len(blocking) == 1:
        return blocking[0].what, blocking[0].place.en, blocking[0].remedy
    title = Text(
        de=f"{len(blocking)} Befunde halten den Lauf an, der schwerste zuerst:",
        en=f"{len(blocking)} findings stop the run, worst first:",
    )
    lines = [_line(number, finding) for number, finding in enumerate(blocking, start=1)]
    what = Text(
        de="\n".join([title.de, *(line.de for line in lines)]),
        en="\n".join([title.en, *(line.en for line in lines)]),
    )
    return (
        what,
        "",
        Text(
            de="Beheben Sie diese Punkte in client.yaml oder in den Dateien und starten Sie neu.",
            en="Mend these points in client.yaml or in the files, then start again.",
        ),
    )


def _line(number: int, finding: Finding) -> Text:
    place, remedy = finding.place, finding.remedy
    return Text(
        de=_joined(
            f"{number:>3}. {place.de}: {finding.what.de}" if place.de else f"{number:>3}. {finding.what.de}",
            f"Abhilfe: {remedy.de}" if remedy.de else "",
        ),
        en=_joined(
            f"{number:>3}. {place.en}: {finding.what.en}" if place.en else f"{number:>3}. {finding.what.en}",
            f"What to do: {remedy.en}" if remedy.en else "",
        ),
    )


def _joined(head: str, tail: str) -> str:
    return f"{head}\n     {tail}" if tail else head
