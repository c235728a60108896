"""From sales to purchase histories, whatever stands in the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.random_streams import stream
from simkit.foundation.units import WEEKS_PER_YEAR
from simkit.value.lifetime.histories import (
    NOT_LEARNED,
    GapRule,
    gap_class,
    histories,
    learned_rule,
    own_interval_weeks,
    posted_monthly,
    purchase_days,
    purchases_between,
    purchases_by_rule,
)


def sales(*rows: tuple[str, str | None, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "sold_on", "value_amount"])
    return table.assign(sold_on=pd.to_datetime(table["sold_on"]))


END = pd.Timestamp("2025-03-12")


def test_weeks_are_days_by_seven_and_several_sales_a_day_are_one_purchase() -> None:
    days = purchase_days(
        sales(
            ("A", "2025-01-01", 10.0), ("A", "2025-01-01", 20.0), ("A", "2025-01-15", 30.0), ("A", "2025-02-19", 60.0)
        )
    )
    row = histories(days, END).loc["A"]
    assert (row["repeats"], row["purchases"]) == (2, 3)
    assert (row["last_weeks"], row["age_weeks"]) == (7, 10)
    assert row["mean_amount"] == 40.0
    assert row["log_intervals"] == pytest.approx(np.log(2) + np.log(5))


def test_a_credit_note_is_no_purchase_and_reduces_the_one_before() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 100.0), ("A", "2025-01-08", -30.0), ("A", "2025-01-15", 50.0)))
    assert days["credit_amount"].tolist() == [-30.0, 0.0]
    row = histories(days, END).loc["A"]
    assert (row["repeats"], row["last_weeks"], row["net_amount"]) == (1, 2, 120.0)


def test_single_purchases_are_summed_before_credit_notes_and_those_of_nothing_are_none_that_was_paid() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 100.0), ("A", "2025-01-08", -99.99), ("A", "2025-01-15", 50.0)))
    row = histories(days, END).loc["A"]
    assert (row["paid_purchases"], row["gross_amount"]) == (2, 150.0)
    assert row["log_amounts"] == pytest.approx(np.log(100) + np.log(50))
    row = histories(days.assign(amount=[100.0, 0.0]), END).loc["A"]
    assert (row["purchases"], row["paid_purchases"], row["gross_amount"]) == (2, 1, 100.0)


def test_a_credit_note_before_any_purchase_reduces_the_first() -> None:
    days = purchase_days(sales(("A", "2025-01-01", -5.0), ("A", "2025-01-08", 0.0), ("A", "2025-01-15", 50.0)))
    assert histories(days, END).loc["A", "net_amount"] == 45.0
    assert histories(days, END).loc["A", "purchases"] == 1  # a day whose sum is nothing is none


def test_small_amounts_are_purchases_and_small_credits_are_not() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 0.5), ("A", "2025-01-08", -0.5), ("A", "2025-01-15", 1.0)))
    assert days[["amount", "credit_amount"]].to_numpy().tolist() == [[0.5, -0.5], [1.0, 0.0]]
    assert days.index.tolist() == [0, 1]


def test_every_credit_note_goes_to_the_customers_own_purchase_before_it() -> None:
    days = purchase_days(
        sales(
            ("B", "2025-01-03", -7.0), ("B", "2025-01-02", 90.0), ("A", "2025-01-08", 50.0), ("A", "2025-01-09", -2.0),
            ("A", "2025-01-10", -3.0), ("A", "2025-01-11", 60.0), ("A", "2025-01-12", -4.0),
        )
    )  # fmt: skip
    assert days["customer_id"].tolist() == ["A", "A", "B"]
    assert days["credit_amount"].tolist() == [-5.0, -4.0, -7.0]


def test_customers_with_credit_notes_only_have_no_history() -> None:
    days = purchase_days(sales(("A", "2025-01-01", -5.0), ("B", "2025-01-08", 7.0)))
    assert histories(days, END).index.tolist() == ["B"]


def test_sales_without_a_day_are_left_out() -> None:
    assert len(purchase_days(sales(("A", None, 5.0), ("A", "2025-01-08", 7.0)))) == 1


def test_one_order_has_no_repeats_and_no_recency() -> None:
    row = histories(purchase_days(sales(("A", "2025-03-05", 5.0))), END).loc["A"]
    assert (row["repeats"], row["last_weeks"], row["age_weeks"], row["log_intervals"]) == (0, 0, 1, 0)


def test_a_history_knows_nothing_after_its_end() -> None:
    days = purchase_days(sales(("A", "2025-01-01", 10.0), ("A", "2025-02-01", 20.0), ("B", "2025-02-01", 5.0)))
    cut = pd.Timestamp("2025-01-31")
    assert histories(days, cut).index.tolist() == ["A"]
    assert histories(days, cut).loc["A", "repeats"] == 0
    assert purchases_between(days, cut, END)["purchases"].to_dict() == {"A": 1.0, "B": 1.0}


def test_purchases_between_two_days_leave_out_the_first_and_take_in_the_last() -> None:
    days = purchase_days(
        sales(("A", "2025-01-01", 10.0), ("A", "2025-01-02", 20.0), ("A", "2025-01-03", 40.0), ("A", "2025-01-03", -5.0),
              ("A", "2025-01-04", 80.0), ("B", "2025-01-01", 5.0))
    )  # fmt: skip
    found = purchases_between(days, pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-03"))
    assert found.to_dict() == {"purchases": {"A": 2.0}, "amount": {"A": 55.0}}


def test_what_came_between_two_days_is_net_of_credit_notes() -> None:
    days = purchase_days(
        sales(
            ("A", "2025-01-02", 50.0), ("A", "2025-01-04", -8.0), ("B", "2025-01-03", 20.0), ("B", "2025-01-05", -20.0)
        )
    )
    assert days["credit_amount"].tolist() == [-8.0, -20.0]
    found = purchases_between(days, pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-03"))
    assert found.to_dict() == {"purchases": {"A": 1.0, "B": 1.0}, "amount": {"A": 42.0, "B": 0.0}}


def posted(*months: tuple[int, int]) -> pd.DataFrame:
    """By month the purchases on its 28th and those on days of their own before it."""
    on = [
        pd.Timestamp(2024, month, day)
        for month, (on_one, apart) in enumerate(months, start=1)
        for day in (*[28] * on_one, *range(1, apart + 1))
    ]
    return pd.DataFrame({"customer_id": [f"K{n}" for n in range(len(on))], "day": on})


@pytest.mark.parametrize(
    ("months", "monthly"),
    [
        ([(9, 1)] * 3, True),  # just nine of ten
        ([(8, 1)] * 3, False),
        ([(9, 1)] * 2, False),  # two months tell nothing
        ([(5, 0)] * 3, True),
        ([(4, 0)] * 3, False),  # nor do months of four purchases
        ([(5, 0), (5, 0), (5, 0), (1, 3), (1, 3)], True),
        ([(20, 0), (20, 0), (1, 5)], False),  # 41 of 46
        ([(20, 0), (20, 0), (20, 0), (1, 5)], True),  # 61 of 66, all months together
    ],
)
def test_postings_are_nine_of_ten_purchases_on_one_fixed_day_of_three_months(
    months: list[tuple[int, int]], monthly: bool
) -> None:
    assert posted_monthly(posted(*months)) is monthly


def together(dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Eight customers who all buy on the same dates."""
    return pd.DataFrame({"day": dates.repeat(8)})


