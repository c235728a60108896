from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from simkit.effort.hours import logged_hours
from simkit.intake.client import ClientData


def entry(start: str, end: str | None, hours: float | None, person: str | None = "P01") -> dict[str, object]:
    return {
        "employee_id": person,
        "activity": "selling",
        "started_at": pd.Timestamp(start),
        "ended_at": pd.Timestamp(end) if end else pd.NaT,
        "hours": hours,
    }


@pytest.fixture
def log(make_client: Callable[..., ClientData]) -> ClientData:
    rows = [
        entry("2024-03-04 08:00", "2024-03-04 10:00", None),
        entry("2024-03-04 08:00", "2024-03-05 18:00", None),  # nobody ended it
        entry("2024-03-04 08:00", "2024-03-05 18:00", 34.0),  # the same, its hours already computed
        entry("2024-03-04 08:00", None, 14.0),  # a clock that ran on, read as hours
        entry("2024-03-04", None, 10.0),  # the sum of a long day
        entry("2024-03-04 08:00", None, None),
        entry("2024-03-04 08:00", "2024-03-04 09:00", None, person=None),
    ]
    return make_client(activities=pd.DataFrame(rows))


def test_forgotten_ends_are_left_out_and_counted_with_their_hours(log: ClientData) -> None:
    dropped = logged_hours(log).dropped.set_index("reason")
    assert dropped.loc["too_long", "rows"] == 3
    assert dropped.loc["too_long", "hours_h"] == 82.0
    assert dropped.loc["too_long", "left_out"]


def test_the_sum_of_a_day_is_believed_however_long(log: ClientData) -> None:
    assert logged_hours(log).rows["hours_h"].tolist() == [2.0, 10.0, 1.0]


def test_entries_without_a_person_count_but_are_reported(log: ClientData) -> None:
    dropped = logged_hours(log).dropped.set_index("reason")
    assert (dropped.loc["no_person", "rows"], dropped.loc["no_person", "left_out"]) == (1, False)
    assert dropped.loc["no_duration", "rows"] == 1


def test_the_cap_is_an_argument(log: ClientData) -> None:
    assert len(logged_hours(log, cap_h=40.0).rows) == 6


def test_the_log_itself_is_not_changed(log: ClientData) -> None:
    before = log.table("activities").copy()
    logged_hours(log)
    pd.testing.assert_frame_equal(log.table("activities"), before)
