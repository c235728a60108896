"""Tables of robustness: where the answer turns, and in which region of the assumptions each design is best."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from simkit.foundation.catalogue import Catalogue
from simkit.foundation.frames import select
from simkit.foundation.units import UNIT_WORDS
from simkit.report.chapters.organisation.figures import steps
from simkit.report.chapters.robustness import figures as draw
from simkit.report.chapters.robustness.robustness_views import RobustnessView
from simkit.report.charts.charts_base import MILLIONS, THOUSANDS
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import Caption, ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.report.document.table_content import TableColumn, number_text
from simkit.study.robustness.turning_points import SEGMENT_MONEY, compensation
from simkit.study.thresholds import threshold

TEXTS = Catalogue.beside(__file__)

DESIGN = TableColumn(name="label", label=TEXTS["design_label"])


def _source(builder: ChapterBuilder, study: StudyView) -> str:
    return builder.translate(TEXTS["comparison"], n=builder.style.formats.number(study.study.settings.replications))


# --- what follows from the comparison alone --------------------------------------------------------------------------


def of_the_comparison(builder: ChapterBuilder, study: StudyView) -> Iterator[Block]:
    """Yield the thresholds that need no further run."""
    yield from _compensation(builder, study)
    yield from _break_even_line(builder, study)


def _compensation(builder: ChapterBuilder, study: StudyView) -> Iterator[Block]:
    runs, baseline = study.study.frame("runs"), study.study.baseline
    if not (runs["measure"] == SEGMENT_MONEY).any() or not study.compared:
        return
    table = compensation(runs, study.scenarios[:1], study.compared, baseline)
    write = builder.style.formats.number
    said = [
        builder.translate(
            TEXTS.group("compensations")[str(row["outcome"])],
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
        frame[segment] = [
            number_text(builder.style.formats.signed_with_ends(*row), *row) for row in zip(*ends, strict=True)
        ]
        label = TEXTS["with_customers"].fill(name=name)
        unit = THOUSANDS.fill(symbol=builder.style.formats.currency_symbol)
        columns.append(TableColumn(name=segment, label=label, write="figure", unit=unit))
    columns.append(TableColumn(name="ratio_words", label=TEXTS["gain_a_loss_c"]))
    caption = Caption(unit=TEXTS["compensation_unit"], source=_source(builder, study), note=TEXTS["compensation_note"])
    yield builder.table("compensation", _compensation_message(builder, frame), frame, columns, caption)


def _compensation_message(builder: ChapterBuilder, frame: pd.DataFrame) -> str:
    lost = select(frame, outcome="ratio")
    if lost.empty:
        text = TEXTS["compensation_message_text"]
        return builder.style.translate(text)
    made_up = lost.loc[lost["ratio_low"] > 1, "label"]
    if made_up.empty:
        text = TEXTS["compensation_message_text_no_organisation_surely"]
        return builder.style.translate(text)
    text = TEXTS["compensation_message_text_gain_customers_surely"]
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
    text = TEXTS["break_even_line_text"] if limit >= 0 else TEXTS["break_even_line_text_this_effort_service"]
    title = builder.translate(text, limit=share(limit), idle=share(terms["idle"]))
    caption = Caption(
        unit=TEXTS["break_even_line_unit"],
        source=_source(builder, study),
        note=TEXTS["break_even_line_note"],
        short=TEXTS.group("short")["break_even_line"],
    )
    yield builder.figure("break_even_line", title, draw.break_even_line(builder.style, terms, interval), title, caption)


# --- what was run for it ---------------------------------------------------------------------------------------------


def elasticity(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield from which elasticity of the customers' response on each design pays."""
    frame, crossings = view.compared(view.frame("elasticity_curve")), view.compared(view.frame("elasticity_break_even"))
    if frame.empty:
        return
    said = {str(row["design"]): _crossing(builder, row) for _, row in crossings.iterrows()}
    title = builder.translate(TEXTS["elasticity_title"], design=view.label(view.shown), crossing=said[view.shown])
    others = "; ".join(f"{view.label(name)}: {words}" for name, words in said.items() if name != view.shown)
    few = TEXTS["elasticity_few"]
    caption = Caption(
        unit=TEXTS["elasticity_unit"],
        source=builder.translate(
            TEXTS["simulation_replications_per_value"], n=builder.style.formats.number(view.found.settings.replications)
        ),
        note=f"{others}. {builder.translate(few, n=builder.style.formats.number(view.found.settings.replications))}".removeprefix(
            ". "
        ),
        short=TEXTS.group("short")["elasticity_threshold"],
    )
    marks = [threshold(f"elasticity.{name}") for name in ("low", "published", "high")]
    yield builder.figure("elasticity_threshold", title, draw.elasticity(builder.style, frame, marks), title, caption)


def _crossing(builder: ChapterBuilder, row: pd.Series) -> str:
    write = builder.style.formats.number
    values = {name: write(float(row[name]), 2) for name in ("low", "high", "lowest", "highest")}
    for end, beyond in (("low", "lowest"), ("high", "highest")):
        if pd.isna(row[end]):  # the interval goes on where nothing was run
            values[end] = builder.translate(TEXTS.group("beyond")[end], end=values[beyond])
    return builder.translate(
        TEXTS.group("crossings")[str(row["outcome"])], value=write(float(row["elasticity"]), 2), **values
    )


