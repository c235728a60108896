"""Chapter: what customers will be worth, by which method, and how well that method met time that was kept from it."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.formats import MISSING
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.lifetime import figures as draw
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure, Note
from simkit.report.document.table_content import TableColumn
from simkit.value.customers.customer_value import CustomerValue
from simkit.value.lifetime.holdout import ForecastFit, HoldOut
from simkit.value.lifetime.kinds import KINDS
from simkit.value.lifetime.lifetime_value import LifetimeValue

NAME = "lifetime"
TITLE = Text(de="Was Kunden künftig wert sind", en="What customers will be worth")
NOTHING_VALUED = Text(
    de="Für keinen Kunden reichen die Daten für eine Vorhersage.", en="The data allow a forecast for no customer."
)
PROBABLY_GONE = 0.5
WORTH = {
    True: Text(
        de="Deckungsbeitrag vor Vertriebsstunden, abgezinst, {years} Jahre",
        en="contribution before sales hours, discounted, {years} years",
    ),
    False: Text(de="Umsatz, abgezinst, {years} Jahre", en="revenue, discounted, {years} years"),
}
INTERVAL = Text(
    de="Intervalle: 95 %, Bootstrap über Kunden. Sie zeigen, wie genau der Erwartungswert von Kunden mit solcher "
    "Vorgeschichte bekannt ist; was ein einzelner Kunde tut, streut weit mehr.",
    en="Intervals: 95%, bootstrap over customers. They show how well the expectation for customers of such a history is "
    "known; what a single customer does varies far more.",
)
EDGES = {
    "same_spend": Text(
        de="die Daten zeigen kaum Streuung im Wert der Käufe eines Kunden; sein bisheriger Mittelwert gilt weiter",
        en="the data show hardly any spread in the value of a customer's purchases; its mean so far goes on",
    ),
    "same_level": Text(
        de="die Daten zeigen keinen Unterschied zwischen Kunden im Wert je Kauf",
        en="the data show no difference between customers in the value of a purchase",
    ),
    "same_pace": Text(
        de="die Daten zeigen keinen Unterschied im Tempo der Kunden",
        en="the data show no difference in pace between customers",
    ),
    "nobody_parameters": Text(
        de="die Daten zeigen niemanden, der wegblieb; die Vorhersage schreibt das Kaufen unverändert fort",
        en="the data show nobody who stayed away; the forecast carries purchases on unchanged",
    ),
    "same_chance": Text(
        de="die Daten unterscheiden nicht, wer eher wegbleibt; alle bekommen dieselbe Wahrscheinlichkeit je Kauf",
        en="the data do not tell who is more likely to stay away; all get the same chance at each purchase",
    ),
}
SOURCE = Text(de="Käufe im Datenzeitraum, {n} Kunden", en="purchases in the period, {n} customers")


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found, value = analysis.lifetime, analysis.value
    if isinstance(found, Missing):
        return found
    if isinstance(value, Missing):
        return value
    valued = found.customers["lifetime_value_amount"].notna().any()
    return _blocks(found, value, builder) if valued else Missing(reason=NOTHING_VALUED)


def _blocks(found: LifetimeValue, value: CustomerValue, builder: ChapterBuilder) -> Iterator[Block]:
    yield _key_figures(builder, found)
    yield _segments(builder, found, value)
    yield _kinds(builder, found)
    yield from _alive(builder, found, value)
    yield from _held_out(builder, found)
    yield _methods(builder, found)
    yield from _parameters(builder, found)
    yield _assumed(builder, found)


def source_of(builder: ChapterBuilder, found: LifetimeValue) -> str:
    """Return the source line of everything that rests on the lifetime value."""
    known = found.customers["lifetime_value_amount"].notna()
    return builder.translate(SOURCE, n=builder.style.formats.number(int(known.sum())))


def worth_of(builder: ChapterBuilder, found: LifetimeValue) -> str:
    """Return what the value is made of."""
    return builder.translate(WORTH[found.after_cost], years=found.rules.horizon_years)


def _key_figures(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    formats = builder.style.formats
    everybody = found.by(pd.Series("", index=found.customers.index)).iloc[0]
    interval = formats.interval(everybody["low"], everybody["high"], "millions", 1)
    figures = [
        KeyFigure(
            label=Text(de="Erwarteter Wert in {n} Jahren", en="Expected value in {n} years").fill(
                n=found.rules.horizon_years
            ),
            value=formats.millions(float(everybody["value_amount"])),
            detail=Text(de="95-%-Intervall {x}", en="95% interval {x}").fill(x=interval),
        ),
        KeyFigure(
            label=Text(de="je Kunde", en="a customer"),
            value=formats.money(float(everybody["per_customer_amount"])),
            detail=Text(de="{n} Kunden", en="{n} customers").fill(n=formats.number(everybody["customers"])),
        ),
    ]
    alive = found.customers.loc[found.customers["lifetime_kind"] == "repeat", "alive_share"].dropna()
    if len(alive):
        figures.append(
            KeyFigure(
                label=Text(de="Wiederkäufer, die noch Kunden sind", en="Repeat buyers who still are customers"),
                value=formats.share(float(alive.mean()), 0),
                detail=Text(de="erwartet von {n}", en="expected of {n}").fill(n=formats.number(len(alive))),
            )
        )
    test = found.holdouts().get("repeat")
    if test is not None and test.purchases.ratio is not None:
        figures.append(
            KeyFigure(
                label=Text(de="Abweichung in der Probe", en="Deviation in the test"),
                value=formats.signed_share(test.purchases.ratio.value - 1, 0),
                detail=Text(
                    de="vorhergesagte gegen tatsächliche Käufe ({x})", en="predicted against actual purchases ({x})"
                ).fill(
                    x=formats.interval(test.purchases.ratio.low - 1, test.purchases.ratio.high - 1, "signed_share", 0)
                ),
            )
        )
    return builder.key_figures("lifetime_key_figures", figures)


def _segments(builder: ChapterBuilder, found: LifetimeValue, value: CustomerValue) -> Block:
    formats = builder.style.formats
    segment = value.customers.set_index("customer_id")["segment"]
    table = found.by(segment)
    of = Text(de="{name} ({n} Kunden)", en="{name} ({n} customers)")
    counted = zip(table["group"], table["customers"], strict=True)
    labels = [builder.translate(of, name=name, n=formats.number(number)) for name, number in counted]
    best = table.iloc[int(table["value_amount"].to_numpy().argmax())]
    digits = 1 if abs(best["value_amount"]) >= 2e6 else 2
    title = builder.translate(
        Text(
            de="{segment}-Kunden bringen in {years} Jahren voraussichtlich {value} ({interval})",
            en="{segment} customers will bring an expected {value} in {years} years ({interval})",
        ),
        segment=best["group"],
        years=found.rules.horizon_years,
        value=formats.millions(best["value_amount"], digits),
        interval=formats.interval(best["low"], best["high"], "millions", digits),
    )
    caption = Caption(unit=worth_of(builder, found), source=source_of(builder, found), note=INTERVAL)
    figure = draw.value_by_group(builder.style, table.assign(label=labels))
    return builder.figure("lifetime_by_segment", title, figure, title, caption)


def _kinds(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    formats = builder.style.formats
    counts = found.customers["lifetime_kind"].value_counts()
    present = [name for name in KINDS if name in counts.index]
    table = found.by(found.customers["lifetime_kind"]).set_index("group").reindex(present)
    frame = pd.DataFrame(
        {
            "label": [KINDS[name].label for name in present],
            "rule": [KINDS[name].rule for name in present],
            "customers": [int(counts[name]) for name in present],
            "value": table["value_amount"].to_numpy(),
            "interval": [
                _interval(builder, *(formats.millions(end, 2) for end in ends))
                for ends in zip(table["low"], table["high"], strict=True)
            ],
            "method": [
                builder.translate(
                    Text(de="kein Wert: {x}", en="no value: {x}"), x=builder.style.translate(found.left_out[name])
                )
                if name in found.left_out and name != "unknown"
                else builder.style.translate(KINDS[name].method)
                for name in present
            ],
        }
    )
    columns = (
        TableColumn(name="label", label=Text(de="Art", en="Kind")),
        TableColumn(name="rule", label=Text(de="Wann", en="When")),
        TableColumn(name="customers", label=Text(de="Kunden", en="Customers"), write="number"),
        TableColumn(name="value", label=Text(de="Künftiger Wert", en="Lifetime value"), write="millions", digits=2),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="method", label=Text(de="Berechnung", en="Worked out from")),
    )
    title = Text(de="Welche Arten von Kunden es gibt", en="Which kinds of customers there are")
    note = Text(de="Die erste zutreffende Regel gilt. {worth}.", en="The first rule that fits counts. {worth}.").fill(
        worth=_capital(worth_of(builder, found))
    )
    return builder.table("lifetime_kinds", title, frame, columns, Caption(source=source_of(builder, found), note=note))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _alive(builder: ChapterBuilder, found: LifetimeValue, value: CustomerValue) -> Iterator[Block]:
    known = found.customers[(found.customers["lifetime_kind"] == "repeat") & found.customers["alive_share"].notna()]
    if known.empty or found.repeat is None or found.repeat.purchase is None:
        return
    if "nobody_parameters" in found.repeat.purchase.edges:
        return  # the note on the parameters says it
    gone = int((known["alive_share"] < PROBABLY_GONE).sum())
    segment = value.customers.set_index("customer_id")["segment"]
    title = builder.translate(
        Text(
            de="{n} von {all} Wiederkäufern sind eher nicht mehr Kunden als noch",
            en="{n} of {all} repeat buyers are more likely gone than not",
        ),
        n=builder.style.formats.number(gone),
        all=builder.style.formats.number(len(known)),
    )
    note = Text(
        de="Berechnet aus Zahl und Abstand der Käufe und der Zeit seit dem letzten ({model}); gefragt wurde niemand.",
        en="Worked out from number and spacing of purchases and the time since the last ({model}); nobody was asked.",
    ).fill(model=found.repeat.name)
    caption = Caption(
        unit=Text(
            de="Anzahl Wiederkäufer je Wahrscheinlichkeit, noch Kunde zu sein",
            en="Number of repeat buyers by probability of still being a customer",
        ),
        source=source_of(builder, found),
        note=note,
    )
    frame = known.assign(segment=segment.reindex(known.index))
    yield builder.figure("alive_distribution", title, draw.alive(builder.style, frame), title, caption)


def _held_out(builder: ChapterBuilder, found: LifetimeValue) -> Iterator[Block]:
    test = found.holdouts().get("repeat")
    if test is None or found.repeat is None:
        return
    formats = builder.style.formats
    title = builder.translate(
        Text(
            de="In der Probe waren {predicted} Käufe vorhergesagt, {actual} kamen",
            en="In the test {predicted} purchases were predicted, {actual} came",
        ),
        predicted=formats.number(test.purchases.predicted),
        actual=formats.number(test.purchases.actual),
    )
    note = Text(
        de="Das Verfahren ({model}) kannte nur die Zeit bis {day}; von {first} bis {last} wurde geprüft.",
        en="The method ({model}) knew the time up to {day} only; it was tested from {first} to {last}.",
    ).fill(
        model=found.repeat.name,
        day=formats.date((test.first - pd.Timedelta(days=1)).date()),
        first=formats.date(test.first.date()),
        last=formats.date(test.last.date()),
    )
    caption = Caption(
        unit=Text(
            de="Käufe je Kunde in der zurückgehaltenen Zeit, nach Zahl der wiederholten Käufe davor",
            en="Purchases a customer in the held-out time, by number of repeat purchases before",
        ),
        source=builder.translate(SOURCE, n=formats.number(test.customers)),
        note=note,
    )
    yield builder.figure("held_out", title, draw.held_out(builder.style, test.by_class), title, caption)


def _methods(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    """Return which method was used for which kind, why, and its error in the held-out time."""
    rows = []
    tests = found.holdouts()
    for name, counted in COUNTED.items():
        if getattr(found, name) is None:
            continue
        test = tests.get(name)
        rows.append(
            {
                "label": KINDS[name].label,
                "method": _method(builder, found, name),
                **dict.fromkeys(("span", "purchases", "amounts"), ""),
                **(
                    _test_words(builder, test, counted)
                    if test is not None
                    else {"span": builder.style.translate(NO_TEST)}
                ),
            }
        )
    columns = (
        TableColumn(name="label", label=Text(de="Art", en="Kind")),
        TableColumn(name="method", label=Text(de="Verfahren und Grund", en="Method and reason")),
        TableColumn(name="span", label=Text(de="Geprüft an", en="Tested on")),
        TableColumn(name="purchases", label=Text(de="Anzahl", en="Number")),
        TableColumn(name="amounts", label=Text(de="Umsatz", en="Revenue")),
    )
    title = Text(
        de="Welches Verfahren gilt und wie gut es traf", en="Which method is used and how well it met the mark"
    )
    note = Text(
        de="Vorhergesagt geteilt durch tatsächlich, mit 95-%-Intervall; dahinter der mittlere absolute Fehler je Kunde. "
        "Anzahl: Käufe, bestehende Verträge oder gewonnene Verkaufschancen.",
        en="Predicted divided by actual, with 95% interval; then the mean absolute error per customer. Number: purchases, "
        "contracts kept or opportunities won.",
    )
    return builder.table("lifetime_methods", title, pd.DataFrame(rows), columns, Caption(note=note))


COUNTED = {
    "repeat": Text(de="Käufe", en="purchases"),
    "contract": Text(de="Verträge", en="contracts"),
    "project": Text(de="gewonnen", en="won"),
}
NO_TEST = Text(de="nicht geprüft: Datenzeitraum zu kurz", en="not tested: period too short")
PROJECTS = Text(
    de="{deals} Verkaufschancen, davon gewonnen {rate} der beendeten ({interval})",
    en="{deals} opportunities, of those ended {rate} won ({interval})",
)
CONTRACTS = Text(
    de="{n} Verträge, {ends} im Datenzeitraum beendet; im Jahr bleiben {rate} ({interval})",
    en="{n} contracts, {ends} ended in the period; {rate} stay for a year ({interval})",
)


def _method(builder: ChapterBuilder, found: LifetimeValue, name: str) -> str:
    formats = builder.style.formats
    if name == "repeat" and found.repeat is not None:
        return f"{builder.style.translate(found.repeat.name)}: {builder.style.translate(found.repeat.reason)}"
    if name == "contract" and found.contract is not None:
        kept = found.contract.retention
        return builder.translate(
            CONTRACTS,
            n=formats.number(len(found.contract.table)),
            ends=formats.number(found.contract.survival.ends),
            rate=formats.share(kept.value, 0),
            interval=formats.interval(kept.low, kept.high, "share", 0),
        )
    assert found.project is not None
    rate = found.project.win_rate
    return builder.translate(
        PROJECTS,
        deals=formats.number(found.project.deals),
        rate=formats.share(rate.value, 0),
        interval=formats.interval(rate.low, rate.high, "share", 0),
    )


def _test_words(builder: ChapterBuilder, test: HoldOut, counted: Text) -> dict[str, str]:
    formats = builder.style.formats
    return {
        "span": f"{formats.date(test.first.date())} – {formats.date(test.last.date())}",
        "purchases": _fit_words(
            builder, test.purchases, formats.number(test.purchases.mean_absolute_error, 1), counted
        ),
        "amounts": _fit_words(builder, test.amounts, formats.money(test.amounts.mean_absolute_error), ""),
    }


def _fit_words(builder: ChapterBuilder, fit: ForecastFit, error: str, counted: Text | str) -> str:
    formats = builder.style.formats
    unit = f" {builder.style.translate(counted)}" if counted else ""
    if fit.ratio is None:
        text = Text(de="{predicted}{unit} vorhergesagt, nichts kam", en="{predicted}{unit} predicted, nothing came")
        return builder.translate(text, predicted=formats.number(fit.predicted, 1), unit=unit)
    text = Text(de="{ratio} ({interval}); Fehler {error}{unit}", en="{ratio} ({interval}); error {error}{unit}")
    interval = formats.interval(fit.ratio.low, fit.ratio.high, digits=2)
    return builder.translate(text, ratio=formats.number(fit.ratio.value, 2), interval=interval, error=error, unit=unit)


PARAMETERS = {
    "r": Text(de="r: Form der Kaufrate", en="r: shape of the purchase rate"),
    "alpha": Text(de="alpha: Skala der Kaufrate (Wochen)", en="alpha: scale of the purchase rate (weeks)"),
    "a": Text(de="a: Wegbleiben, erster Parameter", en="a: staying away, first parameter"),
    "b": Text(de="b: Wegbleiben, zweiter Parameter", en="b: staying away, second parameter"),
    "p": Text(de="p: Form des Werts je Kauf", en="p: shape of the value of a purchase"),
    "q": Text(de="q: Form der Unterschiede zwischen Kunden", en="q: shape of the differences between customers"),
    "gamma": Text(
        de="gamma: Skala des Werts je Kauf (Währung)", en="gamma: scale of the value of a purchase (currency)"
    ),
}


def _parameters(builder: ChapterBuilder, found: LifetimeValue) -> Iterator[Block]:
    if found.repeat is None or found.repeat.intervals.empty:
        return
    formats = builder.style.formats
    table = found.repeat.intervals
    frame = pd.DataFrame(
        {
            "label": [PARAMETERS[name] for name in table["parameter"]],
            "value": [formats.number(value, _digits(value)) for value in table["value"]],
            "interval": [
                _interval(builder, *(formats.number(end, _digits(end)) for end in ends))
                for ends in zip(table["low"], table["high"], strict=True)
            ],
        }
    )
    columns = (
        TableColumn(name="label", label=Text(de="Parameter", en="Parameter")),
        TableColumn(name="value", label=Text(de="Wert", en="Value"), write="figure"),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
    )
    edges = [
        *(found.repeat.purchase.edges if found.repeat.purchase is not None else ()),
        *(found.repeat.spend.edges if found.repeat.spend is not None else ()),
    ]
    told = "; ".join(builder.style.translate(EDGES[name]) for name in edges)
    note = f"{_capital(told)}." if told else ""
    spend = found.repeat.spend
    if spend is not None and spend.correlation == spend.correlation:
        independent = builder.translate(
            Text(
                de="Korrelation von Kaufzahl und Wert je Kauf: {x}; das Modell nimmt 0 an.",
                en="Correlation of number and value of purchases: {x}; the model takes it as 0.",
            ),
            x=formats.number(spend.correlation, 2),
        )
        note = f"{note} {independent}".strip()
    source = Text(
        de="Fader, Hardie und Lee 2005; Batislam u. a. 2007; Reutterer, Platzer und Schröder 2021; Fader und Hardie 2013",
        en="Fader, Hardie and Lee 2005; Batislam et al. 2007; Reutterer, Platzer and Schröder 2021; Fader and Hardie 2013",
    )
    title = Text(de="Parameter der Modelle für Wiederkäufer", en="Parameters of the models for repeat buyers")
    yield builder.table("lifetime_parameters", title, frame, columns, Caption(source=source, note=note))


def _interval(builder: ChapterBuilder, low: str, high: str) -> str:
    """Write an interval, or a dash for one without ends."""
    return (
        low
        if low == high == MISSING
        else builder.translate(Text(de="{low} bis {high}", en="{low} to {high}"), low=low, high=high)
    )


def _digits(value: float) -> int:
    """Return as many decimals as a parameter of this size deserves."""
    return 3 if not abs(value) >= 10 else 2 if abs(value) < 100 else 0


def _assumed(builder: ChapterBuilder, found: LifetimeValue) -> Block:
    notes = [Note(label=one.topic, text=one.value, source=one.reason) for one in found.assumptions]
    return builder.notes(
        "lifetime_assumptions", notes, Text(de="Was dabei angenommen ist", en="What this takes for granted")
    )
