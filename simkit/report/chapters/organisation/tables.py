"""The tables of the chapter on the organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.text import Text
from simkit.model.specification.model_parameters import SEGMENTS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn
from simkit.study.comparison.sustainability import LOSS
from simkit.study.thresholds import threshold

SHOWN_MEASURES = (
    "facing_share",
    "facing_h",
    "facing_content_h",
    "open_work_change_h",
    "facing_steady_h",
    "fte",
    "sales_cost_amount",
    "revenue_amount",
    "contribution_amount",
    "company_profit_amount",
)
"""A share is never shown without the hours behind it, and hours never without the work that was left lying."""
VERDICTS = {
    "winner": Text(de="klare Empfehlung", en="clear winner"),
    "keep": Text(de="heutige Organisation behalten", en="keep today's organisation"),
    "no_clear_winner": Text(de="kein klarer Sieger", en="no clear winner"),
}
DESIGN = TableColumn(name="label", label=Text(de="Organisation", en="Organisation"))


def scenario_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the best organisation of each scenario."""
    table = view.study.frames.get("by_scenario", pd.DataFrame())
    if table.empty:
        return
    frame = table.assign(
        scenario=[view.scenario_label(name) for name in table["scenario"]],
        best=[view.design_label(name) for name in table["best"]],
        interval=[" … ".join(view.moneys(low, high)) for low, high in zip(table["low"], table["high"], strict=True)],
        verdict=[builder.style.translate(VERDICTS.get(verdict, verdict)) for verdict in table["verdict"]],
    )
    columns = (
        TableColumn(name="scenario", label=Text(de="Szenario", en="Scenario")),
        TableColumn(name="best", label=Text(de="Höchster Gewinn", en="Highest profit")),
        TableColumn(name="difference", label=Text(de="Vorsprung", en="Lead"), write="signed_millions", digits=2),
        TableColumn(name="interval", label=Text(de="95-%-Intervall", en="95% interval"), write="figure"),
        TableColumn(name="probability_best", label=Text(de="Chance", en="Chance"), write="share"),
        TableColumn(name="verdict", label=Text(de="Urteil", en="Verdict")),
    )
    title = Text(de="Wer in welchem Szenario vorn liegt", en="Which organisation leads in which scenario")
    note = Text(
        de="Vorsprung im Gewinn über drei Jahre: vor der heutigen Organisation oder, wenn diese vorn liegt, vor der "
        "zweitbesten; Intervall für alle Vergleiche zugleich.",
        en="Lead in three-year profit: over today's organisation or, where that leads, over the second best; the "
        "interval holds for all comparisons at once.",
    )
    yield builder.table("best_by_scenario", title, frame, columns, Caption(note=note))


