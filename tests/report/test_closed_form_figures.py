"""Charts and messages of the small models and the leaving spiral: read off the frames, whole in both languages."""

import re
from dataclasses import replace

import matplotlib as mpl
import pandas as pd
import pytest
from drawn_charts import ENGLISH, GERMAN, PICTURES, drawn, words

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.errors import UsageError
from simkit.foundation.missing import Missing
from simkit.foundation.parameter_set import Provenance
from simkit.foundation.text import Text
from simkit.intake.settings.run_settings import RunSettings
from simkit.model.closed_form.case_or_process import WorkType
from simkit.model.closed_form.congestion import SellerPipeline, outcomes, rules_to_compare
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.report.context import ReportContext, style_of
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.chart import Chart
from simkit.report.document.style import Style, tint
from simkit.report.workbench import closed_form_figures as draw
from simkit.report.workbench.closed_form_pages import (
    case_blocks,
    case_message,
    congestion_blocks,
    congestion_message,
    faster_blocks,
    origins,
    parameters_blocks,
    rules_message,
)
from simkit.report.workbench.leaving_spiral import PARAMETERS, StressTest, rising, spiral_blocks, stress_test
from simkit.study.robustness.spiral import critical_hiring_lag

ENGLISH_WORDS = re.compile(
    r"\b(the|and|of|with|deals?|open|days|won|per|share|cases?|today|faster|replications?|load|hours)\b", re.I
)
GERMAN_WORDS = re.compile(
    r"\b(und|der|die|das|nicht|Chancen|Tage|Jahr|je|Anteil|heute|schneller|Simulationsläufe|Stunden)\b", re.I
)
CELLS = pd.DataFrame(
    [
        (0.9, 60.0, 0.95, 0.0, False),
        (0.9, 139.0, 0.9, 0.0, False),
        (1.0, 60.0, 0.9, 0.0, False),
        (1.0, 139.0, 0.4, 1.0, True),
        (1.25, 60.0, 0.55, 0.75, True),
        (1.25, 139.0, 0.3, 1.0, True),
    ],
    columns=["load", "fill_days", "capacity_share", "runaway_share", "runs_away"],
)


def english_builder() -> ChapterBuilder:
    return ChapterBuilder(chapter="small_models", style=ENGLISH)


def report_of(demo, language: str) -> ReportContext:
    return ReportContext(
        analysis=ClientAnalysis(client=demo, settings=RunSettings()), style=style_of(demo.config, language)
    )


def test_of(demo, language: str, cells: pd.DataFrame = CELLS, *, customers_react: bool = False) -> StressTest:
    return StressTest(
        design=load_design("baseline"),
        parameters=load_defaults(),
        posts=24,
        today=0.89,
        cells=cells,
        lags=critical_hiring_lag(cells),
        years=5.0,
        replications=2,
        customers_react=customers_react,
    )


test_of.__test__ = False


def all_blocks(demo, language: str) -> list:
    report = report_of(demo, language)
    small = [*congestion_blocks(report), *case_blocks(report), *faster_blocks(report), *parameters_blocks(report)]
    tests = [test_of(demo, language, customers_react=reacting) for reacting in (False, True)]
    return [*small, *(block for one in tests for block in spiral_blocks(report, one))]


@pytest.mark.parametrize(("language", "foreign"), [("de", ENGLISH_WORDS), ("en", GERMAN_WORDS)])
def test_charts_and_their_words_are_in_one_language(demo, language, foreign):
    for block in all_blocks(demo, language):
        labels = re.findall(r"<text[^>]*>([^<]*)</text>", str(block.content.get("svg", "")))
        said = [block.title, block.unit, block.source, block.note, *labels]
        assert not [text for text in said if foreign.search(text)]
        assert not [text for text in said if "nan" in text or "{" in text or "inf" in text.split()]


def test_every_chart_has_a_message_a_unit_a_source_and_a_description(demo):
    figures = [block for block in all_blocks(demo, "de") if block.kind == "figure"]
    assert len(figures) == 7
    assert len({block.name for block in figures}) == 7
    for block in figures:
        assert all((block.title, block.unit, block.source, block.note, block.content["alt"]))
        assert (Chart.model_validate(block.content["chart"]).kind == "picture") == (block.name in PICTURES)
        assert len(block.content["short_title"]) <= 90 and "…" not in block.content["short_title"]


