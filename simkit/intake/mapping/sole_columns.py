"""Fills a required column that no heading tells by the only column of the file that can be it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.column_matching import Candidate, Matcher, is_never, known_values
from simkit.intake.settings.schemas import DATED, TABLES, SchemaColumn, Table
from simkit.intake.vocabulary.word_lists import WordLists

SOLE = 0.78
"""How sure a column is that is told by its contents alone."""
TOLD = 0.85
"""A heading that says so surely what its column is does not stand for another one."""
_KNOWN = 0.6
"""Share of rows with a known word from which a column of stages or activities is told by its words."""


def sole_columns(
    table: Table, candidates: Sequence[Candidate], taken: dict[int, int], matcher: Matcher
) -> Iterator[tuple[int, int]]:
    """Yield (candidate, column) for required columns that only one candidate can be.

    Parameters
    ----------
    taken : dict
        Candidate → column of what is told already.
    """
    for place, column in enumerate(table.columns):
        if not column.required or place in taken.values():
            continue
        left = [
            number
            for number, one in enumerate(candidates)
            if number not in taken
            and can_be(matcher.words, column, one.contents)
            and not is_never(matcher.words, table, column, one.apart)
            and not _is_told(matcher, column, one)
        ]
        if len(left) == 1:
            taken[left[0]] = place
            yield left[0], place


def _is_told(matcher: Matcher, column: SchemaColumn, one: Candidate) -> bool:
    """Whether the heading says that the column is another one, of whichever table."""
    others = ((table, other) for table in TABLES.values() for other in table.columns if other.name != column.name)
    return any(matcher.by_heading(table, other, one) > TOLD for table, other in others)


def can_be(words: WordLists, column: SchemaColumn, contents: Contents) -> bool:
    """Whether the contents of a column alone say that it can be ours."""
    if contents.names or not contents.filled:
        return False
    if column.kind in DATED:
        return contents.dates > 0.9 and contents.filled > 0.9 * contents.rows
    if column.kind == "money":
        return contents.numbers > 0.9 and contents.decimals > 0.3 and contents.middle > 20
    if column.kind == "choice":
        return contents.distinct > 1 and known_values(words, column, contents) >= _KNOWN
    if column.kind == "id" and not column.reference:
        return _is_key(contents)
    return False


def _is_key(contents: Contents) -> bool:
    odd = max(contents.blanks, contents.decimals, contents.dates, contents.clocks, contents.currencies) > 0.1
    return (
        contents.unique > 0.98
        and contents.filled == contents.rows
        and not odd
        and bool(np.mean(_lengths(contents)) > 2)
    )


def _lengths(contents: Contents) -> list[int]:
    return [len(word) for word in contents.words[:200]]
