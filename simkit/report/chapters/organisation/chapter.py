"""Chapter: what another organisation would change, with intervals, and what it would leave undone."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing, present
from simkit.foundation.text import Language, Text
from simkit.report.chapters.organisation import figures as draw
from simkit.report.chapters.organisation import tables_gains as gains
from simkit.report.chapters.organisation.figures_flow import one_picture
from simkit.report.chapters.organisation.tables import (
    break_even_table,
    effect_table,
    measures_table,
    scan_table,
    scenario_table,
    shortfall_table,
    undone_table,
)
from simkit.report.chapters.organisation.tables_precision import precision_table
from simkit.report.chapters.service.tables_designs import service_table
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import PROFIT, StudyView

NAME = "organisation"
TITLE = Text(de="Was eine andere Organisation ändern würde", en="What another organisation would change")
SIMULATION = Text(
    de="Simulation, {n} Welten je Szenario, gepaarte 95-%-Intervalle",
    en="simulation, {n} worlds per scenario, paired 95% intervals",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    yield _method(builder, view, analysis)
    yield from _answer(builder, view)
    yield from measures_table(builder, view)
    yield from _picture(builder, view)
    yield from undone_table(builder, view)
    yield from shortfall_table(builder, view)
    yield from service_table(builder, view, present(analysis.service), source_of(builder, view))
    yield from gains.months(builder, view, source_of(builder, view))
    yield from _steps(builder, view)
    yield from gains.parts(builder, view)
    yield from effect_table(builder, view)
    yield from break_even_table(builder, view)
    yield from scan_table(builder, view)
    yield from _ceiling(builder, view)
    yield from gains.ceiling_table(builder, view)
    yield from gains.beside_the_case(builder, view, source_of(builder, view))
    yield from _elasticity(builder, view)
    yield from _conditions(builder, view)
    yield from precision_table(builder, view, source_of(builder, view))


def source_of(builder: ChapterBuilder, view: StudyView) -> str:
    """Return the source line of everything that rests on the simulation."""
    return builder.translate(SIMULATION, n=builder.style.formats.number(view.study.settings.replications))


def _method(builder: ChapterBuilder, view: StudyView, analysis: ClientAnalysis) -> Block:
    designs = [view.design_label(name) for name in view.compared]
    scenarios = [view.scenario_label(name) for name in view.scenarios]
    checked = list(_check_against_data(builder, view, analysis))
    text = Text(
        de="Dieselben Kunden, Aufträge und Ausfälle treffen auf jede Organisation; nur die Organisation ist "
        "verschieden. "
        "Gerechnet werden ein halbes Jahr Vorlauf in der heutigen Organisation und drei Jahre danach. Verglichen "
        "werden "
        "{designs} mit der heutigen Organisation, in den Szenarien {scenarios}.",
        en="The same customers, orders and absences meet every organisation; only the organisation differs. Half a "
        "year "
        "of warm-up in today's organisation is followed by three years. {designs} are compared with today's "
        "organisation, in the scenarios {scenarios}.",
    )
    return builder.text(
        "method",
        builder.translate(
            text,
            designs=_listed(designs, builder.style.formats.language),
            scenarios=_listed(scenarios, builder.style.formats.language),
        ),
        *checked,
    )


def _check_against_data(builder: ChapterBuilder, view: StudyView, analysis: ClientAnalysis) -> Iterator[str]:
    """Tell how near the simulated present comes to the measured one, which every reader may ask."""
    simulated, found = view.level(view.study.baseline, "facing_share"), analysis.time_use
    if simulated is None or isinstance(found, Missing):
        return
    text = Text(
        de="Zur Prüfung: Gemessen wurde ein Anteil der Kundenzeit von {measured} ({low} bis {high}), die simulierte heutige "
        "Organisation hat {simulated}. Verglichen werden Unterschiede zwischen simulierten Organisationen.",
        en="As a check: the measured customer-facing share is {measured} ({low} to {high}), today's simulated organisation "
        "has {simulated}. What is compared are differences between simulated organisations.",
    )
    share = builder.style.formats.share
    facing = found.facing
    yield builder.translate(
        text,
        measured=share(facing.value),
        low=share(facing.low),
        high=share(facing.high),
        simulated=share(simulated),
    )


def _listed(names: list[str], language: Language) -> str:
    return ", ".join(f"„{name}“" if language == "de" else f"'{name}'" for name in names)


def _answer(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = view.profit_differences()
    if frame.empty:
        return
    today = frame[frame["scenario"] == view.study.main_scenario]
    best = today.iloc[int(today["difference"].to_numpy().argmax())]
    money, low, high = view.moneys(best["difference"], *_joint_interval(view, best))
    title = builder.translate(
        Text(
            de="„{design}“ verändert den Gewinn über drei Jahre um {money} (gemeinsames 95-%-Intervall {low} bis "
            "{high})",
            en="'{design}' changes profit over three years by {money} (simultaneous 95% interval {low} to {high})",
        ),
        design=best["label"],
        money=money,
        low=low,
        high=high,
    )
    caption = Caption(
        unit=Text(
            de="Unterschied zur heutigen Organisation im selben Szenario; blass: das Intervall enthält die Null",
            en="Difference from today's organisation in the same scenario; pale: the interval includes zero",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Jedes Intervall gilt für sich; die Empfehlung verwendet die weiteren, für alle Vergleiche gemeinsamen.",
            en="Each interval stands for itself; the recommendation uses the wider ones that hold for all comparisons.",
        ),
    )
    yield builder.figure("profit_differences", title, draw.differences(builder.style, frame), title, caption)
    yield from scenario_table(builder, view)


def _joint_interval(view: StudyView, row: pd.Series) -> tuple[float, float]:
    """Return the interval of a design's change of profit that holds for all designs together, as the decision uses it."""
    table = view.study.frame("simultaneous")
    keys = ("scenario", "design", "measure")
    wanted = {"scenario": row["scenario"], "design": row["design"], "measure": PROFIT}
    found = table[(table[list(keys)] == pd.Series(wanted)).all(axis=1)].iloc[0]
    return float(found["low"]), float(found["high"])


