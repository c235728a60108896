"""The chapter on the plan, and the documents that it stands in: one story, one number in one place."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest
from conftest import made_past

from simkit.report.chapters.registry import CHAPTERS, write_chapter
from simkit.report.document.document import assemble
from simkit.report.document.story import SHORT_STORY, STORY, blocks_of_part, numbers_of, story_of
from simkit.study.joint_draws.joint_summary import DRIVER_COLUMNS, SUMMARY_COLUMNS

DATE = dt.date(2026, 1, 1)


@pytest.fixture(scope="module")
def made_searched(made_outcome):
    """A study whose plans were searched for: the Stretched T with lean processes before value first."""
    from made_plans import made_space
    from made_study import made_frame

    from simkit.study.bilingual_texts import BilingualNumbers
    from simkit.study.plans.experiment_plan import make_plan
    from simkit.study.plans.short_list import ShortList
    from simkit.study.plans.study_settings import StudySettings
    from simkit.study.result_tables import Results, all_frames, recommendation_of

    space = made_space(("stretched_t",))
    best = replace(space.whole("stretched_t"), levers=("lean",))
    simple = replace(space.today, priority="value_first")
    short_list = ShortList(space=space, listed=(space.today, best, simple))
    settings = StudySettings(search="quick", replications=6)
    plan = make_plan(settings, space.model_inputs, space.parameters, short_list=short_list)
    profit = {"baseline": 9e6, best.name: 10.8e6, simple.name: 9.6e6}
    chain = dict(zip(plan.chains[best.name], (9e6, 9.6e6, 9.9e6, 10.2e6, 10.5e6, 10.8e6), strict=True))
    results = Results(
        frame=made_frame(plan, {**chain, **profit}), plan=plan, model_inputs=space.model_inputs,
        parameters=space.parameters, gate=made_outcome.gate, past=made_past(),
    )  # fmt: skip
    joint = pd.DataFrame(
        [("baseline", 0.0, 0.0, 0.0, 0.0, 0.1, 0.0, 0.2, 50, 0.02, 0.9),
         (best.name, 5e5, 1e5, 9e5, 0.97, 0.85, 0.7, 0.9, 50, 0.02, 0.9),
         (simple.name, 2e5, 1e5, 3e5, 0.99, 0.3, 0.2, 0.5, 50, 0.02, 0.9)],
        columns=list(SUMMARY_COLUMNS),
    )  # fmt: skip
    drivers = pd.DataFrame(
        [(best.name, 1, "load.utilisation", "Auslastung", "Load", 0.4, 3e5, 2e4, 0.9)], columns=list(DRIVER_COLUMNS)
    )
    frames = {**all_frames(results), "joint_summary": joint, "joint_drivers": drivers}
    searched = pd.DataFrame({"plan": [best.name, simple.name], "gain": [1.0, 0.5]})
    return replace(
        made_outcome, settings=settings, frames={**frames, "searched": searched},
        recommendation=recommendation_of(results, frames, BilingualNumbers()),
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole_in(report_in, made_searched):
    """All blocks of a report whose plans were searched for, in a language, with the report."""

    @cache
    def build(language):
        report = report_in(language)
        report.analysis.__dict__["study"] = made_searched
        names = ("decision", "time", "value", "plan", "organisation", "works_council", "glossary")
        return [block for name in names for block in write_chapter(name, report)], report

    return build


@pytest.fixture(scope="module")
def whole(whole_in):
    """The same in German."""
    return whole_in("de")


PRICES = pd.DataFrame(
    [("floors.care_of_a_share", "Betreuung der A-Kunden", "Care of A customers", 0.023, 120e3, 80e3, 160e3),
     ("limits.once_amount", "Geld einmalig", "Money once", 25e3, 40e3, 10e3, 70e3),
     ("limits.posts", "Zahl der Stellen", "Number of posts", 2.0, 30e3, -5e3, 65e3)],
    columns=["condition", "label_de", "label_en", "beyond", "price", "low", "high"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "title", "beyond"),
    [
        ("de", "Am teuersten ist die Grenze „Betreuung der A-Kunden“: Sie kostet 120.000", "2,3 Punkte"),
        ("en", "The dearest limit is 'Care of A customers': it costs", "2.3 points"),
    ],
)
def test_a_limit_that_binds_is_told_with_its_price_in_the_appendix(report_in, made_searched, language, title, beyond):
    report = report_in(language)
    priced = PRICES.assign(plan=made_searched.frame("designs")["design"].iloc[1])
    study = replace(made_searched, frames={**made_searched.frames, "prices": priced})
    report.analysis.__dict__["study"] = study
    blocks = write_chapter("plan", report)
    table = named(blocks, "prices")
    assert title in table.title
    rows = table.content["rows"]
    assert str(rows[0][2]) == beyond and str(rows[2][2]) == "2" and len(rows) == 3
    assert ("plan", "prices") not in story_of(blocks) and table in blocks_of_part(blocks, "appendix")


@pytest.mark.parametrize(
    ("verdict", "place", "said"), [("measure_first", 1, True), ("measure_first", 0, False), ("keep", 1, False)]
)
def test_where_measuring_decides_the_plan_that_would_lead_otherwise_is_named_and_the_one_shown_is_taken_apart(
    report_in, made_searched, verdict, place, said
):
    shown = made_searched.frame("searched")["plan"].iloc[place]
    report = report_in("en")
    advice = replace(made_searched.recommendation, verdict=verdict, design="", shown=shown)
    report.analysis.__dict__["study"] = replace(made_searched, recommendation=advice)
    blocks = write_chapter("plan", report)
    note = str(named(blocks, "plans").note)
    names = made_searched.frame("designs").set_index("design")["label_en"]
    best = names[made_searched.frame("searched")["plan"].iloc[0]]
    assert (f"With the likeliest values '{best}' would lead" in note) == said
    steps = len(named(blocks, "roadmap").content["rows"])
    assert steps == (5, 1)[place], "priority, lever and three parts; the priority alone"
    gain = made_searched.select("confirmed", design=shown, scenario=made_searched.main_scenario)["gain"].iloc[0]
    chart = pd.DataFrame(named(blocks, "steps").content["chart"]["columns"])
    assert chart["difference"].iloc[-1] == pytest.approx(gain / 1e3)


def test_where_no_limit_binds_there_is_no_table_of_prices(whole):
    blocks, _ = whole
    assert not [block for block in blocks if block.name == "prices"]


def named(blocks, name):
    return next(block for block in blocks if block.name == name)


def test_the_best_plan_owns_the_exhibits(whole):
    blocks, _ = whole
    plans = named(blocks, "plans")
    assert (
        plans.content["rows"][0][0] == "Plan A: Stretched T + 1 weitere" or "Stretched T" in plans.content["rows"][0][0]
    )
    assert "500.000\u00a0€" in plans.title and "Gesucht unter 2 Plänen" in plans.title
    steps = named(blocks, "steps")
    assert steps.content["chart"]["kind"] == "waterfall"
    chart = pd.DataFrame(steps.content["chart"]["columns"])
    assert chart["difference"].iloc[:-1].sum() == pytest.approx(chart["difference"].iloc[-1])


def test_the_account_by_year_adds_up(whole):
    blocks, _ = whole
    case = named(blocks, "business_case")
    rows = {row[0]: row[1:] for row in case.content["rows"]}
    parts = ("Deckungsbeitrag", "Veränderung der laufenden Aufträge", "Laufende Vertriebskosten", "Einmalige Kosten")
    total = rows["Gewinn gegenüber heute"]
    for year in range(3):
        assert sum(rows[name][year] for name in parts) == pytest.approx(total[year])
    assert rows["Gewinn, aufsummiert"][-1] == pytest.approx(sum(total))


def test_every_step_of_the_roadmap_has_a_month_and_room_for_a_name(whole):
    blocks, _ = whole
    rows = named(blocks, "roadmap").content["rows"]
    assert [row[0] for row in rows] == [1, 3, 5, 7, 9] and all(row[-1] == "" for row in rows)
    assert "Reihenfolge der Arbeit" in rows[0][2], "what is done in the step"


def test_units_under_five_posts_are_shown_together(whole):
    blocks, _ = whole
    posts = named(blocks, "posts")
    small = [row for row in posts.content["rows"] if row[0] == "Kleinere Einheiten"]
    single = [row for row in posts.content["rows"] if row[0] != "Kleinere Einheiten"]
    assert small and all(end == 0 or end >= 5 for row in single for end in row[1:])


def test_the_body_has_at_most_twelve_exhibits_numbered_in_the_order_of_the_story(whole):
    blocks, _ = whole
    body = blocks_of_part(blocks, "report")
    numbers = numbers_of(body, "report")
    assert 8 <= len(numbers) <= 12 and list(numbers.values()) == [str(place) for place in range(1, len(numbers) + 1)]
    assert list(numbers) == [one for one in STORY if one in numbers]


def test_every_block_stands_in_exactly_one_document(whole):
    blocks, _ = whole
    parts = {part: blocks_of_part(blocks, part) for part in ("report", "appendix", "works_council")}
    shown = [(block.chapter, block.name) for part in parts.values() for block in part if not block.opens_chapter]
    assert len(shown) == len(set(shown))
    assert set(shown) == {(block.chapter, block.name) for block in blocks if not block.opens_chapter}
    assert {block.chapter for block in parts["works_council"]} == {"works_council"}


def test_exhibits_of_the_story_exist_under_their_names(whole, chapter_in):
    chapters = {chapter.name for chapter in CHAPTERS}
    assert {chapter for chapter, _ in (*STORY, *SHORT_STORY)} <= chapters
    blocks, _ = whole
    there = {(block.chapter, block.name) for block in blocks}
    assert {one for one in STORY if one[0] != "service"} <= there
    other = {(name, block.name) for name in ("pipeline", "lifetime", "inputs") for block in chapter_in(name, "de")}
    assert {one for one in SHORT_STORY if one[0] in ("pipeline", "lifetime", "inputs")} <= other


def test_without_a_comparison_the_body_tells_what_was_found(chapter_in):
    blocks = [block for name in ("time", "pipeline", "value") for block in chapter_in(name, "de")]
    story = story_of(blocks)
    assert story and set(story) <= set(SHORT_STORY)


def test_the_reasons_point_at_their_exhibit(whole):
    blocks, report = whole
    page = assemble(blocks, report.imprint(blocks), run="r", date=DATE)
    number = numbers_of(blocks_of_part(blocks, "report"), "report")["plan", "plans"]
    assert f'href="#exhibit-{number}"' in page and f'id="exhibit-{number}"' in page
    assert page.count("<h2") <= 3, "summary, body, and the navigation"


def test_every_floor_is_told_with_its_limit_and_the_room_left(whole):
    blocks, report = whole
    table = next(block for block in blocks if block.name == "conditions")
    frame = report.analysis.study.frame("conditions")
    shown = frame[frame["design"] == report.analysis.study.recommendation.shown]
    told = {row[0]: row[1:] for row in table.content["rows"]}
    assert len(told) == (shown["value"].abs() < float("inf")).sum() > 0
    care = next(cells for label, cells in told.items() if label.startswith("Betreuung der A-Kunden"))
    assert "mindestens" in str(care[1]) and all(
        "höchstens" in str(cells[1]) for cells in told.values() if cells != care
    )
    assert {cells[3] for cells in told.values()} == {"eingehalten"} and "hält alle" in table.title


METHOD_WORDS = (
    "Bonferroni", "Holm", "Hsu", "Fieller", "Newey", "Shapley", "SMAA", "Wilson", "Kendall", "GLM", "Logit", "logit",
    "Likelihood", "likelihood", "Morris", "ADBUDG", "Bootstrap", "bootstrap", "simkit ", "--",
)  # fmt: skip
"""Names of methods and of commands, which only the appendix holds."""
NOT_THEIR_LANGUAGE = {
    "de": ("Quelltext", "diesen Kunden", "dieser Kunde", "Entwurf", "Welt", "Organisation(s)", "variante", "Ihr Haus",
           "niemand gesehen"),
    "en": ("source text", "this customer's company", "the worlds", "draft design", "arm ", "nobody was asked", "told from chance",
           "nobody saw", "Your house", "asked for:"),
}  # fmt: skip
"""What sounds translated, or takes the reader for somebody else."""


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_method_word_or_command_stands_in_the_report(whole_in, language):
    blocks, report = whole_in(language)
    page = assemble(blocks, report.imprint(blocks), run="r", date=DATE)
    body = page[page.index("<main") : page.index("<script>")]
    text = re.sub(r"<style.*?</style>|<!--.*?-->|<[^>]+>", " ", body, flags=re.DOTALL)
    assert [word for word in (*METHOD_WORDS, *NOT_THEIR_LANGUAGE[language]) if word in text] == []


def test_what_each_segment_gets_is_told_where_the_plan_changes_it(report_in, made_searched):
    shown = made_searched.recommendation.shown
    levels = pd.DataFrame(
        [("baseline", "A", 9.0, 0.0, 40.0, 1.0), ("baseline", "C", 2.4, 0.0, 40.0, 1.0),
         (shown, "A", 25.0, 0.0, 8.0, 1.0), (shown, "C", 2.42, 1.0, 40.0, 0.0)],
        columns=["design", "segment", "contacts_per_year", "by_phone", "answer_h", "bespoke_allowed"],
    )  # fmt: skip
    report = report_in("en")
    report.analysis.__dict__["study"] = replace(made_searched, frames={**made_searched.frames, "served": levels})
    table = named(write_chapter("plan", report), "service_levels")
    assert table.title == "A customers: 25.0 planned care contacts a year instead of 9.0"
    assert [[str(cell) for cell in row] for row in table.content["rows"]] == [
        ["A customers", "Care contacts per customer a year", "9.0", "25.0"],
        ["A customers", "Time to answer, working hours", "40", "8"],
        ["C customers", "Channel", "visit", "phone and video"],
        ["C customers", "Bespoke orders", "yes", "no"],
    ]


def test_where_the_plan_leaves_what_each_segment_gets_there_is_no_table_of_it(report_in, made_searched):
    served = made_searched.frame("served")
    same = served[served["design"] == "baseline"]
    both = pd.concat([same, same.assign(design=made_searched.recommendation.shown)])
    report = report_in("en")
    report.analysis.__dict__["study"] = replace(made_searched, frames={**made_searched.frames, "served": both})
    assert not [block for block in write_chapter("plan", report) if block.name == "service_levels"]
