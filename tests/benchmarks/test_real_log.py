"""Train and test on the lender's log in the small: the real data in a reduced form, and the parts on logs made by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from lender import measured_lender
from lender_log import OFFICE_WEEK_H, WEEK_H, Pieces, WeekClock, in_sittings, lender_log, sittings_of
from log_distances import MEASURES
from real_log import BEGINS_H, DAYS, INTAKE_H, QUICK, SPAN_H, TEST_H, naive_log, real_log, seen, train_spans

CALL, OFFER, CHECK = "W_Completeren aanvraag", "W_Nabellen offertes", "W_Valideren aanvraag"
EVEN = WeekClock(passed_h=np.linspace(0.0, OFFICE_WEEK_H, 673))
"""A week in which 3.5 calendar hours are one office hour, day and night."""


def intervals(*rows: tuple[int, str, float, float]) -> pd.DataFrame:
    """A log of (case, activity, start, end), calendar hours."""
    return pd.DataFrame(rows, columns=["case", "activity", "start_h", "end_h"])


@pytest.fixture(scope="module")
def log(shared_data: Path) -> pd.DataFrame:
    return lender_log(shared_data)


def test_the_played_lender_is_nearer_to_the_floor_than_to_the_naive_baseline(shared_data: Path) -> None:
    result = real_log(shared_data, QUICK)

    assert [measure for measure in MEASURES if not result.nearer_to_floor(measure)] == []
    assert result.played.mean("circadian") < 0.15 * result.naive.mean("circadian")
    assert result.played.mean("cycle_time") < 0.8 * result.naive.mean("cycle_time")
    assert len(result.floor.by_log) == 6
    assert len(result.lines()) == 1 + 3 + 1 + 3 + 5


def test_the_parts_of_the_log_are_two_thirds_and_one_third_of_the_intake(log: pd.DataFrame) -> None:
    first = log.groupby("case")["start_h"].min()

    assert INTAKE_H == 7 * WEEK_H and TEST_H % 24 == 0
    assert (first < TEST_H).mean() == pytest.approx(2 / 3, abs=0.03)
    assert (first < TEST_H + INTAKE_H).mean() > 0.996  # next to nothing is taken in afterwards
    assert log["end_h"].max() < TEST_H + SPAN_H


def test_what_is_measured_and_resampled_does_not_see_the_test_part(log: pd.DataFrame) -> None:
    without = log[log["start_h"] < TEST_H]
    whole, train = (measured_lender(one, BEGINS_H, TEST_H) for one in (log, without))

    assert whole.parameters == train.parameters and whole.posts == train.posts
    assert np.array_equal(whole.clock.passed_h, train.clock.passed_h)
    assert np.array_equal(whole.pieces.after_h, train.pieces.after_h)
    assert np.array_equal(naive_log(log, 0).start_h, naive_log(without, 0).start_h)
    assert [len(one.case) for one in train_spans(log)] == [len(one.case) for one in train_spans(without)]


def test_the_naive_baseline_knows_neither_nights_nor_more_than_the_train_part(log: pd.DataFrame) -> None:
    made = naive_log(log, 0)
    hour = made.start_h % 24

    assert ((hour < 6).mean()) == pytest.approx(0.25, abs=0.02)
    assert made.cases == pytest.approx(seen(log, 0.0).cases, rel=0.15)
    assert (made.end_h <= SPAN_H).all()
    assert 3 not in DAYS  # the Sunday of a week that begins on a Thursday


def test_the_clock_of_the_week_passes_where_work_is_done() -> None:
    # Three quarters of the events in the first hour of the week, one quarter in the second day's first.
    clock = WeekClock.of(intervals((1, CALL, 0.1, 0.9), (1, CALL, 0.3, 24.5)))

    assert clock.office_h(np.array([1.0, 24.0, WEEK_H]))[:2] == pytest.approx([36.0, 36.0])
    assert clock.office_h(np.array([WEEK_H + 100.0])) == pytest.approx([2 * OFFICE_WEEK_H])
    placed = clock.calendar_h(np.array([1.0, 35.0, 40.0, OFFICE_WEEK_H + 1.0]))
    assert (placed < [1, 1, 25, WEEK_H + 1]).all() and (placed >= [0, 0, 24, WEEK_H]).all()


def test_office_hours_and_calendar_hours_are_each_others_inverse_where_work_is_done() -> None:
    office_h = np.array([0.5, 17.25, 47.9, 100.0, -20.0])

    assert EVEN.office_h(EVEN.calendar_h(office_h)) == pytest.approx(office_h)
    assert EVEN.calendar_h(np.array([48.0])) == pytest.approx([WEEK_H])


def test_a_sitting_ends_after_a_working_day_and_where_an_order_begins() -> None:
    # Calls at office hours 0 and 2 are one sitting; 19.5 hours later comes another, and right after it the order begins.
    rows = (
        (1, CALL, 0.0, 3.5),
        (1, OFFER, 7.0, 8.75),
        (1, OFFER, 77.0, 78.0),
        (1, CHECK, 78.0, 79.0),
        (1, OFFER, 79.0, 80.0),
    )
    sittings = sittings_of(in_sittings(intervals(*rows), EVEN))

    assert sittings["stage"].tolist() == ["opportunity", "opportunity", "order"]
    assert sittings["wait_h"].tolist() == pytest.approx([0.0, 19.5, 0.0])
    assert sittings["work_h"].tolist() == pytest.approx([5.25, 1.0, 2.0])


def test_sittings_are_written_down_in_the_pieces_that_were_seen() -> None:
    pieces = Pieces.of(in_sittings(intervals((1, CALL, 0.0, 3.0), (1, CALL, 7.0, 8.0), (2, CHECK, 0.0, 5.0)), EVEN))
    played = pd.DataFrame(
        {"case": [8, 9], "stage": ["order", "opportunity"], "begun_h": [10.0, 20.0], "work_h": [2.0, 1.0]}
    )

    written = pieces.written(played, np.random.default_rng(1))

    assert written["case"].tolist() == [8, 9, 9]
    assert written["begun_h"].tolist() == pytest.approx([10.0, 20.0, 22.0])
    assert written["work_h"].tolist() == pytest.approx([2.0, 0.75, 0.25])
