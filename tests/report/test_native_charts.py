"""Charts that PowerPoint draws: the numbers in them are those of the report, in the colours of their roles."""

from __future__ import annotations

import io
from collections import defaultdict

import openpyxl
import pytest
from made_deck import BAR, STEPS, made_chart, made_style
from pptx import Presentation

from simkit.report.document.chart import Chart, Panel, Reference
from simkit.report.outputs.deck.deck_theme import DeckLook
from simkit.report.outputs.deck.native.native_bars import step_parts
from simkit.report.outputs.deck.native.native_chart import ChartRoom, nice_axis
from simkit.report.outputs.deck.native.native_charts import add_native, native_chart, panel_charts

LOOK = DeckLook(style=made_style())
ROOM = ChartRoom(width=880, height=315)
COURSE = {
    "category": ["2026-01-05", "2026-01-12", "2026-01-05", "2026-01-12"],
    "series": ["Intern", "Intern", "Kunde", "Kunde"],
    "value": [0.7, 0.8, 0.3, 0.2],
}
MARKS = {"category": ["A", "A", "B", "B"], "series": ["Spanne", "Punkt", "Spanne", "Punkt"], "value": [None, 1.1, None, 0.9],
         "low": [0.8, None, 0.7, None], "high": [1.2, None, 1.3, None]}  # fmt: skip
KINDS = [
    BAR,
    made_chart("stacked", {"category": ["A", "A", "B"], "series": ["fest", "offen", "fest"], "value": [3.0, 1.0, 2.0]},
               marks={"fest": "bar", "offen": "hatched"}, unit="Kunden"),
    made_chart("column", {"category": ["0", "1", "0", "1"],
                          "series": ["vorher", "vorher", "war", "war"], "value": [1.0, 2.0, 1.5, 2.5],
                          "low": [None, None, 1.0, 2.0], "high": [None, None, 2.0, 3.0]}, marks={"vorher": "pale", "war": "dot"}),
    made_chart("interval", {"category": ["A", "B"], "value": [0.4, 0.6], "low": [0.3, 0.5], "high": [0.5, 0.7]}, write="share",
               labelled=True),
    made_chart("line", {"category": [1.0, 2.0, 3.0, 1.0, 2.0, 3.0], "series": ["a", "a", "a", "b", "b", "b"],
                        "value": [1.0, 2.0, 3.0, 2.0, 2.0, 2.0]}, marks={"a": "line", "b": "dashed"}),
    made_chart("line", {"category": [0.0, 0.1, 0.5], "value": [0.0, 0.4, 1.0]}, axis_write="share", write="share"),
    made_chart("area", COURSE, marks={"Intern": "bar", "Kunde": "bar"}, axis_write="month", write="share", order=()),
    made_chart("scatter", {"category": [10.0, 90.0, 400.0], "series": ["A", "A", "B"], "value": [5.0, 60.0, 20.0]},
               marks={"A": "dot", "B": "dot"}),
    made_chart("histogram", {"category": [0.0, 0.5, 0.0, 0.5], "series": ["A", "A", "B", "B"], "value": [2.0, 3.0, 4.0, 5.0]},
               marks={"A": "bar", "B": "bar"}, axis_write="share"),
]  # fmt: skip
"""One chart of each kind in which every series is a series of PowerPoint's."""


def drawn(chart: Chart, room: ChartRoom = ROOM):
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    frame = add_native(slide, (0, 0, 8_000_000, 4_000_000), native_chart(LOOK, chart, room), "Was es zeigt")
    return frame.chart


def series_of(chart) -> dict[str, list[float | None]]:
    return {series.name: list(series.values) for plot in chart.plots for series in plot.series}


@pytest.mark.parametrize("chart", KINDS, ids=lambda chart: chart.kind)
def test_the_numbers_in_the_file_are_those_of_the_chart(chart: Chart) -> None:
    wanted = defaultdict(list)
    for row in chart.rows.itertuples():
        wanted[row.series].append(row.value)
    found = series_of(drawn(chart))

    for name, values in wanted.items():
        held = found[name] if name else next(iter(found.values()))
        assert [value for value in held if value is not None] == values


@pytest.mark.parametrize("chart", KINDS, ids=lambda chart: chart.kind)
def test_the_workbook_holds_the_shown_numbers_and_nothing_else(chart: Chart) -> None:
    blob = drawn(chart).part.chart_workbook.xlsx_part.blob
    sheet = openpyxl.load_workbook(io.BytesIO(blob)).active
    held = [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, float | int)]
    shown = {value for name in ("value", "low", "high") for value in chart.rows[name]}
    numbers = {cell for cell in chart.columns["category"] if isinstance(cell, float)}

    assert {float(cell) for cell in held} <= {float(one) for one in shown | numbers if one == one}


