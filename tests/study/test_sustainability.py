from __future__ import annotations

import math

import pandas as pd
import pytest
from made_runs import hours, runs

from simkit.study.comparison.sustainability import BANDS, elasticity, picture, sustainability, undone
from simkit.study.paired_comparison import levels

FOUNDATION = {"selling": 100.0, "care": 50.0, "coordination": 800.0, "idle": 50.0}


def with_open_work(change: float, last_year: float, years: int = 3) -> pd.DataFrame:
    last = runs({"a": [last_year / 3] * 3}, "open_work_change_h").assign(year=years)
    return pd.concat(
        [hours("a", FOUNDATION), hours("a", {k: v / 3 for k, v in FOUNDATION.items()}, year=years),
         runs({"a": [change] * 3}, "open_work_change_h"), last]
    )  # fmt: skip


def test_open_work_below_one_per_cent_of_capacity_a_year_is_sustainable():
    row = sustainability(with_open_work(9.0, 9.0)).iloc[0]
    assert row["open_work_growth_share"] == pytest.approx(0.009) and bool(row["sustainable"])


def test_open_work_above_it_is_flagged():
    assert not sustainability(with_open_work(11.0, 0.0))["sustainable"].iloc[0]


@pytest.mark.parametrize("years", [1, 2, 3, 5])
def test_open_work_that_grows_only_in_the_last_year_is_flagged_too(years: int):
    row = sustainability(with_open_work(5.0, 15.0, years)).iloc[0]
    assert row["last_year_share"] == pytest.approx(0.015) and not row["sustainable"]


def test_a_design_without_a_change_of_open_work_is_sustainable():
    frame = pd.concat([hours("a", FOUNDATION), hours("a", FOUNDATION, year=3)])
    assert sustainability(frame)["sustainable"].tolist() == [True]


def test_elasticity_of_a_power_law():
    frame = runs({"baseline": [100.0, 250.0], "probe": [100 * 1.1**0.3, 250 * 1.1**0.3]}, "revenue_amount")
    row = elasticity(frame, "today", "baseline", "probe").iloc[0]
    assert row["value"] == pytest.approx(0.3) and bool(row["inside"])


def test_elasticity_without_any_reaction_is_outside():
    frame = runs({"baseline": [100.0, 250.0], "probe": [100.0, 250.0]}, "revenue_amount")
    row = elasticity(frame, "today", "baseline", "probe").iloc[0]
    assert row["value"] == 0 and not row["inside"]


def test_the_picture_holds_all_hours_as_people():
    table = picture(hours("a", FOUNDATION), hours_per_fte=100.0).set_index("band")["fte"]
    assert table.sum() == pytest.approx(10.0)
    assert table["customer"] == pytest.approx(1.5) and table["coordination"] == pytest.approx(8.0)


def test_every_activity_is_in_one_band():
    from simkit.foundation.activities import ACTIVITIES

    placed = [name for names in BANDS.values() for name in names]
    assert sorted(placed) == sorted(ACTIVITIES)


def test_refusals_are_shown_where_they_happen_and_nowhere_else():
    lapses = runs({"a": [3.0, 5.0], "b": [0.0, 0.0]}, "lapsed_leads")
    none, some = (runs({"a": [0.0, 0.0], "b": [0.0, number]}, "refused_orders") for number in (0.0, 4.0))
    assert undone(levels(pd.concat([lapses, none])))["item"].tolist() == ["lapsed_leads", "lapsed_leads"]
    shown = undone(levels(pd.concat([lapses, some]))).set_index(["design", "item"])["mean"]
    assert shown["a", "refused_orders"] == 0 and shown["b", "refused_orders"] == 2


def test_what_was_left_undone_stands_in_a_fixed_order():
    frame = pd.concat(
        [runs({"a": [3.0, 5.0]}, "cancelled_orders"), runs({"a": [1.0, 1.0]}, "lapsed_care").assign(group="A")]
    )
    table = undone(levels(frame))
    assert table["item"].tolist() == ["lapsed_care", "cancelled_orders"] and table["mean"].tolist() == [1.0, 4.0]
    assert math.isclose(table["low"].iloc[0], 1.0)
