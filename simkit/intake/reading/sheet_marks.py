"""What a sheet shows and its cells do not tell: hidden rows, merged cells, formulas without a value, days counted from 1904."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text
from simkit.intake.findings import Finding, FindingsLog, Severity
from simkit.intake.reading.file_reading import RawTable
from simkit.intake.settings.schemas import DATED, NUMERIC, Table
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)

BLOCKING_SHARE = 0.01
"""Rows above this share may change a total so much that a person has to answer."""
_DAYS_TO_1904 = 1462
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def settled(
    raw: RawTable, table: Table, headers: Mapping[str, str], spec: TableSpec, findings_log: FindingsLog
) -> RawTable:
    """Return the rows of a sheet as a person sees them in the spreadsheet; whatever was done is noted.

    Parameters
    ----------
    raw : RawTable
        Rows as read; of another container than a workbook they stay as they are.
    table, headers : Table, mapping
        Our table, and the client's header of each of our columns.
    spec : TableSpec
        Whether hidden rows count (``hidden_rows``).
    """
    if raw.marks is None:
        return raw
    raw = _with_merged_filled(raw, table, headers, findings_log)
    raw = _with_days_from_1900(raw, table, headers, findings_log)
    _note_formulas(raw, headers, findings_log)
    return _without_hidden(raw, table, spec, findings_log)


def _without_hidden(raw: RawTable, table: Table, spec: TableSpec, findings_log: FindingsLog) -> RawTable:
    assert raw.marks is not None
    hidden = np.isin(raw.rows, list(raw.marks.hidden))
    if not hidden.any() or spec.hidden_rows == "count":
        return raw
    if spec.hidden_rows == "leave_out":
        kept = raw.frame.loc[~hidden].reset_index(drop=True)
        _note(raw, findings_log, "minor", TEXTS["hidden_left_out"], raw.rows[hidden], TEXTS["hidden_left_out_remedy"])
        return replace(raw, frame=kept, rows=raw.rows[~hidden])
    severity: Severity = "blocking" if hidden.mean() > BLOCKING_SHARE else "serious"
    path = f"tables.{table.name}.hidden_rows"
    remedy = TEXTS["hidden_remedy"].fill(count_line=f"{path}: count", leave_line=f"{path}: leave_out")
    _note(raw, findings_log, severity, TEXTS["hidden_rows"], raw.rows[hidden], remedy)
    return raw


def _with_merged_filled(raw: RawTable, table: Table, headers: Mapping[str, str], findings_log: FindingsLog) -> RawTable:
    """Give each row of a merged cell its value, as it is read on the screen; an amount stays with the first row."""
    assert raw.marks is not None
    amounts = {headers[one.name] for one in table.columns if one.kind in NUMERIC and one.name in headers}
    places = {int(number): place for place, number in enumerate(raw.rows)}
    frame = raw.frame
    filled: dict[int, dict[int, Any]] = {}
    for block in raw.marks.merged:
        place = block.column - 1
        if block.first_row not in places or place >= frame.shape[1]:
            continue
        below = [places[row] for row in range(block.first_row + 1, block.last_row + 1) if row in places]
        if below:
            shown = "" if frame.columns[place] in amounts else frame.iat[places[block.first_row], place]
            filled.setdefault(place, {}).update(dict.fromkeys(below, shown))
    columns = [frame.iloc[:, place] for place in range(frame.shape[1])]
    for place, values in filled.items():
        columns[place] = pd.Series([values.get(row, cell) for row, cell in enumerate(columns[place])], dtype=object)
        header = str(frame.columns[place])
        if header in headers.values() and header not in amounts:
            numbers = raw.rows[sorted(values)]
            _note(raw, findings_log, "minor", TEXTS["merged"], numbers, TEXTS["merged_remedy"], column=header)
    if not filled:
        return raw
    return replace(raw, frame=pd.concat(columns, axis=1).set_axis(frame.columns, axis=1))


def _with_days_from_1900(
    raw: RawTable, table: Table, headers: Mapping[str, str], findings_log: FindingsLog
) -> RawTable:
    """Bring day numbers without a date format to the usual count; cells with a format are dates already."""
    assert raw.marks is not None
    if not raw.marks.date_1904:
        return raw
    frame = raw.frame
    for column in table.columns:
        header = headers.get(column.name, "")
        if column.kind not in DATED or header not in frame.columns or sum(frame.columns == header) != 1:
            continue
        cells = frame[header]
        serial: Mask = np.array([_is_serial(cell) for cell in cells], dtype=bool)
        if serial.any():
            moved = [cell + _DAYS_TO_1904 if one else cell for cell, one in zip(cells, serial, strict=True)]
            frame = frame.assign(**{str(header): pd.Series(moved, index=frame.index, dtype=object)})
            remedy = TEXTS["counted_from_1904_remedy"]
            _note(raw, findings_log, "minor", TEXTS["counted_from_1904"], raw.rows[serial], remedy, column=str(header))
    return replace(raw, frame=frame)


def _is_serial(cell: Any) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _note_formulas(raw: RawTable, headers: Mapping[str, str], findings_log: FindingsLog) -> None:
    """Tell of formulas that were never computed, where a column that is used holds them."""
    assert raw.marks is not None
    names = [str(name) for name in raw.frame.columns]
    used = set(headers.values())
    places = {(row, names[column - 1]) for row, column in raw.marks.unvalued if column <= len(names)}
    for header in sorted({name for _, name in places} & used):
        rows = np.array(
            sorted({row for row, name in places if name == header} & set(raw.rows.tolist())), dtype=np.int64
        )
        if len(rows):
            severity: Severity = "blocking" if len(rows) > BLOCKING_SHARE * len(raw.rows) else "serious"
            _note(raw, findings_log, severity, TEXTS["unvalued"], rows, TEXTS["unvalued_remedy"], column=header)


def _note(
    raw: RawTable,
    findings_log: FindingsLog,
    severity: Severity,
    what: Text,
    rows: Sequence[int] | np.ndarray[Any, Any],
    remedy: Text,
    column: str = "",
) -> None:
    findings_log.add(
        Finding(
            severity=severity,
            what=what.fill(count=len(rows)),
            file=raw.source,
            column=column,
            row=int(rows[0]),
            remedy=remedy,
            count=len(rows),
        )
    )