def hiring_lag(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield what time to fill a vacancy today's organisation survives under overload."""
    cells, lags = view.frame("stress"), view.frame("lag")
    if cells.empty:
        return
    limit, settings = threshold("rule.runaway_capacity_share"), view.found.settings
    caption = Caption(
        unit=TEXTS["hiring_lag_unit"],
        source=builder.translate(
            TEXTS["hiring_lag_source"],
            n=builder.style.formats.number(settings.stress_replications),
            years=builder.style.formats.number(settings.stress_years, int(settings.stress_years % 1 != 0)),
        ),
        note=TEXTS["hiring_lag_note"],
        short=TEXTS.group("short")["hiring_lag"],
    )
    title = _lag_message(builder, cells, lags)
    yield builder.figure("hiring_lag", title, draw.hiring_lag(builder.style, cells, limit), title, caption)


def _lag_message(builder: ChapterBuilder, cells: pd.DataFrame, lags: pd.DataFrame) -> str:
    away = lags.dropna(subset=["first_runaway_days"]).sort_values("load", kind="stable")
    formats = builder.style.formats
    if away.empty:
        text = TEXTS["lag_message_text"]
        days, load = float(cells["fill_days"].max()), float(cells["load"].max())
    else:
        text = TEXTS["lag_message_text_load_todays_organisation"]
        days, load = float(away["first_runaway_days"].iloc[0]), float(away["load"].iloc[0])
    return builder.translate(text, days=formats.number(days), load=formats.share(load, 0))


def interplay(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield the factorial of the design taken apart as a waterfall: parts, pairs, the rest, the transition."""
    table = view.frame("interplay")
    frame = table.assign(label=table[view.study.label_column])
    pairs = select(frame, order=2)
    if pairs.empty:
        return
    sure = pairs[(pairs["low"] > 0) | (pairs["high"] < 0)]
    strongest = pairs.iloc[int(pairs["difference"].abs().to_numpy().argmax())]
    text = TEXTS["interplay_text"]
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
        unit=TEXTS["interplay_unit"],
        source=_source(builder, view.study),
        note=TEXTS["interplay_note"].fill(n=number(2 ** int((frame["order"] == 1).sum()))),
        short=TEXTS.group("short")["interplay"],
    )
    unit = MILLIONS.fill(symbol=builder.style.formats.currency_symbol)
    yield builder.figure("interplay", title, steps(builder.style, frame, unit), title, caption)


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
    text = TEXTS["flat_maximum_text"]
    title = builder.translate(
        text,
        k=number(int(moved["within"].sum())),
        n=number(len(moved)),
        share=share(tolerance, 0),
        beyond=number(beyond),
    )
    caption = Caption(
        unit=TEXTS["flat_maximum_unit"], source=_source(builder, view.study), short=TEXTS.group("short")["flat_maximum"]
    )
    yield builder.figure("flat_maximum", title, draw.flat_maximum(builder.style, frame, tolerance), title, caption)


def regions(builder: ChapterBuilder, view: RobustnessView) -> Iterator[Block]:
    """Yield in which region of assumptions each organisation is best, as sentences and as a map."""
    areas = view.frame("regions")
    if areas.empty:
        return
    rules = [view.rule(design) for design in areas["design"]]
    settings = view.found.settings
    text = TEXTS["regions_text"]
    number = builder.style.formats.number
    count, parameters = len(view.frame("points")), len(view.frame("region_parameters"))
    title = TEXTS["regions_title"]
    yield builder.text(
        "regions",
        builder.translate(text, points=number(count), parameters=number(parameters)),
        title=title,
        points=rules,
    )
    axes = view.map_axes()
    if len(axes) == 2:
        yield _map(builder, view, axes, min(settings.replications, count))


def _map(builder: ChapterBuilder, view: RobustnessView, axes: list[str], replications: int) -> Block:
    table = view.frame("parameters").set_index("parameter")
    words = [
        _axis(builder, str(table.loc[parameter, view.study.label_column]), str(table.loc[parameter, "unit"]))
        for parameter in axes
    ]
    wins = view.frame("points")["winner"].value_counts()
    title = builder.translate(
        TEXTS["map_title"],
        design=view.label(str(wins.index[0])),
        share=builder.style.formats.share(float(wins.iloc[0]) / float(wins.sum()), 0),
    )
    box = view.map_box(axes)
    note = TEXTS["map_note"]
    caption = Caption(
        unit=TEXTS["map_unit"],
        source=builder.translate(TEXTS["map_source"], n=builder.style.formats.number(replications)),
        note=note if len(box) else "",
        short=TEXTS.group("short")["victory_map"],
    )
    return builder.figure(
        "victory_map", title, draw.victory_map(builder.style, view.map_points(axes), words, box), title, caption
    )


def _axis(builder: ChapterBuilder, label: str, unit: str) -> tuple[str, str]:
    """Return the label of an axis with its unit, and how its numbers are written."""
    if unit == "share":
        return label, "share"
    name = (
        builder.style.formats.currency_symbol if unit.startswith("money") else builder.style.translate(UNIT_WORDS[unit])
    )
    return f"{label}, {name}" if name else label, "number"
