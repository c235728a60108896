"""Finds the row of headings in a file that has titles and units around it, and the rows below the table that are none of it.

A heading row is as wide as the table, holds words, holds each once, and stands above rows of another kind. Nothing
is guessed about what the headings mean; known words only add weight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

Row = Sequence[object]
SEARCHED_ROWS = 30
"""Headings stand in one of so many first rows."""
FOOTER_ROWS = 12
"""So many last rows may be totals and notes."""
_NUMBER = re.compile(r"[-+(]?[\d.,'\s%€$]+\)?-?")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*|\d{1,2}:\d{2}.*")
_UNIT = re.compile(
    r"(?i)[(\[]?\s*(?:eur|euro|€|t€|k€|teur|keur|tsd\.?(?: ?eur| ?€)?|usd|\$|chf|gbp|%|prozent|percent|h|std\.?|stunden|hours|"
    r"min\.?|minuten|minutes|sek\.?|sec\.?|seconds|tage|days|stk\.?|stück|pcs|jahre|years|text|datum|date|nr\.?|tt\.mm\.jjjj|"
    r"dd\.mm\.yyyy|yyyy-mm-dd|vzä|fte|kg|wochen|monate)\s*[)\]]?"
)
_TOTAL = re.compile(
    r"(?i)(?:\**\s*)?(?:summe|gesamt\w*|zwischensumme|endsumme|total|grand total|sub-?total|ergebnis|overall|insgesamt)\b.*"
)


@dataclass(frozen=True, kw_only=True)
class TableBounds:
    """Where the table stands among the rows of a file."""

    heading: int
    """Position of the row of headings."""
    units: tuple[str, ...] = ()
    """What a row of units says of each column; empty where there is none."""
    below: bool = False
    """Whether that row stands below the headings, before the first row of data."""
    last: int
    """Position after the last row of the table."""


def words_of(row: Row) -> list[str]:
    """Return the cells of a row as words without blanks around them."""
    return [" ".join(str(cell).split()) if cell is not None and cell == cell else "" for cell in row]


def table_bounds(rows: Sequence[Row], known: Callable[[str], bool]) -> TableBounds:
    """Find the table among the rows of a file.

    Parameters
    ----------
    rows : sequence
        All rows, empty ones included.
    known : callable
        Whether a word is a heading that is known.
    """
    head = [words_of(row) for row in rows[:SEARCHED_ROWS]]
    width = _width(rows)
    scores = [_score(head, place, width, known) for place in range(len(head))]
    heading = max(range(len(head)), key=lambda place: (scores[place], -place), default=0)
    return TableBounds(heading=heading, last=_last_row(rows, heading), **_unit_row(head, heading))  # type: ignore[arg-type]


def _width(rows: Sequence[Row]) -> int:
    """Return how many cells most rows fill at least once."""
    filled = Counter(_reach(words_of(row)) for row in rows[: 10 * SEARCHED_ROWS])
    filled.pop(0, None)
    return max(filled, key=lambda reach: (filled[reach], reach), default=0)


def _reach(words: Sequence[str]) -> int:
    return max((place for place, word in enumerate(words, start=1) if word), default=0)


def _score(head: Sequence[list[str]], place: int, width: int, known: Callable[[str], bool]) -> float:
    words = [word for word in head[place] if word]
    if not words or not width:
        return 0.0
    is_unit_row = len(words) > 1 and all(_UNIT.fullmatch(word) for word in words)
    spoken = sum(_is_word(word) for word in words) / len(words)
    filled = min(len(words) / width, 1.0)
    once = len(set(words)) / len(words)
    recognised = sum(known(word) for word in words) / len(words)
    below = next((row for row in head[place + 1 :] if any(row)), None)
    contrast = _contrast(head[place], below) if below is not None else -0.5
    return 2 * filled * spoken * once + 1.5 * recognised + 0.7 * contrast - 2 * is_unit_row - 0.01 * place


def _is_word(word: str) -> bool:
    return not _NUMBER.fullmatch(word) and not _DATE.fullmatch(word) and len(word) <= 80


def _contrast(words: Sequence[str], below: Sequence[str]) -> float:
    """Return the share of columns in which a word stands above something that is none."""
    pairs = [(one, two) for one, two in zip(words, below, strict=False) if one]
    return sum(_is_word(one) and bool(two) and not _is_word(two) for one, two in pairs) / max(len(pairs), 1)


def _unit_row(head: Sequence[list[str]], heading: int) -> dict[str, object]:
    for place, below in ((heading + 1, True), (heading - 1, False)):
        if 0 <= place < len(head):
            words = [word for word in head[place] if word]
            if words and all(_UNIT.fullmatch(word) for word in words):
                return {"units": tuple(head[place]), "below": below}
    return {}


def _last_row(rows: Sequence[Row], heading: int) -> int:
    """Return the position after the last row that is neither a total, a note nor empty."""
    body = [words_of(row) for row in rows[heading + 1 : heading + 1 + 200]]
    filled = sorted(sum(map(bool, words)) for words in body)
    usual = filled[len(filled) // 2] if filled else 0
    forms = {_form(words[0]) for words in body if sum(map(bool, words)) > 1 and words[0]}
    last = len(rows)
    for place in range(len(rows) - 1, max(heading + 1, len(rows) - 1 - FOOTER_ROWS), -1):
        words = words_of(rows[place])
        if not any(words) or _is_footer(words, usual, forms):
            last = place
    return last


def _is_footer(words: Sequence[str], usual: int, forms: Set[str]) -> bool:
    """Whether a row is a total or a note; one that is written like the identifiers above it is a row."""
    filled = [word for word in words if word]
    if _TOTAL.fullmatch(filled[0]) and len(filled) < max(usual, 2):
        return True
    return usual >= 3 and len(filled) == 1 and _is_word(words[0]) and bool(words[0]) and _form(words[0]) not in forms


def _form(word: str) -> str:
    """Return how a word is written: runs of letters and of digits, each as one sign."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", word))
