"""Rules of client.yaml on the rows of a table: which count, which are negative, what joins them, and in which currency they are.

Short forms are spread before they are checked, so that each rule has one form afterwards: one value is a list of one, a
name of a file a file without answers of its own.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from simkit.foundation.errors import ConfigError
from simkit.foundation.text import did_you_mean
from simkit.intake.settings import config_texts as texts
from simkit.intake.settings.config_texts import CURRENCY
from simkit.intake.settings.operations import NoOperationError, Operation, operation
from simkit.intake.settings.schemas import Table
from simkit.intake.settings.yaml_lines import KeyPath, YamlFile

FILE_PART = "file"
"""Stands for the name of the file in a compound key, where no column is called so."""
OWN_KEY = ""
"""Stands for the table's own key where a compound key names no column."""


def _spread(value: object) -> object:
    """Write one value as a list of one."""
    return value if isinstance(value, list) else [value]


def _as_heading(value: object) -> object:
    """Write a heading as the files' headings are compared: without outer blanks, line breaks and decomposed umlauts."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return value
    return " ".join(unicodedata.normalize("NFC", str(value)).split())


def _as_pairs(value: object) -> object:
    """Write headings that both files share as pairs of equal headings."""
    headings = [value] if isinstance(value, str | int) else value
    return {one: one for one in headings} if isinstance(headings, list) and _plain(headings) else value


def _plain(values: list[Any]) -> bool:
    return all(isinstance(one, str | int) for one in values)


def _as_keys(value: object) -> object:
    return value if isinstance(value, Mapping) else {OWN_KEY: _spread(value)}


def _as_code(value: object) -> object:
    return {"code": value} if isinstance(value, str) else value


Heading = Annotated[str, BeforeValidator(_as_heading), Field(min_length=1)]
Cell = str | int | float | bool | dt.date | None
Cells = Annotated[list[Cell], BeforeValidator(_spread), Field(min_length=1)]
Rate = Annotated[float, Field(gt=0, le=1e6, allow_inf_nan=False)]


class SignRule(BaseModel, extra="forbid", frozen=True):
    """Rows whose amounts are negative: those whose column holds one of some values."""

    column: Heading
    minus: Cells


class CurrencyRule(BaseModel, extra="forbid", frozen=True):
    """The currency of a table's amounts, and what one unit of each is worth in the client's own.

    Without a column and a code the currency is read from the cells of amounts themselves.
    """

    column: Heading | None = None
    code: Annotated[str, Field(pattern=CURRENCY)] | None = None
    rates: dict[Annotated[str, Field(pattern=CURRENCY)], Rate] = {}


class JoinRule(BaseModel, extra="forbid", frozen=True):
    """Another file whose columns stand beside the table's own, row by row, by what both share."""

    file: Annotated[str, Field(min_length=1)]
    on: Annotated[dict[Heading, Heading], BeforeValidator(_as_pairs), Field(min_length=1)]
    """Heading of the table → heading of the other file."""
    columns: dict[str, Heading] = {}
    """Our column → heading of the other file."""
    sheet: str | None = None
    encoding: str | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    skip_rows: Annotated[int, Field(ge=0)] = 0
    header: bool = True


class RowRules(BaseModel, extra="forbid", frozen=True):
    """What is done to the rows of a file before their columns are read."""

    where: dict[Heading, Cells] = {}
    where_not: dict[Heading, Cells] = {}
    """The client's heading → values of the rows that count; of those that do not."""
    sign: SignRule | None = None
    currency: Annotated[CurrencyRule | None, BeforeValidator(_as_code)] = None
    join: Annotated[list[JoinRule], BeforeValidator(_spread)] = []
    key: Annotated[dict[str, list[Any]], BeforeValidator(_as_keys)] = {}
    compute: dict[str, Any] = {}

    @property
    def computed(self) -> dict[str, Operation]:
        """The operation that fills each computed column of ours."""
        return {ours: operation(written) for ours, written in self.compute.items()}

    def keys(self, table: Table) -> dict[str, tuple[str | Operation, ...]]:
        """Return the parts of each compound key: headings, or operations."""
        return {ours or table.key: tuple(map(_key_part, parts)) for ours, parts in self.key.items()}

    def filled(self, table: Table) -> frozenset[str]:
        """Return our columns that rules fill without an entry under columns."""
        joined = {ours for join in self.join for ours in join.columns}
        return frozenset({*self.compute, *self.keys(table), *joined})

    @property
    def operand_headings(self) -> frozenset[str]:
        """All columns of the client whose contents operations read."""
        parts = [part for parts in self.key.values() for part in map(_key_part, parts) if isinstance(part, Operation)]
        return frozenset(heading for one in (*self.computed.values(), *parts) for heading in one.headings)


