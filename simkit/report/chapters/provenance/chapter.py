"""Chapter: how every number of the report can be made again."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import same
from simkit.report.chapters.provenance.tables_page_one import page_one
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder, Note
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.report.run.run_folder import versions

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
SHOWN_HASH = 16


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block]:
    """Yield the chapter."""
    yield builder.text("repeat", TEXTS["repeat"])
    yield builder.notes("settings", _settings(builder, analysis), TEXTS["settings"])
    yield page_one(builder, analysis)
    yield _hashes(builder, analysis)
    yield _versions(builder)


def _settings(builder: ChapterBuilder, analysis: ClientAnalysis) -> list[Note]:
    formats, client = builder.style.formats, analysis.client
    notes = [
        Note(label=TEXTS["seed"], text=same(str(analysis.settings.seed))),
        Note(label=TEXTS["period"], text=same(f"{formats.date(client.first)} – {formats.date(client.last)}")),
    ]
    by_hand = ", ".join(f"{path}={value!r}" for path, value in analysis.settings.changes.items())
    if by_hand:
        notes.append(Note(label=TEXTS["set_by_hand"], text=same(by_hand)))
    if not isinstance(analysis.study, Missing):
        settings, view = analysis.study.settings, StudyView(study=analysis.study, style=builder.style)
        notes += [
            Note(label=TEXTS["replications_per_scenario"], text=same(formats.number(settings.replications))),
            Note(
                label=TEXTS["organisations"],
                text=same(", ".join(map(view.design_label, (view.study.baseline, *view.compared)))),
            ),
            Note(label=TEXTS["scenarios"], text=same(", ".join(map(view.scenario_label, settings.scenarios)))),
        ]
    return notes


def _hashes(builder: ChapterBuilder, analysis: ClientAnalysis) -> Block:
    hashes = analysis.client.input_hashes
    frame = pd.DataFrame({"file": list(hashes), "hash": [value[:SHOWN_HASH] for value in hashes.values()]})
    columns = (
        TableColumn(name="file", label=TEXTS["file"]),
        TableColumn(name="hash", label=TEXTS["checksum"], unit=TEXTS["hashes_unit"]),
    )
    return builder.table("input_hashes", TEXTS["files_read"], frame, columns)


def _versions(builder: ChapterBuilder) -> Block:
    found = versions()
    frame = pd.DataFrame({"name": list(found), "version": list(found.values())})
    columns = (
        TableColumn(name="name", label=TEXTS["program"]),
        TableColumn(name="version", label=TEXTS["version"]),
    )
    return builder.table("versions", TEXTS["programs_used"], frame, columns)
