"""One value that decides how a whole column is read: a share over 1, one number with decimals, one date."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.frames import Flags
from simkit.intake.findings import Finding, FindingsLog
from simkit.intake.meaning.doubts import TEXTS, Change, Doubt, Material, cells, line
from simkit.intake.reading.numbers import read_numbers, take_apart
from simkit.intake.reading.staging import Staged
from simkit.intake.settings.schemas import DATED, NUMERIC, SchemaColumn

FEW_ODD = 0.2
"""Shares over 1 are odd when they are no more than this share of the column, and at least one."""
LEAST_DECIDED = 10
"""One value decides when at least so many different ones may be read in two ways."""


def odd_shares(material: Material) -> Iterator[Doubt]:
    """A few shares over 1 make per cent of a column whose other values are shares already."""
    for name, staged in material.tables.items():
        for column in _written(staged, {"share"}):
            raw = _as_written(staged, column)
            odd = (raw > 1).to_numpy(dtype=bool)
            if odd.any() and odd.sum() <= max(1, FEW_ODD * raw.notna().sum()) and (raw[~odd] % 1 > 0).mean() > 0.5:
                yield _odd(staged, name, column, raw, odd)


def _odd(staged: Staged, name: str, column: SchemaColumn, raw: pd.Series[float], odd: Flags) -> Doubt:
    header = staged.headers[column.name]
    words = sorted({str(cell).strip() for cell in cells(staged, header)[odd]})

    def in_per_cent(finding: Finding) -> bool:
        return finding.severity == "minor" and finding.column == header

    return Doubt(
        table=name,
        rows=odd,
        what=TEXTS["odd_shares"],
        values={"column": column.label, "words": ", ".join(f"'{word}'" for word in words[:3])},
        remedy=TEXTS["odd_shares_remedy"],
        header=header,
        rule=line(name, "missing", words) if len(words) <= 3 else "",
        blocks=True,
        meanwhile=_as_shares(column.name, raw.mask(odd)),
        explains=in_per_cent,
    )


def _as_shares(column: str, values: pd.Series[float]) -> Change:
    def share(staged: Staged, findings_log: FindingsLog) -> Staged:
        return staged.with_column(column, values)

    return share


def deciding_values(material: Material) -> Iterator[Doubt]:
    """Numbers like 1.234 and dates like 03/04/2025 that a single other value of the column decides."""
    for name, staged in material.tables.items():
        for column in _written(staged, NUMERIC | DATED):
            if column.name not in staged.spec.formats:
                dated = column.kind in DATED
                found = _decided_date(staged, column) if dated else _decided_number(staged, column)
                if found is not None:
                    rows, decided, answer = found
                    yield Doubt(
                        table=name,
                        rows=rows,
                        what=TEXTS["deciding_value"],
                        values={"column": column.label, "shown": decided},
                        remedy=TEXTS["deciding_value_remedy"],
                        header=staged.headers[column.name],
                        rule=line(name, "formats", {column.name: answer}),
                    )


Decided = tuple[Flags, str, str]
"""Rows that may be read in two ways, the value that decides, and the answer for client.yaml that it amounts to."""


def _decided_number(staged: Staged, column: SchemaColumn) -> Decided | None:
    codes, texts, places = _texts(staged, column)
    one = _only(texts, lambda text: take_apart(text).shape in {",", "."})
    open_ones = [n for n, text in enumerate(texts) if take_apart(text).shape.endswith("?")] if one is not None else []
    if one is None or len(open_ones) < LEAST_DECIDED or (codes == places[one]).sum() > 1:
        return None
    answer = "1.234,50" if take_apart(texts[one]).shape == "," else "1,234.50"
    return np.isin(codes, places[open_ones]), texts[one], answer


def _decided_date(staged: Staged, column: SchemaColumn) -> Decided | None:
    codes, texts, places = _texts(staged, column)
    one = _only(texts, lambda text: max(_day_and_month(text)) > 12)
    open_ones = [n for n, text in enumerate(texts) if 0 < max(_day_and_month(text)) <= 12] if one is not None else []
    if one is None or len(open_ones) < LEAST_DECIDED or (codes == places[one]).sum() > 1:
        return None
    answer = "dd/mm/yyyy" if _day_and_month(texts[one])[0] > 12 else "mm/dd/yyyy"
    return np.isin(codes, places[open_ones]), texts[one], answer


def _only(texts: Sequence[str], test: Callable[[str], bool]) -> int | None:
    """Return the position of the only text that passes a test; a second one ends the search."""
    found = list(itertools.islice((n for n, text in enumerate(texts) if test(text)), 2))
    return found[0] if len(found) == 1 else None


def _day_and_month(text: str) -> tuple[int, int]:
    """Return the two numbers before the year of a date with slashes or dashes, zeros for anything else."""
    match = _SLASHED.match(text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](?:\d{4}|\d{2})(?!\d)")


def _written(staged: Staged, kinds: Any) -> Iterator[SchemaColumn]:
    """Yield the columns of these kinds that stand in the files."""
    for column in staged.table.columns:
        if column.kind in kinds and column.name in staged.headers and staged.has(column.name) and len(staged.frame):
            yield column


def _texts(staged: Staged, column: SchemaColumn) -> tuple[np.ndarray[Any, Any], list[str], np.ndarray[Any, Any]]:
    """Return the code of every row, the distinct texts of the column, and the code of each text."""
    codes, distinct = pd.factorize(cells(staged, staged.headers[column.name]), use_na_sentinel=False)
    places = [n for n, cell in enumerate(distinct) if isinstance(cell, str) and cell.strip()]
    return codes, [distinct[n].strip() for n in places], np.array(places, dtype=int)


def _as_written(staged: Staged, column: SchemaColumn) -> pd.Series[float]:
    """Return a column of shares as it is written, without reading it as per cent; signed values are missing."""
    codes, texts, places = _texts(staged, column)
    values = np.full(int(codes.max()) + 1, np.nan)
    if texts:
        reading = read_numbers(texts, staged.spec.decimal_mark(column.name))
        values[places] = np.where(reading.percent, np.nan, reading.values)
    raw = cells(staged, staged.headers[column.name])
    native = pd.to_numeric(raw.where(raw.map(lambda cell: isinstance(cell, int | float))), errors="coerce")
    return pd.Series(values[codes], index=staged.frame.index).fillna(native)
