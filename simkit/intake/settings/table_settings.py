"""The part of client.yaml on tables: where each one is in the client's files, how to read it, and what does not fit it."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, Field

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import did_you_mean
from simkit.intake.containers.database_address import holds_password, is_database
from simkit.intake.reading.numbers import DateOrder, DecimalMark, date_order, decimal_mark
from simkit.intake.settings import config_texts as texts
from simkit.intake.settings.rule_settings import RowRules, check_rules, rule_fields
from simkit.intake.settings.schemas import DATED, NUMERIC, Table
from simkit.intake.settings.yaml_lines import KeyPath, YamlFile, dotted

_NO_TEXTS = frozenset({"undefined", "unicode_escape", "raw_unicode_escape", "idna", "punycode", "mbcs", "oem"})
"""What Python calls an encoding and no export is written in."""
Value = str | int | float | bool | dt.date
Theirs = Annotated[str | int, Field(union_mode="left_to_right")]


def _as_parts(value: object) -> object:
    """Write names of files as files without answers of their own."""
    listed = value if isinstance(value, list) else [value]
    return [{"file": one} if isinstance(one, str) else one for one in listed]


class _FileAnswers(RowRules, BaseModel, extra="forbid", frozen=True):
    """How one file is read."""

    query: str | None = None
    """What is read from a file or a database, in SQL; without it a file is read whole."""
    sheet: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    skip_rows: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    header: bool = True
    columns: dict[str, Theirs] = {}
    formats: dict[str, str] = {}
    values: dict[str, dict[Value, Value | None]] = {}
    missing: list[Value] = []
    constants: dict[str, Value] = {}
    hidden_rows: Literal["count", "leave_out"] | None = None
    """Whether rows count that a spreadsheet hides; None where nobody has said so."""


class FilePart(_FileAnswers, extra="forbid", frozen=True):
    """One file of a table; what it names replaces the table's own answers for this file."""

    file: str


class TableSpec(_FileAnswers, extra="forbid", frozen=True):
    """Where one of our tables is in the client's files, and how to read it."""

    file: Annotated[list[FilePart], BeforeValidator(_as_parts)]
    lines: bool = False
    no_customer: Literal["keep"] | None = None
    """Whether sales without a customer stay in the totals."""
    overlap: Literal["first", "last"] | None = None
    """Which of the files, as they are listed, counts where two have a row of the same key."""
    accepted: list[str] = []
    """Findings about meaning that a person has looked at, by their codes."""

    @property
    def files(self) -> tuple[str, ...]:
        """The files as written, one or several."""
        return tuple(part.file for part in self.file)

    @property
    def parts(self) -> tuple[TableSpec, ...]:
        """What holds for each file: the table's answers, save those that the file has of its own."""
        return tuple(self._of(part) for part in self.file)

    def _of(self, part: FilePart) -> TableSpec:
        own = {name: getattr(part, name) for name in part.model_fields_set - {"file"}}
        return self.model_copy(update={**own, "file": [FilePart(file=part.file)]})

    def in_currency(self, own: str) -> Self:
        """Return the answers with the client's own currency among the rates."""
        files = [part.model_copy(update=_with_own(part, own)) for part in self.file]
        return self.model_copy(update={**_with_own(self, own), "file": files})

    def decimal_mark(self, column: str) -> DecimalMark | None:
        """Return the answer to "which of , and . is the decimal mark?" for one of our columns."""
        return decimal_mark(self.formats[column]) if column in self.formats else None

    def date_order(self, column: str) -> DateOrder | None:
        """Return the answer to "day or month first?" for one of our columns."""
        return date_order(self.formats[column]) if column in self.formats else None


def _with_own(answers: RowRules, own: str) -> dict[str, object]:
    stated = answers.currency
    if stated is None:
        return {}
    return {"currency": stated.model_copy(update={"rates": {own: 1.0, **stated.rates}})}