def _picture(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    bands = view.bands()
    if "customer" not in set(bands["band"]):
        return
    customer = bands[bands["band"] == "customer"].iloc[0]
    change = view.customer_hours()
    title = builder.translate(
        Text(
            de="„{design}“: Kundenzeit von {before} auf {after} VZÄ, Stunden beim Kunden {change}",
            en="'{design}': customer time from {before} to {after} FTE, hours with customers {change}",
        ),
        design=view.design_label(view.shown),
        before=builder.style.formats.number(customer["before"], 1),
        after=builder.style.formats.number(customer["after"], 1),
        change=builder.style.formats.signed_share(
            customer["after"] / customer["before"] - 1 if change is None else change
        ),
    )
    ticks = view.published_profit()
    figure = one_picture(builder.style, bands, view.undone_changes(), view.profit_steps(), ticks)
    caption = Caption(
        unit=builder.translate(
            Text(
                de="Vollzeitäquivalente nach Tätigkeit heute und danach, Szenario „{scenario}“",
                en="Full-time equivalents by activity today and after, scenario '{scenario}'",
            ),
            scenario=view.scenario_label(view.study.main_scenario),
        ),
        source=source_of(builder, view),
        note=_SHARE_ALONE if ticks.empty else _MARKS,
    )
    yield builder.figure("one_picture", title, figure, title, caption)


_SHARE_ALONE = Text(
    de="Ein höherer Anteil der Kundenzeit allein sagt nichts: Maßgeblich sind die Stunden beim Kunden, was liegen bleibt, "
    "und der Gewinn.",
    en="A higher customer-facing share alone says nothing: what counts are hours with customers, what is left undone, "
    "and profit.",
)
_MARKS = Text(
    de="Senkrechte Striche: was der veröffentlichte Fall hier bedeuten würde, in beiden Lesarten. {rest}",
    en="Vertical marks: what the published case would mean here, in both readings. {rest}",
).fill(rest=_SHARE_ALONE)


def _steps(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    design = view.design_label(view.taken_apart)
    if view.shown != view.taken_apart:  # otherwise the one picture shows them
        steps = view.steps(PROFIT)
        if not steps.empty:
            money = view.moneys(float(steps["difference"].iloc[-1]))[0]
            title = builder.translate(_PROFIT_STEPS, design=design, total=money)
            unit = Text(de="Mio. {s} über drei Jahre", en="{s} million over three years").fill(
                s=builder.style.formats.currency_symbol
            )
            figure = draw.waterfall(builder.style, steps, unit, digits=2)
            yield builder.figure("profit_step_by_step", title, figure, title, _steps_caption(builder, view))
    steps = view.steps("facing_h")
    if not steps.empty:
        hours = builder.style.formats.signed(float(steps["difference"].iloc[-1]), 0)
        title = builder.translate(_HOURS_STEPS, design=design, total=hours)
        unit = Text(de="Stunden beim Kunden über drei Jahre", en="Hours with customers over three years")
        figure = draw.waterfall(builder.style, steps, unit, scale=1.0, digits=0)
        yield builder.figure("hours_step_by_step", title, figure, title, _steps_caption(builder, view))


_PROFIT_STEPS = Text(
    de="{design}, Teile einzeln hinzugefügt, dann die Umstellung: zusammen {total} Gewinn über drei Jahre",
    en="{design}, parts added one at a time, then the transition: {total} of profit over three years together",
)
_HOURS_STEPS = Text(
    de="{design}, Teile einzeln hinzugefügt, dann die Umstellung: zusammen {total} Kundenstunden über drei Jahre",
    en="{design}, parts added one at a time, then the transition: {total} customer hours over three years together",
)


def _steps_caption(builder: ChapterBuilder, view: StudyView) -> Caption:
    return Caption(
        unit=Text(
            de="Veränderung gegenüber heute, in der genannten Reihenfolge",
            en="Change against today, in the order stated",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Die Teile sind ohne Umstellung gerechnet, sie kommt zuletzt. Die Reihenfolge beeinflusst die Anteile der "
            "Schritte, nicht die Summe.",
            en="The parts are computed without a transition, which comes last. The order affects the shares of the steps, "
            "not the total.",
        ),
    )


def _ceiling(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = view.ceiling()
    if frame.empty:
        return
    top = frame[frame["role"] == "ceiling"].iloc[0]
    reachable = top["share"] >= 0.6
    text = (
        Text(
            de="60 % Kundenzeit sind rechnerisch erreichbar: Ohne interne Abstimmung wären es höchstens {top}",
            en="A customer-facing share of 60% is arithmetically possible: without coordination it would be {top} "
            "at most",
        )
        if reachable
        else Text(
            de="60 % Kundenzeit sind hier rechnerisch nicht erreichbar: Selbst ohne interne Abstimmung wären es {top}",
            en="A customer-facing share of 60% is arithmetically out of reach: even without coordination it would "
            "be {top}",
        )
    )
    title = builder.translate(text, top=builder.style.formats.share(top["share"], 0))
    caption = Caption(
        unit=Text(
            de="Anteil der Kundenzeit: heute, danach, Obergrenze und veröffentlicht",
            en="Customer-facing share: today, after, ceiling and published",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Obergrenze: keine Abstimmung, unbegrenzte Nachfrage, sonst heutiger Arbeitsinhalt.",
            en="Ceiling: no coordination, unlimited demand, otherwise today's work content.",
        ),
    )
    yield builder.figure("ceiling", title, draw.ceiling(builder.style, frame), title, caption)


def _elasticity(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    table = view.study.frames.get("elasticity", pd.DataFrame())
    if table.empty:
        return
    row, write = table.iloc[0], builder.style.formats.number
    inside = Text(
        de="Sie liegt im veröffentlichten Bereich von {low} bis {high}.",
        en="It lies in the published range of {low} to {high}.",
    )
    outside = Text(
        de="Achtung: Sie liegt außerhalb des veröffentlichten Bereichs von {low} bis {high}; die Wirkung der "
        "Betreuung ist "
        "dann zu stark oder zu schwach angesetzt.",
        en="Warning: it lies outside of the published range of {low} to {high}; the effect of care is then set too "
        "strong "
        "or too weak.",
    )
    chosen = (inside if row["inside"] else outside).fill(
        low=write(row["limit_low"], 1), high=write(row["limit_high"], 1)
    )
    text = Text(
        de="10 % mehr Betreuungsstunden in jedem Segment ergeben eine Gesamtelastizität des Umsatzes von {value}. "
        "{chosen}",
        en="10% more care hours in every segment give a total elasticity of revenue of {value}. {chosen}",
    )
    words = builder.translate(text, value=write(row["value"], 2), chosen=chosen)
    yield builder.text(
        "elasticity", words, title=Text(de="Plausibilität der Kundenreaktion", en="Plausibility of customer reactions")
    )


def _conditions(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    conditions = view.study.recommendation.conditions
    if conditions:
        title = Text(de="Unter welchen Bedingungen die Antwort gilt", en="Under which conditions the answer holds")
        yield builder.text("conditions", title=title, points=conditions)