def _key_part(written: object) -> str | Operation:
    return operation(written) if isinstance(written, Mapping) else str(_as_heading(written))


def check_rules(table: Table, rules: RowRules, source: YamlFile, base: KeyPath) -> None:
    """Check what client.yaml says about the rows of one table.

    Parameters
    ----------
    base : tuple
        Where the rules stand: at the table, or at one of its files.

    Raises
    ------
    ConfigError
        An operation is none, a column is not ours or filled twice, or a rule does not fit the table.
    """
    for place, written in _operations(rules):
        _check_operation(written, source, (*base, *place))
    for part, names in _filled(table, rules):
        for name in names:
            if name not in table.names:
                what = texts.UNKNOWN.fill(key=".".join(map(str, (*base, part, name))))
                raise ConfigError(what, source.place((*base, part, name)), did_you_mean(name, table.names))
    _check_keys(table, rules, source, base)
    _check_money(table, rules, source, base)


def _operations(rules: RowRules) -> Iterator[tuple[KeyPath, object]]:
    for ours, written in rules.compute.items():
        yield ("compute", ours), written
    for ours, parts in rules.key.items():
        for part in parts:
            if isinstance(part, Mapping):
                yield ("key", ours), part


def _filled(table: Table, rules: RowRules) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "compute", tuple(rules.compute)
    yield "key", tuple(ours for ours in rules.key if ours != OWN_KEY)
    for join in rules.join:
        yield "join", tuple(join.columns)


def _check_operation(written: object, source: YamlFile, place: KeyPath) -> None:
    try:
        operation(written)
    except NoOperationError as error:
        raise ConfigError(error.what, source.place(place), error.remedy) from error


def _check_keys(table: Table, rules: RowRules, source: YamlFile, base: KeyPath) -> None:
    ids = tuple(column.name for column in table.columns if column.kind == "id")
    for ours, parts in rules.key.items():
        place = source.place((*base, "key"))
        if (ours or table.key) not in ids:
            what = texts.NO_KEY.fill(table=table.name) if ours == OWN_KEY else texts.KEY_NO_ID.fill(column=ours)
            raise ConfigError(what, place, texts.KEY_REMEDY.fill(ids=", ".join(ids)))
        if not parts or not all(isinstance(part, str | int | Mapping) and part for part in parts):
            raise ConfigError(texts.KEY_PARTS, place, texts.KEY_REMEDY.fill(ids=", ".join(ids)))


def _check_money(table: Table, rules: RowRules, source: YamlFile, base: KeyPath) -> None:
    """Signs and currencies need amounts; a currency needs one rate at least."""
    money = any(column.kind == "money" for column in table.columns)
    for part in ("sign", "currency"):
        if getattr(rules, part) is not None and not money:
            what = texts.NO_MONEY.fill(part=part, table=table.name)
            raise ConfigError(what, source.place((*base, part)), texts.LINES_REMEDY)
    stated = rules.currency
    if stated is None:
        return
    place = source.place((*base, "currency"))
    path = ".".join(map(str, (*base, "currency")))
    if stated.column is not None and stated.code is not None:
        raise ConfigError(texts.CURRENCY_TWICE, place, texts.CURRENCY_REMEDY.fill(path=path, code=stated.code))
    if not stated.rates:
        raise ConfigError(texts.NO_RATES, place, texts.CURRENCY_REMEDY.fill(path=path, code=stated.code or "USD"))
    if stated.code is not None and stated.code not in stated.rates:
        what = texts.NO_RATE_OF.fill(code=stated.code)
        raise ConfigError(what, place, texts.CURRENCY_REMEDY.fill(path=path, code=stated.code))


def rule_fields(path: KeyPath) -> tuple[str, ...]:
    """Return what could stand at a place of a table's rules; nothing where the place is none of them."""
    models: dict[str, type[BaseModel]] = {"sign": SignRule, "currency": CurrencyRule, "join": JoinRule}
    found = next((models[str(part)] for part in reversed(path[:-1]) if str(part) in models), None)
    return () if found is None else tuple(found.model_fields)
