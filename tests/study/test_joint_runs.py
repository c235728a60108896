"""Every design meets every draw in replications of its own, at the values that were drawn."""

from collections.abc import Iterator

import pandas as pd
import pytest
from made_organisation import MODEL_INPUTS, PARAMETER_SET

from simkit.model.specification.designs import load_design
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.joint_draws.drawn_parameters import drawn_set
from simkit.study.joint_draws.drawn_sets import sampled
from simkit.study.joint_draws.drawn_today import FIRST_REPLICATION
from simkit.study.joint_draws.joint_runs import by_year, draw_experiment, play_draw, run_draws
from simkit.study.robustness.sample_points import RobustnessBench

DESIGNS = {name: load_design(name) for name in ("baseline", "stretched_t")}
DRAWS = sampled(drawn_set(PARAMETER_SET, DESIGNS), 3, 5)
ELASTICITY, DIP = "reaction.elasticity", "transition.dip_share"


def bench(engine=play_draw, **options) -> RobustnessBench:
    return RobustnessBench(
        model_inputs=MODEL_INPUTS, parameters=PARAMETER_SET, designs=DESIGNS, seed=5, execution=Execution(jobs=1),
        engine=engine, **options,
    )  # fmt: skip


def play_values(model_inputs, parameters, scenario, variants, seed, replication) -> Iterator[pd.DataFrame]:
    """Every design brings what was drawn: the elasticity as profit, its own dip as contribution, the replication as orders."""
    happening = scenario.on(parameters)
    for variant in variants:
        own = {**variant.design.override, **variant.changes}
        rows = [
            (0, "company_profit_amount", "", happening.value(ELASTICITY)),
            (0, "contribution_amount", "", own.get(DIP, happening.value(DIP))),
            (0, "delivered_orders", "standard", float(replication)),
            (0, "delivered_orders", "bespoke", 0.0),
        ]
        yield pd.DataFrame(rows, columns=["year", "measure", "group", "value"])


def test_each_draw_is_met_with_its_own_values_in_its_own_replications():
    years = PARAMETER_SET.value("time.horizon_years")
    found = run_draws(bench(play_values), DRAWS).set_index(["draw", "design"])
    for number, draw in enumerate(DRAWS.draws, start=1):
        for design in DESIGNS:
            row = found.loc[(number, design)]
            assert row["profit_amount"] * years == pytest.approx(draw.client[ELASTICITY])
            assert row["orders"] * years == pytest.approx(FIRST_REPLICATION + 2 * (number - 1) + 0.5)
        assert found.loc[(number, "stretched_t"), "contribution_amount"] * years == draw.designs["stretched_t"][DIP]
        assert found.loc[(number, "baseline"), "contribution_amount"] == 0.0


def test_no_draw_shares_a_replication_with_another_or_with_a_comparison():
    experiment = draw_experiment(bench(), DRAWS)
    numbers = [number for name in experiment.scenarios for number in experiment.replication_numbers(name)]
    assert len(set(numbers)) == len(numbers) == 6 and min(numbers) >= 10_000
    assert experiment.runs == 12 and len(set(experiment.cells())) == 12


def test_progress_counts_every_run():
    told: list[int] = []
    run_draws(bench(play_values, progress=told.append), DRAWS)
    assert (told[0], told[-1]) == (0, 12)


def test_orders_of_all_classes_are_added_and_replications_averaged():
    rows = [
        ("a @ 1", "1", 7, 0, "delivered_orders", "standard", 3.0),
        ("a @ 1", "1", 7, 0, "delivered_orders", "bespoke", 1.0),
        ("a @ 1", "1", 8, 0, "delivered_orders", "standard", 6.0),
        ("a @ 1", "1", 7, 0, "company_profit_amount", "", 10.0),
        ("a @ 1", "1", 8, 0, "company_profit_amount", "", 30.0),
        ("a @ 1", "1", 7, 0, "facing_by_segment_h", "A", 16.0),
        ("a @ 1", "1", 7, 0, "facing_by_segment_h", "B", 50.0),
        ("a @ 1", "1", 8, 1, "company_profit_amount", "", 99.0),
    ]
    frame = pd.DataFrame(rows, columns=["design", "scenario", "replication", "year", "measure", "group", "value"])
    table = by_year(frame, 2.0)
    assert table.to_dict("records") == [
        {"draw": 1, "design": "a", "profit_amount": 10.0, "contribution_amount": 0.0, "orders": 2.5, "hours_a": 8.0}
    ]


def test_the_real_engine_gives_the_same_answer_whatever_ran_before(tmp_path):
    first = run_draws(bench(), DRAWS)
    cached = RobustnessBench(
        model_inputs=MODEL_INPUTS, parameters=PARAMETER_SET, designs=DESIGNS, seed=5,
        execution=Execution(jobs=1, cache=tmp_path),
    )  # fmt: skip
    for _ in range(2):
        pd.testing.assert_frame_equal(
            run_draws(cached.__class__(**{**vars(cached), "engine": play_draw}), DRAWS), first
        )
    assert (first["orders"] > 0).all() and first["profit_amount"].nunique() == 6
