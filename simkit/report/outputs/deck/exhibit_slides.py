"""The slide of an exhibit: its message as title, the chart or table, what to bear in mind, and where it comes from."""

from __future__ import annotations

import base64
import io
import math
import textwrap
from typing import Any

from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import SHORT
from simkit.report.document.chart import Chart
from simkit.report.outputs.deck.deck_source import DeckSource
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.layouts import LayoutRole, Layouts, of_kind
from simkit.report.outputs.deck.native.native_chart import ChartRoom, rows_by_series
from simkit.report.outputs.deck.native.native_charts import NATIVE, add_native, native_chart, panel_charts
from simkit.report.outputs.deck.slide_places import (
    POINT,
    SlideFrame,
    SlideLine,
    add_text_box,
    box_of,
    fill_text,
    new_slide,
    take_place,
    usual_size,
)
from simkit.report.outputs.deck.slide_tables import add_table, fit_table, rows_left, table_of, table_of_cells
from simkit.report.outputs.deck.speaker_notes import notes_of
from simkit.report.outputs.deck.text_fit import LEADING, lines_of

TITLE_LINES = 2
SMALL_LETTERS = 10.5
"""Size of letters in one of several charts, in points."""
LEGEND = 20
"""Height of the legend above several charts, in points."""
GAP = 10


def exhibit_slide(source: DeckSource, look: DeckLook, layouts: Layouts, block: Block, *, backup: bool) -> Any:
    """Add the slide of an exhibit, and return it."""
    role: LayoutRole = "backup" if backup or _pictured(block) else "chart" if _charted(block) else "table"
    frame = new_slide(layouts, role)
    title = action_title(block, frame.title)
    fill_text(frame.title, [SlideLine(text=title)])
    tracker = " · ".join(filter(None, (source.word("backup") if backup else "", source.chapter(block))))
    frame.write("tracker", tracker)
    frame.write("unit", block.unit)
    if block.note:
        frame.write("note", f"{source.word('note')}: {block.note}")
    write_foot(source, frame, source.number(block), f"{source.word('source')}: {block.source}" if block.source else "")
    write_status(source, frame)
    _put_content(source, look, frame, block)
    frame.remove_empty()
    frame.slide.notes_slide.notes_text_frame.text = notes_of(source, block)
    return frame.slide


def action_title(block: Block, place: Any) -> str:
    """Return the message in at most two lines: as it is, in its short form, or cut where there is none."""
    points, width = usual_size(place), int(place.width) / POINT - 15
    points = min(points, 22.0)
    short = str(block.content.get("short_title") or "")
    for title in (block.title, short):
        if title and lines_of(title, points, width, bold=True) <= TITLE_LINES:
            return title
    smaller = points * 0.8
    for title in (block.title, short):
        if title and lines_of(title, smaller, width, bold=True) <= TITLE_LINES:
            return title
    return textwrap.shorten(short or block.title, SHORT, placeholder=" …")


