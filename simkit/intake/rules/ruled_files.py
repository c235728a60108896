"""One file of a table with what client.yaml says about it, and the comparison of its cells with words of client.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import Text, did_you_mean, same
from simkit.intake.reading.column_cells import as_text, plain_text
from simkit.intake.reading.file_reading import RawTable
from simkit.intake.settings.operations import Operation
from simkit.intake.settings.rule_settings import FILE_PART
from simkit.intake.settings.schemas import NUMERIC, Table
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)
SHOWN_VALUES = 15
SHARED_BY = 5
"""So many rows of a list of staff must share a value before it is quoted."""


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """One file of a table, and what holds for it."""

    table: Table
    spec: TableSpec
    """Schema, and the answers that hold for this file."""
    raw: RawTable
    """Its rows; rules add columns and take rows out."""
    headers: Mapping[str, str]
    """The column of the file that stands for each of ours."""
    rows_read: int
    """Rows with content, before any rule."""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """Hash of every file that was read for it."""

    @property
    def path(self) -> str:
        """Where its rules stand in client.yaml."""
        return f"tables.{self.table.name}"

    @property
    def named(self) -> dict[str, str]:
        """Every column of the file that client.yaml names, by its place below the table."""
        spec = self.spec
        found = {f"columns.{ours}": theirs for ours, theirs in self.headers.items()}
        for name in ("where", "where_not"):
            found |= {f"{name}.{heading}": heading for heading in getattr(spec, name)}
        if spec.sign is not None:
            found["sign.column"] = spec.sign.column
        if spec.currency is not None and spec.currency.column is not None:
            found["currency.column"] = spec.currency.column
        for ours, written in spec.computed.items():
            found |= {f"compute.{ours}: {heading}": heading for heading in sorted(written.headings)}
        for ours, parts in spec.keys(self.table).items():
            found |= {f"key.{ours}: {heading}": heading for heading in _key_headings(parts, self.raw)}
        return found

    @property
    def amounts_of_operands(self) -> frozenset[str]:
        """Columns of the client that are read as numbers because a number is computed with them."""
        numeric = [one for ours, one in self.spec.computed.items() if self.table.column(ours).kind in NUMERIC]
        return frozenset(heading for one in numeric if one.name in _ARITHMETIC for heading in one.headings)

    def names_persons(self, heading: str) -> bool:
        """Whether a column is mapped to one of persons, whose values are never shown."""
        return any(self.table.column(ours).person for ours, theirs in self.headers.items() if theirs == heading)


def _key_headings(parts: Sequence[str | Operation], raw: RawTable) -> list[str]:
    """Return the columns of a compound key; the name of the file is one only where a column is called so."""
    found: list[str] = []
    for part in parts:
        if isinstance(part, Operation):
            found += sorted(part.headings)
        elif part != FILE_PART or part in set(raw.frame.columns):
            found.append(part)
    return found


_ARITHMETIC = frozenset({"product", "sum", "difference", "ratio"})


def words(cells: pd.Series[Any]) -> pd.Series[str]:
    """Return each cell as a word; an empty one is the empty word."""
    codes, distinct = pd.factorize(cells, use_na_sentinel=False)
    shown = pd.Series([word(one) for one in distinct], dtype=object)
    return shown.take(codes).reset_index(drop=True)


def joined_words(parts: Sequence[pd.Series[str]], between: str) -> pd.Series[str]:
    """Return several columns of words as one; a row that lacks one of them is empty."""
    joined, filled = parts[0], parts[0] != ""
    for part in parts[1:]:
        joined, filled = joined + between + part, filled & (part != "")
    return joined.where(filled, "")


def word(content: object) -> str:
    """Return one cell, or one value of client.yaml, as a word."""
    if content is None or content != content:
        return ""
    return " ".join(plain_text(as_text(content)).split())


def is_one_of(cells: pd.Series[str], wanted: Iterable[object]) -> Flags:
    """Return which words are among the wanted ones; capitals do not matter."""
    folded = {word(one).casefold() for one in wanted}
    codes, distinct = pd.factorize(cells)
    hits = np.array([str(one).casefold() in folded for one in distinct], dtype=bool)
    found: Flags = hits[codes] if len(hits) else np.zeros(len(cells), dtype=bool)
    return found


def shown_words(heading: str, files: Sequence[TableFile]) -> pd.Series[str]:
    """Return the words of a column that may be quoted: none of persons, and of a list of staff only what several share."""
    if any(file.names_persons(heading) for file in files):
        return pd.Series([], dtype=object)
    cells = pd.concat([words(file.raw.frame[heading]) for file in files], ignore_index=True)
    if files[0].table.name != "employees":
        return cells
    return cells[cells.map(cells.value_counts()) >= SHARED_BY]


def counted(cells: pd.Series[str]) -> Text:
    """Return the values of a column with their counts, most frequent first; "not shown" where none may be quoted."""
    if cells.empty:
        return TEXTS["not_shown"]
    counts = Counter(cells).most_common(SHOWN_VALUES + 1)
    listed = ", ".join(f"'{value[:40]}' ({count})" for value, count in counts[:SHOWN_VALUES])
    return same(listed + (" …" if len(counts) > SHOWN_VALUES else ""))


def near_spelling(value: object, cells: pd.Series[str], wanted: Sequence[object]) -> Text | None:
    """Return the hint at a value of the column that is spelt nearly so and not among the wanted ones; None without any."""
    others = sorted({one for one in cells.unique() if one} - {word(one) for one in wanted})[:1000]
    if not others:
        return None
    hint = did_you_mean(word(value), others)
    return hint if hint.en.startswith("Did you mean") else None


def known_heading(heading: str, headings: Iterable[object]) -> Text:
    """Return the hint at the heading that may be meant."""
    return did_you_mean(heading, [str(one) for one in headings if one])
