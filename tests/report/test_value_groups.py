"""What the chapters on customers say where there is nothing to compare, and of large customers that are not A."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import LANGUAGES
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.classes.chapter import blocks as class_blocks
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder

MakeClient = Callable[..., ClientData]


def report_of(client: ClientData, language: str) -> ReportContext:
    return ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )


def orders_of(amounts: list[float], day: str = "2025-03-01") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [f"O{n}" for n in range(len(amounts))],
            "customer_id": [f"K{n:02d}" for n in range(len(amounts))],
            "ordered_on": pd.Timestamp(day),
            "value_amount": amounts,
        }
    )


def named(blocks: list[Block]) -> dict[str, Block]:
    return {block.name: block for block in blocks}


@pytest.mark.parametrize("language", LANGUAGES)
def test_customers_that_are_alike_get_a_sentence_in_place_of_charts(make_client: MakeClient, language: str) -> None:
    report = report_of(make_client(orders=orders_of([500.0] * 40)), language)
    found = named(write_chapter("value", report))
    words = {"de": "lassen sich nicht unterscheiden", "en": "cannot be told apart"}[language]
    assert words in found["alike"].content["paragraphs"][0]
    assert not {"effort_against_value", "value_map"} & set(found)
    left_out = class_blocks(report.analysis, ChapterBuilder(chapter="classes", style=report.style))
    assert isinstance(left_out, Missing)
    assert words in left_out.reason.to(language)


def test_with_revenue_alone_nothing_is_compared_with_revenue(make_client: MakeClient) -> None:
    report = report_of(make_client(orders=orders_of(list(np.linspace(900, 100, 40)))), "de")
    left_out = class_blocks(report.analysis, ChapterBuilder(chapter="classes", style=report.style))
    assert isinstance(left_out, Missing)


def test_each_large_customer_that_is_not_a_has_a_sentence_with_the_reason(make_client: MakeClient) -> None:
    late = pd.DataFrame({"customer_id": [f"K{n:02d}" for n in range(40)], "payment_delay_days": [180.0, *[0.0] * 39]})
    client = make_client(
        orders=orders_of([5000.0 - 100 * n for n in range(40)]), customers=late, weights={"payment": 9, "revenue": 3}
    )
    block = named(write_chapter("value", report_of(client, "de")))["largest_customers"]
    assert block.title == "Warum von den 10 größten Kunden (Umsatz) nicht alle A-Kunden sind"
    points = block.content["points"]
    assert points[0] == (
        "K00 (Platz 1) ist C-Kunde: Nach Kundenwert kommt er auf Platz 40, denn gegenüber den A-Kunden fehlt am meisten bei "
        "Zahlungsverhalten."
    )
    assert (
        points[1]
        == "K05 (Platz 6) ist B-Kunde: Nach Kundenwert kommt er auf Platz 5, knapp hinter Klasse A (Plätze: 4)."
    )
    assert points[-1] == (
        "K09 (Platz 10) ist B-Kunde: Nach Kundenwert kommt er auf Platz 9, denn gegenüber den A-Kunden fehlt am meisten bei "
        "Umsatz."
    )


def test_who_is_raised_to_the_score_of_another_is_counted_in_a_note(make_client: MakeClient) -> None:
    ratings = pd.DataFrame({"customer_id": ["K00", "K20"], "factor": "referral", "rating": [1.0, 5.0]})
    client = make_client(orders=orders_of([900.0] * 2 + [500.0 - n for n in range(38)]), ratings=ratings)
    note = named(write_chapter("value", report_of(client, "de")))["value_functions"].note
    assert "deshalb auf dessen Kundenwert angehoben sind: 1." in note
