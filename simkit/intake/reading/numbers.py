"""Reads columns of numbers as people in Germany, Switzerland, Britain or an SAP system write them.

The decimal mark is a property of the whole column: a single value such as 1.234 may be either, and is never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

DecimalMark = Literal[",", "."]
DateOrder = Literal["dmy", "mdy", "ymd"]

_NUMBER = re.compile(r"^-?1?[.,'’ \u00a0\u202f]?234(?P<mark>[.,])5\d*$")
_DATE = re.compile(r"^(?:d{1,2}|m{1,2}|y{2,4})\W?(?:d{1,2}|m{1,2})\W?(?:d{1,2}|m{1,2}|y{2,4})$")
_MONTH = re.compile(r"^(?:m{1,2}\W?y{2,4}|y{4}\W?m{2})$")


def decimal_mark(answer: str) -> DecimalMark | None:
    """Return the decimal mark that an example such as "1.234,50" shows, or None when it shows none."""
    match = _NUMBER.match(answer.strip())
    if match is None:
        return None
    return "," if match["mark"] == "," else "."


def date_order(answer: str) -> DateOrder | None:
    """Return the order that a pattern such as "dd.mm.yyyy" or "yyyymm" shows, or None when it shows none; a time is ignored."""
    words = answer.strip().lower().split()
    if words and _MONTH.match(words[0]):
        return "ymd" if words[0].startswith("y") else "dmy"
    if not words or _DATE.match(words[0]) is None:
        return None
    orders: dict[str, DateOrder] = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
    return orders.get("".join(dict.fromkeys(letter for letter in words[0] if letter.isalpha())))


_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2212": "-", "\u2013": "-", "’": "'", "`": "'"})
_CODES = "eur|usd|chf|gbp|pln|czk|huf|sek|nok|dkk|ron|bgn|jpy|cny|aud|cad|try|inr|brl|zar|sgd|hkd|ils|aed"
_SIGNS = {"€": "EUR", "euro": "EUR", "$": "USD", "£": "GBP", "sfr.": "CHF", "sfr": "CHF", "fr.": "CHF", "¥": "JPY"}
_SIGNS |= {"zł": "PLN", "kč": "CZK", "ft": "HUF", "dollar": "USD", "franken": "CHF"}
_SIGN = re.compile(
    rf"(?i)(?<![a-z])(?:euro|sfr\.?|fr\.|zł|kč|ft|{_CODES})(?![a-z])|[€$£¥]",
)
_CAMEL = re.compile(r"(?<=[a-zäöüß])(?=[A-Z])")
_IN_HEADING = re.compile(
    rf"(?i)(?<![^\W\d_])[tkm]?(?P<word>euro|sfr|fr\.|dollar|franken|{_CODES.replace('|try', '')})(?![^\W\d_])|[€$£¥]"
)
"""As in cells, with thousands before it; "try" is a word of headings rather than the Turkish lira."""
_UNIT = re.compile(r"(?i)(?<=\d)\s*(?:h|std\.?|tage?|days?)$")
_HOURS = re.compile(r"(?i)(?<=\d)\s*(?:h|std\.?)$")
_NO_CENTS = re.compile(r"[.,]-+$")  # Swiss and Austrian price tags: 1'234.-
_GROUPED_BY_SPACE = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d+)?")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_AMOUNT = r"(\d+(?:[.,]\d+)?)\s*"
_SPOKEN = re.compile(
    rf"(?i)(?:{_AMOUNT}(?:w|wochen?|weeks?)\s*)?(?:{_AMOUNT}(?:d|t|tage?|days?)\s*)?"
    rf"(?:{_AMOUNT}(?:h|std\.?|stunden?|hrs?\.?|hours?)\s*)?"
    rf"(?:{_AMOUNT}(?:m|min\.?|minuten?|minutes?|mins)\s*)?(?:{_AMOUNT}(?:s|sek\.?|sec\.?|sekunden?|seconds?)\s*)?"
)
_SPOKEN_HOURS = (40.0, 8.0, 1.0, 1 / 60, 1 / 3600)
"""What a week, a day, an hour, a minute and a second of work are in hours: 5 days of 8 hours, as trackers count."""
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\d+"), "plain"),
    (re.compile(r"[1-9]\d{0,2}\.\d{3}"), "dot?"),
    (re.compile(r"[1-9]\d{0,2},\d{3}"), "comma?"),
    (re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?"), ","),
    (re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?"), "."),
    (re.compile(r"(?:\d+,\d*|,\d+)(?:[eE][+-]?\d{1,2})?"), ","),
    (re.compile(r"(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"), "."),
    (re.compile(r"\d+[eE][+-]?\d{1,2}"), "plain"),
)


@dataclass(frozen=True, kw_only=True)
class Token:
    """One written number, taken apart."""

    body: str
    """Digits with their marks, without sign, currency, blanks and per cent sign."""
    shape: str
    """"," or "." when the mark is certain, "dot?" or "comma?" when it may be either, "plain", or "" for no number."""
    negative: bool = False
    percent: bool = False
    """What stood around it."""


@dataclass(frozen=True, kw_only=True)
class NumberReading:
    """The distinct texts of a column, read as numbers."""

    values: np.ndarray[tuple[int], np.dtype[np.float64]]
    """NaN where unreadable or undecided."""
    unreadable: np.ndarray[tuple[int], np.dtype[np.bool_]]
    percent: np.ndarray[tuple[int], np.dtype[np.bool_]]
    """Which are no numbers under the mark; which carried a per cent sign."""
    by_mark: dict[DecimalMark, tuple[int, ...]]
    """Positions of the values that prove each mark; two entries mean that the column contradicts itself."""
    undecided: tuple[int, ...]
    """Positions that stay ambiguous because nothing proves a mark and no answer was given."""


def read_numbers(texts: Sequence[str], mark: DecimalMark | None = None, *, clock: bool = False) -> NumberReading:
    """Read the distinct texts of one column.

    Parameters
    ----------
    texts : sequence of str
        Non-empty texts.
    mark : {",", "."} or None
        Decimal mark answered in client.yaml; None lets the column itself prove it.
    clock : bool
        Whether "7:30" and "7h 30m" mean 7.5 (columns in hours).
    """
    tokens = [_clock_token(text) if clock and _is_time(text) else take_apart(text) for text in texts]
    by_mark = _evidence(tokens)
    ambiguous = tuple(number for number, token in enumerate(tokens) if token.shape.endswith("?"))
    decided = mark or (next(iter(by_mark)) if len(by_mark) == 1 else None)
    undecided = ambiguous if decided is None else ()
    values = np.array([_value(token, decided) for token in tokens], dtype=float)
    unreadable = np.isnan(values)
    unreadable[list(undecided)] = False
    return NumberReading(
        values=values,
        unreadable=unreadable,
        percent=np.array([token.percent for token in tokens], dtype=bool),
        by_mark=by_mark,
        undecided=undecided,
    )


def _is_time(text: str) -> bool:
    """Whether a duration is written with a colon, or with other words than the one for hours, which a number may carry."""
    return ":" in text or any(map(str.isalpha, _HOURS.sub("", text.strip())))


def take_apart(text: str) -> Token:
    """Separate sign, currency and per cent sign from the digits, and say which decimal mark the digits prove."""
    rest = _NO_CENTS.sub("", _UNIT.sub("", _SIGN.sub("", text.translate(_SPACES)).strip().removeprefix("'")))
    negative = rest.startswith("(") and rest.endswith(")")
    rest = rest[1:-1].strip() if negative else rest
    percent = rest.endswith("%")
    rest = rest.removesuffix("%").strip()
    leading = rest.startswith(("-", "+"))
    if leading or rest.endswith("-"):
        negative ^= not rest.startswith("+")
        rest = (rest[1:] if leading else rest[:-1]).strip()
    if _GROUPED_BY_SPACE.fullmatch(rest):
        body = rest.replace(" ", "").replace("'", "")
        shape = "," if "," in body else "." if "." in body else "plain"
        return Token(body=body, shape=shape, negative=negative, percent=percent)
    return Token(body=rest, shape=_shape(rest), negative=negative, percent=percent)


def _shape(body: str) -> str:
    if not any(character.isdigit() for character in body):
        return ""
    return next((shape for pattern, shape in _SHAPES if pattern.fullmatch(body)), "")


def currency_in(text: str) -> str:
    """Return the code of the currency that stands beside a written number, such as "USD" for "$1.50"; else nothing."""
    found = _SIGN.search(text.translate(_SPACES))
    return "" if found is None else _SIGNS.get(found[0].lower(), found[0].upper())


def currencies_in_heading(heading: str) -> frozenset[str]:
    """Return the codes of the currencies that a heading names: "Betrag CHF", "Net Amount (USD)", "Umsatz TEUR", "costUSD"."""
    apart = _CAMEL.sub(" ", heading.replace("_", " ")).translate(_SPACES)
    written = [(found["word"] or found[0]).lower() for found in _IN_HEADING.finditer(apart)]
    return frozenset(_SIGNS.get(one, one.upper()) for one in written)


def spoken_hours(text: str) -> float:
    """Return a duration that is written as it is spoken ("1h 30m", "2 Std.", "PT45M") in hours; NaN for anything else."""
    match = _SPOKEN.fullmatch(re.sub(r"(?i)^P(\d+D)?T(?=\d)", r"\1", text.translate(_SPACES).strip()))
    if match is None or not any(match.groups()):
        return float("nan")
    amounts = (float(part.replace(",", ".")) if part else 0.0 for part in match.groups())
    return sum(amount * hours for amount, hours in zip(amounts, _SPOKEN_HOURS, strict=True))


def _clock_token(text: str) -> Token:
    match = _CLOCK.fullmatch(text.strip())
    if match is not None:
        hours = int(match[1]) + int(match[2]) / 60 + int(match[3] or 0) / 3600
        return Token(body=repr(hours), shape="clock")
    spoken = spoken_hours(text)
    return Token(body=text, shape="") if spoken != spoken else Token(body=repr(spoken), shape="clock")


def _evidence(tokens: Iterable[Token]) -> dict[DecimalMark, tuple[int, ...]]:
    positions: dict[DecimalMark, list[int]] = {}
    for number, token in enumerate(tokens):
        if token.shape in {",", "."}:
            positions.setdefault("," if token.shape == "," else ".", []).append(number)
    return {mark: tuple(numbers) for mark, numbers in positions.items()}


def _value(token: Token, mark: DecimalMark | None) -> float:
    if token.shape in {"plain", "clock"}:
        number = float(token.body)
    elif token.shape == "" or mark is None or (token.shape in {",", "."} and token.shape != mark):
        return float("nan")
    else:
        group = "." if mark == "," else ","
        number = float(token.body.replace(group, "").replace(mark, "."))
    number = number / 100 if token.percent else number
    return -number if token.negative else number
