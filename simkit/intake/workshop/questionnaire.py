"""Writes the questionnaire of a workshop as an Excel workbook: locked but for the answers, with lists to choose from.

What stands on the sheets comes from `simkit.intake.workshop.forms`; this module only knows what a workbook looks like.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from simkit.foundation.paths import template
from simkit.foundation.table_writing import open_workbook
from simkit.foundation.text import Language, Text
from simkit.intake.workshop import choices
from simkit.intake.workshop.forms import ABOUT_ROWS, SEGMENTS, SUM, Customer, Form, FormField, forms
from simkit.intake.workshop.value_criteria import CriteriaLibrary

AGENDAS = ("agenda_one_day", "agenda_two_days")
Line = tuple[Literal["title", "heading", "row", "text"], list[str]]


def agenda_text(name: str, language: Language) -> str:
    """Return one agenda as Markdown."""
    return template("workshop", f"{name}.{language}.md").read_text(encoding="utf-8")


def agenda_rows(language: Language) -> list[Line]:
    """Return both agendas line by line as a sheet shows them: titles, headings and rows of tables, and text."""
    lines: list[Line] = []
    for name in AGENDAS:
        table = False
        for line in agenda_text(name, language).splitlines():
            if line.startswith("#"):
                lines.append(("title", [line.lstrip("# ")]))
            elif line.startswith("|"):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                if set(line) <= set("|-: "):
                    continue
                lines.append(("row" if table else "heading", cells))
            elif line.strip():
                lines.append(("text", [line.strip()]))
            table = line.startswith("|")
        lines.append(("text", [""]))
    return lines


Answers = Mapping[tuple[str, int, str], Any]
"""Content of answered cells by form, row (from 0) and column."""

TITLE_SIZE = 16
ONE_PAGE_ROWS, TALL_WIDTH = 40, 50
INK, PAPER, INPUT, LINE, GOOD, ODD = "#12395b", "#eef2f6", "#fff8e1", "#c9d1d9", "#dcefdc", "#fbdcd4"
LISTS = Text(de="Listen", en="Lists")
INSTRUCTIONS = Text(de="Anleitung", en="Instructions")
AGENDA = Text(de="Ablauf", en="Agenda")


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """What one questionnaire asks, and of whom."""

    client: str
    """Code of the client, by which a file that belongs to another one is recognised."""
    client_name: str
    language: Language
    catalogue: CriteriaLibrary
    customers: tuple[Customer, ...] = ()
    segments: tuple[str, ...] = SEGMENTS
    created: dt.datetime = field(default_factory=lambda: dt.datetime(2026, 1, 1))
    """Written into the file, so that the same content gives the same bytes."""


@dataclass(frozen=True, kw_only=True)
class Participant:
    """Somebody for whom a questionnaire is made out."""

    name: str
    department: str = ""
    """As they are printed; both can be corrected in the file."""


_INTRODUCTION = (
    Text(
        de="Was macht einen Kunden wertvoll? Dieser Fragebogen sammelt Ihre Sicht; er braucht 40 bis 60 Minuten.",
        en="What makes a customer valuable? This questionnaire collects your view; it takes 40 to 60 minutes.",
    ),
    Text(
        de="Gelbe Felder sind auszufüllen, alles andere ist gesperrt. Leere Felder sind erlaubt: was da ist, zählt.",
        en="Yellow cells are yours to fill in, all others are locked. Empty cells are allowed: what is there counts.",
    ),
    Text(
        de="Paarvergleich, Punkte und Sprünge sind drei Wege zu denselben Gewichten. Einer genügt; der Paarvergleich ist der "
        "genaueste, die Punkte sind der schnellste.",
        en="Pairs, points and swings are three ways to the same weights. One is enough; pairs are the most exact, "
        "points the quickest.",
    ),
    Text(
        de="Speichern Sie die Datei als Excel-Arbeitsmappe (.xlsx) und schicken Sie sie an die Moderation zurück.",
        en="Save the file as an Excel workbook (.xlsx) and send it back to the facilitator.",
    ),
)


def write_questionnaire(
    path: Path,
    questionnaire: Questionnaire,
    *,
    person: Participant | None = None,
    answers: Answers = MappingProxyType({}),
) -> Path:
    """Write one questionnaire and return its path.

    Parameters
    ----------
    person : Participant, optional
        For whom it is made out; by default for nobody in particular.
    answers : mapping
        Answers that stand in it already; empty for a questionnaire that goes out.

    Notes
    -----
    The same content gives the same bytes on the same machine.
    """
    language = questionnaire.language
    filled = dict(_known(questionnaire, person)) | dict(answers)
    with open_workbook(path, created=questionnaire.created, title=questionnaire.client_name) as book:
        styles = _styles(book)
        sheets = forms(questionnaire.catalogue, customers=questionnaire.customers, segments=questionnaire.segments)
        _write_instructions(book, questionnaire, sheets, styles)
        pages = [(form, book.add_worksheet(form.title.to(language))) for form in sheets]
        _write_agenda(book, styles, language)
        lists = _write_lists(book, sheets, language)
        for form, page in pages:
            _write_form(page, form, filled, lists, styles, language)
    return path


def _known(questionnaire: Questionnaire, person: Participant | None) -> dict[tuple[str, int, str], str]:
    place = {name: number for number, name in enumerate(ABOUT_ROWS)}
    known = {("about", place["client"], "entry"): questionnaire.client}
    if person is not None:
        known["about", place["name"], "entry"] = person.name
        known["about", place["department"], "entry"] = person.department
    return known


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "Arial", "font_size": 10, "valign": "vcenter"}
    framed = {**base, "border": 1, "border_color": LINE, "text_wrap": True}
    entry = {**framed, "locked": False, "bg_color": INPUT}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": TITLE_SIZE, "font_color": INK}),
        "guide": book.add_format({**base, "text_wrap": True, "valign": "top"}),
        "bold": book.add_format({**base, "bold": True, "text_wrap": True, "valign": "top"}),
        "heading": book.add_format({**framed, "bold": True, "font_color": "white", "bg_color": INK, "valign": "top"}),
        "label": book.add_format({**framed, "bg_color": PAPER}),
        "sum": book.add_format({**framed, "bold": True, "bg_color": PAPER, "num_format": "0", "align": "center"}),
        "good": book.add_format({"bg_color": GOOD}),
        "odd": book.add_format({"bg_color": ODD}),
        "text": book.add_format({**entry, "num_format": "@"}),
        "comparison": book.add_format({**entry, "num_format": "@"}),  # as text: Excel would make a date of 1/3
        "choice": book.add_format({**entry, "num_format": "@"}),
        "rating": book.add_format({**entry, "align": "center"}),
        "points": book.add_format({**entry, "num_format": "0.##", "align": "center"}),
        "number": book.add_format({**entry, "num_format": "0.##", "align": "center"}),
        "percent": book.add_format({**entry, "num_format": "0.##", "align": "center"}),
        "date": book.add_format({**entry, "num_format": "dd.mm.yyyy", "align": "left"}),
        "locked": book.add_format({**framed, "bg_color": PAPER}),
    }


def _prepared(page: Any, *, pages: int = 1) -> None:
    """Set up a sheet for printing and lock it without a password, so that nobody is locked out."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, pages)
    page.set_footer("&L&A&R&P / &N")
    page.hide_gridlines(2)
    page.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _write_instructions(
    book: Any, questionnaire: Questionnaire, sheets: Sequence[Form], styles: dict[str, Any]
) -> None:
    language = questionnaire.language
    page = book.add_worksheet(INSTRUCTIONS.to(language))
    _prepared(page)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 92)
    page.set_row(0, 26)
    page.write_string(0, 0, questionnaire.client_name, styles["title"])
    row = 2
    for line in _INTRODUCTION:
        page.merge_range(row, 0, row, 1, line.to(language), styles["guide"])
        page.set_row(row, 30)
        row += 1
    row += 1
    page.write_string(row, 0, Text(de="Blatt", en="Sheet").to(language), styles["heading"])
    page.write_string(row, 1, Text(de="Worum es geht", en="What it is about").to(language), styles["heading"])
    for form in sheets:
        row += 1
        page.write_string(row, 0, form.title.to(language), styles["label"])
        page.write_string(row, 1, form.guide[0].to(language), styles["label"])
        page.set_row(row, 30)
    row += 2
    page.write_string(row, 0, Text(de="Kriterium", en="Criterion").to(language), styles["heading"])
    page.write_string(row, 1, Text(de="Gemeint ist", en="What is meant").to(language), styles["heading"])
    for one in questionnaire.catalogue.criteria:
        row += 1
        ends = f"{one.meaning.to(language)} ({one.worst.to(language)} … {one.best.to(language)})"
        page.write_string(row, 0, one.label.to(language), styles["label"])
        page.write_string(row, 1, ends, styles["label"])


