"""What tests look at in a chart: the figure that is drawn from it, and the words in that."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure

from simkit.foundation.formats import Formats
from simkit.report.charts.drawers import draw_chart
from simkit.report.document.chapter_builder import Picture
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style

GERMAN, ENGLISH = Style(formats=Formats(language="de")), Style(formats=Formats(language="en"))


def drawn(shown: Chart | Picture, style: Style = GERMAN) -> Figure:
    """Return the laid-out figure of a chart, or that of a picture of its own."""
    figure = draw_chart(style, shown) if isinstance(shown, Chart) else shown.figure
    figure.canvas.draw()
    return figure


def words(shown: Chart | Picture, style: Style = GERMAN) -> set[str]:
    """Return every text in a chart."""
    return {text.get_text() for text in drawn(shown, style).findobj(mpl.text.Text)}


PICTURES = frozenset(
    {
        "one_picture", "tornado", "tornado_runner_up", "victory_map", "break_even_line",
        "case_or_process", "speeding_up", "faster_or_better", "spiral_alone", "spiral_with_reactions",
    }
)  # fmt: skip
"""Figures with a form of their own, by the eight functions that draw them; the tornado and the spiral stand twice."""