@pytest.mark.parametrize("interval", [28, 30, 31, 45, 60, 90, 91])
def test_customers_who_buy_together_at_a_regular_interval_post_nothing_monthly(interval: int) -> None:
    for start in pd.date_range("2024-01-01", "2024-01-28"):
        assert not posted_monthly(together(pd.date_range(start, "2025-12-31", freq=f"{interval}D")))


@pytest.mark.parametrize("offset", ["MS", "ME", "BMS", "BME"])
def test_first_last_and_first_and_last_working_days_of_the_month_are_fixed_days(offset: str) -> None:
    assert posted_monthly(together(pd.date_range("2024-01-01", "2025-12-31", freq=offset)))


def test_quarterly_postings_are_not_monthly() -> None:
    assert not posted_monthly(together(pd.date_range("2024-01-01", "2025-12-31", freq="QE")))


def test_the_fifteenth_or_the_monday_after_it_is_a_fixed_day() -> None:
    fifteenth = pd.date_range("2024-01-01", "2025-12-31", freq="MS") + pd.Timedelta(days=14)
    assert posted_monthly(together(fifteenth))
    rolled = pd.DatetimeIndex([day + pd.offsets.BDay(0) for day in fifteenth])
    assert posted_monthly(together(rolled)) and not rolled.equals(fifteenth)


