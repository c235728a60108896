"""Tells what a file really is by how it begins, says so where its name promises something else, and unpacks archives."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from simkit.foundation.text import Text, did_you_mean, same
from simkit.intake.containers import container_texts as texts
from simkit.intake.findings import Finding, FindingsError

ContainerKind = Literal[
    "empty", "text", "xlsx", "xlsb", "xls", "ods", "gz", "zip", "parquet", "json", "calendar", "sqlite", "duckdb",
    "html", "xml", "word", "slides", "pdf", "picture", "archive", "outlook", "binary",
]  # fmt: skip
NAMED: dict[str, ContainerKind] = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xlsb": "xlsb", ".xls": "xls",
    ".ods": "ods", ".gz": "gz", ".zip": "zip", ".parquet": "parquet", ".json": "json", ".jsonl": "json",
    ".ndjson": "json", ".ics": "calendar", ".sqlite": "sqlite", ".sqlite3": "sqlite", ".db": "sqlite",
    ".duckdb": "duckdb",
}  # fmt: skip
"""What the end of a file's name promises; any other end is taken for text."""
_SUFFIX_OF: dict[ContainerKind, str] = {
    "text": ".csv", "xlsx": ".xlsx", "xlsb": ".xlsb", "xls": ".xls", "ods": ".ods", "gz": ".csv.gz", "zip": ".zip",
    "parquet": ".parquet", "json": ".json", "calendar": ".ics", "sqlite": ".sqlite", "duckdb": ".duckdb",
}  # fmt: skip
_BEGINNINGS: tuple[tuple[bytes, ContainerKind], ...] = (
    (b"\x1f\x8b", "gz"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3\0", "sqlite"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"{\\rtf", "word"),
)
_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|table|meta|div)\b", re.IGNORECASE | re.DOTALL
)
_JSON = re.compile(rb"\s*(?:\{\s*(?:\"|\})|\[\s*(?:\{|\[|\]))")
MOST_ZEROS = 0.2
"""A larger share of zero bytes is no damage to a text; where letters have two bytes, it is a half."""
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")
LARGE, LARGE_RATIO = 64_000_000, 40
"""What may come out of an archive: so many bytes, or so many times its own size."""
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Member:
    """One file, as it lies in a folder or comes out of an archive."""

    name: str
    """Its name; the one inside an archive where it comes out of one."""
    content: bytes
    path: Path | None
    """Where it lies, unless it comes out of an archive."""

    @property
    def promised(self) -> ContainerKind:
        """What its name says that it is."""
        return NAMED.get(PurePosixPath(self.name).suffix.lower(), "text")


def kind_of(content: bytes) -> ContainerKind:
    """Tell what a file is, by how it begins."""
    if not content:
        return "empty"
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if content.startswith(b"PK\x05\x06"):  # an archive that holds nothing
        return "zip"
    if content.startswith(_OFFICE):
        return _kind_of_office(content)
    if content[8:12] == b"DUCK":
        return "duckdb"
    head = content[:2000].removeprefix(b"\xef\xbb\xbf")
    if head.lstrip()[:15].upper() == b"BEGIN:VCALENDAR":
        return "calendar"
    if _HTML.match(head):
        return "html"
    if head.lstrip().startswith(b"<?xml"):
        return "html" if b"<html" in head.lower() else "xml"
    if _JSON.match(head):
        return "json"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    return "binary" if _is_binary(content[:10_000]) else "text"


def _is_binary(head: bytes) -> bool:
    """Whether zero bytes belong to the form of a file; a few in a text that has no other such signs are damage to it."""
    return head.count(0) > MOST_ZEROS * len(head) or (0 in head and _NO_TEXT.search(head) is not None)


def _kind_of_zip(content: bytes) -> ContainerKind:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "zip"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        return "ods"
    starts: tuple[tuple[str, ContainerKind], ...] = (("xl/", "xlsx"), ("word/", "word"), ("ppt/", "slides"))
    return next((kind for start, kind in starts if any(name.startswith(start) for name in names)), "zip")


def _kind_of_office(content: bytes) -> ContainerKind:
    """Tell Excel's old files from others of the same form; one with a password is a workbook that cannot be opened."""
    names: tuple[tuple[str, ContainerKind], ...] = (
        ("WordDocument", "word"),
        ("PowerPoint Document", "slides"),
        ("__properties_version1.0", "outlook"),
    )
    return next((kind for name, kind in names if name.encode("utf-16-le") in content), "xls")


