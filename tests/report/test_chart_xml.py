"""Parts of charts that python-pptx cannot make: in the order of the schema, or PowerPoint repairs the file."""

from __future__ import annotations

from typing import Any

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from simkit.report.outputs.deck.native.chart_xml import (
    PointLabel,
    add_error_bars,
    hide_in_legend,
    make_logarithmic,
    marks_over_columns,
    place_inner_plot,
    set_month_steps,
    skip_labels,
    write_labels,
)

ERROR_BARS = ["errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr"]
LABEL = ["idx", "delete", "layout", "tx", "numFmt", "spPr", "txPr", "dLblPos", "showLegendKey", "showVal", "showCatName",
         "showSerName", "showPercent", "showBubbleSize", "separator"]  # fmt: skip
BAR_SERIES = [
    "idx",
    "order",
    "tx",
    "spPr",
    "invertIfNegative",
    "pictureOptions",
    "dPt",
    "dLbls",
    "trendline",
    "errBars",
    "cat",
    "val",
]
LINE_SERIES = ["idx", "order", "tx", "spPr", "marker", "dPt", "dLbls", "trendline", "errBars", "cat", "val", "smooth"]
LINE_CHART = [
    "grouping",
    "varyColors",
    "ser",
    "dLbls",
    "dropLines",
    "hiLowLines",
    "upDownBars",
    "marker",
    "smooth",
    "axId",
]
SCALING = ["logBase", "orientation", "max", "min"]
CATEGORY_AXIS = ["axId", "scaling", "delete", "axPos", "majorGridlines", "minorGridlines", "title", "numFmt", "majorTickMark",
                 "minorTickMark", "tickLblPos", "spPr", "txPr", "crossAx", "crosses", "crossesAt", "auto", "lblAlgn", "lblOffset",
                 "tickLblSkip", "tickMarkSkip", "noMultiLvlLbl"]  # fmt: skip
DATE_AXIS = [
    *CATEGORY_AXIS[:17],
    "lblOffset",
    "baseTimeUnit",
    "majorUnit",
    "majorTimeUnit",
    "minorUnit",
    "minorTimeUnit",
]
LEGEND = ["legendPos", "legendEntry", "layout", "overlay", "spPr", "txPr"]


def names(element: Any) -> list[str]:
    return [child.tag.rsplit("}", 1)[-1] for child in element]


def in_order(element: Any, wanted: list[str]) -> bool:
    places = [wanted.index(name) for name in names(element)]
    return places == sorted(places)


@pytest.fixture
def chart():
    """Columns with two series."""
    return made(XL_CHART_TYPE.COLUMN_CLUSTERED, ["a", "b"])


def made(kind, categories):
    data = CategoryChartData()
    data.categories = categories
    data.add_series("eins", [1.0, 2.0])
    data.add_series("zwei", [2.0, 3.0])
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    return slide.shapes.add_chart(kind, 0, 0, Inches(5), Inches(3), data).chart


def test_error_bars_keep_the_order_of_the_schema(chart) -> None:
    series = chart.plots[0].series[0]
    series.format.fill.solid()
    add_error_bars(series._element, [0.1, 0.2], [0.3, 0.0])
    bars = series._element.find("{*}errBars")

    assert in_order(series._element, BAR_SERIES)
    assert in_order(bars, ERROR_BARS)
    assert [value.text for value in bars.findall("{*}plus//{*}v")] == ["0.3", "0.0"]
    assert [value.text for value in bars.findall("{*}minus//{*}v")] == ["0.1", "0.2"]


def test_error_bars_of_points_say_along_which_axis(chart) -> None:
    series = chart.plots[0].series[0]._element
    add_error_bars(series, [0.1, 0.2], [0.3, 0.0], direction="y")

    assert names(series.find("{*}errBars"))[0] == "errDir"
    assert in_order(series.find("{*}errBars"), ERROR_BARS)


@pytest.mark.parametrize("label", [PointLabel(text="27 & mehr\nin zwei Zeilen"), PointLabel(code='0.0"\u00a0"%')])
def test_labels_keep_the_order_of_the_schema_whatever_was_there_before(chart, label) -> None:
    series = chart.plots[0].series[1]
    add_error_bars(series._element, [0.1, 0.2], [0.3, 0.0])
    for _ in range(2):
        write_labels(series._element, {1: label})

    assert in_order(series._element, BAR_SERIES)
    assert len(series._element.findall("{*}dLbls")) == 1
    assert in_order(series._element.find("{*}dLbls/{*}dLbl"), LABEL)


def test_marks_over_columns_share_the_axes_of_the_columns(chart) -> None:
    add_error_bars(chart.plots[0].series[1]._element, [0.1, 0.2], [0.3, 0.0])
    marks_over_columns(chart, [1])
    lines = chart._chartSpace.find(".//{*}lineChart")
    columns = chart._chartSpace.find(".//{*}barChart")

    assert in_order(lines, LINE_CHART)
    assert in_order(lines.find("{*}ser"), LINE_SERIES)
    assert [axis.get("val") for axis in lines.findall("{*}axId")] == [
        axis.get("val") for axis in columns.findall("{*}axId")
    ]
    assert [series.name for plot in chart.plots for series in plot.series] == ["eins", "zwei"]
    assert names(chart._chartSpace.find(".//{*}plotArea"))[:2] == ["barChart", "lineChart"]


def test_axes_and_legend_keep_the_order_of_the_schema(chart) -> None:
    chart.has_legend = True
    hide_in_legend(chart, [0, 1])
    make_logarithmic(chart.value_axis, 10.0, 1000.0)
    for every in (2, 3):
        skip_labels(chart.category_axis, every)
    place_inner_plot(chart, 0.1, 0.1, 0.8, 0.7)

    assert in_order(chart.legend._element, LEGEND)
    assert [entry.find("{*}idx").get("val") for entry in chart.legend._element.findall("{*}legendEntry")] == ["0", "1"]
    assert in_order(chart.value_axis._element.find("{*}scaling"), SCALING)
    assert in_order(chart.category_axis._element, CATEGORY_AXIS)
    assert chart.category_axis._element.find("{*}tickLblSkip").get("val") == "3"
    assert names(chart._chartSpace.find(".//{*}plotArea"))[0] == "layout"


def test_an_axis_of_days_keeps_the_order_of_the_schema() -> None:
    import datetime as dt

    chart = made(XL_CHART_TYPE.LINE, [dt.date(2026, 1, 1), dt.date(2026, 2, 1)])
    set_month_steps(chart.category_axis, 3, days=False)

    assert in_order(chart.category_axis._element, [*DATE_AXIS, "noMultiLvlLbl"])
    assert chart.category_axis._element.find("{*}majorUnit").get("val") == "3"
