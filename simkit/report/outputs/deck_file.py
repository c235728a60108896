"""Output: the report as slides whose charts PowerPoint can edit, in the master of simkit or of the consultant."""

from __future__ import annotations

from pathlib import Path

from simkit.report.document.document import TITLE, confidentiality
from simkit.report.outputs.deck.deck_source import DeckSource
from simkit.report.outputs.deck.deck_writer import write_deck
from simkit.report.outputs.report_content import ReportContent

DECK = "report.pptx"


def write(content: ReportContent, folder: Path) -> None:
    """Write the deck into the folder of the run.

    Raises
    ------
    ConfigError
        When the consultant's master is missing or cannot be used.
    """
    write_deck(deck_source(content), folder / DECK, content.date)


def deck_source(content: ReportContent) -> DeckSource:
    """Return what the deck is made from: all that it takes from the imprint of the report is taken here."""
    imprint = content.imprint
    return DeckSource(
        blocks=content.blocks,
        style=imprint.style,
        title=imprint.style.translate(TITLE),
        client=imprint.name,
        period=imprint.period_words,
        date=imprint.style.formats.date(content.date),
        run=f"{imprint.client} · {content.run}",
        confidentiality=confidentiality(imprint),
        quick=imprint.draft,
        master=imprint.master,
    )
