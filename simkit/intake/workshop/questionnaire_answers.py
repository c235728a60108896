"""Turns the found forms of one questionnaire into rows of the tables; one function per form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from simkit.foundation.formats import both_ways
from simkit.foundation.text import Language, Text, did_you_mean
from simkit.intake.workshop.forms import ABOUT_ROWS, SEGMENTS, SUM, Form, FormField
from simkit.intake.workshop.grids import Found, Reading, Row, folded, is_empty, matching, plain, read_cell, read_date
from simkit.intake.workshop.problems import Problem
from simkit.intake.workshop.value_criteria import CriteriaLibrary

ALL_SEGMENTS = (*SEGMENTS, "D")
SUM_TOLERANCE = 0.5

Rows = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a questionnaire is checked against."""

    client: str
    secret: str = field(repr=False)
    """Of the client; pseudonyms and fingerprints hang on it."""
    language: Language
    """Language in which departments are written."""
    catalogue: CriteriaLibrary
    customers: Mapping[str, str] = field(default_factory=dict)
    """Known customers, number to name; empty when the client's list is not known, and then any number passes."""
    employees: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What stands in one questionnaire."""

    name: str
    department: str
    suggestion: str
    """What the person said about itself, and the criterion it misses; empty where nothing was said."""
    date: dt.date | None
    rows: Mapping[str, Rows]
    """Rows of the tables that depend on the person."""


@dataclass(kw_only=True)
class FormReading:
    """One form while it is read; takes up what is wrong with its cells."""

    found: Found
    file: str
    context: Context
    problems: list[Problem]
    """All problems of the folder."""
    seen: set[object] = field(default_factory=set)

    def tell(self, kind: str, row: Row | None = None, code: str = "", **details: object) -> None:
        """Take up one problem with its place."""
        cell = row.letters.get(code, "") if row is not None else ""
        self.problems.append(
            Problem(
                kind=kind, details=details, file=self.file, sheet=self.found.sheet, cell=cell,
                row=row.number if row is not None else None,
            )
        )  # fmt: skip

    def read(self, row: Row, one: FormField) -> Any:
        """Return what a cell says; None where it says nothing or nothing that can be used."""
        if one.code not in row.cells:
            return None
        reading = read_cell(row.cells[one.code], one)
        if reading.problem:
            self.tell_cell(reading, row, one)
        return reading.value

    def tell_cell(self, reading: Reading, row: Row, one: FormField) -> None:
        """Take up what is wrong with one cell."""
        entry = plain(row.cells[one.code])
        low, high = ("1/9", "9") if one.kind == "comparison" else (f"{one.low:g}", f"{one.high:g}")
        self.tell(reading.problem, row, one.code, entry=entry, low=low, high=high)

    def answered(self, row: Row) -> bool:
        """Whether anything is entered in a row."""
        return any(not is_empty(row.cells.get(one.code, "")) for one in self.found.form.asked)

    def first_time(self, key: object, row: Row, code: str) -> bool:
        """Whether a row stands there for the first time; the second one is reported and does not count."""
        if key in self.seen:
            self.tell("answered_twice", row, code)
            return False
        self.seen.add(key)
        return True


def interpreted(
    found: Mapping[str, Found], asked: Sequence[Form], file: str, context: Context, problems: list[Problem]
) -> Answers | None:
    """Return the answers of one questionnaire; None when it belongs to another client or is empty.

    Parameters
    ----------
    found : mapping of str to Found
        The forms that were found.
    file : str
        Name of the file.
    """
    pages = {name: FormReading(found=one, file=file, context=context, problems=problems) for name, one in found.items()}
    person = _about(pages["about"]) if "about" in pages else {}
    client = str(person.get("client") or context.client)
    if folded(client) != folded(context.client):
        problems.append(Problem(kind="other_client", details={"found": client}, file=file))
        return None
    rows: dict[str, Rows] = {name: [] for name in _TABLES}
    for name, read in _READERS.items():
        if name in pages:
            for table, row in read(pages[name]):
                rows[table].append(row)
    if not any(rows.values()) and not person.get("missing"):
        problems.append(Problem(kind="blank", details={}, file=file))
        return None
    _tell_lost(found, asked, file, problems)
    for key in ("name", "department"):
        if not person.get(key):
            problems.append(Problem(kind=f"no_{key}", details={}, file=file))
    return Answers(
        name=str(person.get("name") or ""),
        department=str(person.get("department") or ""),
        suggestion=str(person.get("missing") or ""),
        date=person.get("date"),
        rows=rows,
    )


def _tell_lost(found: Mapping[str, Found], asked: Sequence[Form], file: str, problems: list[Problem]) -> None:
    for form in asked:
        if form.name not in found:
            problems.append(Problem(kind="no_sheet", details={"sheet": form.title}, file=file))
            continue
        for one in found[form.name].lost:
            if one.asked:
                details = {"column": one.label}
                problems.append(Problem(kind="lost_column", details=details, file=file, sheet=found[form.name].sheet))


def _about(page: FormReading) -> dict[str, Any]:
    person: dict[str, Any] = {}
    for row in page.found.rows:
        item = matching(row.cells["item"], ABOUT_ROWS)
        cell = row.cells.get("entry", "")
        if item is None or is_empty(cell):
            continue
        if item == "date":
            reading = read_date(cell)
            if reading.problem:
                page.tell(
                    "ambiguous" if reading.problem == "ambiguous" else "unreadable", row, "entry", entry=plain(cell)
                )
            person[item] = reading.value
        else:
            person[item] = plain(cell)
    return person


def _criterion(page: FormReading, row: Row, code: str) -> str | None:
    """Return the criterion that a printed cell names; an unknown one beside an answer is reported."""
    labels = {one.name: one.label for one in page.context.catalogue.criteria}
    name = matching(row.cells.get(code, ""), labels)
    if name is None and page.answered(row):
        entry = plain(row.cells.get(code, ""))
        known = [label.de for label in labels.values()] + [label.en for label in labels.values()]
        page.tell("unknown_criterion", row, code, entry=entry, hint=did_you_mean(entry, known))
    return name


def _pairs(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    (answer,) = page.found.form.asked
    count = 0
    for row in page.found.rows:
        if not page.answered(row):
            continue
        left, right = _criterion(page, row, "left"), _criterion(page, row, "right")
        if left is None or right is None or left == right:
            continue
        ratio = page.read(row, answer)
        if ratio is not None and page.first_time(frozenset((left, right)), row, answer.code):
            count += 1
            yield "judgements", {"first": left, "second": right, "ratio": ratio}
    number = len(page.context.catalogue.criteria)
    possible = number * (number - 1) // 2
    if 0 < count < possible:
        page.tell("half_filled", answered=count, possible=possible)


def _shared(method: str) -> Callable[[FormReading], Iterator[tuple[str, dict[str, object]]]]:
    def read(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
        (answer,) = page.found.form.asked
        given: dict[str, float] = {}
        for row in page.found.rows:
            if matching(row.cells["criterion"], {"sum": SUM}) or not page.answered(row):
                continue
            name = _criterion(page, row, "criterion")
            value = page.read(row, answer) if name is not None else None
            if name is not None and value is not None and page.first_time(name, row, answer.code):
                given[name] = value
        total = sum(given.values())
        if given and total == 0:
            page.tell("all_zero")
        elif given and page.found.form.sum_to is not None and abs(total - page.found.form.sum_to) > SUM_TOLERANCE:
            page.tell("sum_differs", sum=both_ways(total))
        for name, value in given.items() if total > 0 else ():
            yield "points", {"method": method, "criterion": name, "points": value}

    return read


def _ratings(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    for row in page.found.rows:
        if not page.answered(row):
            continue
        customer = _customer(page, row, "customer_id")
        if customer is None or not page.first_time(customer, row, "customer_id"):
            continue
        for one in page.found.form.asked:
            mark = page.read(row, one)
            if mark is not None:
                yield "ratings", {"customer_id": customer, "factor": one.code, "rating": mark}


def _customer(page: FormReading, row: Row, code: str) -> str | None:
    """Return the number of a customer who is named by number, by number without its leading zeros, or by name."""
    entry, known = plain(row.cells.get(code, "")), page.context.customers
    if not known or entry in known:
        return entry or None
    wanted = folded(entry)
    found = [number for number, name in known.items() if wanted in {number.lstrip("0").casefold(), folded(name)}]
    if len(found) == 1:
        return found[0]
    page.tell("unknown_customer", row, code, entry=entry, hint=did_you_mean(entry, [*known, *known.values()]))
    return None


def _segment(page: FormReading, row: Row) -> str | None:
    entry = plain(row.cells.get("segment", ""))
    for name in ALL_SEGMENTS:
        if folded(entry) in {name.casefold(), f"{name}-kunden".casefold(), f"{name} customers".casefold()}:
            return name if page.first_time(name, row, "segment") else None
    page.tell("unknown_segment", row, "segment", entry=entry, hint=did_you_mean(entry, ALL_SEGMENTS))
    return None


def _by_segment(page: FormReading) -> Iterator[tuple[Row, dict[str, object]]]:
    for row in page.found.rows:
        segment = _segment(page, row) if page.answered(row) else None
        if segment is not None:
            given = {one.code: page.read(row, one) for one in page.found.form.asked}
            if any(value is not None for value in given.values()):
                yield row, {"segment": segment, **given}


def _services(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    for _, given in _by_segment(page):
        yield "services", given


def _offers(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    for _, given in _by_segment(page):
        for kind in ("offers", "stops"):
            for part in str(given.get(kind) or "").replace(";", ",").split(","):
                if part.strip():
                    yield "offers", {"segment": given["segment"], "kind": kind, "offer": part.strip()}


def _responses(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    """Return the points of a response curve; one that falls anywhere is reported and left out."""
    for row, given in _by_segment(page):
        levels = [given["sales_at_none"], given["sales_at_half"], 100.0, given["sales_at_more"], given["sales_at_most"]]
        known = [float(str(value)) for value in levels if value is not None]
        if any(later < before for before, later in pairwise(known)):
            shown = [both_ways(value) for value in known]
            values = Text(de=" → ".join(one.de for one in shown), en=" → ".join(one.en for one in shown))
            page.tell("falling_response", row, "sales_at_none", values=values)
        else:
            yield "responses", given


def _taboos(page: FormReading) -> Iterator[tuple[str, dict[str, object]]]:
    kind_field, subject_field, protection_field = page.found.form.asked
    for row in page.found.rows:
        kind = page.read(row, kind_field)
        subject = page.read(row, subject_field)
        protection = page.read(row, protection_field) or "everything"
        if subject is None:
            if kind is not None:
                page.tell("half_taboo", row, "subject")
            continue
        kind = kind or "topic"
        if kind == "customer":
            subject = _customer(page, row, "subject")
        elif kind == "person":
            subject = _employee(page, row, str(subject))
        if subject is not None:
            yield "taboos", {"kind": kind, "subject": subject, "protection": protection}


def _employee(page: FormReading, row: Row, entry: str) -> str:
    known = page.context.employees
    found = [number for number in known if entry.lstrip("0") == number.lstrip("0")]
    if entry not in known and len(found) != 1:
        page.tell("unknown_person", row, "subject")
        return entry
    return entry if entry in known else found[0]


_READERS: Mapping[str, Callable[[FormReading], Iterator[tuple[str, dict[str, object]]]]] = {
    "pairs": _pairs,
    "points": _shared("points"),
    "swing": _shared("swing"),
    "ratings": _ratings,
    "services": _services,
    "offers": _offers,
    "responses": _responses,
    "taboos": _taboos,
}
_TABLES = ("judgements", "points", "ratings", "services", "offers", "responses", "taboos")
