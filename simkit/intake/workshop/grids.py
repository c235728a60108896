"""Finds the forms of a questionnaire, wherever their rows, columns and sheets have gone, and reads their cells."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from simkit.foundation.text import Text
from simkit.intake.reading.numbers import read_numbers
from simkit.intake.workshop import choices
from simkit.intake.workshop.forms import Form, FormField

_FRACTION = re.compile(r"(\d{1,2})\s*[/:÷]\s*(\d{1,2})")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)\s*$")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y", "%d-%m-%Y")
_NOTHING = frozenset(("", "n/a", "#n/a"))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a cell says."""

    value: Any = None
    """Number, code of a choice, text or date; None where nothing is said."""
    problem: str = ""
    """Why an entry cannot be used: ``unreadable``, ``out_of_range``, ``ambiguous`` or ``turned_into_date``; empty
    when there is nothing wrong."""


def plain(cell: Any) -> str:
    """Return a cell as text without the blanks, line breaks and stray characters that Excel and people leave."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = str(cell).replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", "")
    return " ".join(text.split()).removeprefix("'")


def folded(cell: Any) -> str:
    """Return a cell as text for comparing: without case, punctuation at the ends and typographic quotes."""
    return plain(cell).casefold().replace("’", "'").strip(" .:*!?…")


def is_empty(cell: Any) -> bool:
    """Whether a cell holds nothing that was entered."""
    return folded(cell) in _NOTHING and plain(cell) not in choices.NOT_KNOWN


def read_cell(cell: Any, field: FormField) -> Reading:
    """Read one cell as its column wants it.

    Parameters
    ----------
    cell : object
        What the workbook holds: text, number, date, truth value or nothing.
    field : FormField
        The column.
    """
    if is_empty(cell):
        return Reading()
    if field.kind == "text":
        return Reading(value=plain(cell))
    if field.kind == "date":
        return read_date(cell)
    if isinstance(cell, dt.date | dt.time | dt.timedelta) and not isinstance(cell, bool):
        return Reading(problem="turned_into_date")
    if field.kind == "comparison":
        return _comparison(cell)
    if field.kind == "choice":
        return _choice(cell, field.options)
    if folded(cell) in {folded(word) for word in choices.NOT_KNOWN} or plain(cell) in choices.NOT_KNOWN:
        return Reading()
    found = read_number(cell, percent_is_whole=field.kind in {"points", "percent"})
    return _within(found, field)


def read_number(cell: Any, *, percent_is_whole: bool = False) -> Reading:
    """Read one number; 0,5 and 0.5 are the same, while 1.234 may be two numbers and is therefore ambiguous.

    Parameters
    ----------
    cell : object
        Text or number.
    percent_is_whole : bool
        Whether "30 %" means 30 rather than 0.3.
    """
    if isinstance(cell, bool):
        return Reading(problem="unreadable")
    if isinstance(cell, int | float):
        return Reading(value=float(cell))
    text = plain(cell)
    reading = read_numbers([text])
    if reading.undecided:
        return Reading(problem="ambiguous")
    if reading.unreadable[0]:
        return Reading(problem="unreadable")
    value = float(reading.values[0])
    return Reading(value=value * 100 if reading.percent[0] and percent_is_whole else value)


def read_date(cell: Any) -> Reading:
    """Read a date that is one in Excel, or a text in an order that leaves no doubt."""
    if isinstance(cell, dt.datetime):
        return Reading(value=cell.date())
    if isinstance(cell, dt.date):
        return Reading(value=cell)
    text = plain(cell)
    for pattern in _DATES:
        try:
            found = dt.datetime.strptime(text, pattern).date()
        except ValueError:
            continue
        if "/" in text and found.day <= 12 and found.day != found.month:
            return Reading(problem="ambiguous")
        return Reading(value=found)
    return Reading(problem="unreadable")


def matching(cell: Any, options: Mapping[str, Text]) -> str | None:
    """Return the code whose label in either language, or whose own spelling, stands in a cell."""
    wanted = folded(cell)
    for code, label in options.items():
        if wanted in {folded(label.de), folded(label.en), folded(code)}:
            return code
    return None


def _choice(cell: Any, options: Mapping[str, Text]) -> Reading:
    code = matching(cell, options)
    if code is None and set(options) == set(choices.YES_NO):
        code = "yes" if folded(cell) in choices.TRUE else "no" if folded(cell) in choices.FALSE else None
    if code is not None:
        return Reading(value=code)
    unknown = plain(cell) in choices.NOT_KNOWN or folded(cell) in choices.NOT_KNOWN
    return Reading() if unknown else Reading(problem="unreadable")


def _comparison(cell: Any) -> Reading:
    """Read a comparison from its words, from the figure in brackets behind them, or from a figure such as 1/3 or 0,33."""
    code = matching(cell, choices.COMPARISONS)
    if code is not None:
        return Reading(value=choices.comparison_value(code))
    if plain(cell) in choices.NOT_KNOWN or folded(cell) in choices.NOT_KNOWN:
        return Reading()
    text = plain(cell)
    inside = _IN_BRACKETS.search(text)
    figure: Any = inside[1] if inside else (cell if isinstance(cell, int | float) else text)
    fraction = _FRACTION.fullmatch(plain(figure))
    if fraction is not None:
        if int(fraction[2]) == 0:
            return Reading(problem="out_of_range")
        found = Reading(value=float(Fraction(int(fraction[1]), int(fraction[2]))))
    else:
        found = read_number(figure)
    if found.value is None:
        return found
    near = 1e-6 if found.value >= 1 else 0.01  # 0.33 and 0.11 are meant for 1/3 and 1/9
    if not 1 / 9 - near <= found.value <= 9 + near:
        return Reading(problem="out_of_range")
    return Reading(value=_on_scale(found.value))


def _on_scale(value: float) -> float:
    """Return the fraction 1/k that a rounded decimal such as 0.33 stands for, else the value itself."""
    if value >= 1:
        return value
    nearest = 1 / round(1 / max(value, 1 / 9))
    return nearest if abs(nearest - value) < 0.006 else value


def _within(found: Reading, field: FormField) -> Reading:
    if found.value is None:
        return found
    if not field.low <= found.value <= field.high:
        return Reading(problem="out_of_range")
    if field.kind == "rating" and not float(found.value).is_integer():
        return Reading(problem="not_whole")
    return found


Grid = list[list[Any]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a form as it came back."""

    cells: dict[str, Any]
    """What stands in each column that was found, by its code."""
    number: int
    """Row as Excel counts."""
    letters: dict[str, str]
    """Column of each cell as Excel names it."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A form that was found in a workbook."""

    form: Form
    sheet: str
    """Name of the sheet it is on."""
    rows: tuple[Row, ...]
    """Rows under its headings in which something stands."""
    lost: tuple[FormField, ...]
    """Columns whose heading is gone."""


