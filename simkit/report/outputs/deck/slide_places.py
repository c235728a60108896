"""Fills the placeholders of a slide: texts in sizes that fit, charts and tables in the place of the content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simkit.report.outputs.deck.layouts import TITLES, LayoutRole, Layouts, kind_of, of_kind
from simkit.report.outputs.deck.text_fit import fitting_size

POINT = 12_700
LARGEST = 22.0
"""Size of the letters of a title, at most, in points."""
BULLET = "•"
FIELD = "{C1FF6DA9-008F-8B48-92A6-B652298478BF}"
"""Name of the field with the number of the slide; any will do, and this one is always the same."""


@dataclass(frozen=True, kw_only=True)
class SlideLine:
    """A paragraph on a slide."""

    text: str
    bold: bool = False
    bullet: bool = False
    points: float = 0.0
    """Size of its letters; 0 for that of the placeholder."""
    colour: str = ""
    """Name of a colour of the theme, such as ``ACCENT_1``; empty for that of the placeholder."""


@dataclass(frozen=True, kw_only=True)
class SlideFrame:
    """A slide with its layout."""

    slide: Any
    layouts: Layouts
    role: LayoutRole

    @cached_property
    def title(self) -> Any:
        """The placeholder of the title."""
        return next(one for one in self.slide.placeholders if kind_of(one) in TITLES)

    @cached_property
    def _places(self) -> dict[int, Any]:
        """The placeholders of the new slide by the numbers that they have in the layout; their names are not those of it."""
        return {one.placeholder_format.idx: one for one in self.slide.placeholders}

    def place(self, name: str) -> Any:
        """Return the placeholder of that name; None where the layout has none."""
        found = self.layouts.index_of(self.slide.slide_layout, name)
        return None if found is None else self._places.get(found)

    @property
    def content(self) -> Any:
        """The placeholder of the exhibit; None where the layout has none."""
        return self.layouts.content(self.slide, self.role)

    def write(self, name: str, *lines: SlideLine | str) -> bool:
        """Write into the placeholder of that name; return whether there is one."""
        place = self.place(name)
        if place is None:
            return False
        fill_text(place, [SlideLine(text=line) if isinstance(line, str) else line for line in lines])
        return True

    def remove_empty(self) -> None:
        """Remove the placeholders that nothing was written into, which would show their prompts."""
        for shape in list(self.slide.placeholders):
            if shape.has_text_frame and not shape.text_frame.text.strip() and kind_of(shape) != "SLIDE_NUMBER":
                shape._element.getparent().remove(shape._element)


def new_slide(layouts: Layouts, role: LayoutRole) -> SlideFrame:
    """Return a new slide of the layout for its role, with footer and number as the layout has them."""
    layout = layouts.of(role)
    slide = layouts.deck.slides.add_slide(layout)
    for kind in ("FOOTER", "SLIDE_NUMBER"):
        if (place := of_kind(layout, kind)) is not None:
            slide.shapes._spTree.append(_copied(place, len(slide.shapes._spTree) + 100))
    return SlideFrame(slide=slide, layouts=layouts, role=role)


def fill_text(place: Any, lines: Sequence[SlideLine], points: float = 0.0) -> None:
    """Write paragraphs into a placeholder, in letters of a size, else as large as it has them, or smaller so that they fit."""
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.util import Pt

    lines = [line for line in lines if line.text]
    frame = place.text_frame
    size = points or fitting_points(place, lines)
    for number, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = line.text
        run.font.size = Pt(line.points or size)
        if line.bold:
            run.font.bold = True
        if line.colour:
            run.font.color.theme_color = getattr(MSO_THEME_COLOR, line.colour)
        if number and (line.bullet or line.bold):
            paragraph.space_before = Pt(size * (0.8 if line.bold else 0.25))
        set_bullet(paragraph, size if line.bullet else 0.0)


def set_bullet(paragraph: Any, points: float) -> None:
    """Give a paragraph a bullet with a hanging indent, or none, whatever its level usually has."""
    from pptx.oxml.ns import qn

    properties = paragraph._p.get_or_add_pPr()
    indent = round(points * POINT)
    properties.set("marL", str(indent))
    properties.set("indent", str(-indent))
    bullet = _child(properties, qn("a:buChar" if points else "a:buNone"))
    if points:
        bullet.set("char", BULLET)


def usual_size(place: Any) -> float:
    """Return the size of the letters of a placeholder in points: its own, its layout's or its master's."""
    from pptx.oxml.ns import qn

    found: Any = place
    while found is not None:
        sizes = [one.get("sz") for one in found._element.iterfind(f".//{qn('a:lvl1pPr')}/{qn('a:defRPr')}")]
        if sizes and sizes[0]:
            return int(sizes[0]) / 100
        found = getattr(found, "_base_placeholder", None)
    return 20.0 if kind_of(place) in TITLES else 14.0


def take_place(frame: Any, place: Any) -> None:
    """Let a chart, table or picture stand in a placeholder, so that it follows the layout, and remove the empty one."""
    from pptx.oxml.ns import qn

    holder = place._element.find(f".//{qn('p:ph')}")
    properties = frame._element.find(f".//{qn('p:nvPr')}")
    properties.insert(0, holder)
    place._element.getparent().remove(place._element)


def box_of(place: Any) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a placeholder, its layout's where it has none of its own."""
    return int(place.left), int(place.top), int(place.width), int(place.height)


