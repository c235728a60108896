"""The chapter on the organisation shows what keeps a result from misleading, for every organisation compared."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import pandas as pd
import pytest
from drawn_charts import drawn

from simkit.report.chapters.organisation import (
    chapter as organisation,
)
from simkit.report.chapters.organisation import gain_views
from simkit.report.chapters.organisation import (
    tables as organisation_tables,
)
from simkit.report.chapters.organisation import (
    tables_books as organisation_books,
)
from simkit.report.chapters.organisation import (
    tables_gains as organisation_gains,
)
from simkit.report.chapters.organisation.figures import cumulated_gains
from simkit.report.document.chapter_builder import ChapterBuilder
from simkit.report.document.study_views import StudyView
from simkit.study.measures.measures import MEASURE_LABELS


@pytest.fixture
def view(report_in) -> StudyView:
    report = report_in("en")
    return StudyView(study=report.analysis.study, style=report.style)


@pytest.fixture
def builder(view: StudyView) -> ChapterBuilder:
    return ChapterBuilder(chapter="organisation", style=view.style)


def saved_as_my_t(view: StudyView) -> StudyView:
    """The study as it is with the Stretched T's file saved as "my_t": the same frames but for the name."""
    frames = {name: frame.replace("stretched_t", "my_t", regex=True) for name, frame in view.study.frames.items()}
    advice = replace(view.study.recommendation, design="my_t", shown="my_t")
    return replace(view, study=replace(view.study, frames=frames, recommendation=advice))


def test_a_design_saved_under_another_name_has_the_same_steps_parts_and_mere_split(builder, view):
    known, own = view, saved_as_my_t(view)
    assert (known.taken_apart, own.taken_apart) == ("stretched_t", "my_t") == (known.shown, own.shown)
    blocks = [list(organisation_gains.parts(builder, one)) for one in (known, own)]
    assert [block.name for block in blocks[1]] == ["parts", "structure_and_transition", "relabelling"]
    assert [block.to_json() for block in blocks[1]] == [block.to_json() for block in blocks[0]]
    for views in ("profit_steps", "published_profit", "ceiling"):
        assert getattr(own, views)().equals(getattr(known, views)())
    titles = [[block.title for block in organisation._steps(builder, one)] for one in (known, own)]
    assert titles[0] == titles[1] and titles[0][0].startswith("Stretched T, parts added one at a time")


def with_frames(view: StudyView, **frames: pd.DataFrame) -> StudyView:
    return replace(view, study=replace(view.study, frames={**view.study.frames, **frames}))


def shown(block) -> dict[str, list[str]]:
    """Return the rows of a table block by their first cell."""
    return {str(row[0]): [str(cell) for cell in row[1:]] for row in block.content["rows"]}


def test_beside_the_share_stand_hours_staff_cost_open_work_and_whether_it_can_last(builder, view):
    (block,) = organisation_tables.measures_table(builder, view)
    rows = shown(block)
    labels = [MEASURE_LABELS[name].en for name in organisation_tables.SHOWN_MEASURES]
    assert list(rows) == [*labels, "Sustainable"]
    assert {"Customer hours in steady state", "Customer hours by content", "Growth of open work"} <= set(rows)
    assert all(cell.startswith("yes (") for cell in rows["Sustainable"][1:])
    assert not any("–" in row for row in rows.values())


def test_an_organisation_whose_work_piles_up_is_called_not_sustainable(builder, view):
    table = view.study.frame("sustainability")
    flags = table["sustainable"] & (table["design"] != "hunter_farmer")
    (block,) = organisation_tables.measures_table(
        builder, with_frames(view, sustainability=table.assign(sustainable=flags))
    )
    assert [cell.split()[0] for cell in shown(block)["Sustainable"][1:]] == ["yes", "yes", "yes", "no"]
    assert "Hunters and farmers" in block.note


def test_a_measure_that_does_not_exist_is_an_error(builder, view, monkeypatch):
    monkeypatch.setattr(organisation_tables, "SHOWN_MEASURES", ("facing_h", "steady_facing_h"))
    with pytest.raises(KeyError, match="steady_facing_h"):
        list(organisation_tables.measures_table(builder, view))


def test_break_even_is_reported_in_words_for_each_organisation(view):
    table = gain_views.break_even_months(view).set_index("design")
    assert set(table.index) == set(view.compared)
    assert table.loc["stretched_t", "month_words"] == "from the first month"
    assert table.loc["hunter_farmer", "month_words"] == "not within 3 years"


