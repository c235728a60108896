"""Values of parameters as a reader expects them: shares as percentages, switches as words, money with its sign."""

from __future__ import annotations

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.units import UNIT_WORDS
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)

YES, NO = TEXTS["yes"], TEXTS["no"]


def written_value(style: Style, value: float, unit: str, *, named: bool) -> str:
    """Write a parameter with or without the name of its unit."""
    formats = style.formats
    if unit == "share":
        return formats.share(value, 0 if round(value * 100, 6) % 1 == 0 else 1)
    if unit == "flag":
        return style.translate(YES if value else NO)
    if unit.startswith("money") and named:
        return f"{formats.money(value)}{style.translate(TEXTS['per_year']) if unit == 'money/a' else ''}"
    number = formats.number(value, _digits(value))
    name = style.translate(UNIT_WORDS[unit]) if named and not unit.startswith("money") else ""
    return f"{number}\u00a0{name}".replace(" ", "\u00a0") if name else number


def rounded_value(value: float) -> float:
    """Return a computed value with two significant digits, so that it is not told more exactly than it is known."""
    return float(f"{value:.2g}")


def _digits(value: float) -> int:
    """Return the decimals that a parameter needs: as many as were typed in, and no more than its size deserves."""
    typed = next((digits for digits in range(3) if round(value, digits) == round(value, 6)), 3)
    return min(typed, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3)
