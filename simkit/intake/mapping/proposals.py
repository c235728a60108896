"""What is proposed for the files of an unknown client: which table each fills, which column is which, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from simkit.foundation.text import Text, same
from simkit.intake.mapping.source_tables import SourceTable
from simkit.intake.settings.schemas import TABLES

SURE = 0.9
"""From here on a line is marked as sure."""
LIKELY = 0.75
"""From here on a line is written so that it holds; below it stays a comment."""
POSSIBLE = 0.5
"""Below this, nothing is proposed."""


@dataclass(frozen=True, kw_only=True)
class ColumnProposal:
    """One column of ours and what of the client's file fills it."""

    ours: str
    heading: str
    """The client's column; of an operation the first one."""
    certainty: float
    """Between 0 and 1."""
    rule: Mapping[str, Any] | None = None
    """The operation that fills it, as client.yaml writes it; None where the column is taken as it is."""
    join: Mapping[str, Any] | None = None
    """Another file that fills it, as client.yaml writes it."""
    key: tuple[str, ...] = ()
    """Headings that make a compound key together."""
    doubt: Text = field(default_factory=lambda: same(""))
    """What a person should look at."""
    names: bool = False
    """Whether the column holds names of persons; then it is never mapped without a yes."""
    agreed: bool = False
    """Whether a person has said yes."""

    @property
    def holds(self) -> bool:
        """Whether the line is written so that it holds."""
        return self.agreed or (self.certainty >= LIKELY and not self.names)


@dataclass(frozen=True, kw_only=True)
class ValueProposal:
    """The values of one column of the client and what they mean."""

    ours: str
    known: Mapping[str, tuple[str, float]]
    """Value → our value and how sure that is."""
    unknown: Mapping[str, int]
    """Value that is not known → in how many rows it stands; none of them can be a person's name."""
    hidden: int = 0
    """Values that are not known and not shown, because they may be names or are sentences."""
    sentences: bool = False
    """Whether the column holds sentences rather than values."""


@dataclass(frozen=True, kw_only=True)
class TableProposal:
    """One file as one of our tables."""

    table: str
    source: SourceTable
    preset: str = ""
    """What the file is known as; empty where it is not known."""
    columns: tuple[ColumnProposal, ...]
    values: tuple[ValueProposal, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    where_not: Mapping[str, tuple[str | None, ...]] = field(default_factory=dict)
    sign: tuple[str, tuple[str, ...]] | None = None
    lines: bool = False
    """Whether several rows are one order."""
    doubt: Text = field(default_factory=lambda: same(""))
    """Why the table as a whole is not taken without a yes; empty where it is."""
    not_taken: tuple[str, ...] = ()
    """Columns of the client that nothing is made of."""

    def of(self, ours: str) -> ColumnProposal | None:
        """Return what is proposed for one of our columns."""
        return next((one for one in self.columns if one.ours == ours), None)

    @property
    def open_columns(self) -> tuple[str, ...]:
        """Our required columns that nothing fills so far; "hours" where an activity has no duration."""
        filled = {one.ours for one in self.columns if one.holds} | set(self.constants)
        needed = [column.name for column in TABLES[self.table].columns if column.required]
        missing = [name for name in needed if name not in filled]
        if self.table == "activities" and not filled & {"hours", "ended_at"}:
            missing.append("hours")
        return tuple(missing)

    @property
    def holds(self) -> bool:
        """Whether the table is written so that it holds."""
        return not self.open_columns and not self.doubt.en


def with_all_values(proposals: Sequence[TableProposal]) -> TableProposal:
    """Return the first of several files of one form, with the values of all of them."""
    merged: dict[str, ValueProposal] = {}
    for one in (value for proposal in proposals for value in proposal.values):
        before = merged.get(one.ours, ValueProposal(ours=one.ours, known={}, unknown={}))
        counts = {
            word: before.unknown.get(word, 0) + one.unknown.get(word, 0) for word in {**before.unknown, **one.unknown}
        }
        merged[one.ours] = ValueProposal(
            ours=one.ours,
            known={**before.known, **one.known},
            unknown=counts,
            hidden=before.hidden + one.hidden,
            sentences=before.sentences or one.sentences,
        )
    return replace(proposals[0], values=tuple(merged.values()))
