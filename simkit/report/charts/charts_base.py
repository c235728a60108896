"""What several charts share: empty figures and panels, broken labels, the colours of segments, units of money."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.report.document.style import Style, tint

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEXTS = Catalogue.beside(__file__)

WIDTH = 7.2
"""Width of a figure that spans the page, in inches."""
MILLIONS = TEXTS["millions"]
THOUSANDS = TEXTS["thousands"]
MONTHS_SINCE = TEXTS["months_since"]


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


def segment_colours(style: Style, frame: pd.DataFrame) -> dict[str, str]:
    """Return the colours of the segments in the column ``segment``, in order."""
    return {segment: segment_colour(style, segment) for segment in sorted(frame["segment"].dropna().unique())}


def name_axes(style: Style, axes: Axes, across: Text | str, upright: Text | str) -> None:
    """Say what is measured from left to right, and what from bottom to top."""
    axes.set(xlabel=style.translate(across), ylabel=style.translate(upright))


def note(axes: Axes, words: str, point: tuple[Any, Any], shift: tuple[float, float], **style: Any) -> None:
    """Write words beside a point, so many points to its right and above it."""
    axes.annotate(words, point, xytext=shift, textcoords="offset points", **style)


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


def panels(columns: int, height: float, *, rows: int = 1, sharex: bool = True) -> tuple[Figure, list[Any]]:
    """Return a figure of axes side by side that share their rows, row by row from the top."""
    figure = blank(height)
    return figure, list(figure.subplots(rows, columns, sharex=sharex, sharey=True, squeeze=False).ravel())
