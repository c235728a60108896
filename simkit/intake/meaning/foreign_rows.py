"""Rows that are no rows of their table: totals, subtotals, footers, titles, and the same rows in two files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.meaning.doubts import (
    TEXTS,
    Change,
    Doubt,
    Material,
    cells,
    each_text,
    flags,
    left_out,
    line,
    on_rows,
)
from simkit.intake.meaning.repeated_numbers import numbered_apart
from simkit.intake.period import DATES
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
AGREEING = 0.5
"""Rows of one key in two files of which at least so much agrees are one thing, exported twice."""
REFERRED = ("customers", "employees")
"""Tables whose keys other tables refer to, so that no key may be told apart by its file."""
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
        strange = strange & trailing & (worded | first.str.contains(" ").to_numpy(dtype=bool))
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
                accepted=_counting_all(staged, left_out(rows, TEXTS["overlap_reason"])),
            )


def corrected_copies(material: Material) -> Iterator[Doubt]:
    """Rows of one key that stand in two files with other content: one of the exports is the newer, and one row counts."""
    for name, staged in material.tables.items():
        if len(staged.rows_read) < 2 or staged.spec.lines or not len(staged.frame) or not staged.has(staged.table.key):
            continue
        across = _across_files(staged)
        rows = across & ~flags(staged.frame.duplicated())
        if not rows.any() or _agreement(staged, rows) < AGREEING:
            continue
        losing = across if staged.spec.overlap != "last" else _across_files(staged, keep="last")
        yield Doubt(
            table=name,
            rows=losing if staged.spec.overlap else rows,
            what=TEXTS["corrected_copies"],
            values={"column": staged.table.column(staged.table.key).label},
            remedy=TEXTS["corrected_copies_remedy"].fill(**_answers(staged)),
            header=staged.headers.get(staged.table.key, ""),
            amounts=_changed_amounts(staged) if name == "orders" and staged.has("value_amount") else None,
            rule=line(name, "overlap", "last" if _last_is_newest(staged) else "first"),
            blocks=None if name == "orders" else False,
            answered=staged.spec.overlap is not None,
            meanwhile=left_out(losing, TEXTS["corrected_copies_reason"]),
            accepted=_counting_all(staged, left_out(losing, TEXTS["corrected_copies_reason"])),
        )


def _counting_all(staged: Staged, otherwise: Change) -> Change | None:
    """Return what lets all rows of one key count, each under its number with its file; one person or customer stays one."""
    if not staged.table.key:
        return None
    if staged.table.name in REFERRED:
        return otherwise
    return numbered_apart(staged.origin["source"].reindex(staged.frame.index).astype("str"))


def _across_files(staged: Staged, keep: Literal["first", "last"] = "first") -> Flags:
    """Return the rows whose key stands in another file, too, save those of the first (or last) file that has it."""
    sources = staged.origin["source"].reindex(staged.frame.index).astype("str")
    counting = sources.groupby(staged.frame[staged.table.key], sort=False).transform(keep)
    return flags(counting.notna() & (counting != sources))


def _agreement(staged: Staged, rows: Flags) -> float:
    """Return how much of rows is as in the first row of their key; nothing where keys repeat within a file, too."""
    frame, key = staged.frame, staged.table.key
    in_file = pd.DataFrame({"key": frame[key], "source": staged.origin["source"].reindex(frame.index).astype("str")})
    repeated = in_file.duplicated() & ~frame.duplicated() & frame[key].notna()
    others = [name for name in frame.columns if name != key]
    if not others or repeated.sum() > (1 - AGREEING) * rows.sum():
        return 0.0
    first = frame.groupby(key, sort=False)[others].transform("first")
    alike = (frame[others] == first) | frame[others].isna()
    return float(alike[rows].to_numpy(dtype=bool).mean())


def _changed_amounts(staged: Staged) -> pd.Series[float]:
    """Return by how much each row changes the value of its order; of other rows, the value."""
    value = staged.frame["value_amount"]
    first = value.groupby(staged.frame[staged.table.key], sort=False).transform("first")
    return (value - first).abs().where(_across_files(staged), value.abs())


def _last_is_newest(staged: Staged) -> bool:
    """Whether no file reaches further than the last one does; where nothing is dated, the last one is taken for the newest."""
    dated = [name for name in DATES.get(staged.table.name, ()) if staged.has(name)]
    sources = staged.origin["source"].reindex(staged.frame.index).astype("str")
    reach = staged.frame[dated].max(axis=1).groupby(sources, sort=False).max() if dated else pd.Series([0])
    return bool(reach.iloc[-1] >= reach.max())


def _answers(staged: Staged) -> dict[str, str]:
    first, *_, last = staged.rows_read
    name = staged.table.name
    return {
        "first": line(name, "overlap", "first"),
        "first_file": first,
        "last": line(name, "overlap", "last"),
        "last_file": last,
    }
