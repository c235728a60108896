"""Blind recovery and backtest in the small: eight invented firms whose truth is known, and that the check can fail.

The full size is ``python benchmarks/recovery.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import recovery

FIRMS, COMPARED, BACKTESTED = 8, 2, 2
CALIBRATED = (0, 7)


@pytest.fixture(scope="module")
def outcomes():
    """What the kit finds at eight firms; some are calibrated, compared and backtested, too."""
    size = recovery.Size(design_replications=3, years=0.75, backtest_replications=4, misspecified=False)
    return [
        recovery.recovered(
            number,
            replace(
                size,
                calibrate=number in CALIBRATED,
                design_replications=size.design_replications * (number < COMPARED),
                backtest_replications=size.backtest_replications * (number < BACKTESTED),
            ),
        )
        for number in range(FIRMS)
    ]


def test_what_is_true_of_the_firms_is_found(outcomes):
    lines, passed = recovery.summary(outcomes)

    assert passed, "\n".join(lines)
    assert [one.number for one in outcomes if one.off and one.fits] == list(CALIBRATED)
    assert sum(len(one.covered) for one in outcomes) >= 10 * FIRMS
    assert sum(len(one.backtest) for one in outcomes) >= 10 * BACKTESTED


def test_an_estimator_that_forgets_what_was_not_written_down_is_rejected(outcomes):
    """Counting only what the log holds misses contacts and requests; narrow intervals miss the rest."""

    def forgetful(name, found):
        factor = 0.7 if name.startswith(("contacts", "requests")) else 1.0
        middle, half = found.value * factor, (found.high - found.low) / 8
        return replace(found, value=middle, low=middle - half, high=middle + half)

    wrong = [
        replace(one, rates={name: forgetful(name, found) for name, found in one.rates.items()}) for one in outcomes
    ]
    lines, passed = recovery.summary(wrong)

    assert not passed and lines[-1] == "NOT as promised"
    assert recovery.coverage_test([list(one.covered.values()) for one in wrong], 0.95).p_value < 0.01


def test_a_time_share_off_by_three_points_is_rejected(outcomes):
    off = {**outcomes[0].off, "hours.care": 0.03}
    _, passed = recovery.summary([replace(outcomes[0], off=off), *outcomes[1:]])

    assert not passed


def test_missing_the_best_design_too_often_is_rejected(outcomes):
    wrong = [replace(one, best="stretched_t", found="hunter_farmer", lead=0.1) for one in outcomes]
    _, passed = recovery.summary(wrong)

    assert not passed


def test_predictions_that_hardly_ever_come_true_are_rejected(outcomes):
    wrong = [replace(one, backtest=dict.fromkeys(("orders", "wins", "hours.care"), False)) for one in outcomes]
    _, passed = recovery.summary(wrong)

    assert not passed
