"""Intervals of what follows from several means: by hand where it can be reckoned, against the t-test, and at ties."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from scipy.stats import t

from simkit.study.mean_intervals import drawn_means, fieller, knowing, knowing_interval, largest_interval

ROWS = np.array([[3.0, 5.0, 4.0, 8.0], [2.0, 2.0, 5.0, 3.0], [7.0, 1.0, 2.0, 2.0]])


def test_the_share_of_draws_in_which_one_mean_is_larger_is_what_the_t_test_says() -> None:
    drawn = drawn_means(ROWS, np.random.default_rng(1), 40_000)
    p_value = stats.ttest_rel(ROWS[0], ROWS[1], alternative="greater").pvalue
    assert (drawn[:, 0] > drawn[:, 1]).mean() == pytest.approx(1 - p_value, abs=0.006)


def test_quantiles_of_the_draws_are_the_t_interval() -> None:
    drawn = drawn_means(ROWS, np.random.default_rng(2), 40_000)
    low, high = stats.t.interval(0.8, 3, loc=ROWS[0].mean(), scale=stats.sem(ROWS[0]))
    assert np.quantile(drawn[:, 0], [0.1, 0.9]) == pytest.approx([low, high], abs=0.05)


def test_equal_rows_have_equal_draws_and_too_few_values_none() -> None:
    drawn = drawn_means(np.vstack([ROWS, ROWS[:1], [[math.nan] * 3 + [1.0]]]), np.random.default_rng(3), 50)
    assert (drawn[:, 0] == drawn[:, 3]).all()
    assert np.isnan(drawn[:, 4]).all() and not np.isnan(drawn[:, :4]).any()
    assert np.isnan(drawn_means(ROWS[:, :1], np.random.default_rng(3), 5)).all()


def test_a_missing_value_counts_for_nothing() -> None:
    with_gap = np.insert(ROWS, 2, math.nan, axis=1)
    drawn = drawn_means(with_gap, np.random.default_rng(4), 20_000)
    assert drawn.mean(axis=0) == pytest.approx(ROWS.mean(axis=1), abs=0.1)
    assert largest_interval(with_gap, comparisons=3) == pytest.approx(largest_interval(ROWS, comparisons=3))


def test_the_largest_of_one_mean_has_the_t_interval() -> None:
    expected = stats.t.interval(0.95, 3, loc=ROWS[0].mean(), scale=stats.sem(ROWS[0]))
    assert largest_interval(ROWS[:1], comparisons=1) == pytest.approx(expected)


def test_the_largest_mean_by_hand() -> None:
    low, high = largest_interval(ROWS, comparisons=3)
    mean, error = ROWS.mean(axis=1), stats.sem(ROWS, axis=1)
    assert low == pytest.approx((mean - t.ppf(1 - 0.025 / 3, 3) * error).max())
    assert high == pytest.approx((mean + t.ppf(0.975, 3) * error).max())
    assert math.isnan(largest_interval(ROWS[:, :1], comparisons=3)[0])


def test_the_worth_of_knowing_is_by_hand_and_certain_without_spread() -> None:
    means = np.array([[10.0, 7.0], [1.0, 6.0]])
    assert knowing(means, [0.5, 0.5]) == pytest.approx(1.5)
    assert knowing(means, [0.9, 0.1]) == pytest.approx(0.5)
    values = np.repeat(means[:, :, None], 3, axis=2)
    assert knowing_interval(values, [0.5, 0.5]) == pytest.approx((1.5, 1.5))


def test_the_worth_of_knowing_has_the_ends_of_its_differences() -> None:
    gain = np.array([[5.0, 6.0, 4.0, 5.0], [-3.0, -2.0, -3.0, -4.0]])  # the first design less the second, by case
    low, high = knowing_interval(np.stack([gain, np.zeros_like(gain)], axis=1), [0.5, 0.5])
    mean, error = gain.mean(axis=1), stats.sem(gain, axis=1)
    wide, one = t.ppf(1 - 0.025 / 4, 3) * error, t.ppf(1 - 0.025 / 2, 3) * error
    ends = [
        (max(mean[0] - wide[0], 0) / 2, max(mean[0] + one[0], 0) / 2),  # given up by the second
        (max(-mean[1] - wide[1], 0) / 2, max(-mean[1] + one[1], 0) / 2),  # by the first
    ]
    assert (low, high) == pytest.approx((min(end[0] for end in ends), min(end[1] for end in ends)))


def test_fiellers_bounds_are_where_the_gain_less_the_ratio_times_the_cost_is_just_significant() -> None:
    gain, cost = np.array([4.0, 9.0, 7.0, 10.0, 6.0]), np.array([2.0, 3.0, 2.5, 3.5, 2.0])

    ratio, low, high = fieller(gain, cost, 0.95)

    assert ratio == pytest.approx(7.2 / 2.6)
    for bound in (low, high):
        rest = gain - bound * cost
        assert abs(rest.mean()) / (rest.std(ddof=1) / math.sqrt(5)) == pytest.approx(t.ppf(0.975, 4))
    assert low < ratio < high


@pytest.mark.parametrize(
    ("gain", "cost", "known"),
    [
        ([1.0, 2.0], [0.0, 0.0], [False, False, False]),  # costs nothing
        ([1.0, 2.0], [-3.0, -2.0], [False, False, False]),  # saves money
        ([1.0, 2.0], [-1.0, 4.0], [True, False, False]),  # nobody knows whether it costs anything
        ([1.0], [2.0], [True, False, False]),  # one replication
        ([2.0, 2.0], [4.0, 4.0], [True, True, True]),
    ],
)
def test_a_return_on_no_sure_cost_has_no_interval(gain: list[float], cost: list[float], known: list[bool]) -> None:
    result = fieller(np.array(gain), np.array(cost))

    assert [value == value for value in result] == known
    assert not all(known) or result == (0.5, 0.5, 0.5)
