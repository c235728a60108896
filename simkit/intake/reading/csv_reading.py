"""Splits the text of a CSV file into cells: which encoding, which delimiter, and where a row has too many or too few fields."""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.intake.containers import container_texts
from simkit.intake.containers.file_kinds import MOST_ZEROS, problem
from simkit.intake.findings import FindingsError
from simkit.intake.reading import reading_texts as texts
from simkit.intake.settings.table_settings import TableSpec

TEXTS = Catalogue.beside(__file__)

DELIMITERS = (";", ",", "\t", "|")
SNIFFED_LINES = 20
MOST_COLUMNS = 16_384
"""As many as a spreadsheet has; a line with more is no row of a table."""
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DOS_READ_AS_WINDOWS = re.compile(r"[A-Za-z][„”][a-z]")
_WINDOWS_READ_AS_DOS = re.compile(r"[A-Za-z][õ÷³▀][a-z]")
_DOS = frozenset({"cp850", "cp437", "cp858"})
_RAGGED = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_KEPT_AS_TEXT = r"""^=\s*(?:"(.*)"|'(.*)')$"""
"""What exports write so that a spreadsheet keeps leading zeros: ="00123"."""


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
        except UnicodeError:
            continue
        if encoding is None and name == "cp1252" and _DOS_READ_AS_WINDOWS.search(text):
            raise problem(source, texts.MISREAD.fill(name=name), texts.DOS_REMEDY)
        if name in _DOS and _WINDOWS_READ_AS_DOS.search(text):
            raise problem(source, texts.MISREAD.fill(name=name), texts.WINDOWS_REMEDY)
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
        raise problem(source, texts.TWO_DELIMITERS.fill(marks=_shown(fits)), texts.DELIMITER_REMEDY)
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
    raise problem(source, texts.NO_DELIMITER, texts.DELIMITER_REMEDY)


def csv_cells(content: bytes, source: str, spec: TableSpec) -> pd.DataFrame:
    """Return the cells of a CSV file as text, without the first lines that client.yaml leaves out.

    Raises
    ------
    FindingsError
        The file cannot be decoded or split, or holds nothing.
    """
    text = decoded(content, source, spec.encoding)
    refuse_zero_bytes(text, source)
    if text.startswith(('"EXTF"', "EXTF")) and spec.skip_rows == 0:
        raise problem(source, texts.DATEV_METADATA, texts.DATEV_REMEDY, row=1)
    body = _without_first_lines(text, spec.skip_rows)
    if not body.strip():
        raise empty_table(source, spec)
    if spec.delimiter is not None:
        _refuse_wrong_delimiter(body, spec.delimiter, source)
    delimiter = spec.delimiter or sniffed_delimiter(body, source)
    if body.count(delimiter, 0, body.find("\n") % (len(body) + 1)) > MOST_COLUMNS:
        raise problem(source, texts.TOO_WIDE, texts.TOO_WIDE_REMEDY, row=1 + spec.skip_rows)
    return _without_equals(_table(body, delimiter, source, spec), body)


def refuse_zero_bytes(text: str, source: str) -> None:
    """Say in which line a text holds zero bytes: something went wrong there, in writing or in copying the file.

    Raises
    ------
    FindingsError
        There is one; or there are so many that the file is no text.
    """
    count = text.count("\0")
    if count > MOST_ZEROS * len(text):
        raise problem(source, container_texts.NOT_A_TABLE, container_texts.NOT_A_TABLE_REMEDY)
    if count:
        row = 1 + text.count("\n", 0, text.index("\0"))
        raise problem(source, TEXTS["zero_bytes"].fill(count=count), texts.ZERO_BYTES_REMEDY, row=row)


def empty_table(source: str, spec: TableSpec) -> FindingsError:
    """Return that a table holds no rows; where client.yaml skips the first ones, they may be all."""
    skipped = texts.SKIPPED_REMEDY.fill(count=spec.skip_rows)
    return problem(source, texts.EMPTY_TABLE, skipped if spec.skip_rows else texts.EMPTY_REMEDY)


def _refuse_wrong_delimiter(body: str, stated: str, source: str) -> None:
    """Say that a stated delimiter splits nothing, where another one splits the lines evenly."""
    head = body[:200_000]
    if stated in head:
        return
    fitting = next((mark for mark in DELIMITERS if _constant_width(head, mark) > 1), None)
    if fitting is not None:
        what = texts.WRONG_DELIMITER.fill(given=repr(stated), fitting=repr(fitting))
        raise problem(source, what, texts.WRONG_DELIMITER_REMEDY.fill(mark=json.dumps(fitting)))


def _table(body: str, delimiter: str, source: str, spec: TableSpec) -> pd.DataFrame:
    try:
        return _split(body, delimiter)
    except pd.errors.EmptyDataError as error:
        raise empty_table(source, spec) from error
    except pd.errors.ParserError as error:
        return _split_wider(body, delimiter, source, spec, error)


def _without_equals(cells: pd.DataFrame, text: str) -> pd.DataFrame:
    """Take ="00123" for 00123."""
    if '="' not in text and "='" not in text:
        return cells
    return cells.apply(_kept_as_text)


def _kept_as_text(column: pd.Series[Any]) -> pd.Series[Any]:
    marked = column.str.match(_KEPT_AS_TEXT).fillna(value=False).astype(bool)
    if not marked.any():
        return column
    inside = column[marked].str.extract(_KEPT_AS_TEXT)
    return column.mask(marked, inside[0].fillna(inside[1]))


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
        raise problem(source, texts.BROKEN_QUOTES, texts.BROKEN_QUOTES_REMEDY) from error
    records = _records(text, delimiter)
    width = len(records[0]) if records else 0
    for number, record in enumerate(records, start=1 + spec.skip_rows):
        if any(cell.strip() for cell in record[width:]):
            what = texts.TOO_MANY_FIELDS.fill(found=len(record), expected=width)
            raise problem(source, what, texts.TOO_MANY_REMEDY, row=number) from error
    if not width:
        raise problem(source, texts.BROKEN_QUOTES, texts.BROKEN_QUOTES_REMEDY) from error
    return pd.DataFrame([(record + [""] * width)[:width] for record in records], dtype=str)


def _without_first_lines(text: str, count: int) -> str:
    place = 0
    for _ in range(count):
        place = text.find("\n", place) + 1
        if place == 0:
            return ""
    return text[place:]


def _undecodable(content: bytes, source: str, encoding: str | None) -> FindingsError:
    if encoding is not None:
        return problem(source, texts.WRONG_ENCODING.fill(name=encoding), texts.ENCODING_REMEDY)
    return problem(source, texts.UNKNOWN_ENCODING, texts.DOS_REMEDY if b"\x81" in content else texts.ENCODING_REMEDY)


def _shown(marks: dict[str, int]) -> str:
    return ", ".join(repr(mark) for mark in marks)
