"""What leadership can decide by itself: every lever there is, with what it moves, what it costs and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from simkit.foundation.text import Text
from simkit.model.specification.levers import Lever, lever_names, load_lever
from simkit.report.chapters.levers.lever_views import ASSUMPTION, moves_in_words
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

COSTS = {
    "once_amount": Text(de="{x} einmalig", en="{x} once"),
    "per_year_amount": Text(de="{x} im Jahr", en="{x} a year"),
    "per_head_amount": Text(de="{x} je Kopf und Jahr", en="{x} per head and year"),
}
UNIT = Text(de="Was jede Maßnahme bewegt und kostet", en="What each lever moves and costs")
SHORT = Text(de="{moves} (wenn Leute fehlen)", en="{moves} (when people are short)")


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
    yes, no = Text(de="ja", en="yes"), Text(de="nein", en="no")
    frame = pd.DataFrame(
        {
            "label": [lever.title for lever in levers],
            "moves": [_moves(builder, view, lever) for lever in levers],
            "cost": [_cost(builder, lever.cost) for lever in levers],
            "evidence_grade": [lever.evidence_grade or builder.translate(ASSUMPTION) for lever in levers],
            "tried": [yes if lever.name in tried else no for lever in levers],
        }
    )
    columns = (
        TableColumn(name="label", label=Text(de="Maßnahme", en="Lever")),
        TableColumn(name="moves", label=Text(de="Hebt ↑ und senkt ↓", en="Raises ↑ and lowers ↓")),
        TableColumn(name="cost", label=Text(de="Ausgaben", en="Outlay")),
        TableColumn(name="evidence_grade", label=Text(de="Beleg", en="Evidence")),
        TableColumn(name="tried", label=Text(de="Hier gerechnet", en="Computed here")),
    )
    title = builder.translate(
        Text(
            de="{n} Maßnahmen stehen der Führung neben jeder Umorganisation zur Wahl",
            en="Leadership can choose among {n} levers beside any reorganisation",
        ),
        n=builder.style.formats.number(len(levers)),
    )
    note = Text(
        de="Jede Maßnahme für sich, bei ausreichender Besetzung. Ausgaben: was sie selbst kostet; Löhne, Prämien, Lizenzen und "
        "die Arbeitszeit der Beteiligten kommen dazu. Beleg: P begutachtet, V Anbieter oder zweite Hand, S ein Quelltext.",
        en="Each lever by itself, with enough staff. Outlay: what it costs itself; pay, bonuses, licences and the working time "
        "of those involved come on top. Evidence: P peer-reviewed, V vendor or second-hand, S one source text.",
    )
    source = Text(
        de="Maßnahmen in templates/levers und im Kundenordner", en="levers in templates/levers and the client's folder"
    )
    return builder.table("leadership", title, frame, columns, Caption(unit=UNIT, source=source, note=note))


def _moves(builder: ChapterBuilder, view: StudyView, lever: Lever) -> str:
    always, short = (
        moves_in_words(view, _signs(moves), lever.labels) for moves in (lever.moves, lever.moves_when_short)
    )
    if always != "–" or short == "–":
        return always
    return builder.translate(SHORT, moves=short)


def _signs(moves: Mapping[str, int]) -> str:
    return " ".join(f"{name}{'+' if sign > 0 else '-'}" for name, sign in moves.items())


def _cost(builder: ChapterBuilder, cost: Mapping[str, float]) -> str:
    money = builder.style.formats.money
    return ", ".join(builder.translate(COSTS[name], x=money(amount)) for name, amount in cost.items()) or "–"