def _write_agenda(book: Any, styles: dict[str, Any], language: Language) -> None:
    page = book.add_worksheet(AGENDA.to(language))
    _prepared(page)
    page.set_column(0, 0, 16)
    page.set_column(1, 1, 58)
    page.set_column(2, 2, 84)
    for row, (kind, cells) in enumerate(agenda_rows(language)):
        if kind == "title":
            page.set_row(row, 26)
        style = {"title": "title", "heading": "heading", "row": "label", "text": "guide"}[kind]
        if kind == "text" and cells[0]:
            page.merge_range(row, 0, row, 2, cells[0], styles[style])
            page.set_row(row, 28)
            continue
        for column, cell in enumerate(cells):
            page.write_string(row, column, cell, styles[style])


def _write_lists(book: Any, sheets: Sequence[Form], language: Language) -> dict[tuple[str, ...], str]:
    """Write what can be chosen on a hidden sheet and return the range of each list; Excel takes short lists only inline."""
    page = book.add_worksheet(LISTS.to(language))
    page.hide()
    options = [one.options for form in sheets for one in form.asked if one.options]
    ranges: dict[tuple[str, ...], str] = {}
    for found in (*options, choices.DEPARTMENTS):
        if tuple(found) not in ranges:
            column = len(ranges)
            for row, label in enumerate(found.values()):
                page.write_string(row, column, label.to(language))
            letter = chr(ord("A") + column)
            ranges[tuple(found)] = f"='{LISTS.to(language)}'!${letter}$1:${letter}${len(found)}"
    return ranges


