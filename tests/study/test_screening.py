"""Screening and tornado on engines whose response is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_robustness import (
    CALLS,
    DELAY,
    DIP,
    ELASTICITY,
    GIVER,
    QUIT,
    made_bench,
    made_subject,
    play_and_count,
    play_designs,
    play_known,
)

from simkit.study.experiment.experiment_spec import Execution
from simkit.study.paired_comparison import PROFIT
from simkit.study.robustness.sample_points import differences_to, levels_at
from simkit.study.robustness.screening import Screen, parameters_within, ranked, screen, tornado, tornado_runs
from simkit.study.robustness.tested_parameters import choose_parameters


@pytest.fixture(scope="module")
def bench():
    return made_bench()


@pytest.fixture(scope="module")
def choice(bench):
    return choose_parameters(bench.parameters, bench.designs.values())


@pytest.fixture(scope="module")
def parameters_screened(bench, choice):
    wanted = choice.named((ELASTICITY, GIVER, QUIT, "handover.taker_h", "leads.per_year"))
    return screen(
        bench,
        Screen(factors={parameter.path: (parameter,) for parameter in wanted}, trajectories=4, years=1),
        "parameters",
    )


def test_groups_that_hold_what_acts_come_first(bench, choice):
    found = screen(bench, Screen(factors=choice.by_group(), trajectories=3, years=1), "groups").effects
    assert ranked(found, PROFIT)[:2] == ["reaction_response", "handover"]
    rest = found[~found["factor"].isin(["reaction_response", "handover"]) & (found["measure"] == PROFIT)]
    assert (rest["mu_star"] < 1.0).all()


def test_the_effect_of_a_parameter_is_its_slope_times_its_range(parameters_screened):
    found = parameters_screened.effects
    mine = found[(found["design"] == "stretched_t") & (found["measure"] == PROFIT)].set_index("factor")
    assert mine.loc[ELASTICITY, "mu_star"] == pytest.approx(4e6 * 0.4)
    assert mine.loc[GIVER, "mu"] == pytest.approx(-3e6 * 0.35)
    assert mine.loc[["handover.taker_h", "leads.per_year", QUIT], "mu_star"].max() == pytest.approx(0.0, abs=1e-3)
    hours = found[(found["design"] == "stretched_t") & (found["measure"] == "facing_h")].set_index("factor")
    assert hours.loc[ELASTICITY, "mu_star"] == pytest.approx(1000 * 0.4)


def test_the_effects_can_be_computed_again_from_runs_and_places(parameters_screened):
    runs = parameters_screened.runs
    chosen = runs[(runs["design"] == "stretched_t") & (runs["measure"] == PROFIT)]
    gain = chosen.pivot(index="trajectory", columns="step", values="difference").diff(axis=1).iloc[:, 1:]
    places = parameters_screened.places.pivot(index=["trajectory", "step"], columns="parameter", values="value")
    moved = places.groupby("trajectory").diff().dropna()
    ranges = {ELASTICITY: 0.4, GIVER: 0.35}
    for parameter, width in ranges.items():
        steps = moved[moved[parameter].abs() > 1e-12][parameter]
        effects = [gain.loc[key] / (step / width) for key, step in steps.items()]
        table = parameters_screened.effects.set_index(["factor", "design", "measure"])
        assert np.mean(np.abs(effects)) == pytest.approx(table.loc[(parameter, "stretched_t", PROFIT), "mu_star"])


def test_the_interval_holds_the_effect_and_never_reaches_below_zero(parameters_screened):
    found = parameters_screened.effects
    assert (found["low"] >= 0).all()
    assert ((found["low"] <= found["mu_star"]) & (found["mu_star"] <= found["high"])).all()


def test_groups_are_looked_into_up_to_the_limit_but_at_least_one():
    groups = {"large": tuple(range(9)), "small": (1, 2), "tiny": (1,)}
    assert parameters_within(groups, ["large", "small", "tiny"], 10) == ["large", "tiny"]
    assert parameters_within(groups, ["large", "small", "tiny"], 3) == ["large"]


def test_no_factors_no_runs(bench):
    assert screen(bench, Screen(factors={}, trajectories=3, years=1), "none").effects.empty


def test_a_parameter_that_designs_set_moves_in_those_designs_alone():
    bench = made_bench(play_designs)
    frame = bench.run({"here": {}, "there": {DIP: 0.2}})
    dip = (
        frame[frame["measure"] == PROFIT].pivot(index="point", columns="design", values="value") * 3
    )  # sums of three years
    assert dip.loc["there"].to_dict() == pytest.approx(
        {"baseline": 0.0, "stretched_t": 0.2, "baseline_value_first": 0.0}
    )
    assert dip.loc["here", "stretched_t"] == pytest.approx(0.1)


def test_finished_points_are_found_again_and_never_taken_for_others(tmp_path):
    bench = replace(made_bench(play_and_count), execution=Execution(jobs=1, cache=tmp_path))
    points = {"base": {}, "end": {DELAY: 1.0}}  # the end is what the parameter set has and the design does not
    CALLS.clear()
    first = bench.run(points)
    ran = len(CALLS)
    second = bench.run({"end": {DELAY: 1.0}, "base": {}})
    assert len(CALLS) == ran
    delay = first[first["measure"] == PROFIT].set_index(["point", "design"])["value"] * 3  # a sum of three years
    assert delay["base", "stretched_t"] == pytest.approx(0.7)
    assert delay["end", "stretched_t"] == pytest.approx(1.0)
    again = second.set_index(["point", "design", "measure"])["value"]
    pd.testing.assert_series_equal(
        again.sort_index(), first.set_index(["point", "design", "measure"])["value"].sort_index()
    )


def test_every_design_of_a_point_meets_the_same_replication(bench):
    frame = bench.run({"one": {}}, replications=3)
    gains = differences_to(frame, "baseline")
    rest = gains[(gains["design"] == "baseline_value_first") & (gains["measure"] == PROFIT)]
    assert rest["difference"].tolist() == [0.0, 0.0, 0.0]


def test_progress_counts_the_runs_of_all_calls():
    told: list[int] = []
    bench = made_bench().telling(told.append)
    bench.run({"one": {}})
    bench.run({"two": {}, "three": {}})
    assert told[-1] == 9
    assert told == sorted(told)


@pytest.fixture(scope="module")
def swings(bench, choice):
    parameters = choice.named((GIVER, ELASTICITY, "leads.per_year"))
    return tornado(tornado_runs(bench, parameters, replications=4), parameters, "stretched_t")


def test_the_tornado_has_the_known_ends_the_widest_first(swings):
    mine = swings[swings["against"] == "baseline"].set_index("parameter")
    assert list(mine.index) == [ELASTICITY, GIVER, "leads.per_year"]
    base = mine["base_difference"].iloc[0]
    assert base == pytest.approx(4e6 * 0.05 / 3, abs=2e4)  # a year
    assert mine.loc[ELASTICITY, "low_difference"] - base == pytest.approx(-4e6 * 0.15 / 3)
    assert mine.loc[ELASTICITY, "high_difference"] - base == pytest.approx(4e6 * 0.25 / 3)
    assert mine.loc[GIVER, "low_difference"] > base > mine.loc[GIVER, "high_difference"]


def test_it_marks_where_the_sign_turns_and_whether_surely(swings):
    mine = swings[swings["against"] == "baseline"].set_index("parameter")
    assert mine["turns"].to_dict() == {ELASTICITY: True, GIVER: True, "leads.per_year": False}
    assert mine["turns_surely"].to_dict() == {ELASTICITY: True, GIVER: True, "leads.per_year": False}


def test_an_end_whose_interval_holds_zero_turns_only_perhaps():
    bench = made_bench()
    parameter = choose_parameters(bench.parameters, bench.designs.values()).named((ELASTICITY,))[0]
    near = replace(parameter, low=0.199)
    found = tornado(tornado_runs(bench, (near,), replications=4), (near,), "stretched_t")
    row = found[found["against"] == "baseline"].iloc[0]
    assert row["low_low"] < 0 < row["low_high"]
    assert not row["turns_surely"]


def test_the_frame_has_what_the_value_of_information_needs(swings):
    runner_up = made_subject().runner_up
    needed = swings[swings["against"] == runner_up][
        ["parameter", "low_difference", "high_difference", "base_difference"]
    ]
    assert len(needed) == 3
    assert not needed.isna().any().any()


def test_the_same_seed_gives_the_same_bytes(bench, choice):
    wanted = Screen(
        factors={parameter.path: (parameter,) for parameter in choice.named((ELASTICITY, GIVER))},
        trajectories=2,
        years=1,
    )
    first, second = (screen(bench, wanted, "again") for _ in range(2))
    pd.testing.assert_frame_equal(first.effects, second.effects)
    pd.testing.assert_frame_equal(first.places, second.places)


def test_places_become_values_in_the_order_of_the_parameters(choice):
    parameters = choice.named((ELASTICITY, GIVER))
    assert levels_at(parameters, (0.0, 1.0)) == {ELASTICITY: 0.1, GIVER: pytest.approx(0.4)}


def test_the_made_engine_is_importable_by_name():
    assert play_known.__module__ == "made_robustness"
