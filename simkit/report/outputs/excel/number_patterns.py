"""Excel's number formats: those of the report's writers, and the one that a number was written with as text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol, get_group_symbol

from simkit.foundation.formats import Formats

GENERAL = "General"
SPACES = " \u00a0\u202f"
LONGEST_UNIT = 24
"""Letters that a unit behind a number has at most; more is a sentence."""
TOLERANCE = 0.006
"""How far a written amount may be from its number: it has three digits."""


@dataclass(frozen=True, kw_only=True)
class CellNumber:
    """A number as a cell holds it."""

    value: float
    pattern: str


@dataclass(frozen=True, kw_only=True)
class WrittenNumber:
    """The first number of a text."""

    value: float
    digits: int
    """Its decimals."""
    signed: bool
    """Whether it bears a plus."""
    before: str
    after: str
    """What stands around it."""


def pattern_of(write: str, digits: int, formats: Formats) -> str:
    """Return Excel's format of a writer; Excel itself puts in the reader's separators."""
    if write.startswith("signed"):
        return signed(pattern_of(write.removeprefix("signed").removeprefix("_") or "number", digits, formats))
    if write == "share":
        return _number(digits) + ("\\ %" if formats.language == "de" else "%")
    if write in ("money", "amount"):
        return _money(_number(digits), "", formats)
    if write == "millions":
        return _money(_number(digits) + ",,", "m" if formats.language == "en" else "Mio.", formats)
    if write == "date":
        return "dd.mm.yyyy" if formats.language == "de" else "d mmm yyyy"
    return _number(digits) if write == "number" else GENERAL


def month_pattern(formats: Formats) -> str:
    """Return the format of months on an axis, in the language of the report whatever the reader's Excel speaks."""
    return "[$-407]mmm\\ yyyy" if formats.language == "de" else "[$-809]mmm\\ yyyy"


def signed(pattern: str) -> str:
    """Return a format that tells the sign of a change."""
    return f"+{pattern};-{pattern};{pattern}"


def alone(text: str, formats: Formats) -> CellNumber | None:
    """Return the number that a text is, with a unit at most; None for anything else that is written."""
    found = first_number(text, formats)
    if found is None or re.search(r"\d", found.before + found.after) or found.before.strip(SPACES + "+€$£¥−-"):
        return None
    unit = found.after.strip(SPACES)
    if len(unit) > LONGEST_UNIT or re.search(r"[…;,(]", unit):
        return None
    scale = 0.01 if unit == "%" else 1.0
    return CellNumber(value=found.value * scale, pattern=_pattern_like(found, scale, formats))


def told(text: str, numbers: Sequence[float | None], formats: Formats) -> list[CellNumber | None]:
    """Return the numbers behind a text, each as a cell holds it, with the format and in the unit of the text."""
    known = next((number for number in numbers if number is not None), None)
    found = first_number(text, formats)
    scale = _scale(found, known) if found is not None and known is not None else None
    if found is None or scale is None:
        return [None if number is None else CellNumber(value=number, pattern=GENERAL) for number in numbers]
    pattern = _pattern_like(found, scale, formats)
    kept = 1.0 if "%" in pattern or ",," in pattern else 1 / scale
    return [None if number is None else CellNumber(value=number * kept, pattern=pattern) for number in numbers]


def first_number(text: str, formats: Formats) -> WrittenNumber | None:
    """Return the first number that a text tells in the report's way of writing."""
    decimal, group = get_decimal_symbol(formats.locale), get_group_symbol(formats.locale)
    marks = re.escape(group) + ("’'" if group in "’'" else "")
    whole = rf"\d{{1,3}}(?:[{marks}]\d{{3}})+(?!\d)|\d+"
    sign = r"(?P<sign>[+−\u2212-]?)(?P<currency>[€$£¥]?)"
    found = re.search(rf"{sign}(?P<whole>{whole})(?:{re.escape(decimal)}(?P<part>\d+))?", text)
    if found is None:
        return None
    part = found["part"] or ""
    size = float(re.sub(r"\D", "", found["whole"]) + ("." + part if part else ""))
    return WrittenNumber(
        value=-size if found["sign"] in ("−", "-") and found["sign"] else size,
        digits=len(part),
        signed=found["sign"] == "+",
        before=text[: found.start()] + found["currency"],
        after=text[found.end() :],
    )


def _scale(found: WrittenNumber, number: float) -> float | None:
    """Return what the written number was multiplied with to give the number; None where they do not belong together."""
    per_cent = found.after.lstrip(SPACES).startswith("%")
    for scale in (0.01, 1.0) if per_cent else (1.0, 0.01, 1e6, 1e3):
        size = number / scale
        if abs(size - found.value) <= max(0.51 * 10.0**-found.digits, TOLERANCE * abs(size)):
            return scale
    return None


def _pattern_like(found: WrittenNumber, scale: float, formats: Formats) -> str:
    """Return the format that writes a number as the text does."""
    unit = _unit_of(found.after)
    symbol = formats.currency_symbol
    if unit.startswith("%"):
        pattern = pattern_of("share", found.digits, formats) if scale == 0.01 else _number(found.digits) + '" %"'
    elif scale == 1e6:
        pattern = pattern_of("millions", found.digits, formats)
    elif unit == symbol or found.before.rstrip(SPACES).endswith(symbol):
        pattern = _money(_number(found.digits), "", formats)
    else:
        literal = unit.replace('"', "") if len(unit) <= LONGEST_UNIT else ""
        pattern = _number(found.digits) + (f'"\u00a0{literal}"' if literal else "")
    return signed(pattern) if found.signed else pattern


def _unit_of(after: str) -> str:
    """Return the unit behind a number; none in "27 of 27", where the next number belongs to the words."""
    words = re.split(r"[(…;,]|\bbis\b|\bto\b", after)[0]
    return "" if re.search(r"\d", words) else words.strip(SPACES)


def _number(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def _money(number: str, unit: str, formats: Formats) -> str:
    """Return the format of an amount: the sign of the currency behind it in German and in front of it in English."""
    symbol = formats.currency_symbol
    if formats.language == "de":
        return f'{number}"\u00a0{unit}\u00a0{symbol}"' if unit else f'{number}"\u00a0{symbol}"'
    gap = "\u00a0" if symbol[-1:].isalpha() else ""
    return f'"{symbol}{gap}"{number}' + (f'"{unit}"' if unit else "")
