"""The style of every chart and page: the client's colours, one type, and axes whose numbers read as in the text.

Everything that is drawn goes through :func:`themed`, so that two charts never differ in style and none leaves a
trace in matplotlib's global settings.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import io
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import pandas as pd
from markupsafe import Markup

from simkit.foundation.formats import Formats
from simkit.foundation.text import Text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

FONTS = ("Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
INK, MUTED, HAIRLINE = "#1f2933", "#5f6b76", "#d5dae0"
LOGO_TYPES = frozenset({"image/svg+xml", "image/png", "image/jpeg"})
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

P = ParamSpec("P")


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one client."""

    primary: str = "#12395b"
    """Main colour as #rrggbb: titles, customer time, what is recommended."""
    accent: str = "#c8553d"
    """Second colour: what should be seen, such as the hours inside the house."""

    def __post_init__(self) -> None:
        for colour in (self.primary, self.accent):
            if not COLOUR.fullmatch(colour):
                raise ValueError(f"a colour is written #rrggbb, not '{colour}'")

    def group(self, name: str) -> str:
        """Return the colour of one group of activities."""
        fixed = {"building": "#5f8f5b", "idle": "#e3e6ea", "fixed": "#a9b2bc", "unstaffed": "#ffffff"}
        own = {"customer": self.primary, "tied": tint(self.primary, 0.45)}
        internal = {"coordination": self.accent, "internal": tint(self.accent, 0.15)}
        return {**fixed, **own, **internal}.get(name, "#a9b2bc")

    @property
    def cycle(self) -> tuple[str, ...]:
        """Colours for series without a meaning of their own, in the order of use."""
        return (self.primary, self.accent, "#5f8f5b", "#b08a3c", "#7a6a9b", "#5f6b76")


@dataclass(frozen=True, kw_only=True)
class Style:
    """How a figure speaks and what it looks like."""

    formats: Formats = field(default_factory=Formats)
    palette: Palette = field(default_factory=Palette)

    def translate(self, text: Text | str) -> str:
        """Return a text in the language of the report."""
        return text if isinstance(text, str) else self.formats.spelled(text.to(self.formats.language))

    def translate_all(self, *texts: Text | str) -> list[str]:
        """Return several texts in the language of the report."""
        return [self.translate(text) for text in texts]

    def month(self, moment: dt.date) -> str:
        """Return month and year as they stand on an axis, such as "Okt. 2024"."""
        from babel.dates import format_date

        return format_date(moment, format="MMM yyyy", locale=self.formats.locale)


def tint(colour: str, towards_white: float) -> str:
    """Return a colour mixed with white; 0 leaves it as it is, 1 gives white."""
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * towards_white):02x}" for part in parts)


def readable_on(colour: str) -> str:
    """Return white or dark ink, whichever can be read on the colour."""
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.6 else INK


def settings() -> Any:
    """Return matplotlib's settings, as a mapping of its own names."""
    return {
        "font.family": list(available_fonts()),
        "font.size": 9.5,
        "text.color": INK,
        "text.parse_math": False,  # two dollar signs in a client's words are no formula
        "axes.labelcolor": MUTED,
        "axes.edgecolor": HAIRLINE,
        "axes.labelsize": 9,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": False,
        "axes.unicode_minus": False,
        "grid.color": HAIRLINE,
        "grid.linewidth": 0.6,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "ytick.left": False,
        "xtick.bottom": False,
        "legend.frameon": False,
        "legend.fontsize": 9,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.fonttype": "none",
        "svg.hashsalt": "simkit",
        "patch.linewidth": 0.6,
        "lines.linewidth": 1.8,
        "hatch.linewidth": 0.6,
    }


@functools.cache
def available_fonts() -> tuple[str, ...]:
    """Return the families of the stack that this machine has; matplotlib warns about every one it lacks."""
    from matplotlib import font_manager

    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    present = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(name for name in FONTS if name in present) or ("DejaVu Sans",)


