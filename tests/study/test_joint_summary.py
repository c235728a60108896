"""What draws say: kept and dropped, ranges, reliability, and what is most worth knowing; numbers computed by hand."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from simkit.foundation.text import Text
from simkit.intake.settings.goals_settings import Goals
from simkit.study.joint_draws.joint_summary import (
    RightChoice,
    YearToday,
    driver_frame,
    gains_by_draw,
    nothing_drawn,
    reliabilities,
    smoothed_gains,
    summarised,
    summary_frame,
    today_frame,
)
from simkit.study.joint_draws.smoothing import Smoothing

TODAY = YearToday(orders=1000.0, contribution_amount=1e6)


def by_year(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["draw", "design", "profit_amount", "contribution_amount", "orders"])


def test_a_draw_whose_today_misses_by_more_than_a_tenth_is_dropped():
    rows = [
        (1, "today", 0.0, 1.09e6, 1000.0),
        (2, "today", 0.0, 1.11e6, 1000.0),
        (3, "today", 0.0, 1e6, 899.0),
        (4, "today", 0.0, 0.91e6, 1090.0),
    ]
    kept = today_frame(by_year(rows), "today", TODAY)
    assert kept["kept"].tolist() == [True, False, False, True]
    unmeasured = YearToday(orders=1000.0, contribution_amount=1e6, held=("orders",))
    assert today_frame(by_year(rows), "today", unmeasured)["kept"].tolist() == [True, True, False, True]


def test_gains_are_paired_within_the_draw():
    rows = [(1, "today", 10.0, 0, 0), (1, "a", 13.0, 0, 0), (2, "today", 20.0, 0, 0), (2, "a", 15.0, 0, 0)]
    assert gains_by_draw(by_year(rows), "today")["a"].tolist() == [3.0, -5.0]


def test_reliability_counts_the_draws_in_which_nothing_else_is_better_by_more_than_the_zone():
    gains = np.array(
        [
            [30.0, 25.0],  # a best, b within the zone of 10: both right
            [30.0, 15.0],  # a alone
            [-5.0, -1.0],  # neither gains: today
            [4.0, 2.0],  # both gain, none by more than the zone: all three
            [8.0, 40.0],  # b alone
        ]
    )
    assert reliabilities(gains, 10.0).tolist() == pytest.approx([2 / 5, 3 / 5, 3 / 5])


def test_what_may_not_be_advised_is_no_rival_of_what_may():
    gains = np.array([[30.0, 90.0], [30.0, 5.0], [-5.0, 60.0]])
    assert reliabilities(gains, 10.0).tolist() == pytest.approx([0.0, 1 / 3, 2 / 3])
    assert reliabilities(gains, 10.0, np.array([True, False])).tolist() == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert reliabilities(gains, 10.0, np.array([False, False])).tolist()[0] == 1.0


def test_the_range_is_that_of_5_to_95_percent_and_the_reliability_has_wilsons_interval():
    gains = pd.DataFrame({"a": np.arange(1.0, 22.0) - 6.0}, index=range(1, 22))  # −5 … 15, 15 of 21 above 0
    found = summary_frame(gains, {"a": Smoothing(terms=(), slopes=np.zeros(0), fitted=gains["a"].to_numpy(), q2=0.3)},
                          "today", 24, reliabilities(gains.to_numpy(), 3.0)).set_index("design")  # fmt: skip
    row = found.loc["a"]
    assert (row["low"], row["median"], row["high"]) == pytest.approx((-4.0, 5.0, 14.0))
    assert row["share_positive"] == row["reliability"] == pytest.approx(15 / 21)
    low, high = proportion_confint(15, 21, method="wilson")
    assert (row["reliability_low"], row["reliability_high"]) == pytest.approx((low, high))
    assert (row["draws"], row["dropped_share"], row["q2"]) == (21, pytest.approx(1 / 8), 0.3)
    today = found.loc["today"]
    assert today["reliability"] == pytest.approx(9 / 21)  # −5 … 3
    assert (today["low"], today["high"], today["share_positive"]) == (0.0, 0.0, 0.0)


def test_with_fewer_than_ten_draws_nothing_is_told():
    gains = pd.DataFrame({"a": np.ones(9)}, index=range(1, 10))
    row = summary_frame(gains, {}, "today", 50, np.full(2, np.nan)).set_index("design").loc["a"]
    assert np.isnan(row["low"]) and np.isnan(row["reliability"])
    assert (row["draws"], row["dropped_share"]) == (9, pytest.approx(0.82))


def made_draws(slope: float, noise: float):
    """Thirty draws over one dimension that the gain of the design follows."""
    scores = pd.DataFrame({"effort": np.linspace(-1.5, 1.5, 30), "other": np.tile([1.0, -1.0, 0.0], 10)})
    scores.index = pd.Index(range(1, 31))
    wiggle = noise * np.tile([1.0, -1.0], 15)
    rows = []
    for draw, score in scores["effort"].items():
        rows.append((draw, "today", 5e5, 1e6, 1000.0))
        rows.append((draw, "a", 5e5 + 2e4 + slope * score + wiggle[draw - 1], 1e6, 1000.0))
    return by_year(rows), scores


def test_gains_that_follow_the_draws_are_smoothed_and_others_stay_as_simulated():
    for slope, noise, smooth in ((3e4, 5e3, True), (0.0, 3e4, False)):
        table, scores = made_draws(slope, noise)
        simulated = gains_by_draw(table, "today")
        gains, found = smoothed_gains(simulated, scores)
        assert (found["a"].q2 >= 0.5) == smooth
        assert (np.abs(gains["a"] - simulated["a"]).max() > 0) == smooth


def test_what_is_most_worth_knowing_is_what_the_gain_follows_with_its_worth_by_hand():
    table, scores = made_draws(3e4, 0.0)
    simulated = gains_by_draw(table, "today")
    _, found = smoothed_gains(simulated, scores)
    rows = driver_frame(found, simulated, scores, {"effort": Text(de="Aufwand", en="Effort")})
    first = rows.iloc[0]
    assert (first["parameter"], first["label_de"], first["rank"]) == ("effort", "Aufwand", 1)
    assert first["share"] == pytest.approx(1.0)
    assert first["effect"] == pytest.approx(3e4 * float(np.subtract(*np.quantile(scores["effort"], [0.9, 0.1]))))
    expected = np.maximum(simulated["a"], 0.0).mean() - max(simulated["a"].mean(), 0.0)
    assert first["worth"] == pytest.approx(expected) and expected > 0


def test_frames_of_a_whole_set_of_draws():
    table, scores = made_draws(3e4, 5e3)
    frames = summarised(table, scores, "today", TODAY, {})
    assert set(frames) < set(nothing_drawn())
    for name, frame in frames.items():
        assert list(frame.columns) == list(nothing_drawn()[name].columns), name
    assert len(frames["joint_gains"]) == 30 and frames["joint_today"]["kept"].all()
    summary = frames["joint_summary"].set_index("design").loc["a"]
    gains = frames["joint_gains"]["gain_amount"]
    assert summary["low"] == pytest.approx(np.quantile(gains, 0.05)) and summary["draws"] == 30


def test_what_is_right_goes_by_what_the_goals_count_and_the_range_stays_money():
    table, scores = made_draws(0.0, 0.0)  # a gains 20,000 in every draw
    hours = table.assign(hours_a=np.where(table["design"] == "a", 90.0, 100.0))
    by_goal = {
        counts: summarised(hours, scores, "today", TODAY, {}, RightChoice(goals=Goals(counts=counts)))["joint_summary"]
        for counts in ("contribution_less_cost", "customer_hours_A")
    }
    weighted = RightChoice(goals=Goals(counts={"contribution_less_cost": 1, "customer_hours_A": 1}))  # +1 % less 5 %
    by_goal["weighted"] = summarised(hours, scores, "today", TODAY, {}, weighted)["joint_summary"]
    right = {name: frame.set_index("design").loc["a", "reliability"] for name, frame in by_goal.items()}
    assert right == {"contribution_less_cost": 1.0, "customer_hours_A": 0.0, "weighted": 0.0}
    assert {frame.set_index("design").loc["a", "median"] for frame in by_goal.values()} == {20_000.0}
    never = summarised(hours, scores, "today", TODAY, {}, RightChoice(never=frozenset({"a"})))["joint_summary"]
    assert never["reliability"].tolist()[0] == 1.0


def test_what_is_worth_knowing_goes_by_what_the_goals_count():
    table, scores = made_draws(3e4, 0.0)  # money follows "effort", hours follow "other"
    other = dict(scores["other"])
    hours = [
        100.0 + (2.0 + 5.0 * other[draw]) * (design == "a")
        for draw, design in zip(table["draw"], table["design"], strict=True)
    ]
    counted = {
        counts: summarised(
            table.assign(hours_a=hours), scores, "today", TODAY, {}, RightChoice(goals=Goals(counts=counts))
        )
        for counts in ("contribution_less_cost", "customer_hours_A")
    }
    first = {name: frames["joint_drivers"].iloc[0] for name, frames in counted.items()}
    assert {name: row["parameter"] for name, row in first.items()} == {
        "contribution_less_cost": "effort",
        "customer_hours_A": "other",
    }
    in_hours = first["customer_hours_A"]
    assert in_hours["effect"] == pytest.approx(10.0), "from the 10 % to the 90 % point of other: −1 to 1"
    assert in_hours["worth"] == pytest.approx((7.0 + 2.0) / 3 - 2.0), "a third of the draws each: −3, 2 or 7 hours"


def test_draws_that_are_all_unlike_the_client_leave_nothing_but_their_number():
    table, scores = made_draws(3e4, 5e3)
    frames = summarised(table, scores, "today", YearToday(orders=1.0, contribution_amount=1.0), {})
    assert frames["joint_gains"].empty and frames["joint_drivers"].empty
    assert frames["joint_summary"]["dropped_share"].tolist() == [1.0, 1.0]
