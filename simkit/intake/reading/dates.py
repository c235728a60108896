"""Reads columns of dates and times in the ways that European, American and machine exports write them.

Whether 03/04/2024 is in March or in April is a property of the whole column; where no value proves it, it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from simkit.intake.reading.numbers import DateOrder

_TIME = (
    r"(?:[ T,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:[.,]\d+)?))?"
    r"\s*(?P<half>[AaPp][Mm])?(?:\s*Uhr)?)?"
)
_ISO = r"\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_ZONE = r"\s*(?:Z|[+-]\d{2}:?\d{2})"
_YEAR_FIRST = r"(?P<year>\d{4})[./-](?P<first>\d{1,2})[./-](?P<second_part>\d{1,2})" + _TIME
_COMPACT = r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DAY_OR_MONTH = r"(?P<first>\d{1,2})(?P<mark>[./-])(?P<second_part>\d{1,2})[./-](?P<year>\d{4}|\d{2})" + _TIME
_NAMED = r"(?P<first>\d{1,2})[. /-]+(?P<word>[A-Za-zäÄ]{3,9})[. ,/-]+(?P<year>\d{4}|\d{2})" + _TIME
_NAMED_US = r"(?P<word>[A-Za-z]{3,9})\.? +(?P<first>\d{1,2}),? +(?P<year>\d{4})" + _TIME
_YEAR = r"(?P<year>(?:19|20)\d{2})"
_MONTH_ONLY = (
    _YEAR + r"[/-]?(?P<month>0[1-9]|1[0-2])",
    r"(?P<month>0?[1-9]|1[0-2])[./-]" + _YEAR,
    r"(?P<word>[A-Za-zäÄ]{3,9})\.?[ /'-]*(?P<year>(?:19|20)\d{2}|\d{2})",
    r"Q(?P<quarter>[1-4])[ /-]*(?P<year>(?:19|20)\d{2}|\d{2})",
    _YEAR + r"[ /-]*Q(?P<quarter>[1-4])",
    r"(?P<quarter>[1-4])\. ?Quartal " + _YEAR,
)
"""A month or a quarter without a day: 202409, 2024-09, 09/2024, Sep 24, Q3 2024, 2024-Q3."""
_SERIAL = r"[2-7]\d{4}(?:[.,]\d+)?"
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär maer mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"),
        start=1,
    )
    for name in names.split()
}
SERIAL_ORIGIN = pd.Timestamp("1899-12-30")


@dataclass(frozen=True, kw_only=True)
class DateReading:
    """The distinct texts of a column, read as dates and times."""

    values: pd.Series[Any]
    """Naive local time; NaT where unreadable or undecided."""
    unreadable: pd.Series[bool]
    """Which are no dates."""
    proofs: dict[DateOrder, tuple[int, ...]]
    """Positions of the values that prove an order; two entries mean that the column contradicts itself."""
    undecided: tuple[int, ...]
    """Positions that stay ambiguous."""
    zoned: bool
    serial: bool = False
    """Whether some carried a time zone; whether some were Excel's day numbers."""
    months: tuple[int, ...] = ()
    """Positions of months and quarters, which stand for their first day."""


