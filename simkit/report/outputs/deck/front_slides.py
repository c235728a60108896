"""The first slides of a deck: who it is for, what is recommended and why, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from simkit.report.document.blocks import Block
from simkit.report.outputs.deck.deck_source import DeckSource
from simkit.report.outputs.deck.exhibit_slides import TITLE_LINES, write_foot, write_status
from simkit.report.outputs.deck.layouts import Layouts, of_kind
from simkit.report.outputs.deck.slide_places import (
    POINT,
    SlideFrame,
    SlideLine,
    fill_text,
    fitting_points,
    new_slide,
    usual_size,
)
from simkit.report.outputs.deck.text_fit import lines_of

MOST = 3
"""Reasons, risks and steps on the first page, at most."""
SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-ZÄÖÜ„\"“])")
TILES = ("tile_1", "tile_2", "tile_3")


def cover_slide(source: DeckSource, layouts: Layouts) -> None:
    """Add the title slide."""
    frame = new_slide(layouts, "cover")
    facts = [
        f"{source.word('period')}: {source.period}", f"{source.word('date')}: {source.date}", source.run,
    ]  # fmt: skip
    fill_text(frame.title, [SlideLine(text=source.title)])
    below = of_kind(frame.slide, "SUBTITLE")
    said = f"{source.word('prepared_for')} {source.client}"
    apart = frame.write("facts", *facts)
    if below is not None:
        fill_text(below, [SlideLine(text=text) for text in (said, *(() if apart else facts))])
    write_status(source, frame)
    write_foot(source, frame, "", "")
    frame.remove_empty()


def summary_slides(source: DeckSource, layouts: Layouts) -> None:
    """Add the slide with the answer, and the one with what it rests on."""
    block = source.decision
    if block is None:
        return
    answer = _new(source, layouts)
    title, rest = headline(str(block.content["recommendation"]), answer.title)
    fill_text(answer.title, [SlideLine(text=title)])
    figures = block.content.get("figures", ())
    of = str(block.content.get("figures_of") or "")
    left = _list(source.word("why"), block.content.get("why") or block.content.get("found", ()))
    right = [
        *_list(source.word("risks"), block.content.get("risks", ())),
        *_list(source.word("steps"), block.content.get("steps", ())),
    ]
    ask = f"{source.word('ask')} {block.content['ask']}" if block.content.get("ask") else ""
    lead = [SlideLine(text=rest), SlideLine(text=of, colour="TEXT_2")]
    if not answer.write("lead", *lead):
        left = [*lead, *left]
    if answer.place("tile_1") is None:
        left = [*(SlideLine(text=_figure_line(one), bullet=True) for one in figures), *left]
    for name, one in zip(TILES, figures, strict=False):
        answer.write(name, *_tile(one))
    if not answer.write("ask", SlideLine(text=ask, bold=True)) and ask:
        right = [*right, SlideLine(text=ask, bold=True)]
    _columns(answer, left, right)
    _finish(source, answer, [*(str(one) for one in block.content.get("risks", ())), *map(_figure_line, figures)])
    _basis_slide(source, layouts, block)


def headline(recommendation: str, place: Any) -> tuple[str, str]:
    """Return as many whole sentences of the recommendation as a title of two lines holds, and the others."""
    sentences = SENTENCE.split(recommendation)
    points, width = min(usual_size(place), 22.0), int(place.width) / POINT - 15
    for smaller in (1.0, 0.9, 0.8):
        for count in range(len(sentences), 0, -1):
            title = " ".join(sentences[:count])
            if lines_of(title, points * smaller, width, bold=True) <= TITLE_LINES:
                return title, " ".join(sentences[count:])
    return sentences[0], " ".join(sentences[1:])


def _basis_slide(source: DeckSource, layouts: Layouts, block: Block) -> None:
    content = block.content
    left = _list(source.word("found"), content.get("found", ()) if content.get("why") else (), most=5)
    left += _list(source.word("not_fitting"), content.get("not_fitting", ()), most=5)
    right = _list(source.word("confidence"), content.get("confidence", ()), most=5)
    right += _list(source.word("basis"), content.get("basis", ()), most=5)
    if not (left or right):
        return
    frame = _new(source, layouts)
    fill_text(frame.title, [SlideLine(text=source.word("basis_title"))])
    _raise_columns(frame)
    _columns(frame, left, right)
    _finish(source, frame, [str(one) for one in content.get("confidence", ())])


def _new(source: DeckSource, layouts: Layouts) -> SlideFrame:
    frame = new_slide(layouts, "summary")
    frame.write("tracker", source.word("summary"))
    write_status(source, frame)
    return frame


def _finish(source: DeckSource, frame: SlideFrame, notes: Sequence[str]) -> None:
    write_foot(source, frame, "", "")
    frame.remove_empty()
    frame.slide.notes_slide.notes_text_frame.text = "\n".join([frame.title.text_frame.text, *notes])


def _list(title: str, entries: Sequence[str], most: int = MOST) -> list[SlideLine]:
    if not entries:
        return []
    return [
        SlideLine(text=title, bold=True, colour="ACCENT_1"),
        *(SlideLine(text=str(entry), bullet=True) for entry in entries[:most]),
    ]


def _tile(figure: Any) -> list[SlideLine]:
    return [
        SlideLine(text=str(figure["label"]), points=11, colour="TEXT_2"),
        SlideLine(text=str(figure["value"]), points=24, bold=True, colour="ACCENT_1"),
        SlideLine(text=str(figure["detail"]), points=10.5, colour="TEXT_2"),
    ]


def _figure_line(figure: Any) -> str:
    detail = f" ({figure['detail']})" if figure["detail"] else ""
    return f"{figure['label']}: {figure['value']}{detail}"


def _columns(frame: SlideFrame, left: Sequence[SlideLine], right: Sequence[SlideLine]) -> None:
    """Write two columns, or one below the other where the master has a single place."""
    if frame.place("left") is not None:
        _fill_alike([frame.place("left"), frame.place("right")], [left, right])
        return
    places = [one for one in frame.slide.placeholders if one.placeholder_format.type.name in ("OBJECT", "BODY")]
    places = sorted(places, key=lambda one: -int(one.width) * int(one.height))[:2]
    places.sort(key=lambda one: int(one.left))
    if len(places) == 2:
        _fill_alike(places, [left, right])
    elif places:
        fill_text(places[0], [*left, *right])


def _fill_alike(places: Sequence[Any], columns: Sequence[Sequence[SlideLine]]) -> None:
    """Fill two columns with letters of one size, the smaller one of those that fit."""
    points = min(fitting_points(place, lines) for place, lines in zip(places, columns, strict=True) if lines)
    for place, lines in zip(places, columns, strict=True):
        fill_text(place, lines, points)


def _raise_columns(frame: SlideFrame) -> None:
    """Let the columns begin where the key figures would stand, on a page without them."""
    top = frame.place("lead")
    for name in ("left", "right"):
        place = frame.place(name)
        if top is not None and place is not None:
            box = (int(place.left), int(place.top), int(place.width), int(place.height))
            place.left, place.top, place.width = box[0], int(top.top), box[2]
            place.height = box[3] + box[1] - int(top.top)