def measures_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the main measures of every organisation in the main scenario, one row each, and whether they can last."""
    designs = (view.study.baseline, *view.compared)
    names = view.study.frame("measures").set_index("measure")
    rows = []
    for measure in SHOWN_MEASURES:
        entry = names.loc[measure]
        levels = {name: view.level(name, measure) for name in designs}
        rows.append(
            {
                "label": entry[view.label_column],
                "unit": builder.style.translate(UNITS.get(str(entry["unit"]), "")),
                **{name: _written(builder, view, str(entry["unit"]), value) for name, value in levels.items()},
            }
        )
    rows.append({"label": builder.style.translate(LASTING), "unit": "", **_lasting(builder, view)})
    columns = [TableColumn(name="label", label=Text(de="Größe", en="Measure"))]
    columns += [TableColumn(name="unit", label=Text(de="Einheit", en="Unit"))]
    columns += [TableColumn(name=name, label=view.design_label(name), write="figure") for name in designs]
    title = builder.translate(
        Text(de="Die Organisationen im Vergleich, Szenario „{s}“", en="The organisations compared, scenario '{s}'"),
        s=view.scenario_label(view.study.main_scenario),
    )
    caption = Caption(
        unit=Text(
            de="Summe über drei Jahre (Anteil, Stellen: Mittel), im Mittel der Welten",
            en="Sum over three years (share, staff: mean), mean over the worlds",
        ),
        note=_not_sustainable(builder, view),
    )
    yield builder.table("measures", title, pd.DataFrame(rows), columns, caption)


UNITS = {"h": Text(de="h", en="h"), "fte": Text(de="VZÄ", en="FTE")}
COUNT = Text(de="Anzahl", en="number")
LASTING = Text(de="Auf Dauer tragfähig", en="Sustainable")


def _lasting(builder: ChapterBuilder, view: StudyView) -> dict[str, str]:
    """Return yes or no by organisation, with the yearly growth of open work as a share of capacity."""
    table = view.study.frame("sustainability")
    main = table[table["scenario"] == view.study.main_scenario].set_index("design")
    written = {}
    for name in (view.study.baseline, *view.compared):
        row = main.loc[name]
        word = Text(de="ja", en="yes") if bool(row["sustainable"]) else Text(de="nein", en="no")
        growth = builder.style.formats.signed_share(main["open_work_growth_share"].to_dict()[name])
        written[name] = f"{builder.style.translate(word)} ({growth})"
    return written


def _written(builder: ChapterBuilder, view: StudyView, unit: str, value: float | None) -> str:
    if unit == "share":
        return builder.style.formats.share(value)
    if unit == "money" and value is not None:
        return view.money(value)
    return builder.style.formats.number(value, 1 if unit == "fte" else 0)


def _not_sustainable(builder: ChapterBuilder, view: StudyView) -> str:
    """Name the organisations whose open work grows, which makes their customer hours borrowed."""
    table = view.study.frames.get("sustainability", pd.DataFrame())
    if table.empty:
        return ""
    bad = table[(table["scenario"] == view.study.main_scenario) & ~table["sustainable"].astype(bool)]
    names = [view.design_label(name) for name in bad["design"] if name in (view.study.baseline, *view.compared)]
    if not names:
        return builder.style.translate(
            Text(
                de="Bei keiner Organisation wächst die offene Arbeit um mehr als 1 % der Kapazität im Jahr (Zuwachs in "
                "Klammern).",
                en="In no organisation does open work grow by more than 1% of capacity a year (growth in brackets).",
            )
        )
    text = Text(
        de="Nicht auf Dauer tragfähig, weil die offene Arbeit um mehr als 1 % der Kapazität im Jahr wächst (Zuwachs in "
        "Klammern): {names}.",
        en="Not sustainable, because open work grows by more than 1% of capacity a year (growth in brackets): {names}.",
    )
    return builder.translate(text, names=", ".join(names))


def undone_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield what each organisation leaves undone in the main scenario."""
    table = view.study.frames.get("undone", pd.DataFrame())
    if table.empty:
        return
    main = view.undone()
    designs = [name for name in (view.study.baseline, *view.compared) if name in set(main["design"])]
    wide = main.pivot_table(index=["label", "unit"], columns="design", values="mean", sort=False).reset_index()
    wide["unit"] = [builder.style.translate(UNITS.get(unit, COUNT)) for unit in wide["unit"]]
    columns = [TableColumn(name="label", label=Text(de="Was liegen bleibt", en="What is left undone"))]
    columns += [TableColumn(name="unit", label=Text(de="Einheit", en="Unit"))]
    columns += [TableColumn(name=name, label=view.design_label(name), write="number") for name in designs]
    title = Text(de="Was nicht getan wird, je Organisation", en="What does not get done, by organisation")
    unit = Text(de="Summe über drei Jahre, im Mittel der Welten", en="Sum over three years, mean over the worlds")
    yield builder.table("undone", title, wide, columns, Caption(unit=unit))


def shortfall_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield how probable a year with a loss, or a segment served worse, is in each scenario."""
    table = view.study.frame("shortfall")
    if table.empty:
        return
    order = {name: place for place, name in enumerate((view.study.baseline, *view.compared))}
    chosen = table[table["design"].isin(order)]
    share = builder.style.formats.share
    cells = [f"{share(p, 0)} ({share(low, 0)} – {share(high, 0)})" for p, low, high in _chances(chosen)]
    wide = chosen.assign(cell=cells).pivot_table(
        index=["scenario", "design"], columns="item", values="cell", aggfunc="first", sort=False
    )
    frame = wide.reset_index()
    frame = frame.assign(
        label=[view.design_label(name) for name in frame["design"]],
        scenario_label=[view.scenario_label(name) for name in frame["scenario"]],
    )
    loss = Text(de="ein Jahr mit Verlust", en="a year with a loss")
    worse = Text(de="Segment {name} schlechter betreut", en="segment {name} served worse")
    items = {LOSS: loss, **{name: worse.fill(name=name) for name in SEGMENTS}}
    columns = [TableColumn(name="scenario_label", label=Text(de="Szenario", en="Scenario")), DESIGN]
    columns += [TableColumn(name=name, label=label) for name, label in items.items() if name in frame]
    limit = threshold("rule.service_limit_share")
    caption = Caption(
        unit=Text(de="Anteil der Welten, exaktes 95-%-Intervall", en="Share of the worlds, exact 95% interval"),
        note=builder.translate(
            Text(
                de="Mindestens ein Jahr unter der Grenze: Unternehmensgewinn 0; Betreuungsgrad {limit} des heutigen. Die "
                "Wahrscheinlichkeit gilt unter den genannten Annahmen.",
                en="At least one year under the limit: company profit 0; care level {limit} of today's. The probability holds "
                "under the stated assumptions.",
            ),
            limit=share(limit, 0),
        ),
    )
    title = Text(
        de="Wie wahrscheinlich Verlust oder schlechtere Betreuung ist", en="How probable a loss or worse service is"
    )
    yield builder.table("shortfall", title, frame, columns, caption)


def _chances(table: pd.DataFrame) -> Iterator[tuple[float, float, float]]:
    yield from zip(table["probability"], table["low"], table["high"], strict=True)


def effect_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the main effects and interactions of the switches, when the full factorial was run."""
    table = view.study.frames.get("factorial", pd.DataFrame())
    if table.empty:
        return
    chosen = table[table["measure"] == "company_profit_amount"]
    columns = (
        TableColumn(name=view.label_column, label=Text(de="Schalter", en="Switch")),
        TableColumn(name="effect_value", label=Text(de="Wirkung", en="Effect"), write="signed_millions", digits=2),
        TableColumn(name="low", label=Text(de="von", en="from"), write="signed_millions", digits=2),
        TableColumn(name="high", label=Text(de="bis", en="to"), write="signed_millions", digits=2),
    )
    title = Text(
        de="Wirkung der Schalter und ihrer Paare auf den Gewinn über drei Jahre",
        en="Effect of the switches and their pairs on three-year profit",
    )
    yield builder.table("factorial", title, chosen, columns)


