"""From the exhibits of a report to its deck: title, summary, one message a slide, and everything else as backup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from simkit.foundation.text import Language
from simkit.report.document.style import HAIRLINE, INK, MUTED, Style
from simkit.report.outputs.deck.deck_source import DeckSource
from simkit.report.outputs.deck.deck_theme import DeckLook, paint_theme, palette_of
from simkit.report.outputs.deck.exhibit_slides import exhibit_slide
from simkit.report.outputs.deck.front_slides import cover_slide, summary_slides
from simkit.report.outputs.deck.layouts import Layouts, open_master
from simkit.report.outputs.deck.repeatable import save_repeatable

if TYPE_CHECKING:
    import datetime as dt

    from pptx.presentation import Presentation

SPELLING = {"de": "de-DE", "en": "en-GB"}
"""Language in which PowerPoint checks the spelling."""


def write_deck(source: DeckSource, path: Path, date: dt.date) -> None:
    """Write the deck of a report into a file.

    Raises
    ------
    ConfigError
        When the consultant's master is missing or cannot be used.
    """
    deck = deck_of(source)
    core = deck.core_properties
    core.title, core.author, core.subject = source.title, "simkit", source.client
    core.last_modified_by, core.revision, core.comments, core.keywords = "simkit", 1, "", source.run
    save_repeatable(deck, path, date)


def deck_of(source: DeckSource) -> Presentation:
    """Return the deck of a report."""
    deck = open_master(source.master)
    if source.master is None:
        paint_theme(deck, source.style.palette, ink=INK, muted=MUTED, hairline=HAIRLINE)
    palette = palette_of(deck, source.style.palette)
    look = DeckLook(style=Style(formats=source.style.formats, palette=palette))
    layouts = Layouts(deck)
    cover_slide(source, layouts)
    summary_slides(source, layouts)
    for block in source.exhibits("report"):
        exhibit_slide(source, look, layouts, block, backup=False)
    for block in source.exhibits("appendix"):
        exhibit_slide(source, look, layouts, block, backup=True)
    _say_language(deck, source.style.formats.language)
    return deck


def _say_language(deck: Presentation, language: Language) -> None:
    """Mark all texts with their language, so that no word is underlined as misspelt."""
    from pptx.oxml.ns import qn

    def mark(element: Any) -> None:
        for name in ("a:rPr", "a:endParaRPr", "a:defRPr"):
            for properties in element.iter(qn(name)):
                properties.set("lang", SPELLING[language])

    for slide in deck.slides:
        mark(slide._element)
        if slide.has_notes_slide:
            mark(slide.notes_slide._element)
        for shape in slide.shapes:
            if shape.has_chart:
                mark(shape.chart._chartSpace)
