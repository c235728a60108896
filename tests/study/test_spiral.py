"""The leaving spiral runs away at high load and slow hiring, and not at low load and quick hiring."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from simkit.foundation.parameter_set import ParameterSet, Provenance
from simkit.model.engine.engine import simulate
from simkit.model.inputs.model_inputs import example_inputs
from simkit.model.inputs.replication_inputs import draw_inputs
from simkit.model.specification.designs import load_design
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.experiment.experiment_spec import Execution
from simkit.study.robustness.spiral import content_capacity_share, critical_hiring_lag, mandatory_load, spiral

SMALL = {"leads.per_year": 120, "opportunities.per_year": 60, "service.requests_per_year": 350}


def parameter_set(**parameters: float) -> ParameterSet:
    override = {**SMALL, **{name.replace("__", "."): value for name, value in parameters.items()}}
    return load_defaults().patch(override, Provenance(kind="option", source="test"))


def test_mandatory_load_is_work_without_care_over_capacity() -> None:
    model_inputs = example_inputs(customers=60, posts=5, orders_per_year=950)

    load = mandatory_load(model_inputs, parameter_set())

    assert load == pytest.approx(2 * mandatory_load(model_inputs, parameter_set(demand__level=0.5)))
    twice = example_inputs(customers=60, posts=10, orders_per_year=950)
    assert mandatory_load(twice, parameter_set()) == pytest.approx(load / 2)
    more_care = parameter_set(**{"care.A.contacts_per_year".replace(".", "__"): 24})
    assert mandatory_load(model_inputs, more_care) == pytest.approx(load)


def test_capacity_share_is_one_as_long_as_everybody_stays() -> None:
    model_inputs = example_inputs(customers=60, posts=5, orders_per_year=950)
    calm = parameter_set(
        staff__quit_per_year=0, staff__retirement_age_years=75, time__horizon_years=1, presence__sick_days=0
    )
    replication = draw_inputs(model_inputs, calm, seed=1, replication=0)

    assert content_capacity_share(simulate(replication, load_design("baseline"))) == pytest.approx(1.0, abs=0.02)


def test_high_load_and_slow_hiring_run_away_low_load_and_quick_hiring_do_not() -> None:
    model_inputs = example_inputs(customers=60, posts=5, orders_per_year=950)
    calm_customers = {"reaction__on": 0, "reaction__churn_per_year": 0, "staff__retirement_age_years": 75}
    stressed = parameter_set(staff__quit_per_year=0.15, staff__ramp_start_share=0, **calm_customers)

    frame = spiral(
        model_inputs,
        stressed,
        load_design("baseline"),
        loads=(0.6, 1.1),
        fill_days=(60, 250),
        years=3,
        replications=2,
        execution=Execution(jobs=1),
    )

    by_cell = frame.set_index(["load", "fill_days"])
    assert not by_cell.loc[(0.6, 60.0), "runs_away"]
    assert by_cell.loc[(1.1, 250.0), "runs_away"]
    assert by_cell.loc[(1.1, 250.0), "capacity_share"] < by_cell.loc[(0.6, 60.0), "capacity_share"] - 0.3


def test_critical_hiring_lag_is_the_longest_time_that_does_not_run_away() -> None:
    frame = pd.DataFrame(
        [
            (0.8, 60.0, False),
            (0.8, 90.0, False),
            (1.0, 60.0, False),
            (1.0, 90.0, True),
            (1.0, 139.0, False),
            (1.1, 60.0, True),
        ],
        columns=["load", "fill_days", "runs_away"],
    )

    lag = critical_hiring_lag(frame).set_index("load")

    assert lag.loc[0.8, "longest_days"] == 90
    assert math.isnan(lag.loc[0.8, "first_runaway_days"])
    assert lag.loc[1.0].tolist() == [60, 90]
    assert lag.loc[1.1].tolist() == [0, 60]
