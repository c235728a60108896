"""Priority tables: who is served first, statically, first in first out inside a rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean
from simkit.model.specification.model_parameters import CLASSES, SEGMENTS
from simkit.model.specification.overrides import (
    OverrideFile,
    key_problems,
    names_of,
    raise_first,
    read_override,
    shape_problem,
    text_at,
    text_problems,
)

CASE_KINDS: tuple[str, ...] = ("lead", "opportunity", "order", "service", "care")
_LINES = Text(de="je Rang eine Zeile [Vorgang, …]", en="one line [case, …] per rank")
RankKey = tuple[str, int, int]


@dataclass(frozen=True, kw_only=True)
class PriorityTable:
    """The rank of every kind of case, order class and customer segment; 0 is served first."""

    name: str
    title: Text
    ranks: Mapping[RankKey, int]
    """Complete: every combination has a rank."""


def load_priority_table(name: str, folder: Path | None = None) -> PriorityTable:
    """Read a priority table.

    Each line of ``ranks`` is a rank; its entries are a kind of case, with a segment and an order class where they
    matter (``care A``, ``order bespoke B``). The first line that fits counts.

    Raises
    ------
    ConfigError
        For an unknown word, or a combination that no line covers.
    """
    source = read_override("priorities", name, folder)
    raise_first(priority_table_problems(source))
    return PriorityTable(name=name, title=text_at(source, "title"), ranks=_ranks(source))


def missing_priority_table(name: str, where: str, folder: Path | None) -> Iterator[ConfigError]:
    """Yield a problem if there is no priority table of that name."""
    if name not in names_of("priorities", folder):
        yield ConfigError(
            Text(de=f"Priorisierungstabelle „{name}“ gibt es nicht.", en=f"There is no priority table '{name}'."),
            where,
            did_you_mean(name, names_of("priorities", folder)),
        )


def priority_table_problems(source: OverrideFile) -> Iterator[ConfigError]:
    """Yield what is wrong with a priority table: unknown keys or words, a missing language, work without a rank."""
    yield from key_problems(source, (), source.content, ("title", "ranks"))
    yield from text_problems(source, "title")
    lines = source.content.get("ranks")
    if not isinstance(lines, list) or not all(isinstance(line, list) for line in lines):
        yield shape_problem(source, ("ranks",), _LINES)
        return
    for number, line in enumerate(lines):
        for entry in line:
            yield from _word_problems(source, number, str(entry))
    ranks = _ranks(source)
    missing = [key for key in _all_keys() if key not in ranks]
    for segment, name in enumerate(SEGMENTS):
        unserved = [(kind, order_class) for kind, order_class, s in missing if s == segment]
        if unserved:
            kind, order_class = unserved[0]
            yield ConfigError(
                Text(
                    de=f"Kein Rang für {kind} {CLASSES[order_class]} {name}.",
                    en=f"No rank for {kind} {CLASSES[order_class]} {name}.",
                ),
                source.place("ranks"),
                Text(de="Ergänzen Sie eine Zeile unter „ranks“.", en="Add a line under 'ranks'."),
            )


def _word_problems(source: OverrideFile, line: int, entry: str) -> Iterator[ConfigError]:
    known = (*CASE_KINDS, *CLASSES, *SEGMENTS)
    for word in entry.split():
        if word not in known:
            yield ConfigError(
                Text(de=f"Unbekanntes Wort „{word}“ in „{entry}“.", en=f"Unknown word '{word}' in '{entry}'."),
                source.place("ranks", line),
                did_you_mean(word, known),
            )


def _ranks(source: OverrideFile) -> dict[RankKey, int]:
    ranks: dict[RankKey, int] = {}
    for rank, line in enumerate(source.content["ranks"]):
        for entry in line:
            for key in _covered(str(entry).split()):
                ranks.setdefault(key, rank)
    return ranks


def _all_keys() -> list[RankKey]:
    return [(kind, c, s) for kind in CASE_KINDS for c in range(len(CLASSES)) for s in range(len(SEGMENTS))]


def _covered(words: list[str]) -> list[RankKey]:
    return [
        (kind, c, s)
        for kind, c, s in _all_keys()
        if kind in words
        and (CLASSES[c] in words or not any(name in words for name in CLASSES))
        and (SEGMENTS[s] in words or not any(name in words for name in SEGMENTS))
    ]
