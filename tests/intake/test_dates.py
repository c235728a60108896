"""Dates and times in the ways exports write them."""

from __future__ import annotations

import pandas as pd
import pytest

from simkit.intake.reading.dates import DateReading, read_dates


def read(*texts: str, **options: object) -> DateReading:
    return read_dates(pd.Series(list(texts), dtype="str"), **{"latest_year": 2100, **options})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("02.01.2024", "2024-01-02"),
        ("2.1.24", "2024-01-02"),
        ("2024-01-02", "2024-01-02"),
        ("2024/1/2", "2024-01-02"),
        ("20240102", "2024-01-02"),
        ("45293", "2024-01-02"),
        ("45293,5", "2024-01-02 12:00"),
        ("02.01.2024 14:30 Uhr", "2024-01-02 14:30"),
        ("2024-01-02T03:04:05", "2024-01-02 03:04:05"),
        ("2023-12-25 00:00:00.000", "2023-12-25"),
        ("3. März 2024", "2024-03-03"),
        ("10-Oct-2016", "2016-10-10"),
        ("Oct 10, 2016", "2016-10-10"),
        ("31/12/2024", "2024-12-31"),
        ("12/31/2024 1:05 PM", "2024-12-31 13:05"),
        ("12/31/2024 12:05 am", "2024-12-31 00:05"),
    ],
)
def test_common_notations(text: str, stamp: str) -> None:
    reading = read(text)
    assert reading.values.iloc[0] == pd.Timestamp(stamp)
    assert reading.values.dtype == "datetime64[ns]"


@pytest.mark.parametrize(
    "text",
    ["31.02.2024", "x", "13.2020", "Foo 20", "2102", "99999", "2024-13-01", "00:00.0", "31.12.9999", "0001-01-01"],
)
def test_what_is_no_date_is_unreadable(text: str) -> None:
    assert read(text, "2024-01-01").unreadable.tolist() == [True, False]


def test_times_with_an_offset_come_to_the_wall_clock_of_the_client() -> None:
    summer_and_winter = read("2024-07-01 06:00:00.5+00:00", "2024-01-01T06:00:00Z", zone="Europe/Amsterdam")
    assert summer_and_winter.values.tolist() == [
        pd.Timestamp("2024-07-01 08:00:00.5"),
        pd.Timestamp("2024-01-01 07:00"),
    ]


def test_without_a_known_zone_the_written_clock_stands() -> None:
    reading = read("2024-07-01 06:00:00+02:00")
    assert reading.values.iloc[0] == pd.Timestamp("2024-07-01 06:00")
    assert reading.zoned


def test_slashes_that_may_be_either_are_not_guessed() -> None:
    reading = read("3/4/2024", "5/6/2024")
    assert reading.undecided == (0, 1)
    assert reading.values.isna().all()


def test_one_value_decides_the_whole_column() -> None:
    assert read("3/4/2024", "3/13/2024").values.iloc[0] == pd.Timestamp("2024-03-04")
    assert read("3/4/2024", "13/3/2024").values.iloc[0] == pd.Timestamp("2024-04-03")


def test_the_answer_decides() -> None:
    assert read("3/4/2024", order="mdy").values.iloc[0] == pd.Timestamp("2024-03-04")
    assert read("3/4/2024", order="dmy").values.iloc[0] == pd.Timestamp("2024-04-03")


def test_a_column_with_both_orders_contradicts_itself() -> None:
    assert set(read("13/1/2024", "1/13/2024").proofs) == {"dmy", "mdy"}


def test_a_dotted_date_does_not_answer_for_slashes() -> None:
    reading = read("13.2.2024", "3/4/2024")
    assert reading.values.iloc[0] == pd.Timestamp("2024-02-13")
    assert reading.undecided == (1,)


def test_two_digit_years_do_not_pass_the_latest_year() -> None:
    reading = read("15.03.71", "15.03.24", latest_year=2025)
    assert reading.values.dt.year.tolist() == [1971, 2024]


