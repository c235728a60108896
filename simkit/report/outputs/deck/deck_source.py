"""What a deck is made from: the exhibits of a report and who it is for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.story import COUNCIL, Exhibit, Part, blocks_of_part, numbers_of
from simkit.report.document.style import Style

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class DeckSource:
    """Everything that the slides say, and how."""

    blocks: tuple[Block, ...]
    """All blocks of the report."""
    style: Style
    title: str
    """What the report is about."""
    client: str
    period: str
    date: str
    run: str
    confidentiality: str
    """As they stand on the cover."""
    quick: bool = False
    """Whether a quick run made it, whose numbers are not for circulation."""
    master: Path | None = None
    """The consultant's own master; None for the one that comes with simkit."""

    @cached_property
    def numbers(self) -> dict[Exhibit, str]:
        """Number of each chart and table of body and appendix, as its document shows it."""
        parts: tuple[Part, ...] = ("report", "appendix")
        return {
            one: number for part in parts for one, number in numbers_of(blocks_of_part(self.blocks, part), part).items()
        }

    def word(self, name: str) -> str:
        """Return one of the deck's own words in the language of the report."""
        return self.style.translate(TEXTS.group("words")[name])

    @property
    def decision(self) -> Block | None:
        """The block with the answer; None where the run has none."""
        return next((block for block in self.blocks if block.kind == "decision"), None)

    @property
    def status(self) -> str:
        """What keeps the slides from being passed on: a quick run, or a model that was not fitted; empty where nothing does."""
        words = TEXTS.group("status")
        if self.quick:
            return self.style.translate(words["quick"])
        unfitted = self.decision is not None and self.decision.content.get("verdict") == "draft"
        return self.style.translate(words["draft"]) if unfitted else ""

    def exhibits(self, part: Part) -> tuple[Block, ...]:
        """Return the charts and tables of a document in its order; those for the works council stay in theirs."""
        return tuple(
            block
            for block in blocks_of_part(self.blocks, part)
            if block.kind in ("figure", "table") and block.chapter != COUNCIL
        )

    def number(self, block: Block) -> str:
        """Return the number of an exhibit with its word, such as "Exhibit 3"."""
        number = self.numbers.get((block.chapter, block.name), "")
        return f"{self.word('exhibit')}\u00a0{number}" if number else ""

    def chapter(self, block: Block) -> str:
        """Return the title of the chapter that a block belongs to."""
        openings = (one for one in self.blocks if one.chapter == block.chapter and one.opens_chapter)
        return next((one.title for one in openings), "")
