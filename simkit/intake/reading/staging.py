"""Brings the files of one table together: finds the mapped columns, types them, remembers where each row came from."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Flags
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.findings import Drop, Finding, FindingsError, FindingsLog, severity_of
from simkit.intake.reading import reading_texts as texts
from simkit.intake.reading.columns import Situation, typed_column
from simkit.intake.reading.file_reading import RawTable, clean_header, read_table
from simkit.intake.reading.lost_decimals import lost_decimals
from simkit.intake.settings.client_settings import locate
from simkit.intake.settings.schemas import Table
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """One table on its way into the analysis."""

    table: Table
    spec: TableSpec
    """Schema and answers."""
    frame: pd.DataFrame
    """Typed columns under our names; its index points into `origin`."""
    origin: pd.DataFrame
    """``source`` and ``row`` (as Excel counts) of every row that was read."""
    headers: Mapping[str, str]
    """The client's name of each of our columns."""
    rows_read: Mapping[str, int]
    empty_rows: Mapping[str, int]
    """Rows with and without any content, by source."""
    raws: tuple[RawTable, ...] = ()
    """The files as read, with the columns that are not mapped; their rows together are those of `origin`."""

    def has(self, *columns: str) -> bool:
        """Whether all these columns are there."""
        return all(column in self.frame.columns for column in columns)

    def without(self, mask: Flags, reason: Text, findings_log: FindingsLog) -> Staged:
        """Return the table without some rows; they are counted with their reason."""
        if not mask.any():
            return self
        gone = self.origin.loc[self.frame.index[mask], "source"].value_counts()
        for source, rows in gone.items():
            findings_log.drops.append(Drop(table=self.table.name, source=str(source), rows=int(rows), reason=reason))
        return replace(self, frame=self.frame.loc[~mask])

    def with_column(self, column: str, values: pd.Series[Any]) -> Staged:
        """Return the table with one column set."""
        return replace(self, frame=self.frame.assign(**{column: values}))

    def finding(self, severity: Any, what: Text, mask: Flags, column: str = "", remedy: Text | None = None) -> Finding:
        """Return a finding on some rows, with the place of the first one."""
        first = self.origin.loc[self.frame.index[mask][0]]
        return Finding(
            severity=severity,
            what=what,
            file=str(first["source"]),
            column=self.headers.get(column, ""),
            row=int(first["row"]),
            remedy=remedy or texts.CORRECT_ROWS,
            count=int(mask.sum()),
        )


def stage_table(
    folder: Path, table: Table, spec: TableSpec, zone: str | None, today: dt.date, findings_log: FindingsLog
) -> tuple[Staged | None, dict[str, str]]:
    """Read all files of one table and type their columns.

    Parameters
    ----------
    table, spec : Table, TableSpec
        Schema and answers.
    zone : str or None
        Time zone for times with an offset.
    today : date
        Day of loading.
    findings_log : FindingsLog
        Takes up every problem; blocking ones leave the table out.

    Returns
    -------
    tuple
        The table (None when it cannot be read) and the hash of every file.
    """
    raws = _read_files(folder, spec, findings_log)
    hashes = {raw.source.partition("!")[0]: raw.sha256 for raw in raws}
    headers = _headers(table, spec, raws)
    _note_short_rows(raws, findings_log)
    _note_shared_columns(table, headers, raws, findings_log)
    complete = [raw for raw in raws if _columns_are_there(raw, headers, table, findings_log)]
    if len(complete) < len(spec.files):
        return None, hashes
    origin = pd.concat([pd.DataFrame({"source": raw.source, "row": raw.rows}) for raw in raws], ignore_index=True)
    situation = Situation(table=table, spec=spec, origin=origin, zone=zone, today=today)
    damaged = _refuse_damage(table, raws, headers, findings_log)
    frame = _typed_frame(raws, {k: v for k, v in headers.items() if v not in damaged}, situation, findings_log)
    staged = Staged(
        table=table,
        spec=spec,
        frame=frame,
        origin=origin,
        headers=headers,
        rows_read={raw.source: len(raw.rows) for raw in raws},
        empty_rows={raw.source: raw.empty_rows for raw in raws},
        raws=tuple(raws),
    )
    return staged, hashes


def _read_files(folder: Path, spec: TableSpec, findings_log: FindingsLog) -> list[RawTable]:
    raws: list[RawTable] = []
    for written in spec.files:
        try:
            raws.append(read_table(locate(folder, written), spec))
        except FindingsError as error:
            findings_log.findings.extend(error.findings)
    return raws


