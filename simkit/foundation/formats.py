"""Numbers, shares, money and dates as a reader in Germany, Austria, Switzerland or an English-speaking country expects them."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from simkit.foundation.text import LANGUAGES, Language, Text

MISSING = "–"
MINUS = "\u2212"  # a hyphen is too short for a sign and breaks at the end of a line
MILLION = 1e6
WITHOUT_SHARP_S = {"CH", "LI"}


@dataclass(frozen=True, kw_only=True)
class Formats:
    """How to write values for one reader."""

    language: Language = "en"
    country: str = "DE"
    """ISO code of the client's country; it decides separators (``de_CH`` writes 1’234.50)."""
    currency: str = "EUR"
    """ISO code of the client's currency."""

    @property
    def locale(self) -> str:
        """Babel's name of the locale; English reports use British forms."""
        if self.language == "en":
            return "en_GB"
        return f"de_{self.country}" if self.country in {"DE", "AT", "CH", "LI", "LU"} else "de_DE"

    def number(self, value: float | None, digits: int = 0) -> str:
        """Write a plain number with `digits` decimals."""
        if _is_missing(value):
            return MISSING
        return _with_minus(format_decimal(_rounded(value, digits), format=_pattern(digits), locale=self.locale))

    def share(self, value: float | None, digits: int = 1) -> str:
        """Write a share in 0..1 as a percentage."""
        if _is_missing(value):
            return MISSING
        assert value is not None
        text = format_percent(_rounded(value, digits + 2), format=_pattern(digits) + "\u00a0%", locale=self.locale)
        return _with_minus(text if self.language == "de" else text.replace("\u00a0%", "%"))

    def shares_apart(self, one: float, other: float) -> tuple[str, str]:
        """Write two shares that a sentence sets against each other: in whole per cent, with a decimal where they read alike."""
        digits = int(self.share(one, 0) == self.share(other, 0) and self.share(one, 1) != self.share(other, 1))
        return self.share(one, digits), self.share(other, digits)

    def points(self, value: float | None, digits: int = 1) -> str:
        """Write the difference of two shares in percentage points, with its sign."""
        unit = "Prozentpunkte" if self.language == "de" else "percentage points"
        return (
            MISSING
            if _is_missing(value)
            else f"{self.signed(value * 100 if value is not None else None, digits)}\u00a0{unit}"
        )

    def signed(self, value: float | None, digits: int = 0) -> str:
        """Write a number with its sign, so that a change reads as one."""
        if _is_missing(value):
            return MISSING
        text = self.number(value, digits)
        return text if text.startswith(MINUS) or _rounded(value, digits) == 0 else f"+{text}"

    def signed_with_ends(self, value: float, low: float, high: float) -> str:
        """Write a change with the ends of its interval behind it: +370 (+269 … +471)."""
        return f"{self.signed(value)} ({self.signed(low)} … {self.signed(high)})"

    def signed_share(self, value: float | None, digits: int = 1) -> str:
        """Write a relative change as a percentage with its sign."""
        if _is_missing(value):
            return MISSING
        text = self.share(value, digits)
        return text if text.startswith(MINUS) or _rounded(value, digits + 2) == 0 else f"+{text}"

    def money(self, value: float | None, digits: int = 0) -> str:
        """Write an amount in the client's currency."""
        if _is_missing(value):
            return MISSING
        pattern = f"{_pattern(digits)}\u00a0¤" if self.language == "de" else f"¤{self._gap}{_pattern(digits)}"
        text = format_currency(
            _rounded(value, digits), self.currency, format=pattern, locale=self.locale, currency_digits=False
        )
        return _with_minus(text)

    def millions(self, value: float | None, digits: int = 1, *, signed: bool = False) -> str:
        """Write an amount in millions of the client's currency: 1,09 Mio. € or €1.09m."""
        if _is_missing(value):
            return MISSING
        assert value is not None
        number = (self.signed if signed else self.number)(value / 1e6, digits)
        if self.language == "de":
            return f"{number}\u00a0Mio.\u00a0{self.currency_symbol}"
        bare = number.lstrip(f"+{MINUS}")
        return f"{number.removesuffix(bare)}{self.currency_symbol}{self._gap}{bare}m"

    def amount(self, value: float | None, *, scale: float | None = None, signed: bool = False) -> str:
        """Write an amount in the unit that `scale` asks for, by default the amount itself: 1,09 Mio. € or 40.200 €.

        Millions from one on, with one decimal from ten on, else with two; below that the amount itself, to three digits.
        """
        if _is_missing(value):
            return MISSING
        assert value is not None
        size = abs(value) if scale is None else scale
        if size >= MILLION:
            return self.millions(value, 1 if size >= 10 * MILLION else 2, signed=signed)
        text = self.money(significant(value))
        return f"+{text}" if signed and _rounded(value, 0) > 0 else text

    def amounts(self, low: float, high: float, *, scale: float | None = None) -> str:
        """Write an interval of money "a to b" in one unit, that of its larger end or of `scale`."""
        reach = (
            scale if scale is not None else max((abs(end) for end in (low, high) if not math.isnan(end)), default=0.0)
        )
        word = "bis" if self.language == "de" else "to"
        return f"{self.amount(low, scale=reach)} {word} {self.amount(high, scale=reach)}"

    def spelled(self, text: str) -> str:
        """Return a text of the report as its country spells it: without ß in Switzerland and Liechtenstein."""
        if self.language == "de" and self.country in WITHOUT_SHARP_S:
            return text.replace("ß", "ss").replace("ẞ", "SS")
        return text

    @property
    def _gap(self) -> str:
        """What stands between an English currency sign and its number: nothing, or a space after letters."""
        return "\u00a0" if self.currency_symbol[-1:].isalpha() else ""

    @property
    def currency_symbol(self) -> str:
        """The sign of the client's currency, such as €."""
        return format_currency(0, self.currency, format="¤", locale=self.locale).strip("0\u00a0 ") or self.currency

    def date(self, value: dt.date | None) -> str:
        """Write a date: 31.12.2025 or 31 Dec 2025."""
        if value is None or value != value:
            return MISSING
        pattern = "dd.MM.yyyy" if self.language == "de" else "d MMM yyyy"
        return format_date(value, format=pattern, locale=self.locale)

    def interval(self, low: float | None, high: float | None, write: str = "number", digits: int = 1) -> str:
        """Write an interval "a to b" with one of this class's writers ("number", "share", "money", …)."""
        writer = getattr(self, write)
        word = "bis" if self.language == "de" else "to"
        return f"{writer(low, digits)} {word} {writer(high, digits)}"


def both_ways(value: float, digits: int | None = None) -> Text:
    """Return a plain number as both languages write it: with `digits` decimals, or with those it has (six at most)."""
    places = digits if digits is not None else next(n for n in range(7) if n == 6 or round(value, n) == round(value, 6))
    return Text(**{language: Formats(language=language).number(value, places) for language in LANGUAGES})


def significant(value: float, digits: int = 3) -> float:
    """Round to a number of significant digits; 0 and NaN stay as they are."""
    if value == 0 or math.isnan(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def _is_missing(value: float | None) -> bool:
    return value is None or math.isnan(value)


def _rounded(value: float | None, digits: int) -> float:
    assert value is not None
    result = round(float(value), digits)
    return 0.0 if result == 0 else result  # never "-0"


def _with_minus(text: str) -> str:
    return text.replace("-", MINUS)


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")
