"""Chapter: what the money brings, tools, training, coaching, incentives, process work, another head or another organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.levers import figures as draw
from simkit.report.chapters.levers import lever_views as views
from simkit.report.chapters.levers.tables import choice_block
from simkit.report.chapters.organisation.chapter import source_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

NAME = "levers"
TITLE = Text(de="Was bringt das Geld?", en="What does the money bring?")
LEVER = TableColumn(name="label", label=Text(de="Maßnahme", en="Lever"))
OVER_YEARS = Text(
    de="Gegen dieselbe Organisation ohne die Maßnahme, über drei Jahre; gemeinsame 95-%-Intervalle aller Maßnahmen",
    en="Against the same organisation without the lever, over three years; 95% intervals that hold together for all levers",
)
EVIDENCE_GRADES = Text(
    de="In eckigen Klammern, wie weit der Quelle der Wirkung zu trauen ist: P begutachtet, V von Anbietern oder aus zweiter "
    "Hand, S ein einzelner Quelltext, – Annahme. Die Intervalle sagen nur, wie genau gerechnet wurde.",
    en="In square brackets how far the source of the effect can be trusted: P peer-reviewed, V vendor or second-hand, S one "
    "source text, – assumption. The intervals tell only how precisely it was computed.",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, view: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    bases = views.bases(view)
    yield _method(builder, view, bases)
    if bases:
        yield from _on_today(builder, view, bases[0])
        for other in bases[1:]:
            yield _money_table(builder, view, other, views.levers(view, other))
        yield from _interactions(builder, view)
    for base in views.bases(view, budgeted=False):
        yield _money_table(builder, view, base, views.levers(view, base, budgeted=False), own=True)
    yield _tool_table(builder, view)
    yield choice_block(builder, view, analysis.client.folder)


# --- the same budget -------------------------------------------------------------------------------------------------


def _method(builder: ChapterBuilder, view: StudyView, bases: list[str]) -> Block:
    if not bases:
        text = Text(
            de="Alle Maßnahmen auf demselben Budget werden mit der Tiefe „full“ gerechnet (simkit run … --depth full); hier "
            "stehen die Kosten der Werkzeuge und, wo client.yaml welche nennt, die eigenen Varianten.",
            en="All levers on the same budget are computed with the depth 'full' (simkit run … --depth full); here stand the "
            "cost of tools and, where client.yaml names some, the client's own variants.",
        )
        return builder.text("method", text)
    first = Text(
        de="Jede Maßnahme bekommt dasselbe Budget: {budget} im Jahr, {reason}. Was nach Köpfen kostet, erreicht so viele "
        "Beschäftigte, wie das Budget bezahlt; Stellen gibt es nur ganze, ein Projekt und ein Umbau sind unteilbar.",
        en="Every lever gets the same budget: {budget} a year, {reason}. What costs by the head reaches as many of the staff "
        "as the budget pays; there are only whole posts, and a project or a reorganisation cannot be divided.",
    )
    second = Text(
        de="Keine Maßnahme wird über das hinaus verstärkt, was ihre Beschreibung nennt, weil über mehr davon nichts bekannt ist. "
        "Manche gibt deshalb weniger aus als das Budget; der Ertrag je {symbol} vergleicht sie. Für einen Teil der Beschäftigten "
        "ist die Wirkung anteilig gerechnet, was für Stunden genau und für Gewinnquoten eine Näherung ist.",
        en="No lever is stretched beyond what its description states, because nothing is known about more of it. Some therefore "
        "spend less than the budget; the return per {symbol} compares them. For a part of the staff the effect is taken in "
        "proportion, which is exact for hours and an approximation for win rates.",
    )
    own = view.study.settings.lever_budget_amount is not None
    reason = Text(de="wie in client.yaml festgelegt", en="as set in client.yaml") if own else _HEAD_COST
    amount = builder.style.formats.money(round(views.budget_amount(view), -3))
    symbol = builder.style.formats.currency_symbol
    return builder.text(
        "method",
        builder.translate(first, budget=amount, reason=builder.style.translate(reason)),
        builder.translate(second, symbol=symbol),
    )


_HEAD_COST = Text(
    de="so viel wie eine Stelle mehr kostet (mittlere Personalkosten einer Vollzeitstelle, Werkzeuge, Einstellung auf die Jahre "
    "verteilt)",
    en="as much as one more head costs (mean pay of a full-time post, tools, the hire spread over the years)",
)


def _on_today(builder: ChapterBuilder, view: StudyView, base: str) -> Iterator[Block]:
    frame = views.levers(view, base)
    title = net_message(builder, view, frame)
    caption = Caption(
        unit=builder.translate(
            Text(
                de="{base}. {what}; blass: das Intervall enthält die Grenze",
                en="{base}. {what}; pale: the interval includes the border",
            ),
            base=view.design_label(base),
            what=builder.style.translate(OVER_YEARS),
        ),
        source=source_of(builder, view),
        note=EVIDENCE_GRADES,
    )  # fmt: skip
    yield builder.figure("net_gain", title, draw.net_gain_and_return(builder.style, frame), title, caption)
    yield _money_table(builder, view, base, frame)
    yield from _payback(builder, view, base, frame)
    yield _evidence_table(builder, view, base, frame)


def net_message(builder: ChapterBuilder, view: StudyView, frame: pd.DataFrame) -> str:
    """Return what the comparison says: which lever brings most among those that surely pay, or that none does."""
    paying = frame[frame["net_low"] > 0]
    if paying.empty:
        nothing = Text(
            de="Keine Maßnahme zahlt sich innerhalb der gerechneten Jahre sicher aus",
            en="No lever surely pays within the years computed",
        )
        return builder.translate(nothing)
    best = paying.iloc[0]
    told = Text(
        de="{count} von {all} Maßnahmen zahlen sich sicher aus; am meisten bringt „{lever}“ ({net})",
        en="{count} of {all} levers surely pay; '{lever}' brings most ({net})",
    )
    number = builder.style.formats.number
    message = builder.translate(
        told,
        count=number(len(paying)),
        all=number(len(frame)),
        lever=best["label"],
        net=view.money(best["net"], signed=True),
    )
    priced = paying[paying["per_euro_low"].notna()]
    if priced.empty:
        return message
    first = priced.iloc[int(priced["per_euro"].to_numpy().argmax())]
    values = {
        "ratio": builder.style.formats.money(first["per_euro"], 2),
        "symbol": builder.style.formats.currency_symbol,
        "lever": first["label"],
    }
    if first["lever"] == best["lever"]:
        return message + builder.translate(
            Text(de=", auch je {symbol} Ausgabe: {ratio}", en=", also per {symbol} spent: {ratio}"), **values
        )
    per_unit = Text(de=", je {symbol} Ausgabe „{lever}“: {ratio}", en=", per {symbol} spent '{lever}': {ratio}")
    return message + builder.translate(per_unit, **values)


def _money_table(
    builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame, *, own: bool = False
) -> Block:
    symbol = builder.style.formats.currency_symbol
    from_, to = Text(de="von", en="from"), Text(de="bis", en="to")
    ratio = builder.translate(Text(de="Ertrag je {symbol}", en="Return per {symbol}"), symbol=symbol)
    columns = (
        LEVER,
        TableColumn(name="extent_words", label=Text(de="Umfang", en="Extent")),
        _thousand(builder, "cost", Text(de="Kosten", en="Cost"), signed=False),
        _thousand(builder, "gain", Text(de="Gewinn vor Kosten", en="Profit before cost")),
        _thousand(builder, "net", Text(de="Gewinn danach", en="Profit after it")),
        _thousand(builder, "net_low", from_),
        _thousand(builder, "net_high", to),
        TableColumn(name="per_euro", label=ratio, write="number", digits=2),
        TableColumn(name="per_euro_low", label=from_, write="number", digits=2),
        TableColumn(name="per_euro_high", label=to, write="number", digits=2),
    )
    words = (
        Text(de="Eigene Varianten auf „{base}“", en="The client's own variants on '{base}'")
        if own
        else Text(
            de="Was jede Maßnahme auf „{base}“ kostet und bringt", en="What each lever costs and brings on '{base}'"
        )
    )
    title = builder.translate(words, base=view.design_label(base))
    note = Text(
        de="Kosten: was an Personal, Werkzeugen, Einstellungen, Assistenz, Maßnahmen und einmaligem Aufwand dazukommt. Ertrag "
        "je {symbol}: Gewinn vor Kosten ÷ Kosten, Intervall nach Fieller; über 1 lohnt es sich; – wo nicht sicher Kosten "
        "entstehen.",
        en="Cost: what is added in pay, tools, hires, assistance, levers and one-off cost. Return per {symbol}: profit before "
        "cost ÷ cost, Fieller's interval; above 1 it pays; – where it is not sure that anything is spent.",
    )
    caption = Caption(unit=OVER_YEARS, source=source_of(builder, view), note=builder.translate(note, symbol=symbol))
    shown = frame.assign(per_euro=frame["per_euro"].where(frame["per_euro_low"].notna()))
    name = f"own_on_{base}" if own else f"on_{base}"
    return builder.table(name, title, shown, columns, caption)


def _thousand(builder: ChapterBuilder, name: str, label: Text | str, *, signed: bool = True) -> TableColumn:
    unit = builder.translate(draw.THOUSANDS, symbol=builder.style.formats.currency_symbol)
    return TableColumn(name=f"{name}_thousand", label=label, write="signed" if signed else "number", unit=unit)


def _payback(builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame) -> Iterator[Block]:
    title = payback_message(builder, frame)
    caption = Caption(
        unit=Text(
            de="Seit der Umstellung aufgelaufener Gewinn nach Kosten gegen dieselbe Organisation ohne die Maßnahme; Band: "
            "95-%-Intervall je Monat",
            en="Cumulated profit after cost since go-live, against the same organisation without the lever; band: 95% interval "
            "of each month",
        ),
        source=source_of(builder, view),
        note=Text(
            de="Jedes Feld hat eine eigene Skala. Jeder Monat des Bandes gilt für sich; die Bänder sind enger als die "
            "gemeinsamen Intervalle der Tabelle.",
            en="Each panel has a scale of its own. Each month of the band stands for itself; the bands are narrower than the "
            "simultaneous intervals of the table.",
        ),
    )
    yield builder.figure("payback", title, draw.payback(builder.style, views.months(view, base)), title, caption)


def payback_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return how many levers earn their cost back in the months simulated, and which one first."""
    back = frame[frame["month"].notna()]
    if back.empty:
        return builder.translate(
            Text(
                de="Keine Maßnahme holt ihre Kosten in den gerechneten Monaten wieder herein",
                en="No lever earns back its cost within the months computed",
            )
        )
    first = back.iloc[int(back["month"].to_numpy().argmin())]
    text = Text(
        de="Im Mittel holen {count} von {all} Maßnahmen ihre Kosten wieder herein, „{lever}“ zuerst ({month})",
        en="On average {count} of {all} levers earn back their cost, '{lever}' first ({month})",
    )
    month = first["month_words"] if first["month"] == 1 else builder.translate(_MONTH, n=first["month_words"])
    number = builder.style.formats.number
    return builder.translate(text, count=number(len(back)), all=number(len(frame)), lever=first["label"], month=month)


