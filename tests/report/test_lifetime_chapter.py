"""The chapter on lifetime value: every method with its test, bad data in words, nothing cut or in the other language."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from drawn_charts import drawn, words

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.estimates import Estimate
from simkit.foundation.formats import Formats
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.lifetime import figures as figures_lifetime
from simkit.report.chapters.lifetime.chapter import deviation
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.style import Style
from simkit.value.lifetime.holdout import ForecastFit

GERMAN = Style(formats=Formats(language="de"))


@pytest.fixture(scope="module")
def report(make_client) -> ReportContext:
    """A client of whom half are under contract and half order every two months or have stopped."""
    rows = []
    for number in range(80):
        until = "2025-12-31" if number % 4 else "2024-10-01"
        for place, day in enumerate(pd.date_range(f"2024-01-{1 + number % 20:02d}", until, freq="60D")):
            rows.append((f"K{number:02d}", day, 100.0 * (1 + number) * (1 + 0.2 * (place % 2)), 70.0 * (1 + number)))
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "value_amount", "cost_amount"])
    names = [f"K{number:02d}" for number in range(80)]
    start = pd.Series([pd.Timestamp("2023-05-01") if number >= 40 else pd.NaT for number in range(80)])
    end = pd.Series(
        [pd.Timestamp("2024-10-01") if number >= 40 and number % 4 == 0 else pd.NaT for number in range(80)]
    )
    customers = pd.DataFrame({"customer_id": names, "contract_start_on": start, "contract_end_on": end})
    client = make_client(orders=orders.assign(order_id=[f"O{n}" for n in range(len(orders))]), customers=customers)
    return ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, "en")
    )


def block(blocks, name):
    return next(one for one in blocks if one.name == name)


def test_contract_customers_stand_in_the_chapter_with_retention_and_test(report):
    blocks = write_chapter("lifetime", report)
    rows = block(blocks, "lifetime_methods").content["rows"]
    assert [row[0] for row in rows] == ["ordering customers", "contract customers"]
    assert "40 contracts, 10 ended in the period" in rows[1][1]
    assert all("error" in row[3] and "to" in row[3] for row in rows)
    kinds = block(blocks, "lifetime_kinds").content["rows"]
    assert {row[0]: row[2] for row in kinds} == {"contract customers": 40, "ordering customers": 40}


def test_identical_customers_who_buy_regularly_show_no_bias_and_no_postings(make_client):
    """Forty customers who all order every 60 days: the gap rule foretells the held-out time to the last order."""
    days = pd.date_range("2024-01-03", "2025-12-31", freq="60D")
    rows = [(f"K{number:02d}", day, 100.0) for number in range(40) for day in days]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "value_amount"])
    client = make_client(orders=orders.assign(order_id=[f"O{n}" for n in range(len(orders))]))
    made = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, "en")
    )
    text = json.dumps([one.to_json() for one in write_chapter("lifetime", made)], ensure_ascii=False)
    assert "In the test" in text
    assert "chance does not explain" not in text
    assert "monthly postings" not in text


def test_a_bias_whose_near_end_is_small_is_told_with_a_decimal(report):
    found = report.analysis.lifetime
    purchases = replace(found.repeat.holdout.purchases, ratio=Estimate(value=1.02, low=1.002, high=1.04))
    repeat = replace(found.repeat, holdout=replace(found.repeat.holdout, purchases=purchases))
    biased = replace(report, analysis=replace(report.analysis))
    biased.analysis.__dict__.update(value=report.analysis.value, lifetime=replace(found, repeat=repeat))
    text = json.dumps([one.to_json() for one in write_chapter("lifetime", biased)], ensure_ascii=False)
    assert "by 0.2% to 4.0% (95%), which chance does not explain" in text


@pytest.mark.parametrize(
    ("ratio", "actual", "sentence", "figure"),
    [
        (None, 0.0, "It predicted 45, and nothing came, which chance does not explain", "nothing came"),
        (Estimate(value=4.24, low=1.09, high=float("nan")), 10.6, "by at least 9% (95%), which chance", "+324%"),
    ],
)
def test_a_test_that_failed_is_told_in_words_and_as_a_key_figure(report, ratio, actual, sentence, figure):
    found = report.analysis.lifetime
    fit = ForecastFit(predicted=45.0, actual=actual, ratio=ratio, mean_absolute_error=1.0)
    failed = replace(found, repeat=replace(found.repeat, holdout=replace(found.repeat.holdout, purchases=fit)))
    biased = replace(report, analysis=replace(report.analysis))
    biased.analysis.__dict__.update(value=report.analysis.value, lifetime=failed)
    blocks = {block.name: block for block in write_chapter("lifetime", biased)}
    assert sentence in blocks["held_out"].note
    assert figure in [item["value"] for item in blocks["lifetime_key_figures"].content["items"]]
    builder = ChapterBuilder(chapter="lifetime", style=report.style)
    of_projects = deviation(builder, "project", fit)
    assert builder.style.translate(of_projects.label) == "Deviation in the test, project customers"
    assert builder.style.translate(of_projects.value) == figure
    assert "45 won predicted" in builder.style.translate(of_projects.detail)


@pytest.mark.parametrize(("language", "told"), [("en", "12 of the ordering customers"), ("de", "12 der Bestellkunden")])
def test_who_bought_once_is_no_repeat_buyer_and_is_counted(make_client, language, told):
    days = pd.date_range("2024-01-03", "2025-12-31", freq="60D")
    rows = [(f"K{number:02d}", day, 100.0) for number in range(40) for day in days[: None if number < 28 else 1]]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_on", "value_amount"])
    client = make_client(orders=orders.assign(order_id=[f"O{n}" for n in range(len(orders))]))
    made = ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )
    text = json.dumps([one.to_json() for one in write_chapter("lifetime", made)], ensure_ascii=False)
    assert told in text
    assert "repeat buyer" not in text.casefold() and "wiederkäuf" not in text.casefold()


def test_the_german_chapter_says_the_same(report):
    german = replace(report, style=style_of(report.analysis.client.config, "de"))
    german.analysis.__dict__.update(value=report.analysis.value, lifetime=report.analysis.lifetime)
    text = json.dumps([one.to_json() for one in write_chapter("lifetime", german)], ensure_ascii=False)
    assert "40 Verträge, 10 im Datenzeitraum beendet" in text
    assert "Welches Verfahren gilt und wie gut es traf" in text


def test_where_nothing_can_be_valued_the_chapter_is_left_out_with_the_reason(report):
    empty = replace(report, analysis=replace(report.analysis))
    customers = report.analysis.lifetime.customers.assign(lifetime_value_amount=np.nan)
    empty.analysis.__dict__.update(
        value=report.analysis.value, lifetime=replace(report.analysis.lifetime, customers=customers)
    )
    (left_out,) = write_chapter("lifetime", empty)
    assert left_out.kind == "left_out"
    assert "forecast for no customer" in left_out.content["reason"]


def test_a_group_at_a_loss_is_drawn_to_the_left_and_missing_intervals_are_no_harm():
    frame = pd.DataFrame(
        {
            "group": ["A", "C"],
            "label": ["A", "C"],
            "value_amount": [3e6, -1e6],
            "low": [np.nan] * 2,
            "high": [np.nan] * 2,
        }
    )
    chart = figures_lifetime.value_by_group(GERMAN, frame)
    assert drawn(chart).axes[0].get_xlim()[0] < -1
    assert {"3,00\u00a0Mio.\u00a0€", "−1,00\u00a0Mio.\u00a0€"} <= words(chart)