def refuse_wrong_kind(member: Member, kind: ContainerKind, source: str) -> None:
    """Say what a file is where its name promises something else, or where nothing can be read from such a file.

    Raises
    ------
    FindingsError
        With the name that the file should have, or the way to a table that can be read.
    """
    if kind == member.promised or kind == "empty":
        return
    if kind == "binary":
        raise problem(source, texts.NOT_A_TABLE, texts.NOT_A_TABLE_REMEDY)
    if kind == "xls" and member.promised == "xlsx":
        raise problem(source, texts.LOCKED_WORKBOOK, texts.LOCKED_REMEDY)
    if kind in {"html", "xml"} and member.promised == "xls":
        raise problem(source, texts.NOT_EXCEL_BUT.fill(kind=texts.KINDS[kind]), texts.OPEN_AND_SAVE_REMEDY)
    if (suffix := _SUFFIX_OF.get(kind)) is not None:
        stem = member.name.removesuffix(PurePosixPath(member.name).suffix)
        name = stem.removesuffix(suffix) + suffix
        what = texts.WRONG_CONTAINER.fill(kind=texts.KINDS[kind], promised=texts.KINDS[member.promised])
        raise problem(source, what, texts.RENAME_REMEDY.fill(name=name))
    raise problem(source, texts.NO_TABLE_IN.fill(kind=texts.KINDS[kind]), texts.NOT_A_TABLE_REMEDY)


def unpacked(member: Member, wanted: str | None, source: str) -> Member:
    """Return what an archive holds; anything else as it is.

    Parameters
    ----------
    wanted : str or None
        Name of the file inside a zip that is meant; None is enough where it holds one table.

    Raises
    ------
    FindingsError
        The archive is damaged, has a password, swells beyond all reason, or does not hold the file that is meant.
    """
    if member.promised == "gz":
        name = member.name[: -len(".gz")]
        return Member(name=name, content=_gunzipped(member.content, source), path=None)
    return _from_zip(member, wanted, source) if member.promised == "zip" else member


def most_of(packed: int) -> int:
    """Return how many bytes may come out of a packed file of so many bytes."""
    return max(LARGE, LARGE_RATIO * packed)


def _gunzipped(content: bytes, source: str) -> bytes:
    most, parts, rest = most_of(len(content)), [], content
    size = 0
    try:
        while rest:
            one = zlib.decompressobj(wbits=31)
            while not one.eof:
                part = one.decompress(rest, _CHUNK)
                rest = one.unconsumed_tail
                size += len(part)
                parts.append(part)
                if size > most:
                    raise problem(source, texts.SWOLLEN, texts.SWOLLEN_REMEDY)
                if not part and not rest:
                    raise problem(source, texts.BROKEN_ARCHIVE, texts.BROKEN_REMEDY)
            rest = one.unused_data.lstrip(b"\0")
    except zlib.error as error:
        raise problem(source, texts.BROKEN_ARCHIVE, texts.BROKEN_REMEDY) from error
    return b"".join(parts)


def _from_zip(member: Member, wanted: str | None, source: str) -> Member:
    try:
        with zipfile.ZipFile(io.BytesIO(member.content)) as archive:
            chosen = _chosen(archive.infolist(), wanted, source)
            if chosen.flag_bits & 1:
                raise problem(source, texts.LOCKED_ARCHIVE, texts.UNPACK_REMEDY)
            most = most_of(len(member.content))
            with archive.open(chosen) as packed:
                content = packed.read(most + 1)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, NotImplementedError, zlib.error) as error:
        raise problem(source, texts.BROKEN_ARCHIVE, texts.BROKEN_REMEDY) from error
    if len(content) > most:
        raise problem(source, texts.SWOLLEN, texts.SWOLLEN_REMEDY)
    return Member(name=PurePosixPath(chosen.filename).name, content=content, path=None)


def _chosen(members: Sequence[zipfile.ZipInfo], wanted: str | None, source: str) -> zipfile.ZipInfo:
    """Return the one table in a zip; the hidden twins that a Mac adds are none."""
    tables = {
        one.filename: one
        for one in members
        if not one.is_dir()
        and not one.filename.startswith("__MACOSX/")
        and PurePosixPath(one.filename).suffix.lower() in NAMED
    }
    if wanted in tables:
        return tables[str(wanted)]
    if not tables:
        raise problem(source, texts.EMPTY_ARCHIVE, texts.NO_TABLE_INSIDE_REMEDY)
    if len(tables) == 1:
        return next(iter(tables.values()))
    if wanted is not None:
        raise problem(source, texts.NO_MEMBER.fill(name=wanted), did_you_mean(wanted, tables))
    shown = ", ".join(f"'{name}'" for name in list(tables)[:10])
    raise problem(source, texts.WHICH_MEMBER.fill(files=shown), texts.WHICH_MEMBER_REMEDY.fill(file=next(iter(tables))))


def problem(source: str, what: Text, remedy: Text = same(""), row: int | None = None) -> FindingsError:  # noqa: B008
    """Return the error that one file cannot be used."""
    return FindingsError([Finding(severity="blocking", what=what, file=source, row=row, remedy=remedy)])
