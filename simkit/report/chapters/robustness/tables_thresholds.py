"""Thresholds of the chapter on robustness: elasticity, hiring lag, compensation, service design, interplay, sizes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simkit.foundation.text import Text
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.charts.charts_base import MILLIONS, THOUSANDS
from simkit.report.charts.charts_steps import waterfall
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.robustness.turning_points import SEGMENT_MONEY, compensation
from simkit.study.thresholds import threshold

DESIGN = TableColumn(name="label", label=Text(de="Organisation", en="Organisation"))
COMPARISON = Text(
    de="Simulation, {n} Welten je Szenario, gepaarte 95-%-Intervalle",
    en="simulation, {n} worlds per scenario, paired 95% intervals",
)
CROSSINGS = {
    "from": Text(de="lohnt sich ab {value} ({low} bis {high})", en="pays from {value} on ({low} to {high})"),
    "up to": Text(de="lohnt sich bis {value} ({low} bis {high})", en="pays up to {value} ({low} to {high})"),
    "always": Text(de="lohnt sich von {lowest} bis {highest} überall", en="pays everywhere from {lowest} to {highest}"),
    "never": Text(de="lohnt sich von {lowest} bis {highest} nirgends", en="pays nowhere from {lowest} to {highest}"),
    "equal": Text(de="unterscheidet sich im Gewinn nicht von heute", en="does not differ from today in profit"),
    "several": Text(
        de="kein eindeutiger Punkt zwischen {lowest} und {highest}", en="no single point between {lowest} and {highest}"
    ),
}
COMPENSATIONS = {
    "ratio": Text(de="{ratio} ({low} bis {high})", en="{ratio} ({low} to {high})"),
    "no loss": Text(de="mit C geht nichts verloren", en="nothing is lost with C"),
    "unsure": Text(de="Verlust mit C nicht gesichert", en="loss with C not certain"),
}


def _source(builder: ChapterBuilder, study: StudyView) -> str:
    return builder.translate(COMPARISON, n=builder.style.formats.number(study.study.settings.replications))


# --- what follows from the comparison alone --------------------------------------------------------------------------


def of_the_comparison(builder: ChapterBuilder, study: StudyView) -> Iterator[Block]:
    """Yield the thresholds that need no further run."""
    yield from _compensation(builder, study)
    yield from _break_even_line(builder, study)


def _compensation(builder: ChapterBuilder, study: StudyView) -> Iterator[Block]:
    runs, baseline = study.study.frame("runs"), study.study.baseline
    if not (runs["measure"] == SEGMENT_MONEY).any() or not study.compared:
        return
    seed = study.study.settings.seed
    table = compensation(runs, study.scenarios[:1], study.compared, baseline, seed=seed)
    write = builder.style.formats.number
    said = [
        builder.translate(
            COMPENSATIONS[str(row["outcome"])],
            ratio=write(row["ratio"], 1),
            low=write(row["ratio_low"], 1),
            high=write(row["ratio_high"], 1),
        )
        for _, row in table.iterrows()
    ]
    frame = table.assign(label=[study.design_label(name) for name in table["design"]], ratio_words=said)
    columns = [DESIGN]
    for segment in "abc":
        name = segment.upper()
        ends = [frame[f"gain_{segment}{end}"] / 1000 for end in ("", "_low", "_high")]
        frame[segment] = [builder.style.formats.signed_with_ends(*row) for row in zip(*ends, strict=True)]
        label = Text(de=f"mit {name}-Kunden", en=f"with {name} customers")
        unit = THOUSANDS.fill(symbol=builder.style.formats.currency_symbol)
        columns.append(TableColumn(name=segment, label=label, write="figure", unit=unit))
    columns.append(TableColumn(name="ratio_words", label=Text(de="Gewinn A ÷ Verlust C", en="Gain A ÷ loss C")))
    caption = Caption(
        unit=Text(
            de="Veränderung des Deckungsbeitrags über drei Jahre gegenüber heute",
            en="Change of contribution over three years against today",
        ),
        source=_source(builder, study),
        note=Text(
            de="Über 1 macht der Zuwachs mit A-Kunden den Verlust mit C-Kunden wett. Intervall des Verhältnisses: Bootstrap "
            "über Welten. Kosten der Organisation sind hier nicht enthalten.",
            en="Above 1 the gain with A customers makes up for the loss with C customers. Interval of the ratio: bootstrap "
            "over worlds. Costs of the organisation are not in it.",
        ),
    )
    yield builder.table("compensation", _compensation_message(builder, frame), frame, columns, caption)


def _compensation_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    lost = frame[frame["outcome"] == "ratio"]
    if lost.empty:
        text = Text(
            de="Bei keiner Organisation ist ein Verlust mit C-Kunden gesichert, den A-Kunden wettmachen müssten",
            en="In no organisation is a loss with C customers certain that A customers would have to make up for",
        )
        return builder.style.translate(text)
    made_up = lost.loc[lost["ratio_low"] > 1, "label"]
    if made_up.empty:
        text = Text(
            de="Keine Organisation macht ihren Verlust mit C-Kunden durch A-Kunden sicher wett",
            en="No organisation surely makes up for its loss with C customers by A customers",
        )
        return builder.style.translate(text)
    text = Text(
        de="Der Zuwachs mit A-Kunden macht den Verlust mit C-Kunden sicher wett bei: {names}",
        en="The gain with A customers surely makes up for the loss with C customers in: {names}",
    )
    return builder.translate(text, names=", ".join(made_up))


def _break_even_line(builder: ChapterBuilder, study: StudyView) -> Iterator[Block]:
    table = study.study.frame("break_even")
    if table.empty:
        return
    values, lows, highs = (
        dict(zip(table["term"], table[name].astype(float), strict=True)) for name in ("value", "low", "high")
    )
    terms = {name: values[name] for name in ("speed", "clarification", "hand_over", "idle")}
    interval = (max(lows["idle"], 0.0), highs["idle"])
    if math.isnan(interval[1]):
        interval = (terms["idle"], terms["idle"])
    limit = values["idle_limit"]
    share = builder.style.formats.share
    text = (
        Text(
            de="Service Design lohnt sich bis zu einem Leerlauf von {limit}; dieser Kunde liegt bei {idle}",
            en="Service design pays up to an idle share of {limit}; this client is at {idle}",
        )
        if limit >= 0
        else Text(
            de="Service Design lohnt sich bei diesem Aufwand auch ohne jeden Leerlauf nicht; dieser Kunde liegt bei {idle}",
            en="At this effort service design does not pay even without any idle time; this client is at {idle}",
        )
    )
    title = builder.translate(text, limit=share(limit), idle=share(terms["idle"]))
    caption = Caption(
        unit=Text(
            de="Grenze: Aufwand × (1 + Klärung) + Übergabe + Leerlauf = 1, als Anteile der heutigen Stunden eines Sonderauftrags",
            en="Border: effort × (1 + clarification) + hand-over + idle time = 1, as shares of today's hours of a bespoke order",
        ),
        source=_source(builder, study),
        note=Text(
            de="Strich: 95-%-Intervall des Leerlaufs; die anderen Glieder sind Annahmen der Organisation.",
            en="Line: 95% interval of the idle share; the other terms are assumptions of the design.",
        ),
    )
    yield builder.figure("break_even_line", title, draw.break_even_line(builder.style, terms, interval), title, caption)


# --- what was run for it ---------------------------------------------------------------------------------------------


def elasticity(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield from which elasticity of the customers' response on each design pays."""
    frame, crossings = view.compared(view.frame("elasticity_curve")), view.compared(view.frame("elasticity_break_even"))
    if frame.empty:
        return
    said = {str(row["design"]): _crossing(builder, row) for _, row in crossings.iterrows()}
    title = builder.translate(
        Text(de="Elastizität: „{design}“ {crossing}", en="Elasticity: '{design}' {crossing}"),
        design=view.label(view.shown),
        crossing=said[view.shown],
    )
    others = "; ".join(f"{view.label(name)}: {words}" for name, words in said.items() if name != view.shown)
    few = Text(
        de="Intervall der Schwelle: Bootstrap über {n} Welten, mit wenigen Welten zu schmal. Senkrecht: veröffentlichte Werte.",
        en="Interval of the threshold: bootstrap over {n} worlds, too narrow with few worlds. Upright: published values.",
    )
    caption = Caption(
        unit=Text(
            de="Mittlerer Vorsprung vor heute; Band: gepaartes 95-%-Intervall",
            en="Mean advantage over today; band: paired 95% interval",
        ),
        source=builder.translate(
            Text(de="Simulation, Welten je Wert: {n}", en="simulation, worlds per value: {n}"),
            n=builder.style.formats.number(view.found.settings.replications),
        ),
        note=f"{others}. {builder.translate(few, n=builder.style.formats.number(view.found.settings.replications))}".removeprefix(
            ". "
        ),
    )
    marks = [threshold(f"elasticity.{name}") for name in ("low", "published", "high")]
    yield builder.figure("elasticity_threshold", title, draw.elasticity(builder.style, frame, marks), title, caption)


