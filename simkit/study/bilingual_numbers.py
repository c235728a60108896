"""Numbers inside sentences, in both languages at once, as the client's country writes them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text, same

MILLION = 1e6
LARGEST_CHANGE = 1.0  # beyond a doubling the base is too small to be a measure


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How numbers are written for one client.

    Parameters
    ----------
    country : str
        ISO code, for German separators.
    currency : str
        ISO code.
    """

    country: str = "DE"
    currency: str = "EUR"

    def amount(self, value: float, *, scale: float | None = None) -> Text:
        """Write money: in millions from one million (of `scale`, by default of the value itself), else to 3 digits."""
        if abs(value if scale is None else scale) >= MILLION:
            return self._both("millions", value)
        return self._both("money", significant(value))

    def amounts(self, low: float, high: float) -> Text:
        """Write an interval of money in one unit."""
        scale = max(abs(low), abs(high)) if not math.isnan(low) else None
        return self._between(self.amount(low, scale=scale), self.amount(high, scale=scale))

    def number(self, value: float, digits: int = 0) -> Text:
        """Write a plain number."""
        return self._both("number", value, digits)

    def numbers(self, low: float, high: float, digits: int = 0) -> Text:
        """Write an interval of numbers."""
        return self._between(self.number(low, digits), self.number(high, digits))

    def share(self, value: float, digits: int = 1) -> Text:
        """Write a share as a percentage."""
        return self._both("share", value, digits)

    def shares(self, low: float, high: float, digits: int = 1) -> Text:
        """Write an interval of shares."""
        return self._between(self.share(low, digits), self.share(high, digits))

    def signed_share(self, value: float, digits: int = 1) -> Text:
        """Write a relative change with its sign."""
        return self._both("signed_share", value, digits)

    def change(self, relative: float) -> Text:
        """Write a relative change followed by "; ", or nothing where the base is near 0 and a percentage misleads."""
        if math.isnan(relative) or abs(relative) > LARGEST_CHANGE:
            return same("")
        written = self.signed_share(relative)
        return Text(de=f"{written.de}; ", en=f"{written.en}; ")

    def _both(self, writer: str, value: float, *arguments: int) -> Text:
        german = Formats(language="de", country=self.country, currency=self.currency)
        english = Formats(language="en", country=self.country, currency=self.currency)
        return Text(de=getattr(german, writer)(value, *arguments), en=getattr(english, writer)(value, *arguments))

    @staticmethod
    def _between(low: Text, high: Text) -> Text:
        return Text(de=f"{low.de} bis {high.de}", en=f"{low.en} to {high.en}")


def significant(value: float, digits: int = 3) -> float:
    """Round to a number of significant digits; 0 and NaN stay as they are."""
    if value == 0 or math.isnan(value):
        return value
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def more_or_less(value: float) -> Text:
    """Return "more" or "less"."""
    return Text(de="mehr", en="more") if value >= 0 else Text(de="weniger", en="less")


def listed(words: list[Text]) -> Text:
    """Join words with commas and a last "and"."""
    german, english = [word.de for word in words], [word.en for word in words]
    if len(words) < 2:
        return Text(de="".join(german), en="".join(english))
    return Text(
        de=f"{', '.join(german[:-1])} und {german[-1]}", en=f"{', '.join(english[:-1])} and {english[-1]}"
    )  # fmt: skip
