"""Keys that differ by form only: 1000.0 and 1000, leading zeros, case, umlauts, blanks, the long and the short Salesforce id."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pandas as pd

from simkit.foundation.text import Text
from simkit.intake.findings import FindingsLog
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, flags
from simkit.intake.reading.staging import Staged

WHOLE = 0.5
"""A form explains unknown keys when it finds more than this share of them."""
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
FORMS: Mapping[str, Callable[[str], str]] = {
    "point_zero": lambda key: re.sub(r"[.,]0+$", "", key),
    "blanks": lambda key: re.sub(r"\s+", "", key),
    "zeros": lambda key: key.lstrip("0"),
    "short_id": lambda key: key[:15] if re.fullmatch(r"[A-Za-z0-9]{18}", key) else key,
    "case": str.casefold,
    "umlauts": lambda key: unicodedata.normalize("NFC", key).casefold().translate(_UMLAUTS),
}
"""Name → what a key is without that form; the first that explains the unknown keys counts."""


def key_forms(material: Material) -> Iterator[Doubt]:
    """Keys that no row of the other table has, until their form is taken away."""
    for name, staged in material.tables.items():
        for column in staged.table.columns:
            target = material.table(column.reference) if column.reference not in {"", name} else None
            if target is not None and staged.has(column.name) and len(staged.frame):
                known = target.frame[target.table.key].dropna()
                yield from _by_form(staged, column.name, known, target.table.label)


def _by_form(staged: Staged, column: str, known: pd.Series[str], other: Text) -> Iterator[Doubt]:
    values = staged.frame[column]
    unknown = values[values.notna() & ~values.isin(known)]
    if unknown.empty:
        return
    distinct = unknown.unique()
    for form, plain in FORMS.items():
        meant = _meant(known, plain)
        found = {key: meant[plain(key)] for key in distinct if plain(key) in meant}
        if len(found) > WHOLE * len(distinct):
            yield _doubt(staged, column, found, TEXTS.group("forms")[form], other)
            return


def _meant(known: pd.Series[str], plain: Callable[[str], str]) -> dict[str, str]:
    """Return plain form → key, without forms that two keys share."""
    keys = pd.Series(known.unique(), dtype="str")
    forms = keys.map(plain)
    once = ~forms.duplicated(keep=False)
    return dict(zip(forms[once], keys[once], strict=True))


def _doubt(staged: Staged, column: str, found: Mapping[str, str], form: Text, other: Text) -> Doubt:
    ours = staged.table.column(column)
    rows = flags(staged.frame[column].isin(list(found)))
    key = next(iter(found))
    shown = Text(de="", en="") if ours.person else TEXTS["key_example"].fill(one=key, other=found[key])
    return Doubt(
        table=staged.table.name,
        rows=rows,
        what=TEXTS["key_forms"],
        values={"column": ours.label, "other": other, "form": form, "shown": shown},
        remedy=TEXTS["key_forms_remedy"],
        header=staged.headers.get(column, ""),
        meanwhile=_matched(column, found),
        accepted=_matched(column, found),
    )


def _matched(column: str, found: Mapping[str, str]) -> Change:
    def match(staged: Staged, findings_log: FindingsLog) -> Staged:
        values: pd.Series[Any] = staged.frame[column]
        return staged.with_column(column, values.map(lambda key: found.get(key, key), na_action="ignore").astype("str"))

    return match
