"""What every output is written from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from simkit.report.document.blocks import Block
from simkit.report.document.document import with_levels
from simkit.report.document.story import COUNCIL, PARTS, Exhibit, Part, blocks_of_part, numbers_of
from simkit.report.imprint import Imprint


@dataclass(frozen=True, kw_only=True)
class ReportContent:
    """A report before it is given a form."""

    blocks: tuple[Block, ...]
    """All blocks of the notebooks, with raw values and finished charts."""
    imprint: Imprint
    """Whom the report is on, and its style."""
    run: str
    """Name of the run."""
    date: dt.date
    """Day of the run."""

    @cached_property
    def documents(self) -> dict[Part, tuple[Block, ...]]:
        """The blocks of each document as it shows them: the levels on the works council's sheet among them."""
        return {part: self._of_part(part) for part in PARTS}

    @property
    def exhibits(self) -> tuple[Block, ...]:
        """The blocks of all documents, one after the other."""
        return tuple(block for own in self.documents.values() for block in own)

    @cached_property
    def numbers(self) -> dict[Exhibit, str]:
        """Number of each chart and table, as its document shows it."""
        return {one: number for part, own in self.documents.items() for one, number in numbers_of(own, part).items()}

    def of_kind(self, kind: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of a kind, each with a file name that begins with its number and that no other block has."""
        for block in self.exhibits:
            if block.kind == kind:
                number = padded(self.numbers.get((block.chapter, block.name), ""))
                yield "_".join(filter(None, (number, block.chapter, block.name))), block

    def _of_part(self, part: Part) -> tuple[Block, ...]:
        own = blocks_of_part(self.blocks, part)
        return with_levels(own, self.blocks, self.imprint) if part == COUNCIL and own else own


def padded(number: str) -> str:
    """Return the number of an exhibit in two digits, so that names sort as the documents read: ``A3`` becomes ``A03``."""
    letters = number.rstrip("0123456789")
    return f"{letters}{number[len(letters) :].zfill(2)}" if number else ""
