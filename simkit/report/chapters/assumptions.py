"""Chapter: what the report rests on besides the client's data."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.effort.benchmarks import MARKS
from simkit.foundation.parameters import KIND_LABELS
from simkit.foundation.text import Text
from simkit.report.blocks import Block
from simkit.report.dossier import Dossier
from simkit.report.sheet import Footing, Note, Sheet
from simkit.report.tables import Column

NAME = "assumptions"
TITLE = Text(de="Annahmen", en="Assumptions")


def reason_to_leave_out(dossier: Dossier) -> Text | None:
    """Return None: every report has assumptions."""
    return None


def blocks(dossier: Dossier) -> Iterator[Block]:
    """Yield the chapter."""
    sheet = Sheet(chapter=NAME, look=dossier.look)
    yield from _stated(sheet, dossier)
    if dossier.study is not None:
        yield _leaves(sheet, dossier.study.frame("measured"), "measured")
        yield _leaves(sheet, dossier.study.frame("assumed"), "assumed")


def _stated(sheet: Sheet, dossier: Dossier) -> Iterator[Block]:
    stated = [*dossier.client.assumptions, *(dossier.value.assumptions if dossier.value is not None else ())]
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in dict.fromkeys(stated)]
    if notes:
        title = Text(de="Was die Daten nicht sagen", en="What the data do not tell")
        yield sheet.notes("stated_assumptions", notes, title)


def _leaves(sheet: Sheet, table: pd.DataFrame, name: str) -> Block:
    """Return the parameters of the simulation: measured on this client, or taken from elsewhere."""
    titles = {
        "measured": Text(de="An diesem Kunden gemessen", en="Measured on this client"),
        "assumed": Text(
            de="Aus Veröffentlichungen und Annahmen der Simulation",
            en="From publications and assumptions of the simulation",
        ),
    }
    number = sheet.look.formats.number
    frame = table.assign(
        label=table[f"label_{sheet.look.formats.language}"],
        shown=[f"{_significant(number, value)} {_unit(sheet, unit)}".strip() for value, unit in
               zip(table["value"], table["unit"].fillna(""), strict=True)],
        range=[_range(number, low, high) for low, high in zip(table["low"], table["high"], strict=True)],
        origin=_origins(sheet, table),
    )  # fmt: skip
    columns = (
        Column(name="label", label=Text(de="Größe", en="Parameter")),
        Column(name="shown", label=Text(de="Wert", en="Value")),
        Column(name="range", label=Text(de="Bereich", en="Range")),
        Column(name="origin", label=Text(de="Herkunft", en="Origin")),
    )
    note = "; ".join(f"[{mark}] {sheet.look.say(text)}" for mark, text in MARKS.items()) if name == "assumed" else ""
    return sheet.table(f"{name}_parameters", titles[name], frame, columns, Footing(note=note))


def _origins(sheet: Sheet, table: pd.DataFrame) -> list[str]:
    kinds = table["kind"] if "kind" in table else pd.Series("measured", index=table.index)
    marks = table["mark"].fillna("") if "mark" in table else pd.Series("", index=table.index)
    parts = zip(kinds, table["source"].fillna(""), marks, strict=True)
    return [_origin(sheet, str(kind), str(source), str(mark)) for kind, source, mark in parts]


def _origin(sheet: Sheet, kind: str, source: str, mark: str) -> str:
    word = sheet.look.say(KIND_LABELS.get(kind, kind))
    text = f"{word}: {source}" if source else word
    return f"{text} [{mark}]" if mark else text


def _unit(sheet: Sheet, unit: str) -> str:
    words = {
        "share": Text(de="", en=""),
        "d": Text(de="Arbeitstage", en="working days"),
        "d/a": Text(de="Tage/Jahr", en="days/year"),
        "a": Text(de="Jahre", en="years"),
        "1/a": Text(de="je Jahr", en="per year"),
        "money": Text(de=sheet.look.formats.currency_symbol, en=sheet.look.formats.currency_symbol),
    }
    return sheet.look.say(words.get(unit, unit))


def _significant(number: object, value: float) -> str:
    assert callable(number)
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    return str(number(value, digits))


def _range(number: object, low: float, high: float) -> str:
    if low != low or high != high or low == high:
        return ""
    return f"{_significant(number, low)} – {_significant(number, high)}"
