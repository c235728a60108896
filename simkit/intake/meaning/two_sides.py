"""What stands in two columns and is read from one: the side of an amount in a ledger, the name of a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, flags, line, ruled_columns, unmapped
from simkit.intake.reading.staging import Staged
from simkit.intake.rules.ruled_files import words
from simkit.intake.vocabulary.word_lists import folded, word_lists

_MINUS = frozenset({"-", "−", "–", "-1"})
_PLUS = frozenset({"+", "1", "+1"})
_WORDS: Sequence[frozenset[str]] = (frozenset({"soll", "haben"}), frozenset({"debit", "credit"}))
"""Words of the two sides of a ledger, which mean nothing else."""
_LETTERS: Sequence[frozenset[str]] = (frozenset("sh"), frozenset("dc"), frozenset({"dr", "cr"}))
"""Short forms of them; S and H may as well be plumbing and heating, so the heading has to say what they are."""
_OF_A_SIDE = re.compile(
    r"soll|haben|debit|credit|\b(?:s h|sh|shk\w*|d c|dc|dr cr|drcr|kz|kennz\w*|vz|vorz\w*|seite|side|sign|faktor|factor)\b"
)


def ledger_sides(material: Material) -> Iterator[Doubt]:
    """Amounts without a sign, whose side of the ledger stands in a column that is not mapped."""
    staged = material.table("orders", "value_amount")
    if staged is None:
        return
    told = ruled_columns(staged.spec)
    for header in unmapped(staged):
        if header not in told:
            yield from _by_side(staged, header)


def _by_side(staged: Staged, header: str) -> Iterator[Doubt]:
    column = cells(staged, header)
    if column.iloc[:1000].nunique() > 3:
        return
    written = words(column).set_axis(column.index)
    amounts = staged.frame["value_amount"].fillna(0.0)
    minus = _other_side(written, amounts, header)
    if minus is None:
        return
    rows = flags(written == minus) & flags(amounts > 0)
    # Amounts that carry their sign already have the column beside them for information only.
    if rows.any() and not _signed(amounts, flags(written == minus)) and not _signed(amounts, flags(written != minus)):
        yield Doubt(
            table="orders",
            rows=rows,
            what=TEXTS["ledger_sides"],
            values={"header": header, "word": minus},
            remedy=TEXTS["ledger_sides_remedy"],
            header=header,
            rule=line("orders", "sign", {"column": header, "minus": [minus]}),
        )


def _signed(amounts: pd.Series[float], side: Flags) -> bool:
    return bool((amounts[side] < 0).sum() > (amounts[side] > 0).sum())


def _other_side(written: pd.Series[str], amounts: pd.Series[float], header: str) -> str | None:
    """Return what stands beside the amounts to subtract: the minus, else the side with less money; None for no sides."""
    there = {str(one) for one in written.unique()}
    named = {one.casefold() for one in there} - {""}
    if len(there) != 2 or not named:
        return None
    is_told = _OF_A_SIDE.search(folded(header)) is not None
    if named & _MINUS and named <= _MINUS | _PLUS:
        return next((one for one in there if one in _MINUS), None) if is_told or not named & {"-1", "1"} else None
    if any(named <= pair for pair in _WORDS) or (is_told and any(named == pair for pair in _LETTERS)):
        sums = amounts.abs().groupby(written.to_numpy()).sum()
        less = str(sums.idxmin())
        return less if less else None
    return None


def names_in_two_columns(material: Material) -> Iterator[Doubt]:
    """People who are told apart by their family name, though the first names beside it say that they are several."""
    for staged in material.tables.values():
        family = staged.headers.get("employee_id", "")
        told = any("employee_id" in part.keys(staged.table) for part in staged.spec.parts)
        if told or not staged.has("employee_id") or staged.frame.empty:
            continue
        first = [header for header in unmapped(staged) if _is_called(header, "first")]
        # Beside a column of first names, "Name" is the family name.
        if (_is_called(family, "family") or _is_called(family, "name")) and len(first) == 1:
            yield from _by_first_name(staged, first[0], family)


def _is_called(header: str, part: str) -> bool:
    """Whether a heading names that part of a name, in one word ("Vorname") or two ("First Name")."""
    known = word_lists()
    return any(known.taken_apart(way).has(part) for way in (header, folded(header).replace(" ", "")))


def _by_first_name(staged: Staged, first: str, family: str) -> Iterator[Doubt]:
    people, given = staged.frame["employee_id"], words(cells(staged, first)).str.casefold()
    known = pd.DataFrame({"person": people.to_numpy(), "first": given.to_numpy()}, index=staged.frame.index)
    known = known[known["person"].notna() & (known["first"] != "")]
    several = known.groupby("person")["first"].transform("nunique") > 1
    if not several.any():
        return
    rows = np.asarray(staged.frame.index.isin(several.index[several]), dtype=bool)
    yield Doubt(
        table=staged.table.name,
        rows=rows,
        what=TEXTS["names_in_two_columns"],
        values={
            "first": first,
            "family": family,
            "people": int(known.drop_duplicates().shape[0]),
            "names": known["person"].nunique(),
        },
        remedy=TEXTS["names_in_two_columns_remedy"],
        header=family,
        rule=line(staged.table.name, "key", {"employee_id": [first, family]}),
    )
