"""Puts the columns of another file beside those of a table: heads beside lines, numbers beside names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags, Whole
from simkit.foundation.text import same
from simkit.intake.findings import Finding, FindingsError, FindingsLog, severity_of
from simkit.intake.reading import reading_texts
from simkit.intake.reading.file_reading import RawTable, read_table
from simkit.intake.rules.ruled_files import TableFile, joined_words, known_heading, words
from simkit.intake.settings.client_settings import locate
from simkit.intake.settings.rule_settings import JoinRule
from simkit.intake.settings.table_settings import FilePart, TableSpec

TEXTS = Catalogue.beside(__file__)
_BETWEEN = "\x1f"
"""Stands between the parts of a key in which several columns are shared."""


@dataclass(frozen=True, kw_only=True)
class _Other:
    """The other file of a join."""

    raw: RawTable
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    """The columns that both share, as each file calls them."""
    taken: Mapping[str, str]
    """Columns of the other file that are wanted, and how they are called beside the table's own."""


@dataclass(kw_only=True)
class Joins:
    """The joins of one table: every other file is read once, and its rows that no row names are told at the end."""

    folder: Path
    """The client's folder."""
    findings_log: FindingsLog
    """Takes up files and columns that are missing, rows without a match, and keys that stand twice."""
    _read: dict[str, RawTable] = field(default_factory=dict)
    _unread: set[str] = field(default_factory=set)
    _unused: dict[str, tuple[RawTable, str, Flags]] = field(default_factory=dict)

    def joined(self, file: TableFile, headings: frozenset[str]) -> TableFile | None:
        """Return a file with the columns that its joins bring; None where one cannot be made.

        Parameters
        ----------
        headings : frozenset of str
            All columns that client.yaml names for the file.
        """
        headings |= {mine for join in file.spec.join for mine in join.on}
        for number, join in enumerate(file.spec.join):
            path = f"{file.path}.join" + (f".{number}" if len(file.spec.join) > 1 else "")
            other = self._other(file, join, path, headings)
            if other is None:
                return None
            file = self._beside(file, join, other)
        return file

    def note_unused(self) -> None:
        """Tell the rows of other files that no row of the table names."""
        for raw, column, unused in self._unused.values():
            if unused.any():
                self.findings_log.add(
                    Finding(
                        severity="minor",
                        what=TEXTS["unused"].fill(count=int(unused.sum())),
                        file=raw.source,
                        column=column,
                        row=int(raw.rows[int(np.argmax(unused))]),
                        remedy=TEXTS["unused_remedy"],
                        count=int(unused.sum()),
                    )
                )

    def _other(self, file: TableFile, join: JoinRule, path: str, headings: frozenset[str]) -> _Other | None:
        if repr(join) in self._unread:  # several files share a join; what it lacks is told once
            return None
        try:
            raw = self._raw(join)
        except FindingsError as error:
            self._unread.add(repr(join))
            self.findings_log.findings.extend(error.findings)
            return None
        mine, theirs = tuple(join.on), tuple(join.on.values())
        lacking = [
            *_lacking(file.raw, mine, f"{path}.on"),
            *_lacking(raw, theirs, f"{path}.on"),
            *_lacking(raw, tuple(join.columns.values()), f"{path}.columns"),
        ]
        self.findings_log.findings.extend(lacking)
        return None if lacking else _Other(raw=raw, mine=mine, theirs=theirs, taken=_taken(file, join, raw, headings))

    def _raw(self, join: JoinRule) -> RawTable:
        answers = {name: getattr(join, name) for name in ("sheet", "encoding", "delimiter", "skip_rows", "header")}
        key = repr(join)
        if key not in self._read:
            spec = TableSpec(file=[FilePart(file=join.file)], **answers)
            self._read[key] = read_table(locate(self.folder, join.file), spec)
        return self._read[key]

    def _beside(self, file: TableFile, join: JoinRule, other: _Other) -> TableFile:
        mine, theirs = _keys(file.raw.frame, other.mine), _keys(other.raw.frame, other.theirs)
        positions = _matches(mine, theirs)
        _note_twice(file, join, other, theirs, self.findings_log)
        _note_unmatched(file, join, other, mine, positions < 0, self.findings_log)
        self._remember(join, other, theirs, positions)
        brought = {name: _taken_from(other.raw.frame[heading], positions) for heading, name in other.taken.items()}
        frame = pd.concat([file.raw.frame, pd.DataFrame(brought, index=file.raw.frame.index)], axis=1)
        headers = {**file.headers, **{ours: other.taken[one] for ours, one in join.columns.items()}}
        hashes = {**file.hashes, other.raw.source.partition("!")[0]: other.raw.sha256}
        typed = file.raw.typed or other.raw.typed
        return replace(file, raw=replace(file.raw, frame=frame, typed=typed), headers=headers, hashes=hashes)

    def _remember(self, join: JoinRule, other: _Other, theirs: pd.Series[str], positions: Whole) -> None:
        """Keep which rows of the other file no file of the table has named so far."""
        unused = (~theirs.isin(set(theirs.take(positions[positions >= 0])))).to_numpy(dtype=bool)
        before = self._unused.get(repr(join))
        so_far = unused if before is None else before[2] & unused
        self._unused[repr(join)] = (other.raw, ", ".join(other.theirs), so_far)