@pytest.mark.parametrize(
    ("text", "stamp"),
    [
        ("02.01.2024 14:30:15", "2024-01-02 14:30:15"),
        ("02.01.2024 14:30:15,5", "2024-01-02 14:30:15.5"),
        ("12/31/2024 12:05 PM", "2024-12-31 12:05"),
        ("12/31/2024 11:59 pm", "2024-12-31 23:59"),
        ("12/31/2024 11:59 AM", "2024-12-31 11:59"),
        ("12/31/2024 1:05 am", "2024-12-31 01:05"),
        ("2024/1/2 3:04", "2024-01-02 03:04"),
        ("Dez 24 2024", "2024-12-24"),
        ("45293.75001", "2024-01-02 18:00:01"),
        ("1900-01-01", "1900-01-01"),
        ("31.12.2199", "2199-12-31"),
    ],
)
def test_times_of_day_and_the_first_and_last_day_that_can_be_used(text: str, stamp: str) -> None:
    assert read(text).values.iloc[0] == pd.Timestamp(stamp)


@pytest.mark.parametrize("text", ["31.12.1899", "2200-01-01", "3. Foo 2024", "Foo 3, 2024", "2024/13/1", "29.02.2023"])
def test_days_out_of_range_and_unknown_months_are_no_dates(text: str) -> None:
    reading = read(text)
    assert reading.unreadable.tolist() == [True]
    assert reading.undecided == ()


def test_times_with_different_offsets_come_to_one_clock() -> None:
    reading = read("2024-07-01 06:00+02:00", "2024-01-01T06:00:00-0500", zone="Europe/Berlin")
    assert reading.values.tolist() == [pd.Timestamp("2024-07-01 06:00"), pd.Timestamp("2024-01-01 12:00")]


def test_the_reading_says_whether_there_were_time_zones_and_day_numbers() -> None:
    for texts, zoned, serial in (
        (("2024-01-02",), False, False),
        (("02.01.2024",), False, False),
        (("2024-01-02T03:04Z",), True, False),
        (("2024-01-02T03:04Z", "45293"), True, True),
        (("02.01.2024", "45293"), False, True),
    ):
        reading = read(*texts)
        assert (reading.zoned, reading.serial) == (zoned, serial)
        assert not reading.unreadable.any()


def test_a_twelve_proves_no_order_and_what_is_undecided_is_not_unreadable() -> None:
    for text in ("12/3/2024", "3/12/2024", "12/12/2024"):
        reading = read(text, "2024-01-02")
        assert reading.proofs == {}
        assert reading.undecided == (0,)
        assert reading.unreadable.tolist() == [False, False]
        assert reading.values.isna().tolist() == [True, False]


def test_an_order_is_proven_by_the_values_that_allow_no_other() -> None:
    reading = read("3/4/2024", "13.1.2024", "14/1/2024", "2024-01-02", "15.1.2024")
    assert reading.proofs == {"dmy": (1, 4, 2)}
    assert read("3/4/2024", "3/14/2024").proofs == {"mdy": (1,)}


def test_dots_put_the_day_first_unless_the_column_proves_otherwise() -> None:
    assert read("3.4.2024").values.iloc[0] == pd.Timestamp("2024-04-03")
    assert read("3.4.2024", "3.13.2024").values.iloc[0] == pd.Timestamp("2024-03-04")
    assert read("3.4.2024", order="mdy").values.iloc[0] == pd.Timestamp("2024-03-04")


def test_the_latest_year_itself_may_be_written_with_two_digits() -> None:
    reading = read("15.03.25", "15.03.26", "15.03.99", latest_year=2025)
    assert reading.values.dt.year.tolist() == [2025, 1926, 1999]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("202409", "2024-09-01"),
        ("2024-09", "2024-09-01"),
        ("09/2024", "2024-09-01"),
        ("9.2024", "2024-09-01"),
        ("Sep 24", "2024-09-01"),
        ("Mär 2024", "2024-03-01"),
        ("Sept. 2024", "2024-09-01"),
        ("Q3 2024", "2024-07-01"),
        ("2024-Q3", "2024-07-01"),
        ("3. Quartal 2024", "2024-07-01"),
    ],
)
def test_a_month_or_a_quarter_is_its_first_day_and_is_told(text: str, day: str) -> None:
    reading = read(text)
    assert reading.values[0] == pd.Timestamp(day)
    assert reading.months == (0,)


def test_a_day_is_no_month() -> None:
    assert read("2024-09-01", "20240901", "01.09.2024", "1 Sep 2024").months == ()


def test_a_tracker_writes_day_month_and_half_of_the_day_with_slashes() -> None:
    assert read("05/Mar/25 9:00 AM", "25/Dec/24 1:15 PM").values.tolist() == [
        pd.Timestamp(2025, 3, 5, 9),
        pd.Timestamp(2024, 12, 25, 13, 15),
    ]
