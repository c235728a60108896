"""What the native charts of all kinds share: a chart before it stands on a slide, its axes, its series and its legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simkit.foundation.catalogue import Catalogue
from simkit.report.charts.charts_rows import entries
from simkit.report.document.chart import Chart
from simkit.report.document.style import HAIRLINE, INK, MUTED, tint
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.chart_xml import place_inner_plot
from simkit.report.outputs.deck.native.number_formats import number_format
from simkit.report.outputs.deck.text_fit import lines_of, text_width

if TYPE_CHECKING:
    from pptx.chart.data import CategoryChartData, XyChartData

TEXTS = Catalogue.beside(__file__)

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Steps of an axis, in powers of ten."""
GRID = "#e6e9ed"
KEY = 3.0
"""What the mark of a series takes in a legend, with the room around it, for each point of its letters."""
LABELS = 0.36
"""Share of the width that the labels of rows take at most."""


@dataclass(frozen=True, kw_only=True)
class ChartRoom:
    """The room that a chart has on a slide, in points."""

    width: float
    height: float
    letters: float = 12.0
    """Size of its letters."""
    legend: bool = True
    """Whether it explains its series itself."""
    title: str = ""
    """Stands above it, where it is one of several."""


@dataclass(frozen=True, kw_only=True)
class NativeChart:
    """A chart that PowerPoint draws: its kind, its data, and what is set on it once it stands on a slide."""

    kind: str
    """Name of one of python-pptx's ``XL_CHART_TYPE``."""
    data: CategoryChartData | XyChartData
    """What its workbook holds: nothing but what is shown."""
    finish: Callable[[Any], None]


def rows_by_series(chart: Chart) -> dict[str, list[Any]]:
    """Return the rows of each series, in the order of display; one without a name is called like the unit."""
    rows = chart.rows
    names = list(chart.marks) or [""]
    return {name: entries(rows[rows["series"] == name]) for name in names}


def series_name(chart: Chart, name: str) -> str:
    """Return how a series is called in the workbook."""
    return name or chart.unit or chart.axis or "–"


def known(value: float | None) -> bool:
    """Return whether a number is known."""
    return value is not None and not math.isnan(value)


def ends(chart: Chart) -> tuple[float, float]:
    """Return the lowest and the highest of all values and ends of intervals."""
    found = [
        value
        for values in chart.rows[["value", "low", "high"]].to_numpy(dtype=float)
        for value in values
        if known(value)
    ]
    return (min(found), max(found)) if found else (0.0, 1.0)


def nice_axis(low: float, high: float, steps: int = 6) -> tuple[float, float, float]:
    """Return ends of an axis that hold both numbers, and its step: round numbers all three."""
    reach = (high - low) or abs(high) or 1.0
    high = max(high, low + reach) if high == low else high
    power = 10 ** math.floor(math.log10(reach / steps))
    step = next(power * one for one in STEPS if power * one * steps >= reach * 0.999)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step, step


def set_value_axis(
    look: DeckLook, axis: Any, chart: Chart, room: ChartRoom, reach: tuple[float, float]
) -> tuple[float, float]:
    """Set ends, numbers and title of the axis of values; return its ends."""
    low, high, step = nice_axis(*reach, steps=6 if room.width > 400 else 4)
    if chart.write == "share" and reach[1] <= 1.0:
        high = min(high, 1.0)
    axis.minimum_scale, axis.maximum_scale, axis.major_unit = low, high, step
    digits = max(0, -math.floor(math.log10(step) + 1e-9) - (2 if "share" in chart.write else 0))
    if step in (0.25, 2.5) and "share" not in chart.write:
        digits = max(digits, 2 if step < 1 else 1)
    dress_axis(axis, room, number_format(look.style.formats, chart.write, digits), chart.unit)
    axis.has_major_gridlines = True
    _colour_line(axis.major_gridlines.format.line, GRID, 0.5)
    axis.format.line.fill.background()
    return low, high


def dress_axis(axis: Any, room: ChartRoom, code: str = "", title: str = "") -> None:
    """Set letters, number format, line and title of an axis."""
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(room.letters - 1)
    _colour_text(axis.tick_labels.font, MUTED)
    if code:
        axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = code, False
    _colour_line(axis.format.line, HAIRLINE, 0.75)
    axis.has_title = bool(title.strip())
    if axis.has_title:
        frame = axis.axis_title.text_frame
        frame.text = title
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(room.letters - 1), False
        _colour_text(run.font, MUTED)


