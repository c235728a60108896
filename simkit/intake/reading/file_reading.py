"""Reads a client's CSV and Excel files as text, row by row, without guessing what the text means.

A CSV file stays text altogether; an Excel file keeps the numbers and dates that Excel itself knows. What a column means
is decided later, by the schema and the whole column (:mod:`simkit.intake.reading.columns`).
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import re
import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from simkit.foundation.text import Text, did_you_mean, same
from simkit.intake.findings import Finding, FindingsError
from simkit.intake.reading import reading_texts as texts
from simkit.intake.settings.table_settings import TableSpec

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, judged by its name."""
    return path.suffix.lower() in SUFFIXES


def read_workbook(path: Path, sheet: str | None) -> tuple[pd.DataFrame, str]:
    """Return all cells of a sheet from its first row on, and the name of the sheet.

    Parameters
    ----------
    sheet : str or None
        Name of the sheet; None is enough where only one sheet holds anything.

    Raises
    ------
    FindingsError
        The workbook cannot be opened, has no such sheet, or several that may be meant.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        raise _sheet_problem(path, texts.BROKEN_WORKBOOK, texts.BROKEN_REMEDY) from error
    names: list[str] = book.sheet_names
    chosen = sheet if sheet is not None else _only_sheet(path, names, book)
    if chosen not in names:
        raise _sheet_problem(path, texts.NO_SHEET.fill(sheet=chosen), did_you_mean(chosen, names))
    rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    return pd.DataFrame(rows, dtype=object), chosen


def _only_sheet(path: Path, names: list[str], book: object) -> str:
    filled = [name for name in names if book.get_sheet_by_name(name).height > 0]  # type: ignore[attr-defined]
    if len(filled) > 1:
        shown = ", ".join(f"'{name}'" for name in filled)
        raise _sheet_problem(path, texts.WHICH_SHEET.fill(sheets=shown), texts.WHICH_SHEET_REMEDY.fill(sheet=filled[0]))
    return (filled or names)[0]


def _sheet_problem(path: Path, what: Text, remedy: Text) -> FindingsError:
    return FindingsError([Finding(severity="blocking", what=what, file=path.name, remedy=remedy)])


DELIMITERS = (";", ",", "\t", "|")
SNIFFED_LINES = 20
TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".txt", ".gz", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"})
"""What is offered where a file is missing."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DOS_READ_AS_WINDOWS = re.compile(r"[A-Za-z][„”][a-z]")
_WINDOWS_READ_AS_DOS = re.compile(r"[A-Za-z][õ÷³▀][a-z]")
_DOS = frozenset({"cp850", "cp437", "cp858"})
_RAGGED = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")


@dataclass(frozen=True, kw_only=True)
class RawTable:
    """The rows of one file or sheet, before their columns are typed."""

    source: str
    """File name, with the sheet behind an exclamation mark."""
    frame: pd.DataFrame
    """One column per header; cells are text, or numbers and dates as Excel knows them."""
    rows: np.ndarray[tuple[int], np.dtype[np.int64]]
    """Row number of each row as Excel shows it (the header is row 1)."""
    empty_rows: int
    """Rows without any content, already left out."""
    short_rows: tuple[int, ...]
    """Row numbers with fewer fields than the header; their last columns are empty."""
    sha256: str
    typed: bool
    """Whether cells may be other than text."""


def read_table(path: Path, spec: TableSpec) -> RawTable:
    """Read one file as one table.

    Parameters
    ----------
    path : Path
        CSV (also .gz) or Excel file.
    spec : TableSpec
        Answers from client.yaml: sheet, encoding, delimiter, header, rows to skip.

    Raises
    ------
    FindingsError
        The file is missing, cannot be decoded or split, has no such sheet, or holds no rows.
    """
    if not path.is_file():
        raise _problem(path.name, texts.MISSING_FILE, _near_files(path))
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if is_workbook(path):
        cells, sheet = read_workbook(path, spec.sheet)
        source, typed = f"{path.name}!{sheet}", True
    else:
        cells, source, typed = _csv_cells(_unpacked(content, path), path.name, spec), path.name, False
    return _with_header(cells, spec, source, digest, typed)


