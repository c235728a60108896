"""The chapter on levers says by rule what pays, with its interval, and what nobody can tell."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from drawn_charts import words

from simkit.model.specification.levers import known_effects, lever_names, load_lever
from simkit.report.chapters.levers import chapter as levers
from simkit.report.chapters.levers import figures as figures_levers
from simkit.report.chapters.levers import tables
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView


@pytest.fixture
def view(report_in) -> StudyView:
    report = report_in("en")
    return StudyView(study=report.analysis.study, style=report.style)


@pytest.fixture
def builder(view: StudyView) -> ChapterBuilder:
    return ChapterBuilder(chapter="levers", style=view.style)


def with_levers(view: StudyView, **columns: object) -> StudyView:
    table = view.study.frame("levers").assign(**columns)
    return replace(view, study=replace(view.study, frames={**view.study.frames, "levers": table}))


@pytest.fixture(scope="session")
def written(report_in) -> dict[str, list]:
    """The whole chapter in both languages, written once."""
    reports = {language: report_in(language) for language in ("de", "en")}
    return {language: list(levers.blocks(one.analysis, one.builder("levers"))) for language, one in reports.items()}


def named(blocks: list, kind: str) -> list:
    return [block for block in blocks if block.kind == kind]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_chapter_has_each_table_with_unit_and_source(written, language):
    figures, tables = named(written[language], "figure"), named(written[language], "table")

    assert [block.name for block in figures] == ["net_gain", "payback"]
    expected = ["on_baseline", "evidence", "on_stretched_t", "interactions", "tool_stack"]
    assert [block.name for block in tables] == expected
    assert all(block.unit and (block.source or block.name == "tool_stack") for block in (*figures, *tables))


def test_the_title_names_what_brings_most_and_what_returns_most(builder, view):
    frame = tables.levers(view, "baseline")
    without_reorganisation = frame[~frame["lever"].isin(["stretched_t", "service_design"])]

    title = levers.net_message(builder, view, without_reorganisation)
    assert title.startswith("4 of 8 levers surely pay; 'Coaching' brings most (+€9")
    assert "also per € spent: €3." in title
    other = levers.net_message(builder, view, frame[frame["lever"].isin(["service_design", "lean"])])
    assert "'Service design' brings most" in other and "per € spent 'Lean processes': €3." in other


def test_the_title_says_when_nothing_surely_pays(builder, view):
    frame = tables.levers(with_levers(view, net_low=-1.0), "baseline")

    assert levers.net_message(builder, view, frame) == "No lever surely pays within the years computed"
    assert "surely pay;" in levers.net_message(builder, view, tables.levers(view, "baseline"))


def test_the_title_says_when_nothing_is_earned_back(builder, view):
    frame = tables.levers(with_levers(view, month=float("nan")), "baseline")

    assert levers.payback_message(builder, frame) == "No lever earns back its cost within the months computed"
    assert "8 of 10 levers earn back" in levers.payback_message(builder, tables.levers(view, "baseline"))


@pytest.mark.parametrize(
    ("difference", "low", "high", "said"),
    [
        (1e5, -1.0, 2e5, "No lever demonstrably brings more or less on 'Stretched T'"),
        (1e5, 5e4, 2e5, "'More tools' brings €100,000 more on 'Stretched T' than today"),
        (-6e5, -7e5, -5e5, "'More tools' brings €600,000 less on 'Stretched T' than today"),
    ],
)
def test_an_interaction_is_named_only_where_its_interval_leaves_zero_out(builder, view, difference, low, high, said):
    frame = tables.interactions(view).assign(difference=difference, low=low, high=high)

    assert levers.interaction_message(builder, view, frame, "Stretched T").startswith(said)


def test_more_tools_are_held_against_the_minutes_that_pay_for_them(builder, view):
    frame = tables.tool_stack(view).set_index("item")
    cheaper = frame.assign(value=frame["value"].where(frame.index != "needed_more", 5.0)).reset_index()

    told = levers.tool_message(builder, frame.reset_index())
    assert "save 8.5 minutes a day, too few: they would pay for themselves only from 16.6" in told, (
        "half of the promise"
    )
    assert "save 8.5 minutes a day and pay for themselves from 5.0" in levers.tool_message(builder, cheaper)
    assert frame.loc[["own_year", "quoted_ten"], "value_words"].tolist() == ["€6,000", "67,680\u00a0USD"]


def test_a_return_without_sure_cost_is_left_open_in_table_and_chart(written, view):
    table = next(block for block in named(written["en"], "table") if block.name == "on_baseline")
    rows = {row[0]: row for row in table.content["rows"]}
    assert all(pd.isna(value) for value in rows["Service design"][-3:])
    assert not any(pd.isna(value) for value in rows["Coaching"][-3:])

    shown = words(figures_levers.net_gain_and_return(view.style, tables.levers(view, "baseline")), view.style)
    assert {"no sure outlay", "Coaching [V]", "thousand €", "€ per €"} <= shown


def test_each_lever_has_a_panel_with_its_name(report_in):
    report = report_in("de")
    german = StudyView(study=report.analysis.study, style=report.style)

    shown = words(figures_levers.payback(german.style, tables.months(german, "baseline")), german.style)
    assert {"Schulung", "Mehr Werkzeuge", "Eine Stelle mehr", "Monate seit der Umstellung", "Tsd. €"} <= shown


def test_without_a_full_study_the_chapter_tells_how_to_get_it_and_what_tools_cost(report_in):
    report = report_in("de")
    empty = {
        name: report_in("de").analysis.study.frame(name).iloc[:0]
        for name in ("levers", "lever_months", "lever_interactions")
    }
    study = replace(report_in("de").analysis.study, frames={**report_in("de").analysis.study.frames, **empty})
    report.analysis.__dict__["study"] = study

    text, table = levers.blocks(report.analysis, report.builder("levers"))
    assert "--depth full" in text.content["paragraphs"][0]
    assert table.name == "tool_stack"


def test_the_clients_own_variants_stand_in_a_table_of_their_own(builder, view):
    table = view.study.frame("levers")
    own = table[table["lever"] == "lean"].assign(lever="lean+coaching", budget_amount=float("nan"))
    more = replace(view, study=replace(view.study, frames={**view.study.frames, "levers": pd.concat([table, own])}))

    assert tables.bases(view, budgeted=False) == []
    assert tables.bases(more, budgeted=False) == ["baseline", "stretched_t"]
    frame = tables.levers(more, "baseline", budgeted=False)
    assert frame["lever"].tolist() == ["lean+coaching"]
    assert "lean+coaching" not in set(tables.levers(more, "baseline")["lever"])
    block = levers._money_table(builder, more, "baseline", frame, own=True)
    assert block.name == "own_on_baseline" and block.title.startswith("Your company's own variants")


def test_a_budget_of_the_client_is_reported_as_such(builder, view):
    settings = replace(view.study.settings, lever_budget_amount=50_000.0)
    own = replace(view, study=replace(view.study, settings=settings))

    assert "as set in client.yaml" in levers._method(builder, own, ["baseline"]).content["paragraphs"][0]
    assert "as much as one more head costs" in levers._method(builder, view, ["baseline"]).content["paragraphs"][0]


@pytest.mark.parametrize("bases", [["baseline"], []], ids=["on one budget", "own variants alone"])
def test_it_is_told_that_a_promise_counts_by_half_as_in_plans(builder, view, bases):
    assert "as in every plan, with half of what" in levers._method(builder, view, bases).content["paragraphs"][-1]


def test_everything_that_a_shipped_lever_moves_has_a_name_in_both_languages():
    moved = {name for lever in map(load_lever, lever_names()) for name in (*lever.moves, *lever.moves_when_short)}

    assert moved <= set(known_effects())


def test_a_lever_in_the_clients_folder_is_reported_in_its_own_words(view):
    labels = {"lever": ["lean"], "effect": ["meetings_h"], "label_de": ["Runden"], "label_en": ["Rounds"]}
    frames = {**view.study.frames, "lever_effects": pd.DataFrame(labels)}
    own = replace(view, study=replace(view.study, frames=frames))

    words = tables.levers(own, "baseline").set_index("lever")["moves_words"]
    assert "↓\u00a0Rounds" in words["lean"] and "↓\u00a0Coordination" in words["lean"]
    shipped = tables.levers(view, "baseline").set_index("lever")["moves_words"]
    assert "↓\u00a0Meetings" in shipped["lean"]
