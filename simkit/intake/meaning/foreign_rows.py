"""Rows that are no rows of their table: totals, subtotals, footers, titles, and the same rows in two files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import TEXTS, Doubt, Material, cells, each_text, left_out, on_rows
from simkit.intake.reading.file_reading import RawTable
from simkit.intake.reading.staging import Staged

_TOTAL = re.compile(
    r"(?i)(?:gesamt(?:ergebnis|summe|betrag)?|(?:zwischen|teil|end)?summe|(?:teil)?ergebnis|insgesamt|übertrag|"
    r"(?:grand |sub[- ]?)?totals?|overall|sum)\s*:?"
)
NOTHING_TO_SUM = ("time_estimates", "ratings")
"""Tables of answers, in which "total" may be the name of a group that was asked."""
_SUMMED = ("value_amount", "hours")
"""Columns whose subtotals prove themselves."""
LEAST_BLOCK = 2
"""A subtotal sums at least so many rows."""
TYPICAL_CELLS = 3
"""In tables whose rows mostly fill fewer cells, a row with one cell need not be a footer or a title."""
_FOOTER = re.compile(
    r"(?i)copyright|©|confidential|vertraulich|generated|erstellt|exportiert|exported|report |bericht |filter|stand[: ]|"
    r"as of |seite \d|page \d|quelle|source:|datensätze|records"
)
LEAST_COPIES = 10
"""So many equal rows in two files are no chance."""


def totals(material: Material) -> Iterator[Doubt]:
    """Rows that sum other rows are no orders, customers, employees or entries."""
    for name, staged in material.tables.items():
        if name in NOTHING_TO_SUM:
            continue
        rows = _named_totals(staged) | _proven_totals(staged) if len(staged.frame) else np.zeros(0, dtype=bool)
        if rows.any() and not rows.all():
            yield Doubt(
                table=name,
                rows=rows,
                what=TEXTS["totals"],
                remedy=TEXTS["totals_remedy"],
                blocks=False,
                meanwhile=left_out(rows, TEXTS["totals_reason"]),
                explains=on_rows(staged, rows),
            )


def _named_totals(staged: Staged) -> Flags:
    """Return the rows whose key, or whose first cell in the file, is a word for a total."""
    headers = [staged.headers[c.name] for c in staged.table.columns if c.kind == "id" and c.name in staged.headers]
    first = [str(raw.frame.columns[0]) for raw in staged.raws if len(raw.frame.columns)]
    rows = np.zeros(len(staged.frame), dtype=bool)
    for header in dict.fromkeys([*headers, *first]):
        rows |= each_text(cells(staged, header), _is_total)
    return rows


def _is_total(text: str) -> bool:
    return not text[-1].isdigit() and _TOTAL.fullmatch(text) is not None  # most keys end with a digit: no search there


def _proven_totals(staged: Staged) -> Flags:
    """Return the rows of which each is the sum of the rows since the one before, with none left over at the end."""
    column = next((name for name in _SUMMED if staged.has(name)), "")
    rows = np.zeros(len(staged.frame), dtype=bool)
    if not column or staged.spec.lines:
        return rows
    for _, part in staged.frame[column].groupby(staged.origin["source"].reindex(staged.frame.index), sort=False):
        marks = _subtotals(part.to_numpy(dtype=float))
        rows[staged.frame.index.get_indexer(part.index[marks])] = True
    return rows


def _subtotals(values: np.ndarray[Any, np.dtype[np.float64]]) -> list[int]:
    """Return the positions of subtotals that tile a sequence, a grand total at its end included."""
    running, count, whole, marks = 0.0, 0, 0.0, []
    for place, value in enumerate(values.tolist()):
        if value != value:
            continue
        if count >= LEAST_BLOCK and value > 0 and abs(value - running) < 0.005:
            marks.append(place)
            running, count = 0.0, 0
        elif len(marks) > 1 and count == 0 and abs(value - whole) < 0.005:
            marks.append(place)
        else:
            running, count, whole = running + value, count + 1, whole + value
    various = len(set(values.tolist())) > len(marks) + TYPICAL_CELLS  # 50, 50, 100 month after month sums nothing
    proven = count == 0 and various and len(values) > 2 * TYPICAL_CELLS
    return marks if proven else []


def footers(material: Material) -> Iterator[Doubt]:
    """Titles and footers of a report fill one cell of a row and look like no key of the table."""
    for name, staged in material.tables.items():
        if not len(staged.frame):
            continue
        rows = np.concatenate([_bare_rows(raw) for raw in staged.raws])[staged.frame.index.to_numpy()]
        if rows.any() and not rows.all():
            yield Doubt(
                table=name,
                rows=rows,
                what=TEXTS["footers"],
                remedy=TEXTS["footers_remedy"],
                blocks=False,
                meanwhile=left_out(rows, TEXTS["footers_reason"]),
                explains=on_rows(staged, rows),
            )


def _bare_rows(raw: RawTable) -> Flags:
    """Return the rows of a file with one filled cell, the first, that is written like no other row's."""
    filled = np.column_stack([_has_content(raw.frame.iloc[:, place]) for place in range(raw.frame.shape[1])])
    count = filled.sum(axis=1)
    bare: Flags = (count == 1) & filled[:, 0]
    if not bare.any() or (count >= min(TYPICAL_CELLS, raw.frame.shape[1])).mean() < 0.5:
        return np.zeros(len(raw.frame), dtype=bool)
    first = raw.frame.iloc[:, 0].astype(str).str.strip()
    usual = set(first[~bare].map(_form))
    trailing = np.cumprod(bare[::-1])[::-1].astype(bool)
    strange = (~first.map(_form).isin(usual)).to_numpy(dtype=bool)
    worded = first.str.contains(_FOOTER).to_numpy(dtype=bool)
    block = trailing & (worded & trailing).any()
    if np.median(count) < TYPICAL_CELLS:
        strange &= trailing & (worded | first.str.contains(" ").to_numpy(dtype=bool))
    rows: Flags = bare & (strange & (trailing | first.str.contains(" ").to_numpy(dtype=bool)) | block)
    return rows


def _has_content(column: pd.Series[Any]) -> Flags:
    full: Flags = (column.notna() & (column != "") & (column != " ")).to_numpy(dtype=bool)
    return full


def _form(text: str) -> str:
    """Return how a text is written: runs of letters and of digits, each as one sign."""
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", text))


def overlap(material: Material) -> Iterator[Doubt]:
    """Rows that stand in two files of a table, all their columns alike, happened once."""
    for name, staged in material.tables.items():
        if len(staged.rows_read) < 2 or staged.spec.lines or not len(staged.frame):
            continue
        whole = pd.concat([raw.frame.astype(str).assign(**{"": raw.source}) for raw in staged.raws], ignore_index=True)
        within, anywhere = whole.duplicated(), whole.drop(columns="").duplicated()
        rows = (anywhere & ~within).to_numpy(dtype=bool)[staged.frame.index.to_numpy()]
        if rows.sum() >= LEAST_COPIES or (rows.any() and staged.table.key in staged.frame):
            yield Doubt(
                table=name,
                rows=rows,
                what=TEXTS["overlap"],
                remedy=TEXTS["overlap_remedy"],
                blocks=False,
                meanwhile=left_out(rows, TEXTS["overlap_reason"]),
            )