def test_bars_have_the_colours_of_their_roles_through_the_theme_whatever_their_order() -> None:
    turned = Chart.model_validate(
        {**BAR.model_dump(), "marks": {}, "names": (), "series": "series"}
        | {"marks": dict(reversed(BAR.marks.items()))}
    )
    for chart in (BAR, turned):
        series = {one.name: one.format.fill.fore_color for one in drawn(chart).plots[0].series}
        assert series["Kunde"].theme_color.name == "ACCENT_1"
        assert series["Intern"].theme_color.name == "ACCENT_2"
        assert str(series["Aufbau"].rgb) == "5F8F5B"


def test_values_follow_the_data_beside_the_ends_of_their_intervals() -> None:
    label = drawn(BAR).plots[0].series[0]._element.find(".//{*}dLbl")

    assert label.find("{*}tx") is None
    assert label.find("{*}numFmt").get("formatCode").startswith('"\u00a0')
    assert label.find("{*}showVal").get("val") == "1"


@pytest.mark.parametrize(
    ("start", "end", "parts"),
    [
        (0, 5, (0, 5, 0)), (5, 8, (5, 3, 0)), (8, 6, (6, 2, 0)), (-89, 31, (0, 31, -89)), (31, -89, (0, 31, -89)),
        (0, -4, (0, 0, -4)), (-4, -9, (-4, 0, -5)), (-9, -4, (-4, 0, -5)), (3, 3, (3, 0, 0)),
    ],
)  # fmt: skip
def test_a_step_lies_on_the_right_side_of_zero_also_where_it_crosses_it(start, end, parts) -> None:
    assert step_parts(start, end) == parts


def test_the_parts_of_a_step_are_as_long_as_its_value() -> None:
    found = series_of(drawn(STEPS))
    above, below = found["über null"], found["unter null"]

    assert [up - down for up, down in zip(above, below, strict=True)] == [
        abs(value) for value in STEPS.columns["value"]
    ]
    assert found["Stand nach dem Schritt"] == [-89.0, 31.0, 21.0, 21.0]


def test_marks_and_ranges_lie_in_the_rows_of_their_labels() -> None:
    chart = made_chart(
        "interval",
        MARKS,
        marks={"Spanne": "range", "Punkt": "dot"},
        reference=(Reference(value=1.0),),
        span=(None, None),
    )
    plot = drawn(chart).plots[0]
    series = {one.name: one for one in plot.series}
    places = {name: [float(v.text) for v in one._element.findall(".//{*}xVal//{*}v")] for name, one in series.items()}

    assert places["Punkt"] == [1.1, 0.9]
    assert list(series["Punkt"].values) == [1.0, 0.0]
    assert places["Spanne"] == [0.8, 1.2, 0.7, 1.3]
    assert places["Vergleichswert"] == [1.0, 1.0]
    labels = ["".join(text.itertext()).strip() for text in series["Zeilen"]._element.findall(".//{*}dLbl//{*}t")]
    assert labels == ["A", "B"]


def test_panels_become_charts_of_their_own_with_their_units() -> None:
    columns = {"panel": ["Umsatz", "Umsatz", "Stellen"], "category": [1.0, 2.0, 1.0], "value": [3.0, 4.0, 12.0]}
    panels = (Panel(name="Umsatz", unit="Mio. €", digits=1), Panel(name="Stellen", unit="VZÄ"))
    found = panel_charts(made_chart("line", columns, panels=panels))

    assert [(name, chart.unit, chart.digits) for name, chart in found.items()] == [
        ("Umsatz", "Mio. €", 1),
        ("Stellen", "VZÄ", 0),
    ]
    assert found["Umsatz"].columns == {"category": (1.0, 2.0), "value": (3.0, 4.0)}
    assert series_of(drawn(found["Umsatz"])) == {"Mio. €": [3.0, 4.0]}


@pytest.mark.parametrize(
    ("reach", "ends"),
    [((0, 0.47), (0.0, 0.5)), ((0, 97), (0.0, 100.0)), ((-89, 31), (-100.0, 40.0)), ((0, 0), (0.0, 1.0))],
)
def test_an_axis_ends_at_round_numbers(reach, ends) -> None:
    low, high, step = nice_axis(*reach)

    assert (low, high) == pytest.approx(ends)
    assert (high - low) / step == pytest.approx(round((high - low) / step))
