"""How much room a text takes on a slide: lines and sizes of letters that fit a box."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from simkit.report.document.style import available_fonts

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

MEASURED = ("Arial", "Liberation Sans", "DejaVu Sans")
"""Fonts as wide as that of the slides, the first one that is there; the last one is wider."""
SAFETY = 1.04
"""The letters of another machine may be a little wider."""
LEADING = 1.2
"""Height of a line for each point of its letters."""
MEASURED_AT = 100
"""Points at which letters are measured; widths grow in proportion."""


def text_width(text: str, points: float, *, bold: bool = False) -> float:
    """Return how wide a line is, in points."""
    return _measured(text, bold=bold) * points / MEASURED_AT * SAFETY


def lines_of(text: str, points: float, width: float, *, bold: bool = False) -> int:
    """Return over how many lines a text breaks in a box that is so many points wide."""
    return sum(_lines(paragraph, points, width, bold=bold) for paragraph in text.split("\n"))


def fitting_size(texts: Sequence[str], width: float, height: float, sizes: Sequence[float], gap: float = 0.35) -> float:
    """Return the first of the sizes at which paragraphs fit a box, the last one where none does.

    Parameters
    ----------
    width, height : float
        Of the box, in points.
    sizes : sequence of float
        From the largest to the smallest, in points.
    gap : float
        Between two paragraphs, in lines.
    """
    for size in sizes:
        lines = sum(lines_of(text, size, width) for text in texts) + gap * max(len(texts) - 1, 0)
        if lines * size * LEADING <= height:
            return size
    return sizes[-1]


def broken(text: str, points: float, width: float, *, bold: bool = False) -> str:
    """Return a text with line breaks, so that its lines are no wider than so many points; words are never torn."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, points, bold=bold) > width:
            lines.append(line)
            longer = word
        line = longer
    return "\n".join([*lines, line])


def _lines(paragraph: str, points: float, width: float, *, bold: bool) -> int:
    """Return the lines of a paragraph; a word that is wider than the box is torn."""
    lines = broken(paragraph, points, width, bold=bold).split("\n")
    return sum(max(1, math.ceil(text_width(line, points, bold=bold) / width)) for line in lines)


@cache
def _measured(text: str, *, bold: bool) -> float:
    return float(_font(bold=bold).getlength(text))


@cache
def _font(*, bold: bool) -> FreeTypeFont:
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import ImageFont

    family = [name for name in MEASURED if name in available_fonts()] or ["DejaVu Sans"]
    wanted = FontProperties(family=family, weight="bold" if bold else "normal")
    return ImageFont.truetype(findfont(wanted), MEASURED_AT)
