"""The sheets in front: what the workbook is, where each exhibit stands, and the key figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simkit.report.document.blocks import Block
from simkit.report.document.document import TITLE
from simkit.report.document.story import Part
from simkit.report.document.style import MUTED
from simkit.report.outputs.excel.exhibit_book import LINE, ExhibitBook, clean, row_height
from simkit.report.outputs.excel.number_patterns import CellNumber, alone, told

LABELS = 20.0
MESSAGES = 110.0
"""Widths of the labels and of the messages in the contents."""
FIGURE_WIDTHS = (30.0, 40.0, 16.0, 14.0, 14.0, 18.0, 46.0)
"""Widths of chapter, label, value and its ends, wording and detail of a key figure."""


@dataclass(frozen=True, kw_only=True)
class ListedFigure:
    """One key figure as a row."""

    chapter: str
    label: str
    numbers: tuple[CellNumber | None, ...]
    """Value and ends of its interval."""
    wording: str
    detail: str


def write_contents(book: ExhibitBook) -> None:
    """Write what the report is, for whom and of when, and a list of all exhibits with links to their sheets."""
    sheet = book.sheet(book.words["contents"])
    for place, width in enumerate((LABELS, 13.0, MESSAGES)):
        sheet.set_column(place, place, width)
    head = book.format(bold=True, font_size=18, font_color=book.style.palette.primary)
    sheet.write_string(0, 0, book.style.translate(TITLE), head)
    sheet.set_row(0, 28)
    row = 1
    for label, text in _facts(book):
        sheet.write_string(row, 0, label, book.format(font_color=MUTED))
        sheet.write_string(row, 1, text, book.format(bold=label == book.words["prepared_for"]))
        row += 1
    row += 1
    top = row
    for place, name in enumerate(("number", "kind", "title")):
        sheet.write_string(row, place, book.words[name], book.heading_format())
    sheet.set_row(row, LINE + 4)
    for part, own in book.content.documents.items():
        row = _list_exhibits(book, sheet, row + 1, part, own)
    sheet.freeze_panes(top + 1, 0)
    sheet.repeat_rows(top)
    sheet.print_area(0, 0, row, 2)


def write_key_figures(book: ExhibitBook) -> None:
    """Write the recommendation and all key figures with their intervals; nothing where there are none."""
    listed = list(_figures(book))
    answer = next((str(one.content["recommendation"]) for one in book.content.blocks if one.kind == "decision"), "")
    if not listed and not answer:
        return
    sheet = book.sheet(book.words["key_figures"])
    names = ("chapter", "label", "value", "low", "high", "wording", "detail")
    headings = [book.words[name] for name in names]
    widths = list(FIGURE_WIDTHS)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    title = book.format(bold=True, font_size=14, font_color=book.style.palette.primary, text_wrap=True)
    book.across(sheet, 0, book.words["key_figures"], title, widths, line=20.0)
    if answer:
        book.across(sheet, 1, f"{book.words['answer']}: {answer}", book.format(text_wrap=True), widths)
    for place, heading in enumerate(headings):
        sheet.write_string(3, place, heading, book.heading_format(right=2 <= place <= 4))
    for row, one in enumerate(listed, start=4):
        _write_figure(book, sheet, row, one)
    sheet.freeze_panes(4, 2)
    sheet.autofilter(3, 0, 3 + len(listed), len(names) - 1)
    sheet.repeat_rows(3)
    sheet.print_area(0, 0, 3 + len(listed), len(names) - 1)


def _facts(book: ExhibitBook) -> Iterator[tuple[str, str]]:
    """Yield what stands above the list: whom it is for, of when, how far it may be trusted, who may see it."""
    imprint, content, words = book.content.imprint, book.content, book.words
    unfitted = any(one.kind == "decision" and one.content["verdict"] == "draft" for one in content.blocks)
    yield words["prepared_for"], imprint.name
    yield words["period"], imprint.period_words
    yield words["date"], book.formats.date(content.date)
    yield words["run"], f"{imprint.client} · {content.run}"
    yield words["status"], words["draft"] if imprint.draft else words["unfitted"] if unfitted else words["final"]
    mark = imprint.confidentiality
    yield words["mark"], book.style.translate(mark) if mark else words["confidential"]


def _list_exhibits(book: ExhibitBook, sheet: Any, row: int, part: Part, own: tuple[Block, ...]) -> int:
    """Write the exhibits of one document and return the last row that was written."""
    shown = [block for block in own if block.kind in ("figure", "table")]
    if not shown:
        return row - 1
    sheet.write_string(row, 0, book.documents[part], book.format(bold=True, font_color=book.style.palette.primary))
    link = book.format(font_color=book.style.palette.accent, underline=1)
    for block in shown:
        row += 1
        number = book.number_of(block)
        sheet.write_url(row, 0, f"internal:'{number}'!A1", link, f"{book.words['exhibit']} {number}")
        sheet.write_string(row, 1, book.kinds[block.kind], book.body_format())
        sheet.write_string(row, 2, block.title, book.body_format(wrap=True))
        sheet.set_row(row, row_height([block.title], [MESSAGES]))
    return row


def _figures(book: ExhibitBook) -> Iterator[ListedFigure]:
    """Yield the figures of the decision and those of all chapters."""
    chapters = {block.chapter: block.title for block in book.content.blocks if block.opens_chapter}
    for block in book.content.exhibits:
        items = block.content.get("figures" if block.kind == "decision" else "items", ())
        for item in items if block.kind in ("decision", "key_figures") else ():
            numbers = [item.get(name) for name in ("number", "low", "high")]
            cells = told(str(item["value"]), numbers, book.formats)
            if cells[0] is None and (read := alone(str(item["value"]), book.formats)) is not None:
                cells[0] = read
            yield ListedFigure(
                chapter=chapters.get(block.chapter, ""),
                label=str(item["label"]),
                numbers=tuple(cells),
                wording=str(item["value"]),
                detail=str(item.get("detail", "")),
            )


def _write_figure(book: ExhibitBook, sheet: Any, row: int, one: ListedFigure) -> None:
    wrap = book.body_format(wrap=True)
    texts = [one.chapter, one.label, one.wording, one.detail]
    sheet.set_row(row, row_height(texts, [FIGURE_WIDTHS[place] for place in (0, 1, 5, 6)]))
    for place, text in ((0, one.chapter), (1, one.label), (5, one.wording), (6, one.detail)):
        sheet.write_string(row, place, text, wrap)
    for place, cell in enumerate(one.numbers, start=2):
        if cell is None:
            sheet.write_blank(row, place, None, book.body_format())
        else:
            sheet.write_number(row, place, clean(cell.value), book.body_format(cell.pattern))