def read_dates(
    texts: pd.Series[str], order: DateOrder | None = None, *, latest_year: int, zone: str | None = None
) -> DateReading:
    """Read the distinct texts of one column.

    Parameters
    ----------
    texts : Series of str
        Non-empty texts.
    order : {"dmy", "mdy", "ymd"} or None
        Order answered in client.yaml; None lets the column itself prove it.
    latest_year : int
        Two-digit years are read so that they do not pass this year.
    zone : str or None
        Time zone to which times with an offset are converted; None keeps their own wall clock.
    """
    texts = texts.reset_index(drop=True)
    values = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[ns]")
    zoned = texts.str.fullmatch(_ISO + _ZONE, flags=re.ASCII).astype(bool)
    plain = texts.str.fullmatch(_ISO, flags=re.ASCII).astype(bool)
    values[plain] = _iso(texts[plain])
    values[zoned] = _with_zone(texts[zoned], zone)
    rest = texts[~(plain | zoned)]
    if rest.empty:
        return DateReading(values=values, unreadable=values.isna(), proofs={}, undecided=(), zoned=bool(zoned.any()))
    numbered, proofs, undecided = _read_numbered(rest, order, latest_year)
    values[numbered.index] = numbered
    rest = rest.drop(numbered.index).drop(list(undecided))
    for reader in (_read_compact, _read_year_first, _read_named):
        if not rest.empty:
            found = reader(rest, latest_year).dropna()
            values[found.index] = found
            rest = rest.drop(found.index)
    serials = _read_serials(rest)
    values[serials.index] = serials
    months = _read_months(rest.drop(serials.index), latest_year).dropna()
    values[months.index] = months
    unreadable = values.isna()
    unreadable[list(undecided)] = False
    return DateReading(
        values=values,
        unreadable=unreadable,
        proofs=proofs,
        undecided=undecided,
        zoned=bool(zoned.any()),
        serial=not serials.empty,
        months=tuple(int(number) for number in months.index),
    )


def in_range(stamps: pd.Series[Any]) -> pd.Series[Any]:
    """Bring times to nanoseconds; what lies outside 1900 to 2199 (SAP's 31.12.9999) is no date that can be used."""
    return stamps.where(stamps.dt.year.between(1900, 2199)).astype("datetime64[ns]")


def from_serials(days: pd.Series[float]) -> pd.Series[Any]:
    """Turn Excel's day numbers (1900 system) into times, rounded to the second."""
    seconds = (days.astype(float) * 86_400).round()
    return (SERIAL_ORIGIN + pd.to_timedelta(seconds, unit="s")).astype("datetime64[ns]")


def _iso(texts: pd.Series[str]) -> pd.Series[Any]:
    return in_range(pd.to_datetime(texts, format="ISO8601", errors="coerce"))


def _with_zone(texts: pd.Series[str], zone: str | None) -> pd.Series[Any]:
    if zone is None:
        return _iso(texts.str.replace(_ZONE + "$", "", regex=True))
    stamps = pd.to_datetime(texts, format="ISO8601", utc=True, errors="coerce")
    return in_range(stamps.dt.tz_convert(zone).dt.tz_localize(None))


def _read_compact(texts: pd.Series[str], latest_year: int) -> pd.Series[Any]:
    chosen = texts[texts.str.fullmatch(_COMPACT, flags=re.ASCII).astype(bool)]
    return in_range(pd.to_datetime(chosen, format="%Y%m%d", errors="coerce"))


def _read_year_first(texts: pd.Series[str], latest_year: int) -> pd.Series[Any]:
    parts = _parts(texts, _YEAR_FIRST)
    return _built(parts, parts["first"], parts["second_part"], latest_year)


def _read_months(texts: pd.Series[str], latest_year: int) -> pd.Series[Any]:
    """Read months and quarters as their first day."""
    found = [_parts(texts, pattern, "year").assign(first="1") for pattern in _MONTH_ONLY]
    parts = pd.concat(found)
    parts = parts[~parts.index.duplicated()].reindex(columns=_MONTH_PARTS).astype("str")
    quarter = pd.to_numeric(parts["quarter"]) * 3 - 2
    month = pd.to_numeric(parts["month"]).fillna(quarter).fillna(_month_of(parts["word"])).fillna(0)
    return _built(parts, month, parts["first"], latest_year)


def _month_of(words: pd.Series[Any]) -> pd.Series[Any]:
    """Return the number of each month's name, by its beginning; 0 for a word that is none."""
    named = words.fillna("").str.lower()
    return named.map(lambda word: next((n for k, n in _MONTHS.items() if word.startswith(k)), 0))


def _read_named(texts: pd.Series[str], latest_year: int) -> pd.Series[Any]:
    parts = pd.concat([_parts(texts, _NAMED), _parts(texts, _NAMED_US)])
    return _built(parts, _month_of(parts["word"]), parts["first"], latest_year)


