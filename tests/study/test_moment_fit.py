"""Simulated moments on a bench with known answers: parameters are found in their order, bounds hold, by-hand ones stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.calibration.moment_answers import ANSWERS, STEPS, bounds, fit_table
from simkit.study.calibration.moment_fit import (
    LAST_REPLICATIONS,
    ROUND_REPLICATIONS,
    first_slope,
    fitted_moments,
    misfit,
)
from simkit.study.calibration.moments import Moment, on_scale
from simkit.study.measured.measured_demand import working_days_between

DELAY = "orders.bespoke.partner_delay_h"
SPREAD = "orders.bespoke.partner_delay_cv"
PAUSE = "opportunities.follow_up_every_h"


class Bench:
    """Lead time = a quarter of the answer time, cycle = 5 + half the pause; lateness follows both lead time and spread."""

    def __init__(self):
        self.runs = 0
        self.seen = []

    def scaled(self, parameters):
        return parameters

    def simulated(self, parameters, replications, **_):
        self.runs += replications
        self.seen.append(parameters)
        lead = parameters.value(DELAY) / 4
        rows = {
            "lead_time.bespoke": lead,
            "cycle": 5 + parameters.value(PAUSE) / 2,
            "late_share.bespoke": min(0.02 * lead * parameters.value(SPREAD), 0.99),
            "win_rate": 1 / (1 + np.exp(-0.5 - 0.9 * parameters.value("winning.base_logit"))),
        }
        return pd.DataFrame(dict.fromkeys(range(replications), rows)) * (1 + 0.001 * np.linspace(-1, 1, replications))


def moment(name: str, value: float, group: str = "", width: float = 0.04) -> Moment:
    return Moment(
        name=name, group=group, measured=Estimate(value=value, low=value * (1 - width), high=value * (1 + width))
    )


def test_parameters_move_until_the_simulated_figures_are_the_measured_ones():
    bench = Bench()
    wanted = [
        moment("lead_time", 5.0, "bespoke"),
        moment("late_share", 0.12, "bespoke"),
        moment("cycle", 35.0),
        moment("win_rate", 0.55),
    ]
    fit = fitted_moments(wanted, load_defaults(), bench)
    assert fit.override[DELAY][0] == pytest.approx(20.0, rel=0.03)
    assert fit.override[SPREAD][0] == pytest.approx(1.2, rel=0.05)
    assert fit.override[PAUSE][0] == pytest.approx(60.0, rel=0.03)
    assert bench.runs == fit.runs
    interval = fit.override[DELAY][1].interval
    assert interval is not None and interval.low < 20 < interval.high
    assert "simulated moments" in fit.override[DELAY][1].source
    assert fit.parameters.value(PAUSE) == fit.override[PAUSE][0]


def test_the_steps_follow_their_order_and_each_moves_its_own_parameters():
    bench = Bench()
    wanted = [moment("lead_time", 6.0, "bespoke"), moment("late_share", 0.2, "bespoke"), moment("cycle", 35.0)]
    fitted_moments(wanted, load_defaults(), bench, rounds=(1,), last=(1, 1))
    moved = [
        {path for path in (DELAY, SPREAD, PAUSE) if after.value(path) != before.value(path)}
        for before, after in zip(bench.seen, bench.seen[1:], strict=False)
    ]
    # with the spread the mean goes along, so that the median stays
    assert moved[:3] == [{DELAY}, {SPREAD, DELAY}, {PAUSE}] and STEPS == ("delay", "spread", "content", "volume")
    # then the same set is simulated again, and volumes move apart from the content that hours follow, too
    assert moved[3:] == [set(), {SPREAD, DELAY, PAUSE}]


def test_the_luck_of_few_replications_does_not_stay_in_the_parameters():
    class Lucky(Bench):
        """The first four replications have cycles of a tenth more than usual, those that make up for it come later."""

        def simulated(self, parameters, replications, **_):
            found = super().simulated(parameters, replications)
            luck = np.where(np.arange(replications) < 4, 1.1, 0.98)
            return found.mul(
                pd.DataFrame([luck], index=["cycle"], columns=found.columns).reindex(found.index, fill_value=1)
            )

    few = fitted_moments([moment("cycle", 35.0)], load_defaults(), Lucky(), rounds=(2, 2), last=(2, 2))
    many = fitted_moments([moment("cycle", 35.0)], load_defaults(), Lucky(), rounds=(2, 2), last=(24, 24))
    assert few.override[PAUSE][0] == pytest.approx(2 * (35 / 1.1 - 5), rel=0.01)
    assert many.override[PAUSE][0] == pytest.approx(60.0, rel=0.01)


def test_the_fit_leaves_most_of_the_runs_to_rest_and_check():
    bench = Bench()
    fitted_moments([moment("lead_time", 5.0, "bespoke"), moment("cycle", 35.0)], load_defaults(), bench)
    most = ROUND_REPLICATIONS[0] + len(STEPS) * sum(ROUND_REPLICATIONS) + sum(LAST_REPLICATIONS)
    assert bench.runs <= most <= 68


def test_content_is_brought_to_the_load_after_every_step():
    class Scaling(Bench):
        def scaled(self, parameters):
            return parameters.patch({"load.utilisation": 0.7}, Provenance(kind="measured"))

    bench = Scaling()
    fitted_moments([moment("cycle", 35.0)], load_defaults(), bench, rounds=(1, 1))
    assert all(parameters.value("load.utilisation") == 0.7 for parameters in bench.seen)


def test_a_step_that_makes_things_worse_is_not_taken():
    class Opposed(Bench):
        def simulated(self, parameters, replications, **_):
            found = super().simulated(parameters, replications)
            return found.apply(lambda column: column.mask(column.index == "cycle", 60 - parameters.value(PAUSE) / 2))

    fit = fitted_moments([moment("cycle", 42.0)], load_defaults(), Opposed(), rounds=(1, 1))
    assert PAUSE not in fit.override


def test_what_was_set_by_hand_stays():
    parameter_set = load_defaults().patch({DELAY: 8.0}, Provenance(kind="option"))
    wanted = [moment("lead_time", 5.0, "bespoke"), moment("cycle", 35.0)]
    bench = Bench()
    fit = fitted_moments(wanted, parameter_set, bench)
    assert DELAY not in fit.override and PAUSE in fit.override
    assert all(parameters.value(DELAY) == 8.0 for parameters in bench.seen)
    table = fit_table(wanted, bench.simulated(fit.parameters, 4), fit.parameters, parameter_set).set_index("moment")
    assert table.loc["lead_time.bespoke", "why"] == "by_hand" and not table.loc["lead_time.bespoke", "fitted"]
    assert table.loc["cycle", "fitted"] and table.loc["cycle", "why"] == ""


def test_a_limit_and_a_moment_without_a_parameter_are_told():
    wanted = [moment("late_share", 0.38, "bespoke", 0.01), moment("orders", 900.0)]
    bench = Bench()
    fit = fitted_moments(wanted, load_defaults(), bench)
    assert fit.parameters.value(SPREAD) == bounds(load_defaults()[SPREAD])[1] == 2.5
    simulated = bench.simulated(fit.parameters, 4)
    table = fit_table(wanted, simulated, fit.parameters, load_defaults()).set_index("moment")
    assert table.loc["late_share.bespoke", "why"] == "limit" and table.loc["late_share.bespoke", "parameter"] == SPREAD
    assert table.loc["orders", "why"] == "no_parameter" and np.isnan(table.loc["orders", "simulated"])


def test_more_spread_makes_more_orders_late_where_most_are_in_time_and_fewer_where_most_are_late():
    assert first_slope(moment("late_share", 0.2, "bespoke")) > 0 > first_slope(moment("late_share", 0.8, "bespoke"))


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


def test_hours_are_held_against_two_points_where_few_people_make_the_tolerance_wider():
    wide = moment("hours", 0.3, "coordination", width=0.5)
    found = pd.DataFrame({0: [0.32]}, index=["hours.coordination"])

    assert misfit([wide], found) == pytest.approx(1.0)
    assert misfit([wide], found + 0.02) == pytest.approx(4.0)
    assert misfit([wide], found + 0.2) == pytest.approx(9.0)
