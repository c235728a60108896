"""Output: every chart as PNG and SVG, for slides."""

from __future__ import annotations

import base64
from pathlib import Path

from simkit.report.outputs.report_content import ReportContent

CHARTS = "charts"


def write(content: ReportContent, folder: Path) -> None:
    """Write the charts into ``charts/``."""
    place = folder / CHARTS
    place.mkdir(exist_ok=True)
    for name, block in content.of_kind("figure"):
        (place / f"{name}.svg").write_text(block.content["svg"], encoding="utf-8")
        (place / f"{name}.png").write_bytes(base64.b64decode(block.content["png"]))
