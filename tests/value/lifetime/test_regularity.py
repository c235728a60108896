"""Regular buyers: the regularity is measured, and the model that follows does not expect too many purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.value.lifetime.bg_nbd import expected_purchases, fit_purchases, grouped
from simkit.value.lifetime.histories import histories, purchases_between
from simkit.value.lifetime.model_choice import candidates, chosen_fit
from simkit.value.lifetime.regularity import LARGEST, regularity_of

CUT = pd.Timestamp("2022-01-03") + pd.Timedelta(days=2 * 364 - 1)
END = CUT + pd.Timedelta(days=364)


@pytest.mark.parametrize("k", [3, 6])
def test_regular_buyers_are_overpredicted_by_no_more_than_5_percent(buyers, k: int) -> None:
    """1,500 customers, two years of history, the next year held out; three times, for one alone strays by 3 %."""
    came = expected = at_random = 0.0
    for seed in (1, 2, 3):
        days = buyers(k, seed=seed)
        history = histories(days, CUT)
        came += float(purchases_between(days, CUT, END)["purchases"].reindex(history.index).sum())
        rows = grouped(history)
        regularity = regularity_of(days[days["day"] <= CUT])
        fit, reason = chosen_fit(candidates(history, regularity), regularity)
        assert fit is not None
        assert abs(fit.regularity - k) <= 1
        assert "are regular" in reason.en
        expected += float(rows.counts @ expected_purchases(fit, rows, 52.0))
        at_random += float(rows.counts @ expected_purchases(fit_purchases(rows), rows, 52.0))
    assert expected / came == pytest.approx(1, abs=0.05)
    assert at_random / came > 1.10  # what BG/NBD would have made of them


def test_random_buyers_are_met_by_bg_nbd(buyers) -> None:
    days = buyers(1, seed=1)
    history = histories(days, CUT)
    came = purchases_between(days, CUT, END)["purchases"].reindex(history.index).sum()
    regularity = regularity_of(days[days["day"] <= CUT])
    fit, reason = chosen_fit(candidates(history, regularity), regularity)
    assert fit is not None
    assert fit.name == "BG/NBD"
    assert "irregular" in reason.en
    rows = grouped(history)
    assert float(rows.counts @ expected_purchases(fit, rows, 52.0)) / came == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_regularity_is_found_whatever_the_rates(buyers, k: int) -> None:
    assert regularity_of(buyers(k, seed=3, number=600)).k == pytest.approx(k, rel=0.15)


def test_intervals_that_are_all_the_same_are_as_regular_as_it_gets() -> None:
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.tile(np.arange(9) * 30, 10), unit="D")
    days = pd.DataFrame({"customer_id": np.repeat([f"K{n}" for n in range(10)], 9), "day": day})
    found = regularity_of(days)
    assert (found.k, found.pairs, found.nearest) == (LARGEST, 40, LARGEST)
    assert found.is_regular


def test_too_few_intervals_say_nothing() -> None:
    days = pd.DataFrame({"customer_id": ["A"] * 3, "day": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])})
    found = regularity_of(days)
    assert np.isnan(found.k)
    assert not found.is_regular
    assert found.nearest == 1


def test_pairs_never_mix_two_customers() -> None:
    days = pd.DataFrame(
        {
            "customer_id": ["A", "A", "B", "B", "B"],
            "day": pd.to_datetime(["2024-01-01", "2024-05-01", "2024-01-01", "2024-01-11", "2024-01-21"]),
        }
    )
    assert regularity_of(days).pairs == 1
