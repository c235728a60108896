"""The tables of the chapter on the organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.text import Text
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn

TEXTS = Catalogue.beside(__file__)

SHOWN_MEASURES = (
    "facing_share",
    "facing_h",
    "facing_content_h",
    "open_work_change_h",
    "facing_steady_h",
    "fte",
    "posts",
    "sales_cost_amount",
    "revenue_amount",
    "contribution_amount",
    "company_profit_amount",
)
"""A share is never shown without the hours behind it, and hours never without the work that was left lying."""
DESIGN = TableColumn(name="label", label=TEXTS["design_label"])


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
    rows.append({"label": builder.style.translate(TEXTS["lasting"]), "unit": "", **_lasting(builder, view)})
    columns = [TableColumn(name="label", label=TEXTS["measure"])]
    columns += [TableColumn(name="unit", label=TEXTS["unit"])]
    columns += [TableColumn(name=name, label=view.design_label(name), write="figure") for name in designs]
    title = builder.translate(TEXTS["measures_table_title"], s=view.scenario_label(view.study.main_scenario))
    caption = Caption(unit=TEXTS["measures_table_unit"], note=_not_sustainable(builder, view))
    yield builder.table("measures", title, pd.DataFrame(rows), columns, caption)


UNITS = TEXTS.group("units")


def small_units(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the units of one or two posts, in which one absence stops half of the work or all of it."""
    words = f"words_{builder.style.formats.language}"
    table = view.study.frame("small_units")
    points = [f"{view.design_label(row['design'])}: {row[words]}" for _, row in table.iterrows()]
    if points:
        yield builder.text("small_units", title=TEXTS["small_units_title"], points=points)


def _lasting(builder: ChapterBuilder, view: StudyView) -> dict[str, str]:
    """Return yes or no by organisation, with the yearly growth of open work as a share of capacity."""
    table = view.study.frame("sustainability")
    main = select(table, scenario=view.study.main_scenario).set_index("design")
    written = {}
    for name in (view.study.baseline, *view.compared):
        row = main.loc[name]
        word = TEXTS["yes"] if bool(row["sustainable"]) else TEXTS["lasting_word"]
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
        return builder.style.translate(TEXTS["not_sustainable_no_organisation_does"])
    text = TEXTS["not_sustainable_text"]
    return builder.translate(text, names=", ".join(names))


def undone_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield what each organisation leaves undone in the main scenario."""
    table = view.study.frames.get("undone", pd.DataFrame())
    if table.empty:
        return
    main = view.undone()
    designs = [name for name in (view.study.baseline, *view.compared) if name in set(main["design"])]
    wide = main.pivot_table(index=["label", "unit"], columns="design", values="mean", sort=False).reset_index()
    wide["unit"] = [builder.style.translate(UNITS.get(unit, TEXTS["count"])) for unit in wide["unit"]]
    columns = [TableColumn(name="label", label=TEXTS["what_is_left_undone"])]
    columns += [TableColumn(name="unit", label=TEXTS["unit"])]
    columns += [TableColumn(name=name, label=view.design_label(name), write="number") for name in designs]
    title = TEXTS["undone_table_title"]
    unit = TEXTS["undone_table_unit"]
    yield builder.table("undone", title, wide, columns, Caption(unit=unit))


def effect_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the main effects and interactions of the switches, when the full factorial was run."""
    table = view.study.frames.get("factorial", pd.DataFrame())
    if table.empty:
        return
    chosen = select(table, measure="company_profit_amount")
    columns = (
        TableColumn(name=view.label_column, label=TEXTS["switch"]),
        TableColumn(name="effect_value", label=TEXTS["effect"], write="signed_millions", digits=2),
        TableColumn(name="low", label=TEXTS["from"], write="signed_millions", digits=2),
        TableColumn(name="high", label=TEXTS["effect_table_label"], write="signed_millions", digits=2),
    )
    title = TEXTS["effect_table_title"]
    yield builder.table("factorial", title, chosen, columns)


