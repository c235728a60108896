from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simkit.value.customers.concentration import concentration, whale

AMOUNTS = st.lists(st.floats(1.0, 1e6), min_size=2, max_size=60)


def test_the_gini_of_equal_customers_is_zero() -> None:
    assert concentration(pd.Series([5.0] * 10)).gini.value == pytest.approx(0.0, abs=1e-12)


def test_the_gini_of_one_buyer_among_n_grows_to_one_minus_one_nth() -> None:
    nearly_nothing = [1e-9] * 9
    assert concentration(pd.Series([100.0, *nearly_nothing])).gini.value == pytest.approx(0.9, abs=1e-6)


def test_the_gini_of_one_to_four_is_a_quarter() -> None:
    assert concentration(pd.Series([1.0, 2.0, 3.0, 4.0])).gini.value == pytest.approx(0.25)


def test_top_shares_count_whole_customers() -> None:
    top = concentration(pd.Series([50.0, 20.0, 10.0, 10.0, 5.0, 5.0])).top
    assert top["customers"].tolist() == [1, 1, 3]
    assert top["revenue_share"].tolist() == pytest.approx([0.5, 0.5, 0.8])


def test_customers_without_revenue_are_left_out() -> None:
    assert concentration(pd.Series([1.0, 1.0, 0.0, -3.0])).customers == 2


@settings(deadline=None, derandomize=True, max_examples=50)
@given(AMOUNTS)
def test_the_lorenz_curve_rises_ever_more_slowly_to_one(amounts: list[float]) -> None:
    result = concentration(pd.Series(amounts), draws=20)
    curve = result.lorenz["revenue_share"].to_numpy()
    assert curve[0] == 0
    assert curve[-1] == pytest.approx(1.0)
    assert np.all(np.diff(curve, 2) <= 1e-9)
    assert 0 - 1e-9 <= result.gini.value < 1
    assert result.gini.low <= result.gini.value <= result.gini.high
    assert result.top["revenue_share"].is_monotonic_increasing


@settings(deadline=None, derandomize=True, max_examples=50)
@given(AMOUNTS, st.floats(0.01, 100))
def test_concentration_does_not_depend_on_the_currency(amounts: list[float], rate: float) -> None:
    first = concentration(pd.Series(amounts), draws=5)
    second = concentration(pd.Series(amounts) * rate, draws=5)
    np.testing.assert_allclose(first.top["revenue_share"], second.top["revenue_share"])


def test_the_whale_curve_peaks_before_the_losses() -> None:
    result = whale(pd.Series([60.0, 80.0, -20.0, -20.0]))
    assert result.curve["cumulative_margin_share"].tolist() == pytest.approx([0.0, 0.8, 1.4, 1.2, 1.0])
    assert (result.peak_rank_share, result.below_zero, result.below_zero_share) == (0.5, 2, 0.5)
    assert result.peak_margin_share == pytest.approx(1.4)
    assert (result.loss_amount, result.total_amount) == (40.0, 100.0)


def test_a_whale_curve_without_profit_has_amounts_but_no_shares() -> None:
    result = whale(pd.Series([10.0, -30.0]))
    assert result.curve["cumulative_margin_share"].isna().all()
    assert result.total_amount == -20.0


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=60))
def test_the_whale_curve_ends_at_the_total_and_never_lies_above_its_peak(margins: list[float]) -> None:
    result = whale(pd.Series(margins))
    curve = result.curve["cumulative_amount"]
    assert curve.iloc[-1] == pytest.approx(sum(margins), abs=1e-6)
    assert curve.max() == pytest.approx(result.total_amount + result.loss_amount, abs=1e-6)
