"""The distances of event logs, against values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from log_distances import (
    MEASURES,
    PlacedLog,
    absolute_distance,
    circadian_distance,
    cycle_time_distance,
    distances,
)

Row = tuple[int, float, float]


def placed(*rows: Row) -> PlacedLog:
    """A log of (case, start, end)."""
    case, start, end = zip(*rows, strict=True)
    return PlacedLog(case=np.array(case), start_h=np.array(start, dtype=float), end_h=np.array(end, dtype=float))


def frame(rows: Sequence[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["case", "start_h", "end_h"])


def test_a_log_is_at_no_distance_from_itself() -> None:
    log = placed((1, 9.0, 9.5), (1, 34.2, 35.1), (2, 60.0, 61.0))

    assert distances(log, log) == dict.fromkeys(MEASURES, 0.0)


def test_absolute_distance_is_how_far_an_event_moves_along_the_span() -> None:
    # Events in the hours 9, 9, 10, 10 against 9, 9, 12, 14: the last two move by 2 and 4 hours, so 6 ÷ 4.
    one = placed((1, 9.1, 9.9), (2, 10.0, 10.99))
    other = placed((1, 9.5, 9.6), (2, 12.0, 14.0))

    assert absolute_distance(one, other) == pytest.approx(1.5)
    assert absolute_distance(other, one) == pytest.approx(1.5)


def test_absolute_distance_compares_shares_and_not_numbers() -> None:
    once = placed((1, 9.0, 9.5), (2, 20.0, 20.5))
    twice = placed((1, 9.0, 9.5), (2, 20.0, 20.5), (3, 9.2, 9.3), (4, 20.7, 20.8))

    assert absolute_distance(once, twice) == pytest.approx(0.0)


def test_circadian_distance_is_the_mean_over_the_weekdays() -> None:
    # First day: hours 9, 9 against 12, 12 (3 h). Second day: 10, 11 against 10, 11 a week later (0 h). The others are empty.
    one = placed((1, 9.0, 9.5), (2, 24 + 10.0, 24 + 11.0))
    other = placed((1, 12.0, 12.5), (2, 168 + 24 + 10.0, 168 + 24 + 11.0))

    assert circadian_distance(one, other) == pytest.approx(3 / 7)
    assert circadian_distance(one, other, days=(0, 1)) == pytest.approx(3 / 2)
    assert circadian_distance(one, other, days=(1, 2)) == 0.0


def test_a_weekday_on_which_only_one_log_has_events_counts_as_the_farthest() -> None:
    one = placed((1, 9.0, 9.5))
    other = placed((1, 9.0, 9.5), (2, 24 + 9.0, 24 + 9.5))

    assert circadian_distance(one, other) == pytest.approx(23 / 7)


def test_cycle_time_distance_is_by_how_much_cases_change_their_length() -> None:
    # Lengths 1 and 10 hours against 1 and 14.5: in bins from the shortest on 0 and 9 against 0 and 13, so 4 ÷ 2.
    one = placed((1, 9.0, 10.0), (2, 9.0, 9.2), (2, 18.0, 19.0))
    other = placed((7, 50.0, 51.0), (8, 9.0, 23.5))

    assert cycle_time_distance(one, other) == pytest.approx(2.0)


def test_the_length_of_a_case_runs_from_its_first_start_to_its_last_end() -> None:
    log = placed((4, 20.0, 21.0), (3, 5.0, 6.0), (4, 2.0, 30.0), (4, 25.0, 26.0))

    assert log.cycle_times_h().tolist() == [1.0, 28.0]


def test_a_span_takes_in_the_cases_that_begin_in_its_intake_and_cuts_what_comes_later() -> None:
    rows = [
        (1, 99.0, 99.5),
        (1, 101.0, 102.0),
        (2, 105.0, 106.0),
        (2, 140.0, 141.0),
        (3, 105.0, 160.0),
        (4, 112.0, 113.0),
    ]

    seen = PlacedLog.within(frame(rows), intake_h=10.0, span_h=30.0, origin_h=100.0)

    # Case 1 began before the span, 4 after its intake; the second interval of 2 comes too late, 3 is cut.
    assert list(zip(seen.case, seen.start_h, seen.end_h, strict=True)) == [(2, 5.0, 6.0), (3, 5.0, 30.0)]
    assert seen.cases == 2
