from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import COLUMNS

from simkit.study.comparison.payback import PROFIT_BY_MONTH, break_even_months, gains_by_month

AMOUNTS = st.integers(-1000, 1000).map(float)


def monthly(values: Mapping[str, list[list[float]]], scenario: str = "today") -> pd.DataFrame:
    """Design → replication → profit of each month."""
    rows = [
        (design, scenario, replication, 0, PROFIT_BY_MONTH, f"{month:02d}", amount)
        for design, replications in values.items()
        for replication, months in enumerate(replications)
        for month, amount in enumerate(months, start=1)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def turning(replications: list[list[float]]) -> pd.Series:
    """When a design breaks even whose gains against today are these."""
    today = [[100.0] * len(replications[0])] * len(replications)
    new = [[100.0 + gain for gain in replication] for replication in replications]
    return break_even_months(gains_by_month(monthly({"a": today, "b": new}), ["today"], ["a", "b"])).iloc[0]


def test_the_break_even_month_is_the_first_from_which_the_sum_stays_above_nothing():
    row = turning([[-30.0, 10.0, 15.0, 10.0, 10.0]] * 2)
    assert (row["month"], row["earliest"], row["latest"]) == (4, 4, 4)


def test_a_sum_that_falls_below_again_does_not_count():
    assert turning([[5.0, 5.0, -20.0, 8.0, 5.0]] * 2)["month"] == 5


def test_a_design_that_is_always_ahead_breaks_even_in_the_first_month():
    assert turning([[1.0, 1.0, 1.0]] * 2)["month"] == 1


@pytest.mark.parametrize("gains", [[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [-1.0, 0.5, 0.5], [5.0, 5.0, -10.0]])
def test_a_design_that_does_not_end_ahead_never_breaks_even(gains):
    assert math.isnan(turning([gains] * 2)["month"])


def test_the_interval_tells_the_earliest_and_the_latest_month():
    replications = [[-10.0, *[gain] * 11] for gain in (3.0, 4.0, 5.0, 6.0)]
    row = turning(replications)
    assert row["earliest"] <= row["month"] <= row["latest"]
    assert row["earliest"] < row["latest"] and row["month"] == 4


def test_replications_that_disagree_have_no_latest_month():
    row = turning([[-10.0, *[gain] * 11] for gain in (-9.0, 20.0)])
    assert row["month"] == row["month"] and math.isnan(row["latest"])


def test_months_count_as_numbers_also_beyond_the_ninety_ninth():
    row = turning([[-100.0, *[1.0] * 109]] * 2)
    assert row["month"] == 102 and row["months"] == 110


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=6, max_size=6), min_size=2, max_size=5))
def test_the_last_sum_is_the_difference_of_the_whole_time_and_pairing_removes_the_replication(replications):
    today = [[base for base, _ in replication] for replication in replications]
    new = [[base + gain for base, gain in replication] for replication in replications]
    table = gains_by_month(monthly({"a": today, "b": new}), ["today"], ["a", "b"])
    total = sum(gain for replication in replications for _, gain in replication) / len(replications)
    assert table["cumulated"].iloc[-1] == pytest.approx(total, abs=1e-6)
    assert table["difference"].sum() == pytest.approx(total, abs=1e-6)
    assert (table["cumulated_low"] <= table["cumulated"] + 1e-9).all()


def test_every_compared_design_has_its_months_in_every_scenario():
    one = {"a": [[1.0, 2.0]] * 2, "b": [[2.0, 2.0]] * 2, "c": [[0.0, 1.0]] * 2}
    frame = pd.concat([monthly(one, "today"), monthly(one, "crisis")])
    table = gains_by_month(frame, ["today", "crisis"], ["a", "b", "c"])
    assert len(table) == 8 and set(table["design"]) == {"b", "c"}
    assert set(break_even_months(table)["scenario"]) == {"today", "crisis"}