def _crossing(builder: ChapterBuilder, row: pd.Series) -> str:
    write = builder.style.formats.number
    values = {name: write(float(row[name]), 2) for name in ("low", "high", "lowest", "highest")}
    return builder.translate(CROSSINGS[str(row["outcome"])], value=write(float(row["elasticity"]), 2), **values)


def hiring_lag(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield what time to fill a vacancy today's organisation survives under overload."""
    cells, lags = view.frame("stress"), view.frame("lag")
    if cells.empty:
        return
    limit, settings = threshold("rule.runaway_capacity_share"), view.found.settings
    caption = Caption(
        unit=Text(
            de="Heutige Organisation, wenn Überlastung Leute vertreibt; Last: Pflichtarbeit je Kapazität",
            en="Today's organisation when overload drives people away; load: mandatory work over capacity",
        ),
        source=builder.translate(
            Text(
                de="Simulation, Welten je Feld: {n}, Jahre: {years}",
                en="simulation, worlds per cell: {n}, years: {years}",
            ),
            n=builder.style.formats.number(settings.stress_replications),
            years=builder.style.formats.number(settings.stress_years, int(settings.stress_years % 1 != 0)),
        ),
        note=Text(
            de="Verkleinerte Belastungsprobe; ganz steht sie im Notebook 06.",
            en="Reduced stress test; notebook 06 has it whole.",
        ),
    )
    title = _lag_message(builder, cells, lags)
    yield builder.figure("hiring_lag", title, draw.hiring_lag(builder.style, cells, limit), title, caption)


def _lag_message(builder: ChapterBuilder, cells: pd.DataFrame, lags: pd.DataFrame) -> str:
    away = lags.dropna(subset=["first_runaway_days"]).sort_values("load", kind="stable")
    formats = builder.style.formats
    if away.empty:
        text = Text(
            de="Bis {days} Tage Besetzungsdauer und {load} Last leert sich die heutige Organisation nicht",
            en="Up to {days} days to fill a vacancy and {load} load, today's organisation does not empty",
        )
        days, load = float(cells["fill_days"].max()), float(cells["load"].max())
    else:
        text = Text(
            de="Bei {load} Last leert sich die heutige Organisation, wenn eine Stelle {days} Tage oder länger offen bleibt",
            en="At {load} load today's organisation empties when a post stays open for {days} days or longer",
        )
        days, load = float(away["first_runaway_days"].iloc[0]), float(away["load"].iloc[0])
    return builder.translate(text, days=formats.number(days), load=formats.share(load, 0))


def interplay(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield the factorial of the design taken apart as a waterfall: parts, pairs, the rest, the transition."""
    table = view.frame("interplay")
    frame = table.assign(label=table[view.study.label_column])
    pairs = frame[frame["order"] == 2]
    if pairs.empty:
        return
    sure = pairs[(pairs["low"] > 0) | (pairs["high"] < 0)]
    strongest = pairs.iloc[int(pairs["difference"].abs().to_numpy().argmax())]
    text = Text(
        de="{design}: Paare von Teilen, die zusammen sicher anders wirken als einzeln: {k} von {n}; zuerst {pair} ({gain})",
        en="{design}: pairs of parts that surely work differently together than alone: {k} of {n}; strongest: {pair} ({gain})",
    )
    number = builder.style.formats.number
    gain = view.study.money(float(strongest["difference"]), signed=True)
    title = builder.translate(
        text,
        design=view.study.design_label(view.study.taken_apart),
        k=number(len(sure)),
        n=number(len(pairs)),
        pair=strongest["label"],
        gain=gain,
    )
    caption = Caption(
        unit=Text(
            de="Veränderung des Gewinns über drei Jahre: jeder Teil für sich, dann was jedes Paar darüber hinaus bringt",
            en="Change of three-year profit: each part alone, then what each pair brings beyond that",
        ),
        source=_source(builder, view.study),
        note=Text(
            de="Vollständiger Faktorplan ({n} Kombinationen); die Balken ergeben die Summe. Jedes Intervall gilt für sich.",
            en="Full factorial ({n} combinations); all bars add up to the total. Each interval stands for itself.",
        ).fill(n=number(2 ** int((frame["order"] == 1).sum()))),
    )
    unit = MILLIONS.fill(symbol=builder.style.formats.currency_symbol)
    yield builder.figure("interplay", title, waterfall(builder.style, frame, unit, digits=2), title, caption)


def flat_maximum(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield how wrong the sizes of units may be before it shows in profit."""
    table = view.frame("flat")
    if table.empty:
        return
    units = [view.study.unit_label(name) for name in table["unit"]]
    frame = view.compared(table)
    frame["label"] = [f"{label}: {unit}" for label, unit in zip(frame["label"], units, strict=True)]
    tolerance = threshold("rule.indifference_share")
    moved = frame[frame["change"] != 0]
    beyond = int(moved["surely_beyond"].sum())
    number, share = builder.style.formats.number, builder.style.formats.share
    text = Text(
        de="{k} von {n} geprüften Größen liegen im Mittel innerhalb von {share} des Gewinns, {beyond} sicher außerhalb",
        en="{k} of {n} sizes tested are within {share} of profit on average, {beyond} surely outside",
    )
    title = builder.translate(
        text,
        k=number(int(moved["within"].sum())),
        n=number(len(moved)),
        share=share(tolerance, 0),
        beyond=number(beyond),
    )
    caption = Caption(
        unit=Text(
            de="Veränderung des Gewinns, wenn die Einheit größer oder kleiner ist als geplant; Striche: gepaarte 95-%-Intervalle",
            en="Change of profit when the unit is larger or smaller than planned; lines: paired 95% intervals",
        ),
        source=_source(builder, view.study),
    )
    yield builder.figure("flat_maximum", title, draw.flat_maximum(builder.style, frame, tolerance), title, caption)
