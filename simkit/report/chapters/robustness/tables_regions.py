"""Regions of victory in the chapter on robustness: under which assumptions which organisation is best."""

from __future__ import annotations

from collections.abc import Iterator

from simkit.foundation.text import Text
from simkit.foundation.units import UNIT_WORDS
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder


def regions(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield in which region of assumptions each organisation is best, as sentences and as a map."""
    areas = view.frame("regions")
    if areas.empty:
        return
    rules = [view.rule(design) for design in areas["design"]]
    settings = view.found.settings
    text = Text(
        de="{points} Punkte, über die {leaves} wichtigsten Annahmen gestreut (lateinischer Hyperwürfel); in jedem treffen "
        "alle Organisationen auf dieselbe Welt. Eine Regel steht hier nur, wenn sie besser ist als fast alles, was sich in "
        "zufällig vertauschten Ergebnissen finden lässt.",
        en="{points} points spread over the {leaves} assumptions that matter most (Latin hypercube); in each, all "
        "organisations meet the same world. A rule stands here only if it is better than nearly all that can be found in "
        "results shuffled at random.",
    )
    number = builder.style.formats.number
    count, parameters = len(view.frame("points")), len(view.frame("region_parameters"))
    title = Text(
        de="In welchen Annahmen welche Organisation am besten ist",
        en="Under which assumptions which organisation is best",
    )
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
        Text(
            de="„{design}“ ist in {share} der geprüften Punkte am besten",
            en="'{design}' is best in {share} of the points tested",
        ),
        design=view.label(str(wins.index[0])),
        share=builder.style.formats.share(float(wins.iloc[0]) / float(wins.sum()), 0),
    )
    box = view.map_box(axes)
    note = Text(
        de="Jeder Punkt hat auch in den anderen Annahmen eigene Werte; die Fläche zeigt die Seiten der Regel, die auf diesen "
        "beiden Achsen liegen.",
        en="Each point has values of its own in the other assumptions too; the area shows those sides of the rule that lie "
        "along these two axes.",
    )
    caption = Caption(
        unit=Text(de="Jedes Zeichen: ein Punkt von Annahmen", en="Each mark: one point of assumptions"),
        source=builder.translate(
            Text(de="Simulation, Punkte auf Welten verteilt: {n}", en="simulation, points dealt out to worlds: {n}"),
            n=builder.style.formats.number(replications),
        ),
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
