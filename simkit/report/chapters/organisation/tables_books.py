"""Today by year beside the measured years, and profit that adds up, by organisation and by scenario."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import Floats, select
from simkit.report.chapters.organisation.figures_years import years_chart
from simkit.report.charts.charts_base import millions
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, number_text
from simkit.study.comparison.profit_bridge import TOTAL
from simkit.study.comparison.today_by_year import CONTACTS, GROWTH, MEASURED, SIMULATED

TEXTS = Catalogue.beside(__file__)

DRIFT_SHARE = 0.03
"""Change from the first to the last simulated year from which the title says that today moves."""
DIGITS = {"money": 2, "fte": 1, CONTACTS: 1}


# --- today by year ---------------------------------------------------------------------------------------------------


def today_by_year(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield today's organisation by year, measured and simulated: a chart of all scenarios, numbers of the deciding one."""
    table = view.study.frame("today_by_year")
    if table.empty:
        return
    table = labelled(view, table)
    title = _message(builder, view, table)
    scaled = bool(table["scaled"].astype(bool).any())
    words = builder.translate(TEXTS["years_note_scaled"] if scaled else TEXTS["years_note"])
    note = " ".join([*_against_measured(builder, view, table), words])
    caption = Caption(unit=TEXTS["years_unit"], source=source, note=note, short=TEXTS.group("short")["today_by_year"])
    yield builder.figure("today_by_year", title, years_chart(builder.style, table), title, caption)
    yield _years_table(builder, view, table, view.study.main_scenario)


