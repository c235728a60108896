"""Figures: pure functions of a frame, the same bytes every time, numbers in the reader's language."""

import matplotlib as mpl
import pandas as pd
import pytest
from drawn_charts import drawn, words

from simkit.foundation.formats import Formats
from simkit.report.chapters.organisation import figures as figures_study
from simkit.report.chapters.organisation.figures_flow import one_picture
from simkit.report.chapters.time import figures as figures_time
from simkit.report.chapters.value import figures as figures_value
from simkit.report.document.style import Palette, Style, readable_on, render, tint

GERMAN, ENGLISH = Style(formats=Formats(language="de")), Style(formats=Formats(language="en"))
ACTIVITIES = pd.DataFrame(
    {
        "label": ["Verkaufen", "Abstimmung"],
        "group": ["customer", "internal"],
        "group_label": ["Kundenzeit", "Intern"],
        "share": [0.125, 0.5],
        "low": [0.1, 0.4],
        "high": [0.15, 0.6],
    }
)
STEPS = pd.DataFrame(
    {
        "label": ["Rangregel", "Teams", "Summe"],
        "difference": [3e5, -1e5, 2e5],
        "low": [1e5, -2e5, 0.0],
        "high": [5e5, 0.0, 4e5],
    }
)


def test_a_german_chart_has_decimal_commas():
    assert "12,5\u00a0%" in words(figures_time.hours_by_activity(GERMAN, ACTIVITIES))
    assert "12.5%" in words(figures_time.hours_by_activity(ENGLISH, ACTIVITIES), ENGLISH)


def test_a_chart_is_the_same_every_time():
    first, second = (render(drawn(figures_time.hours_by_activity(GERMAN, ACTIVITIES))) for _ in range(2))
    assert first == second


def test_drawing_leaves_no_trace_in_the_settings():
    before = dict(mpl.rcParams)
    frame = pd.DataFrame({"label": ["A"], "value_share": [0.6], "hours_share": [0.3]})
    render(drawn(figures_value.effort_against_value(GERMAN, frame)))
    assert dict(mpl.rcParams) == before


def test_the_text_of_an_svg_stays_text():
    assert "Verkaufen" in render(drawn(figures_time.hours_by_activity(GERMAN, ACTIVITIES)))["svg"]


def test_the_steps_of_a_waterfall_add_up_to_the_total():
    figure = drawn(figures_study.steps(GERMAN, STEPS, "Mio. €"))
    bars = [patch for patch in figure.axes[0].patches if patch.get_width()]
    ends = [bar.get_x() + bar.get_width() for bar in bars]
    assert ends[-2] == pytest.approx(ends[-1])
    assert bars[-1].get_x() == pytest.approx(0)


def test_the_one_picture_stacks_both_columns():
    bands = pd.DataFrame(
        {"band": ["customer", "idle"], "label": ["Kundenzeit", "Leerlauf"], "before": [1.0, 9.0], "after": [4.0, 6.0]}
    )
    undone = pd.DataFrame({"label": ["Verspätete Aufträge"], "before": [40.0], "after": [20.0]})
    ticks = pd.DataFrame({"label": ["+40 %"], "value": [5e5]})
    shown = words(one_picture(GERMAN, bands, undone, STEPS, ticks))
    assert {"heute\n10,0 VZÄ", "danach\n10,0 VZÄ", "40 → 20", "+40 %"} <= shown


def test_a_heading_without_published_case_is_drawn_too():
    bands = pd.DataFrame({"band": ["customer"], "label": ["Kundenzeit"], "before": [1.0], "after": [4.0]})
    nothing = pd.DataFrame(columns=["label", "before", "after"])
    one_picture(ENGLISH, bands, nothing, STEPS, pd.DataFrame(columns=["label", "value"]))


def test_uncertain_differences_are_pale():
    frame = pd.DataFrame(
        {
            "scenario_label": ["heute"] * 2,
            "label": ["a", "b"],
            "difference": [1e6, 1e6],
            "low": [5e5, -5e5],
            "high": [2e6, 2e6],
        }
    )
    figure = drawn(figures_study.differences(GERMAN, frame))
    colours = [line.get_color() for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert colours == [GERMAN.palette.primary, tint(GERMAN.palette.primary, 0.5)]


def test_colours_are_checked():
    with pytest.raises(ValueError, match="written #rrggbb"):
        Palette(primary="red")


def test_ink_can_be_read_on_its_ground():
    assert readable_on("#12395b") == "#ffffff"
    assert readable_on("#e3e6ea") != "#ffffff"