def break_even_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the break-even line of service design."""
    table = view.study.frames.get("break_even", pd.DataFrame())
    if table.empty:
        return
    line = table[table["term"] == "line"]
    if line.empty:
        return
    write = builder.style.formats.number
    low, value, high = (float(line[name].iloc[0]) for name in ("low", "value", "high"))
    title = builder.translate(_break_even_words(low, high), x=write(value, 2), low=write(low, 2), high=write(high, 2))
    columns = (
        TableColumn(name=view.label_column, label=Text(de="Glied der Rechnung", en="Term")),
        TableColumn(name="value", label=Text(de="Wert", en="Value"), write="number", digits=2),
        TableColumn(name="low", label=Text(de="von", en="from"), write="number", digits=2),
        TableColumn(name="high", label=Text(de="bis", en="to"), write="number", digits=2),
    )
    note = Text(
        de="Anteile an den heutigen Stunden eines Sonderauftrags: Tempo × (1 + Klärung) + Übergabe + Leerlauf.",
        en="Shares of today's hours of a bespoke order: speed × (1 + clarification) + hand-over + idle time.",
    )
    yield builder.table("break_even", title, table, columns, Caption(note=note))


def _break_even_words(low: float, high: float) -> Text:
    """Return the message of the break-even line: it is open as long as the interval includes 1."""
    if high < 1:
        return Text(
            de="Service Design rechnet sich: {x} ({low} bis {high}) liegt unter 1",
            en="Service design pays: {x} ({low} to {high}) is below 1",
        )
    if low >= 1:
        return Text(
            de="Service Design rechnet sich nicht: {x} ({low} bis {high}) liegt nicht unter 1",
            en="Service design does not pay: {x} ({low} to {high}) is not below 1",
        )
    return Text(
        de="Ob sich Service Design rechnet, ist offen: {x} ({low} bis {high}); unter 1 lohnt es sich",
        en="Whether service design pays is open: {x} ({low} to {high}); below 1 it does",
    )


def scan_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield what one or two heads more or less in a unit change, when the scan was run."""
    table = view.study.frames.get("scan", pd.DataFrame())
    if table.empty:
        return
    chosen = table[table["measure"] == "company_profit_amount"]
    wide = chosen.assign(label=[view.design_label(name) for name in chosen["design"]]).pivot_table(
        index=["label", "unit"], columns="change", values="difference", sort=False
    )
    changes = sorted(int(change) for change in chosen["change"].unique())
    named = wide.reset_index()
    named["unit"] = [view.unit_label(unit) for unit in named["unit"]]
    frame = named.rename(columns={change: f"change_{change}" for change in changes})
    columns = [DESIGN, TableColumn(name="unit", label=Text(de="Einheit", en="Unit"))]
    columns += [
        TableColumn(
            name=f"change_{change}",
            label=builder.style.formats.signed(change) + " " + builder.style.translate(Text(de="Köpfe", en="heads")),
            write="signed_millions",
            digits=2,
        )
        for change in changes
    ]
    title = Text(
        de="Gewinn über drei Jahre mit einem oder zwei Köpfen mehr oder weniger",
        en="Three-year profit with one or two heads more or less",
    )
    yield builder.table("head_scan", title, frame, columns)
