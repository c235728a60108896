"""Tables: columns that know their label, unit and number format, filled with raw values.

The cells are written only when somebody reads them, so that the same table serves the page, a CSV file and a workbook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from simkit.foundation import table_writing
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.formats import MISSING, Formats
from simkit.foundation.table_writing import dialect_of
from simkit.foundation.text import Text
from simkit.foundation.units import UNIT_WORDS
from simkit.report.document.blocks import Block
from simkit.report.document.style import Style

Writer = Literal[
    "text",
    "figure",
    "number",
    "share",
    "money",
    "millions",
    "signed",
    "signed_share",
    "signed_millions",
    "amount",
    "signed_amount",
    "date",
]


IN_MILLIONS: Mapping[Writer, Writer] = {"millions": "amount", "signed_millions": "signed_amount"}
"""How amounts in millions are written where they are too small for that."""
SHOWN_IN_MILLIONS = 1e5
"""The largest amount of a table that is told in millions; with two decimals, a smaller one has a single digit."""


@dataclass(frozen=True)
class NumberText:
    """A number with its interval, or an interval alone, as it is read; it keeps the numbers themselves."""

    text: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    """In the unit that the text is written in, or the plain one behind it."""

    def __str__(self) -> str:
        return self.text

    @property
    def numbers(self) -> list[float | None]:
        """Value, lower and upper end."""
        return [self.value, self.low, self.high]


def number_text(text: str, value: float | None = None, low: float | None = None, high: float | None = None) -> Any:
    """Return a :class:`NumberText` as the cell of a frame, whose cells may be anything."""
    return NumberText(text, value, low, high)


def interval_text(formats: Formats, low: float, high: float, write: str = "number", digits: int = 1) -> Any:
    """Return an interval as :meth:`Formats.interval` writes it, with its ends, as the cell of a frame."""
    return NumberText(formats.interval(low, high, write, digits), low=low, high=high)


@dataclass(frozen=True, kw_only=True)
class TableColumn:
    """One column of a table."""

    name: str
    label: Text | str
    write: Writer = "text"
    """How a value is written; a name of :data:`Writer`. ``figure`` is a number that stands as text already."""
    digits: int = 0
    unit: Text | str = ""
    """Unit, shown under the heading; empty when the format says it."""

    def to_json(self, formats: Formats) -> dict[str, Any]:
        """Return the column in one language, as JSON can hold it."""
        said = {key: _said(value, formats) if isinstance(value, Text) else value for key, value in vars(self).items()}
        return {**asdict(self), **said}


def table_content(
    frame: pd.DataFrame, columns: Sequence[TableColumn], formats: Formats, *, total: bool = False
) -> dict[str, Any]:
    """Return the content of a table block.

    Parameters
    ----------
    frame : DataFrame
        The rows; only the named columns are shown.
    columns : sequence of TableColumn
        In the order of display.
    formats : Formats
        Language of the headings and of texts in the cells.
    total : bool
        Whether the last row is a sum and is set off.
    """
    columns = _in_one_unit(frame, columns)
    cells = [frame[column.name].tolist() for column in columns]
    rows = [[_said(value, formats) for value in row] for row in zip(*cells, strict=True)]
    numbers = {
        column.name: [cell.numbers if isinstance(cell, NumberText) else None for cell in found]
        for column, found in zip(columns, cells, strict=True)
        if any(isinstance(cell, NumberText) for cell in found)
    }
    content = {"columns": [column.to_json(formats) for column in columns], "rows": rows, "total": total}
    return {**content, "numbers": numbers} if numbers else content


def _in_one_unit(frame: pd.DataFrame, columns: Sequence[TableColumn]) -> list[TableColumn]:
    """Return the columns with amounts as they are where no amount of the table is large enough to be told in millions."""
    names = [column.name for column in columns if column.write in IN_MILLIONS]
    reach = frame[names].apply(pd.to_numeric, errors="coerce").abs().max().max() if names else float("nan")
    if not reach < SHOWN_IN_MILLIONS:
        return list(columns)
    return [
        replace(column, write=IN_MILLIONS[column.write]) if column.write in IN_MILLIONS else column
        for column in columns
    ]


def written(value: Any, column: Mapping[str, Any], formats: Formats) -> str:
    """Write one cell of a table block for a reader."""
    if value is None or value != value:
        return MISSING
    write, digits = column["write"], int(column["digits"])
    if write == "text":
        return str(value)
    if write == "figure":  # a line may end before the interval, not within it
        return str(value).replace(" … ", "\u00a0…\u00a0")
    if write == "date":
        return formats.date(dt.date.fromisoformat(str(value)[:10]))
    if write == "signed_millions":
        return formats.millions(value, digits, signed=True)
    if write in IN_MILLIONS.values():
        return formats.amount(value, signed=write == "signed_amount")
    return str(getattr(formats, write)(value, digits))


def write_csv(block: Block, path: Path) -> None:
    """Write a table block as CSV for the reader's spreadsheet: German ones expect ``;`` and the decimal comma."""
    dialect = dialect_of(block.formats.language)
    parts = [_csv_columns(block, place) for place in range(len(block.content["columns"]))]
    columns = [column for part in parts for column in part]
    rows = ([raw(cell, dialect.decimal) for cell in row] for row in zip(*(cells for _, cells in columns), strict=True))
    table_writing.write_csv(path, [[heading for heading, _ in columns], *rows], dialect.delimiter)


