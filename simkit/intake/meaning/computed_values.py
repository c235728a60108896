"""Values that have to be computed of several columns, of which client.yaml names one: price of a piece, debit and credit."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, flags, line, unmapped
from simkit.intake.reading.staging import Staged
from simkit.intake.rules.price_and_quantity import is_price_of_one, numbers_of, quantity_among, value_of_parts
from simkit.intake.rules.ruled_files import words
from simkit.intake.vocabulary.word_lists import folded

_SIDES = {"soll": "haben", "haben": "soll", "debit": "credit", "credit": "debit", "dr": "cr", "cr": "dr"}
_SIDE = re.compile(rf"\b(?:{'|'.join(_SIDES)})\b")


def prices_of_one(material: Material) -> Iterator[Doubt]:
    """A price of one piece that is taken for the value, beside a column with the quantity."""
    staged = _orders(material)
    if staged is None or not is_price_of_one(staged.headers["value_amount"]):
        return
    header = staged.headers["value_amount"]
    others = unmapped(staged)
    quantity = quantity_among(others)
    if not quantity:
        return
    operation = value_of_parts(pd.DataFrame({one: cells(staged, one) for one in (header, *others)}), header)
    pieces = numbers_of(cells(staged, quantity))
    rows = flags(pieces.notna() & (pieces != 1))
    if rows.any():
        yield Doubt(
            table="orders",
            rows=rows,
            what=TEXTS["prices_of_one"],
            values={"header": header, "quantity": quantity},
            remedy=TEXTS["prices_of_one_remedy"],
            header=header,
            rule=line("orders", "compute", {"value_amount": operation}) if operation else "",
        )


def ledger_columns(material: Material) -> Iterator[Doubt]:
    """Amounts of one side of a ledger, beside a column with those of the other."""
    staged = _orders(material)
    if staged is None:
        return
    header = staged.headers["value_amount"]
    side = _SIDE.search(folded(header))
    if side is None:
        return
    wanted = folded(header).replace(side[0], _SIDES[side[0]])
    for other in unmapped(staged):
        if folded(other) == wanted:
            yield from _beside(staged, header, other)


def _beside(staged: Staged, header: str, other: str) -> Iterator[Doubt]:
    amounts = numbers_of(cells(staged, other))
    rows = flags(amounts.notna() & (amounts != 0))
    if not rows.any():
        return
    operation = _difference(header, other, words(cells(staged, header)) == "", words(cells(staged, other)) == "")
    yield Doubt(
        table="orders",
        rows=rows,
        what=TEXTS["ledger_columns"],
        values={"header": header, "other": other},
        remedy=TEXTS["ledger_columns_remedy"],
        header=other,
        amounts=amounts.abs().where(rows, staged.frame["value_amount"].abs()),
        rule=line("orders", "compute", {"value_amount": operation}) if operation else "",
    )


def _difference(header: str, other: str, empty: pd.Series[bool], other_empty: pd.Series[bool]) -> dict[str, object]:
    """Return the operation that subtracts the other side; nothing where a row may have either side empty or zero.

    A difference with an empty cell is not known, so that empty cells need the first of both that is.
    """
    if not empty.any() and not other_empty.any():
        return {"difference": [header, other]}
    either: Flags = (empty != other_empty).to_numpy(dtype=bool)
    return {"first_known": [header, {"product": [-1, other]}]} if either.all() else {}


def _orders(material: Material) -> Staged | None:
    """Return the orders, where their value is one column of the client and no operation makes it."""
    staged = material.table("orders", "value_amount")
    if staged is None or "value_amount" not in staged.headers:
        return None
    return None if any("value_amount" in part.compute for part in staged.spec.parts) else staged
