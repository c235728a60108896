"""Reads the files of an unknown client far enough to propose what they are: every sheet as one table with its headings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from simkit.intake.containers.file_kinds import NAMED, kind_of
from simkit.intake.containers.workbook_reading import is_workbook, read_grids
from simkit.intake.findings import FindingsError
from simkit.intake.mapping.header_rows import TableBounds, table_bounds, words_of
from simkit.intake.privacy.pseudonyms import SECRET_FILE
from simkit.intake.reading.csv_reading import DELIMITERS, decoded, refuse_zero_bytes, sniffed_delimiter
from simkit.intake.reading.file_reading import clean_header, read_table
from simkit.intake.settings.table_settings import TableSpec

DATABASES = frozenset({"sqlite", "duckdb"})
"""What holds tables that only a query tells apart."""
MOST_FILES = 200
"""So many files of a folder are looked at."""
LOOKED_AT = 1_000_000
"""So many rows of a table are looked at; a workbook holds no more."""
_CONFIG_FILES = frozenset({"truth.yaml", "client.yaml", SECRET_FILE})


@dataclass(frozen=True, kw_only=True)
class SourceTable:
    """One table of a client, with what client.yaml has to say so that it is read."""

    path: Path
    name: str
    """The file from the folder on."""
    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    skip_rows: int = 0
    header: bool = True
    """Whether columns have names; where a row of units stands below the headings, they are read by their numbers."""
    headings: tuple[str, ...]
    units: tuple[str, ...] = ()
    """What a row of units says of each column."""
    frame: pd.DataFrame
    """The rows; columns are numbered from 0."""
    footer: tuple[str, ...] = ()
    """Headings of columns that are empty in the rows below the table and filled in it."""
    footers: int = 0
    """Rows below the table."""
    doubled: frozenset[str] = field(default=frozenset())
    """Headings that stand twice; none of them can be named in client.yaml."""

    @property
    def label(self) -> str:
        """File and sheet."""
        return f"{self.name}!{self.sheet}" if self.sheet else self.name

    def cells(self, heading: str) -> pd.Series[Any]:
        """Return the cells of a column; an unknown heading is a ValueError."""
        return self.frame[self.headings.index(heading)]

    def unit(self, heading: str) -> str:
        """Return what the row of units says of a column."""
        place = self.headings.index(heading)
        return self.units[place] if place < len(self.units) else ""

    def written(self, heading: str) -> str | int:
        """Return how client.yaml names a column."""
        return heading if self.header else self.headings.index(heading) + 1


@dataclass(frozen=True, kw_only=True)
class UnreadSource:
    """A file that cannot be read as a table."""

    name: str
    error: FindingsError


def files_of(folder: Path) -> list[Path]:
    """Return the files of a folder that may hold tables, those of its folders included, in alphabetical order."""
    suffixes = {suffix for suffix, kind in NAMED.items() if kind not in DATABASES}
    return [path for path in _seen(folder) if path.suffix.lower() in suffixes][:MOST_FILES]


def other_files(folder: Path) -> tuple[str, ...]:
    """Return the names of the files of a folder that are not looked at, so that none is passed over without a word."""
    taken = set(files_of(folder))
    return tuple(path.relative_to(folder).as_posix() for path in _seen(folder) if path not in taken)


def _seen(folder: Path) -> list[Path]:
    """Return the files of a folder, without hidden ones and those of simkit."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        and path.name not in _CONFIG_FILES
    ]


def source_tables(folder: Path, known: Callable[[str], bool]) -> Iterator[SourceTable | UnreadSource]:
    """Yield every table of a folder, and every file that cannot be read as one.

    Parameters
    ----------
    known : callable
        Whether a word is a heading that is known.
    """
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix()
        try:
            yield from _tables_of(path, name, known)
        except FindingsError as error:
            yield UnreadSource(name=name, error=error)


