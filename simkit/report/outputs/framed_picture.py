"""A chart as a picture that stands alone: title, unit, note and source in it, as wide as a page or as a slide."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from simkit.foundation.catalogue import Catalogue
from simkit.report.document.blocks import Block
from simkit.report.document.style import FONTS, INK, MUTED, available_fonts

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

TEXTS = Catalogue.beside(__file__)

INCH, POINT = 96.0, 96.0 / 72.0
"""Pixels of an SVG in an inch, and in a point."""
SHARPNESS = 1.875
"""Pixels of a PNG for each of an SVG; 180 to the inch."""
LEADING = 1.3
"""Height of a line for each point of its letters."""
COMPRESSION = 4
"""Of a PNG, 0 to 9: charts are mostly white, so that 6 takes half as long again and saves 2 %."""


@dataclass(frozen=True, kw_only=True)
class PictureFormat:
    """The size of a picture, in inches."""

    suffix: str
    """What the name of its file ends with."""
    width: float
    height: float = 0.0
    """0 where the content decides."""
    margin: float = 0.2
    title: float = 12.0
    small: float = 8.5
    """Letters of the title, and of unit, note and source, in points."""


FORMATS = (
    PictureFormat(suffix="", width=7.6),
    PictureFormat(suffix="_16x9", width=40 / 3, height=7.5, margin=0.5, title=20.0, small=11.0),
)
"""As wide as the text of an A4 page, and a slide."""


@dataclass(frozen=True, kw_only=True)
class TextLine:
    """A line of text at its place, in pixels of an SVG."""

    text: str
    y: float
    """Its base line."""
    size: float
    colour: str
    bold: bool = False


@dataclass(frozen=True, kw_only=True)
class Framed:
    """Where everything stands in a picture, in pixels of an SVG."""

    width: float
    height: float
    left: float
    lines: tuple[TextLine, ...]
    box: tuple[float, float, float, float]
    """Left, top, width and height of the drawing."""


def framed(block: Block, form: PictureFormat, number: str) -> Framed:
    """Return where the texts and the drawing of a figure block stand."""
    width, margin = form.width * INCH, form.margin * INCH
    words = {name: text.to(block.formats.language) for name, text in TEXTS.group("words").items()}
    label = f"{words['exhibit']} {number}  ·  {block.title}" if number else block.title
    above = [*_lines(label, form.title, INK, width - 2 * margin, bold=True)]
    above += _lines(block.unit, form.small, MUTED, width - 2 * margin)
    below = [
        line
        for name in ("note", "source")
        if (said := getattr(block, name))
        for line in _lines(f"{words[name]}: {said}", form.small, MUTED, width - 2 * margin)
    ]
    top, top_lines = _placed(above, margin)
    foot = sum(line.size * LEADING for line in below)
    own = [float(block.content[side]) / 25.4 * INCH for side in ("width_mm", "height_mm")]
    gap = form.small * POINT
    room = form.height * INCH - top - foot - 2 * gap - margin if form.height else own[1]
    scale = min((width - 2 * margin) / own[0], room / own[1])
    drawn = (own[0] * scale, own[1] * scale)
    height = form.height * INCH or top + drawn[1] + 2 * gap + foot + margin
    _, low_lines = _placed(below, height - margin - foot)
    left = margin if not form.height else (width - drawn[0]) / 2
    box = (left, top + gap, *drawn)
    return Framed(width=width, height=height, left=margin, lines=(*top_lines, *low_lines), box=box)


def svg(block: Block, place: Framed) -> str:
    """Return the picture as SVG: the drawing in a frame of texts."""
    left, top, width, height = (f"{end:.1f}" for end in place.box)
    inner = re.sub(r'(<svg\b[^>]*?)\swidth="[^"]*"', r"\1", block.content["svg"], count=1)
    inner = re.sub(r'(<svg\b[^>]*?)\sheight="[^"]*"', r"\1", inner, count=1)
    inner = inner.replace("<svg", f'<svg x="{left}" y="{top}" width="{width}" height="{height}"', 1)
    fonts = escape(", ".join(f"'{name}'" for name in FONTS) + ", sans-serif", quote=True)
    texts = "".join(
        f'<text x="{place.left:.1f}" y="{line.y:.1f}" font-size="{line.size:.1f}" fill="{line.colour}"'
        f' font-weight="{700 if line.bold else 400}">{escape(line.text)}</text>'
        for line in place.lines
    )
    size = f'width="{place.width:.0f}" height="{place.height:.0f}" viewBox="0 0 {place.width:.0f} {place.height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><title>{escape(block.title)}</title>'
        f'<rect width="100%" height="100%" fill="white"/><g font-family="{fonts}">{texts}</g>{inner}</svg>'
    )


def png(block: Block, place: Framed) -> bytes:
    """Return the picture as PNG."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (round(place.width * SHARPNESS), round(place.height * SHARPNESS)), "white")
    left, top, width, height = (round(end * SHARPNESS) for end in place.box)
    with Image.open(io.BytesIO(base64.b64decode(block.content["png"]))) as drawing:
        sheet.paste(drawing.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (left, top))
    pen = ImageDraw.Draw(sheet)
    for line in place.lines:
        spot = (place.left * SHARPNESS, line.y * SHARPNESS)
        pen.text(spot, line.text, fill=line.colour, font=_font(line.size * SHARPNESS, bold=line.bold), anchor="ls")
    written = io.BytesIO()
    sheet.save(written, format="PNG", dpi=(180, 180), compress_level=COMPRESSION)
    return written.getvalue()


def _lines(text: str, points: float, colour: str, width: float, *, bold: bool = False) -> Iterator[TextLine]:
    """Yield a text broken into lines that fit, without their places."""
    font, line = _font(points * POINT, bold=bold), ""
    for word in text.split(" ") if text else ():
        longer = f"{line} {word}" if line else word
        if line and font.getlength(longer) > width * 0.97:  # another machine's letters may be a little wider
            yield TextLine(text=line, y=0.0, size=points * POINT, colour=colour, bold=bold)
            longer = word
        line = longer
    if line:
        yield TextLine(text=line, y=0.0, size=points * POINT, colour=colour, bold=bold)


def _placed(lines: list[TextLine], top: float) -> tuple[float, list[TextLine]]:
    """Return lines below each other from a height on, and the height below them."""
    placed = []
    for line in lines:
        top += line.size * LEADING
        base = top - line.size * 0.3
        placed.append(TextLine(text=line.text, y=base, size=line.size, colour=line.colour, bold=line.bold))
    return top, placed


@cache
def _font(size: float, *, bold: bool) -> FreeTypeFont:
    """Return the first font of the report that this machine has."""
    from matplotlib.font_manager import FontProperties, findfont
    from PIL import ImageFont

    wanted = FontProperties(family=list(available_fonts()), weight="bold" if bold else "normal")
    return ImageFont.truetype(findfont(wanted), round(size))
