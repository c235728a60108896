"""Shares over people and their intervals: recomputed by leaving each person out, and what they say at the edges."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from simkit.effort.people_sample import from_people, share_over_people, total_over_people
from simkit.foundation.activities import ACTIVITIES

PART, WHOLE = np.array([3.0, 1.0, 4.0, 1.0, 5.0]), np.array([9.0, 8.0, 9.0, 7.0, 9.0])


@pytest.mark.parametrize("unattributed", [(0.0, 0.0), (2.0, 12.0)])
def test_the_error_is_that_of_leaving_each_person_out(unattributed: tuple[float, float]) -> None:
    found = share_over_people(PART, WHOLE, unattributed)
    ratio = (PART.sum() + unattributed[0]) / (WHOLE.sum() + unattributed[1])
    without = [
        (np.delete(PART, one).sum() + unattributed[0]) / (np.delete(WHOLE, one).sum() + unattributed[1])
        for one in range(5)
    ]
    error = math.sqrt(np.var(without) * 5) / (ratio * (1 - ratio))
    middle, half = math.log(ratio / (1 - ratio)), stats.t.ppf(0.975, 4) * error

    assert found.value == pytest.approx(ratio) and found.level == 0.95
    assert found.low == pytest.approx(1 / (1 + math.exp(half - middle)))
    assert found.high == pytest.approx(1 / (1 + math.exp(-half - middle)))


def test_people_who_work_alike_leave_no_width_and_hours_do_not_matter() -> None:
    found = share_over_people(0.25 * WHOLE, WHOLE)
    assert (found.low, found.value, found.high) == pytest.approx((0.25, 0.25, 0.25))


def test_what_one_person_does_alone_says_nothing_of_others() -> None:
    alone = share_over_people(np.array([2.0, 0.0]), np.array([8.0, 0.0]))
    assert (alone.value, alone.low, alone.high) == (0.25, 0.0, 1.0)
    assert share_over_people(np.array([2.0]), np.array([8.0])).high == 1.0


def test_nobody_and_everybody_stay_at_the_ends() -> None:
    assert share_over_people(0 * WHOLE, WHOLE).high == 0.0
    assert share_over_people(WHOLE, WHOLE).low == 1.0
    assert share_over_people(0 * WHOLE, 0 * WHOLE).value == 0.0


def test_a_sample_adds_activities_up_before_it_looks_at_people() -> None:
    matrix = np.zeros((5, len(ACTIVITIES)))
    matrix[:, 0], matrix[:, 1] = PART, WHOLE - PART
    sample = from_people(matrix, np.zeros(len(ACTIVITIES)))
    assert sample.estimate(ACTIVITIES[:1]) == share_over_people(PART, WHOLE)
    assert sample.estimate(ACTIVITIES[:2]).low == 1.0  # they make up for each other within a person
    assert sample.hours_h == WHOLE.sum() and sample.people == 5


def test_hours_of_a_team_have_the_interval_of_a_sum_on_the_log_scale() -> None:
    found = total_over_people(WHOLE)
    factor = math.exp(stats.t.ppf(0.975, 4) * WHOLE.std(ddof=1) * math.sqrt(5) / WHOLE.sum())
    assert (found.low, found.value, found.high) == pytest.approx((42 / factor, 42.0, 42 * factor))
    assert total_over_people(np.array([8.0])).high == math.inf and total_over_people(np.zeros(3)).high == 0.0
