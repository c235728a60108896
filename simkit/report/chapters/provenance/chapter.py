"""Chapter: how every number of the report can be made again."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text, same
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, Note
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.report.run.run_folder import versions

NAME = "provenance"
TITLE = Text(de="Herkunft der Zahlen", en="Provenance of the numbers")
SHOWN_HASH = 16


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield builder.text("repeat", _REPEAT)
    yield builder.notes("settings", _settings(builder, analysis), Text(de="Einstellungen", en="Settings"))
    yield _hashes(builder, analysis)
    yield _versions(builder)


_REPEAT = Text(
    de="Mit denselben Dateien, Einstellungen und Versionen entstehen dieselben Zahlen. run.json neben diesem "
    "Bericht hält "
    "alles auch maschinenlesbar fest.",
    en="The same files, settings and versions give the same numbers. run.json beside this report holds everything in a "
    "form that machines read.",
)


def _settings(builder: ChapterBuilder, analysis: ClientAnalysis) -> list[Note]:
    formats, client = builder.style.formats, analysis.client
    notes = [
        Note(label=Text(de="Startwert", en="Seed"), text=same(str(analysis.settings.seed))),
        Note(
            label=Text(de="Zeitraum", en="Period"),
            text=same(f"{formats.date(client.first)} – {formats.date(client.last)}"),
        ),
    ]
    by_hand = ", ".join(f"{path}={value!r}" for path, value in analysis.settings.changes.items())
    if by_hand:
        notes.append(Note(label=Text(de="Von Hand gesetzt", en="Set by hand"), text=same(by_hand)))
    if not isinstance(analysis.study, Missing):
        settings, view = analysis.study.settings, StudyView(study=analysis.study, style=builder.style)
        notes += [
            Note(
                label=Text(de="Welten je Szenario", en="Worlds per scenario"),
                text=same(formats.number(settings.replications)),
            ),
            Note(
                label=Text(de="Organisationen", en="Organisations"),
                text=same(", ".join(map(view.design_label, (view.study.baseline, *view.compared)))),
            ),
            Note(
                label=Text(de="Szenarien", en="Scenarios"),
                text=same(", ".join(map(view.scenario_label, settings.scenarios))),
            ),
        ]
    return notes


def _hashes(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    hashes = analysis.client.input_hashes
    frame = pd.DataFrame({"file": list(hashes), "hash": [value[:SHOWN_HASH] for value in hashes.values()]})
    columns = (
        TableColumn(name="file", label=Text(de="Datei", en="File")),
        TableColumn(
            name="hash",
            label=Text(de="Prüfsumme", en="Checksum"),
            unit=Text(de="SHA-256, die ersten 16 Zeichen", en="SHA-256, first 16 characters"),
        ),
    )
    return builder.table("input_hashes", Text(de="Gelesene Dateien", en="Files read"), frame, columns)


def _versions(builder: ChapterBuilder) -> Block:
    found = versions()
    frame = pd.DataFrame({"name": list(found), "version": list(found.values())})
    columns = (
        TableColumn(name="name", label=Text(de="Programm", en="Program")),
        TableColumn(name="version", label=Text(de="Version", en="Version")),
    )
    return builder.table("versions", Text(de="Verwendete Programme", en="Programs used"), frame, columns)
