"""Chapter: what must be true for the recommendation to hold, and where it turns."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import Text
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness import tables_thresholds as limits
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.chapters.robustness.tables_regions import regions
from simkit.report.charts.charts_base import THOUSANDS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder, Note
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

NAME = "robustness"
TITLE = Text(de="Was muss gelten?", en="What must be true?")
LABEL = TableColumn(name="label", label=Text(de="Annahme", en="Assumption"))


def blocks(analysis: ClientAnalysis, builder: ChapterBuilder) -> Iterator[Block] | Missing:
    """Return the chapter, or why it cannot be written."""
    study = analysis.study
    return (
        study if isinstance(study, Missing) else _blocks(analysis, StudyView(study=study, style=builder.style), builder)
    )


def _blocks(analysis: ClientAnalysis, study: StudyView, builder: ChapterBuilder) -> Iterator[Block]:
    found = analysis.robustness
    if isinstance(found, Missing):
        yield _what_full_adds(builder)
        yield from limits.of_the_comparison(builder, study)
        return
    view = RobustnessView(found=found, study=study)
    yield _method(builder, view)
    yield from _screening(builder, view)
    yield from _tornado(builder, view)
    yield from _information(builder, view)
    yield from regions(builder, view)
    yield from limits.elasticity(builder, view)
    yield from limits.hiring_lag(builder, view)
    yield from limits.of_the_comparison(builder, study)
    yield from limits.interplay(builder, view)
    yield from limits.flat_maximum(builder, view)
    yield from _outside(builder, view)
    yield from _left_out(builder, view)


def _what_full_adds(builder: ChapterBuilder) -> Block:
    return builder.text(
        "what_full_adds",
        Text(
            de="Dieser Bericht wurde in normaler Tiefe gerechnet; hier stehen nur die Schwellen, die ohne weitere Läufe aus "
            "dem Vergleich folgen. „simkit run … --depth full“ prüft die Empfehlung außerdem auf Robustheit:",
            en="This report was made at normal depth; only those thresholds stand here that follow from the comparison "
            "without further runs. 'simkit run … --depth full' also tests how robust the recommendation is:",
        ),
        points=(
            Text(
                de="welche der rund 140 Annahmen den Vorsprung überhaupt bewegen (Morris-Analyse)",
                en="which of some 140 assumptions move the advantage at all (Morris screening)",
            ),
            Text(
                de="ob eine der fünfzehn wichtigsten die Empfehlung kippt (gepaarter Tornado)",
                en="whether one of the fifteen that matter most turns the recommendation (paired tornado)",
            ),
            Text(
                de="in welcher Region von Annahmen welche Organisation am besten ist, als Satz",
                en="in which region of assumptions which organisation is best, as a sentence",
            ),
            Text(
                de="ab welcher Elastizität, Besetzungsdauer und Einheitsgröße sich das Bild ändert",
                en="from which elasticity, time to fill a vacancy and unit size on the picture changes",
            ),
        ),
    )


def source_of(builder: ChapterBuilder, view: RobustnessView, replications: int) -> str:
    """Return the source line of what rests on so many replications per point."""
    text = Text(de="Simulation, Welten je Punkt: {n}", en="simulation, worlds per point: {n}")
    return builder.translate(text, n=builder.style.formats.number(replications))


def _method(builder: ChapterBuilder, view: RobustnessView) -> Block:
    parameters, out = view.frame("parameters"), view.frame("left_out")
    text = Text(
        de="Geprüft werden {tested} Annahmen der Simulation, jede zwischen den Enden ihres Messintervalls oder, wo nicht "
        "gemessen wurde, ihrer plausiblen Spanne; {out} weitere Größen sind keine Annahmen dieser Rechnung und stehen mit "
        "Grund am Ende. In jedem geprüften Punkt treffen {designs} auf dieselben Welten, und der heutige Betreuungsgrad wird "
        "neu bestimmt. Verglichen wird immer der Unterschied zwischen Organisationen in derselben Welt.",
        en="{tested} assumptions of the simulation are tested, each between the ends of its measured interval or, where "
        "nothing was measured, of its plausible range; {out} further numbers are no assumptions of this calculation and "
        "stand at the end with the reason. In every point tested, {designs} meet the same worlds, and today's care level is "
        "determined anew. What is compared is always the difference between organisations in the same world.",
    )
    number = builder.style.formats.number
    names = " · ".join(view.label(name) for name in view.found.designs)
    said = builder.translate(text, tested=number(len(parameters)), out=number(len(out)), designs=names)
    return builder.text("method", said, *_asked_in_vain(builder, view))


def _asked_in_vain(builder: ChapterBuilder, view: RobustnessView) -> Iterator[str]:
    """Tell which parameters were asked for but cannot be tested, and why."""
    out = view.frame("left_out")
    wanted = out[out["parameter"].isin(view.found.settings.parameters)]
    if wanted.empty:
        return
    language = builder.style.formats.language
    reasons = zip(wanted[f"label_{language}"], wanted[f"reason_{language}"], strict=True)
    text = Text(de="Verlangt, aber nicht zu prüfen: {list}.", en="Asked for but not to be tested: {list}.")
    yield builder.translate(text, list="; ".join(f"{label} ({reason})" for label, reason in reasons))


# --- screening -------------------------------------------------------------------------------------------------------


def _screening(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    frame = view.effects()
    if frame.empty:
        return
    first = str(frame["label"].iloc[0])
    title = builder.translate(
        Text(
            de="Den Vorsprung von „{design}“ vor heute bewegt am stärksten: {leaf}",
            en="What moves the advantage of '{design}' over today most: {leaf}",
        ),
        design=view.label(view.shown),
        parameter=first,
    )
    settings = view.found.settings
    years = _years(builder, settings.screening_years)
    caption = Caption(
        unit=Text(
            de="Balken: μ*, mittlerer Betrag der Wirkung, wenn die Annahme über ihre ganze Spanne geht; Strich: "
            "95-%-Bootstrap-Intervall; Raute: σ, Streuung der Wirkung (Zusammenwirken mit anderen)",
            en="Bar: μ*, mean amount of the effect when the assumption goes over its whole range; line: 95% bootstrap "
            "interval; diamond: σ, spread of the effect (interplay with others)",
        ),
        source=builder.translate(
            Text(
                de="Simulation, Morris-Analyse mit SALib, Trajektorien: {n}, jede in einer eigenen Welt",
                en="simulation, Morris screening by SALib, trajectories: {n}, each in a world of its own",
            ),
            n=builder.style.formats.number(settings.trajectories),
        ),
        note=Text(
            de="μ* ordnet, es beweist nichts; der kürzere Horizont lässt langsame Wirkungen aus.",
            en="μ* ranks, it proves nothing; the shorter horizon leaves slow effects out.",
        ),
    )
    yield builder.figure("screening", title, draw.screening(builder.style, frame, years), title, caption)
    yield _groups(builder, view)


def _years(builder: ChapterBuilder, years: float) -> str:
    one, more = Text(de="ein Jahr", en="one year"), Text(de="{n} Jahre", en="{n} years")
    return (
        builder.style.translate(one)
        if years == 1
        else builder.translate(more, n=builder.style.formats.number(years, int(years % 1 != 0)))
    )


def _groups(builder: ChapterBuilder, view: RobustnessView) -> Block:
    columns = (
        TableColumn(name="label", label=Text(de="Gruppe von Annahmen", en="Group of assumptions")),
        TableColumn(name="parameters", label=Text(de="Annahmen", en="Assumptions"), write="number"),
        TableColumn(name="mu_star", label="μ*", write="millions", digits=2),
        TableColumn(name="low", label=Text(de="von", en="from"), write="millions", digits=2),
        TableColumn(name="high", label=Text(de="bis", en="to"), write="millions", digits=2),
        TableColumn(name="looked", label=Text(de="einzeln geprüft", en="looked into"), write="figure"),
    )
    title = Text(
        de="Wie stark ganze Gruppen von Annahmen den Vorsprung bewegen",
        en="How strongly whole groups of assumptions move the advantage",
    )
    note = Text(
        de="Erst werden ganze Gruppen bewegt, dann die Annahmen der stärksten einzeln. Was nicht einzeln geprüft wurde, "
        "bewegt den Vorsprung höchstens so stark wie seine Gruppe.",
        en="Whole groups are moved first, then the assumptions of the strongest one by one. What was not looked into moves "
        "the advantage no more than its group does.",
    )
    return builder.table("screening_groups", title, view.groups(), columns, Caption(note=note))


# --- tornado ---------------------------------------------------------------------------------------------------------


def _tornado(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    best, today = view.found.best, view.found.baseline
    others = [name for name in dict.fromkeys((today, view.found.runner_up)) if name != best]
    for number, against in enumerate(others):
        frame = view.swings(against)
        if frame.empty:
            continue
        title = _turning_message(builder, view, against, frame)
        caption = Caption(
            unit=Text(
                de="Mittlerer Vorsprung an beiden Enden jeder Annahme, alle anderen wie in der Studie; Striche: gepaarte "
                "95-%-Intervalle; farbige Linie: kein Vorsprung",
                en="Mean advantage at both ends of each assumption, all others as in the study; lines: paired 95% intervals; "
                "coloured line: no advantage",
            ),
            source=source_of(builder, view, view.found.settings.replications),
            note=Text(
                de="Eine Annahme nach der anderen; jedes Intervall gilt für sich.",
                en="One assumption at a time; each interval stands for itself.",
            ),
        )
        name = "tornado" if number == 0 else "tornado_runner_up"
        yield builder.figure(name, title, draw.tornado(builder.style, frame), title, caption)
        yield _tornado_table(builder, view, against, frame, f"{name}_table")


def _turning_message(builder: ChapterBuilder, view: RobustnessView, against: str, frame: pd.DataFrame) -> str:
    turning = frame[frame["turns"]]
    names = {"best": view.label(view.found.best), "other": view.label(against)}
    number = builder.style.formats.number
    if turning.empty:
        text = Text(
            de="Keine der {n} wichtigsten Annahmen kehrt den Unterschied zwischen „{best}“ und „{other}“ um",
            en="None of the {n} assumptions that matter most reverses the difference between '{best}' and '{other}'",
        )
        return builder.translate(text, n=number(len(frame)), **names)
    surely = int(frame["turns_surely"].sum())
    text = Text(
        de="{k} von {n} Annahmen können die Reihenfolge von „{best}“ und „{other}“ kippen, {surely} davon eindeutig; zuerst: "
        "{leaf}",
        en="{k} of {n} assumptions may turn the order of '{best}' and '{other}', {surely} of them clearly; first: {leaf}",
    )
    parameter = str(turning["label"].iloc[0])
    return builder.translate(
        text, k=number(len(turning)), n=number(len(frame)), surely=number(surely), parameter=parameter, **names
    )


def _tornado_table(
    builder: ChapterBuilder, view: RobustnessView, against: str, frame: pd.DataFrame, name: str
) -> Block:
    words = {
        (False, False): Text(de="nein", en="no"),
        (True, False): Text(de="möglich", en="possible"),
        (True, True): Text(de="ja", en="yes"),
    }
    flags = zip(frame["turns"].astype(bool), frame["turns_surely"].astype(bool), strict=True)
    table = frame.assign(turn_words=[builder.style.translate(words[flag]) for flag in flags])
    columns = [LABEL]
    unit = THOUSANDS.fill(symbol=builder.style.formats.currency_symbol)
    for end, label in (("low", Text(de="unten", en="low end")), ("high", Text(de="oben", en="high end"))):
        gains = zip(*(table[f"{end}_{part}"] / 1000 for part in ("difference", "low", "high")), strict=True)
        table[f"{end}_gain"] = [builder.style.formats.signed_with_ends(*row) for row in gains]
        columns += [
            TableColumn(name=f"{end}_words", label=label, write="figure"),
            TableColumn(name=f"{end}_gain", label=Text(de="Vorsprung", en="Advantage"), unit=unit),
        ]
    columns.append(TableColumn(name="turn_words", label=Text(de="kippt", en="turns"), write="figure"))
    title = builder.translate(
        Text(
            de="Vorsprung von „{best}“ vor „{other}“ an den Enden",
            en="Advantage of '{best}' over '{other}' at the ends",
        ),
        best=view.label(view.found.best),
        other=view.label(against),
    )
    return builder.table(name, title, table, columns)


def _information(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield what is worth measuring before deciding; nothing where no assumption would turn the choice."""
    frame = view.information()
    if frame.empty:
        return
    columns = (
        LABEL,
        TableColumn(name="worth", label=Text(de="Höchstens wert", en="Worth at most"), write="figure"),
        TableColumn(name="turns", label=Text(de="Dreht die Wahl bei", en="Turns the choice at"), write="figure"),
    )
    title = builder.translate(
        Text(
            de="Vor der Entscheidung zwischen „{best}“ und „{other}“ zu messen: zuerst {leaf}",
            en="To measure before deciding between '{best}' and '{other}': first {leaf}",
        ),
        best=view.label(view.found.best),
        other=view.label(view.found.runner_up),
        parameter=str(frame["label"].iloc[0]),
    )
    caption = Caption(
        unit=Text(
            de="Erwarteter Gewinn über drei Jahre daraus, erst nach der Antwort zu wählen",
            en="Expected profit over three years from choosing after the answer only",
        ),
        source=source_of(builder, view, view.found.settings.replications),
        note=Text(
            de="Aus dem Tornado: 30, 40 und 30 % für unteres Ende, heutigen Wert und oberes Ende (Swanson); Unterschiede gelten "
            "als bekannt, deshalb ohne Intervall.",
            en="From the tornado: 30, 40 and 30% for low end, present value and high end (Swanson); the differences are taken as "
            "known, hence no interval.",
        ),
    )
    yield builder.table("information", title, frame, columns, caption)


