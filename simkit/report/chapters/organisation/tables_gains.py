"""How the gains of the organisations come about: month by month, part by part, and beside what is possible or published."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.chapters.organisation import figures_gains as draw
from simkit.report.chapters.organisation import gain_views as views
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import PROFIT, StudyView
from simkit.report.document.table_content import TableColumn

DESIGN = TableColumn(name="label", label=Text(de="Organisation", en="Organisation"))
MILLIONS_INTERVAL = (
    TableColumn(name="low", label=Text(de="von", en="from"), write="signed_millions", digits=2),
    TableColumn(name="high", label=Text(de="bis", en="to"), write="signed_millions", digits=2),
)
CHANGE = Text(de="Veränderung gegenüber heute über drei Jahre", en="Change against today over three years")


# --- by month --------------------------------------------------------------------------------------------------------


def months(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the cumulated gain by month, and when each organisation breaks even."""
    frame = views.gains_by_month(view)
    if frame.empty:
        return
    turning = views.break_even_months(view)
    title = _months_message(builder, view, turning)
    caption = Caption(
        unit=Text(
            de="Veränderung des Unternehmensgewinns gegenüber heute, seit der Umstellung aufgelaufen; Band: "
            "95-%-Intervall je Monat",
            en="Change of company profit against today, cumulated since go-live; band: 95% interval of each month",
        ),
        source=source,
        note=Text(
            de="Jeder Monat des Bandes gilt für sich; die Monate hängen zusammen.",
            en="Each month of the band stands for itself; the months hang together.",
        ),
    )
    yield builder.figure("profit_by_month", title, draw.cumulated_gains(builder.style, frame), title, caption)
    yield _break_even_table(builder, turning)
    yield from _transition_table(builder, view)


def _months_message(builder: ChapterBuilder, view: StudyView, turning: pd.DataFrame) -> str:
    row = turning[turning["design"] == view.shown].iloc[0]
    if row["month"] != row["month"]:
        text = Text(
            de="„{design}“ holt seine Kosten {never} wieder herein",
            en="'{design}' does not earn back its cost: {never}",
        )
    elif row["month"] == 1:
        text = Text(
            de="„{design}“ liegt vom ersten Monat an über heute", en="'{design}' is ahead of today from the first month"
        )
    else:
        text = Text(
            de="„{design}“ liegt vom {month}. Monat an auf Dauer über heute",
            en="'{design}' is ahead of today for good from month {month}",
        )
    return builder.translate(
        text, design=view.design_label(view.shown), month=row["month_words"], never=row["month_words"]
    )


def _break_even_table(builder: ChapterBuilder, turning: pd.DataFrame) -> Block:
    columns = (
        DESIGN,
        TableColumn(name="month_words", label=Text(de="Monat", en="Month"), write="figure"),
        TableColumn(name="earliest_words", label=Text(de="frühestens", en="earliest"), write="figure"),
        TableColumn(name="latest_words", label=Text(de="spätestens", en="latest"), write="figure"),
    )
    caption = Caption(
        unit=Text(
            de="Erster Monat, von dem an der aufgelaufene Gewinn über dem von heute bleibt",
            en="First month from which cumulated profit stays above that of today",
        ),
        note=Text(
            de="Frühestens und spätestens: dasselbe für das obere und das untere Ende des 95-%-Intervalls.",
            en="Earliest and latest: the same for the upper and the lower end of the 95% interval.",
        ),
    )
    title = Text(de="Wann sich die Umstellung ausgezahlt hat", en="When the change has paid off")
    return builder.table("break_even_months", title, turning, columns, caption)


def _transition_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.transition_costs(view)
    if frame.empty:
        return
    columns = (
        DESIGN,
        TableColumn(
            name="dip_and_adoption",
            label=Text(de="Einbuße und allmähliche Übernahme", en="Dip and gradual adoption"),
            write="signed_millions",
            digits=2,
        ),
        TableColumn(
            name="once", label=Text(de="einmalige Kosten", en="one-off cost"), write="signed_millions", digits=2
        ),
        TableColumn(name="total", label=Text(de="zusammen", en="together"), write="signed_millions", digits=2),
        *MILLIONS_INTERVAL,
    )
    caption = Caption(
        unit=Text(
            de="Gewinn über drei Jahre gegenüber derselben Organisation ohne Umstellung",
            en="Profit over three years against the same organisation without a transition",
        ),
    )
    title = Text(de="Was die Umstellung kostet", en="What the transition costs")
    yield builder.table("transition", title, frame, columns, caption)


