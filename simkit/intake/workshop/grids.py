"""Finds the forms of a questionnaire in the sheets of a workbook, wherever their rows, columns and sheets have gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simkit.intake.workshop.cells import folded, is_empty
from simkit.intake.workshop.forms import Field, Form

Grid = list[list[Any]]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a form as it came back.

    Parameters
    ----------
    cells : dict of str to object
        What stands in each column that was found, by its code.
    number : int
        Row as Excel counts.
    letters : dict of str to str
        Column of each cell as Excel names it.
    """

    cells: dict[str, Any]
    number: int
    letters: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Found:
    """A form that was found in a workbook.

    Parameters
    ----------
    form : Form
        Which one.
    sheet : str
        Name of the sheet it is on.
    rows : tuple of Row
        Rows under its headings in which something stands.
    lost : tuple of Field
        Columns whose heading is gone.
    """

    form: Form
    sheet: str
    rows: tuple[Row, ...]
    lost: tuple[Field, ...]


def read_grids(path: Path) -> dict[str, Grid]:
    """Return all sheets of a workbook, hidden ones too, as lists of rows of cells.

    Raises
    ------
    python_calamine.CalamineError, OSError
        The file is no workbook, is protected by a password, or cannot be read.
    """
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def find_forms(grids: dict[str, Grid], forms: Sequence[Form]) -> Iterator[Found]:
    """Yield each form once, from the sheet where most of its headings stand in one row."""
    for form in forms:
        best: tuple[int, str, int, dict[str, int]] | None = None
        for sheet, grid in grids.items():
            for number, cells in enumerate(grid):
                places = _places(form, cells)
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


def _places(form: Form, cells: Sequence[Any]) -> dict[str, int]:
    """Return in which columns of a row the headings of a form stand; a unit under the heading does not matter."""
    headings = {folded(str(cell).split("\n")[0]): place for place, cell in reversed(list(enumerate(cells))) if cell}
    found = {}
    for one in form.fields:
        for label in (one.label.de, one.label.en):
            if folded(label) in headings:
                found[one.code] = headings[folded(label)]
    return found


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