def add_text_box(slide: Any, box: tuple[int, int, int, int], line: SlideLine, *, right: bool = False) -> Any:
    """Write a line into a text box, where a master has no placeholder for it."""
    from pptx.enum.text import PP_ALIGN

    shape = slide.shapes.add_textbox(*box)
    shape.text_frame.word_wrap = True
    for side in ("margin_left", "margin_right", "margin_top", "margin_bottom"):
        setattr(shape.text_frame, side, 0)
    fill_lines = shape.text_frame.paragraphs[0]
    run = fill_lines.add_run()
    run.text = line.text
    _dress(run, line)
    fill_lines.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    return shape


def _dress(run: Any, line: SlideLine) -> None:
    from pptx.enum.dml import MSO_THEME_COLOR
    from pptx.util import Pt

    run.font.size, run.font.bold = Pt(line.points or 10), line.bold
    if line.colour:
        run.font.color.theme_color = getattr(MSO_THEME_COLOR, line.colour)


def fitting_points(place: Any, lines: Sequence[SlideLine]) -> float:
    """Return the size of letters in which paragraphs fit a placeholder, in points: its own, or a smaller one."""
    usual = min(usual_size(place), LARGEST) if kind_of(place) not in ("CENTER_TITLE",) else usual_size(place)
    width, height = int(place.width) / POINT, int(place.height) / POINT
    inset = 0.0 if usual < 12 else 2.0
    sizes = [usual - step / 2 for step in range(int(2 * (usual - max(usual * 0.5, 8.0))) + 1)] or [usual]
    texts = [line.text for line in lines]
    bullets = sum(line.bullet for line in lines) > 0
    return fitting_size(texts, width - inset - (usual if bullets else 0), height, sizes, gap=0.4)


def _copied(place: Any, number: int) -> Any:
    """Return an empty placeholder of a slide that takes place, size and letters from that of the layout."""
    from copy import deepcopy

    from pptx.oxml.ns import qn

    element = deepcopy(place._element)
    element.nvSpPr.cNvPr.set("id", str(number))
    properties = element.find(qn("p:spPr"))
    for child in list(properties):
        properties.remove(child)
    body = element.find(qn("p:txBody"))
    for child in list(body)[1:]:
        body.remove(child)
    for child in list(body[0]):
        body[0].remove(child)
    body[0].attrib.clear()
    _child(body, qn("a:lstStyle"))
    paragraph = _child(body, qn("a:p"))
    if kind_of(place) == "SLIDE_NUMBER":
        field = _child(paragraph, qn("a:fld"), id=FIELD, type="slidenum")
        _child(field, qn("a:rPr"))
        _child(field, qn("a:t")).text = "‹#›"
    return element


def _child(element: Any, tag: str, **attributes: str) -> Any:
    """Return a new last child of an element."""
    child = element.makeelement(tag, attributes)
    element.append(child)
    return child