def dress_chart(chart: Any, room: ChartRoom, names: Sequence[str]) -> None:
    """Set letters, title and legend of a chart; the legend only where there is something to tell apart."""
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    chart.font.size = Pt(room.letters)
    chart.has_title = bool(room.title)
    if room.title:
        frame = chart.chart_title.text_frame
        frame.text = room.title
        run = frame.paragraphs[0].runs[0]
        run.font.size, run.font.bold = Pt(room.letters), True
        _colour_text(run.font, INK)
        chart.chart_title.include_in_layout = False
    chart.has_legend = room.legend and len([name for name in names if name]) > 0
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False
        chart.legend.font.size = Pt(room.letters)
        _colour_text(chart.legend.font, INK)


def make_room(drawn: Any, chart: Chart, room: ChartRoom, beside: float = 0.0) -> float:
    """Set where the axes of a chart of rows stand, and return how wide they are, in points.

    Parameters
    ----------
    beside : float
        What is written beside the longest bar, in points.
    """
    widest = max((text_width(str(label), room.letters - 1) for label in chart.order), default=0.0)
    left = min(widest + 16, room.width * LABELS) / room.width
    key = sum(text_width(name, room.letters) + KEY * room.letters for name in chart.marks)
    lines = 0.4 + 1.4 * math.ceil(key / (room.width * 0.8)) if drawn.has_legend else 0.0
    lines += 1.9 * bool(room.title)
    top = (lines * room.letters + 6) / room.height
    width = 0.975 - left - beside / room.width
    unit = lines_of(chart.unit, room.letters - 1, width * room.width * 0.8) if chart.unit.strip() else 0
    foot = room.letters * (2.3 + 1.3 * unit) / room.height
    place_inner_plot(drawn, left, top, width, 1 - top - foot)
    return width * room.width


def paint_bar(look: DeckLook, target: Any, colour: str, mark: str) -> None:
    """Fill a series of bars, or one of them, as its mark asks for: whole, pale or hatched."""
    from pptx.enum.dml import MSO_PATTERN

    fill = target.format.fill
    if mark == "hatched":
        fill.patterned()
        fill.pattern = MSO_PATTERN.WIDE_UPWARD_DIAGONAL
        look.paint(fill.fore_color, colour)
        look.paint(fill.back_color, "#ffffff")
        _colour_line(target.format.line, colour, 0.75)
        return
    fill.solid()
    look.paint(fill.fore_color, tint(colour, 0.45) if mark == "pale" else colour)


def paint_line(look: DeckLook, series: Any, colour: str, points: float, *, dashed: bool = False) -> None:
    """Draw the line of a series; none where it has no width."""
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    line = series.format.line
    if not points:
        line.fill.background()
        return
    line.width = Pt(points)
    line.fill.solid()
    look.paint(line.fill.fore_color, colour)
    if dashed:
        line.dash_style = MSO_LINE.DASH


MARKERS = {
    "dot": "CIRCLE",
    "circle": "CIRCLE",
    "diamond": "DIAMOND",
    "square": "SQUARE",
    "triangle": "TRIANGLE",
    "dot_line": "CIRCLE",
}
"""Shapes of marks, by their names in python-pptx."""


def paint_marker(look: DeckLook, series: Any, colour: str, mark: str, size: int = 9) -> None:
    """Draw the marks of a series; none where its mark is a line."""
    from pptx.enum.chart import XL_MARKER_STYLE

    marker = series.marker
    if mark not in MARKERS:
        marker.style = XL_MARKER_STYLE.NONE
        return
    marker.style, marker.size = getattr(XL_MARKER_STYLE, MARKERS[mark]), size
    marker.format.fill.solid()
    look.paint(marker.format.fill.fore_color, "#ffffff" if mark == "circle" else colour)
    marker.format.line.fill.solid()
    look.paint(marker.format.line.fill.fore_color, colour)


def _colour_text(font: Any, colour: str) -> None:
    from pptx.dml.color import RGBColor

    font.color.rgb = RGBColor.from_string(colour[1:].upper())


def _colour_line(line: Any, colour: str, points: float) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    line.width = Pt(points)
    line.color.rgb = RGBColor.from_string(colour[1:].upper())
