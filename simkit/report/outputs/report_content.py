"""What every output is written from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from simkit.report.context import ReportContext
from simkit.report.document.blocks import Block


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """A report before it is given a form."""

    blocks: tuple[Block, ...]
    """All blocks of the notebooks, with raw values and finished charts."""
    context: ReportContext
    """The client's results, and the style of the report."""
    run: str
    """Name of the run."""
    date: dt.date
    """Day of the run."""

    def of_kind(self, kind: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of a kind, each with a file name that no other block has."""
        return ((f"{block.chapter}_{block.name}", block) for block in self.blocks if block.kind == kind)
