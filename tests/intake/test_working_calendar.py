"""Working days by country and state."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from simkit.foundation.errors import ConfigError
from simkit.intake.working_calendar import WorkingCalendar


def test_states_differ() -> None:
    year = dt.date(2024, 1, 1), dt.date(2024, 12, 31)
    assert WorkingCalendar(country="DE", state="BW").working_days(*year) == 251
    assert WorkingCalendar(country="DE", state="BE").working_days(*year) == 252
    assert WorkingCalendar(country="NL").working_days(*year) > 250


def test_counting_and_listing_agree() -> None:
    calendar = WorkingCalendar(country="AT")
    first, last = dt.date(2023, 12, 20), dt.date(2024, 1, 10)
    days = calendar.dates(first, last)
    assert len(days) == calendar.working_days(first, last)
    assert pd.Timestamp("2024-01-01") not in days
    assert pd.Timestamp("2024-01-06") not in days
    assert pd.Timestamp("2023-12-27") in days


def test_a_span_that_ends_before_it_begins_has_none() -> None:
    assert WorkingCalendar().working_days(dt.date(2024, 2, 1), dt.date(2024, 1, 1)) == 0


def test_unknown_places_are_refused() -> None:
    with pytest.raises(ConfigError, match="no calendar of public holidays for the country 'XX'"):
        WorkingCalendar(country="XX")
    with pytest.raises(ConfigError, match="'BWW' is no state of DE") as caught:
        WorkingCalendar(country="DE", state="BWW")
    assert "BW" in caught.value.remedy.en
