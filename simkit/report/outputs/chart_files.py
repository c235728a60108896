"""Output: every chart as PNG and SVG with its texts, for a page and for a slide."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from simkit.report.document.blocks import Block
from simkit.report.outputs.framed_picture import FORMATS, framed, png, svg
from simkit.report.outputs.report_content import ReportContent

CHARTS = "charts"


def write(content: ReportContent, folder: Path) -> None:
    """Write the charts into ``charts/``, as many at a time as there are processors: scaling and packing pictures let go of
    the interpreter."""
    place = folder / CHARTS
    place.mkdir(exist_ok=True)

    def write_one(named: tuple[str, Block]) -> None:
        name, block = named
        for form in FORMATS:
            spots = framed(block, form, content.numbers.get((block.chapter, block.name), ""))
            (place / f"{name}{form.suffix}.svg").write_text(svg(block, spots), encoding="utf-8")
            (place / f"{name}{form.suffix}.png").write_bytes(png(block, spots))

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(write_one, content.of_kind("figure")))