def _write_form(
    page: Any, form: Form, answers: Answers, lists: Mapping[tuple[str, ...], str], styles: dict[str, Any],
    language: Language,
) -> None:  # fmt: skip
    _prepared(page, pages=1 if len(form.rows) <= ONE_PAGE_ROWS else 0)
    last = len(form.fields) - 1
    page.set_row(0, 26)
    page.write_string(0, 0, form.title.to(language), styles["title"])
    total = sum(one.width for one in form.fields)
    for row, line in enumerate(form.guide, start=1):
        text = line.to(language)
        page.merge_range(row, 0, row, last, text, styles["guide"]) if last else page.write_string(row, 0, text)
        page.set_row(row, 15 * (1 + len(text) // max(int(total * 1.05), 1)))
    top = len(form.guide) + 2
    page.set_row(top, 46 if any(one.unit.de for one in form.fields) else 30)
    for row in range(top + 1, top + 1 + len(form.rows)):
        page.set_row(row, 46 if any(one.kind == "text" and one.width > TALL_WIDTH for one in form.asked) else 18)
    for column, one in enumerate(form.fields):
        page.set_column(column, column, one.width)
        unit = f"\n({one.unit.to(language)})" if one.unit.de else ""
        page.write_string(top, column, one.label.to(language) + unit, styles["heading"])
    for number, printed in enumerate(form.rows):
        for column, one in enumerate(form.fields):
            _write_cell(page, (top + 1 + number, column), one, printed, answers.get((form.name, number, one.code)),
                        styles, language)  # fmt: skip
    _lock_client(page, form, top, answers, styles)
    _validate(page, form, top, lists, language)
    page.freeze_panes(top + 1, 1 if form.keys and len(form.fields) > 3 else 0)
    page.repeat_rows(top)
    if form.sum_to is not None:
        _write_sum(page, form, top, answers, styles, language)


def _write_cell(
    page: Any, place: tuple[int, int], one: FormField, printed: Mapping[str, Text], answer: Any, styles: dict[str, Any],
    language: Language,
) -> None:  # fmt: skip
    style = styles[one.kind]
    if not one.asked:
        page.write_string(*place, printed[one.code].to(language), style)
    elif answer is None or answer == "":
        page.write_blank(*place, None, style)
    elif isinstance(answer, str):
        page.write_string(*place, answer, style)
    elif isinstance(answer, dt.date):
        page.write_datetime(*place, answer, styles["date"])
    else:
        page.write_number(*place, answer, style)


def _lock_client(page: Any, form: Form, top: int, answers: Answers, styles: dict[str, Any]) -> None:
    """Lock the client's code, and let the date look like one."""
    if form.name != "about":
        return
    names = list(ABOUT_ROWS)
    row = names.index("client")
    page.write_string(top + 1 + row, 1, str(answers["about", row, "entry"]), styles["locked"])
    row = names.index("date")
    if ("about", row, "entry") not in answers:
        page.write_blank(top + 1 + row, 1, None, styles["date"])


def _validate(page: Any, form: Form, top: int, lists: Mapping[tuple[str, ...], str], language: Language) -> None:
    if form.name == "about":
        row = top + 1 + list(ABOUT_ROWS).index("department")
        source = lists[tuple(choices.DEPARTMENTS)]
        page.data_validation(row, 1, row, 1, {"validate": "list", "source": source, "error_type": "information"})
    if not form.rows:
        return
    for column, one in enumerate(form.fields):
        rule = _rule(one, lists, language)
        if rule is not None:
            page.data_validation(top + 1, column, top + len(form.rows), column, rule)


def _rule(one: FormField, lists: Mapping[tuple[str, ...], str], language: Language) -> dict[str, Any] | None:
    title = Text(de="Bitte prüfen", en="Please check").to(language)
    if one.options:
        return {
            "validate": "list",
            "source": lists[tuple(one.options)],
            "error_title": title,
            "error_message": Text(de="Bitte aus der Liste wählen.", en="Please choose from the list.").to(language),
        }
    if one.kind in {"points", "percent", "number"}:
        text = Text(de="Eine Zahl von {low:g} bis {high:g}.", en="A number from {low:g} to {high:g}.")
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": one.low,
            "maximum": one.high,
            "error_title": title,
            "error_message": text.fill(low=one.low, high=one.high).to(language),
        }
    return None


def _write_sum(page: Any, form: Form, top: int, answers: Answers, styles: dict[str, Any], language: Language) -> None:
    """Write the sum under the points; it turns green when it is what it should be."""
    from xlsxwriter.utility import xl_rowcol_to_cell

    column = next(place for place, one in enumerate(form.fields) if one.asked)
    row = top + 1 + len(form.rows)
    first, last = xl_rowcol_to_cell(top + 1, column), xl_rowcol_to_cell(row - 1, column)
    page.write_string(row, 0, SUM.to(language), styles["sum"])
    for between in range(1, column):
        page.write_blank(row, between, None, styles["sum"])
    given = (answers.get((form.name, place, form.fields[column].code)) for place in range(len(form.rows)))
    known = sum(value for value in given if isinstance(value, int | float))  # shown until a program computes it anew
    page.write_formula(row, column, f"=SUM({first}:{last})", styles["sum"], known)
    for criteria, style in (("equal to", "good"), ("not equal to", "odd")):
        page.conditional_format(
            row, column, row, column,
            {"type": "cell", "criteria": criteria, "value": form.sum_to, "format": styles[style]},
        )  # fmt: skip
