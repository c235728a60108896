"""Questionnaires filled by hand the way people do it in Excel; openpyxl plays the part of Excel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from simkit.foundation.text import Language
from simkit.intake.workshop.forms import Customer, Form, forms
from simkit.intake.workshop.questionnaire import Questionnaire, write_questionnaire
from simkit.intake.workshop.questionnaire_answers import Context
from simkit.intake.workshop.questionnaire_reading import ReadWorkshop, read_workshop
from simkit.intake.workshop.value_criteria import CriteriaLibrary, library

CRITERIA = ("margin", "growth", "loyalty", "referral")
CUSTOMERS = (Customer(customer_id="0001", name="Alpha AG"), Customer(customer_id="0002", name="Beta GmbH"))
KNOWN = library()
CATALOGUE = CriteriaLibrary(
    criteria=tuple(KNOWN[name] for name in CRITERIA), ratings=(KNOWN["innovation"], KNOWN["co_development"])
)
CONTEXT = Context(
    client="made",
    secret="made",
    language="de",
    catalogue=CATALOGUE,
    customers={one.customer_id: one.name for one in CUSTOMERS},
    employees=frozenset(("00017", "00018")),
)
Change = Callable[[openpyxl.Workbook], None]


def questionnaire(language: Language = "de", customers: tuple[Customer, ...] = CUSTOMERS) -> Questionnaire:
    return Questionnaire(
        client="made", client_name="Made GmbH", language=language, catalogue=CATALOGUE, customers=customers
    )


def form(name: str) -> Form:
    return next(one for one in forms(CATALOGUE, customers=CUSTOMERS) if one.name == name)


def sheet_of(book: openpyxl.Workbook, name: str) -> Worksheet:
    titles = {form(name).title.de, form(name).title.en}
    return next(sheet for sheet in book.worksheets if sheet.title in titles)


def cell_of(book: openpyxl.Workbook, name: str, row: int, code: str) -> Any:
    """Return the cell of a form's row (from 0) and column, as it lies in an untouched questionnaire."""
    sheet, asked = sheet_of(book, name), form(name)
    top = len(asked.guide) + 3
    return sheet.cell(row=top + 1 + row, column=1 + [one.code for one in asked.fields].index(code))


def about(name: str, department: str = "Vertrieb", date: Any = dt.date(2026, 3, 1)) -> dict[tuple[str, int, str], Any]:
    return {("about", 1, "entry"): name, ("about", 2, "entry"): department, ("about", 3, "entry"): date}


def points(*values: Any) -> dict[tuple[str, int, str], Any]:
    return {("points", row, "points"): value for row, value in enumerate(values)}


def pairs(*values: Any) -> dict[tuple[str, int, str], Any]:
    return {("pairs", row, "comparison"): value for row, value in enumerate(values)}


def fill(
    folder: Path,
    cells: dict[tuple[str, int, str], Any],
    *,
    file: str = "Fragebogen.xlsx",
    language: Language = "de",
    change: Change | None = None,
) -> Path:
    """Write a blank questionnaire, type the cells in, change the workbook, and save it."""
    path = write_questionnaire(folder / file, questionnaire(language))
    book = openpyxl.load_workbook(path)
    for (name, row, code), value in cells.items():
        cell_of(book, name, row, code).value = value
    if change is not None:
        change(book)
    book.save(path)
    return path


def read(folder: Path) -> ReadWorkshop:
    return read_workshop(folder, CONTEXT)


def kinds(found: ReadWorkshop) -> list[str]:
    return sorted(one.kind for one in found.problems)
