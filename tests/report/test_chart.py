"""The chart: it holds what it names and nothing else, reads back as it was, and is drawn from its data alone."""

import json
import re
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from drawn_charts import ENGLISH, GERMAN, PICTURES, drawn, words
from matplotlib.text import Text as Text_
from pydantic import ValidationError

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.text import Text
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import CHAPTERS, write_chapter
from simkit.report.charts.drawers import DRAWERS
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.report.document.chart import CHART_KINDS, Chart, Panel, Reference, from_zero, side_by_side

FRAME = pd.DataFrame(
    {
        "label": ["Verkauf", "Verkauf", "Technik"],
        "group": ["heute", "morgen", "heute"],
        "amount": [2e6, 3e6, float("nan")],
        "least": [1e6, float("nan"), float("nan")],
        "most": [3e6, float("nan"), float("nan")],
        "secret": ["P01", "P02", "P03"],
    }
)


def chart(**fields: object) -> Chart:
    roles = {"category": "label", "series": "group", "value": "amount", "low": "least", "high": "most"}
    return Chart.of(GERMAN, "interval", FRAME, **{**roles, "scale": 1e6, "unit": Text(de="Mio. €", en="€m"), **fields})


def test_a_chart_holds_the_named_columns_only_and_in_its_unit():
    made = chart()
    assert set(made.columns) == {"label", "group", "amount", "least", "most"}
    assert made.columns["amount"] == (2.0, 3.0, None)
    assert (made.unit, made.order, list(made.marks)) == ("Mio. €", ("Verkauf", "Technik"), ["heute", "morgen"])


@pytest.mark.parametrize("word", [r"Preis < 5 k$ \frac oder > 9 k$", "Außen US$5k-US$9k", "k$ \\frac x$"])
def test_dollar_signs_in_a_clients_words_are_drawn_as_they_are(word):
    frame = FRAME.assign(label=[word, word, "Technik"], group=["heute", word, "heute"])
    roles = {"category": "label", "series": "group", "value": "amount", "low": "least", "high": "most"}
    picture = drawn(Chart.of(GERMAN, "interval", frame, **roles))
    with_dollars = [text for text in picture.findobj(Text_) if "$" in text.get_text()]
    assert with_dollars and not [text for text in with_dollars if text.get_parse_math()]


def test_a_chart_reads_back_as_it_was():
    made = chart(reference=(Reference(value=1.0, words="Ziel"),), span=(None, 4.0))
    assert Chart.model_validate(json.loads(json.dumps(made.model_dump(mode="json")))) == made
    panels = chart(panel="group", series="", panels=(Panel(name="heute", unit="h"), Panel(name="morgen")))
    assert Chart.model_validate_json(panels.model_dump_json()) == panels


def test_a_chart_cannot_be_changed_and_names_its_columns():
    with pytest.raises(ValidationError):
        chart().unit = "€"
    with pytest.raises(ValidationError, match="named are"):
        Chart(kind="bar", columns={"a": (1,), "b": (2,)}, category="a")
    with pytest.raises(ValidationError, match="differ in length"):
        Chart(kind="bar", columns={"a": ("x", "y"), "b": (2,)}, category="a", value="b")


def test_rows_are_called_by_their_role_and_numbers_are_numbers():
    rows = chart().rows
    assert rows["value"].tolist()[:2] == [2.0, 3.0] and pd.isna(rows["value"].iloc[2])
    assert rows["series"].tolist() == ["heute", "morgen", "heute"]


def test_columns_beside_each_other_become_rows_in_the_order_of_the_frame():
    frame = pd.DataFrame({"label": ["b", "a"], "x": [1.0, 2.0], "y": [3.0, 4.0]}, index=[7, 3])
    rows = side_by_side(frame, {"X": ["x"], "Y": ["y"]})
    assert rows[["label", "series", "value"]].values.tolist() == [
        ["b", "X", 1.0], ["b", "Y", 3.0], ["a", "X", 2.0], ["a", "Y", 4.0],
    ]  # fmt: skip


def test_cumulated_sums_start_at_nothing_for_each_label():
    sums = {name: [1.0, 2.0] for name in ("cumulated", "cumulated_low", "cumulated_high")}
    rows = from_zero(pd.DataFrame({"label": ["b", "a"], "month": [1, 1], **sums}))
    assert rows[["label", "month", "cumulated"]].values.tolist() == [
        ["b", 0, 0.0],
        ["b", 1, 1.0],
        ["a", 0, 0.0],
        ["a", 1, 2.0],
    ]


def test_every_kind_but_pictures_has_a_drawer():
    assert set(DRAWERS) | {"picture"} == set(CHART_KINDS)


