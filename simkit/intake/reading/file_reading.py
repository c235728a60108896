"""Reads one file of a client as one table, whatever container it comes in, without guessing what its cells mean.

A CSV file stays text altogether; a workbook keeps the numbers and dates that it knows itself. What a column means
is decided later, by the schema and the whole column (:mod:`simkit.intake.reading.columns`).
"""

from __future__ import annotations

import hashlib
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd

from simkit.foundation.errors import reason_of
from simkit.foundation.text import Text, did_you_mean
from simkit.intake.containers import container_texts
from simkit.intake.containers.calendar_reading import calendar_records
from simkit.intake.containers.file_kinds import (
    NAMED,
    ContainerKind,
    Member,
    kind_of,
    problem,
    refuse_wrong_kind,
    unpacked,
)
from simkit.intake.containers.json_reading import json_records
from simkit.intake.containers.query_reading import file_records, parquet_records, server_records
from simkit.intake.containers.records import Records
from simkit.intake.containers.workbook_reading import SheetMarks, read_workbook
from simkit.intake.findings import Finding
from simkit.intake.privacy.pseudonyms import SECRET_FILE
from simkit.intake.reading import reading_texts as texts
from simkit.intake.reading.csv_reading import csv_cells, empty_table
from simkit.intake.settings.table_settings import TableSpec

