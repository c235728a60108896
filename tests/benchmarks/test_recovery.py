"""Blind recovery and backtest in the small: eight invented firms whose truth is known, and that the check can fail.

The full size is ``python benchmarks/recovery.py``; its last output stands in benchmarks/README.md.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
import recovery

FIRMS, BACKTESTED = 8, 2
CALIBRATED, COMPARED = (0, 7), 0


@pytest.fixture(scope="module")
def outcomes():
    """What the kit finds at eight firms; some are calibrated and backtested, one is compared, too."""
    size = recovery.Size(design_replications=2, true_replications=2, years=0.5, backtest_replications=4)
    return [
        recovery.recovered(
            number,
            replace(
                size,
                calibrate=number in CALIBRATED,
                design_replications=size.design_replications * (number == COMPARED),
                backtest_replications=size.backtest_replications * (number < BACKTESTED),
            ),
        )
        for number in range(FIRMS)
    ]


def test_what_is_true_of_the_firms_is_found(outcomes):
    # two replications of half a year do not tell what a design is worth, only that the comparison runs: one is enough
    lines, passed = recovery.summary([replace(one, designs=None) for one in outcomes])

    assert passed, "\n".join(lines)
    assert [one.number for one in outcomes if one.designs and one.designs.found in recovery.DESIGNS] == [COMPARED]
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


def test_a_found_design_that_costs_too_much_is_rejected(outcomes):
    dear = recovery.Followed(best="stretched_t", found="baseline", lead=0.1, error=0.01, regret=0.1, gain=0.0)
    lines, passed = recovery.summary([replace(one, designs=dear) for one in outcomes if one.off])

    assert not passed
    assert any("loses at most 1% of true profit in 0" in line for line in lines)


def test_what_is_lost_by_following_what_was_found_is_counted_in_true_profit():
    true = pd.DataFrame({name: [100.0, 100.0] for name in recovery.DESIGNS})
    true["stretched_t"], true["hunter_farmer"] = [115.0, 135.0], [104.0, 106.0]

    one = recovery.followed(true, "hunter_farmer")
    assert (one.best, one.found) == ("stretched_t", "hunter_farmer")
    assert one.lead == one.regret == pytest.approx(20 / 125) and one.gain == pytest.approx(5 / 125)
    assert one.error > one.lead and not one.clear  # two replications do not tell a lead of 11 and 29
    assert recovery.followed(true + 0 * true, "stretched_t").regret == 0.0
    assert replace(one, error=0.1).clear and not replace(one, lead=0.009, error=0.001).clear


def test_predictions_that_hardly_ever_come_true_are_rejected(outcomes):
    wrong = [replace(one, backtest=dict.fromkeys(("orders", "wins", "hours.care"), False)) for one in outcomes]
    _, passed = recovery.summary(wrong)

    assert not passed