def _read_numbered(
    texts: pd.Series[str], order: DateOrder | None, latest_year: int
) -> tuple[pd.Series[Any], dict[DateOrder, tuple[int, ...]], tuple[int, ...]]:
    """Read three numbers; with dots the day comes first everywhere, with slashes or dashes the column must prove it."""
    parts = _parts(texts, _DAY_OR_MONTH)
    dotted = parts["mark"] == "."
    one, one_proofs, one_open = _read_in_order(parts[dotted], order, "dmy", latest_year)
    two, two_proofs, two_open = _read_in_order(parts[~dotted], order, None, latest_year)
    proofs = {o: (*one_proofs.get(o, ()), *two_proofs.get(o, ())) for o in (*one_proofs, *two_proofs)}
    return pd.concat([one, two]), proofs, (*one_open, *two_open)


def _read_in_order(
    parts: pd.DataFrame, order: DateOrder | None, otherwise: DateOrder | None, latest_year: int
) -> tuple[pd.Series[Any], dict[DateOrder, tuple[int, ...]], tuple[int, ...]]:
    """Read dates in the order that was answered, else the one they prove, else the usual one if there is one."""
    first, second = parts["first"].astype(int), parts["second_part"].astype(int)
    proofs = _proofs(first, second)
    proven = next(iter(proofs)) if len(proofs) == 1 else None
    decided = order or (proven if proofs else otherwise)
    if decided is None:
        nothing: pd.Series[Any] = pd.Series([], dtype="datetime64[ns]")
        return nothing, proofs, tuple(int(number) for number in parts.index)
    month, day = (first, second) if decided == "mdy" else (second, first)
    return _built(parts, month, day, latest_year).dropna(), proofs, ()


def _proofs(first: pd.Series[int], second: pd.Series[int]) -> dict[DateOrder, tuple[int, ...]]:
    day_first, month_first = first[first > 12], second[second > 12]
    proofs: dict[DateOrder, tuple[int, ...]] = {}
    if len(day_first):
        proofs["dmy"] = tuple(int(number) for number in day_first.index)
    if len(month_first):
        proofs["mdy"] = tuple(int(number) for number in month_first.index)
    return proofs


def _read_serials(texts: pd.Series[str]) -> pd.Series[Any]:
    chosen = texts[texts.str.fullmatch(_SERIAL, flags=re.ASCII).astype(bool)]
    return from_serials(chosen.str.replace(",", ".").astype(float))


def _parts(texts: pd.Series[str], pattern: str, always: str = "first") -> pd.DataFrame:
    found: pd.DataFrame = texts.str.extract(f"^{pattern}$", flags=re.ASCII)
    return found[found[always].notna()]


def _built(parts: pd.DataFrame, month: pd.Series[Any], day: pd.Series[Any], latest_year: int) -> pd.Series[Any]:
    """Put the parts of dates together; impossible ones (31 February) become NaT."""
    year = parts["year"].astype(int)
    short = parts["year"].str.len() == 2
    century = 2000 + year
    year = year.where(~short, century.where(century <= latest_year, century - 100))
    frame = pd.DataFrame({"year": year, "month": month.astype(int), "day": day.astype(int)})
    dates = in_range(pd.to_datetime(frame, errors="coerce"))
    hour, minute, second = (pd.to_numeric(parts[name].str.replace(",", ".")).fillna(0.0) for name in _CLOCK_PARTS)
    half = parts["half"].str.lower()
    afternoon = half.eq("pm") & (hour < 12)
    midnight = half.eq("am") & (hour == 12)
    seconds = (hour + 12 * afternoon - 12 * midnight) * 3600 + minute * 60 + second
    return (dates + pd.to_timedelta(seconds, unit="s")).astype("datetime64[ns]")


_CLOCK_PARTS = ("hour", "minute", "second")
_MONTH_PARTS = ["year", "month", "quarter", "word", "first", "hour", "minute", "second", "half"]
