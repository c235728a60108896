"""Regions of victory: a known box is found, noise makes no rule, and what is found can be computed again."""

from functools import cache

import numpy as np
import pytest
from made_robustness import ELASTICITY, GIVER, QUIT, made_bench, play_box, play_noise
from scipy.stats import qmc

from simkit.study.robustness.discovery import discover, most_telling, regions, spread_points
from simkit.study.robustness.scenario_boxes import find_box
from simkit.study.robustness.tested_parameters import choose_parameters


def spread(seed: int, count: int = 80, inputs: int = 6):
    draw = np.random.default_rng(seed)
    return qmc.LatinHypercube(inputs, rng=draw).random(count), draw


@pytest.mark.parametrize("seed", range(3))
def test_a_known_box_is_found_although_one_outcome_in_ten_is_wrong(seed):
    points, draw = spread(seed)
    inside = (points[:, 1] > 0.5) & (points[:, 4] < 0.6)
    found = find_box(points, np.where(draw.random(80) < 0.1, ~inside, inside), seed=1, name="known")
    assert found is not None
    main = next(side for side in found.sides if side.column == 1)
    assert main.above
    assert main.bound == pytest.approx(0.5, abs=0.12)
    assert {side.column for side in found.sides} <= {1, 4}
    assert found.density > found.base_share


def test_without_wrong_outcomes_both_sides_are_exact():
    points, _ = spread(11)
    found = find_box(points, (points[:, 1] > 0.5) & (points[:, 4] < 0.6), seed=1, name="known")
    bounds = {(side.column, side.above): side.bound for side in found.sides}
    assert bounds[1, True] == pytest.approx(0.5, abs=0.1)
    assert bounds[4, False] == pytest.approx(0.6, abs=0.1)
    assert found.coverage > 0.8
    assert found.density > 0.8


def test_noise_makes_hardly_any_rule():
    found = []
    for seed in range(20):
        points, draw = spread(200 + seed, count=60)
        found.append(find_box(points, draw.random(60) < 0.35, seed=seed, name="noise"))
    assert sum(box is not None for box in found) <= 3  # 5 % of 20 are 1; four or more have a chance of 2 %


@pytest.mark.parametrize("outcome", [True, False])
def test_where_all_or_none_is_of_interest_there_is_no_box(outcome):
    points, _ = spread(3)
    assert find_box(points, np.full(80, outcome), seed=1, name="flat") is None


def test_too_few_points_make_no_rule():
    points, _ = spread(3, count=6)
    assert find_box(points, points[:, 0] > 0.5, seed=1, name="few") is None


def test_coverage_and_density_are_counts_of_the_points():
    points, _ = spread(5)
    interest = points[:, 0] > 0.7
    found = find_box(points, interest, seed=1, name="counts")
    inside = np.all([side.holds(points) for side in found.sides], axis=0)
    assert (found.points, found.cases) == (inside.sum(), (inside & interest).sum())
    assert found.coverage == found.cases / interest.sum()
    assert found.density == found.cases / found.points


@cache
def explored(engine, points=80):
    bench = made_bench(engine)
    parameters = choose_parameters(bench.parameters, bench.designs.values()).named((ELASTICITY, GIVER, QUIT))
    found = discover(bench, parameters, points=points, replications=4)
    return found, parameters, *regions(found, parameters, tuple(bench.designs), seed=1)


def test_the_region_of_a_design_is_reported_in_the_units_of_the_parameters():
    found, parameters, areas, sides = explored(play_box)
    row = areas.set_index("design").loc["stretched_t"]
    assert row["outcome"] == "region"
    mine = sides[sides["design"] == "stretched_t"].set_index("parameter")
    assert mine.loc[ELASTICITY, "bound"] == pytest.approx(0.3, abs=0.04)
    assert bool(mine.loc[ELASTICITY, "above"])
    assert mine.loc[GIVER, "bound"] == pytest.approx(0.25, abs=0.05)
    assert not mine.loc[GIVER, "above"]
    assert QUIT not in mine.index
    assert most_telling(found, parameters, "stretched_t", "baseline")["parameter"].tolist()[-1] == QUIT


def test_a_design_that_never_wins_is_told_to_win_nowhere():
    areas = explored(play_box)[2].set_index("design")
    assert areas.loc["baseline_value_first", "outcome"] == "nowhere"


def test_chance_alone_makes_no_region():
    _, _, areas, sides = explored(play_noise)
    assert set(areas["outcome"]) == {"no region"}
    assert sides.empty


def test_points_are_dealt_out_to_replications_and_each_part_of_a_range_holds_one():
    found, parameters, *_ = explored(play_box, points=20)
    assert found["replication"].value_counts().to_dict() == {0: 5, 1: 5, 2: 5, 3: 5}
    for parameter in parameters:
        parts = ((found[parameter.path] - parameter.low) / (parameter.high - parameter.low) * 20).astype(int)
        assert sorted(parts) == list(range(20))


def test_the_spread_is_the_same_for_the_same_seed():
    parameters = explored(play_box, points=20)[1]
    assert (spread_points(parameters, 20, 1) == spread_points(parameters, 20, 1)).all()
    assert (spread_points(parameters, 20, 1) != spread_points(parameters, 20, 2)).any()
