"""The words of headings and values that are known, and how a heading is taken apart into them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("words.yaml")
_FOLDS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "à": "a", "á": "a", "ø": "o"})
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])")
_SIGNS = re.compile(r"[^a-z0-9%]+")
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")
SHORTEST_PART = 4
"""Shorter words are found alone, not inside compounds."""
_LINKS = ("", "s", "en", "er", "n", "es", "e")


def folded(text: str) -> str:
    """Return a text as words are compared: small letters, umlauts written out, signs as blanks."""
    spread = _CAMEL.sub(" ", str(text)).lower().translate(_FOLDS)
    return " ".join(_SIGNS.sub(" ", spread).split())


def bare(heading: str) -> str:
    """Return a heading without what stands in brackets, folded."""
    return folded(_BRACKETS.sub(" ", heading)) or folded(heading)


@dataclass(frozen=True)
class Pattern:
    """One way in which a column of ours is called."""

    parts: frozenset[str]
    certainty: float


@dataclass(frozen=True, kw_only=True)
class TakenApart:
    """What the words of a heading stand for."""

    meanings: tuple[frozenset[str], ...]
    """What each known word may stand for."""
    unknown: int
    """How many words are not known."""

    def has(self, part: str) -> bool:
        """Whether some word may stand for it."""
        return any(part in one for one in self.meanings)

    def means_one_of(self, parts: frozenset[str]) -> bool:
        """Whether some word stands for one of these, whichever way it is read."""
        return any(one <= parts for one in self.meanings)

    def beside(self, parts: frozenset[str]) -> int:
        """Return how many words stand for something else."""
        return sum(not one & parts for one in self.meanings)


@dataclass(frozen=True, kw_only=True)
class WordLists:
    """All words that are known."""

    parts: Mapping[str, frozenset[str]]
    """Word → what it may stand for."""
    fillers: frozenset[str]
    patterns: Mapping[str, Mapping[str, tuple[Pattern, ...]]]
    """Table → column → ways in which it is called."""
    never: Mapping[str, frozenset[str]]
    """Column, kind of column or table → parts of a heading that must not be taken for it."""
    values: Mapping[str, Mapping[str, str]]
    """Kind of value → word of the client, folded → our value."""
    first_names: frozenset[str]
    _looked_up: dict[tuple[str, str], tuple[str | None, float]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    """Answers of `value`: every column of a file is held against every one of ours, and asks the same words again."""

    def without(self, words: Iterable[str]) -> WordLists:
        """Return the lists without some words, which measures what they find unaided."""
        gone = frozenset(words)
        return replace(
            self,
            parts={word: part for word, part in self.parts.items() if word not in gone},
            values={
                kind: {word: ours for word, ours in known.items() if word not in gone}
                for kind, known in self.values.items()
            },
        )

    def taken_apart(self, heading: str) -> TakenApart:
        """Return what the words of a heading stand for, compounds taken apart."""
        known: list[frozenset[str]] = []
        unknown = 0
        for token in folded(heading).split():
            found = self._meanings(token)
            if found is None and token not in self.fillers and len(token) > 1 and not token.isdigit():
                unknown += 1
                found = self._last_part(token)
            known += found or ()
        return TakenApart(meanings=tuple(known), unknown=unknown)

    def _meanings(self, token: str) -> tuple[frozenset[str], ...] | None:
        """Return what a word stands for, one entry per part of a compound; None where it is not known."""
        if token in self.parts:
            return (self.parts[token],)
        for end in range(len(token) - 1, SHORTEST_PART - 1, -1):
            if token[:end] in self.parts:
                behind = self._behind(token[end:])
                if behind is not None:
                    return (self.parts[token[:end]], *behind)
        return None

    def _last_part(self, token: str) -> tuple[frozenset[str], ...]:
        """Return what the end of an unknown compound stands for, which says what kind of thing it is: Faktura-datum."""
        for start in range(2, len(token) - SHORTEST_PART + 1):
            if token[start:] in self.parts:
                return (self.parts[token[start:]],)
        return ()

    def _behind(self, rest: str) -> tuple[frozenset[str], ...] | None:
        """Return what the second half of a compound stands for, with or without a letter that links it."""
        for link in _LINKS:
            if rest == link:
                return ()
            if rest.startswith(link) and len(rest) > len(link) + 1:
                found = self._meanings(rest[len(link) :])
                if found is not None:
                    return found
        return None

    def value(self, kind: str, word: str) -> tuple[str | None, float]:
        """Return what a value of the client means, and how certain that is."""
        if (kind, word) not in self._looked_up:
            self._looked_up[kind, word] = self._value(kind, word)
        return self._looked_up[kind, word]

    def _value(self, kind: str, word: str) -> tuple[str | None, float]:
        known = self.values.get(kind)
        if not known:
            return None, 0.0
        text = folded(word)
        if text in known:
            return known[text], 0.97
        tokens = text.split()
        inside = [(len(key), ours) for key, ours in known.items() if _holds(text, tokens, key)]
        longest = max(inside, default=None)
        return (longest[1], 0.84) if longest else (None, 0.0)


def _holds(text: str, tokens: list[str], key: str) -> bool:
    if " " in key:
        return f" {key} " in f" {text} "
    return key in tokens or (len(key) >= 5 and any(token.endswith(key) or token.startswith(key) for token in tokens))


@functools.cache
def word_lists() -> WordLists:
    """Return the words of the file beside this module."""
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return WordLists(
        parts=_by_word(content["parts"]),
        fillers=frozenset(map(str, content["fillers"])),
        patterns={
            table: {column: tuple(map(_pattern, ways)) for column, ways in columns.items()}
            for table, columns in content["patterns"].items()
        },
        never={name: frozenset(parts) for name, parts in content["never"].items()},
        values={
            kind: {folded(word): ours for ours, words in known.items() for word in words}
            for kind, known in content["values"].items()
        },
        first_names=frozenset(content["first_names"].split()),
    )


def _by_word(parts: Mapping[str, list[str]]) -> dict[str, frozenset[str]]:
    words = {str(word) for written in parts.values() for word in written}
    return {word: frozenset(part for part, written in parts.items() if word in map(str, written)) for word in words}


def _pattern(written: str) -> Pattern:
    words, _, certainty = written.partition("~")
    return Pattern(frozenset(words.split()), float(certainty or 0.92))