def check_table(table: Table, spec: TableSpec, source: YamlFile) -> None:
    """Check what client.yaml says about one table.

    Raises
    ------
    ConfigError
        A column is not ours, a required one is missing, or an answer, label or encoding is none; the text names key and line.
    """
    base = ("tables", table.name)
    if not spec.files or not all(written.strip() for written in spec.files):
        raise ConfigError(texts.NO_FILE.fill(table=table.name), source.place((*base, "file")), texts.NO_FILE_REMEDY)
    _check_answers(table, spec, source, base)
    for number, part in enumerate(spec.file):
        _check_answers(table, part, source, (*base, "file", number))
    _check_sources(spec, source, base)
    if spec.lines and table.name != "orders":
        raise ConfigError(texts.LINES_ONLY_ORDERS, source.place((*base, "lines")), texts.LINES_REMEDY)
    if spec.no_customer and table.name != "orders":
        raise ConfigError(texts.NO_CUSTOMER_ONLY_ORDERS, source.place((*base, "no_customer")), texts.LINES_REMEDY)
    for one in spec.parts:
        _check_filled_once(table, one, source)
        if one.columns:
            _check_required(table, one, source)


def _check_answers(table: Table, answers: FilePart | TableSpec, source: YamlFile, base: KeyPath) -> None:
    """Check what is said about a table, or about one of its files."""
    check_rules(table, answers, source, base)
    operands = answers.operand_headings
    for part in ("columns", "formats", "values", "constants"):
        known = (*table.names, *operands) if part == "formats" else table.names
        for key in getattr(answers, part):
            if key not in known:
                raise unknown_key((*base, part, key), known, source)
    for key, answer in answers.formats.items():
        _check_answer(table, key, answer, source, base)
    _check_choices(table, answers, source, base)
    if answers.encoding is not None:
        _check_encoding(answers.encoding, source, (*base, "encoding"))
    if answers.delimiter is not None and not _splits(answers.delimiter):
        what = texts.BAD_DELIMITER.fill(mark=repr(answers.delimiter))
        raise ConfigError(what, source.place((*base, "delimiter")), texts.DELIMITER_REMEDY)


def _check_filled_once(table: Table, spec: TableSpec, source: YamlFile) -> None:
    """A column is mapped, computed, joined, made of parts, or constant: one of these.

    A mapped column may be computed or made of parts, too, where a line pasted at the end says how it is meant and reads it.
    """
    for name in table.names:
        refined = str(spec.columns.get(name, "")) in _read_for(table, spec, name) and not _beside(table, name, source)
        mapped = (part for part in ("columns", "constants") if name in getattr(spec, part))
        ways = [*(part for part in mapped if part != "columns" or not refined), *_ways(table, spec, name)]
        if len(ways) > 1:
            what = texts.FILLED_TWICE.fill(column=name, ways=", ".join(ways))
            place = source.place(("tables", table.name, ways[-1], name))
            raise ConfigError(what, place, texts.FILLED_TWICE_REMEDY)


def _beside(table: Table, name: str, source: YamlFile) -> bool:
    """Whether the table itself, or one of its files, computes one of our columns or makes it of parts: no pasted line does."""
    stated = (path for path in source.lines if path[:2] == ("tables", table.name) and path[-1] == name)
    return any(path[-2] in {"compute", "key"} and (dotted(path),) not in source.lines for path in stated)


def _read_for(table: Table, spec: TableSpec, name: str) -> frozenset[str]:
    """Return the columns of the client that an operation or a compound key reads for one of ours."""
    computed = spec.computed.get(name)
    parts = spec.keys(table).get(name, ())
    inside = {heading for part in parts for heading in ([part] if isinstance(part, str) else part.headings)}
    return frozenset(inside) | (computed.headings if computed is not None else frozenset())


def _ways(table: Table, spec: TableSpec, name: str) -> Iterator[str]:
    if name in spec.compute:
        yield "compute"
    if name in spec.keys(table):
        yield "key"
    yield from ("join" for join in spec.join if name in join.columns)


def _check_required(table: Table, spec: TableSpec, source: YamlFile) -> None:
    given = {*spec.columns, *spec.constants, *spec.filled(table)}
    for column in table.columns:
        if column.required and column.name not in given:
            raise ConfigError(
                texts.NOT_MAPPED.fill(column=column.name, label=column.label, table=table.name),
                source.place(("tables", table.name, "columns")),
                texts.NOT_MAPPED_REMEDY.fill(column=column.name),
            )
    if table.name == "activities" and not given & {"hours", "ended_at"}:
        raise ConfigError(texts.NO_DURATION, source.place(("tables", table.name, "columns")), texts.NO_DURATION_REMEDY)


