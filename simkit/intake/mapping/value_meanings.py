"""Proposes what the values of a column mean: known words are mapped, the others listed, save what may name a person."""

from __future__ import annotations

from collections.abc import Mapping

from simkit.intake.mapping.column_contents import Contents
from simkit.intake.mapping.column_matching import kind_of_values
from simkit.intake.mapping.proposals import ValueProposal
from simkit.intake.presets.export_presets import OTHERWISE
from simkit.intake.settings.schemas import SchemaColumn
from simkit.intake.vocabulary.person_names import KnownNames
from simkit.intake.vocabulary.word_lists import WordLists, folded

MOST_VALUES = 60
"""A column with more different values holds sentences."""
WORD_FOR_WORD = 0.95
"""So sure is a value that is a known word itself; what only holds one may hold a name, too."""
_OWN_FLAGS = frozenset({"1", "ja", "j", "yes", "y", "true", "wahr", "x", "0", "nein", "n", "no", "false", "falsch"})
"""What the reader knows by itself."""


def value_meanings(
    column: SchemaColumn,
    contents: Contents,
    words: WordLists,
    names: KnownNames,
    stated: Mapping[str, str | None] | None = None,
) -> ValueProposal | None:
    """Return what the values of a column mean; None where nothing has to be said.

    Parameters
    ----------
    stated : mapping, optional
        What a known export says of values; ``*`` stands for all others.
    """
    known: dict[str, tuple[str, float]] = {}
    unknown: dict[str, int] = {}
    hidden = 0
    said = {folded(word): ours for word, ours in (stated or {}).items() if word != OTHERWISE}
    otherwise = (stated or {}).get(OTHERWISE)
    own = {folded(choice) for choice in column.choices} if column.kind == "choice" else _OWN_FLAGS
    for word, count in zip(contents.words, contents.counts, strict=True):
        text = folded(word)
        ours, certainty = _meaning(column, word, said, otherwise, words)
        if text in own and text not in said:
            continue
        if certainty < WORD_FOR_WORD and names.are_in(word):
            hidden += 1
        elif ours is not None:
            known[word] = (ours, certainty)
        else:
            unknown[word] = count
    if not known and not unknown and not hidden:
        return None
    sentences = len(unknown) + len(known) > MOST_VALUES or contents.long > 0.3
    if sentences:
        certain = {word: meaning for word, meaning in known.items() if meaning[1] >= WORD_FOR_WORD}
        hidden += len(unknown) + len(known) - len(certain)
        known, unknown = certain, {}
    return ValueProposal(ours=column.name, known=known, unknown=unknown, hidden=hidden, sentences=sentences)


def _meaning(
    column: SchemaColumn, word: str, said: Mapping[str, str | None], otherwise: str | None, words: WordLists
) -> tuple[str | None, float]:
    text = folded(word)
    if text in said:
        return said[text], 0.97
    ours, certainty = words.value(kind_of_values(column), word)
    if otherwise is not None and certainty < 0.9:
        return otherwise, 0.92
    return ours, certainty
