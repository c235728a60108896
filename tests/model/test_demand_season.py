"""Seasons move arrivals between quarters and nothing else; an even year leaves every time as it was drawn."""

from __future__ import annotations

import numpy as np
import pytest

from simkit.foundation.parameter_set import Provenance
from simkit.model.inputs.demand import SEASONS, Season, codes_of, draws_of
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.model_parameters import load_defaults

UNEVEN = (0.6, 1.0, 1.4, 1.0)


def season(levels, start_h=-500.0, end_h=2000.0) -> Season:
    return Season(levels=levels, start_h=start_h, end_h=end_h, year_h=2000.0)


def test_an_even_year_leaves_times_alone_to_the_bit():
    at = np.random.default_rng(1).uniform(-500, 2000, 50)
    even = season((1.0, 1.0, 1.0, 1.0))
    assert even.placed(at) is at and even.factor == 1.0


def test_quarters_get_their_share_and_times_keep_their_order():
    at = np.linspace(-500, 2000, 200_001)
    moved = season(UNEVEN).placed(at)
    assert (np.diff(moved) >= 0).all() and moved[0] == -500 and moved[-1] == pytest.approx(2000)
    counts = np.histogram(moved, bins=[-500, 0, 500, 1000, 1500, 2000])[0]
    assert counts / counts[2] == pytest.approx([1.0, 0.6, 1.0, 1.4, 1.0], rel=0.01)  # the first is the fourth quarter


def test_a_part_of_a_year_has_the_demand_of_its_quarters():
    assert season(UNEVEN, 0.0, 500.0).factor == pytest.approx(0.6)
    assert season(UNEVEN, 0.0, 2000.0).factor == pytest.approx(1.0)
    assert season((6.0, 10.0, 14.0, 10.0), 0.0, 500.0).factor == pytest.approx(0.6)  # only ratios count


def test_orders_of_a_replication_follow_the_seasons():
    model_inputs = example_inputs(customers=50, posts=4, orders_per_year=4000)
    parameter_set = load_defaults().patch(
        {"time.horizon_years": 1.0, "time.warm_up_years": 0.25}, Provenance(kind="option")
    )
    uneven = parameter_set.patch(dict(zip(SEASONS, UNEVEN, strict=True)), Provenance(kind="option"))
    orders = draw_inputs(model_inputs, uneven, seed=1, replication=0).orders.at
    arrived = orders[np.isfinite(orders)]
    counts = np.histogram(arrived, bins=np.array([0, 500, 1000, 1500, 2000]))[0]
    assert counts / counts.mean() == pytest.approx(UNEVEN, abs=0.1)
    even = draw_inputs(model_inputs, parameter_set, seed=1, replication=0).orders.at
    assert np.isfinite(even).sum() == pytest.approx(len(arrived), rel=0.05)


@pytest.mark.parametrize("count", [0, 1, 1000])
def test_a_column_holds_the_numbers_it_was_made_of_and_is_no_view(count: int) -> None:
    numbers, codes = np.linspace(-1.0, 1.0, count), np.arange(count)
    column, whole = draws_of(numbers), codes_of(codes)
    numbers += 1.0

    assert column.tolist() == np.linspace(-1.0, 1.0, count).tolist()
    assert whole.tolist() == list(range(count))
