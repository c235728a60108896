"""Which exhibits of the body stand together on a printed page: no page under half full, no exhibit torn apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache

from simkit.report.document.blocks import Block

PAGE_MM = 255.0
"""Height of the text of an A4 page."""
KEPT_FREE = 0.06
"""Share of a page that stays free, since letters of other machines are wider and break titles over more lines."""
HEADING_MM = 18.0
"""The heading of the body, on its first page."""
DRAWING_MM = 152.0
"""How wide a drawing is printed where nothing asks for another width."""
SMALLEST, LARGEST = 0.8, 1.1
"""How much smaller and larger drawings become to fit and to fill a page."""
LETTERS = {"title": 82, "small": 118, "cell": 100}
"""Letters on a line of the text's width: titles, notes and cells of tables."""
LINE_MM = {"title": 5.5, "small": 4.2, "cell": 4.7}
LABEL_MM, GAP_MM, ROW_MM = 4.2, 5.0, 2.9


def printed_pages(blocks: Sequence[Block]) -> dict[str, float]:
    """Return the exhibits, as ``chapter_name``, that begin a page, each with how wide the drawings of its page are, in mm.

    Of all ways to set the exhibits in order on as few pages as they fit on, it is the one with the most even pages.
    Drawings give way a little, or fill what would stay empty.
    """
    heights = [_height(block) for block in blocks]
    room = PAGE_MM * (1 - KEPT_FREE)

    def fixed_and_drawn(first: int, end: int) -> tuple[float, float]:
        """Return how high the texts and the drawings of the exhibits of a page are."""
        texts, drawings = zip(*heights[first:end], strict=True)
        return sum(texts) + (0.0 if first else HEADING_MM), sum(drawings)

    @cache
    def best(first: int) -> tuple[int, float, tuple[int, ...]]:
        """Return pages, unevenness and ends of the pages from an exhibit on."""
        if first == len(heights):
            return 0, 0.0, ()
        found = []
        for end in range(first + 1, len(heights) + 1):
            texts, drawn = fixed_and_drawn(first, end)
            if texts + SMALLEST * drawn > room and end > first + 1:
                break
            pages, uneven, ends = best(end)
            found.append((pages + 1, uneven + (room - texts - drawn) ** 2, (end, *ends)))
        return min(found)

    ends = best(0)[2]
    widths = {}
    for first, end in zip((0, *ends), ends, strict=False):
        texts, drawn = fixed_and_drawn(first, end)
        scale = min(max((room - texts) / drawn, SMALLEST), LARGEST) if drawn else 1.0
        widths[f"{blocks[first].chapter}_{blocks[first].name}"] = round(scale * DRAWING_MM, 1)
    return widths


def _height(block: Block) -> tuple[float, float]:
    """Return about how high the texts and the drawing of an exhibit are in print, in mm."""
    height = LABEL_MM + GAP_MM + _lines(block.title, "title")
    height += sum(_lines(text, "small") for text in (block.unit, block.note, block.source))
    if block.kind == "figure":
        width = float(block.content["width_mm"])
        return height + 2, float(block.content["height_mm"]) * DRAWING_MM / max(width, DRAWING_MM)
    if block.kind == "table":
        return height + _table(block), 0.0
    return height + sum(_lines(text, "cell") for text in block.content.get("paragraphs", ())), 0.0


def _table(block: Block) -> float:
    """Return about how high the rows of a table are; columns share the width by their longest cells."""
    rows = [[column["label"] for column in block.content["columns"]], *block.content["rows"]]
    texts = [[str("" if cell is None else cell) for cell in row] for row in rows]
    widest = [min(max(map(len, column)), 60) + 2 for column in zip(*texts, strict=True)]
    share = LETTERS["cell"] / max(sum(widest), LETTERS["cell"])
    lines = [
        max(math.ceil(len(cell) / (width * share)) for cell, width in zip(row, widest, strict=True)) for row in texts
    ]
    return sum(max(number, 1) * LINE_MM["cell"] + ROW_MM for number in lines)


def _lines(text: str, kind: str) -> float:
    return math.ceil(len(text) / LETTERS[kind]) * LINE_MM[kind]