def break_even_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield the break-even line of service design."""
    table = view.study.frames.get("break_even", pd.DataFrame())
    if table.empty:
        return
    line = select(table, term="line")
    if line.empty:
        return
    write = builder.style.formats.number
    low, value, high = (float(line[name].iloc[0]) for name in ("low", "value", "high"))
    title = builder.translate(_break_even_words(low, high), x=write(value, 2), low=write(low, 2), high=write(high, 2))
    columns = (
        TableColumn(name=view.label_column, label=TEXTS["term"]),
        TableColumn(name="value", label=TEXTS["value"], write="number", digits=2),
        TableColumn(name="low", label=TEXTS["from"], write="number", digits=2),
        TableColumn(name="high", label=TEXTS["effect_table_label"], write="number", digits=2),
    )
    note = TEXTS["break_even_table_note"]
    yield builder.table("break_even", title, table, columns, Caption(note=note))


def _break_even_words(low: float, high: float) -> Text:
    """Return the message of the break-even line: it is open as long as the interval includes 1."""
    if high < 1:
        return TEXTS["break_even_words_service_design_pays"]
    if low >= 1:
        return TEXTS["break_even_words_service_design_does"]
    return TEXTS["break_even_words_whether_service_design"]


def scan_table(builder: ChapterBuilder, view: StudyView) -> Iterator[Block]:
    """Yield what one or two heads more or less in a unit change, when the scan was run."""
    table = view.study.frames.get("scan", pd.DataFrame())
    if table.empty:
        return
    chosen = select(table, measure="company_profit_amount")
    wide = chosen.assign(label=[view.design_label(name) for name in chosen["design"]]).pivot_table(
        index=["label", "unit"], columns="change", values="difference", sort=False
    )
    changes = sorted(int(change) for change in chosen["change"].unique())
    named = wide.reset_index()
    named["unit"] = [view.unit_label(unit) for unit in named["unit"]]
    frame = named.rename(columns={change: f"change_{change}" for change in changes})
    columns = [DESIGN, TableColumn(name="unit", label=TEXTS["unit"])]
    columns += [
        TableColumn(
            name=f"change_{change}",
            label=builder.style.formats.signed(change) + " " + builder.style.translate(TEXTS["heads"]),
            write="signed_millions",
            digits=2,
        )
        for change in changes
    ]
    title = TEXTS["scan_table_title"]
    yield builder.table("head_scan", title, frame, columns)


COLUMNS = (
    TableColumn(name="scenario", label=TEXTS["scenario"]),
    TableColumn(name="label", label=TEXTS["design_label"]),
    TableColumn(name="replications", label=TEXTS["columns_replications"], write="number"),
    TableColumn(name="half_width", label=TEXTS["columns_half_width"], write="millions", digits=2),
    TableColumn(name="half_width_share", label=TEXTS["columns_share_of_contribution"], write="share", digits=1),
    TableColumn(name="precise_from", label=TEXTS["from_label"], write="number", unit=TEXTS["from_unit"]),
)


def precision_table(builder: ChapterBuilder, view: StudyView, source: str) -> Iterator[Block]:
    """Yield whether the profit difference of each organisation is known as precisely as was asked for, in each scenario."""
    table = view.study.frames.get("precision", pd.DataFrame())
    if table.empty or table["half_width_share"].isna().all() or table["asked_share"].isna().all():
        return  # where no precision was asked for, the intervals of the charts say it
    frame = table.assign(
        scenario=[view.scenario_label(name) for name in table["scenario"]],
        label=[view.design_label(name) for name in table["design"]],
    )
    note = builder.translate(TEXTS["rule_paired"]) + " " + builder.translate(TEXTS["rule_rule"])
    caption = Caption(unit=TEXTS["precision_table_unit"], source=source, note=note)
    yield builder.table("precision", _message(builder, table), frame, COLUMNS, caption)


def _message(builder: ChapterBuilder, table: pd.DataFrame) -> str:
    share, number = builder.style.formats.share, builder.style.formats.number
    replications = number(int(table["replications"].max()))
    asked = share(float(table["asked_share"].max()))
    missed = int((~table["reached"].astype(bool)).sum())
    if not missed:
        text = TEXTS["message_text_replications_per_scenario"]
        return builder.translate(text, replications=replications, asked=asked)
    text = TEXTS["message_text_after_replications"]
    return builder.translate(
        text, replications=replications, missed=number(missed), all=number(len(table)), asked=asked
    )