_MONTH = Text(de="vom {n}. Monat an", en="from month {n}")


def _evidence_table(builder: ChapterBuilder, view: StudyView, base: str, frame: pd.DataFrame) -> Block:
    hours = zip(*(frame[f"facing_{end}"] for end in ("h", "low", "high")), strict=True)
    frame = frame.assign(hours_words=[builder.style.formats.signed_with_ends(*row) for row in hours])
    columns = (
        LEVER,
        TableColumn(name="month_words", label=Text(de="Ausgezahlt im Monat", en="Paid back in month")),
        TableColumn(name="earliest_words", label=Text(de="frühestens", en="earliest")),
        TableColumn(name="latest_words", label=Text(de="spätestens", en="latest")),
        TableColumn(name="probability_best", label=Text(de="bringt am meisten", en="brings most"), write="share"),
        TableColumn(name="hours_words", label=Text(de="Kundenstunden", en="Customer hours")),
        TableColumn(name="moves_words", label=Text(de="bewegt", en="moves")),
        TableColumn(name="evidence_grade_words", label=Text(de="Beleg", en="Evidence")),
        TableColumn(name="source_words", label=Text(de="Quelle der Wirkung", en="Source of the effect")),
    )
    caption = Caption(
        unit=builder.translate(
            Text(de="„{base}“, Szenario „{scenario}“", en="'{base}', scenario '{scenario}'"),
            base=view.design_label(base),
            scenario=view.scenario_label(view.study.main_scenario),
        ),
        source=source_of(builder, view),
        note=Text(
            de="Bringt am meisten: Wahrscheinlichkeit des höchsten Gewinns nach Kosten (Bootstrap über die Welten, "
            "mit wenigen Welten zu sicher). Bewegt: was "
            "die Maßnahme für sich, bei ausreichender Besetzung, hebt (↑) und senkt (↓). P begutachtet, V Anbieter oder zweite "
            "Hand, S ein Quelltext, – Annahme.",
            en="Brings most: probability of the highest profit after cost (bootstrap over the worlds, too sure "
            "with few of them). Moves: what the lever by "
            "itself raises (↑) and lowers (↓) with enough staff. P peer-reviewed, V vendor or second-hand, S one source text, – "
            "assumption.",
        ),
    )
    title = Text(
        de="Wann es sich auszahlt, und worauf die Wirkung beruht", en="When it pays back, and what the effect rests on"
    )
    return builder.table("evidence", title, frame, columns, caption)