# --- by part ---------------------------------------------------------------------------------------------------------


def parts(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the parts of each gain: of the design taken apart with their interaction, of the others structure and transition."""
    design = view.design_label(view.taken_apart)
    alone = views.gains_of_parts(view, PROFIT)
    if not alone.empty:
        title = Text(
            de="{design}: jeder Teil für sich, Zusammenwirken und Umstellung",
            en="{design}: each part alone, interaction and transition",
        ).fill(design=design)
        columns = (TableColumn(name="label", label=Text(de="Teil", en="Part")), *_gain_columns())
        yield builder.table("parts", title, alone, columns, Caption(unit=CHANGE), total=True)
    split = views.splits(view)
    split = split[split["measure"] == PROFIT]
    if not split.empty:
        title = Text(
            de="Die anderen Organisationen: was die Struktur bringt und was die Umstellung kostet",
            en="The other organisations: what the structure brings and what the transition costs",
        )
        columns = (DESIGN, TableColumn(name="part_label", label=Text(de="Teil", en="Part")), *_gain_columns())
        yield builder.table("structure_and_transition", title, split, columns, Caption(unit=CHANGE))
    yield from _relabelling(builder, view)


def _gain_columns() -> tuple[TableColumn, ...]:
    gain = TableColumn(name="difference", label=Text(de="Gewinn", en="Profit"), write="signed_millions", digits=2)
    return gain, *MILLIONS_INTERVAL


def _relabelling(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.relabelled(view)
    if frame.empty:
        return
    change = {
        name: [_signed(builder, unit, value) for unit, value in zip(frame["unit"], frame[name], strict=True)]
        for name in ("difference", "low", "high")
    }
    columns = (
        TableColumn(name="label", label=Text(de="Größe", en="Measure")),
        TableColumn(name="difference", label=Text(de="Veränderung", en="Change"), write="figure"),
        TableColumn(name="low", label=Text(de="von", en="from"), write="figure"),
        TableColumn(name="high", label=Text(de="bis", en="to"), write="figure"),
    )
    by_measure = frame.set_index("measure")["difference"]
    hours, open_work = float(by_measure["facing_h"]), float(by_measure["open_work_change_h"])
    title = builder.translate(
        Text(
            de="Eine bloße Aufteilung der Rollen: {hours} Kundenstunden, {open} Stunden offene Arbeit",
            en="A mere split of roles: {hours} customer hours, {open} hours of open work",
        ),
        hours=builder.style.formats.signed(hours),
        open=builder.style.formats.signed(open_work),
    )
    caption = Caption(
        unit=CHANGE,
        note=Text(
            de="Einheiten und Zuständigkeiten von „{design}“ ohne jede Änderung der Arbeit: Vorrang wie heute, keine "
            "Übergaben, keine Einbuße. Was hier gewonnen scheint und als offene Arbeit liegen bleibt, ist geliehen.",
            en="Units and responsibilities of '{design}' without any change of work: ranks as today, no hand-overs, "
            "no dip. What seems to be won here but stays as open work is borrowed.",
        ).fill(design=view.design_label(view.taken_apart)),
    )
    yield builder.table("relabelling", title, frame.assign(**change), columns, caption)


def _signed(builder: ChapterBuilder, unit: str, value: float) -> str:
    formats = builder.style.formats
    if unit == "share":
        return formats.points(value)
    return formats.millions(value, 2, signed=True) if unit == "money" else f"{formats.signed(value)}\u00a0h"


# --- what is possible, what is published -----------------------------------------------------------------------------


def ceiling_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the ceiling of each organisation, and which work content would have to fall for the published share."""
    frame = views.ceilings(view)
    target = view.study.frame("ticks").set_index("item")["value"]["case.share_after"]
    columns = (
        DESIGN,
        TableColumn(name="share_now", label=Text(de="Kundenzeit", en="Customer-facing share"), write="share", digits=1),
        TableColumn(name="ceiling_share", label=Text(de="Obergrenze", en="Ceiling"), write="share", digits=1),
        TableColumn(
            name="tied_fall_share_words",
            label=Text(de="Vorbereitung und Reise allein", en="Preparation and travel alone"),
            write="figure",
        ),
        TableColumn(
            name="fixed_fall_share_words",
            label=Text(de="feste Blöcke und Erfassung allein", en="Fixed blocks and order entry alone"),
            write="figure",
        ),
        TableColumn(name="both_fall_share_words", label=Text(de="beides zugleich", en="both at once"), write="figure"),
    )
    title = builder.translate(
        Text(
            de="Welche Arbeit zurückgehen müsste, damit {target} Kundenzeit erreichbar wären",
            en="Which work would have to fall for a customer-facing share of {target} to be in reach",
        ),
        target=builder.style.formats.share(target, 0),
    )
    caption = Caption(
        note=Text(
            de="Gerechnet ohne jede Abstimmung und bei unbegrenzter Nachfrage; Vorbereitung und Reise je Stunde Verkauf und "
            "Betreuung. „Allein nicht möglich“: Selbst ganz ohne diese Arbeit wäre das Ziel nicht erreichbar.",
            en="Computed without any coordination and with unlimited demand; preparation and travel per hour of selling "
            "and care. 'Impossible alone': even without any of this work the target could not be reached.",
        )
    )
    yield builder.table("ceiling_by_design", title, frame, columns, caption)


def beside_the_case(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield the published case as marks beside what the replications say, with the elasticities that both imply."""
    frame = views.beside_the_case(view)
    if frame.empty:
        return
    title = _case_message(builder, view)
    caption = Caption(
        unit=Text(
            de="Drei Jahre gegenüber heute; blasse Punkte: Welten; dunkle: Mittel mit 95-%-Intervall; Striche: "
            "veröffentlichter Fall",
            en="Three years against today; pale dots: worlds; dark ones: means with 95% intervals; lines: published case",
        ),
        source=source,
        note=Text(
            de="Kundenzeit im Fall vorher und nachher; „Gewinnanteil + 40 %“ in beiden Lesarten: Gewinn × 1,4 oder "
            "Gewinnmarge × 1,4, also Gewinn × 1,68. Ein Vergleich, kein Ziel der Rechnung.",
            en="Customer-facing share of the case before and after; 'profit share + 40%' in both readings: profit × 1.4, "
            "or profit margin × 1.4, so profit × 1.68. A comparison, not a target of the calculation.",
        ),
    )
    figure = draw.beside_the_case(builder.style, frame, views.case_means(view), views.case_ticks(view))
    yield builder.figure("published_case", title, figure, title, caption)
    yield _elasticity_table(builder, view)


def _case_message(builder: ChapterBuilder, view: StudyView) -> str:
    means = views.case_means(view)
    label = view.design_label(view.shown)
    mine = means[means["label"] == label].set_index("title")["mean"]
    revenue = mine.get(builder.style.translate(views.CASE_TITLES["revenue_amount"]), float("nan"))
    published = view.study.frame("ticks").set_index("item")["value"]["case.revenue_gain"]
    return builder.translate(
        Text(
            de="„{design}“: Umsatz {own} hier, {case} im veröffentlichten Fall",
            en="'{design}': revenue {own} here, {case} in the published case",
        ),
        design=label,
        own=builder.style.formats.signed_share(revenue),
        case=builder.style.formats.signed_share(published, 0),
    )


def _elasticity_table(builder: ChapterBuilder, view: StudyView) -> Block:
    columns = (
        TableColumn(name="label", label=Text(de="Quelle", en="Source")),
        TableColumn(
            name="share_before", label=Text(de="Kundenzeit vorher", en="Share before"), write="share", digits=1
        ),
        TableColumn(name="share_after", label=Text(de="nachher", en="after"), write="share", digits=1),
        TableColumn(name="revenue_gain", label=Text(de="Umsatz", en="Revenue"), write="signed_share", digits=1),
        TableColumn(name="elasticity", label=Text(de="Elastizität", en="Elasticity"), write="number", digits=2),
    )
    caption = Caption(
        note=Text(
            de="Elastizität: ln(Umsatz nachher ÷ vorher) ÷ ln(Kundenzeit nachher ÷ vorher); leer, wo sich die Kundenzeit kaum "
            "ändert. Sie enthält alles, was sich mit der Organisation ändert, nicht nur die Wirkung der Kundenzeit.",
            en="Elasticity: ln(revenue after ÷ before) ÷ ln(share after ÷ before); empty where the share hardly changes. It "
            "holds all that changes with the organisation, not only the effect of customer-facing time.",
        )
    )
    title = Text(
        de="Welche Wirkung der Kundenzeit auf den Umsatz daraus folgt",
        en="What this implies about the effect of customer-facing time on revenue",
    )
    return builder.table("case_elasticity", title, views.case_elasticities(view), columns, caption)