def _lacking(raw: RawTable, headings: Sequence[str], path: str) -> list[Finding]:
    present = list(raw.frame.columns)
    return [
        Finding(
            severity="blocking",
            what=TEXTS["doubled_header"].fill(count=present.count(one))
            if one in present
            else reading_texts.MISSING_COLUMN.fill(header=one, path=path),
            file=raw.source,
            column=one,
            remedy=reading_texts.DOUBLED_REMEDY if one in present else known_heading(one, present),
        )
        for one in dict.fromkeys(headings)
        if present.count(one) != 1
    ]


def _taken(file: TableFile, join: JoinRule, raw: RawTable, headings: frozenset[str]) -> dict[str, str]:
    """Return the columns that are asked for; one whose heading the table has too is told apart by its file."""
    own = set(file.raw.frame.columns)
    asked = set(join.columns.values())
    asked |= {one for one in headings - own if list(raw.frame.columns).count(one) == 1}
    file_name = join.file.rpartition("/")[2]
    return {one: one if one not in own else f"{one} ({file_name})" for one in raw.frame.columns if one in asked}


def _keys(frame: pd.DataFrame, headings: Sequence[str]) -> pd.Series[str]:
    """Return the key of each row; one that lacks a part is empty."""
    return joined_words([words(frame[heading]) for heading in headings], _BETWEEN)


def _matches(mine: pd.Series[str], theirs: pd.Series[str]) -> Whole:
    """Return the row of the other file for each row, −1 for none; what capitals alone keep apart is matched, too."""
    positions = _positions(mine, theirs)
    lost = positions < 0
    if lost.any():
        positions[lost] = _positions(mine[lost].str.casefold(), theirs.str.casefold())
    return positions


def _positions(mine: pd.Series[str], theirs: pd.Series[str]) -> Whole:
    known = theirs[theirs != ""]
    first = known[~known.duplicated()]
    found = pd.Index(first).get_indexer(pd.Index(mine))
    rows = np.append(first.index.to_numpy(dtype=np.int64), -1)
    positions: Whole = rows[np.where(found < 0, -1, found)]
    return positions


def _taken_from(cells: pd.Series[Any], positions: Whole) -> np.ndarray[Any, Any]:
    values = cells.to_numpy(dtype=object)
    return np.where(positions < 0, "", values[np.maximum(positions, 0)]) if len(values) else np.full(len(positions), "")


def _note_twice(
    file: TableFile, join: JoinRule, other: _Other, theirs: pd.Series[str], findings_log: FindingsLog
) -> None:
    """A key that stands twice in the other file, with other content, would have to be guessed."""
    contents = other.raw.frame[list(other.taken)].assign(**{"\0": theirs.to_numpy()})
    distinct = contents[(theirs != "").to_numpy(dtype=bool)].astype(str).drop_duplicates()
    twice = distinct["\0"].duplicated()
    if twice.any():
        row = int(other.raw.rows[distinct.index[int(np.argmax(twice))]])
        what = TEXTS["joined_twice"].fill(count=int(twice.sum()), column=", ".join(other.theirs))
        remedy = TEXTS["joined_twice_remedy"].fill(file=join.file, first=file.spec.files[0])
        findings_log.add(
            Finding(
                severity="blocking",
                what=what,
                file=other.raw.source,
                column=", ".join(other.theirs),
                row=row,
                remedy=remedy,
                count=int(twice.sum()),
            )
        )


def _note_unmatched(
    file: TableFile, join: JoinRule, other: _Other, mine: pd.Series[str], lost: Flags, findings_log: FindingsLog
) -> None:
    if not lost.any():
        return
    brings_persons = any(file.table.column(ours).person for ours in join.columns)
    secret = brings_persons or any(map(file.names_persons, other.mine))
    named = list(dict.fromkeys(key.replace(_BETWEEN, " / ") for key in mine[lost] if key))[:3]
    shown = TEXTS["not_shown"] if secret else same(", ".join(f"'{one}'" for one in named) or "''")
    what = TEXTS["unmatched"].fill(count=int(lost.sum()), other=other.raw.source, shown=shown)
    findings_log.add(
        Finding(
            severity=severity_of(int(lost.sum()), len(lost)),
            what=what,
            file=file.raw.source,
            column=", ".join(other.mine),
            row=int(file.raw.rows[int(np.argmax(lost))]),
            remedy=TEXTS["unmatched_remedy"].fill(file=join.file),
            count=int(lost.sum()),
        )
    )
