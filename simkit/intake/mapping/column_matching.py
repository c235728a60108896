"""How well a column of an unknown file fits a column of ours: by what its heading says, and by what its cells hold."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from simkit.intake.mapping.column_contents import Contents
from simkit.intake.settings.schemas import ANSWERS, DATED, NUMERIC, SchemaColumn, Table
from simkit.intake.vocabulary.word_lists import TakenApart, WordLists, bare

Synonyms = Mapping[tuple[str, str], frozenset[str]]
EXACT = 0.95
"""A heading that is known word for word."""
LOOKED_UP = 60
"""So many different values of a column are looked up among the known words, the most frequent first."""
NEAREST = 0.86
"""Headings have to be so alike to be taken for the same."""
EACH_OTHER_WORD, EACH_UNKNOWN_WORD = 0.05, 0.08
"""What a further word of a heading takes off."""
UNKNOWN_QUALIFIER = 0.18
"""What an unknown word takes off beside a date or a number, which it may turn into another one: planned, gross, weighted."""
NOT_IN_LIST = 0.75
"""What is left of a reference to a list that does not know its values."""
_HARDLY = 0.05
_TOO_FEW = 2
"""So few different customers or cases are rather groups."""
_PERSON_PARTS = frozenset({"owner", "employee", "participant"})


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """One column of an unknown file."""

    heading: str
    contents: Contents
    apart: TakenApart
    """What the words of its heading stand for."""


@dataclass(frozen=True, kw_only=True)
class Matcher:
    """Judges how well columns fit."""

    words: WordLists
    synonyms: Synonyms
    """Headings that known exports use."""
    keys: Mapping[str, frozenset[str]]
    """Table → values of its key, as far as it has been found."""

    def is_about_persons(self, heading: str) -> bool:
        """Whether a heading says that its column is about persons."""
        return self.words.taken_apart(heading).means_one_of(_PERSON_PARTS)

    def knows(self, heading: str) -> bool:
        """Whether every word of a heading is known, or the heading as a whole."""
        apart = self.words.taken_apart(heading)
        return (bool(apart.meanings) and not apart.unknown) or any(
            bare(heading) in one for one in self.synonyms.values()
        )

    def scores(self, table: Table, candidates: list[Candidate]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
        """Return how well each candidate (row) fits each column of a table, between 0 and 1."""
        fits = [[self.fit(table, column, one) for column in table.columns] for one in candidates]
        return np.array(fits, dtype=float).reshape(len(candidates), len(table.columns))

    def fit(self, table: Table, column: SchemaColumn, one: Candidate) -> float:
        """Return how well a column fits, between 0 and 1."""
        if not one.contents.filled or (one.contents.names and not column.person):
            return 0.0
        by_heading = self.by_heading(table, column, one)
        by_content = content_factor(self.words, table, column, one.contents)
        overlap = self._overlap(column, one.contents)
        if overlap is not None and overlap >= 0.7 and by_content > 0.5 and not _has_many_digits_missing(one.contents):
            return max(
                by_heading * by_content, (0.93 if by_heading > 0.3 else 0.8) - 0.03 * (one.contents.blanks > 0.3)
            )
        return by_heading * by_content * (NOT_IN_LIST if self.is_unlisted(column, one.contents) else 1)

    def by_heading(self, table: Table, column: SchemaColumn, one: Candidate) -> float:
        """Return how well a heading says that its column is ours."""
        text = bare(one.heading)
        known = self.synonyms.get((table.name, column.name), frozenset())
        if text in known or text in {bare(column.label.de), bare(column.label.en), bare(column.name)}:
            return EXACT
        if is_never(self.words, table, column, one.apart):
            return 0.0
        by_words = self._by_words(table, column, one.apart)
        by_words = 0.0 if by_words < 0.3 else by_words
        near = difflib.get_close_matches(text, known, n=1, cutoff=NEAREST) if len(text) > 4 else []
        return max(by_words, 0.8 if near else 0.0)

    def _by_words(self, table: Table, column: SchemaColumn, apart: TakenApart) -> float:
        best = 0.0
        for pattern in self.words.patterns.get(table.name, {}).get(column.name, ()):
            if all(apart.has(part) for part in pattern.parts):
                each = UNKNOWN_QUALIFIER if column.kind in DATED | NUMERIC else EACH_UNKNOWN_WORD
                off = EACH_OTHER_WORD * apart.beside(pattern.parts) + each * apart.unknown
                best = max(best, pattern.certainty - off)
        return best

    def is_unlisted(self, column: SchemaColumn, contents: Contents) -> bool:
        """Whether a column refers to a list in which hardly any of its values stands."""
        overlap = self._overlap(column, contents)
        return overlap is not None and overlap < _HARDLY

    def _overlap(self, column: SchemaColumn, contents: Contents) -> float | None:
        """Return the share of values that are keys of the table the column refers to; None where that cannot be told."""
        keys = self.keys.get(column.reference)
        if not column.reference or keys is None or len(keys) < 5 or contents.distinct < 3:
            return None
        return sum(word in keys for word in contents.words) / contents.distinct


def _has_many_digits_missing(contents: Contents) -> bool:
    """Whether the values are small counting numbers, which are among any keys by chance."""
    return contents.numbers > 0.9 and contents.high < 1_000 and max(map(len, contents.words)) < 4


def content_factor(words: WordLists, table: Table, column: SchemaColumn, contents: Contents) -> float:
    """Return how far the cells of a column are what ours holds, between 0 and 1."""
    if column.kind in DATED:
        return _dated(column, contents)
    if column.kind in NUMERIC:
        return _numeric(column, contents)
    if column.kind == "id":
        return _identifying(table, column, contents)
    if column.kind in {"choice", "flag"}:
        return _chosen(words, column, contents)
    is_other = contents.dates > 0.5 or contents.numbers > 0.9 or contents.clocks > 0.5
    return 0.3 if is_other else 0.6 if contents.long > 0.3 else 1.0


def _dated(column: SchemaColumn, contents: Contents) -> float:
    if contents.dates >= 0.9:
        return 1.0
    serial = contents.numbers > 0.9 and contents.low > 30_000 and contents.high < 60_000
    return 0.8 if serial else contents.dates if contents.dates > 0.5 else 0.05


def _numeric(column: SchemaColumn, contents: Contents) -> float:
    if column.unit == "h":
        return 1.0 if max(contents.numbers, contents.clocks, contents.spoken) > 0.9 else 0.05
    if contents.numbers < 0.85:
        return 0.05
    if column.unit == "year" and not (contents.low >= 1900 and contents.high <= 2100):
        return 0.1
    if column.name == "rating" and not (column.low or 0) <= contents.low <= contents.high <= (column.high or 5):
        return 0.5
    return 0.3 if contents.currencies > 0.5 else 1.0


def _identifying(table: Table, column: SchemaColumn, contents: Contents) -> float:
    if contents.dates > 0.5 or contents.decimals > 0.2 or contents.clocks > 0.5 or contents.long > 0.3:
        return 0.1
    if column.name == table.key and contents.blanks > 0.5 and table.name != "customers":
        return 0.6
    if column.name == table.key and contents.unique < 0.95:
        return 0.4 if contents.unique < 0.2 and table.name != "orders" else 0.82
    if column.name == table.key or column.name == "postcode":
        return 1.0
    return 0.7 if contents.distinct <= _TOO_FEW and contents.filled > 20 and not column.person else 1.0


def is_never(words: WordLists, table: Table, column: SchemaColumn, apart: TakenApart) -> bool:
    """Whether a heading says that its column is not ours, whatever else it says."""
    kinds = ["any", column.name, table.name]
    kinds += ["date"] if column.kind in DATED else []
    kinds += ["amount"] if column.kind == "money" and column.name != "cost_amount" else []
    kinds += ["cost"] if column.name == "cost_amount" else []
    return any(apart.means_one_of(words.never.get(kind, frozenset())) for kind in kinds)


def known_values(words: WordLists, column: SchemaColumn, contents: Contents) -> float:
    """Return in which share of rows the value is a word that is known for a column."""
    kind = kind_of_values(column)
    first = list(zip(contents.words, contents.counts, strict=True))[:LOOKED_UP]
    known = sum(count for word, count in first if words.value(kind, word)[0] is not None or word in column.choices)
    return known / max(sum(count for _, count in first), 1)


def kind_of_values(column: SchemaColumn) -> str:
    """Return under which name the values of a column stand in the list of words."""
    if column.kind == "flag":
        return "flag"
    return "answer" if column.choices == ANSWERS else column.name


def _chosen(words: WordLists, column: SchemaColumn, contents: Contents) -> float:
    if contents.dates > 0.5 or contents.numbers > 0.9:
        return 0.1
    share = known_values(words, column, contents)
    if column.choices == ANSWERS or column.kind == "flag":
        return 1.0 if share > 0.95 else 0.2
    if column.name == "stage" and not {"won", "lost"} & {
        words.value(kind_of_values(column), one)[0] for one in contents.words[:LOOKED_UP]
    }:
        return 0.75  # stages of the client's own; which deals were won stands elsewhere
    many = contents.distinct > 60 or contents.long > 0.3
    return (0.7 if many else 0.78) + (0.3 if many else 0.22) * share if share > 0 or not many else 0.4


def assigned(scores: np.ndarray[tuple[int, int], np.dtype[np.float64]], least: float) -> list[tuple[int, int]]:
    """Return which candidate (row) is which column so that the sum is largest, each once, without those below the least."""
    if not scores.size:
        return []
    rows, columns = linear_sum_assignment(np.where(scores >= least, scores, 0.0), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return [(row, column) for row, column in pairs if scores[row, column] >= least]
