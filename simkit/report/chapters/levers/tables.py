"""What leadership can decide by itself: every lever there is, with what it moves, what it costs and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.model.specification.levers import Lever, lever_names, load_lever
from simkit.report.chapters.levers.lever_views import moves_in_words
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)


def choice_block(builder: ChapterBuilder, view: StudyView, folder: Path) -> Block:
    """Return the table of all levers, shipped and the client's own.

    Parameters
    ----------
    builder : ChapterBuilder
        Of the chapter.
    view : StudyView
        The study, which tells the levers that were computed.
    folder : Path
        The client's folder.
    """
    levers = [load_lever(name, folder) for name in lever_names(folder)]
    tried = set("+".join(view.study.frame("levers")["lever"]).split("+"))
    yes, no = TEXTS["yes"], TEXTS["choice_block_no"]
    frame = pd.DataFrame(
        {
            "label": [lever.title for lever in levers],
            "moves": [_moves(builder, view, lever) for lever in levers],
            "cost": [_cost(builder, lever.cost) for lever in levers],
            "evidence_grade": [lever.evidence_grade or builder.translate(TEXTS["assumption"]) for lever in levers],
            "tried": [yes if lever.name in tried else no for lever in levers],
        }
    )
    columns = (
        TableColumn(name="label", label=TEXTS["lever_label"]),
        TableColumn(name="moves", label=TEXTS["raises_and_lowers"]),
        TableColumn(name="cost", label=TEXTS["outlay"]),
        TableColumn(name="evidence_grade", label=TEXTS["evidence"]),
        TableColumn(name="tried", label=TEXTS["computed_here"]),
    )
    title = builder.translate(TEXTS["choice_block_title"], n=builder.style.formats.number(len(levers)))
    note = TEXTS["choice_block_note"]
    source = TEXTS["choice_block_source"]
    return builder.table("leadership", title, frame, columns, Caption(unit=TEXTS["unit"], source=source, note=note))


def _moves(builder: ChapterBuilder, view: StudyView, lever: Lever) -> str:
    always, short = (
        moves_in_words(view, _signs(moves), lever.labels) for moves in (lever.moves, lever.moves_when_short)
    )
    if always != "–" or short == "–":
        return always
    return builder.translate(TEXTS["short"], moves=short)


def _signs(moves: Mapping[str, int]) -> str:
    return " ".join(f"{name}{'+' if sign > 0 else '-'}" for name, sign in moves.items())


def _cost(builder: ChapterBuilder, cost: Mapping[str, float]) -> str:
    money = builder.style.formats.money
    return (
        ", ".join(builder.translate(TEXTS.group("costs")[name], x=money(amount)) for name, amount in cost.items())
        or "–"
    )