def write_foot(source: DeckSource, frame: SlideFrame, number: str, said: str) -> None:
    """Write number and source of an exhibit and, at the foot of the slide, who it is for and how confidential it is."""
    numbered = frame.write("number", number)
    told = frame.write("source", " · ".join(filter(None, ("" if numbered else number, said))))
    own = () if told else (number, said)
    line = " · ".join(filter(None, (*own, source.confidentiality, source.client)))
    foot = of_kind(frame.slide, "FOOTER")
    if foot is None:
        width, height = (int(side or 0) for side in (frame.layouts.deck.slide_width, frame.layouts.deck.slide_height))
        box = (width // 20, height - round(height * 0.045), round(width * 0.8), round(height * 0.04))
        add_text_box(frame.slide, box, SlideLine(text=line, points=9))
        return
    if not told:  # a footer is made for a few words; a source needs the width of the slide
        _widen(frame, foot)
    fill_text(foot, [SlideLine(text=line, points=0 if told else 9)])


def write_status(source: DeckSource, frame: SlideFrame) -> None:
    """Say on the slide when its numbers must not be passed on, also where the master has no place for that."""
    if not source.status or frame.write("sticker", source.status):
        return
    width, height = (int(side or 0) for side in (frame.layouts.deck.slide_width, frame.layouts.deck.slide_height))
    box = (width // 2, round(height * 0.01), round(width * 0.48), round(height * 0.04))
    add_text_box(frame.slide, box, SlideLine(text=source.status, bold=True, points=10, colour="ACCENT_2"), right=True)


def _widen(frame: SlideFrame, foot: Any) -> None:
    number = of_kind(frame.slide, "SLIDE_NUMBER")
    left = int(frame.title.left)
    right = int(number.left) if number is not None and int(number.left) > left else left + int(frame.title.width)
    top, height = int(foot.top), int(foot.height)
    reserved = int(number.width) * 3 // 5 if number is not None and int(number.left) > left else 0
    foot.left, foot.top, foot.width, foot.height = left, top, right + reserved - left, height


def _charted(block: Block) -> bool:
    return block.kind == "figure" and block.content["chart"]["kind"] in NATIVE


def _pictured(block: Block) -> bool:
    return block.kind == "figure" and block.content["chart"]["kind"] == "picture"


def _put_content(source: DeckSource, look: DeckLook, frame: SlideFrame, block: Block) -> None:
    place = frame.content
    box = _grown(frame, block, box_of(place))
    if block.kind == "table":
        _put_table(look, frame, block, place, box)
        return
    chart = Chart.model_validate(block.content["chart"])
    if chart.kind in NATIVE:
        _put_charts(look, frame, block, chart, place, box)
    elif chart.kind == "heat":
        table = table_of_cells(look, chart)
        fit = fit_table(table, box[2] / POINT, box[3] / POINT)
        take_place(add_table(look, frame.slide, box, table, fit), place)
    else:
        _put_picture(frame, block, place, box)


def _grown(frame: SlideFrame, block: Block, box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Return the room of the content: with that of a unit or a note that the exhibit has not, and less that of a long one."""
    left, top, width, height = box
    unit, note = frame.place("unit"), frame.place("note")
    if unit is not None and not block.unit and int(unit.top) < top:
        height, top = height + top - int(unit.top), int(unit.top)
    if note is not None and not block.note and int(note.top) >= top + height:
        height = int(note.top) + int(note.height) - top
    return left, top, width, height


def _put_table(look: DeckLook, frame: SlideFrame, block: Block, place: Any, box: tuple[int, int, int, int]) -> None:
    table = table_of(block)
    fit = fit_table(table, box[2] / POINT, box[3] / POINT)
    take_place(add_table(look, frame.slide, box, table, fit), place)
    if left := rows_left(block, table, fit):
        top = box[1] + round(sum(fit.heights) * POINT) + 3 * POINT
        height = round(fit.points * LEADING * POINT)
        line = SlideLine(text=left, points=fit.points)
        add_text_box(frame.slide, (box[0] + 5 * POINT, top, box[2], height), line)


def _put_charts(
    look: DeckLook, frame: SlideFrame, block: Block, chart: Chart, place: Any, box: tuple[int, int, int, int]
) -> None:
    """Put a chart into its place, or one for each of its panels side by side, with one legend above all."""
    alt, panels = str(block.content["alt"]), panel_charts(chart)
    if len(panels) == 1:
        room = ChartRoom(width=box[2] / POINT, height=box[3] / POINT)
        take_place(add_native(frame.slide, box, native_chart(look, chart, room), alt), place)
        return
    left, top, width, height = box
    if len(chart.marks) > 1:
        _write_legend(look, frame.slide, chart, (left, top, width, LEGEND * POINT))
        top, height = top + LEGEND * POINT, height - LEGEND * POINT
    columns = min(3, len(panels))
    lines, gap = math.ceil(len(panels) / columns), GAP * POINT
    one = ((width - gap * (columns - 1)) // columns, (height - gap * (lines - 1)) // lines)
    for number, (name, panel) in enumerate(panels.items()):
        if panel.unit and panel.unit in block.unit and frame.place("unit") is not None:  # said once, above all
            panel = panel.model_copy(update={"unit": ""})
        row, column = divmod(number, columns)
        room = ChartRoom(width=one[0] / POINT, height=one[1] / POINT, letters=SMALL_LETTERS, legend=False, title=name)
        spot = (left + column * (one[0] + gap), top + row * (one[1] + gap), *one)
        drawn = add_native(frame.slide, spot, native_chart(look, panel, room), f"{name}: {alt}")
        if number == 0:
            take_place(drawn, place)


def _write_legend(look: DeckLook, slide: Any, chart: Chart, box: tuple[int, int, int, int]) -> None:
    """Explain the series of several charts in one line above them."""
    from pptx.util import Pt

    shape = slide.shapes.add_textbox(*box)
    shape.text_frame.margin_left = shape.text_frame.margin_top = 0
    paragraph = shape.text_frame.paragraphs[0]
    signs = {"dot": "●", "dot_line": "●", "dashed": "╌╌", "line": "━━", "step": "╌╌", "range": "▬"}
    for name, rows in rows_by_series(chart).items():
        if not rows:
            continue
        sign, words = paragraph.add_run(), paragraph.add_run()
        sign.text, words.text = f"{signs.get(chart.marks[name], '■')} ", f"{name}      "
        for run in (sign, words):
            run.font.size = Pt(12)
        look.paint(sign.font.color, look.colour(chart, rows[0]))


def _put_picture(frame: SlideFrame, block: Block, place: Any, box: tuple[int, int, int, int]) -> None:
    """Put the picture of a chart that only it can show into its place, as large as fits, in the middle."""
    left, top, width, height = box
    ratio = float(block.content["width_mm"]) / float(block.content["height_mm"])
    drawn = (min(width, round(height * ratio)), min(height, round(width / ratio)))
    spot = (left + (width - drawn[0]) // 2, top + (height - drawn[1]) // 2)
    png = io.BytesIO(base64.b64decode(block.content["png"]))
    picture = frame.slide.shapes.add_picture(png, *spot, *drawn)
    picture._element.nvPicPr.cNvPr.set("descr", str(block.content["alt"]))
    take_place(picture, place)