def clean_header(name: object) -> str:
    """Return a column header without outer blanks, line breaks and decomposed umlauts."""
    return " ".join(unicodedata.normalize("NFC", str(name)).split())


def decoded(content: bytes, source: str, encoding: str | None = None) -> str:
    """Turn bytes into text: the given encoding, else BOM, else strict UTF-8, else strict cp1252.

    Raises
    ------
    FindingsError
        None of them fits.
    """
    if encoding is None:
        encoding = next((name for bom, name in _BOMS if content.startswith(bom)), None)
    candidates = ("utf-8", "cp1252") if encoding is None else (encoding,)
    for name in candidates:
        try:
            text = content.decode(name)
        except UnicodeDecodeError:
            continue
        if encoding is None and name == "cp1252" and _DOS_READ_AS_WINDOWS.search(text):
            raise _problem(source, texts.MISREAD.fill(name=name), texts.DOS_REMEDY)
        if name in _DOS and _WINDOWS_READ_AS_DOS.search(text):
            raise _problem(source, texts.MISREAD.fill(name=name), texts.WINDOWS_REMEDY)
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise _undecodable(content, source, encoding)


def sniffed_delimiter(text: str, source: str) -> str:
    """Return the one delimiter that splits the first lines into equally many fields.

    Raises
    ------
    FindingsError
        Two delimiters would do, or none fits every line although one splits some.
    """
    head = text[:200_000]
    fits = {mark: width for mark in DELIMITERS if (width := _constant_width(head, mark)) > 1}
    if len(fits) == 1:
        return next(iter(fits))
    if not fits and not any(mark in text.partition("\n")[0] for mark in DELIMITERS):
        return ","  # a single column
    if len(fits) > 1:
        raise _problem(source, texts.TWO_DELIMITERS.fill(marks=_shown(fits)), texts.DELIMITER_REMEDY)
    return _majority_delimiter(head, source)


def _constant_width(head: str, mark: str) -> int:
    widths = {len(row) for row in _first_records(head, mark)}
    return widths.pop() if len(widths) == 1 else 0


