"""The part of client.yaml on tables: where each one is in the client's files, how to read it, and what does not fit it."""

from __future__ import annotations

import codecs
import datetime as dt
import re
from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, Field

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import did_you_mean
from simkit.intake.reading.numbers import DateOrder, DecimalMark, date_order, decimal_mark
from simkit.intake.settings import config_texts as texts
from simkit.intake.settings.schemas import DATED, NUMERIC, Table
from simkit.intake.settings.yaml_lines import KeyPath, YamlFile, dotted

Value = str | int | float | bool | dt.date
Theirs = Annotated[str | int, Field(union_mode="left_to_right")]


class TableSpec(BaseModel, extra="forbid", frozen=True):
    """Where one of our tables is in the client's files, and how to read it."""

    file: str | list[str]
    sheet: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    skip_rows: Annotated[int, Field(ge=0)] = 0
    header: bool = True
    columns: dict[str, Theirs] = {}
    formats: dict[str, str] = {}
    values: dict[str, dict[Value, Value | None]] = {}
    missing: list[Value] = []
    constants: dict[str, Value] = {}
    lines: bool = False
    accepted: list[str] = []

    @property
    def files(self) -> tuple[str, ...]:
        """The files as written, one or several."""
        return (self.file,) if isinstance(self.file, str) else tuple(self.file)

    def decimal_mark(self, column: str) -> DecimalMark | None:
        """Return the answer to "which of , and . is the decimal mark?" for one of our columns."""
        return decimal_mark(self.formats[column]) if column in self.formats else None

    def date_order(self, column: str) -> DateOrder | None:
        """Return the answer to "day or month first?" for one of our columns."""
        return date_order(self.formats[column]) if column in self.formats else None


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
    for part in ("columns", "formats", "values", "constants"):
        for key in getattr(spec, part):
            if key not in table.names:
                raise unknown_key((*base, part, key), table.names, source)
    for key, answer in spec.formats.items():
        _check_answer(table, key, answer, source)
    _check_choices(table, spec, source)
    if spec.encoding is not None:
        _check_encoding(spec.encoding, source, (*base, "encoding"))
    if spec.lines and table.name != "orders":
        raise ConfigError(texts.LINES_ONLY_ORDERS, source.place((*base, "lines")), texts.LINES_REMEDY)
    if spec.columns:
        _check_required(table, spec, source)


def _check_required(table: Table, spec: TableSpec, source: YamlFile) -> None:
    given = {*spec.columns, *spec.constants}
    for column in table.columns:
        if column.required and column.name not in given:
            raise ConfigError(
                texts.NOT_MAPPED.fill(column=column.name, label=column.label, table=table.name),
                source.place(("tables", table.name, "columns")),
                texts.NOT_MAPPED_REMEDY.fill(column=column.name),
            )
    if table.name == "activities" and not given & {"hours", "ended_at"}:
        raise ConfigError(texts.NO_DURATION, source.place(("tables", table.name, "columns")), texts.NO_DURATION_REMEDY)


def _check_answer(table: Table, key: str, answer: str, source: YamlFile) -> None:
    kind = table.column(key).kind
    place = source.place(("tables", table.name, "formats", key))
    if kind in NUMERIC and decimal_mark(answer) is None:
        raise ConfigError(texts.BAD_ANSWER.fill(answer=answer), place, texts.NUMBER_ANSWERS)
    if kind in DATED and date_order(answer) is None:
        raise ConfigError(texts.BAD_ANSWER.fill(answer=answer), place, texts.DATE_ANSWERS)
    if kind not in NUMERIC | DATED:
        raise ConfigError(texts.NO_FORMAT.fill(column=key), place, texts.NO_FORMAT_REMEDY)


def _check_choices(table: Table, spec: TableSpec, source: YamlFile) -> None:
    """What a label of the client is mapped to must be one of our choices, or nothing."""
    for column in table.columns:
        if column.kind != "choice":
            continue
        meanings: dict[KeyPath, Value | None] = {
            ("tables", table.name, "values", column.name, str(theirs)): ours
            for theirs, ours in spec.values.get(column.name, {}).items()
        }
        if column.name in spec.constants:
            meanings["tables", table.name, "constants", column.name] = spec.constants[column.name]
        for path, ours in meanings.items():
            if ours is not None and ours not in column.choices:
                what = texts.BAD_CHOICE.fill(value=ours, column=column.name)
                raise ConfigError(what, source.place(path), did_you_mean(str(ours), column.choices))


def _check_encoding(name: str, source: YamlFile, path: tuple[str, ...]) -> None:
    try:
        codecs.lookup(name)
    except LookupError as error:
        known = ("utf-8", "utf-16", "cp1252", "latin-1", "iso-8859-15", "cp850", "cp437", "mac-roman", "cp1250")
        raise ConfigError(
            texts.BAD_ENCODING.fill(name=name), source.place(path), did_you_mean(re.sub(r"[\s_]", "-", name), known)
        ) from error


def unknown_key(path: tuple[str | int, ...], choices: Iterable[str], source: YamlFile) -> ConfigError:
    """Return the error for a key that client.yaml does not know, with the nearest one it does."""
    return ConfigError(texts.UNKNOWN.fill(key=dotted(path)), source.place(path), did_you_mean(str(path[-1]), choices))
