"""Output: the report as slides whose charts PowerPoint can edit, in the master of simkit or of the consultant."""

from __future__ import annotations

from pathlib import Path

from simkit.intake.settings.client_settings import locate
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
    """Return what the deck is made from: all that it takes from the context of the report is taken here."""
    context, formats = content.context, content.context.style.formats
    client = context.analysis.client
    master = client.config.brand.pptx
    return DeckSource(
        blocks=content.blocks,
        style=context.style,
        title=context.style.translate(TITLE),
        client=client.config.name,
        period=f"{formats.date(client.first)} – {formats.date(client.last)}",
        date=formats.date(content.date),
        run=f"{client.config.client} · {content.run}",
        confidentiality=confidentiality(context),
        quick=context.analysis.settings.depth == "quick",
        master=locate(client.folder, master) if master else None,
    )
