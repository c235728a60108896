"""The closed list of operations that client.yaml may compute a column with; what is written there is read, never run.

An operation is a line of one key: ``{product: [Menge, Preis]}``. Its operands are headings of the client's file, numbers,
or operations, of which no more than two stand in one another.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.text import Text, did_you_mean, same

TEXTS = Catalogue.beside(__file__)

OperationName = Literal["product", "sum", "difference", "ratio", "part_of_date", "first_known", "date_and_time", "unit"]
OPERATIONS: tuple[OperationName, ...] = get_args(OperationName)
DEEPEST = 2
"""So many operations may stand in one another."""
PARTS = ("year", "quarter", "month", "day", "weekday", "hour")
UNITS: Mapping[str, float] = {
    "minutes": 1 / 60,
    "seconds": 1 / 3600,
    "milliseconds": 1 / 3_600_000,
    "1h 30m": 1.0,
    "per_cent": 0.01,
    "thousands": 1000.0,
}
"""What a number is multiplied with; times become hours, and "1h 30m" is read as it is spoken."""
_DETAILS: Mapping[str, tuple[str, ...]] = {"part_of_date": PARTS, "unit": tuple(UNITS)}
_FEWEST: Mapping[str, tuple[int, int]] = {"difference": (2, 2), "ratio": (2, 2), "date_and_time": (2, 2)}
"""How many operands an operation needs and bears; the others take two or more."""
_MOST = 20
_SHAPES: Mapping[str, str] = {
    "product": "{product: [Menge, Preis]}",
    "sum": "{sum: [Netto, Fracht]}",
    "difference": "{difference: [Netto, Rabatt]}",
    "ratio": "{ratio: [Wochenstunden, 40]}",
    "part_of_date": "{part_of_date: year, of: Datum}",
    "first_known": "{first_known: [Liefertermin, Wunschtermin]}",
    "date_and_time": "{date_and_time: [Datum, Uhrzeit]}",
    "unit": "{unit: minutes, of: Dauer}",
}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation on the columns of a file."""

    name: OperationName
    operands: tuple[Operand, ...]
    """Headings (str), numbers, or operations."""
    detail: str = ""
    """The part of a date, or the unit; empty for the others."""

    @property
    def headings(self) -> frozenset[str]:
        """All columns of the client that it reads."""
        return frozenset(self._headings())

    def _headings(self) -> Iterator[str]:
        for one in self.operands:
            if isinstance(one, Operation):
                yield from one._headings()
            elif isinstance(one, str):
                yield one


Operand = str | float | Operation


class NoOperationError(ValueError):
    """What is written is no operation of the list.

    Parameters
    ----------
    what, remedy : Text
        What is wrong with it, and what could stand there.
    """

    def __init__(self, what: Text, remedy: Text) -> None:
        super().__init__(what.en)
        self.what, self.remedy = what, remedy


def operation(written: object) -> Operation:
    """Return the operation that a line of client.yaml writes.

    Raises
    ------
    NoOperationError
        It is none of the eight, has other operands than it takes, or is deeper than two.
    """
    return _operation(written, 1)


def _operation(written: object, level: int) -> Operation:
    if level > DEEPEST:
        raise NoOperationError(TEXTS["too_deep"].fill(most=DEEPEST), TEXTS["too_deep_remedy"])
    if not isinstance(written, Mapping) or not written:
        raise NoOperationError(TEXTS["no_operation"].fill(shown=_short(written)), _example("product"))
    name = next((one for one in OPERATIONS if one in written), None)
    if name is None:
        key = next(iter(written))
        raise NoOperationError(TEXTS["unknown_operation"].fill(name=_short(key)), did_you_mean(str(key), OPERATIONS))
    allowed = {name, "of"} if name in _DETAILS else {name}
    for key in written:
        if key not in allowed:
            raise NoOperationError(TEXTS["operation_key"].fill(key=_short(key), name=name), _example(name))
    return _with_detail(name, written, level) if name in _DETAILS else _with_operands(name, written[name], level)


def _with_detail(name: OperationName, written: Mapping[object, object], level: int) -> Operation:
    detail = str(written[name])
    if detail not in _DETAILS[name]:
        raise NoOperationError(
            TEXTS["no_detail"].fill(detail=_short(detail), name=name), did_you_mean(detail, _DETAILS[name])
        )
    operand = _operand(written.get("of"), name, level)
    if isinstance(operand, float):
        raise NoOperationError(TEXTS["no_operand"].fill(shown=_short(written.get("of")), name=name), _example(name))
    return Operation(name=name, operands=(operand,), detail=detail)


def _with_operands(name: OperationName, written: object, level: int) -> Operation:
    fewest, most = _FEWEST.get(name, (2, _MOST))
    if not isinstance(written, list) or not fewest <= len(written) <= most:
        raise NoOperationError(TEXTS["operands"].fill(name=name, fewest=fewest, most=most), _example(name))
    operands = tuple(_operand(one, name, level) for one in written)
    if all(isinstance(one, float) for one in operands):
        raise NoOperationError(TEXTS["numbers_only"].fill(name=name), _example(name))
    return Operation(name=name, operands=operands)


def _operand(written: object, name: OperationName, level: int) -> Operand:
    if isinstance(written, Mapping):
        return _operation(written, level + 1)
    if isinstance(written, bool) or not isinstance(written, str | int | float) or written == "":
        raise NoOperationError(TEXTS["no_operand"].fill(shown=_short(written), name=name), _example(name))
    if isinstance(written, str):
        return " ".join(unicodedata.normalize("NFC", written).split())
    if written != written or abs(written) == float("inf") or abs(written) > _LARGEST:
        raise NoOperationError(TEXTS["no_operand"].fill(shown=_short(written), name=name), _example(name))
    return float(written)


_LARGEST = 1e12
"""No price, quantity or factor is larger; what a mistyped number would overflow with is refused."""


def _example(name: OperationName) -> Text:
    return TEXTS["operation_example"].fill(shown=_SHAPES[name])


def _short(written: object) -> Text:
    shown = repr(written)
    return same(shown if len(shown) <= 60 else f"{shown[:57]}…")
