"""What the cells of one column of an unknown client are: dates, numbers, identifiers, names, known words."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simkit.intake.reading.column_cells import as_text
from simkit.intake.reading.dates import read_dates
from simkit.intake.reading.numbers import read_numbers, spoken_hours
from simkit.intake.vocabulary.person_names import holds_names

LATEST_YEAR = 2100
PARSED = 1_000
"""So many different values of a column are read, the most frequent first; that is enough to tell what they are."""
_CLOCK = re.compile(r"(\d{1,3}):[0-5]\d(?::[0-5]\d)?\s*(?:[AaPp][Mm])?")
_WITH_CLOCK = re.compile(r".*\d{1,2}:\d{2}.*")
_CURRENCY = re.compile(r"[A-Z]{3}|[€$£]")
_SPOKEN = re.compile(r"(?i)\s*(?:\d+\s*(?:d|h|std\.?|m|min\.?|s)\s*)+")
_LONG = 60
"""Words of more letters are sentences, not values."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """The contents of a column, as shares of its filled cells."""

    words: tuple[str, ...]
    """Distinct values as words, most frequent first."""
    counts: tuple[int, ...]
    """How many rows hold each."""
    rows: int
    filled: int
    dates: float
    with_time: float
    """Cells that are dates; that have a time of day beside the date."""
    clocks: float
    """Cells that are a time of day or a duration, such as 08:30."""
    spoken: float
    """Cells that are a duration as it is spoken, such as 1h 30m."""
    numbers: float
    low: float
    middle: float
    high: float
    """Share of numbers; their smallest, median and largest value."""
    decimals: float
    per_cent: float
    """Numbers that are not whole; that carry a per cent sign."""
    currencies: float
    """Cells that are a currency code or sign."""
    names: bool
    """Whether the values look like names of persons."""
    long: float
    """Cells that are longer than a word of a list is."""
    blanks: float
    """Cells that are several words, as titles are and numbers are not."""

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        return len(self.words)

    @property
    def unique(self) -> float:
        """Share of filled cells whose value stands once."""
        return sum(count == 1 for count in self.counts) / max(self.filled, 1)

    def count_of(self, word: str) -> int:
        """Return how many rows hold a value."""
        return self.counts[self.words.index(word)]


def contents_of(cells: pd.Series[Any], *, of_persons: bool = False) -> Contents:
    """Return what the cells of a column are.

    Parameters
    ----------
    of_persons : bool
        Whether the heading says that the column is about persons.
    """
    natives = [cell for cell in cells if cell is not None and cell == cell and str(cell).strip()]
    tally = pd.Series([_word(cell) for cell in natives], dtype=object).value_counts()
    every, each = tuple(str(word) for word in tally.index), tuple(int(count) for count in tally)
    words, counts = every[:PARSED], np.array(each[:PARSED], dtype=float)
    filled = max(float(counts.sum()), 1.0)
    typed_dates = {_word(cell) for cell in natives if isinstance(cell, dt.date)}
    typed_clocks = {_word(cell) for cell in natives if isinstance(cell, dt.time | dt.timedelta)}
    dated = _dates(words, typed_dates)
    clocks = np.array([word in typed_clocks or _CLOCK.fullmatch(word) is not None for word in words], dtype=bool)
    spoken = np.array([_SPOKEN.fullmatch(w) is not None and not np.isnan(spoken_hours(w)) for w in words], dtype=bool)
    values, per_cent = _numbers(words)
    numeric = ~np.isnan(values) & ~dated & ~clocks
    low, middle, high = _spread(values[numeric], counts[numeric])

    def share(mask: Any) -> float:
        return float(counts[np.asarray(mask, dtype=bool)].sum() / filled) if len(counts) else 0.0

    return Contents(
        words=every,
        counts=each,
        rows=len(cells),
        filled=len(natives),
        dates=share(dated),
        with_time=share(dated & np.array([_has_time(word) for word in words], dtype=bool)),
        clocks=share(clocks),
        spoken=share(spoken),
        numbers=share(numeric),
        low=low,
        middle=middle,
        high=high,
        decimals=share(numeric & (values % 1 != 0)),
        per_cent=share(per_cent),
        currencies=share([_CURRENCY.fullmatch(word) is not None for word in words]),
        names=holds_names(words[:300], of_persons=of_persons),
        long=share([len(word) > _LONG for word in words]),
        blanks=share([word.count(" ") > 1 for word in words]),
    )


def _word(cell: object) -> str:
    if isinstance(cell, dt.datetime | pd.Timestamp):
        return str(cell)
    return " ".join(as_text(cell).split())


def _has_time(word: str) -> bool:
    return _WITH_CLOCK.fullmatch(word) is not None and not word.endswith("00:00:00")


def _dates(words: tuple[str, ...], typed: set[str]) -> np.ndarray[Any, Any]:
    """Return which words are dates; bare numbers that may be day numbers of Excel are none here."""
    if not words:
        return np.zeros(0, dtype=bool)
    texts = pd.Series([word if not _is_bare_number(word) else "" for word in words], dtype="str")
    asked = texts[texts.str.contains(r"\d").to_numpy(dtype=bool)].astype("str")
    found: np.ndarray[Any, Any] = np.array([word in typed for word in words], dtype=bool)
    if len(asked):
        reading = read_dates(asked, latest_year=LATEST_YEAR)
        read = reading.values.notna().to_numpy(dtype=bool).copy()
        read[list(reading.undecided)] = True
        found[asked.index.to_numpy()] |= read
    return found


def _is_bare_number(word: str) -> bool:
    """Whether a word is a number as it stands; eight digits may be a day such as 20250131."""
    digits = word.replace(".", "", 1).replace(",", "", 1).lstrip("-")
    return digits.isdigit() and not (word.isdigit() and len(word) == 8)


def _numbers(words: tuple[str, ...]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    reading = read_numbers(list(words))
    values = np.asarray(reading.values, dtype=float).copy()
    if reading.undecided:  # 1.234 or 1,234: whether it is one or a thousand is asked by the reader
        again = read_numbers(list(words), ",")
        values = np.where(np.isnan(values), again.values, values)
    return values, np.asarray(reading.percent, dtype=bool)


def _spread(values: np.ndarray[Any, Any], counts: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    if not len(values):
        nan = float("nan")
        return nan, nan, nan
    all_of_them = np.repeat(values, counts.astype(int))
    return float(all_of_them.min()), float(np.median(all_of_them)), float(all_of_them.max())
