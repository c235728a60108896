"""Replaces people by P01, P02 … while loading, so that no later floor can show who somebody is.

The key from person to pseudonym exists only while this module runs and is never written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from simkit.intake.settings.schemas import TABLES


def pseudonymised(frames: Mapping[str, pd.DataFrame], client: str) -> dict[str, pd.DataFrame]:
    """Return the tables with every person replaced, the same person alike in all tables.

    Parameters
    ----------
    frames : mapping of str to DataFrame
        Tables by name.
    client : str
        Name of the client; it decides the order, so that P01 of one client says nothing about another one's.
    """
    places = _places(frames)
    keys = {prefix: _key(frames, places, prefix, client) for prefix in {prefix for _, _, prefix in places}}
    replaced = {name: frame.copy(deep=False) for name, frame in frames.items()}
    for name, column, prefix in places:
        replaced[name][column] = _replaced(frames[name][column], keys[prefix])
    return replaced


def employee_key(frames: Mapping[str, pd.DataFrame], client: str) -> dict[str, str]:
    """Return the pseudonym of each employee in the tables, for what names employees outside of them."""
    return _key(frames, _places(frames), "P", client)


def _places(frames: Mapping[str, pd.DataFrame]) -> list[tuple[str, str, str]]:
    """Return table, column and prefix of everything that names people."""
    return [
        (name, column.name, column.person)
        for name, frame in frames.items()
        for column in TABLES[name].columns
        if column.person and column.name in frame.columns
    ]


def _key(
    frames: Mapping[str, pd.DataFrame], places: list[tuple[str, str, str]], prefix: str, client: str
) -> dict[str, str]:
    return key_of(
        (str(x) for name, column, kind in places if kind == prefix for x in frames[name][column].dropna().unique()),
        prefix,
        client,
    )


def key_of(people: Iterable[str], prefix: str, client: str) -> dict[str, str]:
    """Return the pseudonym of each person, such as T01; whoever calls this keeps the key to itself."""
    shuffled = sorted(set(people), key=lambda person: fingerprint(person, prefix, client))
    width = max(2, len(str(len(shuffled))))
    return {person: f"{prefix}{number:0{width}d}" for number, person in enumerate(shuffled, start=1)}


def fingerprint(person: str, prefix: str, client: str) -> str:
    """Return what can stand for a person in a stored file until the person's table is read and gives the pseudonym."""
    return hashlib.sha256(f"{client}:{prefix}:{person}".encode()).hexdigest()


def _replaced(column: pd.Series[Any], key: Mapping[str, str]) -> pd.Series[Any]:
    return column.map(key).astype("str")
