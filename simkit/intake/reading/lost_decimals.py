"""Recognises numbers whose decimal mark was lost when a spreadsheet of another locale opened the file.

Then 2024.994 stands as "2,024,994": it reads as two million without any error, so it must be refused, never read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.reading.numbers import take_apart
from simkit.intake.reading.reading_texts import NOT_SHOWN

TEXTS = Catalogue.beside(__file__)

EXAMINED_ROWS = 20_000
NUMERIC_SHARE = 0.9
GATHERED = 0.7
"""Length of the mean direction above which logarithms count as gathered (1 = all alike, 0 = spread evenly)."""
_GROUPS = {",": re.compile(r"[1-9]\d{0,2}(?:,\d{3})+"), ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+")}
_SEVERAL_GROUPS = {",": re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,}"), ".": re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")}
_DECIMALS = {",": re.compile(r"\d*,\d{1,2}|\d*,\d{4,}|0,\d+"), ".": re.compile(r"\d*\.\d{1,2}|\d*\.\d{4,}|0\.\d+")}


@dataclass(frozen=True, kw_only=True)
class Damage:
    """A column that has lost its decimal marks."""

    header: str
    """The client's column."""
    what: Text
    unquoted: Text
    """The same without anything from a cell, for tables of single people."""
    position: int
    """First row concerned, from 0."""
    count: int


def lost_decimals(frame: pd.DataFrame, headers: Sequence[str]) -> tuple[Damage, ...]:
    """Find the columns among `headers` whose grouped numbers cannot be what they seem.

    Three proofs are taken, each impossible in an undamaged file:
    the same mark groups thousands and stands before decimals in one column; it groups thousands here and stands before
    decimals in another numeric column of the file, while no number of the file uses the other mark; or two columns of
    amounts, all grouped and without any decimals, stand in a ratio that jumps by powers of ten between the rows.

    Parameters
    ----------
    frame : DataFrame of str
        The whole file as text.
    headers : sequence of str
        The columns that are to be read as numbers.
    """
    sample = frame.iloc[:EXAMINED_ROWS]
    bodies = {header: _bodies(sample[header]) for header in dict.fromkeys(headers)}
    for mark, other in ((",", "."), (".", ",")):
        grouped = [header for header in bodies if _matches(bodies[header], _SEVERAL_GROUPS[mark]).any()]
        if not grouped or any(bodies[h].str.contains(other, regex=False).any() for h in grouped):
            continue
        witness = _decimal_witness(sample, bodies, mark, other)
        jumping = frozenset() if witness else _jumping({h: bodies[h] for h in grouped}, mark)
        found = grouped if witness else [header for header in grouped if header in jumping]
        if found:
            return tuple(_damage(header, bodies[header], mark, witness) for header in found)
    return ()


def _bodies(column: pd.Series[Any]) -> pd.Series[str]:
    """Return the digits and marks of every number in a column, empty where there is none."""
    codes, distinct = pd.factorize(column)
    bodies = pd.Series([take_apart(str(text)).body for text in distinct], dtype="str")
    return bodies.take(codes).reset_index(drop=True)


def _matches(bodies: pd.Series[str], pattern: re.Pattern[str]) -> pd.Series[bool]:
    return bodies.str.fullmatch(pattern.pattern).astype(bool)


def _decimal_witness(sample: pd.DataFrame, bodies: dict[str, pd.Series[str]], mark: str, other: str) -> str:
    """Return a number of the file that uses the mark before decimals, or "" when the file speaks for grouping.

    Only a comma is looked for in columns that are not mapped: 08.2020 or version 1.10 are no decimals.
    """
    examined = dict(bodies)
    if mark == ",":
        unmapped = [h for h in dict.fromkeys(sample.columns) if h not in bodies and list(sample.columns).count(h) == 1]
        examined |= {header: numbers for header in unmapped if (numbers := _if_numeric(sample[header])) is not None}
    witness = ""
    for numbers in examined.values():
        distinct = pd.Series(numbers.unique(), dtype="str")
        if mark == "," and _matches(distinct, _DECIMALS[other]).any():
            return ""
        decimals = distinct[_matches(distinct, _DECIMALS[mark])]
        witness = witness or ("" if decimals.empty else str(decimals.iloc[0]))
    return witness


def _if_numeric(column: pd.Series[Any]) -> pd.Series[str] | None:
    texts = pd.Series(column.unique(), dtype="str")
    texts = texts[texts.str.strip() != ""]
    numeric = [take_apart(text).shape != "" for text in texts]
    return _bodies(texts) if numeric and np.mean(numeric) >= NUMERIC_SHARE else None


def _jumping(grouped: dict[str, pd.Series[str]], mark: str) -> frozenset[str]:
    """Return the columns whose ratio to another one falls into bands a factor of ten apart, with nothing between."""
    numbers = {h: pd.to_numeric(b.str.replace(mark, "", regex=False), errors="coerce") for h, b in grouped.items()}
    plain = {h: _matches(b[b != ""], _GROUPS[mark]).mean() for h, b in grouped.items()}
    found: set[str] = set()
    for one, two in combinations([h for h in numbers if plain[h] > NUMERIC_SHARE], 2):
        both = (numbers[one] > 0) & (numbers[two] > 0)
        exponents = pd.Series(np.log10((numbers[one][both] / numbers[two][both]).to_numpy()))
        if len(exponents) >= 20 and _in_decades(exponents):
            found |= {one, two}
    return frozenset(found)


def _in_decades(exponents: pd.Series[float]) -> bool:
    """Whether logarithms gather at one place between the powers of ten (circular mean), but in several of them.

    A single cloud cannot do both: wide enough to reach a second power of ten, it would fill the space between.
    """
    turns = np.exp(2j * np.pi * exponents.to_numpy())
    centre = np.angle(turns.mean()) / (2 * np.pi)
    decades = np.round(exponents.to_numpy() - centre)
    most_frequent = np.unique(decades, return_counts=True)[1].max()
    return bool(np.abs(turns.mean()) > GATHERED and most_frequent < 0.9 * len(decades))


def _damage(header: str, bodies: pd.Series[str], mark: str, witness: str) -> Damage:
    hits = _matches(bodies, _SEVERAL_GROUPS[mark])
    position = int(np.argmax(hits))
    shown = str(bodies.iloc[position])
    what, unquoted = (
        _BOTH_WAYS.fill(mark=mark, shown=one, witness=other) if witness else _JUMPS.fill(shown=one)
        for one, other in ((shown, witness), (NOT_SHOWN, NOT_SHOWN))
    )
    return Damage(header=header, what=what, unquoted=unquoted, position=position, count=int(hits.sum()))


_BOTH_WAYS = TEXTS["both_ways"]
_JUMPS = TEXTS["jumps"]
