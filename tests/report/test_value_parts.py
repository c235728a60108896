"""The value chapter tells value functions, groupings that explain the margin, and the efficiency ratio, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simkit.analysis.client_analysis import ClientAnalysis
from simkit.foundation.missing import Missing
from simkit.foundation.text import LANGUAGES, same
from simkit.intake.client import ClientData
from simkit.intake.settings.customer_settings import ScoreSettings
from simkit.intake.settings.run_settings import RunSettings
from simkit.report.chapters.registry import write_chapter
from simkit.report.chapters.value.tables import chosen_by_hand, dimension_blocks, dimension_message, factor_blocks
from simkit.report.context import ReportContext, style_of
from simkit.report.document.blocks import Block
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.value.controlling.dimensions import MarginSplit
from simkit.value.customers.customer_value import CustomerValue, customer_value
from simkit.value.score.factors import FACTORS

WISHES = {
    "functions": {
        "margin": {"kind": "s", "low": 0, "high": 400_000},
        "payment": {"kind": "threshold", "at": -14, "missing": "half"},
        "referral": {"missing": "zero"},
    }
}


@pytest.fixture(scope="module")
def found(demo: ClientData) -> CustomerValue:
    client = replace(demo, config=demo.config.model_copy(update={"score": ScoreSettings.model_validate(WISHES)}))
    return customer_value(client, draws=20)


@pytest.fixture(scope="module")
def wished(demo: ClientData, found: CustomerValue) -> dict[str, list[Block]]:
    return {
        language: list(factor_blocks(ChapterBuilder(chapter="value", style=style_of(demo.config, language)), found))
        for language in LANGUAGES
    }


def cells(block: Block) -> dict[str, list[str]]:
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in block.content["rows"]}


def test_each_factor_has_its_function_and_its_rule_in_words(wished: dict[str, list[Block]]) -> None:
    german = cells(next(block for block in wished["de"] if block.name == "value_functions"))
    assert (
        german["Deckungsbeitrag nach Betreuungskosten"][0] == "S-Kurve: 0,05 bei 0, 0,5 bei 200.000, 0,95 bei 400.000"
    )
    assert german["Zahlungsverhalten"] == ["Schwelle: 1 ab −14, darunter 0", "zählt 0,5", "client.yaml"]
    assert german["Treue"][2] == "Voreinstellung"
    english = cells(next(block for block in wished["en"] if block.name == "value_functions"))
    assert english["Referral"] == ["linear: 0 at 1, 1 at 5", "counts 0", "client.yaml"]


def test_loyalty_that_nobody_rated_comes_from_the_data(
    demo: ClientData, found: CustomerValue, wished: dict[str, list[Block]]
) -> None:
    assert "Bewertung im Workshop" in cells(wished["de"][0])["Treue"]
    unrated = replace(found, customers=found.customers.drop(columns="rating_loyalty"))
    block = next(iter(factor_blocks(ChapterBuilder(chapter="value", style=style_of(demo.config, "de")), unrated)))
    assert "aus den Daten" in cells(block)["Treue"]


def test_only_functions_of_another_shape_are_drawn(wished: dict[str, list[Block]]) -> None:
    (figure,) = [block for block in wished["de"] if block.kind == "figure"]
    assert figure.title.startswith("2 Wertfunktionen sind von Hand gesetzt")
    assert "Zahlungsverhalten" in figure.content["svg"] and "Weiterempfehlung" not in figure.content["svg"]


def test_without_wishes_no_function_is_by_hand_and_none_is_drawn(demo: ClientData, found: CustomerValue) -> None:
    usual = replace(found, functions={name: FACTORS[name].function for name in found.factors_used})
    assert chosen_by_hand(usual) == []
    blocks = list(factor_blocks(ChapterBuilder(chapter="value", style=style_of(demo.config, "de")), usual))
    assert "function_curves" not in [block.name for block in blocks]


def test_a_grouping_that_explains_the_margin_is_named_with_its_groups(demo: ClientData, found: CustomerValue) -> None:
    report = ReportContext(
        analysis=ClientAnalysis(client=demo, settings=RunSettings()), style=style_of(demo.config, "en")
    )
    report.analysis.__dict__["value"] = found
    builder = ChapterBuilder(chapter="value", style=report.style)
    split = report.analysis.margin_split
    assert isinstance(split, MarginSplit)
    shares = split.shares.assign(low=0.0)
    assert "lie with the single customer" in dimension_message(builder, replace(split, shares=shares))
    place = shares.index[(shares["level"] == "industry") & (shares["outcome"] == "contribution_share")][0]
    shares.loc[place, ["share", "low", "high"]] = [0.4, 0.3, 0.5]
    report.analysis.__dict__["margin_split"] = replace(split, shares=shares)

    figure, table = dimension_blocks(builder, report.analysis)
    assert figure.title.startswith("'Industry' explains 40% of the differences (Contribution per revenue)")
    assert table.title == "What the groups bring: Industry"
    assert all(row[1] >= 5 for row in table.content["rows"])


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Erreichen, was dem Zweck dient"), ("en", "To achieve what serves")]
)
def test_efficiency_and_effectiveness_are_reported_by_what_they_achieve(
    demo: ClientData, language: str, words: str
) -> None:
    report = ReportContext(
        analysis=ClientAnalysis(client=demo, settings=RunSettings()),
        style=style_of(demo.config, "de" if language == "de" else "en"),
    )
    report.analysis.__dict__["study"] = Missing(reason=same("–"))
    block = next(block for block in write_chapter("glossary", report) if block.name == "effect")
    assert any(words in item["text"] for item in block.content["items"])
    shared = "erreich" if language == "de" else "achieve"
    assert all(shared in item["text"].lower() for item in block.content["items"][:3])