def find_forms(grids: dict[str, Grid], forms: Sequence[Form]) -> Iterator[Found]:
    """Yield each form once, from the sheet where most of its headings stand in one row."""
    lines = [(sheet, number, _headings(cells)) for sheet, grid in grids.items() for number, cells in enumerate(grid)]
    for form in forms:
        best: tuple[int, str, int, dict[str, int]] | None = None
        labels = [(one.code, folded(label)) for one in form.fields for label in (one.label.de, one.label.en)]
        for sheet, number, headings in lines:
            places = {code: headings[label] for code, label in labels if label in headings}
            if _is_heading(form, places) and (best is None or len(places) > best[0]):
                best = (len(places), sheet, number, places)
        if best is not None:
            _, sheet, number, places = best
            yield Found(
                form=form,
                sheet=sheet,
                rows=tuple(_rows(grids[sheet], number, places)),
                lost=tuple(one for one in form.fields if one.code not in places),
            )


def _headings(cells: Sequence[Any]) -> dict[str, int]:
    """Return in which column of a row what might be a heading stands first; a unit under the heading does not matter."""
    return {folded(str(cell).split("\n")[0]): place for place, cell in reversed(list(enumerate(cells))) if cell}


def _is_heading(form: Form, places: dict[str, int]) -> bool:
    """A form is recognised by its printed columns that tell rows apart, and at least one of those that are asked."""
    telling = [one for one in form.keys if one.code not in {"meaning", "customer", "worst", "best"}]
    asked = [one for one in form.asked if one.code in places]
    enough = 1 if telling else len(form.asked)
    return all(one.code in places for one in telling) and len(asked) >= enough


def _rows(grid: Grid, heading: int, places: dict[str, int]) -> Iterator[Row]:
    letters = {code: _letter(place) for code, place in places.items()}
    for number in range(heading + 1, len(grid)):
        line = grid[number]
        cells = {code: line[place] if place < len(line) else "" for code, place in places.items()}
        if not all(is_empty(cell) for cell in cells.values()):
            yield Row(cells=cells, number=number + 1, letters=letters)


def _letter(place: int) -> str:
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
