"""A title states a share or a number of a group only where the group is one: of fewer than five it says nothing general."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.text import LANGUAGES, Language, Text
from simkit.intake.client import ClientData
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.style import Style

MakeClient = Callable[..., ClientData]
TITLES = {
    "told": Text(de="{count} von {total} Kunden gehen", en="{count} of {total} customers leave"),
    "none": Text(de="Kein Kunde geht", en="No customer leaves"),
    "few": Text(de="Wer geht", en="Who leaves"),
}


def test_a_title_follows_the_size_of_the_group_and_of_what_it_tells() -> None:
    builder = ChapterBuilder(chapter="value", style=Style())
    language = builder.style.formats.language
    found = [builder.title_of(TITLES, cases, count=count) for cases, count in ((4, 4), (5, 0), (5, 2))]
    assert found == [
        text.to(language).format(count=2, total=5) for text in (TITLES["few"], TITLES["none"], TITLES["told"])
    ]


def report_on(client: ClientData, language: Language) -> ReportContext:
    return ReportContext(
        analysis=ClientAnalysis(client=client, settings=RunSettings()), style=style_of(client.config, language)
    )


def blocks_of(client: ClientData, language: Language, *chapters: str) -> dict[str, Block]:
    report = report_on(client, language)
    return {block.name: block for name in chapters for block in write_chapter(name, report)}


def orders(customers: int, *, losing: int = 0) -> pd.DataFrame:
    """Return quarterly orders over two years of customers of rising size; the smallest so many cost more than they bring."""
    rows = [
        (
            f"O{n}-{quarter}",
            f"K{n:02d}",
            pd.Timestamp(2024, 1, 10 + n % 9) + pd.DateOffset(months=3 * quarter),
            100.0 * (n + 1),
        )
        for n in range(customers)
        for quarter in range(8)
    ]
    table = pd.DataFrame(rows, columns=["order_id", "customer_id", "ordered_on", "value_amount"])
    loses = table["customer_id"].isin([f"K{n:02d}" for n in range(losing)])
    return table.assign(cost_amount=table["value_amount"] * loses.map({True: 1.2, False: 0.6}))


def told_on(decision) -> str:
    """What page one says: the strongest finding, and the others."""
    return " ".join([decision.content["recommendation"], *decision.content["found"]])


@pytest.mark.parametrize(("language", "general"), [("de", "Die größten 20 %"), ("en", "The top 20%")])
def test_two_customers_are_no_fifth_that_a_page_speaks_of(
    make_client: MakeClient, language: Language, general: str
) -> None:
    for number, told in ((12, False), (40, True)):
        found = blocks_of(make_client(orders=orders(number)), language, "decision", "value", "classes", "lifetime")
        page_one = told_on(found["decision"])
        assert (general in page_one) is told
        assert found["concentration"].title.startswith(general) is told
        titles = [found[name].title for name in ("class_stability", "lifetime_by_segment") if name in found]
        assert not any(title.startswith(("1 ", "0 ", "A-Kunden", "A customers")) for title in titles), titles


@pytest.mark.parametrize(
    ("losing", "german"),
    [
        (0, "Kein Kunde zehrt auf, was die anderen bringen"),
        (1, "1 Kunde zehrt 160\u00a0€ davon auf"),
        (3, "3 Kunden zehren 960\u00a0€ davon auf"),
    ],
)
def test_nobody_and_one_are_told_as_such(make_client: MakeClient, losing: int, german: str) -> None:
    found = blocks_of(make_client(orders=orders(12, losing=losing)), "de", "decision", "value")
    assert german in found["whale_curve"].title
    page_one = told_on(found["decision"])
    assert ("1 Kunde bringt weniger, als seine Aufträge kosten" in page_one) is (losing == 1)
    assert ("3 Kunden bringen weniger, als ihre Aufträge kosten" in page_one) is (losing == 3)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_three_customers_no_title_says_anything_general(make_client: MakeClient, language: Language) -> None:
    found = blocks_of(make_client(orders=orders(3)), language, "value", "classes", "lifetime")
    titles = [block.title for block in found.values()]
    assert not [
        title for title in titles if any(word in title for word in (" von 3 ", " of 3 ", "Keiner der", "None of"))
    ]
