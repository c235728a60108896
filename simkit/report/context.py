"""A client's results together with the style they are reported in: what every part of a report is made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.formats import Formats
from simkit.foundation.text import Language
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.story import COUNCIL
from simkit.report.document.style import Palette, Style
from simkit.report.imprint import Imprint
from simkit.report.staff_groups import shown_groups

if TYPE_CHECKING:
    from simkit.intake.settings.client_settings import ClientConfig


@dataclass(frozen=True, kw_only=True)
class ReportContext:
    """What a report is made from."""

    analysis: ClientAnalysis
    style: Style
    """Language, formats and colours."""
    written: set[str] = field(default_factory=set, compare=False)
    """Names of the chapters that were written so far, so that a notebook shows the others last."""

    @property
    def language(self) -> Language:
        """Language of the report."""
        return self.style.formats.language

    def builder(self, chapter: str) -> ChapterBuilder:
        """Return the builder that a chapter of this name makes its blocks with."""
        minimum = self.analysis.client.config.privacy.minimum_group
        return ChapterBuilder(chapter=chapter, style=self.style, minimum=minimum)

    def imprint(self, blocks: Sequence[Block]) -> Imprint:
        """Return what the outputs need to know besides these blocks.

        The names of units hang on a comparison of organisations: they are asked for only where the works council's sheet tells
        of levels.
        """
        client, council = self.analysis.client, any(block.chapter == COUNCIL for block in blocks)
        return Imprint.of(
            client.config,
            client.folder,
            self.style,
            period=(client.first, client.last),
            draft=self.analysis.settings.depth == "quick",
            staff_groups=shown_groups(blocks, self.analysis, self.language) if council else {},
        )


def style_of(config: ClientConfig, language: Language | None = None) -> Style:
    """Return the style of a client's report, by default in the client's language."""
    formats = Formats(language=language or config.language, country=config.country, currency=config.currency)
    colours = {name: colour for name, colour in config.brand.colours.items() if name in {"primary", "accent"}}
    return Style(formats=formats, palette=Palette(**colours))
