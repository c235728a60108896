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
from simkit.foundation.text import Text
from simkit.intake.containers.database_address import is_database
from simkit.intake.findings import Drop, Finding, FindingsError, FindingsLog, severity_of
from simkit.intake.privacy.disclosure import PEOPLE_TABLES
from simkit.intake.reading import reading_texts as texts
from simkit.intake.reading.columns import Situation
from simkit.intake.reading.file_reading import RawTable, clean_header, read_server, read_table
from simkit.intake.reading.lost_decimals import lost_decimals
from simkit.intake.reading.sheet_marks import settled
from simkit.intake.rules.row_selection import counted_rows
from simkit.intake.rules.ruled_files import TableFile
from simkit.intake.rules.ruled_table import alike_files, joined_files, table_of
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
    own_headers: Mapping[str, Mapping[str, str]]
    """The same by source, for files with columns of their own."""
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
        source = str(first["source"])
        return Finding(
            severity=severity,
            what=what,
            file=source,
            column=self.own_headers.get(source, self.headers).get(column, ""),
            row=int(first["row"]),
            remedy=remedy or texts.CORRECT_ROWS,
            count=int(mask.sum()),
        )


def stage_table(
    folder: Path, table: Table, spec: TableSpec, zone: str | None, today: dt.date, findings_log: FindingsLog
) -> tuple[Staged | None, dict[str, str]]:
    """Read all files of one table, keep the rows that count, and type their columns.

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
    read = _read_files(folder, table, spec, findings_log)
    _note_short_rows([file.raw for file in read], findings_log)
    _note_shared_columns(table, read, findings_log)
    files = counted_rows(joined_files(read, folder, findings_log), findings_log)
    hashes = {name: digest for file in (*read, *files) for name, digest in file.hashes.items()}
    if len(files) < len(spec.files) or not any(len(file.raw.rows) for file in files):
        return None, hashes
    origin = pd.concat([pd.DataFrame({"source": f.raw.source, "row": f.raw.rows}) for f in files], ignore_index=True)
    damaged = _refuse_damage(table, files, findings_log)
    situation = Situation(table=table, spec=spec, origin=origin, zone=zone, today=today, files=spec.files)
    segments = [_undamaged(segment, damaged) for segment in alike_files(files)]
    staged = Staged(
        table=table,
        spec=spec,
        frame=table_of(segments, situation, findings_log),
        origin=origin,
        headers={ours: theirs for file in reversed(files) for ours, theirs in file.headers.items()},
        own_headers={file.raw.source: file.headers for file in files},
        rows_read={file.raw.source: file.rows_read for file in files},
        empty_rows={file.raw.source: file.raw.empty_rows for file in files},
        raws=tuple(file.raw for file in files),
    )
    return staged, hashes


def _read_files(folder: Path, table: Table, spec: TableSpec, findings_log: FindingsLog) -> list[TableFile]:
    files: list[TableFile] = []
    for part in spec.parts:
        try:
            raw = _read_source(folder, part.files[0], part, findings_log)
        except FindingsError as error:
            findings_log.findings.extend(error.findings)
            continue
        headers = _headers(table, part, files[0].raw if files else raw)
        raw = settled(raw, table, headers, part, findings_log)
        hashes = {raw.source.partition("!")[0]: raw.sha256}
        files.append(
            TableFile(table=table, spec=part, raw=raw, headers=headers, rows_read=len(raw.rows), hashes=hashes)
        )
    return files


def _read_source(folder: Path, written: str, spec: TableSpec, findings_log: FindingsLog) -> RawTable:
    """Read one file, or what a query returns from a database server."""
    raw = read_server(written, spec) if is_database(written) else read_table(locate(folder, written), spec)
    findings_log.findings.extend(raw.findings)
    return raw


def _headers(table: Table, spec: TableSpec, first: RawTable) -> dict[str, str]:
    """Return the client's header of each of our columns; without a mapping, equal names are taken."""
    if spec.columns:
        return {ours: clean_header(theirs) for ours, theirs in spec.columns.items()}
    present = set(first.frame.columns)
    filled = {*spec.constants, *spec.filled(table)}
    required = {column.name for column in table.columns if column.required}
    return {name: name for name in table.names if name in present | required and name not in filled}


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


def _note_shared_columns(table: Table, files: Sequence[TableFile], findings_log: FindingsLog) -> None:
    """One column of the client that stands for two of ours may be meant, but mostly is a slip."""
    told: set[str] = set()
    for file in files:
        for header, uses in Counter(file.headers.values()).items():
            if uses > 1 and header not in told:
                told.add(header)
                ours = [table.column(name).label for name, theirs in file.headers.items() if theirs == header]
                names = Text(de=", ".join(one.de for one in ours), en=", ".join(one.en for one in ours))
                findings_log.add(
                    Finding(
                        severity="minor",
                        what=texts.SHARED_COLUMN.fill(names=names),
                        file=file.raw.source,
                        column=header,
                        remedy=texts.SHARED_REMEDY.fill(table=table.name),
                    )
                )


def _refuse_damage(table: Table, files: Sequence[TableFile], findings_log: FindingsLog) -> frozenset[str]:
    """Note columns whose decimal marks were lost in a spreadsheet; nothing of them is read."""
    numeric = [column.name for column in table.columns if column.kind in {"money", "number", "share"}]
    damaged: set[str] = set()
    for file in files:
        if file.raw.typed or not len(file.raw.rows):
            continue
        headers = [file.headers[name] for name in numeric if name in file.headers]
        for damage in lost_decimals(file.raw.frame, [*headers, *sorted(file.amounts_of_operands)]):
            damaged.add(damage.header)
            findings_log.add(
                Finding(
                    severity="blocking",
                    what=damage.unquoted if table.name in PEOPLE_TABLES else damage.what,
                    file=file.raw.source,
                    column=damage.header,
                    row=int(file.raw.rows[damage.position]),
                    remedy=texts.DAMAGE_REMEDY,
                    count=damage.count,
                )
            )
    return frozenset(damaged)


def _undamaged(files: Sequence[TableFile], damaged: frozenset[str]) -> list[TableFile]:
    return [
        replace(file, headers={ours: theirs for ours, theirs in file.headers.items() if theirs not in damaged})
        for file in files
    ]