def test_nothing_is_cut_off_at_the_edge_of_a_chart(demo):
    curve = pd.DataFrame({"open_deals": range(31), "wins_per_year": [8.0] * 31, "cycle_days": [1000.0] * 31})
    for style in (GERMAN, ENGLISH):
        figures = (
            draw.congestion_curve(style, curve, 12),
            draw.rule_outcomes(style, rule_frame(style)),
            draw.spiral_table(style, CELLS, critical_hiring_lag(CELLS), 0.6),
            draw.spiral_table(style, CELLS.head(1), critical_hiring_lag(CELLS.head(1)), 0.6),
        )
        for figure in map(drawn, figures):
            figure.canvas.draw()
            box, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
            assert box.x0 >= -0.02 and box.y0 >= -0.02 and box.x1 <= width + 0.02 and box.y1 <= height + 0.02


def rule_frame(style: Style) -> pd.DataFrame:
    labels = [style.translate(Text(de="Heute", en="Today")), style.translate(Text(de="Obergrenze", en="Limit"))]
    return pd.DataFrame(
        {
            "label": labels,
            "wins_per_year": [0.0, 8.05],
            "open_deals": [float("inf"), 12.0],
            "cycle_days": [float("inf"), 98.4],
        }
    )


def test_the_best_limit_is_marked_with_wins_and_cycle_time():
    curve = pd.DataFrame({"open_deals": [0, 1, 2], "wins_per_year": [0, 5.25, 3], "cycle_days": [60, 98, 300.0]})
    assert {"5,2", "98", "beste Obergrenze: 1"} <= words(draw.congestion_curve(GERMAN, curve, 1))
    assert "beste Obergrenze" not in " ".join(words(draw.congestion_curve(GERMAN, curve, None)))


def test_a_list_that_grows_for_ever_says_so_instead_of_a_number():
    shown = words(draw.rule_outcomes(ENGLISH, rule_frame(ENGLISH)), ENGLISH)
    assert "the list grows for ever" in shown
    assert "8.1 won, 12 open, 98 days" in shown or "8.0 won, 12 open, 98 days" in shown


def test_the_map_shows_the_values_set_and_needs_no_border():
    grid = pd.DataFrame(
        [(share, hours, 1.0) for share in (0.0, 0.5) for hours in (0.0, 10.0)],
        columns=["variant_share", "exception_h", "saved_h"],
    )
    nothing = pd.DataFrame(columns=["variant_share", "exception_h"], dtype=float)
    assert "30\u00a0%, 6 h" in words(draw.case_or_process(GERMAN, grid, nothing, (0.3, 6.0)))


def test_the_bars_of_speeding_up_reach_the_natural_limit():
    frame = pd.DataFrame({"rounds": [0, 1.5], "value": [1.0, 1.06], "still_possible": [0.09, 0.03]})
    picture = draw.speeding_up(ENGLISH, frame, 1.3, 1.5)
    tops = [patch.get_y() + patch.get_height() for patch in picture.figure.axes[0].patches]
    assert tops[1::2] == pytest.approx([0.09, 0.09])
    assert {"natural limit: 1.30 times the speed, +9.0%", "1.5", "+6.0%"} <= words(picture)


def test_faster_and_better_stand_in_their_cells():
    cells = pd.DataFrame(
        {
            "efficiency": [False, False, True, True],
            "effectiveness": [False, True, False, True],
            "value": [1, 0.98, 1.05, 1.1],
        }
    )
    effects = pd.DataFrame({"label": ["a", "b"], "value": [0.06, -0.01], "low": [0.0, -0.1], "high": [0.2, 0.1]})
    figure = draw.faster_or_better(ENGLISH, cells, effects).figure
    placed = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert placed == {"today": (0, 0), "\u22122.0%": (1, 0), "+5.0%": (0, 1), "+10.0%": (1, 1)}


def test_cells_that_run_away_are_framed_and_the_critical_time_stands_beside_each_load():
    picture = draw.spiral_table(ENGLISH, CELLS, critical_hiring_lag(CELLS), 0.6)
    framed = [patch for patch in picture.figure.axes[0].patches if patch.get_facecolor()[3] == 0]
    assert len(framed) == int(CELLS["runs_away"].sum())
    assert {"139 days\nor longer", "60 days", "under 60 days", "runs away in 75%"} <= words(picture)


