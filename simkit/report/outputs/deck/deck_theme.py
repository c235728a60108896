"""The colours of a deck: those of the theme of its master, and the colours by role that charts have in the report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from simkit.report.charts.charts_base import shade_colour
from simkit.report.document.chart import Chart
from simkit.report.document.style import Palette, Style

if TYPE_CHECKING:
    from pptx.presentation import Presentation

THEME_FONT = "Arial"
"""On every machine, and as wide as what texts are measured with."""


def paint_theme(deck: Presentation, palette: Palette, *, ink: str, muted: str, hairline: str) -> None:
    """Give the theme of a deck the colours of the client, and letters that every machine has."""
    colours = {
        "dk1": ink, "lt1": "#ffffff", "dk2": muted, "lt2": hairline, "accent1": palette.primary,
        "accent2": palette.accent, **{f"accent{place}": palette.cycle[place - 1] for place in range(3, 7)},
        "hlink": palette.primary, "folHlink": muted,
    }  # fmt: skip
    part = _theme_part(deck)
    theme = part.blob.decode("utf-8")
    for name, colour in colours.items():
        inner = f'<a:srgbClr val="{colour[1:].upper()}"/>'
        theme = re.sub(rf"(<a:{name}>).*?(</a:{name}>)", rf"\g<1>{inner}\g<2>", theme, flags=re.DOTALL)
    theme = re.sub(r'(<a:m(?:aj|in)orFont>\s*<a:latin typeface=")[^"]*', rf"\g<1>{THEME_FONT}", theme)
    theme = re.sub(r'(<a:theme [^>]*?name=")[^"]*', r"\g<1>simkit", theme)
    part._blob = theme.encode("utf-8")


def palette_of(deck: Presentation, usual: Palette) -> Palette:
    """Return the first two colours of the theme as main and second colour; `usual` where the theme does not tell them."""
    theme = _theme_part(deck).blob.decode("utf-8")
    found: Mapping[str, str] = {
        name: f"#{colour.group(1).lower()}"
        for name in ("accent1", "accent2")
        if (colour := re.search(rf'<a:{name}>\s*<a:srgbClr val="([0-9A-Fa-f]{{6}})"', theme))
    }
    return Palette(primary=found["accent1"], accent=found["accent2"]) if len(found) == 2 else usual


def _theme_part(deck: Presentation) -> Any:
    from pptx.opc.constants import RELATIONSHIP_TYPE

    return deck.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)


@dataclass(frozen=True, kw_only=True)
class DeckLook:
    """The language and the colours of a deck."""

    style: Style
    """With the colours of the master."""

    def paint(self, target: Any, colour: str) -> None:
        """Set a colour of a fill, a line or letters: through the theme where it is one of its two, so that it follows it."""
        from pptx.dml.color import RGBColor
        from pptx.enum.dml import MSO_THEME_COLOR

        palette = self.style.palette
        theme = {palette.primary: MSO_THEME_COLOR.ACCENT_1, palette.accent: MSO_THEME_COLOR.ACCENT_2}.get(colour)
        if theme is not None:
            target.theme_color = theme
        else:
            target.rgb = RGBColor.from_string(colour[1:].upper())

    def colour(self, chart: Chart, entry: Any) -> str:
        """Return the colour of a row of a chart: the one it names, else that of its series; never by the order of drawing."""
        if entry.shade:
            return shade_colour(self.style, entry.shade)
        place = list(chart.marks).index(entry.series) if entry.series in chart.marks else 0
        return self.style.palette.cycle[place % len(self.style.palette.cycle)]