_WORKBOOKS: frozenset[ContainerKind] = frozenset({"xlsx", "xlsb", "xls", "ods"})
_DATABASES: frozenset[ContainerKind] = frozenset({"sqlite", "duckdb"})


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """The rows of one file or sheet, before their columns are typed."""

    source: str
    """File name, with the sheet behind an exclamation mark."""
    frame: pd.DataFrame
    """One column per header; cells are text, or numbers and dates as the container knows them."""
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Row number of each row as Excel shows it (the header is row 1); of a calendar the line of the file, of JSON and
    queries the number of the entry."""
    empty_rows: int
    """Rows without any content, already left out."""
    short_rows: tuple[int, ...]
    """Row numbers with fewer fields than the header; their last columns are empty."""
    sha256: str
    typed: bool
    """Whether cells may be other than text."""
    marks: SheetMarks | None = None
    """What a sheet holds beside its cells; None for other containers."""
    findings: tuple[Finding, ...] = ()
    """What was found in the container: appointments that do not count, for example."""


def read_table(path: Path, spec: TableSpec) -> RawTable:
    """Read one file as one table.

    Parameters
    ----------
    path : Path
        CSV, workbook, Parquet, JSON, calendar, one of them in a gz or zip, or a database file with a query.
    spec : TableSpec
        Answers from client.yaml: sheet, query, encoding, delimiter, header, rows to skip.

    Raises
    ------
    FindingsError
        The file is missing, is something else than its name says, cannot be decoded or split, has no such sheet, or
        holds no rows.
    """
    try:
        if not path.is_file():
            raise problem(path.name, texts.MISSING_FILE, _near_files(path))
        content = path.read_bytes()
    except OSError as error:
        raise problem(path.name, texts.NO_ACCESS.fill(reason=reason_of(error)), texts.NO_ACCESS_REMEDY) from error
    digest = hashlib.sha256(content).hexdigest()
    member = _sound(Member(name=path.name, content=content, path=path), spec, path.name)
    inner = unpacked(member, spec.sheet, path.name)
    if inner is not member:
        inner = _sound(inner, spec, path.name)
        spec = (
            spec.model_copy(update={"sheet": None}) if member.promised == "zip" and spec.sheet == inner.name else spec
        )
    raw = _read(inner, spec, path.name)
    if spec.sheet is not None and inner.promised not in _WORKBOOKS:
        raw = replace(raw, findings=(*raw.findings, _needless_sheet(spec.sheet, path.name)))
    return replace(raw, sha256=digest)


def _needless_sheet(sheet: str, source: str) -> Finding:
    """Return that a file has no sheets; a table of several files may name one for those that are workbooks."""
    what = texts.SHEET_OF_NO_WORKBOOK.fill(sheet=sheet)
    return Finding(severity="minor", what=what, file=source, remedy=texts.SHEET_OF_NO_WORKBOOK_REMEDY)


def read_server(address: str, spec: TableSpec) -> RawTable:
    """Read what the query of a table returns from a database server; its address stands in place of a file.

    Raises
    ------
    FindingsError
        There is no query, the server does not answer, or the query is refused.
    """
    if spec.query is None:
        raise problem(address, container_texts.DATABASE_WITHOUT_QUERY, container_texts.DATABASE_REMEDY)
    return _from_records(server_records(address, spec.query), address)


def _sound(member: Member, spec: TableSpec, source: str) -> Member:
    """Return the file once it is what its name says."""
    kind = kind_of(member.content)
    if kind == "binary" and spec.encoding is not None:
        return member  # text of two bytes a letter without a mark at its beginning; its encoding is stated
    if kind == "empty":
        raise problem(source, texts.EMPTY_TABLE, texts.EMPTY_REMEDY)
    if member.promised != "text" or spec.encoding is None or kind not in {"json", "html", "xml"}:
        refuse_wrong_kind(member, kind, source)
    return member


def _read(member: Member, spec: TableSpec, source: str) -> RawTable:
    kind = member.promised
    if spec.query is not None:
        with _on_disk(member) as file:
            return _from_records(file_records(file, kind, spec.query, source), source)
    if kind in _DATABASES:
        raise problem(source, container_texts.DATABASE_WITHOUT_QUERY, container_texts.DATABASE_REMEDY)
    if kind in _WORKBOOKS:
        with _on_disk(member) as file:
            sheet = read_workbook(file, spec.sheet, source)
        return replace(_with_header(sheet.cells, spec, f"{source}!{sheet.name}", typed=True), marks=sheet.marks)
    if kind == "parquet":
        with _on_disk(member) as file:
            return _from_records(parquet_records(file, source), source)
    if kind == "json":
        return _from_records(json_records(member.content, source), source)
    if kind == "calendar":
        with _on_disk(member) as file:
            return _from_records(calendar_records(file, source), source)
    return _with_header(csv_cells(member.content, source, spec), spec, source, typed=False)


@contextmanager
def _on_disk(member: Member) -> Iterator[Path]:
    """Yield where a file lies; what came out of an archive is put into a temporary folder."""
    if member.path is not None:
        yield member.path
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"unpacked{PurePosixPath(member.name).suffix.lower()}"
        path.write_bytes(member.content)
        yield path


def _from_records(records: Records, source: str) -> RawTable:
    if not len(records.frame):
        raise problem(source, texts.EMPTY_TABLE, texts.EMPTY_REMEDY)
    return RawTable(
        source=source,
        frame=records.frame.set_axis(pd.Index(map(clean_header, records.frame.columns), dtype=object), axis=1),
        rows=records.rows,
        empty_rows=0,
        short_rows=(),
        sha256=records.sha256,
        typed=records.typed,
        findings=records.findings,
    )


def clean_header(name: object) -> str:
    """Return a column header without outer blanks, line breaks and decomposed umlauts."""
    return " ".join(unicodedata.normalize("NFC", str(name)).split())


def _with_header(cells: pd.DataFrame, spec: TableSpec, source: str, *, typed: bool) -> RawTable:
    """Split the header from the rows, leave empty rows out, and number the rows as Excel does."""
    cells = cells.iloc[spec.skip_rows if typed else 0 :]  # the first lines of text are gone already
    numbers = np.arange(len(cells), dtype=np.int64) + 1 + spec.skip_rows
    filled = _filled(cells)
    headers = [str(number) for number in range(1, cells.shape[1] + 1)]
    if spec.header and filled.any():
        first = int(np.argmax(filled))
        headers = [clean_header("" if name is None or name != name else name) for name in cells.iloc[first]]
        cells, numbers, filled = cells.iloc[first + 1 :], numbers[first + 1 :], filled[first + 1 :]
    rows = cells.loc[filled].set_axis(pd.Index(headers, dtype=object), axis=1).reset_index(drop=True)
    if rows.empty:
        raise empty_table(source, spec)
    short = rows.iloc[:, -1].isna().to_numpy(dtype=bool)
    return RawTable(
        source=source,
        frame=rows.fillna("") if short.any() else rows,
        rows=numbers[filled],
        empty_rows=int((~filled).sum()),
        short_rows=tuple(int(number) for number in numbers[filled][short]),
        sha256="",
        typed=typed,
    )


def _filled(cells: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    filled = np.zeros(len(cells), dtype=bool)
    for name in cells.columns:
        if filled.all():
            break
        column = cells[name]
        filled |= (column.fillna("").astype(str).str.strip() != "").to_numpy(dtype=bool)
    return filled


def _near_files(path: Path) -> Text:
    folder = path.parent
    if not folder.is_dir():
        return texts.NO_FOLDER.fill(folder=folder.name)
    tables = [entry.name for entry in folder.iterdir() if entry.is_file() and _is_table(entry)]
    return did_you_mean(path.name, tables) if tables else texts.NO_TABLES.fill(folder=folder.name)


def _is_table(path: Path) -> bool:
    return path.suffix.lower() in NAMED and path.name != SECRET_FILE