def _interactions(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    frame = views.interactions(view)
    if frame.empty:
        return
    other = view.design_label(str(frame["other"].iloc[0]))
    columns = (
        LEVER,
        _thousand(builder, "on_base", Text(de="heute", en="today")),
        _thousand(builder, "on_other", other),
        _thousand(builder, "difference", Text(de="Unterschied", en="Difference")),
        _thousand(builder, "low", Text(de="von", en="from")),
        _thousand(builder, "high", Text(de="bis", en="to")),
    )
    caption = Caption(
        unit=Text(
            de="Gewinn nach Kosten über drei Jahre, jeweils gegen dieselbe Organisation ohne die Maßnahme; gemeinsame "
            "95-%-Intervalle",
            en="Profit after cost over three years, each against the same organisation without the lever; simultaneous 95% "
            "intervals",
        ),
        source=source_of(builder, view),
    )
    yield builder.table("interactions", interaction_message(builder, view, frame, other), frame, columns, caption)


def interaction_message(builder: ChapterBuilder, view: StudyView, frame: pd.DataFrame, other: str) -> str:
    """Return which lever surely brings more or less on the other organisation, or that none does."""
    sure = frame[(frame["low"] > 0) | (frame["high"] < 0)]
    if sure.empty:
        return builder.translate(
            Text(
                de="Keine Maßnahme bringt auf „{other}“ nachweisbar mehr oder weniger als auf der heutigen Organisation",
                en="No lever demonstrably brings more or less on '{other}' than on today's organisation",
            ),
            other=other,
        )
    most = sure.iloc[int(sure["difference"].abs().to_numpy().argmax())]
    more = Text(
        de="„{lever}“ bringt auf „{other}“ {money} mehr als heute",
        en="'{lever}' brings {money} more on '{other}' than today",
    )
    less = Text(
        de="„{lever}“ bringt auf „{other}“ {money} weniger als heute",
        en="'{lever}' brings {money} less on '{other}' than today",
    )
    text = more if most["difference"] > 0 else less
    money = view.money(abs(most["difference"]))
    return builder.translate(text, lever=most["label"], other=other, money=money)


# --- tools -----------------------------------------------------------------------------------------------------------


def _tool_table(builder: ChapterBuilder, view: StudyView) -> Block:
    frame = views.tool_stack(view)
    columns = (
        TableColumn(name="label", label=Text(de="Werkzeuge", en="Tools")),
        TableColumn(name="value_words", label=Text(de="Wert", en="Value"), write="figure"),
        TableColumn(name="evidence_grade_words", label=Text(de="Beleg", en="Evidence")),
        TableColumn(name="source_words", label=Text(de="Quelle", en="Source")),
    )
    caption = Caption(
        unit=Text(de="Beträge, und Minuten je Kopf und Arbeitstag", en="Amounts, and minutes per head and day at work"),
        note=Text(
            de="Nötige Minuten: 60 × Stunden des Tages × Kosten je Kopf und Jahr ÷ Personalkosten einer Vollzeitstelle. "
            "Gesparte Zeit ist erst dann Geld, wenn sie genutzt wird; was sie bringt, sagt der Vergleich der Maßnahmen. Der "
            "Betrag des Quelltextes steht zum Vergleich da, in seiner Währung.",
            en="Minutes needed: 60 × hours of the day × cost per head and year ÷ pay of a full-time post. Saved time is money "
            "only when it is used; what it brings is told by the comparison of levers. The amount of the source text stands "
            "for comparison, in its own currency.",
        ),
    )
    return builder.table("tool_stack", tool_message(builder, frame), frame, columns, caption)


def tool_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    """Return whether the working time that more tools save would pay for them."""
    value = frame.set_index("item")["value"]
    text = (
        Text(
            de="Mehr Werkzeuge sparen {saved} Minuten am Tag und bezahlen sich ab {needed}",
            en="More tools save {saved} minutes a day and pay for themselves from {needed}",
        )
        if value["saved"] >= value["needed_more"]
        else Text(
            de="Mehr Werkzeuge sparen {saved} Minuten am Tag, zu wenig: Bezahlt wären sie erst ab {needed}",
            en="More tools save {saved} minutes a day, too few: they would pay for themselves only from {needed}",
        )
    )
    number = builder.style.formats.number
    return builder.translate(text, saved=number(value["saved"], 1), needed=number(value["needed_more"], 1))