# --- what the test rests on ------------------------------------------------------------------------------------------


def _outside(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    table = view.frame("outside")
    if table.empty:
        return
    client = builder.style.translate(Text(de="dieser Kunde", en="this client"))
    names = [
        view.study.scenario_label(name) if name in view.study.scenarios else view.label(name) if name else client
        for name in table["set_by"]
    ]
    units = table["unit"].tolist()
    shown = {
        name: [view.value(value, unit) for value, unit in zip(table[name], units, strict=True)]
        for name in ("value", "low", "high")
    }
    frame = pd.DataFrame({"where": names, "label": table[view.study.label_column].to_numpy(), **shown})
    columns = (
        TableColumn(name="where", label=Text(de="Gesetzt durch", en="Set by")),
        LABEL,
        TableColumn(name="value", label=Text(de="Wert", en="Value"), write="figure"),
        TableColumn(name="low", label=Text(de="Spanne von", en="Range from"), write="figure"),
        TableColumn(name="high", label=Text(de="bis", en="to"), write="figure"),
    )
    title = Text(
        de="Werte außerhalb dessen, was gemessen oder plausibel ist",
        en="Values outside of what was measured or is plausible",
    )
    note = Text(
        de="Dort ist die Simulation nicht an Daten geeicht; was darauf beruht, ist eine Fortschreibung.",
        en="There the simulation is not calibrated on data; what rests on it is an extrapolation.",
    )
    yield builder.table("outside", title, frame, columns, Caption(note=note))


def _left_out(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    table = view.frame("left_out")
    if table.empty:
        return
    language = builder.style.formats.language
    notes = [
        Note(label=str(reason), text=", ".join(rows[f"label_{language}"]))
        for reason, rows in table.groupby(f"reason_{language}", sort=False)
    ]
    title = Text(de="Was nicht geprüft wurde, und warum", en="What was not tested, and why")
    yield builder.notes("left_out_parameters", notes, title)
