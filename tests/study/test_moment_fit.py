"""Simulated moments on a bench with known answers: parameters are found, bounds hold, and what does not fit is reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_answers import ANSWERS, bounds
from simkit.study.calibration.moment_fit import fit_of, fitted_moments
from simkit.study.calibration.moments import Moment, on_scale, working_days_between

DELAY = "orders.bespoke.partner_delay_h"
PAUSE = "opportunities.follow_up_every_h"


class Bench:
    """Lead time = a quarter of the answer time, cycle = 5 + half the pause, and lateness follows the lead time."""

    def __init__(self):
        self.runs = 0

    def simulated(self, parameters, replications):
        self.runs += replications
        lead = parameters.value(DELAY) / 4
        rows = {
            "lead_time.bespoke": lead,
            "cycle": 5 + parameters.value(PAUSE) / 2,
            "late_share.bespoke": lead / 20,
            "win_rate": 1 / (1 + np.exp(-0.5 - 0.9 * parameters.value("winning.base_logit"))),
        }
        return pd.DataFrame(dict.fromkeys(range(replications), rows)) * (1 + 0.01 * np.linspace(-1, 1, replications))


def moment(name: str, value: float, group: str = "", width: float = 0.04) -> Moment:
    return Moment(
        name=name, group=group, measured=Estimate(value=value, low=value * (1 - width), high=value * (1 + width))
    )


def test_parameters_move_until_the_simulated_figures_are_the_measured_ones():
    bench = Bench()
    wanted = [moment("lead_time", 5.0, "bespoke"), moment("cycle", 35.0), moment("win_rate", 0.55)]
    fit = fitted_moments(wanted, load_defaults(), bench, steps=12)
    assert fit.table["fits"].all() and (fit.table["why"] == "").all()
    assert fit.override[DELAY][0] == pytest.approx(20.0, rel=0.02)
    assert fit.override[PAUSE][0] == pytest.approx(60.0, rel=0.03)
    assert bench.runs == fit.runs
    interval = fit.override[DELAY][1].interval
    assert interval is not None and interval.low < 20 < interval.high
    assert "simulated moments" in fit.override[DELAY][1].source


def test_the_default_size_takes_no_more_than_forty_runs():
    bench = Bench()
    fitted_moments([moment("cycle", 35.0)], load_defaults(), bench)
    assert bench.runs <= 40


def test_no_parameter_leaves_its_plausible_range_and_the_contradiction_is_reported():
    wanted = [moment("lead_time", 50.0, "bespoke"), moment("cycle", 30.0)]
    fit = fitted_moments(wanted, load_defaults(), Bench(), steps=8)
    row = fit.table.set_index("moment").loc["lead_time.bespoke"]
    assert fit.override[DELAY][0] == load_defaults()[DELAY].high
    assert not row["fits"] and row["why"] == "limit" and row["parameter"] == DELAY
    assert fit.table.set_index("moment").loc["cycle", "fits"]  # the other one still fits


def test_a_moment_without_a_parameter_tests_the_others():
    wanted = [moment("lead_time", 5.0, "bespoke"), moment("late_share", 0.6, "bespoke")]
    table = fitted_moments(wanted, load_defaults(), Bench(), steps=8).table.set_index("moment")
    assert table.loc["lead_time.bespoke", "fits"]
    assert table.loc["late_share.bespoke", "why"] == "no_parameter" and not table.loc["late_share.bespoke", "fits"]


def test_what_was_set_by_hand_stays():
    parameter_set = load_defaults().patch({DELAY: 8.0}, Provenance(kind="option"))
    fit = fitted_moments([moment("lead_time", 5.0, "bespoke"), moment("cycle", 35.0)], parameter_set, Bench())
    assert DELAY not in fit.override
    assert fit.table.set_index("moment").loc["lead_time.bespoke", "why"] == "by_hand"


def test_a_fit_without_moving_tells_how_it_is():
    fit = fit_of([moment("cycle", 25.0), moment("requests", 900.0)], load_defaults(), Bench(), replications=4)
    assert fit.override == {} and fit.table["fits"].tolist() == [True, False]
    assert np.isnan(fit.table["simulated"].iloc[1])  # no run shows it


def test_bounds_hold_what_is_plausible_and_what_was_measured():
    parameter = load_defaults()[DELAY]
    assert bounds(parameter) == (parameter.low, parameter.high)
    interval = Estimate(value=43.0, low=41.0, high=45.0)
    for kind, high in (("measured", 45.0), ("partly", 43.0 * parameter.high / parameter.value)):
        parameter_set = load_defaults().patch({DELAY: 43.0}, Provenance(kind=kind, interval=interval))
        assert bounds(parameter_set[DELAY]) == pytest.approx((parameter.low, high))


def test_no_two_moments_move_the_same_parameter():
    paths = [path for answer in ANSWERS.values() for path in answer.paths]
    assert len(paths) == len(set(paths))


def test_scales_are_finite_at_the_ends():
    assert all(np.isfinite([on_scale(0.0, "log"), on_scale(0.0, "logit"), on_scale(1.0, "logit")]))


def test_lead_times_are_counted_in_working_days():
    from made_client import made_client

    first = pd.Series(pd.to_datetime(["2024-03-01", "2024-03-04", "2024-03-28"]))
    last = pd.Series(pd.to_datetime(["2024-03-04", "2024-03-04", "2024-04-02"]))
    days = working_days_between(first, last, made_client())
    assert days.tolist() == [1.0, 0.0, 1.0 + 0.0]  # over a weekend, the same day, over Easter
