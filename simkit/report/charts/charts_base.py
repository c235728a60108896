"""What several charts share: empty figures and panels, broken labels, the colours of segments, units of money."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.document.style import INK, MUTED, Style, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

WIDTH = 7.2
"""Width of a figure that spans the page, in inches."""
MILLIONS = TEXTS["millions"]
THOUSANDS = TEXTS["thousands"]
MONTHS_SINCE = TEXTS["months_since"]
NUMBER = TEXTS["number"]


def millions(style: Style) -> Text:
    """Return the unit "million €" in the client's currency."""
    return MILLIONS.fill(symbol=style.formats.currency_symbol)


def thousands(style: Style) -> Text:
    """Return the unit "thousand €" in the client's currency."""
    return THOUSANDS.fill(symbol=style.formats.currency_symbol)


def decimals(reach: float) -> int:
    """Return the decimals of an axis whose numbers reach so far: the shorter the axis, the more."""
    return next((digits for digits, enough in enumerate((8, 0.8, 0.08, 0.008)) if reach >= enough), 4)


def segment_colour(style: Style, segment: str) -> str:
    """Return the colour of a segment: the darker, the more valuable."""
    steps = {"A": 0.0, "B": 0.4, "C": 0.72}
    return tint(style.palette.primary, steps.get(segment, 0.85))


def shade_colour(style: Style, shade: str) -> str:
    """Return the colour of a name: ``segment:A``, ``group:customer``, ``cycle:0``, or one of those that mean a role."""
    kind, separator, name = shade.partition(":")
    if kind == "cycle":
        return style.palette.cycle[int(name) % len(style.palette.cycle)]
    if separator:
        return segment_colour(style, name) if kind == "segment" else style.palette.group(name)
    primary, accent = style.palette.primary, style.palette.accent
    return {
        "primary": primary,
        "soft": tint(primary, 0.35),
        "pale": tint(primary, 0.5),
        "range": tint(primary, 0.6),
        "accent": accent,
        "pale_accent": tint(accent, 0.3),
        "muted": MUTED,
        "pale_muted": tint(MUTED, 0.3),
        "zone": "#c6ced6",
        "published": "#c4cad1",
        "ink": INK,
    }[shade]


def name_axes(style: Style, axes: Axes, across: Text | str, upright: Text | str) -> None:
    """Say what is measured from left to right, and what from bottom to top."""
    axes.set(xlabel=style.translate(across), ylabel=style.translate(upright))


def note(axes: Axes, words: str, point: tuple[Any, Any], shift: tuple[float, float], **style: Any) -> None:
    """Write words beside a point, so many points to its right and above it."""
    axes.annotate(words, point, xytext=shift, textcoords="offset points", **style)


LETTERS = 100
"""Letters of a line as wide as the page."""
KEY = 8
"""Letters that a mark and the gaps around it take."""


def columns_of_legend(names: Sequence[str]) -> int:
    """Return in how many columns entries fit above a chart."""
    longest = max(map(len, names), default=0) + KEY
    if sum(len(name) + KEY for name in names) <= LETTERS:
        return max(len(names), 1)
    return max(1, min(len(names), LETTERS // longest))


def wrapped(text: str, width: int) -> str:
    """Break a label into lines of about `width` letters."""
    return "\n".join(textwrap.wrap(text, width, break_long_words=False)) or text


def blank(height: float) -> Figure:
    """Return a figure as wide as the page, without axes; the height in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure
