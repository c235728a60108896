"""A client's results together with the style they are reported in: what every part of a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.formats import Formats
from simkit.foundation.text import Language
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.style import Palette, Style

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


def style_of(config: ClientConfig, language: Language | None = None) -> Style:
    """Return the style of a client's report, by default in the client's language."""
    formats = Formats(language=language or config.language, country=config.country, currency=config.currency)
    colours = {name: colour for name, colour in config.brand.colours.items() if name in {"primary", "accent"}}
    return Style(formats=formats, palette=Palette(**colours))