def themed(draw: Callable[Concatenate[Style, P], Figure]) -> Callable[Concatenate[Style, P], Figure]:
    """Let a figure function draw in the theme; its first argument is the look."""

    @functools.wraps(draw)
    def wrapper(style: Style, /, *args: P.args, **kwargs: P.kwargs) -> Figure:
        from matplotlib import rc_context

        with rc_context(settings()):
            return draw(style, *args, **kwargs)

    return wrapper


def canvas(width: float = 7.2, height: float = 3.4) -> tuple[Figure, Axes]:
    """Return a new figure with one pair of axes, in inches, without pyplot."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def number_axis(axis: Axis, style: Style, write: str = "number", digits: int = 0, steps: int = 7) -> None:
    """Write an axis' numbers as the report writes them; `write` names a method of Formats."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

    writer = getattr(style.formats, write)
    if axis.get_scale() == "log":  # 10, 20, 50, 100 in plain numbers, not powers of ten
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_minor_formatter(NullFormatter())
    if axis.get_scale() == "linear":  # steps whose labels are exact when they are rounded
        axis.set_major_locator(MaxNLocator(nbins=steps, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _position: writer(value, digits)))


def rows_of(frame: pd.DataFrame) -> Iterator[tuple[int, Any]]:
    """Yield each row of a frame with its place, its cells as attributes."""
    yield from enumerate(frame.itertuples(index=False))


def whisker(axes: Axes, low: float, high: float, place: float) -> None:
    """Draw a horizontal interval that can be seen on light and on dark bars."""
    from matplotlib.patheffects import withStroke

    outline = withStroke(linewidth=2.6, foreground="white")
    axes.plot([low, high], [place, place], color=INK, linewidth=1, path_effects=[outline])


PNG_DPI = 180
SVG_DPI = 72
"""As matplotlib writes every SVG."""


def render(figure: Figure) -> dict[str, Any]:
    """Return a figure as SVG text, PNG in base64, and its width and height in mm."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    with rc_context(settings()):
        svg, png = io.StringIO(), io.BytesIO()
        with _laid_out(figure, FigureCanvasSVG, SVG_DPI):
            figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        with _laid_out(figure, FigureCanvasAgg, PNG_DPI):
            figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    width, height = figure.get_size_inches()
    return {
        "svg": _self_contained(svg.getvalue()),
        "png": base64.b64encode(png.getvalue()).decode("ascii"),
        "width_mm": round(float(width) * 25.4, 1),
        "height_mm": round(float(height) * 25.4, 1),
    }


@contextmanager
def _laid_out(figure: Figure, canvas: Callable[[Figure], Any], dpi: int) -> Iterator[None]:
    """Lay a figure out as that canvas measures text, so that saving it need not draw it once more to do so.

    Letters are wider in the PNG than in the SVG: with one layout for both, long labels were cut at the edge of the PNG.
    """
    canvas(figure)
    engine, usual = figure.get_layout_engine(), figure.dpi
    figure.dpi = dpi
    if engine is not None:
        engine.execute(figure)
    figure.dpi = usual
    figure.set_layout_engine(None)
    try:
        yield
    finally:
        figure.set_layout_engine(engine)


def _self_contained(svg: str) -> str:
    """Drop the document type, which names a host, and let the reader's machine pick the first font that it has."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    stack = ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif"
    return re.sub(r"(font: [^;\"]*?\d+(?:\.\d+)?px )[^;\"]+", lambda found: found.group(1) + stack, svg)


def inline_svg(svg: str, prefix: str) -> Markup:
    """Return an SVG to stand in a page beside others: its names get a prefix, so that no two of the page are the same."""
    named = re.sub(r'(\bid="|url\(#|href="#)', lambda found: f"{found.group(1)}{prefix}-", svg)
    return Markup(named)


def svg_address(svg: str) -> str:
    """Return an SVG as a data address that a page can carry in itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
