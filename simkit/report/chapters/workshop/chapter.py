"""Chapter: what the participants of the workshop said, as groups of at least five people."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import NO_WORKSHOP, ClientAnalysis
from simkit.foundation.catalogue import Catalogue
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.intake.privacy.disclosure import OTHER
from simkit.intake.workshop.choices import DEPARTMENTS
from simkit.intake.workshop.grids import matching
from simkit.intake.workshop.workshop_results import OTHER_DEPARTMENT, Workshop
from simkit.report.chapters.workshop import figures as draw
from simkit.report.chapters.workshop.tables import level_blocks
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn, interval_text
from simkit.value.score.factors import FACTORS
from simkit.value.weighting.ahp import RANDOM_INDEX_SOURCE, THRESHOLD, triad_words
from simkit.value.weighting.group import CONSENSUS_SOURCE, GroupWeights, consensus_word

TEXTS = Catalogue.beside(__file__)

TITLE = TEXTS["title"]
TOLD_GAP = 1.5
"""Factor by which three comparisons of the group must miss each other to be reported."""
DISSENT_POINTS = 0.05
"""Standard deviation between participants from which a criterion is called disputed."""


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    workshop = analysis.client.workshop
    return Missing(reason=NO_WORKSHOP) if workshop is None else _blocks(analysis, workshop, builder)


def _blocks(analysis: ClientAnalysis, workshop: Workshop, builder: ChapterBuilder) -> Iterator[Block]:
    group = analysis.group_weights
    if isinstance(group, Missing):
        yield builder.text("no_weights", group.reason)
    else:
        yield _key_figures(builder, workshop, group)
        yield from _weights(builder, workshop, group)
        yield from _departments(builder, workshop, group)
        yield from _ways(builder, workshop, group)
        yield _reading(builder, workshop, group)
    yield from level_blocks(builder, analysis, workshop)


def source_of(builder: ChapterBuilder, people: int) -> str:
    """Return the source line of what a number of participants said."""
    return builder.translate(TEXTS["source"], n=builder.style.formats.number(people))


def _labels(builder: ChapterBuilder, workshop: Workshop, names: pd.Index) -> list[str]:
    labels = {one.name: builder.style.translate(one.label) for one in workshop.catalogue.criteria}
    return [labels[str(name)] for name in names]


def _key_figures(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights) -> Block:
    formats = builder.style.formats
    figures = [
        KeyFigure(
            label=TEXTS["participants"],
            value=formats.number(workshop.people),
            detail=TEXTS["gave_weights"].fill(n=formats.number(group.people)),
            number=workshop.people,
        )
    ]
    if group.consensus is not None:
        figures.append(
            KeyFigure(
                label=TEXTS["consensus_on_the_weights"],
                value=formats.share(group.consensus, 0),
                detail=TEXTS["key_figures_detail"].fill(word=consensus_word(group.consensus), source=CONSENSUS_SOURCE),
                number=group.consensus,
                unit="share",
            )
        )
    if group.joint is not None:
        figures.append(
            KeyFigure(
                label=TEXTS["key_figures_label"],
                value=formats.number(group.joint.consistency_ratio, 2),
                detail=TEXTS["key_figures_detail_usual_up_random"].fill(
                    limit=formats.number(THRESHOLD, 2), source=RANDOM_INDEX_SOURCE
                ),
                number=group.joint.consistency_ratio,
            )
        )
    return builder.key_figures("workshop_key_figures", figures)


def _weights(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights) -> Iterator[Block]:
    ordered = group.weights.sort_values(ascending=False, kind="stable")
    frame = pd.DataFrame({"label": _labels(builder, workshop, ordered.index), "weight": ordered.to_numpy()})
    if group.spread is not None:
        spread = group.spread.loc[ordered.index].reset_index(drop=True)
        frame = pd.concat([frame, spread], axis=1)
        first = list(frame["label"][:3])
        title = builder.translate(
            TEXTS["weights_title"],
            names=_listed(builder, first),
            share=builder.style.formats.share(float(frame["weight"][:3].sum()), 0),
        )
        caption = Caption(
            unit=TEXTS["weights_unit"],
            source=source_of(builder, group.people),
            note=TEXTS["weights_note"],
            short=TEXTS.group("short")["workshop_weights"],
        )
        yield builder.figure("workshop_weights", title, draw.criteria_weights(builder.style, frame), title, caption)
    else:
        yield _weights_table(builder, workshop, group, ordered)


def _weights_table(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights, ordered: pd.Series) -> Block:
    formats = builder.style.formats
    factors = {one.name: one.factor for one in workshop.catalogue.criteria}
    measured = [
        FACTORS[factors[str(name)]].label if factors[str(name)] in FACTORS else TEXTS["not_measured"]
        for name in ordered.index
    ]
    frame = pd.DataFrame(
        {"label": _labels(builder, workshop, ordered.index), "weight": ordered.to_numpy(), "factor": measured}
    )
    columns = [
        TableColumn(name="label", label=TEXTS["criterion"]),
        TableColumn(name="weight", label=TEXTS["weight"], write="share", digits=1),
    ]
    note = TEXTS["few"].fill(minimum=formats.number(group.minimum)) if group.spread is None else TEXTS["dissent_note"]
    if group.spread is not None:
        spread = group.spread.loc[ordered.index]
        ends = zip(spread["low"], spread["high"], strict=True)
        frame["interval"] = [interval_text(formats, low, high, "share", 1) for low, high in ends]
        frame["dissent"] = spread["dissent"].to_numpy() * 100
        columns += [
            TableColumn(name="interval", label=TEXTS["weights_table_label"], write="figure"),
            TableColumn(
                name="dissent", label=TEXTS["dissent"], write="number", digits=1, unit=TEXTS["percentage_points"]
            ),
        ]
    columns.append(TableColumn(name="factor", label=TEXTS["measured_by"]))
    title = TEXTS["weights_of_the_criteria"]
    caption = Caption(source=source_of(builder, group.people), note=note)
    return builder.table("workshop_weights_table", title, frame, columns, caption)


def _departments(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights) -> Iterator[Block]:
    if group.departments is None:
        return
    shares = group.departments.reindex(group.weights.sort_values(ascending=False, kind="stable").index)
    apart = str((shares.max(axis=1) - shares.min(axis=1)).idxmax())
    row = shares.T[apart].sort_values(ascending=False, kind="stable")
    formats = builder.style.formats
    names = {str(name): _department(builder, str(name)) for name in shares.columns}
    title = builder.translate(
        TEXTS["departments_differ_most_on"],
        criterion=_labels(builder, workshop, pd.Index([apart]))[0],
        most=names[row.index[0]],
        high=formats.share(float(row.iloc[0]), 0),
        least=names[row.index[-1]],
        low=formats.share(float(row.iloc[-1]), 0),
    )
    agree = ", ".join(
        f"{names[str(name)]} {formats.share(float(value), 0)}" for name, value in group.department_consensus.items()
    )
    caption = Caption(
        unit=TEXTS["departments_unit"],
        source=source_of(builder, group.people),
        note=builder.translate(TEXTS["departments_note"], agree=agree, minimum=group.minimum),
        short=TEXTS.group("short")["workshop_departments"],
    )
    frame = shares.reset_index(drop=True).assign(label=_labels(builder, workshop, shares.index))
    legend = {name: f"{label} ({group.department_people[name]})" for name, label in names.items()}
    figure = draw.weights_side_by_side(builder.style, frame, legend)
    yield builder.figure("workshop_departments", title, figure, title, caption)


def _department(builder: ChapterBuilder, name: str) -> str:
    if name == OTHER:
        return builder.style.translate(OTHER_DEPARTMENT)
    code = matching(name, DEPARTMENTS)
    return builder.style.translate(DEPARTMENTS[code]) if code else name


def _ways(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights) -> Iterator[Block]:
    if group.methods is None or len(group.methods.columns) < 2:
        return
    shares = group.methods.reindex(group.weights.sort_values(ascending=False, kind="stable").index)
    gap = float((shares.max(axis=1) - shares.min(axis=1)).max())
    formats = builder.style.formats
    text = TEXTS["ways_alike"] if gap < DISSENT_POINTS else TEXTS["ways_differ"]
    title = builder.translate(text, gap=formats.number(gap * 100, 1))
    note = ""
    if {"aij", "aip"} <= set(shares.columns):
        between = float((shares["aij"] - shares["aip"]).abs().max())
        same_order = list(shares["aij"].sort_values().index) == list(shares["aip"].sort_values().index)
        note = builder.translate(
            TEXTS["same_order"] if same_order else TEXTS["other_order"], gap=formats.number(between * 100, 1)
        )
    caption = Caption(
        unit=TEXTS["ways_unit"],
        source=source_of(builder, group.people),
        note=note,
        short=TEXTS.group("short")["workshop_ways"],
    )
    frame = shares.reset_index(drop=True).assign(label=_labels(builder, workshop, shares.index))
    legend = {
        str(name): f"{builder.style.translate(TEXTS.group('ways')[str(name)])} ({group.method_people[name]})"
        for name in shares.columns
    }
    yield builder.figure(
        "workshop_ways", title, draw.weights_side_by_side(builder.style, frame, legend), title, caption
    )


def _reading(builder: ChapterBuilder, workshop: Workshop, group: GroupWeights) -> Block:
    """Return consensus, disputed criteria and contradictions in words."""
    points: list[Text | str] = []
    if group.spread is not None:
        dissent = group.spread["dissent"].sort_values(ascending=False, kind="stable")
        disputed = dissent[dissent >= DISSENT_POINTS].index
        if len(disputed):
            points.append(TEXTS["disputed"].fill(names=_listed(builder, _labels(builder, workshop, disputed))))
        if group.compared >= group.minimum:
            points.append(_contradictions(builder, group))
    joint = group.joint
    if joint is not None and joint.worst_triad is not None and joint.worst_triad.gap >= TOLD_GAP:
        labels = {one.name: one.label for one in workshop.catalogue.criteria}
        points.append(TEXTS["worst"].fill(triad=triad_words(joint.worst_triad, labels)))
    points.append(TEXTS["used"])
    return builder.text("workshop_reading", title=TEXTS["how_to_read_this"], points=points)


def _contradictions(builder: ChapterBuilder, group: GroupWeights) -> Text:
    """Return how many contradict themselves; a number of people under the smallest group is not shown exactly."""
    formats = builder.style.formats
    few = 0 < group.inconsistent < group.minimum
    number = TEXTS["fewer"].fill(minimum=formats.number(group.minimum)) if few else formats.number(group.inconsistent)
    return TEXTS["inconsistent"].fill(n=number, all=formats.number(group.compared), limit=formats.number(THRESHOLD, 2))


def _listed(builder: ChapterBuilder, names: list[str]) -> str:
    """Return names as "a, b and c"."""
    word = builder.style.translate(TEXTS["and"])
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"