@pytest.mark.parametrize(
    ("month", "said"),
    [(float("nan"), "does not earn back"), (1.0, "from the first month"), (14.0, "for good from month 14")],
)
def test_the_chart_by_month_says_when_the_organisation_shown_breaks_even(builder, view, month, said):
    table = view.study.frame("break_even_months")
    changed = with_frames(view, break_even_months=table.assign(month=month))
    first = next(iter(organisation_gains.months(builder, changed, "source")))
    assert said in first.title


def test_the_cost_of_the_transition_is_what_is_lost_and_what_is_paid_once(view):
    row = gain_views.transition_costs(view).set_index("design").loc["stretched_t"]
    assert row["once"] == 0  # the made study pays the same with and without a transition
    assert row["dip_and_adoption"] + row["once"] == pytest.approx(row["total"])


def test_parts_alone_interaction_and_transition_add_up_to_the_whole(view):
    table = gain_views.gains_of_parts(view, "company_profit_amount").set_index("switch")["difference"]
    assert table.drop("total").sum() == pytest.approx(table["total"])
    assert {"interaction", "transition"} <= set(table.index)


def test_the_other_organisations_are_split_into_structure_and_transition(view):
    table = gain_views.splits(view)
    assert set(table["design"]) == {"baseline_value_first", "hunter_farmer"}
    profit = table[table["measure"] == "company_profit_amount"].pivot(
        index="design", columns="part", values="difference"
    )
    assert (profit["structure"] + profit["transition"]).tolist() == pytest.approx(profit["total"].tolist())


def test_a_mere_split_is_shown_with_the_work_it_leaves_open(builder, view):
    blocks = {block.name: block for block in organisation_gains.parts(builder, view)}
    assert "open work" in blocks["relabelling"].title
    assert {"Customer hours", "Growth of open work", "Customer hours in steady state"} <= set(
        shown(blocks["relabelling"])
    )


def test_the_names_of_lines_that_end_at_the_same_place_do_not_meet(view):
    frame = pd.DataFrame(
        [
            {"label": label, "month": month, "cumulated": 1e5 * month, "cumulated_low": 0.9e5 * month,
             "cumulated_high": 1.1e5 * month}
            for label in ("First", "Second", "Third")
            for month in (1, 2, 3)
        ]
    )  # fmt: skip
    figure = drawn(cumulated_gains(view.style, frame))
    named = [text for text in figure.findobj(mpl.text.Annotation) if text.get_text() in set(frame["label"])]
    boxes = [text.get_window_extent() for text in named]
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for n, a in enumerate(boxes) for b in boxes[:n])


def test_every_block_of_the_chapter_has_a_title_or_stands_first(report_in):
    report = report_in("de")
    blocks = list(organisation.blocks(report.analysis, report.builder("organisation")))
    assert [block.name for block in blocks if not block.title] == ["method"]


def test_units_of_one_or_two_posts_are_named_with_their_organisation(builder, view):
    table = pd.DataFrame(
        [("stretched_t", 2, "„Kern“ hat nur zwei Stellen.", "'Core' has only two posts.")],
        columns=["design", "posts", "words_de", "words_en"],
    )
    (block,) = organisation_tables.small_units(builder, with_frames(view, small_units=table))
    assert block.content["points"] == ["Stretched T: 'Core' has only two posts."]
    assert not list(organisation_tables.small_units(builder, with_frames(view, small_units=table[:0])))


def test_who_comes_and_leaves_is_told_and_leads_only_where_they_are_too_few(builder, view):
    (block,) = organisation_books.customer_flow(builder, view)
    customers, growth = block.content["paragraphs"]
    assert "12 customers a year are new (9 to 16) and 10 are lost (7 to 14)" in customers
    assert "changes by +4.0% a year (95% interval +1.0% to +7.0%)" in growth
    nothing = view.study.frame("customer_flow")[:0]
    assert not list(organisation_books.customer_flow(builder, with_frames(view, customer_flow=nothing)))
    for needed, told in (
        (90.0, "90 leads a year would be needed; the model has 40"),
        (float("inf"), "None of the 40"),
    ):
        leads = pd.DataFrame({"needed_per_year": [needed], "leads_per_year": [40.0], "enough": [False]})
        (block,) = organisation_books.customer_flow(builder, with_frames(view, customer_flow=nothing, new_leads=leads))
        assert len(block.content["paragraphs"]) == 1 and told in block.content["paragraphs"][0]