def _first_records(head: str, mark: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
    records: list[list[str]] = []
    try:
        for record in reader:
            if record:
                records.append(record)
            if len(records) == SNIFFED_LINES:
                break
    except csv.Error:  # a field longer than 128 KB: not a table split by this mark
        return []
    return records


def _majority_delimiter(head: str, source: str) -> str:
    """Ragged rows are reported later with their number; here only the mark must be beyond doubt."""
    header = {mark: len(records[0]) for mark in DELIMITERS if (records := _first_records(head, mark))}
    ranked = Counter({mark: width for mark, width in header.items() if width > 1}).most_common(2)
    if len(ranked) == 1 or (ranked and ranked[0][1] > 2 * ranked[1][1]):
        return ranked[0][0]
    raise _problem(source, texts.NO_DELIMITER, texts.DELIMITER_REMEDY)


def _unpacked(content: bytes, path: Path) -> bytes:
    if path.suffix.lower() != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise _problem(path.name, texts.BROKEN_ARCHIVE, texts.BROKEN_REMEDY) from error


def _csv_cells(content: bytes, source: str, spec: TableSpec) -> pd.DataFrame:
    text = decoded(content, source, spec.encoding)
    if "\0" in text[:10_000]:
        raise _problem(source, texts.NOT_A_TABLE, texts.NOT_A_TABLE_REMEDY)
    if text.startswith(('"EXTF"', "EXTF")) and spec.skip_rows == 0:
        raise _problem(source, texts.DATEV_METADATA, texts.DATEV_REMEDY, row=1)
    body = _without_first_lines(text, spec.skip_rows)
    if not body.strip():
        raise _problem(source, texts.EMPTY_TABLE, texts.EMPTY_REMEDY)
    delimiter = spec.delimiter or sniffed_delimiter(body, source)
    try:
        return _split(body, delimiter)
    except pd.errors.EmptyDataError as error:
        raise _problem(source, texts.EMPTY_TABLE, texts.EMPTY_REMEDY) from error
    except pd.errors.ParserError as error:
        return _split_wider(body, delimiter, source, spec, error)


def _split(text: str, delimiter: str) -> pd.DataFrame:
    cells = pd.read_csv(
        io.StringIO(text), sep=delimiter, header=None, dtype=str, keep_default_na=False, skip_blank_lines=False
    )
    if (cells.iloc[:, -1] == "").any():
        return _with_gaps(cells, text, delimiter)
    return cells


def _with_gaps(cells: pd.DataFrame, text: str, delimiter: str) -> pd.DataFrame:
    """Mark the last cell of rows with too few fields as missing; the fast reader fills them up without a word."""
    widths = np.array([len(record) for record in _records(text, delimiter)])
    if len(widths) != len(cells):
        return cells  # the two readers disagree on quotation marks; nothing can be said about single rows
    short = (widths > 0) & (widths < cells.shape[1])
    marked = cells.copy()
    marked.isetitem(cells.shape[1] - 1, cells.iloc[:, -1].mask(pd.Series(short)).array)
    return marked


def _records(text: str, delimiter: str) -> list[list[str]]:
    """Split slowly but exactly; nothing when a field is longer than any table holds."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return []


def _split_wider(text: str, delimiter: str, source: str, spec: TableSpec, error: Exception) -> pd.DataFrame:
    """Rows may end in superfluous delimiters; anything behind the last header that is not empty is an error."""
    match = _RAGGED.search(str(error))
    if match is None:
        raise _problem(source, texts.BROKEN_QUOTES, texts.BROKEN_QUOTES_REMEDY) from error
    records = _records(text, delimiter)
    width = len(records[0]) if records else 0
    for number, record in enumerate(records, start=1 + spec.skip_rows):
        if any(cell.strip() for cell in record[width:]):
            what = texts.TOO_MANY_FIELDS.fill(found=len(record), expected=width)
            raise _problem(source, what, texts.TOO_MANY_REMEDY, row=number) from error
    if not width:
        raise _problem(source, texts.BROKEN_QUOTES, texts.BROKEN_QUOTES_REMEDY) from error
    return pd.DataFrame([(record + [""] * width)[:width] for record in records], dtype=str)


def _without_first_lines(text: str, count: int) -> str:
    for _ in range(count):
        text = text.partition("\n")[2]
    return text


def _with_header(cells: pd.DataFrame, spec: TableSpec, source: str, digest: str, typed: bool) -> RawTable:
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
        raise _problem(source, texts.EMPTY_TABLE, texts.EMPTY_REMEDY)
    short = rows.iloc[:, -1].isna().to_numpy(dtype=bool)
    return RawTable(
        source=source,
        frame=rows.fillna("") if short.any() else rows,
        rows=numbers[filled],
        empty_rows=int((~filled).sum()),
        short_rows=tuple(int(number) for number in numbers[filled][short]),
        sha256=digest,
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


def _undecodable(content: bytes, source: str, encoding: str | None) -> FindingsError:
    if encoding is not None:
        return _problem(source, texts.WRONG_ENCODING.fill(name=encoding), texts.ENCODING_REMEDY)
    return _problem(source, texts.UNKNOWN_ENCODING, texts.DOS_REMEDY if b"\x81" in content else texts.ENCODING_REMEDY)


def _near_files(path: Path) -> Text:
    folder = path.parent
    if not folder.is_dir():
        return texts.NO_FOLDER.fill(folder=folder.name)
    tables = [entry.name for entry in folder.iterdir() if entry.is_file() and _is_table(entry)]
    return did_you_mean(path.name, tables) if tables else texts.NO_TABLES.fill(folder=folder.name)


def _is_table(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    return bool(suffixes) and suffixes[-1] in TABLE_SUFFIXES


def _shown(marks: dict[str, int]) -> str:
    return ", ".join(repr(mark) for mark in marks)


def _problem(source: str, what: Text, remedy: Text = same(""), row: int | None = None) -> FindingsError:  # noqa: B008
    return FindingsError([Finding(severity="blocking", what=what, file=source, row=row, remedy=remedy)])
