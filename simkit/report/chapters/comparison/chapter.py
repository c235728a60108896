"""Chapter: how sure the comparison is, against chance, against the scenarios, and against other aims than profit."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.comparison import comparison_views as views
from simkit.report.chapters.comparison import figures as draw
from simkit.report.chapters.organisation.chapter import source_of
from simkit.report.charts.charts_base import MILLIONS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.advice.decision import simple_names
from simkit.study.thresholds import threshold

NAME = "comparison"
TITLE = Text(de="Wie sicher ist das?", en="How sure is that?")
DESIGN = TableColumn(name="label", label=Text(de="Organisation", en="Organisation"))


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return study if isinstance(study, Missing) else _blocks(StudyView(study=study, style=builder.style), builder)


def _blocks(view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    yield _confidence(builder, view)
    yield _differences(builder, view)
    yield _chances(builder, view)
    yield _selection(builder, view)
    yield _regret(builder, view)
    yield _dominance(builder, view)
    yield _criteria(builder, view)
    yield _front(builder, view)
    yield _information(builder, view)


def _confidence(builder: ChapterBuilder, view: StudyView) -> Block:
    advice = view.study.recommendation
    return builder.text(
        "confidence",
        advice.headline,
        advice.confidence,
        title=Text(de="Worauf die Sicherheit beruht", en="What the confidence rests on"),
        points=(*advice.confidence_reasons, *advice.reasons),
    )


def _differences(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.joint_differences(view)
    main = frame[frame["scenario"] == view.study.main_scenario]
    sure = main[main["low"] > main["zone"]]
    worse = main[main["high"] < -main["zone"]]
    title = builder.translate(
        _BETTER_AND_WORSE if len(worse) else _BETTER, better=len(sure), n=len(main), worse=len(worse)
    )
    caption = Caption(
        unit=Text(
            de="Unterschied zur heutigen Organisation im selben Szenario; Intervalle, die mit 95 % alle zugleich gelten",
            en="Difference from today's organisation in the same scenario; intervals that all hold at once with 95%",
        ),
        source=source_of(builder, view),
        note=builder.translate(_ZONE, share=builder.style.formats.share(threshold("rule.indifference_share"), 0)),
    )
    return builder.figure("joint_differences", title, draw.differences_with_zone(builder.style, frame), title, caption)


_BETTER = Text(
    de="Über Zufall und Schwelle hinaus bringen {better} von {n} Organisationen mehr Gewinn als heute",
    en="Beyond chance and threshold, {better} of {n} organisations earn more profit than today's",
)
_BETTER_AND_WORSE = Text(
    de="Über Zufall und Schwelle hinaus bringen {better} von {n} Organisationen mehr Gewinn als heute und {worse} weniger",
    en="Beyond chance and threshold, {better} of {n} organisations earn more profit than today's and {worse} less",
)
_ZONE = Text(
    de="Grau: ein Unterschied bis {share} des heutigen Gewinns zählt als keiner (Regel dieses Werkzeugs). Blass: das Intervall "
    "enthält die Null.",
    en="Grey: a difference of up to {share} of today's profit counts as none (a rule of this kit). Pale: the interval includes "
    "zero.",
)


def _chances(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.chances(view)
    top = frame[frame["scenario"] == view.study.main_scenario]
    first = top.iloc[int(top["probability_best"].to_numpy().argmax())]
    title = builder.translate(
        Text(
            de="„{design}“ ist mit {chance} Wahrscheinlichkeit die beste der verglichenen Organisationen (Szenario „{scenario}“)",
            en="'{design}' is the best of the compared organisations with a probability of {chance} (scenario '{scenario}')",
        ),
        design=first["label"],
        chance=builder.style.formats.share(first["probability_best"], 0),
        scenario=view.scenario_label(view.study.main_scenario),
    )
    caption = Caption(
        unit=Text(
            de="Wahrscheinlichkeit des höchsten mittleren Gewinns über drei Jahre (Bootstrap über die Welten)",
            en="Probability of the highest mean profit over three years (bootstrap over the worlds)",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Fett: gehört zu den Organisationen, unter denen mit 95 % Sicherheit die beste ist (Hsu).",
            en="Bold: among the organisations that hold the best one with 95% confidence (Hsu).",
        ),
    )
    return builder.figure("probability_of_best", title, draw.probability_of_best(builder.style, frame), title, caption)


def _selection(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.selected(view)
    columns = (
        DESIGN,
        TableColumn(
            name="gap_words", label=Text(de="Abstand zur besten anderen", en="Gap to the best other"), write="figure"
        ),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="may_be_best", label=Text(de="Kann die beste sein", en="May be the best")),
        TableColumn(name="good_enough", label=Text(de="Sicher gut genug", en="Surely good enough")),
    )
    leading = view.design_label(view.study.recommendation.best)
    title = builder.translate(_selection_words(view), design=leading)
    note = builder.translate(
        Text(
            de="Intervalle für alle zugleich (Vergleich mit der besten, Hsu 1984). Gut genug: die beste oder höchstens {zone} "
            "schlechter.",
            en="Intervals for all at once (comparison with the best, Hsu 1984). Good enough: the best, or at most {zone} worse.",
        ),
        zone=view.money(float(frame["zone_amount"].iloc[0])),
    )
    unit = Text(de="Gewinn über drei Jahre, Hauptszenario", en="Profit over three years, main scenario")
    caption = Caption(unit=unit, source=source_of(builder, view), note=note)
    return builder.table("selection", title, frame, columns, caption)


def _selection_words(view: StudyView) -> Text:
    equals = simple_names(view.study.frame("by_scenario")["equals"].iloc[0])
    if not equals:
        return Text(
            de="„{design}“ ist von allen anderen Organisationen zu unterscheiden",
            en="'{design}' can be told from all other organisations",
        )
    first = view.study.recommendation.goes_first
    return Text(
        de="Von „{design}“ nicht zu unterscheiden: {equals}; die einfachere Änderung geht vor: „{first}“",
        en="Not to be told from '{design}': {equals}; the simpler change goes first: '{first}'",
    ).fill(
        design="{design}", first=view.design_label(first), equals=", ".join(view.design_label(name) for name in equals)
    )


def _regret(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.regrets(view)
    worst = frame[frame["scenario"] == views.LARGEST_KEY]
    least = worst.iloc[int(worst["regret"].to_numpy().argmin())]
    amount, low, high = (
        view.money(float(least[name]), scale=float(least["high"])) for name in ("regret", "low", "high")
    )
    title = builder.translate(
        Text(
            de="Wer kein Szenario ausschließt, fährt mit „{design}“ am vorsichtigsten: höchstens {amount} verschenkt "
            "(95-%-Intervall {low} bis {high})",
            en="Those who rule out no scenario are safest with '{design}': {amount} given away at most (95% interval {low} to "
            "{high})",
        ),
        design=least["label"], amount=amount, low=low, high=high,
    )  # fmt: skip
    unit = Text(
        de="Gewinn über drei Jahre, der gegenüber der besten Organisation des Szenarios fehlt, {unit}; in Klammern: "
        "95-%-Intervall",
        en="Profit over three years that is missing against the best organisation of the scenario, {unit}; in brackets: 95% "
        "interval",
    ).fill(unit=MILLIONS.fill(symbol=builder.style.formats.currency_symbol))
    caption = Caption(
        unit=unit,
        source=source_of(builder, view),
        note=Text(
            de="Kein Szenario wird gewichtet; ein unwahrscheinliches zählt so viel wie ein wahrscheinliches.",
            en="No scenario is weighed; an unlikely one counts as much as a likely one.",
        ),
    )
    return builder.figure("regret", title, draw.regret(builder.style, frame), title, caption)


def _dominance(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.dominances(view)
    found = frame[frame["dominates"].astype(bool)]
    criteria = views.criteria(view)
    names = ", ".join(dict.fromkeys(criteria.loc[criteria["criterion"] != "stability", "title"]))
    title = builder.translate(_dominance_words(found))
    caption = Caption(
        unit=builder.translate(
            Text(
                de="Vergleiche ({names}; in jedem Szenario), in denen die Organisation links mit 95 % Sicherheit mindestens "
                "gleich gut ist wie die oben",
                en="Comparisons ({names}; in every scenario) in which the organisation on the left is at least as good as that "
                "on top with 95% confidence",
            ),
            names=names,
        ),
        source=source_of(builder, view),
        note=builder.translate(
            Text(
                de="„Dominiert“: in allen Vergleichen mindestens gleich gut und in einem besser. Bis {share} schlechter gilt "
                "als gleich gut.",
                en="'Dominates': at least as good in all comparisons and better in one. Up to {share} worse counts as equally "
                "good.",
            ),
            share=builder.style.formats.share(threshold("rule.indifference_share"), 0),
        ),
    )
    return builder.figure("dominance", title, draw.dominance(builder.style, frame), title, caption)


def _dominance_words(found: pd.DataFrame) -> Text:
    if found.empty:
        return Text(
            de="Keine Organisation ist einer anderen in allem und überall nachweislich ebenbürtig und in einem überlegen",
            en="No organisation is shown to match another in everything and everywhere and to beat it in one thing",
        )
    beaten = list(dict.fromkeys(found["other_label"]))
    first = found.iloc[0]
    return Text(
        de="In allem und überall mindestens gleich gut und in einem besser: „{design}“ gegenüber „{other}“ ({n} dominierte "
        "Organisationen)",
        en="At least as good in everything and everywhere, and better in one thing: '{design}' against '{other}' ({n} "
        "dominated in all)",
    ).fill(design=first["label"], other=first["other_label"], n=len(beaten))


def _criteria(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.criteria(view)
    kept = list(dict.fromkeys(frame.loc[frame["on_front"], "label"]))
    count = frame["label"].nunique()
    title = builder.translate(
        Text(
            de="{n} von {all} Organisationen werden von keiner anderen in allen Zielen zugleich übertroffen",
            en="{n} of {all} organisations are not surpassed by another in all aims at once",
        ),
        n=len(kept), all=count,
    )  # fmt: skip
    caption = Caption(
        unit=builder.translate(
            Text(
                de="Summe über drei Jahre (Durchlaufzeit: Median) im Szenario „{scenario}“; 95-%-Intervalle (Bootstrap)",
                en="Sum over three years (lead time: median) in the scenario '{scenario}'; 95% intervals (bootstrap)",
            ),
            scenario=view.scenario_label(view.study.main_scenario),
        ),
        source=source_of(builder, view),
        note=Text(
            de="Blass: eine andere Organisation ist in jedem Ziel mindestens gleich gut und in einem besser.",
            en="Pale: another organisation is at least as good by every aim and better by one.",
        ),
    )
    return builder.figure("aims", title, draw.criteria(builder.style, frame), title, caption)


def _front(builder: ChapterBuilder, view: StudyView) -> Block:
    columns = (
        DESIGN,
        TableColumn(name="place", label=Text(de="Unübertroffen", en="Not surpassed")),
        TableColumn(
            name="probability", label=Text(de="Wahrscheinlichkeit dafür", en="Probability of that"), write="share"
        ),
        TableColumn(name="beaten", label=Text(de="Übertroffen von", en="Surpassed by")),
    )
    title = Text(
        de="Wie sicher eine Organisation von keiner anderen in allen Zielen übertroffen wird",
        en="How sure it is that no other organisation surpasses one in all aims",
    )
    unit = Text(de="Bootstrap über die Welten", en="Bootstrap over the worlds")
    return builder.table(
        "not_surpassed", title, views.front(view), columns, Caption(unit=unit, source=source_of(builder, view))
    )


def _information(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.information(view)
    columns = (
        TableColumn(name="label", label=Text(de="Was man wüsste", en="What one would know")),
        TableColumn(name="worth", label=Text(de="Höchstens wert", en="Worth at most"), write="figure"),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="turns", label=Text(de="Dreht die Wahl bei", en="Turns the choice at")),
    )
    first = frame.iloc[0]
    title = builder.translate(
        Text(
            de="Vor der Entscheidung am meisten wert: „{label}“ zu wissen, höchstens {worth} in drei Jahren",
            en="Worth most before deciding: to know '{label}', at most {worth} in three years",
        )
        if round(float(first["value"]), -3) > 0  # as it is written
        else Text(
            de="Nichts vom Geprüften würde die Wahl drehen, wenn man es vorher wüsste",
            en="Nothing of what was tested would turn the choice if it were known before",
        ),
        label=first["label"],
        worth=first["worth"],
    )
    caption = Caption(
        unit=Text(
            de="Erwarteter Gewinn über drei Jahre daraus, erst nach der Antwort zu wählen",
            en="Expected profit over three years from choosing after the answer only",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Szenarien gleich gewichtet (Regel dieses Werkzeugs); Annahmen mit 30, 40 und 30 % für unteres Ende, heutigen "
            "Wert und oberes Ende (Swanson).",
            en="Scenarios weighed equally (a rule of this kit); assumptions with 30, 40 and 30% for low end, present value "
            "and high end (Swanson).",
        ),
    )
    return builder.table("information", title, frame, columns, caption)