def test_a_value_beyond_the_axis_is_drawn_at_its_edge():
    figure = drawn(chart(span=(0.0, 2.5)))
    places = [
        line.get_xdata()[0] for line in figure.axes[0].lines if line.get_marker() == "o" and len(line.get_xdata()) == 1
    ]
    assert places == [2.0, 2.5]


def test_panels_with_categories_of_their_own_have_axes_of_their_own():
    frame = pd.DataFrame({"x": [0.0, 1.0, 0.0, 1000.0], "y": [0.0, 1.0, 0.0, 1.0], "part": ["a", "a", "b", "b"]})
    figure = drawn(Chart.of(GERMAN, "line", frame, category="x", value="y", panel="part"))
    assert [axes.get_xlim() for axes in figure.axes] == [(0.0, 1.0), (0.0, 1000.0)]


def test_a_long_axis_of_whole_numbers_has_few_of_them():
    frame = pd.DataFrame({"x": [0, 1_200_000], "y": [0.0, 1.0]})
    (axes,) = drawn(Chart.of(GERMAN, "line", frame, category="x", value="y")).axes
    assert len(axes.get_xticks()) < 20


def test_what_replaces_a_number_is_written_in_its_row():
    frame = pd.DataFrame({"label": ["a", "b"], "x": [1.0, float("nan")], "said": ["", "unknown"]})
    shown = Chart.of(ENGLISH, "interval", frame, category="label", value="x", words="said", labelled=True)
    assert {"1", "unknown"} <= words(shown, ENGLISH)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", [chapter.name for chapter in CHAPTERS])
def test_every_figure_of_the_report_holds_its_data(chapter_in, name, language):
    for block in chapter_in(name, language):
        if block.kind == "figure":
            made = Chart.model_validate(block.content["chart"])
            assert Block.from_json(json.loads(json.dumps(block.to_json()))) == block
            assert (made.kind == "picture") == (block.name in PICTURES), block.name
            assert made.rows["value"].notna().any() or made.rows["low"].notna().any()
            assert made.unit or made.panels or made.kind in {"picture", "heat"}, block.name
            assert 0 < len(block.content["short_title"]) <= 90 and "…" not in block.content["short_title"]


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("tables", [("orders",), ("opportunities",), ("activities", "employees")])
def test_figures_of_a_firm_with_few_data_are_whole_too(demo, language, tables):
    few = {name: demo.table(name).head(400) for name in tables}
    analysis = ClientAnalysis(client=replace(demo, tables=few, workshop=None), settings=RunSettings())
    report = ReportContext(analysis=analysis, style=style_of(demo.config, language))
    names = ("time", "pipeline", "value", "classes", "service", "controlling", "lifetime")
    found = [block for name in names for block in write_chapter(name, report) if block.kind == "figure"]
    assert found
    for block in found:
        assert Chart.model_validate(block.content["chart"]).kind != "picture"
        assert 0 < len(block.content["short_title"]) <= 90 and "…" not in block.content["short_title"]


def test_only_what_is_drawn_of_customers_is_handed_over(chapter_in):
    figures = {block.name: block.content["chart"] for block in chapter_in("value", "de") if block.kind == "figure"}
    assert set(figures["value_map"]["columns"]) == {"hours_h", "points", "series", "shade"}


def test_at_most_eight_figures_have_a_form_of_their_own(project):
    sources = [file.read_text("utf-8") for file in (project / "simkit" / "report").rglob("*.py")]
    assert sum(len(re.findall(r'style,\s*"picture"', source)) for source in sources) == 8


def test_short_titles_are_short_in_both_languages(project):
    found = []
    for file in (project / "simkit" / "report").rglob("texts.yaml"):
        catalogue = yaml.safe_load(file.read_text("utf-8"))
        for name in ("short", "short_titles"):
            group = catalogue.get(name, {})
            found += [words for words in group.values() if isinstance(words, dict)]
    assert len(found) > 50
    assert not [text for words in found for text in words.values() if len(text) > 90 or "{" in text]


def test_series_keep_their_order_where_a_notebook_sorts_its_keys() -> None:
    columns = {"label": ("A", "A"), "group": ("Zuerst", "Danach"), "share": (0.2, 0.3)}
    chart = Chart(
        kind="bar", columns=columns, category="label", series="group", value="share", order=("A",),
        marks={"Zuerst": "bar", "Danach": "bar"},
    )  # fmt: skip
    read = Chart.model_validate(json.loads(json.dumps(chart.model_dump(mode="json"), sort_keys=True)))

    assert list(read.marks) == ["Zuerst", "Danach"]
