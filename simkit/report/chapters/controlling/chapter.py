"""Chapter: whether contacts and hours go where they were meant to go, month by month."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.estimates import Estimate
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.controlling import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn
from simkit.value.controlling.plan_and_actual import Controlling

NAME = "controlling"
TITLE = Text(de="Geht der Aufwand dorthin, wohin er soll?", en="Does the effort go where it should?")
SOURCE = Text(de="Zeiterfassung und Kundenwert, {n} Monate", en="time log and customer value, {n} months")
UNITS = {
    "hours_h": Text(de="Stunden auf Kunden je Monat", en="Hours on customers per month"),
    "contacts": Text(de="Kontakte (Verkauf und Pflege) je Monat", en="Contacts (selling and care) per month"),
}
PLANS = {
    "stated": Text(
        de="Plan der Kontakte: Kontakte je Kunde und Jahr aus client.yaml.",
        en="Plan of contacts: contacts per customer and year from client.yaml.",
    ),
    "value_share": Text(
        de="Es ist kein Plan hinterlegt; als Plan gilt der Anteil der Klasse am Wert, mal alles im Monat (Annahme).",
        en="No plan is stated; each class's share of value times all of the month stands in for one (assumption).",
    ),
}
HOURS_PLAN = Text(
    de="Plan der Stunden: Anteil der Klasse am Wert, mal alle Stunden des Monats (Annahme).",
    en="Plan of hours: the class's share of value times all hours of the month (assumption).",
)
LIMITS = {
    "contacts": Text(
        de="Grenzen: 95 % für alle Punkte zusammen (Bonferroni), Poisson mit {x}-facher Streuung, aus den Daten.",
        en="Limits: 95% for all points together (Bonferroni), Poisson with {x} times the variance, from the data.",
    ),
    "hours_h": Text(
        de="Grenzen: 95 % für alle Punkte zusammen (Bonferroni), aus der mittleren gleitenden Spannweite.",
        en="Limits: 95% for all points together (Bonferroni), from the mean moving range.",
    ),
}
REST = Text(de="Übrige und ohne Angabe", en="Others and not known")
OF_VALUE = Text(
    de="Wert ist nicht Wirkung: Die Zahl sagt, wie verteilt wird, nicht, was Umverteilen brächte.",
    en="Value is not response: the figure says how effort is spread, not what moving it would bring.",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.controlling
    return found if isinstance(found, Missing) else _blocks(found, builder)


def _blocks(found: Controlling, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield _course(builder, found, "hours_h")
    yield _course(builder, found, "contacts")
    yield _compliance(builder, found)
    if found.misallocation_by_group is not None:
        yield _groups(builder, found, found.misallocation_by_group)
    yield _lead_lag(builder, found)


def _source(builder: ChapterBuilder, found: Controlling) -> str:
    return builder.translate(SOURCE, n=builder.style.formats.number(found.months["month"].nunique()))


def _with_interval(builder: ChapterBuilder, estimate: Estimate) -> Text:
    interval = builder.style.formats.interval(estimate.low, estimate.high, "share", 0)
    return Text(de="95-%-Intervall {x}", en="95% interval {x}").fill(x=interval)


def _key_figures(builder: ChapterBuilder, found: Controlling) -> Block:
    formats = builder.style.formats
    counts = {name: found.months[found.months["measure"] == name] for name in ("hours_h", "contacts")}
    figures = [
        KeyFigure(
            label=Text(de="Stunden an anderer Stelle als der Wert", en="Hours elsewhere than the value"),
            value=formats.share(found.misallocation.value, 0),
            detail=_with_interval(builder, found.misallocation),
        )
    ]
    labels = {
        "hours_h": Text(de="Stunden innerhalb der Grenzen", en="Hours within the limits"),
        "contacts": Text(de="Kontakte innerhalb der Grenzen", en="Contacts within the limits"),
    }
    for name, cells in counts.items():
        figures.append(
            KeyFigure(
                label=labels[name],
                value=f"{formats.number(int((cells['alarm'] == '').sum()))} / {formats.number(len(cells))}",
                detail=Text(de="Monate je Klasse", en="months by class"),
            )
        )
    return builder.key_figures("controlling_key_figures", figures)


def _course(builder: ChapterBuilder, found: Controlling, measure: str) -> Block:
    formats = builder.style.formats
    frame = found.months[found.months["measure"] == measure]
    out = frame[frame["alarm"] != ""]
    quiet = {
        "hours_h": Text(de="Die Stunden blieben in jedem Monat in den Grenzen um den Plan",
                        en="Hours stayed within the limits around the plan in every month"),
        "contacts": Text(de="Die Kontakte blieben in jedem Monat in den Grenzen um den Plan",
                         en="Contacts stayed within the limits around the plan in every month"),
    }  # fmt: skip
    loud = {
        "hours_h": Text(de="Klasse {name} liegt bei den Stunden in {n} von {all} Monaten {side} dem Plan",
                        en="Class {name} is {side} its plan of hours in {n} of {all} months"),
        "contacts": Text(de="Klasse {name} liegt bei den Kontakten in {n} von {all} Monaten {side} dem Plan",
                         en="Class {name} is {side} its plan of contacts in {n} of {all} months"),
    }  # fmt: skip
    sides = {"above": Text(de="über", en="above"), "below": Text(de="unter", en="below")}
    if out.empty:
        title = builder.translate(quiet[measure])
    else:
        counts = out.groupby(["segment", "alarm"], as_index=False).size()
        most = counts.sort_values("size", ascending=False, kind="stable").iloc[0]
        title = builder.translate(
            loud[measure],
            name=most["segment"],
            n=formats.number(int(most["size"])),
            all=formats.number(frame["month"].nunique()),
            side=builder.style.translate(sides[most["alarm"]]),
        )
    plan = HOURS_PLAN if measure == "hours_h" else PLANS[found.contacts_plan]
    note = f"{builder.translate(plan)} {builder.translate(LIMITS[measure], x=formats.number(found.dispersion, 1))}"
    caption = Caption(unit=UNITS[measure], source=_source(builder, found), note=note)
    picture = draw.course(builder.style, frame, UNITS[measure])
    return builder.figure(f"controlling_{measure}", title, picture, title, caption)


def _compliance(builder: ChapterBuilder, found: Controlling) -> Block:
    within = found.compliance.pivot(index="segment", columns="measure", values="within")
    cells = int(found.compliance["cells"].max())
    frame = found.by_segment.merge(within.add_suffix("_within"), left_on="group", right_index=True)
    frame = frame.assign(
        hours=[
            f"{builder.style.formats.number(n)} / {builder.style.formats.number(cells)}"
            for n in frame["hours_h_within"]
        ],
        touch=[
            f"{builder.style.formats.number(n)} / {builder.style.formats.number(cells)}"
            for n in frame["contacts_within"]
        ],
    )
    inside = Text(de="Monate in den Grenzen", en="months within limits")
    columns = [
        TableColumn(name="group", label=Text(de="Klasse", en="Class")),
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(name="value_share", label=Text(de="Anteil am Wert", en="Share of value"), write="share", digits=0),
        TableColumn(
            name="hours_share", label=Text(de="Anteil an Stunden", en="Share of hours"), write="share", digits=0
        ),
        TableColumn(name="hours", label=Text(de="Stunden", en="Hours"), write="figure", unit=inside),
        TableColumn(name="touch", label=Text(de="Kontakte", en="Contacts"), write="figure", unit=inside),
    ]
    title = builder.translate(
        Text(
            de="{share} der Stunden müssten in eine andere Klasse wandern, damit sie dem Wert folgen",
            en="{share} of the hours would have to move to another class to follow the value",
        ),
        share=builder.style.formats.share(found.misallocation.value, 0),
    )
    drawn = builder.translate(Text(de="Bootstrap", en="bootstrap"))
    note = f"{builder.translate(_with_interval(builder, found.misallocation))} ({drawn}). {builder.translate(OF_VALUE)}"
    return builder.table(
        "controlling_classes", title, frame, columns, Caption(source=_source(builder, found), note=note)
    )


def _groups(builder: ChapterBuilder, found: Controlling, index: Estimate) -> Block:
    frame = found.by_group.sort_values("gap_share", ascending=False, ignore_index=True)
    frame = frame.assign(label=[name if isinstance(name, str) else builder.translate(REST) for name in frame["group"]])
    most = frame.iloc[0]
    title = builder.translate(
        Text(
            de="Am weitesten über seinem Wert wird „{name}“ betreut: {gap} mehr Anteil an den Stunden als am Wert",
            en="'{name}' is served furthest above its value: {gap} more of the hours than of the value",
        ),
        name=most["label"],
        gap=builder.style.formats.points(most["gap_share"]).removeprefix("+"),
    )
    note = builder.translate(
        Text(
            de="Zwischen den Gruppen müssten {x} der Stunden wandern ({low} bis {high}, Bootstrap; Zufall "
            "allein hebt die Zahl über 0). {of_value}",
            en="Between the groups {x} of the hours would have to move ({low} to {high}, bootstrap; chance "
            "alone lifts the figure above 0). {of_value}",
        ),
        x=builder.style.formats.share(index.value, 0),
        low=builder.style.formats.share(index.low, 0),
        high=builder.style.formats.share(index.high, 0),
        of_value=builder.translate(OF_VALUE),
    )
    unit = Text(de="Anteile an allen Kunden zusammen, je Kundengruppe", en="Shares of all customers together, by group")
    caption = Caption(unit=unit, source=_source(builder, found), note=note)
    return builder.figure("controlling_groups", title, draw.gaps(builder.style, frame), title, caption)


def _lead_lag(builder: ChapterBuilder, found: Controlling) -> Block:
    study, formats = found.lead_lag, builder.style.formats
    heading = Text(de="Gehen Kontakte den Aufträgen voraus?", en="Do contacts come before orders?")
    if not study.enough:
        few = Text(
            de="{n} Monate reichen nicht, um zu sagen, ob Kontakte den Aufträgen vorausgehen; es braucht mindestens 24.",
            en="{n} months are not enough to say whether contacts come before orders; it takes at least 24.",
        )
        return builder.text("lead_lag", builder.translate(few, n=formats.number(study.months)), title=heading)
    nothing = Text(
        de="In {n} Monaten ist kein Vorlauf der Kontakte vor den Aufträgen vom Zufall zu unterscheiden",
        en="Over {n} months no lead of contacts before orders can be told apart from chance",
    )
    some = Text(
        de="Kontakte und Aufträge hängen zusammen, am deutlichsten mit {lag} Monaten Abstand",
        en="Contacts and orders go together, most clearly {lag} months apart",
    )
    strongest = study.by_lag.sort_values("p_holm", kind="stable").iloc[0]
    title = builder.translate(
        nothing if study.found.empty else some,
        n=formats.number(study.months),
        lag=formats.number(strongest["lag_months"]),
    )
    frame = study.by_lag.assign(
        interval=[formats.interval(a, b, "signed", 2) for a, b in study.by_lag[["low", "high"]].to_numpy()]
    )
    columns = [
        TableColumn(name="lag_months", label=Text(de="Kontakte so viele Monate früher", en="Contacts so many months earlier"),
               write="number"),
        TableColumn(name="slope", label=Text(de="Änderung der Aufträge", en="Change of orders"), write="signed", digits=2,
               unit=Text(de="Standardabweichungen", en="standard deviations")),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="p_holm", label=Text(de="p nach Holm", en="p by Holm"), write="number", digits=2),
    ]  # fmt: skip
    note = Text(
        de="Regression der Aufträge auf Kontakte und Trend, Fehler nach Newey-West, mindestens die üblichen. Gleichlauf "
        "in der Zeit, keine Ursache: Die Saison bewegt beide, und Aufträge bringen selbst Kontakte mit sich.",
        en="Regression of orders on contacts and a trend, errors by Newey and West, at least the ordinary ones. Going "
        "together in time, not a cause: the season moves both, and orders bring contacts with them.",
    )
    return builder.table(
        "lead_lag", title, pd.DataFrame(frame), columns, Caption(source=_source(builder, found), note=note)
    )
