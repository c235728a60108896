"""Tells names of persons from other words, so that none is mapped without being asked for, and none is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simkit.intake.vocabulary.word_lists import folded, word_lists

_SALUTATION = re.compile(r"(?i)\b(?:herr|frau|hr\.|fr\.|mr\.?|mrs\.?|ms\.?|dr\.|prof\.)\s+\w")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]{2,}", re.IGNORECASE)
_PART = r"[A-ZÄÖÜ][a-zäöüßéèáà]+(?:[- ]?[A-ZÄÖÜ][a-zäöüßéèáà]+)?"
_LAST_FIRST = re.compile(rf"{_PART}, {_PART}(?: [A-Z]\.)?")
_FIRST_LAST = re.compile(rf"{_PART}(?: (?:von|van|de|zu|der))? {_PART}")
_NAME_SHARE = 0.5
"""A column in which so many values look like names holds names."""
FEWEST_LETTERS = 3


def is_mail(text: str) -> bool:
    """Whether a word is a mail address, which names its owner."""
    return _MAIL.fullmatch(text.strip()) is not None


def looks_like_name(text: str) -> bool:
    """Whether a word is written as a person's name is, or as a mail address."""
    stripped = text.strip()
    if is_mail(stripped) or _SALUTATION.search(stripped) or _LAST_FIRST.fullmatch(stripped):
        return True
    return bool(_FIRST_LAST.fullmatch(stripped)) and bool(first_names() & set(folded(stripped).split()))


def is_name_shaped(text: str) -> bool:
    """Whether a word has the shape of a name, whatever it says; of a column of persons that is enough."""
    return looks_like_name(text) or _FIRST_LAST.fullmatch(text.strip()) is not None


def holds_names(words: Iterable[str], *, of_persons: bool = False) -> bool:
    """Whether a column holds names of persons.

    Parameters
    ----------
    words : iterable of str
        Its distinct values.
    of_persons : bool
        Whether its heading says that it is about persons; then the shape of names is enough.
    """
    told = [word for word in words if word.strip()]
    looks = is_name_shaped if of_persons else looks_like_name
    single = {"".join(folded(word).split()) for word in told} if of_persons else set()
    if single and sum(word in first_names() for word in single) > _NAME_SHARE * len(single):
        return True
    return bool(told) and sum(map(looks, told)) >= _NAME_SHARE * len(told)


@dataclass(frozen=True)
class KnownNames:
    """The parts of all names that stand in the columns of persons of a client's files."""

    parts: frozenset[str]

    @classmethod
    def among(cls, words: Iterable[str]) -> KnownNames:
        """Return the parts of these names."""
        parts = {part for word in words for part in folded(word.split("@")[0]).split() if len(part) >= FEWEST_LETTERS}
        return cls(frozenset(part for part in parts if part.isalpha()))

    def are_in(self, text: str) -> bool:
        """Whether a word may name a person: it looks like a name, or has a part of a known one."""
        parts = set(folded(text).split())
        return looks_like_name(text) or bool(parts & (self.parts | first_names()))


def first_names() -> frozenset[str]:
    """Return frequent first names, folded."""
    return word_lists().first_names