def test_capacity_changes_its_colour_at_the_limit():
    cells = CELLS.assign(capacity_share=[0.6, 0.599] * 3)
    figure = draw.spiral_table(ENGLISH, cells, critical_hiring_lag(CELLS), 0.6).figure
    colours = [mpl.colors.to_hex(patch.get_facecolor()) for patch in figure.axes[0].patches if patch.get_facecolor()[3]]
    assert set(colours[::2]) == {tint(ENGLISH.palette.primary, 0.85)}
    assert not set(colours[::2]) & set(colours[1::2])


def test_the_message_of_the_congestion_is_that_of_the_curve():
    pipeline, rule = SellerPipeline.of(load_defaults()), rules_to_compare(load_defaults())["today"]
    assert congestion_message(english_builder(), pipeline, rule).startswith(
        "With 12 open deals a seller wins most, 8.1 per year"
    )
    free = replace(pipeline, switching_h=0.0, clog_logit=0.0)
    assert "nothing clogs" in congestion_message(english_builder(), free, rule)


def rules_said(offered: float) -> str:
    parameter_set = load_defaults()
    pipeline = replace(SellerPipeline.of(parameter_set), offered_per_year=offered)
    frame = outcomes(pipeline, rules_to_compare(parameter_set))
    return rules_message(english_builder(), frame.assign(label=frame["rule"]))


def test_the_message_of_the_rules_names_the_best_one_and_what_becomes_of_today():
    assert rules_said(50.0).startswith("Taking everything on, the list grows for ever; 'gate' wins most")
    assert re.search(r"'clean_up' wins most: 8\.2 deals per year against 8\.1 today", rules_said(31.0))
    assert rules_said(5.0).startswith("With the deals offered today no rule wins more")


def test_the_message_of_case_or_process_follows_the_cheaper_way():
    work = WorkType.of(load_defaults())
    assert "case handling costs 0.56 h per case less" in case_message(english_builder(), work)
    assert "the border is at 20%" in case_message(english_builder(), work)
    assert "standard process costs" in case_message(english_builder(), replace(work, variant_share=0.1))
    always = replace(work, standard_factor=1.1)
    assert "no other share changes that" in case_message(english_builder(), always)


def test_assumptions_are_named_as_such_until_somebody_sets_them():
    path, parameter_set = "small.clog.switching_h", load_defaults()
    assert origins(english_builder(), parameter_set, [path]).startswith("Assumptions: switching cost")
    by_hand = parameter_set.patch({path: 8.0}, Provenance(kind="option", source="client.yaml"))
    assert origins(english_builder(), by_hand, [path]).startswith("Set by hand: switching cost")
    assert origins(english_builder(), parameter_set, ["small.clog.win_share"]).endswith("[V].")


def test_the_message_of_the_spiral_names_the_first_load_that_empties_the_house(demo):
    figure = spiral_blocks(report_of(demo, "en"), test_of(demo, "en"))[1]
    assert figure.title == "From 100% load on the organisation empties when a post stays open for 139 days or longer"
    calm = CELLS.assign(runs_away=False)
    figure = spiral_blocks(report_of(demo, "en"), test_of(demo, "en", calm))[1]
    assert figure.title == "Nothing runs away: in the worst case (125% load, 139 days) 30% of capacity is left"


def test_the_stress_test_names_its_assumptions(demo):
    figure = spiral_blocks(report_of(demo, "de"), test_of(demo, "de"))[1]
    assert "Annahmen:" in figure.source
    assert "Veröffentlicht:" in figure.source
    assert set(PARAMETERS) <= set(load_defaults())


def test_without_orders_and_staff_the_reason_stands_instead(demo):
    report = report_of(demo, "en")
    poor = replace(
        report,
        analysis=replace(
            report.analysis, client=replace(demo, tables={"time_estimates": demo.table("time_estimates")})
        ),
    )
    lacking = stress_test(poor.analysis, loads=[1], fill_days=[60])
    assert isinstance(lacking, Missing)
    (block,) = spiral_blocks(poor, lacking)
    assert block.kind == "left_out"
    assert "assumptions alone" in block.content["reason"]


def test_numbers_are_listed_rising_and_once():
    assert rising("loads", [1.1, 0.9, 1.1]) == (0.9, 1.1)


@pytest.mark.parametrize(
    "values", [[], ["a", "b"], "1;2", [0, 1], [-1], [float("nan")], [float("inf")], [1, float("nan")]]
)
def test_a_list_of_something_else_is_an_error(values):
    with pytest.raises(UsageError, match="numbers above 0"):
        rising("loads", values)
