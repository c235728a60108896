"""Rank tables: who is served first, statically, first in first out inside a rank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import Text, did_you_mean
from simkit.model.overlays import check_keys, read_overlay, text_of
from simkit.model.parameters import CLASSES, SEGMENTS

CASE_KINDS: tuple[str, ...] = ("lead", "opportunity", "order", "service", "care")


@dataclass(frozen=True, kw_only=True)
class RankTable:
    """The rank of every kind of case, order class and customer segment; 0 is served first.

    Parameters
    ----------
    name : str
        Name of its file.
    title : Text
        What people call it.
    ranks : mapping of (kind, class number, segment number) to int
        Complete: every combination has a rank.
    """

    name: str
    title: Text
    ranks: Mapping[tuple[str, int, int], int]


def load_rank_table(name: str, folder: Path | None = None) -> RankTable:
    """Read a rank table.

    Each line of ``ranks`` is a rank; its entries are a kind of case, with a segment and an order class where they
    matter (``care A``, ``order bespoke B``). The first line that fits counts.

    Raises
    ------
    ConfigError
        For an unknown word, or a combination that no line covers.
    """
    content, file = read_overlay("rank_tables", name, folder)
    check_keys(content, ("title", "ranks"), str(file))
    ranks: dict[tuple[str, int, int], int] = {}
    for rank, line in enumerate(content["ranks"]):
        for entry in line:
            for key in _covered(str(entry), str(file)):
                ranks.setdefault(key, rank)
    missing = [key for key in _all_keys() if key not in ranks]
    if missing:
        kind, order_class, segment = missing[0]
        raise ConfigError(
            Text(
                de=f"Kein Rang für {kind} {CLASSES[order_class]} {SEGMENTS[segment]}.",
                en=f"No rank for {kind} {CLASSES[order_class]} {SEGMENTS[segment]}.",
            ),
            str(file),
            Text(de="Ergänzen Sie eine Zeile unter „ranks“.", en="Add a line under 'ranks'."),
        )
    return RankTable(name=name, title=text_of(content["title"], f"{file}: title"), ranks=ranks)


def _all_keys() -> list[tuple[str, int, int]]:
    return [(kind, c, s) for kind in CASE_KINDS for c in range(len(CLASSES)) for s in range(len(SEGMENTS))]


def _covered(entry: str, where: str) -> list[tuple[str, int, int]]:
    words = entry.split()
    known = (*CASE_KINDS, *CLASSES, *SEGMENTS)
    for word in words:
        if word not in known:
            raise ConfigError(
                Text(de=f"Unbekanntes Wort „{word}“ in „{entry}“.", en=f"Unknown word '{word}' in '{entry}'."),
                where,
                did_you_mean(word, known),
            )
    return [
        (kind, c, s)
        for kind, c, s in _all_keys()
        if kind in words
        and (CLASSES[c] in words or not any(name in words for name in CLASSES))
        and (SEGMENTS[s] in words or not any(name in words for name in SEGMENTS))
    ]
