"""Distributions of single parameters, held against scipy and numbers computed by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from simkit.foundation.estimates import Estimate
from simkit.foundation.parameter_set import Provenance
from simkit.model.specification.model_parameters import load_defaults
from simkit.study.joint_draws.marginals import marginal_of, measured_marginal, plausible_marginal

PARAMETERS = load_defaults()
PLACES = np.linspace(0.005, 0.995, 199)


def measured(path: str, value: float, low: float, high: float, level: float = 0.95):
    interval = Estimate(value=value, low=low, high=high, level=level)
    return replace(PARAMETERS[path], value=value, provenance=Provenance(kind="measured", interval=interval))


def test_a_measured_amount_is_normal_on_the_log_scale_and_its_interval_is_that_of_the_measurement():
    found = measured_marginal(measured("orders.bespoke.entry_h", 2.0, 1.0, 4.0))
    assert (found.shape, found.scale) == ("normal", "log")
    assert found.at(np.array([0.025, 0.5, 0.975])) == pytest.approx([1.0, 2.0, 4.0])
    spread = math.log(4) / (2 * stats.norm.ppf(0.975))
    assert found.at(PLACES) == pytest.approx(stats.lognorm.ppf(PLACES, s=spread, scale=2.0))


def test_a_measured_share_is_normal_on_the_logit_scale_and_never_leaves_0_to_1():
    found = measured_marginal(measured("leads.qualified_share", 0.5, 0.2, 0.8, level=0.8))
    assert (found.shape, found.scale) == ("normal", "logit")
    assert found.at(np.array([0.1, 0.5, 0.9])) == pytest.approx([0.2, 0.5, 0.8])
    assert found.at(np.array([1e-9, 1 - 1e-9])).min() > 0 and found.at(np.array([1 - 1e-9])).max() < 1


def test_each_side_of_a_lopsided_interval_keeps_its_end():
    found = measured_marginal(measured("reaction.elasticity", 0.11, 0.005, 0.17))
    assert found.at(np.array([0.025, 0.5, 0.975])) == pytest.approx([0.005, 0.11, 0.17])


def test_a_value_that_a_fit_has_moved_out_of_its_interval_stays_the_median():
    found = measured_marginal(measured("orders.bespoke.entry_h", 8.0, 1.0, 4.0))
    assert found.at(np.array([0.025, 0.5, 0.975])) == pytest.approx([4.0, 8.0, 16.0])


def test_an_interval_that_holds_0_is_normal_as_it_is_and_cut_at_what_is_allowed():
    found = measured_marginal(measured("blocked.development_h", 0.1, -0.1, 0.3))
    assert found.scale == "linear"
    assert found.at(np.array([0.001, 0.5])) == pytest.approx([0.0, 0.1])


def test_an_assumption_is_triangular_on_plausible_low_value_high():
    found = plausible_marginal(PARAMETERS["reaction.rate_ceiling"], 1.35)  # plausible 1.2 to 1.6
    assert (found.shape, found.scale) == ("triangular", "linear")
    by_scipy = stats.triang.ppf(PLACES, (1.35 - 1.2) / 0.4, loc=1.2, scale=0.4)
    assert found.at(PLACES) == pytest.approx(by_scipy)
    assert found.at(PLACES).mean() == pytest.approx((1.2 + 1.35 + 1.6) / 3, abs=2e-3)


def test_a_range_of_more_than_three_times_its_low_end_is_drawn_on_the_log_scale():
    found = plausible_marginal(PARAMETERS["leads.per_year"], 1000.0)  # plausible 500 to 2000
    assert found.scale == "log"
    assert found.at(np.array([0.0, 0.5, 1.0])) == pytest.approx([500.0, 1000.0, 2000.0])
    assert plausible_marginal(PARAMETERS["orders.bespoke.partners"], 3.0).scale == "linear"  # 2 to 4


def test_a_value_outside_of_the_plausible_range_widens_it():
    found = plausible_marginal(PARAMETERS["staff.fill_days"], 300.0)  # plausible 60 to 139
    assert (found.low, found.high) == (60.0, 300.0)
    assert found.at(np.array([1.0])) == pytest.approx([300.0])


def test_what_has_no_range_has_one_value():
    parameter = replace(PARAMETERS["reaction.A.fall_share"], value=1.0)
    assert plausible_marginal(parameter, 1.0).at(PLACES).tolist() == [1.0] * len(PLACES)


def test_only_a_measurement_with_an_interval_is_drawn_around_it():
    assert marginal_of(measured("orders.bespoke.entry_h", 2.0, 1.0, 4.0)).shape == "normal"
    assert marginal_of(PARAMETERS["orders.bespoke.entry_h"]).shape == "triangular"
    with pytest.raises(ValueError, match="entry_h"):
        measured_marginal(PARAMETERS["orders.bespoke.entry_h"])
