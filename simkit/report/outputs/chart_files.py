"""Output: every chart as PNG and SVG with its texts, for a page and for a slide."""

from __future__ import annotations

from pathlib import Path

from simkit.report.outputs.framed_picture import FORMATS, framed, png, svg
from simkit.report.outputs.report_content import ReportContent

CHARTS = "charts"


def write(content: ReportContent, folder: Path) -> None:
    """Write the charts into ``charts/``."""
    place = folder / CHARTS
    place.mkdir(exist_ok=True)
    for name, block in content.of_kind("figure"):
        for form in FORMATS:
            spots = framed(block, form, content.numbers.get((block.chapter, block.name), ""))
            (place / f"{name}{form.suffix}.svg").write_text(svg(block, spots), encoding="utf-8")
            (place / f"{name}{form.suffix}.png").write_bytes(png(block, spots))
