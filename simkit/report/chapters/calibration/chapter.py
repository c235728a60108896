"""Chapter: does the model reproduce this client? Measured against simulated figures, and a backtest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.foundation.units import UNIT_WORDS
from simkit.model.inputs.demand import SEASONS
from simkit.report.chapters.calibration import figures as figures_calibration
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, KeyFigure
from simkit.report.document.table_content import TableColumn
from simkit.study.measured.measured_work import FITTED

if TYPE_CHECKING:
    from simkit.analysis.model_fit import ModelFit

NAME = "calibration"
TITLE = Text(de="Bildet das Modell diesen Kunden ab?", en="Does the model reproduce this client?")
SOURCE = Text(
    de="Tabellen des Kunden; Simulation der heutigen Organisation über ein Jahr, Reaktionen der Kunden aus",
    en="the client's tables; simulation of today's organisation over one year, customers' reactions off",
)
BACKTEST_SOURCE = Text(
    de="Tabellen des Kunden bis sechs Monate vor dem Ende; Simulation mit gezogenen Größen",
    en="the client's tables up to six months before their end; simulation with drawn parameters",
)
WHY = {
    "limit": Text(
        de="dafür müsste „{leaf}“ über das hinaus, was plausibel oder gemessen ist: Die Größen widersprechen sich",
        en="for that '{leaf}' would have to go beyond what is plausible or measured: the figures contradict each other",
    ),
    "no_parameter": Text(
        de="keine eigene Größe des Modells; folgt aus den anderen, die dem widersprechen",
        en="no parameter of its own in the model; follows from the others, which contradict it",
    ),
    "by_hand": Text(de="„{leaf}“ ist von Hand gesetzt", en="'{leaf}' was set by hand"),
    "not_reached": Text(
        de="„{leaf}“ ist noch nicht angepasst: simkit calibrate",
        en="'{leaf}' has not been adjusted yet: simkit calibrate",
    ),
}
WORK = frozenset(path for paths in FITTED.values() for path in paths)
EFFORT = Text(de="Aufwand je Vorgang", en="Effort per case")
NOT_REACHED_AFTER = Text(
    de="auch mit angepasstem „{leaf}“ nicht erreicht", en="not reached, even with '{leaf}' adjusted"
)


NOTHING_TO_COMPARE = Text(
    de="Die Daten zeigen keine Größe mit mindestens 20 Vorgängen, an der sich das Modell messen ließe.",
    en="The data show no figure on at least 20 cases that the model could be held against.",
)


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    found = analysis.model_fit
    if isinstance(found, Missing):
        return found
    return Missing(reason=NOTHING_TO_COMPARE) if found.fit.empty else _blocks(found, builder)


def _blocks(found: ModelFit, builder: ChapterBuilder) -> Iterator[Block]:
    table = _labelled(builder, found.fit)
    yield builder.text("calibration_state", found.saved.words)
    yield _key_figures(builder, found, table)
    yield _fit_figure(builder, table)
    yield _fit_table(builder, found, table)
    yield from _backtest(builder, found.backtest)
    yield from _history(builder, found)
    yield from _kept(builder, found)


def _labelled(builder: ChapterBuilder, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(label=frame[f"label_{builder.style.formats.language}"])


def _key_figures(builder: ChapterBuilder, found: ModelFit, table: pd.DataFrame) -> Block:
    number = builder.style.formats.number
    kinds = Counter(parameter.provenance.kind for parameter in found.parameters.values())
    told = kinds["measured"] + kinds["partly"] + kinds["workshop"]
    fits = Text(de="{fits} von {all}", en="{fits} of {all}")
    figures = [
        KeyFigure(
            label=Text(de="Größen, die passen", en="Figures that fit"),
            value=fits.fill(fits=number(int(table["fits"].sum())), all=number(len(table))),
            detail=Text(de="innerhalb beider Intervalle oder 2 %", en="within both intervals or 2%"),
        ),
        KeyFigure(
            label=Text(de="Vom Kunden gemessen", en="Measured on this client"),
            value=fits.fill(fits=number(told), all=number(len(found.parameters))),
            detail=Text(de="Größen des Modells", en="parameters of the model"),
        ),
    ]
    if found.backtest is not None and len(found.backtest):
        figures.append(
            KeyFigure(
                label=Text(de="Vorhersagen, die eintrafen", en="Predictions that came true"),
                value=fits.fill(fits=number(int(found.backtest["covered"].sum())), all=number(len(found.backtest))),
                detail=Text(de="im 80-%-Intervall", en="in the 80% interval"),
            )
        )
    return builder.key_figures("calibration_figures", figures)


def _fit_figure(builder: ChapterBuilder, table: pd.DataFrame) -> Block:
    misses = int((~table["fits"].astype(bool)).sum())
    title = (
        Text(
            de="Der simulierte Alltag trifft alle {n} gemessenen Größen",
            en="The simulated present meets all {n} measured figures",
        ).fill(n=len(table))
        if misses == 0
        else Text(
            de="Der simulierte Alltag trifft {hits} von {n} gemessenen Größen",
            en="The simulated present meets {hits} of {n} measured figures",
        ).fill(hits=len(table) - misses, n=len(table))
    )
    alt = Text(
        de="Gemessene und simulierte Größen mit Intervallen, als Anteil des gemessenen Werts",
        en="Measured and simulated figures with intervals, as a share of the measured value",
    )
    unit = Text(de="Verhältnis zum gemessenen Wert", en="ratio to the measured value")
    figure = figures_calibration.fit_of_moments(builder.style, table)
    return builder.figure("calibration_fit", title, figure, alt, Caption(unit=unit, source=SOURCE))


def _fit_table(builder: ChapterBuilder, found: ModelFit, table: pd.DataFrame) -> Block:
    def write(row: pd.Series, name: str) -> str:
        value, low, high = (
            _written(builder, float(row[end]), str(row["unit"])) for end in (name, f"{name}_low", f"{name}_high")
        )
        return f"{value} ({low} … {high})" if row[f"{name}_low"] == row[f"{name}_low"] else value

    rows = [row for _, row in table.iterrows()]
    frame = table.assign(
        measured_shown=[write(row, "measured") for row in rows],
        simulated_shown=[write(row, "simulated") for row in rows],
        unit_shown=[_unit(builder, str(unit)) for unit in table["unit"]],
        verdict=[_verdict(builder, found, row) for row in rows],
    )
    columns = (
        TableColumn(name="label", label=Text(de="Größe", en="Figure")),
        TableColumn(name="unit_shown", label=Text(de="Einheit", en="Unit")),
        TableColumn(name="measured_shown", label=Text(de="Gemessen (95 %)", en="Measured (95%)"), write="figure"),
        TableColumn(name="simulated_shown", label=Text(de="Simuliert (95 %)", en="Simulated (95%)"), write="figure"),
        TableColumn(name="verdict", label=Text(de="Passt?", en="Fits?")),
    )
    title = Text(de="Gemessen und simuliert", en="Measured and simulated")
    note = Text(
        de="Gelieferte Dauern enthalten auch Fertigung und Versand, die das Modell nur als Antwortzeit der Partner kennt.",
        en="Delivery times also hold production and shipping, which the model knows as the partners' answer time only.",
    )
    return builder.table("calibration_moments", title, frame, columns, Caption(source=SOURCE, note=note))


def _verdict(builder: ChapterBuilder, found: ModelFit, row: pd.Series) -> str:
    if row["fits"]:
        return builder.translate(Text(de="ja", en="yes"))
    parameter = str(row["parameter"])
    adjusted = row["why"] == "not_reached" and found.saved.state == "valid"
    text = NOT_REACHED_AFTER if adjusted else WHY[str(row["why"])]
    label = (
        builder.style.translate(EFFORT if parameter in WORK else found.parameters[parameter].label) if parameter else ""
    )
    no = builder.translate(Text(de="nein", en="no"))
    return f"{no}: {builder.translate(text, parameter=label)}"


def _unit(builder: ChapterBuilder, unit: str) -> str:
    return "%" if unit == "share" else builder.style.translate(UNIT_WORDS[unit])


def _written(builder: ChapterBuilder, value: float, unit: str) -> str:
    formats = builder.style.formats
    if unit == "share":
        return formats.number(100 * value, 1)
    return formats.number(value, 0 if abs(value) >= 100 else 1)


def _backtest(builder: ChapterBuilder, frame: pd.DataFrame | None) -> Iterator[Block]:
    if frame is None or frame.empty:
        yield builder.text("backtest_missing", NO_BACKTEST)
        return
    table = _labelled(builder, frame)
    title = Text(
        de="Aus den Monaten davor vorhergesagt: {hits} von {n} Größen des letzten halben Jahres treffen das Intervall",
        en="Predicted from the months before: {hits} of {n} figures of the last half-year fall into the interval",
    ).fill(hits=int(table["covered"].sum()), n=len(table))
    alt = Text(
        de="Vorhersage mit Intervall und was eintrat, als Anteil der Vorhersage",
        en="Prediction with its interval and what came, as a share of the prediction",
    )
    unit = Text(de="Verhältnis zur Vorhersage", en="ratio to the prediction")
    figure = figures_calibration.backtest(builder.style, table)
    yield builder.figure("calibration_backtest", title, figure, alt, Caption(unit=unit, source=BACKTEST_SOURCE))


def _history(builder: ChapterBuilder, found: ModelFit) -> Iterator[Block]:
    """Tell what the history says of response and seasons, whether or not it is used."""
    number, points = builder.style.formats.number, []
    if found.response is not None:
        values = {
            "value": number(found.response.elasticity.value, 2),
            "low": number(found.response.elasticity.low, 2),
            "high": number(found.response.elasticity.high, 2),
            "customers": number(found.response.customers),
            "used": number(found.parameters.value("reaction.elasticity"), 2),
        }
        points.append((RESPONSE_USED if found.response.adopted else RESPONSE_KEPT).fill(**values))
    if found.season is not None:
        used = found.parameters["demand.season_1"].provenance.kind == "measured"
        levels = ", ".join(builder.style.formats.share(level, 0) for level in found.season.levels)
        p_value = number(found.season.p_value, 2)
        points.append((SEASON_USED if used else SEASON_KEPT).fill(levels=levels, p=p_value))
    if points:
        yield builder.text("calibration_history", title=HISTORY, points=points)


TOLD_ABOVE = frozenset({"reaction.elasticity", *SEASONS})
NO_BACKTEST = Text(
    de="Keine Rückprobe: Sie braucht mindestens 15 Monate und wird im Entwurf (--quick) nicht gerechnet.",
    en="No backtest: it needs at least 15 months and is not made in a draft (--quick).",
)
HISTORY = Text(de="Was der Verlauf sonst sagt", en="What the history tells besides")
RESPONSE_KEPT = Text(
    de="Mehr Kontakte in einem Vierteljahr, mehr Aufträge im nächsten? Elastizität {value} ({low} bis {high}, {customers} "
    "Kunden). Das ist kein Versuch und kein klarer Effekt; das Modell behält {used}.",
    en="More contacts in one quarter, more orders in the next? Elasticity {value} ({low} to {high}, {customers} customers). "
    "That is no experiment and no clear effect; the model keeps {used}.",
)
RESPONSE_USED = Text(
    de="Mehr Kontakte in einem Vierteljahr, mehr Aufträge im nächsten: Elastizität {value} ({low} bis {high}, {customers} "
    "Kunden); das Modell rechnet damit. Ein Versuch war das nicht.",
    en="More contacts in one quarter, more orders in the next: elasticity {value} ({low} to {high}, {customers} customers); "
    "the model uses it. It was no experiment.",
)
SEASON_KEPT = Text(
    de="Aufträge in den vier Vierteljahren ab Ende des Zeitraums: {levels} des Mittels; der Unterschied kann Zufall sein "
    "(p = {p}), das Modell rechnet ohne Jahreszeit.",
    en="Orders in the four quarters after the period's end: {levels} of the mean; the difference may be chance (p = {p}), "
    "the model has no season.",
)
SEASON_USED = Text(
    de="Aufträge in den vier Vierteljahren ab Ende des Zeitraums: {levels} des Mittels (p = {p}); das Modell rechnet damit.",
    en="Orders in the four quarters after the period's end: {levels} of the mean (p = {p}); the model uses it.",
)


def _kept(builder: ChapterBuilder, found: ModelFit) -> Iterator[Block]:
    """List what the delivered tables could have told but were too thin for."""
    labels = [found.parameters[path].label for path in found.kept if path not in TOLD_ABOVE]
    if not labels:
        return
    title = Text(de="Zu dünn, deshalb weiter Annahme", en="Too thin, so still an assumption")
    text = Text(
        de="Die gelieferten Tabellen könnten diese Größen zeigen, haben aber zu wenige Fälle oder kein klares Ergebnis:",
        en="The delivered tables could tell these parameters, but hold too few cases or no clear result:",
    )
    yield builder.text("calibration_kept", text, title=title, points=labels)