def customer_flow(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield how many customers come and go a year, how orders move, and that there are too few leads where that is so."""
    told = [*_flow(builder, view), *_too_few_leads(builder, view)]
    if told:
        yield builder.text("customer_flow", *told, title=TEXTS["flow_title"])


def _flow(builder: ChapterBuilder, view: StudyView) -> Iterator[str]:
    known = {row["item"]: row for _, row in view.study.frame("customer_flow").iterrows()}
    formats = builder.style.formats
    if {"new", "lost"} <= set(known):
        ends = {
            f"{item}_{end}": formats.number(known[item][column])
            for item in ("new", "lost")
            for end, column in (("value", "per_year"), ("low", "low"), ("high", "high"))
        }
        yield builder.translate(TEXTS["flow_customers"], **ends)
    if GROWTH in known:
        value, low, high = (formats.signed_share(known[GROWTH][name]) for name in ("per_year", "low", "high"))
        yield builder.translate(TEXTS["flow_growth"], value=value, low=low, high=high)


def _too_few_leads(builder: ChapterBuilder, view: StudyView) -> Iterator[str]:
    row, number = view.study.frame("new_leads").iloc[0], builder.style.formats.number
    if not row["enough"]:
        known = math.isfinite(row["needed_per_year"])
        text = TEXTS["too_few_leads"] if known else TEXTS["no_leads_won"]
        yield builder.translate(text, leads=number(row["leads_per_year"]), needed=number(row["needed_per_year"]))


def labelled(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with what its items, units, years and scenarios are called."""
    groups = table["group"].fillna("").astype(str)
    contacts = TEXTS["contacts_of"]
    labels = [
        view.style.translate(contacts.fill(s=group)) if group else label
        for label, group in zip(table[view.label_column], groups, strict=True)
    ]
    rows = [row for _, row in table.iterrows()]
    return table.assign(
        group=groups,
        label=labels,
        unit_label=[_unit(view, str(row["unit"])) for row in rows],
        year_label=[_year(view, row) for row in rows],
        scenario_label=[view.scenario_label(str(name)) if isinstance(name, str) else "" for name in table["scenario"]],
    )


def _unit(view: StudyView, unit: str) -> str:
    if unit == "money":
        return view.style.translate(millions(view.style))
    return view.style.translate(TEXTS.group("year_units")[unit])


def _year(view: StudyView, row: pd.Series) -> str:
    """Name a year: measured ones by the month that they end with, simulated ones by their number after go-live."""
    if row["origin"] == SIMULATED:
        return view.style.translate(TEXTS["simulated_year"].fill(n=int(row["year"])))
    end = dt.date.fromisoformat(str(row["end"]))
    text = TEXTS["scaled_year"] if bool(row["scaled"]) else TEXTS["measured_year"]
    return view.style.translate(text.fill(month=f"{end.month:02d}/{end.year}"))


def _simulated(view: StudyView, table: pd.DataFrame) -> Floats:
    """Return the simulated contributions of today by year, in the deciding scenario."""
    rows = table[(table["item"] == "contribution_amount") & (table["scenario"] == view.study.main_scenario)]
    return rows.sort_values("year")["value"].to_numpy(float)


def _message(builder: ChapterBuilder, view: StudyView, table: pd.DataFrame) -> str:
    """Say whether today's contribution stays where it is, in the deciding scenario."""
    years = _simulated(view, table)
    change = years[-1] / years[0] - 1 if len(years) and years[0] > 0 else math.nan
    text = TEXTS["years_stay"] if abs(change) <= DRIFT_SHARE else TEXTS["years_move"]
    return builder.translate(text, change=builder.style.formats.signed_share(change))


def _against_measured(builder: ChapterBuilder, view: StudyView, table: pd.DataFrame) -> Iterator[str]:
    """Yield how the simulated years meet the last measured one, where one is measured."""
    measured = table[(table["item"] == "contribution_amount") & (table["origin"] == MEASURED) & (table["year"] == 0)]
    if len(measured):
        ratio = float(_simulated(view, table).mean()) / float(measured["value"].iloc[0]) - 1
        yield builder.translate(TEXTS["years_against"], ratio=builder.style.formats.signed_share(ratio))


def _years_table(builder: ChapterBuilder, view: StudyView, table: pd.DataFrame, scenario: str) -> Block:
    chosen = table[(table["origin"] == MEASURED) | (table["scenario"] == scenario)].sort_values("year", kind="stable")
    chosen = chosen.assign(cell=[_cell(builder, row) for _, row in chosen.iterrows()])
    years = list(dict.fromkeys(chosen["year_label"]))
    order = list(dict.fromkeys(table["label"]))
    units = dict(zip(table["label"], table["unit_label"], strict=True))
    amounts = set(table.loc[table["unit"].isin(("money", "h")), "label"])  # the other labels name their unit
    wide = chosen.pivot_table(index="label", columns="year_label", values="cell", aggfunc="first", sort=False)
    wide = wide.reindex([name for name in order if name in wide.index])
    frame = wide.reset_index(drop=True).assign(
        label=[f"{name}, {units[name]}" if name in amounts else name for name in wide.index]
    )
    frame = frame.fillna("–").rename(columns={name: f"year_{place}" for place, name in enumerate(years)})
    columns = [TableColumn(name="label", label=TEXTS["measure"])]
    columns += [TableColumn(name=f"year_{place}", label=name, write="figure") for place, name in enumerate(years)]
    title = builder.translate(TEXTS["years_table_title"], s=view.scenario_label(scenario))
    return builder.table(f"today_by_year_{scenario}", title, frame, columns, Caption(unit=TEXTS["years_table_unit"]))


def _cell(builder: ChapterBuilder, row: pd.Series) -> Any:
    """Write a value with its interval."""
    unit = str(row["unit"])
    scale = 1e6 if unit == "money" else 1.0
    digits = DIGITS.get(str(row["item"]), DIGITS.get(unit, 0))
    value, low, high = (float(row[name]) / scale for name in ("value", "low", "high"))
    number = builder.style.formats.number
    if math.isnan(low) or number(low, digits) == number(high, digits):
        return number_text(number(value, digits), value)
    text = f"{number(value, digits)} ({number(low, digits)} … {number(high, digits)})"
    return number_text(text, value, low, high)


# --- profit that adds up ---------------------------------------------------------------------------------------------


def profit_tables(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield how contribution becomes profit for each organisation, and the profit of each scenario."""
    table = view.study.frame("profit_bridge")
    designs = [name for name in (view.study.baseline, *view.compared) if name in set(table["design"])]
    if not designs:
        return
    main = select(table, scenario=view.study.main_scenario)
    yield _bridge(builder, view, main, designs, source)
    if len(view.scenarios) > 1:
        yield _by_scenario(builder, view, table, designs, source)


def _bridge(builder: ChapterBuilder, view: StudyView, main: pd.DataFrame, designs: list[str], source: str) -> Block:
    wide = main.pivot_table(index="item", columns="design", values="amount", sort=False)[designs] / 1e6
    first = main.drop_duplicates("item").set_index("item").loc[wide.index]
    language = view.style.formats.language
    frame = wide.assign(label=first[view.label_column], origin=first[f"source_{language}"].fillna("")).reset_index(
        drop=True
    )
    columns = [TableColumn(name="label", label=TEXTS["line"])]
    columns += [TableColumn(name=name, label=view.design_label(name), write="signed", digits=2) for name in designs]
    columns += [TableColumn(name="origin", label=TEXTS["comes_from"])]
    title = builder.translate(TEXTS["bridge_title"], s=view.scenario_label(view.study.main_scenario))
    unit = builder.translate(TEXTS["bridge_unit"], unit=builder.translate(millions(builder.style)))
    return builder.table(
        "profit", title, frame, columns, Caption(unit=unit, source=source, note=_optimum(builder, view)), total=True
    )


def _optimum(builder: ChapterBuilder, view: StudyView) -> str:
    """Set the elasticity at which today's posts would be the best number beside the assumed one."""
    row = view.study.frame("optimum").iloc[0]
    number = builder.style.formats.number
    told = TEXTS["optimum_assumed"] if row["kind"] == "assumption" else TEXTS["optimum_measured"]
    return builder.translate(
        told, optimal=number(row["optimal_elasticity"], 2), assumed=number(row["assumed_elasticity"], 2)
    )


def _by_scenario(
    builder: ChapterBuilder, view: StudyView, table: pd.DataFrame, designs: list[str], source: str
) -> Block:
    profit = table[(table["item"] == TOTAL) & table["design"].isin(designs)]
    profit = profit.assign(cell=[_million(builder, row) for _, row in profit.iterrows()])
    wide = profit.pivot_table(index="scenario", columns="design", values="cell", aggfunc="first", sort=False)[designs]
    posts = [_posts(builder, view, str(name)) for name in wide.index]
    frame = wide.assign(label=[view.scenario_label(str(name)) for name in wide.index], posts=posts)
    columns = [TableColumn(name="label", label=TEXTS["scenario"])]
    columns += [TableColumn(name=name, label=view.design_label(name), write="figure") for name in designs]
    columns += [TableColumn(name="posts", label=TEXTS["posts_last_year"], write="figure")]
    unit = builder.translate(TEXTS["by_scenario_unit"], unit=builder.translate(millions(builder.style)))
    caption = Caption(unit=unit, source=source, note=TEXTS["by_scenario_note"])
    return builder.table(
        "profit_by_scenario", TEXTS["by_scenario_title"], frame.reset_index(drop=True), columns, caption
    )


def _million(builder: ChapterBuilder, row: pd.Series) -> Any:
    amounts = [float(row[name]) / 1e6 for name in ("amount", "low", "high")]
    value, low, high = (builder.style.formats.number(amount, 2) for amount in amounts)
    return number_text(value if math.isnan(amounts[1]) else f"{value} ({low} … {high})", *amounts)


def _posts(builder: ChapterBuilder, view: StudyView, scenario: str) -> str:
    """Return the filled posts of today's organisation in the first and the last year."""
    rows = view.study.select("levels", scenario=scenario, design=view.study.baseline, measure="fte")
    years = rows[rows["year"] > 0].sort_values("year")["mean"]
    number = builder.style.formats.number
    return f"{number(years.iloc[0], 1)} → {number(years.iloc[-1], 1)}" if len(years) else ""