def _check_answer(table: Table, key: str, answer: str, source: YamlFile, base: KeyPath) -> None:
    place = source.place((*base, "formats", key))
    if key not in table.names:
        if decimal_mark(answer) is None and date_order(answer) is None:
            raise ConfigError(texts.BAD_ANSWER.fill(answer=answer), place, texts.NUMBER_ANSWERS)
        return
    kind = table.column(key).kind
    if kind in NUMERIC and decimal_mark(answer) is None:
        raise ConfigError(texts.BAD_ANSWER.fill(answer=answer), place, texts.NUMBER_ANSWERS)
    if kind in DATED and date_order(answer) is None:
        raise ConfigError(texts.BAD_ANSWER.fill(answer=answer), place, texts.DATE_ANSWERS)
    if kind not in NUMERIC | DATED:
        raise ConfigError(texts.NO_FORMAT.fill(column=key), place, texts.NO_FORMAT_REMEDY)


def _check_choices(table: Table, spec: FilePart | TableSpec, source: YamlFile, base: KeyPath) -> None:
    """What a label of the client is mapped to must be one of our choices, or nothing."""
    for column in table.columns:
        if column.kind != "choice":
            continue
        meanings: dict[KeyPath, Value | None] = {
            (*base, "values", column.name, str(theirs)): ours
            for theirs, ours in spec.values.get(column.name, {}).items()
        }
        if column.name in spec.constants:
            meanings[*base, "constants", column.name] = spec.constants[column.name]
        for path, ours in meanings.items():
            if ours is not None and ours not in column.choices:
                what = texts.BAD_CHOICE.fill(value=ours, column=column.name)
                raise ConfigError(what, source.place(path), did_you_mean(str(ours), column.choices))


def _check_sources(spec: TableSpec, source: YamlFile, base: KeyPath) -> None:
    """No password stands in client.yaml, which is copied and sent; a database needs a query."""
    for one in spec.parts:
        for key, written in (("file", one.files[0]), ("query", one.query or "")):
            if holds_password(written):
                raise ConfigError(texts.PASSWORD, source.place((*base, key)), texts.PASSWORD_REMEDY)
            if any(ord(letter) < 32 and not (key == "query" and letter in "\n\t") for letter in written):
                raise ConfigError(texts.CONTROL_CHARACTER, source.place((*base, key)), texts.CONTROL_CHARACTER_REMEDY)
        if one.query is None and is_database(one.files[0]):
            raise ConfigError(texts.NO_QUERY, source.place((*base, "file")), texts.NO_QUERY_REMEDY)


def _splits(mark: str) -> bool:
    """Whether a character can stand between fields: one that is neither part of a word nor a quotation mark nor a line end."""
    return mark == "\t" or (mark.isascii() and mark.isprintable() and not mark.isalnum() and mark not in "\"'")


def _check_encoding(name: str, source: YamlFile, path: KeyPath) -> None:
    try:
        if not codecs.lookup(name)._is_text_encoding or name.lower().replace("-", "_") in _NO_TEXTS:
            raise LookupError(name)
        "".encode(name)
    except (LookupError, ValueError) as error:
        known = ("utf-8", "utf-16", "cp1252", "latin-1", "iso-8859-15", "cp850", "cp437", "mac-roman", "cp1250")
        raise ConfigError(
            texts.BAD_ENCODING.fill(name=name), source.place(path), did_you_mean(re.sub(r"[\s_]", "-", name), known)
        ) from error


def unknown_key(path: tuple[str | int, ...], choices: Iterable[str], source: YamlFile) -> ConfigError:
    """Return the error for a key that client.yaml does not know, with the nearest one it does."""
    return ConfigError(texts.UNKNOWN.fill(key=dotted(path)), source.place(path), did_you_mean(str(path[-1]), choices))


def table_fields(path: KeyPath) -> tuple[str, ...]:
    """Return what could stand at a place below a table of client.yaml."""
    if "file" in path[2:-1] and "join" not in path:
        inside = rule_fields(path[path.index("file") :])
        return inside or tuple(FilePart.model_fields)
    return rule_fields(path[2:]) or tuple(TableSpec.model_fields)
