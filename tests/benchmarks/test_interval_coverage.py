"""The test of coverage: it passes what is as promised, rejects what is not, and is exact under dependence."""

from __future__ import annotations

import numpy as np
import pytest
from interval_coverage import coverage_test


def firms(share: float, clients: int = 40, intervals: int = 11, seed: int = 1) -> list[list[bool]]:
    draw = np.random.default_rng(seed)
    return (draw.random((clients, intervals)) < share).tolist()


def test_what_is_as_promised_passes():
    found = coverage_test(firms(0.95), 0.95)
    assert found.p_value > 0.2 and found.clients == 40 and found.intervals == 440
    assert found.coverage == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize(("share", "clients"), [(0.85, 40), (0.5, 8)])
def test_too_little_coverage_is_rejected(share, clients):
    assert coverage_test(firms(share, clients), 0.95).p_value < 0.01


def test_intervals_that_are_far_too_wide_are_rejected_only_when_that_counts():
    always = [[True] * 11] * 40
    assert coverage_test(always, 0.80).p_value < 0.01
    assert coverage_test(always, 0.80, too_wide=False).p_value == 1.0


def test_intervals_of_one_client_that_hang_together_are_no_false_alarm():
    """All intervals of a client miss together in 5 % of clients: as promised, though a binomial test would reject it."""
    draw = np.random.default_rng(7)
    false_alarms = 0
    for _ in range(400):
        whole = draw.random(40) < 0.95
        false_alarms += coverage_test([[bool(one)] * 11 for one in whole], 0.95).p_value < 0.01
    assert false_alarms <= 8  # 1 % of 400 is 4; more than 8 has a chance of 2 %
