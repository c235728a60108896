"""What a chapter may show in a figure, and what stands with it."""

import pandas as pd
import pytest
from drawn_charts import ENGLISH, GERMAN

from simkit.foundation.errors import PrivacyError
from simkit.foundation.text import Text
from simkit.report.document.chapter_builder import SHORT, Caption, ChapterBuilder, KeyFigure
from simkit.report.document.chart import Chart

BUILDER = ChapterBuilder(chapter="time", style=GERMAN)
FRAME = pd.DataFrame(
    {
        "label": ["Vertrieb", "Technik"], "share": [0.2, 0.3], "people": [7, 5], "employee_id": ["P01", "P02"],
        "customer_id": ["K1", "K2"], "who": ["Vertrieb", "P07"],
    }
)  # fmt: skip


def shown(title: str = "Botschaft", *, builder: ChapterBuilder = BUILDER, short: str = "", **roles: str):
    chart = Chart.of(GERMAN, "bar", FRAME, **{"category": "label", "value": "share", **roles})
    return builder.figure("f", title, chart, title, Caption(short=short))


@pytest.mark.parametrize("column", ["employee_id", "customer_id", "who"])
def test_a_figure_that_would_show_persons_or_name_customers_is_refused(column):
    with pytest.raises(PrivacyError) as error:
        shown(category=column)
    assert error.value.where == "time_f"


def test_a_figure_of_too_few_people_is_refused():
    assert shown(people="people").content["chart"]["people"] == "people"
    with pytest.raises(PrivacyError):
        shown(people="people", builder=ChapterBuilder(chapter="time", style=GERMAN, minimum=6))


def test_the_smallest_group_is_the_clients(report_in):
    report = report_in("de")
    assert report.builder("time").minimum == report.analysis.client.config.privacy.minimum_group


def test_a_long_title_has_a_short_one_beside_it():
    long = "Wort " * 30
    assert shown("Kurz").content["short_title"] == "Kurz"
    assert shown(long, short="Kurz gesagt").content["short_title"] == "Kurz gesagt"
    cut = shown(long).content["short_title"]
    assert len(cut) <= SHORT and cut.endswith(" …")


def test_a_key_figure_carries_its_number_and_interval():
    figure = KeyFigure(label=Text(de="Anteil", en="Share"), value="12 %", number=0.12, low=0.1, high=0.14, unit="share")
    (item,) = ChapterBuilder(chapter="time", style=ENGLISH).key_figures("k", [figure]).content["items"]
    assert item == {
        "label": "Share", "value": "12 %", "detail": "", "number": 0.12, "low": 0.1, "high": 0.14, "unit": "share",
    }  # fmt: skip


def test_every_key_figure_of_the_report_is_a_number_too(chapter_in):
    for name in ("time", "pipeline", "workshop", "value", "controlling", "lifetime", "calibration", "decision"):
        for block in chapter_in(name, "en"):
            items = block.content["items"] if block.kind == "key_figures" else block.content.get("figures", [])
            for item in items:
                assert isinstance(item["number"], int | float), item["label"]
                low, high = (item["number"] if item[end] is None else item[end] for end in ("low", "high"))
                assert low <= item["number"] <= high, item["label"]
