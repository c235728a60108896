"""Numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simkit.intake.reading.numbers import currency_in, date_order, decimal_mark, read_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,50 €", 1234.5),
        ("-1.000,00", -1000.0),
        ("1.000,00-", -1000.0),
        ("(1.000,00)", -1000.0),
        ("45,3 %", 0.453),
        ("12490,47 €", 12490.47),
        ("€ 3,5", 3.5),
        ("1 234,50", 1234.5),
        ("1\u202f234,50\u00a0EUR", 1234.5),
        ("−3,2", -3.2),
        ("1.234.567", 1234567.0),
        ("0,123", 0.123),
        ("7,5 Std.", 7.5),
    ],
)
def test_german_numbers_prove_their_decimal_comma(text: str, value: float) -> None:
    reading = read_numbers([text])
    assert reading.values[0] == pytest.approx(value)
    assert list(reading.by_mark) == [","]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1’234.50", 1234.5),
        ("CHF 1'234.50", 1234.5),
        ("1'234.567", 1234.567),
        ("$1,234.50", 1234.5),
        ("1234.5", 1234.5),
        ("0.123", 0.123),
        (".5", 0.5),
        ("-2,024,994", -2024994.0),
        ("1.5E3", 1500.0),
    ],
)
def test_swiss_and_english_numbers_prove_their_decimal_point(text: str, value: float) -> None:
    reading = read_numbers([text])
    assert reading.values[0] == pytest.approx(value)
    assert list(reading.by_mark) == ["."]


def test_swiss_price_without_cents_is_a_whole_number() -> None:
    assert list(read_numbers(["1'234.-", "1’234.–", "50.--"]).values) == [1234.0, 1234.0, 50.0]


@pytest.mark.parametrize("text", ["abc", "-", "1.23,4", "--3", "-3-", "1,2,3", "12.34.56", "#NV", "5 5"])
def test_what_is_no_number_is_unreadable_not_zero(text: str) -> None:
    reading = read_numbers([text, "7,5"])
    assert reading.unreadable.tolist() == [True, False]
    assert math.isnan(reading.values[0])


def test_a_single_group_of_three_is_not_guessed() -> None:
    reading = read_numbers(["1.234", "5"])
    assert reading.undecided == (0,)
    assert not reading.unreadable.any()
    assert math.isnan(reading.values[0])


def test_one_value_decides_the_whole_column() -> None:
    assert read_numbers(["1.234", "2,5"]).values.tolist() == [1234.0, 2.5]
    assert read_numbers(["1.234", "2.5"]).values.tolist() == [1.234, 2.5]


def test_the_answer_decides_an_ambiguous_column() -> None:
    assert read_numbers(["1.234"], ",").values.tolist() == [1234.0]
    assert read_numbers(["1.234"], ".").values.tolist() == [1.234]


def test_a_column_that_proves_both_marks_contradicts_itself() -> None:
    reading = read_numbers(["1.234,50", "1,234.50"])
    assert reading.by_mark == {",": (0,), ".": (1,)}


def test_an_answer_does_not_turn_the_other_notation_into_a_number() -> None:
    assert read_numbers(["1.234,50", "1,234.50"], ",").unreadable.tolist() == [False, True]


def test_clock_times_are_hours_only_in_columns_of_hours() -> None:
    assert read_numbers(["7:30", "1:15:36"], clock=True).values.tolist() == [7.5, 1.26]
    assert read_numbers(["7:30"]).unreadable.tolist() == [True]


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_amount_written_the_german_way_is_read_back(amount: object) -> None:
    english = f"{amount:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert read_numbers([german]).values[0] == pytest.approx(float(english.replace(",", "")))
    assert read_numbers([english]).values[0] == pytest.approx(float(english.replace(",", "")))


def test_answers_are_read_as_examples() -> None:
    assert [decimal_mark(x) for x in ("1.234,50", "1,234.50", "1’234.50", "1234,5", "abc", "1.234")] == [
        ",", ".", ".", ",", None, None,
    ]  # fmt: skip
    assert [date_order(x) for x in ("dd.mm.yyyy", "mm/dd/yy", "yyyy-mm-dd", "dd/mm/yyyy hh:mm", "yyyymmdd", "foo")] == [
        "dmy", "mdy", "ymd", "dmy", "ymd", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1.234,56)", -1234.56),
        ("( 5,5 )", -5.5),
        ("1.234,56-", -1234.56),
        ("+7,5", 7.5),
        ("- 7,5", -7.5),
        ("7,5 -", -7.5),
        ("(-7,5)", 7.5),
        ("-45,3 %", -0.453),
        ("-1,5E-03", -0.0015),
        ("+2,5e-1", 0.25),
    ],
)
def test_signs_stand_before_or_behind_and_parentheses_are_a_minus(text: str, value: float) -> None:
    assert read_numbers([text]).values[0] == pytest.approx(value)


@pytest.mark.parametrize("text", ["(5,5", "5,5)", "+-5,5", "--+5,5", "5,5+", "+5,5-", "%", "()", "+"])
def test_a_sign_too_many_or_half_a_pair_of_parentheses_is_no_number(text: str) -> None:
    assert read_numbers([text]).unreadable.tolist() == [True]


def test_per_cent_signs_are_noted_value_by_value() -> None:
    reading = read_numbers(["45 %", "0,45", "100%"])
    assert reading.percent.tolist() == [True, False, True]
    assert reading.values.tolist() == [0.45, 0.45, 1.0]


def test_columns_of_hours_may_mix_clock_times_with_numbers() -> None:
    reading = read_numbers(["7,5", "7:30", "7:75", "100:00", "x:y"], clock=True)
    assert reading.values[[0, 1, 3]].tolist() == [7.5, 7.5, 100.0]
    assert reading.unreadable.tolist() == [False, False, True, False, True]
    assert not reading.percent.any()


@pytest.mark.parametrize(("pattern", "order"), [("yyyymm", "ymd"), ("yyyy-mm", "ymd"), ("mm/yyyy", "dmy")])
def test_a_pattern_may_be_that_of_a_month(pattern: str, order: str) -> None:
    assert date_order(pattern) == order


def test_patterns_of_dates_may_have_one_letter_each_and_must_have_every_part_once() -> None:
    assert [date_order(x) for x in ("d.m.yy", "m/d/yyyy", "yy-m-d", " DD.MM.YYYY ")] == ["dmy", "mdy", "ymd", "dmy"]
    assert [date_order(x) for x in ("dd.dd.yyyy", "dd.mm.dd", "yyyy-dd-mm", "dd.mm", "")] == [None] * 5


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1h 30m", 1.5),
        ("45m", 0.75),
        ("2 Std. 15 Min.", 2.25),
        ("90 min", 1.5),
        ("PT1H30M", 1.5),
        ("1d 4h", 12.0),
        ("1w", 40.0),
        ("30 s", 30 / 3600),
    ],
)
def test_durations_are_read_as_they_are_spoken_in_columns_of_hours(text: str, hours: float) -> None:
    assert read_numbers([text], clock=True).values[0] == pytest.approx(hours)
    assert math.isnan(read_numbers([text]).values[0])


def test_words_that_are_no_duration_stay_unreadable() -> None:
    assert read_numbers(["h", "lang", "1h ca.", "m 30"], clock=True).unreadable.all()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("€100,00", "EUR"),
        ("$101,00", "USD"),
        ("CHF 102,00", "CHF"),
        ("99 zł", "PLN"),
        ("Fr. 20.-", "CHF"),
        ("12,50", ""),
    ],
)
def test_the_currency_beside_a_number_is_known(text: str, code: str) -> None:
    assert currency_in(text) == code
    assert not math.isnan(read_numbers([text], ",").values[0])