def _headers(table: Table, spec: TableSpec, raws: Sequence[RawTable]) -> dict[str, str]:
    """Return the client's header of each of our columns; without a mapping, equal names are taken."""
    if spec.columns:
        return {ours: clean_header(theirs) for ours, theirs in spec.columns.items()}
    present = set(raws[0].frame.columns) if raws else set()
    required = {column.name for column in table.columns if column.required} - set(spec.constants)
    return {name: name for name in table.names if name in present | required and name not in spec.constants}


def _note_short_rows(raws: Sequence[RawTable], findings_log: FindingsLog) -> None:
    for raw in raws:
        if raw.short_rows:
            count = len(raw.short_rows)
            what = TEXTS["short_rows"].fill(count=count)
            severity = severity_of(count, len(raw.rows))
            remedy = texts.SHORT_REMEDY
            findings_log.add(
                Finding(
                    severity=severity, what=what, file=raw.source, row=raw.short_rows[0], remedy=remedy, count=count
                )
            )


def _columns_are_there(raw: RawTable, headers: Mapping[str, str], table: Table, findings_log: FindingsLog) -> bool:
    counts = Counter(raw.frame.columns)
    doubled = sorted({header for header in headers.values() if counts[header] > 1})
    missing = [(ours, header) for ours, header in headers.items() if counts[header] == 0]
    title = _looks_like_title(raw)
    for header in doubled:
        what = TEXTS["doubled_header"].fill(count=counts[header])
        findings_log.add(
            Finding(severity="blocking", what=what, file=raw.source, column=header, row=1, remedy=texts.DOUBLED_REMEDY)
        )
    for ours, header in missing:
        what = texts.MISSING_COLUMN.fill(header=header, path=f"tables.{table.name}.columns.{ours}")
        near = did_you_mean(header, [str(name) for name in counts if name]) if not title else texts.TITLE_REMEDY
        findings_log.add(Finding(severity="blocking", what=what, file=raw.source, column=header, remedy=near))
    return not doubled and not missing


def _looks_like_title(raw: RawTable) -> bool:
    """Whether the header holds hardly anything beside rows that do: then it is a title above the real header."""
    named = sum(bool(header) for header in raw.frame.columns)
    return len(raw.frame.columns) >= 3 and named <= len(raw.frame.columns) / 3


def _note_shared_columns(
    table: Table, headers: Mapping[str, str], raws: Sequence[RawTable], findings_log: FindingsLog
) -> None:
    """One column of the client that stands for two of ours may be meant, but mostly is a slip."""
    for header, uses in Counter(headers.values()).items():
        if uses > 1 and raws:
            ours = [table.column(name).label for name, theirs in headers.items() if theirs == header]
            names = Text(de=", ".join(one.de for one in ours), en=", ".join(one.en for one in ours))
            what = texts.SHARED_COLUMN.fill(names=names)
            findings_log.add(
                Finding(
                    severity="minor",
                    what=what,
                    file=raws[0].source,
                    column=header,
                    remedy=texts.SHARED_REMEDY.fill(table=table.name),
                )
            )


def _refuse_damage(
    table: Table, raws: Sequence[RawTable], headers: Mapping[str, str], findings_log: FindingsLog
) -> frozenset[str]:
    """Note columns whose decimal marks were lost in a spreadsheet; nothing of them is read."""
    numeric = [headers[c.name] for c in table.columns if c.kind in {"money", "number", "share"} and c.name in headers]
    damaged: set[str] = set()
    for raw in raws:
        if raw.typed:
            continue
        for damage in lost_decimals(raw.frame, numeric):
            damaged.add(damage.header)
            findings_log.add(
                Finding(
                    severity="blocking",
                    what=damage.what,
                    file=raw.source,
                    column=damage.header,
                    row=int(raw.rows[damage.position]),
                    remedy=texts.DAMAGE_REMEDY,
                    count=damage.count,
                )
            )
    return frozenset(damaged)


def _typed_frame(
    raws: Sequence[RawTable], headers: Mapping[str, str], situation: Situation, findings_log: FindingsLog
) -> pd.DataFrame:
    spec, table = situation.spec, situation.table
    columns: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        if column.name in headers:
            header = headers[column.name]
            raw = pd.concat([raw.frame[header] for raw in raws], ignore_index=True)
            columns[column.name] = typed_column(raw, column, header, situation, findings_log)
        elif column.name in spec.constants:
            constant = pd.Series([str(spec.constants[column.name])] * len(situation.origin), dtype=object)
            columns[column.name] = typed_column(constant, column, column.name, situation, findings_log)
    frame = pd.DataFrame(columns, index=situation.origin.index)
    required = {column.name for column in table.columns if column.required}
    return frame.loc[:, [name in required or not frame[name].isna().all() for name in frame.columns]]
