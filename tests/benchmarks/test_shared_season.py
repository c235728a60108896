"""The benchmark of lead and lag in the small: its firms have the season and the effect that it says, and it can fail."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom
from shared_season import ORDERS, firms, found_share, lines


def test_the_firms_share_a_season_and_nothing_else_unless_an_effect_is_asked_for():
    made = firms(40, 48, 0.3)
    orders = np.mean([one.to_numpy() for _, one in made], axis=0)
    month = made[0][1].index.month.to_numpy()
    assert np.corrcoef(orders, np.sin(2 * np.pi * (month - 3) / 12))[0, 1] > 0.95
    assert orders.mean() == pytest.approx(ORDERS, rel=0.02)


def test_a_strong_effect_is_found_and_none_is_not():
    strong, right, _ = found_share(12, 60, 0.15, effect=1.0)
    assert strong == right == 12
    assert found_share(12, 60, 0.15)[0] <= binom.isf(0.001, 12, 0.05)


def test_each_case_has_its_line():
    assert len(lines(2)) == 1 + 5 * 7 + 1 + 5
