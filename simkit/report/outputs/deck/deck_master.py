"""The master that comes with simkit: 16:9, five layouts, a place for everything that a slide of the report says.

``templates/deck/master.pptx`` is what :func:`build_master` writes; a workspace may have its own file of that name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.style import HAIRLINE, INK, MUTED, Palette
from simkit.report.outputs.deck.deck_theme import paint_theme
from simkit.report.outputs.deck.repeatable import save_repeatable

if TYPE_CHECKING:
    from pptx.slide import SlideLayout

TEXTS = Catalogue.beside(__file__)

BUILT = dt.date(2026, 1, 1)
"""Stands in the file as its day, whenever it is built."""
EMU = 914_400
"""PowerPoint's units in an inch."""
SIZE = (13.333, 7.5)
"""Width and height of a slide, in inches."""
LEFT, WIDTH = 0.55, 12.233
"""Where everything begins, and how wide it is."""
PLAIN = "no_bullet"

PlaceType = Literal["title", "ctrTitle", "subTitle", "body", "chart", "tbl", "", "ftr", "sldNum"]


@dataclass(frozen=True, kw_only=True)
class MasterPlace:
    """A placeholder of a layout, in inches."""

    name: str
    """Key of its name in the catalogue; the title and the content have none."""
    kind: PlaceType
    index: int
    box: tuple[float, float, float, float]
    """Left, top, width and height."""
    points: float = 14.0
    colour: str = "tx1"
    """Name of the colour in the theme."""
    bold: bool = False
    align: Literal["l", "r"] = "l"
    anchor: Literal["t", "ctr", "b"] = "t"


TITLE = MasterPlace(name="", kind="title", index=0, box=(LEFT, 0.5, WIDTH, 0.84), points=22, bold=True, anchor="ctr")
FOOTER = (
    MasterPlace(name="", kind="ftr", index=30, box=(LEFT, 7.1, 10.8, 0.25), points=9, colour="tx2", anchor="ctr"),
    MasterPlace(
        name="", kind="sldNum", index=31, box=(11.683, 7.1, 1.1, 0.25), points=9, colour="tx2", align="r", anchor="ctr"
    ),
)
HEAD = (
    MasterPlace(name="tracker", kind="body", index=11, box=(LEFT, 0.24, 7.6, 0.26), points=11, colour="accent1"),
    MasterPlace(
        name="sticker", kind="body", index=16, box=(8.2, 0.24, 4.583, 0.26), points=11, colour="accent2", bold=True,
        align="r",
    ),
    TITLE,
)  # fmt: skip
FOOT = (
    MasterPlace(name="unit", kind="body", index=12, box=(LEFT, 1.4, WIDTH, 0.28), points=13, colour="tx2"),
    MasterPlace(name="note", kind="body", index=13, box=(LEFT, 6.12, WIDTH, 0.62), points=10, colour="tx2", anchor="b"),
    MasterPlace(name="number", kind="body", index=15, box=(LEFT, 6.78, 1.05, 0.26), points=10, bold=True, anchor="ctr"),
    MasterPlace(
        name="source", kind="body", index=14, box=(1.6, 6.78, 11.183, 0.26), points=10, colour="tx2", anchor="ctr"
    ),
)
CONTENT = (LEFT, 1.7, WIDTH, 4.38)
TILE_WIDTH = 3.95
LAYOUTS: dict[str, tuple[MasterPlace, ...]] = {
    "cover": (
        MasterPlace(name="", kind="ctrTitle", index=0, box=(LEFT, 2.3, 11.0, 1.1), points=36, bold=True, anchor="b"),
        MasterPlace(name="", kind="subTitle", index=1, box=(LEFT, 3.5, 11.0, 0.9), points=18, colour="tx2"),
        MasterPlace(name="facts", kind="body", index=17, box=(LEFT, 4.7, 11.0, 1.5), points=14),
        HEAD[1],
        *FOOTER,
    ),
    "summary": (
        *HEAD,
        MasterPlace(name="lead", kind="body", index=17, box=(LEFT, 1.4, WIDTH, 0.5), points=13),
        *(
            MasterPlace(
                name=f"tile_{place + 1}", kind="body", index=18 + place, points=12,
                box=(LEFT + place * (TILE_WIDTH + 0.19), 2.0, TILE_WIDTH, 1.15),
            )
            for place in range(3)
        ),
        MasterPlace(name="left", kind="body", index=21, box=(LEFT, 3.22, 6.0, 3.3), points=13),
        MasterPlace(name="right", kind="body", index=22, box=(6.783, 3.22, 6.0, 3.3), points=13),
        MasterPlace(name="ask", kind="body", index=23, box=(LEFT, 6.55, WIDTH, 0.5), points=13, anchor="ctr"),
        *FOOTER,
    ),
    "chart": (*HEAD, *FOOT, MasterPlace(name="", kind="chart", index=10, box=CONTENT), *FOOTER),
    "table": (*HEAD, *FOOT, MasterPlace(name="", kind="tbl", index=10, box=CONTENT), *FOOTER),
    "backup": (*HEAD, *FOOT, MasterPlace(name="", kind="", index=10, box=CONTENT), *FOOTER),
}  # fmt: skip
"""The layouts, by the key of their name in the catalogue."""
TYPES = {"cover": "title", "summary": "twoObj", "chart": "chart", "table": "tbl", "backup": "obj"}
"""What PowerPoint calls such a layout."""