def _tables_of(path: Path, name: str, known: Callable[[str], bool]) -> Iterator[SourceTable]:
    if is_workbook(path):
        filled = {sheet: rows for sheet, rows in read_grids(path).items() if any(any(words_of(row)) for row in rows)}
        for sheet, rows in filled.items():
            yield _made(path, name, rows, known, {"sheet": sheet if len(filled) > 1 else None})
    elif NAMED[path.suffix.lower()] == "text" and kind_of(path.read_bytes()) == "text":
        yield _from_text(path, name, known)
    else:
        raw = read_table(path, TableSpec.model_validate({"file": name}))
        yield _made(path, name, [list(raw.frame.columns), *raw.frame.head(LOOKED_AT).to_numpy().tolist()], known, {})


def _from_text(path: Path, name: str, known: Callable[[str], bool]) -> SourceTable:
    content = path.read_bytes()
    encoding, text = _text(content, path.name)
    refuse_zero_bytes(text, path.name)
    delimiter, rows, lines = max(
        (_split_by(text, mark) for mark in DELIMITERS), key=lambda split: _regularity(split[1])
    )
    made = _made(path, name, rows, known, {"encoding": encoding})
    place = made.skip_rows
    skipped = lines[place] if place < len(lines) else place
    told = _is_told(text, skipped, delimiter, path.name)
    return replace(made, skip_rows=skipped, delimiter=None if told else delimiter)


def _is_told(text: str, skipped: int, delimiter: str, name: str) -> bool:
    """Whether the reader finds the delimiter by itself."""
    try:
        return sniffed_delimiter("\n".join(text.split("\n")[skipped:]), name) == delimiter
    except FindingsError:
        return False


def _text(content: bytes, name: str) -> tuple[str | None, str]:
    """Decode a file; where the reader would ask for the encoding, the old one of DOS is tried."""
    try:
        return None, decoded(content, name)
    except FindingsError:
        return "cp850", decoded(content, name, "cp850")


def _split_by(text: str, mark: str) -> tuple[str, list[list[str]], list[int]]:
    """Return the rows that a mark splits, and how many lines stand before each."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    rows: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for row in reader:
            rows.append(row)
            lines.append(before)
            before = reader.line_num
    except csv.Error:
        return mark, [], []
    return mark, rows, lines


def _regularity(rows: list[list[str]]) -> float:
    """Return how many columns most of the first rows have, for those of them that have as many."""
    widths = [len(row) for row in rows[:300] if any(row)]
    if not widths:
        return 0.0
    usual = max(set(widths), key=lambda width: (widths.count(width), width))
    return (usual if usual > 1 else 0.5) * widths.count(usual) / len(widths)


def _made(
    path: Path, name: str, rows: list[list[Any]], known: Callable[[str], bool], answers: dict[str, Any]
) -> SourceTable:
    bounds = table_bounds(rows, known)
    heads = [clean_header(word) for word in words_of(rows[bounds.heading])] if rows else []
    body = [row for row in rows[bounds.heading + 1 + bounds.below : bounds.last] if any(words_of(row))]
    width = max(len(heads), *(len(row) for row in body[:LOOKED_AT]), 0) if body else len(heads)
    heads += [""] * (width - len(heads))
    frame = pd.DataFrame([(list(row) + [""] * width)[:width] for row in body[:LOOKED_AT]], dtype=object)
    return SourceTable(
        path=path,
        name=name,
        headings=tuple(heads),
        units=bounds.units,
        header=not bounds.below,
        skip_rows=bounds.heading + 2 if bounds.below else bounds.heading,
        frame=frame if len(frame) else pd.DataFrame(columns=range(width), dtype=object),
        footer=_footer_columns(heads, frame, rows, bounds),
        footers=sum(any(words_of(row)) for row in rows[bounds.last :]),
        doubled=frozenset(head for head in heads if heads.count(head) > 1),
        **answers,
    )


def _footer_columns(
    heads: list[str], frame: pd.DataFrame, rows: list[list[Any]], bounds: TableBounds
) -> tuple[str, ...]:
    """Return the columns by which the rows below the table are told: empty there, filled in the table."""
    below = [words_of(row) for row in rows[bounds.last :]]
    below = [row for row in below if any(row)]
    found = []
    for place, head in enumerate(heads):
        empty_below = all(place >= len(row) or not row[place] for row in below)
        if (
            below
            and head
            and empty_below
            and np.mean([bool(word) for word in words_of(list(frame[place]))] or [False]) == 1
        ):
            found.append(head)
    return tuple(found)
