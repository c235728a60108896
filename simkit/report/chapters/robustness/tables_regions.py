"""Regions of victory in the chapter on robustness: under which assumptions which organisation is best."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.units import UNIT_WORDS
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder

TEXTS = Catalogue.beside(__file__)


def regions(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield in which region of assumptions each organisation is best, as sentences and as a map."""
    areas = view.frame("regions")
    if areas.empty:
        return
    rules = [view.rule(design) for design in areas["design"]]
    settings = view.found.settings
    text = TEXTS["regions_text"]
    number = builder.style.formats.number
    count, parameters = len(view.frame("points")), len(view.frame("region_parameters"))
    title = TEXTS["regions_title"]
    yield builder.text(
        "regions",
        builder.translate(text, points=number(count), parameters=number(parameters)),
        title=title,
        points=rules,
    )
    axes = view.map_axes()
    if len(axes) == 2:
        yield _map(builder, view, axes, min(settings.replications, count))


def _map(builder: ChapterBuilder, view: RobustnessView, axes: list[str], replications: int) -> Block:
    table = view.frame("parameters").set_index("parameter")
    words = [
        _axis(builder, str(table.loc[parameter, view.study.label_column]), str(table.loc[parameter, "unit"]))
        for parameter in axes
    ]
    wins = view.frame("points")["winner"].value_counts()
    title = builder.translate(
        TEXTS["map_title"],
        design=view.label(str(wins.index[0])),
        share=builder.style.formats.share(float(wins.iloc[0]) / float(wins.sum()), 0),
    )
    box = view.map_box(axes)
    note = TEXTS["map_note"]
    caption = Caption(
        unit=TEXTS["map_unit"],
        source=builder.translate(TEXTS["map_source"], n=builder.style.formats.number(replications)),
        note=note if len(box) else "",
    )
    return builder.figure(
        "victory_map", title, draw.victory_map(builder.style, view.map_points(axes), words, box), title, caption
    )


def _axis(builder: ChapterBuilder, label: str, unit: str) -> tuple[str, str]:
    """Return the label of an axis with its unit, and how its numbers are written."""
    if unit == "share":
        return label, "share"
    name = (
        builder.style.formats.currency_symbol if unit.startswith("money") else builder.style.translate(UNIT_WORDS[unit])
    )
    return f"{label}, {name}" if name else label, "number"