def _csv_columns(block: Block, place: int) -> list[tuple[str, list[Any]]]:
    """Return what a column becomes in the file: itself, or value and ends of its interval, each on its own."""
    column = block.content["columns"][place]
    heading, cells = heading_of(column), [row[place] for row in block.content["rows"]]
    numbers = block.content.get("numbers", {}).get(column["name"])
    if numbers is None:
        return [(heading, cells)]
    words = {name: text.to(block.formats.language) for name, text in TEXTS.group("ends").items()}
    found = []
    for part, name in enumerate(("value", "low", "high")):
        values = [None if number is None else number[part] for number in numbers]
        if any(value is not None for value in values):
            found.append((f"{heading} {words[name]}" if name in words else heading, values))
    told = [
        None if number is not None or cell in (MISSING, "–") else cell
        for cell, number in zip(cells, numbers, strict=True)
    ]  # what is said in place of a number
    first = [value if text is None else text for value, text in zip(found[0][1], told, strict=True)]
    return [(found[0][0], first), *found[1:]]


def heading_of(column: Mapping[str, Any]) -> str:
    """Return the heading of a column with its unit."""
    return f"{column['label']} ({column['unit']})" if column["unit"] else str(column["label"])


def raw(value: Any, decimal: str) -> str:
    """Return a cell for a CSV with this decimal mark; what is not known stays empty."""
    if value is None or value != value:
        return ""
    if not isinstance(value, float):
        return str(value)
    return f"{value:.10g}".replace(".", decimal)


def _said(value: Any, formats: Formats) -> Any:
    if isinstance(value, NumberText):
        return value.text
    return value.to(formats.language) if isinstance(value, Text) else value


TEXTS = Catalogue.beside(__file__)

YES, NO = TEXTS["yes"], TEXTS["no"]


def written_value(style: Style, value: float, unit: str, *, named: bool) -> str:
    """Write a parameter with or without the name of its unit."""
    formats = style.formats
    if unit == "share":
        return formats.share(value, 0 if round(value * 100, 6) % 1 == 0 else 1)
    if unit == "flag":
        return style.translate(YES if value else NO)
    if unit.startswith("money") and named:
        return f"{formats.money(value)}{style.translate(TEXTS['per_year']) if unit == 'money/a' else ''}"
    number = formats.number(value, _digits(value))
    name = style.translate(UNIT_WORDS[unit]) if named and not unit.startswith("money") else ""
    return f"{number}\u00a0{name}".replace(" ", "\u00a0") if name else number


def rounded_value(value: float) -> float:
    """Return a computed value with two significant digits, so that it is not shown more exactly than it is known."""
    return float(f"{value:.2g}")


def _digits(value: float) -> int:
    """Return the decimals that a parameter needs: as many as were typed in, and no more than its size deserves."""
    typed = next((digits for digits in range(3) if round(value, digits) == round(value, 6)), 3)
    return min(typed, 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3)