def history_of(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Repeats, weeks from the first purchase to the last, and to today."""
    return pd.DataFrame(rows, columns=["repeats", "last_weeks", "age_weeks"])


def test_who_bought_once_has_the_median_interval_of_the_others() -> None:
    table = history_of((2, 1.0, 9.0), (1, 0.8, 9.0), (1, 0.6, 9.0), (0, 0.0, 9.0))
    assert own_interval_weeks(table).tolist() == pytest.approx([0.5, 0.8, 0.6, 0.6])


def test_where_everybody_bought_once_the_interval_is_the_age_but_a_week_at_least() -> None:
    assert own_interval_weeks(history_of((0, 0.0, 9.0), (0, 0.0, 0.5), (0, 0.0, 1.5))).tolist() == [9.0, 1.0, 1.5]


def test_gaps_of_just_one_two_and_three_intervals_belong_to_the_lower_class() -> None:
    gaps = (0.0, 10.0, 11.0, 20.0, 21.0, 30.0, 31.0)
    table = history_of(*[(2, 20.0, 20.0 + gap) for gap in gaps])
    assert gap_class(table).tolist() == [0, 0, 1, 1, 2, 2, 3]


MONDAY = pd.Timestamp("2024-01-01")
CUT = MONDAY + pd.Timedelta(weeks=10)


def bought(**weeks: list[float]) -> pd.DataFrame:
    """Purchases of 100 by customer, in weeks after the first Monday."""
    rows = [(name, MONDAY + pd.Timedelta(days=round(7 * week))) for name, own in weeks.items() for week in own]
    return purchase_days(pd.DataFrame(rows, columns=["customer_id", "sold_on"]).assign(value_amount=100.0))


# In 26 weeks the old pace would have brought 6.5 purchases of A and C (every 4 weeks), 13 of B (every 2), 26/3 of E (every
# 3), and 26/3.5 of D, who bought once: the median of 2, 3, 4 and 4. Gaps: A and D under one interval, C 1.5, E 2.3, B 4.
FIVE = {
    "A": [0, 4, 8, 12, 16, 20], "B": [0, 2, 30], "C": [0, 4], "D": [8], "E": [0, 3, 11, 36, 37],
}  # fmt: skip
HALF_A_YEAR = CUT + pd.Timedelta(weeks=26)


def test_the_rule_of_five_customers_is_the_one_by_hand() -> None:
    rule = learned_rule(bought(**FIVE), CUT, HALF_A_YEAR)  # E's purchase of week 37 comes too late
    assert rule.pace == pytest.approx([3 / (6.5 + 26 / 3.5), 0.0, 2 / (26 / 3), 1 / 13])
    assert rule.alive == pytest.approx([1 / 2, 0.0, 1.0, 1.0])
    assert rule.yearly == pytest.approx((1 / 3) ** (WEEKS_PER_YEAR / 26))  # of A, C and D, half a year later


def test_what_no_customer_shows_is_taken_as_going_on_for_two_intervals() -> None:
    rule = learned_rule(bought(B=[0, 2, 30]), CUT, HALF_A_YEAR)
    assert rule.pace == pytest.approx([1.0, 1.0, 0.0, 1 / 13])
    assert rule.alive.tolist() == [1.0, 1.0, 0.0, 1.0]
    assert rule.yearly == 1.0
    assert (NOT_LEARNED.pace.tolist(), NOT_LEARNED.alive.tolist()) == ([1.0, 1.0, 0.0, 0.0], [1.0, 1.0, 0.0, 0.0])
    assert NOT_LEARNED.yearly == 1.0


def test_one_customer_with_a_long_interval_teaches_its_own_fate() -> None:
    first = MONDAY + pd.Timedelta(weeks=52)
    back = learned_rule(bought(A=[0, 52, 60]), first, first + pd.Timedelta(weeks=26))
    assert back.pace[0] == pytest.approx(2.0)  # one purchase for half of one
    assert (back.alive[0], back.yearly) == (1.0, 1.0)
    gone = learned_rule(bought(A=[0, 52]), first, first + pd.Timedelta(weeks=26))
    assert (gone.pace[0], gone.alive[0], gone.yearly) == (0.0, 0.0, 0.0)


def test_draws_over_customers_scatter_around_the_rule_and_those_of_one_customer_are_the_rule() -> None:
    days = bought(**{f"{name}{n}": weeks for n in range(20) for name, weeks in FIVE.items()})
    rule = learned_rule(days, CUT, HALF_A_YEAR)
    drawn = learned_rule(days, CUT, HALF_A_YEAR, stream(1, 0, "tests.gaps"), 400)
    assert (drawn.pace.shape, drawn.alive.shape, drawn.yearly.shape) == ((400, 4), (400, 4), (400,))
    assert drawn.alive.mean(axis=0) == pytest.approx(rule.alive, abs=0.02)
    assert drawn.alive[:, 0].std() == pytest.approx(0.5 / np.sqrt(40), rel=0.15)  # forty customers in the class
    one = learned_rule(bought(B=[0, 2, 30]), CUT, HALF_A_YEAR, stream(1, 0, "tests.gaps"), 1)
    assert one.pace == pytest.approx(np.array([[1.0, 1.0, 0.0, 1 / 13]]))


def test_without_draws_the_stream_is_not_asked() -> None:
    rule = learned_rule(bought(**FIVE), CUT, HALF_A_YEAR, stream(1, 0, "tests.gaps"), 0)
    assert rule.pace.shape == (4,)


def test_purchases_by_the_rule_are_the_old_pace_by_class_and_year() -> None:
    rule = GapRule(pace=np.array([0.8, 0.5, 0.25, 0.1]), alive=np.ones(4), yearly=np.array(0.5))
    table = history_of((2, 20.0, 25.0), (2, 20.0, 35.0))  # every ten weeks; gaps of 0.5 and 1.5 intervals
    found = purchases_by_rule(rule, table, np.array([1.0, 0.9, 0.8]))
    years = 1.0 + 0.5 * 0.9 + 0.25 * 0.8
    assert found == pytest.approx([WEEKS_PER_YEAR / 10 * 0.8 * years, WEEKS_PER_YEAR / 10 * 0.5 * years])


def test_each_draw_of_the_rule_has_its_own_purchases() -> None:
    rule = GapRule(
        pace=np.array([[0.8, 0.5, 0.2, 0.1], [1.0, 0.4, 0.2, 0.1]]), alive=np.ones((2, 4)), yearly=np.array([0.5, 1.0])
    )
    found = purchases_by_rule(rule, history_of((2, 20.0, 25.0)), np.ones(2))
    assert found == pytest.approx(WEEKS_PER_YEAR / 10 * np.array([[0.8 * 1.5, 1.0 * 2.0]]))


def test_a_purchase_on_the_last_day_of_the_history_counts() -> None:
    days = purchase_days(sales(("A", "2025-03-05", 10.0), ("A", "2025-03-12", 20.0)))
    row = histories(days, END).loc["A"]
    assert (row["repeats"], row["last_weeks"], row["age_weeks"]) == (1, 1, 1)
