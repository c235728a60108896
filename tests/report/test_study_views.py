"""Views on a study: what is set against today, and sums that hold."""

from dataclasses import replace

import pandas as pd
import pytest

from simkit.report.chapters.registry import write_chapter
from simkit.report.document.study_views import MONEY_PARTS, PROFIT, StudyView
from simkit.study.calibration.fit_gate import NOT_CALIBRATED


@pytest.fixture
def view(report_in) -> StudyView:
    report = report_in("en")
    return StudyView(study=report.analysis.study, style=report.style)


def advised(view: StudyView, design: str) -> StudyView:
    advice = replace(view.study.recommendation, design=design, shown=design or "baseline")
    return replace(view, study=replace(view.study, recommendation=advice))


def test_the_design_advised_is_shown_and_without_one_the_stretched_t(view):
    assert advised(view, "hunter_farmer").shown == "hunter_farmer"
    assert advised(view, "").shown == "stretched_t"
    assert advised(view, "baseline").shown == "stretched_t"


def test_the_switches_add_up_to_the_total(view):
    steps = view.steps(PROFIT)
    assert steps["difference"].iloc[:-1].sum() == pytest.approx(steps["difference"].iloc[-1])


def test_the_kinds_of_money_add_up_to_the_change_of_profit(view):
    frame = view.study.frame("differences")
    row = frame[(frame["measure"] == PROFIT) & (frame["design"] == "hunter_farmer") & (frame["year"] == 0)]
    change = float(row["difference"].iloc[0])
    parts = [
        row.assign(measure=measure, difference=change * share, low=change * share - 1, high=change * share + 1)
        for measure, share in zip(MONEY_PARTS, (1.5, 0.0, 0.25, 0.25, 0.0, 0.5, 0.0, -0.5, 0.0, 0.0), strict=True)
    ]
    known = frame[~frame["measure"].isin(MONEY_PARTS)]
    frames = {**view.study.frames, "differences": pd.concat([known, *parts])}
    steps = advised(replace(view, study=replace(view.study, frames=frames)), "hunter_farmer").profit_steps()
    assert len(steps) > 2
    assert steps["difference"].iloc[:-1].sum() == pytest.approx(change)
    assert steps["difference"].iloc[-1] == pytest.approx(change)
    assert (steps["low"] <= steps["high"]).all()


def test_amounts_beside_each_other_share_their_unit(view):
    assert view.moneys(-91_000, 236_000) == ["−€91,000", "+€236,000"]
    assert all("m" in text for text in view.moneys(72_000, 2_360_000))


def test_the_published_case_is_no_mark_where_there_is_no_profit(view):
    assert not view.published_profit().empty
    levels = view.study.frame("levels")
    poor = levels.assign(mean=levels["mean"].where(levels["measure"] != "sales_profit_amount", -1.0))
    loss = replace(view, study=replace(view.study, frames={**view.study.frames, "levels": poor}))
    assert loss.published_profit().empty


@pytest.mark.parametrize("chapter", ["comparison", "levers"])
def test_a_title_has_an_amount_only_where_the_model_fits(report_in, chapter_in, chapter):
    assert any("€" in block.title for block in chapter_in(chapter, "en"))
    report = report_in("en")
    report.analysis.__dict__["study"] = replace(report.analysis.study, gate=NOT_CALIBRATED)
    titles = [block.title for block in write_chapter(chapter, report)]
    assert len(titles) > 2 and not [title for title in titles if "€" in title]