def build_master(path: Path) -> None:
    """Write the master into a file, which is the same each time."""
    from pptx import Presentation
    from pptx.util import Emu

    deck = Presentation()
    deck.slide_width, deck.slide_height = (Emu(round(side * EMU)) for side in SIZE)
    paint_theme(deck, Palette(), ink=INK, muted=MUTED, hairline=HAIRLINE)
    master = deck.slide_master
    body = MasterPlace(name="", kind="body", index=1, box=CONTENT)
    feet = tuple(MasterPlace(**{**vars(one), "index": place}) for place, one in enumerate(FOOTER, start=3))
    _fill_shapes(master, (TITLE, body, *feet), prompts=("", ""))
    _plain_styles(master)
    layouts = list(deck.slide_layouts)
    for layout, (name, places) in zip(layouts, LAYOUTS.items(), strict=False):
        _write_layout(layout, name, places)
    for layout in layouts[len(LAYOUTS) :]:
        deck.slide_layouts.remove(layout)
    core = deck.core_properties
    core.title, core.author, core.last_modified_by, core.revision = "simkit", "simkit", "simkit", 1
    save_repeatable(deck, path, BUILT)


def two_names(group: str, key: str) -> str:
    """Return a name in both languages, as it stands in the master: whoever opens it finds his own."""
    text = {"layouts": TEXTS.group("layouts"), "places": TEXTS.group("places")}[group][key]
    return " · ".join(dict.fromkeys((text.de, text.en)))


def _write_layout(layout: SlideLayout, name: str, places: Sequence[MasterPlace]) -> None:
    element = layout._element
    element.set("type", TYPES[name])
    element.cSld.set("name", two_names("layouts", name))
    _fill_shapes(layout, places, prompts=("…", "…"))
    if name == "cover":
        band = _box_xml(90, "Band", (0.0, 0.0, 0.22, SIZE[1]), "accent1")
        layout.shapes._spTree.insert(2, band)


def _fill_shapes(layout: Any, places: Sequence[MasterPlace], prompts: tuple[str, str]) -> None:
    tree = layout.shapes._spTree
    for shape in list(layout.shapes):
        tree.remove(shape._element)
    for number, place in enumerate(places, start=2):
        tree.append(_place_xml(number, place, prompts[0]))


def _plain_styles(master: Any) -> None:
    """Let titles and texts begin on the left, without bullets, in the sizes of the slides."""
    from pptx.oxml.ns import qn

    styles = master._element.find(qn("p:txStyles"))
    title = styles.find(qn("p:titleStyle")).find(qn("a:lvl1pPr"))
    title.set("algn", "l")
    title.find(qn("a:defRPr")).set("sz", "2200")
    title.find(qn("a:defRPr")).set("b", "1")
    for level, size in enumerate((1400, 1300, 1200, 1100, 1100), start=1):
        style = styles.find(qn("p:bodyStyle")).find(qn(f"a:lvl{level}pPr"))
        style.find(qn("a:defRPr")).set("sz", str(size))
        if level == 1:
            style.set("marL", "0")
            style.set("indent", "0")
            for bullet in (*style.findall(qn("a:buFont")), *style.findall(qn("a:buChar"))):
                style.remove(bullet)
            style.insert(list(style).index(style.find(qn("a:defRPr"))), _element('<a:buNone xmlns:a="{a}"/>'))


def _place_xml(number: int, place: MasterPlace, prompt: str) -> Any:
    """Return a placeholder with its place, its letters and a text that says what it is for."""
    label = (
        two_names("places", place.name) if place.name else {"ftr": "Footer", "sldNum": "Slide number"}.get(place.kind)
    )
    kind = f' type="{place.kind}"' if place.kind else ""
    index = f' idx="{place.index}"' if place.index else ""
    bold = ' b="1"' if place.bold else ' b="0"'
    bullet = "<a:buNone/>" if place.kind not in ("ftr", "sldNum") else ""
    inner = f"<a:r><a:rPr/><a:t>{label or prompt}</a:t></a:r>" if place.kind != "sldNum" else (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum"><a:rPr/><a:t>‹#›</a:t></a:fld>'
    )  # fmt: skip
    if place.kind == "ftr":
        inner = ""
    left, top, width, height = (round(side * EMU) for side in place.box)
    return _element(
        f'<p:sp xmlns:p="{{p}}" xmlns:a="{{a}}"><p:nvSpPr><p:cNvPr id="{number}" name="{label or place.kind or "Content"}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph{kind}{index}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{place.anchor}"><a:noAutofit/></a:bodyPr>'
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{place.align}"><a:spcBef><a:spcPts val="0"/></a:spcBef>{bullet}'
        f'<a:defRPr sz="{round(place.points * 100)}"{bold}><a:solidFill><a:schemeClr val="{place.colour}"/></a:solidFill>'
        f"</a:defRPr></a:lvl1pPr></a:lstStyle><a:p>{inner}</a:p></p:txBody></p:sp>"
    )


def _box_xml(number: int, name: str, box: tuple[float, float, float, float], colour: str) -> Any:
    left, top, width, height = (round(side * EMU) for side in box)
    return _element(
        f'<p:sp xmlns:p="{{p}}" xmlns:a="{{a}}"><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/><p:cNvSpPr/>'
        f'<p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
        "<a:ln><a:noFill/></a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/><a:p/></p:txBody></p:sp>"
    )


def _element(xml: str) -> Any:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import _nsmap as names

    return parse_xml(xml.replace("{p}", names["p"]).replace("{a}", names["a"]))
