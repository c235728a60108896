"""Words and intervals that the parts of the pipeline's chapter share."""

from __future__ import annotations

import pandas as pd

from simkit.report.document.chapter_builder import ChapterBuilder


def ends(builder: ChapterBuilder, frame: pd.DataFrame, digits: int = 0) -> list[str]:
    """Return the intervals of shares, from the columns ``low`` and ``high``, as they are read."""
    return [
        builder.style.formats.interval(a, b, "share", digits) for a, b in frame[["low", "high"]].to_numpy(dtype=float)
    ]
