"""From a matplotlib figure to bytes: a crisp SVG for the page and a PNG for slides, the same at every run."""

from __future__ import annotations

import base64
import io
import re
from typing import TYPE_CHECKING, Any

from simkit.report.document.style import FONTS, settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PNG_DPI = 180


def render(figure: Figure) -> dict[str, Any]:
    """Return a figure as SVG text, PNG in base64, and its width and height in mm."""
    from matplotlib import rc_context

    with rc_context(settings()):
        svg, png = io.StringIO(), io.BytesIO()
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
        figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    width, height = figure.get_size_inches()
    return {
        "svg": _self_contained(svg.getvalue()),
        "png": base64.b64encode(png.getvalue()).decode("ascii"),
        "width_mm": round(float(width) * 25.4, 1),
        "height_mm": round(float(height) * 25.4, 1),
    }


def _self_contained(svg: str) -> str:
    """Drop the document type, which names a host, and let the reader's machine pick the first font that it has."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    stack = ", ".join(f"'{name}'" for name in FONTS) + ", sans-serif"
    return re.sub(r"(font: [^;\"]*?\d+(?:\.\d+)?px )[^;\"]+", lambda found: found.group(1) + stack, svg)


def svg_address(svg: str) -> str:
    """Return an SVG as a data address that a page can carry in itself."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode("utf-8")).decode("ascii")
